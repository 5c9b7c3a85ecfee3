"""Tables of indicators → one record for each indicator: number, name, values by column, 约束性 or 预期性.

An indicator mostly is a row (序号, 指标, 2020年, 2025年, 属性). Where the first column holds years (年度, 2016, 2017 …, 合计), each
other column is an indicator and its values stand by year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.model import Document, Grid, Indicator, Row
from kb.quantities.words import figure_words

_YEAR_HEAD = re.compile(r"(?:19|20)\d\d")
_YEAR = re.compile(r"\s{0,3}(?:19|20)\d\d\s{0,3}年?度?\s{0,3}$")


def find_indicators(document: Document, grids: Sequence[Grid]) -> tuple[Indicator, ...]:
    """The indicators of the document's indicator tables, in the order printed.

    `values` has every column that is neither number, name nor nature, under its head as printed, blank cells left out. The row
    3 | 农村卫生厕所普及率（%） | 85 | 90 | 预期性 under 序号 指标 2020年 2025年 属性 gives number 3 with 2020年 85 and 2025年 90.
    """
    out: list[Indicator] = []
    for grid in grids:
        if grid.rows and (grid.kind == "indicators" or (grid.kind == "duties" and _says_values(grid.header))):
            out += _by_column(document, grid) if _is_by_year(grid) else _by_row(document, grid)
    return tuple(out)


def _says_values(header: Sequence[str]) -> bool:
    """Whether a table that assigns indicators to units says their values: 指标 | 单位 | 2025年 | 牵头单位."""
    heads = ["".join(h.split()) for h in header]
    return any(h in _roles()["name"] or h in _roles()["group"] for h in heads) and any(_YEAR_HEAD.search(h) for h in heads)


def _is_by_year(grid: Grid) -> bool:
    first = [_text(r, 0) for r in grid.rows]
    years = sum(_YEAR.match(f) is not None for f in first)
    head = grid.header[0] if grid.header else ""
    return years >= 2 and 2 * years > len(first) and not any(_YEAR.match(h) for h in grid.header) and head not in _roles()["number"]


def _by_column(document: Document, grid: Grid) -> list[Indicator]:
    out = []
    for column in range(1, len(grid.header)):
        values = tuple((_text(r, 0), _text(r, column)) for r in grid.rows if _text(r, 0) and _text(r, column))
        if values:
            out.append(Indicator(document.id, grid.clause, "", grid.header[column], values, None, grid.rows[0].first_line))
    return out


@lru_cache(maxsize=1)
def _roles() -> dict[str, list[str]]:
    roles: dict[str, list[str]] = figure_words()["indicator_heads"]
    return roles


def _column(header: Sequence[str], role: str) -> int | None:
    """The column with one of the role's heads, 指标 before 类别, else the first one whose head ends so (主要指标, 指标属性)."""
    heads = ["".join(h.split()) for h in header]
    exact = next((heads.index(word) for word in _roles()[role] if word in heads), None)
    return exact if exact is not None else next((i for i, h in enumerate(heads) if h.endswith(tuple(_roles()[role]))), None)


def _by_row(document: Document, grid: Grid) -> list[Indicator]:
    number, nature = _column(grid.header, "number"), _column(grid.header, "nature")
    heads = [h if i not in (number, nature) else "" for i, h in enumerate(grid.header)]
    name = next((column for role in ("name", "group") if (column := _column(heads, role)) is not None), None)
    if name is None:
        name = 1 if number == 0 and len(grid.header) > 1 else 0
    out = []
    for row in grid.rows:
        cells = _aligned(row, len(grid.header), nature)
        printed = [c for c in cells if c]
        if len(printed) < 2 or not cells[name]:
            continue  # 一、经济发展: the head of a group
        kind = next((c for c in reversed(cells) if c in _roles()["natures"]), None)
        taken = {number, name, nature}
        values = tuple((h, c) for i, (h, c) in enumerate(zip(grid.header, cells, strict=True)) if i not in taken and c and c != kind)
        if values:
            out.append(Indicator(document.id, row.clause or grid.clause, cells[number] if number is not None else "", cells[name], values, kind, row.first_line))
    return out


def _aligned(row: Row, width: int, nature: int | None) -> list[str]:
    """The row's cells, as many as there are heads: a cell too many belongs to the name, since values stand at the right."""
    cells = [_text(row, i) for i in range(len(row.cells))]
    if len(cells) > width >= 2:
        extra = len(cells) - width
        if not any(cells[width:]):
            return cells[:width]
        if nature is not None and cells[nature] not in _roles()["natures"] and cells[nature + extra : nature + extra + 1]:
            at = 1 if _column_is_number(cells[0]) else 0
            cells[at : at + extra + 1] = [" ".join(c for c in cells[at : at + extra + 1] if c)]
    return (cells + [""] * width)[:width]


def _column_is_number(cell: str) -> bool:
    return cell == "" or re.fullmatch(r"[（(]?\d{1,3}[)）.、]?", cell) is not None


def _text(row: Row, column: int) -> str:
    """A cell without white space at line ends and without the mark of a footnote."""
    if column >= len(row.cells):
        return ""
    text = re.sub(r"<sup>[^<]{0,20}</sup>", "", row.cells[column].text)
    return " ".join(re.sub(r"</?[a-z]{1,6}/?>", "", text).split())
