"""Query → hits: plan, candidates from the engine, final order, snippets, counts. The total is always the true number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.engines.protocol import And, Tree
from index.exact import exact_numbers
from index.facets import facet_counts
from index.opening import Index, clauses_at, open_searcher, probe
from index.plan import Plan, plan
from index.query import parse
from index.ranking import ATTACHED, Candidate, Weights, prior, rank, rarity, weighed
from index.scope import Filters
from index.snippets import snippet
from index.tokens import bare
from kb.frozen import dataclass
from kb.model import Clause
from kb.records import Record, source_record
from kb.store import Store

__all__ = ["Index", "clauses_at", "open_searcher", "probe", "search_records"]

DEPTH = 1000  # candidates that the engine brings
READ = 300  # of them are read for their final order
ENOUGH = 100  # hits below which fewer of the words typed need be there
ENOUGH_FOR_SENTENCE = 3000  # the same for a sentence, whose words are often other than the law's
ITEMS = 200  # clauses inside an article that are shown with it


@dataclass(frozen=True, slots=True)
class Page:
    """What of the result is wanted; `exact`: substring search."""

    limit: int = 10
    offset: int = 0
    exact: bool = False
    facets: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: (entry, score) best first, the true total, what to mark, what was looked for besides."""

    order: Sequence[tuple[int, float]]
    total: int
    tree: Tree
    marked: Sequence[str] = ()
    expanded: Sequence[str] = ()


def search_records(index: Index, store: Store, query: str, **options: Any) -> Record:
    """Clauses for a query, best first: {"query", "total", "hits", "expanded"}, and "facets" where they are asked for.

    `options`: limit offset exact facets (see Page), and the filters level region unit doc genre since until. UsageError in Chinese
    for what cannot be a query or filter.
    """
    page = Page(**{name: options.pop(name) for name in Page.__match_args__ if name in options})
    restricted = tuple(index.scope.filtered(Filters(**options)))
    end = page.offset + page.limit
    found = (_exact if page.exact else _ranked)(index, query, restricted, end)
    shown = found.order[page.offset : end]
    clauses = clauses_at(store, [number for number, _ in shown])
    hits = [_hit(index, store, clauses[number], (number, score), found.marked) for number, score in shown]
    out: Record = {"query": query, "total": found.total, "hits": hits, "expanded": list(found.expanded)}
    if page.facets:
        out["facets"] = facet_counts(index, found.tree)
    return out


def _exact(index: Index, query: str, restricted: tuple[Tree, ...], most: int) -> Found:
    """Every clause that holds these characters, in document order."""
    text = bare(query)
    numbers, tree = exact_numbers(index, query, restricted)
    return Found([(n, 1.0) for n in numbers[:most]], len(numbers), tree, [text])


def _ranked(index: Index, query: str, restricted: tuple[Tree, ...], most: int) -> Found:
    wish = plan(parse(query), index.scope, index.means)
    tree, total = _wide_enough(index, wish, restricted)
    if not total:
        return Found((), 0, tree)
    weights = Weights()
    brought = index.engine.rank(tree, wish.terms, max(DEPTH, most))
    scores = dict(brought[:DEPTH])
    if total > len(scores) and wish.steps:  # what holds all that is wanted must not be missed among so many
        scores.update(index.engine.rank(And((wish.match(0), *restricted)), wish.terms, READ))
    documents = index.scope.documents
    scores = weighed(scores, index.homes, lambda home: prior(documents[home], index.standing[home], index.scope.latest, weights), weights)
    best = sorted(scores.items(), key=lambda hit: (-round(hit[1], 4), hit[0]))
    leads = _leads(index, wish)
    order = rank([_candidate(index, number, score, leads) for number, score in best[:READ]], wish.needs, _rare(index, wish), weights)
    further = [number for number, _ in best[READ:]] + [number for number, _ in brought[DEPTH:] if number not in scores]
    order += [(number, 0.0) for number in further]
    return Found(order, total, tree, marked_words(wish), expansions(wish, index))


