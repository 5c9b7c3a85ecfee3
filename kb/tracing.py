"""Where it comes from: each clause's sources in each document above, with the matching stretches; and what is local.

What goes in is everything that was parsed. Out come links, from lower clauses to the clauses that they draw on, in document order and
strongest first, and the stretches of lower clauses that nothing above explains. Guaranteed: a source is of a higher level or an
earlier document that the lower one continues; no link leads to a later document or down, except parallels, marked as such; every
pair's text is the text at its place, on both sides; only clauses with a substance of their own are linked.

A county's 统筹用好公益岗位 is linked to the national clause that has the phrase, and also to the provincial one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from kb.alignment import Finding, Hit, Index, Prepared, find, index, prepare
from kb.candidates import COMMON, Candidate, candidates, families_of, role
from kb.changes import Side, judge
from kb.measures import Substance, fold, heading_of, substance
from kb.model import Citation, Clause, Document, Link, Local, Pair
from kb.provisions import Wording, made_of_articles, runs
from kb.similarity import MATCH, Weights, bigrams, heading_likeness, weigh
from kb.spans import cut

SOURCE = 3.25  # strength from which a clause above is a source; a link's score is 0.5 there
FAR = 2.0  # how many times as much a document needs that is neither cited nor on the same matter
RELATED = 0.5  # share of that from which a clause of a close document is on the same topic
MOST_RELATED = 1
MOST_PARALLELS = 1
LONE_PREAMBLE = 200  # characters from which the text of a document without clauses is its substance
SHORTEST_LOCAL = 8  # characters
FEWEST_SHARED = 5  # runs of wording that a statute shares with documents of other kinds when it may be a source of one
SAMPLE = 2_000  # clauses of statutes from which the weights of their wording are taken
CACHED = 8_000  # clauses of documents that are kept ready
T = TypeVar("T")


class Text(NamedTuple):
    """A clause with its substance and the heading of the section that it stands in."""

    clause: Clause
    substance: Substance
    section: str


def trace_all(
    documents: Sequence[Document], clauses: Sequence[Clause], citations: Sequence[Citation], units: object = None
) -> tuple[tuple[Link, ...], tuple[Local, ...]]:
    """All links and all local stretches of a knowledge base."""
    statutes = made_of_articles(clauses)
    near = _near(documents, clauses, citations, statutes)
    texts = read_texts(documents, [c for c in clauses if c.document not in statutes or c.document in near])
    weights = weigh(*_counts(texts))
    wording = {d: [m.folded for t in own for m in t.substance.measures] for d, own in texts.items()}
    plan = candidates(documents, citations, wording, statutes)
    more = {c.document for d in plan if d not in statutes for c in plan[d]} & statutes - near
    texts |= {d: own for d, own in read_texts(documents, [c for c in clauses if c.document in more]).items() if d in more}
    shelf = Shelf(documents, texts, weights)
    found = trace_statutes({d: own for d, own in plan.items() if d in statutes}, documents, clauses)
    links: list[Link] = []
    local: list[Local] = []
    for document in documents:
        if document.id in statutes:
            up, own = found.get(document.id, ([], []))
        else:
            up, own = _trace_document(document.id, plan[document.id], shelf) if plan[document.id] else ([], [])
        links.extend(up)
        local.extend(own)
    return tuple(links), tuple(local)


def _near(
    documents: Sequence[Document], clauses: Sequence[Clause], citations: Sequence[Citation], statutes: frozenset[str]
) -> set[str]:
    """The statutes that documents of other kinds name, or share rare wording with and may have as their source."""
    families = families_of(documents)
    near = {c.target for c in citations if c.target in statutes and c.document not in statutes}
    owners: dict[str, set[str]] = defaultdict(set)  # run → documents of other kinds
    for clause in clauses:
        if clause.document not in statutes:
            for run in runs(clause.text):
                owners[run].add(clause.document)
    held: dict[str, set[str]] = defaultdict(set)  # statute → runs that such documents have too
    for clause in clauses if owners else ():
        if clause.document in statutes:
            held[clause.document] |= runs(clause.text) & owners.keys()
    common = Counter(run for found in held.values() for run in found)
    for statute, found in held.items():
        shared = Counter(owner for run in found if common[run] <= COMMON for owner in owners[run])
        if any(count >= FEWEST_SHARED and role(families[owner], families[statute], False, False) for owner, count in shared.items()):
            near.add(statute)
    return {d for d in near if d}


def read_texts(documents: Sequence[Document], clauses: Sequence[Clause]) -> dict[str, tuple[Text, ...]]:
    """Document id → its clauses that say something themselves, in order."""
    out: dict[str, list[Text]] = {d.id: [] for d in documents}
    notices = {d.parent for d in documents}  # what only forwards something has no provisions of its own
    for text in read_clauses(clauses):
        if text.clause.document in out and (text.clause.kind != "preamble" or text.clause.document not in notices):
            out[text.clause.document].append(text)
    return {document: tuple(own) for document, own in out.items()}


def read_clauses(clauses: Sequence[Clause]) -> tuple[Text, ...]:
    """The clauses that say something themselves, in order. A preamble gives reasons; it counts where there is nothing else."""
    known = {c.id: c for c in clauses}
    numbered = {c.document for c in clauses if c.kind != "preamble"}
    headings: dict[str, str] = {}
    out = []
    for clause in clauses:
        if clause.kind == "preamble" and (clause.document in numbered or len(clause.text) < LONE_PREAMBLE):
            continue
        above = known.get(clause.parent or "")
        text = substance(clause, above)
        if text.measures:
            if above is not None and above.id not in headings:
                headings[above.id] = heading_of(above)
            out.append(Text(clause, text, headings[above.id] if above is not None else ""))
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
    """Documents in use, ready to be compared: made so when asked for, the least lately used put away when there are too many."""

    def __init__(self, documents: Sequence[Document], texts: Mapping[str, Sequence[Text]], weights: Weights) -> None:
        self.texts, self.weights = texts, weights
        self._titles = {d.id: fold(d.title).text for d in documents}
        self._prepared: dict[str, tuple[Prepared, ...]] = {}
        self._indexes: dict[str, Index] = {}

    def prepared(self, document: str) -> tuple[Prepared, ...]:
        """The document's clauses as the lower side."""
        return self._take(self._prepared, document, lambda: tuple(prepare(t.substance, t.section, self.weights) for t in self.texts[document]))

    def index(self, document: str) -> Index:
        """The document as the upper side."""
        return self._take(self._indexes, document, lambda: index(self.prepared(document), self._titles[document]))

    def _take(self, kept: dict[str, T], document: str, make: Callable[[], T]) -> T:
        found = kept.pop(document, None)
        if found is None:
            found = make()
            while kept and sum(len(self.texts[d]) for d in kept) > CACHED:
                del kept[next(iter(kept))]
        kept[document] = found
        return found


