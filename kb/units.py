"""Units: from a printed name to a body of a level and a place; and the names of bodies in running text.

`resolve("市人社局", "municipal", "广东省梅州市", "2021", table)` is 广东省梅州市人力资源和社会保障局. What a name means is read from
the tables (kb/unit_naming/tables.py); a body that they do not know is built by its form (kb/unit_naming/forms.py). Nothing is guessed:
a short name of several families stays unresolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kb.frozen import dataclass, replace
from kb.kept import joined, kept, own_tables
from kb.model import LEVELS, Unit, UnitMention
from kb.regions import joins_here, regions
from kb.tables import own_table
from kb.unit_naming.build import Reading, build_unit, fits_place
from kb.unit_naming.forms import all_places, collective_unit, formed_unit, has_second_name, is_collective
from kb.unit_naming.names import (
    Entry,
    Match,
    Node,
    build_tree,
    first_pairs,
    forms,
    full_matches,
    matches_at,
    opened_tree,
    packed_tree,
)
from kb.unit_naming.places import Place, chain, choose, inside, last_part, level_in, level_of
from kb.unit_naming.tables import SLOT, NameRow, ambiguous_names, name_rows, opened_rows, packed_rows

DROPPED = " \t\r\n\u3000\u00a0“”\"‘’＂*"
FOLDED = str.maketrans({"(": "（", ")": "）", "〈": "（", "〉": "）", "＜": "（", "＞": "）", "[": "（", "]": "）", "〔": "（", "〕": "）", "﹝": "（", "﹞": "）"})


@dataclass(frozen=True, slots=True)
class UnitTable:
    """All known names: the rows, the tree that finds them, and the short names that are left open."""

    rows: Sequence[NameRow]
    tree: Node
    ambiguous: dict[str, tuple[str, ...]]
    pairs: frozenset[str]  # how names begin
    _built: dict[tuple[str, str | None, str | None, str | None], Unit | None]
    strengths: dict[str, int]  # how surely a name is a body, as far as it was asked (kb/unit_naming/pieces.py)


_loaded: dict[Path | None, tuple[object, UnitTable]] = {}


def load_units(extra: Path | None = None) -> UnitTable:
    """The unit table, with the rows of the CSV file `extra` over ours. DataError when a row of it breaks a rule.

    Made once for the regions in force; made anew when a user's places come or go (kb/regions.py, `use_own`).
    """
    known = regions()
    if extra not in _loaded or _loaded[extra][0] is not known:
        _loaded[extra] = (known, _kept_units(extra) or _read_units(extra))
    return _loaded[extra][1]


def _read_units(extra: Path | None) -> UnitTable:
    rows = name_rows(extra)
    tree = build_tree(rows)
    return UnitTable(rows, tree, ambiguous_names(), first_pairs(tree), {}, {})


def _kept_units(extra: Path | None) -> UnitTable | None:
    packed = kept("units") if own_table(own_tables(), "units") == extra else None
    if packed is None:
        return None
    rows = opened_rows(packed["rows"])
    ambiguous = {alias: tuple(families.split("\t")) for alias, families in packed["ambiguous"].items()}
    return UnitTable(rows, opened_tree(packed["tree"], rows), ambiguous, frozenset(packed["pairs"].split("\t")), {}, {})


def packed_units(extra: Path | None) -> dict[str, object]:
    """The unit table as it is kept."""
    made = _read_units(extra)
    tree = packed_tree(made.tree, made.rows)
    return {"rows": packed_rows(made.rows), "tree": tree, "ambiguous": joined(made.ambiguous), "pairs": "\t".join(sorted(made.pairs))}


def squeeze(text: str) -> str:
    """A printed name without white space and quotation marks, with full-width brackets."""
    return "".join(c for c in text if c not in DROPPED).translate(FOLDED)


def resolve(printed: str, level: str | None, region: str | None, date: str | None, table: UnitTable) -> Unit | None:
    """The body that a printed name means in a document of this level, region and date; None where that stays open.

    市 and 省 before a name mean the document's own; a name with a place in it has its level from there
    (省农村信用社联合社衡阳办事处 is municipal). The full name is built from place and function.
    """
    key = (squeeze(printed), level, region, (date or "")[:7] or None)
    if key not in table._built:
        table._built[key] = _resolve(*key, table)
    return table._built[key]


def _resolve(name: str, level: str | None, region: str | None, date: str | None, table: UnitTable) -> Unit | None:
    if not name:
        return None
    best = _best_reading(name, level, region, date, table)
    if best is not None:
        return build_unit(best, name, table.rows)
    if name.removeprefix("中共") in table.ambiguous or _bare(name) in table.ambiguous:
        return None
    if is_collective(name):
        return collective_unit(name, level, region, lambda part: resolve(part, level, region, date, table))
    parts = has_second_name(name)
    if parts is not None:
        first, second = (resolve(part, level, region, date, table) if part else None for part in parts)
        if first is not None:
            return first if second is None else _with_second_name(first, second)
        joined = name.replace(f"（{parts[1]}）", "")
        if joined != parts[0]:  # a bracket inside the name: 卫生健康（疾病预防控制）部门
            return resolve(joined, level, region, date, table)
    return collective_unit(name, level, region, lambda part: resolve(part, level, region, date, table)) or formed_unit(name, level, region)


def _bare(name: str) -> str:
    for place in _places_before(name):
        return name[place.end :]
    return name


def _places_before(name: str) -> list[Place]:
    from kb.unit_naming.places import places_at

    return sorted(places_at(name, 0), key=lambda place: -place.end)


def _with_second_name(first: Unit, second: Unit) -> Unit:
    """市委宣传部（市文明办）: one body; its second name is written with the last part of the place."""
    name = second.name
    if second.region and second.region in name:
        name = name.replace(second.region, last_part(second.region), 1)
    full = f"{first.name}（{name}）"
    return replace(first, id=full, name=full, aliases=tuple(dict.fromkeys((*first.aliases, second.name, *second.aliases))))


# --- choosing a reading ---------------------------------------------------------------------------------------------


def _best_reading(name: str, level: str | None, region: str | None, date: str | None, table: UnitTable) -> Reading | None:
    ranked: list[tuple[tuple[int, int, int, int], Reading]] = []
    for match in full_matches(name, table.tree):
        for entry in match.entries:
            reading = _read(match, entry, level, region)
            if reading is None or not fits_place(entry.row, reading.region):
                continue
            rank = (reading.distance + sum(bool(place.name) for place in match.places), 0 if entry.row.places else 1, 0 if _in_force(entry.row, date) else 1, entry.row.order)
            ranked.append((rank, reading))
    if not ranked:
        return None
    ranked.sort(key=lambda pair: pair[0])
    first = ranked[0]
    alias = first[1].entry.alias.removeprefix(SLOT)
    if alias in table.ambiguous:
        families = {r.entry.row.family for rank, r in ranked if rank[:3] == first[0][:3]}
        if len(families) > 1:
            return None
    return first[1]


def _in_force(row: NameRow, date: str | None) -> bool:
    if date is None:
        return True
    since = not row.since or row.since <= date[: len(row.since)] or row.since[: len(date)] <= date
    until = not row.until or date[: len(row.until)] <= row.until[: len(date)]
    return since and until


def _read(match: Match, entry: Entry, level: str | None, region: str | None) -> Reading | None:
    if entry.group:
        return _read_group(match, entry, level, region)
    if not match.places:
        return _read_bare(entry, level, region)
    place = match.places[-1]
    many, word = place.collective, place.word
    place_level: str
    own: str | None
    if place.regions or place.name:
        where = _region_of(place, region)
        if where is None:
            return None
        own, place_level = where, level_of(where) or ""
    else:
        known = None if place.collective else level_in(place.word, region)
        place_level, own = known if known else (place.level, region)
        many = many or (known is None and region is not None)
        own = own if region else None
    if not _has_level(entry.row, place_level, own):
        return None
    return Reading(entry, place_level, own, word, many, 0)


def _has_level(row: NameRow, level: str, region: str | None) -> bool:
    if level in row.levels:
        return True
    return level == "provincial" and (region or "").endswith("市") and "municipal" in row.levels  # 北京市教育局


def _region_of(place: Place, region: str | None) -> str | None:
    if place.regions:
        outer = choose(place.regions, region)
        return outer + place.name if outer else None
    if region and last_part(region) == place.name:
        return region
    around = [part for part in chain(region or "") if level_of(part) in ("provincial", "municipal")]
    if place.level == "township":
        around = list(chain(region or ""))
        around = [part for part in around if level_of(part) != "township"]
    return inside(around[-1] if around else "", place.name)


def _read_bare(entry: Entry, level: str | None, region: str | None) -> Reading | None:
    """A name without a place: of the document's own level, else of the nearest level above."""
    levels = entry.row.levels
    if level is None or level not in LEVELS:
        own = "national" if "national" in levels else levels[0]
        return Reading(entry, own, "中国" if own == "national" else None, "", False, 5 if own != "national" else 1)
    at = LEVELS.index(level)
    for distance, candidate in enumerate(reversed(LEVELS[: at + 1])):
        if candidate not in levels:
            continue
        if candidate == "national":
            return Reading(entry, candidate, "中国", "", False, distance)
        inside = [part for part in chain(region or "") if level_of(part) == candidate]
        if inside or region is None:
            return Reading(entry, candidate, inside[-1] if inside else None, "", False, distance)
    return None


