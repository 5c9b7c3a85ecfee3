"""A clause cut into sentences and stretches between commas, in which aims are looked for (kb/targets.py).

`pieces("一是修渠，二是清淤。", 0, 10, STOPS)` are two stretches, without the marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from kb.frozen import dataclass
from kb.quantities.figures import Figure, When

STOPS = "。！？；;，,：:\t\n\r|｜"
SENTENCE = "。！？\t\n\r|｜"
_LONGEST = 300  # characters of a stretch; a longer one (a list without commas) is cut at 、
_Placed = TypeVar("_Placed", Figure, When)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a sentence between commas: text[start:end]."""

    start: int
    end: int


@lru_cache(maxsize=8)
def _stop_pattern(stops: str) -> re.Pattern[str]:
    stop = f"[{re.escape(stops)}]"
    dot = r"(?<=[\u4e00-\u9fff%)])\.(?![0-9A-Za-z])"  # of pages with half-width marks throughout
    return re.compile(rf"{stop}(?:(?<![0-9]{stop})|(?![0-9]{{3}}))|{dot}")  # a comma between digits belongs to the number: 1,500


def pieces(text: str, start: int, end: int, stops: str, places: Sequence[int] | None = None) -> list[Stretch]:
    """The stretches between stops, without white space, marks and task numbers at their ends; given `places`, only those around one."""
    out = []
    position = start
    for match in [*_stop_pattern(stops).finditer(text, start, end), None]:
        stop = match.start() if match else end
        if places is not None and bisect_left(places, position) == bisect_left(places, stop):
            position = match.end() if match else end
            continue
        piece = text[position:stop]
        lead = _item_number().match(piece)
        left = position + (lead.end() if lead else 0)
        right = position + len(piece.rstrip("* \u3000\t\r\n"))
        while right - left > _LONGEST and stops == STOPS:
            at = text.rfind("、", left + 1, left + _LONGEST)
            at = at if at > 0 else left + _LONGEST
            out.append(Stretch(left, at))
            left = at + (text[at] == "、")
        if left < right:
            out.append(Stretch(left, right))
        position = match.end() if match else end
    return out


@lru_cache(maxsize=1)
def _item_number() -> re.Pattern[str]:
    """White space, marks and the number of a task at the start of a stretch."""
    return re.compile(r"[\s*#]{0,9}(?:[0-9]{1,3}\s?[.、．]\s?(?![0-9])|[（(][0-9一二三四五六七八九十]{1,3}[)）]\s?|[①-⑳]\s?)?[\s*]{0,9}")


def within(items: Sequence[_Placed], stretch: Stretch) -> Sequence[_Placed]:
    """Those that begin in the stretch; `items` are in order."""
    if not items:
        return items
    return items[bisect_left(items, stretch.start, key=lambda i: i.start) : bisect_left(items, stretch.end, key=lambda i: i.start)]
