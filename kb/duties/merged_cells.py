"""Which blank cells of a table of duties mean what stands above them: those of columns whose cells were merged downwards before the
table became text.

`merged_columns(rows, heads, notes)` is the set of the columns for which that holds: where a note at the table says so
(牵头单位为空的，与上一行相同), or where the blanks can be nothing else. Elsewhere a blank lead means that nobody leads.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.frozen import dataclass
from kb.grid_rows import UNIT_ROLES
from kb.tables import settings

_MERGEABLE = ("lead", "person", "deadline")
_FEWEST = 3  # filled and blank cells of a column without which its shape tells nothing
_LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its head: what the head says, what it means, and its cells row by row; None where a section begins."""

    head: str
    role: str
    cells: tuple[str | None, ...]


def merged_columns(columns: Sequence[Column], notes: Sequence[str]) -> frozenset[int]:
    """The numbers of the columns whose blank cells mean the cell above."""
    said = [note for note in notes if says_merged(note)]
    if said:
        named = {at for at, column in enumerate(columns) if column.head and any(column.head in note for note in said)}
        return frozenset(named or {at for at, column in enumerate(columns) if column.role in (*_MERGEABLE, *UNIT_ROLES)})
    duties = [c for c in columns if c.role in ("task", *UNIT_ROLES)]
    found = {at for at, column in enumerate(columns) if column.role in _MERGEABLE and _only_merged(column, duties)}
    led = [columns[at] for at in found if columns[at].role == "person"]
    found |= {at for at, column in enumerate(columns) if column.role == "lead" and led and _within(column, led[0])}
    return frozenset(found)


def says_merged(note: str) -> bool:
    """Whether a note says that blank cells mean the cells above: 空白处同上, 牵头单位为空的，与上一行相同（合并单元格）."""
    words = settings("grids")["merged"]
    return len(note) <= _LONGEST_NOTE and any(w in note for w in words["blank"]) and any(w in note for w in words["same"])


def _only_merged(column: Column, duties: Sequence[Column]) -> bool:
    """Whether the blanks of a column stand in runs below filled cells, one at the head of every section, and no cell repeats the one
    above it, as those of merged cells never do, while the other columns of the rows are full."""
    filled = [c for c in column.cells if c]
    blank = [at for at, c in enumerate(column.cells) if c == ""]
    fewest = 1 if column.role == "person" else _FEWEST
    if len(filled) < fewest or len(blank) < _FEWEST or len(blank) * 5 < len(filled) + len(blank) or not _heads_filled(column):
        return False
    if not _repeats_at_sections(column):
        return False
    others = [c for c in duties if c is not column and c.role != "lead"]
    return bool(others) and all(c.cells[at] for c in others for at in blank)


def _heads_filled(column: Column) -> bool:
    """Whether the first row, and the first row of each section, has its cell."""
    return all(c != "" for before, c in zip((None, *column.cells), column.cells, strict=False) if before is None)


def _repeats_at_sections(column: Column) -> bool:
    """Whether a cell says what the filled one above it says only where a section begins."""
    last = None
    fresh = True
    for cell in column.cells:
        if cell and cell == last and not fresh:
            return False
        last, fresh = cell or last, cell is None or (fresh and not cell)
    return True


def _within(column: Column, leaders: Column) -> bool:
    """Whether leads are blank only where the merged cell of their leader goes on, and less often than not."""
    blank = [at for at, c in enumerate(column.cells) if c == ""]
    filled = sum(1 for c in column.cells if c)
    return bool(blank) and len(blank) <= filled and _heads_filled(column) and all(leaders.cells[at] == "" for at in blank)
