"""Documents that a question calls by what they are about: 防返贫那个文件, 项目库那份通知, 那份分工清单."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.catalogue import Catalogue
from index.asking.wording import wording
from index.matching.synonyms import others
from index.tokens import bare
from kb.frozen import dataclass
from kb.model import LEVELS
from kb.regions import Place
from kb.units import UnitTable, find_units

MOST = 12  # documents at most that such a name may mean
ENOUGH = 0.5  # share of its pairs of characters that a title must say
BEFORE = 12  # characters before the word for a document in which its matter stands


@dataclass(frozen=True, slots=True)
class Called:
    """The documents that a loose name means, and the stretch of the question that is the name."""

    homes: tuple[int, ...]
    said: str


@cache
def _called() -> re.Pattern[str]:
    """A word for a document that points to it (那个通知), or that says nothing of its kind (文件, 文) with what is asked of it behind."""
    kinds = "|".join(sorted((re.escape(k) for k in wording().genres if k != "法里"), key=len, reverse=True))
    return re.compile(
        rf"(?:的)?(?:那|这)(?:个|份|部|些|两份)?(?:红头)?(?P<pointed>文件|{kinds}|文(?![化明旅物本体件])|规定|东西)|(?:的)?(?:红头)?(?P<plain>文件)(?=里|中|内|上|说|讲|要求|规定|怎么|对|是|什么|啥|谁|几|哪|多|有|提|写|的|[，,？?]|$)"
    )


def called(question: str, known: Catalogue, places: Sequence[Place], levels: Sequence[str], table: UnitTable) -> Called | None:
    """The documents that a question calls loosely; None where it calls none so or too many fit."""
    for found in _called().finditer(question) if any(w in question for w in ("那", "这", "文件")) else ():
        kind = found["pointed"] or found["plain"]
        start, what = _matter(question, found.start(), places)
        here = _here(known, places, levels)
        genres = wording().genres.get(kind, ())
        of_kind = [n for n in known.of_kind(genres) if here is None or n in here] if genres else []
        if not what:
            if found["pointed"] and genres and 0 < len(of_kind) <= MOST:
                return Called(tuple(of_kind), question[found.start() : found.end()])
            continue
        if find_units(what, table) or "发的" in what or "出台的" in what:
            continue  # 民政厅印发的文件: by whom, not about what
        fits = _about(what, known, here)
        fits = [n for n in fits if n in of_kind] or fits
        if 0 < len(fits) <= MOST:
            return Called(tuple(fits), question[start : found.end()])
    return None


def name_before(question: str, at: int, titles: Sequence[str]) -> str:
    """How a document is called before the word for its kind, where one of its titles says that: 民政局发的助餐 of 民政局发的助餐方案; "" where none does."""
    window = question[max(0, at - BEFORE) : at]
    cut = max((m.end() for m in _edge().finditer(window.replace("“", "〇").replace("”", "〇"))), default=0)  # 十四五 may stand in quotation marks
    for start in range(cut, len(window) - 2):
        name = bare(window[start:])
        pairs = [name[i : i + 2] for i in range(len(name) - 1)]
        if pairs and any(in_order(name, title) and sum(p in title for p in pairs) >= ENOUGH * len(pairs) for title in titles):
            by = _by().search(question[: max(0, at - BEFORE) + start])
            return (by.group() if by is not None else "") + window[start:]
    return ""


@cache
def _by() -> re.Pattern[str]:
    """Who issued a document, before what it is about."""
    return re.compile(r"[一-龥]{1,6}(?:局|部|办|委|厅|政府)(?:印发|下发|转发|出台|发)的?$")


def _matter(question: str, end: int, places: Sequence[Place]) -> tuple[int, str]:
    """Where the matter of a document begins that stands before the word for it, and the matter."""
    start = max([max(0, end - BEFORE), *(p.end for p in places if p.end <= end)])
    window = question[start:end]
    cut = max((m.end() for m in _edge().finditer(window)), default=0)
    return start + cut, bare(window[cut:])


@cache
def _edge() -> re.Pattern[str]:
    """What ends before the matter of a document: marks, names of levels, words of asking."""
    levels = sorted((n for names in wording().levels.values() for n in names), key=len, reverse=True)
    return re.compile(rf"[，。、；：？！,;:?!“”（）()\s]|{'|'.join(map(re.escape, levels))}|请问|想问|问下|问一下|查一下|关于|有关|按照|根据|按|照|看|就是|还是|在|从|(?:[省市县州]|(?<!社)区)的?(?=[一-龥]{{2}})")


def _here(known: Catalogue, places: Sequence[Place], levels: Sequence[str]) -> set[int] | None:
    regions = {p.region for p in places}
    if not regions and not levels:
        return None
    lowest = [level for level in levels if level in LEVELS]
    return {n for n in range(len(known.cards.ids)) if known.cards.regions[n] in regions or known.cards.levels[n] in lowest}


def _about(what: str, known: Catalogue, here: set[int] | None) -> list[int]:
    """The documents whose title says a matter, by itself or another name of it: the characters in order, and of its pairs enough."""
    forms = {what, *(o.text for o in others(what) if o.kind in ("synonym", "related"))}
    best: dict[int, float] = {}
    for form in forms:
        pairs = {form[i : i + 2] for i in range(len(form) - 1)}
        for n in {n for pair in pairs for n in known.pairs.get(pair, ())}:
            if here is not None and n not in here:
                continue
            title = known.titles[n]
            share = sum(p in title for p in pairs) / len(pairs)
            if share >= ENOUGH and in_order(form, title):
                best[n] = max(best.get(n, 0.0), share)
    top = max(best.values(), default=0.0)
    return sorted(n for n, share in best.items() if share >= top - 0.34)


def in_order(form: str, title: str) -> bool:
    """Whether the characters of a name stand in a title in their order: 资产管理 in 资产后续管理."""
    at = 0
    for c in form:
        at = title.find(c, at) + 1
        if at == 0:
            return False
    return True
