"""Runs of row blocks → tables: heads, section cells, rows over page breaks, merged cells, and what kind of table it is.

What goes in is a document's blocks. Out come tables in order; each says for every row block what its parts are: a head (also
one repeated on a page), a section cell, a row, or more of the row before. A table of duties has a column of tasks and
one of units; code tables, blank forms and indicator tables are told apart from it and never assign work. No block is lost,
none is in two tables. `read_tables(part)`; the Grid values of kb/model.py are made from tables by kb/clauses.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.duties.tables import SECTION_FORMS, Stretch, Table, TableItem, duty_table
from kb.grid_rows import (
    UNIT_ROLES,
    RawCell,
    as_above,
    bare_head,
    cell_of,
    column_role,
    is_card,
    is_head,
    is_year,
    shift,
    split_row,
)
from kb.model import Block, Cell, Part
from kb.numbering import readings
from kb.spans import join
from kb.tables import settings


def read_tables(part: Part) -> tuple[Table, ...]:
    """The tables of a document, in order. Never fails."""
    blocks = part.blocks
    out: list[Table] = []
    at = 0
    while at < len(blocks):
        if blocks[at].kind != "row":
            at += 1
            continue
        end = at
        while end + 1 < len(blocks) and (blocks[end + 1].kind == "row" or _is_section_between(blocks, at, end + 1)):
            end += 1
        if is_card([[cell.text for cell in split_row(blocks[i])] for i in range(at, end + 1)]):
            out.append(_card(blocks, at, end))
        else:
            out += [_table(blocks, first, last) for first, last in _split_run(blocks, at, end)]
        at = end + 1
    return tuple(out)


def _is_section_between(blocks: Sequence[Block], first: int, index: int) -> bool:
    """A paragraph 二、乡村建设 between rows of one table of duties: a section that was printed over all columns."""
    text = blocks[index].text
    if index + 1 >= len(blocks) or blocks[index + 1].kind != "row" or len(text) > 40 or text[-1] in "。；：，":
        return False
    if not any(m.form in SECTION_FORMS and m.sure for m in readings(text)[:1]):
        return False
    head = next((cells for i in range(max(first, index - 40), index) if is_head(cells := split_row(blocks[i]))), None)
    roles = {column_role(c.text) for c in head or ()}
    following = split_row(blocks[index + 1])
    return bool(roles & set(UNIT_ROLES)) and bool(roles & {"task", "number"}) and not is_head(following) and sum(1 for c in following if c.text) > 1


def _names(cells: Sequence[RawCell]) -> tuple[str, ...]:
    return tuple(bare_head(c.text) for c in cells if c.text)


def _split_run(blocks: Sequence[Block], first: int, last: int) -> list[tuple[int, int]]:
    """One run of rows → tables: a new one starts at a head with other names, or at a box's title row."""
    out = []
    start = first
    names: tuple[str, ...] | None = None
    for index in range(first, last + 1):
        cells = split_row(blocks[index])
        found = readings(blocks[index].text) if sum(1 for c in cells if c.text) == 1 else ()
        if found and found[0].kind == "box" and index > start:
            out.append((start, index - 1))
            start, names = index, None
        elif is_head(cells):
            here = _names(cells)
            if names is not None and here != names and index > start and not _is_second_head(blocks, start, index):
                out.append((start, index - 1))
                start = index
            names = here
    out.append((start, last))
    return out


def _is_second_head(blocks: Sequence[Block], start: int, index: int) -> bool:
    """A head of two lines: the row right under the first head line."""
    return index == start + 1 and is_head(split_row(blocks[start]))


def _table(blocks: Sequence[Block], first: int, last: int) -> Table:
    rows = [split_row(blocks[i]) for i in range(first, last + 1)]
    head_at, generic = _find_head(rows)
    head_cells = rows[head_at] if head_at is not None else ()
    roles = [column_role(c.text) for c in head_cells]
    kind = _kind(rows, head_at, roles)
    title = _title(blocks, first, rows, head_at)
    if kind == "duties" and head_at is not None and not generic:
        return duty_table(blocks, (first, last), rows, head_at, title)
    table = Table(first, last, kind, title, (), (), [])
    _plain_rows(table, blocks, rows, head_at)
    return table


