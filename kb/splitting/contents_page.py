"""Contents pages: where they stand, which titles and section names they list.

A contents page begins with 目录 (or is three lines in a row that end in dots and a page number) and ends before the first
line that is no entry. The list of chapters of a single document is a contents page too: its entries are numbered
headings that come again below; it lists no documents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.frozen import dataclass
from kb.model import Block
from kb.numbering import find_marker
from kb.splitting.titles import find_number, genre_of, key_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A document listed on a contents page."""

    title: str
    number: str | None
    line: int
    key: str


@dataclass(frozen=True, slots=True)
class Contents:
    """A contents page: blocks first … last; the documents that it lists, and the names of its sections."""

    first: int
    last: int
    entries: tuple[Entry, ...]
    sections: tuple[str, ...]


_PAGE_ENDS = frozenset("0123456789０１２３４５６７８９-)）\n")  # what a page number ends in: few lines do


@lru_cache(maxsize=1)
def _page_end() -> re.Pattern[str]:
    return re.compile(r"(?:[.．…·\-—_ 　\t]{2}|\t)[ 　\t]{0,8}[（(]?-?[0-9０-９]{1,4}-?[)）]?$")


def find_contents(blocks: Sequence[Block]) -> tuple[Contents, ...]:
    """The contents pages among the blocks, in order."""
    found = []
    i = 0
    while i < len(blocks):
        text = "".join(blocks[i].text.split()).strip("—-·") if len(blocks[i].text) < 12 else ""
        if text in ("目录", "目次", "总目录", "contents", "CONTENTS"):
            last = _end(blocks, i + 1)
            if last > i:
                found.append(_read(blocks, i, i + 1, last))
            i = last + 1
            continue
        if i < 40 and _is_leader(blocks[i]) and all(_is_leader(b) for b in blocks[i : i + 3]) and len(blocks) > i + 3:
            last = _end(blocks, i)
            found.append(_read(blocks, i, i, last))
            i = last + 1
            continue
        i += 1
    return tuple(found)


def _is_leader(block: Block) -> bool:
    if block.text[-1:] not in _PAGE_ENDS:
        return False
    cells = block.text.split("\t")
    if len(cells) > 3 or any(c.strip(" .%％").isdigit() for c in cells[1:-1]):
        return False  # a table row with figures
    return len(block.text) < 200 and bool(_page_end().search(block.text)) and not block.text.startswith("\t")


def _end(blocks: Sequence[Block], start: int) -> int:
    """Index of the last block of a contents page that begins at `start`; start - 1 when there is no entry."""
    paged = sum(1 for b in blocks[start : start + 12] if _is_leader(b)) >= 2
    seen: set[str] = set()
    last = start - 1
    misses = 0
    for i in range(start, min(len(blocks), start + 600)):
        text = blocks[i].text
        if paged:
            if _is_leader(blocks[i]):
                last, misses = i, 0
                continue
            # names of sections, and entries over two lines, stand between the lines with a page number
            misses += 1
            if misses > 4 or len(text) > 120 or (misses > 2 and text[-1:] in "。；"):
                break
            continue
        marker = find_marker(text)
        key = key_of(text[marker.end :] if marker and marker.kind == "item" else text)
        if len(text) > 60 or text[-1:] in "。；，：" or key in seen or not _is_heading_entry(text, bool(seen)):
            break
        seen.add(key)
        last = i
    return last


def _is_heading_entry(text: str, begun: bool) -> bool:
    return find_marker(text) is not None or (begun and len(text) < 20 and not text.startswith("第")) or "附则" in text


def _read(blocks: Sequence[Block], first: int, start: int, last: int) -> Contents:
    """The entries and sections of a page; none for the list of a single document's own chapters."""
    entries: list[Entry] = []
    sections: list[str] = []
    own = 0
    paged = any(_is_leader(b) for b in blocks[start : last + 1])
    for block in blocks[start : last + 1]:
        text = _page_end().sub("", block.text).rstrip(".．…·-—_ \u3000\t").strip()
        marker = find_marker(text)
        bare = text[marker.end :].strip() if marker else text
        if marker and marker.kind in ("chapter", "section", "article", "part") and (not paged or _is_leader(block)):
            own += 1  # 第一编 without a page number, over entries that have one, is a section of a compilation
        title = _without_number(bare)
        if not genre_of(title) or (paged and not _is_leader(block)):
            sections.append(bare)
            continue
        number = find_number(bare)
        entries.append(Entry(title, number[0] if number else None, block.first_line, key_of(title)))
    if len(entries) < 2 or own * 3 > last - start + 1:
        return Contents(first, last, (), ())
    return Contents(first, last, tuple(entries), tuple(sections))


def _without_number(title: str) -> str:
    """An entry's title without the 文号 in brackets behind it."""
    found = find_number(title)
    if found and found[2] >= len(title) - 2:
        return title[: found[1]].rstrip("（(【[ ")
    return title