def _rare(index: Index, wish: Plan) -> dict[str, float]:
    """How telling each need is, and each word of it by the most frequent form that stands for it."""
    out = {need.text: rarity(index.count, index.frequency(need.text)) for need in wish.needs}
    for need in wish.needs:
        for forms in need.words:
            out.setdefault(forms[0], rarity(index.count, max(1, *map(index.frequency, forms))))
    return out


def _wide_enough(index: Index, wish: Plan, restricted: tuple[Tree, ...]) -> tuple[Tree, int]:
    """The tree of the first step that leaves enough hits, else of the last, and how many it matches."""

    def at(step: int) -> tuple[Tree, int]:
        tree = And((wish.match(step), *restricted))
        return tree, index.engine.total(tree)

    enough = ENOUGH_FOR_SENTENCE if wish.sentence else ENOUGH
    low, high = 0, max(0, len(wish.steps) - 1)
    while low < high:
        middle = (low + high) // 2
        if at(middle)[1] >= enough:
            high = middle
        else:
            low = middle + 1
    return at(low)


def _leads(index: Index, wish: Plan) -> dict[str, frozenset[int]]:
    """For each unit that is needed the entries that give it the lead."""
    out = {}
    for need in wish.needs:
        if need.kind == "unit":
            tree = index.scope.unit(need.text, "lead")
            out[need.text] = frozenset(index.engine.match(tree)) if tree.tokens else frozenset()
    return out


def _candidate(index: Index, number: int, score: float, leads: dict[str, frozenset[int]]) -> Candidate:
    home = index.homes[number]
    text = index.texts[number]
    title = index.scope.titles[home]
    return Candidate(
        number=number,
        score=score,
        text=text,
        around=index.scope.surroundings[home],
        trail=index.trails[number],
        title=title,
        preamble=title in text[: len(title)],
        attached=index.scope.documents[home].genre == ATTACHED,
        leads=frozenset(unit for unit, entries in leads.items() if number in entries),
    )


def marked_words(wish: Plan) -> list[str]:
    """The bare strings that snippets mark."""
    out: list[str] = []
    for need in wish.needs:
        out += [need.text, *(other.text for other in need.others), *(form for forms in need.words for form in forms if len(form) > 1)]
    return list(dict.fromkeys(out))


KINDS = {"synonym": "同义词", "related": "有关词", "unit": "单位别名", "lookalike": "形近字", "near": "相差一字的"}


def expansions(wish: Plan, index: Index) -> list[str]:
    """What was looked for besides the words typed, as far as it occurs."""
    out = []
    for need in wish.needs:
        by_kind: dict[str, list[str]] = {}
        for other in need.others:
            if index.frequency(other.text):
                by_kind.setdefault(KINDS[other.kind], []).append(other.text)
        out += [f"“{need.text}”也查了{kind}：{'、'.join(names[:6])}" for kind, names in by_kind.items()]
    return out


def _hit(index: Index, store: Store, clause: Clause, hit: tuple[int, float], marked: Sequence[str]) -> Record:
    number, score = hit
    document = index.scope.documents[index.homes[number]]
    text = clause.text
    if clause.kind == "article":  # is read as a whole, with its items
        inner = store.read(Clause, "seq > ? AND seq <= ? AND id LIKE ?", (number + 1, number + 1 + ITEMS, clause.id + "/%"))
        text = "\n".join([text, *(c.text for c in inner)])
    shown, marks = snippet(text, marked)
    return {
        "id": clause.id, "document": clause.document, "title": document.title, "path": clause.path, "heading": clause.heading, "text": text,
        "snippet": shown, "marks": [list(m) for m in marks], "score": score, "kind": clause.kind, "number": document.number,
        "date": document.date, "level": document.level, "region": document.region,
        "source": source_record(document.file, clause.first_line, clause.last_line),
    }  # fmt: skip
