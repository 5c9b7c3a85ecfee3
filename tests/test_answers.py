"""Answers rest on their evidence, and what is not in the knowledge base is not answered."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support_library import sample_library
from test_understanding import CASES

from cli.main import run
from index.asking.measures import asks_money, wanted_measure
from index.asking.moments import moments, stated
from index.asking.telling import corrected
from index.asking.twofold import also, parted
from index.asking.wording import wording
from index.library import Library
from index.matching.spoken import meanings
from index.matter.amounts import brief, point, stating
from index.matter.cells import stated_cell
from index.matter.figures import figure_pattern, has_figure
from index.matter.oneness import as_one
from index.matter.parts import Part, Topic, partly
from index.matter.topic import Fit
from index.matter.topic import _order as in_order
from index.matter.topic import together as closeness
from index.replies.places import _figured as figured
from index.replies.prose import actors
from index.tokens import bare
from kb.errors import UsageError
from kb.frozen import replace
from kb.model import Clause
from kb.regions import use_own

Row = dict[str, Any]
GOLD = [json.loads(line) for line in (Path(__file__).parent / "quality" / "gold" / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
QUESTIONS = list(dict.fromkeys([g["question"] for g in GOLD] + [c["question"] for c in CASES] + [q for k in wording().kinds for q in (*k.example, *k.counter)]))
PLACES = ("谷禾", "谷禾市", "松屏市", "苇溪县", "云亭县", "澜川省", "")
STRANGE_TOPICS = (
    "殡葬改革", "高铁站建设", "义务植树", "网约车管理", "马拉松赛事", "校园足球", "碳排放交易", "垃圾填埋场选址", "二手房交易税", "宅基地审批", "航道疏浚", "烟花爆竹禁放", "共享单车投放",
    "幼儿园招生", "中考体育", "驾照换证", "出租车份子钱", "畜禽粪污", "水库移民", "文物修缮", "电影票房", "期货交割", "跨境电商退税", "农机跨区作业", "光伏并网", "芯片封测", "海洋牧场", "滑雪场许可",
    "卫星发射", "彩票发行", "军队转业", "侨资企业", "渔船燃油", "稀土开采", "古树名木", "地铁票价", "机场扩建", "低空飞行", "无人机登记", "宠物免疫",
)  # fmt: skip
STRANGE_UNITS = (
    "气象局", "林业局", "海关", "地震局", "体育局", "外事办", "烟草专卖局", "邮政管理局", "粮食和物资储备局", "文物局", "广播电视局", "统计局", "信访局", "档案局", "侨联", "科协", "文联", "贸促会",
    "铁路局", "海事局", "供销社", "水利局", "生态环境局", "农业农村局",
)  # fmt: skip
ASK_TOPIC = ("{p}{t}由谁牵头", "{p}{t}哪个局牵头？", "{p}的{t}归哪个部门管", "{t}，{p}责任单位有哪些", "请问{p}{t}谁负责", "{p}{t}目标是多少", "{p}{t}标准是多少钱", "{p}{t}什么时候完成", "{p}对{t}怎么规定", "{p}{t}依据省里哪一条")
ASK_UNIT = ("{p}{u}牵头什么任务", "{p}{u}负责哪些工作", "{p}{u}有哪些任务", "{p}{u}一共牵头多少项", "{p}{u}参与了哪几项")


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    found = sample_library()
    yield found
    found.close()
    use_own(None)


def grounds(answer: Row) -> str:
    """All that the evidence shows, bare."""
    return bare("\n".join(f"{e['title']}\n{e['path']}\n{e['quote']}" for e in answer["evidence"]))


def unfounded(library: Library, answer: Row) -> list[str]:
    """What an answer states that does not stand in its evidence."""
    shown = grounds(answer)
    out = [u["printed"] for u in answer["units"] if bare(u["printed"]) not in shown]
    text = re.sub(r"第 [^ ]{1,12} 项|对应 \d+ 个单位|共 \d+ [项家]|共有? ?\d+ [份项](?:任务)?|[一-龥]{2,4} \d+ 项（[^）]*）", "", answer["answer"])
    for title in re.findall(r"《([^《》]{4,90})》", text):
        out += [title for part in title.split("…") if part and bare(part) not in shown]
    text = re.sub(r"《[^《》]*(?:《[^《》]*》[^《》]*)?》[^：“，。；]*", "", text)
    out += [quote for quote in re.findall(r"“([^“”]{4,})”", text) if not all(bare(part) in shown for part in quote.split("…"))]
    stated = [m.group() for m in figure_pattern().finditer(text) if re.search(r"[0-9]", m.group())]
    out += [f for f in stated if bare(f) not in shown and not re.search(rf"（[0-9-]*{re.escape(f)}|{re.escape(f)}[-0-9]*）", text) and not dated(f, shown) and not measured(f, shown)]
    return out


def measured(figure: str, shown: str) -> bool:
    """Whether a figure of a table stands for one whose measure the head or name in the table gives: 47.3 under 占比（%）, 1200 beside 件."""
    found = re.fullmatch(r"([0-9.]+)([^0-9.]{1,4})", figure)
    return found is not None and found.group(1) in shown and re.search(rf"[（(\t\n]{re.escape(found.group(2))}[）)\t\n]", shown) is not None


def dated(figure: str, shown: str) -> bool:
    """Whether a part of a date as the records write it stands for one that is printed with Chinese figures or a line break."""
    return re.fullmatch(r"[0-9]{1,4}[年月日]?", figure) is not None and re.search(r"[〇○零一二三四五六七八九十]{4}年", shown) is not None


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_fact_stands_in_evidence(question: str, library: Library) -> None:
    answer = library.ask(question)
    if not answer["answered"]:
        assert answer["reason"] and answer["answer"]
        assert not answer["units"] and not answer["tasks"]
        return
    if answer["kind"] != "count":
        assert answer["evidence"]
    assert unfounded(library, answer) == []
    shown = {e["id"].split("@")[0].split("#")[0] for e in answer["evidence"]} | {e["document"] for e in answer["evidence"]}
    assert {c.split("#")[0] for c in answer["clauses"]} <= shown


@pytest.mark.parametrize("question", [g["question"] for g in GOLD])
def test_quotations_are_the_words_of_the_source(question: str, library: Library) -> None:
    for e in library.ask(question)["evidence"]:
        clause = library.store.one(Clause, e["id"])
        source = library.store.source(e["source"]["file"])
        assert source is not None
        lines = "\n".join(source.text.split("\n")[e["source"]["start_line"] - 1 : e["source"]["end_line"]])
        held = bare(clause.text) if clause is not None else bare(lines)
        assert bare(e["quote"]) in held
        assert set(bare(e["quote"])) <= set(bare(lines)), "no character that does not stand on these lines"


def test_nothing_strange_is_answered(library: Library) -> None:
    chance = random.Random(7)
    questions: dict[str, None] = {}
    while len(questions) < 1000:
        place = chance.choice(PLACES)
        if chance.random() < 0.6:
            questions[chance.choice(ASK_TOPIC).format(p=place, t=chance.choice(STRANGE_TOPICS) + chance.choice(("", "工作", "项目", "试点")))] = None
        else:
            questions[chance.choice(ASK_UNIT).format(p=place or "谷禾", u=chance.choice(STRANGE_UNITS))] = None
    printed = {p for (p,) in library.store.rows("SELECT DISTINCT printed FROM assignments")}
    there = [u for u in STRANGE_UNITS if any(p.endswith(u) for p in printed)]
    wrong = [q for q in questions if not any(u in q for u in there) and (a := library.ask(q))["answered"] and a["kind"] != "count"]
    assert wrong == []


@pytest.mark.parametrize("question, reason, nearest", [
    ("衡阳市老年助餐由谁牵头", "没有湖南省衡阳市", ""), ("谷禾市气象局牵头什么任务", "气象局", ""), ("谷禾市殡葬改革谁牵头", "殡葬改革", "查过的文件："),
    ("澜发〔2022〕60号讲了什么", "澜发〔2022〕60号", "最接近的"), ("谷禾清单第88项由谁牵头", "88", "43"), ("澜川省社区养老服务条例第八十条怎么规定", "80", "第二十八条"),
    ("谷禾市养老服务条例第三条是什么", "条例", "最接近的"), ("谷禾长护险试点谁提供数据", "提供数据", "最接近的"), ("谁牵头", "哪项工作", "请说出工作的名称"), ("云亭县适老化改造什么时候完成", "数字或时限", ""),
])  # fmt: skip
def test_a_refusal_says_what_is_missing_and_what_is_nearest(question: str, reason: str, nearest: str, library: Library) -> None:
    answer = library.ask(question)
    assert not answer["answered"]
    assert reason in answer["reason"]
    assert nearest in answer["answer"]


@pytest.mark.parametrize("question, reason, nearest", [
    # what the last character makes of a word, and what is asked of a thing, are part of the matter
    ("谷禾健康码谁牵头", "健康码", ""), ("谷禾养老院长谁管", "养老院长", ""), ("谷禾老年助餐点名单有哪些", "老年助餐点", ""), ("谷禾专栏8-8是什么", "专栏8-8", ""),
    # documents of another year or kind, laws, chapters, paragraphs, items
    ("澜川省2019年社区养老服务工作要点写了什么", "2019年", "2023年"), ("渔业机械促进法第三条怎么规定", "渔业机械促进法", ""), ("老年体育法典第三条怎么规定", "老年体育法典", ""), ("养老公司法第三条怎么规定", "养老公司法", ""),
    ("云亭县智慧养老示范实施方案第几条讲助餐", "智慧养老示范实施方案", "实施细则"), ("澜川省养老护理条例什么时候施行", "养老护理", ""),
    ("澜川省社区养老服务条例第九章讲什么", "第九章", "章"), ("澜川省社区养老服务条例第二条第九款是什么", "第二条第九款", "第二十八条"), ("谷禾清单第101项是什么", "101", "43"),
    ("谷禾清单完成情况如何", "完成情况", ""),
    # bodies that a clause does not name, that are not there, whose tasks are others
    ("谷禾市消防支队的电话在哪里", "电话", ""), ("谷禾市第二医院负责什么", "第二医院", ""), ("谷禾市残联的助餐任务有哪些", "助餐", "它的任务有"), ("谷禾市殡仪馆有哪些任务", "殡仪馆", ""),
    # figures of another time or measure
    ("澜川2031年护理型床位占比要达到多少", "别的时间", "2025年"), ("谷禾助餐点要建多少亩", "助餐点", ""),
    # parts, items above a hundred; where else the matter or the body is
    ("谷禾方案第九部分是什么", "第九部分", "最后一部分是"), ("澜川省社区养老服务条例第一百零三条", "103", "第二十八条"),
    ("澜川省独居老人门磁烟感由谁牵头", "门磁烟感", "澜川省谷禾市的文件写到了"), ("苇溪县气象局牵头什么任务", "气象局", "查过那里有任务的"), ("松屏市红十字会负责什么", "红十字会", "谷禾市红十字会"),
])  # fmt: skip
def test_what_only_looks_as_if_it_were_there_is_refused(question: str, reason: str, nearest: str, library: Library) -> None:
    answer = library.ask(question)
    assert not answer["answered"], answer["answer"]
    assert reason in answer["reason"]
    assert nearest in answer["answer"]


def test_a_body_that_is_taken_for_the_leader_is_denied(library: Library) -> None:
    assert library.ask("谷禾气象局牵头的时间储蓄有哪些责任单位")["answer"].startswith("不是谷禾气象局牵头，由团市委牵头（")
    assert not library.ask("谷禾团市委牵头的时间储蓄有哪些责任单位")["answer"].startswith("不是")


def test_a_lead_of_one_point_is_not_the_lead_of_the_whole(library: Library) -> None:
    assert library.ask("云亭县适老化改造由谁牵头")["answer"].startswith("文件没有为整件事写明由谁负责，只在其中一处写明：由县民政局牵头（")
    assert library.ask("谷禾时间储蓄由谁牵头")["answer"].startswith("由团市委牵头（")


def test_nobody_leads_on_a_guess(library: Library) -> None:
    for question in [q for q in QUESTIONS if "牵头" in q]:
        answer = library.ask(question)
        if answer["answered"] and answer["kind"] == "leads" and not any(u["role"] == "lead" for u in answer["units"]):
            assert "没有写明由谁牵头" in answer["answer"]
            assert not re.search(r"由[^，。]{2,30}牵头（", answer["answer"])


@pytest.mark.parametrize("question, begins", [
    ("谷禾独居老人门磁烟感是民政局牵头吗", "不是民政局，"), ("谷禾“时间储蓄”志愿服务，牵头的是团市委吗？", "是的，"),
])  # fmt: skip
def test_a_unit_that_is_proposed_is_confirmed_or_denied(question: str, begins: str, library: Library) -> None:
    assert library.ask(question)["answer"].startswith(begins)


@pytest.mark.parametrize("question", ["", "  ", "？？？", "，。！", "长" * 501])
def test_what_is_no_question_is_refused(question: str, library: Library) -> None:
    with pytest.raises(UsageError):
        library.ask(question)


def test_following_commands_work(library: Library) -> None:
    tried: set[str] = set()
    for question in [g["question"] for g in GOLD][::6]:
        for command in library.ask(question)["more"]:
            words = command.split()
            if "--xlsx" in words or words[1] in tried or words[2:] == ["文档", "文档"]:
                continue
            tried.add(words[1])
            assert run([*words[1:], "--kb", str(library.folder.parent)]) in (0, 1), command
    assert tried >= {"show", "tasks"}


TOPIC = Topic("护理床位占比", ("护理床位占比",), (Part("护理床位", (), 3.0, True), Part("占比", (), 2.0, True)), (("护理", 2.0), ("床位", 2.0), ("占比", 2.0)))


@pytest.mark.parametrize("text, wanted", [
    ("到2030年建成3家机构，护理床位占比达到61%以上，其中公办机构不低于70%。", "护理床位占比达到61%以上"),
    ("护理床位占比逐步提高。新增床位200张。", "新增床位200张"),
])  # fmt: skip
def test_the_figure_is_printed_as_it_stands(text: str, wanted: str) -> None:
    sentence, _ = stating(text, "", TOPIC, "护理床位占比要到多少")
    assert sentence in text
    assert point(sentence, TOPIC, "护理床位占比要到多少") == wanted


@pytest.mark.parametrize("text, together", [
    ("提高护理床位占比。", 1.0),
    ("新增护理床位。按期公布名册，接受各方监督，县里每季度抽查一次结果。其他事项的占比另行规定，逐年核定并公布，由各镇街上报汇总，县里审定后执行，并向社会公开，接受监督和评议，确保落实到位，不得拖延，不得虚报。", 0.6),
])  # fmt: skip
def test_words_far_apart_do_not_say_the_matter(text: str, together: float) -> None:
    clause = Clause("a#一", "a", None, "一", "一", "section", None, text, ((0, len(text)),), 1, 1)
    assert closeness(TOPIC, clause) == together


def test_spoken_words_reach_what_is_printed() -> None:
    assert "厕所革命" in {o.text for o in meanings("改厕")}
    assert "残疾儿童康复" in {o.text for o in meanings("残疾娃康复")}


@pytest.mark.parametrize("text, there", [("“四个不摘”要求", False), ("每年不少于2次", True), ("全覆盖", True), ("逐步提高", False), ("按6:3:1分担", True), ("一次性补助", False), ("第十一条规定", False), ("拨打“12345”热线", False), ("市县两级部门", False), ("培训“3000”人次，至少2次", True), ("达到八成", True), ("01\t小额信贷\t02\t其他", False)])
def test_figures_are_told_from_names(text: str, there: bool) -> None:
    assert has_figure(text) is there


@pytest.mark.parametrize("question, text, fits", [
    ("渐退期最长多久", "不超过一年", True), ("渐退期最长多久", "每组3人", False), ("多久排查一次", "每年2次", True), ("每年排查几次", "每年2次", True), ("补多少钱", "补3000元", True), ("补多少钱", "建3个", False), ("什么时候完成", "6月底前", True), ("比例是多少", "占30%", True), ("多少个镇", "18个镇", True), ("多少个镇", "18个村", False),
    ("要转化多少成果、办多少家企业", "企业100家", True), ("要转化多少成果、办多少家企业", "增收三成", False), ("每名学员资助多少万", "资助学员20名", False), ("每名学员资助多少万", "给予2万元", True),
    ("新评景区奖多少", "奖励100万元", True), ("上线多少门课", "课程50门", True), ("哪个月前修完", "6月底前", True), ("投诉受理多少条", "受理42件", True), ("几时到八成", "2025年底前", True),
])  # fmt: skip
def test_the_measure_asked_for(question: str, text: str, fits: bool) -> None:
    pattern = wanted_measure(question)
    assert pattern is not None and (pattern.search(text) is not None) is fits


SHARES = "2021年护理床位占比达到32%，其中公办机构不低于41%，确保到“十四五”期末分别达到56%以上、不低于63%。"


@pytest.mark.parametrize("text, question, wanted", [
    (SHARES, "护理床位占比十四五末要到多少", "确保到“十四五”期末分别达到56%以上、不低于63%"),
    (SHARES, "到2025年护理床位占比是多少", "确保到“十四五”期末分别达到56%以上、不低于63%"),
    (SHARES, "护理床位占比2021年是多少", "2021年护理床位占比达到32%"),
    ("护理床位占比2022年底达到32%，2025年底前达到50%，到二〇三五年达到80%", "护理床位占比2025年底达到多少", "2025年底前达到50%"),
    ("护理床位占比2022年底达到32%，2025年底前达到50%，到二〇三五年达到80%", "2035年护理床位占比是多少", "到二〇三五年达到80%"),
    ("护理床位占比2022年、2023年分别达到32%、40%，2025年底前达到50%", "护理床位占比2022年多少", "2022年、2023年分别达到32%、40%"),
    ("建助餐点5个、示范点9个，分别给予每个10万元、4万元的补助", "示范点每个补多少万", "建助餐点5个、示范点9个，分别给予每个10万元、4万元的补助"),
    ("“十四五”期间新增护理床位480张，其中2022年新增120张，护理床位占比到2025年达到50%。", "2022年新增护理床位多少张", "其中2022年新增120张"),
    ("护理床位占比达到32%（2022年）、50%（2025年）", "护理床位占比2025年多少", "50%（2025年）"),
])  # fmt: skip
def test_the_figure_is_of_the_time_asked_for(text: str, question: str, wanted: str) -> None:
    assert point(text, TOPIC, question) == wanted


@pytest.mark.parametrize("text, years", [
    ("新增2000个", []), ("澜发2022年6号文", []), ("〔2021〕6号", []), ("“十四五”规划", [(2021, 2025)]), ("十四五末", [(2025, 2025)]), ("2021-2025年", [(2021, 2025)]),
    ("2025年6月底前", [(2025, 2025)]), ("二〇三五年", [(2035, 2035)]),
])  # fmt: skip
def test_times_are_told_from_counts_and_numbers(text: str, years: list[tuple[int, int]]) -> None:
    assert [(m.first, m.last) for m in moments(text)] == years


AIMS = "主要指标\n\n序号\t指标\t2020年\t2025年\t属性\n1\t助餐点（个）\t300\t900\t预期性\n2\t护理床位占比（%）\t41 <sup>①</sup>\t≥56\t约束性"
YEARS = "年度\t护理床位占比（%）\t助餐点（个）\n2016\t12\t58\n2017\t15\t97"


@pytest.mark.parametrize("text, question, names, figure", [
    (AIMS, "护理床位占比2020年是多少", ("护理床位占比（%）", "2020年"), "41"),
    (AIMS, "护理床位占比十四五末要到多少", ("护理床位占比（%）", "2025年"), "≥56"),
    (AIMS, "护理床位占比目标", ("护理床位占比（%）", "2025年"), "≥56"),
    (YEARS, "2017年护理床位占比是多少", ("2017", "护理床位占比（%）"), "15"),
])  # fmt: skip
def test_the_cell_is_of_the_row_and_time_asked_for(text: str, question: str, names: tuple[str, ...], figure: str) -> None:
    cell = stated_cell(text, TOPIC, question)
    assert cell is not None
    assert (cell.names, cell.figure) == (names, figure)
    assert cell.lines in text


def test_a_sentence_of_the_time_but_of_another_matter_is_no_answer() -> None:
    assert stating("到2025年，自来水普及率达到88%。", "", TOPIC, "护理床位占比到2025年是多少") == ("", 0.0)


GRANTS = "序号\t奖补事项\t计量单位\t标准\t分值\t兑现部门\n1\t评上示范\t\t最高8万元\t6\t示例局\n2\t助餐点\t个\t300\t4\t示例局"


@pytest.mark.parametrize("word, question, told", [
    ("助餐点", "助餐点标准是多少", "助餐点，标准：300个"),
    ("助餐点", "助餐点的标准和兑现部门", "助餐点：标准300个，兑现部门示例局"),
    ("示范", "评上示范奖多少", "评上示范，标准：最高8万元"),
])  # fmt: skip
def test_cells_are_told_with_their_rows_and_columns(word: str, question: str, told: str) -> None:
    topic = Topic(word, (word,), (Part(word, (), 3.0, True),), ((word[:2], 1.0),))
    cell = stated_cell(GRANTS, topic, question)
    assert cell is not None
    assert cell.told(question) == told


QUARTERS = "序号\t事项\t第一季度\t第二季度\t第三季度\t责任单位\n1\t助餐点30处\t完成选址\t建成12处\t累计建成24处\t示例局"
PLACES = "县（区）\t助餐点（个，不少于）\t床位（张）\n云亭县\t40\t300\n苇溪县\t55\t260"


@pytest.mark.parametrize("text, words, question, told", [
    (QUARTERS, ("助餐点",), "助餐点到二季度末、三季度末分别建多少处", "助餐点30处：第二季度建成12处，第三季度累计建成24处"),
    (QUARTERS, ("助餐点",), "助餐点上半年建成多少处", "助餐点30处，第二季度：建成12处"),
    (PLACES, ("苇溪", "助餐点"), "苇溪助餐点要多少个", "苇溪县，助餐点（个，不少于）：55个"),
    (PLACES, ("苇溪", "助餐点", "床位"), "苇溪助餐点要多少个、床位多少张", "苇溪县：助餐点（个，不少于）：55个，床位（张）：260张"),
    (PLACES, ("助餐点",), "助餐点要多少个", None),  # the figure of each county is none of the city
])  # fmt: skip
def test_columns_of_quarters_and_rows_of_places(text: str, words: tuple[str, ...], question: str, told: str | None) -> None:
    topic = Topic("".join(words), words, tuple(Part(word, (), 3.0, True) for word in words), ())
    cell = stated_cell(text, topic, question)
    assert (cell.told(question) if cell is not None else None) == told


@pytest.mark.parametrize("question, parts", [
    ("家庭床位到2025年要多少张，国家呢？", ("家庭床位到2025年要多少张", "国家")),
    ("助餐点要建多少个？家庭床位呢", ("助餐点要建多少个", "家庭床位")),
    ("助餐点要建多少个呢", None),
    ("助餐点由谁牵头，松屏呢", None),
])  # fmt: skip
def test_the_same_is_asked_of_another(question: str, parts: tuple[str, str] | None) -> None:
    assert also(question) == parts


def test_the_year_that_a_change_is_measured_from_is_none_of_the_figure() -> None:
    assert [m.first for m in stated("到2025年，能耗比2020年下降14%，较2019年多降1个百分点")] == [2025]


def test_running_text_has_no_cells() -> None:
    assert stated_cell("2021年护理床位占比达到32%。", TOPIC, "护理床位占比多少") is None


@pytest.mark.parametrize("question, begins", [
    ("澜川省老年助餐点十四五末要达到多少个", "澜川省：老年助餐点数量（个），2025年：8000个（"), ("规划里2020年护理型床位占比是多少", "养老机构护理型床位占比（%），2020年：47.3%（"),
    ("2018年全省新建社区站点多少个", "2018，新建社区站点（个）：1925个（"), ("规划中2024年新增老年助餐点多少个", "新增老年助餐点（个），2024年：1600个（"), ("谷禾助餐点2022年要建多少个", "新增200个（"),
    ("2023年全省签约率多少", "82%（"), ("谷禾市家庭照护床位2023年底前要设多少张", "1200张（"), ("委托运营合同最长不能超过几年", "不超过10年（"),
])  # fmt: skip
def test_figures_of_a_time_over_the_samples(question: str, begins: str, library: Library) -> None:
    answer = library.ask(question)
    assert answer["answer"].startswith(begins)
    assert unfounded(library, answer) == []


@pytest.mark.parametrize("question, leads", [("谷禾长护险由谁牵头", "市医保局"), ("谷禾市卫健委和医保局谁牵头长护险", "市医保局")])
def test_short_names_of_insurances(question: str, leads: str, library: Library) -> None:
    assert [u["printed"] for u in library.ask(question)["units"] if u["role"] == "lead"] == [leads]


def test_several_units_are_answered_each(library: Library) -> None:
    answer = library.ask("谷禾市市场监管局和市商务局分别负责什么")
    assert [line.split("任务")[0] for line in answer["answer"].split("\n")] == ["市市场监管局", "市商务局"]
    assert {u["printed"] for u in answer["units"]} == {"市市场监管局", "市商务局"}
    assert unfounded(library, answer) == []


def test_a_list_behind_a_figure_is_printed_whole(library: Library) -> None:
    answer = library.ask("苇溪县多久开展一次联合检查")["answer"]
    assert answer.startswith("每季度至少一次（")
    assert "每季度至少开展一次消防、建筑、食品、医疗卫生安全联合检查" in answer


@pytest.mark.parametrize("said, question, wanted", [
    ("2022—2025年每镇每年按300万元的标准安排资金,由市县两级财政按照7:3比例分担", "每个镇安排多少钱，市县怎么分担", "每镇每年300万元，7:3"),
    ("2021—2025年每村每年按8万元的标准筹集", "每个村一年筹多少", "每村每年8万元"),
    ("各社区每季度组织巡访不少于2次（遇汛期加1次）", "多久巡访几次", "每季度不少于2次（遇汛期加1次）"),
    ("各社区每年组织巡访不少于2次", "一年巡访几次", "不少于2次"),  # the question says of what time
    ("各乡镇每年至少开展一次集中演练", "演练一年几次", "每年至少一次"),
    ("每学期至少开展一次演练", "几次", "每学期至少一次"),
    ("每年有需要的老年人服务率达到85%以上", "服务率多少", "85%以上"),  # the year counts the old people
    ("12个工作日内办结", "几天办结", "12个工作日内"),
    ("其中2024年新增150张", "新增多少张", "新增150张"),
    ("分别达到50%以上、不低于8%", "比例多少", "分别达到50%以上、不低于8%"),  # two figures in one: as it is
    ("2024年6月底前完成", "什么时候完成", "2024年6月底前"),
    ("对80周岁以上老人每餐补贴3元", "补多少钱", "每餐3元"),
    ("人均6500元，低于6500元的纳入", "多少元", "6500元"),
])  # fmt: skip
def test_a_figure_is_given_in_short(said: str, question: str, wanted: str) -> None:
    assert brief(said, question) == wanted


COMPOUND = Topic("助餐点停车", ("助餐点停车",), (Part("助餐点", (), 4.0, True), Part("停车", (), 3.0, True)), (("助餐", 2.0), ("停车", 2.0)))
LISTED = Topic("社区药店", ("社区药店",), (Part("社区", (), 2.0, True), Part("药店", (), 3.0, True)), (("社区", 2.0), ("药店", 2.0)))
THREE = Topic("护理员车票补贴", ("护理员车票补贴",), (Part("护理员", (), 4.0, True), Part("车票", (), 4.0, True), Part("补贴", (), 3.0, True)), (("车票", 2.0),))


@pytest.mark.parametrize("topic, text, head, one", [
    (COMPOUND, "在助餐点周边划定停车位。", "", True),
    (COMPOUND, "办好助餐点，方便老人。", "", False),  # the thing itself is not said
    (COMPOUND, "办好助餐点，方便老人，拓宽街巷，规范停车。", "", False),  # a short word far from the other
    (COMPOUND, "拓宽街巷，增设设施，规范停车。", "助餐点建设", True),  # what the heading says is near everything
    (LISTED, "设备配到社区、药店、学校。", "", False),  # a list of things is no compound
    (LISTED, "在社区开办药店。", "", True),
    (THREE, "对护理员发放补贴。", "", False),  # the kind is not said either: a word in the middle is missing
    (THREE, "给护理员发车票，另有补贴。", "", True),
])  # fmt: skip
def test_a_compound_is_said_as_one_thing(topic: Topic, text: str, head: str, one: bool) -> None:
    assert as_one(topic, text, head, "") is one


@pytest.mark.parametrize("word, forms, text, said", [
    ("人口普查", (), "常住人口较少的村，由镇里开展排查。秋季完成房屋普查。", 0.375),  # both halves, but not of one thing
    ("百岁老人", ("百岁老年人",), "对百岁以上老年人发放津贴", 0.75),
    ("小额信贷", (), "发放小额信用贷款", 0.75),
    ("长护险", (), "长期护理保险", 0.75),
])  # fmt: skip
def test_a_word_may_be_said_in_two_pieces_of_one_sentence(word: str, forms: tuple[str, ...], text: str, said: float) -> None:
    assert partly(Part(word, forms, 5.0, True), text, "") == said


@pytest.mark.parametrize("question, held, other", [
    ("2023年底前谷禾要完成什么", "1200张", "300元"),  # of that time alone
    ("松屏市2022年要做到哪些", "编制完成社区养老服务设施专项规划", "620个"),
    ("谷禾市任务清单里有哪些指标", "350平方米", ""),
    ("2022年底前省里要求完成哪些事", "省级2022年底前", "施行"),  # when a document is in force is nothing to be done
    ("专项规划由谁批准", "由设区的市人民政府批准", ""),  # running text says it, no list
    ("社区养老服务是指什么", "是指依托社区", ""),
    ("什么叫家庭照护床位", "上门提供护理服务", ""),  # not the heading alone
    ("时间银行是哪里先提的", "倡导邻里互助和志愿服务", ""),
    ("澜发6号文是哪年的", "2022年4月18日", ""),
    ("澜发那个6号文啥时候发的", "2022年4月18日", ""),
    ("养老护理员培训国家多少人、省里多少人", "5万人次", ""),
    ("护理型床位占比，国家60还是省里60", "不低于55%", ""),
    ("高龄津贴谷禾多少钱一个月", "300元", ""),
    ("助餐点一年查几次", "每季度至少检查一次", "一次性补助"),  # once and for all is no frequency
    ("谁给独居老人装烟感", "市委政法委", ""),
    ("条例什么时候开始实行", "2022年3月1日", ""),
    ("谷禾任务清单第二部分讲什么", "扩大老年助餐服务覆盖", ""),  # a heading alone is given with those below it
    ("省里每年新建几个综合养老服务中心，补多少", "每年至少2个，每个50万元", ""),  # both that is asked
    ("谷禾家庭照护床为由谁牵头", "市民政局牵头", ""),  # one wrong character
    ("规划第二章第一节说了啥", "改造老旧小区", ""),
    ("八条措施第三条内容", "三、", ""),
    ("适老化改造，省里和谷禾的任务量差多少", "6500户", ""),  # not the heading alone
    ("云亭县适老化改造补助跟苇溪县比哪个高", "每户不超过4000元", "苇溪县：480户"),  # households are no money
    ("条例第三章规定了什么", "第十二条至第十六条", ""),
    ("助餐补贴，省、市两级各怎么讲", "每餐补贴", "“问："),  # an interviewer's question says nothing
])  # fmt: skip
def test_what_is_asked_in_other_words(question: str, held: str, other: str, library: Library) -> None:
    answer = library.ask(question)
    assert answer["answered"]
    assert bare(held) in bare(answer["answer"])
    assert not other or bare(other) not in bare(answer["answer"])
    assert unfounded(library, answer) == []


@pytest.mark.parametrize("question", ["规划的实施评估由谁负责", "松屏征求意见稿的文号由谁牵头", "澜川省哪些部门联合发的通知", "家庭照护床位谷禾和苇溪的规定"])
def test_what_nobody_is_named_for_is_refused(question: str, library: Library) -> None:
    assert not library.ask(question)["answered"]


@pytest.mark.parametrize("question, held", [
    ("社区养老服务的主管部门", "民政部门主管"),
    ("专项规划由谁批准", "设区的市人民政府"),
])  # fmt: skip
def test_running_text_says_who_where_no_list_does(question: str, held: str, library: Library) -> None:
    answer = library.ask(question)
    assert answer["answered"]
    assert held in answer["answer"] or any(held in e["quote"] for e in answer["evidence"])
    assert unfounded(library, answer) == []


def test_an_article_of_a_law_that_is_not_there_is_refused(library: Library) -> None:
    answer = library.ask("公司法第三章规定了什么")
    assert not answer["answered"]
    assert "公司法" in answer["reason"]


def fitting(path: str, text: str, fit: float) -> Fit:
    return Fit(Clause(f"d#{path}", "d", None, path, path, "item", None, text, ((0, len(text)),), 1, 1), 0, fit, 0.5, ())


def test_a_figure_of_something_else_is_no_figure_of_the_matter() -> None:
    words = tuple(Part(word, (), weight, True) for word, weight in (("鱼塘租金", 6.0), ("用于", 3.0), ("堤坝", 2.0)))
    topic = Topic("鱼塘租金用于堤坝比例", ("鱼塘租金用于堤坝比例",), words, ())
    plain = fitting("一", "鱼塘租金收支按规定调整，优先用于堤坝。", 0.47)
    other = fitting("二", "食堂预留30%以上的经费用于采购鲜鱼。", 0.28)
    near = fitting("三", "鱼塘租金每年拿出20%用于堤坝。", 0.45)
    question = "鱼塘租金用于堤坝的比例有什么不同"
    assert next(f.clause.path for f in figured([plain, other], topic, question)) == "一"
    assert next(f.clause.path for f in figured([plain, near, other], topic, question)) == "三"


def test_a_form_comes_behind_what_lays_the_matter_down() -> None:
    rule = fitting("一", "修缮鱼塘的补助由村委会公示。", 0.84)
    form = replace(fitting("二", "39. 鱼塘补助（选择项）", 0.97), form=True)
    assert sorted([form, rule], key=in_order) == [rule, form]
    assert sorted([replace(form, form=False), rule], key=in_order)[0].clause.path == "二"


@pytest.mark.parametrize(
    ("question", "asked"),
    [("协作资金今年要多少", True), ("堤坝经费一年投入多少", True), ("资金帮扶了多少人", False), ("资金用于产业的比例是多少个百分点", False), ("协作资金由谁管", False)],
)
def test_questions_for_money(question: str, asked: bool) -> None:
    assert asks_money(question) == asked


@pytest.mark.parametrize("question, says", [
    ("省民政厅印发的文件有几份", "库中共有 5 份省民政厅印发的文件"), ("云亭县政府办印发的文件有几份", "库中共有 2 份云亭县政府办印发的文件"),
    ("市教育局印发的文件有几份", "库中没有市教育局印发的文件"), ("库里有几份文件", "库中共有 27 份文件"),
])  # fmt: skip
def test_documents_are_counted_by_who_issued_them(question: str, says: str, library: Library) -> None:
    found = library.ask(question)
    assert says in (found["answer"] or "") + (found["reason"] or "")


@pytest.mark.parametrize("question, begins, held", [
    # bodies to choose between: the one that is printed, and which of the others is in the list
    ("谷禾长护险归医保还是民政管", "是市医保局，不是民政局（市民政局是责任单位）", "第 27 项"), ("谷禾助餐点食品检查是商务局牵头还是财政局牵头", "商务局、财政局都不牵头，由市市场监管局牵头", "第 15 项"),
    # two questions in one
    ("谷禾家庭照护床位要设多少张，谁牵头", "1200张（", "由市民政局牵头"), ("谷禾养老用房配建标准是多少平方米，由住建还是自规牵头", "每百户不少于30平方米", "是市住建局，不是自规局"),
    ("家庭照护床位、助餐补贴谷禾分别由谁牵头", "家庭照护床位：由市民政局牵头", "助餐补贴：由市财政局牵头"),
    # taken back, and told of the asker
    ("松屏，哦不对，是谷禾，助餐点食品检查谁牵头", "由市市场监管局牵头", "第 15 项"), ("我们街道想问问，不是助餐补贴，我是说助餐点食品检查那块，谷禾哪个部门管", "《谷禾市贯彻落实", "牵头：市市场监管局"),
    # names of bodies
    ("谷禾市卫健委和市卫计委是一个单位吗", "是一个单位的前后两个名称", "库中文件没有写市卫计委"), ("谷禾市民政局和市残联是一个单位吗", "不是一个单位", "写作“市残联”"),
    # what is to be done by a time, documents called loosely
    ("哪些任务要在2022年底前完成", "库中文件2022年底前要完成或达到的共", "2022年11月底前编制完成"), ("那份任务清单一共多少项", "《谷禾市贯彻落实", "共 43 项任务"), ("补助资金那份措施哪条讲绩效", "《关于规范社区养老服务补助资金管理的八条措施", "绩效自评"),
    # what a place asks more
    ("苇溪县适老化改造比谷禾多要求了什么", "澜川省谷禾市苇溪县：", "完成改造480户"),
])  # fmt: skip
def test_questions_that_ask_more_than_one_thing(question: str, begins: str, held: str, library: Library) -> None:
    answer = library.ask(question)
    assert answer["answered"]
    assert answer["answer"].startswith(begins)
    assert held in answer["answer"]
    assert unfounded(library, answer) == []


@pytest.mark.parametrize("question, reason", [("养老护理员分几个等级", "分为几类"), ("农业养老担保公司由谁牵头", "农业养老担保公司"), ("谷禾殡仪服务归民政还是发改管", "殡仪服务")])
def test_a_neighbouring_thing_is_no_answer(question: str, reason: str, library: Library) -> None:
    answer = library.ask(question)
    assert not answer["answered"]
    assert reason in answer["reason"]


@pytest.mark.parametrize("sentence, role, names", [
    ("气象部门牵头监测暴雨、台风带来的风险", "lead", ("气象部门",)), ("支持由商会、骨干企业牵头，与农户组建联合体", "lead", ("商会", "骨干企业")),
    ("各级统计部门对其报送的数据真实性负责", "responsible", ("各级统计部门",)), ("镇级党委和政府要切实扛起防汛的政治责任", "responsible", ("镇级党委和政府",)),
    ("要成立由市委或市政府主要负责人为组长的领导小组", "responsible", ("市委或市政府主要负责人",)), ("由乡镇林业部门确定名单并录入系统", "responsible", ("乡镇林业部门",)),
    ("民政、统计、气象等部门要加强数据共享", "responsible", ("民政", "统计", "气象")), ("以村为单位组织开展排查", "", ()),
])  # fmt: skip
def test_running_text_names_who_leads_or_answers(sentence: str, role: str, names: tuple[str, ...]) -> None:
    found = actors(sentence)
    assert [(a.role, a.names) for a in found[:1]] == ([(role, names)] if role else [])


def test_taken_back_and_told() -> None:
    assert corrected("青禾，哦不对，是白榆，助餐谁管") == "白榆，助餐谁管"
    assert corrected("不是养老，我是说助餐谁管") == "助餐谁管"
    assert corrected("不是民政局牵头，那是谁") == "不是民政局牵头，那是谁"
    assert parted("助餐点建几个，谁牵头") == ("助餐点建几个，", "助餐点，谁牵头")
    assert parted("助餐点由谁牵头") is None


@pytest.mark.parametrize("question, tasks, held", [
    ("松屏市2023年底之前有哪些任务要完成", 6, "2.完成新建居住区养老服务用房配建情况普查。”（2023年3月底"),  # the column for the time
    ("苇溪县2022年底前要做完哪些事", 3, "其中2022年完成120户"),  # what no aim says
    ("松屏市2023年6月底之前要办完哪些任务", 3, "4.新增老年助餐点80个"),
    ("松屏市6月底前要完成哪些任务", 3, "2.完成新建居住区养老服务用房配建情况普查"),  # a month without a year
    ("2024年底前都要完成哪些任务", 3, "3.改造提升乡镇敬老院9所"),
    ("松屏市2023年第一季度要完成哪些任务", 1, "2023年3月底"),
    ("松屏市2023年上半年要做完哪些事", 3, "2023年6月底"),
    ("松屏市民政局2023年底前要完成哪些任务", 4, "牵头 2 项（1、4）"),  # a unit's
])  # fmt: skip
def test_all_that_is_due_by_a_time_is_listed(question: str, tasks: int, held: str, library: Library) -> None:
    answer = library.ask(question)
    assert f"共 {tasks} 项" in answer["answer"]
    assert held in answer["answer"]
    assert unfounded(library, answer) == []


@pytest.mark.parametrize("question, held", [
    ("社区养老服务用房应当符合哪些要求", "“（一）"),  # the items that the article introduces
    ("松屏市乡镇敬老院改造哪天前完成", "2024年底（"),  # the column for the time
    ("松屏探访行动什么时候完成", "长期坚持（"),
    ("擅自改变养老服务用房用途罚款多少", "处五万元以上二十万元以下罚款（"),  # the half of the sentence before says the offence
    ("侮辱老年人的机构罚多少", "处一万元以上三万元以下罚款（"),  # the item says the offence, its article the penalty
    ("违规骗取补助资金的怎么处理", "处一万元以上三万元以下罚款（"),  # a wrong, so 处理 is what is due for it
    ("私自改变养老服务用房用途怎么追责", "处五万元以上二十万元以下罚款（"),
    ("骗取补助资金会受到什么样的处罚", "处一万元以上三万元以下罚款（"),
    ("虐待老年人要承担什么法律责任", "处一万元以上三万元以下罚款（"),
    ("擅自改变养老用房用途的罚款标准", "处五万元以上二十万元以下罚款（"),
    ("松屏市配建情况普查期限", "2023年3月底（"),
    ("骗取补助资金会受什么处罚", "（二）骗取补助资金的"),
    ("二级活动场所补助几万元", "二级，年度补助（万元）：4万元（"),  # the row by its own name
    ("省级资金分配时任务完成情况占多少", "30%"),
    ("省里街道综合养老服务中心覆盖率2020年底子是多少，要提到多少，是约束性的吗", "2020年41.5%，2025年≥70%，属性约束性"),  # several columns of one row
    ("谷禾百岁老人一个月能拿多少", "每人每月不低于300元（"),
    ("骗取补助资金能罚多少钱", "处一万元以上三万元以下罚款（"),
    ("松屏百岁老人每月能领多少，什么时候发", "没有条款写明所问的时间。"),  # one of two is told
    ("谷禾助餐点哪年搞完、要建多少个", "900个"),
    ("澜川省什么时候召开联席会议", "每半年（"),  # what recurs
    ("谷禾市每季度什么时候报送进展情况", "每季度末月25日前（"),
    ("谷禾第14项跟省里的规定比有什么变化", "每餐补贴不低于2元"),  # an item by its number alone
])  # fmt: skip
def test_what_stands_in_columns_rows_and_halves(question: str, held: str, library: Library) -> None:
    answer = library.ask(question)
    assert held in answer["answer"]
    assert unfounded(library, answer) == []


@pytest.mark.parametrize("question, reason", [
    ("侵占助餐点罚多少", "助餐点"), ("松屏市妇联2023年底前要完成哪些任务", "2023年底前"), ("谷禾领导小组什么时候开会", "开会"), ("不签合同罚多少钱", "合同"), ("五级活动场所补助几万元", "活动场所"), ("谷禾第41项和国家比有什么变化", "第 41 项对应的条款"), ("谷禾第99项和省里比有什么变化", "99"),
])  # fmt: skip
def test_no_penalty_row_or_item_is_made_up(question: str, reason: str, library: Library) -> None:
    answer = library.ask(question)
    assert not answer["answered"], answer["answer"]
    assert reason in answer["reason"] and "“”" not in answer["reason"]
