"""Units: the tables and their linter, names resolved by document, names in running text, choosing by a user's words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kb.errors import DataError
from kb.model import Unit
from kb.tables import TableRow
from kb.unit_naming.forms import all_places
from kb.unit_naming.tables import COLUMNS, lint, name_rows, problems_of_row, problems_of_rows, row_of
from kb.units import find_units, load_units, resolve, select_units

CASES = tomllib.loads((Path(__file__).parent / "cases" / "units.toml").read_text(encoding="utf-8"))
NAMES = [(g["level"], g["region"], g.get("date", "2021"), printed, full) for g in CASES.values() for printed, full in g["names"].items()]
GOOD = "茶业,other,市,茶产业服务中心,茶服中心,2019,,,,地方机构设置"


def row(text: str, place: str = "own.csv:2") -> TableRow:
    return TableRow(dict(zip(COLUMNS, text.split(","), strict=True)), place)


def unit(printed: str, level: str = "municipal", region: str = "湖南省永州市", date: str | None = "2021") -> Unit:
    found = resolve(printed, level, region, date, load_units())
    assert found is not None, printed
    return found


# --- tables ---------------------------------------------------------------------------------------------------------


def test_the_shipped_tables_have_no_fault() -> None:
    assert lint() == ()


def test_there_are_at_least_120_families_each_row_with_its_ground() -> None:
    rows = name_rows()
    assert len({r.family for r in rows}) >= 120
    assert all(r.note for r in rows)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (GOOD.replace("茶业,", ",", 1), "不能为空"),
        (GOOD.replace("other", "club"), "类别"),
        (GOOD.replace(",市,", ",村,"), "层级"),
        (GOOD.replace(",市,", ",市市,"), "层级"),
        (GOOD.replace("地方机构设置", ""), "依据"),
        (GOOD.replace("茶产业服务中心", "{place}茶产业服务中心"), "花括号"),
        (GOOD.replace("茶服中心", "{last}茶服中心"), "只能用"),
        (GOOD.replace("茶服中心", "茶"), "太短"),
        (GOOD.replace("茶服中心", "茶服中心 茶服中心"), "重复"),
        (GOOD.replace("茶服中心", "茶服中心 市茶服中心"), "层级字"),
        (GOOD.replace("2019", "19年"), "2021-03"),
        (GOOD.replace("2019", "2019-①"), "2021-03"),
        (GOOD.replace("2019,", "2019,2018"), "早于"),
    ],
)
def test_the_linter_names_each_fault_of_a_row(bad: str, message: str) -> None:
    assert any(message in problem and problem.startswith("own.csv:2") for problem in problems_of_row(row(bad)))


def test_a_good_row_has_no_fault() -> None:
    assert list(problems_of_row(row(GOOD))) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([GOOD.replace("2019,,,", "2019,2020,茶业局,")], "没有这个全称"),
        ([GOOD, GOOD], "重复"),
        ([GOOD, GOOD.replace("茶业,other", "烟叶,other").replace("茶产业服务中心", "茶服务中心")], "units_ambiguous"),
        ([GOOD, GOOD.replace("茶产业服务中心,茶服中心", "茶叶中心,=茶服中心")], "正式名称"),
    ],
)
def test_the_linter_names_each_fault_between_rows(rows: list[str], message: str) -> None:
    made = [row_of(row(text, f"own.csv:{n}"), n) for n, text in enumerate(rows, 2)]
    assert any(message in problem for problem in problems_of_rows(made, {}))


def test_an_ambiguity_must_be_one() -> None:
    assert any("并不指向" in p for p in problems_of_rows([row_of(row(GOOD))], {"茶委": ("茶业",)}))


def test_an_ambiguity_must_name_known_families() -> None:
    assert any("不存在的职能族" in p for p in problems_of_rows([row_of(row(GOOD))], {"茶委": ("茶业", "茶叶委")}))


def test_a_users_rows_lie_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        ",".join(COLUMNS) + "\n" + "湿地,department,市,湿地保护服务局,湿地局,,,,,本市设置\n"
        "教育,department,市县,教育局,市教体委,,,,,本市设置\n",
        encoding="utf-8",
    )
    table = load_units(own)
    found = resolve("市湿地局", "municipal", "湖南省永州市", "2021", table)
    assert found is not None and found.name == "湖南省永州市湿地保护服务局" and found.family == "湿地"
    assert resolve("市民政局", "municipal", "湖南省永州市", "2021", table) == unit("市民政局")


def test_a_users_bad_row_is_refused_with_its_place(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(",".join(COLUMNS) + "\n湿地,department,市,湿地局,,,,,,\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_units(own)
    assert "own.csv:2" in str(caught.value)


# --- resolving ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "region", "date", "printed", "full"), NAMES)
def test_a_printed_name_becomes_the_full_name(level: str, region: str, date: str, printed: str, full: str) -> None:
    assert unit(printed, level, region, date).name == full


@pytest.mark.parametrize(
    ("printed", "level", "region", "kind"),
    [
        ("市人社局", "municipal", "湖南省永州市", "department"),
        ("省财政厅", "provincial", "湖南省", "department"),
        ("财政部", "national", "中国", "department"),
        ("省农村信用社联合社永州办事处", "municipal", "湖南省永州市", "bank"),
        ("道县", "county", "湖南省永州市道县", "collective"),
        ("各县市区", "county", "湖南省永州市", "collective"),
        ("各级党委和政府", "other", "湖南省永州市", "collective"),
        ("市委组织部", "municipal", "湖南省永州市", "party"),
        ("永州军分区", "municipal", "湖南省永州市", "military"),
        ("市妇联", "municipal", "湖南省永州市", "mass_org"),
        ("国网永州供电公司", "municipal", "湖南省永州市", "enterprise"),
        ("市柑橘产业发展中心", "municipal", "湖南省永州市", "other"),
        ("县财政局", "county", "湖南省永州市", "collective"),
    ],
)
def test_level_region_and_kind(printed: str, level: str, region: str, kind: str) -> None:
    found = unit(printed)
    assert (found.level, found.region, found.kind) == (level, region, kind)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("国网永州供电公司", "国家电网永州供电公司"),
        ("市人社局", "市人力资源和社会保障局"),
        ("永州市人社局", "市人社局"),
        ("湖南省永州市人力资源社会保障局", "市人社局"),
        ("人行永州市中支", "中国人民银行永州市中心支行"),
        ("市委编办", "中共永州市委编办"),
    ],
)
def test_two_printed_forms_are_one_unit(first: str, second: str) -> None:
    assert unit(first) == unit(second)


def test_families_hold_across_levels_names_and_times() -> None:
    assert unit("市扶贫办").family == unit("市乡村振兴局").family == unit("国家乡村振兴局").family == "乡村振兴"
    assert unit("市卫计委").family == unit("市卫健委").family
    assert unit("市商务和粮食局").family == unit("省商务厅").family
    assert unit("市邮政管理局").family != unit("邮政永州分公司").family
    assert unit("市林业局").family != unit("市农业农村局").family


def test_former_and_later_names_are_known() -> None:
    assert unit("市乡村振兴局").predecessors == ("湖南省永州市扶贫开发办公室",)
    assert unit("市乡村振兴局", region="江西省宜春市").predecessors == ("江西省宜春市扶贫办公室",)
    assert len(unit("市市场监管局").predecessors) == 3
    assert unit("市扶贫办").successors == ("湖南省永州市乡村振兴局",)
    assert unit("市乡村振兴局").successors == ("湖南省永州市农业农村局",)
    assert "湖南省永州市医保局" not in unit("市医保局").aliases and "市医疗保障局" in unit("市医保局").aliases


@pytest.mark.parametrize(("date", "name"), [("2022", "金融"), ("2023-09", None), ("2025", "银保监")])
def test_an_ambiguous_name_is_told_apart_by_date_or_left_open(date: str, name: str | None) -> None:
    found = resolve("金融监管局", "provincial", "湖南省", date, load_units())
    assert (found.family if found else None) == name


def test_what_may_mean_two_families_is_left_open() -> None:
    assert resolve("市农委", "municipal", "湖南省永州市", "2015", load_units()) is None


@pytest.mark.parametrize("word", ["", "有关情况", "15日前", "按月调度", "负责"])
def test_what_is_no_body_is_no_unit(word: str) -> None:
    assert resolve(word, "municipal", "湖南省永州市", "2021", load_units()) is None


def test_a_document_without_a_place_keeps_the_level_word() -> None:
    found = resolve("市医保局", "municipal", None, None, load_units())
    assert found is not None and (found.name, found.region, found.family) == ("市医疗保障局", None, "医疗保障")


# --- running text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("由市人社局会同财政部门办理", ["市人社局", "财政部门"]),
        ("衡阳市扶贫办一共牵头多少项任务", ["衡阳市扶贫办"]),
        ("请问国网永州供电公司要配合什么", ["国网永州供电公司"]),
        ("市教 育局与市\n民政局", ["市教育局", "市民政局"]),
        ("对审计委员会的意见", []),
        ("集中办理手续，本国办学", []),
        ("广大农民进城务工", []),
        ("县级乡村振兴部门牵头", ["县级乡村振兴部门"]),
    ],
)
def test_names_are_found_in_running_text(text: str, names: list[str]) -> None:
    found = find_units(text, load_units())
    assert [m.name for m in found] == names
    for mention in found:
        assert "".join(text[mention.start : mention.end].split()) == mention.name


def test_finding_is_linear() -> None:
    """Ten times the text may not take a hundred times the steps: counted in calls, not in seconds."""
    import sys

    def steps(text: str) -> int:
        count = 0

        def trace(frame: object, event: str, arg: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(trace)
        try:
            find_units(text, load_units())
        finally:
            sys.setprofile(None)
        return count

    line = "市市市县县市委省委农业农村和财政乡村振兴局的市人力资源"
    assert steps(line * 40) < steps(line * 4) * 15


# --- a user's words -------------------------------------------------------------------------------------------------


UNITS = [
    unit(name, level, region)
    for level, region, names in (
        ("municipal", "湖南省永州市", "市乡村振兴局 市人社局 国网永州供电公司 市残联 各级乡村振兴部门 市委农办"),
        ("municipal", "江西省宜春市", "市扶贫办 市人社局 市残联"),
        ("provincial", "湖南省", "省乡村振兴局 省人力资源社会保障厅"),
    )
    for name in names.split()
]


@pytest.mark.parametrize(
    ("query", "family", "names"),
    [
        ("永州市扶贫办", False, ["湖南省永州市乡村振兴局"]),
        ("宜春市乡村振兴局", False, ["江西省宜春市扶贫办公室"]),
        ("永州人社局", False, ["湖南省永州市人力资源和社会保障局"]),
        ("市人社局", False, ["湖南省永州市人力资源和社会保障局", "江西省宜春市人力资源和社会保障局"]),
        ("省人社厅", False, ["湖南省人力资源和社会保障厅"]),
        ("人社局", True, ["湖南省永州市人力资源和社会保障局", "江西省宜春市人力资源和社会保障局", "湖南省人力资源和社会保障厅"]),
        ("供电公司", False, ["国网湖南省电力有限公司永州供电分公司"]),
        ("湖南省永州市残疾人联合会", False, ["湖南省永州市残疾人联合会"]),
        ("永州市气象局", False, []),
    ],
)
def test_a_users_name_finds_the_units_it_may_mean(query: str, family: bool, names: list[str]) -> None:
    assert [u.name for u in select_units(query, UNITS, load_units(), family)] == names


def test_all_places_however_they_are_printed() -> None:
    county = ["各县（市、区）", "各县区", "各县市区", "各县（市、区）人民政府", "各县区政府", "各区县党委和政府", "各县市区党委", "各区、县级市"]
    assert {all_places(name) for name in county} == {"county"}
    assert (all_places("各乡镇（街道）"), all_places("各乡镇人民政府"), all_places("各市人民政府")) == ("township", "township", "municipal")
    assert {all_places(name) for name in ("各级党委和政府", "各有关县区", "各部门", "县区人民政府", "各县区民政局", "各责任单位")} == {""}


def test_a_collective_is_found_in_all_its_printed_forms() -> None:
    table = load_units()
    named = [("各县（市、区）人民政府", "四川省雅安市"), ("各县区", "四川省雅安市"), ("各县市区", "四川省乐山市"), ("各乡镇人民政府", "四川省雅安市石棉县")]
    units = [resolve(name, "municipal", region, None, table) for name, region in named]
    assert all(unit is not None and unit.kind == "collective" for unit in units)
    known = [unit for unit in units if unit is not None]
    for asked in ("雅安市各县区政府", "雅安市各县（市、区）", "四川省雅安市各区县党委和政府"):
        assert [u.name for u in select_units(asked, known, table)] == ["四川省雅安市各县（市、区）人民政府", "四川省雅安市各县区"], asked
    assert len(select_units("各县（市、区）人民政府", known, table)) == 3
    assert [u.name for u in select_units("各乡镇（街道）", known, table)] == ["四川省雅安市石棉县各乡镇人民政府"]
