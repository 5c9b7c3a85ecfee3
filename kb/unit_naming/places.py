"""The part of a unit's name that says where: a level word (省, 市, 县 …) or a region's name, and what it means in a document.

`places_at("衡阳市财政局", 0)` gives every place that begins there: 衡阳 and 衡阳市, each with the regions it may be.
A level word is turned into a region only with the document's own region: 市 in a document of 梅州 is 广东省梅州市.
Counties and towns that the gazetteer does not know are taken by their form (祁东县), inside the document's region.
"""

from __future__ import annotations

from functools import lru_cache

from kb import regions
from kb.frozen import dataclass
from kb.kept import Lazy, joined, kept, numbers, split
from kb.tables import settings

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
COUNTY_ENDS = ("县", "区", "旗")
TOWN_ENDS = ("镇", "乡", "街道")
_GROUPS = ("县市区", "市县区", "县区", "区县")
_FORM_LIMIT = 6  # characters of a county or town name taken by its form


@dataclass(frozen=True, slots=True)
class Place:
    """A place found in a text: text[start:end]; a level word with its level, or the regions that the name may mean,
    or a county's or town's name known by its form only."""

    start: int
    end: int
    word: str = ""  # the level word: 市
    level: str = ""
    regions: tuple[str, ...] = ()
    name: str = ""  # a county or town that the gazetteer does not know
    collective: bool = False  # 县级, 县市区: all of that level, not one


@lru_cache(maxsize=1)
def level_words() -> dict[str, str]:
    """省 → provincial and so on, from kb/data/unit_forms.toml."""
    return dict(settings("unit_forms")["level_words"])


@lru_cache(maxsize=1)
def _heads() -> tuple[str, ...]:
    return ("", *settings("unit_forms")["words"]["heads"])


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """What is written for regions, for the regions in force (a user may add his own, kb/regions.py)."""

    known: dict[str, regions.Region]
    names: dict[str, tuple[str, ...]]
    lengths: dict[str, tuple[int, ...]]
    county_shorts: frozenset[str]
    chains: dict[str, tuple[str, ...]]


_made: list[_Gazetteer] = []


def _gazetteer() -> _Gazetteer:
    known = regions.regions()
    if _made and _made[0].known is known:
        return _made[0]
    packed = kept("unit_places")
    if packed is not None:
        _made[:] = [_Gazetteer(known, Lazy(packed["names"], split), Lazy(packed["lengths"], numbers), frozenset(packed["county_shorts"].split("\t")), {})]
        return _made[0]
    names: dict[str, list[str]] = {}
    lengths: dict[str, set[int]] = {}
    county_shorts = set()
    for region in known.values():
        for name in {region.name, *region.short}:
            names.setdefault(name, []).append(region.full)
            lengths.setdefault(name[0], set()).add(len(name))
            if region.level == "county" and name != region.name:
                county_shorts.add(name)
    own = frozenset(names)
    for region in known.values():
        for name in regions.common_names(region):
            if name not in own:
                names.setdefault(name, []).append(region.full)
                lengths.setdefault(name[0], set()).add(len(name))
    for region in known.values():
        county_shorts -= {region.name, *(region.short if region.level != "county" else ())}
    _made[:] = [
        _Gazetteer(known, {k: tuple(v) for k, v in names.items()}, {k: tuple(sorted(v)) for k, v in lengths.items()}, frozenset(county_shorts), {})
    ]
    return _made[0]


def packed_places() -> dict[str, object]:
    """What is written for regions, as it is kept."""
    made = _gazetteer()
    lengths = {key: " ".join(map(str, sizes)) for key, sizes in made.lengths.items()}
    return {"names": joined(made.names), "lengths": lengths, "county_shorts": "\t".join(sorted(made.county_shorts))}


def places_at(text: str, start: int, by_form: bool = True) -> tuple[Place, ...]:
    """Every place that begins at `start`. Time is bounded by the longest region name, not by the text.

    With `by_form`, for a text that is one name, a run of characters before 县, 区, 镇 … counts as a place too, and so does a
    county without its 县 (陆河); in running text both are too like other words.
    """
    found = [*_levels_at(text, start), *_regions_at(text, start, by_form)]
    if not by_form:
        return tuple(found)
    wide = [p for p in found if p.regions and text[p.end - 1] in "省市区州盟"]  # 衡阳市 of 衡阳市祁东县
    forms = [Place(p.start, f.end, "", f.level, p.regions, f.name) for p in wide for f in _forms_at(text, p.end)]
    if not wide:
        forms = _forms_at(text, start)
    known = {place.end for place in found}
    return (*found, *(place for place in forms if place.end not in known))


def place_pairs(behind: str) -> set[str]:
    """The first two characters of every place, where one of `behind` follows a level word of one character."""
    names = _gazetteer().names
    pairs = {name[:2] for name in names}
    for head in _heads():
        for word in level_words():
            pairs |= {(head + word)[:2]} if len(head + word) > 1 else {word + c for c in behind + "级"}
    return pairs | {group[:2] for group in _GROUPS}


def _levels_at(text: str, start: int) -> list[Place]:
    found = []
    for group in _GROUPS:
        if text.startswith(group, start):
            found.append(Place(start, start + len(group), group, "county", collective=True))
    for head in _heads():
        if not text.startswith(head, start):
            continue
        at = start + len(head)
        for size in (1, 2, 3):
            word = text[at : at + size]
            if len(word) == size and word in level_words():
                level, end = level_words()[word], at + size
                found.append(Place(start, end, word, level))
                if text[end : end + 1] == "级":
                    found.append(Place(start, end + 1, word, level, collective=True))
    return found


