"""The share of clauses of a knowledge base that hold each pair of characters: how kb/data/statute_grams.csv was counted, from all statutes.

    python -m bench.gram_rates HOME [--least 0.02]

Prints the rows of the table, the commonest first. Pairs with a figure in them count for nothing and are left out.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from index.library import Library
from kb.derivation.fingerprints import measure_folding
from kb.model import Clause
from kb.similarity import bigrams

FIGURES = set("0123456789〇一二三四五六七八九十百千第")


def rates(home: Path) -> dict[str, float]:
    """Gram → the share of clauses that hold it."""
    library = Library(home)
    counts: Counter[str] = Counter()
    number = 0
    for clause in library.store.read(Clause):
        if clause.kind != "preamble":
            measures = clause.text.translate(measure_folding()).split("\n")
            counts.update({gram for measure in measures for gram in bigrams(measure)})
            number += 1
    library.close()
    return {gram: count / number for gram, count in counts.most_common()}


def main() -> None:
    """Prints the table."""
    ap = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    ap.add_argument("home", type=Path)
    ap.add_argument("--least", type=float, default=0.02)
    args = ap.parse_args()
    print("gram,rate")
    for gram, rate in rates(args.home).items():
        if rate >= args.least and not FIGURES & set(gram):
            print(f"{gram},{rate:.3f}")


if __name__ == "__main__":
    main()
