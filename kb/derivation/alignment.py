"""A clause against all clauses of one other document: which of them it draws on, how surely, and measure by measure where.

A document is indexed once: its grams lead to the measures that hold them, so a clause costs what it shares, not what the document
holds. Each measure of the lower clause is explained by one clause above, the one that explains most of the whole clause among those
that match the measure nearly equally well. What no clause explains still speaks for the likeliest one where it uses its rare wording,
but for no second one: that takes a measure that matches. Headings that agree make everything else more telling; naming the same
people says little.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from itertools import chain
from math import fsum
from typing import NamedTuple

from kb.derivation.halves import Speaks, agree, speaks
from kb.derivation.measures import Measure, Substance
from kb.similarity import (
    MATCH,
    Part,
    Weights,
    bigrams,
    compare_parts,
    evidence,
    heading_likeness,
    part,
    shared_weight,
)

SOUGHT = 8  # grams of a measure, its rarest in the document, by which it is sought
FEW = 3  # grams of a measure that the document has at all, up to which one of them is enough to be found
FLOOR = 0.5  # evidence below which a match is noise
NEARLY = 0.8  # a match with this share of the best one's evidence counts as equally good
HEADING_WEIGHT = 3.0  # how much more telling equal headings make the rest
SECTION_SHARE = 0.5  # of that for a clause without a heading of its own under a section whose heading agrees
HEADING_IN_TEXT = 2.0  # how much more a heading found in the text above says than a measure: it names what the clause is about
TEXT_IN_HEADING = 0.5
LONE = 0.65  # what a single matching measure of a long clause is worth, where nothing else speaks for a source
LONG = 6  # measures
OWN_HALF = 0.25  # share of the best match's evidence from which one that speaks of the same level is meant instead
OFTEN = 4  # measures that use a wording, from which more of them say no more
ROOTS = tuple(math.sqrt(times) for times in range(OFTEN + 1))
FEWEST = 5  # rare trigrams that a clause shares with a document, below which it draws nothing from it
RARE_IN_DOCUMENT = 5  # trigrams in more clauses of a document say nothing of one of them


class Prepared:
    """A clause ready to be compared: its heading first (or an empty part), then its measures; `section` is what it stands in."""

    __slots__ = ("_measures", "_speaks", "_wording", "parts", "section")

    def __init__(self, parts: tuple[Part, ...], section: Part, measures: tuple[Measure, ...]) -> None:
        self.parts, self.section = parts, section
        self._measures = measures
        self._speaks: tuple[Speaks, ...] = ()
        self._wording: frozenset[str] | None = None

    @property
    def speaks(self) -> tuple[Speaks, ...]:
        """Of whom each of its measures speaks."""
        if not self._speaks:
            self._speaks = speaks(self._measures)
        return self._speaks

    @property
    def wording(self) -> frozenset[str]:
        """All its trigrams."""
        if self._wording is None:
            self._wording = frozenset[str]().union(*[part.trigrams for part in self.parts])
        return self._wording


Posting = tuple[int, str, Sequence[int]]  # of a gram: how many entries hold it, the gram, the entries


class Index(NamedTuple):
    """The clauses of a document, ready to be found. Entries are their measures and headings, numbered through."""

    texts: tuple[Prepared, ...]
    clauses: tuple[int, ...]  # entry → number of its clause
    measures: tuple[int, ...]  # entry → number of its measure in the clause, -1 for the heading
    parts: tuple[Part, ...]
    postings: Mapping[str, Posting]
    trigrams: Mapping[str, Sequence[int]]


class Single(NamedTuple):
    """A clause that was found already, as the upper side: its measures and heading that say something, those of the document's title left out."""

    text: Prepared
    matter: Matter
    weights: Weights
    measures: tuple[int, ...]  # entry → number of its measure, -1 for the heading
    parts: tuple[Part, ...]
    whole: Mapping[str, int]  # text of a measure → entry, where nothing of it is left out
    grams: Mapping[str, Sequence[int]]  # gram → the entries that hold it


class Hit(NamedTuple):
    """A measure of the lower clause (-1: its heading) that one of the upper clause (-1: its heading) explains."""

    lower: int
    upper: int
    evidence: float


class Finding(NamedTuple):
    """An upper clause (its number) with all that speaks for it."""

    clause: int
    strength: float
    hits: tuple[Hit, ...]


