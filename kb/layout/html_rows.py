"""Tables that stand as HTML in a text: `<table><tr><td>1</td><td>修渠</td></tr></table>`, over many lines or in one.

Programs that read pages by eye write tables so, in text and Markdown files alike. Each `<tr>…</tr>` is a row with the places of its
cells; a cell over several rows is empty in those below, one over several columns is followed by empty ones, as in other tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kb.frozen import dataclass
from kb.model import Span

MOST_SPAN = 60  # rows or columns that a cell may take
LONGEST = 20_000  # characters of a row


@dataclass(frozen=True, slots=True)
class HtmlRow:
    """A row: where it stands in the text, tags included, where the content of each of its cells does (empty ones: start = end), and
    which of them go on from the row above."""

    start: int
    end: int
    cells: tuple[Span, ...]
    merged: tuple[int, ...]


@lru_cache(maxsize=1)
def _tag() -> re.Pattern[str]:
    return re.compile(r"<(/?)(t[rdh]|table)\b([^<>]{0,300})>", re.IGNORECASE)


def html_rows(text: str) -> list[HtmlRow]:
    """The rows of all tables that stand as HTML in a text, in order; one without its end, or without a cell, is none."""
    if "<t" not in text and "<T" not in text:
        return []
    rows: list[HtmlRow] = []
    opened = -1  # where the row stands that is being read
    begun = -1  # where the content of its last cell begins
    cells: list[tuple[int, int, int, int]] = []  # start, end, rows and columns it takes
    hanging: dict[int, int] = {}  # columns that a cell above takes, with the number of rows it still does
    for match in _tag().finditer(text):
        closing, name = bool(match[1]), match[2].lower()
        if begun >= 0 and (name != "table" or closing):  # any other tag of a table ends a cell
            cells[-1] = (begun, match.start(), *cells[-1][2:])
            begun = -1
        if name == "table":
            hanging, opened, begun, cells = {}, -1, -1, []
        elif name == "tr":
            if opened >= 0 and cells and match.start() - opened <= LONGEST:
                placed = list(_placed(cells, hanging))
                merged = tuple([i for i, (_, goes_on) in enumerate(placed) if goes_on])
                rows.append(HtmlRow(opened, match.end() if closing else match.start(), tuple([place for place, _ in placed]), merged))
            opened, cells = (-1 if closing else match.start()), []
        elif opened >= 0 and not closing:
            begun = match.end()
            cells.append((begun, begun, _taken(match[3], "rowspan"), _taken(match[3], "colspan")))
    return rows


def _taken(attributes: str, name: str) -> int:
    """How many rows or columns a cell takes."""
    found = re.search(name + r"\s{0,3}=\s{0,3}[\"']?([0-9]{1,3})", attributes, re.IGNORECASE) if attributes.strip() else None
    return min(MOST_SPAN, max(1, int(found[1]))) if found else 1


def _placed(cells: list[tuple[int, int, int, int]], hanging: dict[int, int]) -> Iterator[tuple[Span, bool]]:
    """The cells of a row in their columns, empty ones where cells of rows above (True) or to the left go on."""
    column = 0
    waiting = dict(hanging)
    for start, end, rows, columns in cells:
        while waiting.pop(column, 0):
            yield (start, start), True
            column += 1
        for number in range(columns):
            yield ((start, end) if not number else (end, end)), False
            if rows > 1:
                hanging[column] = rows
            column += 1
    last = cells[-1][1]
    while waiting.pop(column, 0):
        yield (last, last), True
        column += 1
    for key in [k for k, left in hanging.items() if left <= 1]:
        del hanging[key]
    for key in hanging:
        hanging[key] -= 1
