"""Figures, deadlines and what is in force over two invented papers (tests/cases/figures): tables, columns for time, several figures at once; what is not there is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library, build
from index.matter.amounts import brief, untabbed
from index.matter.cells import _said_from

PAPERS = Path(__file__).parent / "cases" / "figures"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("figures") / "kb"
    build([PAPERS], home)
    found = Library(home)
    yield found
    found.close()


@pytest.mark.parametrize("question, held", [
    ("玉溪候鸟观测云平台什么时候上线、多少门课？", ("10月底前", "60门")),  # the time from its column, the figure from the work
    ("玉溪低空救援实训场二期哪个月前建好", ("2024年6月底前",)),
    ("玉溪三年新建多少处起降点、培训多少名飞手", ("18处", "260名")),
    ("玉溪起降点验收通过奖多少", ("每处30万元（",)),
    ("玉溪给华宁县下的修复湿地目标是多少亩", ("华宁县", "260亩")),  # a county without documents, in the table of its city
    ("通海县要修复多少亩湿地、建多少处起降点", ("通海县", "340亩", "3处")),  # several columns of one row
    ("玉溪每年拿多少钱出来做湿地防治专项", ("不低于900万元",)),  # 防冶 as it was scanned
    ("玉溪湖边违建几月底前清完、举报几天内转办", ("9月底前", "2个工作日内")),
    ("玉溪修复退化湿地多少亩，培训飞手呢", ("1200亩", "260名")),  # the same of another thing
    ("玉溪修复退化湿地多少亩，孤儿院呢", ("1200亩", "没有查到关于“孤儿院”的数字或时限")),
    ("玉溪2020年那个湿地修复方案还管用吗", ("《玉溪市2020年湿地修复方案》同时废止",)),
    ("玉溪候鸟观测云平台哪位副市长牵头", ("李示例",)),
])  # fmt: skip
def test_what_is_there_is_told(question: str, held: tuple[str, ...], library: Library) -> None:
    said = library.ask(question)
    assert said["answered"]
    assert [part for part in held if part not in said["answer"]] == []


@pytest.mark.parametrize("question, reason", [
    ("玉溪方案里峨山县的修复湿地目标是多少亩", "没有写到云南省玉溪市峨山彝族自治县"),  # the figure of the city is none of it
    ("玉溪每名飞手奖多少万", "没有关于"),  # how many are trained is no sum
    ("玉溪2019年那个湿地修复方案还管用吗", "2019年的文件"),
    ("玉溪修复退化湿地哪位副市长牵头", "没有列出牵头领导"),  # only bodies are listed
    ("玉溪候鸟观测云平台发多少购票补贴", "没有关于"),
    ("玉溪湖边违建罚多少钱", "没有关于"),
])  # fmt: skip
def test_what_is_not_there_is_refused(question: str, reason: str, library: Library) -> None:
    said = library.ask(question)
    assert not said["answered"]
    assert reason in said["reason"]


@pytest.mark.parametrize(
    ("said", "question", "figure"),
    [
        ("优秀等次不超过被考核县（市、区）总数的30%", "优秀等次比例是多少", "不超过30%"),
        ("公示牌不少于河段总数的一半即50%", "公示牌比例是多少", "50%"),
        ("平均浓度控制在31微克/立方米以内", "平均浓度目标是多少", "31微克/立方米以内"),
        ("补助标准为800元/人以上", "补助标准是多少", "800元/人以上"),
    ],
)
def test_a_figure_keeps_what_bounds_it(said: str, question: str, figure: str) -> None:
    assert brief(said, question).endswith(figure)


def test_a_row_is_told_without_its_number_and_without_tabs() -> None:
    assert untabbed("4\t高龄补助\t80周岁以上的管水员\t每月120元") == "高龄补助，80周岁以上的管水员，每月120元"
    assert untabbed("（3）\t高龄补助") == "高龄补助" and untabbed("12") == "12" and untabbed("2023年6月底前") == "2023年6月底前"


def test_what_a_cell_stands_for_is_told_and_shown(tmp_path: Path) -> None:
    rows = ["序号\t补助项目\t补助标准（元）", "1\t管水补助\t830", "2\t清淤补助\t〃", "3\t巡渠补助\t同上", "4\t高龄补助\t120"]
    (tmp_path / "标准.txt").write_text("乐山市管水补助标准\n\n" + "\n".join(rows) + "\n", encoding="utf-8")
    build([tmp_path / "标准.txt"], tmp_path / "kb")
    answer = Library(tmp_path / "kb").ask("乐山市巡渠补助标准是多少元")
    assert "巡渠补助" in answer["answer"] and "830" in answer["answer"] and "\t" not in answer["answer"], answer["answer"]
    assert any("830" in e["quote"] and e["quote"].endswith("同上") for e in answer["evidence"])
    assert _said_from(rows, 3, "830") == "\n".join(rows[1:4])  # of a long table only the rows that print the figure and stand for it


LIFTS = {
    "行动": "玉溪市楼房改造三年行动方案\n\n一、总体目标\n\n到2026年底，全市楼房加装电梯420部，更新供水管网95公里。\n\n二、重点任务\n\n（一）加装电梯。楼房加装电梯按照每年不少于130部的目标推进，每部电梯补助4万元。\n\n（二）发放补贴。全年发放租房困难补贴230户，为新市民减免租金。\n\n（三）移交资料。楼房改造工程竣工后，承建单位应当在四十日内将工程资料移交城建档案管理机构。\n\n（四）盘活空房。支持以空置楼房入股、出租等方式发展客栈，租赁合同期限不得超过15年，并在2024年9月底前制定任务分解清单。\n",
    "山地": "玉溪市山地经营工作方案\n\n一、重点任务\n\n（一）稳定经营。开展第二轮土地承包到期后再延长三十年试点，2025年形成操作手册。\n\n（二）管好楼房。做好楼房日常维护。\n",
}


@pytest.fixture(scope="module")
def lifts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("lifts")
    for name, text in LIFTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build([folder], folder / "kb")
    found = Library(folder / "kb")
    yield found
    found.close()


@pytest.mark.parametrize("question, begins", [
    ("玉溪三年一共要加装多少部电梯", "420部"), ("玉溪每年加装多少部电梯", "每年不少于130部"),  # a sum is no figure of each year
    ("玉溪三年打算换多少公里供水管网", "95公里"), ("玉溪租房困难补贴要发多少户", "230户"),
    ("玉溪租楼房搞客栈合同最长能签几年", "不得超过15年"), ("玉溪什么时候把任务分解清单拿出来", "2024年9月底前"),
    ("玉溪工程竣工后多少天内要把资料移交城建档案馆", "四十日内"), ("玉溪承包地延包试点哪年形成操作手册", "2025年"),
])  # fmt: skip
def test_a_sum_a_deed_and_what_is_handed_in(question: str, begins: str, lifts: Library) -> None:
    said = lifts.ask(question)
    assert said["answered"]
    assert begins in said["answer"].split("（《")[0]


def test_a_place_where_something_is_tried_is_said_by_the_trial(lifts: Library) -> None:
    assert lifts.ask("玉溪哪一条说土地承包试点县的事")["clauses"] == lifts.ask("玉溪哪一条说土地承包试点的事")["clauses"] != []
    assert not lifts.ask("玉溪哪一条说医保试点县的事")["answered"]


@pytest.mark.parametrize("question", [
    "玉溪三年一共要加装多少部扶梯", "玉溪三年打算换多少公里光缆", "玉溪养老补贴要发多少户", "玉溪租楼房搞诊所合同最长能签几年",
    "玉溪什么时候把任务责任清单拿出来", "玉溪工程竣工后多少天内要把钥匙移交城建档案馆", "玉溪林地延包试点哪年出成果",
])  # fmt: skip
def test_another_thing_is_none_of_it(question: str, lifts: Library) -> None:
    assert not lifts.ask(question)["answered"]


TABLES = {
    "分工": "乐山市沐川县2023年管水任务分工表\n\n序号\t任务内容\t牵头单位\t完成时限\n1\t疏浚干渠8公里\t县水务局\t2023年6月底前\n2\t更换闸门四座\t县住房城乡建设局\t2023年底前\n",
    "分配": "雅安市2023年管水目标分配表\n\n县（区）\t疏浚水渠（公里）\t管水员（人）\n石棉县\t1200\t85\n汉源县\t900\t85\n名山区\t1,500\t52\n合计\t3600\t222\n",
    "进度": "雅安市2024年管水工作进度表\n\n序号\t工作任务\t第一季度\t第二季度\t牵头单位\n1\t新建泵站\t完成选址\t完成设计\t市水利局\n2\t开展培训\t制定方案\t培训300人\t市应急管理局\n",
    "考核": "雅安市2023年管水考核指标表\n\n序号\t考核指标\t目标值\t考核单位\n1\t渠道完好率\t95%\t市水利局\n2\t报汛及时率\t100%\t市应急管理局、市气象局\n",
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("tables")
    for name, text in TABLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build([folder], folder / "kb")
    found = Library(folder / "kb")
    yield found
    found.close()


@pytest.mark.parametrize("question, begins", [
    ("雅安市哪个县疏浚水渠最多", "疏浚水渠（公里）最多的是名山区：1,500（"), ("疏浚水渠最少的是哪个县", "疏浚水渠（公里）最少的是汉源县：900（"), ("雅安哪个县区管水员最多", "管水员（人）最多的是石棉县、汉源县：85（"),
    ("渠道完好率由谁考核", "“渠道完好率”的考核单位：市水利局（"), ("雅安市报汛及时率哪个单位考核", "“报汛及时率”的考核单位：市应急管理局、市气象局（"),
    ("雅安市二季度要完成哪些任务", "第二季度：新建泵站：完成设计；开展培训：培训300人（"), ("雅安新建泵站一季度要做到什么", "第一季度：新建泵站：完成选址（"),
    ("沐川县哪些任务2023年底前完成", "四川省乐山市沐川县2023年底前要完成或达到的共 2 项："), ("沐川县哪些任务2023年6月底前完成", "四川省乐山市沐川县2023年6月底前要完成或达到的共 1 项："),
])  # fmt: skip
def test_what_a_table_answers_as_a_whole(question: str, begins: str, tables: Library) -> None:
    answer = tables.ask(question)
    assert answer["answer"].startswith(begins), answer["answer"]
    shown = "".join(e["quote"] for e in answer["evidence"])
    assert all(cell in shown for row in answer["table"][:1] for cell in row[:2] if not cell.startswith("2023-"))


@pytest.mark.parametrize("question", ["雅安市哪个县闸门最多", "闸门更换由谁考核", "雅安市2022年哪个县疏浚水渠最多", "雅安市植树一季度要做到什么"])
def test_what_no_column_says_is_not_answered_from_a_table(question: str, tables: Library) -> None:
    assert not any(words in tables.ask(question)["answer"] for words in ("最多的是", "考核单位：", "第一季度："))
