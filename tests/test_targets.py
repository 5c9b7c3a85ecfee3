"""Aims and indicators: tables of cases, and the laws they keep on any text."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kb.errors import DataError
from kb.model import Cell, Clause, Document, Grid, Row
from kb.numerals import to_chinese
from kb.quantities.directions import change_told
from kb.quantities.figures import find_figures, find_whens
from kb.quantities.words import check_units, check_words
from kb.spans import text_at
from kb.tables import TableRow, settings
from kb.targets import find_indicators, find_targets

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "cases/targets.toml").read_text(encoding="utf-8"))


def a_document(genre: str | None = None, date: str | None = "2021-06-01") -> Document:
    return Document("here", "样例.txt", "样例方案", None, (), None, None, date, genre, None, None, 1, 1, 0, 0)


def a_clause(text: str, heading: str | None = None, kind: str = "item", at: int = 50) -> Clause:
    return Clause("here#一", "here", None, "一", "一", kind, heading, text, ((at, at + len(text)),), 1, 1)


def test_aims_of_measures_written_in_articles_are_aims() -> None:
    articles = [a_clause(f"第{n}条 支持改造，2022年推动{n}00家企业改造。", kind="article") for n in "一二三四五六七八"]
    articles[0] = a_clause("第一条 支持改造，2022年推动600家企业改造。", kind="article")
    (aim,) = [t for t in find_targets(a_document("措施", "2022-06-01"), articles) if t.value == "600"]
    assert (aim.unit, aim.deadline) == ("家", "2022")
    assert not [t for t in find_targets(a_document("条例", "2022-06-01"), articles) if t.value == "600"]


def test_an_ordinal_with_points_is_no_figure() -> None:
    clause = Clause("here#2.1", "here", None, "2.1", "2.1", "item", None, "2.1 县防汛指挥部", ((0, 10),), 1, 1)
    assert not find_targets(a_document(), [clause])


@pytest.mark.parametrize("case", CASES["case"], ids=lambda c: c["why"])
def test_aims(case: dict[str, Any]) -> None:
    clause = a_clause(case["text"], case.get("heading"), case.get("kind", "item"))
    found = find_targets(a_document(case.get("genre")), [clause])
    got = [{k: getattr(t, k) for k in ("metric", "operator", "value", "unit", "deadline", "quote")} for t in found]
    assert len(got) == len(case["want"]), got
    for have, want in zip(got, case["want"], strict=True):
        full = {"value": None, "unit": None, "deadline": None} | want
        assert {k: have[k] for k in full} == full
        assert want.get("quote", have["quote"]) == have["quote"] and have["metric"]


def a_grid(header: list[str], rows: list[list[str]], kind: str = "indicators") -> Grid:
    cells = [Row(tuple(Cell(c, ()) for c in row), "here#一", n, n) for n, row in enumerate(rows, 1)]
    return Grid("here", "here#一", "", tuple(header), tuple(cells), kind)


@pytest.mark.parametrize("case", CASES["table"], ids=lambda c: c["why"])
def test_indicators(case: dict[str, Any]) -> None:
    found = find_indicators(a_document(), [a_grid(case["header"], case["rows"])])
    assert [[i.number, i.name, dict(i.values), i.kind or ""] for i in found] == case["want"]


def test_only_tables_of_indicators_hold_indicators() -> None:
    assert find_indicators(a_document(), [a_grid(["代码", "名称"], [["01", "汉族"]], "codes"), a_grid(["序号", "指标"], [])]) == ()


def test_the_year_of_a_document_without_a_date_is_the_one_it_speaks_in() -> None:
    clauses = [a_clause("2021年，收入稳步增长。到2025年，水厂达到5座。")]
    assert [t.deadline for t in find_targets(a_document(date=None), clauses)] == ["2021", "2025"]
    assert [t.deadline for t in find_targets(a_document(date="2023-01-01"), clauses)] == ["2025"]


def test_a_heading_above_tells_what_was() -> None:
    above = Clause("here#一", "here", None, "一", "一", "section", "发展成就", "一、发展成就", ((0, 6),), 1, 1)
    below = Clause("here#一/（一）", "here", above.id, "一/（一）", "（一）", "item", "产业", "建成基地30个。", ((10, 18),), 2, 2)
    assert find_targets(a_document(), [above, below]) == ()
    assert len(find_targets(a_document(), [below])) == 1


PIECES = ["到2025年", "2021年底前", "6月底前", "“十四五”期末", "，", "。", "、", "；", "不低于", "达到", "提高", "35", "1.5", "%", "万元", "个", "以上", "左右", "全覆盖", "高于全省平均水平", "示范村",
          "一", "两", "三百", "次", "年", "已", "（", "）", "“", "”", "\t", "约束性", " ", "每人每年", "均", "分别", "第", "等", "1,200", "号", "起施行"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@hypothesis_settings(derandomize=True, max_examples=400, deadline=None)
def test_every_aim_stands_at_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    source = "x" * 50 + text
    for target in find_targets(a_document(), [a_clause(text)] if text else []):
        assert text_at(source, target.spans) == target.quote and target.quote.strip() == target.quote
        assert target.value or target.deadline
        assert target.operator in ("=", ">=", "<=", ">", "<", "~", "+", "-")


@pytest.mark.parametrize("unit", ["不低于", "35%、", "一", "2025年", "达到", "每人每年", "，", "全覆盖", "“", "2021年1月", "万", "1,"])
def test_long_runs_take_no_longer_than_their_length(unit: str) -> None:
    """A run of the same marks must not make any search start over: with quadratic work this would not end."""
    assert isinstance(find_targets(a_document(), [a_clause("到2025年" + unit * 4_000)]), tuple)


@given(st.integers(1, 9999), st.sampled_from(["个", "公里", "人", "次", "户"]))
@hypothesis_settings(derandomize=True, max_examples=200, deadline=None)
def test_chinese_and_arabic_numerals_say_the_same(number: int, unit: str) -> None:
    arabic, han = (find_targets(a_document(), [a_clause(f"每年培育{n}{unit}以上。")]) for n in (number, to_chinese(number)))
    assert [(t.value, t.unit, t.operator) for t in arabic] == [(t.value, t.unit, t.operator) for t in han] == [(str(number), unit, ">=")]


@pytest.mark.parametrize(
    ("text", "value", "sense"),
    [("到2025年", "2025", "until"), ("2025年底", "2025-12", "until"), ("2021年一季度末前", "2021-03", "until"), ("2022年上半年", "2022-06", "within"),
     ("自2021年3月起", "2021-03", "start"), ("2021年5月7日印发", "2021-05-07", "done"), ("今年底前", "2021-12", "until"), ("明年底前", "2022-12", "until"),
     ("本年内", "2021", "until"), ("“十三五”期末", "2020", "until"), ("2023年10月中旬前", "2023-10", "until"), ("二〇二七年", "2027", "within")],
)  # fmt: skip
def test_calendar(text: str, value: str, sense: str) -> None:
    assert [(w.value, w.sense) for w in find_whens(text, 2021)] == [(value, sense)]


def test_no_calendar() -> None:
    assert [find_whens(t, 2021) for t in ("3年内", "每年", "近年来", "常年", "12个月", "五年规划")] == [[], [], [], [], [], []]


@pytest.mark.parametrize(
    ("text", "figures"),
    [("五千五百七十五万农村人口", [("5575", "万")]), ("一万三千亿斤", [("13000", "亿斤")]), ("60余万人", [("60", "万人")]), ("十三亿人", [("13", "亿人")]),
     ("2万多户", [("2", "万户")]), ("零点五公顷", [("0.5", "公顷")]), ("4G网络100个", [("100", "个")]), ("3.5倍", [("3.5", "倍")]), ("12个月", [("12", "个月")])],
)  # fmt: skip
def test_figures(text: str, figures: list[tuple[str, str]]) -> None:
    assert [(f.value, f.unit) for f in find_figures(text)] == figures


UNIT_ROW = {"unit": "公里", "kind": "length", "han": "yes", "weak": "no", "note": ""}


@pytest.mark.parametrize("bad", [{"unit": ""}, {"kind": "size"}, {"han": "ja"}, {"weak": ""}, {"unit": "3公里"}])
def test_the_linter_names_a_bad_unit(bad: dict[str, str]) -> None:
    check_units([TableRow(UNIT_ROW, "figure_units.csv:2")])
    with pytest.raises(DataError, match=r"figure_units\.csv:3"):
        check_units([TableRow(UNIT_ROW, "figure_units.csv:2"), TableRow(UNIT_ROW | {"unit": "里"} | bad, "figure_units.csv:3")])


def test_the_linter_names_a_unit_that_stands_twice() -> None:
    with pytest.raises(DataError, match="重复"):
        check_units([TableRow(UNIT_ROW, "figure_units.csv:2")] * 2)


BAD_TABLES = {
    "section": lambda t: t.pop("before"),
    "operator": lambda t: t["before"].__setitem__("≥", ["不低于"]),
    "two operators": lambda t: t["before"]["<="].append("不低于"),
    "blank": lambda t: t["words"]["past"].append(" "),
    "empty": lambda t: t["words"].__setitem__("whole", []),
    "year": lambda t: t["plans"].__setitem__("十七五", "三十年代"),
    "unless": lambda t: t["openings_unless"].__setitem__("甲", "乙"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_the_linter_names_a_bad_word(name: str) -> None:
    table = copy.deepcopy(settings("figure_words"))
    check_words(table, "figure_words.toml")
    BAD_TABLES[name](table)
    with pytest.raises(DataError, match=r"figure_words\.toml"):
        check_words(table, "figure_words.toml")


@pytest.mark.parametrize(
    ("quote", "value", "told"),
    [
        ("单位产值能耗下降15%以上", "15", "下降"),
        ("每亩用药量比2020年减少约12%", "12", "减少"),
        ("散煤用量压减不低于5%", "5", "压减"),
        ("办件时间压缩50%以内", "50", "压缩"),
        ("损耗和差错分别降低10%、15%", "15", "降低"),
        ("床位增加200张、下乡医生增长三分之一以上", "1/3", "增长"),
        ("水耗降20%以上", "20", "降"),
        ("漏损率下降到9%以下", "9", None),
        ("能耗降幅不低于13%", "13", None),
        ("覆盖率达到98%", "98", None),
        ("编制不减5名", "5", None),
        ("启动编制", None, None),
    ],
)
def test_the_way_that_a_figure_goes(quote: str, value: str | None, told: str | None) -> None:
    assert change_told(quote, value) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("到2025年，单位产值能耗下降15%以上。", "单位产值能耗：下降15%以上，时限 2025"),
        ("每亩用药量减少约12%。", "每亩用药量：减少约12%"),
        ("压减产能20万吨以上。", "压减产能：不低于20万吨"),
        ("漏损率下降到9%以下。", "漏损率：不超过9%"),
        ("公交投诉量降幅超过8%。", "公交投诉量降幅：高于8%"),
    ],
)
def test_the_way_that_a_figure_goes_is_printed(text: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    from cli.figures import _targets
    from kb.quantities.directions import directed_record

    (target,) = find_targets(a_document(), [a_clause(text)])
    _targets([{**directed_record(target), "title": "样例方案"}])
    assert f"  {said}    “" in capsys.readouterr().out
