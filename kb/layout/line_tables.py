"""Tables that arrive as plain lines → row lines with their cells.

Text pulled from a pdf has cells on lines of their own, or parted by spaces only. Such a table is known by a head of known words
(序号 工作任务 牵头单位 …) and rows that begin with 1, 2, 3 …; nothing is read as a table unless every cell of a row fits its head.
Lines are changed in place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from kb.grid_rows import UNIT_ROLES, column_role
from kb.layout.layout_tables import layout_rows, plain_rows
from kb.layout.line_cells import NEVER, TEXTS, Token, become, fit, tokens_of
from kb.layout.lines import Line
from kb.layout.row_mending import BARS
from kb.numbering import find_marker

_MOST_TOKENS = 48  # of a row
_MOST_LINES = 40  # of a row
_LONGEST_HEAD = 8  # characters of a head on a line of its own
_MOST_UNNUMBERED = 240  # lines of a table without numbers
_MOST_CELL_LINES = 5  # of one of its cells
_STOPS = ("注：", "注:", "备注：", "说明：", "附件", "附表", "抄送", "——")


def _is_barred(text: str) -> bool:
    """Whether a line has bars enough for a row."""
    one, two, three = tuple(BARS)
    return (one in text or two in text or three in text) and sum(map(text.count, BARS)) > 1


def make_rows(lines: list[Line], text: str) -> None:
    """Cells on lines of their own → row lines. To be called before running heads are sought: 年底 in each row is none."""
    at = 0
    while at < len(lines):
        behind = at + 1
        line = lines[at]
        if line.kind != "text" or _is_barred(line.text):  # rows of bars: kb/layout/row_mending.py
            at = behind
            continue
        if line.text[:1] in _first_characters():
            behind = _line_table(lines, text, at)
        if behind > at + 1 or line.kind != "text":
            at = behind
            continue
        if len(line.text) <= _LONGEST_HEAD and column_role(line.text) in TEXTS:
            behind = _table_without_numbers(lines, text, at)
        elif " " in line.text[:16] and column_role(line.text[:16].split(maxsplit=1)[0]) in TEXTS:
            for index, pieces in plain_rows(lines, text, at):
                become(lines, text, pieces, index, index)
                behind = index + 1
        at = behind


# --- cells on lines of their own ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _first_characters() -> frozenset[str]:
    """What the head of a numbered table may begin with."""
    return frozenset("序编任项号")


def _line_table(lines: list[Line], text: str, at: int) -> int:
    """Reads a table whose head begins in line `at`; the index of the line behind it, or at + 1."""
    head = _read_head(lines, text, at)
    if head is None:
        return at + 1
    cells, roles, begin = head
    printed = layout_rows(lines, text, begin, cells, roles)
    if printed:
        become(lines, text, cells, at, begin - 1)
        for index, pieces in printed:
            if pieces:
                become(lines, text, pieces, index, index)
            else:
                lines[index].kind, lines[index].cells = "row", ((0, len(lines[index].text)),)
        return printed[-1][0] + 1
    rows = _rows(lines, text, begin, roles, "".join(t.text for c in cells for t in c))
    if sum(1 for r in rows if r.cells and not r.head) < 2:
        return at + 1
    last = begin - 1
    become(lines, text, cells, at, begin - 1)
    for row in rows:
        if row.section:
            line = lines[row.first]
            line.kind, line.cells = "row", ((0, len(line.text)),)
        elif row.cells:
            become(lines, text, row.cells, row.first, row.last)
        last = max(last, row.last)
    return last + 1


def _table_without_numbers(lines: list[Line], text: str, at: int) -> int:
    """Reads a table with one cell or part of a cell a line and no column of numbers, whose head begins in line `at`.

    Each head stands on a line of its own; a row ends where the next text cell begins. The line behind it, or at + 1.
    """
    heads: list[int] = []
    i = at
    while i < len(lines) and len(heads) < 10 and (lines[i].kind == "blank" or (lines[i].kind == "text" and len(lines[i].text) <= _LONGEST_HEAD and column_role(lines[i].text))):
        if lines[i].kind == "text":
            heads.append(i)
        i += 1
    roles = [column_role(lines[h].text) for h in heads]
    if len(heads) < 3 or "number" in roles or not set(roles) & set(UNIT_ROLES):
        return at + 1
    rows = _rows_without_numbers(lines, text, heads[-1] + 1, roles)
    if len(rows) < 2:
        return at + 1
    become(lines, text, [tokens_of(lines, text, h) for h in heads], heads[0], heads[-1])
    for cells in rows:
        become(lines, text, cells, cells[0][0].line, max(c[-1].line for c in cells if c))
    return max(c[-1].line for c in rows[-1] if c) + 1


def _rows_without_numbers(lines: Sequence[Line], text: str, begin: int, roles: Sequence[str]) -> list[list[list[Token]]]:
    """The rows from line `begin`: each column takes one to four lines that fit it; as many rows as fit, none with an empty cell."""
    shown: list[Token] = []
    for i in range(begin, min(len(lines), begin + _MOST_UNNUMBERED)):
        if lines[i].kind == "blank" or (lines[i].kind == "page_number"):
            continue
        if lines[i].kind != "text" or lines[i].text.startswith(_STOPS) or _is_heading(lines[i]):
            break
        shown.append(Token(lines[i].text, lines[i].start, lines[i].end, i))
    width = len(roles)
    best: list[list[float]] = [[NEVER] * width for _ in range(len(shown) + 1)]  # best[k][c]: k lines read, column c is next
    came: list[list[int]] = [[0] * width for _ in range(len(shown) + 1)]
    best[0][0] = 0.0
    for k in range(len(shown)):
        for c in range(width):
            if best[k][c] <= NEVER:
                continue
            for size in range(1, min(_MOST_CELL_LINES, len(shown) - k) + 1):
                score = best[k][c] + fit(roles[c], shown[k : k + size]) - 0.2 * (size - 1)
                after = (c + 1) % width
                if score > max(best[k + size][after], NEVER):
                    best[k + size][after], came[k + size][after] = score, k
    end = max((k for k in range(len(shown) + 1) if best[k][0] > NEVER), default=0)
    out: list[list[list[Token]]] = []
    c = 0
    while end > 0:
        c = (c - 1) % width
        start = came[end][(c + 1) % width]
        if c == width - 1:
            out.insert(0, [[] for _ in range(width)])
        out[0][c] = [t for token in shown[start:end] for t in tokens_of(lines, text, token.line)]
        end = start
    return out


def _read_head(lines: Sequence[Line], text: str, at: int) -> tuple[list[list[Token]], list[str], int] | None:
    """The cells of a head that begins with 序号, their roles, and the line behind it."""
    stream: list[Token] = []
    for i in range(at, min(len(lines), at + 24)):
        if lines[i].kind == "text":
            if len(lines[i].text) > 60 or (i > at and _is_number(_first_word(lines[i], text), 1)):
                break
            stream += tokens_of(lines, text, i)
        elif lines[i].kind != "blank":
            break
    cells: list[list[Token]] = []
    roles: list[str] = []
    k = 0
    while k < len(stream) and len(cells) < 12:
        size = next((n for n in (1, 2, 3, 4) if k + n <= len(stream) and _near(stream[k : k + n]) and _head_role("".join(t.text for t in stream[k : k + n]))), 0)
        if not size and roles[:1] == ["number"] and stream[k].line == stream[0].line and len(stream[k].text) <= 12:
            size = 1  # 建设年限 among known heads on one line
        if not size:
            break
        if stream[k].text == "号" and roles == ["number"]:  # 序 号
            cells[0] = stream[: k + 1]
            k += 1
            continue
        roles.append(_head_role("".join(t.text for t in stream[k : k + size])))
        cells.append(stream[k : k + size])
        k += size
    known = set(roles)
    assigns = known & {"task", "project", "indicator"} and known & set(UNIT_ROLES)
    measures = "indicator" in known and "year" in known
    if len(cells) < 3 or roles[0] != "number" or not (assigns or measures):
        return None
    end = cells[-1][-1].line
    if k < len(stream) and stream[k].line == end:
        return None
    return cells, roles, end + 1


def _near(tokens: Sequence[Token]) -> bool:
    """Whether pieces may be one head: on lines of their own, or one space apart."""
    return all(b.line != a.line or b.start == a.end + 1 for a, b in pairwise(tokens))


def _head_role(text: str) -> str:
    if len(text) > 12:
        return ""
    return column_role(text) or ("year" if text.startswith(("年均", "累计", "五年累计")) else "")


@dataclass(slots=True)
class _RowLines:
    """A row in the making: its lines and, when they fit, its cells; a section is one line."""

    first: int
    last: int
    cells: list[list[Token]]
    section: bool = False
    head: bool = False  # the head of the table, printed again


def _rows(lines: Sequence[Line], text: str, begin: int, roles: Sequence[str], heads: str) -> list[_RowLines]:
    """The rows under a head, up to the first line that cannot belong to one."""
    out: list[_RowLines] = []
    number = 1
    i = begin
    while i < len(lines):
        line = lines[i]
        if line.kind == "blank" or (line.kind == "page_number" and not _is_number(line.text, number)):
            i += 1
            continue
        if line.kind not in ("text", "page_number"):
            break
        if _is_number(_first_word(line, text), number):
            stop = _next_row(lines, text, i + 1, number + 1, heads)
            row = _fit_lines(lines, text, i, stop, roles)
            out.append(row)
            if not row.cells:
                break
            number += 1
            i = row.last + 1
        elif _head_again(lines, text, i, heads) is not None:
            again = _read_head(lines, text, i)
            if again is None:
                break
            out.append(_RowLines(i, again[2] - 1, again[0], head=True))
            i = again[2]
        elif _is_section(line) and (out or i == begin or all(x.kind == "blank" for x in lines[begin:i])):
            out.append(_RowLines(i, i, [], True))
            i += 1
        else:
            break
    while out and (out[-1].section or out[-1].head or not out[-1].cells):
        out.pop()
    return out


def _head_again(lines: Sequence[Line], text: str, at: int, heads: str) -> int | None:
    """The line behind the head printed again from line `at`; None when something else stands there."""
    rest = heads
    if lines[at].text[:1] != heads[:1]:
        return None
    for i in range(at, min(len(lines), at + 24)):
        line = lines[i]
        printed = "".join(text[line.start : line.end].split()) if line.kind == "text" else ""
        if (line.kind != "blank" and not printed) or not rest.startswith(printed):
            return None
        rest = rest[len(printed) :]
        if not rest:
            return i + 1
    return None


def _first_word(line: Line, text: str) -> str:
    return (text[line.start : min(line.end, line.start + 8)].split(None, 1) or [""])[0]


def _is_number(text: str, number: int) -> bool:
    return text.rstrip(".．、") == str(number)


def _is_section(line: Line) -> bool:
    marker = find_marker(line.text)
    if marker is None:
        return re.fullmatch(r"[一二三四五六七八九十]{1,3}[ \u3000\t][^0-9。；]{2,20}", line.text) is not None
    return marker.form in ("han_comma", "han_bracket") and len(line.text) <= 40 and line.text[-1] not in "。；"


def _is_heading(line: Line) -> bool:
    """A heading that stands in no table: 第三章 保障措施, 专栏2, 附件3."""
    marker = find_marker(line.text)
    return marker is not None and marker.sure and marker.kind in ("part", "chapter", "section", "article", "box", "annex")


def _next_row(lines: Sequence[Line], text: str, at: int, number: int, heads: str) -> int:
    """The line where the row with this number begins, or a section, a note or anything else that ends the row."""
    for i in range(at, min(len(lines), at + _MOST_LINES)):
        line = lines[i]
        if line.kind in ("text", "page_number") and (_is_number(_first_word(line, text), number) or _is_section(line) or line.text.startswith(_STOPS) or _head_again(lines, text, i, heads)):
            return i
        if line.kind not in ("text", "blank", "page_number") or (line.kind == "text" and _is_heading(line)):
            return i
    return min(len(lines), at + _MOST_LINES)


def _fit_lines(lines: Sequence[Line], text: str, first: int, stop: int, roles: Sequence[str]) -> _RowLines:
    """The row of lines first … stop - 1; the last row of a table ends before the first line that fits no column."""
    shown = [i for i in range(first, stop) if i == first or lines[i].kind == "text"]
    tokens: list[Token] = []
    ends: dict[int, int] = {}  # number of tokens -> the line that ends with them
    for i in shown:
        tokens += tokens_of(lines, text, i)
        if len(tokens) > _MOST_TOKENS:
            break
        ends[len(tokens)] = i
    last = max(ends, default=0)
    best, taken = _columns(tokens[:last], roles)
    for count in sorted(ends, reverse=True):
        if best[-1][count] > NEVER:
            cells = _read_back(tokens, taken, count)
            named = any(cell and role in (*UNIT_ROLES, "year") for role, cell in zip(roles, cells, strict=True))
            if named and any(cell and role in TEXTS for role, cell in zip(roles, cells, strict=True)):
                return _RowLines(first, ends[count], cells)
    return _RowLines(first, first, [])


def _columns(tokens: Sequence[Token], roles: Sequence[str]) -> tuple[list[list[float]], list[list[int]]]:
    """For each column and number of tokens: how well they fit under the heads up to there, and how many stand before the column."""
    count = len(tokens)
    best: list[list[float]] = [[NEVER] * (count + 1) for _ in roles]
    taken: list[list[int]] = [[0] * (count + 1) for _ in roles]
    best[0][min(1, count)] = 0.0  # the number
    for c in range(1, len(roles)):
        for end in range(1, count + 1):
            for begin in range(end, 0, -1):
                if best[c - 1][begin] <= NEVER:
                    continue
                score = best[c - 1][begin] + fit(roles[c], tokens[begin:end])
                if score > best[c][end]:
                    best[c][end], taken[c][end] = score, begin
    return best, taken


def _read_back(tokens: Sequence[Token], taken: Sequence[Sequence[int]], count: int) -> list[list[Token]]:
    """The cells of the first `count` tokens."""
    cells: list[list[Token]] = []
    for column in range(len(taken) - 1, 0, -1):
        begin = taken[column][count]
        cells.insert(0, list(tokens[begin:count]))
        count = begin
    return [list(tokens[:1]), *cells]