def prepare(text: Substance, section: str, weights: Weights, known: dict[str, Part] | None = None) -> Prepared:
    """A clause, ready to be compared; `section` is the folded heading of what it stands in.

    `known` keeps measures that recur, made with the same weights: what is carried over word for word need not be taken apart again.
    """
    texts = (text.heading, *[m.folded for m in text.measures], section)
    if known is None:
        parts = [part(folded, weights) for folded in texts]
    else:
        parts = [known.get(folded) or known.setdefault(folded, part(folded, weights)) for folded in texts]
    return Prepared(tuple(parts[:-1]), parts[-1], text.measures)


class Matter(NamedTuple):
    """What a whole document is about, by its folded title: tells none of its clauses apart."""

    grams: Set[str]
    trigrams: Set[str]


def matter_of(title: str) -> Matter:
    """The grams of a folded title, and the trigrams that hold nothing else."""
    grams = bigrams(title)
    return Matter(grams, {one + other[1] for one in grams for other in grams if one[1] == other[0]})


def index(texts: Sequence[Prepared], title: str) -> Index:
    """The clauses of a document, with its folded title, as the upper side."""
    matter = matter_of(title)
    clauses: list[int] = []
    measures: list[int] = []
    parts: list[Part] = []
    postings: dict[str, list[int]] = defaultdict(list)
    trigrams: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for position, mine in enumerate(text.parts, -1):
            telling = _telling(mine, matter.grams)
            if telling.grams:
                for gram in telling.grams:
                    postings[gram].append(len(parts))
                clauses.append(number)
                measures.append(position)
                parts.append(telling)
        for gram in text.wording - matter.trigrams:
            trigrams[gram].append(number)
    few = {gram: numbers for gram, numbers in trigrams.items() if len(numbers) <= RARE_IN_DOCUMENT}
    return Index(tuple(texts), tuple(clauses), tuple(measures), tuple(parts), {gram: (len(at), gram, at) for gram, at in postings.items()}, few)


def _telling(mine: Part, matter: Set[str]) -> Part:
    """A measure without what the whole document is about."""
    if matter.isdisjoint(mine.grams):
        return mine
    left = {gram: weight for gram, weight in mine.grams.items() if gram not in matter}
    return Part(left, fsum(left.values()), mine.tells, mine.text)


def single(text: Prepared, matter: Matter, weights: Weights) -> Single:
    """A clause of a document on this matter as the upper side; `weights` are those that it was prepared with."""
    measures: list[int] = []
    parts: list[Part] = []
    whole: dict[str, int] = {}
    grams: dict[str, list[int]] = {}
    for position, mine in enumerate(text.parts, -1):
        telling = _telling(mine, matter.grams)
        if telling.grams:
            if telling is mine and position >= 0:
                whole.setdefault(mine.text, len(parts))
            for gram in telling.grams:
                if gram in grams:
                    grams[gram].append(len(parts))
                else:
                    grams[gram] = [len(parts)]
            measures.append(position)
            parts.append(telling)
    return Single(text, matter, weights, tuple(measures), tuple(parts), whole, grams)


def find(lower: Prepared, above: Index, weights: Weights) -> tuple[Finding, ...]:
    """The clauses of the indexed document that the clause may draw on, strongest first."""
    if len(lower.wording & above.trigrams.keys()) < FEWEST:
        return ()
    rows = [_matches(measure, number == 0, above) for number, measure in enumerate(lower.parts)]
    sums: dict[int, float] = defaultdict(float)
    for row in rows:
        for clause, (value, _) in row.items():
            sums[clause] += value
    hits: dict[int, list[Hit]] = defaultdict(list)
    unexplained: list[Part] = []
    for number, row in enumerate(rows):
        owner = _owner(row, sums)
        if owner is not None:
            value, entry = row[owner]
            hits[owner].append(Hit(number - 1, _own_half(lower, number, above, entry, value), value))
        if owner is None or row[owner][0] < MATCH:
            unexplained.append(lower.parts[number])
    if not hits:
        return ()
    findings = []
    loose = _rare_wording(unexplained, above, weights)
    own = {clause: sum(hit.evidence for hit in found) for clause, found in hits.items()}
    telling = {clause: _headings(lower, above.texts[clause]) for clause in own}
    best = max(own, key=lambda c: ((own[c] + min(own[c], loose.get(c, 0.0))) * telling[c], -c), default=-1)
    for clause, value in own.items():
        if clause == best:
            value += min(value, loose.get(clause, 0.0))
            value *= LONE if len(hits[clause]) == 1 and hits[clause][0].lower >= 0 and len(lower.parts) > LONG else 1.0
        findings.append(Finding(clause, value * telling[clause], tuple(hits[clause])))
    findings.sort(key=lambda f: (-f.strength, f.clause))
    return tuple(findings)