def _trace_document(document: str, plan: Sequence[Candidate], shelf: Shelf) -> tuple[list[Link], list[Local]]:
    """The links of a document's clauses and their local stretches."""
    own = shelf.texts[document]
    lowers = shelf.prepared(document)
    links: dict[int, list[Link]] = defaultdict(list)
    explained: dict[int, set[int]] = defaultdict(set)
    for candidate in plan:
        above, shelved = shelf.texts[candidate.document], shelf.index(candidate.document)
        for number, lower in enumerate(lowers):
            found, mine = _links(own[number], lower, above, shelved, candidate, shelf.weights)
            links[number].extend(found)
            explained[number] |= mine
    local = []
    if any(not c.parallel for c in plan):
        for number, text in enumerate(own):
            local.extend(_local(text, explained[number]))
    return [link for number in sorted(links) for link in links[number]], local


def _links(
    text: Text, lower: Prepared, above: Sequence[Text], shelved: Index, candidate: Candidate, weights: Weights
) -> tuple[list[Link], set[int]]:
    """The links of a clause to one document, and which of its measures they explain."""
    links: list[Link] = []
    explained: set[int] = set()
    for finding, bar in _kept(find(lower, shelved, weights), candidate):
        link = link_of(text, above[finding.clause], Compared(lower, shelved.texts[finding.clause], finding, bar), candidate)
        if link is not None:
            links.append(link)
            if link.relation != "related" and not candidate.parallel:
                explained.update(h.lower for h in finding.hits if h.evidence >= MATCH)
    return links, explained


def trace_statutes(
    plan: Mapping[str, Sequence[Candidate]], documents: Sequence[Document], clauses: Sequence[Clause]
) -> dict[str, tuple[list[Link], list[Local]]]:
    """Document id → the links of its articles to the statutes that it rests on, and what of the linked ones is its own.

    Articles are looked at only where they share rare wording with an article above (kb/provisions.py).
    """
    shelf = Statutes(documents, clauses, plan)
    groups: dict[str, list[tuple[str, int, Candidate]]] = defaultdict(list)
    for lower, above in plan.items():
        for place, candidate in enumerate(above):
            if not candidate.parallel:
                groups[candidate.document].append((lower, place, candidate))
    rows = [row for upper, lowers in groups.items() for row in shelf.compare(upper, lowers)]
    rows.sort(key=lambda row: (row.number, row.place))
    out: dict[str, tuple[list[Link], list[Local]]] = defaultdict(lambda: ([], []))
    explained: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        out[row.document][0].extend(row.links)
        explained[row.number] |= row.explained
    for number, mine in sorted(explained.items()):
        text = shelf.text(clauses[number])
        if text is not None:
            out[clauses[number].document][1].extend(_local(text, mine))
    return out


class Row(NamedTuple):
    """The links of one clause (its number among all) to one document, the place of that among those it rests on."""

    document: str
    number: int
    place: int
    links: tuple[Link, ...]
    explained: frozenset[int]


