"""A piece of work with the names of those who are to do it, before the names are resolved."""

from __future__ import annotations

from kb.frozen import dataclass
from kb.model import ListedUnit, Span, Spans


@dataclass(frozen=True, slots=True)
class Work:
    """What a row, clause or sentence assigns. `listed`: by a list or table, not by running text."""

    clause: str
    number: str
    text: str
    spans: Spans
    units: tuple[ListedUnit, ...]  # with their roles
    basis: str  # column, phrase, none (first_listed is decided later)
    open_ended: bool
    raw: str
    lines: Span
    remarks: str = ""
    deadline: str | None = None
    place: int = 0  # order among works of one place
    listed: bool = False
    inherited: bool = False
    first_leads: bool = False  # the table's own head says that the first listed leads
