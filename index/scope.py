"""Which documents and units a query or filter means: titles, numbers, levels, places, genres, dates, unit names → tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from index.engines.protocol import AnyOf, Tree
from index.query import Leaf
from index.synonyms import unit_core, unit_families, unit_names
from index.tokens import bare, unit_token
from kb.errors import UsageError
from kb.frozen import dataclass
from kb.model import LEVELS, Document, Unit
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

    def __init__(self, documents: Callable[[], Sequence[Document]], units: Callable[[], Sequence[Unit]]) -> None:
        self._documents, self._units = documents, units

    @cached_property
    def documents(self) -> Sequence[Document]:
        return self._documents()

    @cached_property
    def units(self) -> Sequence[Unit]:
        return self._units()

    @cached_property
    def titles(self) -> list[str]:
        return [bare(d.title) for d in self.documents]

    @cached_property
    def numbers(self) -> list[str]:
        return [number_key(d.number or "") for d in self.documents]

    def _where(self, found: Sequence[bool]) -> AnyOf:
        return AnyOf("doc", tuple(d.id for d, ok in zip(self.documents, found, strict=True) if ok))

    def number(self, text: str) -> AskedNumber | None:
        """The 文号 that a query names in any of its spellings, if it prints one in full or a document here bears it."""
        for found in _number_pattern().finditer(text):
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
        held = {d.id for d, number in zip(self.documents, self.numbers, strict=True) if number == key}
        size = -1
        while len(held) > size:
            size = len(held)
            held |= {d.id for d in self.documents if d.parent in held}
        return self._where([d.id in held for d in self.documents])

    def field(self, leaf: Leaf) -> Tree:
        """The entries that a field of the query language asks for. UsageError for a value that cannot be."""
        value = bare(leaf.text)
        match leaf.field:
            case "title":
                return self._where([value in title for title in self.titles])
            case "doc":
                return self.doc(leaf.text)
            case "number":
                keys = number_keys(leaf.text)
                return self._where([n in keys or bool(d.number and value in bare(d.number)) for n, d in zip(self.numbers, self.documents, strict=True)])
            case "level":
                level = level_named(leaf.text)
                return self._where([d.level == level for d in self.documents])
            case "region":
                return self._where([bool(d.region) and value in bare(d.region or "") for d in self.documents])
            case "genre":
                return self._where([value == bare(d.genre or "") for d in self.documents])
            case "date":
                since, until = date_range(leaf.text)
                return self._where([dated(d.date, since, until) for d in self.documents])
            case "unit" | "lead":
                return self.unit(leaf.text, leaf.field)
        raise UsageError(f"没有“{leaf.field}”这个字段", "", "可用的字段见 policykb search -h")

    def doc(self, reference: str) -> AnyOf:
        """Documents by id, number or part of the title."""
        value, keys = bare(reference), number_keys(reference)
        return self._where([
            d.id == reference or (bool(n) and n in keys) or (bool(value) and value in title)
            for d, n, title in zip(self.documents, self.numbers, self.titles, strict=True)
        ])  # fmt: skip

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
            ending += [u for u in self.units if u.family in families and u not in ending and (not place or place in bare(u.region or ""))]
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
            out.append(self._where([dated(d.date, since, until) for d in self.documents]))
        return out


@lru_cache(maxsize=1)
def _level_names() -> dict[str, str]:
    names: dict[str, list[str]] = settings("query")["levels"]
    return {name: level for level, each in names.items() for name in (level, *each)}


def level_named(text: str) -> str:
    """省级 → provincial. UsageError for an unknown level."""
    level = _level_names().get(bare(text))
    if level is None:
        raise UsageError(f"没有“{text}”这个层级", "", f"可用的有 {'、'.join(('国家', '省', '市', '县', '乡镇'))} 或 {'、'.join(LEVELS)}")
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


def dated(date: str | None, since: str, until: str) -> bool:
    """Whether a date lies in a range; dates without one do not."""
    if not date:
        return False
    return (not since or date[: len(since)] >= since) and (not until or date[: len(until)] <= until)


@lru_cache(maxsize=1)
def _number_pattern() -> re.Pattern[str]:
    return re.compile(r"([\u4e00-\u9fff]{1,16})[\s〔\[(（【﹝｛{]{0,2}((?:19|20)\d\d)[\s年〕\])）】﹞｝}号第-]{0,3}(\d{1,4})(?!\d)号?")


def number_keys(text: str) -> set[str]:
    """The 文号 in a text in one spelling: 粤农组[2021] 10号 → {"粤农组2021:10"}, and with less of what stands before it."""
    out: set[str] = set()
    if not any(c.isdigit() for c in text):
        return out
    for letters, year, number in _number_pattern().findall(text):
        out.update(f"{letters[start:]}{year}:{int(number)}" for start in range(len(letters)))
    return out


def number_key(number: str) -> str:
    """A printed 文号 in the spelling in which two are compared; "" when it is none."""
    found = _number_pattern().search(number)
    return f"{found[1]}{found[2]}:{int(found[3])}" if found else ""
