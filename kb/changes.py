"""What changed between a clause and its source, and what that makes of the link.

Two measures that match are compared for what matters: figures, dates, scope, the body in charge. What merely reads differently is no
change. A link is *adjusted* where such changes weigh in what the clause carries over, *verbatim* where nearly all is carried over as it
stands, else *refined*. Every change named is there: what stands left of the arrow is in the source's stretch and not in the
clause's, what stands right of it the other way round.

`高于全国农民平均水平` → `高于全省农民平均水平` gives `范围：全国→全省`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from kb.alignment import Hit
from kb.errors import DataError
from kb.measures import Measure, Substance
from kb.similarity import MATCH, Part
from kb.tables import settings

KINDS = {"figure": "数字", "date": "日期", "scope": "范围", "body": "主体"}
SAME = 0.45  # share of the longer measure's weight that two measures must have in common for their differences to be changes
WHOLE = 0.85  # share from which a measure is carried over as it stands
CARRIED = 0.5  # share of the clause that is carried over, from which any change makes it adjusted
ADJUSTED = 0.25  # share of the matching evidence in measures that changed, from which the clause is adjusted however much is its own
VERBATIM = 0.65  # share of the clause that is carried over, and of the matches that are whole, from which it is verbatim
ALL = 0.9  # share of the source that is carried over, from which the clause is verbatim
MOST_MEASURES = 3  # added and dropped measures named
HAN = "二两三四五六七八九十百千"


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
    for name in ("scope_words", "body_words", "group_endings", "group_openings", "figure_units"):
        rows = data.get(name)
        if not isinstance(rows, list) or not rows or not all(isinstance(r, str) and r and r.strip() == r for r in rows):
            problems.append(f"{name} 应为词语列表")
        elif len(set(rows)) != len(rows):
            problems.append(f"{name} 有重复")
    both = set(data.get("scope_words") or ()) & set(data.get("body_words") or ())
    if both:
        problems.append(f"{sorted(both)[0]} 同时是范围词和主体词")
    return problems


class Side(NamedTuple):
    """A clause with the grams of its measures."""

    text: Substance
    parts: Sequence[Part]  # its heading's first


def judge(lower: Side, upper: Side, hits: Sequence[Hit]) -> tuple[str, tuple[str, ...]]:
    """The relation of a clause to its source, and the changes in words."""
    compared = [_compare(lower, upper, hit, hits) for hit in hits if hit.evidence >= MATCH and min(hit.lower, hit.upper) >= 0]
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


def _compare(lower: Side, upper: Side, hit: Hit, hits: Sequence[Hit]) -> Compared:
    mine, theirs = lower.text.measures[hit.lower], upper.text.measures[hit.upper]
    low, high = lower.parts[hit.lower + 1], upper.parts[hit.upper + 1]
    shared = sum(w for gram, w in low.grams.items() if gram in high.grams)
    changes: tuple[Change, ...] = ()
    if mine.folded != theirs.folded and shared >= SAME * max(low.total, high.total):
        strong = [h for h in hits if h.evidence >= MATCH]
        beside_mine = _beside(lower.text.measures, hit.lower, {h.lower for h in strong})
        beside_theirs = _beside(upper.text.measures, hit.upper, {h.upper for h in strong})
        changes = differences(mine.folded, theirs.folded, beside_mine, beside_theirs)
    return Compared(hit, shared, low.total, high.total, changes)


def _beside(measures: Sequence[Measure], number: int, taken: set[int]) -> str:
    """The unmatched measures right before and behind a measure in its sentence: where a body may stand apart from its duty."""
    near = [n for n in (number - 1, number + 1) if 0 <= n < len(measures) and n not in taken]
    return "，".join(measures[n].folded for n in near if measures[n].sentence == measures[number].sentence)


def differences(lower: str, upper: str, beside_lower: str = "", beside_upper: str = "") -> tuple[Change, ...]:
    """The changes of figures, dates, scope and bodies between two folded measures that match."""
    out = [change for kind in ("figure", "date") for change in _pair_up(kind, figures(upper, kind), figures(lower, kind))]
    for kind, name in (("scope", "scope_words"), ("body", "body_words")):
        before = [w for w in listed(upper, name) if w not in lower and w not in beside_lower]
        after = [w for w in listed(lower, name) if w not in upper and w not in beside_upper]
        if after and not before:
            before = [w for w in listed(beside_upper, name) if w not in lower and w not in beside_lower]
        if before and after:
            out.extend(_pair_up(kind, before, after))
    if not any(change.kind == "scope" for change in out):
        out.extend(_groups(lower, upper))
    return tuple(dict.fromkeys(out))


def _pair_up(kind: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    gone = [b for b in before if b not in after]
    new = [a for a in after if a not in before]
    for i in range(max(len(gone), len(new))):
        yield Change(kind, gone[i] if i < len(gone) else "", new[i] if i < len(new) else "")


def listed(text: str, name: str) -> list[str]:
    """The words of a list that stand in a folded text, in its order; a longer word hides those inside it."""
    known = [w for w in words()[name] if w in text]
    if not known:
        return []
    known.sort(key=len, reverse=True)
    found = []
    i = 0
    while i < len(text):
        word = next((w for w in known if text.startswith(w, i)), "")
        if word:
            found.append(word)
        i += len(word) or 1
    return found


def figures(text: str, kind: str) -> list[str]:
    """The figures with their units (kind figure), or the dates (kind date), of a folded text."""
    found = []
    i = 0
    units = sorted(words()["figure_units"], key=len, reverse=True)
    while i < len(text):
        end = _number_end(text, i)
        if end == i:
            i += 1
            continue
        unit = next((u for u in units if text.startswith(u, end)), "")
        is_date = unit in ("年", "月", "日") and text[i].isdigit() and (end - i == 4 or unit != "年")
        if (text[i].isdigit() or unit) and is_date == (kind == "date"):
            found.append(text[i : end + len(unit)])
        i = end + len(unit)
    return found


def _number_end(text: str, start: int) -> int:
    """Behind the number that begins at `start`; `start` where none does."""
    i = start
    if text[i].isdigit():
        while i < len(text) and (text[i].isdigit() or (text[i] == "." and text[i + 1 : i + 2].isdigit())):
            i += 1
        return i
    while i < len(text) and text[i] in HAN:
        i += 1
    return i


def _groups(lower: str, upper: str) -> Iterator[Change]:
    """One group put for another where the rest of the measure stays: 脱贫县 → 祁东县."""
    endings = tuple(words()["group_endings"])
    for (a, b), (c, d) in _replaced(lower, upper):
        for more in range(4):
            mine, theirs = lower[a : b + more], upper[c : d + more]
            if mine[len(mine) - more :] != theirs[len(theirs) - more :]:
                break
            if mine.endswith(endings) and theirs.endswith(endings):
                after, before = _group(mine), _group(theirs)
                if after and before and after not in upper and before not in lower:
                    yield Change("scope", before, after)
                break


def _group(name: str) -> str:
    """The name of a group without what stands before it; "" where it is none."""
    name = name.rpartition("、")[2]
    openings = tuple(words()["group_openings"])
    while name.startswith(openings):
        name = name[max(len(o) for o in openings if name.startswith(o)) :]
    return name if 2 < len(name) <= 14 and not name.endswith(("农村", "乡村")) else ""


def _replaced(lower: str, upper: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches of two texts that stand for one another between what they share, both sides not empty."""
    work = [((0, len(lower)), (0, len(upper)))]
    while work:
        (a, b), (c, d) = work.pop()
        if a == b or c == d:
            continue
        length, i, j = _longest_shared(lower, a, b, upper, c, d)
        if length < 2:
            yield (a, b), (c, d)
            continue
        work.append(((i + length, b), (j + length, d)))
        work.append(((a, i), (c, j)))


def _longest_shared(one: str, a: int, b: int, other: str, c: int, d: int) -> tuple[int, int, int]:
    """The longest stretch that one[a:b] and other[c:d] share: its length and its places."""
    places: dict[str, list[int]] = {}
    for j in range(c, d - 1):
        places.setdefault(other[j : j + 2], []).append(j)
    best = (0, a, c)
    for i in range(a, b - 1):
        for j in places.get(one[i : i + 2], ()):
            length = 2
            while i + length < b and j + length < d and one[i + length] == other[j + length]:
                length += 1
            if length > best[0]:
                best = (length, i, j)
    return best


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
    kept = {h.upper for h in strong}
    if 2 * len(kept) < len(upper.measures):
        return ()
    added = _longest([m for n, m in enumerate(lower.measures) if n not in {h.lower for h in strong}])
    dropped = _longest([m for n, m in enumerate(upper.measures) if n not in kept])
    return tuple(f"增加：{m.folded}" for m in added) + tuple(f"删去：{m.folded}" for m in dropped)


def _longest(measures: Sequence[Measure]) -> list[Measure]:
    chosen = sorted(measures, key=lambda m: -len(m.folded))[:MOST_MEASURES]
    return [m for m in measures if m in chosen and len(m.folded) >= 6]
