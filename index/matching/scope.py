"""Which documents and units a query or filter means: titles, numbers, levels, places, genres, dates, unit names → tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache

from index.cards import Cards, Documents
from index.document_numbers import number_keys, number_pattern
from index.engines.protocol import AnyOf, Tree
from index.matching.synonyms import unit_core, unit_families, unit_names
from index.places import whole
from index.query import Leaf
from index.tokens import bare, unit_token
from kb.errors import UsageError
from kb.frozen import dataclass
from kb.model import LEVELS, Unit
from kb.tables import settings


@dataclass(frozen=True, slots=True)
class Filters:
    """What a user restricts a search to; None: no restriction."""

    level: str | None = None
    region: str | None = None
    unit: str | None = None
    doc: str | None = None
    genre: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class AskedNumber:
    """A 文号 in a query: its bare text, the documents that bear it, and what else the query says."""

    text: str
    where: AnyOf
    rest: str


_BRACKET = re.compile(r"[〔\[(（【﹝｛{]")


class Scope:
    """The documents and units of a knowledge base, for looking up what is meant."""

    def __init__(self, documents: Documents, units: Callable[[], Sequence[Unit]], unit_names: Callable[[], Iterable[str]]) -> None:
        self.documents, self._units, self.unit_names = documents, units, unit_names

    @cached_property
    def cards(self) -> Cards:
        return self.documents.cards

    @cached_property
    def units(self) -> Sequence[Unit]:
        return self._units()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The document numbers that are here."""
        return frozenset(filter(None, self.cards.keys))

    def _where(self, found: Sequence[bool]) -> AnyOf:
        return AnyOf("doc", tuple(id for id, ok in zip(self.cards.ids, found, strict=True) if ok))

    def number(self, text: str) -> AskedNumber | None:
        """The 文号 that a query names in any of its spellings, if it prints one in full or a document here bears it."""
        for found in number_pattern().finditer(text):
            letters, year, serial = found[1], found[2], int(found[3])
            keys = [f"{letters[start:]}{year}:{serial}" for start in range(len(letters))]
            known = next((start for start, key in enumerate(keys) if key in self.numbers), None)
            if known is None and not ("号" in found[0] and _BRACKET.search(found[0])):
                continue
            start = known or 0
            where = self._with_attached(keys[start]) if known is not None else AnyOf("doc", ())
            rest = text[: found.start() + start] + " " + text[found.end() :]
            return AskedNumber(bare(f"{letters[start:]}〔{year}〕{serial}号"), where, rest)
        return None

    def _with_attached(self, key: str) -> AnyOf:
        """The documents that bear a number and what they forward or carry with them."""
        held = {id for id, own in zip(self.cards.ids, self.cards.keys, strict=True) if own == key}
        size = -1
        while len(held) > size:
            size = len(held)
            held |= {id for id, parent in zip(self.cards.ids, self.cards.parents, strict=True) if parent in held}
        return self._where([id in held for id in self.cards.ids])

    def field(self, leaf: Leaf) -> Tree:
        """The entries that a field of the query language asks for. UsageError for a value that cannot be."""
        value = bare(leaf.text)
        match leaf.field:
            case "title":
                return self._where([value in title for title in self.cards.titles])
            case "doc":
                return self.doc(leaf.text)
            case "number":
                keys = number_keys(leaf.text)
                return self._where(
                    [
                        key in keys or bool(number and value in number)
                        for key, number in zip(self.cards.keys, self.cards.numbers, strict=True)
                    ]
                )
            case "level":
                level = level_named(leaf.text)
                return self._where([each == level for each in self.cards.levels])
            case "region":
                return self._where([bool(region) and (value in bare(region) or bare(whole(leaf.text)) in bare(region)) for region in self.cards.regions])
            case "genre":
                return self._where([value == bare(genre) for genre in self.cards.genres])
            case "date":
                since, until = date_range(leaf.text)
                return self._where([dated(date, since, until) for date in self.cards.dates])
            case "unit" | "lead":
                return self.unit(leaf.text, leaf.field)
        raise UsageError(f"没有“{leaf.field}”这个字段", "", "可用的字段见 policykb search -h")

    def doc(self, reference: str) -> AnyOf:
        """Documents by id, number or part of the title."""
        value, keys = bare(reference), number_keys(reference)
        return self._where(
            [
                id == reference or (bool(key) and key in keys) or (bool(value) and value in title)
                for id, key, title in zip(self.cards.ids, self.cards.keys, self.cards.titles, strict=True)
            ]
        )

    def unit(self, name: str, field: str = "unit") -> AnyOf:
        """Entries with work for a unit, by any of its names."""
        return AnyOf(field, tuple(unit_token(u.id) for u in self.units_named(name)))

    def units_named(self, name: str) -> list[Unit]:
        """The units that a name may mean: those that bear it, else those of its family."""
        value = bare(name)
        exact = [u for u in self.units if value in (bare(u.name), *map(bare, u.aliases))]
        forms = {value, *unit_names(value)}
        ending = [u for u in self.units if any(bare(n).endswith(form) for n in (u.name, *u.aliases) for form in forms)]
        core = unit_core(value)
        families = unit_families(core)
        if core and len(families) == 1:
            place = value[: len(value) - len(core)]  # "" or 县, 清溪县, 衡阳市 …
            ending += [
                u
                for u in self.units
                if u.family in families and u not in ending and (not place or place in bare(u.region or ""))
            ]
        return list({u.id: u for u in (*exact, *ending)}.values())

    def filtered(self, filters: Filters) -> list[Tree]:
        """The trees of all filters that are set. UsageError for values that cannot be."""
        out: list[Tree] = []
        if filters.doc:
            found = self.doc(filters.doc)
            if not found.tokens:
                raise UsageError(f"知识库里没有“{filters.doc}”这份文档", "", "用 policykb docs 看全部文档")
            out.append(found)
        out += [self.field(Leaf(v, f)) for f in ("level", "region", "genre", "unit") if (v := getattr(filters, f))]
        if filters.since or filters.until:
            since = date_range(filters.since)[0] if filters.since else ""
            until = date_range(filters.until)[1] if filters.until else ""
            if since and until and since[: len(until)] > until[: len(since)]:
                raise UsageError(f"起始日期 {since} 晚于截止日期 {until}，没有这样的文件", "", "请把 --since 和 --until 对调")
            out.append(self._where([dated(date, since, until) for date in self.cards.dates]))
        return out


