"""Adds, replaces and removes files in random order; the result must equal a fresh build, record for record.

    python -m tests.soak.changes --orders 20 --imports 200 --seed 1
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from index.keeping.generations import current
from index.library import Library, add, build, remove
from kb.model import Records
from tests.soak.files import text, write


def records(home: Path) -> Records:
    """All records of a knowledge base."""
    library = Library(home)
    try:
        return library.store.records()
    finally:
        library.close()


def order(folder: Path, seed: int, steps: int = 8) -> bool:
    """A random history of one folder of files, then a fresh build of what it came to: are they equal?"""
    source = random.Random(seed)
    files = folder / "files"
    paths = write(files, steps, seed)
    home = folder / "kb"
    build(paths[: steps // 2], home)
    for _ in range(steps):
        what = source.choice(["add", "change", "remove", "again"])
        path = source.choice(paths)
        known = {f for f, _ in Library(home).store.files()}
        if what == "change":
            path.write_text(text(int(path.stem), source), encoding="utf-8")
        if what == "remove":
            if path.name in known and len(known) > 1:
                remove([path.name], home)
        else:
            add([path], home)
    kept = [files / f for f, _ in Library(home).store.files()]
    for path in kept:  # what was changed on disk but not added again
        add([path], home)
    build(kept, folder / "fresh")
    return records(home) == records(folder / "fresh")


def size(home: Path) -> int:
    """Bytes of everything in the knowledge base's folder."""
    return sum(p.stat().st_size for p in home.rglob("*") if p.is_file())


def growth(folder: Path, imports: int, seed: int) -> float:
    """How many times larger the folder is at most, while a file is imported again and again: by turns as it is, changed, and as it was."""
    paths = write(folder / "files", 6, seed)
    home = folder / "kb"
    build(paths, home)
    before, kept, most = size(home), records(home), 0
    texts = [paths[0].read_bytes(), text(1, random.Random(seed)).encode()]
    for number in range(imports):
        if number % 3:
            paths[0].write_bytes(texts[number % 3 % 2])
        add(paths[:1], home)
        most = max(most, size(home))
    paths[0].write_bytes(texts[0])
    add(paths[:1], home)
    assert records(home) == kept, "importing the same file changed something"
    assert current(home).is_dir()
    return most / before


def main() -> int:
    """Runs and prints the figures; 1 when something was wrong."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--orders", type=int, default=20)
    ap.add_argument("--imports", type=int, default=200)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    unequal = 0
    for number in range(args.orders):
        folder = Path(tempfile.mkdtemp())
        unequal += not order(folder, args.seed + number)
        shutil.rmtree(folder)
    folder = Path(tempfile.mkdtemp())
    times = growth(folder, args.imports, args.seed)
    shutil.rmtree(folder)
    print(f"{args.orders} random orders: {unequal} differ from a fresh build; {args.imports} re-imports: {times:.2f} times the size")
    return bool(unequal) or times > 1.5


if __name__ == "__main__":
    sys.exit(main())
