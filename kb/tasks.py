"""Who does what: the tasks of a document, from its clauses and its tables of duties.

A task is a row of a table, a clause that ends in a list of units, a stretch of a clause before such a list, or a sentence that
names who leads. Roles are those that the document states; 责任单位 alone makes nobody lead. See kb/duties/marks.py for the
forms and kb/duties/phrases.py for the roles. `…。（责任单位：市教育局、市民政局等）` is one task of two responsible units, open-ended.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kb.duties.cards import card_works
from kb.duties.grids import grid_works
from kb.duties.loose_lists import Mark
from kb.duties.marks import find_marks
from kb.duties.phrases import UNIT_MARKS, labels_in
from kb.duties.prose import headed_duty, prose_leads
from kb.duties.rules import Rule, find_rules, without_rules
from kb.duties.work import Work
from kb.model import Assignment, Clause, Document, Issue, ListedUnit, Parsed, Spans, Task, Unit
from kb.spans import cut, strip
from kb.unit_naming.lists import split_list
from kb.units import UnitTable, resolve

_HEADING_LIMIT = 45
_LONGEST_TIME = 30
_EDGES = "。；;，, 　\t\n*"


@dataclass(slots=True)
class _State:
    """The rules in force, and what has been collected."""

    table: UnitTable
    first_leads: bool = False
    marks: str = ""  # characters that mark who leads
    everyone: list[tuple[str, str]] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)


def assign(document: Document, parsed: Parsed, table: UnitTable, notice: Sequence[Clause] = ()) -> tuple[tuple[Task, ...], tuple[Unit, ...], tuple[Issue, ...]]:
    """The tasks of a document in document order, the units that they name, and the names that stay unresolved.

    `notice`: the clauses of the notice that issues the document; a rule stated there (列首位的为牵头单位) holds here too.
    Every text of a task stands in the source at its spans; a name that no unit was found for has the unit "" and one
    Issue in the document. Never fails.
    """
    works = _works(parsed, table, notice, document.title)
    listed = {work.clause for work in works}
    beside: set[str | None] = set()  # what stands above clauses that are headed by a body
    above = {clause.id: clause for clause in parsed.clauses if clause.kind not in ("article", "row")}
    for clause in parsed.clauses:
        if clause.kind != "row" and clause.id not in listed:
            headed = None if "条" in clause.path else headed_duty(clause, above.get(clause.parent or ""), table)
            works += [headed] if headed is not None else prose_leads(clause, table, only_named=bool(listed))
            if headed is not None and clause.heading:
                beside.add(clause.parent)
    done = {work.clause for work in works}
    for clause in parsed.clauses if beside else ():
        if clause.kind != "row" and clause.parent in beside and clause.id not in done and (many := headed_duty(clause, None, table, groups=True)):
            works.append(many)
    works.sort(key=lambda work: (work.spans[0][0] if work.spans else 0, work.place))
    names = _Names(document, table)
    tasks = []
    taken: dict[str, int] = {}
    for work in works:
        task = _task(document, work, names, taken)
        if task is not None:
            tasks.append(task)
    return tuple(tasks), names.units(), tuple(names.issues)


# --- from the clauses and tables ------------------------------------------------------------------------------------


def _works(parsed: Parsed, table: UnitTable, notice: Sequence[Clause], title: str) -> list[Work]:
    state = _State(table)
    _obey(find_rules(title), state)
    for clause in notice:
        _obey(find_rules(clause.text), state)
    stated = [find_rules(clause.text) for clause in parsed.clauses]
    _rules_of_notes(parsed.clauses, stated, state)
    by_clause: dict[str, list[Work]] = {}
    for grid in parsed.grids:
        for work in (*grid_works(grid, table), *card_works(grid, table)):
            by_clause.setdefault(work.clause, []).append(work)
    for clause, rules in zip(parsed.clauses, stated, strict=True):
        if clause.kind == "row" and clause.id in by_clause:
            _obey(rules, state)
            state.works += [_under_rules(work, state) for work in by_clause.pop(clause.id)]
        elif clause.kind != "row":
            state.works += _clause_works(clause, rules, table, state)
    state.works += [_under_rules(work, state) for works in by_clause.values() for work in works]
    return _inherited(parsed.clauses, state.works)


def _rules_of_notes(clauses: Sequence[Clause], stated: Sequence[Sequence[Rule]], state: _State) -> None:
    """A note (注：…) holds for the whole document, wherever it stands."""
    for clause, rules in zip(clauses, stated, strict=True):
        for rule in rules:
            before = clause.text[max(0, rule.start - 30) : rule.start]
            if "注：" in before or "注:" in before or "说明：" in before:
                _obey((rule,), state)


def _obey(rules: Iterable[Rule], state: _State) -> None:
    for rule in rules:
        state.first_leads = state.first_leads or rule.first_leads
        state.marks += rule.mark
        for unit in split_list(rule.everyone, state.table).names if rule.everyone else ():
            if (unit.printed, rule.role) not in state.everyone:
                state.everyone.append((unit.printed, rule.role))


def _clause_works(clause: Clause, rules: Sequence[Rule], table: UnitTable, state: _State) -> list[Work]:
    """The tasks of one clause: each list belongs to the text before it, back to the list before."""
    out: list[Work] = []
    marks = find_marks(clause.text, table)
    if not marks:
        _obey(rules, state)
        return out
    at, obeyed = 0, 0
    beside: dict[int, list[Mark]] = {}
    rules = sorted(rules, key=lambda rule: rule.start)
    for number, mark in enumerate(marks):
        reached = bisect_right(rules, mark.end, key=lambda rule: rule.start)
        _obey(rules[obeyed:reached], state)
        obeyed = max(obeyed, reached)
        begin, end = _trimmed(clause.text, at, mark.start) if at else (0, mark.start)
        if begin >= end and out:
            beside.setdefault(len(out) - 1, []).append(mark)
        else:
            if number == 0 and len(marks) == 1 and _is_heading(clause.text[begin:end]) and _goes_on(clause.text[mark.end :]):
                text, spans = _around(clause, mark)
            else:
                text, spans = strip(clause.text[begin:end], cut(clause.spans, begin, end))
            if text:
                out.append(_work(clause, mark, text, spans, number))
        at = mark.end
    _obey(rules[obeyed:], state)
    if len(out) == 1 and out[0].deadline is None and not any(m.duties.deadline for m in beside.get(0, ())):
        out = [replace(out[0], deadline=_line_of_time(clause.text))]
    return [_under_rules(_together(work, beside[n]) if n in beside else work, state) for n, work in enumerate(out)]


def _line_of_time(text: str) -> str | None:
    """What a line of the clause apart from its list says of the time: 整改时限：2023年12月底前。"""
    if "\n" not in text:
        return None
    lines = [behind for at, behind, role in labels_in(text) if role == "deadline" and (at == 0 or "\n" in text[at - 1 : at + 1])]
    said = text[lines[0] :].partition("\n")[0].strip(" 　。；;") if len(lines) == 1 else ""
    return said if 0 < len(said) <= _LONGEST_TIME else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    return start, end


def _is_heading(text: str) -> bool:
    bare = text.strip(_EDGES)
    return len(bare) <= _HEADING_LIMIT and "。" not in bare


def _goes_on(text: str) -> bool:
    """Whether the clause's own matter follows a list: more than a rule, a note or a mark."""
    rest, _ = without_rules(text)
    bare = rest.strip(_EDGES)
    return len(bare) > 10 and not bare.startswith(("注：", "注:", "备注", "说明："))


