"""Places: provinces, cities, counties; which one a text names, its level, and which one a 发文字号 begins with.

A place is written in full from the province down: 广东省汕尾市陆河县. The whole country is 中国. The gazetteer is
kb/data/regions.csv; a name that stands for several places (鼓楼区, 朝阳) is taken for one only where its province or city is
named before it.

`find_region("中共汕尾市陆河县委")` is 广东省汕尾市陆河县.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from kb.errors import DataError
from kb.frozen import dataclass
from kb.kept import Lazy, joined, kept, numbers, split, use
from kb.tables import TableRow, read_csv, table

NATION = "中国"
COLUMNS = ("name", "level", "parent", "short", "prefix")
PLACE_LEVELS = ("provincial", "municipal", "county")
_ENDS = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "林区", "特区", "新区", "兵团", "省", "市", "盟", "州", "县", "区", "旗")


@dataclass(frozen=True, slots=True)
class Region:
    """A row of the gazetteer."""

    full: str  # 湖南省衡阳市
    name: str  # 衡阳市
    level: str
    parent: str  # full name of the region above, 中国 for a province
    short: tuple[str, ...]
    prefix: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a text: text[start:end] names `region`."""

    region: str
    start: int
    end: int
    short: bool  # written without 省, 市, 县 …


def lint(rows: Sequence[TableRow]) -> list[str]:
    """What is wrong with gazetteer rows, one Chinese line each; empty when all is well."""
    out = []
    full: set[str] = {NATION}
    for row in rows:
        name, level, parent = row.cells["name"], row.cells["level"], row.cells["parent"]
        own = ("" if parent == NATION else parent) + name
        if level not in PLACE_LEVELS:
            out.append(f"{row.place}：“{name}”的级别“{level}”不在 {'、'.join(PLACE_LEVELS)} 之中")
        if parent not in full:
            out.append(f"{row.place}：“{name}”的上级“{parent}”在它前面没有出现")
        if own in full:
            out.append(f"{row.place}：“{own}”重复")
        if not name.endswith(_ENDS):
            out.append(f"{row.place}：“{name}”不像一个地名（应以省、市、县、区等结尾）")
        for short in row.cells["short"].split():
            if len(short) < 2:
                out.append(f"{row.place}：简称“{short}”太短")
        full.add(own)
    return out


_own: list[TableRow] = []  # the user's rows, in force for this process; see use_own


def use_own(data: Path | None) -> None:
    """Puts the user's places over ours for this process: the table regions.csv in the folder `data`, or `data` itself when
    it is that table. None takes them away. DataError when a row breaks a rule."""
    path = data / "regions.csv" if data is not None and data.is_dir() else data
    rows: list[TableRow] = []
    if path is not None and path.name == "regions.csv" and path.is_file():
        rows = list(read_csv(path, COLUMNS))
    if [r.cells for r in rows] == [r.cells for r in _own]:
        return
    problems = lint((*table("regions", COLUMNS), *rows))
    if problems:
        place, _, what = problems[0].partition("：")
        raise DataError(what, place, "请改正该行")
    _own[:] = rows
    use(None)
    for cached in (regions, _names, _prefixes):
        cached.cache_clear()


@lru_cache(maxsize=1)
def regions() -> dict[str, Region]:
    """All regions by full name, provinces first, the user's own behind ours."""
    known = kept("regions")
    if known is not None:
        return Lazy(known, _unpacked)
    rows = (*table("regions", COLUMNS), *_own)
    problems = lint(rows)
    if problems:
        raise DataError(problems[0], "regions.csv", "请改正该行")
    out = {}
    for row in rows:
        c = row.cells
        full = ("" if c["parent"] == NATION else c["parent"]) + c["name"]
        out[full] = Region(full, c["name"], c["level"], c["parent"], tuple(c["short"].split()), tuple(c["prefix"].split()))
    return out


def _unpacked(full: str, packed: str) -> Region:
    name, level, parent, short, prefix = packed.split("\t")
    return Region(full, name, level, parent, tuple(short.split()), tuple(prefix.split()))


def packed_regions() -> dict[str, str]:
    """All regions as they are kept."""
    return {r.full: "\t".join((r.name, r.level, r.parent, " ".join(r.short), " ".join(r.prefix))) for r in regions().values()}


def packed_names() -> list[dict[str, str]]:
    """The names of regions as they are kept."""
    own, short, lengths = _names()
    return [joined(own), joined(short), {key: " ".join(map(str, sizes)) for key, sizes in lengths.items()}]


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    """Full names by own name, by short name, and the lengths of names by their first character."""
    known = kept("region_names")
    if known is not None:
        return Lazy(known[0], split), Lazy(known[1], split), Lazy(known[2], numbers)
    own: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    lengths: dict[str, set[int]] = {}
    for region in regions().values():
        own.setdefault(region.name, []).append(region.full)
        for name in region.short:
            short.setdefault(name, []).append(region.full)
        for name in (region.name, *region.short):
            lengths.setdefault(name[0], set()).add(len(name))
    named = frozenset(own)
    for region in regions().values():
        for name in common_names(region):
            if name not in named:
                own.setdefault(name, []).append(region.full)
                lengths.setdefault(name[0], set()).add(len(name))
    return (
        {k: tuple(v) for k, v in own.items()},
        {k: tuple(v) for k, v in short.items()},
        {k: tuple(sorted(v, reverse=True)) for k, v in lengths.items()},
    )


