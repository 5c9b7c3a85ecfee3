"""Where things come from, as records: trace up and down, compare, gaps, the graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from math import fsum

from index.clause_names import clause_named
from index.lookups import ancestors, find_document, trail
from kb.derivation.measures import fold
from kb.errors import NotFound, UsageError
from kb.model import LEVELS, Citation, Clause, Document, Link, Local, Task
from kb.records import Record, clause_record, document_record, pair_record, source_record
from kb.similarity import bigrams, weigh
from kb.store import Store

TEXT, LIKENESS = 8, 0.2  # characters from which what is to be traced is a text, and the share of it that the nearest clause must say
QUOTED = 40  # characters of such a text in a message
ABOVE = tuple(reversed(LEVELS))  # township … national: nearest first


def trace(store: Store, search: Callable[[str], Record], reference: str, down: bool) -> Record:
    """The sources of a clause, task or text at every level above, or with `down` what derives from it.

    A heading's sources are those of the clauses under it. `remarks` says what a reader must know: that a cited basis is not
    in the knowledge base, or which clause stands for a text
    (the first hit that `search` gives for it).
    """
    clause, remarks = _start(store, search, reference)
    document = _document(store, clause.document)
    within = [clause, *_under(store, clause)]
    links = _links(store, [c.id for c in within], down)
    sources = [link for link in links if not link.parallel]
    if not links and len(within) == 1 and not (clause.kind == "preamble" or down) and not _is_traced(store, clause):
        remarks.append("这一条文字太短，或只写施行、解释，不单独追溯" + (f"；可追溯它的上一级 {clause.parent}" if clause.parent else ""))
    remarks += absent_basis(store, document) if not down else []

    def end(link: Link) -> str:
        return link.origin if down else link.target

    homes = _homes(store, [end(link) for link in links])
    levels = _levels(document, down)
    for link in sources:
        level = homes[end(link)][1].level
        if level and level not in levels:
            levels = tuple(x for x in (LEVELS if down else ABOVE) if x in levels or x == level)
    grouped = [
        {"level": level, "sources": [_source(store, link, *homes[end(link)]) for link in sources if homes[end(link)][1].level == level]}
        for level in levels
    ]
    parallels = [_source(store, link, *homes[end(link)]) for link in links if link.parallel]
    local = [] if down else _local(store, [c.id for c in within])
    start = {
        "id": clause.id, "document": document.id, "title": document.title, "path": _path(store, clause), "text": clause.text,
        "source": source_record(document.file, clause.first_line, clause.last_line),
    }  # fmt: skip
    return {"from": start, "levels": grouped, "local": local, "parallels": parallels, "remarks": remarks}


def _is_traced(store: Store, clause: Clause) -> bool:
    """Whether a clause says enough by itself to be traced, as all clauses were when the knowledge base was built."""
    from kb.tracing import provisions

    above = store.one(Clause, clause.parent) if clause.parent else None
    return any(t.clause.id == clause.id for t in provisions([above, clause] if above else [clause]))


def _start(store: Store, search: Callable[[str], Record], reference: str) -> tuple[Clause, list[str]]:
    """The clause that a reference means: a clause's id, a task's, or the clause nearest to a text."""
    task = store.one(Task, reference)
    clause = store.one(Clause, task.clause if task else reference) or clause_named(store, reference)
    if clause:
        return clause, []
    if "#" in reference or "@" in reference:
        raise UsageError(f"没有编号为“{reference}”的条款或任务", "", "编号见 policykb search、tasks、show 的结果；也可直接给一段文字")
    hits = search(reference)["hits"]
    found = store.one(Clause, hits[0]["id"]) if hits else None
    if found is None or not _alike(reference, hits[0], found):
        raise NotFound(f"没有与“{_short(reference)}”相近的条款", "", "请换一种说法，或先用 policykb search 查")
    return found, [f"按最接近的条款追溯：{found.id}"]


def _alike(text: str, hit: Record, clause: Clause) -> bool:
    """Whether the clause that is nearest to a text says anything of it. A few words are a matter; more of them must be there in part,
    by weight: what every document says is no likeness."""
    pieces = [piece for piece in _marks().split(fold(text).text) if piece]
    if sum(map(len, pieces)) < TEXT:
        return True
    weights = weigh({}, 1)
    grams = frozenset[str]().union(*map(bigrams, pieces))
    there = fold(f"{hit['title']} {hit['number'] or ''} {hit['path']} {clause.text}").text
    whole = fsum(weights.get(gram, 1.0) for gram in grams)
    return fsum(weights.get(gram, 1.0) for gram in grams if gram in there) >= LIKENESS * whole


@lru_cache(maxsize=1)
def _marks() -> re.Pattern[str]:
    return re.compile(r"[\W_]+")


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else text[:QUOTED] + "…"


def _under(store: Store, clause: Clause) -> list[Clause]:
    every = store.read(Clause, "document = ?", (clause.document,))
    inside = {clause.id}
    out = []
    for c in every:  # document order: parents come before their children
        if c.parent in inside:
            inside.add(c.id)
            out.append(c)
    return out


def _links(store: Store, ids: list[str], down: bool) -> list[Link]:
    column = "target" if down else "origin"
    out: list[Link] = []
    for at in range(0, len(ids), 500):
        part = tuple(ids[at : at + 500])
        out += store.read(Link, f"{column} IN ({','.join('?' * len(part))})", part)
    rank = {"verbatim": 0, "refined": 0, "adjusted": 0, "related": 1}
    return sorted(out, key=lambda link: (rank[link.relation], -link.score))


def _homes(store: Store, ids: Iterable[str]) -> dict[str, tuple[Clause, Document]]:
    clauses = store.read_many(Clause, ids)
    documents = store.read_many(Document, (c.document for c in clauses.values()))
    return {id: (c, documents[c.document]) for id, c in clauses.items()}


def _document(store: Store, id: str) -> Document:
    found = store.one(Document, id)
    assert found is not None, id  # clauses and documents are saved together
    return found


def _levels(document: Document, down: bool) -> tuple[str, ...]:
    """The levels to report on: those above the document's own (all, when it is not known), nearest first."""
    if document.level is None:
        return ("provincial", "national") if not down else ()
    at = LEVELS.index(document.level)
    return LEVELS[at + 1 : 4] if down else tuple(reversed(LEVELS[:at]))


