"""Text → the figures and dates in it: 55%以上, 五千五百七十五万人, 1-2个, 2021年底前, “十四五”期末.

A figure is a number with a unit of measure from kb/data/figure_units.csv; 832平台, 5G, “3+1+7”, 第3次, 等13个县 are none. What a figure
means for a reader (an aim, a bound, something that has been) is decided in kb/targets.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from kb.frozen import dataclass
from kb.numerals import to_int
from kb.quantities.words import any_word, figure_words, measures

_DIGIT = "0-9０-９"
_HAN = "一二三四五六七八九十百千万亿两〇零"
_GAP = r"[ \u3000\u00a0]{0,2}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit: text[start:end]; `value` in Arabic digits, a range as 1-2; 万 and 亿 belong to the unit."""

    start: int
    end: int
    value: str
    unit: str
    kind: str
    weak: bool
    han: bool  # written in Chinese numerals
    large: bool  # counts in 万 or 亿


@dataclass(frozen=True, slots=True)
class When:
    """A calendar expression: text[start:end]; `value` is YYYY, YYYY-MM, YYYY-MM-DD or "" where no year is known.

    `sense`: until (到2025年, 6月底前), within (2021年, “十四五”期间), start (自…起, 比2020年), done (…年通过), past (2019年以来).
    """

    start: int
    end: int
    value: str
    sense: str


# --- data --------------------------------------------------------------------------------------------------------

# --- figures -----------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _figure_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    known = measures()
    large = "万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?![瓦米克伏卡焦赫帕升])|百(?!帕)"  # 300万千瓦: 千 belongs to the unit
    number = rf"[{_DIGIT}]{{1,3}}(?:,[{_DIGIT}]{{3}}){{1,4}}(?![{_DIGIT}])|[{_DIGIT}]{{1,12}}(?:[.．][{_DIGIT}]{{1,4}})?"
    units = any_word(known)
    arabic = re.compile(
        rf"(?P<a>{number})(?P<m1>{large})?{_GAP}(?:[%％]?{_GAP}[-－—–~～至]{{1,2}}{_GAP}(?P<b>{number}))?{_GAP}"
        rf"[余多]?(?P<m>{large})?[余多]?{_GAP}(?P<u>{units})?(?P<per>/(?:平方米|立方米|平方公里|公里|工日|吨|[人户亩年月天次村床生镇县])(?:[·・./]?[年月天次])?)?"
    )
    han = re.compile(rf"(?P<a>[{_HAN}]{{1,14}}){_behind_numeral()}")
    percent = re.compile(rf"(?P<d>[{_HAN}]{{1,4}})分之(?P<a>[{_HAN}]{{1,8}})(?:点(?P<p>[一二三四五六七八九零〇]{{1,4}}))?")
    behind = re.compile(rf"(?:{any_word(figure_words()['words']['never_behind'])})\s?$")
    return arabic, han, percent, behind


def _behind_numeral() -> str:
    """The pattern of what stands behind a Chinese numeral that is a figure."""
    units = any_word(u for u, m in measures().items() if m.han)
    return rf"(?:点(?P<p>[一二三四五六七八九零〇]{{1,4}}))?[余多]?{_GAP}(?P<u>{units}|(?<=[{_HAN}]{{2}}[万亿]))"


@lru_cache(maxsize=1)
def _tails() -> re.Pattern[str]:
    return re.compile(any_word(figure_words()["words"]["name_tails"]))


@lru_cache(maxsize=1)
def _digit() -> re.Pattern[str]:
    return re.compile(f"[{_DIGIT}]")


