"""Where it comes from: each clause's sources in each document above, with the matching stretches; and what is local.

What goes in is everything that was parsed. Out come links, from lower clauses to the clauses that they draw on, in document order and
strongest first, and the stretches of lower clauses that nothing above explains. Guaranteed: a source is of a higher level or an
earlier document that the lower one continues; no link leads to a later document or down, except parallels, marked as such; every
pair's text is the text at its place, on both sides; only clauses with a substance of their own are linked.

A county's 统筹用好公益岗位 is linked to the national clause that has the phrase, and also to the provincial one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kb.alignment import Finding, Index, find, index, prepare
from kb.candidates import Candidate, candidates
from kb.changes import judge
from kb.measures import Substance, fold, heading_of, substance
from kb.model import Citation, Clause, Document, Link, Local, Pair
from kb.similarity import MATCH, Weights, bigrams, heading_likeness, part, weigh
from kb.spans import cut

SOURCE = 4.0  # strength from which a clause above is a source; a link's score is 0.5 there
RELATED = 2.0  # strength from which it is on the same topic
MOST_RELATED = 2
SHORTEST_LOCAL = 8  # characters
CACHED = 400_000  # characters of indexed documents that are kept at hand


class Text(NamedTuple):
    """A clause with its substance and the heading of the section that it stands in."""

    clause: Clause
    substance: Substance
    section: str


def trace_all(
    documents: Sequence[Document], clauses: Sequence[Clause], citations: Sequence[Citation], units: object = None
) -> tuple[tuple[Link, ...], tuple[Local, ...]]:
    """All links and all local stretches of a knowledge base."""
    texts = read_texts(documents, clauses)
    weights = weigh(*_counts(texts))
    plan = candidates(documents, citations, {d: [m.folded for t in own for m in t.substance.measures] for d, own in texts.items()})
    shelf = Shelf(texts, weights)
    links: list[Link] = []
    local: list[Local] = []
    for document in documents:
        if plan[document.id]:
            up, own = _trace_document(texts[document.id], plan[document.id], shelf)
            links.extend(up)
            local.extend(own)
    return tuple(links), tuple(local)


def read_texts(documents: Sequence[Document], clauses: Sequence[Clause]) -> dict[str, tuple[Text, ...]]:
    """Document id → its clauses that say something themselves, in order."""
    out: dict[str, list[Text]] = {d.id: [] for d in documents}
    for text in read_clauses(clauses):
        if text.clause.document in out:
            out[text.clause.document].append(text)
    return {document: tuple(own) for document, own in out.items()}


def read_clauses(clauses: Sequence[Clause]) -> tuple[Text, ...]:
    """The clauses that say something themselves, in order."""
    known = {c.id: c for c in clauses}
    out = []
    for clause in clauses:
        above = known.get(clause.parent or "")
        text = substance(clause, above)
        if text.measures:
            out.append(Text(clause, text, heading_of(above)))
    return tuple(out)


def _counts(texts: Mapping[str, Sequence[Text]]) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    number = 0
    for own in texts.values():
        for text in own:
            counts.update({gram for m in text.substance.measures for gram in bigrams(m.folded)})
            number += 1
    return counts, number


class Shelf:
    """The indexes of documents in use: built when asked for, the least lately used ones put away when there are too many."""

    def __init__(self, texts: Mapping[str, Sequence[Text]], weights: Weights) -> None:
        self.texts, self.weights = texts, weights
        self._kept: dict[str, Index] = {}
        self._size = 0

    def index(self, document: str) -> Index:
        found = self._kept.pop(document, None)
        if found is None:
            own = self.texts[document]
            found = index([t.substance for t in own], [t.section for t in own], self.weights)
            self._size += self._length(document)
            while self._size > CACHED and self._kept:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._size -= self._length(oldest)
        self._kept[document] = found
        return found

    def _length(self, document: str) -> int:
        return sum(len(t.clause.text) for t in self.texts[document])


def _trace_document(own: Sequence[Text], plan: Sequence[Candidate], shelf: Shelf) -> tuple[list[Link], list[Local]]:
    """The links of a document's clauses and their local stretches."""
    lowers = [prepare(t.substance, t.section, shelf.weights) for t in own]
    links: dict[int, list[Link]] = defaultdict(list)
    explained: dict[int, set[int]] = defaultdict(set)
    for candidate in plan:
        above = shelf.texts[candidate.document]
        shelved = shelf.index(candidate.document)
        for number, lower in enumerate(lowers):
            related = 0
            for finding in find(lower, shelved, shelf.weights):
                if finding.strength < RELATED:
                    break
                is_source = finding.strength >= SOURCE
                if not is_source:
                    related += 1
                    if related > MOST_RELATED or candidate.parallel:
                        break
                link = link_of(own[number], above[finding.clause], finding, candidate, shelf.weights)
                if link is None:
                    continue
                links[number].append(link)
                if is_source and not candidate.parallel:
                    explained[number].update(h.lower for h in finding.hits if h.evidence >= MATCH)
    local = []
    if any(not c.parallel for c in plan):
        for number, text in enumerate(own):
            local.extend(_local(text, explained[number]))
    return [link for number in sorted(links) for link in links[number]], local


