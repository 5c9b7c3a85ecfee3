"""What a question names and is not there: a law, a document of another year, plan or kind, a body."""

from __future__ import annotations

import re
from functools import cache

from index.asking.catalogue import Catalogue, short_names, spoken_kinds
from index.asking.moments import APART, moments, nearness
from index.asking.understanding import Question
from index.asking.wording import wording
from index.opening import Index
from index.tokens import bare

BEFORE = 18  # characters before the name of a kind in which its year or plan stands
COMPOUND = 4  # characters of a kind's name that names nothing but documents: 实施方案
NO_LAW = (
    "办法",
    "方法",
    "做法",
    "说法",
    "司法",
    "执法",
    "普法",
    "立法",
    "违法",
    "合法",
    "守法",
    "依法",
    "用法",
    "看法",
    "想法",
)


@cache
def _law() -> re.Pattern[str]:
    return re.compile(
        r"([一-龥]{1,24}?法典?)》?(?=第[0-9一二三四五六七八九十百]{1,5}[条章节款]|怎么规定|规定了|如何规定|第几条|哪一?条)"
    )


# one of these is in every text that the pattern below finds
ASKING_DUTIES = tuple(f"{verb}{asked}" for verb in ("牵头", "负责", "承担", "参与", "配合", "主抓", "管", "干", "了", "有") for asked in ("些", "哪", "什么", "啥", "几", "多少"))


@cache
def _duties() -> re.Pattern[str]:
    return re.compile(
        r"([一-龥]{3,20}?)(?:一共|总共|都|分别)?(?:牵头|负责|承担|参与|配合|主抓|管|干)(?:了)?(?:些|哪|什么|啥|几|多少)|([一-龥]{3,20}?)有(?:哪些|什么|啥|几项|多少)(?:项)?(?:任务|职责|事项)"
    )


def absent_law(question: Question, known: Catalogue) -> str:
    """The law of which a question names an article or the rules and which is not there: 公司法 of 公司法第三条; "" when there is none.

    What is named by the end of its name alone (促进法第三条) is there where one law ends so, not where another stands before it (农机促进法).
    """
    found = _law().search(question.text) if "法" in question.text else None
    if found is None or (found.group(1).endswith(NO_LAW) and not found.group(1).endswith("公司法")):
        return ""
    name = re.split(r"[在按依照据看]", found.group(1))[-1] or found.group(1)
    while asked := next((word for word in wording().asking if name.startswith(word) and len(name) > len(word) + 1), ""):
        name = name.removeprefix(asked)
    name = name.removeprefix("中华人民共和国")
    if len(name) < (2 if question.items else COMPOUND) or name in known.law_names:
        return ""
    laws = [law for id in question.named if (law := known.cards.laws[known.at[id]])]
    if not question.named:
        return "" if question.places else name
    pairs = {name[i : i + 2] for i in range(len(name) - 1)}
    same = any(law.endswith(name) or name.endswith(law) for law in laws)
    head = [law[: len(law) - _tail(law, name)] for law in laws]
    return (
        name
        if laws
        and not same
        and len(name) > COMPOUND
        and not any(h[i : i + 2] in pairs for h in head for i in range(len(h) - 1))
        else ""
    )


def _tail(a: str, b: str) -> int:
    """How many characters two names have in common at their ends."""
    return next((n for n in range(min(len(a), len(b))) if a[-1 - n] != b[-1 - n]), min(len(a), len(b)))


def absent_body(question: Question, index: Index) -> str:
    """The body whose duties a question asks for and that is nowhere: 第二医院 of 谷禾市第二医院负责什么; "" where it asks for none or it is said."""
    if question.units or not question.places or question.kind not in ("topic", "responsible", "leads", "cooperates"):
        return ""
    found = _duties().search(question.text) if any(word in question.text for word in ASKING_DUTIES) else None
    name = "" if found is None else found.group(1) or found.group(2)
    if not name or name[-1] not in wording().bodies:
        return ""
    for place in sorted((n for region in question.places for n in short_names(region)), key=len, reverse=True):
        name = name[name.find(place) + len(place) :] if place in name else name
    name = name.lstrip("省市县区的")
    return name if len(name) >= COMPOUND - 1 and not index.frequency(bare(name)) else ""


