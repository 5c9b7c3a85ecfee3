"""Rows whose cells bars part (`| 1 | 修渠 | 县水务局 |`), and rows with tabs that a line end tore inside a cell.

Lines are changed in place: a row of bars gets the places of its cells, a torn row becomes one line.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from kb.grid_rows import column_role, looks_like_unit
from kb.layout.lines import Line
from kb.layout.page_fields import fields_of
from kb.model import Span
from kb.numbering import find_marker
from kb.spans import join

BARS = "|｜│"


def settle_rows(lines: list[Line], text: str) -> None:
    """Rows whose cells bars part, and torn rows with tabs made whole."""
    if any(bar in text for bar in BARS):
        _bar_rows(lines)
    _mend_rows(lines, text)


# --- cells parted by bars ---------------------------------------------------------------------------------------------


def _bar_rows(lines: list[Line]) -> None:
    """Neighbouring lines with as many bars are rows; a line of bars and dashes is a rule."""
    cells = [_bar_cells(line) for line in lines]
    for i, found in enumerate(cells):
        if not found or (len(cells[i - 1] if i else ()) != len(found) and len(cells[i + 1] if i + 1 < len(cells) else ()) != len(found)):
            continue
        line = lines[i]
        if all(c in "-:=—─ " + BARS for c in line.text):
            line.kind = "rule"
        else:
            line.kind, line.cells = "row", found


def _bar_cells(line: Line) -> tuple[Span, ...]:
    text = line.text
    if line.kind not in ("text", "rule") or sum(text.count(c) for c in BARS) < 2 or fields_of(text):
        return ()
    edges = [i for i, c in enumerate(text) if c in BARS]
    if edges[0] != 0:
        edges.insert(0, -1)
    if edges[-1] != len(text) - 1:
        edges.append(len(text))
    out = []
    for a, b in pairwise(edges):
        piece = text[a + 1 : b]
        left = len(piece) - len(piece.lstrip())
        out.append((a + 1 + left, max(a + 1 + left, a + 1 + len(piece.rstrip()))))
    framed = len(out) == 2 and text[0] in BARS and text[-1] in BARS  # | 任务 | 单位 |
    return tuple(out) if framed or 2 < len(out) <= 30 else ()


# --- rows with tabs, torn inside a cell -------------------------------------------------------------------------------


def _mend_rows(lines: list[Line], text: str) -> None:
    """A row that begins with its number and has too few cells goes on in the lines below, until it has as many as the others."""
    i = 0
    while i < len(lines):
        if lines[i].kind != "row" or lines[i].cells:
            i += 1
            continue
        end = i
        while end + 1 < len(lines) and lines[end + 1].kind in ("row", "text"):
            end += 1
        _mend_run(lines, text, (i, end))
        i = end + 1


def _mend_run(lines: list[Line], text: str, run: tuple[int, int]) -> None:
    first, last = run
    counts = Counter(line.text.count("\t") for line in lines[first : last + 1] if line.kind == "row" and _begins_row(line))
    if not counts:
        return
    whole = max((n for n, times in counts.items() if times * 3 >= max(counts.values())), default=0)
    i = first
    while i <= last:
        tabs = lines[i].text.count("\t")
        stop = i
        while _begins_row(lines[i]) and tabs < whole and stop < last and stop - i < 8 and not _begins_row(lines[stop + 1]) and tabs + lines[stop + 1].text.count("\t") <= whole:
            stop += 1
            tabs += lines[stop].text.count("\t")
            if tabs == whole:
                break
        if tabs == whole and _begins_row(lines[i]) and stop + 1 < last and _ends_cell(lines[stop], lines[stop + 1], lines[stop + 2]):
            stop += 1
        if stop > i and tabs == whole:
            _merge(lines, text, i, stop)
        i = max(stop, i) + 1


def _ends_cell(row: Line, line: Line, after: Line) -> bool:
    """Whether a short line between two rows is the rest of the last cell above: …⇥完成 / 时限."""
    return line.kind == "text" and len(line.text) <= 16 and find_marker(line.text) is None and line.text[0] not in "注备（(" and "\t" in row.text and after.kind == "row" and _begins_row(after)


def _begins_row(line: Line) -> bool:
    cell = line.text.split("\t", 1)[0].strip()
    return line.kind == "row" and (line.text.startswith("\t") or cell.isdigit() or column_role(cell) == "number")


def _merge(lines: list[Line], text: str, first: int, last: int) -> None:
    """Lines first … last become the first of them."""
    head = lines[first]
    for line in lines[first + 1 : last + 1]:
        above, below = head.text.rsplit("\t", 1)[-1], line.text.split("\t", 1)[0]
        end = head.spans[-1][1]
        if two_names(above, below):
            head.text += text[end]  # two names: the line end parts them
            head.spans = join(head.spans, ((end, end + 1),))
        head.text += line.text
        head.spans = join(head.spans, line.spans)
    head.end, head.last = lines[last].end, lines[last].number
    for line in lines[first + 1 : last + 1]:
        line.kind = "blank"


def two_names(above: str, below: str) -> bool:
    """Whether the pieces of a cell at a line end are two names of bodies: 市水利局 / 市财政局, not 市自然资源 / 和规划局."""
    return bool(above) and bool(below) and above[-1] not in "、，,；;" and below[0] in (above[0], "各") and looks_like_unit(above) and looks_like_unit(below)
