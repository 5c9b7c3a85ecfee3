"""Questions that set papers of several levels beside each other, over an invented province and city (tests/cases/two_papers); what is not there is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.asking.compared import in_brackets, levels_told, without_levels
from index.asking.numbers import nested_in
from index.library import Library, build

PAPERS = Path(__file__).parent / "cases" / "two_papers"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("two") / "kb"
    build([PAPERS], home)
    found = Library(home)
    yield found
    found.close()


@pytest.mark.parametrize("question, held", [
    ("蓄水池清淤频次，省的办法、玉溪有什么区别", ("每季度", "每月1次")),  # a side called by its level and kind
    ("蓄水池清淤，云南41号文和17号文一样吗", ("实施意见", "管护办法")),  # two documents by the ends of their numbers
    ("每百户居民雨水花园面积，省里、玉溪定的目标各是多少", ("36平方米", "40平方米", "实施意见》一")),  # from the document, not from what is said of it
    ("玉溪清淤补贴提标要在几月份之前落实", ("2023年7月",)),
    ("省里要求各州市啥时候把任务分工表报上去", ("2023年2月20日前",)),
    ("云南规定护栏和水面的配比是多少", ("不低于1:4",)),
    ("云南2021年底建成多少处雨水花园？记者问答里提到过", ("517处",)),
    ("哪一条规定了有盗卖苗木前科的人不能管护雨水花园？云南", ("第三条",)),
    ("玉溪蓄水池报修时间2025年要压到多少天", ("2（试点县）",)),  # the column of the year
    ("玉溪扩大雨水花园面积，依据省里哪一项", ("实施意见》一（一）",)),
    ("扩大雨水花园面积，玉溪第1项的上位条款", ("实施意见》一（一）",)),
    ("把雨水花园搞大些，玉溪这条（1）是照着上面哪两条写的", ("分工表》1", "实施意见》一（一）")),
    ("玉溪2项蓄水池清淤，省里是哪条", ("分工表》2", "实施意见》一（二）")),  # the number behind the place
    ("玉溪第2项清淤的依据，办法里怎么说、第几条", ("管护办法》第二条",)),  # a kind of paper that only the province has
    ("玉溪第1项、第2项分别来自省意见哪条", ("分工表》1的来源", "一（一）", "分工表》2")),
    ("玉溪第2项每座每年补贴800元是省里定的吗", ("“800元”在库中上级文件里没有",)),
    ("玉溪第2项清淤，省办法里有没有规定", ("分工表》2的来源", "管护办法》第二条")),
    ("玉溪第2项清淤补贴800元，省实施意见里有吗", ("“800元”在库中上级文件里没有",)),
    ("雨水花园面积是从哪份省文件来的？中央文件里有吗", ("实施意见》一（一）",)),
    ("玉溪任务1、2的上级依据分别是哪条", ("分工表》1的来源", "分工表》2")),
    ("玉溪的雨水花园面积和蓄水池清淤，省里分别是哪条", ("分工表》1的来源", "一（一）", "分工表》2的来源", "一（二）")),  # two matters in one question
    ("玉溪清淤次数比省里办法多几次", ("每月1次", "每季度至少清淤1次")),
])  # fmt: skip
def test_what_is_there_is_told(question: str, held: tuple[str, ...], library: Library) -> None:
    said = library.ask(question)
    assert said["answered"], said["reason"]
    assert [part for part in held if part not in said["answer"]] == []


@pytest.mark.parametrize("question, units", [
    ("玉溪苗木认养（护栏加装、认养2400株）责任单位有几家，分别是谁", ["团市委", "市妇联"]),  # what explains is no further matter
    ("玉溪苗木认养（众筹、直播）由哪些单位配合", ["团市委", "市妇联"]),
    ("省级加强督促那条，审计厅是不是要配合", ["省审计厅", "省政府督查室"]),
    ("雨水花园面积，省市分别由谁牵头", ["省住房城乡建设厅", "市住房城乡建设局"]),
    ("蓄水池清淤省市县各由谁牵头", ["省水利厅", "市水利局"]),
])  # fmt: skip
def test_who_is_named(question: str, units: list[str], library: Library) -> None:
    said = library.ask(question)
    assert said["answered"], said["reason"]
    assert [u["printed"] for u in said["units"] if u["role"] == "lead" or "牵头" not in question] == units


@pytest.mark.parametrize("question", [
    "蓄水池清淤，云南41号文和99号文一样吗", "玉溪屋顶菜园依据省里哪一项", "省里要求各州市啥时候把保险台账报上去", "云南2021年底建成多少处停车楼？记者问答里提到过", "哪一条规定了有酒驾前科的人不能管护雨水花园？云南",
    "玉溪屋顶菜园2025年要压到多少天", "云南雨水花园护栏配比奖多少", "雨水花园超比例加装护栏奖多少", "玉溪屋顶菜园（众筹、直播）由哪些单位配合", "屋顶菜园，省市分别由谁牵头",
])  # fmt: skip
def test_what_is_not_there_is_refused(question: str, library: Library) -> None:
    assert not library.ask(question)["answered"]


def test_numbers_of_parts_and_items() -> None:
    assert nested_in("谷禾方案四之一对应省里哪条") == nested_in("谷禾方案四（一）") == ("四", "一")
    assert nested_in("三分之一以上") is None
    assert nested_in("谷禾方案（一）") is None


def test_levels_and_brackets() -> None:
    assert levels_told("助餐，省市县分别由谁负责") == (["provincial", "municipal", "county"], "省市县")
    assert levels_told("助餐由省市场监管局负责吗") == ([], "")
    assert without_levels("助餐，省、市各由谁牵头") == "助餐，由谁牵头"
    assert in_brackets("助餐（送餐、代购）归谁管", "送餐")
    assert not in_brackets("助餐（送餐、代购）归谁管", "助餐")
