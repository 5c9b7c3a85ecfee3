"""How the hits of a query spread over levels, places, genres, years and units: counted over all of them, not the page shown."""

from __future__ import annotations

from collections import Counter

from index.engines.protocol import AnyOf, Tree
from index.opening import Index
from index.tokens import unit_token

UNITS = 300  # of the units with most work that are counted
Counts = list[tuple[str, int]]


def facet_counts(index: Index, tree: Tree) -> dict[str, Counts]:
    """For each kind of facet its values with the number of matches, most first: {"level": [("provincial", 12), …], …}."""
    found = index.engine.match(tree)
    homes = Counter(map(index.homes.__getitem__, found))
    out: dict[str, Counts] = {}
    cards = index.scope.cards
    for name, values in (("level", cards.levels), ("region", cards.regions), ("genre", cards.genres), ("year", cards.dates)):
        counts: Counter[str] = Counter()
        for home, n in homes.items():
            value = values[home][:4] if name == "year" else values[home]
            if value:
                counts[value] += n
        out[name] = _sorted(counts)
    units: Counter[str] = Counter()
    often = sorted(((index.holding("unit", unit_token(u.id)), u.name, u.id) for u in index.scope.units), key=lambda row: (-row[0], row[1]))
    held = set(found)
    for _, name, id in often[:UNITS]:
        if n := len(held.intersection(index.engine.match(AnyOf("unit", (unit_token(id),))))):
            units[name] += n
    out["unit"] = _sorted(units)
    return out


def _sorted(counts: Counter[str]) -> Counts:
    return sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
