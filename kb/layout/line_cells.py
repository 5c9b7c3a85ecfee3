"""Cells of a table that arrives as plain lines: pieces of text, how well some of them make a cell under a head, and a row made of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from kb.frozen import dataclass
from kb.grid_rows import UNIT_ROLES, looks_like_unit
from kb.layout.lines import Line
from kb.layout.row_mending import two_names
from kb.model import Span
from kb.spans import join

NEVER = -1e8
TEXTS = ("task", "project", "indicator", "section")
_LOST = {"task": 6.0, "remarks": 0.1, "": 0.4, "deadline": 0.7, "person": 0.5}  # what an empty cell costs; others 1


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text without white space, where it stands, and the index of its line."""

    text: str
    start: int
    end: int
    line: int


def tokens_of(lines: Sequence[Line], text: str, at: int) -> list[Token]:
    line = lines[at]
    return [Token(m[0], line.start + m.start(), line.start + m.end(), at) for m in re.finditer(r"\S+", text[line.start : line.end])]


def fit(role: str, tokens: Sequence[Token]) -> float:
    """How well tokens together make a cell under a head; far below zero when they cannot."""
    if not tokens:
        return -_LOST.get(role, 1.0)
    text = "".join(t.text for t in tokens)
    joints = sum(1 for t in tokens[:-1] if t.text[-1] not in "、，,；")
    wide = sum(1 for t, u in pairwise(tokens) if t.line == u.line and u.start > t.end + 1)  # two cells rather than one
    if role in UNIT_ROLES:
        bare = text.strip("、，,；;。")
        joints += 5 * (text[-1] in "、，,；;")
        told = "年" in text or "。" in bare or "负责" in text[:-2]  # a time or a sentence
        return 2.0 - (0.5 if role == "lead" else 0.3) * joints if bare and not told and len(text) <= 200 and text[0] not in "、，,）)" and looks_like_unit(bare) else 2 * NEVER
    if role == "deadline":
        return 2.0 - 0.1 * joints if len(text) <= 24 and _is_time(text) else 2 * NEVER
    if role in TEXTS:
        names = sum(1 for t, u in pairwise(tokens) if t.text[-1] in "。；" and looks_like_unit(u.text))
        return 1.0 + min(1.0, len(text) / 30) - 0.7 * wide - 1.5 * names - (2.0 if role != "project" and looks_like_unit(text) and len(text) < 30 else 0.0)
    if role == "year":
        return 1.5 - joints if _value().fullmatch(text) else 2 * NEVER
    if role == "kind":
        return 2.0 if text.endswith("性") and len(text) <= 5 else 2 * NEVER
    if role == "measure":
        return 1.0 - joints if len(text) <= 8 else 2 * NEVER
    if role == "person":
        return 0.5 if len(text) <= 16 else 2 * NEVER
    return 0.2 - 0.05 * len(tokens)


@lru_cache(maxsize=1)
def _value() -> re.Pattern[str]:
    return re.compile(r"[≥≤><＞＜〔（(\[]?[ 0-9０-９.,，:：%％‰〕）)\]＋+\-—~～／/以上下内左右约超过达到累计年均增长万亿元个]{1,14}")


@lru_cache(maxsize=1)
def _time() -> re.Pattern[str]:
    return re.compile(r"[0-9０-９年月日号底前初中上下旬季度第一二三四半末全长期持续推进常态化即时及立每完成已并坚抓实施到至起动调整周以内个工作\-—~～.、/／（）()]{2,24}")


def _is_time(text: str) -> bool:
    """2024年10月底前, 持续推进, 每季度: nothing but words of time."""
    return _time().fullmatch(text) is not None


def become(lines: list[Line], text: str, cells: Sequence[Sequence[Token]], first: int, last: int) -> None:
    """Line `first` becomes the row of these cells; the others of its lines are part of it."""
    spans: list[Span] = []
    places: list[Span] = []
    length = 0
    for number, cell in enumerate(cells):
        begin = length
        for k, token in enumerate(cell):
            if k and two_names(cell[k - 1].text, token.text):
                spans.append((cell[k - 1].end, cell[k - 1].end + 1))
                length += 1
            spans.append((token.start, token.end))
            length += token.end - token.start
        places.append((begin, length))
        if cell and any(cells[number + 1 :]):
            spans.append((cell[-1].end, cell[-1].end + 1))  # the white space that parts the cells
            length += 1
    row = lines[first]
    row.spans = join(*((span,) for span in spans))
    row.text = "".join(text[a:b] for a, b in spans)
    row.kind, row.cells = "row", tuple(places)
    row.end, row.last = lines[last].end, lines[last].number
    for i in range(first + 1, last + 1):
        if lines[i].kind == "text":
            lines[i].kind = "blank"