def find_places(text: str) -> tuple[Place, ...]:
    """Every place that the text names and that is one place only, in order; 湖南省衡阳市 is one mention.

    A name of several places is read in the light of the places named just before it (江苏省南京市鼓楼区), else left out.
    Short names are found for provinces and cities only (湖南, 衡阳), not where they stand inside a longer word of another kind.
    """
    own, short, lengths = _names()
    out: list[Place] = []
    i = 0
    while i < len(text):
        if text.startswith("中共", i) and (i == 0 or text[i - 1] != "其"):
            i += 2  # 中共和县委 is the Party's committee of 和县, not one of 共和县
            continue
        hit = _at(text, i, own, short, lengths, out)
        if hit is None:
            i += 1
            continue
        if out and out[-1].end == hit.start and hit.region.startswith(out[-1].region):
            out[-1] = Place(hit.region, out[-1].start, hit.end, hit.short)
        else:
            out.append(hit)
        i = hit.end
    return tuple(out)


def _at(
    text: str, i: int, own: dict[str, tuple[str, ...]], short: dict[str, tuple[str, ...]], lengths: dict[str, tuple[int, ...]], before: list[Place]
) -> Place | None:
    for length in lengths.get(text[i], ()):
        name = text[i : i + length]
        if len(name) < length:
            continue
        end = i + length
        if name in own:
            chained = bool(before) and before[-1].end == i
            if not _free_standing(text, i, end, name, chained):
                continue
            region = _one(own[name], before)
            if chained and region and length < len(regions()[region].name) and not region.startswith(before[-1].region):
                return None  # 江西省东乡县 is not the autonomous county of that name
            return Place(region, i, end, False) if region and (not chained or length > 2 or region.startswith(before[-1].region)) else None
        if name in short:
            known = tuple(r for r in short[name] if regions()[r].level != "county")
            region = _one(known, before)
            if region and not text.startswith(("路", "街", "镇", "村", "乡"), end):
                return Place(region, i, end, True)
    return None


_AUTONOMOUS = {"县": "自治县", "州": "自治州", "旗": "自治旗"}


def common_names(region: Region) -> tuple[str, ...]:
    """What an autonomous place is called in everyday papers: 凉山州 for 凉山彝族自治州, 北川县 for 北川羌族自治县; () for other places."""
    end = next((e for e, full in _AUTONOMOUS.items() if region.name.endswith(full)), "")
    return tuple(name + end for name in region.short if end and not name.endswith(end))


def spelled_out(text: str) -> str:
    """A text with the short forms of autonomous places as their names; one that is another place's name, or several places', stays as it is.

    `spelled_out("马边县政府")` is 马边彝族自治县政府.
    """
    own, short, _ = _names()
    for at in reversed([n for n, c in enumerate(text) if c in _AUTONOMOUS]):
        for length in (4, 3, 2):
            name = text[max(0, at - length) : at]
            full = [r for r in short.get(name, ()) if regions()[r].name.endswith(_AUTONOMOUS[text[at]])] if len(name) == length else []
            if len(full) == 1 and not any(regions()[r].name == name + text[at] for r in own.get(name + text[at], ())):
                text = text[: at - length] + regions()[full[0]].name + text[at + 1 :]
                break
    return text


def shortened(text: str) -> str:
    """A text with the names of autonomous places in their short forms: 北川羌族自治县政府 → 北川县政府."""
    for place in reversed(find_places(text)) if "自治" in text else ():
        region = regions()[place.region]
        end = next((e for e, full in _AUTONOMOUS.items() if region.name.endswith(full)), "")
        if end and region.short:
            text = f"{text[: place.start]}{region.short[0]}{end}{text[place.end :]}"
    return text


def joins_here(text: str, at: int) -> bool:
    """Whether 会同 is the verb before 县民政局 (县水利局会同县民政局), not the county of that name: right behind a word, or behind a comma
    with no name before it (县水利局牵头，会同县民政局)."""
    if not text.startswith("会同", at) or at == 0:
        return False
    before = text[at - 1]
    if before in "，," and at > 1:
        return text[at - 2] not in "省市县区州旗乡镇局委办厅部府会院） 、"
    return "\u4e00" <= before <= "\u9fff" and before not in "省市在是为的到赴"


