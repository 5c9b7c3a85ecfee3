"""Texts with their places: what is cut from many spans is what is cut from them one character at a time."""

from __future__ import annotations

import random
import sys
from types import FrameType

import pytest

from kb.spans import MANY, cut, join, offset_of, place_of, strip, text_at


def spans_of(seeded: random.Random, count: int) -> tuple[tuple[int, int], ...]:
    """Ascending spans with gaps between them, some of them empty."""
    out, at = [], 0
    for _ in range(count):
        at += seeded.randint(1, 4)
        out.append((at, at + max(0, seeded.randint(-4, 5))))
        at = out[-1][1]
    return tuple(out)


@pytest.mark.parametrize("count", [1, 5, MANY - 1, MANY, 3 * MANY])
def test_a_stretch_has_the_places_of_its_characters(count: int) -> None:
    seeded = random.Random(count)
    spans = spans_of(seeded, count)
    places = [n for a, b in spans for n in range(a, b)]
    for _ in range(200):
        start = seeded.randint(0, len(places))
        end = seeded.randint(start, len(places) + 2)
        found = cut(spans, start, end)
        assert [n for a, b in found for n in range(a, b)] == places[start:end]
        assert all(a < b for a, b in found)
    for offset, place in enumerate(places):
        assert place_of(spans, offset) == place and offset_of(spans, place) == offset
    with pytest.raises(IndexError):
        place_of(spans, len(places))


def test_texts_without_their_blanks_keep_their_places() -> None:
    source = "x  修渠 y 护林 "
    spans = join(((1, 5),), ((7, 11),))
    assert (text_at(source, spans), strip(text_at(source, spans), spans)) == ("  修渠 护林 ", ("修渠 护林", ((3, 5), (7, 10))))


def test_many_stretches_of_a_text_of_many_spans_cost_what_they_are() -> None:
    def steps(count: int) -> int:
        spans = tuple((2 * n, 2 * n + 1) for n in range(count))
        taken = 0

        def trace(frame: FrameType, event: str, arg: object) -> object:
            nonlocal taken
            taken += event == "line"
            return trace

        sys.settrace(trace)
        try:
            for n in range(0, count, 10):
                cut(spans, n, n + 3)
        finally:
            sys.settrace(None)
        return taken

    assert steps(4000) < 2.2 * steps(2000)
