"""Automatic numbering of a docx, which is not in its text: rebuilt from numbering.xml and styles.xml.

A paragraph names a list (numId) and a level, itself or by its style; the list names an abstract list, which says how
each level looks. Lists of the same abstract list go on counting together, unless one of them says where it starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from xml.etree.ElementTree import Element

from kb.numerals import to_chinese

LEVELS = 9
MAX_STYLES = 30  # styles that build on one another; programs make no more than eleven
OFF = ("0", "false", "off")
_CHINESE = ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
            "taiwaneseCountingThousand", "koreanCounting", "koreanDigital", "japaneseDigitalTenThousand")  # fmt: skip
_LEGAL = ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal", "koreanLegal")
_SERIES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}
# Where an enclosed form of 1 stands in Unicode, and up to what number it goes from there.
_ENCLOSED = {
    "decimalEnclosedCircle": ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)),
    "decimalEnclosedCircleChinese": ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)),
    "decimalEnclosedParen": ((1, 20, 0x2474),),
    "decimalEnclosedFullstop": ((1, 20, 0x2488),),
}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list looks and counts."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None  # restarts after this level (1-based) or a higher one; 0 never; None after any higher
    style: str = ""
    legal: bool = False  # all numbers in it are printed as 1, 2, 3


@dataclass(frozen=True, slots=True)
class ListForm:
    """A list (num): its abstract list, and what it says otherwise itself."""

    abstract: str
    starts: dict[int, int]
    levels: dict[int, Level]


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style as far as it matters here."""

    base: str = ""
    name: str = ""
    list_id: str | None = None
    level: int | None = None


@dataclass
class Numbering:
    """All lists of a docx with their counters; `number` is asked once for each paragraph, in order."""

    abstracts: dict[str, dict[int, Level]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)  # abstract list → style whose list it stands for
    lists: dict[str, ListForm] = field(default_factory=dict)
    styles: dict[str, Style] = field(default_factory=dict)
    default_style: str = ""
    _counters: dict[str, list[int | None]] = field(default_factory=dict)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def number(self, properties: Element | None) -> str:
        """The number that Word would print before a paragraph with these properties, "" for none.

        For a level with the text （%1） in Chinese numerals the third paragraph gets “（三）”.
        """
        list_id, level = self._list_of(properties)
        form = self.lists.get(list_id) if list_id and list_id != "0" else None
        if form is None or not 0 <= level < LEVELS:
            return ""
        abstract = self._linked(form.abstract)
        counters = self._counters.setdefault(abstract, [None] * LEVELS)
        if level in form.starts and (list_id, level) not in self._seen:
            counters[level] = None  # the list's own start counts when this level is first used in it
        self._seen.add((list_id, level))
        self._count(form, abstract, level, counters)
        return self._printed(form, abstract, level, counters)

    def _list_of(self, properties: Element | None) -> tuple[str, int]:
        """List and level of a paragraph: its own words first, then those of its style and the styles below that one."""
        own = properties.find("w_numPr") if properties is not None else None
        list_id, level = _list_and_level(own)
        chosen = properties.find("w_pStyle") if properties is not None else None
        name = chosen.get("w_val", "") if chosen is not None else self.default_style
        chain = self._chain(name)
        for _, style in chain:
            list_id = style.list_id if list_id is None else list_id
        if list_id is None:
            return "", 0
        if level is None and own is None:
            level = self._level_by_style(list_id, chain)
        return list_id, level or 0

    def _chain(self, name: str) -> list[tuple[str, Style]]:
        chain: list[tuple[str, Style]] = []
        seen: set[str] = set()
        while name in self.styles and name not in seen and len(chain) < MAX_STYLES:
            seen.add(name)
            chain.append((name, self.styles[name]))
            name = self.styles[name].base
        return chain

    def _level_by_style(self, list_id: str, chain: list[tuple[str, Style]]) -> int:
        """The level of a paragraph that has its list from a style: the level that names the style, else the style's own."""
        form = self.lists.get(list_id)
        levels = self.abstracts.get(self._linked(form.abstract), {}) if form is not None else {}
        by_style = {level.style: index for index, level in levels.items() if level.style}
        for name, style in chain:
            if name in by_style:
                return by_style[name]
            if style.level is not None:
                return style.level
        return 0

    def _linked(self, abstract: str) -> str:
        """The abstract list that another one stands for by way of a style."""
        for _ in range(4):
            style = self.styles.get(self.links.get(abstract, ""))
            form = self.lists.get(style.list_id or "") if style else None
            if form is None or form.abstract == abstract:
                break
            abstract = form.abstract
        return abstract

    def _level(self, form: ListForm, abstract: str, index: int) -> Level:
        level = form.levels.get(index) or self.abstracts.get(abstract, {}).get(index) or Level()
        return replace(level, start=form.starts[index]) if index in form.starts else level

    def _count(self, form: ListForm, abstract: str, level: int, counters: list[int | None]) -> None:
        last = counters[level]
        counters[level] = self._level(form, abstract, level).start if last is None else last + 1
        for deeper in range(level + 1, LEVELS):
            restart = self._level(form, abstract, deeper).restart
            if restart is None or level < restart:
                counters[deeper] = None

    def _printed(self, form: ListForm, abstract: str, level: int, counters: list[int | None]) -> str:
        shown = self._level(form, abstract, level)
        if shown.form == "bullet":
            return ""

        def value(match: re.Match[str]) -> str:
            index = int(match.group(1)) - 1
            other = self._level(form, abstract, index)
            current = counters[index]
            form_of = "decimal" if shown.legal else other.form
            return printed_number(other.start if current is None else current, form_of)

        text = re.sub("%([1-9])", value, shown.text)
        if not text or shown.suffix == "nothing" or text[-1] in "、．.，。：:；）)】］]〕":
            return text
        return text + " "


