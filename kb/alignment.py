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
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.measures import Substance
from kb.similarity import MATCH, Part, Weights, bigrams, evidence, heading_likeness, part, part_of_bare, without_stock

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
OFTEN = 4  # measures that use a wording, from which more of them say no more
FEWEST = 5  # rare trigrams that a clause shares with a document, below which it draws nothing from it
RARE_IN_DOCUMENT = 5  # trigrams in more clauses of a document say nothing of one of them


class Prepared(NamedTuple):
    """A clause ready to be compared: its heading first (or an empty part), then its measures; `section` is what it stands in."""

    parts: tuple[Part, ...]
    trigrams: tuple[frozenset[str], ...]
    wording: frozenset[str]  # all its trigrams
    section: Part


class Index(NamedTuple):
    """The clauses of a document, ready to be found. Entries are their measures and headings, numbered through."""

    texts: tuple[Prepared, ...]
    clauses: tuple[int, ...]  # entry → number of its clause
    measures: tuple[int, ...]  # entry → number of its measure in the clause, -1 for the heading
    totals: tuple[float, ...]
    tells: tuple[float, ...]
    grams: tuple[frozenset[str], ...]
    postings: Mapping[str, Sequence[int]]
    trigrams: Mapping[str, Sequence[int]]


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


def prepare(text: Substance, section: str, weights: Weights) -> Prepared:
    """A clause, ready to be compared; `section` is the folded heading of what it stands in."""
    bare = [without_stock(folded) for folded in (text.heading, *(m.folded for m in text.measures))]
    trigrams = [_trigrams(folded) for folded in bare]
    parts = tuple(part_of_bare(folded, weights) for folded in bare)
    return Prepared(parts, tuple(trigrams), frozenset[str]().union(*trigrams), part(section, weights))


def index(texts: Sequence[Prepared], title: str) -> Index:
    """The clauses of a document as the upper side. What the whole document is about, by its folded title, tells none of them apart."""
    matter = bigrams(title)
    clauses: list[int] = []
    measures: list[int] = []
    totals: list[float] = []
    tells: list[float] = []
    grams: list[frozenset[str]] = []
    postings: dict[str, list[int]] = defaultdict(list)
    trigrams: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for position, mine in enumerate(text.parts, -1):
            telling = [gram for gram in mine.grams if gram not in matter]
            if telling:
                for gram in telling:
                    postings[gram].append(len(totals))
                clauses.append(number)
                measures.append(position)
                totals.append(sum(mine.grams[gram] for gram in telling))
                tells.append(mine.tells)
                grams.append(frozenset(telling))
        for gram in sorted(text.wording):
            if gram[:2] not in matter or gram[1:] not in matter:
                trigrams[gram].append(number)
    few = {gram: numbers for gram, numbers in trigrams.items() if len(numbers) <= RARE_IN_DOCUMENT}
    return Index(tuple(texts), tuple(clauses), tuple(measures), tuple(totals), tuple(tells), tuple(grams), dict(postings), few)


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
    unexplained: Counter[str] = Counter()
    for number, row in enumerate(rows):
        owner = _owner(row, sums)
        if owner is not None:
            value, entry = row[owner]
            hits[owner].append(Hit(number - 1, above.measures[entry], value))
        if owner is None or row[owner][0] < MATCH:
            unexplained.update(lower.trigrams[number])
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


def _matches(mine: Part, heading: bool, above: Index) -> dict[int, tuple[float, int]]:
    """Clause → (evidence, entry) of its measure that matches best: sought by the measure's rarest grams, then compared in full."""
    postings = above.postings
    present = sorted([(len(postings[gram]), gram) for gram in mine.grams if gram in postings])
    votes: dict[int, int] = defaultdict(int)
    for _, gram in present[:SOUGHT]:
        for entry in postings[gram]:
            votes[entry] += 1
    enough = 2 if len(present) > FEW else 1
    best: dict[int, tuple[float, int]] = {}
    grams, total = mine.grams, mine.total
    for entry, count in votes.items():
        if count < enough:
            continue
        clause, position = above.clauses[entry], above.measures[entry]
        theirs = above.grams[entry]
        shared = sum([weight for gram, weight in grams.items() if gram in theirs])
        value = evidence(shared, total, above.totals[entry]) * min(mine.tells, above.tells[entry])
        if heading != (position < 0):
            value *= HEADING_IN_TEXT if heading else TEXT_IN_HEADING
        if value > FLOOR and value > best.get(clause, (0.0, 0))[0]:
            best[clause] = (value, entry)
    return best


def _owner(row: Mapping[int, tuple[float, int]], sums: Mapping[int, float]) -> int | None:
    """The clause that explains a measure."""
    if not row:
        return None
    top = max(value for value, _ in row.values())
    return max((c for c, (value, _) in row.items() if value >= NEARLY * top), key=lambda c: (sums[c], -c))


def _rare_wording(trigrams: Mapping[str, int], above: Index, weights: Weights) -> dict[int, float]:
    """What wording that few clauses of the document use, in measures that nothing explains, says for each clause.

    Wording that a clause uses again and again is what it is about.
    """
    loose: dict[int, float] = defaultdict(float)
    for gram in sorted(trigrams.keys() & above.trigrams.keys()):
        numbers = above.trigrams[gram]
        weight = _weight(gram[:2], weights) * _weight(gram[1:], weights) / len(numbers) * math.sqrt(min(trigrams[gram], OFTEN))
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


def _trigrams(text: str) -> frozenset[str]:
    return frozenset([text[i : i + 3] for i in range(len(text) - 2)])
