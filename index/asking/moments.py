"""Times that a question or a sentence names, as stretches of years: 2025年, 2021—2025年, “十四五”期末."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.frozen import dataclass
from kb.numerals import to_int
from kb.quantities.words import any_word, figure_words

SAME = 2  # the very time that was asked for
WITHIN = 1  # one that lies in it or holds it
APART = 0
THIS = {"今年": 0, "本年度": 0, "明年": 1, "去年": -1}  # years as people call them, from that of a document


@dataclass(frozen=True, slots=True)
class Moment:
    """A time: text[start:end] names the years first … last."""

    start: int
    end: int
    first: int
    last: int


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    year = r"(?:(?:19|20)[0-9]{2}|二[〇○零][〇○零一二三四五六七八九]{2})"
    plans = any_word(figure_words()["plans"])
    counted = r"[个名人户家所张项米元亩斤座处公村镇条台辆套对件%％．.0-9万亿]"  # 2000个 is no year, nor is 1950.5
    return re.compile(
        rf"(?<![0-9〔\[第.])(?:(?P<from>{year})\s?年?\s?[-－—–~～至到]{{1,2}}\s?)?(?P<year>{year})(?!\s?{counted})(?!年?第?[0-9]{{1,3}}号)"
        r"(?:\s?年(?:度)?(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?:年?[底末初]|内)?前?)?"
        rf"|[“\"]?(?P<plan>{plans})[”\"]?(?:规划)?(?P<edge>时?期末|末期|末|收官)?"
    )


def moments(text: str) -> tuple[Moment, ...]:
    """The times in a text by place; those written side by side (2022年、2023年) are each other's neighbours.

    `moments("2021年达到30%，“十四五”期末达到50%")` are 2021 and 2025; the last year of a plan comes from figure_words.toml. A number that
    counts something and the year of a document number are no times.
    """
    found = []
    for match in _pattern().finditer(text):
        if match["plan"]:
            last = int(figure_words()["plans"][match["plan"]])
            first = last if match["edge"] else last - 4
        else:
            last = to_int(match["year"]) or 0
            first = min(last, (to_int(match["from"]) or last) if match["from"] else last)
        found.append(Moment(match.start(), match.end(), first, last))
    return tuple(found)


def of_its_year(question: str, date: str | None) -> str:
    """A question with 今年, 明年 and 去年 as the years that they are for a document of this date: of 2025-03 今年 is 2025年."""
    if not date or not any(word in question for word in THIS):
        return question
    for word, step in THIS.items():
        question = question.replace(word, f"{int(date[:4]) + step}年")
    return question


def stated(text: str) -> tuple[Moment, ...]:
    """The times in a text without those that only measure a change: of 到2025年比2020年下降18% the first."""
    return tuple(m for m in moments(text) if not text[: m.start].endswith(("比", "较")) or text[: m.start].endswith(("占比", "对比", "环比", "配比", "同比")))


def nearness(asked: tuple[Moment, ...], said: tuple[Moment, ...]) -> int:
    """SAME, WITHIN or APART: how near the nearest of the times said is to one that was asked for."""
    best = APART
    for a in asked:
        for b in said:
            if (a.first, a.last) == (b.first, b.last):
                return SAME
            if a.first <= b.last and b.first <= a.last:
                best = WITHIN
    return best


def time_at(text: str, place: int, named: tuple[Moment, ...]) -> tuple[Moment, ...]:
    """The time of what ends at a place of a sentence: one in brackets right behind it, else the nearest before, with those listed with it.

    Where none is named before it is the first after.
    """
    bracketed = [m for m in named if m.start > place and re.fullmatch(r"(?:以上|以下|左右|以内)?[（(]", text[place : m.start])]
    before = [m for m in named if m.start < place]
    if bracketed or not before:
        return tuple(bracketed) or named[:1]
    group = [before.pop()]
    while before and re.fullmatch(r"\s*[、，,和及与]\s*", text[before[-1].end : group[0].start]):
        group.insert(0, before.pop())
    return tuple(group)


def without_times(text: str) -> str:
    """A text with its times left out, so that what else it counts shows."""
    out, at = "", 0
    for moment in moments(text):
        out, at = f"{out}{text[at : moment.start]}〓", moment.end
    return out + text[at:]
