"""Two documents clause by clause, and what a lower document leaves of a higher one.

`compare` takes the first document as the one that the second was drawn from: each clause of the second is carried over as it stands,
changed (with what changed), or added; clauses of the first that no clause of the second takes up are left out. Where several clauses
became one, or one became several, all of them stand side by side under what changed. `gaps` says what of a higher document a lower one
takes up, by the links that were found. Only clauses with a substance of their own count; headings and preambles are no provisions.

Between an opinion with 第一条 建立台账 and its revision with 第一条 建立电子台账, the clause is changed, and nothing added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.derivation.alignment import Finding, Hit, Prepared, find, index, prepare
from kb.derivation.candidates import Candidate
from kb.derivation.measures import fold
from kb.model import Clause, Document, Link, Pair
from kb.similarity import MATCH, Weights, count_grams, weigh
from kb.tracing import SOURCE, Compared, Text, link_of, provisions, read_clauses

SAME_WORDS = 0.5  # share of a clause that stands word for word in the other document, from which it is taken up there however little that says
SHORTEST_TOLD = 4  # characters of a stretch that is told to be added or dropped
MOST_NAMED = 3  # clauses named that became one, or that one became
ADDED, DROPPED = "增加：", "删去："


class Match(NamedTuple):
    """A clause of the first document and one of the second that takes it up."""

    first: Clause
    second: Clause
    score: float
    relation: str
    changes: tuple[str, ...]
    pairs: tuple[Pair, ...]  # from the second's text to the first's


class Comparison(NamedTuple):
    """Each substantial clause of either document stands in one of the four: of the first in carried, changed or left out, of the second
    in carried, changed or added. A clause that was merged or split stands in several matches of `changed`. What is said to be added stands
    nowhere in the first document, what is said to be dropped nowhere in the second."""

    carried: tuple[Match, ...]
    changed: tuple[Match, ...]
    added: tuple[Clause, ...]
    left_out: tuple[Clause, ...]


class Gaps(NamedTuple):
    """What a lower document leaves of a higher one, and what it has that the higher one does not: by id the clauses there on the same topic,
    which are no sources. `not_compared` are clauses without parts that say too little by themselves to be traced; `linked` is false where nothing of
    the one was traced to the other, and the two were compared for this."""

    not_taken_up: tuple[Clause, ...]
    without_source: tuple[Clause, ...]
    same_topic: Mapping[str, tuple[Clause, ...]]
    not_compared: tuple[Clause, ...]
    linked: bool


class Sides(NamedTuple):
    """The substantial clauses of two documents, ready to be compared, and for each of the second what it draws on, strongest first."""

    first: tuple[Text, ...]
    second: tuple[Text, ...]
    found: list[list[Compared]]
    upper: tuple[Prepared, ...]
    lower: tuple[Prepared, ...]


Chosen = dict[tuple[int, int], Compared]  # numbers of a clause of the second and of one of the first → what speaks for it, in that order


def compare(doc_a: Document, doc_b: Document, clauses_a: Sequence[Clause], clauses_b: Sequence[Clause]) -> Comparison:
    """What the second document makes of the first."""
    sides = _find_all(doc_a.title, clauses_a, clauses_b)
    chosen = _choose(sides)
    told = _tell(sides, chosen, _words(clauses_a), _words(clauses_b))
    carried: list[Match] = []
    changed: list[Match] = []
    for (below, above), compared in chosen.items():
        lower, upper = sides.second[below], sides.first[above]
        link = link_of(lower, upper, compared, Candidate(doc_a.id, False, False, True))
        assert link is not None, (lower.clause.id, upper.clause.id)  # what is chosen has a stretch to show
        together, differs = told[below, above]
        new = "".join(d for d in differs if d.startswith(ADDED))  # a figure in what is told to be added need not be told again
        named = [c for c in link.changes if not c.startswith((ADDED, DROPPED)) and not ("：增加" in c and c.partition("：增加")[2] in new)]
        changes = (*together, *named, *differs)
        if not changes:
            changes = tuple(_reworded(lower, upper, compared))
        match = Match(upper.clause, lower.clause, link.score, link.relation, changes, link.pairs)
        (changed if changes else carried).append(match)
    below_taken, above_taken = {below for below, _ in chosen}, {above for _, above in chosen}
    return Comparison(
        tuple(carried),
        tuple(changed),
        tuple(t.clause for n, t in enumerate(sides.second) if n not in below_taken),
        tuple(t.clause for n, t in enumerate(sides.first) if n not in above_taken),
    )


def _find_all(title: str, above: Sequence[Clause], below: Sequence[Clause]) -> Sides:
    """Both sides and what of the one draws on the other; findings too weak for a source are left out."""
    first, second = read_clauses(above), read_clauses(below)
    weights: Weights = weigh(*count_grams([m.folded for m in t.substance.measures] for t in (*first, *second)))
    shelved = index([prepare(t.substance, t.section, weights) for t in first], fold(title).text)
    found, prepared = [], []
    for text in second:
        lower = prepare(text.substance, text.section, weights)
        findings = [f for f in find(lower, shelved, weights) if f.strength >= SOURCE]
        found.append([Compared(lower, shelved.texts[f.clause], f, SOURCE) for f in findings])
        prepared.append(lower)
    return Sides(first, second, found, shelved.texts, tuple(prepared))


def _choose(sides: Sides) -> Chosen:
    """The clauses that stand side by side: each of the second with its strongest source, and each of the first that is nobody's strongest
    source with the clause that draws on it most; where too little speaks for any, those that say it word for word."""
    chosen: Chosen = {(below, found[0].finding.clause): found[0] for below, found in enumerate(sides.found) if found}
    best: dict[int, tuple[float, int, Compared]] = {}
    for below, found in enumerate(sides.found):
        for compared in found:
            above = compared.finding.clause
            if above not in best or compared.finding.strength > best[above][0]:
                best[above] = compared.finding.strength, below, compared
    taken = {above for _, above in chosen}
    chosen.update({(below, above): compared for above, (_, below, compared) in best.items() if above not in taken})
    matched = {below for below, _ in chosen}
    left = [n for n in range(len(sides.second)) if n not in matched]
    chosen.update({(mine, theirs): _by_words(sides, mine, theirs) for mine, theirs in _same_words(sides.second, left, sides.first)})
    taken = {above for _, above in chosen}
    left = [n for n in range(len(sides.first)) if n not in taken]
    chosen.update({(theirs, mine): _by_words(sides, theirs, mine) for mine, theirs in _same_words(sides.first, left, sides.second)})
    return dict(sorted(chosen.items()))


def _same_words(texts: Sequence[Text], wanted: Sequence[int], others: Sequence[Text]) -> Iterator[tuple[int, int]]:
    """Of the wanted texts those that the others say word for word for a good part, each with the one that says most of it."""
    bodies = ["，".join(m.folded for m in other.substance.measures) for other in others]
    whole = "\n".join(bodies)
    for number in wanted:
        measures = [m.folded for m in texts[number].substance.measures]
        there = [m for m in measures if m in whole]
        if there and sum(map(len, there)) >= SAME_WORDS * sum(map(len, measures)):
            said = [sum(len(m) for m in there if m in body) for body in bodies]
            yield number, said.index(max(said))


def _by_words(sides: Sides, below: int, above: int) -> Compared:
    """What two clauses say word for word alike, as if it had been found to be a source."""
    lower, upper = sides.second[below].substance.measures, sides.first[above].substance.measures
    hits = tuple(
        Hit(n, at, MATCH)
        for n, mine in enumerate(lower)
        if (at := next((k for k, theirs in enumerate(upper) if mine.folded in theirs.folded or theirs.folded in mine.folded), -1)) >= 0
    )
    return Compared(sides.lower[below], sides.upper[above], Finding(above, SOURCE, hits), SOURCE)


def _words(clauses: Sequence[Clause]) -> str:
    """All that a document says, as it is compared."""
    return "\n".join(fold(clause.text).text for clause in clauses)


def _tell(sides: Sides, chosen: Chosen, words_a: str, words_b: str) -> Mapping[tuple[int, int], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of each match which clauses became one or which one became, and what was added and dropped; the latter once for each clause."""
    kept: dict[int, set[int]] = {}  # measures of the first's clauses that any clause of the second takes up
    carried: dict[int, set[int]] = {}
    everything = [(below, c) for below, found in enumerate(sides.found) for c in found] + [(below, c) for (below, _), c in chosen.items()]
    for below, compared in everything:
        strong = _strong(sides.second[below], sides.first[compared.finding.clause], compared)
        kept.setdefault(compared.finding.clause, set()).update(h.upper for h in strong)
        carried.setdefault(below, set()).update(h.lower for h in strong)
    sources: dict[int, list[int]] = {}
    takers: dict[int, list[int]] = {}
    for below, above in chosen:
        sources.setdefault(below, []).append(above)
        takers.setdefault(above, []).append(below)
    main_of = {below: max(above, key=lambda a, b=below: chosen[b, a].finding.strength) for below, above in sources.items()}  # type: ignore[misc]
    taker_of = {above: max(below, key=lambda b, a=above: chosen[b, a].finding.strength) for above, below in takers.items()}  # type: ignore[misc]
    told = {}
    for below, above in chosen:
        together = []
        if len(sources[below]) > 1:
            together.append(f"合并：{_named([sides.first[n] for n in sources[below]])}合为一条")
        if len(takers[above]) > 1:
            together.append(f"拆分：分为{_named([sides.second[n] for n in takers[above]])}")
        differs = [f"{ADDED}{run}" for run in _runs(sides.second[below], carried[below], words_a)] if main_of[below] == above else []
        differs += [f"{DROPPED}{run}" for run in _runs(sides.first[above], kept[above], words_b)] if taker_of[above] == below else []
        told[below, above] = tuple(together), tuple(differs)
    return told


