#!/usr/bin/env python3
"""Noise law: noise put into the samples at random leaves the clause tree as it was.

    python tests/quality/noise_law.py [HOW MANY]      prints the share of clauses that came through (500 mutations unless told)

A mutation takes one plain-text sample and applies some of: other bracket widths, blanks inside ordinals, hard wraps at 20 to 40
characters with or without an empty line between physical lines, page numbers between physical lines, empty lines. The tree is
the list of (path, text without white space, in one width).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE.parent)]

from kb.clauses import parse  # noqa: E402
from kb.cleaning import clean  # noqa: E402
from kb.documents import split  # noqa: E402
from kb.model import Source  # noqa: E402
from kb.regions import use_own  # noqa: E402

SAMPLES = ("01-国家意见.txt", "02-省实施意见.txt", "05-省条例.txt", "06-省工作要点.txt", "09-部委通知及附件.txt")
NUMBERS = ("- {} -", "— {} —", "－{}－", "·{}·", "{}")
_ORDINAL = re.compile(r"^(（)([一二三四五六七八九十]+)(）)|^([一二三四五六七八九十]+)(、)|^([0-9]+)(\.)", re.MULTILINE)

Tree = Counter[tuple[str, str]]


def tree(text: str, name: str) -> Tree:
    """The clauses of all documents of a text, as they are compared."""
    source = Source(name, "txt", "utf-8", text, "")
    out: Tree = Counter()
    for number, part in enumerate(split(source, clean(source))):
        for clause in parse(part).clauses:
            plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", clause.text))
            out[f"{number}#{clause.path}", plain if clause.path else ""] += 1
    return out


def narrow_brackets(text: str, rng: Random) -> str:
    """（四） → (四), all or some."""
    share = rng.choice((0.3, 1.0))
    lines = [line.replace("（", "(").replace("）", ")") if rng.random() < share else line for line in text.split("\n")]
    return "\n".join(lines)


def loose_ordinals(text: str, rng: Random) -> str:
    """（四） → （ 四 ）, 一、 → 一 、, 1. → 1 ."""

    def loosen(match: re.Match[str]) -> str:
        parts = [p for p in match.groups() if p]
        return "".join(p + (" " if rng.random() < 0.5 and n < len(parts) - 1 else "") for n, p in enumerate(parts)) + ("" if rng.random() < 0.5 else " ")

    return _ORDINAL.sub(loosen, text)


def wrap(text: str, rng: Random) -> str:
    """Hard wraps at a width, with or without an empty line between physical lines, and page numbers between them."""
    width = rng.randint(20, 40)
    gap = rng.random() < 0.5
    numbers = rng.choice(NUMBERS) if rng.random() < 0.6 else ""
    height, page = rng.randint(18, 30), 1
    out: list[str] = []
    shown = 0
    for paragraph in text.split("\n"):
        if not paragraph.strip():
            if out and out[-1]:
                out.append("")
            continue
        for start in range(0, len(paragraph), width):
            out += [paragraph[start : start + width], *([""] if gap else [])]
            shown += 1
            if numbers and shown % height == 0:
                page += 1
                out += ["", "", numbers.format(page), ""] if gap else ["", numbers.format(page), ""]
        if not gap:
            out.append("")
    return "\n".join(out) + "\n"


def empty_lines(text: str, rng: Random) -> str:
    """One to three more empty lines here and there."""
    return "\n".join(line + "\n" * (rng.randint(1, 3) if not line and rng.random() < 0.3 else 0) for line in text.split("\n"))


MUTATIONS: tuple[Callable[[str, Random], str], ...] = (narrow_brackets, loose_ordinals, empty_lines, wrap)


def measure(count: int, seed: int = 1) -> tuple[int, int, list[str]]:
    """(clauses that came through, clauses in all, what did not) over so many mutations."""
    use_own(ROOT / "corpus" / "data")
    texts = {name: (ROOT / "corpus" / name).read_text(encoding="utf-8") for name in SAMPLES}
    whole = {name: tree(text, name) for name, text in texts.items()}
    kept = total = 0
    misses: list[str] = []
    for number in range(count):
        rng = Random(seed * 100_000 + number)
        name = SAMPLES[number % len(SAMPLES)]
        text, chosen = texts[name], [m for m in MUTATIONS if rng.random() < 0.5] or [rng.choice(MUTATIONS)]
        for mutation in chosen:
            text = mutation(text, rng)
        found = tree(text, name)
        lost = whole[name] - found
        kept += (whole[name] & found).total()
        total += max(whole[name].total(), found.total())
        misses += [f"{number} {name} {'+'.join(m.__name__ for m in chosen)}: {path} {words[:40]}" for path, words in lost]
    use_own(None)
    return kept, total, misses


def main() -> int:
    kept, total, misses = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    print(f"{kept} / {total} = {kept / total:.4f}")
    print("\n".join(misses[:40]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
