"""Tables that assign work: which part of each row block is a head, a section, a row, or more of the row before.

Each printed page of such a table is put under the heads by what its columns hold (kb/grid_rows.py). A section cell that
is printed again on the next page, or in each of its rows, is one section; a row cut by a page break is one row; a task cell merged
over several rows belongs to each of them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import field

from kb.duties.merged_cells import Column, merged_columns
from kb.frozen import dataclass
from kb.grid_rows import UNIT_ROLES, RawCell, align, as_above, bare_head, cell_of, column_role, looks_like_unit
from kb.model import Block, Cell
from kb.numbering import Marker, readings
from kb.numbering_forms import ARAB
from kb.spans import join
from kb.tables import settings

SECTION_FORMS = ("volume", "chapter", "section", "han_comma", "han_bare", "han_bracket", "han_half")
_ROW_FORMS = ("num_dot", "num_comma", "num_bracket", "num_half", "circled", "bare", "han_bracket")
_ARAB_ROWS = ("num_dot", "num_comma", "num_bracket", "num_half")
_CONNECTS = ("、", "，", "；", "：")
_PAGES = 30  # parts that one row may be cut into
_EMPTY = Cell("", ())


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a row block: text[start:end] of blocks[block]."""

    block: int
    start: int
    end: int


@dataclasses.dataclass(slots=True)
class TableItem:
    """A head, a section cell or a row. `own`: what belongs to it alone; `waste`: heads and sections printed again."""

    role: str  # head, section, row
    own: list[Stretch] = field(default_factory=list)
    waste: list[Stretch] = field(default_factory=list)
    marker: Marker | None = None
    cells: list[Cell] = field(default_factory=list)  # a row's, under the heads of the table


@dataclasses.dataclass(slots=True)
class Table:
    """A table: blocks first … last."""

    first: int
    last: int
    kind: str  # duties, indicators, codes, form, other
    title: str
    header: tuple[str, ...]
    roles: tuple[str, ...]
    items: list[TableItem]


def duty_table(blocks: Sequence[Block], place: tuple[int, int], rows: Sequence[Sequence[RawCell]], head_at: int, title: str) -> Table:
    """The table of blocks place[0] … place[1], whose first head is rows[head_at]."""
    return _Reader(blocks, place, rows, head_at, title).read()


