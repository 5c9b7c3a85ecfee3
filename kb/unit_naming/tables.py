"""The tables of unit names: reading, checking, and a user's own rows laid over ours.

`kb/data/units.csv`, `units_party.csv` and `units_orgs.csv` share one head: a row is one name that a functional family has
at some levels. `units_ambiguous.csv` names the short forms that may mean several families; they are left open.
What the columns and the signs {} = mean is written at the head of units.csv.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from kb.errors import DataError
from kb.frozen import dataclass, replace
from kb.model import UNIT_KINDS
from kb.tables import TableRow, read_csv, table

COLUMNS = ("family", "kind", "levels", "full", "short", "from", "until", "into", "place", "note")
FILES = ("units", "units_party", "units_orgs")
LEVEL_SIGNS = {"国": "national", "省": "provincial", "市": "municipal", "县": "county", "镇": "township"}
SLOT = "{}"
FIELDS = ("{}", "{last}", "{bare}", "{province}", "{pbare}", "{trim}", "{city}", "{short}")


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name of a family. `full` is a template whose {} fields take the place; `aliases` are what documents print,
    with {} where a place or 省, 市, 县 … stands; `variants` marks the aliases that are official names themselves."""

    family: str
    kind: str
    levels: tuple[str, ...]
    full: str
    aliases: tuple[str, ...]
    variants: frozenset[str]
    since: str
    until: str
    into: str
    places: tuple[str, ...]
    note: str
    order: int  # smaller is preferred; a user's rows come before ours
    place: str  # file:line

    @property
    def name(self) -> str:
        """The functional name, as written in the table."""
        return self.full


def is_abbreviation(short: str, full: str) -> bool:
    """Whether the characters of `short` stand in `full` in this order: 城管局 of 城市管理局, but not 水利水电局 of 水利局."""
    characters = iter(full)
    return all(c in characters for c in short)


def row_of(cells: TableRow, order: int = 0) -> NameRow:
    """The row as a value; nothing is checked here (see `problems_of_row`)."""
    data = cells.cells
    national = data["levels"] == "国"
    variants = set()
    aliases = [data["full"]] if not _fields(data["full"]) else [_slotted(data["full"])]
    for word in data["short"].split():
        bare = word.removeprefix("=")
        aliases.append(bare)
        if word != bare or not (national or SLOT in bare or is_abbreviation(bare, data["full"])):
            variants.add(bare)
    return NameRow(
        family=data["family"],
        kind=data["kind"],
        levels=tuple(LEVEL_SIGNS.get(sign, sign) for sign in data["levels"]),
        full=data["full"],
        aliases=tuple(dict.fromkeys(aliases)),
        variants=frozenset(variants),
        since=data["from"],
        until=data["until"],
        into=data["into"],
        places=tuple(data["place"].split()),
        note=data["note"],
        order=order,
        place=cells.place,
    )


def _fields(full: str) -> list[str]:
    return [f for f in FIELDS if f in full]


def _slotted(full: str) -> str:
    for name in FIELDS[1:]:
        full = full.replace(name, SLOT)
    return full


# --- the linter -----------------------------------------------------------------------------------------------------


