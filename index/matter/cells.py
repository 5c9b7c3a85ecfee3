"""Figures in tables: the row and the column that say what is asked, and the cell where they meet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.asking.measures import MEASURE
from index.asking.moments import Moment, moments, nearness
from index.matter.amounts import IN_TIME, weight
from index.matter.parts import Topic
from kb.frozen import dataclass

_NUMBER = re.compile(r"[≥≤><＞＜约]?\s?[0-9０-９][0-9０-９.,．]*\s?[%％‰]?(?:以上|以下|左右)?")
_NOTE = re.compile(r"\s?(?:<sup>.{0,6}</sup>|\[[0-9]{1,2}\]|[①-⑳])\s*$")
_AIM = re.compile(r"目标|指标")
AIMED = 1.2  # for a table of aims where the question asks for an aim
QUOTED = 500  # characters of a table that are quoted from its head to the row


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what it is of, the figure as printed, the lines of the table from its head to its row, how much of the topic they say."""

    names: tuple[str, ...]
    figure: str
    measure: str  # what the name gives in brackets: 个, %
    lines: str
    weight: float


def stated_cell(text: str, topic: Topic, question: str) -> Cell | None:
    """The cell of the tables in a clause that says most of the topic, in the column or row of the time asked for; None without tables.

    Over the lines `指标⇥2020年⇥2025年` and `护理床位占比（%）⇥48⇥60` the question 护理床位占比2025年多少 is answered by 60.
    """
    best: Cell | None = None
    asked, aims = moments(question), _AIM.search(question)
    for rows in _tables(text):
        head = next((n for n, row in enumerate(rows) if sum(1 for c in _cells(row) if c) > 1), len(rows))
        for row in rows[head + 1 :]:
            for names, figure in _figures(_cells(rows[head]), _cells(row)):
                held = weight(" ".join(names), topic) * _in_time(asked, names) * (AIMED if aims and _AIM.search(rows[head]) else 1.0)
                later = best is not None and held == best.weight and not asked and moments(names[-1]) and best.lines.endswith(row)
                if best is None or held > best.weight or later:
                    between = text[text.index(rows[head]) : text.index(row) + len(row)]
                    best = Cell(names, figure, _measure(names), between if len(between) <= QUOTED else row, held)
    return best


def _tables(text: str) -> list[list[str]]:
    """The runs of lines with cells; a blank line or two may stand within one."""
    lines = [(n, line) for n, line in enumerate(text.split("\n")) if line.strip()]
    runs: list[list[str]] = []
    for (before, _), (n, line) in pairwise([(-9, ""), *lines]):
        if "\t" in line:
            if not runs or not runs[-1] or n - before > 3:
                runs.append([])
            runs[-1].append(line)
        elif runs:
            runs.append([])
    return [r for r in runs if len(r) > 1]


def _cells(row: str) -> list[str]:
    return [_NOTE.sub("", c.strip()) for c in row.split("\t")]


def _figures(head: Sequence[str], row: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """The figures of a row with what they are of: its name and the head of its column; cells are set under heads from the right."""
    shift = len(head) - len(row)
    numbered = bool(row) and head[max(0, shift)] in ("序号", "编号", "号", "")
    timed = [0 <= n + shift < len(head) and bool(cell and moments(head[n + shift])) for n, cell in enumerate(row)]
    places = [n for n, cell in enumerate(row) if (_NUMBER.fullmatch(cell) or timed[n]) and (n > 0 or not numbered)]
    if not places:
        return []
    first = 0 if not numbered and places[0] == 0 and re.fullmatch(r"(?:19|20)[0-9]{2}年?", row[0]) else None
    labels = [row[0]] if first == 0 else [c for c in row[: places[0]] if c and not c.isdigit()]
    out = []
    for n in places:
        if n == first or not 0 <= n + shift < len(head):
            continue
        out.append((tuple(x for x in (*labels, head[n + shift]) if x), row[n]))
    return out


def _measure(names: Sequence[str]) -> str:
    found = re.search(r"[（(]([^（）()]{1,6})[）)]$", next((n for n in names if n.endswith(("）", ")"))), ""))
    if found:
        return found.group(1)
    return next((n for n in names if len(n) < 3 and set(n) <= set(MEASURE)), "")  # a column of its own: 件


def _in_time(asked: tuple[Moment, ...], names: Sequence[str]) -> float:
    said = tuple(m for name in names for m in moments(name))
    return IN_TIME[nearness(asked, said)] if asked and said else 1.0
