"""Of the stretches of a sentence that state figures those of the level, age, thing or bound that a question names."""

from __future__ import annotations

import re
from functools import lru_cache

from index.asking.measures import age_asked
from index.matter.figures import bounding, find_figure, level_named, unnumbered
from index.matter.parts import Topic
from kb.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a sentence with a figure; `time` is how near its time is to the one asked for, None where it has or needs none."""

    start: int
    end: int
    text: str
    score: float
    time: int | None


def of_level(parts: list[Stretch], question: str) -> list[Stretch]:
    """Of stretches that give each level its own figure those of the level that the question names: 乡级每月不少于2次，村级每周不少于1次."""
    asked = set(level_named().findall(question)) if "级" in question else set()
    own = [p for p in parts if asked & set(level_named().findall(p.text))] if asked else []
    return own if own and any(level_named().search(p.text) for p in parts if p not in own) else parts


@lru_cache(maxsize=1)
def _ages() -> re.Pattern[str]:
    """A band of ages: 90至99周岁, 80周岁以上."""
    return re.compile(r"(?P<from>[0-9]{1,3})(?:周?岁)?\s?[-－—–~～至到]{1,2}\s?(?P<to>[0-9]{1,3})周?岁|(?P<over>[0-9]{1,3})周?岁(?:及|\(?含\)?)?以上|(?P<under>[0-9]{1,3})周?岁(?:及)?以下")


def of_age(parts: list[Stretch], question: str) -> list[Stretch]:
    """Of stretches for bands of ages those in whose band an age of the question falls: 95岁 in 90至99周岁每月150元."""
    asked = age_asked().search(question) if "岁" in question else None
    bands = [(p, b) for p in parts if (b := _ages().search(p.text)) is not None] if asked is not None else []
    if asked is None or not bands:
        return parts
    age = int(asked.group(1))

    def holds(band: re.Match[str]) -> bool:
        if band["from"]:
            return int(band["from"]) <= age <= int(band["to"])
        return int(band["over"]) <= age if band["over"] else age <= int(band["under"])

    own = [p for p, band in bands if holds(band)]
    return own[-1:] if len(bands) > 1 and own else parts


def of_thing(parts: list[Stretch], topic: Topic) -> list[Stretch]:
    """Of a list in which each thing has its own figure (县道十米、乡道五米、村道三米) what is said of the things that are asked about."""
    named = [p for p in parts if _headed(p.text, topic)]
    if not named or len(named) == len(parts):
        return parts
    out = []
    for n, part in enumerate(parts):
        first, last = n, n
        while first and parts[first - 1].end == parts[first].start and parts[first - 1].text.endswith("、"):
            first -= 1
        while last + 1 < len(parts) and parts[last].text.endswith("、"):
            last += 1
        if part in named or not any(p in named for p in parts[first : last + 1]):
            out.append(part)
    return out


def _headed(text: str, topic: Topic) -> bool:
    """Whether a word of the topic stands right before the figure of a stretch, but for its bound."""
    figure = find_figure(unnumbered(text))
    before = bounding().sub("", unnumbered(text)[: figure.start()]) if figure is not None else ""
    return any(before.endswith((p.text, *p.forms)) for p in topic.words if len(p.text) > 1)


MOST_WORDS = ("最长", "最多", "最高", "最大", "至多", "上限", "不能超过", "不超过", "不得超过", "封顶"), ("最长", "最多", "最高", "最大", "至多", "上限", "不超过", "不得超过", "不高于", "不多于", "封顶")
LEAST_WORDS = ("最短", "最少", "最低", "至少", "下限", "不少于", "不低于", "起码"), ("最短", "最少", "最低", "至少", "下限", "不少于", "不低于", "不得少于", "不得低于")


def is_bounded(text: str, question: str) -> bool:
    """Whether a stretch gives the most, or the least, where the question asks for that: 一般为5年，最长不超过10年."""
    return any(any(w in question for w in asked) and any(w in text for w in said) for asked, said in (MOST_WORDS, LEAST_WORDS))
