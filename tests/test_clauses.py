"""Clause trees: traps as a table, and the laws that hold for any text."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import part

from kb.clauses import parse
from kb.model import Parsed, Part

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases/clauses.toml").read_text(encoding="utf-8"))["case"]


def test_there_are_enough_traps() -> None:
    assert len(CASES) >= 60 and len({c["why"] for c in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_tree(case: dict[str, Any]) -> None:
    parsed = parse(part(case["text"].removeprefix("\n")))
    assert [c.path or "序" for c in parsed.clauses] == case["paths"]
    by_path = {c.path or "序": c for c in reversed(parsed.clauses)}
    assert {p: by_path[p].text.replace("\n", "⏎") for p in case.get("texts", {})} == case.get("texts", {})
    assert {p: by_path[p].kind for p in case.get("kinds", {})} == case.get("kinds", {})
    assert {p: by_path[p].heading or "" for p in case.get("headings", {})} == case.get("headings", {})
    assert [i.kind for i in parsed.issues] == case.get("issues", [])
    if "ids" in case:
        assert [c.id.partition("#")[2] for c in parsed.clauses] == case["ids"]


def check_laws(given_part: Part, parsed: Parsed) -> None:
    """Every character once, texts equal their places, ids unique, parents before children, spans in order."""
    source = given_part.text
    seen: set[str] = set()
    where: list[tuple[int, int]] = []
    for clause in parsed.clauses:
        assert clause.text == "".join(source[a:b] for a, b in clause.spans)
        assert clause.text and clause.first_line <= clause.last_line
        assert clause.id not in seen and (clause.parent is None or clause.parent in seen)
        seen.add(clause.id)
        where += clause.spans
    for grid in parsed.grids:
        assert grid.clause == "" or grid.clause in seen
        for row in grid.rows:
            assert row.clause in seen
            assert all(c.text == "".join(source[a:b] for a, b in c.spans) for c in row.cells)
    where += [(o.start, o.end) for o in parsed.others]
    where.sort()
    assert all(b <= c for (_, b), (c, _) in pairwise(where)), "a character belongs to two"
    held = {i for a, b in where for i in range(a, b)}
    assert {i for block in given_part.blocks for a, b in block.spans for i in range(a, b)} <= held, "a character is lost"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["why"])
def test_laws_hold_for_the_cases(case: dict[str, Any]) -> None:
    given_part = part(case["text"])
    check_laws(given_part, parse(given_part))


BITS = (
    "！（一）", "总则", "第二条 ", "㈠", "1.2.1 ", "续表", "一\t",
    "一、", "二、", "三、", "（一）", "(二)", "（三）", "1.", "2、", "3．", "1-0、", "S、", "。、", "-、", "l.", "（1）", "（2）", "①", "②", "1.1", "2.1 ", "1 ",
    "第一章 ", "第二节", "第一条 ", "第二条", "第三条规定的", "专栏1-1 ", "附件1", "附件：", "问：", "答：", "“", "”", "《", "》", "\t", "\t\t", "目标任务", "牵头单位",
    "责任单位", "备注", "序号", "指标", "2025年", "属性", "约束性", "代码", "名称", "县水务局", "市财政局、", "各镇", "修好水渠。", "加强管护，", "；", "：", " ", "　", "##", "**", "\n",
    "（责任单位：县水务局）", "𠀀", "\u200b", "0", "38",
)  # fmt: skip


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(BITS), max_size=60))
def test_laws_hold_for_any_text(bits: list[str]) -> None:
    given_part = part("".join(bits))
    check_laws(given_part, parse(given_part))
    without = parse(replace(given_part, text=""))
    assert [c.id for c in without.clauses] == [c.id for c in parse(given_part).clauses]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_any_characters(text: str) -> None:
    given_part = part(text)
    check_laws(given_part, parse(given_part))


def test_a_long_document_takes_linear_time() -> None:
    """Counted in steps of the outline, not in seconds: a document ten times as long makes ten times the nodes."""
    short = "\n".join(f"（{n}）办理第{n}件。" for n in range(1, 200))
    assert len(parse(part("\n".join([short] * 10))).clauses) == 10 * len(parse(part(short)).clauses)


def test_lines_of_a_clause_inside_a_wrapped_paragraph() -> None:
    text = "1.对象。分为两类：①老户，\n早年迁入。②新户，\n近年迁入。\n2.标准。"
    whole = part(text)
    merged = replace(whole.blocks[0], text="".join(b.text for b in whole.blocks[:3]), spans=tuple(s for b in whole.blocks[:3] for s in b.spans), last_line=3)
    parsed = parse(replace(whole, blocks=(merged, whole.blocks[3])))
    assert [(c.path, c.first_line, c.last_line) for c in parsed.clauses] == [("1", 1, 1), ("1/①", 1, 2), ("1/②", 2, 3), ("2", 4, 4)]

CELLS = ("", "", "一、夯实基础", "（一）修渠", "(二) 打井", "1.清淤，", "2.衬砌。", "3 管护。", "l-、巡查。", "一", "4", "县水务局", "各镇、县财政局、", "续表", "95", "约束性", "村")
HEADS = ("目标任务\t牵头单位\t责任单位\t备注", "\t目标任务\t牵头单位\t责任单位\t备注", "目标任务\t\t牵头单位\t责任单位\t备注", "序号\t指标\t2025年\t属性", "序号\t工作任务\t责任单位", "代码\t名称\t代码\t名称")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(HEADS), st.lists(st.sampled_from(CELLS), min_size=2, max_size=6).map("\t".join), st.sampled_from(("二、要求", "专栏1-1 指标", "注：略。")))))
def test_laws_hold_for_any_table(lines: list[str]) -> None:
    given_part = part("\n".join(lines))
    check_laws(given_part, parse(given_part))


def test_line_ends_inside_a_clause_are_no_others() -> None:
    from kb.model import Other
    from kb.pipeline import less_clauses

    given_part = part("一、要求\n各镇落实。\n二、附则")
    gaps = [Other("blank", 4, 5), Other("blank", 10, 11)]
    assert less_clauses(gaps, parse(given_part).clauses) == [Other("blank", 10, 11)]
    assert less_clauses([Other("blank", 0, 20)], parse(given_part).clauses) == [Other("blank", 10, 11), Other("blank", 15, 20)]
