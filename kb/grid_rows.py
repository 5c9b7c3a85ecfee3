"""The shape of table rows: cells with their places, what a column head means, what a column holds, which is under which head.

Rows come from print: heads are repeated on each page, moved by an empty leading cell or without one, and a column that is
empty on a page is missing there. So columns are put under heads by what they hold (numbered sentences, names of
bodies, digits), not only by where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kb.frozen import dataclass
from kb.model import Block, Cell
from kb.numbering import readings
from kb.numbering_forms import ARAB
from kb.spans import cut
from kb.tables import settings

UNIT_ROLES = ("lead", "responsible", "cooperating", "guiding", "data")
MATTER = ("task", "project", "indicator", "section")  # what a piece of work is called
_MOST_CELLS = 200
_MOSTLY = 0.5
_CARD_WIDTHS = (2, 4)  # one label and its value in a row, or two
_FEWEST = 3  # labels of a card
_BLANK = " \u3000\u00a0"


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell of a row block: text[start:end] of the block, without the white space at its ends; `merged`: it goes on from the row above."""

    text: str
    start: int
    end: int
    merged: bool = False


@lru_cache(maxsize=1)
def _roles() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    exact: dict[str, str] = {}
    parts: list[tuple[str, str]] = []
    for row in settings("grids")["role"]:
        exact.update(dict.fromkeys(row["exact"], row["name"]))
        parts.extend((part, row["name"]) for part in row["part"])
    return exact, tuple(parts)


def split_row(block: Block) -> tuple[RawCell, ...]:
    """The cells of a row block, empty ones included. A row of hundreds of cells is no table row: one cell holds it all."""
    if block.cells:
        return tuple(RawCell(block.text[a:b], a, b, i in block.merged) for i, (a, b) in enumerate(block.cells[:_MOST_CELLS]))
    out = []
    start = 0
    pieces = block.text.split("\t")
    for i, piece in enumerate(pieces if len(pieces) <= _MOST_CELLS else [block.text]):
        left = len(piece) - len(piece.lstrip(_BLANK))
        text = piece.strip(_BLANK)
        out.append(RawCell(text, start + left if text else start, start + left + len(text) if text else start, i in block.merged and not text))
        start += len(piece) + 1
    return tuple(out)


def cell_of(block: Block, raw: RawCell) -> Cell:
    """The cell with its places in the source."""
    return Cell(raw.text, cut(block.spans, raw.start, raw.end)) if raw.text else Cell("", ())


def as_above(cells: Sequence[Cell], above: Sequence[Cell]) -> list[Cell]:
    """The cells of a row, those that only say so (〃, 同上) as the cells above them, as merged ones are."""
    return [was if now.text and is_ditto(now.text) and was.text else now for now, was in zip(cells, above, strict=True)]


def is_ditto(text: str) -> bool:
    """Whether a cell stands for the one above: 〃, 同上, （同上）."""
    return len(text) < 12 and "".join(text.split()).strip("（）()。，；-—") in settings("grids")["shape"]["ditto"]


def bare_head(text: str) -> str:
    """A column head without white space and what stands in brackets: `备 注` is 备注."""
    text = "".join(text.split())
    for opening, closing in ("（）", "()", "〔〕"):
        while opening in text and closing in text[text.index(opening) :]:
            at = text.index(opening)
            text = text[:at] + text[text.index(closing, at) + 1 :]
    return text


@lru_cache(maxsize=2048)  # the first words of a line are asked about again and again
def column_role(head: str) -> str:
    """What a column head means: task, lead, responsible, number, indicator, year …, or "" when it is not known."""
    head = bare_head(head)
    exact, parts = _roles()
    if head in exact:
        return exact[head]
    if is_year(head):
        return "year"
    if not head or len(head) > 14:
        return ""
    return next((role for part, role in parts if part in head), "")


def is_year(text: str) -> bool:
    """2025年, 2020年基期值, 到2025年目标: a head with a year."""
    at = text.find("20")
    four = text[at : at + 4] if at >= 0 else ""
    return len(text) <= 14 and len(four) == 4 and all(c in ARAB for c in four) and (text[at + 4 : at + 5] == "年" or text == four)


def is_head(cells: Sequence[RawCell]) -> bool:
    """Whether a row is a head: at least two short cells, at least half of them known heads, no number first."""
    shown = [c.text for c in cells if c.text]
    if len(shown) < 2 or any(len(t) > 24 or t[-1] in "。；" for t in shown) or shown[0][0] in ARAB:
        return False
    known = sum(1 for t in shown if column_role(t) and not readings(t))
    named = any(column_role(t) not in ("", "year") for t in shown)
    return known >= 2 and known * 2 >= len(shown) and (named or not any(t.isdigit() for t in shown))


