"""A unit's name as people type it → the units of the knowledge base that it means.

Any of its names serves: as printed, in full, abbreviated, the former or later one, with or without the place.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from index.places import whole
from kb.errors import NotFound
from kb.model import Unit
from kb.store import OWN_FOLDER, Store
from kb.tables import own_table
from kb.units import UnitTable, load_units, select_units

ALIKE = 0.5  # share of characters without which two names are not compared further


def unit_table(store: Store) -> UnitTable:
    """The unit table that the knowledge base was built with: ours, and the user's rows where they still are."""
    return load_units(own_table(store.path.parent / OWN_FOLDER, "units"))


def _like(name: str, units: list[Unit]) -> list[str]:
    """The units whose names are spelt most like a name that is none (乡村镇兴局): up to three."""
    if len(name) < 4:
        return []
    from difflib import get_close_matches

    mine = set(name)
    spelt = {word: u.name for u in units for word in (*u.aliases, u.name) if 2 * len(mine.intersection(word)) >= ALIKE * (len(name) + len(word))}
    return list(dict.fromkeys(spelt[word] for word in get_close_matches(name, spelt, n=6, cutoff=0.6)))[:3]


_every: WeakKeyDictionary[Store, list[Unit]] = WeakKeyDictionary()


def every_unit(store: Store) -> list[Unit]:
    """All units of an open knowledge base, read once."""
    if store not in _every:
        _every[store] = store.read(Unit)
    return _every[store]


def _printed_so(store: Store, name: str, every: list[Unit]) -> list[Unit]:
    """The units that documents print just so, though no table knows the form."""
    bare = "".join(name.split())
    meant = {unit for (unit,) in store.rows("SELECT DISTINCT unit FROM assignments WHERE replace(printed, ' ', '') = ?", (bare,))}
    return [u for u in every if u.id in meant]


def _of_its_kind(name: str, found: list[Unit]) -> list[Unit]:
    """Of the bodies of a level those of such a place as the name says: 州水利局 is that of a 州, not that of a 市."""
    kind = name[:1] if name[:1] in "市州盟旗" else ""
    same = [u for u in found if kind and (u.region or "").endswith(kind)]
    return same or found


def find_units(store: Store, name: str, region: str | None, family: bool) -> tuple[list[Unit], str]:
    """The units meant, and a word to the user when there is something to say about it ("" when not).

    With `family` their counterparts of all levels and places too. NotFound, naming the nearest, when there is none.
    """
    if not name.strip():
        raise NotFound("没有给出单位名称", "", "如：policykb tasks 市医保局")
    every = every_unit(store)
    table = unit_table(store)
    found = list(select_units(name, every, table, family)) or _printed_so(store, name, every)
    found = _of_its_kind(name, found)
    if region and found:
        here = [u for u in found if region in (u.region or "") or whole(region) in (u.region or "")]
        if not here and len(found) == 1:
            where = f"，归在{found[0].region}" if found[0].region else ""
            raise NotFound(f"有“{found[0].name}”这个单位{where}，不在{region}", "", f"policykb tasks {found[0].name}")
        found = here
    if not found:
        near = [u.name for u in select_units(name, every, table, True)][:5] or _like(name, every)
        step = f"有的是：{'、'.join(near)}" if near else "用 policykb units 看全部单位"
        raise NotFound(f"知识库的任务里没有“{name}”这个单位{'（' + region + '）' if region else ''}", "", step)
    remark = ""
    single = [u for u in found if u.kind != "collective"]
    if single and len(single) < len(found) and not family:
        others = "、".join(u.name for u in found if u.kind == "collective")
        found, remark = single, f"统称“{others}”的任务没有算在内，可另查"
    if family:
        remark = f"连同对口单位共 {len(found)} 个"
    elif len(found) > 1 and not (found[0].region and all(u.kind == "collective" and u.region == found[0].region for u in found)):
        remark = f"“{name}”对应 {len(found)} 个单位：{'、'.join(u.name for u in found)}；可加地名或 --region 只看其一" + (f"。{remark}" if remark else "")
    return found, remark
