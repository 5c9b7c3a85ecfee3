"""Clauses → aims: figures to be reached and dates to be kept, with metric, operator, value, unit and deadline.

The rule. A figure is an aim unless it tells what has been: its year lies before the document's own, 已, 累计 or 了 stands before
it, or the heading above promises achievements or significance (脱贫成就, 重大意义) and no aims. A Chinese numeral is a figure only
beside a bound (不超过一年, 两次以上, 三年左右) or when it counts in 万 or 亿. A date is an aim where something is to be done by it or in it
(到2025年……, 6月底前……, 2021年继续……). Punishments, names (5G, 832平台, 三年行动), quotations and lists that were given (等13个县) are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.figures import Figure, When, any_word, figure_words, find_figures, find_whens
from kb.indicators import find_indicators
from kb.model import Clause, Document, Target
from kb.numbering import find_marker
from kb.spans import cut

__all__ = ["find_indicators", "find_targets"]

_STOPS = "。！？；;，,：:\t\n\r"
_SENTENCE = "。！？\t\n\r"
_LONGEST_METRIC = 40


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of a sentence between commas: text[start:end]."""

    start: int
    end: int


def find_targets(document: Document, clauses: Sequence[Clause]) -> tuple[Target, ...]:
    """The aims of one document in the order of the text.

    Each quote is the stretch between commas that holds metric, operator and value (for a date alone also what is to be done by
    then), exactly as it stands at its spans. `到2025年，护理床位占比达到55%以上` gives >= 55 % by 2025; `2021年底前启动编制` a date alone.
    """
    year = _own_year(document, clauses)
    by_id = {c.id: c for c in clauses}
    statute = (document.genre or "") in figure_words()["words"]["statute_genres"]
    out: list[Target] = []
    for clause in clauses:
        if _trigger().search(clause.text) and not _tells_what_was(clause, by_id):
            out += _in_clause(document, clause, year, statute)
    return tuple(out)


@lru_cache(maxsize=1)
def _trigger() -> re.Pattern[str]:
    words = figure_words()["words"]
    return re.compile(rf"[0-9０-９]|百分之|二〇|年底|年内|五[”\"]?期|[{'一二三四五六七八九十百千万亿两'}]{{1,4}}(?:个|年|次|天|日|倍|人|户|名|元|亩|小时|周)|{any_word(words['whole'])}|平均")


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

def _in_clause(document: Document, clause: Clause, year: int | None, statute: bool) -> list[Target]:
    text = clause.text
    quoted = [m.span() for m in re.finditer(r"“[^”]{0,200}”|《[^》]{0,200}》|‘[^’]{0,60}’", text)]
    whens = [w for w in find_whens(text, year) if not _inside(w.start, quoted) or "五" in text[w.start : w.end]]
    figures = find_figures(text, [*quoted, *((w.start, w.end) for w in whens)])
    marker = find_marker(text)
    start = marker.end if marker and marker.sure else 0
    out: list[tuple[int, Target]] = []
    for sentence in _pieces(text, start, _SENTENCE):
        out += _in_sentence(document, clause, sentence, whens, figures, year, statute)
    return [t for _, t in sorted(out, key=lambda p: p[0])]


def _inside(place: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(a <= place < b for a, b in stretches)


def _pieces(text: str, start: int, stops: str, end: int | None = None) -> list[_Stretch]:
    """The stretches between stops, without white space and task numbers at their ends."""
    out = []
    end = len(text) if end is None else end
    pattern = _stop_pattern(stops)
    position = start
    for match in [*pattern.finditer(text, start, end), None]:
        stop = match.start() if match else end
        piece = text[position:stop]
        lead = re.match(r"\s*(?:[0-9]{1,3}\s?[.、．]\s?(?![0-9])|[（(][0-9一二三四五六七八九十]{1,3}[)）]\s?)?", piece)
        left = position + (lead.end() if lead else 0)
        right = position + len(piece.rstrip())
        if left < right:
            out.append(_Stretch(left, right))
        position = match.end() if match else end
    return out


@lru_cache(maxsize=8)
def _stop_pattern(stops: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9])[{re.escape(stops)}]|[{re.escape(stops)}](?![0-9]{{3}})")


