"""What changed between a clause and its source, and what that makes of the link.

Two measures that match are compared for what matters: figures, dates, scope, the body in charge. What merely reads differently is no
change. A link is *adjusted* where such changes weigh in what the clause carries over, *verbatim* where nearly all is carried over as it
stands, else *refined*. Every change named is there: what stands left of the arrow is in the source's stretch and not in the
clause's, what stands right of it the other way round.

`高于全国农民平均水平` → `高于全省农民平均水平` gives `范围：全国→全省`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from kb.derivation.alignment import Hit
from kb.derivation.measures import Measure, Substance
from kb.errors import DataError
from kb.numerals import to_int
from kb.similarity import MATCH, Part, shared_weight
from kb.tables import settings

KINDS = {"figure": "数字", "date": "日期", "frequency": "频次", "scope": "范围", "body": "主体"}
SHORTER, LONGER = 0.5, 0.2  # shares of the two measures' weights that they must have in common for their differences to be changes
KIN = 4  # characters that two groups' names share where one is put for the other: 国家…重点帮扶县, 省级…重点帮扶县
LONGEST_GROUP = 14  # characters of a group's name
WHOLE = 0.85  # share from which a measure is carried over as it stands
CARRIED = 0.5  # share of the clause that is carried over, from which any change makes it adjusted
ADJUSTED = 0.25  # share of the matching evidence in measures that changed, from which the clause is adjusted however much is its own
VERBATIM = 0.75  # share of the clause that is carried over, and of the matches that are whole, from which it is verbatim
ALL = 0.9  # share of the source that is carried over, from which the clause is verbatim
REMEMBERED = 10_000  # texts of which is kept what they say: a source is compared with many
ONCE = ("次", "轮", "遍", "回")
MOST_MEASURES = 3  # added and dropped measures named


class Change(NamedTuple):
    """`before` stands in the source, `after` in the clause; one of them may be empty."""

    kind: str
    before: str
    after: str


class Compared(NamedTuple):
    """A matching pair of measures: shared weight, the lower and upper one's, the evidence, the changes."""

    hit: Hit
    shared: float
    lower: float
    upper: float
    changes: tuple[Change, ...]


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The table kb/data/changes.toml, checked."""
    data = settings("changes")
    problems = lint(data)
    if problems:
        raise DataError(problems[0], "changes.toml", "请改正该项")
    return data


def lint(data: dict[str, Any]) -> list[str]:
    """What is wrong with a table of change words, in Chinese; empty when nothing is."""
    problems = []
    for name in ("territory_words", "level_words", "body_words", "group_endings", "group_openings", "no_groups", "people_endings", "figure_units", "periods"):
        rows = data.get(name)
        if not isinstance(rows, list) or not rows or not all(isinstance(r, str) and r and r.strip() == r for r in rows):
            problems.append(f"{name} 应为词语列表")
        elif len(set(rows)) != len(rows):
            problems.append(f"{name} 有重复")
    lists = [set(data.get(name) or ()) for name in ("territory_words", "level_words", "body_words")]
    for word in sorted(lists[0] & lists[1] | lists[0] & lists[2] | lists[1] & lists[2]):
        problems.append(f"{word} 列在两处")
    return problems


class Side(NamedTuple):
    """A clause with the grams of its measures."""

    text: Substance
    parts: Sequence[Part]  # its heading's first


def judge(lower: Side, upper: Side, hits: Sequence[Hit]) -> tuple[str, tuple[str, ...]]:
    """The relation of a clause to its source, and the changes in words."""
    strong = [hit for hit in hits if hit.evidence >= MATCH]
    beside = _rests(lower.text.measures, {h.lower for h in strong}), _rests(upper.text.measures, {h.upper for h in strong})
    compared = [_compare(lower, upper, hit, beside) for hit in strong if min(hit.lower, hit.upper) >= 0]
    named = list(dict.fromkeys(change for c in compared for change in c.changes))
    changes = tuple(tell(change) for change in named)
    carried = sum(c.shared for c in compared)
    own = sum(p.total for p in lower.parts[1:])
    matched = sum(c.hit.evidence for c in compared)
    changed = sum(c.hit.evidence for c in compared if c.changes)
    if changed and (carried >= CARRIED * own or changed >= ADJUSTED * matched):
        return "adjusted", changes + _added_and_dropped(lower.text, upper.text, hits)
    relation = "verbatim" if compared and _is_verbatim(lower, upper, compared) else "refined"
    return relation, changes + _added_and_dropped(lower.text, upper.text, hits)


def tell(change: Change) -> str:
    """A change for a reader: 范围：全国→全省, 数字：增加10%."""
    if change.before and change.after:
        return f"{KINDS[change.kind]}：{change.before}→{change.after}"
    return f"{KINDS[change.kind]}：增加{change.after}" if change.after else f"{KINDS[change.kind]}：删去{change.before}"


def _compare(lower: Side, upper: Side, hit: Hit, beside: tuple[Mapping[int, str], Mapping[int, str]]) -> Compared:
    mine, theirs = lower.text.measures[hit.lower], upper.text.measures[hit.upper]
    low, high = lower.parts[hit.lower + 1], upper.parts[hit.upper + 1]
    shared = shared_weight(low, high)
    changes: tuple[Change, ...] = ()
    if mine.folded != theirs.folded and shared >= SHORTER * min(low.total, high.total) and shared >= LONGER * max(low.total, high.total):
        changes = differences(mine.folded, theirs.folded, beside[0].get(mine.sentence, ""), beside[1].get(theirs.sentence, ""))
    return Compared(hit, shared, low.total, high.total, changes)


def _rests(measures: Sequence[Measure], taken: set[int]) -> dict[int, str]:
    """Sentence → what it says that matches nothing: there a body may stand apart from its duty."""
    rests: dict[int, str] = {}
    for number, measure in enumerate(measures):
        if number not in taken:
            before = rests.get(measure.sentence)
            rests[measure.sentence] = f"{before}，{measure.folded}" if before else measure.folded
    return rests


def differences(lower: str, upper: str, rest_lower: str = "", rest_upper: str = "") -> tuple[Change, ...]:
    """The changes of figures, dates, scope and bodies between two folded measures that match.

    `rest_…` is what their sentences say besides that matches nothing. What merely moved there is no change; what is put there for
    something of the same kind is one.
    """
    mine, beside = said(lower), said(rest_lower)
    if mine is NOTHING and beside is NOTHING:
        return ()  # nothing is put there for anything
    theirs, above = said(upper), said(rest_upper)
    out = list(_groups(Place(lower, mine), Place(upper, theirs), Place(rest_lower, beside), Place(rest_upper, above)))
    over: tuple[list[str], list[str]] = ([], [])  # words of scope for which the other side has none of the same list: 全省 → 市级
    for kind, i in (("scope", 0), ("scope", 1), ("body", 2), ("frequency", 3)):
        if not (theirs[i] or above[i] or mine[i] or beside[i]):
            continue
        before = _missing(theirs[i] or above[i], mine[i] + beside[i])
        after = _missing(mine[i] or beside[i], theirs[i] + above[i])
        out.extend([Change(kind, gone, new) for gone, new in zip(before, after, strict=False)])
        if kind == "scope":
            over[0].extend(before[len(after) :])
            over[1].extend(after[len(before) :])
    out.extend(Change("scope", gone, new) for gone, new in zip(*over, strict=False))
    named = "".join(change.after for change in out)
    for kind, i in (("figure", 4), ("date", 5)):
        after = [f for f in _missing(mine[i], theirs[i] + above[i]) if f not in named]
        if after:
            out.extend(_paired(kind, _missing(theirs[i], mine[i] + beside[i]), after))
    return tuple(dict.fromkeys(out))


class Said(NamedTuple):
    """What of a folded text can be put for something else, in its order: words of four lists, figures, dates, groups."""

    territories: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Place(NamedTuple):
    """A folded text and what it says."""

    text: str
    said: Said


NOTHING = Said()


@lru_cache(maxsize=REMEMBERED)
def said(text: str) -> Said:
    """What a folded text says that can change; NOTHING where it says nothing of the kind."""
    if not text or not _signs().search(text):
        return NOTHING
    territories, levels, bodies, periods = (listed(text, name) for name in ("territory_words", "level_words", "body_words", "periods"))
    return Said(territories, levels, bodies, periods, *figures(text), groups(text))


@lru_cache(maxsize=1)
def _signs() -> re.Pattern[str]:
    """The characters without which a text says nothing that can change."""
    names = ("territory_words", "level_words", "body_words", "periods", "group_endings")
    return re.compile("[0-9二两三四五六七八九十百千一" + re.escape("".join({word[0] for name in names for word in words()[name]})) + "]")


def _paired(kind: str, before: list[str], after: list[str]) -> Iterator[Change]:
    """Figures put for figures of the same unit, in order; what has none to stand for was added."""
    left = list(before)
    for new in after:
        unit = _numbers().sub("", new, count=1)
        gone = next((old for old in left if _numbers().sub("", old, count=1) == unit), "")
        if gone:
            left.remove(gone)
        yield Change(kind, gone, new)


def _missing(found: Sequence[str], others: Sequence[str]) -> list[str]:
    """What is found here and not there: 我县 is 全县, 两次 is 2次."""
    if not found:
        return []
    known = {_key(other) for other in others}
    return [word for word in found if _key(word) not in known]


def _key(word: str) -> str:
    """What a word says, however it is written."""
    if len(word) == 2 and word[0] in "全我本":
        return "全" + word[1]
    number = _numbers().match(word)
    value = to_int(number.group()) if number else None
    return word if number is None or value is None else f"{value}{word[number.end():]}"


def listed(text: str, name: str) -> tuple[str, ...]:
    """The words of a list that stand in a folded text, in its order; a longer word hides those inside it."""
    return tuple(_any_of(name).findall(text))


@lru_cache(maxsize=8)
def _any_of(name: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words()[name], key=len, reverse=True)))


def figures(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The figures with their units, and the dates, of a folded text. A number without a unit is a name: 832平台."""
    found: tuple[list[str], list[str]] = ([], [])
    for number in _figures().finditer(text):
        printed, unit = number[1], number[2]
        if unit is None:
            continue
        if printed == "一" and (unit not in ONCE or text.startswith("性", number.end()) or not listed(text[: number.start()], "periods")):
            continue  # 一 is a figure only where it says how often: 每月至少一次
        is_date = unit in ("年", "月", "日") and printed[0].isdigit() and (len(printed) == 4 or unit != "年")
        found[is_date].append(number[0])
    return tuple(found[0]), tuple(found[1])


