"""Lists of bodies at the end of a clause that neither brackets nor a label hold: whose opening bracket is gone, or behind a dash."""

from __future__ import annotations

from collections.abc import Sequence

from kb.duties.phrases import Duties, read_duties
from kb.duties.rules import CLOSES, ENDS, OPENS
from kb.frozen import dataclass
from kb.unit_naming.forms import is_collective
from kb.unit_naming.lists import KNOWN, REGION, is_placed_form, strength
from kb.units import UnitTable

BLANK = " 　\t\r\n*“”\"‘’"
DASHES = ("—", "–", "－", "-")
DASHES_AND_BLANK = BLANK + "".join(DASHES)
_BLANK_OR_END = BLANK + ENDS


@dataclass(frozen=True, slots=True)
class Mark:
    """A list of units at text[start:end], brackets included, with what it says; places in `duties` count from `inner`."""

    start: int
    end: int
    inner: int
    raw: str
    duties: Duties


def lost_opening(text: str, found: Sequence[Mark], table: UnitTable) -> list[Mark]:
    """A list at the clause's end whose opening bracket is gone: …任务。市教育局、市民政局等）."""
    bare = text.rstrip(_BLANK_OR_END)
    if not bare or bare[-1] not in CLOSES or (found and found[-1].end >= len(bare)):
        return []
    end = len(bare) - 1
    start = max((bare.rfind(c, 0, end) for c in ENDS), default=-1) + 1
    if (found and start < found[-1].end) or _open_inside(bare[start:end]):
        return []
    duties = read_duties(bare[start:end], "responsible", table)
    strengths = [strength(unit.name, table) for unit in duties.units]
    if len(strengths) < 2 or sum(s >= REGION for s in strengths) < max(2, len(strengths) - 1):
        return []
    return [Mark(start, len(bare), start, bare[start:end].strip(), duties)]


def _open_inside(text: str) -> bool:
    """Whether a bracket is still open at the end of a text."""
    depth = 0
    for character in text:
        if character in OPENS:
            depth += 1
        elif character in CLOSES:
            depth = max(0, depth - 1)
    return depth > 0


def after_dash(text: str, found: Sequence[Mark], table: UnitTable) -> list[Mark]:
    """A list behind a dash at the clause's end: …任务。——市教育局、各县（市、区）政府."""
    at = text.rfind("——")
    if at < 1 or (found and found[-1].end > at) or text[:at].rstrip(BLANK)[-1:] not in tuple(ENDS):
        return []
    duties = read_duties(text[at + 2 :], "responsible", table)
    if not duties.units or duties.weakest < KNOWN or not all(is_placed_form(u.name) or is_collective(u.name) for u in duties.units):
        return []
    return [Mark(at, len(text), at + 2, text[at + 2 :].strip(), duties)]
