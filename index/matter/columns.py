"""What a table or a label says of a work as a whole: by when it is to be done; and the row that a question names by its own name."""

from __future__ import annotations

from index.matter.amounts import weight
from index.matter.cells import stated_cell
from index.matter.parts import Topic
from index.matter.topic import Fit
from index.replies.reply import Matter, home
from index.tokens import bare
from kb.frozen import replace
from kb.model import Task

ROW = 0.6  # share of what the title does not say that a row's own name and the head of its column say


def due(matter: Matter, fit: Fit) -> tuple[str, str]:
    """(deadline, work) of the one work that a clause assigns, the deadline as its column prints it; ("", "") where there is none.

    The row `新建驿站5个\t示例局\t2023年底` is due by 2023年底, though no sentence of it says so.
    """
    tasks = matter.store.read(Task, "clause = ? AND deadline IS NOT NULL", (fit.clause.id,))
    printed = {t.deadline for t in tasks if t.deadline}
    if len(printed) != 1 or not tasks[0].deadline or bare(tasks[0].deadline) in bare(tasks[0].text):
        return "", ""
    return tasks[0].deadline, tasks[0].text


def names_row(matter: Matter, fit: Fit, topic: Topic, question: str) -> bool:
    """Whether a question names a row of a clause's table by its own name, with what its column is of: 二级驿站补助 of `二级\t5` under 补助（万元）."""
    if "\t" not in fit.clause.text or not topic.words:
        return False
    title = bare(home(matter, fit.clause.document).title)
    rest = replace(topic, words=tuple(p for p in topic.words if p.text not in title), pairs=tuple((p, w) for p, w in topic.pairs if p not in title))
    cell = stated_cell(fit.clause.text.strip(), topic, question)
    if cell is None or not rest.words or len(cell.names) < 2 or len(bare(cell.names[0])) < 2:
        return False
    return bare(cell.names[0]) in topic.text and weight(" ".join(cell.names), rest) >= ROW * weight(rest.text, rest) and any(p.text in bare(cell.names[-1]) for p in topic.words)