def _around(clause: Clause, mark: Mark) -> tuple[str, Spans]:
    """The clause without a list that stands right behind its heading."""
    head, tail = cut(clause.spans, 0, mark.start), cut(clause.spans, mark.end, len(clause.text))
    text = clause.text[: mark.start] + clause.text[mark.end :]
    return strip(text, (*head, *tail))


def _work(clause: Clause, mark: Mark, text: str, spans: Spans, number: int) -> Work:
    lead = any(unit.role == "lead" for unit in mark.duties.units)
    return Work(
        clause=clause.id, number=clause.path or "序", text=text, spans=spans, units=mark.duties.units,
        basis="phrase" if lead else "none", open_ended=mark.duties.open_ended, raw=mark.raw,
        deadline=mark.duties.deadline, lines=(clause.first_line, clause.last_line), place=number, listed=True,
    )  # fmt: skip


def _together(work: Work, marks: Sequence[Mark]) -> Work:
    """Further lists right behind the first: （牵头单位：A）（配合单位：B）."""
    units = (*work.units, *(unit for mark in marks for unit in mark.duties.units))
    lead = any(unit.role == "lead" for unit in units)
    return replace(
        work, units=units, basis="phrase" if lead else "none", open_ended=work.open_ended or any(mark.duties.open_ended for mark in marks),
        raw="；".join([work.raw, *(mark.raw for mark in marks)]), deadline=next((d for d in (work.deadline, *(m.duties.deadline for m in marks)) if d), work.deadline),
    )  # fmt: skip