def find_in(lower: Prepared, above: Single, weights: Weights) -> tuple[Finding, ...]:
    """What speaks for the clause: what `find` says of an index that holds it alone, for less."""
    hits: list[Hit] = []
    unexplained: list[Part] = []
    for number, measure in enumerate(lower.parts, -1):
        value, entry = _best_in(measure, number < 0, above, above.weights is weights)
        if value > 0.0:
            hits.append(Hit(number, _own_half(lower, number + 1, above, entry, value), value))
        if value < MATCH:
            unexplained.append(measure)
    if not hits or not _shares_enough(lower, above, hits):
        return ()
    value = fsum(hit.evidence for hit in hits)
    value += min(value, _loose_in(unexplained, above, weights))
    value *= LONE if len(hits) == 1 and hits[0].lower >= 0 and len(lower.parts) > LONG else 1.0
    return (Finding(0, value * _headings(lower, above.text), tuple(hits)),)


def _own_half(lower: Prepared, number: int, above: Index | Single, entry: int, value: float) -> int:
    """The measure above that a measure is set against: where the best one (`entry`, with this evidence) speaks of another level or body,
    one of the same clause that speaks of its own, if that matches too. Only what is shown and compared changes, not what speaks for the clause."""
    upper = above.texts[above.clauses[entry]] if isinstance(above, Index) else above.text
    best = above.measures[entry]
    mine = lower.parts[number]
    if number == 0 or best < 0 or mine.text == above.parts[entry].text or agree(lower.speaks[number - 1], upper.speaks[best]) is not False:
        return best
    own = [at for at, theirs in enumerate(upper.speaks) if agree(lower.speaks[number - 1], theirs)]
    ranked = [(compare_parts(mine, upper.parts[at + 1]), -at) for at in own]
    most, at = max(ranked, default=(0.0, 0))
    return -at if most >= max(MATCH, OWN_HALF * value) else best


def _best_in(mine: Part, heading: bool, above: Single, alike: bool) -> tuple[float, int]:
    """The best evidence and its entry; (0, -1) for none. `alike`: whether both sides are weighed alike, so that nothing beats the same text."""
    same = above.whole.get(mine.text) if alike and not heading else None
    if same is not None:
        value = evidence(mine.total, mine.total, mine.total) * mine.tells
        return (value, same) if value > FLOOR else (0.0, -1)
    present = mine.grams.keys() & above.grams.keys()
    if not present:
        return 0.0, -1
    votes: dict[int, int] = {}
    for gram in present:
        for entry in above.grams[gram]:
            votes[entry] = votes.get(entry, 0) + 1
    enough = 2 if len(present) > FEW else 1
    # no gram weighs more than 1, so that what an entry can say at most is known from how many it shares
    most = sorted([(_telling_of(mine, heading, above, entry, count), entry) for entry, count in votes.items() if count >= enough], reverse=True)
    best = (FLOOR, False, 1)
    for at_most, entry in most:
        if at_most < best[0]:
            break
        theirs = above.parts[entry]
        common = present & theirs.grams.keys()
        rank = (_telling_of(mine, heading, above, entry, fsum(map(mine.grams.__getitem__, common))), theirs.text == mine.text, -entry)
        if rank > best and rank[0] > FLOOR and _is_sought(present, common, above, enough):
            best = rank
    return (best[0], -best[2]) if best[2] <= 0 else (0.0, -1)


def _telling_of(mine: Part, heading: bool, above: Single, entry: int, shared: float) -> float:
    """The evidence for an entry that shares so much."""
    theirs = above.parts[entry]
    value = evidence(shared, mine.total, theirs.total) * min(mine.tells, theirs.tells)
    if heading != (above.measures[entry] < 0):
        value *= HEADING_IN_TEXT if heading else TEXT_IN_HEADING
    return value