@lru_cache(maxsize=1)
def _sentence_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = figure_words()["words"]
    past = re.compile(rf"{any_word(words['past_not'])}|({any_word(words['past'])})")
    return past, re.compile(any_word(words["penal"]))


def _in_sentence(
    document: Document, clause: Clause, sentence: _Stretch, whens: list[When], figures: list[Figure], year: int | None, statute: bool
) -> list[tuple[int, Target]]:
    text = clause.text
    past, penal = _sentence_patterns()
    mine = [w for w in whens if sentence.start <= w.start < sentence.end]
    if penal.search(text, sentence.start, sentence.end):
        return []
    out: list[tuple[int, Target]] = []
    dated: set[int] = set()
    over: int | None = None  # the year that governs, where it lies in the past
    deadline: When | None = None
    stretches = _pieces(text, sentence.start, _STOPS, sentence.end)
    for number, stretch in enumerate(stretches):
        for when in (w for w in mine if stretch.start <= w.start < stretch.end and w.value):
            before_own = year is not None and int(when.value[:4]) < year
            over = int(when.value[:4]) if before_own and when.sense != "start" else None
            deadline = when if not before_own and when.sense in ("until", "within") else None if before_own else deadline
        if over is not None:
            continue
        here = [f for f in figures if stretch.start <= f.start < stretch.end]
        aims = _Aims(document, clause, stretch, deadline)
        found = aims.of_figures(here, statute, past) or aims.of_levels(past) if not statute or here else []
        out += [(stretch.start, t) for t in found]
        if found and deadline:
            dated.add(deadline.start)
        for when in (w for w in mine if stretch.start <= w.start < stretch.end):
            following = stretches[number + 1] if number + 1 < len(stretches) else None
            target = aims.of_date(when, following, figures, year, past)
            if target and when.start not in dated and not (found and when.sense != "start"):
                dated.add(when.start)
                out.append((stretch.start, target))
    return out


# --- one stretch -------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _operators() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str], dict[str, str]]:
    words = figure_words()
    before = {w: op for op, entries in words["before"].items() for w in entries}
    after = {w: op for op, entries in words["after"].items() for w in entries}
    return re.compile(any_word(before)), re.compile(rf"\s?(?:{any_word(after)})"), before, after


@lru_cache(maxsize=1)
def _level_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = figure_words()["words"]
    scope, ends, compared = any_word(words["compared_scopes"]), any_word(words["compared_ends"]), any_word(words["compared"])
    level = rf"(?P<op>不低于|不得低于|不高于|高于|低于|超过|达到|快于|优于)(?P<value>(?:(?:{scope})[^，。；：、（）的]{{0,14}}(?:{ends})|[^，。；：、（）的]{{0,14}}(?:{compared})))"
    never = any_word(words["whole_never_followed"])
    return re.compile(level), re.compile(rf"(?:{any_word(words['whole'])})(?!{never})(?=[，。；、）)]|$|的?目标)"), re.compile(any_word(words["openings"]))