def is_card(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows are labels beside their values: nearly all first cells are labels, one says what is to be done, one who does it."""
    pairs = [pair for row in rows for pair in zip(row[::2], row[1::2], strict=False)]
    if len(pairs) < _FEWEST or any(len(row) not in _CARD_WIDTHS for row in rows):
        return False
    roles = [column_role(label) for label, _ in pairs]
    told = [role for (_, value), role in zip(pairs, roles, strict=True) if role and not column_role(value)]
    known = len(told) * 4 >= len(pairs) * 3 or (len(told) >= _FEWEST and len(told) * 2 >= len(pairs))
    return known and len({*roles} - {""}) >= _FEWEST and bool({*told} & {*UNIT_ROLES}) and bool({*told} & {*MATTER})


def looks_like_unit(text: str) -> bool:
    """Whether a cell holds names of bodies and nothing else, by the characters that names end in."""
    shape = settings("grids")["shape"]
    ends, tails = shape["unit_ends"], tuple(shape["unit_tails"])
    names = [n for n in "".join(text.split()).replace("，", "、").replace(",", "、").replace("；", "、").split("、") if n]
    if not names:
        return False
    bare = [n.rstrip("等。）)") for n in names if len(n) <= 24]
    good = sum(1 for n in bare if (n[-1:] or " ") in ends or n.endswith(tails))
    return good * 3 >= len(names) * 2


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of some rows holds, as shares of its filled cells."""

    filled: float
    numbered: float
    units: float
    digits: float
    sections: float
    length: float


def describe(rows: Sequence[Sequence[RawCell]], column: int) -> Column:
    """The features of one column."""
    texts = [r[column].text for r in rows if column < len(r)]
    shown = [t for t in texts if t][:40]
    if not shown:
        return Column(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    count = len(shown)
    heads = [readings(t) for t in shown]
    numbered = sum(1 for h in heads if h and h[0].form in ("num_dot", "num_comma", "bare", "num_bracket"))
    sections = sum(1 for h in heads if h and h[0].form in ("han_comma", "han_bracket"))
    digits = sum(1 for t in shown if all(c in ARAB for c in t))
    units = sum(1 for t in shown if looks_like_unit(t))
    return Column(len(shown) / max(1, min(40, len(texts))), numbered / count, units / count, digits / count, sections / count, sum(map(len, shown)) / count)


def _fits(role: str, column: Column) -> float:
    """How well a column may stand under a head of this role."""
    if role == "task":
        return 2 * column.numbered + min(1.0, column.length / 30) - 2 * column.units - 2 * column.digits - column.sections
    if role in UNIT_ROLES:
        return 2 * column.units - 2 * column.numbered - column.digits - column.sections
    if role == "number":
        return 3 * column.digits - column.units
    if role == "section":
        return column.sections - column.units - 0.5 * column.numbered
    if role == "remarks":
        return 0.4 * (1 - column.filled) - column.units
    return 0.1 - 0.5 * column.units - 0.5 * column.sections


def align(heads: Sequence[tuple[int, str]], rows: Sequence[Sequence[RawCell]]) -> tuple[int | None, ...]:
    """For each head (its own column, its role) the column of the rows that stands under it, or None.

    Heads keep their order; a head without a column is possible (an empty last column that was left out).
    """
    width = max((len(r) for r in rows), default=0)
    if not width or width > 40 or len(heads) > 40:
        return tuple(at if at < width else None for at, _ in heads)
    columns = [describe(rows, c) for c in range(width)]
    if [at for at, _ in heads] == list(range(width)) and all(len(r) == width for r in rows) and _is_under_heads(heads, columns):
        return tuple(range(width))
    # best[c] for the first h heads: score with all of them put into columns before c
    best: list[float] = [0.0] * (width + 1)
    choice: list[list[int | None]] = []
    for at, role in heads:
        lost = 0.05 if role in ("remarks", "") else 0.6
        after = [0.0] * (width + 1)
        chosen: list[int | None] = [None] * (width + 1)
        after[0] = best[0] - lost
        for c in range(1, width + 1):
            put = best[c - 1] + _fits(role, columns[c - 1]) + (0.3 if at == c - 1 else 0.0)
            skip = best[c] - lost
            stay = after[c - 1]
            after[c] = max(put, skip, stay)
            chosen[c] = -1 if after[c] == stay and after[c] > max(put, skip) else (c - 1 if put >= skip else None)
        choice.append(chosen)
        best = after
    return _trace(choice, width)


def _is_under_heads(heads: Sequence[tuple[int, str]], columns: Sequence[Column]) -> bool:
    """Whether numbers stand under the head of numbers and bodies under those of bodies: then every column stands under its own head."""
    known = [(role, columns[at]) for at, role in heads if role == "number" or role in UNIT_ROLES]
    return bool(known) and all((c.digits if role == "number" else c.units) >= _MOSTLY for role, c in known)


def shift(heads: Sequence[int], rows: Sequence[Sequence[RawCell]]) -> int:
    """How far the rows of a page stand to the right of their heads: most filled cells under a head, fewest empty heads."""
    places = set(heads)
    filled = [at for r in rows[:60] for at, c in enumerate(r) if c.text]
    used = set(filled)
    best, chosen = -1.0, 0
    for by in (0, -1, 1, -2, 2):
        under = sum(1 for at in filled if at - by in places)
        score = under + len(rows) * 0.5 * sum(1 for at in places if at + by in used)
        if score > best:
            best, chosen = score, by
    return chosen


def _trace(choice: list[list[int | None]], width: int) -> tuple[int | None, ...]:
    """Reads the chosen columns back from the last head to the first."""
    out: list[int | None] = []
    c = width
    for chosen in reversed(choice):
        while c and chosen[c] == -1:
            c -= 1
        found = chosen[c] if c else None
        out.append(found)
        if found is not None:
            c = found
    return tuple(reversed(out))
