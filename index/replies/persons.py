"""Persons whom a table names beside its bodies (牵头领导, 责任人): the tasks of one, and who leads a task (哪位副市长牵头)."""

from __future__ import annotations

import re
from functools import cache

from index.matter.topic import once
from index.replies.reply import (
    Matter,
    Reply,
    by_role,
    document_name,
    home,
    quote,
    refuse,
    short,
    task_evidence,
    task_number,
    unit_rows,
)
from kb.grid_rows import column_role
from kb.model import Clause, Grid, Task

MOST = 60  # tasks whose words are quoted
ASKED = ("哪些任务", "哪些工作", "哪些事", "哪几项", "哪些项", "几项", "多少项", "什么任务", "什么工作")


@cache
def _year() -> re.Pattern[str]:
    return re.compile(r"20[0-9]{2}(?=年)")


def _years(text: str) -> set[str]:
    return set(_year().findall(text))


@cache
def _part() -> re.Pattern[str]:
    return re.compile(r"(?:同志|副?[市县区省]长|书记|主任|局长)?(?:分管|牵头|包保|挂钩|联系|领办|负责|主抓|抓|管|名下|的|是|都|一共|总共|在|里)*$")


def tasks_of_person(matter: Matter) -> Reply | None:
    """The tasks in whose row a cell is the name that the question says, in printed order; None where it asks for no tasks or names nobody in a cell."""
    question = matter.question
    if question.units or question.kind not in ("leads", "responsible", "topic", "clause", "count") or not any(word in question.text for word in ASKED):
        return None
    ids = [matter.documents[n].id for n in (matter.homes if matter.homes is not None else range(len(matter.documents)))]
    for stretch in question.topic.split():
        name = _part().sub("", stretch)
        if not 2 <= len(name) <= 4 or not ids:
            continue
        inside = f"document IN ({','.join('?' * len(ids))}) AND kind = 'row' AND text LIKE ?"
        printed = [c for c in matter.store.read(Clause, inside, (*ids, f"%{name}%")) if any(name in cell.split("、") for cell in c.text.split("\t"))]
        merged = [c for d in dict.fromkeys(c.document for c in printed) for c, cells in _rows(matter, d).items() if any(name in cell.split("、") for cell in cells.values())]
        if (asked := _years(question.text)) and (titled := {y for d in ids for y in _years(home(matter, d).title)}) and not asked & titled:
            return None  # 2026年第一季度 of a plan for 2025
        tasks = [t for id in dict.fromkeys([*merged, *(c.id for c in printed)]) for t in matter.store.read(Task, "clause = ?", (id,))]
        if tasks:
            return _told(matter, name, tasks)
    return None


def _told(matter: Matter, name: str, tasks: list[Task]) -> Reply:
    titles = dict.fromkeys(t.document for t in tasks)
    text = "；".join(f"{document_name(home(matter, d))}{len([t for t in tasks if t.document == d])} 项（{'、'.join(task_number(t) for t in tasks if t.document == d)}）" for d in titles)
    return Reply(
        f"表中列有{name}的任务共 {len(tasks)} 项：{text}。", clauses=tuple(t.clause for t in tasks), tasks=tuple(t.id for t in tasks),
        evidence=tuple(e for t in tasks[:MOST] for e in task_evidence(matter, t, [])), table=tuple((task_number(t), name, short(t.text, 50)) for t in tasks),
        more=tuple(f"policykb show {d}" for d in titles),
    )  # fmt: skip


def leader_of(matter: Matter, task: Task) -> Reply | None:
    """The person in the row of a task; a refusal where the row names none; None for a row in which a cell may or may not be a name."""
    clause = matter.store.read(Clause, "id = ?", (task.clause,))[0]
    about = f"{document_name(home(matter, task.document))}{task_number(task)}"
    bodies = {u.printed for u in task.units}
    cells = [cell.strip() for cell in clause.text.split("\t")] if clause.kind == "row" else []
    named = [cell for cell in cells if _names().fullmatch(cell) and not any(body in cell or cell in body for body in bodies)]
    if len(named) > 1:
        return None
    if not named:  # a cell merged over several rows stands in the first of them alone
        named = [cell for head, cell in _rows(matter, task.document).get(task.clause, {}).items() if column_role(head) == "person" and _names().fullmatch(cell)][:1]
    if not named:
        return refuse(f"{about}没有列出牵头领导", by_role(unit_rows(matter, task, ("lead",))), task_evidence(matter, task, []), [f"policykb show {task.id}"])
    other = _rank().search(matter.question.text)
    if other is not None and home(matter, task.document).level not in _RANKS[other[1]]:
        return refuse(f"{about}没有列出{other[0]}", f"列的是{named[0]}", task_evidence(matter, task, []), [f"policykb show {task.id}"])
    leads = by_role(unit_rows(matter, task, ("lead",)))
    return Reply(
        f"{about}列的是{named[0]}。{leads + '。' if leads else ''}", units=unit_rows(matter, task, ("lead",)), clauses=(task.clause,), tasks=(task.id,),
        evidence=(*task_evidence(matter, task, []), quote(matter, clause, [named[0]])), more=(f"policykb show {task.id}",),
    )  # fmt: skip


_RANKS = {"省": ("provincial",), "市": ("municipal", "county"), "州": ("municipal",), "县": ("county",), "区": ("county", "provincial"), "镇": ("township",), "乡": ("township",)}


@cache
def _rank() -> re.Pattern[str]:
    """The rank of the person asked for: 哪位省领导, 哪个副县长."""
    return re.compile(r"(?<=[位个名])副?([省市州县区镇乡])(?:级|委|政府)?(?:分管|主要)?(?:领导|长|委书记)")


def _rows(matter: Matter, document: str) -> dict[str, dict[str, str]]:
    """The cells of the rows of a document's tables of duties by the rows' clauses, each under its head, those of merged cells in every row."""
    grids = once(matter.index, lambda: matter.store.read(Grid, "document = ?", (document,)), "grids", document)
    rows = [(grid.header, row) for grid in grids if grid.kind == "duties" for row in grid.rows]
    return {row.clause: {head: "".join(cell.text.split()) for head, cell in zip(header, row.cells, strict=False) if cell.text} for header, row in rows}


@cache
def _names() -> re.Pattern[str]:
    """Names of persons alone in a cell; no body, place or time."""
    return re.compile(r"(?:(?!全年|长期|持续|每|年|月|常态)[一-龥]{2,3}(?<![局委办厅部会县市区镇乡村院社年月度季中心进施作]))(?:[、 ](?:[一-龥]{2,3})){0,3}")