def _read_group(match: Match, entry: Entry, level: str | None, region: str | None) -> Reading | None:
    if not match.places:
        return Reading(entry, "other", region, "", True, 3)
    place = match.places[-1]
    if place.regions or place.name:
        where = _region_of(place, region)
        return Reading(entry, level_of(where) or "other", where, "", True, 3) if where else None
    known = None if place.collective else level_in(place.word, region)
    own_level, where = known if known else (place.level, region)
    return Reading(entry, own_level, where, "" if known else match_word(place), True, 3)


def match_word(place: Place) -> str:
    """The words of a place that stand for a whole level: 县级, 县市区."""
    return place.word + "级" if place.collective and len(place.word) == 1 else place.word


# --- in running text ------------------------------------------------------------------------------------------------


def find_units(text: str, table: UnitTable) -> tuple[UnitMention, ...]:
    """The names of bodies in a text, longest first at each place, with their offsets; linear in the text's length.

    White space inside a name does not hide it. Names that are common words (工会, 学院) count only with a place before them.
    """
    kept = [i for i, c in enumerate(text) if c not in DROPPED]
    bare = "".join(text[i] for i in kept).translate(FOLDED)
    weak = frozenset(forms()["words"]["weak"])
    found = []
    at = 0
    while at < len(bare):
        if bare[at : at + 2] not in table.pairs and bare[at] not in table.pairs:
            at += 1
            continue
        best = _longest(bare, at, table, weak)
        if best is None:
            at += 1
            continue
        start, end = kept[best.start], kept[best.end - 1] + 1
        families = tuple(dict.fromkeys(entry.row.family for entry in best.entries))
        found.append(UnitMention(start, end, bare[best.start : best.end], families))
        at = best.end
    return tuple(found)


