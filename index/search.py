"""Query → hits: plan, candidates from the engine, final order, snippets, counts. The total is always the true number."""

from __future__ import annotations

import json
import shutil
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.build import FORMAT, HOMES, STAMP, STANDING, TEXTS, build_index, choose_engine, index_entries, unit_token
from index.engines.choice import engine as engine_named
from index.engines.protocol import And, AnyOf, Tree
from index.plan import Plan, literal, plan
from index.query import parse
from index.ranking import Candidate, Weights, rank, rarity, weighed
from index.scope import Filters, Scope
from index.snippets import snippet
from index.texts import Texts
from index.tokens import bare, same_but_quotes
from index.words import FILE as WORDS
from index.words import Cutter, WordsFile, cutter
from kb.errors import KnowledgeBaseError, UsageError
from kb.model import Clause, Document, Task, Unit
from kb.records import Record, source_record
from kb.store import Store

DEPTH = 1000  # candidates that the engine brings
ENOUGH = 100  # hits below which fewer of the words typed need be there
ENOUGH_FOR_SENTENCE = 3000  # the same for a sentence, whose words are often other than the law's
READ = 300  # of them are read for their final order
FACETS = ("level", "region", "genre", "year", "unit")


class Index:
    """An open index with what searching needs of the store."""

    def __init__(self, folder: Path, store: Store) -> None:
        stamp = read_stamp(folder)
        if stamp.get("digest") != store.meta.get("digest") or stamp.get("format") != FORMAT:
            raise KnowledgeBaseError("检索索引与数据不一致", str(folder), "请运行 policykb build 重建")
        self.folder, self.store, self.count = folder, store, int(stamp["count"])
        self.engine = engine_named(str(stamp["engine"])).open_index(folder / "engine")
        if self.engine.count != self.count:
            raise KnowledgeBaseError("检索索引不完整", str(folder), "请运行 policykb build 重建")

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.store.read(Document), self.store.read(Unit))

    @cached_property
    def texts(self) -> Texts:
        return Texts(self.folder / TEXTS)

    @cached_property
    def homes(self) -> array[int]:
        return _array(self.folder / HOMES)

    @cached_property
    def standing(self) -> array[int]:
        return _array(self.folder / STANDING)

    @cached_property
    def cut(self) -> Cutter:
        return cutter(WordsFile(self.folder / WORDS))

    def close(self) -> None:
        self.engine.close()


