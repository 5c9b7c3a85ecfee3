"""Whether a clause speaks of a matter as one thing, or only says its words here and there.

What is asked about is mostly one compound: what stands last in it is the thing, what stands before it says of what kind. A clause that does
not say the thing is about something else (学校 and 搬迁 are no 学校搬迁; 宅基地 and 退出 say nothing of 补偿), nor is one that says a short
word of it sentences away from the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.wording import wording
from index.matter.parts import Part, Topic, marked, partly

COMPACT = 9  # characters of a stretch that is one compound; a longer one is a sentence, of which not every word is looked for
LIGHT = 1.3  # weight below which a word is in so many clauses that it need not be said: 农村
SAID = 0.7  # how nearly a word must be said
LONG = 4  # characters of a word that says a matter by itself
ONE_TASK = 260  # characters of a clause that speaks of one task
TAIL = 3  # characters of a compound's end
APART = 1  # stretches between commas that may lie between a short word and the next one of its compound
MISSING = 0.15  # share of a compound's weight that need not be said
SHARES = (0.34, 0.34, 0.34, 0.1)  # share of the topic that must be said as one, by its number of stretches: many describe it loosely

_STOPS = "；,;:?!，：！？"
_BODIES = ("公司", "集团", "基金", "基金会", "协会", "学会", "商会", "银行", "学校", "学院", "医院", "研究院", "研究所", "博物馆", "图书馆", "体育馆", "合作社", "交易所")
_LOOSE = frozenset("的了着得给跟把被让为搞弄")
_FIGURE = frozenset("0123456789０１２３４５６７８９每")


def as_one(topic: Topic, text: str, head: str, title: str) -> bool:
    """Whether a clause of this text says the compounds of a topic as such; `head`: its heading and the one above, bare, `title` bare.

    A topic without a compound of several words is said as one by any clause.
    """
    text = marked(text)
    for stop in _STOPS:
        text = text.replace(stop, "。")
    breaths = [b for b in text.split("。") if b]
    whole = held = 0.0
    for stretch in topic.stretches:
        words = _words(topic, stretch)
        weight = sum(p.weight for p in words)
        whole += weight
        if len(words) < 2 or len(_named(stretch)) > COMPACT or not _LOOSE.isdisjoint(stretch) or _one(stretch, words, breaths, head, title):
            held += weight
    return held >= whole * SHARES[min(len(topic.stretches), len(SHARES) - 1)]


def in_passing(topic: Topic, text: str) -> bool:
    """Whether a text names a topic only among the examples of what something else is for: 做好粮食、种业等重点领域的金融服务 is no work on 种业."""
    text = marked(text)
    if "等" not in text:
        return False
    said = [m for stretch in topic.stretches if len(stretch) > 2 for m in re.finditer(re.escape(stretch), text)]
    return bool(said) and all(_examples().match(text, m.end()) is not None for m in said)


@cache
def _examples() -> re.Pattern[str]:
    return re.compile(r"(?:、[^，。；、]{1,16}){0,6}等[^，。；、]{0,8}(?:领域|方面|行业|环节|对象|群体|产业)的")


def _named(stretch: str) -> str:
    """A stretch without what is asked of the thing at its end: 乡镇干部轮岗 of 乡镇干部轮岗年限."""
    asked = next((w for n in (4, 3, 2) if (w := stretch[-n:]) in wording().idle and len(stretch) > n), "")
    return stretch.removesuffix(asked)


def _words(topic: Topic, stretch: str) -> list[Part]:
    """The words of a stretch that say something of the matter, in their order."""
    soft = wording().soft
    found = [p for p in topic.words if p.text in stretch and p.text not in soft and p.text[0] not in _FIGURE and not _counts(p.text)]
    found.sort(key=lambda p: stretch.find(p.text))
    return found[:-1] if len(found) > 2 and found[-1].loose else found


def _counts(word: str) -> bool:
    """Whether a word only counts what follows: 四个."""
    return len(word) == 2 and word[0] in "一二两三四五六七八九十几各" and word[1] in "个项类种家大份次天年月日名户亩"


def _one(stretch: str, words: Sequence[Part], breaths: Sequence[str], head: str, title: str) -> bool:
    """Whether a compound is said: its last word, of the others all or all but one of several, and short ones not far from the rest."""
    text = "".join(breaths)
    if stretch in text or stretch in head:
        return True
    if len(text) <= ONE_TASK and any(tail in text or tail in head for tail in (stretch[n:] for n in (1, 2, 3) if len(stretch) - n >= LONG)) and not _another_body(stretch, words, "。".join((*breaths, head))):
        return True  # 租赁补贴 of 住房租赁补贴: how much of the whole must be said is asked elsewhere
    at = [_places(p, breaths, head) for p in words]
    if not at[-1] or _another_body(stretch, words, "。".join((*breaths, head))):
        return False
    titled = [p for p in words if any(f in title for f in (p.text, *p.forms, *p.near))]
    missing = [p.weight for p, places in zip(words, at, strict=True) if not places and p.weight >= LIGHT and p not in titled]
    if sum(missing) > MISSING * sum(p.weight for p in words):
        return False
    telling = [(p, places) for p, places in zip(words, at, strict=True) if places and p.weight >= LIGHT]
    if len(telling) == 2 and len(stretch) == LONG:  # 社区医院: what is only listed side by side (社区、医院) is two things
        return _side_by_side(words, breaths, head)
    if len(text) <= ONE_TASK and all(at) and _tail_said(stretch, words, text):  # a row about one task: what it says of the thing it says of all
        return True
    short = [places for p, places in telling if p not in titled and not _long(p, words, stretch, text)]
    return len(telling) < 2 or not short or _near(short if len(short) > 1 else [places for _, places in telling])


def _another_body(stretch: str, words: Sequence[Part], text: str) -> bool:
    """Whether what a text says is another body of the kind asked for: 融资担保公司 is no 农业信贷担保公司.

    A body is told by what stands before its kind; each time the text says the kind, it has before it a word of which the question has not a
    character, and none that says nothing.
    """
    if len(words) < 2 or not words[-1].text.endswith(_BODIES):
        return False
    starts = sorted({stretch.rfind(p.text) for p in words[1:]} - {-1, 0})
    start = next((at for at in starts if stretch[at:] in text), 0)
    kind, head, found = stretch[start:], stretch[:start], list[str]()
    at = text.find(kind) if start else -1
    while at >= 0:
        found.append(text[max(0, at - 2) : at])
        at = text.find(kind, at + 1)
    soft = wording().soft
    return bool(found) and all(len(before) == 2 and before.isalpha() and before not in soft and set(before).isdisjoint(head) for before in found)


def _tail_said(stretch: str, words: Sequence[Part], text: str) -> bool:
    """Whether the end of a compound, a long word or several, is said as it is asked: 心理疏导 of 安置区心理疏导."""
    starts = [stretch.rfind(p.text) for p in words[1:]]
    return any(at >= 0 and len(stretch) - at >= TAIL and stretch[at:] in text for at in starts)


def _side_by_side(words: Sequence[Part], breaths: Sequence[str], head: str) -> bool:
    """Whether two short words stand in one stretch without a comma."""
    items = [item for breath in (*breaths, head) for item in breath.split("、")]
    return any(all(_places(p, [item], "") for p in words) for item in items)


def _places(part: Part, breaths: Sequence[str], head: str) -> list[int]:
    """Where a word is said: numbers of stretches between commas, -1 for the heading."""
    forms, text = (part.text, *part.forms, *part.near), "。".join(breaths)
    said = [f for f in forms if f in text]
    found = [n for n, breath in enumerate(breaths) if any(f in breath for f in said)] if said else []
    if not found and partly(part, text, "") >= SAID:
        found = [n for n, breath in enumerate(breaths) if partly(part, breath, "") >= SAID]
    return [-1, *found] if any(f in head for f in forms) else found


def _long(part: Part, words: Sequence[Part], stretch: str, text: str) -> bool:
    """Whether a word says a matter by itself, alone or with the one beside it as the text has them."""
    if len(part.text) >= LONG:
        return True
    beside = (p.text for p in words if p is not part)
    return any((a + b in stretch and a + b in text) for other in beside for a, b in ((part.text, other), (other, part.text)))


def _near(every: Sequence[Sequence[int]]) -> bool:
    """Whether all of some words stand within a few stretches between commas; what the heading says is near everything."""
    open_ = [places for places in every if -1 not in places]
    return not open_ or any(all(any(0 <= n - first <= APART for n in places) for places in open_) for first in {n for places in open_ for n in places})
