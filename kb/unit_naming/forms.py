"""Bodies that no table names: collectives (各县市区, 各级党委和政府), regions that stand for themselves (祁东县), and bodies
known by the form of their name (市果业发展中心). The words are in kb/data/unit_forms.toml.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from kb.frozen import replace
from kb.model import Unit
from kb.unit_naming.names import forms
from kb.unit_naming.places import Place, chain, choose, inside, last_part, level_in, level_of, level_words, places_at

_LONGEST_FORM = 30
_LONGEST_COLLECTIVE = 60
_NATIONAL_HEADS = ("中国", "国家", "中央", "全国", "国务院", "中华")
PLACE_FAMILIES = ("县市区", "市州", "乡镇街道", "省区市")
PLACE_BODIES = ("人民政府", "政府", "党委政府", "党委和政府", "党委人民政府", "党委和人民政府", "党委及政府", "党政", "党委", "党工委")
_SCOPE_LEVELS = {"省": "provincial", "市": "municipal", "县": "county", "区": "county", "州": "municipal", "国": "national", "中": "national", "镇": "township", "乡": "township"}


def has_second_name(name: str) -> tuple[str, str] | None:
    """The name before its bracket and the name in it: 市委宣传部（市文明办）, 卫生健康（疾病预防控制）部门."""
    start, end = name.find("（"), name.rfind("）")
    if start < 1 or end < start + 2:
        return None
    return name[:start], name[start + 1 : end]


@lru_cache(maxsize=1)
def _heads() -> tuple[str, ...]:
    return tuple(sorted(forms()["collective"]["heads"], key=len, reverse=True))


@lru_cache(maxsize=1)
def _scopes() -> tuple[str, ...]:
    return tuple(sorted(forms()["collective"]["scopes"], key=len, reverse=True))


def plain(name: str) -> str:
    """A collective without the marks inside it: 各县（市、区） → 各县市区."""
    return "".join(c for c in name if c not in "（）、，,/")


@lru_cache(maxsize=2048)  # the strength of a name is asked about several times while a list is read
def strip_heads(name: str) -> tuple[str, str, bool]:
    """What is left behind 各, 各级, 有关, 省直 …; the level that a scope word names; whether there was such a head.

    Of several ways the one that leaves a known noun is taken (各地级以上市 is 各 + 地级以上市, not 各地 + 级以上市).
    """
    if len(name) > _LONGEST_COLLECTIVE:
        return name, "", False
    return _stripped(plain(name), "", _many_places(name), 0)


def _many_places(name: str) -> bool:
    """县（市、区）政府, 市（州）人民政府: the bracket behind a level word says that several places are meant."""
    at = name.find("（")
    return 1 <= at <= 2 and name[at - 1] in "县市区旗州盟乡镇村" and name[at + 1 : at + 2] in tuple("市区县旗州盟镇街乡特自居社") and 3 <= name.find("）") < len(name)


def _stripped(rest: str, level: str, headed: bool, depth: int) -> tuple[str, str, bool]:
    fallback = (rest, level, headed)
    if depth > 5 or (headed and _is_noun(rest)):
        return fallback
    for head in _heads():
        if rest.startswith(head) and len(rest) > len(head):
            found = _stripped(rest[len(head) :], level, True, depth + 1)
            if _is_noun(found[0]):
                return found
            fallback = found if not fallback[2] else fallback
    for at in (2, 3):
        if rest.startswith(("驻", "在")) and rest[at:] in _nouns():  # 驻黄部队, 在皖高校
            return rest[at:], level, True
    for scope in _scopes():
        if rest.startswith(scope) and len(rest) > len(scope):
            said = headed or any(c in scope for c in "直级驻属")
            found = _stripped(rest[len(scope) :], level or _scope_level(scope), said, depth + 1)
            if found[2] and _is_noun(found[0]):
                return found
    return fallback


def _is_noun(rest: str) -> bool:
    return rest in _nouns() or _two_nouns(rest) is not None


def _scope_level(scope: str) -> str:
    for character in scope:
        if character in _SCOPE_LEVELS:
            return _SCOPE_LEVELS[character]
    return ""


def _nouns() -> dict[str, list[str]]:
    nouns: dict[str, list[str]] = forms()["collective_nouns"]
    return nouns


def is_collective(name: str) -> bool:
    """Whether a name stands for many bodies: 各县（市、区）, 各级党委和政府, 省直有关单位; no region and no body of the tables."""
    rest, _, headed = strip_heads(name)
    return headed and (_is_noun(rest) or bool(_loose_noun(name, rest)))


def _loose_noun(name: str, rest: str) -> str:
    """The family of 各项目牵头单位: 各 and few characters before a word for bodies at large; "" for other names."""
    if not name.startswith("各") or not 3 <= len(rest) <= 10:
        return ""
    return next((str(family) for ending, family in forms()["collective_endings"].items() if rest.endswith(ending)), "")


def is_indefinite(name: str) -> bool:
    """Whether a collective leaves open who is meant: 各有关部门, 有关省直单位."""
    bare = plain(name)
    return ("有关" in bare or "相关" in bare) and is_collective(name)


@lru_cache(maxsize=4096)
def all_places(name: str) -> str:
    """The level of the places of which a name means every one, or the government or party committee of every one; "" for other names.

    各县（市、区）, 各县区人民政府 and 各区县党委和政府 all mean the same bodies: county.
    """
    rest, scope, headed = strip_heads(name)
    if not headed or not name.startswith("各") or is_indefinite(name):
        return ""
    if rest in PLACE_BODIES:  # 各市人民政府
        return scope
    nouns = _nouns()
    for ending in ("", *PLACE_BODIES):
        places = rest.removesuffix(ending)
        if rest.endswith(ending) and places in nouns and nouns[places][0] in PLACE_FAMILIES:
            return nouns[places][1]
    return ""


def collective_unit(name: str, level: str | None, region: str | None, known: Callable[[str], Unit | None]) -> Unit | None:
    """The unit of a collective, of a region's own name, or of the members of a body; None when the name is none of them."""
    rest, scope, headed = strip_heads(name)
    if headed and rest in _nouns():
        family, own = _nouns()[rest]
        return _collective(name, family, scope if scope and own == "other" else own, region)
    pair = _two_nouns(rest) if headed else None
    if pair is not None:
        return _collective(name, pair[1], pair[0], region)
    loose = _loose_noun(name, rest) if headed and not rest.endswith("部门") else ""
    if loose:
        return _collective(name, loose, scope or "other", region)
    if headed and len(rest) > 1:
        one = known(rest)
        if one is not None and one.kind != "other":
            return _collective(name, one.family, one.level if _names_level(rest) else "other", region)
    loose = _loose_noun(name, rest) if headed else ""
    if loose:
        return _collective(name, loose, scope or "other", region)
    unit = _region_unit(name, level, region)
    return unit or _members(name, known)


