"""Lists of bodies at the end of a clause that neither brackets nor a label hold: whose opening bracket is gone, or behind a dash;
and the brackets beside a list that say only when, or who answers for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.duties.phrases import Duties, labels_in, read_duties
from kb.duties.rules import CLOSES, ENDS, OPENS
from kb.frozen import dataclass, replace
from kb.unit_naming.forms import is_collective
from kb.unit_naming.lists import KNOWN, REGION, is_placed_form, strength
from kb.units import UnitTable

BLANK = " 　\t\r\n*“”\"‘’"
DASHES = ("—", "–", "－", "-")
DASHES_AND_BLANK = BLANK + "".join(DASHES)
_BLANK_OR_END = BLANK + ENDS
_LONGEST_REMARK = 60  # characters of a bracket beside a list that names no body


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


def with_remarks(text: str, marks: Sequence[Mark], table: UnitTable) -> Iterator[Mark]:
    """The lists with the brackets beside them that name no body: （责任领导：某某）（责任单位：A）（完成时限：6月底前）."""
    for mark in marks:
        start, end, deadline = mark.start, mark.end, mark.duties.deadline
        if text[start] in OPENS and text[end - 1] in CLOSES:
            while (place := _remark_before(text, start)) is not None or (place := _remark_behind(text, end)) is not None:
                deadline = deadline or read_duties(text[place[0] + 1 : place[1] - 1], "", table).deadline
                start, end = min(start, place[0]), max(end, place[1])
        yield mark if (start, end) == (mark.start, mark.end) else replace(mark, start=start, end=end, duties=replace(mark.duties, deadline=deadline))


def _remark_behind(text: str, at: int) -> tuple[int, int] | None:
    """The bracket right behind a place that holds labels of persons or times and nothing else."""
    start = at + len(text[at : at + 3]) - len(text[at : at + 3].lstrip(BLANK))
    if text[start : start + 1] not in tuple(OPENS):
        return None
    end = next((i + 1 for i in range(start, min(len(text), start + _LONGEST_REMARK)) if text[i] in CLOSES), 0)
    return (start, end) if end and _is_remark(text[start + 1 : end - 1]) else None


def _remark_before(text: str, at: int) -> tuple[int, int] | None:
    end = len(text[max(0, at - 3) : at].rstrip(BLANK)) + max(0, at - 3) if at else 0
    if at - end > 2 or text[end - 1 : end] not in tuple(CLOSES):
        return None
    start = next((i for i in range(end - 1, max(-1, end - _LONGEST_REMARK), -1) if text[i] in OPENS), -1)
    return (start, end) if start > 0 and _is_remark(text[start + 1 : end - 1]) else None


def _is_remark(inner: str) -> bool:
    labels = list(labels_in(inner))
    return bool(labels) and labels[0][0] == 0 and all(role in ("skip", "deadline") for _, _, role in labels)
