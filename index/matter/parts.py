"""A topic taken apart: its words with what else stands for them, and how nearly a text says one of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from index.asking.wording import wording
from index.tokens import bare
from kb.frozen import dataclass

NEARLY = 0.75  # what a word counts that is said only nearly
STRANGER = 4  # characters between those of an abbreviation that is nowhere: 投洽会 of 投资贸易洽谈会
BESIDE = 30  # characters between the halves of a word that is said in two
AT_LENGTH = 14  # characters of a longer name between its head and its last character
MEASURES = ("微克", "毫克", "公里", "平方", "万元", "亿元", "公斤", "小时", "分钟", "千瓦", "兆瓦", "公顷", "立方", "毫米", "万吨", "万亩", "千克")  # measures that the word cutter parts from their numbers
PIECED = 0.9  # and at most one of which only pieces are said


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The bare text, which one question asks for several times of the same clauses."""
    return bare(text)


def marked(text: str) -> str:
    """The bare text with full stops where lines and cells end."""
    return plain(text.replace("\n", "。").replace("\t", "。"))


@dataclass(frozen=True, slots=True)
class Part:
    """A word of the topic: it counts as said where it or one of the forms stands, for less where only something near it does."""

    text: str
    forms: tuple[str, ...]
    weight: float
    known: bool  # occurs in the knowledge base at all
    near: tuple[str, ...] = ()
    pieces: tuple[tuple[str, float], ...] = ()  # the words that a longer one is made of, with their weights
    loose: bool = False  # nowhere said and only how one puts it: 消霾 of 人工增雨消霾


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked about."""

    text: str
    stretches: tuple[str, ...]
    words: tuple[Part, ...]
    pairs: tuple[tuple[str, float], ...]


def partly(part: Part, text: str, above: str) -> float:
    """A word that does not stand there: something near it does, or most of its characters in pairs (粮食产量: 粮食…产量)."""
    if any(n in text or n in above for n in part.near):
        return max(NEARLY, _pieced(part, text))
    if part.text.endswith(MEASURES) and part.text[0].isdigit():
        return 0.0  # 31微克 is not nearly 25微克
    if 3 <= len(part.text) <= 5 and _spread(part.text, text, 2 if part.known else STRANGER):
        return NEARLY
    if len(part.text) == 3 and not part.known and _named_at_length(part.text, text):
        return NEARLY
    if len(part.text) < 4:
        return _pieced(part, text)
    if len(part.text) > 4 and part.pieces:
        return _pieced(part, text)
    if len(part.text) > 5 and (run := shared_run(part.text, text)) >= 4:  # 驻镇帮镇 of 驻镇帮镇扶村
        return PIECED * run / len(part.text)
    pairs = [part.text[i : i + 2] for i in range(len(part.text) - 1)]
    if len(part.text) == 4:  # two words of two characters: that which joins them says nothing, and far apart they say less
        pairs = [pairs[0], pairs[2]]
        held = sum(p in text or p in above for p in pairs)
        halves = [(f[:2], f[2:]) for f in (part.text, *part.forms, *part.near) if 4 <= len(f) <= 5]  # 百岁老年人: 百岁以上老年人
        beside = any(a in text and b in text and _beside(a, b, text) for a, b in halves)
        return max(NEARLY * (1.0 if beside or (held == len(pairs) and any(p in above for p in pairs)) else held / 4), _pieced(part, text))
    share = sum(p in text for p in pairs if p not in wording().soft) / len(pairs)  # 改善, 计划 say nothing of 营养改善计划
    return NEARLY * share if share >= 0.4 else 0.0


def _pieced(part: Part, text: str) -> float:
    """How far the pieces of a word stand in a text."""
    return PIECED * sum(w for p, w in part.pieces if p in text) / sum(w for _, w in part.pieces) if part.pieces else 0.0


def _beside(first: str, last: str, text: str) -> bool:
    """Whether two words stand in either order with a few characters between them, none that ends a sentence."""
    for a, b in ((first, last), (last, first)):
        at = text.find(a)
        while at >= 0:
            end = at + len(a)
            behind = text.find(b, end, end + BESIDE + len(b))
            if behind >= 0 and not any(stop in text[end:behind] for stop in "。；"):
                return True
            at = text.find(a, at + 1)
    return False


def shared_run(word: str, text: str) -> int:
    """The length of the longest part of a word that stands in a text."""
    best = 0
    for start in range(len(word)):
        while start + best < len(word) and word[start : start + best + 1] in text:
            best += 1
    return best


def _spread(word: str, text: str, between: int = 2) -> bool:
    """An abbreviation in what it stands for: 长护险 in 长期护理保险; of four characters one half stays whole: 小额信用贷款 is 小额信贷, 人…口普…查 no 人口普查."""
    if len(word) == 4:
        ways = ((word[:2], word[2:]), (word[:2], word[2], word[3]), (word[0], word[1], word[2:]))
        return any(_in_turn(way, text, 4 if len(way) == 2 else 2) for way in ways)
    return _in_turn(tuple(word), text, 3 if word[0].isdigit() else between if len(word) == 3 else 2)


def _named_at_length(word: str, text: str) -> bool:
    """Whether a text has a word that is nowhere as a longer name: 国三车 as 国三及以下排放标准柴油货车."""
    at = text.find(word[:2])
    while at >= 0:
        behind = text[at + 2 : at + 2 + AT_LENGTH].split("。")[0].split("；")[0]
        if word[2] in behind:
            return True
        at = text.find(word[:2], at + 1)
    return False


def _in_turn(pieces: Sequence[str], text: str, between: int) -> bool:
    """Whether the pieces stand one behind the other with at most so many characters, all of them Chinese, between two."""
    if any(piece not in text for piece in pieces):
        return False

    def follow(pieces: Sequence[str], end: int) -> bool:
        if not pieces:
            return True
        at = text.find(pieces[0], end, end + between + len(pieces[0]))
        while at >= 0:
            if all("一" <= c <= "龥" for c in text[end:at]) and follow(pieces[1:], at + len(pieces[0])):
                return True
            at = text.find(pieces[0], at + 1, end + between + len(pieces[0]))
        return False

    at = text.find(pieces[0])
    while at >= 0:
        if follow(pieces[1:], at + len(pieces[0])):
            return True
        at = text.find(pieces[0], at + 1)
    return False


def shared(topic: Topic, text: str) -> int:
    """The length of the longest part of the topic, no figure, that a bare text says word for word."""
    best = 0
    for stretch in topic.stretches:
        for start in range(len(stretch)):
            while start + best < len(stretch) and stretch[start : start + best + 1] in text and stretch[start : start + best + 1].isalpha():
                best += 1
    return best
