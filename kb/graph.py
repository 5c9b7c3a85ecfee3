"""Everything as one graph: a networkx MultiDiGraph of documents, clauses, tasks, units and places, each edge with its evidence.

What goes in are the records of a knowledge base. Nodes have a `kind`, a `label` for people and what is known of them as text or
numbers; edges have a `kind` (kb/data/graph_kinds.csv), which is also their key, and `evidence`: the words of the text that say so,
with `source` telling where they stand. Ids are the records' own; places are `地区:` and their name. The same records give the same
graph, in the same order.

A task led by 市财政局 in clause 一/（三） gives: clause —contains→ task, 市财政局 —leads→ task, with the printed list of units as evidence.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.errors import DataError, UsageError
from kb.model import LEVELS, Citation, Records, Unit
from kb.tables import TableRow, table

if TYPE_CHECKING:
    import networkx as nx

ROLE_EDGES = {"lead": "leads", "responsible": "responsible_for", "cooperating": "cooperates", "guiding": "guides", "data": "supplies_data"}
CITATION_EDGES = {"basis": "based_on", "mentions": "cites"}
LEVEL_NAMES = {"national": "国家", "provincial": "省级", "municipal": "市级", "county": "县级", "township": "乡镇级", "other": "跨级"}
NEARNESS = {"leads": 6.0, "derives_from": 5.0, "responsible_for": 4.0, "based_on": 4.0, "forwards": 3.0, "contains": 2.0, "parallels": 0.5}
ROLES = tuple(ROLE_EDGES.values())
WALK = {  # (state, direction, kind of edge) → the state behind it; at the start every edge leads to an end at least
    **{(state, "out", "derives_from"): "up" for state in ("start", "up", "part")},
    **{(state, "in", "derives_from"): "down" for state in ("start", "down", "part")},
    **{(state, "out", "contains"): "part" for state in ("start", "down", "part")},
    **{(state, "in", "contains"): "part" for state in ("start", "task")},
    **{("part", "in", role): "end" for role in ROLES},  # but not from one unit to all that share its tasks
    **{("start", "out", role): "task" for role in ROLES},
}
COLUMNS = ("what", "kind", "name", "colour", "note")
LABEL = 24  # characters of a label
EVIDENCE = 200  # characters of a piece of evidence


class Kind(NamedTuple):
    """A kind of node or edge."""

    what: str
    kind: str
    name: str
    colour: str
    note: str


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """The kinds of nodes and edges, by their keys."""
    rows = table("graph_kinds", COLUMNS)
    problems = lint(rows)
    if problems:
        raise DataError(problems[0], "graph_kinds.csv", "请改正该行")
    return {row.cells["kind"]: Kind(**row.cells) for row in rows}


def lint(rows: Iterable[TableRow]) -> list[str]:
    """What is wrong with a table of kinds, in Chinese; empty when nothing is."""
    problems = []
    seen: set[str] = set()
    for row in rows:
        kind = row.cells["kind"]
        if row.cells["what"] not in ("node", "edge"):
            problems.append(f"{row.place}：what 应为 node 或 edge")
        if not kind or not kind.replace("_", "").isalpha() or not kind.isascii() or kind != kind.lower():
            problems.append(f"{row.place}：kind 应为小写英文：{kind}")
        if kind in seen:
            problems.append(f"{row.place}：{kind} 重复")
        seen.add(kind)
        colour = row.cells["colour"]
        if len(colour) != 7 or colour[0] != "#" or any(c not in "0123456789abcdef" for c in colour[1:]):
            problems.append(f"{row.place}：colour 应如 #1f5f8b")
        if not row.cells["name"]:
            problems.append(f"{row.place}：缺中文名")
    return problems


def build(records: Records) -> nx.MultiDiGraph[str]:
    """The whole graph."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for name, attributes in _nodes(records):
        graph.add_node(name, **attributes)
    for start, end, kind, attributes in _edges(records):
        if start in graph and end in graph and start != end and not graph.has_edge(start, end, kind):
            graph.add_edge(start, end, kind, kind=kind, label=kinds()[kind].name, **attributes)
    return graph


def _nodes(records: Records) -> Iterator[tuple[str, dict[str, str | int | float]]]:
    for place in dict.fromkeys(_places(records)):
        yield f"地区:{place}", {"kind": "place", "label": place.rpartition("省")[2] or place, "name": place}
    for d in records.documents:
        yield d.id, _node("document", d.title, title=d.title, level=d.level, region=d.region, date=d.date, number=d.number, genre=d.genre, file=d.file, line=d.first_line)
    file_of = {d.id: d.file for d in records.documents}
    for c in records.clauses:
        label = f"{c.path or '前言'} {c.heading or c.text}"
        yield c.id, _node("clause", label, document=c.document, path=c.path, heading=c.heading, text=c.text, file=file_of.get(c.document), line=c.first_line)
    for t in records.tasks:
        yield t.id, _node("task", t.text, document=t.document, number=t.number, text=t.text, file=file_of.get(t.document), line=t.first_line)
    for u in records.units:
        yield u.id, _node("unit", u.name, name=u.name, level=u.level, region=u.region, family=u.family, unit_kind=u.kind)


