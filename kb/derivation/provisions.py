"""Statutes and what they rest on: which articles of two documents share wording, found without reading either closely.

A document made of articles (法律, 条例, 办法) rests on what it names as its basis, on the one of its title at a higher level and
on the one that it takes the place of; with all others it shares the language of statutes, which says nothing. There may be
thousands of them, so their clauses are looked at closely only where runs of wording (kb/derivation/fingerprints.py) that are rare in the one
are found in the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from kb.derivation.fingerprints import runs_of_each
from kb.model import Clause

RARE = 4  # clauses of a document with the same run, up to which it tells them apart
SHARED = 2, 0.2  # runs that two clauses share when one may draw on the other, and share of the lower one's


class Wording:
    """The runs of a document's clauses that few of them hold."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        places: dict[str, tuple[int, ...]] = {}
        common: set[str] = set()
        for number, found in enumerate(runs_of_each([clause.text for clause in clauses])):
            mine: dict[str, tuple[int, ...]] = dict.fromkeys(found, (number,))
            for run in places.keys() & mine:
                mine[run] = (*places[run], number)
                if len(mine[run]) > RARE:
                    common.add(run)
                    mine[run] = mine[run][:RARE]  # as many as it takes to see that it is
            places.update(mine)
        for run in common:
            del places[run]
        self._places: Mapping[str, Sequence[int]] = places

    def likeliest(self, mine: Collection[str]) -> int | None:
        """The number of the clause that a text with these runs most likely draws on; None where it draws on none."""
        places = self._places
        found = places.keys() & mine
        enough = max(SHARED[0], SHARED[1] * len(mine))
        if len(found) < enough:
            return None
        shared = Counter(chain.from_iterable([places[run] for run in found]))
        count, number = max((count, -number) for number, count in shared.items())
        return -number if count >= enough else None
