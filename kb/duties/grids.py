"""Rows of tables that assign work → works: columns in any order, several unit columns, merged cells, deadlines.

What a column means is read from its head (kb/grid_rows.py, kb/data/grids.toml). A row without any unit under a column
merged downwards takes the units of the row above; nobody is made up otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from kb.duties.phrases import Duties, read_duties
from kb.duties.rules import find_rules, without_rules
from kb.duties.work import Work
from kb.frozen import dataclass
from kb.grid_rows import column_role
from kb.model import Cell, Grid, ListedUnit, Row, Spans
from kb.numbering import find_marker
from kb.numerals import to_int
from kb.spans import join
from kb.unit_naming.lists import FORM, NONE, strength
from kb.unit_naming.persons import without_persons
from kb.units import UnitTable

UNIT_ROLES = ("lead", "responsible", "cooperating", "guiding", "data")
_TEXT_ROLES = ("project", "indicator", "section", "measure")
_JOINS = ("及", "和", "、", "与", "（", "(", "/", "／", "或")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Column numbers by what they hold."""

    units: tuple[tuple[int, str], ...]
    tasks: tuple[int, ...]
    number: int | None
    deadline: int | None
    remarks: tuple[int, ...]
    first_leads: bool


def grid_works(grid: Grid, table: UnitTable) -> Iterator[Work]:
    """The works of a table of duties, in row order; nothing for tables of other kinds."""
    if grid.kind != "duties":
        return
    columns = _columns(grid)
    if not columns.units:
        return
    before: Work | None = None
    for order, row in enumerate(grid.rows):
        work = _row_work(row, columns, table, order)
        if work is None:
            continue
        work = _counted(work, before)
        if not work.units and before is not None and before.units:
            work = replace(work, units=before.units, basis=before.basis, open_ended=before.open_ended, raw=before.raw, inherited=True)
        if work.units:
            before = work
            yield work


def _columns(grid: Grid) -> _Columns:
    roles = [column_role(head) for head in grid.header]
    units = tuple((i, _unit_role(grid.header[i], role)) for i, role in enumerate(roles) if role in UNIT_ROLES)
    tasks = tuple(i for i, role in enumerate(roles) if role == "task")
    for name in _TEXT_ROLES:
        tasks = tasks or tuple(i for i, role in enumerate(roles) if role == name)[:1]
    if not tasks:
        tasks = tuple(i for i, role in enumerate(roles) if role not in (*UNIT_ROLES, "number", "deadline", "remarks", "person", "year", "kind"))[-1:]
    return _Columns(
        units, tasks, _first(roles, "number"), max((i for i, role in enumerate(roles) if role == "deadline"), default=None),
        tuple(i for i, role in enumerate(roles) if role == "remarks"),
        any(rule.first_leads for head in (*grid.header, grid.title) for rule in find_rules(head)),
    )  # fmt: skip


def _unit_role(head: str, role: str) -> str:
    """A column for several roles (牵头及配合单位) has none of its own: what its cells say counts."""
    if find_rules(head):
        return "responsible"
    head = head.replace("责任人", "").replace("负责人", "")  # 牵头单位及责任人: a body and its person
    mixed = "牵头" in head and any(word in head for word in ("配合", "责任", "参与", "协办")) and any(join in head for join in _JOINS)
    return "responsible" if mixed else role


def _first(roles: list[str], role: str) -> int | None:
    return roles.index(role) if role in roles else None


def _cell(row: Row, column: int | None) -> Cell | None:
    return row.cells[column] if column is not None and column < len(row.cells) else None


def _row_work(row: Row, columns: _Columns, table: UnitTable, order: int) -> Work | None:
    text, spans = _task_text(row, columns.tasks)
    if not text:
        return None
    units: list[ListedUnit] = []
    raw, open_ended, by_column, deadline = [], False, False, None
    for column, role in columns.units:
        cell = _cell(row, column)
        if cell is None or not _says_units(cell.text):
            continue
        duties = _read(cell.text, role, table)
        units += duties.units
        open_ended = open_ended or duties.open_ended
        deadline = deadline or duties.deadline
        by_column = by_column or (role == "lead" and not duties.spoken)
        raw.append(" ".join(cell.text.split()))
    lead = any(unit.role == "lead" for unit in units)
    due = _cell(row, columns.deadline)
    remarks = "；".join(c.text.strip() for i in columns.remarks if (c := _cell(row, i)) is not None and c.text.strip())
    return Work(
        clause=row.clause, number=_number(row, columns, text), text=text, spans=spans, units=tuple(units),
        basis=("column" if by_column else "phrase") if lead else "none", open_ended=open_ended, raw=" ".join(raw),
        lines=(row.first_line, row.last_line), remarks=remarks, deadline=(due.text.strip() or None) if due else deadline,
        place=order, listed=True, first_leads=columns.first_leads,
    )  # fmt: skip


def _says_units(text: str) -> bool:
    bare = text.strip(" 　-—－/／、，。\t\n")
    return len(bare) >= 2 and bare not in ("同上", "无")


def _read(text: str, role: str, table: UnitTable) -> Duties:
    """A cell of units. Verbs in it count; a lead column whose cells only say 负责 still leads."""
    blank, _ = without_rules(text)
    duties = read_duties(blank, role, table)
    if duties.weakest == NONE and duties.units:
        units = tuple(unit for listed in duties.units for unit in without_persons(listed, table))
        duties = duties if units == duties.units else replace(duties, units=units, weakest=min(strength(unit.name, table) for unit in units))
    if role == "lead" and duties.units and duties.weakest >= FORM and not any(unit.role == "lead" for unit in duties.units):
        duties = replace(duties, units=tuple(replace(u, role="lead") if u.role == "responsible" else u for u in duties.units))
    return duties


def _task_text(row: Row, columns: tuple[int, ...]) -> tuple[str, Spans]:
    cells = [c for i in columns if (c := _cell(row, i)) is not None and c.text.strip()]
    if not cells:
        return "", ()
    ascending = all(a.spans[-1][1] <= b.spans[0][0] for a, b in pairwise(cells))
    if not ascending:
        cells = cells[-1:]
    return "".join(c.text for c in cells), join(*(c.spans for c in cells))


def _counted(work: Work, before: Work | None) -> Work:
    """A row whose number lost its dot (54完善…) is known by the number before it."""
    digits = work.text[: len(work.text) - len(work.text.lstrip("0123456789"))]
    last = to_int(before.number) if digits and before is not None and before.number.isdecimal() else None  # not ①, which is a digit too
    if last is not None and digits == str(last + 1):
        return replace(work, number=digits)
    return work


def _number(row: Row, columns: _Columns, text: str) -> str:
    cell = _cell(row, columns.number)
    if cell is not None and cell.text.strip():
        return cell.text.strip().rstrip(".、．")
    marker = find_marker(text)
    if marker is not None:
        return marker.ordinal.strip("()（）.、．")
    return row.clause.partition("#")[2] or row.clause
