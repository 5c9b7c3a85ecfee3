"""Names in a column of bodies and persons (牵头单位及责任人): the body without who answers for it.

`without_persons(listed, table)` of 县财政局李四县审计局王五 gives 县财政局 and 县审计局; of what is no such name the name itself.
"""

from __future__ import annotations

from kb.frozen import replace
from kb.model import ListedUnit
from kb.tables import settings
from kb.unit_naming.forms import is_collective
from kb.unit_naming.lists import NONE, is_person, strength
from kb.unit_naming.names import matches_at
from kb.units import UnitTable

_LONGEST = 80
_LONGEST_GROUP = 12  # characters of 各县（市、区）人民政府


def without_persons(listed: ListedUnit, table: UnitTable) -> tuple[ListedUnit, ...]:
    """The bodies of a name, each without the person or office behind it; the name as it is where it holds anything else."""
    name = listed.name
    if len(name) > _LONGEST or strength(name, table) > NONE:
        return (listed,)
    out: list[ListedUnit] = []
    at = 0
    while at < len(name):
        ends = _body_ends(name, at, table)
        end, behind = next(((e, b) for e in ends if (b := _behind_person(name, e, table))), (0, 0))
        if not behind:
            return (listed,)
        out.append(replace(listed, printed=name[at:end], name=name[at:end]))
        at = behind
    return tuple(out)


def _body_ends(name: str, at: int, table: UnitTable) -> list[int]:
    """Where a body may end that begins at `at`, the shortest first."""
    known = {m.end for m in matches_at(name, at, table.tree, by_form=False) if m.end - at >= 3}
    groups = {e for e in range(at + 3, min(len(name), at + _LONGEST_GROUP) + 1) if is_collective(name[at:e])} if name[at] == "各" else set()
    return sorted(known | groups)


def _behind_person(name: str, at: int, table: UnitTable) -> int:
    """Where the name or office of a person ends that begins at `at`, a body or the end of the text behind it; 0 for none."""
    offices: list[str] = settings("unit_forms")["persons"]["offices"]
    if office := next((word for word in offices if name.startswith(word, at)), ""):
        return at + len(office)
    ends = [e for e in (at + 3, at + 2) if e <= len(name) and is_person(name[at:e], table)]
    ends.sort(key=lambda e: name[e : e + 1] == name[0], reverse=True)  # 李四 and 县审计局 rather than 李四县 and 审计局
    return next((e for e in ends if e == len(name) or _body_ends(name, e, table)), 0)
