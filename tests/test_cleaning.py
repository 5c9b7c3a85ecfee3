"""Cleaning: a table of traps, and the laws that hold for any text (coverage, exact places, noise)."""

from __future__ import annotations

import copy
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.cleaning import clean
from kb.layout.lines import lint_noise
from kb.spans import text_at
from kb.tables import settings as data_settings
from tests.support import source

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases/cleaning.toml").read_text(encoding="utf-8"))["case"]

PARAGRAPHS = [
    "云岭县推进农村供水改革实施方案",
    "为保障农村居民喝上放心水，根据《云岭县国民经济和社会发展规划》和《关于推进农村供水县域统管的意见》，结合我县实际，制定本方案。",
    "一、总体要求",
    "（一）指导思想。坚持城乡统筹、建管并重，以规模化供水为主，小型供水为辅，到2025年底全县农村自来水普及率达到95%以上，水质达标率不低于90%。",
    "（二）基本原则。坚持政府主导，落实县级主体责任；坚持分类施策，能联则联、能并则并；坚持两手发力，引导社会资本参与工程建设和运营。",
    "二、重点任务",
    "1.整合供水工程。将日供水量不足五十吨的小水厂并入乡镇水厂，三年内关停水源不稳定的水厂二十六座。（县水利局牵头，县财政局、县发改局配合）",
    "2.改造管网。更换使用年限超过十五年的管道一百二十公里，漏损率控制在12%以内。（责任单位：县水利局、各乡镇人民政府）",
    "3.健全水价机制。推行“基本水价＋计量水价”，对特困人员、低保对象每户每月减免三吨水费，减免部分由县级财政承担。",
    "三、保障措施",
    "（一）加强领导。成立由县长任组长的工作专班，每季度研究一次供水工作，重大事项提请县政府常务会议审议。",
    "（二）严格考核。把农村供水纳入乡镇年度考核，对连续两个季度排名末位的乡镇进行约谈。",
]


def blocks_of(text: str) -> list[str]:
    return [b.text for b in clean(source(text)).blocks]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_trap(case: dict[str, Any]) -> None:
    text = case["text"].strip("\n")
    layout = clean(source(text))
    assert [b.text for b in layout.blocks] == case["blocks"]
    declared = [[o.kind, text[o.start : o.end]] for o in layout.others]
    for noise in case.get("noise", []):
        assert noise in declared
    covered(text)


def covered(text: str) -> None:
    """Every character lies in one block or one Other, and blocks are the text at their places."""
    layout = clean(source(text))
    stretches = sorted([s for b in layout.blocks for s in b.spans] + [(o.start, o.end) for o in layout.others])
    at = 0
    for start, end in stretches:
        assert start == at
        at = end
    assert at == len(text)
    for b in layout.blocks:
        assert text_at(text, b.spans) == b.text
        assert b.first_line <= b.last_line


LINES = st.sampled_from([
    *PARAGRAPHS, "", "  ", "- 6 -", "13", "---", "“", "”", "”。", "<b>一、修渠</b>\t\t", "a\tb\tc", "\t\t", "<sup>①</sup> 指水厂。", "**", "<su", "p>①</sup>", "# ", "第一条 ", "（一）",
    "\f云岭县", "　　乡镇水厂", "附件：1.清单", "2021年3月7日", "\\_\\_\\_", "﻿", "抄送：各乡镇。", "Z", "[^1]: 注", "| 甲 | 乙 |", "《关于", "（责任单位：", "\r", "１．",
])  # fmt: skip


@given(st.lists(LINES, max_size=14))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_any_lines_are_covered(lines: list[str]) -> None:
    covered("\n".join(lines))


@given(st.text(alphabet="一、（）()《》“”。，：\n\t #*<>b/sup①1-　\f\r\\!&;[]^|", max_size=60))
@settings(derandomize=True, max_examples=200, deadline=None)
def test_any_characters_are_covered(text: str) -> None:
    covered(text)


def damaged(paragraphs: list[str], seed: int) -> str:
    """The paragraphs hard-wrapped at one width, with blank lines and page numbers between the lines."""
    chance = random.Random(seed)
    width = chance.randint(20, 40)
    form = chance.choice(["- {} -", "—{}—", "{}", "第{}页"])
    out = []
    for paragraph in paragraphs:
        for i in range(0, len(paragraph), width):
            out.append(paragraph[i : i + width])
            if chance.random() < 0.1:
                out += ["", form.format(chance.randint(1, 60)), ""]
            elif chance.random() < 0.3:
                out.append("")
    return "\n".join(out)


@pytest.mark.parametrize("seed", range(30))
def test_wraps_blank_lines_and_page_numbers_change_nothing(seed: int) -> None:
    assert blocks_of(damaged(PARAGRAPHS, seed)) == PARAGRAPHS


def test_blank_lines_everywhere_change_nothing() -> None:
    assert blocks_of("\n\n\n".join(PARAGRAPHS)) == PARAGRAPHS


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["page_number"][0]["examples"].append("第六页次"), "不匹配例子"),
        (lambda d: d["rule"][0]["counter_examples"].append("----"), "匹配了反例"),
        (lambda d: d["page_number"][0].update(examples=[]), "没有例子"),
        (lambda d: d["sentence"]["pairs"].append("（"), "一开一合"),
    ],
)
def test_noise_table_is_checked(change: Any, message: str) -> None:
    data = copy.deepcopy(data_settings("noise"))
    assert lint_noise(data) == []
    change(data)
    assert any(message in problem for problem in lint_noise(data))