def _two_nouns(rest: str) -> tuple[str, str] | None:
    """Level and family of 县市区人民政府, 城市政府: a noun for the places, then one for their bodies."""
    for size in range(len(rest) - 2, 0, -1):
        if rest[:size] in _nouns() and rest[size:] in _nouns():
            return _nouns()[rest[:size]][1], _nouns()[rest[size:]][0]
    return None


def _names_level(rest: str) -> bool:
    return any(rest.startswith(word) for word in level_words())


def _collective(name: str, family: str, level: str | None, region: str | None) -> Unit:
    own = "" if not region or region == "中国" else region
    return Unit(own + name, own + name, level or "other", region, family, "collective", (name,))


def _members(name: str, known: Callable[[str], Unit | None]) -> Unit | None:
    """省委农村工作领导小组成员单位: the members of a body that is known."""
    for tail in ("各有关成员单位", "有关成员单位", "各成员单位", "相关成员单位", "成员单位"):
        if name.endswith(tail) and len(name) > len(tail):
            body = known(name[: -len(tail)])
            if body is not None:
                full = body.name + tail
                return Unit(full, full, body.level, body.region, body.family, "collective", (name,))
    return None


def _region_unit(name: str, level: str | None, region: str | None) -> Unit | None:
    for place in places_at(name, 0):
        if place.end != len(name) or place.word or len(name) < 2:
            continue
        full = place_region(place, region)
        if full is None:
            continue
        own = level_of(full)
        family = {"county": "县市区", "municipal": "市州", "provincial": "省区市", "township": "乡镇街道"}.get(own or "")
        if family and (place.name or last_part(full) in name):
            return Unit(full, full, own, full, family, "collective", tuple(n for n in (last_part(full), name) if n != full))
    return None


def place_region(place: Place, region: str | None) -> str | None:
    """The full region that a place in a text means in a document of `region`."""
    if place.regions:
        outer = choose(place.regions, region)
        return outer + place.name if outer else None
    if region and last_part(region) == place.name:
        return region
    wanted = ("provincial", "municipal") if place.level == "county" else ("provincial", "municipal", "county")
    around = [part for part in chain(region or "") if level_of(part) in wanted]
    return inside(around[-1] if around else "", place.name)


# --- by form --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _endings() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(forms()["form_endings"].items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=2048)
def form_of(name: str) -> tuple[str, str] | None:
    """The ending and kind of a name that has the form of a body: 市果业发展中心 → (中心, other); None for other words."""
    if not 3 <= len(name) <= _LONGEST_FORM or any(c in "，,。；;：:？?！!《》…" for c in name):
        return None
    barred = max((len(word) for word in forms()["form"]["never"] if name.endswith(word)), default=0)
    for ending, kind in _endings():
        if name.endswith(ending) and len(name) > len(ending):
            return (ending, kind) if len(ending) > barred else None  # 联席会议, but not 会议
    return None


