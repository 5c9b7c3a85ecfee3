"""Document numbers (发文字号) in one spelling, however they are written."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1)
def number_pattern() -> re.Pattern[str]:
    """A document number: its letters, year and serial are its groups."""
    return re.compile(
        r"([\u4e00-\u9fff]{1,16})[\s〔\[(（【﹝｛{]{0,2}((?:19|20)\d\d)[\s年〕\])）】﹞｝}号第-]{0,3}(\d{1,4})(?!\d)号?"
    )


def number_keys(text: str) -> set[str]:
    """The 文号 in a text in one spelling: 粤农组[2021] 10号 → {"粤农组2021:10"}, and with less of what stands before it."""
    out: set[str] = set()
    if not any(c.isdigit() for c in text):
        return out
    for letters, year, number in number_pattern().findall(text):
        out.update(f"{letters[start:]}{year}:{int(number)}" for start in range(len(letters)))
    return out


def number_key(number: str) -> str:
    """A printed 文号 in the spelling in which two are compared; "" when it is none."""
    found = number_pattern().search(number)
    return f"{found[1]}{found[2]}:{int(found[3])}" if found else ""
