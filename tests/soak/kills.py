"""Kills builds, additions and removals at random moments and looks at what is left.

    python -m tests.soak.kills --count 200 --seed 1

After each kill the knowledge base must be the old state or the new one, record for record; after a killed first build
there is none or a whole one; no process of it is left, and the next build succeeds. After Ctrl-C (sent to the program alone, or
to its children too, as a terminal does; once, or twice) the exit code is 130, one line is said, and there is neither a lock nor a
half state. Prints how many trials ended otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from index.keeping.generations import LOCK, PREFIX
from index.library import Library
from kb.errors import KnowledgeBaseError
from tests.soak.files import write

# Second processes for parsing and for the index even where there is little to do, so that they are there to be left behind.
# In the background of a shell programs are deaf to Ctrl-C; here it is heard.
PROGRAM = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nimport sys, kb.pipeline, index.keeping.beside\nkb.pipeline.PARALLEL_FROM = index.keeping.beside.BESIDE_FROM = 0\nfrom cli.main import main\nmain(sys.argv[1:])"
MARK = "POLICYKB_SOAK"
SAID = "已中断；原有的知识库没有改动"


stopped: Counter[str] = Counter()  # how the trials of this process ended


class Work(NamedTuple):
    """A command that writes, and the states (by digest) that may be there when it was killed."""

    arguments: list[str]
    from_old: bool
    allowed: set[str | None]


def start(arguments: list[str], home: Path, mark: str = "") -> subprocess.Popen[bytes]:
    """A command in a process group of its own, with a mark that its children inherit."""
    command = [sys.executable, "-c", PROGRAM, *arguments, "--kb", str(home)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, MARK: mark}, start_new_session=True)


def done(arguments: list[str], home: Path) -> None:
    """The command run to its end; raises when it fails."""
    child = start(arguments, home)
    _, errors = child.communicate()
    if child.returncode:
        raise RuntimeError(errors.decode("utf-8", "replace"))


def state(home: Path) -> str | None:
    """The digest of a knowledge base that was read in full; None when there is none. Anything else raises."""
    try:
        library = Library(home)
    except KnowledgeBaseError as error:
        if "没有知识库" in error.message:
            return None
        raise
    try:
        library.search("养老", limit=3)
        library.check()
        return library.store.meta["digest"]
    finally:
        library.close()


def left(mark: str) -> list[int]:
    """Processes that still bear the mark."""
    found = []
    for entry in Path("/proc").iterdir() if Path("/proc/self/environ").exists() else ():
        try:
            marked = entry.name.isdigit() and f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0")
            if marked and (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def none_left(mark: str, seconds: float = 5.0) -> bool:
    """Whether all processes with the mark end within some seconds."""
    deadline = time.monotonic() + seconds
    while left(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def trial(folder: Path, work: Work, source: random.Random, usual: float) -> str:
    """One kill; returns "" when all is well, else what is wrong."""
    home, mark = folder / "kb 知识库", f"{os.getpid()}-{source.random()}"
    shutil.rmtree(home, ignore_errors=True)
    if work.from_old:
        shutil.copytree(folder / "old", home)
    child = start(work.arguments, home, mark)
    time.sleep(source.random() * usual)
    how = source.choice(["kill", "kill", "kill all", "Ctrl-C", "Ctrl-C all", "Ctrl-C twice"])
    send(child, how, source)
    _, errors = child.communicate()
    what = f"{work.arguments[0]} {how}"
    if not none_left(mark):
        return f"{what}: processes left"
    stopped["killed" if child.returncode < 0 else "interrupted" if child.returncode == 130 else "too late or too early"] += 1
    if how.startswith("Ctrl-C"):
        wrong = after_interrupt(child.returncode, errors.decode("utf-8", "replace"), home)
        if wrong:
            return f"{what}: {wrong}"
    try:
        found = state(home)
    except Exception as error:
        return f"{what}: unusable: {error!r}"
    if found not in work.allowed:
        return f"{what}: half a state"
    done(["build", str(folder / "small"), "--quiet"], home)
    if len(list(home.glob(f"{PREFIX}*"))) != 1 or (home / LOCK).exists():
        return f"{what}: the next build leaves more than its own state"
    return ""


def send(child: subprocess.Popen[bytes], how: str, source: random.Random) -> None:
    """Kills or interrupts a command, or all processes of its group."""
    signals = {"kill": signal.SIGKILL, "Ctrl-C": signal.SIGINT}
    number = signals[how.split()[0]]
    for turn in range(2 if how.endswith("twice") else 1):
        if turn:
            time.sleep(source.random() * 0.1)
        with contextlib.suppress(ProcessLookupError):
            if how.endswith(("all", "twice")):
                os.killpg(child.pid, number)
            else:
                child.send_signal(number)


def after_interrupt(code: int, errors: str, home: Path) -> str:
    """What is wrong after Ctrl-C. It may come before the program's first line, or after its last: then Python or success answers."""
    early = code in (-signal.SIGINT, 1) and "cli" not in errors.rpartition("File ")[2]
    if code not in (0, 130) and not early:
        return f"exit {code} {errors[-300:]}"
    if code == 130 and errors.strip() != SAID:  # click ends the line of ^C
        return f"said something else: {errors[-300:]}"
    if (home / LOCK).exists() or len(list(home.glob(f"{PREFIX}*"))) > 1:
        return "a lock or a half state is left"
    return ""


def works(folder: Path) -> list[Work]:
    """Writes the files, makes the old state and finds out the outcomes."""
    small, large = folder / "small", folder / "large"
    write(small, 4, 1)
    write(large, 12, 1)
    ends = {}
    done(["build", str(small), "--quiet"], folder / "old")
    for name, arguments in {
        "build": ["build", str(large), "--quiet"], "add": ["add", str(large), "--quiet"], "remove": ["remove", "002.txt"],
    }.items():  # fmt: skip
        shutil.copytree(folder / "old", folder / name)
        done(arguments, folder / name)
        ends[name] = (arguments, state(folder / name))
    old = state(folder / "old")
    return [
        Work(ends["build"][0], False, {None, ends["build"][1]}),
        *(Work(arguments, True, {old, end}) for arguments, end in ends.values()),
    ]


def run(count: int, seed: int) -> list[str]:
    """What was wrong in each of `count` trials that went wrong."""
    source = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tasks = works(folder)
        begin = time.monotonic()
        done(tasks[0].arguments, folder / "warm")
        usual = (time.monotonic() - begin) * 1.05
        results = [trial(folder, source.choice(tasks), source, usual) for _ in range(count)]
    return [r for r in results if r]


def main() -> int:
    """Runs and prints the figure; 1 when something was wrong."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--count", type=int, default=200)
    ap.add_argument("--seed", type=int, default=1)
    args = ap.parse_args()
    wrong = run(args.count, args.seed)
    print(f"{args.count} kills (seed {args.seed}): {len(wrong)} left something wrong ({', '.join(f'{n} {how}' for how, n in sorted(stopped.items()))})", *wrong[:5], sep="\n  ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
