"""Clauses → aims: figures to be reached and dates to be kept, with metric, operator, value, unit and deadline.

The rule. A figure is an aim unless it tells what has been: its year lies before the document's own, 已, 累计 or 了 stands before
it, or the heading above promises achievements or significance (脱贫成就, 重大意义) and no aims, or the sentence says what a word means. A Chinese numeral is a figure only
beside a bound (不超过一年, 两次以上, 三年左右) or when it counts in 万 or 亿. A date is an aim where something is to be done by it or in it
(到2025年……, 6月底前……, 2021年继续……). Punishments, names (5G, 832平台, 三年行动), quotations and lists that were given (等13个县) are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.frozen import dataclass, replace
from kb.model import Clause, Document, Target
from kb.numbering import find_marker
from kb.quantities.figures import Figure, When, find_figures, find_whens, may_hold_date, may_hold_figure
from kb.quantities.indicators import find_indicators
from kb.quantities.metrics import (
    may_bound,
    metric_before,
    metric_of,
    metric_of_whole,
    metrics_of,
    operator_of,
    operator_stands,
    per_unit,
    without_dates,
    without_opening,
)
from kb.quantities.stretches import SENTENCE, STOPS, Stretch, pieces, within
from kb.quantities.words import any_word, figure_words, measures
from kb.spans import cut
from kb.tables import settings

__all__ = ["find_indicators", "find_targets"]

_LONGEST_BOUND = 20  # characters that a bound behind a figure may reach beyond its sentence: 三年⏎以上


@dataclass(frozen=True, slots=True)
class _Place:
    """Where aims are looked for."""

    document: Document
    clause: Clause
    year: int | None
    statute: bool


def find_targets(document: Document, clauses: Sequence[Clause]) -> tuple[Target, ...]:
    """The aims of one document in the order of the text.

    Each quote is the stretch between commas that holds metric, operator and value (for a date alone also what is to be done by
    then), exactly as it stands at its spans. `到2025年，护理床位占比达到55%以上` gives >= 55 % by 2025; `2021年底前启动编制` a date alone.
    """
    year = _own_year(document, clauses)
    by_id = {c.id: c for c in clauses}
    statute = _is_statute(document, clauses)
    out: list[Target] = []
    for clause in clauses:
        clause = _with_tabs(clause) if ">" in clause.text else clause
        if _trigger().search(clause.text) and _may_aim(clause.text) and not _tells_what_was(clause, by_id):
            out += _in_clause(_Place(document, clause, year, statute))
    return tuple(out)


def _with_tabs(clause: Clause) -> Clause:
    """The cells of a row of HTML parted by tabs: the mark between them is the end of a tag, with which a stretch of the source begins."""
    characters = list(clause.text)
    at = 0
    for start, end in clause.spans:
        if characters[at] == ">":
            characters[at] = "\t"
        at += end - start
    return replace(clause, text="".join(characters))


def _is_statute(document: Document, clauses: Sequence[Clause]) -> bool:
    """A law, or whatever else is written in articles throughout."""
    articles = sum(c.kind == "article" for c in clauses)
    if (document.genre or "") in ("措施", "方案", "计划", "规划", "意见", "实施意见", "工作要点", "任务分解清单"):
        return False  # aims that are written in articles
    return (document.genre or "") in figure_words()["words"]["statute_genres"] or 3 * articles > max(len(clauses), 6)


def _indicator_table(clause: Clause) -> tuple[int, int]:
    """The part of a text that is a table of indicators: the business of `find_indicators`, no running text."""
    if "\t" not in clause.text:
        return 0, 0
    natures = [m.end() for m in re.finditer(r"\t[ \u3000]{0,3}(?:约束性|预期性)", clause.text)]
    return (clause.text.find("\t"), natures[-1]) if len(natures) > (clause.kind != "row") else (0, 0)


@lru_cache(maxsize=1)
def _trigger() -> re.Pattern[str]:
    words = figure_words()["words"]
    counted = any_word(u for u, m in measures().items() if m.han)
    return re.compile(
        rf"[0-9０-９]|分之|二〇|年底|年内|五[”\"]?(?:规划)?(?:期|末|时期)|[一二三四五六七八九十百千万亿两零〇](?:{counted}|[万亿])"
        rf"|{any_word([*words['whole'], *words['compared'], *words['compared_ends']])}"
    )


def _may_aim(text: str) -> bool:
    """Whether a text can have a figure, a date or a compared level: most articles have but their own number, which is none."""
    return may_hold_figure(text) or may_hold_date(text) or _may_compare().search(text) is not None


def _own_year(document: Document, clauses: Sequence[Clause]) -> int | None:
    """The year a document speaks in: of its date, number or title, else the latest year that it speaks of as the present."""
    for text in (document.date, document.number, document.title):
        match = re.search(r"(?:19|20)\d\d", text or "")
        if match:
            return int(match[0])
    years = [int(w.value[:4]) for c in clauses for w in find_whens(c.text, None) if w.sense == "within" and w.value and "期" not in c.text[w.start : w.end]]
    return max(years, default=None)


@lru_cache(maxsize=1)
def _headings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = figure_words()["words"]
    return re.compile(any_word(words["past_headings"])), re.compile(any_word(words["aim_headings"]))


def _tells_what_was(clause: Clause, by_id: dict[str, Clause]) -> bool:
    """Whether the nearest heading that says anything speaks of achievements or significance."""
    past, aim = _headings()
    at: Clause | None = clause
    while at is not None:
        heading = at.heading or ""
        if aim.search(heading):
            return False
        if past.search(heading):
            return True
        at = by_id.get(at.parent or "")
    return False


# --- one clause --------------------------------------------------------------------------------------------------

def _in_clause(place: _Place) -> list[Target]:
    text = place.clause.text
    quoted = [m.span() for m in _quotation().finditer(text)]
    inside = bytearray(len(text))
    for a, b in quoted:
        inside[a:b] = b"1" * (b - a)
    whens = [w for w in find_whens(text, place.year) if not inside[w.start] or "五" in text[w.start : w.end]] if may_hold_date(text) else []
    if place.statute and not whens and not may_bound(text):
        return []  # a statute's figure is an aim only where a word bounds it
    figures = find_figures(text, [*quoted, *((w.start, w.end) for w in whens)])
    if not figures and not whens and not _may_compare().search(text):
        return []
    out: list[Target] = []
    table = _indicator_table(place.clause)
    start, body = _body(place.clause)
    places = None if _may_compare().search(text) else sorted([*(w.start for w in whens), *(f.start for f in figures)])
    for sentence in [*pieces(text, start, body, SENTENCE, places), *pieces(text, body, len(text), SENTENCE, places)]:
        mine, here = within(whens, sentence), within(figures, sentence)
        if not table[0] <= sentence.start < table[1] and _may_tell(place, sentence, mine, here):
            out += _in_sentence(place, sentence, mine, here)
    return [t for t in out if t.value is not None or t.metric not in _labels()]  # （时间：6月底前；牵头单位：…） is no aim


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    """What stands before lists of bodies and times: 牵头单位, 完成时限."""
    roles = settings("roles")
    return frozenset([*roles["labels"], *roles["words"]["other_labels"]])


def _may_tell(place: _Place, sentence: Stretch, whens: Sequence[When], figures: Sequence[Figure]) -> bool:
    """Whether a sentence may tell of aims, by what is in it and by its words."""
    text, start, end = place.clause.text, sentence.start, sentence.end
    if place.statute and not whens and not (figures and may_bound(text, start, end + _LONGEST_BOUND)):
        return False
    if not whens and not figures and not _may_compare().search(text, start, end):
        return False
    return _no_aims().search(text, start, end) is None


@lru_cache(maxsize=1)
def _quotation() -> re.Pattern[str]:
    return re.compile(r"“[^”]{0,200}”|《[^》]{0,200}》|‘[^’]{0,60}’")


def _body(clause: Clause) -> tuple[int, int]:
    """Where the text begins behind the ordinal, and where behind the heading: no sentence goes on from one into the other."""
    marker = find_marker(clause.text)
    bare = _bare_number().match(clause.text)
    numbered = bare is not None and bare[0] == clause.ordinal
    start = marker.end if marker and marker.sure else len(clause.ordinal) if numbered else 0
    at = clause.text.find(clause.heading, start, start + len(clause.heading) + 4) if clause.heading else -1
    return start, at + len(clause.heading or "") if at >= 0 else start


@lru_cache(maxsize=1)
def _bare_number() -> re.Pattern[str]:
    """2.1 职责"""
    return re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}(?=[ \u3000])|[0-9]{1,3}(?:\.[0-9]{1,3}){1,4}")


@lru_cache(maxsize=1)
def _may_compare() -> re.Pattern[str]:
    words = figure_words()["words"]
    return re.compile(any_word([*words["whole"], *words["compared"], *words["compared_ends"]]))


@lru_cache(maxsize=1)
def _no_aims() -> re.Pattern[str]:
    words = figure_words()["words"]
    return re.compile(any_word([*words["penal"], *words["defining"]]))


def _in_sentence(place: _Place, sentence: Stretch, whens: Sequence[When], figures: Sequence[Figure]) -> list[Target]:
    """The aims of a sentence: a date governs what stands behind it until the next one."""
    out: list[Target] = []
    deadline: When | None = None
    over = False  # whether the date that governs lies in the past
    dated: set[int] = set()
    spoken: list[str] = []  # what the sentence spoke of before, for figures that stand alone: 新建公路20公里，其中续建5公里
    stretches = pieces(place.clause.text, sentence.start, sentence.end, STOPS)
    for number, stretch in enumerate(stretches):
        mine = within(whens, stretch)
        for when in (w for w in mine if w.value and w.sense != "start"):
            over = when.sense == "past" or (place.year is not None and int(when.value[:4]) < place.year)
            deadline = when if not over and when.sense in ("until", "within") else None
        if over:
            continue
        aims = _Aims(place, stretch, tuple(spoken[-6:]), deadline)
        here = within(figures, stretch)
        found = aims.of_figures(here) or ([] if place.statute else aims.of_levels())
        if found and deadline:
            dated.add(deadline.start)
        out += found
        spoken.append(place.clause.text[stretch.start : here[0].start if here else stretch.end])
        by_then = [w for w in mine if w.sense == "until"] or mine
        for when in by_then[:4]:  # more dates than that in one stretch are a list of dates
            following = next((s for s in stretches[number + 1 : number + 4] if not _excepts(place.clause.text[s.start : s.end])), None)
            target = None if found or when.start in dated else aims.of_date(when, following, figures)
            if target:
                dated.add(when.start)
                out.append(target)
    return out


def _excepts(text: str) -> bool:
    """Whether a stretch only names exceptions: 除……外."""
    return text.startswith("除") and text.rstrip().endswith("外")


# --- one stretch -------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _past() -> re.Pattern[str]:
    words = figure_words()["words"]
    return re.compile(rf"{any_word(words['past_not'])}|({any_word([*words['past'], *words['past_undated']])})")


@lru_cache(maxsize=1)
def _effect() -> re.Pattern[str]:
    return re.compile(rf"\s?起?(?:{any_word(figure_words()['words']['effect'])})(?!的)")


@lru_cache(maxsize=1)
def _levels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = figure_words()["words"]
    scope, ends, compared = any_word(words["compared_scopes"]), any_word(words["compared_ends"]), any_word(words["compared"])
    value = rf"(?:(?:{scope})[^，。；：、（）的]{{0,14}}(?:{ends})|[^，。；：、（）的]{{0,14}}(?:{compared}))"
    whole = rf"(?<![、，“\s])(?:{any_word(words['whole'])})(?!{any_word(words['whole_never_followed'])})(?=[，。；、）)]|$|的?目标)"
    return re.compile(rf"(?P<op>不低于|不得低于|不高于|高于|低于|超过|达到|快于|优于)(?P<value>{value})"), re.compile(whole)


_LEVEL_OPERATORS = {"不低于": ">=", "不得低于": ">=", "不高于": "<=", "低于": "<", "达到": "="}


@dataclass(frozen=True, slots=True)
class _Aims:
    """Makes the aims of one stretch, with what the sentence spoke of before and the deadline that governs."""

    place: _Place
    stretch: Stretch
    spoken: tuple[str, ...]
    deadline: When | None

    def of_figures(self, figures: Sequence[Figure]) -> list[Target]:
        """An aim for each figure that is one; 均达到 gives one for each metric named before it."""
        text, start, end = self.place.clause.text, self.stretch.start, self.stretch.end
        out: list[Target] = []
        last, operator = start, "="
        for figure in figures:
            between = text[last : figure.start]
            operator, bound = operator_of(text, last, figure, operator)
            last = figure.end
            if not self._is_aim(figure, between, bound) or self._was(figure.start):
                continue
            unit = figure.unit + per_unit(text, start, figure)
            for metric in metrics_of(text, start, end, figure, figures) or [self._subject(between)]:
                out.append(self._target(metric, operator, figure.value, unit or None))
        return out

    def _is_aim(self, figure: Figure, between: str, bound: bool) -> bool:
        if figure.start == self.stretch.start and figure.end == self.stretch.end:
            return False  # a cell of a table
        if self.place.statute and figure.unit == "个" and figure.value == "2":
            return False  # 两个以上 in statutes only says several
        if figure.han or self.place.statute:
            return bound or (figure.large and not self.place.statute)
        if figure.weak and not bound:
            return re.search(any_word(figure_words()["words"]["task_verbs"]), between[-6:]) is not None
        return not _is_aside(self.place.clause.text, figure)

    def of_levels(self) -> list[Target]:
        """Compared levels (高于全省平均水平) and 全覆盖."""
        text, start, end = self.place.clause.text, self.stretch.start, self.stretch.end
        level, whole = _levels()
        found = [
            (m.start(), metric_before(text, start, m.start()), _LEVEL_OPERATORS.get(m["op"], ">"), m["value"]) for m in level.finditer(text, start, end)
        ]
        found += [(m.start(), metric_of_whole(text, start, m.start()), "=", m[0]) for m in whole.finditer(text, start, end)]
        return [
            self._target(metric or self._subject(text[start:at]), operator, value, None) for at, metric, operator, value in found if not self._was(at)
        ]

    def of_date(self, when: When, following: Stretch | None, figures: Sequence[Figure]) -> Target | None:
        """An aim for a date alone: what is to be done by it, in this stretch or the one behind it."""
        text, stretch, year = self.place.clause.text, self.stretch, self.place.year
        effect = _effect().match(text[when.end : stretch.end])
        if when.sense == "start" and effect and when.value:
            return self._dated(when, stretch, "施行日期")
        if self.place.statute or not when.value or (year is not None and int(when.value[:4]) < year) or self._was(stretch.end):
            return None
        if when.sense not in ("until", "within") or (when.sense == "within" and not self._to_come(when)):
            return None
        if re.search(r"是.{0,100}(?:年|期)$|周年|^现[就将].{0,80}如下$|总体(?:要求|思路|目标)是$", text[stretch.start : stretch.end]):
            return None
        rest = (text[stretch.start : when.start] + text[when.end : stretch.end]).strip("，,、 （）()")
        aim = without_opening(without_dates(rest))
        if len(aim) >= 2:
            return self._dated(when, stretch, aim)
        if following is None or within(figures, following):
            return None
        if any(p.search(text, following.start, following.end) for p in _levels()):
            return None  # that one has the date
        return self._dated(when, Stretch(stretch.start, following.end), without_opening(text[following.start : following.end]))

    def _to_come(self, when: When) -> bool:
        """Whether a date that only says when (2021年, 2022年上半年) is a term: the document's own year, or a time after its date."""
        if self.place.year is None:
            return False
        own = self.place.document.date or str(self.place.year)
        return len(when.value) == 4 or when.value[: len(own)] > own[: len(when.value)]

    def _was(self, end: int) -> bool:
        """Whether the stretch tells, before the place, that something has been done."""
        undated = figure_words()["words"]["past_undated"] if self.deadline else ()
        return any(m[1] and m[1] not in undated for m in _past().finditer(self.place.clause.text, self.stretch.start, end))

    def _subject(self, before: str) -> str:
        """For a figure that stands alone: ……计划指标，不低于总量的10%; ……国道20公里，其中续建5公里."""
        own = metric_of(before.split("、")[-1])
        said = (_subject_of(s) for s in reversed(self.spoken))
        subject = next((s for s in said if len(s) >= 4), "")
        if own and not operator_stands(own):
            return subject + own if len(own) <= 4 else own
        return subject or without_opening(self.place.clause.text[self.stretch.start : self.stretch.end])

    def _dated(self, when: When, stretch: Stretch, metric: str) -> Target:
        return self._make(stretch, metric, "=", None, None, when.value)

    def _target(self, metric: str, operator: str, value: str, unit: str | None) -> Target:
        return self._make(self.stretch, metric, operator, value, unit, self.deadline.value if self.deadline else None)

    def _make(self, stretch: Stretch, metric: str, operator: str, value: str | None, unit: str | None, deadline: str | None) -> Target:
        clause = self.place.clause
        quote, spans = clause.text[stretch.start : stretch.end], cut(clause.spans, stretch.start, stretch.end)
        return Target(self.place.document.id, clause.id, quote, spans, metric, operator, value, unit, deadline)


@lru_cache(maxsize=256)  # what a sentence spoke of before serves each figure behind it
def _subject_of(spoken: str) -> str:
    return metric_before(spoken, 0, len(spoken)) or without_opening(without_dates(spoken))


def _is_aside(text: str, figure: Figure) -> bool:
    """（共14个）, （含11个…）: a count in brackets that only explains a name."""
    head = text[max(0, figure.start - 12) : figure.start]
    opened = max(head.rfind("（"), head.rfind("("))
    return opened >= 0 and re.match(r"[（(]\s?(?:共|含|其中|不含|包括)", head[opened:]) is not None
