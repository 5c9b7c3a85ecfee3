"""Query → hits: plan, candidates from the engine, final order, snippets, counts. The total is always the true number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.engines.protocol import Tree
from index.matching.exact import exact_numbers
from index.matching.facets import facet_counts
from index.matching.hits import hit_records
from index.matching.needs import MOST, at_most, hidden_in
from index.matching.plan import Plan, leaf_tree, plan, positive
from index.matching.ranking import Asked, Weights, rank, rarity, weighed
from index.matching.scope import Filters
from index.matching.steps import choose
from index.opening import Index, open_searcher, probe
from index.query import Query, parse
from index.tokens import bare
from kb.frozen import dataclass
from kb.records import Record
from kb.store import Store

__all__ = ["Index", "open_searcher", "probe", "search_records"]

DEPTH = 500  # candidates that the engine brings
READ = 300  # of them are read for their final order
MANY = 100  # needs of which it takes too long to count in how many entries each is
LOOKS, FEWEST = 9000, 50  # words looked for in candidates: of many words in fewer of them, but in so many


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
    out: Record = {"query": query, "total": found.total, "hits": hit_records(index, store, shown, found.marked), "expanded": list(found.expanded)}
    if page.facets:
        out["facets"] = facet_counts(index, found.tree)
    return out


def _exact(index: Index, query: str, restricted: tuple[Tree, ...], most: int) -> Found:
    """Every clause that holds these characters, in document order."""
    text = bare(query)
    numbers, tree = exact_numbers(index, query, restricted)
    return Found([(n, 1.0) for n in numbers[:most]], len(numbers), tree, [text])


def _ranked(index: Index, query: str, restricted: tuple[Tree, ...], most: int) -> Found:
    asked_for = parse(query)
    wish = plan(asked_for, index.scope, index.means)
    chosen = choose(index, wish, restricted, max(DEPTH, most))
    if not chosen.total:
        return Found((), 0, chosen.tree, expanded=lacking(index, asked_for, restricted))
    weights = Weights()
    brought = chosen.brought[:DEPTH]
    if chosen.all_said and chosen.total > len(brought):  # what holds all that is wanted must not be missed among so many
        brought = index.in_store_order(sorted({**dict(brought), **dict(chosen.all_said[:READ])}.items(), key=lambda hit: (-hit[1], hit[0])))
    best = index.in_store_order(weighed(brought, index.homes, index.shelf.priors, weights))
    asked = Asked(wish.needs, _rare(index, wish), _leads(index, wish), hidden_in())
    read = max(FEWEST, min(READ, LOOKS // max(1, len(wish.needs))))
    order = index.in_store_order(rank(best[:read], asked, index.sight, weights, most))
    if most > len(order):
        seen = {number for number, _ in brought}
        further = [number for number, _ in best[read:]] + [number for number, _ in chosen.brought[DEPTH:] if number not in seen]
        order += [(number, 0.0) for number in further]
    return Found(order, chosen.total, chosen.tree, marked_words(wish), expansions(wish, index))


def lacking(index: Index, query: Query, restricted: tuple[Tree, ...]) -> list[str]:
    """Why nothing was found: the parts of a query that alone find nothing; else that no clause has them all."""
    out = []
    for leaf in dict.fromkeys(positive(query.tree)):
        if not index.engine.total(leaf_tree(leaf, index.scope)):
            out.append(f"库中没有符合“{FIELD_NAMES[leaf.field]}：{leaf.text}”的内容" if leaf.field else f"库中没有“{leaf.text}”")
    if not out and (restricted or len(positive(query.tree)) > 1) and all(map(index.engine.total, restricted)):
        out.append("各项条件分别都有内容，但没有一条同时符合")
    return out


def _rare(index: Index, wish: Plan) -> dict[str, float]:
    """How telling each need is, and each word of it by the most frequent form that stands for it; of very many needs about."""
    many = len(wish.needs) > MANY
    out = {need.text: rarity(index.count, at_most(need.text, index.means) if many else index.frequency(need.text)) for need in wish.needs}
    for need in wish.needs:
        for forms in need.words:
            out.setdefault(forms[0], rarity(index.count, max(1, *map(index.frequency, forms))))
    return out


def _leads(index: Index, wish: Plan) -> dict[str, frozenset[int]]:
    """For each unit that is needed the entries that give it the lead."""
    out = {}
    for need in wish.needs:
        if need.kind == "unit":
            tree = index.scope.unit(need.text, "lead")
            out[need.text] = frozenset(index.engine.match(tree)) if tree.tokens else frozenset()
    return out


def marked_words(wish: Plan) -> list[str]:
    """The bare strings that snippets mark."""
    out: list[str] = []
    for need in wish.needs:
        out += [need.text, *(other.text for other in need.others), *(form for forms in need.words for form in forms if len(form) > 1)]
    return list(dict.fromkeys(out))


FIELD_NAMES = {
    "title": "标题", "doc": "文件", "number": "文号", "level": "层级", "region": "地区", "genre": "文种", "date": "日期", "unit": "单位", "lead": "牵头", "heading": "小标题",
}  # fmt: skip
KINDS = {"synonym": "同义词", "related": "有关词", "unit": "单位别名", "lookalike": "形近字", "near": "相差一字的"}


def expansions(wish: Plan, index: Index) -> list[str]:
    """What was looked for besides the words typed, as far as it occurs; and that not all of them were, where they are too many."""
    out = [f"检索词太多（{wish.words} 个），只按其中最少见的 {MOST} 个查找"] if wish.words else []
    for need in wish.needs:
        by_kind: dict[str, list[str]] = {}
        for other in need.others:
            if index.frequency(other.text):
                by_kind.setdefault(KINDS[other.kind], []).append(other.text)
        out += [f"“{need.text}”也查了{kind}：{'、'.join(names[:6])}" for kind, names in by_kind.items()]
    return out
