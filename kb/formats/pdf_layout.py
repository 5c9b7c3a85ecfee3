"""Pieces of text and ruling lines of a page → its lines as printed; ruled tables → one tab row for each table row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from kb.formats import rows
from kb.formats.docx_text import MARK_LIKE
from kb.formats.pdf_page import Glyph, Shown
from kb.formats.pdf_tables import Table, find_tables
from kb.frozen import dataclass

Placed = tuple[Glyph, float, float]  # a piece and the point that it belongs to
HANGING = frozenset("，。、；：！？）》」』”’,.;:)")
PADDING = 12.0  # points between the text of a cell and its borders, both sides together


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text, where it begins and ends, its baseline and the size of most of it."""

    text: str
    x: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A ruled table of a page: its rows of cells, where its columns stand, and for each column of its last row the cell
    that reaches down to the table's end and whether its text may go on on the next page."""

    rows: list[list[str]]
    xs: tuple[float, ...]
    last: list[tuple[int, int, bool]]


def page_blocks(shown: Shown) -> list[list[str] | PrintedTable]:
    """What a page prints, from top to bottom: runs of lines, and tables.

    A line that is indented begins with as many wide blanks as characters would fit there; a gap within a line is one
    blank, or two where it is wider than a character. A merged cell is empty in its further rows and columns.
    """
    glyphs = _once(g for g in shown.glyphs if g.text)
    tables = find_tables(shown.rules)
    inside: list[list[Placed]] = [[] for _ in tables]
    free: list[Glyph] = []
    for placed in _places(glyphs):
        glyph, x, y = placed
        holder = next((i for i, t in enumerate(tables) if t.holds(x, y)), None)
        if holder is None:
            free.append(glyph)
        else:
            inside[holder].append(placed)
    blocks: list[tuple[float, list[str] | PrintedTable]] = []
    for table, held in zip(tables, inside, strict=True):
        blocks.append((table.ys[0], _table(table, held)))
    blocks.extend(_free_blocks(free, [t.ys[0] for t in tables]))
    blocks.sort(key=lambda b: -b[0])
    return [block for _, block in blocks]


def _places(glyphs: Sequence[Glyph]) -> Iterator[Placed]:
    """Each piece with the point that says in which cell it stands: its middle, but for punctuation that hangs over the
    border the middle of the piece before it."""
    last: Placed | None = None
    for glyph in glyphs:
        x, y = (glyph.x + glyph.x1) / 2, glyph.y + 0.3 * glyph.size
        if last is not None and glyph.text in HANGING and glyph.y == last[0].y and abs(glyph.x - last[0].x1) < 0.3 * glyph.size:
            x, y = last[1], last[2]
        last = (glyph, x, y)
        yield last


def page_text(shown: Shown) -> str:
    """The text of a page: its lines, a table row as cells between tabs."""
    lines: list[str] = []
    for block in page_blocks(shown):
        lines.extend(block if isinstance(block, list) else [rows.row(cells) for cells in block.rows])
    return "\n".join(lines)


def _once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """The pieces, where one is printed twice in nearly the same place (false bold, shadows) only the first."""
    out: list[Glyph] = []
    seen: dict[tuple[str, int, int], Glyph] = {}
    for glyph in glyphs:
        if not glyph.text.strip():
            out.append(glyph)
            continue
        step = max(glyph.size, 1.0)
        column, row = round(glyph.x / step), round(glyph.y / step)
        near = [seen.get((glyph.text, column + i, row + j)) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        if any(o and abs(o.x - glyph.x) < 0.25 * step and abs(o.y - glyph.y) < 0.25 * step for o in near):
            continue
        seen[(glyph.text, column, row)] = glyph
        out.append(glyph)
    return out


def group_lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """Pieces → printed lines, from the top down. Raised and lowered pieces belong to the line that they stand on."""
    groups: list[list[Glyph]] = []
    y = size = 0.0
    blanks: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.y, g.x)):
        if not glyph.text.strip():
            blanks.append(glyph)
            continue
        if groups and y - glyph.y <= 0.45 * max(size, glyph.size):
            groups[-1].append(glyph)
            if glyph.size > size:
                y, size = glyph.y, glyph.size
        else:
            groups.append([glyph])
            y, size = glyph.y, glyph.size
    return [_line(group) for group in _with_blanks(groups, blanks)]


def _with_blanks(groups: list[list[Glyph]], blanks: list[Glyph]) -> list[list[Glyph]]:
    """Each line with the printed blanks that stand on its baseline."""
    baselines = [(max(group, key=lambda g: g.size).y, group) for group in groups]
    index = 0
    for blank in blanks:  # both go from the top down
        while index < len(baselines) and baselines[index][0] > blank.y + 0.3 * max(blank.size, 1.0):
            index += 1
        if index < len(baselines) and abs(baselines[index][0] - blank.y) <= 0.3 * max(blank.size, 1.0):
            baselines[index][1].append(blank)
    return [group for _, group in baselines]


def _line(group: list[Glyph]) -> Line:
    size = max(g.size for g in group if g.text.strip())
    base = next(g.y for g in group if g.text.strip() and g.size == size)
    out: list[str] = []
    last: Glyph | None = None
    blank = False
    raised: list[str] = []
    for glyph in sorted(group, key=lambda g: g.x):
        if not glyph.text.strip():
            blank = True
            continue
        gap = _gap(last, glyph, size, blank) if last is not None else ""
        blank = False
        if glyph.size < 0.8 * size and glyph.y > base + 0.15 * size:
            raised.append(glyph.text)
        else:
            out.append(_raised(raised))
            raised = []
            out.append(gap)
            out.append(glyph.text)
        last = glyph
    out.append(_raised(raised))
    solid = [g for g in group if g.text.strip()]
    return Line("".join(out), min(g.x for g in solid), max(g.x1 for g in solid), base, size)


