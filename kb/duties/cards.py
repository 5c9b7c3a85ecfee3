"""Tables that are cards, one label a row beside its value (任务名称 | 新建泵站, 牵头单位 | 县水利局) → works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kb.duties.phrases import Duties, read_duties
from kb.duties.rules import without_rules
from kb.duties.work import Work
from kb.grid_rows import MATTER, UNIT_ROLES, column_role, is_card
from kb.model import Cell, Grid, ListedUnit, Row
from kb.unit_naming.lists import FORM
from kb.units import UnitTable


def card_works(grid: Grid, table: UnitTable) -> Iterator[Work]:
    """The works of a table of cards, one for each label of a matter that comes again; nothing for other tables."""
    if grid.header or not is_card([[cell.text for cell in row.cells] for row in grid.rows]):
        return
    card: dict[str, list[tuple[Cell, Row]]] = {}
    count = 0
    for row in grid.rows:
        for label, value in zip(row.cells[::2], row.cells[1::2], strict=False):
            role = column_role(label.text)
            if role in MATTER and any(r in card for r in UNIT_ROLES):
                yield from _work(card, table, count)
                card, count = {}, count + 1
            if role and value.text.strip():
                card.setdefault(role, []).append((value, row))
    yield from _work(card, table, count)


def _work(card: dict[str, list[tuple[Cell, Row]]], table: UnitTable, place: int) -> Iterator[Work]:
    matter = next((card[role][0] for role in MATTER if role in card), None)
    found: list[tuple[str, Cell, Duties]] = []
    for role in UNIT_ROLES:
        for cell, _ in card.get(role, ()):
            duties = read_duties(without_rules(cell.text)[0], role, table)
            if duties.units and duties.weakest >= FORM:
                found.append((role, cell, duties))
    if matter is None or not found:
        return
    cell, row = matter
    units: tuple[ListedUnit, ...] = tuple(unit if unit.role else replace(unit, role=role) for role, _, duties in found for unit in duties.units)
    lead = any(unit.role == "lead" for unit in units)
    due = card.get("deadline")
    shown = [r for values in card.values() for _, r in values]
    yield Work(
        clause=row.clause, number=row.clause.partition("#")[2] or "序", text=cell.text, spans=cell.spans, units=units,
        basis="column" if lead else "none", open_ended=any(d.open_ended for _, _, d in found), raw=" ".join(" ".join(c.text.split()) for _, c, _ in found),
        lines=(min(r.first_line for r in shown), max(r.last_line for r in shown)), deadline=(due[0][0].text.strip() or None) if due else None,
        remarks="；".join(c.text.strip() for c, _ in card.get("remarks", ())), place=place, listed=True,
    )  # fmt: skip
