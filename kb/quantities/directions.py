"""Which way a figure goes: 下降 in 单位产值能耗下降15%以上, where the operator only says that 15% is the least."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.model import Target
from kb.quantities.figures import find_figures
from kb.quantities.words import any_word, figure_words
from kb.records import Record, target_record


def directed_record(target: Target) -> Record:
    """The record of a target with `change`, the word by which its figure is a difference, else null."""
    return {**target_record(target), "change": change_told(target.quote, target.value)}


def change_told(quote: str, value: str | None) -> str | None:
    """The word of change right before the figure of that value, with a bound between them at most.

    `change_told("单位产值能耗下降15%以上", "15")` is 下降; 下降到15% tells no change but a level. Figures of a list have the word of the one before
    (分别下降10%、15%).
    """
    if value is None:
        return None
    told: str | None = None
    last = 0
    for figure in find_figures(quote):
        gap = quote[last : figure.start].strip()
        if gap not in ("、", "和", "及") or not last:
            match = _change().search(gap)
            told = match["word"] if match else None
        if figure.value == value:
            return told
        last = figure.end
    return None


@lru_cache(maxsize=1)
def _change() -> re.Pattern[str]:
    words = figure_words()
    before = words["before"]
    bound = any_word([w for operator in (*words["kinds"]["bounding"], "~") for w in before[operator]])
    return re.compile(rf"(?<![不增加])(?P<word>{any_word([*before['+'], *before['-']])})(?:幅度|比例)?(?:达到|达)?(?:{bound})?$")