@lru_cache(maxsize=1)
def _figures() -> re.Pattern[str]:
    """A number with the unit behind it."""
    return re.compile(rf"({_numbers().pattern})(?:(?<!\.)({'|'.join(re.escape(unit) for unit in _units())}))?")


@lru_cache(maxsize=1)
def _numbers() -> re.Pattern[str]:
    return re.compile("[0-9][0-9.]*|[二两三四五六七八九十百千]+|一")


@lru_cache(maxsize=1)
def _units() -> tuple[str, ...]:
    return tuple(sorted(words()["figure_units"], key=len, reverse=True))


def _groups(lower: Place, upper: Place, beside: Place, above: Place) -> Iterator[Change]:
    """One group put for another: 脱贫县 → 祁东县. A group that is merely left out, or named where none was, is no such change."""
    people = tuple(words()["people_endings"])
    if not (lower.said.groups and upper.said.groups) and not (beside.said.groups and above.said.groups):
        return
    before = [g for g in upper.said.groups if g not in lower.text and g not in beside.text]
    after = [g for g in lower.said.groups if g not in upper.text and g not in above.text]
    if before and after:
        for of_people in (True, False):
            left = [g for g in before if g.endswith(people) is of_people]
            put = [g for g in after if g.endswith(people) is of_people]
            yield from (Change("scope", gone, new) for gone, new in zip(left, put, strict=False) if not _same_group(gone, new))
    if not before and not after:
        for gone in above.said.groups:
            for new in beside.said.groups:
                if gone != new and gone not in beside.text and new not in above.text and _longest_shared(gone, new) >= KIN:
                    yield Change("scope", gone, new)