class _Reader:
    """Reads one table from top to bottom; holds what is open."""

    def __init__(self, blocks: Sequence[Block], place: tuple[int, int], rows: Sequence[Sequence[RawCell]], head_at: int, title: str) -> None:
        self.blocks, self.head_at = blocks, head_at
        self.rows, self.below = _with_second_heads(rows, head_at)
        rows = self.rows
        self.first = place[0]
        shown = [c for c in rows[head_at] if c.text]
        self.roles = _with_sections(_with_task([column_role(c.text) for c in shown]), rows[head_at + 1 :])
        header = tuple("".join(c.text.split()) for c in shown)
        self.table = Table(*place, "duties", title, header, self.roles, [])
        self.sections: list[Marker] = []
        self.before: TableItem | None = None
        self.count = self.numbered = 0
        self.turned = False  # nothing was read yet below a head that is printed again
        self.fresh = False  # a section began and has no row yet
        self.blanks: frozenset[int] = frozenset()  # columns whose blank cells mean the cell above

    def read(self) -> Table:
        names = _names(self.rows[self.head_at])
        self.table.items += [TableItem("head", own=[self.whole(i)]) for i in range(self.head_at)]
        heads = [i for i in range(self.head_at, len(self.rows)) if _names(self.rows[i]) == names]
        for head, following in zip(heads, [*heads[1:], len(self.rows)], strict=True):
            self.table.items.append(TableItem("head", waste=[self.whole(head)]))
            self.page(head, following)
        self.finish()
        return self.table

    def whole(self, index: int) -> Stretch:
        return Stretch(self.first + index, 0, len(self.blocks[self.first + index].text))

    def page(self, head: int, end: int) -> None:
        """The rows under one printed head."""
        self.turned = head > self.head_at
        at = [i for i, c in enumerate(self.rows[head]) if c.text]
        places = list(zip(at, self.roles, strict=True))
        body = [r for i, r in enumerate(self.rows[head + 1 : end], head + 1) if i not in self.below and sum(1 for c in r if c.text) > 1]
        columns = align(places, body)
        usual = max((len(r) for r in body), default=0)
        if not any(self.blocks[self.first + i].merged for i in range(len(self.rows))):  # else the file says itself which cells are merged
            shown = [_under(r, columns) if sum(1 for c in r if c.text) > 1 else None for i, r in enumerate(self.rows[head + 1 : end], head + 1) if i not in self.below]
            heads = [bare_head(self.rows[head][i].text) for i in at]
            self.blanks = merged_columns([Column(h, r, tuple(row[n] if row else None for row in shown)) for n, (h, r) in enumerate(zip(heads, self.roles, strict=True))], self.notes())
        for index in range(head + 1, end):
            cells = self.rows[index]
            if index in self.below:
                self.table.items.append(TableItem("head", waste=[self.whole(index)]))
                continue
            filled = [c for c in cells if c.text]
            numbered = _numbered_section(filled)
            if len(filled) == 1 and _marker_of(filled[0], SECTION_FORMS):
                self.section(index, filled[0])
            elif numbered is not None and self.column(columns, "number") == cells.index(filled[0]):
                self.section(index, numbered[0], numbered[1])
            elif not filled or _is_total(filled[0].text) or (len(filled) == 1 and self.is_title(filled[0].text, index + 1 == end < len(self.rows))):
                self.table.items.append(TableItem("head", waste=[self.whole(index)]))
            else:
                self.row(index, cells, columns if len(cells) == usual or len(filled) < 3 else align(places, [cells]))
                self.turned = False

    def notes(self) -> list[str]:
        """The lines around the table, and rows of one cell in it, that may say how to read it."""
        around = [*self.blocks[max(0, self.first - 2) : self.first], *self.blocks[self.table.last + 1 : self.table.last + 4]]
        return [b.text for b in around if b.kind == "paragraph"] + [c[0].text for r in self.rows if len(c := [x for x in r if x.text]) == 1]

    def is_title(self, text: str, before_head: bool) -> bool:
        """The title of the table, or 续表, printed again on a page."""
        bare = "".join(text.split()).strip("（）()")
        return before_head or bare in ("续表", "续上表", "接上表") or (bool(self.table.title) and bare == "".join(self.table.title.split()))

    def section(self, index: int, cell: RawCell, marker: Marker | None = None) -> None:
        marker = marker or _marker_of(cell, SECTION_FORMS)
        place = Stretch(self.first + index, cell.start, cell.end)
        if marker is None or any(m.form == marker.form and m.ordinal == marker.ordinal for m in self.sections):
            self.table.items.append(TableItem("section", waste=[place]))
            return
        rank = SECTION_FORMS.index(marker.form)
        self.sections = [m for m in self.sections if SECTION_FORMS.index(m.form) < rank] + [marker]
        self.table.items.append(TableItem("section", own=[place], marker=marker))
        self.fresh = True

    def row(self, index: int, cells: Sequence[RawCell], columns: Sequence[int | None]) -> None:
        """A row of work: its section cells split off, its cells under the heads, or more of the row before it."""
        block = self.blocks[self.first + index]
        task = self.column(columns, "task")
        begin = 0
        for at, cell in enumerate(cells[: task or 0]):
            if cell.text and _marker_of(cell, SECTION_FORMS):
                self.section(index, cell)
                begin = at + 1
        own = [c for c in cells[begin:] if c.text]
        if not own:
            return
        stretch = Stretch(self.first + index, own[0].start, own[-1].end)
        under = [cell_of(block, cells[c]) if c is not None and begin <= c < len(cells) else _EMPTY for c in columns]
        under = [cell_of(block, c) for at, c in enumerate(cells) if at >= begin and c.text and at not in columns] + under
        if self.before is not None:
            size = max(len(under), len(self.before.cells))
            under = as_above(_right(under, size), _right(self.before.cells, size))[size - len(under) :]
        marker = self.row_marker(cells, columns)
        printed = bool(block.cells) and "number" in self.roles  # a line of a table printed in columns
        merged = {at for at, c in enumerate(columns) if c is not None and c < len(cells) and cells[c].merged}
        if self.before is not None and not begin and marker is None and not merged and ((printed and len(self.before.own) < _PAGES) or self.is_more(under)):
            self.before.own.append(stretch)
            size = max(len(under), len(self.before.cells))
            self.before.cells = [_joined(a, b) for a, b in zip(_right(self.before.cells, size), _right(under, size), strict=True)]
            return
        item = TableItem("row", own=[stretch], marker=marker, cells=under)
        if self.before is not None and not begin:
            self.inherit(item, merged if self.fresh else merged | self.blanks)
        self.fresh = False
        self.table.items.append(item)
        self.before = item
        self.count += 1
        self.numbered += marker is not None

    def column(self, columns: Sequence[int | None], role: str) -> int | None:
        return next((c for c, r in zip(columns, self.roles, strict=True) if r == role and c is not None), None)

    def row_marker(self, cells: Sequence[RawCell], columns: Sequence[int | None]) -> Marker | None:
        """The number of a row: of its number column, else at the start of its task; a doubtful one when it is the next."""
        last = self.before.marker.value if self.before is not None and self.before.marker is not None else 0
        number = self.column(columns, "number")
        if number is not None and number < len(cells) and cells[number].text:
            text = cells[number].text
            found = next((m for m in readings(text + "、数") if m.value), None)
            if found is not None:
                return Marker("num_dot", "row", found.value, str(found.value), 0, len(text))
        tasks = [c for c, r in zip(columns, self.roles, strict=True) if r == "task" and c is not None and c < len(cells) and cells[c].text]
        for task in tasks[:1]:
            for marker in readings(cells[task].text):
                if marker.form in _ROW_FORMS and (marker.sure or marker.misread or marker.value == last + 1):
                    value = last + 1 if marker.misread else marker.value
                    ordinal = str(value) if marker.misread else marker.ordinal
                    return Marker(marker.form, "row", value, ordinal, marker.start, marker.end, marker.misread)
            return _bare_number(cells[task].text, last + 1)
        return None

    def is_more(self, cells: Sequence[Cell]) -> bool:
        """Whether a row without a number only goes on with the row before it, over a page break."""
        if self.before is None or len(self.before.own) >= _PAGES:
            return False
        texts = {r: c.text for r, c in zip(self.roles, _right(cells, len(self.roles)), strict=True)}
        said = {r: c.text for r, c in zip(self.roles, _right(self.before.cells, len(self.roles)), strict=True)}
        task = texts.get("task", "")
        units = [r for r in self.roles if r in UNIT_ROLES]
        if not task:
            cut = any(texts.get(r) and said.get(r, "").endswith(_CONNECTS) for r in units)
            return cut or not any(texts.get(r) for r in units) or (self.mostly_numbered() and not texts.get("lead") and "lead" in units)
        told = bool(said.get("task")) and said["task"][-1] not in "。；;！"
        if self.turned and told and self.mostly_numbered() and not texts.get("number") and not all(texts.get(r) for r in units if said.get(r)):
            return True  # a page break within the row: of its units only those that were cut go on
        if all(_whole_names(texts.get(r, "")) and _whole_names(said.get(r, "")) for r in units if texts.get(r)) and any(texts.get(r) for r in units):
            return False  # another piece of work under one number
        return self.mostly_numbered() and told

    def mostly_numbered(self) -> bool:
        return self.numbered * 5 >= self.count * 3

    def inherit(self, item: TableItem, known: Collection[int]) -> None:
        """Merged cells: those of the `known` columns go on from the row above. Where a file does not say which do, a row without a task
        or a name has that of the row above, and one with nothing but its task has its units."""
        if self.before is None:
            return
        old, new = _right(self.before.cells, len(self.roles)), _right(item.cells, len(self.roles))
        no_units = not any(c.text for c, r in zip(new, self.roles, strict=True) if r in UNIT_ROLES)
        out = []
        for at, (role, was, now) in enumerate(zip(self.roles, old, new, strict=True)):
            if role not in ("number", "") and "".join(now.text.split()).strip("（）()") in settings("grids")["merged"]["ditto"]:
                out.append(was)
                continue
            merged = not now.text and (at in known or role in ("task", "section", "indicator") or (no_units and role in UNIT_ROLES))
            out.append(was if merged else now)
        item.cells = [*item.cells[: max(0, len(item.cells) - len(self.roles))], *out]

    def finish(self) -> None:
        """Rows with cells in front of the first head get an empty head for them."""
        extra = max((len(i.cells) - len(self.roles) for i in self.table.items if i.role == "row"), default=0)
        if extra > 0:
            self.table.header = ("",) * extra + self.table.header
            self.table.roles = ("section",) * extra + self.table.roles
        for item in self.table.items:
            if item.role == "row":
                item.cells = _right(item.cells, len(self.table.roles))