def _path(store: Store, clause: Clause) -> str:
    return " › ".join(trail(clause, ancestors(store, clause)))


def _source(store: Store, link: Link, clause: Clause, document: Document) -> Record:
    return {
        "id": clause.id, "document": document.id, "title": document.title, "path": _path(store, clause), "text": clause.text,
        "relation": link.relation, "score": round(link.score, 4), "pairs": [pair_record(p) for p in link.pairs],
        "changes": list(link.changes), "cited": link.cited, "from": link.origin,
        "source": source_record(document.file, clause.first_line, clause.last_line), "level": document.level, "date": document.date,
    }  # fmt: skip


def _local(store: Store, ids: list[str]) -> list[str]:
    marks = ",".join("?" * len(ids))
    return [x.text for x in store.read(Local, f"origin IN ({marks})", tuple(ids))]


def absent_basis(store: Store, document: Document) -> list[str]:
    chain = [document.id] + ([document.parent] if document.parent else [])
    out: dict[str, None] = {}
    for id in chain:
        for c in store.read(Citation, "document = ? AND relation = 'basis' AND target IS NULL", (id,)):
            out[f"本文所依据的《{c.title}》{c.number or ''}不在知识库中" if c.title else f"本文所依据的{c.number}不在知识库中"] = None
    return list(out)


def compare(store: Store, first: str, second: str) -> Record:
    """Two documents clause by clause: carried over, changed, added, left out."""
    from kb.compare import compare as run

    a, b = find_document(store, first), find_document(store, second)
    if a.id == b.id:
        raise UsageError("两次给的是同一份文档", first, "请给出两份不同的文档")
    result = run(a, b, tuple(store.read(Clause, "document = ?", (a.id,))), tuple(store.read(Clause, "document = ?", (b.id,))))

    def pair(match: object) -> Record:
        x, y = match.first, match.second  # type: ignore[attr-defined]
        return {
            "first": clause_record(x, a.file), "second": clause_record(y, b.file), "score": round(match.score, 4),  # type: ignore[attr-defined]
            "changes": list(match.changes), "pairs": [pair_record(p) for p in match.pairs],  # type: ignore[attr-defined]
        }  # fmt: skip

    return {
        "first": document_record(a), "second": document_record(b), "carried": [pair(m) for m in result.carried],
        "changed": [pair(m) for m in result.changed], "added": [clause_record(c, b.file) for c in result.added],
        "left_out": [clause_record(c, a.file) for c in result.left_out],
    }  # fmt: skip


def gaps(store: Store, lower: str, higher: str) -> Record:
    """Provisions of `higher` that `lower` takes up nowhere, and clauses of `lower` with no source in `higher`.

    UsageError where `lower` is of a higher level.
    """
    from kb.compare import gaps as run

    low, high = find_document(store, lower), find_document(store, higher)
    if low.id == high.id:
        raise UsageError("两次给的是同一份文档", lower, "请给出下级文档和上级文档")
    if low.level and high.level and LEVELS.index(low.level) < LEVELS.index(high.level):
        raise UsageError(f"《{low.title}》比《{high.title}》层级高，上下级写反了", "", f"请对调：policykb gaps {high.id} --under {low.id}")
    clauses = {d.id: tuple(store.read(Clause, "document = ?", (d.id,))) for d in (low, high)}
    links = tuple(_links(store, [c.id for c in clauses[low.id]], False))
    result = run(clauses[high.id], clauses[low.id], links)
    return {
        "document": document_record(low), "under": document_record(high), "linked": result.linked,
        "not_taken_up": [clause_record(c, high.file) for c in result.not_taken_up],
        "without_source": [
            {**clause_record(c, low.file), "same_topic": [clause_record(x, high.file) for x in result.same_topic.get(c.id, ())]} for c in result.without_source
        ],
        "not_compared": [clause_record(c, low.file) for c in result.not_compared],
    }  # fmt: skip


def graph(store: Store, form: str, around: str | None, depth: int) -> str:
    """The graph or the neighbourhood of something, in one of the export forms."""
    from kb import graph as graphs

    records = store.records()
    whole = graphs.build(records)
    if around is not None:
        node = around if around in whole else _node(store, around)
        whole = graphs.around(whole, node, depth)
    if form == "svg":
        from kb.drawing import draw

        return draw(whole, node if around is not None else None)
    return {"graphml": graphs.to_graphml, "json": graphs.to_json, "dot": graphs.to_dot}[form](whole)


def _node(store: Store, reference: str) -> str:
    """The node meant by a reference that is no node's id: a unit by any name, else a document."""
    from index.unit_names import find_units

    try:
        return find_document(store, reference).id
    except UsageError:
        units, _ = find_units(store, reference, None, False)
        return units[0].id