def formed_unit(name: str, level: str | None, region: str | None) -> Unit | None:
    """The unit of a name that only has the form of a body: its place, and its function as the family."""
    form = form_of(name)
    if form is None:
        return None
    unit = _branch(name, level, region) or _formed(name, *form, level, region)
    parts = name.split("、")
    if len(parts) < 2:
        return unit
    tail = parts[-1][2:]  # 粤桂、粤黔协作工作队: two teams under one printed name, each findable by its own
    return replace(unit, aliases=(*unit.aliases, *(part + tail for part in parts[:-1]), parts[-1]))


def _formed(name: str, ending: str, kind: str, level: str | None, region: str | None) -> Unit:
    placed = _leading_place(name, ending, level, region)
    if name.endswith(tuple(forms()["form"]["own_names"])) and not name.startswith(tuple(level_words())):
        where = _place_inside(name, region, 0) or region
        return Unit(name, name, level_of(where) if where else level, where, _function(name, ending), kind)
    if placed is None:
        if name.startswith(_NATIONAL_HEADS):
            own = ("national", "中国") if not _place_inside(name, region) else (level_of(_place_inside(name, region)) or level, _place_inside(name, region))
            return Unit(name, name, own[0], own[1], _function(name, ending), kind)
        inside = _place_inside(name, region)
        if inside is not None:
            return Unit(name, name, level_of(inside), inside, _function(name, ending), kind)
        full = (region or "") + name if region != "中国" else name
        return Unit(full, full, level, region, _function(name, ending), kind, (name,) if full != name else ())
    own_level, own_region, core, party = placed
    lead = f"中共{own_region or ''}委" if party else (own_region or "")
    full = lead + core if own_region and (kind not in ("enterprise", "bank") or name.startswith(tuple(level_words()))) else name
    aliases = (name,) if full != name else ()
    return Unit(full, full, own_level, own_region, _function(core, ending), "party" if party else kind, aliases)


def _branch(name: str, level: str | None, region: str | None) -> Unit | None:
    """市生态环境局陆河分局: the county's office of a city's bureau, by the name of the bureau."""
    at = name.find("局")
    if not name.endswith("分局") or not 2 <= at < len(name) - 3:
        return None
    head, short = name[: at + 1], name[at + 1 : -2]
    placed = _leading_place(head, "局", level, region)
    if placed is None or placed[1] is None:
        return None
    outer, core = placed[1], placed[2]
    county = next((part for part in (region or "",) if part.startswith(outer) and last_part(part).startswith(short)), None)
    if county is None:
        named = [p.regions for p in places_at(short, 0) if p.end == len(short) and p.regions]
        county = choose(tuple(r for group in named for r in group if r.startswith(outer)), region) if named else None
    full = outer + core + short + "分局"
    return Unit(full, full, "county", county or outer, core.removesuffix("局"), "department", (name,) if name != full else ())


def _leading_place(name: str, ending: str, level: str | None, region: str | None) -> tuple[str, str | None, str, bool] | None:
    """Level, region, the name behind the place, and whether it is a party body (市委…)."""
    rest = name.removeprefix("中共")
    for place in sorted(places_at(rest, 0, by_form=not rest.startswith(tuple(level_words()))), key=lambda p: -p.end):
        core = rest[place.end :]
        if len(core) < 2 or (len(core) <= len(ending) and core != ending):
            continue
        party = core.startswith("委") and len(core) > 3 and not core.startswith("委员")
        core = core[1:] if party else core
        if place.word:
            known = None if place.collective else level_in(place.word, region)
            if known is None:
                continue
            return known[0], known[1], core, party
        full = place_region(place, region)
        if full is not None:
            return level_of(full) or "county", full, core, party
    return None


def _place_inside(name: str, region: str | None, begin: int = 1) -> str | None:
    """A region named inside a company's name: 中国石化湖南衡阳石油分公司."""
    for start in range(begin, max(begin, len(name) - 2)):
        for place in places_at(name, start, by_form=False):
            if place.regions:
                chosen = choose(max((p for p in places_at(name, start, by_form=False) if p.regions), key=lambda p: p.end).regions, region)
                if chosen:
                    return chosen
    return None


def _function(core: str, ending: str) -> str:
    for start, family in forms()["form_starts"].items():
        if core.startswith(start):
            return str(family)
    for tail, family in forms()["form_families"].items():
        if core.endswith(tail):
            return str(family)
    return core[: -len(ending)] if len(core) - len(ending) >= 2 else core