def _under(cells: Sequence[RawCell], columns: Sequence[int | None]) -> list[str]:
    """The texts of a row under the heads."""
    return ["".join(cells[c].text.split()) if c is not None and c < len(cells) else "" for c in columns]


def _is_total(text: str) -> bool:
    """The row of sums under a table of projects."""
    return "".join(text.split()).rstrip("：:") in ("合计", "总计", "小计", "共计", "总合计")


def _whole_names(text: str) -> bool:
    """Whether a cell of units is cut neither before nor behind: 市财政局、市民政局; not 市财政局、 or 政局."""
    bare = "".join(text.split())
    last = bare[max(bare.rfind(mark) for mark in "、，；,") + 1 :]
    return len(bare) > 2 and len(last) > 1 and looks_like_unit(bare) and looks_like_unit(last) and bare[0] not in "、，）)局委办厅府"


def _numbered_section(filled: Sequence[RawCell]) -> tuple[RawCell, Marker] | None:
    """A section over two cells, its ordinal in the column of numbers: 一 | 夯实基础."""
    if len(filled) != 2 or len(filled[0].text) > 6:
        return None
    first, second = filled
    for text in (first.text + "、节", first.text + "节"):
        found = next((m for m in readings(text) if m.form in SECTION_FORMS and m.sure), None)
        if found is not None and found.end >= len(first.text):
            cell = RawCell(first.text + second.text, first.start, second.end)
            return cell, Marker(found.form, found.kind, found.value, found.ordinal, 0, second.start - first.start)
    return None


