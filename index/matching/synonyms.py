"""Other words for what a user typed: synonyms, other names of a unit, forms that scanning makes of a word. All are data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from index.tokens import bare
from kb.errors import DataError
from kb.frozen import dataclass
from kb.kept import Lazy, joined, kept, own_tables, split
from kb.tables import TableRow, own_table, read_csv, table

SYNONYM_COLUMNS = ("words", "way", "note")
LOOKALIKE_COLUMNS = ("printed", "meant", "note")
UNIT_COLUMNS = ("family", "kind", "levels", "full", "short", "from", "until", "into", "place", "note")
LONGEST = 12  # characters of a word in the table that is looked for inside a longer one
UNIT_TABLES = ("units", "units_party", "units_orgs")


_own: list[Path] = []  # the folder of the user's tables in force, if any


def use_own_words(folder: Path | None) -> None:
    """Puts the user's synonyms and terms (synonyms.csv, terms.csv in the folder) beside ours from now on; None takes them away."""
    wanted = [folder] if folder is not None and folder.is_dir() else []
    if wanted != _own:
        _own[:] = wanted
        synonyms.cache_clear()


def own_rows(name: str, columns: tuple[str, ...]) -> tuple[TableRow, ...]:
    """The user's rows of a table. DataError when they break its form."""
    path = own_table(_own[0], name) if _own else None
    return read_csv(path, columns) if path is not None else ()


@dataclass(frozen=True, slots=True)
class Other:
    """Another form of a word, bare; `kind`: synonym, related, unit, lookalike or near."""

    text: str
    kind: str


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[Other, ...]]:
    """Word → its synonyms and related words."""
    known = kept("synonyms") if (_own[0] if _own else None) == own_tables() else None
    if known is not None:
        return Lazy(known, opened_others)
    return read_synonyms((*table("synonyms", SYNONYM_COLUMNS), *own_rows("synonyms", SYNONYM_COLUMNS)))


def opened_others(_: str, packed: str) -> tuple[Other, ...]:
    """The reverse of `packed_others`, for one word."""
    parts = packed.split("\t")
    return tuple(Other(text, kind) for text, kind in zip(parts[::2], parts[1::2], strict=True))


def packed_synonyms() -> dict[str, str]:
    """The synonyms as they are kept."""
    return packed_others(synonyms())


def packed_others(words: Mapping[str, Iterable[Other]]) -> dict[str, str]:
    """A table of other words as it is kept."""
    return {word: "\t".join(part for other in others for part in (other.text, other.kind)) for word, others in words.items()}


WAYS = {"=": "synonym", "~": "related", ">": "related"}


def read_synonyms(rows: Iterable[TableRow]) -> dict[str, tuple[Other, ...]]:
    """Checks the table: a known way, two words or more in a row, no word twice in a row, none shorter than two characters."""
    out: dict[str, dict[str, str]] = {}
    for row in rows:
        words = [bare(word) for word in row.cells["words"].split("|")]
        way = row.cells["way"]
        if way not in WAYS:
            raise DataError(f"way 应为 =、~ 或 >，不是“{way}”", row.place, "请改正这一行")
        if len(words) < 2 or len(set(words)) < len(words) or any(len(word) < 2 for word in words):
            raise DataError("一行应有两个以上不同的词，每个至少两个字", row.place, "请改正这一行")
        for word in words[:1] if way == ">" else words:
            known = out.setdefault(word, {})
            for other in words:
                if other != word and known.get(other) != "synonym":
                    known[other] = WAYS[way]
    return {word: tuple(Other(text, kind) for text, kind in known.items()) for word, known in out.items()}


@lru_cache(maxsize=1)
def lookalikes() -> tuple[tuple[str, str], ...]:
    """(what scanning printed, what was meant)."""
    known = kept("lookalikes")
    if known is not None:
        return tuple(zip(known[0], known[1], strict=True))
    return read_lookalikes(table("lookalikes", LOOKALIKE_COLUMNS))


def packed_lookalikes() -> list[list[str]]:
    """The same as it is kept: what was printed, and what each stands for."""
    return [list(column) for column in zip(*lookalikes(), strict=True)]


def read_lookalikes(rows: Iterable[TableRow]) -> tuple[tuple[str, str], ...]:
    """Checks the table: same length, different, no pair twice."""
    out: dict[str, str] = {}
    for row in rows:
        printed, meant = row.cells["printed"], row.cells["meant"]
        if len(printed) != len(meant) or printed == meant or len(meant) < 2 or printed in out:
            raise DataError(f"“{printed}→{meant}”应为两个等长的不同的词，且只出现一次", row.place, "请改正这一行")
        out[printed] = meant
    return tuple(out.items())


