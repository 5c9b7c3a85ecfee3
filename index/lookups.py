"""Exact questions to the store: a document by any reference, a clause's place in its document, a unit's tasks, figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from index.places import place_names, whole
from kb.errors import UsageError, reason
from kb.files import put_in_place
from kb.model import Citation, Clause, Document, Indicator, Target, Task, Unit
from kb.quantities.directions import directed_record
from kb.records import Record, clause_record, document_record, indicator_record, task_record, told_start, unit_record
from kb.store import Store

T = TypeVar("T", Target, Indicator)
NEAREST, MOST_NAMED = 3, 8  # names told where one is not there: those like it, and those there are
_DROP = str.maketrans("", "", " \t\u3000《》〈〉“”\"'、，,：:")
_BRACKETS = str.maketrans("[【（(﹝]】）)﹞", "〔〔〔〔〔〕〕〕〕〕")


def fold_title(text: str) -> str:
    """A title or number in the form in which two are compared: no spaces or marks, one kind of brackets."""
    return text.translate(_DROP).translate(_BRACKETS)


def in_region(region: str | None, wanted: str) -> bool:
    """Whether a region is the wanted one or lies in it; `wanted` may be a part of the name such as 衡阳."""
    return region is not None and (wanted in region or whole(wanted) in region)


def find_document(store: Store, reference: str) -> Document:
    """The one document meant: by id, number, title, or a part of the title that only one has.

    UsageError when there is none or several; then it names the candidates.
    """
    documents = store.read(Document)
    folded = fold_title(reference)
    tests = (
        lambda d: d.id == reference,
        lambda d: d.number is not None and fold_title(d.number) == folded,
        lambda d: fold_title(d.title) == folded,
        lambda d: bool(folded) and folded in fold_title(d.title),
    )
    for test in tests:
        found = [d for d in documents if test(d)]
        if len(found) > 1:
            main = [d for d in found if d.genre not in ("通知", "附件", "函")]
            found = main if len(main) == 1 else found
        if len(found) == 1:
            return found[0]
        if found:
            names = "；".join(f"{d.id} 《{d.title}》" for d in found[:6])
            raise UsageError(f"“{reference}”对应 {len(found)} 份文档：{names}", "", "请用其中一个编号")
    raise UsageError(f"知识库里没有“{reference}”这份文档", "", "用 policykb docs 看全部文档")


def documents(store: Store, level: str | None, region: str | None, genre: str | None) -> list[Record]:
    """Document records, filtered."""
    from kb.records import by_document

    cited = by_document(store.read(Citation, "relation = 'basis'"))
    return [
        document_record(d, cited.get(d.id, ()))
        for d in store.read(Document)
        if level in (None, d.level) and genre in (None, d.genre) and (region is None or in_region(d.region, region))
    ]


def missing(store: Store, region: str | None, genre: str | None) -> list[str]:
    """What to say of a place or genre of which the knowledge base has no document: that there is none, and what is nearest or there is."""
    documents = store.read(Document)
    out = []
    if region and not any(in_region(d.region, region) for d in documents):
        places = Counter(d.region for d in documents if d.region)
        names = {name: place for place in sorted(places, key=len, reverse=True) for name in place_names(place)}  # the place itself before those in it
        out.append(f"库里没有“{region}”的文件，{_instead(region, names, places)}")
    if genre and not any(d.genre == genre for d in documents):
        genres = Counter(d.genre for d in documents if d.genre)
        out.append(f"库里没有“{genre}”这一文种，{_instead(genre, {g: g for g in genres}, genres)}")
    return out


def _instead(wanted: str, names: Mapping[str, str], counts: Counter[str]) -> str:
    """The nearest of the names there are, else those that are most often there."""
    from difflib import get_close_matches

    near = list(dict.fromkeys(names[name] for name in get_close_matches(wanted, names, NEAREST)))
    if near:
        return f"相近的有：{'、'.join(near)}"
    more = "等" if len(counts) > MOST_NAMED else ""
    return f"有的是：{'、'.join(name for name, _ in counts.most_common(MOST_NAMED))}{more}"


def trail(clause: Clause, ancestors: dict[str, Clause]) -> list[str]:
    """The headings from the document down to the clause: ["一、总体要求", "（三）…"]."""
    out: list[str] = []
    at: Clause | None = clause
    while at is not None:
        if at.kind == "preamble":
            out.append("正文开头")
        else:
            out.append(f"{at.ordinal} {at.heading}" if at.heading else at.ordinal)
        at = ancestors.get(at.parent or "")
    return [t for t in reversed(out) if t]


def ancestors(store: Store, clause: Clause) -> dict[str, Clause]:
    """The clauses above a clause, by id."""
    out: dict[str, Clause] = {}
    at = clause.parent
    while at and at not in out:
        above = store.one(Clause, at)
        if above is None:
            break
        out[at] = above
        at = above.parent
    return out


def show(store: Store, reference: str) -> Record:
    """A document, a clause or a task, whole. Unknown ids: UsageError."""
    task = store.one(Task, reference)
    if task:
        return _show_task(store, task)
    clause = store.one(Clause, reference)
    if clause:
        return _show_clause(store, clause)
    if "#" in reference or "@" in reference:
        raise UsageError(f"没有编号为“{reference}”的条款或任务", "", "编号见 policykb search、tasks、show 文档编号 的结果")
    document = find_document(store, reference)
    basis = store.read(Citation, "document = ? AND relation = 'basis'", (document.id,))
    clauses = store.read(Clause, "document = ?", (document.id,))
    attached = store.read(Document, "parent = ?", (document.id,))
    return {
        "kind": "document", "document": document_record(document, basis), "attached": [document_record(d) for d in attached],
        "clauses": [clause_record(c, document.file) for c in clauses],
    }  # fmt: skip


def _home(store: Store, document: str) -> Document:
    found = store.one(Document, document)
    assert found is not None, document  # the store was verified when it was made
    return found


def _show_clause(store: Store, clause: Clause) -> Record:
    document = _home(store, clause.document)
    under = f"{clause.id}/"
    children = [c for c in store.read(Clause, "document = ?", (clause.document,)) if c.id.startswith(under) or c.parent == clause.id]
    tasks = store.read(Task, "clause = ?", (clause.id,))
    return {
        "kind": "clause", "document": document_record(document), "clause": clause_record(clause, document.file),
        "trail": trail(clause, ancestors(store, clause)), "children": [clause_record(c, document.file) for c in children],
        "tasks": [task_record(t, document.file) for t in tasks],
    }  # fmt: skip


def _show_task(store: Store, task: Task) -> Record:
    document = _home(store, task.document)
    clause = store.one(Clause, task.clause)
    place = trail(clause, ancestors(store, clause)) if clause else []
    return {"kind": "task", "document": document_record(document), "task": task_record(task, document.file), "trail": place}


ORDER = ("lead", "responsible", "cooperating", "guiding", "data")


def tasks_of(store: Store, name: str, role: str, region: str | None, family: bool) -> Record:
    """Every task of a unit, in document order, each with the unit's role in it, and the counts.

    `role` lead, responsible (everything but lead) or any; several units that bear the name are all taken, with a word about it.
    """
    from index.unit_names import find_units

    units, remark = find_units(store, name, region, family)
    ids = [u.id for u in units]
    marks = ",".join("?" * len(ids))
    sql = f"seq IN (SELECT task FROM assignments WHERE unit IN ({marks}))"
    documents = {d.id: d for d in store.read(Document)}
    rows: list[Record] = []
    counts: Counter[str] = Counter()
    for task in store.read(Task, sql, tuple(ids)):
        roles = [u.role for u in task.units if u.unit in ids]
        best = min(roles, key=ORDER.index)
        counts[best] += 1
        counts["uncertain"] += task.inherited
        if role == "any" or (role == "lead") == (best == "lead"):
            rows.append(_task_row(task, best, documents[task.document]))
    counts["total"] = sum(counts[r] for r in ORDER)
    main = unit_record(units[0])
    return {"unit": main, "units": [unit_record(u) for u in units], "counts": dict(counts), "remark": remark, "tasks": rows}


def _task_row(task: Task, role: str, document: Document) -> Record:
    return {**task_record(task, document.file), "role": role, "title": document.title, "region": document.region, "level": document.level}


def ledger(store: Store, found: Record, path: Path) -> None:
    """Writes the tasks as a ledger that a spreadsheet program opens: one row a task, one sheet."""
    from kb.export import workbook

    basis: dict[str, str] = {}
    for task in found["tasks"]:
        if task["document"] not in basis:
            cited = store.read(Citation, "document = ? AND relation = 'basis'", (task["document"],))
            basis[task["document"]] = "；".join(dict.fromkeys(f"《{c.title}》{c.number or ''}" for c in cited if c.title))
    rows = [
        {
            "序号": str(n), "任务": task["text"], "牵头单位": _named(task, "lead"), "责任单位": _named(task, "responsible"),
            "配合单位": _named(task, "cooperating", "guiding", "data"), "完成时限": task["deadline"] or "", "依据": basis[task["document"]],
            "出处": f"《{task['title']}》{task['number']}（{told_start(task['source'])}）",
        }
        for n, task in enumerate(found["tasks"], 1)
    ]  # fmt: skip
    head = ("序号", "任务", "牵头单位", "责任单位", "配合单位", "完成时限", "依据", "出处")
    widths = {"序号": 6, "任务": 60, "牵头单位": 18, "责任单位": 40, "配合单位": 24, "完成时限": 14, "依据": 40, "出处": 40}
    try:
        with put_in_place(path) as beside:
            beside.write_bytes(workbook({"任务台账": rows or [dict.fromkeys(head, "")]}, widths))
    except OSError as error:
        raise UsageError(f"写不进去（{reason(error)}）", str(path), "请换一个能写入的位置") from error


def _named(task: Record, *roles: str) -> str:
    names = [u["printed"] for u in task["units"] if u["role"] in roles]
    return "、".join(names) + ("等" if task["open_ended"] and "responsible" in roles and names else "")


def unit_records(store: Store, name: str | None) -> Record:
    """All units with their counts, or those that bear the name, with names printed, counterparts above and below."""
    from index.unit_names import find_units

    every = store.read(Unit)
    remark = ""
    wanted: Sequence[Unit] = every
    if name is not None:
        wanted, remark = find_units(store, name, None, False)
    counts = _counts(store)
    printed: dict[str, list[str]] = {}
    for unit, form in store.rows("SELECT DISTINCT unit, printed FROM assignments ORDER BY unit, printed"):
        printed.setdefault(unit, []).append(form)
    rows = []
    for u in wanted:
        row = {**unit_record(u), "printed": printed.get(u.id, []), "counts": counts.get(u.id, {"total": 0})}
        if name is not None:
            row |= _counterparts(u, every)
        rows.append(row)
    return {"units": rows, "remark": remark}


def _counts(store: Store) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    for unit, role, n in store.rows("SELECT unit, role, count(DISTINCT task) FROM assignments GROUP BY unit, role ORDER BY unit, role"):
        out.setdefault(unit, {})[role] = n
    for unit, n in store.rows("SELECT unit, count(DISTINCT task) FROM assignments GROUP BY unit"):
        out[unit]["total"] = n
    return out


def _counterparts(unit: Unit, every: Sequence[Unit]) -> dict[str, list[str]]:
    from kb.model import LEVELS

    rank = {level: n for n, level in enumerate(LEVELS)}
    same = [u for u in every if u.family == unit.family and u.id != unit.id and u.kind != "collective"]
    mine = rank.get(unit.level or "", -1)
    if unit.kind == "collective" or mine < 0:
        return {"above": [], "below": []}

    def related(other: Unit) -> bool:
        a, b = unit.region or "", other.region or ""
        return "中国" in (a, b) or a.startswith(b) or b.startswith(a)

    ranked = [(rank.get(u.level or "", -1), u.name) for u in same if related(u)]
    return {"above": [n for r, n in ranked if 0 <= r < mine], "below": [n for r, n in ranked if r > mine]}


def figures(store: Store, kind: type[T], doc: str | None, region: str | None, match: str | None) -> list[Record]:
    """Targets or indicator rows, filtered, each with its document's title."""
    chosen = find_document(store, doc).id if doc else None
    documents = {d.id: d for d in store.read(Document)}
    out: list[Record] = []
    for value in store.read(kind):
        home = documents[value.document]
        if chosen not in (None, home.id) or (region and not in_region(home.region, region)):
            continue
        record = directed_record(value) if isinstance(value, Target) else indicator_record(value)
        if match and not re.search(re.escape(match), _words(record)):
            continue
        out.append({**record, "title": home.title})
    return out


def _words(record: dict[str, Any]) -> str:
    return " ".join(str(v) for v in record.values())
