"""Kills builds at random moments and looks at what is left.

    python -m tests.soak.kills --count 200 --seed 1

After each kill the knowledge base must be the old state or the new one, whole; after a killed first build there is none
or a whole one. Prints how many were found otherwise.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index.library import Library
from kb.errors import KnowledgeBaseError
from kb.model import Document
from tests.soak.files import write


def start(source: Path, home: Path) -> subprocess.Popen[bytes]:
    """A build in a process of its own."""
    command = [sys.executable, "-m", "cli", "build", str(source), "--kb", str(home), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def state(home: Path) -> int | None:
    """How many documents the knowledge base has; None when there is none. Anything else raises."""
    try:
        library = Library(home)
    except KnowledgeBaseError as error:
        if "没有知识库" in error.message:
            return None
        raise
    try:
        library.search("养老", limit=3)
        library.check()
        return library.store.count(Document)
    finally:
        library.close()


def trial(folder: Path, small: Path, large: Path, source: random.Random, usual: float) -> str:
    """One kill; returns "" when all is well, else what is wrong."""
    home = folder / f"kb-{source.random()}"
    first = source.random() < 0.3
    if not first:
        start(small, home).wait()
    child = start(large, home)
    time.sleep(source.random() * usual)
    child.send_signal(source.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT]))
    child.wait()
    try:
        found = state(home)
    except Exception as error:
        return f"unusable: {error!r}"
    allowed = {None, 12} if first else {4, 12}
    if found not in allowed:
        return f"half a state: {found} documents"
    again = start(large, home)
    again.wait()
    return "" if state(home) == 12 else "a later build does not succeed"


def run(count: int, seed: int) -> list[str]:
    """What was wrong in each of `count` trials that went wrong."""
    source = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = folder / "small", folder / "large"
        write(small, 4, seed)
        write(large, 12, seed)
        begin = time.monotonic()
        start(large, folder / "warm").wait()
        usual = (time.monotonic() - begin) * 1.05
        results = [trial(folder, small, large, source, usual) for _ in range(count)]
    return [r for r in results if r]


def main() -> int:
    """Runs and prints the figure; 1 when something was wrong."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--count", type=int, default=200)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    wrong = run(args.count, args.seed)
    print(f"{args.count} kills (seed {args.seed}): {len(wrong)} left something wrong", *wrong[:5], sep="\n  ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