def printed_number(value: int, form: str) -> str:
    """A number as a list prints it; `form` is a numFmt of the standard. `printed_number(12, "chineseCounting")` is 十二."""
    if form in _CHINESE:
        return to_chinese(value) if value > 0 else "〇"
    if form in _LEGAL:
        return _translate(to_chinese(value), "一二三四五六七八九十百千零〇", "壹贰叁肆伍陆柒捌玖拾佰仟零零")
    if form in ("ideographDigital", "taiwaneseDigital", "koreanDigital2"):
        return _translate(str(value), "0123456789", "〇一二三四五六七八九")
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return _translate(str(value), "0123456789", "０１２３４５６７８９")
    if form in _SERIES:
        return _SERIES[form][value - 1] if 0 < value <= len(_SERIES[form]) else str(value)
    for low, high, first in _ENCLOSED.get(form, ()):
        if low <= value <= high:
            return chr(first + value - low)
    if form in ("upperLetter", "lowerLetter") and value > 0:
        letters = chr(ord("a") + (value - 1) % 26) * min((value - 1) // 26 + 1, 20)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("upperRoman", "lowerRoman") and 0 < value < 5000:
        return _roman(value).upper() if form == "upperRoman" else _roman(value)
    if form == "ideographZodiacTraditional" and value > 0:
        return _SERIES["ideographTraditional"][(value - 1) % 10] + _SERIES["ideographZodiac"][(value - 1) % 12]
    if form == "decimalZero":
        return f"{value:02d}"
    if form in ("none", "bullet"):
        return ""
    padded = re.fullmatch("0{0,8}1", form)  # a custom form such as 001
    return str(value).zfill(len(form)) if padded else str(value)


def _translate(text: str, old: str, new: str) -> str:
    return text.translate(str.maketrans(old, new))


@lru_cache(maxsize=256)
def _roman(value: int) -> str:
    out = ""
    for size, letters in _ROMAN:
        out += letters * (value // size)
        value %= size
    return out


def read_numbering(lists: Iterable[Element], styles: Iterable[Element]) -> Numbering:
    """The numbering of a docx from the elements of its numbering.xml and its styles.xml (either may be empty)."""
    out = Numbering()
    for element in lists:
        if element.tag == "w_abstractNum":
            key = element.get("w_abstractNumId", "")
            out.abstracts[key] = {_int(e.get("w_ilvl")): _level(e) for e in element.findall("w_lvl")}
            link = _value(element, "w_numStyleLink")
            if link:
                out.links[key] = link
        elif element.tag == "w_num":
            out.lists[element.get("w_numId", "")] = _list(element)
    for element in styles:
        if element.tag == "w_style" and element.get("w_type") in ("paragraph", "numbering", None):
            key = element.get("w_styleId", "")
            out.styles[key] = _style(element)
            if element.get("w_type") == "paragraph" and element.get("w_default", "0") not in OFF:
                out.default_style = key
    return out


def _list(element: Element) -> ListForm:
    starts: dict[int, int] = {}
    levels: dict[int, Level] = {}
    for override in element.findall("w_lvlOverride"):
        index = _int(override.get("w_ilvl"))
        if not 0 <= index < LEVELS:
            continue
        start = override.find("w_startOverride")
        if start is not None:
            starts[index] = _int(start.get("w_val"))
        level = override.find("w_lvl")
        if level is not None:
            levels[index] = _level(level)
    return ListForm(_value(element, "w_abstractNumId"), starts, levels)


def _level(element: Element) -> Level:
    form = element.find("w_numFmt")
    if form is None:  # a form that older programs do not know stands in an alternative
        form = element.find("mc_AlternateContent/mc_Choice/w_numFmt")
    name = form.get("w_val", "decimal") if form is not None else "decimal"
    if name == "custom" and form is not None:
        name = form.get("w_format", "").split(",")[0].strip()
    restart = element.find("w_lvlRestart")
    legal = element.find("w_isLgl")
    return Level(
        start=_int(_value(element, "w_start") or "0"),
        form=name,
        text=_value(element, "w_lvlText"),
        suffix=_value(element, "w_suff") or "tab",
        restart=_int(restart.get("w_val")) if restart is not None else None,
        style=_value(element, "w_pStyle"),
        legal=legal is not None and legal.get("w_val", "1") not in OFF,
    )


def _style(element: Element) -> Style:
    list_id, level = _list_and_level(element.find("w_pPr/w_numPr"))
    return Style(
        base=_value(element, "w_basedOn"),
        name=_value(element, "w_name").lower(),
        list_id=list_id,
        level=level,
    )


def _list_and_level(properties: Element | None) -> tuple[str | None, int | None]:
    if properties is None:
        return None, None
    list_id, level = properties.find("w_numId"), properties.find("w_ilvl")
    return (
        list_id.get("w_val") if list_id is not None else None,
        _int(level.get("w_val")) if level is not None else None,
    )


def _value(element: Element, child: str) -> str:
    found = element.find(child)
    return found.get("w_val", "") if found is not None else ""


def _int(text: str | None) -> int:
    try:
        return max(-1, min(int(text or "0"), 10**6))
    except ValueError:
        return 0