def _under_rules(work: Work, state: _State) -> Work:
    """The work as the rules of the document read it."""
    units, marked = _unmarked(work.units, state.marks)
    basis = "phrase" if marked and work.basis == "none" else work.basis
    if (state.first_leads or work.first_leads) and not any(unit.role == "lead" for unit in units):
        first = next((i for i, unit in enumerate(units) if unit.role == "responsible"), None)
        if first is not None:
            units[first] = replace(units[first], role="lead")
            basis = "first_listed"
    for name, role in state.everyone:
        if all(unit.printed != name for unit in units):
            units.append(ListedUnit(name, name, 0, 0, role))
    return replace(work, units=tuple(units), basis=basis)


def _unmarked(units: Sequence[ListedUnit], leading: str) -> tuple[list[ListedUnit], bool]:
    """The units without marks (★市民政局), those with a leading mark in the lead, and whether there are any."""
    out = []
    for unit in units:
        printed = unit.printed.strip(UNIT_MARKS)
        lead = printed != unit.printed and any(c in unit.printed for c in leading)
        out.append(replace(unit, printed=printed, role="lead" if lead else unit.role) if printed != unit.printed else unit)
    return out, bool(leading) and any(u.role == "lead" for u in out)


def _inherited(clauses: Sequence[Clause], works: list[Work]) -> list[Work]:
    """Children that name nobody, under a parent that is a heading with a list and nothing else, take its list."""
    if not works:
        return works
    by_clause: dict[str, list[Work]] = {}
    for work in works:
        by_clause.setdefault(work.clause, []).append(work)
    children: dict[str, list[Clause]] = {}
    for clause in clauses:
        if clause.parent:
            children.setdefault(clause.parent, []).append(clause)
    out = list(works)
    for parent in clauses:
        own = by_clause.get(parent.id, [])
        below = children.get(parent.id, [])
        if len(own) != 1 or not below or parent.kind == "row" or not _is_heading(own[0].text):
            continue
        if any(child.id in by_clause or child.id in children or child.kind == "row" for child in below):
            continue
        for child in below:
            text, spans = strip(child.text, child.spans)
            if text:
                out.append(replace(own[0], clause=child.id, number=child.path, text=text, spans=spans, lines=(child.first_line, child.last_line), inherited=True))
    return out


# --- from works to tasks --------------------------------------------------------------------------------------------


class _Names:
    """Resolves the names of one document, each once, and collects the units and the doubts."""

    def __init__(self, document: Document, table: UnitTable) -> None:
        self.document, self.table = document, table
        self.found: dict[str, Unit | None] = {}
        self.issues: list[Issue] = []

    def unit(self, listed: ListedUnit, work: Work) -> str:
        name = listed.name
        if name not in self.found:
            d = self.document
            self.found[name] = resolve(name, d.level, d.region, d.date, self.table)
            if self.found[name] is None:
                message = f"责任名单中的“{listed.printed}”不能确定是哪个单位，按原文保留"
                self.issues.append(Issue("unit_unresolved", message, d.file, work.lines[0], d.id, work.clause))
        unit = self.found[name]
        return unit.id if unit else ""

    def units(self) -> tuple[Unit, ...]:
        return tuple({unit.id: unit for unit in self.found.values() if unit}.values())


def _task(document: Document, work: Work, names: _Names, taken: dict[str, int]) -> Task | None:
    seen: dict[tuple[str, str], Assignment] = {}
    for listed in work.units:
        seen.setdefault((listed.printed, listed.role), Assignment(listed.printed, names.unit(listed, work), listed.role or "responsible"))
    if not seen or not work.text:
        return None
    lead = any(a.role == "lead" for a in seen.values())
    number = work.number
    taken[number] = taken.get(number, 0) + 1
    key = number if taken[number] == 1 else f"{number}~{taken[number]}"
    return Task(
        id=f"{document.id}@{key}", document=document.id, clause=work.clause, number=number, text=work.text, spans=work.spans,
        units=tuple(seen.values()), lead_basis=(work.basis if work.basis != "none" else "phrase") if lead else "none",
        open_ended=work.open_ended, units_raw=work.raw, remarks=work.remarks, first_line=work.lines[0], last_line=work.lines[1],
        deadline=work.deadline, inherited=work.inherited,
    )  # fmt: skip
