"""The matter that a question asks about: what is left of it without place, body, title and asking words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.compared import asked_thing, told_by_number
from index.asking.measures import each_time, how_many, no_more_than, part_of_year
from index.asking.naming import blanked
from index.asking.numbers import bounds, without_items
from index.asking.wording import wording
from kb.model import UnitMention
from kb.regions import Place

NUMERALS = frozenset("0123456789一二三四五六七八九两")
BOUNDS = ("以上", "以下", "以内", "左右")
OF_A_LEVEL = ("县道", "省道", "县乡", "县域", "县级", "市级", "省级", "县城", "市场", "市民", "市政", "市区")  # behind a place these are words of their own: 云川县道养护
EVERYONE = frozenset("省市县区州旗地乡镇村")  # behind 各: all who are to do something
PRIVATE = 0xE000  # characters that no text uses


@cache
def _share() -> re.Pattern[str]:
    return re.compile(r"(?:占|达到?|超过?|不低于|至少|最多|提到|提高到|压到|降到|控制在)?(?:[0-9.]{1,6}(?:%|％|成|倍|折|个百分点)|百分之[一二三四五六七八九十]{1,3}|[一二三四五六七八九两]成半?)(?:以上|以下|以内|左右)?")


@cache
def _says() -> re.Pattern[str]:
    """What says something, behind the clause that is asked for: 哪一条说不要举债."""
    return re.compile(r"(?<=[条款项章节份])(?:里面?|中)?(?:[说讲写提](?:到|过|了|明|的是|道)?)(?=[一-龥]{2})(?!明书|法|课|作|升|高|供|前|出|取|质|标)")


@cache
def _set_at() -> re.Pattern[str]:
    """What sets a figure, right before it."""
    return re.compile(r"(?:确|设|核)?(?:定|设)(?:为|在|到|成)(?=[0-9百])")


@cache
def _plan_edge() -> re.Pattern[str]:
    """What follows the name of a plan: its end, its time."""
    return re.compile(r"(十[一二三四五]五[”\"]?)(?:规划)?(?:时?期?末年?|末期|收官|期间|时期|时|初期?)")


@cache
def _tenths() -> re.Pattern[str]:
    return re.compile(r"[一二三四五六七八九两]成半?(?:以上|以下|左右)?")


def says_anything(topic: str) -> bool:
    """Whether a topic holds more than words that say nothing of the matter."""
    for word in sorted((w for w in wording().idle if w in topic), key=len, reverse=True):
        topic = topic.replace(word, "")
    return len(topic.strip()) > 1


def topic_of(question: str, places: Sequence[Place], bodies: Sequence[UnitMention], names: Sequence[str], kind: str) -> str:
    """The question without place, body, title and asking words; stretches that were apart stay apart by a space."""
    words = wording()
    matter = kind in ("target", "clause", "compare", "source")  # in these a body's short name may be part of the matter: 工会经费
    bodies = [b for b in bodies if kind not in ("leads", "responsible") or not question.startswith(("由谁", "由哪", "由什么"), b.end)]  # 工作队由谁组建
    text = blanked(question, (*places, *(b for b in bodies if not (matter and b.end - b.start <= 2))))
    for place in places:
        if question[place.end : place.end + 1] in ("市", "省", "县") and question[place.end - 1] not in "省市县" and question[place.end : place.end + 2] not in OF_A_LEVEL:
            text = text[: place.end] + " " + text[place.end + 1 :]
    for place in places:
        if text[place.end : place.end + 1] == "级" and question[place.end - 1] in "省市县":
            text = text[: place.end - 1] + question[place.end - 1] + text[place.end :]  # 云川省级资金: the level belongs to what it is of
    for name in names:  # before anything in it is taken for a year or an item
        text = text.replace(f"《{name}》", " ").replace(name, " ") if "号" in name else text
    handed = handed_in(text)
    for matter_of in handed:
        text = text.replace(matter_of, f" {matter_of} ", 1)
    text = without_items(text)
    if "年" in text and any(c.isdigit() for c in text):
        text = re.sub(r"[到至在]?((?:19|20)[0-9]{2}年)", r" \1 ", text)  # a year is no part of the word behind it
    if "一年" in text or "每年" in text:
        text = re.sub(r"([下上]一年度?(?!级)|(?<=[一-龥])每年)", r" \1 ", text)  # 编下|一年 of 编下一年计划, 项目库每年
    if "五" in text and "十" in text:
        text = _plan_edge().sub(r"\1 ", text)  # “十三五”末农民收入: 末 is no part of the word behind it
    if "季度" in text or "半年" in text:
        text = part_of_year().sub(r" \1 ", text)  # 到二季度末 is no part of the words around it
    for name in (f"{n}的" for names in words.levels.values() for n in names if len(n) > 1):  # 国家的碳强度
        text = text.replace(name, " ", 1) if text.strip().startswith(name) else text
    for name in (n + "对" for names in words.levels.values() for n in names):  # 国家对…怎么规定
        text = text.replace(name, " ") if text.strip().startswith(name) and not text.strip().startswith(name + "口") else text
    if any(c.isdigit() for c in text):
        text = bounds().sub(" ", text)  # 公示不少于10天: what is looked for is 公示, 10天
    if kind == "clause" and any(w in text for w in "说讲写提"):
        text = _says().sub(" ", text)
    if "定" in text or "设" in text:
        text = _set_at().sub(" ", text)  # 占比定为55%
    if kind == "compare" and "文件" in text:
        text = re.sub(r"文件(?=[在里中对上关，,]|$)", " ", text)  # 项目库文件在负面清单上
    if kind == "compare" and "哪" in text:
        text = asked_thing().sub(" ", text)
    if kind == "compare" and any(n in text for n in "一两三四五六"):
        text = told_by_number().sub(" ", text)
    if kind in ("leads", "responsible", "cooperates", "compare"):
        text = _share().sub(" ", text) if not NUMERALS.isdisjoint(text) else text  # 预付款四成由谁负责: the matter is 预付款
    elif kind == "source":
        text = _tenths().sub(" ", text) if "成" in text else text
    elif kind == "target":
        text = how_many().sub(" ", no_more_than().sub(" ", text)) if "多少" in text or "几" in text else text
    kept = [w for w in words.protected if w in text] + _made(text) + handed
    for n, word in enumerate(kept):
        text = text.replace(word, chr(PRIVATE + n))
    own = {w for k in words.kinds if k.name == kind for w in k.words}
    own |= {w for k in words.kinds if k.name == kind == "source" for w in k.both[1][0]}
    for gone in (*(f"《{n}》" for n in names), *names, *sorted(own | set(words.genres), key=lambda w: (-len(w), w)), *words.asking):
        text = text.replace(gone, " ")
    for n, word in enumerate(kept):
        text = text.replace(chr(PRIVATE + n), word)
    text = text.translate(_MARKS).replace("谁", " ")  # 风险谁监测
    quoted = set(re.findall(r"[“\"]([^“”\"]{2,12})[”\"]", question)) if "“" in question or '"' in question else set()
    text = each_time().sub(" ", text) if kind == "target" and ("一" in text or "每" in text) else text
    if kind == "target":
        text = _sum_or_deed().sub(" ", text)
        text = _plan_years().sub(" ", text) if "年" in text else text
    parts = [part if part in quoted else _without_edges(_without_level(part.rstrip("高低早晚快慢多少和与跟同")) if kind == "compare" else part) for part in text.split()]
    asked = {n for names in words.levels.values() for n in names}  # 国家规定…: whom the question is put to
    asked |= {*words.differ, *words.sides} if kind == "compare" else set()
    kept = [p for p in parts if (len(p) > 1 or p.isdigit()) and p not in asked]
    return " ".join([p for p in kept if kind != "target" or not (p[0] == "各" and set(p[1:]) <= EVERYONE)] or kept)  # 要求各市: texts say 各省辖市


def _made(text: str) -> list[str]:
    """Kinds of documents that are to be made, which are the matter and no document of the knowledge base: 拿出实施细则."""
    if not any(verb in text for verb in wording().makes):
        return []
    made = (rf"(?:{'|'.join(wording().makes)})(?:完成|出来?|好|本级|本地|具体|相关|配套|各自|自己|的|了){{0,2}}({'|'.join(sorted(wording().genres, key=len, reverse=True))})(?![里中])")
    return list(dict.fromkeys(m.group(1) for m in re.finditer(made, text)))


def handed_in(text: str) -> list[str]:
    """What is to be reported, which is the matter though it is called like a kind of document: 把分工表报上去, 把档案移交档案馆."""
    found = re.search(r"把([一-龥]{2,8}?)(?=报[上送给到备]|上报|移交|送[到给交]|交[上到给付还]|拨[付给到]|[拿做编列定订印发搞弄制排理][发定编制]?(?:出来?|下来))", text) if "把" in text else None
    return [found.group(1)] if found is not None else []


_MARKS = str.maketrans(dict.fromkeys("，。、；：？！,;:?!“”\"()（）《》‘’'·…—~～", " "))


@cache
def _plan_years() -> re.Pattern[str]:
    """The years of a plan over which a sum is asked for: 三年 of 三年一共要加装多少部电梯, 五年打算建多少公里."""
    return re.compile(r"(?<![0-9一-龥])(?:这|今后|未来)?[两三四五六七八九十]年(?:里|内|间|期间|下来)?(?=$|\s|要|得|打算|计划|准备|拟|累计|合计|总计|共)")


@cache
def _sum_or_deed() -> re.Pattern[str]:
    """What is asked of a thing at the end of its stretch: that figures are added up, or the deed in one syllable by which they come (住房租赁补贴要发多少户)."""
    return re.compile(r"(?<=[一-龥]{3})(?:(?:累计|合计|总计)(?:要|得)?|(?<![重必主需功智节可性机技职产电热核效])(?:要|得|能|该)[发建修换装拆签招办养补给领拿减降增交付添])(?=$|\s)|(?<![^\s])(?:要|得|能|该)[发建修换装拆签招办养补给领拿减降增交付添](?=$|\s)")


def _without_level(part: str) -> str:
    """A stretch without the name of a level at its end, which is a side that is compared: 助餐补贴国家…; nothing of one that is such a name."""
    part = re.sub(r"(?<=[一-龥]{2})[和跟与同比](?:国家|中央|[省市县区州])$", "", part)  # …跟省条例
    for name in (n for names in wording().levels.values() for n in names):
        if part.strip("和与跟同") == name:
            return ""
        if part.endswith(name) and len(part) > len(name) + 1:
            return part[: -len(name)]
    return part


def _without_edges(part: str) -> str:
    """Single asking characters fall away at the ends of a stretch only: 的, 了, 由 may stand inside a word, and 对 begins 对口帮扶."""
    words = wording()
    if part.endswith(BOUNDS) and not NUMERALS.isdisjoint(part):
        part = part[:-2]  # 65%以上: 上 alone would fall away
    while part and not part.startswith(words.keep) and (part[0] in words.single or (part[0] in words.head and len(part) > 2)):
        part = part[1:]
    while part and not part.endswith(words.keep_end) and (part[-1] in words.single or part[-1] in words.tail):
        part = part[:-1]
    return part
