"""The graph: nodes, edges with evidence, walks, and the exports that other programs open."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import lru_cache

import networkx as nx
import pytest
from support_tracing import a_clause, a_document, library

from kb.drawing import draw
from kb.errors import UsageError
from kb.graph import COLUMNS, around, build, clean, kinds, lint, to_dot, to_graphml, to_json, walk
from kb.model import Assignment, Records, Task, Unit
from kb.tables import TableRow
from kb.tracing import trace_all

ROLES = ("lead", "responsible", "cooperating", "guiding", "data")


@lru_cache(maxsize=1)
def records() -> Records:
    """The library of the tracing cases, with a task, five units of every role, and a predecessor."""
    documents, clauses, citations = library()
    links, local = trace_all(documents, clauses, citations)
    names = ("湖南省衡阳市水利局", "湖南省衡阳市财政局", "湖南省衡阳市农业农村局", "湖南省水利厅", "湖南省衡阳市统计局")
    units = [Unit(n, n, "municipal", "湖南省衡阳市", n[-3:-1], "department") for n in names]
    units[3] = replace(units[3], level="provincial", region="湖南省", family="水利")
    units[0] = replace(units[0], family="水利", predecessors=("湖南省衡阳市水务局",))
    units.append(Unit("湖南省衡阳市水务局", "湖南省衡阳市水务局", "municipal", "湖南省衡阳市", "水务", "department"))
    roles = tuple(Assignment(u.name[3:], u.id, role) for u, role in zip(units, ROLES, strict=False))
    city = next(c for c in clauses if c.id == "city#1")
    task = Task("city@1", "city", "city#1", "1", city.text[:8], ((0, 8),), roles, "column", False, "市水利局\t市财政局", "", 1, 1)
    return Records(documents=tuple(documents), clauses=tuple(clauses), citations=tuple(citations), links=links, locals=local, tasks=(task,), units=tuple(units))


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    return build(records())


def test_nodes_and_edges_are_of_declared_kinds_and_edges_have_evidence(graph: nx.MultiDiGraph) -> None:
    declared = kinds()
    for _, data in graph.nodes(data=True):
        assert declared[data["kind"]].what == "node" and data["label"]
    for start, end, key, data in graph.edges(keys=True, data=True):
        assert declared[key].what == "edge" and data["kind"] == key and data["label"] == declared[key].name
        assert data.get("evidence"), (start, end, key)


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        ("city", "city#0", "contains"),
        ("city#0", "city#1", "contains"),
        ("city#1", "city@1", "contains"),
        ("city", "province", "based_on"),
        ("province#3", "nation#3", "derives_from"),
        ("city#2", "sibling#0", "parallels"),
        ("湖南省衡阳市水利局", "city@1", "leads"),
        ("湖南省衡阳市财政局", "city@1", "responsible_for"),
        ("湖南省衡阳市农业农村局", "city@1", "cooperates"),
        ("湖南省水利厅", "city@1", "guides"),
        ("湖南省衡阳市统计局", "city@1", "supplies_data"),
        ("湖南省衡阳市水利局", "湖南省衡阳市水务局", "succeeds"),
        ("湖南省衡阳市水利局", "湖南省水利厅", "counterpart_of"),
        ("地区:湖南省", "地区:湖南省衡阳市", "contains"),
        ("地区:中国", "地区:湖南省", "contains"),
        ("city", "地区:湖南省衡阳市", "located_in"),
    ],
)
def test_what_hangs_together(graph: nx.MultiDiGraph, start: str, end: str, kind: str) -> None:
    assert graph.has_edge(start, end, kind)


def test_edges_carry_the_words_of_the_text(graph: nx.MultiDiGraph) -> None:
    link = graph.edges["province#3", "nation#3", "derives_from"]
    assert link["relation"] == "adjusted" and "2000元→3000元" in link["changes"] and "←" in link["evidence"]
    assert graph.edges["湖南省衡阳市水利局", "city@1", "leads"]["evidence"] == "市水利局 市财政局"


def test_walks_up_and_down(graph: nx.MultiDiGraph) -> None:
    up = walk(graph, "city#3", "up")
    assert set(up[0]) == {"province#3", "nation#3"} and len(up) == 1
    assert set(walk(graph, "nation#3", "down")[0]) == {"province#3", "city#3"}
    assert walk(graph, "nation#3", "up") == []
    with pytest.raises(UsageError):
        walk(graph, "nobody", "up")


def test_a_neighbourhood_keeps_its_direction(graph: nx.MultiDiGraph) -> None:
    part = around(graph, "city#3", 2)
    assert {"city#3", "province#3", "nation#3", "city", "province", "nation"} <= set(part)
    assert "province#1" not in part and part.nodes["city#3"]["step"] == 0
    part = around(graph, "湖南省衡阳市水利局", 2)
    assert {"city@1", "city#1"} <= set(part) and "湖南省衡阳市财政局" not in part
    assert len(around(graph, "nation", 2)) > len(around(graph, "nation#3", 2))
    with pytest.raises(UsageError):
        around(graph, "nobody")


def test_graphml_comes_back_and_holds_text_and_numbers_only(graph: nx.MultiDiGraph) -> None:
    text = to_graphml(graph)
    back = nx.parse_graphml(text, force_multigraph=True)
    assert set(back) == set(graph) and back.number_of_edges() == graph.number_of_edges()
    space = "{http://graphml.graphdrawing.org/xmlns}"
    keys = ET.fromstring(text.encode()).findall(f"{space}key")
    assert {k.get("attr.type") for k in keys} <= {"string", "long", "double"}
    assert len({(k.get("for"), k.get("attr.name")) for k in keys}) == len(keys), "one type for each attribute: Gephi takes no two"


def test_json_and_dot(graph: nx.MultiDiGraph) -> None:
    data = json.loads(to_json(graph))
    assert nx.node_link_graph(data, edges="links").number_of_edges() == graph.number_of_edges()
    dot = to_dot(graph)
    assert dot.count(" -> ") == graph.number_of_edges() and dot.count("{") == dot.count("}")


def test_strange_characters_break_no_export() -> None:
    title = '坏\x00字"<&>\ud800\x0b]]>\\ 标题'
    document = a_document(id="d", title=title, level="national", region="中国")
    clause = replace(a_clause("d", 1, '一、"引号"<尖括号>&和\x07铃声。'), id='d#"1<'[:4])
    graph = build(Records(documents=(document,), clauses=(clause,)))
    assert nx.parse_graphml(to_graphml(graph)).number_of_nodes() == 3
    json.loads(to_json(graph).encode())
    assert "\x00" not in to_dot(graph)
    ET.fromstring(draw(graph, "d"))
    assert clean("一\t二\n\n三\x00四") == "一 二 三 四"


def test_the_graph_is_the_same_each_time(graph: nx.MultiDiGraph) -> None:
    again = build(records())
    assert to_json(again) == to_json(graph) and to_graphml(again) == to_graphml(graph)
    assert draw(around(again, "city#3"), "city#3") == draw(around(graph, "city#3"), "city#3")


def test_an_empty_base_has_a_graph_and_a_picture() -> None:
    graph = build(Records())
    assert len(graph) == 0 and nx.parse_graphml(to_graphml(graph)).number_of_nodes() == 0
    ET.fromstring(draw(graph))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"what": "line"}, "k.csv:2：what 应为 node 或 edge"),
        ({"kind": "Leads"}, "k.csv:2：kind 应为小写英文：Leads"),
        ({"colour": "red"}, "k.csv:2：colour 应如 #1f5f8b"),
        ({"name": ""}, "k.csv:2：缺中文名"),
    ],
)
def test_the_linter_of_kinds(changed: dict[str, str], message: str) -> None:
    good = dict(zip(COLUMNS, ("edge", "leads", "牵头", "#c62828", "牵头单位"), strict=True))
    assert lint([TableRow(good, "k.csv:1")]) == []
    assert lint([TableRow({**good, **changed}, "k.csv:2")]) == [message]
    assert lint([TableRow(good, "k.csv:1"), TableRow(good, "k.csv:2")]) == ["k.csv:2：leads 重复"]