@lru_cache(maxsize=1)
def _beginnings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What every figure has: a digit or 分之, or a Chinese numeral with its unit that is not the rest of an ordinal (第十二条)."""
    return re.compile("|".join([*"0123456789０１２３４５６７８９", "分之"])), re.compile(rf"[{_HAN}](?<![第{_HAN}][{_HAN}])[{_HAN}]{{0,13}}{_behind_numeral()}")


def may_hold_figure(text: str) -> bool:
    """Whether a text may have figures; false only where `find_figures` finds none."""
    plain, han = _beginnings()
    return plain.search(text) is not None or han.search(text) is not None


def find_figures(text: str, taken: Iterable[tuple[int, int]] = ()) -> list[Figure]:
    """The figures of a text by place, without those that overlap a stretch of `taken` (dates, quotations).

    `find_figures("不低于1.5万亩、五千五百七十五万人")` finds 1.5 万亩 and 5575 万人. A number right behind a letter, a plus or 第, and one
    that begins a name (3年行动, 5个方面), is no figure.
    """
    arabic, han, percent, _ = _figure_patterns()
    used = bytearray(len(text))
    for a, b in taken:
        used[a:b] = b"1" * (b - a)
    found: list[Figure] = []
    rate, digits = "分之" in text, _digit().search(text) is not None
    for holds, pattern, make in ((rate, percent, _from_percent), (digits, arabic, _from_arabic), (True, han, _from_han)):
        for match in pattern.finditer(text) if holds else ():
            if text[match.start() - 1 : match.start()] == "第" or used.find(b"1", match.start(), match.end()) >= 0:
                continue
            figure = make(match)
            if figure is not None and _stands_alone(text, figure):
                found.append(figure)
                used[figure.start : figure.end] = b"1" * (figure.end - figure.start)
    return sorted(found, key=lambda f: f.start)


def _stands_alone(text: str, figure: Figure) -> bool:
    before = text[max(0, figure.start - 4) : figure.start]
    if before[-1:] and (before[-1] in "+＋.-/*·" or (before[-1].isascii() and before[-1].isalnum())):
        return False
    if figure.han and before[-1:] and before[-1] in _HAN + "第几数":
        return False
    if figure.unit == "日" and before[-1:] == "月":
        return False  # 每月5日前
    if _figure_patterns()[3].search(before):
        return False
    unit_start = figure.end - len(figure.unit.split("/")[0].lstrip("万亿千百十"))
    if figure.unit in ("县", "市", "区", "镇", "乡", "村", "省", "州") and text[unit_start - 1 : unit_start] in (" ", "\u3000"):
        return False  # 60000 县农业农村局: two cells of a table
    return _tails().match(text, unit_start) is None and not text.startswith(("性", "+", "＋"), figure.end)


def _from_percent(match: re.Match[str]) -> Figure | None:
    value, whole = _han_value(match["a"], match["p"]), {"百": 100, "千": 1000, "万": 10000}.get(match["d"]) or to_int(match["d"])
    if not value or not whole:
        return None
    if whole == 100:
        return Figure(match.start(), match.end(), value, "%", "rate", False, True, False)
    return Figure(match.start(), match.end(), f"{value}/{whole}", "", "rate", False, True, False)


def _from_arabic(match: re.Match[str]) -> Figure | None:
    unit, large = match["u"] or "", match["m"] or match["m1"] or ""
    if not unit and large not in ("万", "亿", "千万", "万亿", "百万", "十万", "千亿", "百亿", "十亿"):
        return None
    a, b = _digits(match["a"]), _digits(match["b"]) if match["b"] else None
    if unit in ("年", "日", "号") and not large and "." not in a and (int(a) > 1000 or (b and int(float(b)) > 1000)):
        return None
    measure = measures().get(unit)
    kind, weak = (measure.kind, measure.weak) if measure else ("count", False)
    value = f"{a}-{b}" if b else a
    return Figure(match.start(), match.end(), value, large + unit.replace("％", "%") + (match["per"] or ""), kind, weak, False, bool(large))


def _from_han(match: re.Match[str]) -> Figure | None:
    digits, unit = match["a"], match["u"]
    measure = measures().get(unit)
    head = digits.rstrip("万亿")
    large = digits[len(head) :] if len(head) < len(digits) and len(digits) > 1 else ""
    value = _han_value(head if large else digits, match["p"])
    if not value or (large and not head):
        return None
    kind, weak = (measure.kind, measure.weak) if measure else ("count", False)
    return Figure(match.start(), match.end(), value, large + unit, kind, weak, True, bool(large) and len(value) > 1)


@lru_cache(maxsize=1024)
def _han_value(digits: str, decimals: str | None) -> str | None:
    whole = to_int(digits)
    if whole is None:
        return None
    return f"{whole}.{''.join(str(to_int(d) or 0) for d in decimals)}" if decimals else str(whole)


def _digits(text: str) -> str:
    plain = "".join(chr(ord(c) - 0xFEE0) if "０" <= c <= "９" else c for c in text).replace(",", "").replace("．", ".")
    return plain


# --- calendar expressions ----------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _when_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = figure_words()
    year = rf"(?:(?:19|20)[{_DIGIT}]{{2}}|二[〇○零O]{{1}}[〇○零一二三四五六七八九]{{2}}|一九[〇零一二三四五六七八九]{{2}})"
    part = rf"(?:[{_DIGIT}]{{1,2}}|[一二三四五六七八九十]{{1,3}})"
    clock = rf"(?:{_GAP}(?:上午|下午|中午)?{_GAP}[{_DIGIT}]{{1,2}}{_GAP}[时点:：](?:[{_DIGIT}]{{1,2}}分?)?)?"
    edge = r"(?P<edge>底|末|年底|年末|年内|上半年|下半年|中旬|上旬|下旬|初|第?[一二三四1-4]季度末?)?"
    tail = r"(?P<tail>之前|以前|前|止|起|以来|以后|之后|后|期间|间|内)?"
    dated = re.compile(
        rf"(?:(?P<from>{year}){_GAP}年?{_GAP}[-－—–~～至到]{{1,2}}{_GAP})?(?P<y>{year}){_GAP}年(?:度)?"
        rf"(?:{_GAP}(?P<mo>{part}){_GAP}月份?(?:{_GAP}(?P<d>{part}){_GAP}日)?)?{_GAP}{edge}{clock}{_GAP}{tail}"
    )
    month = re.compile(
        rf"(?<![{_DIGIT}个一二三四五六七八九十])(?P<mo>{part}){_GAP}月份?{_GAP}(?:(?P<d>{part}){_GAP}日|(?P<edge>底|末|上旬|中旬|下旬|初))?{clock}{_GAP}(?P<tail>之前|以前|前|止)"
    )
    soon = re.compile(rf"(?P<which>今年|本年度?|明年|(?<![{_DIGIT}{_HAN}几多整当每同本半上下前后逐历去周])年|(?<![上下])(?=[上下]半年(?!各|分别)))(?P<edge>底|末|内|上半年|下半年)(?P<tail>之前|以前|前)?")
    plan = re.compile(rf"[“\"]?(?P<plan>{any_word(words['plans'])})[”\"]?(?:规划)?(?P<tail>时期末|期末|末期|末|期间|时期内)")
    return dated, month, soon, plan


def find_whens(text: str, year: int | None) -> list[When]:
    """The calendar expressions of a text by place; `year` is the document's own, for 年底前 and 6月底前 where no year stands before.

    `find_whens("2021年5月底前完成；6月底前验收", 2021)` finds until 2021-05 and until 2021-06.
    """
    if not may_hold_date(text):
        return []
    dated, month, soon, plan = _when_patterns()
    years, months, terms, plans = _when_signs()
    found: list[When] = []
    for match in dated.finditer(text) if years.search(text) else ():
        lead, start = _lead(text, match.start())
        sense = _dated_sense(text, match, lead)
        if found and found[-1].sense != "start" and lead[:1] in ("至", "到") and start - found[-1].end <= 1:
            sense = "done"  # 2020年5月1日至2021年4月30日 is a period
        found.append(When(start, match.end(), _dated_value(match), sense))
    used = bytearray(len(text))
    for when in found:
        used[when.start : when.end] = b"1" * (when.end - when.start)
    named = [w for w in found if w.value]
    for sign, pattern, value in ((plans, plan, _plan_value), (months, month, _month_value), (terms, soon, _soon_value)):
        for match in pattern.finditer(text) if sign.search(text) else ():
            if any(used[match.start() : match.end()]):
                continue
            used[match.start() : match.end()] = b"1" * (match.end() - match.start())
            own = _year_before(text, named, match.start()) if pattern is month or match[0].startswith(("年", "上", "下")) else None
            start = _lead(text, match.start())[1]
            sense = "within" if pattern is plan and match["tail"] == "期间" else "until"
            if _recurs(text, start):
                found.append(When(start, match.end(), "", "start"))
            else:
                found.append(When(start, match.end(), value(match, own or year), sense))
    return sorted(found, key=lambda w: w.start)


def _year_before(text: str, whens: list[When], place: int) -> int | None:
    """The year that was named before in the same sentence."""
    at = bisect_left(whens, place, key=lambda w: w.start)
    return int(whens[at - 1].value[:4]) if at and "。" not in text[whens[at - 1].end : place] else None


@lru_cache(maxsize=1)
def _when_signs() -> tuple[re.Pattern[str], ...]:
    """What every date with a year, every month, every term (年底) and the end of every plan has a part of."""
    signs = ("19|20|二[〇○零O]|一九", "月", "[年度][底末内]|[上下]半年", r"五[”\"]?(?:规划)?(?:期|时期|末)")
    return tuple(map(re.compile, signs))


@lru_cache(maxsize=1)
def _dates() -> re.Pattern[str]:
    return re.compile(r"年|月|五[”\"]?(?:规划)?(?:期|时期|末)")


def may_hold_date(text: str) -> bool:
    """Whether a text has what every calendar expression has a part of."""
    return _dates().search(text) is not None


@lru_cache(maxsize=1)
def _leads() -> re.Pattern[str]:
    return re.compile(r"(到|至|展望|面向|截至|截止到|截止|争取到?|力争到?|确保到?|自|从|在|于|始于)[ \u3000\u00a0]{0,2}$")


def _lead(text: str, start: int) -> tuple[str, int]:
    """The word before a date (到, 至, 自 …) and where the date begins with it."""
    match = _leads().search(text, max(0, start - 6), start)
    return (match[1], match.start()) if match else ("", start)


@lru_cache(maxsize=1)
def _recurring() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_word(figure_words()['words']['recurring'])})\s?$")


def _recurs(text: str, start: int) -> bool:
    return _recurring().search(text[max(0, start - 5) : start]) is not None


def _number(text: str | None) -> int | None:
    return to_int(text.replace("O", "〇")) if text else None


def _dated_value(match: re.Match[str]) -> str:
    year, month, day = (_number(match[g]) for g in ("y", "mo", "d"))
    edge = match["edge"] or ""
    if month and 1 <= month <= 12:
        return f"{year}-{month:02d}-{day:02d}" if day and 1 <= day <= 31 else f"{year}-{month:02d}"
    return f"{year}{_edge_month(edge)}"


def _edge_month(edge: str) -> str:
    if edge in ("底", "末", "年底", "年末"):
        return "-12"
    if edge in ("上半年", "下半年"):
        return "-06" if edge == "上半年" else "-12"
    if "季度" in edge:
        quarter = _number(edge.replace("第", "").replace("季度", "").replace("末", "")) or 4
        return f"-{quarter * 3:02d}"
    return ""


def _month_value(match: re.Match[str], year: int | None) -> str:
    month, day = _number(match["mo"]), _number(match["d"])
    if year is None or not month or month > 12:
        return ""
    return f"{year}-{month:02d}-{day:02d}" if day and day <= 31 else f"{year}-{month:02d}"


def _soon_value(match: re.Match[str], year: int | None) -> str:
    if year is None:
        return ""
    return f"{year + (match['which'] == '明年')}" + {"底": "-12", "末": "-12", "上半年": "-06", "下半年": "-12"}.get(match["edge"], "")


def _plan_value(match: re.Match[str], year: int | None) -> str:
    return str(figure_words()["plans"][match["plan"]])


@lru_cache(maxsize=1)
def _done() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:，|,)?(?:{any_word(figure_words()['words']['done'])})|[^，。；、]{{0,30}}(?:会议|常务会)[^，。；]{{0,10}}通过")


def _dated_sense(text: str, match: re.Match[str], lead: str) -> str:
    tail = match["tail"] or ""
    if text[match.start() - 1 : match.start()] in tuple("比较以与同"):
        return "start"  # 比2020年提高5个百分点: what it is measured against
    if tail == "以来":
        return "past"
    if tail in ("起", "以后", "之后", "后") or lead in ("自", "从", "始于"):
        return "start"
    if _done().match(text, match.end()) and tail not in ("前", "之前", "以前", "止"):
        return "done"
    if lead[:1] in ("到", "至", "展", "面", "截", "争", "力", "确") or tail in ("前", "之前", "以前", "止") or (match["edge"] or "") in ("底", "末", "年底", "年末"):
        return "until"
    return "within"
