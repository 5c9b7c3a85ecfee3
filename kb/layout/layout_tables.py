"""Tables printed with their columns side by side, a cell over several lines: what a piece belongs to is seen from where it stands.

    序号  工作任务              牵头单位    完成时限
     1    疏浚干渠八公里，加    县水利局    2022年
          固堤防三处                        6月底
Each printed line becomes a row; a line without a number is more of the row before (kb/duties/tables.py puts them together).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.grid_rows import UNIT_ROLES, column_role
from kb.layout.line_cells import NEVER, TEXTS, Token, fit, tokens_of
from kb.layout.lines import Line
from kb.numbering import find_marker

_MOST_LINES = 600
_SLACK = 3  # half characters by which a piece may stand before its column


def layout_rows(lines: Sequence[Line], text: str, begin: int, head: Sequence[Sequence[Token]], roles: Sequence[str]) -> list[tuple[int, list[list[Token]]]]:
    """(index of the line, its cells) for the lines below a head that stands on one line, numbered rows of which one at least
    goes on in further lines; a section has no cells. [] where the pieces stand in no columns or make no cells."""
    if len({t.line for cell in head for t in cell}) != 1 or roles[0] != "number":
        return []
    heads = "".join(t.text for cell in head for t in cell)
    read = _read(lines, text, begin, heads, 2)
    full = _places(read, len(roles))
    if not full or len(full) * 2 < sum(1 for _, number, _ in read if number):
        return []
    single = _read(lines, text, begin, heads, 1)  # programs that read pdf count each character once
    if _spread(_places(single, len(roles))) < _spread(full):
        read, full = single, _places(single, len(roles))
    starts = [min(places) for places in zip(*full, strict=True)]
    out: list[tuple[int, list[list[Token]]]] = []
    whole: list[list[list[Token]]] = []
    for index, number, pieces in read:
        if _squeezed(pieces) == heads:  # printed again on the next page
            out.append((index, [tokens for _, tokens in pieces]))
            continue
        if is_section(lines[index], pieces):
            out.append((index, []))
            continue
        if not number and (not whole or pieces[0][0] < starts[1] - _SLACK):
            break
        cells: list[list[Token]] = [[] for _ in roles]
        for x, tokens in pieces:
            cells[max((c for c, start in enumerate(starts) if start - _SLACK <= x), default=0)] += tokens
        out.append((index, cells))
        if number:
            whole.append([list(c) for c in cells])
        else:
            whole[-1] = [a + b for a, b in zip(whole[-1], cells, strict=True)]
    if len(whole) < 2 or sum(1 for _, cells in out if cells and _squeezed([(0, t) for t in cells]) != heads) == len(whole):
        return []
    while not out[-1][1] or _squeezed([(0, t) for t in out[-1][1]]) == heads:
        out.pop()
    return out if all(fit(role, cell) > NEVER for row in whole for role, cell in zip(roles[1:], row[1:], strict=True)) else []


_Read = list[tuple[int, bool, list[tuple[int, list[Token]]]]]


def _places(read: _Read, count: int) -> list[list[int]]:
    """Where the cells of the rows stand that have all of them."""
    return [[p[0] for p in pieces] for _, number, pieces in read if number and len(pieces) == count]


def _spread(places: Sequence[Sequence[int]]) -> int:
    """How far the cells of one column stand apart, over all columns."""
    return sum(max(column) - min(column) for column in zip(*places, strict=True))


def is_section(line: Line, pieces: Sequence[object]) -> bool:
    """一、监测帮扶 on a line of its own between the rows."""
    if len(pieces) != 1 or len(line.text) > 40 or line.text[-1] in "。；":
        return False
    marker = find_marker(line.text)
    return marker is not None and marker.sure and marker.form in ("han_comma", "han_bracket")


def _squeezed(pieces: Sequence[tuple[int, list[Token]]]) -> str:
    return "".join(t.text for _, tokens in pieces for t in tokens)


def _read(lines: Sequence[Line], text: str, begin: int, heads: str, wide: int) -> _Read:
    """(index, whether it begins with the next number, its pieces with their places) for the lines of the table."""
    out: _Read = []
    value = 1
    for index in range(begin, min(len(lines), begin + _MOST_LINES)):
        line = lines[index]
        if line.kind in ("blank", "page_number", "running_head"):
            continue
        if line.kind != "text":
            break
        pieces = _pieces(line, text, index, wide)
        number = pieces[0][1][0].text.rstrip(".．、") == str(value) and len(pieces) > 1
        if not number and (not out or line.text[-1:] in "：:") and _squeezed(pieces) != heads and not is_section(line, pieces):
            break
        value += number
        out.append((index, number, pieces))
    return out


@lru_cache(maxsize=1)
def _piece() -> re.Pattern[str]:
    return re.compile(r"[^\s]+(?:[ \u3000][^\s]+)*")


def _pieces(line: Line, text: str, index: int, wide: int = 2) -> list[tuple[int, list[Token]]]:
    """The stretches between wide gaps, each with its place from the left, a Chinese character counted as `wide`."""
    raw = text.rfind("\n", 0, line.start) + 1
    tokens = tokens_of([line], text, 0)
    out = []
    for match in _piece().finditer(text, line.start, line.end):
        inside = [Token(t.text, t.start, t.end, index) for t in tokens if match.start() <= t.start < match.end()]
        out.append((sum(wide if ord(c) > 0x2000 else 1 for c in text[raw : match.start()]), inside))
    return out


def plain_rows(lines: Sequence[Line], text: str, at: int) -> list[tuple[int, list[list[Token]]]]:
    """Rows without numbers, each on one line with as many pieces as the head in line `at` has; the head comes first. [] for none."""
    head = _pieces(lines[at], text, at)
    roles = [column_role("".join(t.text for t in tokens)) for _, tokens in head]
    if len(head) < 3 or not all(roles) or not set(roles) & set(UNIT_ROLES) or roles[0] not in TEXTS:
        return []
    out = [(at, [tokens for _, tokens in head])]
    for index in range(at + 1, min(len(lines), at + _MOST_LINES)):
        if lines[index].kind == "blank":
            continue
        pieces = _pieces(lines[index], text, index) if lines[index].kind == "text" else []
        if len(pieces) != len(roles) or any(fit(role, tokens) <= NEVER for role, (_, tokens) in zip(roles, pieces, strict=True)):
            break
        out.append((index, [tokens for _, tokens in pieces]))
    return out if len(out) > 2 else []