def of_another_time(question: Question, known: Catalogue) -> str:
    """The year or plan under which a question names documents that are of another: 2020年 of 2020年工作要点; "" when they are of that time.

    Only where a title bears a time itself, and for the yearly documents that people call by a nickname.
    """
    for name, nickname in [
        *((word, False) for word, _, _ in spoken_kinds(question.text)),
        *((word, True) for word in wording().nicknames),
    ]:
        at = question.text.find(name)
        before = question.text[max(0, at - BEFORE) : at] if at >= 0 else ""
        asked = [
            m
            for m in moments(before)
            if not re.search(r"[，。、；：？的底末前到里]", before[m.end - 1 : m.end] + before[m.end :])
        ]
        if not asked:
            continue
        named = [known.documents[known.at[id]] for id in question.named]
        times = [moments(d.title) or (moments(f"{(d.date or '')[:4]}年") if nickname else ()) for d in named]
        if named and all(times) and all(nearness((asked[-1],), time) == APART for time in times):
            return before[asked[-1].start : asked[-1].end]
    return ""


def of_another_kind(question: Question, known: Catalogue) -> str:
    """How a question calls a document of which there is none (云亭县智慧养老实施方案, 养老护理条例); "" where there is one of its kind and matter."""
    here = {n for place in question.places for n in known.by_region.get(place, ())}
    for word, genres, at in spoken_kinds(question.text):
        strict = word in wording().strict
        if here and not question.named and (issuer := _issuer().search(question.text[:at])) is not None and not set(known.of_kind(genres)) & here:
            return issuer.group() + word  # 云川省委省政府实施意见: a plan of the place is none of its
        if issued := _place_issues(question, known, word, genres, at):
            return issued
        window = _named_before(question.text, at)
        if (
            not (strict or len(word) >= COMPOUND)
            or len(window) < (2 if strict else COMPOUND - 1)
            or (not strict and question.named)
        ):
            continue
        of_kind = set(known.of_kind(genres))
        of_kind = of_kind & here if here else of_kind
        if strict and not (question.items or question.kind == "document"):
            continue
        if not strict and (of_kind or not here or question.kind not in ("clause", "topic")):
            continue
        pairs = {window[i : i + 2] for i in range(len(window) - 1)}
        if not any(sum(p in known.titles[n] for p in pairs) * 2 >= len(pairs) for n in (of_kind if strict else here)):
            return window + word
    return ""


def _place_issues(question: Question, known: Catalogue, word: str, genres: tuple[str, ...], at: int) -> str:
    """A document that a question says one of its places issued (云川省委省政府意见) and that has none of that kind; "" otherwise."""
    for region in question.places:
        for name in short_names(region):
            said = re.search(rf"{re.escape(name)}(?:省|市|县|区)?(?:委|政府|人民政府)[^，。；、和与在对中里部局办厅]{{0,10}}$", question.text[:at])
            if said is not None and not set(known.of_kind(genres)) & set(known.by_region.get(region, ())):
                return said.group() + word
    return ""


@cache
def _issuer() -> re.Pattern[str]:
    """Who issues a document, right before the name of its kind."""
    return re.compile(r"(?:省委省政府|市委市政府|县委县政府|区委区政府|省委|市委|县委|省政府|市政府|县政府|人民政府)(?:办公厅|办公室)?(?:的)?$")


@cache
def _deictic() -> re.Pattern[str]:
    return re.compile(r"^(?:新|现|上述|该|本|此|这|那|哪|我|咱|原|老|旧|有关|相关|什么|根据|按照|依据|请问)")


def _named_before(question: str, at: int) -> str:
    """What stands right before the name of a kind of document, without the place and words of pointing (新修订条例): 养老护理 of 省养老护理条例."""
    window = bare(re.split(r"[^一-龥]|[省市县区州的对里和与]", question[max(0, at - 14) : at])[-1])
    return "" if _deictic().match(window) or window in wording().idle else window