def _with_second_heads(rows: Sequence[Sequence[RawCell]], head_at: int) -> tuple[list[Sequence[RawCell]], set[int]]:
    """Heads over two rows (责任分工 over 牵头单位 and 配合单位) as one, and which rows are second lines of heads."""
    out = list(rows)
    below: set[int] = set()
    names = _names(rows[head_at])
    wanted = _names(rows[head_at + 1]) if head_at + 1 < len(rows) else ()
    if not 0 < len(wanted) < len(names) or set(wanted) & set(names):
        return out, below
    for index in range(head_at, len(rows) - 1):
        first, second = rows[index], rows[index + 1]
        if _names(first) != names or _names(second) != wanted or second[0].text or len(second) > len(first) + 1:
            continue
        if all(column_role(c.text) and not readings(c.text) for c in second if c.text):
            size = max(len(first), len(second))
            pairs = zip([*first, *[RawCell("", 0, 0)] * (size - len(first))], [*second, *[RawCell("", 0, 0)] * (size - len(second))], strict=True)
            out[index] = [b if b.text else a for a, b in pairs]
            below.add(index + 1)
    return out, below


def _with_task(roles: list[str]) -> tuple[str, ...]:
    """The roles of the heads; where none says task, the column that names the work is it."""
    for name in ("task", "project", "indicator"):
        if name in roles:
            roles[roles.index(name)] = "task"
            break
    return tuple(roles)


def _with_sections(roles: tuple[str, ...], rows: Sequence[Sequence[RawCell]]) -> tuple[str, ...]:
    """Of two columns of work (重点任务, 目标任务) the first holds sections, where the rows are numbered in the second and not in it."""
    tasks = [at for at, role in enumerate(roles) if role == "task"]
    if len(tasks) < 2:
        return roles
    whole = [row for row in rows if len(row) == len(roles)]
    numbered = [sum(_marker_of(row[at], _ARAB_ROWS) is not None for row in whole) for at in tasks[:2]]
    filled = sum(bool(row[tasks[1]].text) for row in whole)
    if numbered[0] or numbered[1] * 5 < filled * 3 or numbered[1] < 2:
        return roles
    return (*roles[: tasks[0]], "section", *roles[tasks[0] + 1 :])


def _names(cells: Sequence[RawCell]) -> tuple[str, ...]:
    return tuple(bare_head(c.text) for c in cells if c.text)


def _bare_number(text: str, value: int) -> Marker | None:
    """The next number without its dot: 39按照职责开展检查, 22.12345热线增设专席; not 39个."""
    printed = str(value)
    rest = text[len(printed) : len(printed) + 1]
    if not text.startswith(printed) or not rest or rest in ARAB or rest in settings("numbering")["quantity"]["first"]:
        return None
    dot = len(printed) + (rest in ".．、")
    if dot > len(printed) and not _is_name(text[dot : dot + 12]):
        return None
    return Marker("bare", "row", value, printed, 0, dot)


def _is_name(text: str) -> bool:
    """Digits that name something (12345热线, 110报警) rather than measure it (5倍, 25%)."""
    digits = len(text) - len(text.lstrip("0123456789"))
    return digits >= 3 and text[digits : digits + 1] not in ("", "%", *settings("numbering")["quantity"]["first"])


def _marker_of(cell: RawCell, allowed: Sequence[str]) -> Marker | None:
    return next((m for m in readings(cell.text) if m.form in allowed), None)


def _right(cells: Sequence[Cell], count: int) -> list[Cell]:
    """The last `count` cells, with empty ones in front where there are fewer."""
    return [_EMPTY] * (count - len(cells)) + list(cells[max(0, len(cells) - count) :])


def _joined(first: Cell, second: Cell) -> Cell:
    return Cell(first.text + second.text, join(first.spans, second.spans))
