"""Lines → markers: what the number at the start of a line is, by the table kb/data/numbering.toml.

What goes in is the text of one line or block. Out comes the marker that it begins with, or none: 第十三条规定的…,
（一）至（三）项, 1.5倍 and 2021年 begin with no marker. A marker says its form, its value and where the text behind the
ordinal begins. Markdown marks, bold and white space before it, inside it and behind it decide nothing. Whether an *unsure* marker
(第三条为了…, 1.1 目的, S、) is an ordinal is only seen from its neighbours: kb/clauses.py decides.

`find_marker("（ 三 ）项目管理。")` is han_bracket, value 3, ordinal （三）, end 5.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from kb.frozen import dataclass
from kb.numbering_forms import ARAB, HAN, Form, bracketed, circled, dotted, forms, forms_by_first, ideographs
from kb.numerals import to_chinese, to_int
from kb.tables import settings

SPACES = frozenset(" \t\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\r\n")
MARKS = SPACES | frozenset("#*>_`\\")
DASHES = "-－—–‐‑―"
_STRIPPED = "".join(sorted(MARKS))
_SIGNS = {"circled": circled, "bracketed": bracketed, "dotted": dotted, "ideographs": ideographs}
_GAPS = " \u3000\u00a0"  # within a Chinese number
_BEGINNINGS = {"han": HAN, "arab": ARAB, "levels": ARAB}  # what a number begins with, white space left aside
_LONGEST = 14  # characters of a number, inner spaces included


@dataclass(frozen=True, slots=True)
class Marker:
    """The ordinal that a text begins with: text[start:end] is it as printed, with its dot."""

    form: str
    kind: str
    value: int  # 0 when no number is printed or it cannot be read
    ordinal: str  # normalised: 三, （四）, 2, 第十二条, 专栏3-1
    start: int
    end: int
    misread: bool = False  # the value is a guess at what OCR made of it
    sure: bool = True  # False: only its place in a sequence proves it
    sub: int = 0  # 第十七条之一
    levels: tuple[int, ...] = ()  # 2.3.1, 专栏3-1


def find_marker(text: str) -> Marker | None:
    """The marker that the text begins with, or None.

    Gives the strongest reading: a sure one, else an unsure one that a heading may have (第三条为了…, 专栏1重点工程), else a
    misread one (S、 1-0、 -、). A figure (1.5倍, 3 个) is none, though `readings` offers it to a document that numbers so.
    """
    found = readings(text)
    for marker in found:
        if marker.sure and not marker.misread:
            return marker
    return next((m for m in found if m.form not in ("decimal", "bare", "han_bare", "paragraph")), None)


@lru_cache(maxsize=1024)  # the same line is asked about by several stages
def readings(text: str) -> tuple[Marker, ...]:
    """Every way to read the start of the text as an ordinal, strongest first; unsure and misread ones are marked so."""
    start = 0
    length = len(text)
    while start < length and text[start] in MARKS:
        start += 1
    if start == length:
        return ()
    found = []
    sure = False
    head = text[start : start + _LONGEST + 8]
    for choice in _choices().get(text[start], ()):
        for after in choice.after:
            if after in head:
                marker = _read(choice, text, start)
                if marker:
                    found.append(marker)
                    sure = sure or marker.sure
                break
    if not sure:
        odd = _misread(text, start)
        if odd and not any(m.form == odd.form for m in found):
            found.append(odd)
    if len(found) > 1:
        found.sort(key=lambda m: (m.misread, not m.sure))
    return tuple(found)


class _Choice(NamedTuple):
    """A form that a text may have by its first character: what may stand before the number, longest first, and what behind it."""

    form: Form
    before: tuple[str, ...]
    after: tuple[str, ...]


@lru_cache(maxsize=1)
def _choices() -> dict[str, tuple[_Choice, ...]]:
    return {first: tuple(_choice(form, first) for form in rows) for first, rows in forms_by_first().items()}


def _choice(form: Form, first: str) -> _Choice:
    before = sorted((b for b in form.before if b[:1] in ("", first)), key=len, reverse=True)
    return _Choice(form, tuple(before), ("",) if "" in form.after else form.after)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACES:
        at += 1
    return at


def _read(choice: _Choice, text: str, start: int) -> Marker | None:
    for before in choice.before:
        if not text.startswith(before, start):
            continue
        at = start + len(before)
        begin = _skip(text, at)
        for digits in choice.form.digits:
            if digits in _BEGINNINGS and text[begin : begin + 1] not in _BEGINNINGS[digits]:
                continue
            marker = _number(choice.form, before, digits, text, (start, at))
            if marker:
                return marker
    return None


def _number(form: Form, before: str, digits: str, text: str, place: tuple[int, int]) -> Marker | None:
    """The marker of one form read with one kind of digits; `place` is where it and where its number begin."""
    start, at = place
    number, end, levels = _digits(digits, text, at, form.name == "box")
    if number is None:
        return None
    after = _after(form, text, end, digits)
    if after is None:
        return None
    end = after[1]
    sub = 0
    if form.name == "article" and text.startswith("之", end):
        sub, end = _sub_article(text, end)
    sure = _follows(form, text, end, number)
    if sure is None:
        return None
    return _marker(form.name, (before, after[0]), (number, sub), levels, (start, end), sure)


@lru_cache(maxsize=4096)  # 第一条, 第二条 … at the start of a line are the same in every document
def _marker(name: str, around: tuple[str, str], value: tuple[int, int], levels: tuple[int, ...], place: tuple[int, int], sure: bool) -> Marker:
    """The marker of the form `name`: what stands `around` its number, its `value` and that of a sub-article, its `place` in the text."""
    form = _form_of(name)
    number, sub = value
    ordinal = _ordinal(form, *around, number, levels)
    if sub:
        ordinal += "之" + to_chinese(sub)
    return Marker(name, form.kind, number, ordinal, *place, sure=sure, sub=sub, levels=levels)


def _form_of(name: str) -> Form:
    return next(form for form in forms() if form.name == name)


def _digits(digits: str, text: str, at: int, box: bool) -> tuple[int | None, int, tuple[int, ...]]:
    """Number, offset behind it, its levels; None where there is no number of this kind."""
    if digits == "none":
        return 0, at, ()
    if digits in _SIGNS:
        known = _SIGNS[digits]()
        ok = at < len(text) and text[at] in known
        return (to_int(text[at]) if ok else None), at + 1, ()
    if digits == "levels":
        return _levels(text, at)
    at = _skip(text, at)
    found = _run_of(digits, box).match(text, at, at + _LONGEST)
    run = found[0].rstrip(_GAPS) if found else ""
    number = _value(run) if run else None
    last = at + len(run)
    if number is None or number > 9999 or (digits == "arab" and len("".join(run.split())) > 3):
        return None, last, ()
    if box:
        return _box(text, last, number)
    return number, last, ()


@lru_cache(maxsize=4)
def _run_of(digits: str, box: bool) -> re.Pattern[str]:
    """The characters of a number: Chinese ones with gaps between them; Arabic ones, a single space before the last (1 0、 of OCR)."""
    if digits == "han":
        return re.compile(f"[{''.join(sorted(HAN))}{_GAPS}]+")
    arab = f"[{''.join(sorted(ARAB))}]"
    return re.compile(f"{arab}+" if box else f"{arab}+(?: {arab}(?=[、.．]))?")


@lru_cache(maxsize=4096)
def _value(run: str) -> int | None:
    return to_int(run)


def _levels(text: str, at: int) -> tuple[int | None, int, tuple[int, ...]]:
    """2.3.1 → its last number and all of them."""
    out: list[int] = []
    end = at
    while True:
        begin = end
        while end < len(text) and text[end] in ARAB and end - begin < 3:
            end += 1
        if begin == end or (end < len(text) and text[end] in ARAB):
            return None, at, ()
        out.append(to_int(text[begin:end]) or 0)
        if len(out) < 5 and text[end : end + 1] in (".", "．") and text[end + 1 : end + 2] in ARAB and end + 1 < len(text):
            end += 1
            continue
        break
    if text[end : end + 1] in (".", "．") and len(out) > 1:
        end += 1
    return (out[-1], end, tuple(out)) if len(out) > 1 and 0 not in out else (None, at, ())


def _box(text: str, at: int, number: int) -> tuple[int | None, int, tuple[int, ...]]:
    """The second number of 专栏3-1, where there is one."""
    dash = _skip(text, at)
    if dash < len(text) and text[dash] in DASHES + "." + "．":
        second = _skip(text, dash + 1)
        end = second
        while end < len(text) and text[end] in ARAB and end - second < 3:
            end += 1
        if end > second:
            return number, end, (number, to_int(text[second:end]) or 0)
    return number, at, (number,)


def _after(form: Form, text: str, at: int, digits: str) -> tuple[str, int] | None:
    """What stands behind the number and the offset behind that."""
    if form.name in ("bare", "han_bare"):
        end = _skip(text, at)
        gap = end > at or "" in form.after
        return (" ", end) if (gap and end < len(text) and "\u3400" <= text[end] <= "\u9fff") or (text[end : end + 1] in ("“", "《") and gap) else None
    end = at if form.name == "question" or digits == "levels" or digits in _SIGNS else _skip(text, at)
    for after in form.after:
        if after and text.startswith(after, end):
            return after, end + len(after)
    return ("", at) if "" in form.after else None


def _sub_article(text: str, at: int) -> tuple[int, int]:
    """之一 of 第十七条之一, which begins at `at`, → 1, and the offset behind it."""
    end = at + 1
    while end < len(text) and text[end] in HAN and end - at < 5:
        end += 1
    number = to_int(text[at + 1 : end]) if end > at + 1 else None
    return (number, end) if number else (0, at)


def _ordinal(form: Form, before: str, after: str, number: int, levels: tuple[int, ...]) -> str:
    if form.name in ("box", "decimal"):
        joint = "-" if form.name == "box" else "."
        written = joint.join(str(n) for n in levels)
        return form.ordinal.replace("{arab}", written).replace("{levels}", written)
    circled = chr(0x2460 + number - 1) if 1 <= number <= 20 else (chr(0x3251 + number - 21) if number <= 35 else chr(0x32B1 + number - 36))
    out = form.ordinal.replace("{han}", to_chinese(number)).replace("{after}", after).replace("{before}", before)
    return out.replace("{arab}", str(number) if number else "").replace("{circled}", circled)


def _follows(form: Form, text: str, end: int, number: int) -> bool | None:
    """Whether what stands behind the ordinal lets it be one: True sure, False unsure, None a reference or figure."""
    rest = text[end : end + 12]
    bare = rest.lstrip(_STRIPPED)
    if form.open == "end":
        return True if not bare.strip("：: \u3000") else None
    if bare.startswith(form.never) or rest.startswith(form.tight):
        return None
    if form.name in ("han_comma", "num_comma") and _is_range(rest, number):
        return None
    if form.name in ("num_dot", "decimal", "bare", "han_bare"):
        return _figure_free(form, rest, number)
    if form.open == "gap" and bare.startswith("第") and _is_reference(bare):
        return None if rest[0] == "第" else False
    if form.open == "weak":
        return False
    return form.open == "any" or not rest or len(bare) < len(rest) or rest[0] in "：:“\"【[《"


def _is_range(rest: str, number: int) -> bool:
    """三、四类: the next number directly behind, and a word that takes numbers."""
    end = 0
    while end < len(rest) and (rest[end] in HAN or rest[end] in ARAB):
        end += 1
    if not end or to_int(rest[:end]) != number + 1:
        return False
    return end == len(rest) or rest[end] in settings("numbering")["range"]["first"] or rest[end] in ARAB


def _is_reference(text: str) -> bool:
    """第二款 directly behind 第三条; 第三方 and 第二审 are none."""
    end = 1
    while end < len(text) and (text[end] in HAN or text[end] in ARAB):
        end += 1
    return text[end : end + 1] in ("款", "项", "目", "条", "章", "节")


def _figure_free(form: Form, rest: str, number: int) -> bool | None:
    if form.name == "num_dot":
        if rest[:1] not in ARAB or not rest:
            return number > 0 or None
        year = rest[:4]
        if number and all(c in ARAB for c in year) and rest[4:5] in ("年", "—", "-", "－", "～", "~"):
            return True
        digits = len(rest) - len(rest.lstrip("0123456789"))
        named = digits > 2 or (digits and rest[digits : digits + 1].isascii() and rest[digits : digits + 1].isalpha())  # 41.12345热线, 3.5G基站
        return False if number and named else None
    first = rest.lstrip()[:1]
    quantities = settings("numbering")["quantity"]
    if not first or number == 0 or (first in quantities["first"] and not (form.name == "decimal" and first in quantities["whole"])):
        return None
    return False


def _misread(text: str, start: int) -> Marker | None:
    """What OCR may have made of an ordinal: up to four odd characters before a 、 or dot, or inside brackets."""
    head = text[start : start + 7]
    if head[0] in "（(﹙":
        close = next((i for i, c in enumerate(head) if c in "）)﹚"), 0)
        return _odd_han(text, head[1:close], (start, start + close + 1), "han_bracket") if close > 1 else None
    behind = _first_stop().match(head)
    if head[0] in ARAB or head[0] in HAN:
        stopped = _odd_stop().match(head)
        if stopped is not None and _begins_title(text[start + stopped.end() : start + stopped.end() + 12].lstrip(" \u3000*") + "  "):
            return _numeral_with_comma(stopped[1], (start, start + stopped.end()))
    if behind is None:
        return None
    stop = behind.end() - 1
    if (head[stop] in "，," and not _numeral(head[:stop])):
        return None
    run = "".join(head[:stop].split())
    end = start + stop + 1
    rest = text[end : end + 12].lstrip(" \u3000*")
    if not run or len(run) > 4 or len(rest) < 2 or not _begins_title(rest):
        return None
    if head[stop] in "，,":
        return _numeral_with_comma(run, (start, end))
    if all(c in ARAB for c in run):
        return None
    table = settings("numbering")["misread"]
    odd = _odd_han(text, run, (start, end), "han_comma")
    if odd or (head[stop] in ".．" and any(c not in table["arab"] and c not in ARAB for c in run)):
        return odd
    return _odd_arab(run, (start, end), "num_comma" if head[stop] in "、﹑" else "num_dot")


@lru_cache(maxsize=1)
def _first_stop() -> re.Pattern[str]:
    return re.compile("[^、.．﹑，,]{1,6}[、.．﹑，,]")


@lru_cache(maxsize=1)
def _odd_stop() -> re.Pattern[str]:
    """A number and what a misread dot looks like: 6。强化, 三；保障."""
    return re.compile(f"([{''.join(sorted(HAN))}]{{1,3}}|[{''.join(sorted(ARAB))}]{{1,2}})[ \u3000]?[。·•・;；:：]")


def _numeral(text: str) -> bool:
    run = "".join(text.split())
    return 0 < len(run) <= 3 and (all(c in HAN for c in run) or all(c in ARAB for c in run))


def _numeral_with_comma(run: str, place: tuple[int, int]) -> Marker | None:
    """三，保障措施: the dot read as a comma."""
    name = "han_comma" if run[0] in HAN else "num_comma"
    form = _form_of(name)
    number = to_int(run) or 0
    return Marker(name, "item", number, _ordinal(form, "", "", number, ()), *place, misread=True, sure=False) if number else None


def _begins_title(rest: str) -> bool:
    return "\u3400" <= rest[0] <= "\u9fff" and "\u3400" <= rest[1] <= "\u9fff" and rest[0] not in "和与及或等"


def _odd_han(text: str, run: str, place: tuple[int, int], name: str) -> Marker | None:
    """-、 is 一、; （=） is （二）."""
    table = settings("numbering")["misread"]["han"]
    read = "".join(table.get(c, c) for c in "".join(run.split()))
    if read == "".join(run.split()) or not read or any(c not in HAN for c in read):
        return None
    number = to_int(read) or 0
    form = _form_of(name)
    return Marker(name, "item", number, _ordinal(form, "", "", number, ()), *place, misread=True, sure=False)


def _odd_arab(run: str, place: tuple[int, int], name: str) -> Marker | None:
    """1-0、 is 10、; S、 is 5、 or 8、 (value 0: the neighbours tell)."""
    table = settings("numbering")["misread"]
    if any(c not in ARAB and c not in table["arab"] and c not in table["dropped"] for c in run):
        return None
    kept = [c for c in run if c not in table["dropped"]]
    digits = "".join(c if c in ARAB else table["arab"][c] if len(table["arab"][c]) == 1 else "?" for c in kept)
    value = 0 if "?" in digits or not digits else to_int(digits) or 0
    return Marker(name, "item", value, str(value) if value else "", *place, misread=True, sure=False)
