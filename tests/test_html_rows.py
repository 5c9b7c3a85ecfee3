"""Tables that stand as HTML in a text: their rows and cells, the records made of them, and the law of places on any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.clauses import parse
from kb.cleaning import clean
from kb.documents import split
from kb.formats.html import read
from kb.formats.rows import GOES_ON
from kb.layout.html_rows import html_rows
from kb.model import Part
from kb.targets import find_targets
from kb.tasks import assign
from kb.units import load_units
from tests.support import source

CASES = [
    ("one line", "<table><tr><td>1</td><td>修渠</td></tr><tr><td>2</td><td>护林</td></tr></table>", [["1", "修渠"], ["2", "护林"]]),
    ("a line for each cell", "<table>\n<tr>\n<td>1</td>\n<td>修渠</td>\n</tr>\n</table>", [["1", "修渠"]]),
    ("heads, attributes, capitals", "<TABLE border=1><TR><TH width=9>任务</TH><TH>单位</TH></TR></TABLE>", [["任务", "单位"]]),
    ("a cell over two rows", "<tr><td rowspan=2>护渠</td><td>疏浚</td></tr><tr><td>看护</td></tr><tr><td>护林</td><td>巡山</td></tr>", [["护渠", "疏浚"], ["", "看护"], ["护林", "巡山"]]),
    ("the last cell over three rows", "<tr><td>疏浚</td><td rowspan='3'>县水利局</td></tr><tr><td>看护</td></tr><tr><td>巡查</td></tr>", [["疏浚", "县水利局"], ["看护", ""], ["巡查", ""]]),
    ("a cell over two columns", '<tr><td colspan="2">一、水利</td><td>全年</td></tr>', [["一、水利", "", "全年"]]),
    ("tags without their ends", "<tr><td>1<td>修渠<tr><td>2<td>护林</tr>", [["1", "修渠"], ["2", "护林"]]),
    ("a row that never ends", "<tr><td>1</td><td>修渠", []),
    ("an empty row", "<tr></tr><tr><td></td></tr>", [[""]]),
    ("no table", "数值 <t 与 <td 之间没有表", []),
]


@pytest.mark.parametrize(("text", "rows"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_rows(text: str, rows: list[list[str]]) -> None:
    assert [[text[a:b] for a, b in row.cells] for row in html_rows(text)] == rows


def first_part(text: str, file: str = "a.txt") -> Part:
    taken = source(text, file)
    return split(taken, clean(taken))[0]


DUTIES = """云川县渠道管护任务分解表
<table><tr><td>序号</td><td>任务</td><td>牵头单位</td><td>责任单位</td></tr>
<tr><td>1</td><td>疏浚干渠<br>30公里。</td><td rowspan="2">县水务局</td><td>县财政局、
县民政局</td></tr>
<tr><td>2</td><td>管护闸门40座。</td><td>各镇</td></tr></table>
以上任务年内完成。
"""


def test_a_table_of_duties_gives_tasks() -> None:
    part = first_part(DUTIES)
    tasks, _, _ = assign(part.document, parse(part), load_units())
    found = [(t.number, [(u.role, u.printed) for u in t.units]) for t in tasks]
    assert found == [
        ("1", [("lead", "县水务局"), ("responsible", "县财政局"), ("responsible", "县民政局")]),
        ("2", [("lead", "县水务局"), ("responsible", "各镇")]),
    ]  # fmt: skip


MERGED = """<html><body><h1>云川县渠道管护任务分解表</h1><table><tr><td>任务</td><td>牵头单位</td><td>责任单位</td></tr>
<tr><td>1.疏浚干渠30公里。</td><td rowspan="2">县水务局</td><td>县财政局</td></tr><tr><td>2.管护闸门40座。</td><td>各镇</td></tr>
<tr><td>3.巡查。</td><td></td><td>县民政局</td></tr></table><p>以上任务年内完成，由县政府办公室督查。</p></body></html>"""


def test_a_unit_merged_over_rows_leads_them_all_and_an_empty_cell_names_nobody() -> None:
    text, _, _ = read(MERGED.encode(), "a.html")
    part = first_part(text, "a.html")
    tasks, _, _ = assign(part.document, parse(part), load_units())
    assert [[(u.role, u.printed) for u in t.units] for t in tasks] == [
        [("lead", "县水务局"), ("responsible", "县财政局")], [("lead", "县水务局"), ("responsible", "各镇")], [("responsible", "县民政局")],
    ]  # fmt: skip
    assert GOES_ON in text and GOES_ON not in "".join(b.text for b in part.blocks)


def test_figures_of_neighbouring_cells_stay_apart() -> None:
    part = first_part("云川县指标表\n<table><tr><td>1</td><td>雨山镇</td><td>30</td><td>91</td></tr><tr><td>2</td><td>安河镇</td><td>29</td><td>92</td></tr></table>\n")
    assert "30>91" in "".join(b.text for b in part.blocks)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(["<table>", "<tr>", "</tr>", "<td>", "</td>", "<td rowspan=2>", "\n", "\t", "修渠", "1", "县水务局", "<br>", " ", "<", ">"]), max_size=60).map("".join))
def test_every_character_stays_accounted_for(text: str) -> None:
    layout = clean(source(text))
    taken = sorted([span for b in layout.blocks for span in b.spans] + [(o.start, o.end) for o in layout.others])
    assert all(a[1] == b[0] for a, b in pairwise(taken))
    assert (taken[0][0], taken[-1][1]) == (0, len(text)) if taken else not text
    assert all(b.text == "".join(text[a:z] for a, z in b.spans) for b in layout.blocks)


def test_aims_stay_within_their_cells() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>新建水闸{n}5座，完好率>9{n}%</td><td>县水利局</td><td>各镇</td></tr>" for n in (1, 2))
    page = source(f"云川县渠道管护任务清单\n\n<table><tr><td>序号</td><td>任务</td><td>牵头单位</td><td>配合单位</td></tr>{rows}</table>\n")
    (part,) = split(page, clean(page))
    found = find_targets(part.document, parse(part).clauses)
    assert [t.quote for t in found] == ["新建水闸15座", "完好率>91%", "新建水闸25座", "完好率>92%"]
