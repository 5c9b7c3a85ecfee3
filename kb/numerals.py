"""Numbers and dates as Chinese documents print them: 二十五, 25, ２５, ①, 〇; 二〇二一年三月七日, 2021.3.7, 2021-03.

Only whole numbers below 10^16 are read here; figures with units are the business of kb/targets.py. Dates keep the
precision that is printed: "2021年" is "2021", never the first of January.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.frozen import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "Ｏ": 0, "O": 0, "◯": 0, "两": 2}
_DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"貳": 2, "參": 3, "叄": 3, "陸": 6}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SHORT_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}
_CIRCLED = ((0x2460, 0x2473, 1), (0x24F5, 0x24FE, 1), (0x2776, 0x277F, 1), (0x2780, 0x2789, 1), (0x278A, 0x2793, 1),
            (0x3251, 0x325F, 21), (0x32B1, 0x32BF, 36), (0x2474, 0x2487, 1), (0x2488, 0x249B, 1), (0x3220, 0x3229, 1),
            (0x3280, 0x3289, 1), (0x2160, 0x216B, 1), (0x2170, 0x217B, 1))
NUMERAL_CHARACTERS = frozenset("".join(_DIGITS) + "".join(_TENS) + "".join(_BIG) + "廿卅卌") - frozenset("OＯ")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: `value` is YYYY, YYYY-MM or YYYY-MM-DD; text[start:end] is how it is printed."""

    value: str
    start: int
    end: int


def to_int(text: str) -> int | None:
    """The whole number that the text writes, or None. White space is ignored.

    Reads ASCII and full-width digits, circled and bracketed numbers, Chinese numerals with units (一千零五, 三万二)
    and digit by digit (二〇二一). `to_int("二十五")` is 25, `to_int("①")` is 1, `to_int("三点五")` is None.
    """
    text = "".join(text.split())
    if not text:
        return None
    if all(c in "0123456789０１２３４５６７８９" for c in text):
        return int(text) if len(text) <= 16 else None
    if len(text) == 1 and text not in _TENS and text not in _DIGITS:
        return _circled(text)
    for short, long in _SHORT_TENS.items():
        text = text.replace(short, long)
    if all(c in _DIGITS for c in text):
        if len(text) > 16:
            return None
        return int("".join(str(_DIGITS[c]) for c in text))
    return _with_units(text)


def _circled(character: str) -> int | None:
    code = ord(character)
    if code in (0x24EA, 0x24FF):
        return 0
    return next((code - low + first for low, high, first in _CIRCLED if low <= code <= high), None)


def _with_units(text: str) -> int | None:
    """A number with 十百千万亿, cut at its greatest unit; None when the parts make no number (十百, 二三十)."""
    for unit, size in ((c, n) for c, n in _BIG.items() if n == 10**8):
        head, found, tail = text.rpartition(unit)
        if found:
            return _joined(_with_units(head), size, tail)
    for unit, size in ((c, n) for c, n in _BIG.items() if n == 10**4):
        head, found, tail = text.rpartition(unit)
        if found:
            return _joined(_small(head), size, tail)
    return _small(text)


def _joined(head: int | None, size: int, tail: str) -> int | None:
    if not head:
        return None
    if not tail:
        return head * size
    if len(tail) == 1 and _DIGITS.get(tail):
        return head * size + _DIGITS[tail] * size // 10  # 三万二 is 32000
    rest = _with_units(tail)
    return None if rest is None or rest >= size else head * size + rest


def _small(text: str) -> int | None:
    """A number below 10000 with 十百千; a last digit without a zero before it counts the next lower unit (一百二)."""
    total = 0
    digit: int | None = None
    last_unit, zero = 10000, True
    for i, c in enumerate(text):
        if c in _DIGITS:
            if digit or (digit == 0 and _DIGITS[c] == 0):
                return None
            digit = _DIGITS[c]
            zero = zero or digit == 0
        elif c in _TENS:
            unit = _TENS[c]
            if unit >= last_unit or digit == 0 or (digit is None and (unit != 10 or i)):
                return None
            total += (1 if digit is None else digit) * unit
            digit, last_unit, zero = None, unit, False
        else:
            return None
    if digit and not zero:
        digit *= last_unit // 10
    return total + (digit or 0)