def _strong(lower: Text, upper: Text, compared: Compared) -> list[Hit]:
    """The measures that match. One that is there word for word matches no second one that merely speaks of the same."""
    strong = [h for h in compared.finding.hits if h.evidence >= MATCH]
    mine, theirs = lower.substance.measures, upper.substance.measures
    same = {h.upper for h in strong if min(h.lower, h.upper) >= 0 and mine[h.lower].folded == theirs[h.upper].folded}
    return [h for h in strong if h.upper not in same or (h.lower >= 0 and mine[h.lower].folded in theirs[h.upper].folded)]


def _named(texts: Sequence[Text]) -> str:
    """The places of clauses: 六/（一）、六/（二）; of many only how many they are, for each of them has a line of its own."""
    return f" {len(texts)} 条" if len(texts) > MOST_NAMED else "、".join(t.clause.path for t in texts)


def _runs(text: Text, matched: set[int], others: str) -> Iterator[str]:
    """The stretches of a clause that nothing matches and that the other document does not say anywhere; neighbours of one sentence together."""
    measures = text.substance.measures
    new = [n for n, m in enumerate(measures) if n not in matched and m.folded not in others]
    start = 0
    for at in range(1, len(new) + 1):
        if at == len(new) or new[at] != new[at - 1] + 1 or measures[new[at]].sentence != measures[new[at - 1]].sentence:
            a, b = measures[new[start]], measures[new[at - 1]]
            if b.end - a.start >= SHORTEST_TOLD:
                yield "".join(text.clause.text[a.start : b.end].split())
            start = at


