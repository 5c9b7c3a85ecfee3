"""What an engine must do: keep numbered entries whose fields are tokens made by us, match trees of tokens, rank by BM25.

An engine never sees text and never makes tokens. Trees and ranking terms are ours, so a further engine is one more file
with `create`, `extend` and `open_index`, named in index/engines/__init__.py. To give every engine the same order, the score is fixed:
BM25 with k1 = 1.2, b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5)), field lengths rounded down to Lucene's 256 steps
(`rounded_length`), the average over all entries. Equal scores are ordered by entry number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from kb.frozen import dataclass

RANKED = ("pairs", "characters", "words")  # fields with frequencies and lengths
PHRASED = ("pairs", "own", "head")  # fields with positions
PLAIN = ("unit", "lead", "doc", "kind")  # fields that only say whether a token is there


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Entries that hold at least one of the tokens."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Entries that hold these tokens one directly after the other (a single token is a term)."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Begins:
    """Entries with a token of the field that begins so."""

    field: str
    head: str


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Entries that satisfy at least `least` of the parts."""

    parts: tuple[Tree, ...]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Not:
    part: Tree


@dataclass(frozen=True, slots=True)
class Everything:
    pass


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


Tree = AnyOf | Phrase | Begins | And | Or | Not | Everything | Nothing


@dataclass(frozen=True, slots=True)
class RankTerm:
    """A token that adds weight × BM25 to an entry's score."""

    field: str
    token: str
    weight: float


Fields = Mapping[str, Sequence[str]]  # the tokens of each field; a string has them with white space between


class Writer(Protocol):
    def add(self, number: int, fields: Fields) -> None:
        """Adds an entry; numbers are 64-bit integers that ascend, with or without gaps."""

    def remove(self, numbers: Iterable[int]) -> None:
        """Takes out entries that were there before."""

    def commit(self) -> None:
        """Makes everything added durable and closes the writer."""


class Searcher(Protocol):
    count: int

    def frequency(self, field: str, token: str) -> int:
        """In how many entries the token occurs; those that were taken out may count still."""

    def match(self, tree: Tree) -> list[int]:
        """The numbers of all entries that satisfy the tree, ascending."""

    def first(self, tree: Tree, limit: int) -> tuple[list[int], int]:
        """The first `limit` of what `match` gives, and how many there are."""

    def rank(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> list[tuple[int, float]]:
        """The best entries that satisfy the tree, best first, with scores; equal scores by number."""

    def best(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> tuple[list[tuple[int, float]], int]:
        """What `rank` gives, and how many entries satisfy the tree: found in one go."""

    def total(self, tree: Tree) -> int:
        """How many entries satisfy the tree."""

    def close(self) -> None: ...


class Engine(Protocol):
    """A module of this package with these three functions and its name."""

    name: str
    EXTENDS: bool  # whether entries can be taken out of an index, and put behind its others

    def installed(self) -> bool: ...

    def create(self, folder: Path) -> Writer: ...

    def extend(self, folder: Path) -> Writer: ...

    def open_index(self, folder: Path) -> Searcher: ...


@lru_cache(maxsize=1)
def length_steps() -> tuple[int, ...]:
    """The 256 lengths that a byte can stand for: exact up to 39, then with four significant bits."""
    steps = list(range(24))
    for code in range(24, 256):
        rest = code - 24
        bits, shift = rest & 7, (rest >> 3) - 1
        steps.append(24 + (bits if shift < 0 else (bits | 8) << shift))
    return tuple(steps)


def rounded_length(length: int) -> int:
    """The greatest step not above the length."""
    steps = length_steps()
    return steps[bisect_right(steps, length) - 1]

