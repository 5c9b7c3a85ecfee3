"""How much of the search figures is owed to weights tuned on the shown queries: each query scored with weights chosen on the others.

    python -m bench.leave_out

Builds ../shared/corpus, scores every query of ../shared/gold under every setting of the weights in GRID, and prints the figures with
the shipped weights, with the weights that are best on all other queries, and those of the worst and best setting.
"""

from __future__ import annotations

import importlib.util
import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import index.search
from bench.corpora import SHARED
from bench.run import POLICYKB
from index.library import Library, build
from index.matching.ranking import Weights

GRID = {
    "engine": (8.0, 10.0, 12.5), "need": (8.0, 10.0, 12.5), "related": (0.6, 0.7, 0.8), "around": (0.5, 0.6, 0.7), "attached": (0.2, 0.3, 0.4),
}  # fmt: skip
Row = tuple[float, float, float]  # nDCG@10, recall@20, MRR@10
SHIPPED = Weights()


def settings() -> list[Weights]:
    """The shipped weights first, then all others of GRID."""
    every = [replace(SHIPPED, **dict(zip(GRID, values, strict=True))) for values in itertools.product(*GRID.values())]
    return [SHIPPED, *(w for w in every if w != SHIPPED)]


def scorer(home: Path) -> Any:
    """The scoring program of ../shared as a module."""
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval" / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(home: Path) -> list[list[Row]]:
    """For each setting the figures of each query."""
    score = scorer(home)
    base = score.Base(POLICYKB, str(home), SHARED / "gold")
    labels = score.rows(SHARED / "gold" / "queries.jsonl")
    library = Library(home)
    base.run = lambda _, query, *rest: library.search(query, limit=20)
    out = []
    for weights in settings():
        index.search.Weights = lambda weights=weights: weights  # type: ignore[misc,assignment]
        found = []
        for label in labels:
            score.rows = lambda path, label=label: [label]
            figures = score.score_queries(base, SHARED / "gold", lambda part, text: None)
            found.append((figures["search nDCG@10"], figures["search recall@20"], figures["search MRR@10"]))
        out.append(found)
    index.search.Weights = Weights  # type: ignore[misc]
    library.close()
    return out


def total(found: Sequence[Row]) -> str:
    """The mean of some figures, as printed."""
    return "  ".join(f"{name} {mean(row[at] for row in found):.3f}" for at, name in enumerate(("nDCG@10", "recall@20", "MRR@10")))


def main() -> None:
    """Prints the figures; says so where ../shared is absent."""
    if not (SHARED / "gold").is_dir():
        print("../shared is not here: nothing to measure on; skipped.")
        return
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "kb"
        build([SHARED / "corpus"], home)
        found = rows(home)
    queries = range(len(found[0]))
    left_out = []
    for query in queries:
        others = [sum(row[0] for at, row in enumerate(rows) if at != query) for rows in found]
        left_out.append(found[max(range(len(found)), key=lambda s: (others[s], -s))][query])
    by_mean = sorted(found, key=lambda rows: mean(row[0] for row in rows))
    print(f"shipped weights               {total(found[0])}")
    print(f"chosen on the other queries   {total(left_out)}")
    print(f"worst of {len(found)} settings         {total(by_mean[0])}")
    print(f"best of {len(found)} settings          {total(by_mean[-1])}")


if __name__ == "__main__":
    main()