def _card(blocks: Sequence[Block], first: int, last: int) -> Table:
    """A table without a head, a label and its value in each row: what it says of work is read by kb/duties/cards.py."""
    table = Table(first, last, "other", _title(blocks, first, (), None), (), (), [])
    _plain_rows(table, blocks, [split_row(blocks[i]) for i in range(first, last + 1)], None)
    return table


def _find_head(rows: Sequence[Sequence[RawCell]]) -> tuple[int | None, bool]:
    """The row of the first head, and whether it was only guessed from its shape."""
    for index, cells in enumerate(rows[:4]):
        if is_head(cells):
            return index, False
    for index, cells in enumerate(rows[:2]):
        shown = [c.text for c in cells if c.text]
        if len(shown) >= 2 and index + 1 < len(rows) and all(len(t) <= 20 and not t[0].isdigit() and t[-1] not in "。；：:" for t in shown):
            below = [c.text for r in rows[index + 1 : index + 5] for c in r if c.text]
            plain = len(shown) == len(rows[index]) and all(len(t) <= 8 and len(r) == len(shown) for t in shown for r in rows)
            if below and (plain or sum(1 for t in below if t[0].isdigit()) * 2 >= len(below)):
                return index, True
    return None, False


def _kind(rows: Sequence[Sequence[RawCell]], head_at: int | None, roles: Sequence[str]) -> str:
    body = rows[head_at + 1 :] if head_at is not None else rows
    if _is_form(rows, body, head_at):
        return "form"
    if head_at is None:
        return "other"
    known = set(roles)
    if known & set(UNIT_ROLES) and known & {"task", "indicator", "project", "section", "number", "deadline"} and "code" not in known:
        return "indicators" if known & {"year", "kind"} and "task" not in known and not known & {"lead", "responsible"} else "duties"
    if "code" in known:
        return "codes"
    if known & {"indicator", "kind", "year"}:
        return "indicators"
    texts = [c.text for c in rows[head_at] if c.text]
    if texts and bare_head(texts[0]) in ("年度", "年份", "时间") and any(c.text and is_year(c.text) for r in body[:3] for c in r[:1]):
        return "indicators"
    return "other"


def _is_form(rows: Sequence[Sequence[RawCell]], body: Sequence[Sequence[RawCell]], head_at: int | None) -> bool:
    """Blank forms: almost nothing filled in, or words that ask for a signature."""
    words = settings("grids")["shape"]["form"]
    text = "".join(c.text for r in rows for c in r)
    asked = sum(1 for w in words if w in text)
    cells = [c for r in body for c in r]
    filled = [c for c in cells if c.text]
    if not filled:
        return bool(cells) and head_at is not None
    if head_at is None:
        return asked >= 1 or "____" in text or len(filled) * 5 < len(cells) * 2
    return len(filled) * 4 < len(cells) and all(len(c.text) <= 4 for c in filled)


def _title(blocks: Sequence[Block], first: int, rows: Sequence[Sequence[RawCell]], head_at: int | None) -> str:
    """The line above the head: a row with one cell, or the short paragraph before the table."""
    for cells in rows[: head_at or 0]:
        shown = [c.text for c in cells if c.text]
        if len(shown) == 1:
            return shown[0]
    before = blocks[first - 1] if first else None
    if before is None or before.kind != "paragraph" or len(before.text) > 80 or before.text[-1:] in "。；":
        return ""
    ends = settings("grids")["shape"]["titles"]
    found = readings(before.text)
    is_box = bool(found) and found[0].kind == "box"
    return before.text if is_box or any(before.text.rstrip("）)").endswith(e) for e in ends) else ""


