"""An engine whose entries came in another order than that of the store: what it finds is put in the store's order.

Entries of files that were added later stand behind all others in the index, while in the store every clause has its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nsmallest

from index.engines.protocol import RankTerm, Searcher, Tree

Ranked = list[tuple[int, float]]
MORE = 50  # entries asked for besides those that are wanted


class Ordered:
    """A searcher whose entries are in the order of `places`, the number of each entry's clause in the store."""

    def __init__(self, engine: Searcher, places: Callable[[], Sequence[int]]) -> None:
        self._engine, self._places = engine, places
        self.count = engine.count
        self.frequency, self.total, self.close = engine.frequency, engine.total, engine.close

    def match(self, tree: Tree) -> list[int]:
        return sorted(self._engine.match(tree), key=self._places().__getitem__)

    def first(self, tree: Tree, limit: int) -> tuple[list[int], int]:
        found = self._engine.match(tree)
        return nsmallest(limit, found, key=self._places().__getitem__), len(found)

    def rank(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> Ranked:
        return self.best(tree, terms, limit)[0]

    def best(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> tuple[Ranked, int]:
        """Of equal ones at the end those that come first in the store, so more are asked for until all of them are there."""
        places, more = self._places(), limit + MORE
        while True:
            found, total = self._engine.best(tree, terms, more)
            if len(found) < more or found[-1][1] < found[limit - 1][1]:
                return nsmallest(limit, found, key=lambda hit: (-hit[1], places[hit[0]])), total
            more *= 2
