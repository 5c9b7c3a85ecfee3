"""Texts in traditional characters: read as if they were simplified, kept as they are.

The tables of bodies, places, genres and words are in simplified characters. `in_simplified(source)` gives a source whose text is
that text character for character in them, so that every place in it is a place in the printed text; `as_printed(values, text)`
puts the printed characters back into records with places. Names (titles, 文号, issuers, bodies) stay in simplified characters, so that they
are the same in all files.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

from kb.errors import DataError
from kb.frozen import replace
from kb.model import Clause, Grid, Source, Task
from kb.spans import text_at
from kb.tables import TableRow, table

_TELLING = "發國關責務業實個為會與對學進設強縣辦財"  # none is a simplified character, few traditional texts have none
_PER_TELLING = 120  # characters of a traditional text for each of these, at most
T = TypeVar("T")


def read_traditional(rows: tuple[TableRow, ...]) -> dict[str, str]:
    """Checks the table: one simplified character a row, no character of the right column twice or simplified itself."""
    out: dict[str, str] = {}
    heads: set[str] = set()
    for row in rows:
        target, sources = row.cells["simplified"], row.cells["traditional"]
        if len(target) != 1 or not sources:
            raise DataError("每行应为一个简体字和它的繁体字", row.place, "请改正这一行")
        if target in heads:
            raise DataError(f"简体字“{target}”出现两次", row.place, "请合并到一行")
        heads.add(target)
        for character in sources:
            if character in out or character == target:
                raise DataError(f"繁体字“{character}”重复", row.place, "请删去重复的字")
            out[character] = target
    both = sorted(heads & set(out))
    if both:
        raise DataError(f"“{both[0]}”既作简体又作繁体", "traditional.csv", "请只留一种")
    return out


@lru_cache(maxsize=1)
def _translation() -> dict[int, str]:
    return str.maketrans(read_traditional(table("traditional", ("simplified", "traditional"))))


def is_traditional(text: str) -> bool:
    """Whether a text is printed in traditional characters."""
    return sum(map(text.count, _TELLING)) * _PER_TELLING > len(text)


def in_simplified(source: Source) -> Source:
    """The source with a text in simplified characters, as long as its own; the source itself where it is in them already."""
    if not source.text or not is_traditional(source.text):
        return source
    return replace(source, text=source.text.translate(_translation()))


def as_printed(values: Iterable[T], text: str) -> list[T]:
    """Records with the printed characters at their places in `text`; those without places as they are."""
    simple = text.translate(_translation())
    return [_printed(value, text, simple) for value in values]


def _printed(value: Any, text: str, simple: str) -> Any:
    if isinstance(value, Grid):
        rows = tuple(replace(row, cells=tuple(_printed(cell, text, simple) for cell in row.cells)) for row in value.rows)
        return replace(value, rows=rows)
    spans = getattr(value, "spans", None)
    if not spans:
        return value
    shown = text_at(text, spans)
    if isinstance(value, Clause):
        at = value.text.find(value.heading) if value.heading else -1
        return replace(value, text=shown, heading=shown[at : at + len(value.heading)] if at >= 0 and value.heading else value.heading)
    if isinstance(value, Task):
        at = simple.find(value.units_raw, spans[0][0])
        return replace(value, text=shown, units_raw=text[at : at + len(value.units_raw)] if at >= 0 else value.units_raw)
    return replace(value, quote=shown) if hasattr(value, "quote") else replace(value, text=shown)