@dataclass(frozen=True, slots=True)
class _Aims:
    """Makes the aims of one stretch, with the deadline that governs it."""

    document: Document
    clause: Clause
    stretch: _Stretch
    deadline: When | None

    def of_figures(self, figures: list[Figure], statute: bool, past: re.Pattern[str]) -> list[Target]:
        """An aim for each figure that is one; 均达到 gives one for each metric named before it."""
        out: list[Target] = []
        last = self.stretch.start
        operator = "="
        for figure in figures:
            between = self.clause.text[last : figure.start]
            operator, bound = _operator(self.clause.text, last, figure, operator)
            last = figure.end
            if not self._is_aim(figure, between, bound, statute) or _was(past, self.clause.text, self.stretch.start, figure.start):
                continue
            metrics = self._metrics(figure, figures)
            unit = figure.unit + _per(self.clause.text, self.stretch.start, figure)
            out += [self._target(m, operator, figure.value, unit or None) for m in metrics]
        return out

    def _is_aim(self, figure: Figure, between: str, bound: bool, statute: bool) -> bool:
        if figure.han or statute:
            return bound or figure.large
        if not figure.weak:
            return not _is_aside(self.clause.text, figure)
        return bound or re.search(any_word(figure_words()["words"]["task_verbs"]), between) is not None

    def of_levels(self, past: re.Pattern[str]) -> list[Target]:
        """Compared levels (高于全省平均水平) and 全覆盖."""
        level, whole, _ = _level_patterns()
        text, start, end = self.clause.text, self.stretch.start, self.stretch.end
        out = []
        for match in level.finditer(text, start, end):
            if not _was(past, text, start, match.start()):
                operator = {"不低于": ">=", "不得低于": ">=", "不高于": "<=", "低于": "<", "达到": "="}.get(match["op"], ">")
                out.append(self._target(_metric(text, start, match.start()), operator, match["value"], None))
        for match in whole.finditer(text, start, end):
            if not _was(past, text, start, match.start()):
                out.append(self._target(_metric(text, start, match.start()), "=", match[0], None))
        return out

    def of_date(self, when: When, following: _Stretch | None, figures: list[Figure], year: int | None, past: re.Pattern[str]) -> Target | None:
        """An aim for a date alone: what is to be done by it, in this stretch or the one behind it."""
        text, stretch = self.clause.text, self.stretch
        takes_effect = re.match(rf"\s?(?:起)?(?:{any_word(figure_words()['words']['effect'])})", text[when.end : stretch.end])
        if when.sense == "start" and takes_effect and when.value:
            return self._dated(when, _Stretch(stretch.start, stretch.end), "施行日期")
        if when.sense not in ("until", "within") or not when.value or (year is not None and int(when.value[:4]) < year):
            return None
        if _was(past, text, stretch.start, stretch.end) or re.search(r"是.{0,20}(?:年|期|之年)$|周年", text[stretch.start : stretch.end]):
            return None
        rest = (text[stretch.start : when.start] + text[when.end : stretch.end]).strip("，,、 （）()")
        if when.sense == "within" and (year is None or (len(rest) < 2 and following is None)):
            return None
        if len(rest) >= 2:
            return self._dated(when, stretch, _metric_of(rest))
        if following is None or any(following.start <= f.start < following.end for f in figures):
            return None
        return self._dated(when, _Stretch(stretch.start, following.end), _metric_of(text[following.start : following.end]))

    def _dated(self, when: When, stretch: _Stretch, metric: str) -> Target:
        text = self.clause.text[stretch.start : stretch.end]
        spans = cut(self.clause.spans, stretch.start, stretch.end)
        return Target(self.document.id, self.clause.id, text, spans, metric, "=", None, None, when.value)

    def _target(self, metric: str, operator: str, value: str, unit: str | None) -> Target:
        start, end = self.stretch.start, self.stretch.end
        text, spans = self.clause.text[start:end], cut(self.clause.spans, start, end)
        deadline = self.deadline.value if self.deadline else None
        return Target(self.document.id, self.clause.id, text, spans, metric or _metric_of(text), operator, value, unit, deadline)

    def _metrics(self, figure: Figure, figures: list[Figure]) -> list[str]:
        """What is measured: for a count the thing behind it, else what stands before; several where 均 or 都 says so."""
        text, start, end = self.clause.text, self.stretch.start, self.stretch.end
        counted = re.match(r"(?:以上|以下|以内|左右)?的?([^，。；、：（）()\t]{1,25})", text[figure.end : end])
        if figure.kind == "count" and counted and not re.match(r"(?:内|时|以|的$)", counted[1]):
            return [counted[1].strip()]
        first = figures[0]
        head = text[start : first.start]
        if re.search(r"(?:均|都|分别)[^，。；、]{0,8}$", head):
            parts = [p for p in re.split(r"、|和|以及|及|与", head) if p.strip()]
            names = [_metric_of(p) for p in parts]
            names = [n for n in names if n]
            if "分别" in head and len(names) == len(figures) > 1:
                return [names[figures.index(figure)]]
            if "分别" not in head and len(names) > 1:
                return names
            return [_metric_of(head)]
        previous = max((f.end for f in figures if f.end <= figure.start), default=start)
        own = _metric(text, previous, figure.start)
        return [own or (_metric(text, start, first.start) if previous > start else "")]


