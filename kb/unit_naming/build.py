"""From a reading of a name to the unit: full name, other names, former and later names."""

from __future__ import annotations

from collections.abc import Sequence

from kb.frozen import dataclass
from kb.model import Unit
from kb.unit_naming.names import Entry, compose, fill, forms
from kb.unit_naming.places import last_part
from kb.unit_naming.tables import SLOT, NameRow


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name: the row, its level and place, and how far it is from the document's own level."""

    entry: Entry
    level: str
    region: str | None
    word: str
    many: bool  # all bodies of that level, or one that the text does not tell
    distance: int


def fits_place(row: NameRow, region: str | None) -> bool:
    """Whether a row holds at a place: everywhere, or in the places that it names."""
    return not row.places or any((region or "").startswith(place) for place in row.places)


def build_unit(reading: Reading, printed: str, rows: Sequence[NameRow]) -> Unit:
    """The unit of a reading: 市人社局 in 广东省梅州市 → 广东省梅州市人力资源和社会保障局, with its other names. `rows` are all rows."""
    row = reading.entry.row
    if reading.entry.group:
        return _group_unit(reading, printed)
    if reading.many:
        name = (reading.region or "") + printed
        return Unit(name, name, reading.level, reading.region, row.family, "collective", (printed,))
    name = compose(reading.entry, reading.level, reading.region, reading.word)
    former = [r for r in rows if _becomes(r, reading) and not r.note.startswith("部分")]
    local = {alias for r in former if r.places for alias in r.aliases}  # a place's own name stands for the general one
    before = tuple(_other_names(r, reading) for r in former if r.places or not local & set(r.aliases))
    after: tuple[str, ...] = ()
    if row.into:
        next_row = next((r for r in rows if (r.full == row.into or row.into in r.variants) and _same_place(r, reading)), None)
        after = (_other_names(next_row, reading, row.into),) if next_row else ()
    return Unit(
        id=name, name=name, level=reading.level, region=reading.region, family=row.family, kind=row.kind,
        aliases=_aliases(reading, name), predecessors=tuple(n for n in dict.fromkeys(before) if n != name), successors=after,
    )  # fmt: skip


def _becomes(row: NameRow, reading: Reading) -> bool:
    """Whether a row's bodies became the one that is read."""
    return bool(row.into) and row.into in (reading.entry.row.full, _variant_name(reading.entry)) and _same_place(row, reading)


def _variant_name(entry: Entry) -> str:
    bare = entry.alias.removeprefix(SLOT)
    return bare if bare in entry.row.variants else entry.row.full


def _same_place(row: NameRow, reading: Reading) -> bool:
    return reading.level in row.levels and fits_place(row, reading.region)


def _other_names(row: NameRow, reading: Reading, name: str | None = None) -> str:
    alias = name if name and name in row.variants else row.aliases[0]
    return compose(Entry(row, alias), reading.level, reading.region, reading.word)


def _aliases(reading: Reading, name: str) -> tuple[str, ...]:
    """What documents print for the body: 市医保局, 梅州市医保局, 市医疗保障局."""
    row = reading.entry.row
    if reading.level == "national":
        return tuple(a for a in row.aliases if a != name)
    words = [word for word in (_level_word(reading), last_part(reading.region) if reading.region else "") if word]
    out: dict[str, None] = {}
    for alias in row.aliases:
        if alias in row.variants and alias != _variant_name(reading.entry):
            continue
        if alias not in row.variants and _variant_name(reading.entry) != row.full:
            continue
        for word in words:
            text = alias if SLOT in alias else SLOT + alias
            if row.kind == "party" and SLOT not in alias:
                text = SLOT + "委" + alias
            if text.count(SLOT) == 1 and not (word == words[0] and not text.startswith((SLOT, "团" + SLOT))):
                out[fill(text, None, word)] = None
    out.pop(name, None)
    return tuple(out)


def _level_word(reading: Reading) -> str:
    last = last_part(reading.region) if reading.region else reading.word
    for ending in ("自治区", "省", "街道", "市", "州", "盟", "县", "区", "旗", "镇", "乡"):
        if last.endswith(ending):
            return "省" if ending == "自治区" else ending
    return ""


def _group_unit(reading: Reading, printed: str) -> Unit:
    """人社部门: the bodies of one function at one or all levels."""
    row, alias = reading.entry.row, reading.entry.alias.removeprefix(SLOT)
    stem = next((w for w in sorted(forms()["words"]["departments"], key=len, reverse=True) if alias.endswith(w)), "")
    endings = forms()["words"]["department_endings"]
    function = next((row.full[: -len(e)] for e in endings if row.full.endswith(e)), row.full)
    function = alias[: -len(stem)] if SLOT[0] in function else function.removeprefix("国家")
    name = f"{(reading.region or '') if reading.region != '中国' else ''}{reading.word}{function}{stem}"
    return Unit(name, name, reading.level, reading.region, row.family, "collective", (printed,))