def _node(kind: str, label: str, **known: str | int | None) -> dict[str, str | int | float]:
    label = clean(label)
    short = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
    return {"kind": kind, "label": short, **{k: clean(v) if isinstance(v, str) else v for k, v in known.items() if v not in (None, "")}}


def _places(records: Records) -> Iterator[str]:
    regions = {d.region for d in records.documents} | {u.region for u in records.units}
    for region in sorted(r for r in regions if r):
        yield "中国"
        yield region


Edge = tuple[str, str, str, dict[str, str | int | float]]


def _edges(records: Records) -> Iterator[Edge]:
    yield from _document_edges(records)
    for c in records.clauses:
        yield c.parent or c.document, c.id, "contains", _evidence(c.path or c.text)
    yield from _citation_edges(records.citations)
    for link in records.links:
        kind = "parallels" if link.parallel else "derives_from"
        pair = link.pairs[0] if link.pairs else None
        known = _evidence(f"{pair.from_text} ← {pair.to_text}" if pair else "")
        known |= {"relation": link.relation, "score": link.score, "cited": "是" if link.cited else "否"}
        if link.changes:
            known["changes"] = clean("；".join(link.changes))
        yield link.origin, link.target, kind, known
    for t in records.tasks:
        yield t.clause, t.id, "contains", _evidence(t.text)
        for a in t.units:
            yield a.unit, t.id, ROLE_EDGES[a.role], {**_evidence(t.units_raw or a.printed), "printed": clean(a.printed)}
    yield from _unit_edges(records.units)


def _document_edges(records: Records) -> Iterator[Edge]:
    names = {u.name: u.id for u in records.units}
    for d in records.documents:
        if d.parent:
            yield d.parent, d.id, "forwards", _evidence(d.title)
        if d.region:
            yield d.id, f"地区:{d.region}", "located_in", _evidence(d.region)
        for issuer in d.issuers:
            if issuer in names:
                yield d.id, names[issuer], "issued_by", _evidence(issuer)
    yield from _place_edges(sorted(dict.fromkeys(_places(records))))


def _place_edges(places: list[str]) -> Iterator[Edge]:
    """Each place is in the nearest known place that its name begins with, else in 中国."""
    for place in places:
        if place != "中国":
            above = max((p for p in places if p != place and place.startswith(p)), key=len, default="中国")
            yield f"地区:{above}", f"地区:{place}", "contains", _evidence(place)


def _citation_edges(citations: Iterable[Citation]) -> Iterator[Edge]:
    for c in citations:
        kind = CITATION_EDGES.get(c.relation)
        target = c.target_clause or c.target
        if kind and target:
            yield c.clause or c.document, target, kind, _evidence(c.quote)
            if kind == "based_on" and c.clause:
                yield c.document, c.target or target, kind, _evidence(c.quote)


def _unit_edges(units: Iterable[Unit]) -> Iterator[Edge]:
    families: dict[str, list[Unit]] = defaultdict(list)
    for u in units:
        for name in u.predecessors:
            yield u.id, name, "succeeds", _evidence(f"{u.name}承接{name}的职能")
        for name in u.successors:
            yield name, u.id, "succeeds", _evidence(f"{name}承接{u.name}的职能")
        if u.region:
            yield u.id, f"地区:{u.region}", "located_in", _evidence(u.region)
        if u.level in LEVELS and u.kind != "collective":
            families[u.family].append(u)
    for family in sorted(families):
        yield from _counterparts(families[family])


def _counterparts(units: list[Unit]) -> Iterator[Edge]:
    """Each unit and the nearest one above it of the same family, in the same place or one that holds it."""
    by_place: dict[str, list[Unit]] = defaultdict(list)
    for u in units:
        by_place["" if u.level == "national" else u.region or "?"].append(u)
    for u in units:
        place = u.region or ""
        above = [o for end in range(len(place) + 1) for o in by_place.get(place[:end], ()) if _rank(o) < _rank(u)]
        if above:
            nearest = max(above, key=lambda o: (_rank(o), o.name))
            yield u.id, nearest.id, "counterpart_of", {"evidence": f"职能相同：{u.family}"}


def _rank(unit: Unit) -> int:
    return LEVELS.index(unit.level or "national")


def _evidence(text: str) -> dict[str, str | int | float]:
    text = clean(text)
    return {"evidence": text if len(text) <= EVIDENCE else text[: EVIDENCE - 1] + "…"} if text else {}


def clean(text: str) -> str:
    """Text that every format can hold: white space runs become one space, control characters and lone surrogates go."""
    kept = "".join(c if c.isprintable() else " " for c in text if not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF))
    return " ".join(kept.split())