def _is_sought(present: Set[str], common: Set[str], above: Single, enough: int) -> bool:
    """Whether an entry is among those that a measure's rarest grams lead to; `common` are those of `present` that it holds."""
    if len(present) <= SOUGHT or len(common) - (len(present) - SOUGHT) >= enough:  # so many are among the rarest, whichever these are
        return True
    rarest = sorted([(len(above.grams[gram]), gram) for gram in present])[:SOUGHT]
    return sum([gram in common for _, gram in rarest]) >= enough


def _shares_enough(lower: Prepared, above: Single, hits: Sequence[Hit]) -> bool:
    """Whether the clauses share enough wording. Measures that match often do already."""
    for hit in sorted(hits, key=lambda h: -h.evidence)[:2]:
        shared = lower.parts[hit.lower + 1].trigrams & above.text.parts[hit.upper + 1].trigrams
        if len(shared - above.matter.trigrams) >= FEWEST:
            return True
    return len((lower.wording & above.text.wording) - above.matter.trigrams) >= FEWEST


def _loose_in(unexplained: Sequence[Part], above: Single, weights: Weights) -> float:
    """What wording that the clause shares says beside the measures that match; see `_rare_wording`."""
    if not unexplained:
        return 0.0
    wording = above.text.wording
    shared = Counter(chain.from_iterable([part.trigrams & wording for part in unexplained]))
    telling = shared.keys() - above.matter.trigrams
    return fsum([_weight(gram[:2], weights) * _weight(gram[1:], weights) * ROOTS[min(shared[gram], OFTEN)] for gram in telling])


def _counted(parts: Sequence[Part]) -> Counter[str]:
    """Trigram → number of the measures that hold it."""
    return Counter(chain.from_iterable([part.trigrams for part in parts]))


def _matches(mine: Part, heading: bool, above: Index) -> dict[int, tuple[float, int]]:
    """Clause → (evidence, entry) of its measure that matches best: sought by the measure's rarest grams, then compared in full.

    Of those that match equally well (figures weigh nothing) the one that reads the same is meant, else the first.
    """
    present = sorted([found for found in map(above.postings.get, mine.grams) if found])
    votes = Counter(chain.from_iterable([entries for _, _, entries in present[:SOUGHT]]))
    enough = 2 if len(present) > FEW else 1
    best: dict[int, tuple[float, bool, int]] = {}
    total = mine.total
    for entry in [entry for entry, count in votes.items() if count >= enough]:
        clause, position, theirs = above.clauses[entry], above.measures[entry], above.parts[entry]
        value = evidence(shared_weight(mine, theirs), total, theirs.total) * min(mine.tells, theirs.tells)
        if heading != (position < 0):
            value *= HEADING_IN_TEXT if heading else TEXT_IN_HEADING
        if value > FLOOR:
            rank = (value, theirs.text == mine.text, -entry)
            best[clause] = max(best.get(clause, rank), rank)
    return {clause: (value, -entry) for clause, (value, _, entry) in best.items()}


def _owner(row: Mapping[int, tuple[float, int]], sums: Mapping[int, float]) -> int | None:
    """The clause that explains a measure."""
    if not row:
        return None
    top = max(value for value, _ in row.values())
    return max((c for c, (value, _) in row.items() if value >= NEARLY * top), key=lambda c: (sums[c], -c))


def _rare_wording(unexplained: Sequence[Part], above: Index, weights: Weights) -> dict[int, float]:
    """What wording that few clauses of the document use, in measures that nothing explains, says for each clause.

    Wording that a clause uses again and again is what it is about.
    """
    loose: dict[int, float] = defaultdict(float)
    trigrams = _counted(unexplained)
    for gram in sorted(trigrams.keys() & above.trigrams.keys()):
        numbers = above.trigrams[gram]
        weight = _weight(gram[:2], weights) * _weight(gram[1:], weights) / len(numbers) * ROOTS[min(trigrams[gram], OFTEN)]
        for number in numbers:
            loose[number] += weight
    return loose


def _headings(lower: Prepared, upper: Prepared) -> float:
    """How much more telling the headings make what matches. A clause without a heading of its own counts under its section's."""
    theirs = upper.parts[0] if upper.parts[0].grams else upper.section
    if lower.parts[0].grams:
        return 1.0 + HEADING_WEIGHT * heading_likeness(lower.parts[0], theirs)
    return 1.0 + HEADING_WEIGHT * SECTION_SHARE * heading_likeness(lower.section, theirs)


def _weight(gram: str, weights: Weights) -> float:
    return 0.0 if gram[0].isdecimal() or gram[1].isdecimal() else weights.get(gram, 1.0)