# tables without duties


def _plain_rows(table: Table, blocks: Sequence[Block], rows: Sequence[Sequence[RawCell]], head_at: int | None) -> None:
    """Fills the rows of a table that assigns nothing: heads as printed, repeated ones taken out, merged cells filled."""
    names: tuple[str, ...] = ()
    heads: list[int] = []
    if head_at is not None:
        table.header = tuple(c.text for c in rows[head_at] if c.text)
        table.roles = tuple(column_role(t) for t in table.header)
        names = _names(rows[head_at])
        heads = _columns(rows, head_at, names)
    for index, cells in enumerate(rows):
        block = blocks[table.first + index]
        whole = Stretch(table.first + index, 0, len(block.text))
        if head_at is not None and index <= head_at:
            table.items.append(TableItem("head", own=[whole]))
        elif names and _names(cells) == names:
            table.items.append(TableItem("head", waste=[whole]))
            heads = _columns(rows, index, names)
        else:
            item = TableItem("row", own=[whole])
            item.cells = _under_heads(block, cells, heads, table)
            table.items.append(item)


def _columns(rows: Sequence[Sequence[RawCell]], head: int, names: Sequence[str]) -> list[int]:
    """The columns of the rows under one printed head, which may stand beside its own."""
    end = head + 1
    while end < len(rows) and _names(rows[end]) != names:
        end += 1
    at = [i for i, c in enumerate(rows[head]) if c.text]
    by = shift(at, rows[head + 1 : end])
    return [i + by for i in at]


def _under_heads(block: Block, cells: Sequence[RawCell], columns: Sequence[int], table: Table) -> list[Cell]:
    """A row's cells under the heads. A cell more than there are heads, in front of the values, is a second level of the name."""
    made = [cell_of(block, c) for c in cells]
    if not columns or table.kind not in ("indicators", "other"):
        return made
    before = next((i.cells for i in reversed(table.items) if i.role == "row"), [])
    picked = [made[at] if 0 <= at < len(made) else Cell("", ()) for at in columns]
    if len(before) == len(picked):
        picked = as_above(picked, before)
    name = next((k for k, r in enumerate(table.roles) if r == "indicator"), None)
    if name is not None and _is_shifted(made, columns, table.roles):
        sub = made[columns[name] + 1]
        rest = [made[at + 1] if at + 1 < len(made) else Cell("", ()) for at in columns[name + 1 :]]
        base = picked[name] if picked[name].text else _first_level(before, name)
        picked = [*picked[:name], Cell(base.text + sub.text, join(base.spans, sub.spans)), *rest]
        if before and not picked[0].text and name > 0:
            picked[0] = before[0]
    elif before and len(before) == len(picked):
        keep = len(picked) if name is None else name + 1
        if picked and not picked[0].text and any(c.text for c in picked[1:]):
            picked = [before[k] if k < keep and not c.text and not any(p.text for p in picked[: k]) else c for k, c in enumerate(picked)]
    return picked


def _is_shifted(made: Sequence[Cell], columns: Sequence[int], roles: Sequence[str]) -> bool:
    """Whether the values of an indicator row stand one column to the right of their heads."""
    kinds = [at for at, r in zip(columns, roles, strict=True) if r == "kind"]
    width = max((i for i, c in enumerate(made) if c.text), default=0)
    if kinds:
        at = kinds[-1]
        return width == at + 1 and made[width].text.endswith("性") and not (at < len(made) and made[at].text.endswith("性"))
    return width == columns[-1] + 1


def _first_level(before: Sequence[Cell], name: int) -> Cell:
    """The name cell of the row above, without its second level (its last span)."""
    if name >= len(before):
        return Cell("", ())
    cell = before[name]
    if len(cell.spans) < 2:
        return cell
    length = sum(b - a for a, b in cell.spans[:-1])
    return Cell(cell.text[:length], cell.spans[:-1])
