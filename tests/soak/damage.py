"""Deletes, empties and flips bits in the files of a knowledge base: repaired by itself or refused in one Chinese line.

    python -m tests.soak.damage --count 300 --seed 1
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from index.library import build
from tests.soak.files import replaced, write

COMMANDS = (["search", "助餐"], ["tasks", "县民政局"], ["docs"], ["check"], ["ask", "助餐点建设由哪个单位负责"])

REPAIRED = ', "检索索引有损坏，已由数据重建"'  # what `check` adds when it had something to do


def answers(home: Path, command: list[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of a command in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "cli", *command, "--kb", str(home), "--json"], capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def harm(path: Path, source: random.Random) -> str:
    """Damages a file; says how."""
    data = bytearray(path.read_bytes())
    what = source.choice(["deleted", "emptied", "cut", "flipped", "flipped", "flipped"])
    if what == "deleted":
        path.unlink()
    elif what == "emptied" or not data:
        replaced(path, b"")
    elif what == "cut":
        replaced(path, bytes(data[: source.randrange(len(data))]))
    else:
        for _ in range(source.choice([1, 8, 64])):
            data[source.randrange(len(data))] ^= 1 << source.randrange(8)
        replaced(path, bytes(data))
    return f"{path.name} {what}"


def run(count: int, seed: int) -> list[str]:
    """What went wrong: a traceback, or an answer that is not the right one and no complaint."""
    source = random.Random(seed)
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(write(folder / "files", 8, seed), folder / "good")
        right = {json.dumps(c): answers(folder / "good", c) for c in COMMANDS}
        for _ in range(count):
            home = folder / "kb"
            shutil.copytree(folder / "good", home)
            what = harm(source.choice(sorted(p for p in home.rglob("*") if p.is_file() and p.name != "lock")), source)
            command = source.choice(COMMANDS)
            code, output, errors = answers(home, command)
            good = right[json.dumps(command)]
            said = code == 3 and errors.count("\n") == 1 and errors.startswith("错误：") and "policykb" in errors
            repaired = (code, output.replace(REPAIRED, "")) == good[:2]
            if "Traceback" in errors or not (said or repaired):
                wrong.append(f"{what}; {command[0]}: exit {code} {errors.strip()[-200:]}")
            shutil.rmtree(home)
    return wrong


def main() -> int:
    """Runs and prints the figure; 1 when something was wrong."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--count", type=int, default=300)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    wrong = run(args.count, args.seed)
    print(f"{args.count} damages (seed {args.seed}): {len(wrong)} not repaired and not said", *wrong[:10], sep="\n  ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