def to_chinese(number: int) -> str:
    """The number in Chinese numerals as ordinals print it: 25 → 二十五, 105 → 一百零五, 0 → 零. ValueError below 0 or from 10^16."""
    if not 0 <= number < 10**16:
        raise ValueError(f"number out of range: {number}")
    text = _written(number) or "零"
    return text[1:] if text.startswith("一十") else text


def _written(number: int) -> str:
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            head, tail = divmod(number, size)
            return _written(head) + unit + ("零" if 0 < tail < size // 10 else "") + _written(tail)
    return _group(number)


def _group(number: int) -> str:
    """1 to 9999 with 千百十; nothing for 0."""
    out = ""
    zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if zero else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        elif out:
            zero = True
    return out


@lru_cache(maxsize=1)
def _date_patterns() -> tuple[re.Pattern[str], ...]:
    gap = r"[ \t\u3000\u00a0]{0,3}"
    wide = "0-9０-９"
    year = rf"(?:[{wide}]{{4}}|[12][{wide}Oo]{{3}}|[一二][零〇○ＯO◯一二三四五六七八九]{{3}})"
    part = rf"(?:[{wide}OoIl]{{1,2}}|[一二三四五六七八九十廿卅]{{1,3}})"
    return (
        re.compile(rf"(?<![{wide}零〇一二三四五六七八九十])({year}){gap}年(?:度)?(?:{gap}({part}){gap}月(?!份?末)(?:份)?(?:{gap}({part}){gap}[日号])?)?"),
        re.compile(r"(?<![0-9.\-/])((?:19|20)[0-9]{2})([.\-/])([0-9]{1,2})(?:\2([0-9]{1,2}))?(?![0-9.\-/%])"),
    )


def find_dates(text: str) -> tuple[FoundDate, ...]:
    """Every date with a year, in order, with the precision printed and its place in the text.

    `find_dates("自2021年3月起")` finds 2021-03 at 1…8. A month above 12 or day above 31 leaves the more precise parts out;
    a year outside 1900 … 2199 is no date. 2021.3 needs a second dot to be taken for a date (it may be a figure).
    """
    chinese, dotted = _date_patterns()
    found = []
    for match in chinese.finditer(text) if "年" in text else ():
        value = _value(match[1], match[2], match[3])
        if value:
            end = match.end() if value.count("-") == (match[2] is not None) + (match[3] is not None) else match.end(1) + 1
            found.append(FoundDate(value, match.start(), end))
    for match in dotted.finditer(text) if "19" in text or "20" in text else ():
        if match[4] is None and match[2] != "-":
            continue
        value = _value(match[1], match[3], match[4])
        if value and value.count("-") == 1 + (match[4] is not None):
            found.append(FoundDate(value, match.start(), match.end()))
    return tuple(sorted(found, key=lambda d: d.start))


def _read_letters(part: str) -> str:
    """Letters that a scan has for digits: 1O日, l2月, 2O21年; 二OO一年."""
    if any(c.isdigit() and c.isascii() for c in part) or part[0] in "Il":
        return part.replace("O", "0").replace("o", "0").replace("I", "1").replace("l", "1")
    return part.replace("O", "〇").replace("Ｏ", "〇")


@lru_cache(maxsize=2048)
def _value(year: str, month: str | None, day: str | None) -> str | None:
    y, m, d = (to_int(_read_letters(part)) if part else None for part in (year, month, day))
    if y is None or not 1900 <= y <= 2199:
        return None
    if m is None or not 1 <= m <= 12:
        return f"{y:04d}"
    if d is None or not 1 <= d <= 31:
        return f"{y:04d}-{m:02d}"
    return f"{y:04d}-{m:02d}-{d:02d}"


def parse_date(text: str) -> str | None:
    """The first date of the text as YYYY, YYYY-MM or YYYY-MM-DD, or None. `parse_date("二〇二一年三月七日")` is "2021-03-07"."""
    found = find_dates(text)
    return found[0].value if found else None