def _same_group(one: str, other: str) -> bool:
    """Whether two names mean one group: 返贫致贫人口, 返贫致贫人员; 切实保障低收入人口, 保障好低收入人口."""
    if _stem(one) == _stem(other):
        return True
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    return shared >= KIN and max(len(one), len(other)) - shared >= KIN


def _stem(group: str) -> str:
    """A group's name without the word for people that may be put for another."""
    for ending in words()["people_endings"]:
        if group.endswith(ending):
            return group[: -len(ending)]
    return group


def _longest_shared(one: str, other: str) -> int:
    """The length of the longest stretch that two short names share."""
    return max((n for i in range(len(one)) for n in range(1, len(one) - i + 1) if one[i : i + n] in other), default=0)


@lru_cache(maxsize=1)
def _group_marks() -> tuple[re.Pattern[str], frozenset[str]]:
    """What ends a group's name, longer endings first, or parts it from what stands before; and the marks that part."""
    endings = sorted(words()["group_endings"], key=len, reverse=True)
    return re.compile(f"{'|'.join(map(re.escape, endings))}|[{re.escape(words()['group_breaks'])}]"), frozenset(words()["group_breaks"]) - set(endings)


def groups(text: str) -> tuple[str, ...]:
    """The groups of people, places and units that a folded measure names: 脱贫县, 易返贫致贫人口."""
    openings, never = words()["group_openings"], tuple(words()["no_groups"])
    marks, breaks = _group_marks()
    found = []
    start = 0
    for mark in marks.finditer(text):
        if mark[0] not in breaks:
            name = text[start : mark.end()]
            name = name[max((name.rfind(o) + len(o) for o in openings if o in name), default=0) :]
            if len(mark[0]) < len(name) <= LONGEST_GROUP and len(name) > 2 and not name.endswith(never):
                found.append(name)
        start = mark.end()
    return tuple(found)


