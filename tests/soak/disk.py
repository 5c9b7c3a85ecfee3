"""Builds on full, read-only and oddly named places: a clear message, and the old state as it was.

    python -m tests.soak.disk --count 30 --seed 1

Needs the right to mount a small file system (as root, or in a user namespace of its own); says so and does nothing without it.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.soak.files import write

INSIDE = "POLICYKB_SOAK_INSIDE"


def policykb(*arguments: str, home: Path) -> tuple[int, str]:
    """Exit code and what was said of a command in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "cli", *arguments, "--kb", str(home)], capture_output=True, check=False)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def mount(place: Path, size: int, *options: str) -> None:
    """An empty file system of so many bytes in memory."""
    place.mkdir(parents=True, exist_ok=True)
    choice = ",".join([f"size={size}", *options])
    subprocess.run(["mount", "-t", "tmpfs", "-o", choice, "tmpfs", str(place)], check=True)


def unmount(place: Path) -> None:
    """Takes it away again."""
    subprocess.run(["umount", str(place)], check=True)


def full(folder: Path, size: int, first: bool) -> tuple[bool, str]:
    """A build on a place with `size` bytes beside the old state: (whether it was too small, what is wrong)."""
    place = folder / f"小盘 {size}"
    mount(place, size)
    try:
        home = place / "知识库 一"
        before = ""
        if not first:
            if policykb("build", str(folder / "small"), "--quiet", home=home)[0]:
                return True, ""
            before = policykb("docs", "--json", home=home)[1]
        code, said = policykb("build", str(folder / "large"), "--quiet", home=home)
        if code == 0:
            return False, "" if policykb("check", home=home)[0] == 0 else "built, but not whole"
        wrong = []
        if code != 2 or said.count("\n") != 1 or "磁盘已满" not in said:
            wrong.append(f"exit {code}: {said[-300:]}")
        if before and policykb("docs", "--json", home=home)[1] != before:
            wrong.append("the old state is not as it was")
        left = [p.name for p in home.iterdir() if p.name not in ("current",)] if home.exists() else []
        if len(left) != bool(before):
            wrong.append(f"left behind: {left}")
        return True, "; ".join(wrong)
    finally:
        unmount(place)


def read_only(folder: Path) -> str:
    """Everything that only asks works on a read-only place; what writes says why not."""
    place = folder / "只读 盘"
    mount(place, 50_000_000)
    try:
        home = place / "kb"
        policykb("build", str(folder / "small"), "--quiet", home=home)
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        for command in (["docs"], ["search", "助餐"], ["check"], ["tasks", "县民政局"]):
            code, said = policykb(*command, home=home)
            if code not in (0, 1) or ("错误" in said and code == 0):
                return f"{command[0]}: exit {code} {said[-200:]}"
        for command in (["build", str(folder / "large")], ["add", str(folder / "large")], ["remove", "001.txt"], ["build", str(folder / "large"), "--kb", str(place / "new")]):
            code, said = policykb(*command, home=home) if "--kb" not in command else policykb(*command[:2], home=place / "new")
            if code != 2 or said.count("\n") != 1 or "只读" not in said:
                return f"{command[0]}: exit {code} {said[-200:]}"
        return ""
    finally:
        unmount(place)


def run(count: int, seed: int) -> tuple[int, list[str]]:
    """How many places were too small, and what went wrong."""
    source = random.Random(seed)
    wrong = []
    small_ones = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "small", 3, seed)
        write(folder / "large", 12, seed)
        policykb("build", str(folder / "large"), "--quiet", home=folder / "kb")
        needed = sum(p.stat().st_size for p in (folder / "kb").rglob("*"))
        for _ in range(count):
            was_small, what = full(folder, source.randrange(needed // 50, needed * 3), source.random() < 0.4)
            small_ones += was_small
            wrong += [what] if what else []
        what = read_only(folder)
        wrong += [what] if what else []
    return small_ones, wrong


def main() -> int:
    """Runs and prints the figure; 1 when something was wrong."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--count", type=int, default=30)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    if INSIDE not in os.environ:
        for inside in (["unshare", "-m"], ["unshare", "-rm"]):
            if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode == 0:
                command = [*inside, sys.executable, "-m", "tests.soak.disk", "--count", str(args.count), "--seed", str(args.seed)]
                return subprocess.run(command, env={**os.environ, INSIDE: "1"}, check=False).returncode
        print("no right to mount a file system here: not tried")
        return 0
    small_ones, wrong = run(args.count, args.seed)
    print(f"{args.count} builds on small disks (seed {args.seed}), {small_ones} of them too small, and one read-only: {len(wrong)} wrong", *wrong[:5], sep="\n  ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
