"""Work on texts that carry their places: cut, join, trim, locate.

A text and its spans always agree (see kb/model.py); every function here keeps that, so that any stretch of a cleaned
text can be pointed at in the untouched source.
"""

from __future__ import annotations

from kb.model import Spans


def text_at(source: str, spans: Spans) -> str:
    """The text that stands at the spans."""
    return "".join(source[a:b] for a, b in spans)


def cut(spans: Spans, start: int, end: int) -> Spans:
    """The spans of the stretch text[start:end], where `spans` are the text's own. `cut(((10, 15),), 1, 3)` is ((11, 13),)."""
    out = []
    position = 0
    for a, b in spans:
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
    for a, b in spans:
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