@lru_cache(maxsize=1)
def _level_names() -> dict[str, str]:
    names: dict[str, list[str]] = settings("query")["levels"]
    return {name: level for level, each in names.items() for name in (level, *each)}


def level_named(text: str) -> str:
    """省级 → provincial. UsageError for an unknown level."""
    level = _level_names().get(bare(text))
    if level is None:
        raise UsageError(
            f"没有“{text}”这个层级",
            "",
            f"可用的有 {'、'.join(('国家', '省', '市', '县', '乡镇'))} 或 {'、'.join(LEVELS)}",
        )
    return level


def date_range(text: str) -> tuple[str, str]:
    """First and last date, each as precise as typed: 2021 → ("2021", "2021"); 2021-03..2021-06; ..2020; >=2021年3月."""
    text = text.strip()
    for sign, side in ((">=", 0), ("<=", 1), ("≥", 0), ("≤", 1)):
        if text.startswith(sign):
            day = _date(text[len(sign) :])
            return (day, "") if side == 0 else ("", day)
    for mark in ("..", "…", "～", "~", "至"):
        head, found, tail = text.partition(mark)
        if found:
            return (_date(head) if head.strip() else "", _date(tail) if tail.strip() else "")
    day = _date(text)
    return day, day


def _date(text: str) -> str:
    parts = [p for p in re.split(r"[-./年月日]", bare(text)) if p]
    if 1 <= len(parts) <= 3 and all(p.isascii() and p.isdigit() for p in parts) and len(parts[0]) == 4:
        month, day = (int(p) for p in (*parts[1:], "1", "1")[:2])
        if 1 <= month <= 12 and 1 <= day <= 31 and all(len(p) <= 2 for p in parts[1:]):
            return "-".join([parts[0], *(p.zfill(2) for p in parts[1:])])
    raise UsageError(f"“{text.strip()}”不是日期", "", "请写 2021、2021-03 或 2021-03-15，范围写 2021..2022")


def dated(date: str, since: str, until: str) -> bool:
    """Whether a date lies in a range; dates without one do not."""
    if not date:
        return False
    return (not since or date[: len(since)] >= since) and (not until or date[: len(until)] <= until)
