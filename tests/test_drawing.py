"""The picture of a neighbourhood: whole, self-contained, readable, the same each time."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import networkx as nx
import pytest
from test_graph import records

from kb.drawing import draw, fit, wrap
from kb.graph import around, build


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    return build(records())


SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("centre", ["city#1", "city@1", "nation#3", "province", "湖南省衡阳市水利局", "地区:湖南省", None])
def test_pictures_are_whole_and_self_contained(graph: nx.MultiDiGraph, centre: str | None) -> None:
    text = draw(around(graph, centre) if centre else graph, centre)
    root = ET.fromstring(text)
    assert root.tag == f"{SVG}svg" and "http" not in text.replace("http://www.w3.org/2000/svg", "") and "<script" not in text
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    boxes = [r for r in root.iter(f"{SVG}rect")]
    assert len(boxes) > 1
    for box in boxes:
        assert float(box.get("x", "0")) >= 0 and float(box.get("x", "0")) + float(box.get("width", "0")) <= width + 1
        assert float(box.get("y", "0")) >= 0 and float(box.get("y", "0")) + float(box.get("height", "0")) <= height + 1


def test_a_picture_shows_levels_from_top_to_bottom_and_the_roles(graph: nx.MultiDiGraph) -> None:
    text = draw(around(graph, "city@1"), "city@1")
    at = [text.index(mark) for mark in ("中国 2020-03-01", "湖南省 2020-08-01", "湖南省衡阳市 2021-02-01")]
    assert all(at), at
    assert "牵头" in text and "负责" in text and "原文沿用" in text and "#fff4d6" in text


def test_chips_do_not_overlap(graph: nx.MultiDiGraph) -> None:
    root = ET.fromstring(draw(graph))
    chips = [tuple(float(r.get(k, "0")) for k in ("x", "y", "width", "height")) for r in root.iter(f"{SVG}rect") if r.get("height") == "58"]
    assert len(chips) == len([d for _, d in graph.nodes(data=True) if d["kind"] == "document"])
    for n, (x, y, w, h) in enumerate(chips):
        for x2, y2, w2, h2 in chips[n + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_text_is_fitted_and_wrapped() -> None:
    assert fit("河道保洁", 48, 12) == "河道保洁" and fit("河道保洁责任区", 48, 12) == "河道保…"
    assert wrap("河道保洁责任区划定办法", 48, 12, 2) == ["河道保洁", "责任区…"]
    assert wrap("", 48, 12, 2) == []
