"""Stresses every regular expression of the program with strings of its own characters.

    python -m tests.soak.patterns --length 100000 --seed 1

Every pattern that is compiled while all modules are imported, all their functions without arguments that give patterns are
called, and a knowledge base is built and asked, is recorded with the place that compiled it. Each is then tried on long runs
of its own literals and classes: a single one, two by turns, all of them, with and without something at the end that spoils
the match. Prints the slowest ones and those that take more than half a second, or more than 2.5 times for twice the length.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("kb", "index", "cli")
FLOOR = 0.02  # seconds below which a ratio says nothing


class Found(NamedTuple):
    """A pattern of ours with the place that compiled it."""

    pattern: re.Pattern[Any]
    place: str


class Late(Exception):
    """A search took too long."""


def collect(corpus: bool = True) -> list[Found]:
    """All patterns of the program, or without the sample corpus most. To be called in a process that has not imported it."""
    found: dict[tuple[Any, int], Found] = {}
    original = re._compile  # type: ignore[attr-defined]

    def record(pattern: Any, flags: int) -> re.Pattern[Any]:
        compiled: re.Pattern[Any] = original(pattern, flags)
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_code.co_filename == re.__file__:
            frame = frame.f_back
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in PACKAGES:
            place = f"{file.relative_to(ROOT)}:{frame.f_lineno}"
            found.setdefault((compiled.pattern, compiled.flags), Found(compiled, place))
        return compiled

    re._compile = record  # type: ignore[attr-defined]
    try:
        _run_everything(found, corpus)
    finally:
        re._compile = original  # type: ignore[attr-defined]
    return sorted(found.values(), key=lambda f: f.place)


def _run_everything(found: dict[tuple[Any, int], Found], corpus: bool) -> None:
    for path in sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__"):
            module = import_module(name)
            for value in vars(module).values():
                if isinstance(value, _lru_cache_wrapper) and not value.__wrapped__.__code__.co_argcount:
                    for part in _patterns_in(value()):
                        found.setdefault((part.pattern, part.flags), Found(part, f"{path.relative_to(ROOT)}:{value.__name__}"))
    from cli.main import run
    from tests.soak.files import write

    with tempfile.TemporaryDirectory() as folder:
        home = ["--kb", folder + "/kb"]
        if not corpus:
            write(Path(folder) / "files", 1, 1)
        sources = [str(ROOT / "corpus"), "--data", str(ROOT / "corpus" / "data")] if corpus else [folder + "/files"]
        for command in (["build", *sources, "--quiet", "--json"], ["search", '总则 "助餐" -通知', "--json"], ["ask", "养老服务由哪个单位牵头", "--json"]):
            _quietly(lambda command=command: run([*command, *home]))  # type: ignore[misc]


def _quietly(what: Callable[[], Any]) -> None:
    import os

    saved = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        what()
    finally:
        sys.stdout.flush()
        os.dup2(saved, 1)


def _patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _patterns_in(part)
    elif isinstance(value, tuple | list | frozenset | set) and len(value) < 1000:
        for part in value:
            yield from _patterns_in(part)


def atoms(pattern: re.Pattern[Any]) -> list[str]:
    """Characters and short words that the pattern speaks of: a member of each class, each literal, each run of literals."""
    from re import _parser as parser  # type: ignore[attr-defined]

    out: dict[str, None] = {}

    def walk(items: Any) -> None:
        run = ""
        for what, value in items:
            name = str(what)
            if name == "LITERAL":
                run += chr(value)
                out[chr(value)] = None
                continue
            if len(run) > 1:
                out[run] = None
            run = ""
            if name == "IN":
                for kind, part in value:
                    out.update(dict.fromkeys(_members(str(kind), part)))
            elif name in ("NOT_LITERAL", "ANY"):
                out["某"] = None
            else:
                for part in value if isinstance(value, tuple | list) else ():
                    dig(part)
        if len(run) > 1:
            out[run] = None

    def dig(part: Any) -> None:
        if isinstance(part, parser.SubPattern):
            walk(part)
        elif isinstance(part, list | tuple):
            for each in part:
                dig(each)

    walk(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    return list(out) or ["某"]


def _members(kind: str, part: Any) -> list[str]:
    if kind == "LITERAL":
        return [chr(part)]
    if kind == "RANGE":
        return [chr(part[0]), chr(part[1])]
    return {"CATEGORY_SPACE": [" ", "\n"], "CATEGORY_DIGIT": ["1"], "CATEGORY_WORD": ["某", "a"]}.get(str(part), ["某"])


def strings(pattern: re.Pattern[Any], length: int, source: random.Random, most: int) -> Iterator[str]:
    """Long texts that the pattern has to look at twice: repetitions of its own parts with an end that spoils the match."""
    parts = atoms(pattern)
    runs = [[p] for p in parts[:most]] + [source.sample(parts, min(len(parts), 2 + source.randrange(3))) for _ in range(most)] + [parts]
    for run in runs:
        block = "".join(run)
        text = (block * (length // len(block) + 1))[:length]
        yield text
        yield source.choice(parts) + text + "某\x00"


def seconds(pattern: re.Pattern[Any], text: str, limit: float) -> float:
    """How long it takes to find all matches; the limit where it takes longer."""
    subject = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text

    def late(*_: Any) -> None:
        raise Late

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    begin = time.process_time()
    try:
        for _ in pattern.finditer(subject):
            pass
        pattern.match(subject)
        return time.process_time() - begin
    except Late:
        return limit
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def worst(found: Found, length: int, seed: int, most: int = 12, limit: float = 2.0) -> tuple[float, str]:
    """The longest time for one pattern and the text that takes it."""
    source = random.Random(f"{seed}{found.pattern.pattern!r}")
    most_seconds, which = 0.0, ""
    for text in strings(found.pattern, length, source, most):
        spent = seconds(found.pattern, text, limit)
        if spent > most_seconds:
            most_seconds, which = spent, text
        if spent >= limit:
            break
    return most_seconds, which


def ratio(found: Found, text: str) -> float:
    """How many times longer twice the text takes; the least of five trials, 0 where it is too short to tell."""
    half = text[: len(text) // 2 - 2] + text[-2:]  # what spoils the match stays at the end
    least = float("inf")
    for _ in range(5):  # side by side, so that a busy machine slows both
        one, two = seconds(found.pattern, half, 5), seconds(found.pattern, text, 5)
        least = min(least, two / max(one, FLOOR / 4) if two > FLOOR else 0.0)
    return least


def main() -> int:
    """Runs and prints the figures; 1 when a pattern is too slow."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--length", type=int, default=100_000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--limit", type=float, default=0.5)
    ap.add_argument("--few", action="store_true", help="fewer texts, and no sample corpus")
    args = ap.parse_args()
    found = collect(not args.few)
    times = sorted(((*worst(f, args.length, args.seed, 3 if args.few else 12), f) for f in found), key=lambda t: -t[0])
    slow = [(spent, f) for spent, _, f in times if spent > args.limit]
    steep = [(ratio(f, text), f) for spent, text, f in times if FLOOR < spent <= args.limit and not args.few]
    steep = [(r, f) for r, f in steep if r > 2.5]
    top = f"{times[0][0]:.3f} s" if times else "none"
    print(f"{len(found)} patterns, {args.length} characters (seed {args.seed}): slowest {top}; {len(slow)} over {args.limit} s; {len(steep)} over 2.5 times for twice the length")
    for spent, f in slow[:30]:
        print(f"  {spent:.2f} s  {f.place}  {str(f.pattern.pattern)[:100]!r}")
    for times_longer, f in steep[:30]:
        print(f"  x {times_longer:.1f}  {f.place}  {str(f.pattern.pattern)[:100]!r}")
    return bool(slow or steep)


if __name__ == "__main__":
    sys.exit(main())