def problems_of_row(row: TableRow) -> Iterator[str]:
    """What is wrong with one row by itself, in Chinese, each with file:line."""
    data, place = row.cells, row.place
    if not data["family"] or not data["full"]:
        yield f"{place}：职能族和全称不能为空；请补上"
    if data["kind"] not in UNIT_KINDS:
        yield f"{place}：类别“{data['kind']}”不认识；应为 {'、'.join(UNIT_KINDS)} 之一"
    if not data["levels"] or set(data["levels"]) - set(LEVEL_SIGNS) or len(set(data["levels"])) != len(data["levels"]):
        yield f"{place}：层级“{data['levels']}”不认识；应由国、省、市、县、镇各一字组成，不重复"
    if not data["note"]:
        yield f"{place}：缺少依据或说明；请在 note 列写明"
    rest = data["full"]
    for name in FIELDS:
        rest = rest.replace(name, "")
    if "{" in rest or "}" in rest:
        yield f"{place}：全称“{data['full']}”里的花括号不认识；只能用 {' '.join(FIELDS)}"
    for word in data["short"].split():
        if "{" in word.replace(SLOT, "") or "}" in word.replace(SLOT, ""):
            yield f"{place}：简称“{word}”里只能用 {{}}"
        if len(word.replace(SLOT, "").removeprefix("=")) < (1 if SLOT in word else 2):
            yield f"{place}：简称“{word}”太短，会到处误认；请写长一些"
    if len(set(data["short"].split())) != len(data["short"].split()) or data["full"] in data["short"].split():
        yield f"{place}：简称重复，或与全称相同；请删去多余的"
    for word in data["short"].split():
        if word[0] in "省市县区州镇" and word[1:] in (data["full"], *data["short"].split()):
            yield f"{place}：简称“{word}”只是多了层级字；请删去"
    for column in ("from", "until"):
        if data[column] and not _is_month(data[column]):
            yield f"{place}：{column} 列“{data[column]}”应写成 2021 或 2021-03"
    if data["from"] and data["until"] and data["until"] < data["from"]:
        yield f"{place}：止于 {data['until']}，早于始于 {data['from']}；请改正"


def _is_month(text: str) -> bool:
    year, _, month = text.partition("-")
    return len(year) == 4 and year.isdecimal() and (not month if "-" not in text else month.isdecimal() and 1 <= int(month) <= 12)


