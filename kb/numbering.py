"""Lines → markers: what the number at the start of a line is, by the table kb/data/numbering.toml.

What goes in is the text of one line or block. Out comes the marker that it begins with, or none: 第十三条规定的…,
（一）至（三）项, 1.5倍 and 2021年 begin with no marker. A marker says its form, its value and where the text behind the
ordinal begins. Markdown marks, bold and white space before it, inside it and behind it decide nothing. Whether an *unsure* marker
(第三条为了…, 1.1 目的, S、) is an ordinal is only seen from its neighbours: kb/clauses.py decides.

`find_marker("（ 三 ）项目管理。")` is han_bracket, value 3, ordinal （三）, end 5.
"""

from __future__ import annotations

from functools import lru_cache

from kb.frozen import dataclass
from kb.numbering_forms import ARAB, HAN, Form, bracketed, circled, dotted, forms, forms_by_first, ideographs
from kb.numerals import to_chinese, to_int
from kb.tables import settings

SPACES = frozenset(" \t\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\r\n")
MARKS = SPACES | frozenset("#*>_`\\")
DASHES = "-－—–‐‑―"
_STRIPPED = "".join(sorted(MARKS))
_SIGNS = {"circled": circled, "bracketed": bracketed, "dotted": dotted, "ideographs": ideographs}
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
    head = text[start : start + _LONGEST + 8]
    for form in forms_by_first().get(text[start], ()):
        marker = _read(form, text, start) if any(after in head for after in form.after) else None
        if marker:
            found.append(marker)
    if not any(m.sure for m in found):
        odd = _misread(text, start)
        if odd and not any(m.form == odd.form for m in found):
            found.append(odd)
    found.sort(key=lambda m: (m.misread, not m.sure))
    return tuple(found)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACES:
        at += 1
    return at


def _read(form: Form, text: str, start: int) -> Marker | None:
    for before in sorted(form.before, key=len, reverse=True):
        if not text.startswith(before, start):
            continue
        at = start + len(before)
        for digits in form.digits:
            marker = _number(form, before, digits, text, (start, at))
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
    if form.name == "article":
        sub, end = _sub_article(text, end)
    sure = _follows(form, text, end, number)
    if sure is None:
        return None
    ordinal = _ordinal(form, before, after[0], number, levels)
    if sub:
        ordinal += "之" + to_chinese(sub)
    return Marker(form.name, form.kind, number, ordinal, start, end, sure=sure, sub=sub, levels=levels)


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
    allowed = HAN if digits == "han" else ARAB
    at = _skip(text, at)
    end = at
    stop = min(len(text), at + _LONGEST)
    last = at
    while end < stop and (text[end] in allowed or (text[end] in " \u3000\u00a0" and digits == "han") or (text[end] == " " and box is False and _digit_next(text, end, last))):
        if text[end] in allowed:
            last = end + 1
        end += 1
    run = text[at:last]
    number = _value(run) if run else None
    if number is None or number > 9999 or (digits == "arab" and len("".join(run.split())) > 3):
        return None, last, ()
    if box:
        return _box(text, last, number)
    return number, last, ()


@lru_cache(maxsize=4096)
def _value(run: str) -> int | None:
    return to_int(run)


def _digit_next(text: str, at: int, last: int) -> bool:
    """A single space between two digits (1 0、 of OCR)."""
    return at == last and text[at + 1 : at + 2] in ARAB and text[at + 2 : at + 3] in ("、", ".", "．")


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
    """之一 behind 第十七条 → 1."""
    if text[at : at + 1] != "之":
        return 0, at
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
        return True if number and all(c in ARAB for c in year) and rest[4:5] in ("年", "—", "-", "－", "～", "~") else None
    first = rest.lstrip()[:1]
    quantities = settings("numbering")["quantity"]
    if not first or number == 0 or (first in quantities["first"] and not (form.name == "decimal" and first in quantities["whole"])):
        return None
    return False


def _misread(text: str, start: int) -> Marker | None:
    """What OCR may have made of an ordinal: up to four odd characters before a 、 or dot, or inside brackets."""
    table = settings("numbering")["misread"]
    head = text[start : start + 7]
    if head[0] in "（(﹙":
        close = next((i for i, c in enumerate(head) if c in "）)﹚"), 0)
        return _odd_han(text, head[1:close], (start, start + close + 1), "han_bracket") if close > 1 else None
    stop = next((i for i, c in enumerate(head) if c in "、.．﹑，,"), 0)
    if not stop or (head[stop] in "，," and not _numeral(head[:stop])):
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
    odd = _odd_han(text, run, (start, end), "han_comma")
    if odd or (head[stop] in ".．" and any(c not in table["arab"] and c not in ARAB for c in run)):
        return odd
    return _odd_arab(run, (start, end), "num_comma" if head[stop] in "、﹑" else "num_dot")


def _numeral(text: str) -> bool:
    run = "".join(text.split())
    return 0 < len(run) <= 3 and (all(c in HAN for c in run) or all(c in ARAB for c in run))


def _numeral_with_comma(run: str, place: tuple[int, int]) -> Marker | None:
    """三，保障措施: the dot read as a comma."""
    name = "han_comma" if run[0] in HAN else "num_comma"
    form = next(f for f in forms() if f.name == name)
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
    form = next(f for f in forms() if f.name == name)
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
