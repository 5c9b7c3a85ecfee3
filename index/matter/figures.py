"""Figures as running text prints them, the sentences in which they stand, and how much of a matter a sentence says."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from index.asking.measures import MEASURE, MORE, NUMBER
from index.matter.parts import Topic
from index.tokens import bare


@lru_cache(maxsize=1)
def figure_pattern() -> re.Pattern[str]:
    """A figure with its measure, a percentage, a proportion, a date, or what stands for a figure."""
    return re.compile(
        r"(?<![A-Za-z])(?<![A-Za-z][0-9])(?<![A-Za-z][0-9]\.)(?:[0-9]+(?:\.[0-9]+)?(?:%|％|‰|个百分点)|百分之[一二三四五六七八九十]{1,3}|[0-9]{1,3}(?:\.[0-9])?(?:[:：∶][0-9]{1,3}){1,3}"
        rf"|{NUMBER}[ \u3000]?(?:多|余)?(?:万亿|万|亿|千|百)?(?:{'|'.join(MEASURE)}|周岁|工作日|分之|微克|毫克|千克|公斤|千瓦|兆瓦|毫米|公顷|蒸吨|分贝|分钟|秒)(?!性|均)|[0-9]+(?:\.[0-9]+)?[ \u3000]?(?:万亿|万|亿|千|百)?[{MORE}](?![性钟之门委])|[0-9]{{3,}}|全覆盖|底前|上半年|下半年)"  # PM2.5平均 is none
    )


def find_figure(text: str) -> re.Match[str] | None:
    """The first figure of a stretch, or None; a name such as “四个不摘”, PM2.5 or the hotline “12345” is none, nor is an ordinal (第十一条), a grade (三级医院) or 下一年."""
    for found in figure_pattern().finditer(text):
        before = text[found.start() - 1 : found.start()]
        named = before == "“" and (not found.group()[0].isdigit() or text[found.end() : found.end() + 1] == "”")
        grade = found.group().endswith("级") and not found.group()[0].isdigit()  # 市县两级, 三级医院
        beside = before in ("上", "下") and found.group() == "一年"  # 下一年
        if before != "第" and not named and not grade and not beside:
            return found
    return None


def has_figure(text: str) -> bool:
    """Whether a stretch states a figure, share, proportion or date."""
    return find_figure(text) is not None


def sentences(text: str) -> list[str]:
    """The sentences of a clause."""
    ends = [m.end() for m in re.finditer(r"[。；！？\n;]", text)]
    bounds = [0, *[e for e in ends if e < len(text)], len(text)]
    return [s for a, b in pairwise(bounds) if (s := text[a:b].strip())]


def weight(text: str, topic: Topic) -> float:
    """How much of the topic a stretch says."""
    held = bare(text)
    return sum(w for p, w in topic.pairs if p in held) + sum(p.weight for p in topic.words if any(f in held for f in (p.text, *p.forms, *p.near)))


def unnumbered(sentence: str) -> str:
    """A sentence without the number that it begins with: 46.继续开展…; the decimal of 0.5个工作日 is none."""
    return re.sub(r"^\s*[（(]?[0-9一二三四五六七八九十]{1,4}[-~]?[0-9]?\s?[.、．,，）)~]+(?<![0-9]\.(?=[0-9](?![0-9]{3}年)))", "", sentence)


@lru_cache(maxsize=1)
def level_named() -> re.Pattern[str]:
    """A level that a text names: 市级, 县（区）级."""
    return re.compile(r"([省市县乡镇村])(?:[（(][^（）()]{1,8}[）)])?级")


@lru_cache(maxsize=1)
def bounding() -> re.Pattern[str]:
    """What bounds a figure, right before it or with a verb between: 至少开展一次."""
    return re.compile(
        r"((?:提高|降低|下降|减少|增长|增加)[到至]|不(?:得|能|应|宜|可)?(?:低于|少于|超过|高于|多于|大于|小于)|至少|最多|最高|最低|超过|高于|低于|新增|新建|增加|提高|降低|下降|减少|增长|≥|≤)\s?[一-龥]{0,3}$|(?<![签合履预节])(约)\s?$"
        r"|(不(?:得|能|应|宜|可)?(?:低于|少于|超过|高于|多于|大于|小于)|至少占|最多占)[^，。；0-9]{2,24}的\s?$"  # 不超过总数的30%
    )
