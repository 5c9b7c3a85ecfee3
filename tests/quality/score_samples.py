#!/usr/bin/env python3
"""Builds the sample corpus and prints how well it agrees with its labels: score_samples.py [--misses N] [--floors]

`--floors` writes the figures reached, rounded down, into floors.json: lowering a floor is then a visible change.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE.parent)]

from quality import scoring  # noqa: E402


def digest() -> str:
    """A digest of all labels: floors hold for these and no others."""
    found = hashlib.sha256()
    for path in sorted(scoring.GOLD.glob("*.jsonl")):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def measure(home: Path) -> tuple[scoring.Figures, list[str]]:
    """Builds the corpus at `home`; the figures and what missed."""
    from index.library import Library, build
    from kb.export import tables
    from kb.regions import use_own

    build([ROOT / "corpus"], home, data=ROOT / "corpus" / "data")
    library = Library(home)
    try:
        made = scoring.Build(tables(library.store.records()))
        figures = scoring.score_records(made)
        figures |= scoring.score_queries(made, lambda q: library.search(q, limit=20))
        figures |= scoring.score_questions(made, library.ask)
    finally:
        library.close()
        use_own(None)  # the invented places are in force for this process no longer
    return figures, made.misses


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        figures, misses = measure(Path(folder) / "kb")
    for name, (right, total) in figures.items():
        print(f"{name:22} {right / total:.4f}   {right:g} / {total:g}")
    if "--misses" in sys.argv:
        print("\n".join(misses[: int(sys.argv[sys.argv.index("--misses") + 1])]))
    if "--floors" in sys.argv:
        floors = {name: math.floor(1000 * right / total) / 1000 for name, (right, total) in figures.items()}
        (HERE / "floors.json").write_text(json.dumps({"labels": digest(), "floors": floors}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