def _longest(text: str, start: int, table: UnitTable, weak: frozenset[str]) -> Match | None:
    best: Match | None = None
    if joins_here(text, start):
        return None
    for match in matches_at(text, start, table.tree, by_form=False):
        if match.end - match.start < 2 or (best is not None and match.end < best.end):
            continue
        if not match.places and text[match.start : match.end] in weak and not _stands_alone(text, start):
            continue
        best = match
    return best


def _stands_alone(text: str, start: int) -> bool:
    """Whether a word begins at `start` for sure: at the start of the text, or behind a mark or a function word."""
    return start == 0 or not "\u4e00" <= text[start - 1] <= "\u9fff" or text[start - 1] in "由和与及或的在请问让给被"


def select_units(query: str, units: Iterable[Unit], table: UnitTable, family: bool = False) -> tuple[Unit, ...]:
    """The units of a knowledge base that a user's name may mean: of the same family, and of the level and place it says.

    扶贫办 finds 乡村振兴局 (one family), 市医保局 every municipal one, 衡阳市医保局 that of 衡阳; with `family` all levels and places.
    A name that is no known body finds the units that are called so.
    """
    known = tuple(units)
    name = squeeze(query)
    if (everywhere := _all_of_a_place(name, known)) and not family:
        return everywhere
    named = tuple(u for u in known if name == u.id or name in u.aliases)
    wanted = tuple(_wishes(name, table))
    if not wanted:  # 医保, 发改: the function alone
        wanted = tuple(_wishes(name + "部门", table)) if len(name) > 1 else ()
    if not wanted:  # 供电公司, printed only with a place
        wanted = tuple(replace(wish, level="", places=()) for word in ("市", "省") for wish in _wishes(word + name, table))
    if family:
        families = {wish.family for wish in wanted} | {u.family for u in named}
        return tuple(u for u in known if u.family in families)
    chosen = tuple(u for u in known if any(_answers(u, wish) for wish in wanted) or (u in named and u.level == "provincial" and name[0] == "市"))  # 市总工会 of 重庆市 too
    return chosen or named or tuple(u for u in known if name and name in u.name)


def _all_of_a_place(name: str, known: Sequence[Unit]) -> tuple[Unit, ...]:
    """The collectives that mean what 衡阳市各县区 or 各县区人民政府 means, however they are printed: all counties of a place, or their governments."""
    at = name.find("各")
    level = all_places(name[at:]) if at >= 0 else ""
    if not level:
        return ()
    alike = [u for u in known if u.kind == "collective" and any(all_places(alias) == level for alias in u.aliases)]
    return tuple(u for u in alike if not at or (u.region or "").endswith(name[:at]))


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a name asks for: a family, perhaps a level or places; `group` when it means the bodies of a function at large."""

    family: str
    level: str
    places: tuple[str, ...]
    group: bool


def _wishes(name: str, table: UnitTable) -> Iterator[_Wish]:
    for match in full_matches(name, table.tree):
        place = match.places[-1] if match.places else None
        for entry in match.entries:
            family = entry.row.family
            if place is None:
                level = "national" if entry.row.levels == ("national",) and not entry.group else ""
                yield _Wish(family, level, (), entry.group)
            elif place.regions:
                yield _Wish(family, place.level, tuple(r + place.name for r in place.regions), entry.group)
            else:
                yield _Wish(family, place.level, (place.name,) if place.name else (), entry.group or place.collective)


def _answers(unit: Unit, wish: _Wish) -> bool:
    if unit.family != wish.family or (wish.level and not wish.places and unit.level != wish.level):
        return False
    if unit.kind == "collective" and not wish.group:
        return False  # 各级乡村振兴部门 is no answer to 市乡村振兴局
    return not wish.places or any((unit.region or "").endswith(place) for place in wish.places)
