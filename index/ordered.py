"""An engine whose entries came in another order than that of the store: what it finds is put in the store's order.

Entries of files that were added later stand behind all others in the index, while in the store every clause has its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import nsmallest

from index.engines.protocol import RankTerm, Searcher, Tree

Ranked = list[tuple[int, float]]


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
        found, places = self._engine.rank(tree, terms, limit), self._places()
        return sorted(found, key=lambda hit: (-hit[1], places[hit[0]]))

    def best(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> tuple[Ranked, int]:
        """As the engine gives them: they are weighed and ordered anew."""
        return self._engine.best(tree, terms, limit)
