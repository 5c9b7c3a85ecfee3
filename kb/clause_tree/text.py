"""The text of a clause from its pieces, its place in lines, and its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from kb.model import Block, Spans
from kb.numbering import SPACES
from kb.spans import cut, join

LONGEST_TITLE = 60  # a paragraph of its own
LONGEST_LEAD = 40  # the first sentence of a paragraph
_ENDS = "。：:；;！？!?"
_BLANK = "".join(SPACES)


class Piece(NamedTuple):
    """A stretch of a block that belongs to a clause: text[start:end] of blocks[block]."""

    block: int
    start: int
    end: int


def put_together(blocks: Sequence[Block], pieces: Sequence[Piece], source: str) -> tuple[str, Spans]:
    """The text of the pieces with its spans; where the source has a line end between two, that line end too."""
    if len(pieces) == 1 and len(blocks[pieces[0].block].spans) == 1 and _is_whole(blocks, pieces[0]):  # nearly always
        return blocks[pieces[0].block].text, blocks[pieces[0].block].spans
    texts: list[str] = []
    spans: list[Spans] = []
    for piece in pieces:
        block = blocks[piece.block]
        mine = block.spans if _is_whole(blocks, piece) else cut(block.spans, piece.start, piece.end)
        if not mine:
            continue
        if spans and source:
            newline = source.find("\n", spans[-1][-1][1], mine[0][0])
            if newline >= 0:
                texts.append("\n")
                spans.append(((newline, newline + 1),))
        texts.append(block.text[piece.start : piece.end])
        spans.append(mine)
    return "".join(texts), join(*spans)


def _is_whole(blocks: Sequence[Block], piece: Piece) -> bool:
    return piece.start == 0 and piece.end == len(blocks[piece.block].text)


def lines_of(blocks: Sequence[Block], pieces: Sequence[Piece], source: str) -> tuple[int, int]:
    """First and last line of the pieces."""
    first, last = pieces[0], pieces[-1]
    top, bottom = blocks[first.block], blocks[last.block]
    start, end = top.first_line, bottom.last_line
    if source and first.start and top.last_line > top.first_line:
        place = cut(top.spans, first.start, len(top.text))[0][0]
        start += source.count("\n", top.spans[0][0], place)
    if source and last.end < len(bottom.text) and bottom.last_line > bottom.first_line:
        place = cut(bottom.spans, 0, last.end)[-1][1]
        end = bottom.first_line + source.count("\n", bottom.spans[0][0], place)
    return start, max(start, end)


def heading_of(kind: str, text: str) -> str | None:
    """The title of a clause from its first paragraph without the ordinal, or None.

    Articles, rows and paragraphs that begin with a sentence have none.
    `heading_of("item", "监测范围。全市所有农村人口。")` is 监测范围.
    """
    if kind in ("article", "row", "preamble"):
        return None
    text = text.strip(_BLANK)
    if kind == "box":
        text = text.strip("：:【】 ")
    if not text:
        return None
    stop = _first_end(text)
    if kind == "question" or text.startswith(("问：", "问:")):
        text = text.removeprefix("问：").removeprefix("问:") if kind != "question" else text
        stop = _first_end(text)
        return text[: stop + 1] if stop >= 0 else text[:LONGEST_TITLE]
    if stop < 0:
        text = _without_duties(text)
        return text if len(text) <= LONGEST_TITLE and (kind != "item" or text[-1] not in "，、,") else None
    lead, mark = text[:stop], text[stop]
    opened = _open_bracket(lead)
    if opened >= 2 and mark in "：:；;":  # 推进数据共享（责任单位：…）
        return lead[:opened] if opened <= LONGEST_LEAD and "，" not in lead[:opened] else None
    if not lead or mark in "；;！？!?":
        return None
    if remark_start(text, 0) == stop + 1 and kind == "item" and mark == "。":  # nothing but （责任单位：…） may follow
        return lead if len(lead) <= LONGEST_LEAD and "，" not in lead else None
    if mark in "：:" and (len(lead) > 25 or lead.startswith("包括") or lead.endswith(("包括", "如下", "以下", "下列", "为", "类", "项", "是", "情形"))):
        return None
    return lead if len(lead) <= LONGEST_LEAD and lead.count("，") + lead.count(",") <= 1 else None


def _without_duties(title: str) -> str:
    """强化疏浚（县水利局牵头） → 强化疏浚."""
    if title[-1] not in "）)〕" or "（" in title[-3:]:
        return title
    begin = max(title.rfind(c) for c in "（(〔")
    said = title[begin + 1 :]
    return title[:begin].rstrip(_BLANK) if begin > 1 and any(word in said for word in ("牵头", "负责", "单位：", "单位:", "部门：", "部门:", "配合")) else title


@lru_cache(maxsize=1)
def _end() -> re.Pattern[str]:
    return re.compile(rf"[{_ENDS}]|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff]|$)")  # the last: pages with half-width marks throughout


def _first_end(text: str) -> int:
    """Where the first sentence ends; -1 where that is beyond a title."""
    found = _end().search(text, 0, LONGEST_TITLE + 1)
    return found.start() if found else -1


@lru_cache(maxsize=1)
def _opening() -> re.Pattern[str]:
    return re.compile(r"[（(〔【［\[]")


def _open_bracket(text: str) -> int:
    """Where the bracket stands that the end of a text leaves open; -1 for none."""
    if not _opening().search(text):
        return -1
    at = max(text.rfind(c) for c in "（(〔【［[")
    return at if at >= 0 and not any(c in "）)〕】］]" for c in text[at:]) else -1


def remark_start(text: str, begin: int) -> int:
    """Where the bracketed remark at the end of a text begins that stands behind a whole sentence (…。（责任单位：…）); else its length."""
    end = len(text.rstrip())
    if not end or text[end - 1] not in "）)〕":
        return len(text)
    depth = 0
    for at in range(end - 1, begin, -1):
        if text[at] in "）)〕":
            depth += 1
        elif text[at] in "（(〔":
            depth -= 1
            if not depth:
                return at if text[at - 1] in "。；" and end - at > 5 else len(text)
    return len(text)