def _reworded(lower: Text, upper: Text, compared: Compared) -> Iterator[str]:
    """The measures that read differently, where nothing else is to be told of the two clauses."""
    for hit in _strong(lower, upper, compared):
        if min(hit.lower, hit.upper) >= 0:
            mine, theirs = lower.substance.measures[hit.lower], upper.substance.measures[hit.upper]
            if mine.folded not in theirs.folded:
                before, after = upper.clause.text[theirs.start : theirs.end], lower.clause.text[mine.start : mine.end]
                yield f"改写：{''.join(before.split())}→{''.join(after.split())}"


def gaps(clauses_high: Sequence[Clause], clauses_low: Sequence[Clause], links: Sequence[Link]) -> Gaps:
    """Provisions of the higher document that no clause of the lower one takes up, and clauses of the lower one without a source in it.

    `links` are those of the lower document, and decide as they do when a clause is traced; where none leads to the higher one (it was no
    candidate), the two are compared here.
    """
    high = {t.clause.id: t.clause for t in provisions(clauses_high)}
    low = {t.clause.id: t.clause for t in provisions(clauses_low)}
    drawn = [link for link in links if link.target in high and not link.parallel]
    used = {(link.origin, link.target) for link in drawn if link.relation != "related"}
    if not drawn:
        sides = _find_all("", clauses_high, clauses_low)
        used = {(t.clause.id, sides.first[c.finding.clause].clause.id) for t, found in zip(sides.second, sides.found, strict=True) for c in found}
    taken, sourced = {target for _, target in used}, {origin for origin, _ in used}
    topics = {id: tuple(high[link.target] for link in drawn if link.origin == id) for id in low if id not in sourced}
    parents = {c.parent for c in clauses_low}
    short = tuple(c for c in clauses_low if c.id not in low and c.id not in parents and c.kind != "preamble")
    return Gaps(
        tuple(c for id, c in high.items() if id not in taken),
        tuple(c for id, c in low.items() if id not in sourced),
        {id: found for id, found in topics.items() if found},
        short,
        bool(drawn),
    )
