"""The statute files: for each, the articles and chapters found equal the lines that begin with 第N条 and 第N章.

Every twentieth file is read here; `python tests/test_statutes.py` reads them all.
"""

from __future__ import annotations

import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # so that it runs by itself too

from kb.clause_tree.outline import outline  # noqa: E402

LAWS = ROOT.parent / "shared" / "bench" / "laws.tar.xz"
HAN = "一二三四五六七八九十百千零〇两0-9"
LINES = {"article": re.compile(rf"[#*\s]{{0,8}}第[{HAN}]{{1,10}}\s?条"), "chapter": re.compile(rf"[#*\s]{{0,8}}第[{HAN}]{{1,6}}\s?章")}


def laws(every: int) -> Iterator[tuple[str, list[str]]]:
    """(name, body lines) of every n-th statute file."""
    with tarfile.open(LAWS) as archive:
        number = 0
        for member in archive:
            if not member.name.endswith(".md"):
                continue
            number += 1
            file = archive.extractfile(member) if number % every == 0 else None
            if file is not None:
                text = file.read().decode("utf-8")
                yield member.name, [line for line in text.partition("<!-- INFO END -->")[2].split("\n") if line.strip()]


def compare(every: int) -> tuple[dict[str, int], list[str]]:
    """How many of each kind there are, and where the found ones differ from the lines."""
    total = dict.fromkeys(LINES, 0)
    wrong = []
    for name, lines in laws(every):
        nodes = outline(lines)
        for kind, pattern in LINES.items():
            want = {i for i, line in enumerate(lines) if pattern.match(line)}
            found = {n.block for n in nodes if n.kind == kind}
            total[kind] += len(want)
            wrong += [f"{name} {kind}: {lines[i][:30]}" for i in sorted(want ^ found)]
    return total, wrong


@pytest.mark.skipif(not LAWS.exists(), reason="needs ../shared/bench/laws.tar.xz")
def test_articles_and_chapters_are_the_lines_that_begin_with_them() -> None:
    total, wrong = compare(20)
    assert total["article"] > 5000 and total["chapter"] > 500
    assert len(wrong) * 1000 <= sum(total.values()), wrong[:10]


if __name__ == "__main__":
    print(*compare(1), sep="\n")