class Statutes:
    """The clauses of the documents that take part, and the weights of their wording."""

    def __init__(self, documents: Sequence[Document], clauses: Sequence[Clause], plan: Mapping[str, Sequence[Candidate]]) -> None:
        part = {*plan, *(c.document for above in plan.values() for c in above)}
        self._titles = {d.id: fold(d.title).text for d in documents if d.id in part}
        self._above = {c.id: c for c in clauses if c.document in part}
        self._own: dict[str, list[tuple[int, Clause]]] = defaultdict(list)
        for number, clause in enumerate(clauses):
            if clause.document in part and clause.kind != "preamble":
                self._own[clause.document].append((number, clause))
        every = [c for own in self._own.values() for _, c in own]
        sample = [t for c in every[:: 1 + len(every) // SAMPLE] if (t := self.text(c)) is not None]
        self._weights = weigh(*_counts({"": sample}))

    def text(self, clause: Clause) -> Text | None:
        """The clause as it is compared; None where it says nothing itself."""
        above = self._above.get(clause.parent or "")
        own = substance(clause, above)
        return Text(clause, own, heading_of(above)) if own.measures else None

    def compare(self, upper: str, lowers: Sequence[tuple[str, int, Candidate]]) -> Iterator[Row]:
        """The links of all documents that rest on one to it."""
        wording = Wording([c for _, c in self._own[upper]])
        above: dict[int, tuple[Text, Index] | None] = {}
        for document, place, candidate in lowers:
            for number, clause in self._own[document]:
                at = wording.likeliest(clause.text)
                if at is None:
                    continue
                if at not in above:
                    above[at] = self._indexed(upper, self._own[upper][at][1])
                ready, text = above[at], self.text(clause)
                if ready is None or text is None:
                    continue
                lower = prepare(text.substance, text.section, self._weights)
                links, explained = _links(text, lower, ready[:1], ready[1], candidate, self._weights)
                if links:
                    yield Row(document, number, place, tuple(links), frozenset(explained))

    def _indexed(self, document: str, clause: Clause) -> tuple[Text, Index] | None:
        text = self.text(clause)
        if text is None:
            return None
        return text, index([prepare(text.substance, text.section, self._weights)], self._titles[document])


def _kept(findings: Sequence[Finding], candidate: Candidate) -> Iterator[tuple[Finding, float]]:
    """The findings that make a link, with the strength that makes a source in this document."""
    bar = SOURCE if candidate.close else FAR * SOURCE
    sources = [f for f in findings if f.strength >= bar]
    if candidate.parallel:
        sources = sources[:MOST_PARALLELS]
    elif candidate.close:
        sources += [f for f in findings if RELATED * bar <= f.strength < bar][:MOST_RELATED]
    for finding in sources:
        yield finding, bar


class Compared(NamedTuple):
    """A clause and one above with what was found, and the strength that makes a source."""

    lower: Prepared
    upper: Prepared
    finding: Finding
    bar: float


def link_of(lower: Text, upper: Text, compared: Compared, candidate: Candidate) -> Link | None:
    """A finding as a link; None where no stretch can be shown for it."""
    finding = compared.finding
    pairs = _pairs(lower, upper, compared)
    if not pairs:
        return None
    relation = "related"
    changes: tuple[str, ...] = ()
    if finding.strength >= compared.bar:
        relation, changes = judge(Side(lower.substance, compared.lower.parts), Side(upper.substance, compared.upper.parts), finding.hits)
        if lower.clause.kind == "row":  # what a row leaves of its source is another row's
            changes = tuple(change for change in changes if not change.startswith("删去"))
    score = round(finding.strength / (finding.strength + compared.bar), 4)
    return Link(lower.clause.id, upper.clause.id, relation, score, pairs, changes, candidate.parallel, candidate.cited)


def _pairs(lower: Text, upper: Text, compared: Compared) -> tuple[Pair, ...]:
    """The stretches that match, neighbouring measures that match in order as one stretch."""
    hits = compared.finding.hits
    strong = [h for h in hits if h.evidence >= MATCH] or sorted(hits, key=lambda h: -h.evidence)[:1]
    runs: list[list[Hit]] = []
    for hit in strong:
        last = runs[-1][-1] if runs else None
        if last and min(hit.lower, hit.upper, last.lower, last.upper) >= 0 and (hit.lower, hit.upper) == (last.lower + 1, last.upper + 1):
            runs[-1].append(hit)
        else:
            runs.append([hit])
    return tuple(_pair(lower, upper, run, compared) for run in runs)


def _pair(lower: Text, upper: Text, run: Sequence[Hit], compared: Compared) -> Pair:
    a, b = _stretch(lower, run[0].lower, run[-1].lower)
    c, d = _stretch(upper, run[0].upper, run[-1].upper)
    likeness = [heading_likeness(compared.lower.parts[h.lower + 1], compared.upper.parts[h.upper + 1]) for h in run]
    score = round(sum(likeness) / len(likeness), 3)
    return Pair(lower.clause.text[a:b], upper.clause.text[c:d], score, cut(lower.clause.spans, a, b), cut(upper.clause.spans, c, d))


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
