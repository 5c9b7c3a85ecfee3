"""A unit's name as people type it → the units of the knowledge base that it means.

Any of its names serves: as printed, in full, abbreviated, the former or later one, with or without the place.
"""

from __future__ import annotations

from index.synonyms import unit_core, unit_families
from index.tokens import bare
from kb.errors import NotFound
from kb.model import Unit
from kb.regions import find_places
from kb.store import Store

HEADS = {"省": "provincial", "市": "municipal", "州": "municipal", "县": "county", "区": "county", "镇": "township", "乡": "township"}


def place_and_rest(name: str) -> tuple[str, str]:
    """("湖南省衡阳市", "市医保局" or "医保局") of 衡阳市医保局; the place is "" when none stands in front."""
    places = find_places(name)
    if places and places[0].start == 0 and places[0].end < len(name):
        return places[0].region, name[places[0].end :]
    return "", name


def find_units(store: Store, name: str, region: str | None, family: bool) -> tuple[list[Unit], str]:
    """The units meant, and a word to the user when there is something to say about it ("" when not).

    With `family` their counterparts of all levels and places too. NotFound, naming the nearest, when there is none.
    """
    every = store.read(Unit)
    found = match_units(store, every, name)
    if region:
        found = [u for u in found if region in (u.region or "")]
    if not found:
        raise NotFound(f"知识库的任务里没有“{name}”这个单位{'（' + region + '）' if region else ''}", "", _nearest(every, name))
    remark = ""
    if family:
        families = {u.family for u in found}
        found = [u for u in every if u.family in families]
        remark = f"连同对口单位共 {len(found)} 个"
    elif len(found) > 1:
        places = "、".join(dict.fromkeys(u.name for u in found))
        remark = f"“{name}”对应 {len(found)} 个单位：{places}；可加地名或 --region 只看其一"
    return found, remark


def match_units(store: Store, every: list[Unit], name: str) -> list[Unit]:
    """The units that bear the name: first by the very name, then by function, level and place."""
    wanted = bare(name)
    printed: dict[str, set[str]] = {}
    for unit, form in store.rows("SELECT DISTINCT unit, printed FROM assignments"):
        printed.setdefault(unit, set()).add(bare(form))
    place, rest = place_and_rest(name)
    rest = bare(rest)
    here = [u for u in every if not place or _in(u, place)]
    tests = (
        lambda u: wanted == bare(u.name) or wanted in {bare(a) for a in u.aliases} or wanted in printed.get(u.id, ()),
        lambda u: _same_names(u, rest, printed.get(u.id, set())),
    )
    for test in tests:
        found = [u for u in here if test(u)]
        if found:
            return _with_other_forms(found, here)
    return _by_function(here, rest)


def _with_other_forms(found: list[Unit], here: list[Unit]) -> list[Unit]:
    """With the same body under its former or later name."""
    names = {n for u in found for n in (*u.predecessors, *u.successors)}
    return found + [u for u in here if u.name in names and u not in found]


def _same_names(unit: Unit, rest: str, printed: set[str]) -> bool:
    """Whether the name without its place is one of the unit's, with or without the level in front (市医保局, 医保局)."""
    core = rest[1:] if rest[:1] in HEADS and len(rest) > 3 else rest
    if rest[:1] in HEADS and core != rest and unit.level not in (HEADS[rest[0]], "other", None):
        return False
    names = printed | {bare(a) for a in unit.aliases}
    return rest in names or core in {n[1:] if n[:1] in HEADS else n for n in names}


def _by_function(here: list[Unit], rest: str) -> list[Unit]:
    core = unit_core(rest)
    families = unit_families(core) if core else ()
    head = rest[: len(rest) - len(core)] if core else ""
    level = HEADS.get(head[:1])
    if not families or len(head) > 4:
        return []
    return [u for u in here if u.family in families and (level is None or u.level == level)]


def _in(unit: Unit, place: str) -> bool:
    """Whether the unit is of the place: its own region, or 衡阳 in 湖南省衡阳市 where the gazetteer knows no more."""
    return unit.region is not None and (unit.region == place or unit.region.endswith(place))


def _nearest(every: list[Unit], name: str) -> str:
    core = bare(place_and_rest(name)[1])
    families = set(unit_families(unit_core(core)))
    near = [u.name for u in every if u.family in families][:5]
    return f"有的是：{'、'.join(near)}" if near else "用 policykb units 看全部单位"
