"""What is particular to questions that compare or ask of several: places told by their number (两市一县), levels (省市县分别), what brackets explain, what is asked of the matter at its end, which measure is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.catalogue import Catalogue
from index.asking.measures import wanted_measure
from index.asking.wording import wording
from kb.numerals import to_int
from kb.regions import Place, level_of

LEVEL_OF = {"省": "provincial", "市": "municipal", "州": "municipal", "县": "county", "区": "county"}
LEFT = 2  # characters of a stretch that are left at least


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(r"(?:[一二两三四五六](?:个)?[省市县区州](?![一-龥]?[级域民场政委])){1,3}")


@cache
def asked_thing() -> re.Pattern[str]:
    """What is asked of each side: 是哪个城市来帮, 由哪些单位组成."""
    return re.compile(r"(?:又|分别|各)?(?:是|由|靠|归|跟|和|与)?哪(?:[一二两三几]?[个座家些])(?:大?城市|地方|地区|省份?|市|县|区|单位|企业|学校|高校|医院|机构)(?:来|去)?(?:负责)?(?:帮助|帮扶|帮|对口|结对|支援|牵头|组成|承担|管)?(?:的|呢)?")


def asks_place(question: str) -> bool:
    """Whether a question asks which city or place: 是哪个城市来帮."""
    if any(w in question for w in ("城市", "省份")) and re.search(r"(?:城市|省份)(?:分别|各|都|又)?(?:是|有|叫|为)?(?:哪|谁|什么)", question):
        return True
    found = asked_thing().search(question) if any(f"{c}{n}" in question for c in ("哪个", "哪些", "哪座", "哪几个", "哪一个") for n in ("城市", "大城市", "地方", "地区", "省", "市", "县")) else None
    return found is not None and any(w in found.group() for w in ("城市", "地方", "地区", "省", "市", "县"))


@cache
def _by_how_much() -> re.Pattern[str]:
    return re.compile(r"比[^，,。？?]{1,16}?(?:多|少|高|低|早|晚|长|短|快|慢|严|提前|推迟|提早|延后|缩短|延长|提高|降低)(?:了|出|要求)?(?:几|多少|多久|多长)")


def by_how_much(question: str) -> bool:
    """Whether a question asks by how much one side differs from another: 云川比省里多几名, 比国家提前多久."""
    return "比" in question and _by_how_much().search(question) is not None


@cache
def _end() -> re.Pattern[str]:
    """What is asked of a thing, behind it: …淘汰完的时间, …几天办完, …年度人数, …各要新建多少个."""
    measures = ("上限", "下限", "标准", "频次", "频率", "次数", "时限", "期限", "要求", "规定", "口径", "表述", "说法", "写法", "做法", "提法", "目标", "指标", "数值", "场次", "人次", "人数", "户数", "名额", "天数",
                "数量", "个数", "时间", "日期", "时间点", "节点", "进度", "控制线", "额度", "金额", "价格", "数字", "数", "时点", "时长")
    ends = "|".join(sorted({*wording().measures, *measures}, key=len, reverse=True))
    return re.compile(
        rf"(?:[开查检报审巡评办]?[查告]?[一两三]次|(?:完成|办理|办结|上报|报送|截止|开始|年度|全年|每年|年均|月度|季度|具体|最终)?的?(?:完成|办理|办结|上报|报送|截止|年度|全年|每年|年均)?(?:{ends})|(?:要|需要?|得)?(?:几|多少)[一-龥]{{0,3}}?(?:个?工作日|天|日|个?月|年|次|个|名|家|户|套|场)?内?(?:办完|办结|办好|完成|做完|修完|清完)?"
        r"|(?:结对|对口|帮扶|协作|合作|挂钩)(?:帮扶|协作|支援)?的?(?:大?城市|地区|省份|地方|单位|区县|对象)"
        r"|(?:完成?|好|掉|到位)?的|(?<=[一-龥]{2})(?:完|掉|光|好))$"
    )


@cache
def _early() -> re.Pattern[str]:
    return re.compile(r"[谁哪][一-龥]{0,3}(?:更|最)?[早晚]|(?:更|最)[早晚]|(?:提前|推迟|提早|延后)(?:了|到)?(?:几|多|什么)|日期|哪[天年月]|(?:完成?|淘汰|上报|报送|开始|截止|清零|到期|施行|关停|退出|启动|建成|达标|清偿|起始|启动|启用|实施|执行)的?时间|(?<!公示)(?<!办理)(?<!办结)(?<!审批)(?<!通关)(?<!接入)(?<!报装)时间(?:表|节点|进度|要求|安排)")


def without_difference(topic: str) -> str:
    """A topic without the words that ask by how much two sides differ: 清淤次数 多几次 → 清淤次数."""
    kept = (re.sub(r"(?:上|方面)?的?(?:提前|推迟|提早|延后|缩短|延长)了?$", "", s) for s in topic.split() if not _difference().fullmatch(s))
    return " ".join(s for s in kept if len(s) > 1) or topic


@cache
def _difference() -> re.Pattern[str]:
    return re.compile(r"(?:多|少|高|低|早|晚|长|短|快|慢|严|提前|推迟|提早|延后|缩短|延长|提高|降低)(?:了|出)?(?:几[一-龥]?|多少|多久)?")


def plainer(topic: str) -> str:
    """A topic without what is asked of its things at their end: 旧车淘汰完的时间 → 旧车淘汰; as it was where that is all."""
    out = []
    for stretch in topic.split():
        while (found := _end().search(stretch)) is not None and found.start() >= LEFT:
            stretch = stretch[: found.start()]
        out.append(stretch)
    return " ".join(out)


NUMBERS = {"人数": "多少人", "户数": "多少户", "场次": "多少场", "天数": "多少天", "家数": "多少家", "床位数": "多少张", "张数": "多少张", "人次": "多少人次", "余额": "多少亿元", "事项数": "多少项", "项目数": "多少项", "任务数": "多少项", "企业数": "多少家", "机构数": "多少家"}


def with_measure(question: str) -> str:
    """The question with what asks for its measure behind it where a comparison says that in other words: 谁更早, 上报日期, 年度人数."""
    question = question.replace("高标准", "")  # no standard that is asked for
    if _early().search(question):
        return f"{question}什么时候"
    asks = next((asked for noun, asked in NUMBERS.items() if noun in question), "")
    if not asks or wanted_measure(question) is not None or "增速" in question:
        return question
    return question.replace("多少", asks, 1) if "多少" in question else f"{question}{asks}"


@cache
def told_by_number() -> re.Pattern[str]:
    """Places told by their number, of a question that compares."""
    return _counted()


def counted_places(question: str, places: Sequence[Place], known: Catalogue) -> list[Place]:
    """The places that a question tells by their number, where the documents are of just as many: 两市一县; [] where that is not clear."""
    found = _counted().search(question) if any(n in question for n in "两二三四五六") else None
    if found is None or not any(c in found.group() for c in "两二三四五六"):
        return []
    out: list[Place] = []
    for said in re.finditer(r"([一二两三四五六])个?([省市县区州])", found.group()):
        number, level = to_int(said.group(1).replace("两", "二")) or 0, LEVEL_OF[said.group(2)]
        named = [p for p in places if level_of(p.region) == level]
        here = [region for region in known.by_region if region and level_of(region) == level and not any(region == p.region for p in named)]
        if len(named) == number:
            continue
        if len(named) + len(here) != number:
            continue
        out += [Place(region, found.start(), found.end(), True) for region in here]
    return out


def in_brackets(question: str, stretch: str) -> bool:
    """Whether a stretch of a matter stands in brackets behind another, which it explains: 助餐（含送餐、代购）."""
    return ("（" in question or "(" in question) and any(stretch in found for found in re.findall(r"(?<=[一-龥])[（(]([^（）()]{2,40})[）)]", question))


@cache
def _levels() -> re.Pattern[str]:
    return re.compile(r"(?P<all>(国家|中央)?[、和]?省里?[级、和]?市里?[级、和]?(县里?[区级]?)?(?:[两三四]级|各级)?)(?:分别|各自|各(?=[由归是]))")


def levels_told(question: str) -> tuple[list[str], str]:
    """The levels that a question asks for each by itself, with the stretch that says them: 省市县分别由谁负责; ([], "") where it does not."""
    found = _levels().search(question) if "省" in question else None
    if found is None:
        return [], ""
    told = (("national", found[2]), ("provincial", True), ("municipal", True), ("county", found[3]))
    return [level for level, said in told if said], found["all"]


def without_levels(question: str) -> str:
    """A question without the levels that it asks for each by itself."""
    return _levels().sub("", question, count=1)
