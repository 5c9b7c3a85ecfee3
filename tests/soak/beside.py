"""A reader that never pauses beside a writer that never pauses, and two writers at once.

    python -m tests.soak.beside --seconds 60 --seed 1

The writer puts two collections in place by turns. Whatever the reader asks, on a knowledge base that it opens anew each
time or holds open for a while, must be the answer of the one or of the other as a whole. Then a second writer comes while
the first one holds the lock: it waits ten seconds and says who writes, and since when.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from index.library import Library
from kb.errors import KnowledgeBaseError
from tests.soak.files import write

WRITER = (
    "import sys\nfrom pathlib import Path\nfrom index.library import build\nturn = 0\n"
    "while not Path(sys.argv[2]).exists():\n    turn += 1\n    build([Path(sys.argv[3 + turn % 2])], Path(sys.argv[1]))\nprint(turn)"
)


def answers(library: Library) -> str:
    """What the knowledge base says of itself, from the store and from the index."""
    found: list[Any] = [library.documents(), library.search("助餐点建设 覆盖率", limit=20), library.store.count(object_of("Task"))]
    try:
        found.append(library.tasks("县民政局"))
    except KnowledgeBaseError:
        raise
    except Exception as error:
        found.append(type(error).__name__)
    return json.dumps(found, ensure_ascii=False, sort_keys=True, default=str)


def object_of(name: str) -> type:
    """A record type by its name."""
    import kb.model

    kind: type = getattr(kb.model, name)
    return kind


def ask(home: Path) -> str:
    """Opens, asks, closes."""
    library = Library(home)
    try:
        return answers(library)
    finally:
        library.close()


def run(seconds: float, seed: int) -> tuple[int, int, list[str]]:
    """How often was read and rebuilt, and what went wrong."""
    source = random.Random(seed)
    wrong: list[str] = []
    reads = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home, stop = folder / "kb", folder / "stop"
        write(folder / "a", 4, seed)
        write(folder / "b", 7, seed + 1)
        from index.library import build

        right = set()
        for part in ("a", "b"):
            build([folder / part], folder / f"only-{part}")
            right.add(ask(folder / f"only-{part}"))
        build([folder / "a"], home)
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home), str(stop), str(folder / "a"), str(folder / "b")], stdout=subprocess.PIPE, text=True
        )
        end = time.monotonic() + seconds
        held: tuple[Library, str, float] | None = None
        while time.monotonic() < end:
            reads += 1
            try:
                said = ask(home)
                if said not in right:
                    wrong.append("mixed answer")
                if held is None:
                    library = Library(home)
                    held = (library, answers(library), time.monotonic() + source.random() * 5)
                elif answers(held[0]) != held[1]:
                    wrong.append("an open knowledge base changed")
                if held[2] < time.monotonic():
                    held[0].close()
                    held = None
            except Exception as error:
                wrong.append(repr(error))
        stop.touch()
        turns = int(writer.communicate()[0] or 0)
        if writer.returncode or not turns:
            wrong.append("the writer failed")
    return reads, turns, wrong


def second_writer() -> list[str]:
    """What is wrong with what a second writer says, and when."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "files", 2, 1)
        hold = "import sys, time\nfrom pathlib import Path\nfrom index.keeping.generations import new_state\nwith new_state(Path(sys.argv[1])):\n    print('in', flush=True)\n    time.sleep(60)"
        first = subprocess.Popen([sys.executable, "-c", hold, str(folder / "kb")], stdout=subprocess.PIPE, text=True)
        assert first.stdout and first.stdout.readline() == "in\n"
        begin = time.monotonic()
        second = subprocess.run(
            [sys.executable, "-m", "cli", "build", str(folder / "files"), "--kb", str(folder / "kb")], capture_output=True, text=True, check=False
        )
        waited = time.monotonic() - begin
        first.kill()
        first.communicate()
        wrong = []
        if not 9.5 < waited < 20:
            wrong.append(f"waited {waited:.1f} s")
        if second.returncode != 3 or f"进程 {first.pid}，自 2" not in second.stderr or second.stderr.count("\n") != 1:
            wrong.append(f"exit {second.returncode}: {second.stderr}")
        third = subprocess.run(
            [sys.executable, "-m", "cli", "build", str(folder / "files"), "--kb", str(folder / "kb"), "--quiet"], capture_output=True, check=False
        )
        if third.returncode:
            wrong.append("after the first writer was killed the next one does not get in")
        return wrong


def main() -> int:
    """Runs and prints the figures; 1 when something was wrong."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--seconds", type=float, default=60)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    os.environ.pop("POLICYKB_HOME", None)
    reads, turns, wrong = run(args.seconds, args.seed)
    print(f"{reads} reads beside {turns} rebuilds in {args.seconds:.0f} s (seed {args.seed}): {len(wrong)} wrong", *wrong[:5], sep="\n  ")
    waiting = second_writer()
    print(f"a second writer: {len(waiting)} wrong", *waiting, sep="\n  ")
    return bool(wrong or waiting)


if __name__ == "__main__":
    sys.exit(main())