def _is_verbatim(lower: Side, upper: Side, compared: Sequence[Compared]) -> bool:
    """Whether nearly all of the clause is carried over whole, or nearly all of the source is."""
    whole = sum(1 for c in compared if c.shared >= WHOLE * max(c.lower, c.upper)) / len(compared)
    carried = sum(c.shared for c in compared)
    mine = sum(p.total for p in lower.parts[1:])
    if whole >= VERBATIM and carried >= VERBATIM * mine:
        return True
    taken: dict[int, float] = {}
    for c in compared:
        taken[c.hit.upper] = max(taken.get(c.hit.upper, 0.0), c.shared)
    return sum(taken.values()) >= ALL * sum(p.total for p in upper.parts[1:])


def _added_and_dropped(lower: Substance, upper: Substance, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The longest measures that the clause adds to its source or drops from it, where it carries over a good part of it."""
    strong = [h for h in hits if h.evidence >= MATCH]
    kept, carried = {h.upper for h in strong}, {h.lower for h in strong}
    if 2 * len(kept) < len(upper.measures):
        return ()
    theirs, mine = {m.folded for m in upper.measures}, {m.folded for m in lower.measures}
    added = _longest([m for n, m in enumerate(lower.measures) if n not in carried and m.folded not in theirs])
    dropped = _longest([m for n, m in enumerate(upper.measures) if n not in kept and m.folded not in mine])
    return tuple(f"增加：{m.folded}" for m in added) + tuple(f"删去：{m.folded}" for m in dropped)


def _longest(measures: Sequence[Measure]) -> list[Measure]:
    chosen = sorted(measures, key=lambda m: -len(m.folded))[:MOST_MEASURES]
    return [m for m in measures if m in chosen and len(m.folded) >= 6]