def walk(graph: nx.MultiDiGraph[str], node: str, direction: str, kind: str = "derives_from", depth: int = 10) -> list[list[str]]:
    """The nodes reached from `node` along edges of a kind, a list for each step: `up` follows the edges, `down` goes against them."""
    if node not in graph:
        raise UsageError("图中没有这个节点", node, "编号见 policykb docs、show、tasks 的结果")
    seen, here = {node}, [node]
    steps: list[list[str]] = []
    while here and len(steps) < depth:
        found: dict[str, None] = {}
        for name in here:
            edges = graph.out_edges(name, keys=True) if direction == "up" else graph.in_edges(name, keys=True)
            for start, end, key in edges:
                other = end if direction == "up" else start
                if key == kind and other not in seen:
                    found[other] = None
        seen.update(found)
        here = list(found)
        if here:
            steps.append(here)
    return steps


def around(graph: nx.MultiDiGraph[str], node: str, depth: int = 2, most: int = 120) -> nx.MultiDiGraph[str]:
    """The part of the graph within `depth` steps of a node, weightiest first, at most `most` nodes and the documents that they stand in.

    Walks keep their direction: what else was drawn from a source, or all tasks of a unit that shares one, is no neighbourhood of this
    node. Each node kept says in `step` how far it is.
    """
    if node not in graph:
        raise UsageError("图中没有这个节点", node, "编号见 policykb docs、show、tasks 的结果")
    kept = {node: 0}
    here = {node: "start"}
    if graph.nodes[node]["kind"] == "document":  # its clauses are the document
        own = [name for name, data in graph.nodes(data=True) if data["kind"] == "clause" and data.get("document") == node]
        here |= dict.fromkeys(own, "part")
        kept |= dict.fromkeys(own, 1)
        most += len(own)
    for step in range(1, depth + 1):
        reached: dict[str, tuple[float, str]] = {}
        for name, state in here.items():
            for other, weight, then in _next(graph, name, state):
                if other not in kept and weight > reached.get(other, (0.0, ""))[0]:
                    reached[other] = (weight, then)
        nearest = sorted(reached, key=lambda name: -reached[name][0])[: max(0, most - len(kept))]
        kept.update(dict.fromkeys(nearest, step))
        here = {name: reached[name][1] for name in nearest}
    for name in tuple(kept):
        home = graph.nodes[name].get("document")
        if home in graph:
            kept.setdefault(home, depth)
    part = graph.subgraph(kept).copy()
    for name, step in kept.items():
        part.nodes[name]["step"] = step
    return part


def _next(graph: nx.MultiDiGraph[str], name: str, state: str) -> Iterator[tuple[str, float, str]]:
    """From a node in a state of the walk: the next nodes, how much they say of it, and the state there."""
    for _, end, key, data in graph.out_edges(name, keys=True, data=True):
        then = WALK.get((state, "out", key)) or ("end" if state == "start" else "")
        if then and (key != "contains" or state == "start" or graph.nodes[end]["kind"] == "task"):
            yield end, NEARNESS.get(key, 1.0) + float(data.get("score", 0.0)), then
    for start, _, key, data in graph.in_edges(name, keys=True, data=True):
        then = WALK.get((state, "in", key)) or ("end" if state == "start" and key != "contains" else "")
        if then and (key != "contains" or graph.nodes[name]["kind"] == "task"):
            yield start, NEARNESS.get(key, 1.0) + float(data.get("score", 0.0)), then


def to_graphml(graph: nx.MultiDiGraph[str]) -> str:
    """GraphML that Gephi and yEd open: one type for each attribute, `label` on nodes and edges."""
    import networkx as nx

    plain = nx.MultiDiGraph()
    for name, data in graph.nodes(data=True):
        plain.add_node(clean(name), **data)
    for number, (start, end, data) in enumerate(graph.edges(data=True)):
        plain.add_edge(clean(start), clean(end), str(number), **{k: float(v) if k == "score" else v for k, v in data.items()})
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(nx.generate_graphml(plain, named_key_ids=True)) + "\n"


def to_json(graph: nx.MultiDiGraph[str]) -> str:
    """Node-link JSON."""
    nodes: list[dict[str, Any]] = [{"id": name, **data} for name, data in graph.nodes(data=True)]
    edges: list[dict[str, Any]] = [{"source": start, "target": end, "key": key, **data} for start, end, key, data in graph.edges(keys=True, data=True)]
    text = json.dumps({"directed": True, "multigraph": True, "graph": {}, "nodes": nodes, "links": edges}, ensure_ascii=False, indent=1) + "\n"
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)  # nothing that a terminal obeys


def to_dot(graph: nx.MultiDiGraph[str]) -> str:
    """Graphviz, with Chinese labels and the colours of the kinds."""
    font = 'fontname="Noto Sans CJK SC"'
    lines = ["digraph policykb {", f"  graph [rankdir=BT, {font}];", f'  node [shape=box, style="rounded,filled", {font}];', f"  edge [fontsize=9, {font}];"]
    for name, data in graph.nodes(data=True):
        colour = kinds()[data["kind"]].colour
        lines.append(f'  {_quoted(name)} [label={_quoted(str(data["label"]))}, color="{colour}", fillcolor="{colour}18"];')
    for start, end, key, data in graph.edges(keys=True, data=True):
        lines.append(f'  {_quoted(start)} -> {_quoted(end)} [label={_quoted(str(data["label"]))}, color="{kinds()[key].colour}"];')
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
