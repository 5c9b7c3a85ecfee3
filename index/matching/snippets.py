"""What of a clause is shown: the stretch that says most of what was asked, with the exact places of the words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from index.tokens import bare_with_places

WIDTH = 90  # characters of a snippet
MARKS = ("【", "】")


def places(text: str, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Where in `text` the bare strings stand, as (start, end), in order and without overlaps; longer strings first."""
    characters, origin = bare_with_places(text)
    taken = bytearray(len(characters))
    for one in sorted(set(wanted), key=lambda w: (-len(w), w)):
        at = characters.find(one) if one else -1
        while at >= 0:
            end = at + len(one)
            if 1 not in taken[at:end]:
                taken[at:end] = b"\1" * len(one)
            at = characters.find(one, at + 1)
    out: list[tuple[int, int]] = []
    start = taken.find(1)
    while start >= 0:
        end = taken.find(0, start)
        end = len(taken) if end < 0 else end
        out.append((origin[start], origin[end - 1] + 1))
        start = taken.find(1, end)
    return out


def window(text: str, marks: Sequence[tuple[int, int]], width: int = WIDTH) -> tuple[int, int]:
    """The stretch of about `width` characters with the most marked characters, widened to sentence ends nearby."""
    if len(text) <= width:
        return 0, len(text)
    starts = [a for a, _ in marks]
    sums = [0, *accumulate(b - a for a, b in marks)]
    best, most = 0, -1
    for start in starts or [0]:
        begin = max(0, start - width // 4)
        first, last = bisect_left(starts, begin), bisect_left(starts, begin + width)
        held = sums[last] - sums[first] - (max(0, marks[last - 1][1] - begin - width) if last > first else 0)
        if held > most:
            best, most = begin, held
    begin = best
    cut = max(text.rfind(mark, max(0, begin - 20), begin + 10) for mark in "。；\n")
    begin = cut + 1 if cut >= 0 else begin
    return begin, min(len(text), begin + width)


def snippet(text: str, wanted: Sequence[str], width: int = WIDTH) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The snippet with 【】 around the found words, … where it is cut, and the places of all found words in `text`."""
    marks = places(text, wanted)
    begin, end = window(text, marks, width)
    out, at = [], begin
    for a, b in marks:
        if begin <= a and b <= end:
            out.append(text[at:a] + MARKS[0] + text[a:b] + MARKS[1])
            at = b
    out.append(text[at:end])
    inner = " ".join("".join(out).split())
    return ("…" if begin else "") + inner + ("…" if end < len(text) else ""), tuple(marks)
