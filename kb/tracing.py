"""Where it comes from: each clause's sources in each document above, with the matching stretches; and what is local.

What goes in is everything that was parsed. Out come links, from lower clauses to the clauses that they draw on, in document order and
strongest first, and the stretches of lower clauses that nothing above explains. Guaranteed: a source is of a higher level or an
earlier document that the lower one continues; no link leads to a later document or down, except parallels, marked as such; every
pair's text is the text at its place, on both sides; only clauses with a substance of their own are linked.

A county's 统筹用好公益岗位 is linked to the national clause that has the phrase, and also to the provincial one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from kb.derivation.alignment import (
    Finding,
    Hit,
    Index,
    Prepared,
    Single,
    find,
    find_in,
    index,
    matter_of,
    prepare,
    single,
)
from kb.derivation.candidates import Candidate, candidates
from kb.derivation.changes import Side, judge
from kb.derivation.fingerprints import fingerprints, runs_of_each
from kb.derivation.measures import Substance, fold, formal, heading_of, substance
from kb.derivation.provisions import Wording
from kb.memory import uncollected
from kb.model import Citation, Clause, Document, Fingerprint, Link, Local, Pair
from kb.similarity import MATCH, Part, Weights, count_grams, heading_likeness, statute_weights, weigh
from kb.spans import cut

SOURCE = 3.5  # strength from which a clause above is a source; a link's score is 0.5 there
FAR = 2.0  # how many times as much a document needs that is neither cited nor on the same matter
RELATED = 0.5  # share of that from which a clause of a close document is on the same topic
MOST_RELATED = 1
MOST_PARALLELS = 1
LONE_PREAMBLE = 200  # characters from which the text of a document without clauses is its substance
SHORTEST_LOCAL = 8  # characters
CACHED = 8_000  # clauses of documents that are kept ready
REMEMBERED = 12_000  # measures of statutes that are kept ready
T = TypeVar("T")


class Text(NamedTuple):
    """A clause with its substance and the heading of the section that it stands in."""

    clause: Clause
    substance: Substance
    section: str


def trace_all(
    documents: Sequence[Document], clauses: Sequence[Clause], citations: Sequence[Citation], units: object = None
) -> tuple[tuple[Link, ...], tuple[Local, ...]]:
    """All links and all local stretches of a knowledge base, planned and traced."""
    prints = fingerprints([d.id for d in documents], clauses)
    return trace(documents, clauses, candidates(documents, citations, prints), prints)


def trace(
    documents: Sequence[Document],
    clauses: Sequence[Clause],
    plan: Mapping[str, Sequence[Candidate]],
    prints: Iterable[Fingerprint],
    tell: Callable[[int, int], None] | None = None,
) -> tuple[tuple[Link, ...], tuple[Local, ...]]:
    """The links and local stretches of the documents in `plan`, in their order.

    Those of a document depend on nothing but itself, its candidates and what the plan says of them: no clauses of others are needed.
    `tell(done, total)` is called after each document.
    """
    shelf = Shelf(documents, clauses, {p.document for p in prints if p.articles})
    found: dict[str, tuple[list[Link], list[Local]]] = {}
    with uncollected():  # to look through the links and what is kept ready again and again took 6 % of the time
        wanted = _together([d.id for d in documents], plan)
        for number, document in enumerate(wanted, 1):
            found[document] = (_trace_articles if document in shelf.statutes else _trace_document)(document, plan[document], shelf)
            if tell:
                tell(number, len(wanted))
    order = [d.id for d in documents if d.id in found]
    return tuple(link for d in order for link in found[d][0]), tuple(stretch for d in order for stretch in found[d][1])


def _together(documents: Iterable[str], plan: Mapping[str, Sequence[Candidate]]) -> list[str]:
    """The documents that are compared with any, those with the same candidates one after the other, so that these stay at hand."""
    planned = [d for d in documents if plan.get(d)]
    asked = Counter(c.document for d in planned for c in plan[d])
    return sorted(planned, key=lambda d: max((asked[c.document], c.document) for c in plan[d]))


def read_clauses(clauses: Sequence[Clause]) -> tuple[Text, ...]:
    """The clauses that say something themselves, in order. A preamble gives reasons; it counts where there is nothing else."""
    known = {c.id: c for c in clauses}
    numbered = {c.document for c in clauses if c.kind != "preamble"}
    headings: dict[str, str] = {}
    out = []
    for clause in clauses:
        if clause.kind == "preamble" and (clause.document in numbered or len(clause.text) < LONE_PREAMBLE or _is_table(clause.text)):
            continue
        above = known.get(clause.parent or "")
        text = substance(clause, above)
        if text.measures:
            if above is not None and above.id not in headings:
                headings[above.id] = heading_of(above)
            out.append(Text(clause, text, headings[above.id] if above is not None else ""))
    return tuple(out)


def _is_table(text: str) -> bool:
    """Whether most lines of a text are rows: a table of indicators says nothing in whole of what one of its rows says."""
    lines = text.split("\n")
    return 2 * sum("\t" in line or line.count(">") > 1 for line in lines) > len(lines)


def provisions(clauses: Sequence[Clause]) -> tuple[Text, ...]:
    """The clauses that are traced: those that say something themselves, and more than from when their document is in force."""
    return tuple(t for t in read_clauses(clauses) if not formal(t.substance))


def text_of(clause: Clause, above: Clause | None, headings: dict[str, str]) -> Text | None:
    """A clause below `above` as it is compared; None where it says nothing itself. `headings` keeps those of the clauses above."""
    own = substance(clause, above)
    if not own.measures:
        return None
    if above is not None and above.id not in headings:
        headings[above.id] = heading_of(above)
    return Text(clause, own, headings[above.id] if above is not None else "")


class Maker:
    """Makes clauses ready to be compared; of statutes, which are all weighed alike, measures that recur are made once."""

    def __init__(self) -> None:
        self._known: dict[str, Part] = {}

    def prepare(self, text: Text, weights: Weights) -> Prepared:
        """A clause ready to be compared."""
        if weights is not statute_weights():
            return prepare(text.substance, text.section, weights)
        if len(self._known) > REMEMBERED:
            self._known.clear()
        return prepare(text.substance, text.section, weights, self._known)


class Shelf:
    """Documents in use, ready to be compared: made so when asked for, the least lately used put away when there are too many."""

    def __init__(self, documents: Sequence[Document], clauses: Iterable[Clause], statutes: Container[str]) -> None:
        self.statutes = statutes
        self.clauses: dict[str, list[Clause]] = {d.id: [] for d in documents}
        for clause in clauses:
            self.clauses[clause.document].append(clause)
        self._titles = {d.id: fold(d.title).text for d in documents}
        self._notices = {d.parent for d in documents}  # what only forwards something has no provisions of its own
        self._texts: dict[str, tuple[Text, ...]] = {}
        self._weights: dict[str, Weights] = {}
        self._prepared: dict[str, tuple[Prepared, ...]] = {}
        self.maker = Maker()
        self._indexes: dict[str, Index] = {}
        self._articles: dict[str, Articles] = {}

    def texts(self, document: str) -> tuple[Text, ...]:
        """The document's clauses that say something themselves, in order."""
        return self._take(self._texts, document, lambda: self._read(document))

    def weights(self, document: str) -> Weights:
        """How telling its wording is: of statutes, as in all statutes; of others, as in policies and in the document itself."""
        if document in self.statutes:
            return statute_weights()
        return self._take(self._weights, document, lambda: weigh(*count_grams([m.folded for m in t.substance.measures] for t in self.texts(document))))

    def prepared(self, document: str) -> tuple[Prepared, ...]:
        """The document's clauses as the lower side."""
        weights = self.weights(document)
        return self._take(self._prepared, document, lambda: tuple(self.maker.prepare(t, weights) for t in self.texts(document)))

    def index(self, document: str) -> Index:
        """The document as the upper side."""
        return self._take(self._indexes, document, lambda: index(self.prepared(document), self._titles[document]))

    def articles(self, document: str) -> Articles:
        """The document as the upper side of a statute."""
        return self._take(self._articles, document, lambda: Articles(self.clauses[document], self._titles[document], self.weights(document), self.maker))

    def _read(self, document: str) -> tuple[Text, ...]:
        found = provisions(self.clauses[document])
        return tuple(t for t in found if t.clause.kind != "preamble") if document in self._notices else found

    def _take(self, kept: dict[str, T], document: str, make: Callable[[], T]) -> T:
        found = kept.pop(document, None)
        if found is None:
            found = make()
            size = sum([len(self.clauses[d]) for d in kept])
            while kept and size > CACHED:
                first = next(iter(kept))
                size -= len(self.clauses[first])
                del kept[first]
        kept[document] = found
        return found


