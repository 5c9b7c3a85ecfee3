#!/usr/bin/env python3
"""Noise in unit lists: the rows of responsibility stay as they were.

    python tests/soak/unit_noise.py [HOW MANY] [SEED]      500 mutations unless told; exits 1 below 99 % of the rows

A mutation puts one thing at a random place inside a random list of one of the plain-text samples: white space, a line break, a
page number, a stray quotation mark, or half-width marks throughout the list.
"""

from __future__ import annotations

import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from kb.clauses import parse  # noqa: E402
from kb.cleaning import clean  # noqa: E402
from kb.documents import split  # noqa: E402
from kb.model import Source  # noqa: E402
from kb.tasks import assign  # noqa: E402
from kb.units import load_units  # noqa: E402

SAMPLES = ("03-市任务清单.txt", "04-县实施方案.txt", "06-省工作要点.txt", "07-扫描征求意见稿.txt")
FLOOR = 0.99
_BODY_ENDS = "局厅委办部会社行"
_NARROW = str.maketrans("，；：（）", ",;:()")
_PAGES = ("\n\n- 12 -\n\n", "\n— 12 —\n", "\n\n12\n\n")


def rows(text: str) -> Counter[str]:
    """The rows of responsibility of a text, as they are compared."""
    source = Source("样例.txt", "txt", "utf-8", text, "")
    out: Counter[str] = Counter()
    for part in split(source, clean(source)):
        for task in assign(part.document, parse(part), load_units())[0]:
            units = sorted((u.role, _plain(u.printed)) for u in task.units)
            out[f"{task.lead_basis} {units}"] += 1
    return out


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", "".join(name.split())).strip("“”")


def lists(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether it is a table cell) of what looks like a list of units."""
    start = -1
    for at, character in enumerate(text):
        cell = start >= 0 and text[start] == "\t"
        if start >= 0 and (character in "\t\n" if cell else character in "）)〕"):
            inner = text[start:at]
            if 6 < len(inner) < 400 and any(c in inner for c in "、，,") and any(c in inner for c in _BODY_ENDS):
                yield start, at, cell
            start = -1
        if character in "（(〔\t":
            start = at


def mutated(text: str, place: tuple[int, int, bool], rng: random.Random) -> str:
    """The text with one piece of noise inside the list."""
    start, end, cell = place
    at = rng.randrange(start + 1, end)
    kind = rng.choice(("space", "quote", "narrow") if cell else ("space", "quote", "narrow", "line", "page"))
    if kind == "narrow":
        return text[:start] + text[start:end].translate(_NARROW) + text[end:]
    noise = {
        "space": rng.choice((" ", "　", "  ")),
        "quote": "“" if cell else "\n“\n",
        "line": rng.choice(("\n", "\n\n")),
        "page": rng.choice(_PAGES),
    }[kind]
    return text[:at] + noise + text[at:]


def share_unharmed(many: int, seed: int) -> float:
    """The share of rows that came through `many` mutations."""
    rng = random.Random(seed)
    kept = total = 0
    texts = [(ROOT / "corpus" / name).read_text(encoding="utf-8") for name in SAMPLES]
    made = [(text, rows(text), list(lists(text))) for text in texts]
    made = [(text, want, places) for text, want, places in made if places]
    for number in range(many):
        text, want, places = made[number % len(made)]
        got = rows(mutated(text, rng.choice(places), rng))
        total += sum(want.values())
        kept += sum((want & got).values())
    return kept / total


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    share = share_unharmed(how_many, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{how_many} 次改动后，{share:.4%} 的责任行与原来相同")
    sys.exit(share < FLOOR)
