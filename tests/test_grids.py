"""Tables: a table of cases; the laws for any text stand in test_clauses.py."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from support import block, part

from kb.clauses import parse
from kb.grid_rows import align, bare_head, column_role, is_head, is_year, looks_like_unit, split_row
from kb.tables import settings

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases/grids.toml").read_text(encoding="utf-8"))["case"]


def shown(text: str) -> str:
    return text.replace("\n", "⏎").replace("\t", "⇥")


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_table(case: dict[str, Any]) -> None:
    parsed = parse(part(case["text"].removeprefix("\n").replace("⇥", "\t")))
    assert [c.path or "序" for c in parsed.clauses] == case["paths"]
    assert [g.kind for g in parsed.grids] == case["kinds"]
    if "titles" in case:
        assert [g.title for g in parsed.grids] == case["titles"]
    if "header" in case:
        assert list(parsed.grids[0].header) == case["header"]
    if "rows" in case:
        assert [[c.text for c in r.cells] for r in parsed.grids[0].rows] == case["rows"]
    texts = {c.path: shown(c.text) for c in parsed.clauses}
    assert {p: texts[p] for p in case.get("texts", {})} == case.get("texts", {})
    assert [i.kind for i in parsed.issues] == case.get("issues", [])


def test_rows_of_duties_are_clauses_of_their_own() -> None:
    parsed = parse(part("任务\t责任单位\n1.修渠。\t县水务局"))
    assert [(c.kind, c.path) for c in parsed.clauses] == [("row", "1")]
    assert parsed.grids[0].rows[0].clause == parsed.clauses[0].id
    assert [o.kind for o in parsed.others] == ["table_header"]


@pytest.mark.parametrize(
    ("head", "role"),
    [("牵头单位", "lead"), ("牵头（责任）单位", "lead"), ("责 任 单 位", "responsible"), ("配合单位", "cooperating"), ("目标任务", "task"), ("2025年", "year"), ("2025年目标值", "year"),
     ("序号", "number"), ("属性", "kind"), ("单位", "measure"), ("备 注", "remarks"), ("户主姓名", ""), ("", ""), ("到村到户项目资金管理使用情况说明", "")],
)  # fmt: skip
def test_role_of_a_head(head: str, role: str) -> None:
    assert column_role(head) == role


def test_bare_head() -> None:
    assert bare_head("投资 额（万元）") == "投资额" and bare_head("（）") == ""


def test_a_year_is_no_number() -> None:
    assert is_year("2025年") and not is_year("1205") and not is_year("2025 号文")


@pytest.mark.parametrize(("text", "good"), [("县水务局、县财政局等", True), ("各镇", True), ("新建两座水库，年内开工。", False), ("", False)])
def test_names_of_bodies(text: str, good: bool) -> None:
    assert looks_like_unit(text) is good


def test_a_row_of_work_is_no_head() -> None:
    assert is_head(split_row(block("目标任务\t牵头单位\t责任单位")))
    assert not is_head(split_row(block("1.明确责任单位。\t县水务局\t各镇")))
    assert not is_head(split_row(block("目标任务\t")))


def test_columns_under_heads_of_a_wide_table_stay_linear() -> None:
    wide = split_row(block("\t".join(["甲"] * 60)))
    assert align([(i, "") for i in range(50)], [wide])[:3] == (0, 1, 2)


def test_every_role_has_a_name_and_no_head_stands_twice() -> None:
    seen: dict[str, str] = {}
    for row in settings("grids")["role"]:
        for head in row["exact"]:
            assert bare_head(head) == head and head not in seen, f"{head} {row['name']} {seen.get(head)}"
            seen[head] = row["name"]