class Articles:
    """A document that statutes rest on: its clauses, found by the rare wording of an article, and ready to be compared when found."""

    def __init__(self, clauses: Sequence[Clause], title: str, weights: Weights, maker: Maker) -> None:
        self._clauses = [c for c in clauses if c.kind != "preamble"]
        self._above = {c.id: c for c in clauses}
        self._matter, self._weights, self._maker = matter_of(title), weights, maker
        self._headings: dict[str, str] = {}
        self._ready: dict[int, tuple[Text, Single] | None] = {}
        self._wording = Wording(self._clauses)

    def likeliest(self, mine: Collection[str]) -> tuple[Text, Single] | None:
        """The clause that one with these runs most likely draws on, ready to be compared."""
        at = self._wording.likeliest(mine)
        if at is None:
            return None
        if at not in self._ready:
            clause = self._clauses[at]
            text = text_of(clause, self._above.get(clause.parent or ""), self._headings)
            self._ready[at] = text and (text, single(self._maker.prepare(text, self._weights), self._matter, self._weights))
        return self._ready[at]


def _trace_document(document: str, plan: Sequence[Candidate], shelf: Shelf) -> tuple[list[Link], list[Local]]:
    """The links of a document's clauses and their local stretches."""
    own, lowers, weights = shelf.texts(document), shelf.prepared(document), shelf.weights(document)
    links: dict[int, list[Link]] = defaultdict(list)
    explained: dict[int, set[int]] = defaultdict(set)
    for candidate in plan:
        shelved = shelf.index(candidate.document)
        above = tuple(zip(shelf.texts(candidate.document), shelved.texts, strict=True))
        for number, lower in enumerate(lowers):
            found, mine = _links(own[number], lower, find(lower, shelved, weights), above, candidate)
            links[number].extend(found)
            explained[number] |= mine
    local = []
    if any(not c.parallel for c in plan):
        for number, text in enumerate(own):
            local.extend(_local(text, explained[number]))
    return [link for number in sorted(links) for link in links[number]], local


