"""Matters and bodies in spoken words over two invented papers (tests/cases/spoken): what is there is found, what only looks like it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.asking.bodies import branch_names, in_list
from index.asking.telling import bodies_asked, tidy
from index.library import Library, build
from index.matter.amounts import weight
from index.matter.described import figures_of
from index.matter.oneness import as_one
from index.matter.parts import Part, Topic, partly
from index.matter.topic import work_of
from index.replies.prose import actors, around
from kb.model import Clause
from kb.regions import shortened, spelled_out

PAPERS = Path(__file__).parent / "cases" / "spoken"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("spoken") / "kb"
    build([PAPERS], home)
    found = Library(home)
    yield found
    found.close()


@pytest.mark.parametrize("question, units", [
    ("玉溪抓抚仙湖禁捕有没有检察院的责任", ["市检察院", "市人力资源社会保障局", "国网玉溪供电公司"]),
    ("玉溪汛期二十四小时值守、设卡，牵头的是哪家", ["市应急管理局"]),
    ("玉溪供水供气供暖联合报装谁牵头", ["市住房城乡建设局"]),
    ("玉溪餐馆装可燃气体报警器由哪个局牵头", ["市住房城乡建设局"]),
    ("玉溪国三车淘汰由谁牵头", ["市交通运输局"]),
    ("玉溪人工增雨消霾归哪个单位牵头", ["市气象局"]),
    ("河长和警长联手那个机制，玉溪谁牵头", ["市公安局"]),
    ("红塔入企扫码、联合检查、减少对小店的打扰，哪个局来牵", ["区司法局"]),
    ("红塔三个街道的小店服务周谁牵头", ["区市场监管局"]),
    ("红塔小店服务周是哪两家配合", ["区税务局", "玉溪市公安局红塔分局"]),
    ("红塔社区食堂是哪位副区长牵头", ["区民政局"]),
    ("玉溪封湖禁渔除了检察院，还有哪些单位配合", ["市人力资源社会保障局", "国网玉溪供电公司"]),
    ("玉溪封湖禁渔，牵头的是水利局还是农业农村局？有没有配合单位", ["市农业农村局"]),
    ("玉溪渔民上岸补贴、偷捕打击，是供电公司牵头吗", ["市农业农村局"]),
    ("玉溪燃气安全，商务局是牵头还是配合", ["市住房城乡建设局"]),
    ("玉溪汛期最高24小时值守那条，气象局在不在配合名单里", ["峨山彝族自治县人民政府", "新平彝族彝族傣族自治县人民政府", "市气象局"]),
    ("玉溪要点第二部分里餐饮场所装报警器谁牵头", ["市住房城乡建设局"]),
    ("玉溪燃气安全，商务局在不在配合名单里", ["市商务局", "市市场监管局"]),
    ("玉溪 餐饮场所 报警装置 牵头", ["市住房城乡建设局"]),
    ("玉溪封湖禁渔，哪些单位配合农业农村局", ["市检察院", "市人力资源社会保障局", "国网玉溪供电公司"]),
    ("玉溪户户用的水气暖联合报装，最后落在谁头上", ["市住房城乡建设局"]),
    ("玉溪把30公里的老管子换掉，这活谁牵头", ["市住房城乡建设局"]),
    ("汛期24小时内都得有人守，设卡12个，谁牵头", ["市应急管理局"]),
])  # fmt: skip
def test_a_matter_in_spoken_words_is_found(question: str, units: list[str], library: Library) -> None:
    said = library.ask(question)
    role = "lead" if "谁牵头" in question or said["kind"] == "leads" else None
    assert said["answered"]
    assert [u["printed"] for u in said["units"] if role in (None, u["role"])] == units


@pytest.mark.parametrize("question, tasks", [
    ("峨山县政府要配合哪些任务", 2),
    ("供电公司在玉溪配合什么任务", 1),
    ("玉溪市财政局牵头了吗，有哪些任务", 4),
    ("玉溪公安局除了牵头的，作为责任单位的有哪些", 2),
    ("市工商联在玉溪要点里列了没有", 1),
    ("新平县政府在玉溪要点里有哪些任务", 1),
    ("玉溪高新区管委会参与哪几项", 1),
    ("红塔公安分局有哪些任务", 1),
    ("红塔区杨文清分管哪些任务", 2),
    ("玉溪市水利局在工作要点（不算附件推进表）里有哪些任务", 1),
    ("玉溪要点里涉及市财政局的条目有哪些？它牵头了吗", 2),
    ("玉溪市财政局在2023年河湖保护工作里有几项任务", 4),
])  # fmt: skip
def test_the_tasks_of_a_body_or_person(question: str, tasks: int, library: Library) -> None:
    said = library.ask(question)
    assert said["answered"]
    assert len(said["tasks"]) == tasks


@pytest.mark.parametrize("question", [
    "玉溪供水供气供暖收费由谁牵头", "河长和林长会议玉溪谁牵头", "河长和警长培训玉溪谁牵头", "玉溪国四车淘汰由谁牵头", "玉溪人工增雨火箭弹采购归哪个单位牵头",
    "玉溪市财政局在湖泊治理工程里有几项任务", "红塔区周立国分管哪些任务", "新平县政府在红塔的分解表里有哪些任务", "红塔入企扫码、联合执法、减少罚款，哪个局来牵",
    "玉溪三个县的垃圾焚烧厂谁牵头", "红塔工商分局有哪些任务", "玉溪餐馆装灭火器由哪个局牵头", "玉溪燃气安全是哪位副市长牵头", "玉溪渔船报废、渔港建设，是供电公司牵头吗", "市统计局在玉溪要点里列了没有",
])  # fmt: skip
def test_what_only_looks_like_it_is_refused(question: str, library: Library) -> None:
    assert not library.ask(question)["answered"]


@pytest.mark.parametrize("said, asked", [
    ("助餐是哪两家牵头", "助餐是哪些单位牵头"),
    ("哪几个县区和部门配合", "哪些单位配合"),
    ("由哪两个海关牵头", "由哪些单位牵头"),
    ("这件事谁来牵", "这件事谁来牵头"),
    ("哪几个配合单位", "哪几个配合单位"),
    ("哪几个任务由民政牵头", "哪几个任务由民政牵头"),
    ("哪几个指标", "哪几个指标"),
    ("办节，配合的是哪两家", "办节，配合的是哪些单位"),
    ("助餐省里哪个厅负责", "助餐省，哪个厅负责"),
    ("助餐，妇联是牵头还是配合", "助餐，妇联是牵头吗"),
])  # fmt: skip
def test_bodies_are_asked_for_by_number_or_kind(said: str, asked: str) -> None:
    assert bodies_asked(said) == asked


def test_short_names() -> None:
    assert spelled_out("峨山县政府") in ("峨山县政府", "峨山彝族自治县政府")  # the gazetteer knows the short name too
    assert spelled_out("九江县和广州市") == "九江县和广州市"
    assert shortened("峨山彝族自治县政府") == "峨山县政府"
    assert branch_names(["玉溪市公安局红塔分局", "市财政局"])["红塔公安分局"] == "玉溪市公安局红塔分局"
    found = in_list().search("清理欠款，审计和国资在不在配合名单里？")
    assert found is not None and found["who"] == "审计和国资"


@pytest.mark.parametrize("typed, read", [
    ("云川 送法下乡 法治乡村 牵头", "云川,送法下乡,法治乡村,牵头"), ("云川 2024 年送法下乡", "云川2024年送法下乡"), ("送 法 下 乡 谁 牵 头", "送法下乡谁牵头"), ("送法下乡 谁牵头", "送法下乡,谁牵头"),
    ("河湖巡查哪些单位配合水利局", "河湖巡查除水利局外还有哪些配合单位"), ("配合市农业农村局的还有谁", "除市农业农村局外还有哪些配合单位"), ("哪些单位配合", "哪些单位配合"),
])  # fmt: skip
def test_questions_are_tidied(typed: str, read: str) -> None:
    assert tidy(typed) == read


@pytest.mark.parametrize("cells, work", [
    (("7", "失能老年人", "护理补贴", "每人每月80元。", "区民政局", "区财政局、各镇街"), "失能老年人\t护理补贴\t每人每月80元。"),
    (("1", "建设综合服务站200个", "", "市数据管理局", "市邮政管理局等"), "建设综合服务站200个"), (("3", "市教育局"), "市教育局"),
])  # fmt: skip
def test_the_work_of_a_row_is_what_its_cells_say_but_bodies(cells: tuple[str, ...], work: str) -> None:
    text = "\t".join(cells)
    assert work_of(Clause("a#一/7", "a", None, "一/7", "7", "row", None, text, ((0, len(text)),), 1, 1)) == work


@pytest.mark.parametrize("question, text, found", [
    ("建200个站点的事", "建设综合服务站200个", ["200个"]), ("15秒接通率92%", "15秒接通率达到92%以上", ["15秒", "92%"]), ("2024年的事", "2024年底前", []), ("20个站点", "120个站点", []), ("第9项", "9项", []), ("再补8万", "每部再补助8万元", ["8万"]), ("PM2.5目标25微克", "PM2.5浓度31微克", []),
])  # fmt: skip
def test_figures_that_question_and_clause_share(question: str, text: str, found: list[str]) -> None:
    assert figures_of(question, text) == found


@pytest.mark.parametrize("sentence, names", [
    ("县级民政部门要按照台账管理的要求，将设施纳入日常巡查。", ("县级民政部门",)), ("（三）市水利局、市财政局应当会同有关方面核定补助。", ("市水利局", "市财政局")), ("群众要按照程序申请。", ()),
])  # fmt: skip
def test_a_body_at_the_head_of_a_sentence_acts(sentence: str, names: tuple[str, ...]) -> None:
    assert tuple(n for a in actors(sentence) for n in a.names)[: len(names) or None] == names


@pytest.mark.parametrize("question, kind", [
    ("谁负责全市助餐的统筹，条例怎么写的", "responsible"), ("助餐由谁统筹写在条例第几条", "clause"),
])  # fmt: skip
def test_who_does_it_goes_before_how_it_is_put(question: str, kind: str, library: Library) -> None:
    assert library.ask(question)["kind"] == kind


def test_the_lead_of_a_part_is_told_of_that_part() -> None:
    sentence = "建立联席会议制度，由省民政厅牵头负责助餐服务，省医保局牵头负责长期护理，省财政厅负责资金。"
    assert [a.names for a in actors(sentence) if a.role == "lead"] == [("省民政厅",), ("省医保局",)]
    topic = Topic("长期护理", ("长期护理",), (Part("长期护理", (), 5.0, True),), (("长期", 3.0), ("护理", 3.0)))
    first, last = (a for a in actors(sentence) if a.role == "lead")
    assert weight(around(sentence, first), topic) < weight(around(sentence, last), topic)


@pytest.mark.parametrize("word, text, near", [("投洽会", "办好投资贸易洽谈会", True), ("投洽会", "投入很大，洽谈不多，会后再说", False)])
def test_an_abbreviation_that_is_nowhere_is_read_loosely(word: str, text: str, near: bool) -> None:
    assert (partly(Part(word, (), 5.0, False), text, "") > 0.5) is near


@pytest.mark.parametrize("stretch, text, one", [("发住房租赁补贴", "发放租赁补贴。全年310户。", True), ("医院住房租赁补贴", "发放租赁补贴。全年310户。", False)])
def test_the_end_of_a_compound_says_it_in_a_short_clause(stretch: str, text: str, one: bool) -> None:
    words = (Part(stretch[:-2], (), 5.0, True), Part("补贴", (), 4.0, True))
    assert as_one(Topic(stretch, (stretch,), words, ()), text, "", "") is one