def link_of(lower: Text, upper: Text, finding: Finding, candidate: Candidate, weights: Weights) -> Link | None:
    """A finding as a link; None where no stretch can be shown for it."""
    pairs = _pairs(lower, upper, finding, weights)
    if not pairs:
        return None
    relation = "related"
    changes: tuple[str, ...] = ()
    if finding.strength >= SOURCE:
        relation, changes = judge(lower.substance, upper.substance, finding.hits, weights)
    score = round(finding.strength / (finding.strength + SOURCE), 4)
    return Link(lower.clause.id, upper.clause.id, relation, score, pairs, changes, candidate.parallel, candidate.cited)


def _pairs(lower: Text, upper: Text, finding: Finding, weights: Weights) -> tuple[Pair, ...]:
    """The stretches that match, neighbouring measures that match in order as one stretch."""
    strong = [h for h in finding.hits if h.evidence >= MATCH] or sorted(finding.hits, key=lambda h: -h.evidence)[:1]
    runs: list[list[tuple[int, int]]] = []
    for hit in strong:
        here = (hit.lower, hit.upper)
        if runs and min(here) >= 0 and min(runs[-1][-1]) >= 0 and here == (runs[-1][-1][0] + 1, runs[-1][-1][1] + 1):
            runs[-1].append(here)
        else:
            runs.append([here])
    return tuple(_pair(lower, upper, run, weights) for run in runs)


def _pair(lower: Text, upper: Text, run: Sequence[tuple[int, int]], weights: Weights) -> Pair:
    a, b = _stretch(lower, run[0][0], run[-1][0])
    c, d = _stretch(upper, run[0][1], run[-1][1])
    mine, theirs = lower.clause.text[a:b], upper.clause.text[c:d]
    score = heading_likeness(part(fold(mine).text, weights), part(fold(theirs).text, weights))
    return Pair(mine, theirs, round(score, 3), cut(lower.clause.spans, a, b), cut(upper.clause.spans, c, d))


def _stretch(text: Text, first: int, last: int) -> tuple[int, int]:
    """The place in the clause's text of its measures first … last; -1 is the heading."""
    if first < 0:
        return text.substance.heading_place
    return text.substance.measures[first].start, text.substance.measures[last].end


def _local(text: Text, explained: set[int]) -> list[Local]:
    """The runs of measures within a sentence that nothing above explains."""
    out: list[Local] = []
    run: list[int] = []
    measures = text.substance.measures
    for number in range(len(measures) + 1):
        ends = number == len(measures) or number in explained or bool(run and measures[number].sentence != measures[run[0]].sentence)
        if ends and run:
            a, b = measures[run[0]].start, measures[run[-1]].end
            if sum(len(measures[i].folded) for i in run) >= SHORTEST_LOCAL:
                out.append(Local(text.clause.id, text.clause.text[a:b], cut(text.clause.spans, a, b)))
            run = []
        if number < len(measures) and number not in explained:
            run.append(number)
    return out
