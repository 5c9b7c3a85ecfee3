"""Pages of a pdf → their texts; a table row that the end of a page cut in two becomes one again.

The rest of the row is moved up to the page where it began: only so is the text of each of its cells in one piece.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from kb.formats import rows

NEAR = 4.0  # points within which columns of two pages stand in the same place
FURNITURE_LINES, FURNITURE_LENGTH = 2, 30  # lines of a running head or foot that may stand between the two halves

Block = Any  # a list of lines, or {"rows": [[text]], "xs": [x], "last": [[row, column, open]]}


def join_pages(pages: list[list[Block]]) -> list[str]:
    """The text of each page, lines joined by line ends, cells by tabs. `pages` is changed."""
    for before, after in pairwise(pages):
        upper, lower = _table_first(before[::-1]), _table_first(after)
        while upper is not None and "rest_of" in upper:  # a row over three pages
            upper = upper["rest_of"]
        if upper is not None and lower is not None and _same_columns(upper["xs"], lower["xs"]):
            _move_rest(upper, lower)
    return ["\n".join(line for block in page for line in _lines(block)) for page in pages]


def _lines(block: Block) -> list[str]:
    return list(block) if isinstance(block, list) else [rows.row(cells) for cells in block["rows"]]


def _table_first(blocks: list[Block]) -> Block | None:
    """The first table, if nothing but a running head stands before it."""
    for block in blocks:
        if isinstance(block, dict):
            return block
        if len(block) > FURNITURE_LINES or any(len(line.strip()) > FURNITURE_LENGTH for line in block):
            return None
    return None


def _same_columns(one: list[float], other: list[float]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))


def _move_rest(upper: Block, lower: Block) -> None:
    """Moves the first row of the lower half (below a repeated head) into the last row of the upper one, if it is its rest."""
    head = 0
    while head < len(lower["rows"]) and head < len(upper["rows"]) and lower["rows"][head] == upper["rows"][head]:
        head += 1
    if head >= len(lower["rows"]) or not _is_rest(upper, lower["rows"][head]):
        return
    for column, text in enumerate(lower["rows"][head]):
        if text:
            row, cell, _ = upper["last"][column]
            upper["rows"][row][cell] += text
    if head == len(lower["rows"]) - 1:  # nothing below it: what ends here may go on once more
        upper["last"] = [[row, cell, ends[2]] for (row, cell, _), ends in zip(upper["last"], lower["last"], strict=True)]
        lower["rows"], lower["rest_of"] = lower["rows"][:head], upper
        return
    del lower["rows"][head]
    lower["last"] = [[row - 1 if row > head else row, cell, goes_on] for row, cell, goes_on in lower["last"]]


def _is_rest(upper: Block, cells: list[str]) -> bool:
    """Whether a row is the rest of the last row above: each of its texts goes on where a full cell broke off."""
    if len(upper["last"]) < len(cells):
        return False
    texts = [(column, text) for column, text in enumerate(cells) if text]
    if not texts or any(_own_ordinal().match(text) for _, text in texts):
        return False
    broken = False
    for column, _ in texts:
        row, cell, goes_on = upper["last"][column]
        above = upper["rows"][row][cell]
        if not goes_on or not above:
            return False
        broken = broken or above[-1] not in "。；！？"
    return broken


@lru_cache(maxsize=1)
def _own_ordinal() -> re.Pattern[str]:
    return re.compile(r"[（(]?[\d一二三四五六七八九十]{1,4}[)）、.．]|[①-⑳]|第[一二三四五六七八九十\d]{1,4}[章节条]")
