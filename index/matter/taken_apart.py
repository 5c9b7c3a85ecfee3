"""A topic as it was asked → its words (with what else stands for each of them) and its pairs of characters, each weighed by how rare it is
in the knowledge base.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.measures import age_asked
from index.asking.wording import wording
from index.matching.ranking import rarity
from index.matching.rewording import in_figures, with_names
from index.matching.spoken import meanings, spoken
from index.matching.synonyms import LONGEST, synonyms
from index.matter.parts import MEASURES, Part, Topic
from index.opening import Index
from index.tokens import bare, bigrams
from kb.frozen import replace
from kb.tables import settings

MISSPELT, LONGEST_SLIP = 5, 12  # characters of a stretch that may have a slip of the pen
PARTS, LONGEST_PART = ("季度", "半年"), 5  # parts of a year, which tables have in their heads
LARGE = ("万", "亿")
TIMES, WITHIN = frozenset("秒天日周"), ("", "内", "之内", "以内")  # measures of time that the word cutter leaves with what stands behind them
LISTED, NAMED = 5, 8  # characters of a name of such words alone that the texts have: 任务分解清单
DOING = ("搞", "弄")  # what stands behind these is a thing, never how one puts it: 租楼房搞诊所
SHORT = 2  # characters of a name that is taken whole only where it is cut apart otherwise
WORKS = ("厂",)  # what people add to the name of a trade for those in it
PLACES = frozenset("省市县区州旗乡镇村")
LOOSELY = 0.4  # what a word counts that is nowhere, names nothing and is not the thing asked about: how one puts it (打包, 挤)
SOFT = 0.5  # what a word counts that only says that something is done
UNKNOWN = 0.5  # a pair that occurs nowhere may only be where two words meet: it counts half
_COMMON = frozenset("后前时和与及或的了在对把被给让由从到为以按将等这那其之不无有是要会能可应须再又也都还就只很更最每各该某跟做搞用办干弄使")
_DEEDS = frozenset("消除治防抗禁控补修拆装换清查打抓压提扩促保稳减降")
_NUMERALS = frozenset("一二两三四五六七八九十几")
ENDINGS = {"器": ("装置", "设备"), "机": ("设备", "装置"), "仪": ("设备", "仪器")}  # how texts name a thing that is nowhere under its short name: 报警器
_CLAUSE = frozenset("就能会要把给被让从跟还都再也不")  # words of a whole sentence, in which what stands last need not be the thing


@cache
def _idle() -> frozenset[str]:
    return frozenset(settings("query")["idle"]["words"]) | wording().idle


def _joined(words: Sequence[str]) -> list[str]:
    """Words, with single characters that stand together made one: 专 班 is a word that the dictionary lacks."""
    out: list[str] = []
    run = ""
    for word in (*_large(words), ""):
        if len(word) == 1 and word not in _COMMON:
            run += word
            continue
        if len(run) > 1 and not all(c in _idle() for c in run):
            out.append(run)
        elif len(run) == 1 and run in wording().suffixes and out:
            out[-1] += run
        run = ""
        out.append(word)
    return out


def _large(words: Sequence[str]) -> list[str]:
    """Words, with a number and 万 or 亿 behind it made one: 8, 万 of 再补8万."""
    out: list[str] = []
    for word in words:
        if word in LARGE and out and out[-1].replace(".", "").isdigit():
            out[-1] += word
        else:
            out.append(word)
    return out


def is_year(word: str) -> bool:
    """2025 or 2025年."""
    digits = word.removesuffix("年")
    return len(digits) == 4 and digits.isdigit() and digits.startswith(("19", "20"))


def make_topic(index: Index, text: str) -> Topic:
    """A topic taken apart, weighed by how rare its parts are. Stretches are set apart by spaces."""
    idle = _idle()
    stretches = tuple(in_figures(_mended(index, bare(s)), index.frequency) for s in text.split() if bare(s) and bare(s) not in idle and not (bare(s).endswith(PARTS) and len(bare(s)) < LONGEST_PART and not index.frequency(bare(s))))
    words: dict[str, Part] = {}
    pairs: dict[str, float] = {}
    for stretch in stretches:
        tokens = _tokens(index, stretch)
        telling = [word for word in tokens if len(word) > 1 and word not in idle]
        deed = telling[-1] if len(telling) > 2 and _does(index, telling[-1]) else ""
        thing = "" if not _CLAUSE.isdisjoint(tokens) else next((word for word in reversed(telling) if word not in wording().soft and word != deed), "")
        aged = age_asked().search(stretch) if "岁" in stretch else None
        bare_age = aged is not None and not index.frequency(f"{aged.group(1)}岁") and not index.frequency(f"{aged.group(1)}周岁")
        for word in telling:
            if bare_age and aged is not None and word in (aged.group(1), aged.group()):
                continue  # 95岁: texts speak of a band of ages
            if word not in words and not _counts_nothing(index, stretch, word):
                part = words[word] = _part(index, word)
                if not part.known and word != thing and not stretch[: stretch.find(word)].endswith(DOING) and not any(c.isdigit() for c in word) and not _names(index, word):
                    words[word] = replace(part, weight=part.weight * LOOSELY, loose=word == deed)
        _gathered(index, stretch, words)
        if ((3 <= len(stretch) <= 5 and _nothing_left(stretch, tokens, idle)) or _named_so(index, stretch, tokens, idle)) and not any(c.isdigit() or c in _CLAUSE for c in stretch):
            words[stretch] = _part(index, stretch)  # 网办率: all of it is single characters and words that say nothing
            pairs.update({p: rarity(index.count, max(1, index.frequency(p))) for p in bigrams(stretch) if p not in pairs})
        for pair in _pairs(stretch, [t for t in tokens if t in idle and len(t) > 1]):
            if pair not in pairs:
                seen = index.frequency(pair)
                pairs[pair] = rarity(index.count, seen) if seen else UNKNOWN * rarity(index.count, 1)
    return Topic(text, stretches, tuple(words.values()), tuple(pairs.items()))


def _does(index: Index, word: str) -> bool:
    """Whether a word is nowhere, in no dictionary, and begins with what is done to a thing: 消霾, 控烟."""
    return len(word) == 2 and word[0] in _DEEDS and not index.frequency(word) and not index.words.is_name(word) and len(index.cut(word)) == 2


def _counts_nothing(index: Index, stretch: str, word: str) -> bool:
    """Whether a word only counts what stands behind it, as no text does: 三个 of 三个区开展服务月, not of 三个清零."""
    at = stretch.find(word) + len(word)
    return len(word) == 2 and word[0] in _NUMERALS and word[1] in "个家条种类项" and at < len(stretch) and not index.frequency(word + stretch[at])


def _gathered(index: Index, stretch: str, words: dict[str, Part]) -> None:
    """Adds to the words of a stretch that are one word said anew of each thing how texts put them in one: 供水供气供暖 as 水气暖."""
    for found in _anew().finditer(stretch) if len(set(stretch)) < len(stretch) else ():
        said, short = found.group(), found.group()[1::2]
        pieces = [said[at : at + 2] for at in range(0, len(said), 2)]
        for word in pieces if index.frequency(short) else ():
            if word in words:
                words[word] = replace(words[word], forms=(*words[word].forms, short), weight=words[word].weight / len(pieces))  # together one word


@cache
def _anew() -> re.Pattern[str]:
    return re.compile(r"([一-龥])[一-龥](?:\1[一-龥]){2,4}")


def _names(index: Index, word: str) -> bool:
    """Whether a word, or a word in it, is the name of something: 农村危房改造 is, though no dictionary has it whole."""
    return word in synonyms() or any(len(piece) > 1 and index.words.is_name(piece) for piece in (word, *index.cut(word)))


def _nothing_left(stretch: str, tokens: Sequence[str], idle: frozenset[str]) -> bool:
    """Whether a stretch has no word of its own, but a character that makes one of what is left."""
    return all(len(t) == 1 or t in idle for t in tokens) and sum(len(t) for t in tokens if len(t) > 1) < len(stretch)


def _named_so(index: Index, stretch: str, tokens: Sequence[str], idle: frozenset[str]) -> bool:
    """Whether a stretch of words that say nothing alone is a name that the texts have, ending like a kind of document: 任务分解清单."""
    return LISTED < len(stretch) <= NAMED and stretch.endswith(tuple(wording().genres)) and all(t in idle for t in tokens) and bool(index.frequency(stretch))


def _mended(index: Index, stretch: str) -> str:
    """A stretch with one wrong character as the texts have it: 营养改膳计划 → 营养改善计划; as it is where it is no such slip."""
    if not MISSPELT <= len(stretch) <= LONGEST_SLIP or all(len(word) > 1 for word in index.cut(stretch)):  # of words alone: no slip
        return stretch
    strange = [i for i in range(len(stretch) - 1) if not index.frequency(stretch[i : i + 2])]
    if not strange or strange[-1] - strange[0] > 1 or index.frequency(stretch):
        return stretch
    return next((form for form in index.near(stretch) if len(form) == len(stretch)), stretch)


def _tokens(index: Index, stretch: str) -> list[str]:
    """The words of a stretch; where the table of synonyms has a longer one, that one is taken whole (水电气, 易地搬迁)."""
    table, said, ends, idle = synonyms(), spoken(), wording().suffixes, _idle()
    out: list[str] = []
    rest, at = "", 0
    while at < len(stretch):
        whole = next((stretch[at : at + n] for n in range(min(LONGEST, len(stretch) - at), 2, -1) if stretch[at : at + n] in table or (stretch[at : at + n] in said and _tells(index, stretch[at : at + n]))), "")
        whole = whole or _short(index, stretch[at : at + SHORT], rest, stretch)
        if whole:
            after = index.cut(stretch[at + len(whole) :])[:1]  # 高铁|站: the first word behind it is a single character
            whole += after[0] if after and after[0] in ends else ""
            out += [*_joined(index.cut(rest)), whole]
            rest = ""
        else:
            rest += stretch[at]
        at += len(whole) or 1
    out = with_names([word for word in (*out, *_joined(index.cut(rest))) if word], idle, index.frequency)
    out = [piece for word in out for piece in _halves(index, word)]
    out = _measured(out)
    last = stretch[-1]
    named = out and len(stretch) <= MISSPELT and stretch[0] != "每" and len(out[-1]) > 1 and out[-1] not in wording().soft and stretch[:-1].endswith(out[-1])
    if named and last not in _COMMON and last not in idle and not index.frequency(stretch[-2:]):
        out[-1] += last  # 健康|码: what the last character makes of the word is nowhere, and the word alone is something else
    return out


def _tells(index: Index, saying: str) -> bool:
    """Whether the texts have a saying, or what it stands for, or not its own words either; else these are theirs (拿金牌: 获得金牌)."""
    if index.frequency(saying) or any(index.frequency(o.text) for o in spoken()[saying]):
        return True
    own = [word for word in index.cut(saying) if len(word) > 1]
    return not own or not all(index.frequency(word) for word in own)


def _short(index: Index, name: str, before: str, stretch: str) -> str:
    """A name of two characters of which the word cutter takes the first alone and the second for the beginning of another word (非|遗传 of 非遗传承人); "" where it is none."""
    if len(name) < SHORT or not any(o.kind == "synonym" for o in (*synonyms().get(name, ()), *spoken().get(name, ()))):
        return ""
    start, at = len(before), 0
    for token in index.cut(before + stretch[stretch.find(before + name) + len(before) :]):
        if at == start:
            return name if len(token) == 1 else ""
        at += len(token)
    return ""


def _halves(index: Index, word: str) -> tuple[str, ...]:
    """Four single characters that were made one word and are nowhere: their halves, where both are somewhere (河长, 巡河)."""
    if len(word) != 4 or index.frequency(word) or len(index.cut(word)) < 4 or not (index.frequency(word[:2]) and index.frequency(word[2:])):
        return (word,)
    return word[:2], word[2:]
def _measured(tokens: Sequence[str]) -> list[str]:
    """The words of a stretch with numbers as words of their own only together with the measures behind them: 25微克, 微克; 25 alone is in 2025 too."""
    out: list[str] = []
    for token in tokens:
        if out and out[-1].replace(".", "").isdigit() and token[0] in TIMES and token[1:] in WITHIN:
            out[-1] += token[0]  # 15秒内: texts have 15秒
            continue
        if out and token.startswith(MEASURES) and out[-1].replace(".", "").isdigit() and not is_year(out[-1]):
            out[-1] += token
        out.append(token)
    return out


def _part(index: Index, word: str) -> Part:
    every = meanings(word)
    forms = tuple(o.text for o in every if o.kind in ("synonym", "unit", "lookalike"))
    near = tuple(o.text for o in every if o.kind == "related" and len(o.text) > 1)
    if len(word) > SHORT and word.endswith(WORKS) and not index.frequency(word) and index.frequency(word[:-1]):
        near = (*near, word[:-1])  # 水泥厂: texts speak of 水泥企业, 水泥行业
    if word[:-1] == "试点" and word[-1] in PLACES and not index.frequency(word):
        near = (*near, word[:-1])  # 宅基地试点县: texts speak of the 试点 in 甲县、乙县
    if len(word) > 2 and word[-1] in ENDINGS and not index.frequency(word):
        near += tuple(word[:-1] + end for end in ENDINGS[word[-1]])
    seen = index.frequency(word) or sum(index.frequency(f) for f in forms)
    known = bool(seen) or any(index.frequency(n) for n in near)
    phrase = len(word) > SHORT and not index.frequency(word) and word in spoken()  # 拿金牌: what it is made of may be said as well
    pieces = [p for p in index.cut(word) if len(p) > 1 and p != word and p not in wording().soft and p not in _idle()] if len(word) > 4 or phrase else []
    weights = tuple((p, rarity(index.count, min(max(index.frequency(p), 1), index.count))) for p in pieces) if len(pieces) > (not phrase) else ()
    weight = rarity(index.count, min(max(seen, 1), index.count)) * (SOFT if word in wording().soft else 1.0)
    return Part(word, forms, weight, known, near, weights)


def _pairs(stretch: str, idle: Sequence[str]) -> list[str]:
    """The pairs of characters of a stretch; none that touches a word which says nothing: 人才政策 gives 人才 alone; none of figures, which
    are words of their own."""
    for word in idle:
        stretch = stretch.replace(word, " ")
    return [p for p in bigrams(stretch) if len(p) == 2 and " " not in p and p not in _idle() and not any(c.isdigit() for c in p)]
