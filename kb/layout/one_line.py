"""Texts that lost their line ends: where the paragraphs of a line of hundreds of characters end.

A page copied without line ends has blanks in their place (…的通知 衡政办发〔2023〕8号 各县市区人民政府： 现将…。 一、总体要求 …) or
nothing at all (…。一、…。二、…). `paragraph_ends(line)` gives the places behind which a paragraph begins; none for a line of prose.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.numerals import to_int

_LONG = 150  # characters of such a line
_PER_LINE = 120  # characters of a file for each of its lines
_FEWEST = 3  # places that tell
_ENDS = "。；：！？:;!?）)”》"


def lost_line_ends(text: str) -> bool:
    """Whether a text has so few line ends that its lines may be whole documents."""
    return len(text) > _LONG and len(text) > _PER_LINE * (text.rstrip("\n").count("\n") + 1)


@lru_cache(maxsize=1)
def _blanks() -> re.Pattern[str]:
    return re.compile("[ \u3000\u00a0]+")


@lru_cache(maxsize=1)
def _begins() -> re.Pattern[str]:
    """How a paragraph begins that says so itself."""
    han = "一二三四五六七八九十百"
    return re.compile(rf"[{han}]{{1,3}}[、．]|[（(][{han}]{{1,3}}[）)]|第[{han}0-9]{{1,5}}[章节条]|[0-9０-９]{{1,2}}[.．、](?![0-9０-９])|附件")


@lru_cache(maxsize=1)
def _ordinal() -> re.Pattern[str]:
    han = "一二三四五六七八九十百零〇"
    return re.compile(rf"第[{han}0-9]{{1,7}}[编章节条]|[{han}]{{1,3}}[、．]|[（(][{han}0-9]{{1,3}}[）)]|[0-9]{{1,2}}[.．、]")


@lru_cache(maxsize=1)
def _dated() -> re.Pattern[str]:
    return re.compile("[12][0-9]{3}年[0-9]{1,2}月|二[〇○零O０]")


@lru_cache(maxsize=1)
def _glued() -> re.Pattern[str]:
    return re.compile("(?<=[。；：:）)”])([一二三四五六七八九十]{1,3})、")


def paragraph_ends(raw: str) -> list[int]:
    """Where a paragraph of a long line ends and the next begins; empty when the line is one paragraph."""
    if len(raw) < _LONG or "\t" in raw or "|" in raw:
        return []
    gaps = [m.span() for m in _blanks().finditer(raw) if m.start() > 0 and m.end() < len(raw)]
    before = [0, *(b for _, b in gaps)]
    gaps = [gap for gap, begin in zip(gaps, before, strict=False) if not _ordinal().fullmatch(raw, begin, gap[0])]  # 第一章 总则
    telling = [(a, b) for a, b in gaps if raw[a - 1] in _ENDS or _begins().match(raw, b)]
    if len(telling) < _FEWEST:
        return _counted(raw)
    if len(telling) * 3 >= len(gaps):
        told = set(telling)
        telling = [(a, b) for a, b in gaps if (a, b) in told or (_wide(raw[a - 1]) and (_wide(raw[b]) or _dated().match(raw, b)))]
    return [b for _, b in telling]


def _counted(raw: str) -> list[int]:
    """Before 一、二、三、 … that stand behind the end of a sentence and count on without a gap."""
    out: list[int] = []
    for match in _glued().finditer(raw):
        if to_int(match[1]) == len(out) + 1:
            out.append(match.start())
    return out if len(out) >= _FEWEST else []


def _wide(character: str) -> bool:
    return "\u2e80" <= character <= "\ufe4f" or "\uff00" <= character <= "\uffef" or character in "“”‘’…—·〇"