def _operator(text: str, start: int, figure: Figure, inherited: str) -> tuple[str, bool]:
    """The operator of a figure and whether a word bounds it; a figure of a list (50%、80%) has that of the one before."""
    before, after, ops, after_ops = _operators()
    kinds = figure_words()["kinds"]
    behind = after.match(text, figure.end)
    if behind:
        return after_ops[behind[0].strip()], True
    gap = text[start : figure.start]
    found = [m for m in before.finditer(gap) if ops[m[0]] not in kinds["adjacent"] or m.end() >= len(gap.rstrip()) - 1]
    if found:
        operator = ops[found[-1][0]]
        return operator, operator in kinds["bounding"] or (operator == "~" and not figure.han)
    if gap.strip() in ("、", "和", "及", "，") and inherited:
        return inherited, False
    return (">=" if re.match(r"[^，。；]{0,6}(?:红线|底线)", text[figure.end :]) else "="), False


def _per(text: str, start: int, figure: Figure) -> str:
    """每人每年100元 → /人·年."""
    match = re.search(r"每(人|户|亩|镇|村|乡镇|县|学生|生|床|吨|公里)?(?:每)?(年|月|天|日|学年|次)?(?:按照?|补助|补贴|给予|发放|不低于|不少于|不超过|约)?\s?$", text[start : figure.start])
    if match is None or figure.kind != "money" or "/" in figure.unit or not (match[1] or match[2]):
        return ""
    return "/" + "·".join(p for p in (match[1], match[2]) if p)


def _is_aside(text: str, figure: Figure) -> bool:
    """（共14个）, （含11个…）: a count in brackets that only explains a name."""
    head = text[max(0, figure.start - 12) : figure.start]
    opened = max(head.rfind("（"), head.rfind("("))
    return opened >= 0 and re.match(r"[（(]\s?(?:共|含|其中|不含|包括)", head[opened:]) is not None


def _was(past: re.Pattern[str], text: str, start: int, end: int) -> bool:
    """Whether the stretch tells, before the figure, that something has been done."""
    return any(m[1] for m in past.finditer(text, start, end))


def _metric(text: str, start: int, end: int) -> str:
    """The metric in the text before an operator or figure: the last part of a list, without dates and opening verbs."""
    piece = re.split(r"、", text[start:end])
    kept = piece[-1] if len(piece[-1].strip()) >= 3 else text[start:end]
    return _metric_of(kept)


def _metric_of(piece: str) -> str:
    before, _, _, _ = _operators()
    opening = _level_patterns()[2]
    whens = find_whens(piece, None)
    for when in reversed(whens):
        piece = piece[: when.start] + piece[when.end :]
    piece = piece.strip("，,、；;：: 　（()）")
    while True:
        last = [m for m in before.finditer(piece) if m.end() == len(piece)]
        tail = re.search(r"(?:均|都|分别|原则上|一般|应|要|可|须|必须)$", piece)
        if last:
            piece = piece[: last[0].start()].rstrip("，、 ")
        elif tail:
            piece = piece[: tail.start()].rstrip("，、 ")
        else:
            break
    while True:
        match = opening.match(piece)
        if match is None or match.end() >= len(piece):
            return piece.strip()[-_LONGEST_METRIC:]
        piece = piece[match.end() :].lstrip("，、 ")