def _regions_at(text: str, start: int, counties: bool = True) -> list[Place]:
    gazetteer = _gazetteer()
    names, lengths = gazetteer.names, gazetteer.lengths
    found: dict[int, tuple[str, ...]] = {}
    stages: list[tuple[int, tuple[str, ...]]] = [(start, ())]
    while stages:
        at, outer = stages.pop()
        for size in lengths.get(text[at : at + 1], ()):
            word = text[at : at + size]
            if len(word) < size:
                break
            if not counties and word in gazetteer.county_shorts:
                continue
            inner = tuple(n for n in names.get(word, ()) if not outer or any(n.startswith(o) and n != o for o in outer))
            if inner and at + size not in found:
                found[at + size] = inner
                stages.append((at + size, inner))
    return [Place(start, end, regions=inner) for end, inner in sorted(found.items())]


def _forms_at(text: str, start: int) -> list[Place]:
    found: list[Place] = []
    if text[start : start + 1] in level_words():
        return found
    for at in range(start + 1, min(start + _FORM_LIMIT, len(text))):
        if not "\u4e00" <= text[at - 1] <= "\u9fff" or text[at - 1] in "各和及与、的":
            break
        for end in (*COUNTY_ENDS, *TOWN_ENDS):
            if text.startswith(end, at):
                level = "county" if end in COUNTY_ENDS else "township"
                found.append(Place(start, at + len(end), level=level, name=text[start : at + len(end)]))
    return found


# --- regions as values ----------------------------------------------------------------------------------------------


def chain(region: str) -> tuple[str, ...]:
    """The region and those around it, widest first: 湖南省衡阳市祁东县 → 湖南省, 湖南省衡阳市, 湖南省衡阳市祁东县."""
    chains = _gazetteer().chains
    if region not in chains:
        chains[region] = _chain(region, _gazetteer().known)
    return chains[region]


def _chain(region: str, known: dict[str, regions.Region]) -> tuple[str, ...]:
    inner = region
    around: list[str] = []
    while inner and inner not in known:
        inner = inner[:-1]
    if not inner:
        return (region,) if region and region != regions.NATION else ()
    walk = inner
    while walk in known:
        around.insert(0, walk)
        walk = known[walk].parent
    return (*around, region) if inner != region else tuple(around)


def inside(outer: str, name: str) -> str:
    """The full name of a place that is known by its form, in a region: 南京江北新区 in 江苏省南京市 is 江苏省南京市江北新区."""
    bare = bare_part(outer) if outer else ""
    return outer + (name[len(bare) :] if bare and name.startswith(bare) and len(name) - len(bare) > 2 else name)


def level_of(region: str | None) -> str | None:
    """The level of a full region name; of one outside the gazetteer by its last character."""
    if not region:
        return None
    level = regions.level_of(region)
    if level:
        return level
    if region.endswith(TOWN_ENDS):
        return "township"
    return "county" if region.endswith((*COUNTY_ENDS, "市")) else None


def last_part(region: str) -> str:
    """The region's own name without those around it: 湖南省衡阳市 → 衡阳市."""
    around = chain(region)
    return region[len(around[-2]) :] if len(around) > 1 else region


def bare_part(region: str) -> str:
    """The own name without 省 or 市: 衡阳市 → 衡阳, 内蒙古自治区 → 内蒙古; a county keeps its 县: 衡阳县."""
    known = regions.regions().get(region)
    if known is not None and known.level in ("provincial", "municipal"):
        return known.short[0] if known.short else known.name
    return last_part(region)


def short_part(region: str) -> str:
    """The own name as a branch office bears it: 陆河县 → 陆河; a name of two characters stays whole."""
    name = bare_part(region)
    return name[:-1] if len(name) > 2 and name.endswith((*COUNTY_ENDS, "市")) else name


def city_of(region: str) -> str:
    """The city around a county, in full; of other regions themselves."""
    around = [part for part in chain(region) if level_of(part) == "municipal"]
    return around[-1] if around else region


def level_in(word: str, region: str | None) -> tuple[str, str] | None:
    """What a level word means in a document of `region`: 市 in 湖南省衡阳市祁东县 → (municipal, 湖南省衡阳市).

    None where the region has no such level around it (县 in a municipal document: there are many).
    """
    for part in reversed(chain(region or "")):
        name = last_part(part)
        if word in ("省", "自治区"):
            fits = len(chain(part)) == 1 and name not in MUNICIPALITIES
        elif word in ("区", "旗"):
            fits = name.endswith(word) and not name.endswith("自治区")
        elif word in ("州", "自治州"):
            fits = level_of(part) == "municipal" and name.endswith("州")
        else:
            fits = name.endswith(word)
        if fits:
            return level_of(part) or "", part
    return None


def choose(candidates: tuple[str, ...], region: str | None) -> str | None:
    """The one region that a name means in a document of `region`: the only one, or the one in or around the document's
    own, or the wider one (衡阳 is the city, not the county); None where that leaves several."""
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        return None
    if region:
        near = [c for c in candidates if c.startswith(region) or region.startswith(c)]
        if not near and chain(region):
            near = [c for c in candidates if c.startswith(chain(region)[0])]
        if near:
            candidates = tuple(near)
    ranked = sorted(candidates, key=lambda c: len(chain(c)))
    if len(ranked) == 1 or len(chain(ranked[0])) < len(chain(ranked[1])):
        return ranked[0]
    return None
