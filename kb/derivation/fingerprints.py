"""What the wording of a document leaves behind: by it, documents that share rare wording find each other without being read again.

A *run* is GRAM characters in a row within one measure, folded as measures are. Of all runs only those count that begin with certain
characters, the same in every text, so that what two texts share is sampled alike in both. A fingerprint keeps them as numbers, 4
bytes each; it depends on its document alone, so it is made when the file is parsed and kept in the store.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kb.derivation.measures import BREAKS, DROPPED, SAME, folding
from kb.model import Clause, Fingerprint

GRAM = 8  # characters of a run of wording
EVERY = 4  # of the characters that a run may begin with, one in so many counts
BREAK = "。"  # one of BREAKS: no run goes on over it
FEWEST = 3  # articles that make a document one of articles
_BETWEEN = "\x1e"  # parts texts that are folded together; folding leaves it as it is


def fingerprint(document: str, clauses: Sequence[Clause]) -> Fingerprint:
    """The fingerprint of a document, from all its clauses."""
    found = set(runs(BREAK.join(clause.text for clause in clauses)))
    encoded = "\n".join(found).encode("utf-8", "surrogatepass").split(b"\n")  # at one go; no run holds a line break
    numbers = sorted(set(map(zlib.crc32, encoded))) if found else []
    return Fingerprint(document, _made_of_articles(clauses), array("I", numbers).tobytes())


def numbers_of(print: Fingerprint) -> array[int]:
    """The runs of a fingerprint as numbers, in ascending order."""
    return array("I", print.runs)


def fingerprints(documents: Iterable[str], clauses: Iterable[Clause]) -> tuple[Fingerprint, ...]:
    """Those of several documents, in their order."""
    own: dict[str, list[Clause]] = {document: [] for document in documents}
    for clause in clauses:
        if clause.document in own:
            own[clause.document].append(clause)
    return tuple(fingerprint(document, found) for document, found in own.items())


def _made_of_articles(clauses: Iterable[Clause]) -> bool:
    """Whether the numbered clauses are articles (第N条) for the greater part: a statute (法律, 条例, 办法)."""
    articles = outside = 0
    for clause in clauses:
        if clause.kind == "article":
            articles += 1
        elif clause.kind not in ("preamble", "part", "chapter") and "条" not in clause.path and "章" not in clause.path:
            outside += 1
    return articles >= max(FEWEST, outside)


@lru_cache(maxsize=1)
def measure_folding() -> dict[int, str | None]:
    """A table for str.translate: the text as measures are folded, a line break between two of them."""
    breaks = [c for c in (*BREAKS, *SAME) if SAME.get(c, c) in BREAKS]
    return {**folding(), **{ord(c): None for c in DROPPED}, **{ord(c): "\n" for c in breaks}}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """A character that a run may begin with, from which the run is seen ahead. It is looked at from behind, since a pattern that begins
    with a set of characters is searched for twice as quickly as one that begins with what is ahead."""
    beginnings = "".join(chr(code) for code in range(0x4E00, 0xA000) if code % EVERY == 0)
    return re.compile(f"[{beginnings}](?<=(?=(.{{{GRAM}}})).)")


@lru_cache(maxsize=1)
def _changing() -> re.Pattern[str]:
    """The stretches that folding changes, but for line breaks: to fold them alone is quicker than to translate all characters."""
    return re.compile("[" + re.escape("".join(chr(code) for code in measure_folding() if chr(code) != "\n")) + "]+")


@lru_cache(maxsize=1024)  # the same few marks again and again
def _folded(stretch: str) -> str:
    return stretch.translate(measure_folding())


def runs(text: str) -> list[str]:
    """The runs of a text that count, in order."""
    return _pattern().findall(_as_measures(text.replace("\n", "")))


def runs_of_each(texts: Sequence[str]) -> list[list[str]]:
    """The runs of several texts, each as `runs` gives them, for less: they are folded together."""
    folded = _as_measures(_BETWEEN.join(texts).replace("\n", "")).split(_BETWEEN)
    if len(folded) != len(texts):  # one of them holds what should part them
        return [runs(text) for text in texts]
    return [_pattern().findall(text) for text in folded]


def _as_measures(text: str) -> str:
    """A text without line breaks as measures are folded, with a line break between two of them."""
    for mark in BREAKS:  # the most frequent ones one by one, which is quick
        text = text.replace(mark, "\n")
    return _changing().sub(lambda found: _folded(found[0]), text)