def _free_standing(text: str, start: int, end: int, name: str, chained: bool) -> bool:
    """Whether a name is no part of other words: 区和县级, 东方市场 name neither 和县 nor 东方市."""
    if name[-1] == "市" and text.startswith("场", end):
        return False
    if name[-1] in "县区" and text.startswith(("级", "域", "间"), end):
        return False
    if name[-1] == "县" and text.startswith(("区", "市、", "（市", "(市", "（区", "(区"), end) and not chained:
        return False  # 沿河县区, 沿河县（市）: all counties along the river
    if not chained and joins_here(text, start):
        return False
    if len(name) == 2 and not chained:
        return start == 0 or not "\u4e00" <= text[start - 1] <= "\u9fff" or text.endswith("中共", 0, start)
    return True


def _one(candidates: Sequence[str], before: Sequence[Place]) -> str | None:
    """The one candidate; of several the one inside the nearest place named before, or the greater one."""
    if len(candidates) == 1:
        return candidates[0]
    for place in reversed(before[-3:]):
        inside = [c for c in candidates if c.startswith(place.region) or place.region.startswith(c)]
        if len(inside) == 1:
            return inside[0]
        same = [c for c in candidates if province_of(c) == province_of(place.region)]
        if len(same) == 1:
            return same[0]
    higher = [c for c in candidates if regions()[c].level != "county"]
    return higher[0] if len(higher) == 1 else None


def find_region(text: str) -> str | None:
    """The smallest place of the first chain of places that the text names, in full; 中国 for bodies of the whole country; None.

    `find_region("湖南省衡阳市人民政府办公室")` is 湖南省衡阳市.
    """
    places = find_places(text)
    if not places:
        return NATION if is_national(text) else None
    best = places[0]
    for place in places[1:]:
        if place.region.startswith(best.region):
            best = place
    return best.region


NATIONAL_STARTS = ("国家", "国务院", "中央", "中共中央", "全国", "中华人民共和国", "最高人民", "中华全国", "共青团中央", "中国")


def is_national(text: str) -> bool:
    """Whether a body's name says that it is one of the whole country: 国家…, 中央…, 财政部, …总局."""
    bare = text.strip()
    if bare.startswith(NATIONAL_STARTS):
        return True
    if not bare:
        return False
    for office in ("办公厅", "办公室", "党组", "综合司"):
        bare = bare.removesuffix(office)
    if bare in _ministries():
        return True
    return any(bare.startswith(name) and not bare.startswith("门", len(name)) for name in _ministries() if len(name) > 2 and name[-1] in "部委局署")


@lru_cache(maxsize=1)
def _ministries() -> frozenset[str]:
    rows = table("issuers", ("printed", "full", "region", "note"))
    return frozenset(row.cells["full"] for row in rows if row.cells["region"] == NATION) | frozenset(
        row.cells["printed"] for row in rows if row.cells["region"] == NATION
    )


def province_of(region: str) -> str:
    """The province of a full name; 中国 for 中国. `province_of("湖南省衡阳市")` is 湖南省."""
    while region in regions() and regions()[region].parent != NATION:
        region = regions()[region].parent
    return region


def level_of(region: str | None) -> str | None:
    """national, provincial, municipal or county for a full name; None for none. `level_of("湖南省衡阳市")` is municipal."""
    if region is None:
        return None
    if region == NATION:
        return "national"
    known = regions().get(region)
    return known.level if known else None


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for region in regions().values():
        for prefix in region.prefix:
            found.setdefault(prefix, []).append(region.full)
    rows = table("number_prefixes", ("prefix", "region", "note"))
    problems = lint_prefixes(rows)
    if problems:
        raise DataError(problems[0], "number_prefixes.csv", "请改正该行")
    for row in rows:
        found.setdefault(row.cells["prefix"], []).insert(0, row.cells["region"])
    return {k: tuple(v) for k, v in found.items()}


def lint_prefixes(rows: Sequence[TableRow]) -> list[str]:
    """What is wrong with rows of number_prefixes.csv, one Chinese line each."""
    out = []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        prefix, region = row.cells["prefix"], row.cells["region"]
        if not prefix or len(prefix) > 5:
            out.append(f"{row.place}：字号前缀“{prefix}”应为一至五个字")
        if region != NATION and region not in regions():
            out.append(f"{row.place}：字号前缀“{prefix}”的地名“{region}”不在地名表中")
        if (prefix, region) in seen:
            out.append(f"{row.place}：字号前缀“{prefix}”重复")
        seen.add((prefix, region))
    return out


def regions_of_number(number: str) -> tuple[str, ...]:
    """The places that a 发文字号 may come from, by its longest known beginning; () where none is known.

    `regions_of_number("湘振局发〔2021〕18号")` is ("湖南省",); 衡办发〔2021〕7号 may be 湖南省衡阳市 or 河北省衡水市.
    """
    known = _prefixes()
    for length in range(min(5, len(number)), 0, -1):
        if number[:length] in known:
            return known[number[:length]]
    return ()
