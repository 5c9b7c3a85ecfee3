"""Bodies that a question proposes: whether a task is theirs (是民政局牵头吗), and which of several offered is right."""

from __future__ import annotations

from collections.abc import Sequence

from index.replies.reply import Matter
from index.unit_names import unit_table
from kb.model import Task, Unit
from kb.units import select_units

OTHERS = ("responsible", "cooperating", "guiding", "data")


def meant_by(matter: Matter, ids: Sequence[str | None]) -> dict[str, set[str]]:
    """For each unit that the question names, those of the given units that it may mean."""
    every = list(matter.store.read_many(Unit, {id for id in ids if id}).values())
    table = unit_table(matter.store)
    return {name: {u.id for u in select_units(name, every, table)} for name in matter.question.units}


def _denied(matter: Matter, task: Task) -> str:
    """不是 for a body of which the question takes for granted that it leads (民政局牵头的助餐有哪些责任单位), where another does; "" otherwise."""
    question = matter.question
    leads = {u.unit for u in task.units if u.role == "lead"}
    if len(question.units) != 1 or f"{question.units[0]}牵头的" not in question.text.replace(" ", "") or not leads:
        return ""
    meant = meant_by(matter, list(leads))[question.units[0]]
    return "" if meant & leads else f"不是{question.units[0]}牵头，"


def verdict(matter: Matter, task: Task) -> str:
    """是的 or 不是 when the question proposes units; "" otherwise."""
    question = matter.question
    if question.offered:
        return _chosen(matter, task)
    if not question.units or not (question.yes_no or len(question.units) > 1):
        return _denied(matter, task)
    wanted = ("lead",) if question.kind == "leads" else ("lead", *OTHERS)
    right = {u.unit for u in task.units if u.role in wanted}
    meant = meant_by(matter, [u.unit for u in task.units])
    if question.kind == "leads" and (not right or len(question.units) > 1):
        return ""
    yes = [name for name, ids in meant.items() if ids & right]
    no = [name for name in meant if name not in yes]
    if question.kind == "leads":
        return "是的，" if yes else f"不是{no[0]}，"
    if len(meant) == 1:
        return "有，" if yes else f"没有列{no[0]}。"
    return f"有{'、'.join(yes)}" + (f"，没有{'、'.join(no)}。" if no else "。") if yes else f"没有列{'、'.join(no)}。"


def _chosen(matter: Matter, task: Task) -> str:
    """Which of the bodies offered is right, as the document prints it: 是市医保局，不是民政局; that none is, where none is."""
    offered = matter.question.offered
    leads = {u.unit: u.printed for u in task.units if u.role == "lead"}
    others = {u.unit: u.printed for u in task.units if u.role != "lead"}
    meant = meant_by(matter, [u.unit for u in task.units])
    listed = {name: printed for name in offered for id, printed in others.items() if id in meant[name]}
    absent = [name for name in offered if name not in listed]
    if not leads:
        if not listed:
            return f"{'、'.join(offered)}都没有列入；"
        return f"{'、'.join(listed.values())}{'都' if len(listed) > 1 else ''}列为责任单位" + (f"，{'、'.join(absent)}没有列入" if absent else "") + "；"
    right = {name: printed for name in offered for id, printed in leads.items() if id in meant[name]}
    wrong = [name for name in offered if name not in right]
    part = [listed[name] for name in wrong if name in listed]
    besides = f"（{'、'.join(part)}是责任单位）" if part else ""
    if not right:
        return f"{'、'.join(offered)}都不牵头{besides}，"
    return f"是{'、'.join(right.values())}，" + (f"不是{'、'.join(wrong)}{besides}：" if wrong else "")
