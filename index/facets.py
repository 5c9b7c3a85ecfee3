"""How the hits of a query spread over levels, places, genres, years and units: counted over all of them, not the page shown."""

from __future__ import annotations

from collections import Counter

from index.build import unit_token
from index.engines.protocol import And, AnyOf, Tree
from index.opening import Index

OF_DOCUMENTS = ("level", "region", "genre", "year")
Counts = list[tuple[str, int]]


def facet_counts(index: Index, tree: Tree) -> dict[str, Counts]:
    """For each kind of facet its values with the number of matches, most first: {"level": [("provincial", 12), …], …}."""
    homes = Counter(index.homes[number] for number in index.engine.match(tree))
    out: dict[str, Counts] = {}
    for name in OF_DOCUMENTS:
        counts: Counter[str] = Counter()
        for home, n in homes.items():
            document = index.scope.documents[home]
            value = (document.date or "")[:4] if name == "year" else getattr(document, name)
            if value:
                counts[value] += n
        out[name] = _sorted(counts)
    units: Counter[str] = Counter()
    for unit in index.scope.units:
        if n := index.engine.total(And((tree, AnyOf("unit", (unit_token(unit.id),))))):
            units[unit.name] += n
    out["unit"] = _sorted(units)
    return out


def _sorted(counts: Counter[str]) -> Counts:
    return sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
