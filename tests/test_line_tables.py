"""Tables that arrive as plain lines, with bars, or torn: a table of cases, and laws for any such lines."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.cleaning import clean
from kb.grid_rows import split_row
from kb.spans import text_at
from tests.support import source

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases/line_tables.toml").read_text(encoding="utf-8"))["case"]
PIECES = ["序号", "任务", "牵头单位 责任单位", "完成时限", "1", "2", "3", "1 修渠", "县水务局", "县财政局、", "各镇", "2024年底", "一、水利", "二、交通", "- 3 -", "", "修缮堤防三处。", "| 1 | 修渠 |", "1\t修渠", "\t县水务局", "注：无"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_rows(case: dict[str, Any]) -> None:
    blocks = clean(source(case["text"].strip("\n").replace("⇥", "\t"))).blocks
    assert [[c.text.replace("\n", "⏎") for c in split_row(b)] for b in blocks if b.kind == "row"] == case["rows"]
    assert [b.text for b in blocks if b.kind != "row"] == case.get("others", [])


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24))
def test_every_character_has_its_place(pieces: list[str]) -> None:
    text = "序号 任务 牵头单位 责任单位 完成时限\n" + "\n".join(pieces)
    layout = clean(source(text))
    places = sorted([s for b in layout.blocks for s in b.spans] + [(o.start, o.end) for o in layout.others])
    assert places[0][0] == 0 and places[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in itertools.pairwise(places))
    for block in layout.blocks:
        assert block.text == text_at(text, block.spans)
        cells = split_row(block)
        assert all(block.text[c.start : c.end] == c.text for c in cells)
        assert all(a.end <= b.start for a, b in itertools.pairwise(cells))
