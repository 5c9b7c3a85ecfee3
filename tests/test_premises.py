"""Figures that a question takes for given or asks to be confirmed, and several figures asked for at once; over the samples."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support_library import sample_library

from index.asking.measures import how_many, wanted_measure
from index.asking.moments import of_its_year
from index.asking.premises import given, to_confirm, values
from index.asking.understanding import _of_each
from index.library import Library
from index.matching.rewording import in_figures
from index.matter.amounts import brief, point, stating
from index.matter.asked import states_as_asked
from index.matter.cells import stated_cell
from index.matter.figures import find_figure
from index.matter.parts import Part, Topic
from index.replies.several import things
from kb.regions import use_own


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    found = sample_library()
    yield found
    found.close()
    use_own(None)


@pytest.mark.parametrize("question, there", [
    ("谷禾百岁老人长寿津贴每月500元由谁牵头", "不低于300元"),
    ("谷禾失能老年人家庭医生签约率达到95%，依据是什么", "达到90%"),
])  # fmt: skip
def test_another_figure_than_the_printed_one_is_not_taken_for_true(question: str, there: str, library: Library) -> None:
    said = library.ask(question)
    assert not said["answered"]
    assert there in said["answer"].split("”")[0]
    assert there in said["evidence"][0]["quote"]


@pytest.mark.parametrize("question", [
    "谷禾百岁老人长寿津贴每月300元由谁牵头", "谷禾百岁老人长寿津贴每月三百元由谁牵头", "谷禾助餐点2025年达到900个是哪条定的", "谷禾失能老年人家庭医生签约率达到百分之九十，由谁负责",
])  # fmt: skip
def test_the_printed_figure_is_no_hindrance(question: str, library: Library) -> None:
    assert library.ask(question)["answered"]


@pytest.mark.parametrize("question, begins", [
    ("谷禾百岁老人长寿津贴是500元吗", "不是500元，是每人每月不低于300元"),
    ("谷禾百岁老人长寿津贴是不是300元", "是，每人每月不低于300元"),
    ("谷禾失能老年人家庭医生签约率是不是95%以上？", "不是95%以上，是90%"),
])  # fmt: skip
def test_a_figure_is_confirmed_or_denied(question: str, begins: str, library: Library) -> None:
    said = library.ask(question)
    assert said["answered"]
    assert said["answer"].startswith(begins)


@pytest.mark.parametrize("question, stated", [
    ("示例县养蜂奖补2万元是怎么规定的", ["2万元"]),
    ("占比达到65%是依据哪条定的", ["65%"]),
    ("养蜂箱不少于40个由谁负责", ["40个"]),
    ("公示不少于7天,是哪条写的", ["7天"]),
    ("月收入900元的家庭怎么申请补助", []),  # a case of the asker's
    ("能不能给蜂农补2万元", []),
    ("养蜂奖补是2万元还是3万元", []),
    ("2025年养蜂的目标由谁定", []),
    ("第12项任务由谁牵头", []),
])  # fmt: skip
def test_what_a_question_takes_for_given(question: str, stated: list[str]) -> None:
    assert [one.said for one in given(question)] == stated


@pytest.mark.parametrize("question, asked", [
    ("养蜂奖补是2万元吗", "养蜂奖补是多少元"),
    ("养蜂户占比是不是达到30%以上？", "养蜂户占比是多少？"),
    ("养蜂奖补2万元由谁负责，对吗", None),
])  # fmt: skip
def test_a_question_for_a_yes_asks_for_the_figure(question: str, asked: str | None) -> None:
    found = to_confirm(question)
    assert (found[0] if found is not None else None) == asked


def test_figures_are_held_against_each_other_in_single_units() -> None:
    assert {(given("奖补2万元由谁出")[0].value, "元")} <= values("一次性奖补20000元")
    assert (given("占比达到三成由谁管") or given("占比达到30%由谁管"))[0].value == 30
    assert not any(not measure for _, measure in values("甲级3万元"))


@pytest.mark.parametrize("question, held", [
    ("澜川省综合养老服务中心和社区服务站点分别建成多少个", ("综合养老服务中心612个", "社区服务站点8430个")),
    ("澜川省综合养老服务中心、社区服务站点各有多少个", ("综合养老服务中心612个", "社区服务站点8430个")),
    ("澜川省失能老年人家庭医生签约率2023年达到多少，巡诊多久一次", ("82%", "每季度")),
])  # fmt: skip
def test_several_figures_are_told_each(question: str, held: tuple[str, ...], library: Library) -> None:
    said = library.ask(question)
    assert said["answered"]
    assert [part for part in held if part not in said["answer"]] == []


def test_things_of_which_each_has_its_figure() -> None:
    assert things("示例县蜂箱、蜂场和蜂站各补多少元") == ("示例县蜂箱", "蜂场", "蜂站")
    assert things("蜂箱补多少元") == ()


def test_a_time_is_told_where_a_year_before_it_is_none(library: Library) -> None:
    assert brief("2023年蜂农补助在8月底前全部发放", "蜂农补助什么时候发") == "8月底前"
    assert brief("2023年启动，2025年底前建成", "蜂站什么时候启动") == "2023年启动，2025年底前建成"
    topic = Topic("编制计划", ("编制计划",), (Part("编制", (), 1.0, True), Part("计划", (), 1.0, True)), (("编制", 1.0), ("计划", 1.0)))
    assert point("每年9月底前，县里根据上年收成，编制下一年度养蜂计划", topic, "养蜂计划几月底前编") == "每年9月底前"
    assert find_figure("编制下一年度计划") is None


def test_the_cell_of_the_measure_asked_for() -> None:
    table = "养护内容\t频次\t参考标准\n蜂箱检修\t每年2次\t6元/箱\n蜂场清扫\t每年1次\t3元/箱"
    topic = Topic("蜂箱检修", ("蜂箱检修",), (Part("蜂箱", (), 1.0, True), Part("检修", (), 1.0, True)), (("蜂箱", 1.0), ("检修", 1.0)))
    for question, figure in (("蜂箱检修多少钱", "6元/箱"), ("蜂箱检修多久一次", "每年2次")):
        cell = stated_cell(table, topic, question)
        assert cell is not None
        assert cell.figure == figure


def test_how_far_and_how_long_are_no_part_of_the_matter() -> None:
    assert how_many().sub(" ", "蜂场周围多少米内不准喷药") == "蜂场周围 不准喷药"
    assert wanted_measure("蜂场周围多少米内不准喷药") is not None


@pytest.mark.parametrize("text, question, wanted", [
    ("80至89周岁每人每月40元，90至99周岁每人每月90元，100周岁及以上每人每月300元。", "95岁老人高龄津贴多少", "90至99周岁每人每月90元"),
    ("80至89周岁每人每月40元，90至99周岁每人每月90元，100周岁及以上每人每月300元。", "102岁老人高龄津贴多少", "100周岁及以上每人每月300元"),
    ("收入由2015年的3120元增长到2020年的5460元，年均增长11%；", "2020年收入是多少", "收入由2015年的3120元增长到2020年的5460元"),
    ("蜂箱补20元、蜂场补90元、蜂站补70元。", "蜂场补多少", "蜂场补90元"),
    ("新建蜂站12个，对达标的每个补助3万元。", "蜂站建多少家、县财政怎么补", "新建蜂站12个，对达标的每个补助3万元"),
])  # fmt: skip
def test_of_several_figures_that_is_told_which_is_asked_for(text: str, question: str, wanted: str) -> None:
    words = tuple(Part(word, (), 1.0, True) for word in ("高龄津贴", "收入", "蜂站", "蜂场") if word in question)
    topic = Topic("".join(p.text for p in words), tuple(p.text for p in words), words, tuple((p.text[:2], 1.0) for p in words))
    assert point(text, topic, question) == wanted


def test_the_level_of_who_acts_tells_the_sentence() -> None:
    topic = Topic("收到资金", ("收到资金",), (Part("收到", (), 1.0, True), Part("资金", (), 1.0, True)), (("收到", 1.0), ("资金", 1.0)))
    text = "省财政厅收到中央资金后20日内下达省级资金。市级财政部门收到资金后12日内下达县级。"
    assert stating(text, "", topic, "市级财政收到资金后几天内下达")[0].startswith("市级财政部门")


def test_this_year_is_that_of_the_document() -> None:
    assert of_its_year("覆盖率今年和明年是多少", "2024-03-05") == "覆盖率2024年和2025年是多少"
    assert of_its_year("覆盖率今年是多少", None) == "覆盖率今年是多少"


def test_a_word_said_twice_compares_only_sides() -> None:
    assert _of_each("谷禾市补多少、松屏市补多少", "多少", ())
    assert not _of_each("谷禾市向松屏市要多少资金，安排就业多少人", "多少", ())


def test_days_and_shares_are_asked_for_as_the_texts_have_them() -> None:
    there = {"10日", "百分之六十"}
    assert in_figures("公示10天", lambda text: int(text in there)) == "公示10日"
    assert in_figures("比例60%", lambda text: int(text in there)) == "比例百分之六十"
    assert in_figures("公示12天", lambda text: int(text in there)) == "公示12天"


def test_what_a_plan_of_one_year_says_is_not_of_another(library: Library) -> None:
    assert library.ask("澜川省2023年工作要点对适老化改造怎么规定")["answered"]
    assert not any(c.startswith("4ee2d13c#") for c in library.ask("澜川省2026年对改造质量回头看怎么规定")["clauses"])


def test_two_figures_of_two_matters(library: Library) -> None:
    said = library.ask("谷禾助餐点2025年建多少个，百岁老人长寿津贴发多少元")
    assert said["answered"]
    assert "900个" in said["answer"]
    assert "300元" in said["answer"]


def test_an_aim_in_words_is_a_cell_too() -> None:
    assert states_as_asked("", "蜂农收入年均增速（%），2025年：高于全县平均增速", "蜂农收入增速2025年目标是多少")
    assert not states_as_asked("安排用地600亩。", "安排用地600亩", "蜂站有几个")


def test_a_span_of_years_is_told_whole() -> None:
    assert brief("2021—2025年每站按9万元筹集", "从哪年到哪年筹集") == "2021—2025年"