def problems_of_rows(rows: Iterable[NameRow], ambiguous: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """What is wrong between rows: a successor that does not exist, a double row, an unwritten or needless ambiguity."""
    rows = tuple(rows)
    known = {(row.full, level) for row in rows for level in row.levels} | {
        (word, level) for row in rows for word in row.variants for level in row.levels
    }
    seen: dict[tuple[object, ...], str] = {}
    for row in rows:
        for level in row.levels:
            if row.into and (row.into, level) not in known:
                yield f"{row.place}：“{row.full}”改为“{row.into}”，但这一层级没有这个全称；请补上该行或改名"
            key = (row.family, row.full, level, row.places)
            if key in seen:
                yield f"{row.place}：与 {seen[key]} 重复（{row.full}）；请合并"
            seen.setdefault(key, row.place)
    clashes = _clashes(rows)
    for (alias, _), (first, second) in clashes.items():
        if alias not in ambiguous:
            yield f"{second.place}：“{alias}”也是 {first.place} 的“{first.family}”；请改名，或写进 units_ambiguous.csv"
    yield from _doubtful_variants(rows)
    known_families = {row.family for row in rows}
    for alias, families in ambiguous.items():
        if not any(alias == clash for clash, _ in clashes):
            yield f"units_ambiguous.csv：“{alias}”并不指向两个职能族；请删去"
        for family in families:
            if family not in known_families:
                yield f"units_ambiguous.csv：“{alias}”指向不存在的职能族“{family}”；请改正"


def _doubtful_variants(rows: tuple[NameRow, ...]) -> Iterator[str]:
    """A name that one row takes for official and another of the same family for a short form: one of them is wrong."""
    short = {(row.family, alias, level): row.place for row in rows for alias in row.aliases for level in row.levels if alias not in row.variants}
    for row in rows:
        for alias in sorted(row.variants):
            for level in row.levels:
                other = short.get((row.family, alias, level))
                if other and not row.places:
                    yield f"{row.place}：“{alias}”在 {other} 是简称，在这里成了正式名称；请删去一处"


def _clashes(rows: tuple[NameRow, ...]) -> dict[tuple[str, str], tuple[NameRow, NameRow]]:
    """Aliases that lead to two families at one level, one time and one place."""
    by_alias: dict[tuple[str, str], list[NameRow]] = {}
    for row in rows:
        for alias in row.aliases:
            for level in row.levels:
                by_alias.setdefault((alias.removeprefix(SLOT), level), []).append(row)
    found = {}
    for key, owners in by_alias.items():
        for a, b in combinations(owners, 2):
            if a.family != b.family and _overlap(a, b) and not (a.places or b.places) and a.order // USER_STEP == b.order // USER_STEP:
                found[key] = (a, b)
    return found


def _overlap(a: NameRow, b: NameRow) -> bool:
    return not ((a.until and b.since and a.until <= b.since) or (b.until and a.since and b.until <= a.since))


USER_STEP = 1_000_000  # a user's rows sort before ours, and may take a name away from them


# --- reading --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def shipped_rows() -> tuple[TableRow, ...]:
    """The rows of our own tables as they stand in the files."""
    return tuple(row for name in FILES for row in table(name, COLUMNS))


@lru_cache(maxsize=1)
def ambiguous_names() -> dict[str, tuple[str, ...]]:
    """Short names that may mean bodies of several families (农委: 农业农村, 农办): written down, and left open."""
    rows = table("units_ambiguous", ("alias", "families", "note"))
    return {row.cells["alias"]: tuple(row.cells["families"].split()) for row in rows}


def name_rows(extra: Path | None = None) -> tuple[NameRow, ...]:
    """Our rows with a user's rows over them: a row of the same family, name, level and place takes the place of ours.

    DataError names the first row of the user's file that breaks a rule, with its file and line.
    """
    own = [row_of(row, USER_STEP + number) for number, row in enumerate(shipped_rows())]
    if extra is None:
        return tuple(own)
    cells = read_csv(extra, COLUMNS)
    for row in cells:
        for problem in problems_of_row(row):
            raise _as_error(problem)
    theirs = [row_of(row, number) for number, row in enumerate(cells)]
    keys = {(row.family, row.full, level, row.places) for row in theirs for level in row.levels}
    kept: list[NameRow] = []
    for ours in own:
        levels = tuple(level for level in ours.levels if (ours.family, ours.full, level, ours.places) not in keys)
        if levels:
            kept.append(replace(ours, levels=levels))
    merged = (*theirs, *kept)
    mine = {row.place for row in theirs}
    for problem in problems_of_rows(merged, ambiguous_names()):
        if problem.partition("：")[0] in mine:
            raise _as_error(problem)
    return merged


def packed_rows(rows: Iterable[NameRow]) -> dict[str, str]:
    """The rows as they are kept: each as one text under its number."""
    return {str(number): json.dumps(_cells(r), ensure_ascii=False, separators=(",", ":")) for number, r in enumerate(rows)}


def _cells(r: NameRow) -> list[object]:
    return [r.family, r.kind, r.levels, r.full, r.aliases, sorted(r.variants), r.since, r.until, r.into, r.places, r.note, r.order, r.place]


class OpenedRows(Sequence[NameRow]):
    """Packed rows, each opened when it is asked for by its number; all of them when they are gone through."""

    def __init__(self, packed: Mapping[str, str]) -> None:
        self._packed = packed
        self._opened: dict[int, NameRow] = {}
        self._all: tuple[NameRow, ...] | None = None

    def __getitem__(self, at: Any) -> Any:
        if self._all is not None or not isinstance(at, int):
            return self.every()[at]
        if at not in self._opened:
            self._opened[at] = _opened_row(*json.loads(self._packed[str(at)]))
        return self._opened[at]

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[NameRow]:
        return iter(self.every())

    def __eq__(self, other: object) -> bool:
        return self.every() == (other.every() if isinstance(other, OpenedRows) else other)

    __hash__ = None  # type: ignore[assignment]

    def every(self) -> tuple[NameRow, ...]:
        """All rows."""
        if self._all is None:
            self._all = tuple(self[at] for at in range(len(self._packed)))
        return self._all


def opened_rows(packed: Mapping[str, str]) -> OpenedRows:
    """The reverse of `packed_rows`."""
    return OpenedRows(packed)


def _opened_row(*cells: Any) -> NameRow:
    family, kind, levels, full, aliases, variants, since, until, into, places, note, order, place = cells
    return NameRow(family, kind, tuple(levels), full, tuple(aliases), frozenset(variants), since, until, into, tuple(places), note, order, place)


def _as_error(problem: str) -> DataError:
    place, _, message = problem.partition("：")
    return DataError(message, place)


def lint() -> tuple[str, ...]:
    """Everything that is wrong with the shipped tables; empty when all is well."""
    found = [problem for row in shipped_rows() for problem in problems_of_row(row)]
    return (*found, *problems_of_rows(name_rows(), ambiguous_names()))
