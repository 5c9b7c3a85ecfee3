"""The units of measure and the words around figures: kb/data/figure_units.csv and figure_words.toml, loaded and checked.

`measures()["元"].kind` is money; 万 and 亿 before a unit belong to the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from kb.errors import DataError
from kb.frozen import dataclass
from kb.tables import TableRow, settings, table

_KINDS = ("rate", "money", "count", "area", "length", "weight", "volume", "energy", "time", "other")
_COLUMNS = ("unit", "kind", "han", "weak", "note")


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit of measure."""

    unit: str
    kind: str
    han: bool
    weak: bool


def check_units(rows: Iterable[TableRow]) -> None:
    """The linter of figure_units.csv: DataError names the row with an empty or repeated unit, an unknown kind or no yes/no."""
    seen: set[str] = set()
    for cells, place in rows:
        unit = cells["unit"]
        if not unit or unit in seen:
            raise DataError(f"单位“{unit}”为空或重复", place, "请改正或删去")
        seen.add(unit)
        if cells["kind"] not in _KINDS:
            raise DataError(f"单位“{unit}”的种类“{cells['kind']}”不认识", place, f"应为 {'、'.join(_KINDS)} 之一")
        for column in ("han", "weak"):
            if cells[column] not in ("yes", "no"):
                raise DataError(f"单位“{unit}”的 {column} 应为 yes 或 no", place, "请改正")
        if any(c.isdigit() for c in unit):
            raise DataError(f"单位“{unit}”中有数字", place, "请只写单位")


def check_words(words: dict[str, Any], place: str) -> None:
    """The linter of figure_words.toml: DataError names the list that is missing or empty, or the word that stands for two operators."""
    for section in ("before", "after", "kinds", "words", "openings_unless", "plans", "indicator_heads"):
        if not isinstance(words.get(section), dict) or not words[section]:
            raise DataError(f"缺少 [{section}] 一节", place, "请补上")
    for section in ("before", "after"):
        owner: dict[str, str] = {}
        for operator, entries in words[section].items():
            if operator not in ("=", ">=", "<=", ">", "<", "~", "+", "-"):
                raise DataError(f"[{section}] 中的符号“{operator}”不认识", place, "应为 = >= <= > < ~ + - 之一")
            for word in entries:
                if not word or word in owner:
                    raise DataError(f"[{section}] 中的“{word}”为空或重复", place, "请删去一处")
                owner[word] = operator
    for name, entries in words["words"].items():
        if not isinstance(entries, list) or not entries or not all(isinstance(w, str) and w.strip() for w in entries):
            raise DataError(f"词表 {name} 为空或有空白的词", place, "请改正")
    for word in words.get("openings_unless", {}):
        if word not in words["words"]["openings"]:
            raise DataError(f"[openings_unless] 中的“{word}”不在 openings 里", place, "请补上或删去")
    for plan, year in words["plans"].items():
        if not re.fullmatch(r"20\d\d", year):
            raise DataError(f"“{plan}”的末年“{year}”不是年份", place, "请写四位年份")


@lru_cache(maxsize=1)
def measures() -> dict[str, Measure]:
    """The units of measure by name."""
    rows = table("figure_units", _COLUMNS)
    check_units(rows)
    return {r.cells["unit"]: Measure(r.cells["unit"], r.cells["kind"], r.cells["han"] == "yes", r.cells["weak"] == "yes") for r in rows}


@lru_cache(maxsize=1)
def figure_words() -> dict[str, Any]:
    """The checked words of figure_words.toml."""
    words = settings("figure_words")
    check_words(words, "figure_words.toml")
    return words


def any_word(words: Iterable[str]) -> str:
    """A pattern that matches any of the words, longer ones first."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))