@dataclass(frozen=True, slots=True)
class _Form:
    family: str
    levels: frozenset[str]


@lru_cache(maxsize=1)
def _unit_forms() -> dict[str, tuple[_Form, ...]]:
    """Name of a unit without its place → the families and levels that use it."""
    known = kept("unit_forms")
    if known is not None:
        return Lazy(known, _forms)
    out: dict[str, list[_Form]] = {}
    for name in UNIT_TABLES:
        for row in table(name, UNIT_COLUMNS):
            cells = row.cells
            for form in (cells["full"], *cells["short"].split()):
                if "{" in form and not form.startswith("{"):
                    continue  # 国网{}供电公司: its tail alone is nobody's name
                core = bare(form.split("}")[-1])
                if len(core) >= 2:
                    out.setdefault(core, []).append(_Form(cells["family"], frozenset(cells["levels"])))
    return {core: tuple(forms) for core, forms in out.items()}


def _forms(_: str, packed: str) -> tuple[_Form, ...]:
    parts = packed.split("\t")
    return tuple(_Form(family, frozenset(levels)) for family, levels in zip(parts[::2], parts[1::2], strict=True))


def packed_unit_forms() -> dict[str, str]:
    """The names of units as they are kept."""
    return {core: "\t".join(part for f in forms for part in (f.family, "".join(sorted(f.levels)))) for core, forms in _unit_forms().items()}


def packed_families() -> dict[str, str]:
    """The names of families as they are kept."""
    return joined(_forms_of_family())


@lru_cache(maxsize=1)
def _forms_of_family() -> dict[str, tuple[str, ...]]:
    known = kept("unit_families")
    if known is not None:
        return Lazy(known, split)
    out: dict[str, list[str]] = {}
    for core, forms in _unit_forms().items():
        for form in forms:
            out.setdefault(form.family, []).append(core)
    return {family: tuple(dict.fromkeys(cores)) for family, cores in out.items()}


def unit_core(word: str) -> str:
    """The longest tail of a bare word that is a unit's name, "" when there is none: 县住建局 → 住建局."""
    for start in range(max(0, len(word) - 1)):
        if word[start:] in _unit_forms():
            return word[start:]
    return ""


def unit_families(core: str) -> tuple[str, ...]:
    """The families whose units bear this name."""
    return tuple(dict.fromkeys(form.family for form in _unit_forms().get(core, ())))


def unit_names(word: str) -> tuple[str, ...]:
    """Other names, at the same levels, of the unit that a bare word names: 住建局 → 住房和城乡建设局, 住房城乡建设局 …"""
    core = unit_core(word)
    head = word[: len(word) - len(core)] if core else ""
    if not core or len(head) > 6:
        return ()
    mine = _unit_forms()[core]
    if len({form.family for form in mine}) > 1:
        return ()  # several bodies bear the name: none is guessed
    family, levels = mine[0].family, frozenset[str]().union(*(form.levels for form in mine))
    out = []
    for other in _forms_of_family()[family]:
        if other != core and any(form.family == family and form.levels & levels for form in _unit_forms()[other]):
            out.append(head + other)
    return tuple(out)


def others(word: str) -> tuple[Other, ...]:
    """Everything that a bare word also stands for, each once, without the word itself."""
    out: dict[str, str] = {}
    for other in unit_names(word):
        out.setdefault(other, "unit")
    for found in _replaced(word):
        out.setdefault(found.text, found.kind)
    for printed, meant in lookalikes():
        for a, b in ((bare(meant), bare(printed)), (bare(printed), bare(meant))):
            if a in word:
                out.setdefault(word.replace(a, b), "lookalike")
    out.pop(word, None)
    return tuple(Other(text, kind) for text, kind in out.items())


def _replaced(word: str) -> Iterable[Other]:
    """Synonyms of the whole word; in a longer word also with a part exchanged: 低保对象 → 最低生活保障对象."""
    yield from synonyms().get(word, ())
    for start in range(len(word)):
        for end in range(start + 2, min(len(word), start + LONGEST) + 1):
            part = word[start:end]
            if part != word and part in synonyms():
                for other in synonyms()[part]:
                    if other.kind == "synonym" and other.text not in word:
                        yield Other(word[:start] + other.text + word[end:], "synonym")