def _array(path: Path) -> array[int]:
    out = array("I")
    try:
        out.frombytes(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KnowledgeBaseError("检索索引缺失或已损坏", str(path), "请运行 policykb build 重建") from error
    return out


def read_stamp(folder: Path) -> dict[str, Any]:
    """What an index says of itself; {} when there is none."""
    try:
        stamp: dict[str, Any] = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return stamp
    except (OSError, ValueError):
        return {}


def open_searcher(folder: Path, store: Store) -> Index:
    """The index of a store; made anew from it when it is missing, damaged, of another state or of an engine not here."""
    try:
        return Index(folder, store)
    except (KnowledgeBaseError, UsageError):
        pass
    beside = folder.with_name(f"{folder.name}-{uuid4().hex[:8]}")
    try:
        entries = index_entries(store.read(Document), store.read(Clause), store.read(Task), store.read(Unit))
        build_index(beside, entries, choose_engine(None), store.meta["digest"])
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise KnowledgeBaseError("检索索引缺失，又不能重建", str(folder), "请检查磁盘空间和权限，或用 policykb build 重建") from error
    return Index(folder, store)


def probe(folder: Path, store: Store, probes: int) -> int:
    """Checks that the index belongs to the store and finds pieces of clauses spread over it; returns how many were tried."""
    index = Index(folder, store)
    try:
        if index.count != store.count(Clause):
            raise KnowledgeBaseError("检索索引不完整", str(folder), "请用 policykb build 重建")
        tried = 0
        for step in range(min(probes, index.count)):
            number = step * index.count // min(probes, index.count)
            clause = clauses_at(store, [number])[number]
            piece = bare(clause.text)[2:8]
            if piece and number not in index.engine.match(literal(piece)):
                raise KnowledgeBaseError(f"检索索引查不到已有的条款 {clause.id}", str(folder), "请用 policykb build 重建")
            tried += bool(piece)
        return tried
    finally:
        index.close()


def clauses_at(store: Store, numbers: Sequence[int]) -> dict[int, Clause]:
    """Clauses by their position in the store, counted from 0."""
    wanted = sorted(set(numbers))
    out: dict[int, Clause] = {}
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        found = store.read(Clause, f"seq IN ({','.join('?' * len(part))})", tuple(n + 1 for n in part))
        out.update(zip(part, found, strict=True))
    return out


def search_records(
    index: Index, store: Store, query: str, *, limit: int = 10, offset: int = 0, exact: bool = False, facets: bool = False, **filters: Any
) -> Record:
    """Clauses for a query, best first: {"query", "total", "hits", "expanded", "facets"}.

    `filters`: level region unit doc genre since until. UsageError in Chinese for what cannot be a query or filter.
    """
    restricted = index.scope.filtered(Filters(**filters))
    if exact:
        ranked, total, wanted, notes, tree = _exact(index, query, restricted, limit + offset)
    else:
        ranked, total, wanted, notes, tree = _ranked(index, query, restricted, limit + offset)
    page = ranked[offset : offset + limit]
    found = clauses_at(store, [number for number, _ in page])
    hits = [_hit(index, store, found[number], number, score, wanted) for number, score in page]
    out: Record = {"query": query, "total": total, "hits": hits, "expanded": notes}
    if facets:
        out["facets"] = facet_counts(index, tree)
    return out


def _exact(index: Index, query: str, restricted: list[Tree], most: int) -> tuple[list[tuple[int, float]], int, list[str], list[str], Tree]:
    """Every clause that holds these characters, in document order."""
    text = bare(query)
    if not text:
        raise UsageError("没有可以查找的字词", "", "请输入要逐字查找的内容")
    if len(query) > 2_000:
        raise UsageError(f"检索词太长（{len(query)} 字，最多 2000 字）", "", "请缩短后再查")
    tree = And((literal(text), *restricted)) if restricted else literal(text)
    found = index.engine.match(tree)
    quoted = same_but_quotes(query)
    if quoted != text and found:
        clauses = clauses_at(index.store, found)
        found = [n for n in found if quoted.strip('"') in same_but_quotes(clauses[n].text)]
    return [(n, 1.0) for n in found[:most]], len(found), [text], [], tree


def _ranked(index: Index, query: str, restricted: list[Tree], most: int) -> tuple[list[tuple[int, float]], int, list[str], list[str], Tree]:
    wish = plan(parse(query), index.scope, index.cut)
    tree, total = _loosened(index, wish, restricted)
    if not total:
        return [], 0, [], [], tree
    weights = Weights()
    scores = dict(index.engine.rank(tree, wish.terms, max(DEPTH, most)))
    if wish.rolled:
        full = And((wish.match(max(1, len(wish.wanted))), *restricted))
        scores.update(index.engine.rank(full, wish.terms, READ))
    scores = weighed(scores, index.homes, index.standing, weights)
    found = sorted(scores.items(), key=lambda hit: (-round(hit[1], 4), hit[0]))
    candidates = [_candidate(index, number, score) for number, score in found[:READ]]
    counts = {need.text: index.engine.total(literal(need.text, wish.rolled)) for need in wish.needs}
    order = rank(candidates, wish.needs, lambda text: rarity(index.count, counts[text]), weights) + found[READ:]
    return order, total, wanted_words(wish), expansions(wish, order, index), tree


def _loosened(index: Index, wish: Plan, restricted: list[Tree]) -> tuple[Tree, int]:
    """The tree for as many of the wanted things as leave ENOUGH hits, and how many it matches."""

    def at(least: int) -> tuple[Tree, int]:
        tree = And((wish.match(least), *restricted))
        return tree, index.engine.total(tree)

    low, high = 1, max(1, len(wish.wanted))
    enough = ENOUGH_FOR_SENTENCE if wish.sentence else ENOUGH
    best = at(high)
    if best[1] >= enough or high == 1:
        return best
    best = at(low)
    while high - low > 1:
        middle = (low + high) // 2
        found = at(middle)
        if found[1] >= enough:
            low, best = middle, found
        else:
            high = middle
    return best


def _candidate(index: Index, number: int, score: float) -> Candidate:
    home = index.homes[number]
    document = index.scope.documents[home]
    title = index.scope.titles[home]
    around = title + "\n" + bare(document.region or "") + "\n" + "\n".join(map(bare, document.issuers))
    text = index.texts[number]
    return Candidate(number, score, home, text, around, title, text.endswith(title))


def wanted_words(wish: Plan) -> list[str]:
    """The bare strings that snippets mark."""
    out: list[str] = []
    for need in wish.needs:
        out += [need.text, *(other.text for other in need.others), *(w for w in need.words if len(w) > 1)]
    return list(dict.fromkeys(out))


KINDS = {"synonym": "同义", "unit": "单位别名", "lookalike": "形近误字"}


def expansions(wish: Plan, order: Sequence[tuple[int, float]], index: Index) -> list[str]:
    """What was looked for besides the words typed, as far as it occurs."""
    out = []
    for need in wish.needs:
        by_kind: dict[str, list[str]] = {}
        for other in need.others:
            if index.engine.total(literal(other.text, True)):
                by_kind.setdefault(KINDS[other.kind], []).append(other.text)
        out += [f"“{need.text}”也查了{kind}：{'、'.join(names[:6])}" for kind, names in by_kind.items()]
    return out


def _hit(index: Index, store: Store, clause: Clause, number: int, score: float, wanted: list[str]) -> Record:
    document = index.scope.documents[index.homes[number]]
    text = clause.text
    if clause.kind == "article":
        text = "\n".join([text, *(c.text for c in store.read(Clause, "seq > ? AND seq < ? AND id LIKE ?", (number + 1, number + 200, clause.id + "/%")))])
    shown, marks = snippet(text, wanted)
    return {
        "id": clause.id, "document": clause.document, "title": document.title, "path": clause.path, "heading": clause.heading, "text": text,
        "snippet": shown, "marks": [list(m) for m in marks], "score": score, "kind": clause.kind, "number": document.number,
        "date": document.date, "level": document.level, "region": document.region,
        "source": source_record(document.file, clause.first_line, clause.last_line),
    }  # fmt: skip


def facet_counts(index: Index, tree: Tree) -> dict[str, list[tuple[str, int]]]:
    """How many of all matches each level, region, genre, year and unit has, most first."""
    found = index.engine.match(tree)
    homes = Counter(index.homes[number] for number in found)
    out: dict[str, list[tuple[str, int]]] = {}
    for name in FACETS[:-1]:
        counts: Counter[str] = Counter()
        for home, n in homes.items():
            document = index.scope.documents[home]
            value = (document.date or "")[:4] if name == "year" else getattr(document, name)
            if value:
                counts[value] += n
        out[name] = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
    units: Counter[str] = Counter()
    for unit in index.scope.units:
        if n := index.engine.total(And((tree, AnyOf("unit", (unit_token(unit.id),))))):
            units[unit.name] = n
    out["unit"] = sorted(units.items(), key=lambda kv: (-kv[1], kv[0]))
    return out