def _links(text: Text, lower: Prepared, findings: Sequence[Finding], above: Sequence[tuple[Text, Prepared]], candidate: Candidate) -> tuple[list[Link], set[int]]:
    """The links of a clause to one document, and which of its measures they explain."""
    links: list[Link] = []
    explained: set[int] = set()
    for finding, bar in _kept(findings, candidate):
        upper, prepared = above[finding.clause]
        link = link_of(text, upper, Compared(lower, prepared, finding, bar), candidate)
        if link is not None:
            links.append(link)
            if link.relation != "related" and not candidate.parallel:
                explained.update(h.lower for h in finding.hits if h.evidence >= MATCH)
    return links, explained


def _trace_articles(document: str, plan: Sequence[Candidate], shelf: Shelf) -> tuple[list[Link], list[Local]]:
    """The links of a statute's articles to what it rests on, and what of the linked ones is its own.

    Articles are looked at only where they share rare wording with a clause above (kb/derivation/provisions.py).
    """
    sources = [(c, shelf.articles(c.document)) for c in plan if not c.parallel]
    known = {c.id: c for c in shelf.clauses[document]} if sources else {}
    weights = shelf.weights(document)
    headings: dict[str, str] = {}
    links: list[Link] = []
    local: list[Local] = []
    clauses = [clause for clause in known.values() if clause.kind != "preamble"]
    for clause, wording in zip(clauses, runs_of_each([clause.text for clause in clauses]), strict=True):
        mine = dict.fromkeys(wording)
        found = [(candidate, ready) for candidate, above in sources if (ready := above.likeliest(mine))]
        text = text_of(clause, known.get(clause.parent or ""), headings) if found else None
        if text is None:
            continue
        lower = shelf.maker.prepare(text, weights)
        explained: set[int] = set()
        before = len(links)
        for candidate, (upper, alone) in found:
            more, taken = _links(text, lower, find_in(lower, alone, weights), ((upper, alone.text),), candidate)
            links.extend(more)
            explained |= taken
        if len(links) > before:
            local.extend(_local(text, explained))
    return links, local


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
