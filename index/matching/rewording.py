"""What a question writes in another way than the texts do: shares and numbers in words (六成, 三个月), a slip of the pen, and names that
hold a word which by itself says nothing (标准地)."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from functools import cache

from kb.numerals import to_chinese, to_int

Frequency = Callable[[str], int]  # in how many entries a bare text stands
NUMERALS = frozenset("一二两三四五六七八九十百千")
DAYS = ("日", "天", "个工作日")  # what people say of days as what the texts count
LOOSE = frozenset("的了着得")  # 标准的 is no name


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(r"[一二两三四五六七八九十百千]{1,5}(?:成|个百分点|个月|个工作日|个|年|天|日|小时|分钟|次|件|家|名|人|户|项|条|元|万|亿|倍|亩|公里|级|岁|所|座|批|期|套|场|台|辆|门|间|处|吨|张|班|位|册|艘)")


def in_figures(stretch: str, frequency: Frequency) -> str:
    """A bare stretch with its numbers as the texts have them, where they have these and not the others: 六成 → 60%, 百分之六十 → 60%, 三个月 → 3个月."""

    def figure(match: re.Match[str]) -> str:
        said = match.group()
        digits = re.match(r"[一二两三四五六七八九十百千]+", said)
        number = to_int(("一" if digits.group()[0] in "百千" else "") + digits.group().replace("两", "二")) if digits else None  # 百亿: 100亿
        if number is None or digits is None or frequency(said):
            return said
        printed = f"{number}0%" if said.endswith("成") and number < 10 else f"{number}{said[digits.end() :]}"
        return printed if frequency(printed) else said

    if ("天" in stretch or "日" in stretch) and not stretch.isalpha():
        stretch = _days().sub(lambda m: next((m[1] + day for day in (m[2], *DAYS) if frequency(m[1] + day)), m.group()), stretch)
    if "百分之" in stretch or "%" in stretch:
        stretch = _share().sub(lambda m: _as_texts_have_it(m.group(), frequency), stretch)
    return _counted().sub(figure, stretch) if not NUMERALS.isdisjoint(stretch) else stretch


@cache
def _days() -> re.Pattern[str]:
    return re.compile(r"(?<![0-9月])([0-9]{1,3})(个?工作日|天|日)")


@cache
def _share() -> re.Pattern[str]:
    return re.compile(r"百分之[一二三四五六七八九十]{1,3}|(?<![0-9.])[0-9]{1,2}%")


def _as_texts_have_it(share: str, frequency: Frequency) -> str:
    """百分之六十 as 60% or the reverse, where the texts have only the other."""
    number = to_int(share.removeprefix("百分之").removesuffix("%"))
    other = f"{number}%" if share.startswith("百分之") else f"百分之{to_chinese(number or 0)}"
    return other if number and not frequency(share) and frequency(other) else share


def with_names(tokens: Sequence[str], idle: Container[str], frequency: Frequency) -> list[str]:
    """The words of a stretch, where a word that says nothing and the single character behind it are a name in the texts as one: 标准, 地."""
    out: list[str] = []
    for token in tokens:
        before = out[-1] if out else ""
        if len(token) == 1 and len(before) > 1 and before in idle and token not in LOOSE and frequency(before + token):
            out[-1] += token
        else:
            out.append(token)
    return out
