"""Whether two names mean one body, and what a body was or is called: 乡村振兴局和扶贫办是一个单位吗, 扶贫办现在叫什么."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.matching.synonyms import unit_core
from index.replies.reply import Matter, Reply, document_name, home, refuse, task_evidence
from index.tokens import bare
from index.unit_names import every_unit, unit_table
from kb.model import Task
from kb.records import Record
from kb.unit_naming.names import full_matches
from kb.unit_naming.tables import NameRow
from kb.units import UnitTable, select_units

SHOWN = 2  # documents that are quoted for a name
_ASKS_FORMER = re.compile(r"以前|原来|前身|过去|之前")
_ASKS_FULL = re.compile(r"全称|全名|哪个单位|什么单位|是哪家|指哪")


def same(matter: Matter) -> Reply:
    """What the table of names says of the bodies that a question names, with where the documents print them."""
    names, table = matter.question.units[:2], unit_table(matter.store)
    rows = {name: _rows(name, table) for name in names}
    printed = {name: _printed(matter, name) for name in names}
    unknown = [name for name in names if not rows[name] and not printed[name]]
    if unknown:
        return refuse(f"单位名称表和库中文件里都没有“{'、'.join(unknown)}”", more=["policykb units"])
    evidence = [e for name in names for e in _shown(matter, printed[name])]
    if not evidence:
        return refuse(f"库中文件里没有出现“{'、'.join(names)}”", more=["policykb units"])
    said = _of_two(names, rows, matter, table) if len(names) > 1 else _of_one(names[0], rows[names[0]], matter, table)
    places = "；".join(line for name in names if (line := _where(matter, name, printed[name])))
    units = tuple({"printed": p, "name": p, "role": "responsible"} for name in names for p in list(dict.fromkeys(q for q, _ in printed[name]))[:SHOWN])
    return Reply(f"{said}{places}。", units=units, evidence=tuple(evidence), more=tuple(f"policykb tasks {name}" for name in names))


def _rows(name: str, table: UnitTable) -> list[NameRow]:
    """The rows of the table of names in which a name stands, in full or in short."""
    core = unit_core(bare(name)) or bare(name)
    return list({entry.row.place: entry.row for match in full_matches(core, table.tree) for entry in match.entries}.values())


def _of_two(names: Sequence[str], rows: dict[str, list[NameRow]], matter: Matter, table: UnitTable) -> str:
    """Whether two names are of one body, and whether one is the former name of the other."""
    first, last = names
    families = {r.family for r in rows[first]} & {r.family for r in rows[last]}
    if not families:
        ids = [{u.id for u in select_units(n, every_unit(matter.store), table)} for n in names]
        if not ids[0] & ids[1]:
            return f"不是一个单位：按单位名称表，{first}和{last}是两个单位。"
        return f"是一个单位：{first}和{last}在库中指同一个单位。"
    for old, new in ((first, last), (last, first)):
        now, before = {r.name for r in rows[new]}, [r for r in rows[old] if r.family in families]
        if any(r.until and r.into in now for r in before) and all(r.until for r in before):
            return f"是一个单位的前后两个名称：按单位名称表，{old}是原来的名称，后来改为{new}。"
    return f"是同一个单位：按单位名称表，{first}和{last}是它的不同叫法。"


def _of_one(name: str, rows: Sequence[NameRow], matter: Matter, table: UnitTable) -> str:
    """What a body is called in full, or was called before or is called now."""
    units = select_units(name, every_unit(matter.store), table)
    full = "、".join(dict.fromkeys(u.name for u in units[:3]))
    if _ASKS_FULL.search(matter.question.text) or not rows:
        return f"{name}的全称是{full}。" if full else f"{name}没有列出全称。"
    before = dict.fromkeys(p for u in units for p in u.predecessors)
    if _ASKS_FORMER.search(matter.question.text):
        return f"按单位名称表，{name}原来叫{'、'.join(list(before)[:3])}。" if before else f"单位名称表里没有写{name}以前的名称。"
    into = dict.fromkeys(r.into for r in rows if r.into and not r.into.startswith("国"))
    return f"按单位名称表，{name}后来改为{'、'.join(list(into)[:2])}。" if into else f"按单位名称表，{name}没有改过名称。"


def _printed(matter: Matter, name: str) -> list[tuple[str, str]]:
    """The forms in which documents print a name, each with a task."""
    core = unit_core(bare(name)) or bare(name)
    homes = None if matter.homes is None else {matter.documents[n].id for n in matter.homes}
    rows = matter.store.rows("SELECT a.printed, t.id, t.document FROM assignments a JOIN tasks t ON t.seq = a.task WHERE a.printed LIKE ? ORDER BY t.seq", (f"%{core}",))
    first = {(str(p), str(d)): str(t) for p, t, d in reversed(rows) if homes is None or d in homes}
    found = [(p, t) for (p, _), t in reversed(first.items())]
    named = [f for f in found if bare(f[0]).endswith(bare(name))]
    return named or found


def _shown(matter: Matter, printed: Sequence[tuple[str, str]]) -> list[Record]:
    tasks = matter.store.read_many(Task, [t for _, t in printed[:SHOWN]])
    return [e for p, t in printed[:SHOWN] if t in tasks for e in task_evidence(matter, tasks[t], [p])]


def _where(matter: Matter, name: str, printed: Sequence[tuple[str, str]]) -> str:
    """Where and how the documents print a name."""
    if not printed:
        return f"库中文件没有写{name}"
    return "、".join(f"{document_name(home(matter, t.split('@')[0]))}写作“{p}”" for p, t in printed[:SHOWN])
