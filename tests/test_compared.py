"""Comparisons: what is set beside each other, the figure of each side and which is the most; and what a source does not say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support_library import sample_library
from test_answers import unfounded

from index.asking.catalogue import catalogue
from index.asking.compared import plainer, with_measure
from index.asking.measures import wanted_measure
from index.asking.naming import entitled
from index.library import Library
from index.matter.amounts import brief, point
from index.matter.figures import has_figure, unnumbered
from index.matter.parts import Part, Topic
from index.replies.compared_lines import value_of
from index.tokens import bare
from kb.regions import use_own


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    found = sample_library()
    yield found
    found.close()
    use_own(None)


@pytest.mark.parametrize("question, held, other", [
    # the places that are meant by their number, and which is the most; a clause of another share is none of this one
    ("护理型床位占比，国家、省、两市各定多少", "国家不低于55%；澜川不低于60%；松屏不低于60%", "85%"),
    ("护理型床位占比，国家、省、两市各定多少", "澜川省谷禾市：库中文件没有写到", ""),
    ("护理型床位占比，国家和澜川谁定得高", "澜川更高", ""),
    ("专项规划什么时候编完，省里和谷禾谁早", "谷禾更早", ""),
    ("苇溪县适老化改造户数，市里和县里一样吗", "不一样。谷禾6500户；苇溪480户", ""),
    # aims of one time beside each other; a side that states none is told so
    ("谷禾助餐点个数和松屏哪个多", "谷禾更多。谷禾900个；松屏620个", "80个"),
    ("助餐点到2025年建多少个，国家、澜川省、谷禾市谁定得高", "（没有写明所问的数字）", "最高"),
    ("谷禾助餐点多还是松屏多", "谷禾更多。谷禾900个；松屏620个", "60周岁"),
    # a text with its own attachment, by the end of a title
    ("配建面积国家、省条例、省实施意见各要求多少平方米", "国家每百户不少于25平方米；澜川每百户不少于30平方米", ""),
])  # fmt: skip
def test_each_side_with_its_figure(question: str, held: str, other: str, library: Library) -> None:
    answer = library.ask(question)
    assert answer["kind"] == "compare" and answer["answered"]
    assert bare(held) in bare(answer["answer"])
    assert not other or other not in answer["answer"]
    assert unfounded(library, answer) == []


@pytest.mark.parametrize("question", ["条例里护理假和实施意见写的一致吗", "无人机送餐的次数，谷禾和松屏哪个多", "谷禾的低空物流是省里的要求还是国家的", "滑雪场的面积，国家、省、两市各要求多少"])
def test_a_side_that_says_nothing_is_not_filled(question: str, library: Library) -> None:
    assert not library.ask(question)["answered"]


@pytest.mark.parametrize("question, held, clause", [
    ("谷禾的助餐补贴，是省里的要求还是国家的？", "国家级文件里没有找到", "34a58743#三/（九）"),
    ("谷禾清单第13项往上追到省里是哪条", "省：《关于推进社区养老服务提质增效的实施意见》三（九）", "34a58743#三/（九）"),
    ("谷禾“时间银行”这个提法最早见于哪份文件", "库中文件里没有时间银行这个提法", ""),
    ("谷禾“百岁以上老年人”长寿津贴省里和国家有吗", "“百岁以上老年人”这个提法，国家级文件里没有", ""),
    ("“时间储蓄”最早写在哪里", "库中最早写“时间储蓄”的是《", ""),
    ("谷禾家庭照护床位的法规依据是哪一条", "《澜川省社区养老服务条例》第三章第十六条", "9ef59ab8#第三章/第十六条"),
    ("谷禾助餐点食品检查要求各区县限期拿出实施方案，省里对应哪条", "", ""),
])  # fmt: skip
def test_what_a_source_says_and_does_not(question: str, held: str, clause: str, library: Library) -> None:
    answer = library.ask(question)
    assert answer["kind"] == "source"
    assert held in answer["answer"]
    assert not clause or clause in answer["clauses"]
    assert unfounded(library, answer) == []


@pytest.mark.parametrize("topic, plain", [
    ("旧货车淘汰完的时间", "旧货车淘汰"), ("护工培养的年度人数", "护工培养"), ("宣讲场次", "宣讲"), ("诉求回复要几天办完", "诉求回复"), ("巡河频次", "巡河"), ("时间", "时间"), ("床位占比", "床位"),
])  # fmt: skip
def test_a_matter_without_what_is_asked_of_it(topic: str, plain: str) -> None:
    assert plainer(topic) == plain


@pytest.mark.parametrize("question, ends", [("两市谁更早", "什么时候"), ("年度人数各定了", "多少人"), ("公示时间一致吗", "一致吗"), ("入园率和人数比例", "比例")])
def test_the_measure_that_a_comparison_means(question: str, ends: str) -> None:
    assert with_measure(question).endswith(ends)


@pytest.mark.parametrize("figure, value", [
    ("70%以上", (70.0, "%")), ("不少于2万户", (20000.0, "户")), ("2024年底前", (24300.0, "日期")), ("2024年6月底前", (24294.0, "日期")), ("七个工作日内", (7.0, "个工作日")), ("3项、4次", None), ("长期", None),
])  # fmt: skip
def test_figures_that_can_be_set_beside_each_other(figure: str, value: tuple[float, str] | None) -> None:
    assert value_of(figure) == value


@pytest.mark.parametrize("said, question, wanted", [
    ("担保费率不得高于百分之一", "担保费率是多少比例", "不得高于百分之一"),  # never 高于百分之一
    ("贷款利率不能超过5%", "利率是多少比例", "不能超过5%"),
    ("应当自受理之日起七个工作日内办结", "几个工作日办结", "七个工作日内"),
])  # fmt: skip
def test_a_bound_is_not_turned_round(said: str, question: str, wanted: str) -> None:
    assert brief(said, question) == wanted


@pytest.mark.parametrize("text, rest", [("0.5个工作日内办结", "0.5个工作日内办结"), ("46.继续开展", "继续开展"), ("1.2023年底前建成", "2023年底前建成"), ("1.5倍以内", "1.5倍以内"), ("（三）开展", "开展")])
def test_a_decimal_is_no_number_of_an_item(text: str, rest: str) -> None:
    assert unnumbered(text) == rest


@pytest.mark.parametrize("question, ends", [("贷款余额各是多少", "多少亿元"), ("年度人数各定了多少", "多少人"), ("公示时间要求一致吗", "一致吗"), ("建成的时间要求一致吗", "什么时候"), ("互认项目数甲市多还是乙市多", "多少项"), ("扫码结算的起始时间对照", "什么时候")])
def test_a_measure_takes_the_place_of_how_many(question: str, ends: str) -> None:
    assert with_measure(question).endswith(ends)


def test_a_table_is_named_by_the_end_of_its_title(library: Library) -> None:
    known = catalogue(library.searcher.scope)
    place = next(r for r in known.by_region if r.endswith("谷禾市"))
    title = next(t for n, t in enumerate(known.titles) if t.endswith("清单") and known.cards.regions[n] == place)
    n, said = entitled(f"谷禾的{title[-6:]}", known.by_region[place], known.titles)
    assert (n is None) == (sum(title[-6:] in known.titles[m] for m in known.by_region[place]) > 1) and (n is None or said == title[-6:])


@pytest.mark.parametrize("text, there", [("PM2.5平均浓度", False), ("细颗粒物（PM2.5）下降3%", True), ("5G基站300个", True), ("12分钟以内", True), ("十分重视", False)])
def test_names_with_figures_are_no_figures(text: str, there: bool) -> None:
    assert has_figure(text) is there


@pytest.mark.parametrize("question, wanted", [("村级联络员多久走访一次", "村（社区）级联络员每周不少于一次"), ("县级联络员多久走访一次", "县（市、区）级联络员每季度不少于两次"), ("联络员多久走访一次", "")])
def test_the_figure_is_of_the_level_asked_for(question: str, wanted: str) -> None:
    sentence = "县（市、区）级联络员每季度不少于两次，乡（镇、街道）级联络员每月不少于两次，村（社区）级联络员每周不少于一次。"
    topic = Topic("联络员走访", ("联络员走访",), (Part("联络员", (), 3.0, True), Part("走访", (), 3.0, True)), (("联络", 3.0),))
    said = point(sentence, topic, question)
    assert said == wanted if wanted else len(said) > 20


@pytest.mark.parametrize("text, often", [("每月10日前报送", False), ("每季度巡查一次", True), ("每月不少于两次", True), ("每年12月底前", False)])
def test_a_day_of_each_month_is_no_frequency(text: str, often: bool) -> None:
    measure = wanted_measure("走访频次")
    assert measure is not None and (measure.search(text) is not None) is often


@pytest.mark.parametrize("said, wanted", [("欠款2024年年底前清偿", "2024年年底前"), ("2024年底前建成", "2024年底前"), ("2025年6月底前全部清偿", "2025年6月底前")])
def test_a_time_keeps_its_end(said: str, wanted: str) -> None:
    assert brief(said, "什么时候完成") == wanted


def test_a_figure_beside_of_another_thing_is_left_out() -> None:
    topic = Topic("林区火灾受害率", ("林区火灾受害率",), (Part("林区", (), 1.0, True), Part("火灾", (), 3.0, True), Part("受害率", (), 4.0, True)), (("火灾", 3.0), ("受害", 3.0)))
    assert point("林区火灾受害率控制在0.5‰以内，草地火灾受害率控制在3‰以内。", topic, "林区火灾受害率是多少") == "林区火灾受害率控制在0.5‰以内"


def test_of_two_measures_none_is_the_most(library: Library) -> None:
    assert "更" not in library.ask("助餐点的数量和时间，谷禾跟松屏比哪个更高")["answer"][:20]
