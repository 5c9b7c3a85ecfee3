"""Who does what a numbered item says, where the item names nobody and a table attached to its document lists the same work with its bodies."""

from __future__ import annotations

from index.asking.catalogue import catalogue
from index.replies.reply import Matter, home
from index.tokens import bare
from kb.model import Clause, Task

SAME_NUMBER = 0.35  # share of the row's pairs of characters that an item of the same number has, from which both are one work
OTHER_NUMBER = 0.6  # the same where the numbers differ, or one has none
LEAST = 6  # characters of a row's work that can be told again in other words


def annexed_task(matter: Matter, clause: Clause) -> Task | None:
    """The row of an attached table (重点任务分工表) that is the work of a clause without bodies; None where no row is.

    `3.疏浚干渠八公里，清淤山塘，年底完成。` is the row `3 | 疏浚干渠八公里，清淤山塘 | 示例水利局`.
    """
    if clause.kind == "row" or not clause.path or matter.store.read(Task, "clause = ?", (clause.id,)):
        return None
    own = home(matter, clause.document)
    known = catalogue(matter.index.scope)
    family = [own.id, *(known.cards.ids[n] for id in (own.id, own.parent or "") if id for n in known.attached.get(id, ()))]
    rows = matter.store.read(Task, f"document IN ({','.join('?' * len(family))}) AND clause <> ?", (*family, clause.id))
    said = _pairs(clause.text)
    number = clause.ordinal.strip("（）().．、 ")
    best, task = 0.0, None
    for row in rows:
        pairs = _pairs(row.text)
        if len(pairs) < LEAST or not row.units:
            continue
        share = len(pairs & said) / len(pairs)
        same = row.number.rpartition("/")[2] == number
        if share >= (SAME_NUMBER if same else OTHER_NUMBER) and share + same > best:
            best, task = share + same, row
    return task


def _pairs(text: str) -> set[str]:
    told = bare(text)
    return {told[i : i + 2] for i in range(len(told) - 1)}
