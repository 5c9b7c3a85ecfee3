"""Statutes and what they rest on: which articles of two documents share wording, found without reading either closely.

A document made of articles (法律, 条例, 办法) rests on what it names as its basis, on the one of its title at a higher level and
on the one that it takes the place of; with all others it shares the language of statutes, which says nothing. There may be
thousands of them, so their clauses are looked at closely only where runs of GRAM characters that are rare in the one are found
in the other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kb.measures import BREAKS, DROPPED, SAME, folding
from kb.model import Clause

GRAM = 8  # characters of a run of wording
EVERY = 4  # of the characters that a run may begin with, one in so many counts
RARE = 4  # clauses of a document with the same run, up to which it tells them apart
SHARED = 2, 0.2  # runs that two clauses share when one may draw on the other, and share of the lower one's
FEWEST = 3  # articles that make a document one of articles


def made_of_articles(clauses: Iterable[Clause]) -> frozenset[str]:
    """The documents whose numbered clauses are articles (第N条) for the greater part."""
    articles: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for clause in clauses:
        if clause.kind == "article":
            articles[clause.document] += 1
        elif clause.kind not in ("preamble", "part", "chapter") and "条" not in clause.path and "章" not in clause.path:
            outside[clause.document] += 1
    return frozenset(document for document, count in articles.items() if count >= max(FEWEST, outside[document]))


@lru_cache(maxsize=1)
def _folding() -> dict[int, str | None]:
    breaks = [c for c in (*BREAKS, *SAME) if SAME.get(c, c) in BREAKS]
    return {**folding(), **{ord(c): None for c in DROPPED}, **{ord(c): "\n" for c in breaks}}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    beginnings = "".join(chr(code) for code in range(0x4E00, 0xA000) if code % EVERY == 0)
    return re.compile(f"(?=([{beginnings}].{{{GRAM - 1}}}))")


def runs(text: str) -> set[str]:
    """Runs of GRAM characters within the measures of a text, folded as measures are: those that begin with certain characters,
    the same in every text."""
    return set(_pattern().findall(text.translate(_folding())))


class Wording:
    """The runs of a document's clauses that few of them hold."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        places: dict[str, list[int]] = defaultdict(list)
        for number, clause in enumerate(clauses):
            for run in runs(clause.text):
                places[run].append(number)
        self._places: Mapping[str, Sequence[int]] = {run: at for run, at in places.items() if len(at) <= RARE}

    def likeliest(self, text: str) -> int | None:
        """The number of the clause that a text most likely draws on; None where it draws on none."""
        mine = runs(text)
        found = mine & self._places.keys()
        enough = max(SHARED[0], SHARED[1] * len(mine))
        if len(found) < enough:
            return None
        shared: Counter[int] = Counter()
        for run in found:
            shared.update(self._places[run])
        count, number = max((count, -number) for number, count in shared.items())
        return -number if count >= enough else None
