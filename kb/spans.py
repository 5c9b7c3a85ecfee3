"""Work on texts that carry their places: cut, join, trim, locate.

A text and its spans always agree (see kb/model.py); every function here keeps that, so that any stretch of a cleaned
text can be pointed at in the untouched source.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from kb.model import Spans

MANY = 64  # spans from which where each of them begins in the text is worked out once for all that is cut from the same text
_starts: list[tuple[Spans, list[int]]] = []  # the last such spans: a table of thousands of cells is cut thousands of times


def _first_at(spans: Spans, offset: int) -> tuple[int, int]:
    """(number of a span that is not behind the character text[offset], where that span begins in the text), in less than linear time
    for spans that are asked about again and again."""
    if len(spans) < MANY or offset <= 0:
        return 0, 0
    if not _starts or _starts[0][0] is not spans:
        _starts[:] = [(spans, [0, *accumulate([b - a for a, b in spans])])]
    begins = _starts[0][1]
    number = max(0, min(len(spans) - 1, bisect_right(begins, offset) - 1))
    return number, begins[number]


def text_at(source: str, spans: Spans) -> str:
    """The text that stands at the spans."""
    return "".join(source[a:b] for a, b in spans)


def cut(spans: Spans, start: int, end: int) -> Spans:
    """The spans of the stretch text[start:end], where `spans` are the text's own. `cut(((10, 15),), 1, 3)` is ((11, 13),)."""
    out = []
    number, position = _first_at(spans, start)
    for a, b in (spans[n] for n in range(number, len(spans))) if number else spans:
        length = b - a
        low, high = max(start - position, 0), min(end - position, length)
        if low < high:
            out.append((a + low, a + high))
        position += length
        if position >= end:
            break
    return tuple(out)


def join(*parts: Spans) -> Spans:
    """Spans of the parts one after the other (they must ascend); touching spans become one."""
    out: list[tuple[int, int]] = []
    for part in parts:
        for a, b in part:
            if out and out[-1][1] == a:
                out[-1] = (out[-1][0], b)
            else:
                out.append((a, b))
    return tuple(out)


def place_of(spans: Spans, offset: int) -> int:
    """Where in the source the character text[offset] stands."""
    number, position = _first_at(spans, offset)
    offset -= position
    for a, b in (spans[n] for n in range(number, len(spans))) if number else spans:
        if offset < b - a:
            return a + offset
        offset -= b - a
    raise IndexError("offset behind the end of the text")


def offset_of(spans: Spans, place: int) -> int:
    """The reverse of `place_of`: which character of the text stands at a place of the source (the next one for a place left out)."""
    offset = 0
    for a, b in spans:
        if place < b:
            return offset + max(place - a, 0)
        offset += b - a
    return offset


def strip(text: str, spans: Spans) -> tuple[str, Spans]:
    """The text without white space at its ends, with its spans."""
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return (text[start:end], cut(spans, start, end)) if start < end else ("", ())