def _raised(pieces: list[str]) -> str:
    """Raised text: marked when it looks like the mark of a footnote, else (km2) as it is."""
    text = "".join(pieces)
    return f"<sup>{text}</sup>" if text and MARK_LIKE.fullmatch(text) else text


def _gap(last: Glyph, glyph: Glyph, size: float, blank: bool) -> str:
    width = glyph.x - last.x1
    if width > 1.2 * size:
        return "  "
    latin = last.text[-1:].isascii() and glyph.text[:1].isascii()
    if width > (0.2 if latin else 0.6) * size:
        return " "
    return " " if blank and width > 0.1 * size else ""


def _free_blocks(glyphs: list[Glyph], tops: Sequence[float]) -> list[tuple[float, list[str] | PrintedTable]]:
    """Lines outside of tables; between two tables they stay together, so that columns are read one after the other."""
    edges = sorted(tops, reverse=True)
    out: list[tuple[float, list[str] | PrintedTable]] = []
    upper = float("inf")
    for lower in [*edges, float("-inf")]:
        band = [g for g in glyphs if lower < g.y <= upper]
        columns = _columns(band)
        for i, column in enumerate(columns):
            lines = group_lines(column)
            margin = _margin(lines)
            if lines:
                out.append((lines[0].y if len(columns) == 1 else max(g.y for g in band) - i * 1e-6, [_indented(n, margin) for n in lines]))
        upper = lower
    return out


def _margin(lines: list[Line]) -> float:
    """Where lines begin that are not indented: the leftmost place where two of them do."""
    starts = sorted(line.x for line in lines)
    for first, second in pairwise(starts):
        if second - first < 3.0:
            return first
    return starts[0] if starts else 0.0


def _indented(line: Line, margin: float) -> str:
    count = round((line.x - margin) / line.size) if line.size else 0
    return "　" * max(0, min(count, 30)) + line.text


def _columns(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """The text of a page in two columns as two; any other text as one. Lines that cross the gap stand before or behind.

    A gap counts when at least ten lines have ten characters on both sides of it and none crosses it among them.
    """
    lines: dict[int, list[Glyph]] = {}
    solid = [g for g in glyphs if g.text.strip()]
    if len(solid) < 200:
        return [glyphs]
    low, high = min(g.x for g in solid), max(g.x1 for g in solid)
    middle = (low + high) / 2
    for glyph in solid:
        lines.setdefault(round(glyph.y / 3), []).append(glyph)
    sides = crossing = 0
    for group in lines.values():
        left = [g for g in group if g.x1 <= middle + 1]
        right = [g for g in group if g.x >= middle - 1]
        if len(left) + len(right) < len(group):
            crossing += 1
        elif len(left) >= 10 and len(right) >= 10 and min(g.x for g in right) - max(g.x1 for g in left) > 0.8 * group[0].size:
            sides += 1
    if sides < 10 or crossing > 0.2 * sides:
        return [glyphs]
    across = {key for key, group in lines.items() if any(g.x1 > middle + 1 and g.x < middle - 1 for g in group)}
    top = [g for g in glyphs if round(g.y / 3) in across]
    rest = [g for g in glyphs if round(g.y / 3) not in across]
    return [part for part in (top, [g for g in rest if g.x < middle], [g for g in rest if g.x >= middle]) if part]


def _table(table: Table, placed: list[Placed]) -> list[str] | PrintedTable:
    """A table's rows; a table of one column is a frame around text and gives its lines."""
    if len(table.xs) == 2:
        lines = group_lines(glyph for glyph, _, _ in placed)
        margin = _margin(lines)
        return [_indented(line, margin) for line in lines]
    held: dict[tuple[int, int], list[Glyph]] = {}
    for glyph, x, y in placed:
        held.setdefault(table.cell_at(x, y), []).append(glyph)
    lines_of = {anchor: group_lines(own) for anchor, own in held.items()}
    height, width = len(table.ys) - 1, len(table.xs) - 1
    texts = {anchor: _cell_text(lines, *table.extent(anchor)) for anchor, lines in lines_of.items()}
    printed = [[texts.get((r, c), "") for c in range(width)] for r in range(height)]
    last = []
    for c in range(width):
        anchor = table.anchors[height - 1, c]
        lines = lines_of.get(anchor, [])
        open_end = bool(lines) and _is_full(lines[-1], *table.extent(anchor)) and lines[-1].y - table.ys[-1] < 2.5 * lines[-1].size
        last.append((*anchor, open_end))
    return PrintedTable(printed, table.xs, last)


def _is_full(line: Line, left: float, right: float) -> bool:
    """Whether a line of a cell reaches so far that its sentence may go on in the next line."""
    return (right - left) - (line.x1 - line.x) <= 2.0 * line.size + PADDING


def _cell_text(lines: list[Line], left: float, right: float) -> str:
    """The lines of a cell as one: a full line goes on in the next one, a short one ends a paragraph (joined by a blank)."""
    out = ""
    for i, line in enumerate(lines):
        if i:
            latin = out[-1:].isascii() and out[-1:].isalnum() and line.text[:1].isascii() and line.text[:1].isalnum()
            out += "" if _is_full(lines[i - 1], left, right) and not latin else " "
        out += line.text
    return rows.cell([out])
