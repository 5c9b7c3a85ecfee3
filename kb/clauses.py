"""A document → its clause tree, with its tables.

In goes a Part: the blocks of one document in order. Out comes Parsed: clauses in document order, each with its own text up to
its first child. Guaranteed for any text: every character of every block lies in exactly one clause or in one of
`others` (heads of tables printed again, tabs at the edge of a row); texts equal the source at their spans; ids are unique;
a child stands behind its parent. A paragraph without an ordinal belongs to the clause that it follows, the text before the
first ordinal is the preamble (path ""). `三、组织保障` followed by `（一）压实责任。…` yields DOC#三 and DOC#三/（一）.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kb.clause_tree.outline import Node, outline
from kb.clause_tree.text import Piece, heading_of, lines_of, put_together, remark_start
from kb.duties.tables import SECTION_FORMS, Table, TableItem
from kb.grid_rows import split_row
from kb.grids import read_tables
from kb.model import Block, Clause, Grid, Issue, Other, Parsed, Part, Row
from kb.numbering import readings
from kb.spans import cut

_KINDS = {"annex": "part"}


@dataclass(slots=True)
class _Draft:
    """A clause being put together."""

    parent: int  # index of a draft, -1 at the top
    ordinal: str
    kind: str
    pieces: list[Piece] = field(default_factory=list)
    title_from: int = 0  # offset in the first piece's block behind the ordinal
    doubt: str = ""
    printed: int = 0
    value: int = 0
    inline: bool = False
    node: int = -1
    rows: int = 0  # rows without a number so far


@dataclass(slots=True)
class _Section:
    """An open section of a table of duties."""

    form: str
    ordinal: str
    draft: int


def parse(part: Part) -> Parsed:
    """The clause tree and the tables of one document. See the module."""
    return _Parser(part).run()


class _Parser:
    def __init__(self, part: Part) -> None:
        self.part = part
        self.blocks: Sequence[Block] = part.blocks
        self.tables = read_tables(part)
        self.drafts: list[_Draft] = [_Draft(-1, "", "preamble")]
        self.current = 0
        self.others: list[Other] = []
        self.grid_rows: list[list[tuple[TableItem, int]]] = []  # for each table its rows with their drafts
        self.homes: list[int] = []  # for each table the draft that it stands in
        self.header: tuple[str, ...] = ()  # of the last table of duties, while no clause has come since
        self.sections: list[_Section] = []
        self.number = 0  # of the last numbered row of work

    def run(self) -> Parsed:
        nodes = outline(self.texts())
        self.draft_of: list[int] = []
        at = 0
        table_at = 0
        index = 0
        while index < len(self.blocks):
            table = self.tables[table_at] if table_at < len(self.tables) else None
            if table is not None and table.first == index:
                at = self.table(table, nodes, at)
                index = table.last + 1
                table_at += 1
                continue
            at = self.plain(index, nodes, at)
            index += 1
        return self.finish()

    def texts(self) -> list[str | None]:
        """What may begin with an ordinal: paragraphs, and rows that hold only the title of a box."""
        out: list[str | None] = []
        inside = {i for t in self.tables for i in range(t.first, t.last + 1)}
        for index, block in enumerate(self.blocks):
            if block.kind == "paragraph":
                out.append(None if index in inside else block.text)
                continue
            cells = [c for c in split_row(block) if c.text]
            found = readings(block.text) if len(cells) == 1 else ()
            out.append(block.text if found and found[0].kind == "box" else None)
        return out

    def plain(self, index: int, nodes: Sequence[Node], at: int) -> int:
        """A block outside tables of duties: cut at its ordinals. Returns the next node."""
        begin = 0
        block = self.blocks[index]
        text = block.text
        if block.kind == "row":
            text = text.rstrip("\t \u3000")
            self.others += [Other("table_border", a, b) for a, b in cut(block.spans, len(text), len(block.text))]
        node = nodes[at] if at < len(nodes) and nodes[at].block == index else None
        if block.kind == "paragraph" and (node is None or node.at):
            self.step_out(nodes, at)
        while node is not None:
            self.add(self.current, index, begin, node.at)
            begin = node.at
            self.open(node, at)
            at += 1
            node = nodes[at] if at < len(nodes) and nodes[at].block == index else None
        last = self.drafts[self.current]
        remark = remark_start(text, begin) if begin and last.inline else len(text)
        if begin and remark < len(text) and not self.has_remarks(index, last.parent):
            self.add(self.current, index, begin, remark)
            self.current = self.printed_home(self.current)
            begin = remark
        self.add(self.current, index, begin, len(text))
        return at

    def open(self, node: Node, at: int) -> None:
        """Begins the clause of an ordinal."""
        parent = self.draft_of[node.parent] if node.parent >= 0 else -1
        kind = _KINDS.get(node.kind, node.kind)
        draft = _Draft(parent, node.ordinal, kind, [], node.end, node.doubt, node.printed, node.value, node.inline, at)
        self.draft_of.append(len(self.drafts))
        self.current = len(self.drafts)
        self.drafts.append(draft)
        self.header = ()

    def step_out(self, nodes: Sequence[Node], at: int) -> None:
        """A paragraph without an ordinal, behind a list that stood inside a paragraph or in a box, belongs to what holds the list."""
        last = self.drafts[self.current]
        if last.node < 0 or not last.pieces or (at < len(nodes) and nodes[at].parent == nodes[last.node].parent and nodes[at].form == nodes[last.node].form):
            return
        if last.inline:
            self.current = self.printed_home(self.current)
            return
        box = self.drafts[last.parent] if last.parent >= 0 else None
        whole = self.blocks[last.pieces[-1].block].text[-1:] in "。；！”）)〕"
        if box is not None and box.kind == "box" and box.parent >= 0 and last.kind == "item" and len(last.pieces) == 1 and whole:
            self.current = box.parent

    def printed_home(self, draft: int) -> int:
        """The nearest clause around an inline one that begins a paragraph; the preamble where there is none."""
        while draft > 0 and self.drafts[draft].inline:
            draft = self.drafts[draft].parent
        return max(draft, 0)

    def has_remarks(self, block: int, parent: int) -> bool:
        """Whether the items of an inline list in this block each end in a remark of their own."""
        items = [d for d in self.drafts[-12:-1] if d.inline and d.parent == parent and d.pieces and d.pieces[0].block == block]
        return any(remark_start(self.blocks[block].text[: d.pieces[-1].end], d.pieces[0].start) < d.pieces[-1].end for d in items)

    def add(self, draft: int, block: int, start: int, end: int) -> None:
        if start < end:
            self.drafts[draft].pieces.append(Piece(block, start, end))

    # tables

    def table(self, table: Table, nodes: Sequence[Node], at: int) -> int:
        """A table; returns the next node."""
        rows: list[tuple[TableItem, int]] = []
        self.grid_rows.append(rows)
        if table.kind != "duties":
            for item in table.items:
                if item.waste:
                    self.waste(item, "table_header")
                    continue
                for stretch in item.own:
                    at = self.plain(stretch.block, nodes, at)
                if item.role == "row":
                    rows.append((item, self.current))
            self.homes.append(self.current)
            return at
        if table.header != self.header:
            self.sections = []
            self.number = 0
        covered: list[Piece] = []
        for item in table.items:
            if item.role == "head" and item.own:
                at = self.plain(item.own[0].block, nodes, at)
                covered.append(Piece(item.own[0].block, 0, len(self.blocks[item.own[0].block].text)))
                continue
            covered += [Piece(s.block, s.start, s.end) for s in (*item.own, *item.waste)]
            self.waste(item, "table_header")
            if item.role == "section" and item.own:
                self.section(item)
            elif item.role == "row":
                rows.append((item, self.row(item)))
        self.homes.append(self.current)
        self.header = table.header
        self.borders(table, covered)
        return at

    def waste(self, item: TableItem, kind: str) -> None:
        for stretch in item.waste:
            self.others += [Other(kind, a, b) for a, b in cut(self.blocks[stretch.block].spans, stretch.start, stretch.end)]

    def section(self, item: TableItem) -> None:
        """A section cell: a clause of its own, unless it is the open one printed again."""
        marker, stretch = item.marker, item.own[0]
        if marker is None:
            return
        if any(s.form == marker.form and s.ordinal == marker.ordinal for s in self.sections):
            self.others += [Other("table_header", a, b) for a, b in cut(self.blocks[stretch.block].spans, stretch.start, stretch.end)]
            return
        rank = SECTION_FORMS.index(marker.form)
        self.sections = [s for s in self.sections if SECTION_FORMS.index(s.form) < rank]
        parent = self.sections[-1].draft if self.sections else self.home()
        draft = _Draft(parent, marker.ordinal, marker.kind, [Piece(stretch.block, stretch.start, stretch.end)], stretch.start + marker.end)
        self.sections.append(_Section(marker.form, marker.ordinal, len(self.drafts)))
        self.drafts.append(draft)

    def home(self) -> int:
        """The clause that a table stands in; -1 for the preamble, which has no children."""
        return self.current if self.current else -1

    def row(self, item: TableItem) -> int:
        """A row of work: a clause of kind row under the open section. Returns its draft."""
        parent = self.sections[-1].draft if self.sections else self.home()
        marker = item.marker
        if marker is not None:
            ordinal = marker.ordinal
        else:
            counter = self.drafts[max(parent, 0)]
            counter.rows += 1
            ordinal = f"行{counter.rows}"
        doubt = ""
        if marker is not None:
            doubt = "ordinal_misread" if marker.misread else "ordinal_gap" if self.number and marker.value > self.number + 1 else ""
            self.number = marker.value
        pieces = [Piece(s.block, s.start, s.end) for s in item.own]
        self.drafts.append(_Draft(parent, ordinal, "row", pieces, pieces[0].start, doubt, 0, marker.value if marker else 0))
        return len(self.drafts) - 1

    def borders(self, table: Table, covered: Sequence[Piece]) -> None:
        """Tabs and blanks at the edges of the parts of a row."""
        by_block: dict[int, list[tuple[int, int]]] = {}
        for piece in covered:
            by_block.setdefault(piece.block, []).append((piece.start, piece.end))
        for index in range(table.first, table.last + 1):
            block = self.blocks[index]
            edge = 0
            for start, end in [*sorted(by_block.get(index, [])), (len(block.text), len(block.text))]:
                if start > edge:
                    self.others += [Other("table_border", a, b) for a, b in cut(block.spans, edge, start)]
                edge = max(edge, end)

    # the end

    def finish(self) -> Parsed:
        ids, paths = self.names()
        document = self.part.document
        clauses = []
        issues = []
        for index, draft in enumerate(self.drafts):
            if not draft.pieces:
                continue
            clause = self.clause(draft, ids[index], paths[index], ids[draft.parent] if draft.parent >= 0 else None)
            clauses.append(clause)
            if draft.doubt:
                issues.append(Issue(draft.doubt, _message(draft, clause), document.file, clause.first_line, document.id, clause.id))
        grids = tuple(self.grid(t, rows, home, ids) for t, rows, home in zip(self.tables, self.grid_rows, self.homes, strict=True))
        return Parsed(tuple(clauses), grids, tuple(sorted(self.others, key=lambda o: o.start)), tuple(issues))

    def names(self) -> tuple[list[str], list[str]]:
        """Ids and paths: the printed ordinals from the root; a path met again gets ~2, ~3 in the id."""
        ids: list[str] = []
        paths: list[str] = []
        count: dict[str, int] = {}
        base = self.part.document.id + "#"
        for index, draft in enumerate(self.drafts):
            if not index:
                ids.append(base + "序")
                paths.append("")
                continue
            parent_id = ids[draft.parent] + "/" if draft.parent > 0 else base
            parent_path = paths[draft.parent] + "/" if draft.parent > 0 else ""
            name = parent_id + draft.ordinal
            count[name] = count.get(name, 0) + 1
            ids.append(name if count[name] == 1 else f"{name}~{count[name]}")
            paths.append(parent_path + draft.ordinal)
        return ids, paths

    def clause(self, draft: _Draft, name: str, path: str, parent: str | None) -> Clause:
        text, spans = put_together(self.blocks, draft.pieces, self.part.text)
        first, last = lines_of(self.blocks, draft.pieces, self.part.text)
        lead = draft.pieces[0]
        heading = heading_of(draft.kind, self.blocks[lead.block].text[draft.title_from : lead.end])
        if draft.kind == "box" and heading:
            heading += "".join(self.title_lines(draft))
        return Clause(name, self.part.document.id, parent, path, draft.ordinal, draft.kind, heading, text, spans, first, last)

    def title_lines(self, draft: _Draft) -> list[str]:
        """The further lines of a box's title: short paragraphs between its first line and its table."""
        out: list[str] = []
        for piece in draft.pieces[1:4]:
            block = self.blocks[piece.block]
            if block.kind == "row":
                return out
            if len(block.text) > 40 or block.text[-1] in "。；：":
                return []
            out.append(block.text)
        return []

    def grid(self, table: Table, rows: Sequence[tuple[TableItem, int]], home: int, ids: Sequence[str]) -> Grid:
        clause = ids[home] if self.drafts[home].pieces else ""
        made = []
        for item, draft in rows:
            first = self.blocks[item.own[0].block].first_line
            last = self.blocks[item.own[-1].block].last_line
            made.append(Row(tuple(item.cells), ids[draft], first, last))
        title = table.title
        if self.drafts[home].kind == "box":
            lead = self.drafts[home].pieces[0]
            title = "".join([self.blocks[lead.block].text[lead.start : lead.end].rstrip("\t"), *self.title_lines(self.drafts[home])])
        return Grid(self.part.document.id, clause, title, table.header, tuple(made), table.kind)


def _message(draft: _Draft, clause: Clause) -> str:
    """One line for the user on a doubtful ordinal."""
    shown = clause.text[:12].replace("\n", " ")
    if draft.doubt == "ordinal_misread":
        return f"序号疑似识别有误：“{shown}”，按前后次序作“{draft.ordinal}”"
    if draft.doubt == "ordinal_gap":
        return f"序号不连续：“{shown}”之前缺号"
    return f"序号重复或倒退：“{shown}”"
