"""What a query asks for: things that a good hit says, each with the other forms and words that may stand for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from index.matching.synonyms import Other, others, unit_core
from index.words import Cutter
from kb.errors import DataError
from kb.frozen import dataclass
from kb.tables import settings

MEASURES = tuple("章节条款项号%亿万千百亩元户人个年月日倍次所座家名张处种批吨斤里米")
DIGITS = frozenset("零〇一二三四五六七八九十百千万亿0123456789.-")
NARROW = ("place", "unit", "figure")  # kinds that narrow a topic down
LONG = 9  # characters from which a text with idle words is a sentence rather than a name
VERY_LONG = 16  # characters from which any text is one
MOST = 60  # words of a whole query that count: of a pasted page those that are rarest here
MOST_NEAR = 8  # of them for which forms that differ by one character are looked for
FEW = 3  # occurrences below which forms that differ by one character are looked for


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a hit should say: `text`, or one of the others, or at least its words.

    `kind`: topic; unit and place narrow a topic down; figure and exact are never taken apart; whole is the sentence itself, which
    nothing need hold.
    """

    text: str
    kind: str = "topic"
    others: tuple[Other, ...] = ()
    words: tuple[tuple[str, ...], ...] = ()  # each with its synonyms


@dataclass(frozen=True, slots=True)
class Means:
    """What reading a query may ask of the knowledge base."""

    cut: Cutter
    count: Callable[[str], int]  # in how many entries a bare text stands
    near: Callable[[str], tuple[str, ...]]  # texts there that differ from it by one character
    entries: int  # how many there are
    places: frozenset[str]  # names of places of its documents, also without 省, 市, 县


@lru_cache(maxsize=1)
def idle() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words and phrases of questions that say nothing of the matter."""
    table = settings("query")["idle"]
    return frozenset(table["words"]), tuple(sorted(table["phrases"], key=len, reverse=True))


def content(text: str) -> list[str]:
    """The stretches of bare text that punctuation and idle phrases leave: 低保怎么申请？ → 低保, 申请."""
    for phrase in idle()[1]:
        text = text.replace(phrase, "\n")
    out = []
    run = ""
    for c in text + "\n":
        if c.isalnum() or c in "-%.〔〕()/":
            run += c
        else:
            if any(x.isalnum() for x in run):
                out.append(run)
            run = ""
    return out


def is_figure(text: str) -> bool:
    """Whether a bare text is an ordinal or a figure, which means nothing in part: 第十三条, (三), 18亿亩, 30%."""
    core = text.lstrip("(").rstrip(")").removeprefix("第")
    head = core.rstrip("".join(MEASURES))
    return bool(head) and len(text) <= 12 and all(c in DIGITS for c in head)


@lru_cache(maxsize=1)
def hidden_in() -> dict[str, list[str]]:
    """Words that stand by chance within longer ones, with these (kb/data/query.toml): 民政 within 人民政府."""
    table: dict[str, list[str]] = settings("query")["hidden"]
    for word, longer in table.items():
        for each in longer:
            if word not in each[1:-1]:
                raise DataError(f"“{word}”不在“{each}”的中间", "query.toml", "请改正该行")
    return table


def is_sentence(text: str, cut: Cutter) -> bool:
    """Whether a bare text is a question or sentence rather than the name of something."""
    if is_figure(text):
        return False
    words, phrases = idle()
    if len(text) >= VERY_LONG or any(phrase in text for phrase in phrases):
        return True
    return len(text) >= LONG and any(word in words for word in cut(text))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks for; whether it is a sentence; how many words it has, where not all of them count."""

    needs: tuple[Need, ...]
    sentence: bool
    words: int = 0


def needs_of(texts: Sequence[str], means: Means) -> Asked:
    """What bare texts ask for."""
    sentence = any(is_sentence(text, means.cut) for text in texts)
    names: list[tuple[str, str]] = []  # a text and what it names; "" where that is to be seen
    for text in texts:
        parts = content(text) or [text]
        names += _of_sentence(text, means) if sentence else [name for part in parts for name in _placed(part, means)]
    names = list(dict.fromkeys(names))
    words = [name for name in names if name[1] != "whole"]
    if len(words) > MOST:
        left = {*sorted(words, key=lambda name: _rareness(name[0], means))[:MOST]}
        names = [name for name in names if name in left or name[1] == "whole"]
    sparing = Means(means.cut, means.count, _sparing(means.near), means.entries, means.places)
    needs = (Need(text, kind) if kind else need_of(text, sparing) for text, kind in names)
    return Asked(tuple(dict.fromkeys(needs)), sentence, len(words) if len(words) > MOST else 0)


def _rareness(text: str, means: Means) -> tuple[bool, int]:
    """For sorting the rarest texts first, behind them what is nowhere."""
    held = at_most(text, means)
    return not held, held


def at_most(text: str, means: Means) -> int:
    """In how many entries a bare text stands at most: those with the rarest pair of its characters, which the engine knows without
    looking."""
    return min(map(means.count, (text[i : i + 2] for i in range(max(1, len(text) - 1)))))


def _sparing(near: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    """Looks for so many texts' near forms and no more."""
    left = iter(range(MOST_NEAR))
    return lambda text: () if next(left, None) is None else near(text)


def _placed(text: str, means: Means) -> list[tuple[str, str]]:
    """What a name asks for; a unit with its place is two things: 清溪县住建局 → 清溪县, 住建局."""
    core = unit_core(text)
    place = text[: len(text) - len(core)] if core else ""
    return [(place, "place"), (core, "")] if place in means.places else [(text, "")]


def _of_sentence(text: str, means: Means) -> list[tuple[str, str]]:
    """The words of a sentence that say something, and its longest stretch as a whole."""
    parts = content(text)
    cut = dict.fromkeys(w for part in parts for w in ([part] if is_figure(part) else means.cut(part)))
    words = [w for w in cut if w not in idle()[0] and len(w) > 1]
    if not words:
        return [(part, "") for part in parts or [text]]
    longest = max(parts, key=len)
    whole = [(longest, "whole")] if len(longest) > max(map(len, words)) else []
    return [(word, "") for word in words] + whole


def need_of(text: str, means: Means) -> Need:
    """What a bare text asks for."""
    if is_figure(text):
        return Need(text, "figure")
    kind = kind_of(text, means.places)
    found = others(text)
    words = tuple(dict.fromkeys(w for w in means.cut(text) if len(w) > 1 and w not in idle()[0]))
    few = FEW if len(text) > 3 else 1  # a short word that stands here is hardly a slip
    if kind == "topic" and means.count(text) + sum(means.count(o.text) for o in found[:8]) < few:
        found += tuple(Other(form, "near") for form in means.near(text) if all(form != o.text for o in found))
    parts = tuple((w, *(o.text for o in others(w) if o.kind in ("synonym", "related"))) for w in words)
    return Need(text, kind, found, parts if len(words) > 1 or words != (text,) else ())


def kind_of(text: str, places: Iterable[str]) -> str:
    """Whether a bare text names a place, a unit, or something else."""
    if text in places:
        return "place"
    core = unit_core(text)
    return "unit" if core and len(text) - len(core) <= 6 else "topic"
