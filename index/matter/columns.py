"""What a table or a label says of a work as a whole: by when it is to be done; the row that a question names by its own name, and its cells."""

from __future__ import annotations

import re
from functools import cache

from index.matter.cells import QUOTED, Cell, stated_cell
from index.matter.figures import weight
from index.matter.parts import Topic
from index.matter.topic import Fit, once
from index.replies.reply import Matter, home
from index.tokens import bare
from kb.frozen import replace
from kb.model import Clause, Grid, Task

ROW = 0.6  # share of what the title does not say that a row's own name and the head of its column say
NAMED = 0.65  # the same where the question does not say the row's name as it is printed
BETWEEN = "\t|>"
FAR = 400  # lines above a row in which the head of its table stands


def due(matter: Matter, fit: Fit) -> tuple[str, str]:
    """(deadline, work) of the one work that a clause assigns, the deadline as its column prints it; ("", "") where there is none.

    The row `新建驿站5个\t示例局\t2023年底` is due by 2023年底, though no sentence of it says so.
    """
    tasks = matter.store.read(Task, "clause = ? AND deadline IS NOT NULL", (fit.clause.id,))
    printed = {t.deadline for t in tasks if t.deadline}
    if len(printed) != 1 or not tasks[0].deadline or bare(tasks[0].deadline) in bare(tasks[0].text):
        return "", ""
    return tasks[0].deadline, tasks[0].text


def has_cells(text: str) -> bool:
    """Whether a clause's text may be of a table: what stands between its cells in the source does between its own, a tab, bar or the end of a mark."""
    return any(mark in text for mark in BETWEEN)


def cell_of(matter: Matter, clause: Clause, topic: Topic, question: str) -> tuple[Cell | None, tuple[str, ...]]:
    """(the cell of a clause's tables that states what is asked, the heads of the table where they stand above the clause itself, a row of it)."""
    text = clause.text.strip()
    if not has_cells(text):
        return None, ()
    if clause.kind != "row" and "\t" in text:
        return stated_cell(text, topic, question), ()
    best: Cell | None = None
    above: tuple[str, ...] = ()
    for grid in once(matter.index, lambda: matter.store.read(Grid, "document = ?", (clause.document,)), "grids", clause.document):
        rows = [[" ".join(c.text.split()) for c in r.cells] for r in grid.rows if r.clause == clause.id]
        head = [" ".join(h.split()) for h in grid.header] if grid.header else rows.pop(0) if len(rows) > 1 else []
        cell = stated_cell("\n".join("\t".join(row) for row in (head, *rows)), topic, question) if head and rows else None
        if cell is not None and (best is None or cell.weight > best.weight) and bare(cell.figure) in bare(text):  # what 〃 stands for is not there to be shown
            best = replace(cell, lines=_printed(text, cell.lines))
            above = tuple(h for h in head if h) if clause.kind == "row" else ()
    return best, above


def _printed(text: str, lines: str) -> str:
    """The lines of a clause from the head of a table to a row, where its cells are parted otherwise; all of a row."""
    printed = text.split("\n")
    ends = []
    for line in (lines.split("\n")[0], lines.split("\n")[-1]):
        cells = [bare(c) for c in line.split("\t") if c]
        ends.append(next((n for n, p in enumerate(printed) if all(c in bare(p) for c in cells)), -1))
    if ends[1] < 0:
        return text
    whole = "\n".join(printed[ends[0] : ends[1] + 1]) if 0 <= ends[0] <= ends[1] else ""
    return whole if 0 < len(whole) <= QUOTED else printed[ends[1]]


def head_line(matter: Matter, clause: Clause, heads: tuple[str, ...]) -> tuple[int, str] | None:
    """(number, text) of the line of the source on which the heads of a row's table stand; None where they stand on several."""
    document = home(matter, clause.document)
    source = matter.store.source(document.file)
    lines = source.text.split("\n") if source is not None else []
    wanted = [bare(h) for h in heads]
    for n in range(min(clause.first_line - 1, len(lines)) - 1, max(-1, clause.first_line - FAR), -1):
        held = bare(lines[n])
        if all(h in held for h in wanted) and "</" not in lines[n]:
            return n + 1, lines[n].strip()
    return None


def names_row(matter: Matter, fit: Fit, topic: Topic, question: str) -> bool:
    """Whether a question names a row of a clause's table by its own name, with what its column is of: 二级驿站补助 of `二级\t5` under 补助（万元）."""
    if not has_cells(fit.clause.text) or not topic.words:
        return False
    title = bare(home(matter, fit.clause.document).title)
    rest = replace(topic, words=tuple(p for p in topic.words if p.text not in title), pairs=tuple((p, w) for p, w in topic.pairs if p not in title))
    cell, _ = cell_of(matter, fit.clause, topic, question)
    if cell is None or not rest.words or len(cell.names) < 2 or len(bare(cell.names[0])) < 2:
        return False
    if bare(cell.names[0]) in topic.text:
        return weight(" ".join(cell.names), rest) >= ROW * weight(rest.text, rest) and any(p.text in bare(cell.names[-1]) for p in topic.words)
    name = bare("".join(cell.names))
    said = [p for p in rest.words if any(f in name for f in (p.text, *p.forms))]
    asked, own = set(_level().findall(bare(question))), set(_level().findall(name))
    return rest.words[-1] in said and sum(p.weight for p in said) >= NAMED * sum(p.weight for p in rest.words) and (not asked or not own or bool(asked & own))


@cache
def _level() -> re.Pattern[str]:
    """A level in the name of something: 省级 is not 国家级."""
    return re.compile(r"国家级|[省市县区镇村]级|[一二三四五特甲乙丙]级|[1-5][aA]级")
