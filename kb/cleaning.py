"""A source → its logical paragraphs and table rows; everything else is declared as what it is.

In goes a Source. Out comes a Layout: blocks (kind paragraph or row) in order, each with its text and the spans that it was
taken from, and others. Guaranteed: every character of the source lies in exactly one block or one Other; a block's text is
the source at its spans; nothing is invented. Never fails on text. A page number between 脱贫攻 and 坚成果 leaves 脱贫攻坚成果
in one block and is itself an Other of kind page_number.

The steps, in order: read_lines (marks, spaces, page numbers, rules) → drop_running_heads → drop_footnotes → drop_specks →
join_wrapped_lines → declare_the_rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from kb.layout.line_tables import make_rows
from kb.layout.lines import SPACE, Line, read_lines
from kb.layout.page_fields import fields_of, is_furniture
from kb.layout.row_mending import settle_rows
from kb.layout.wrapping import WINDOW, Page, ends_sentence, fullness, goes_on, open_mark, page_widths
from kb.model import Block, Layout, Other, Source, Span
from kb.numbering import find_marker
from kb.spans import cut, join
from kb.tables import settings

OPENING_QUOTES = frozenset("“‘「『")
CLOSING_QUOTES = frozenset("”’」』")
QUOTE_LINE = OPENING_QUOTES | CLOSING_QUOTES | frozenset("\"'＂〞〝、，。；")
_MEANT = frozenset("。；，、！？：:;,.（）()《》〈〉〔〕【】[]%％℃…—-+=~～/")  # a lone one of these is the rest of a sentence
_HEAD = 80  # lines at the head of a page in which the table about its document stands
_LONGEST_FURNITURE = 60
_FOOT = 30  # lines at the end of a page in which its lists of links stand
_LONGEST_LINK = 100
_WHITE = SPACE + "\n"
_CJK_LOW, _CJK_HIGH = "\u3400", "\u9fff"


def clean(source: Source) -> Layout:
    """The cleaned source. See the module."""
    lines = read_lines(source.text)
    plain = source.format in ("txt", "md", "pdf")
    if plain:
        make_rows(lines, source.text)
    drop_running_heads(lines)
    settle_tabs(lines)
    mark_quotes_and_specks(lines)
    _mark_end_of_page(lines)
    _mark_above_fields(lines)
    if plain:
        settle_rows(lines, source.text)
    blocks = join_wrapped_lines(lines, source.format in ("html", "docx"))
    declared = [(line.kind, line.start, line.end) for line in lines if line.kind not in ("text", "row", "quote", "blank")]
    return Layout(tuple(blocks), tuple(declare_the_rest(source.text, blocks, declared)))


def drop_running_heads(lines: list[Line]) -> None:
    """Short lines that stand at three or more page ends in the same words are running heads; so is a file's first line on top of a page."""
    _drop_bulletin_heads(lines)
    near = _beside_page_ends(lines)
    if not near:
        return
    first = next(line for line in lines if line.kind != "blank")
    for i in near:  # a pdf of two pages: the first line of the file again on top of the next page
        if lines[i].new_page and lines[i] is not first and lines[i].text == first.text:
            lines[i].kind = "running_head"
    counts: Counter[str] = Counter()
    for i in near:
        counts[_without_digits(lines[i].text)] += 1
    total = Counter(_without_digits(line.text) for line in lines if line.kind == "text" and line.width <= 40)
    for i in near:
        key = _without_digits(lines[i].text)
        often = bool(key) and counts[key] >= 3 and counts[key] * 10 >= total[key] * 7
        if often or (lines[i].text.endswith("文件") and len(key) > 5 and _interrupts(lines, i)):  # a letterhead within a sentence
            lines[i].kind = "running_head"
        elif len(key) >= 4 and counts[key] == total[key] == 2 and find_marker(lines[i].text) is None:
            same = [k for k in near if lines[k].text == lines[i].text]
            if len(same) == 2 and any(_interrupts(lines, k) for k in same):
                for k in same:
                    lines[k].kind = "running_head"


def _interrupts(lines: list[Line], at: int) -> bool:
    """Whether a line on top of a page stands in the midst of a sentence: what is above its page number ends none."""
    shown = [k for k in range(max(0, at - 8), min(len(lines), at + 6)) if lines[k].kind != "blank"]
    here = shown.index(at)
    above = next((lines[k] for k in reversed(shown[:here]) if lines[k].kind != "page_number"), None)
    below = lines[shown[here + 1]] if here + 1 < len(shown) else None
    if above is None or below is None or above.kind != "text" or below.kind != "text" or lines[shown[here - 1]].kind != "page_number":
        return False
    return above.width >= 12 and not ends_sentence(above.text) and find_marker(below.text) is None


def _drop_bulletin_heads(lines: list[Line]) -> None:
    """某某县人民政府公报 2022年第8期 again and again: where it is the first line of the file, or has its year and issue; pages are not told otherwise."""
    first = next((line for line in lines if line.kind == "text"), None)
    heads = [line for line in lines if line.kind == "text" and line.width <= 50 and line.text[-1] in "期号辑" and _bulletin().search(line.text) and "公报" in line.text]
    if first is not None and _bulletin().search(first.text):
        heads.insert(0, first)
    counts = Counter(_without_digits(line.text) for line in heads)
    keys = {key for key, count in counts.items() if count > 1} | ({_without_digits(first.text)} if heads and first is heads[0] else set())
    same = [line for line in lines if line.kind == "text" and line.width <= 50 and _without_digits(line.text) in keys] if keys else []
    for line in same if len(same) > 1 else ():
        line.kind = "running_head"


@lru_cache(maxsize=1)
def _bulletin() -> re.Pattern[str]:
    return re.compile(r"^.{2,30}(?:公报|汇编|选编|专刊)[ \u3000]?(?:[（(]?[0-9]{4}年?)?[ \u3000]?(?:第?[0-9]{1,4}[期号辑])?[)）]?$")


def _beside_page_ends(lines: list[Line]) -> list[int]:
    """Indexes of short text lines next to a page number or at the start of a pdf page."""
    shown = [i for i, line in enumerate(lines) if line.kind != "blank"]
    near = []
    for k, i in enumerate(shown):
        line = lines[i]
        if line.kind not in ("text", "row") or line.width > 40 or line.text[-1:] in "。；，":
            continue
        before = lines[shown[k - 1]] if k else None
        after = lines[shown[k + 1]] if k + 1 < len(shown) else None
        if line.kind == "row" and "row" in (before and before.kind, after and after.kind):
            continue  # the head of a table, repeated on each page: rows stand beside it
        if line.new_page or (after and (after.new_page or after.kind == "page_number")) or (before and before.kind == "page_number"):
            near.append(i)
    return near


def _without_digits(text: str) -> str:
    return "".join(c for c in text if c not in "0123456789０１２３４５６７８９" and c not in SPACE)


def settle_tabs(lines: list[Line]) -> None:
    """A line whose only tabs stand before its text is a row among rows and an indented paragraph elsewhere."""
    for i, line in enumerate(lines):
        if line.kind != "row" or line.cells or "\t" in line.text.strip("\t") or line.text.endswith("\t"):
            continue
        beside = [lines[k].kind for k in (i - 1, i + 1) if 0 <= k < len(lines)]
        if "row" not in beside and line.text.strip("\t"):
            lead = len(line.text) - len(line.text.lstrip("\t"))
            line.text = line.text[lead:]
            line.spans = _cut_front(line.spans, lead)
            line.kind = "text"


def _cut_front(spans: tuple[Span, ...], count: int) -> tuple[Span, ...]:
    return cut(spans, count, sum(b - a for a, b in spans))


def _mark_end_of_page(lines: list[Line]) -> None:
    """Names of links below the furniture at the end of a page (微信, 微博, 移动门户) are furniture too."""
    shown = [line for line in lines if line.kind != "blank"]
    end = len(shown)
    while end and shown[end - 1].kind == "text" and len(shown[end - 1].text) <= 6 and not any(c in "。；：，年月日" for c in shown[end - 1].text):
        end -= 1
    if 0 < end < len(shown) and shown[end - 1].kind == "furniture":
        for line in shown[end:]:
            line.kind = "furniture"
    _mark_foot(shown)


def _mark_above_fields(lines: list[Line]) -> None:
    """What a page prints above the table that says what the document is (索引号：… 发文机关：…): menus, unless a line may be its title."""
    shown = [line for line in lines[:_HEAD] if line.kind not in ("blank", "furniture")]
    fields = [line.kind in ("text", "row") and bool(fields_of(line.text)) for line in shown]
    first = next((i for i in range(len(shown) - 2) if all(fields[i : i + 3])), 0)
    words = settings("web_pages")["genres"]
    if any(line.kind != "text" or len(line.text) > _LONGEST_FURNITURE or line.text[-1] in "。；" for line in shown[:first]):
        return
    for line in shown[:first]:
        if not any(word in line.text for word in words) or not any("\u4e00" <= c <= "\u9fff" for c in line.text):
            line.kind = "furniture"


def _mark_foot(shown: list[Line]) -> None:
    """The foot of a page (主办：… 承办：… above 网站标识码) and its lists of links (相关文档：) are furniture."""
    words = settings("document_words")["furniture"]
    last = len(shown) - 1
    while last >= 0 and shown[last].kind == "furniture":
        last -= 1
    foot = last < len(shown) - 1
    while foot and last > 0 and shown[last].kind == "text" and len(shown[last].text) <= 120 and shown[last].text.startswith(tuple(words["foot"])):
        shown[last].kind = "furniture"
        last -= 1
    for i in range(len(shown) - 1, max(0, len(shown) - _FOOT), -1):
        if shown[i].text.strip(" 　：:【】[]") in words["links"] and all(_is_link(line) for line in shown[i + 1 :]):
            for line in shown[i:]:
                line.kind = "furniture" if line.kind == "text" else line.kind
            break


def _is_link(line: Line) -> bool:
    return line.kind == "furniture" or (line.kind == "text" and len(line.text) <= _LONGEST_LINK and line.text[-1] not in "。；：" and find_marker(line.text) is None)


def mark_quotes_and_specks(lines: list[Line]) -> None:
    """Lines of quotation marks alone belong into the sentence around them; a lone odd character is dirt on the page."""
    for line in lines:
        if line.kind == "text" and len(line.text) > 1 and is_furniture(line.text):
            line.kind = "furniture"
        if line.kind != "text" or len(line.text) > 4:
            continue
        if all(c in QUOTE_LINE for c in line.text) and any(c not in "。；，" for c in line.text):
            line.kind = "quote"
        elif len(line.text) <= 2 and not any(_CJK_LOW <= c <= _CJK_HIGH or c.isdigit() or c in _MEANT for c in line.text):
            line.kind = "speck"


@dataclass(slots=True)
class _Open:
    """The paragraph that is being put together."""

    lines: list[Line] = field(default_factory=list)
    text: str = ""
    row_width: float = 0.0
    glue: bool = False  # the next line belongs here whatever it looks like

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.text += line.text


def join_wrapped_lines(lines: list[Line], paragraphs: bool = False) -> list[Block]:
    """Physical lines → paragraphs and rows; `paragraphs`: the format has paragraphs of its own, a line is one. Footnotes are found here, since only an interrupted sentence shows them."""
    widths = page_widths(lines)
    blocks: list[Block] = []
    current = _Open()
    notes = _Footnotes()
    shown = [i for i, line in enumerate(lines) if line.kind != "blank"]
    for k, i in enumerate(shown):
        line = lines[i]
        width = widths[min(i // WINDOW, len(widths) - 1)]
        if line.kind not in ("text", "row", "quote"):
            notes.broken, notes.last = True, None
            continue
        if line.footnote or (notes.last is not None and notes.goes_on(line, width)) or (notes.dangling and _continues_footnote(lines, shown, k, current, notes.broken)):
            notes.take(line, width, current)
            continue
        notes.last = None
        if line.kind == "quote":
            _take_quote(current, line)
            if line.kind == "quote":
                continue
        if current.lines and _belongs(current, line, width, "broken" if notes.broken else "paragraph" if paragraphs else ""):
            current.row_width = current.row_width + _width_of(current.lines[-1]) if current.glue else 0.0
            current.add(line)
        else:
            _close(current, blocks)
            current = _Open([line], line.text)
        current.glue = False
        notes.broken = False
    _close(current, blocks)
    return blocks


def _width_of(line: Line) -> float:
    return float(line.width) if line.kind != "quote" else 1.0


@dataclass
class _Footnotes:
    """What is known of the footnotes so far: whether one goes on in the next line, or at the foot of the next page."""

    last: Line | None = None  # the footnote's line just read
    text: str = ""
    dangling: bool = False  # a footnote ended in mid sentence
    broken: bool = False  # something that is no text stands between the paragraph and the next line

    def take(self, line: Line, width: Page, current: _Open) -> None:
        """Declares a line as (part of) a footnote."""
        self.text = line.text if line.footnote or self.last is None else self.text + line.text
        line.kind = "footnote"
        self.last = line
        self.broken = True
        self.dangling = not ends_sentence(self.text) and line.width > 14 and (not fullness(line, width, 0) or line.width > 30)

    def goes_on(self, line: Line, width: Page) -> bool:
        """Whether the footnote just read was cut at the page's width and goes on in this line."""
        if self.last is None or line.kind == "row" or line.hashes or not fullness(self.last, width, 0):
            return False
        return line.kind == "quote" or (self.text[-1] not in "。！？" and not (ends_sentence(self.text) and self.text[-1] in "”）") and find_marker(line.text) is None)


def _take_quote(current: _Open, line: Line) -> None:
    """A line of quotation marks joins the open paragraph and the line behind it; one that nothing opened is dirt."""
    closing = line.text[0] in CLOSING_QUOTES
    if closing and (not current.lines or (ends_sentence(current.text) and open_mark(current.text) not in OPENING_QUOTES)):
        line.kind = "speck"
        return
    if current.lines and current.lines[-1].kind != "row":
        current.row_width += _width_of(current.lines[-1])
        current.add(line)
        current.glue = True
        return
    line.kind = "text"


def _belongs(current: _Open, line: Line, width: Page, gap: str) -> bool:
    last = current.lines[-1]
    if current.glue and (last.text[-1] in OPENING_QUOTES or not ends_sentence(current.text)):
        return line.hashes == 0
    full = fullness(last, width, current.row_width)
    if last.kind == "row" or line.kind == "row":
        return current.lines[0].kind == "row" and _row_goes_on(current, line, width)
    return goes_on(current.text, last, line, full, gap)


def _row_goes_on(current: _Open, line: Line, width: Page) -> bool:
    """A row that was cut at the page's width goes on; so does one whose last cell ends in a comma or an open bracket."""
    last = current.lines[-1]
    if last.cells or line.cells or last.last:
        return False  # whole already
    if line.kind == "row" and line.text.count("\t") >= current.lines[0].text.count("\t") > 0:
        return False  # as many cells as the row before: a row of its own, however wide that one is
    if width.width and not width.ragged and abs(last.width - width.width) <= 0.6 and not line.hashes:
        return True
    if line.kind == "row" or line.hashes:
        return False
    cell = current.text.rsplit("\t", 1)[-1]
    return bool(cell) and (cell[-1] in "、，," or open_mark(cell) in ("（", "(", "《"))


def _continues_footnote(lines: list[Line], shown: list[int], k: int, current: _Open, broken: bool) -> bool:
    """A footnote cut at a page end goes on at the foot of the next page, between a rule and the sentence that goes on there."""
    line = lines[shown[k]]
    if line.kind != "text" or line.hashes or not ends_sentence(line.text) or not current.lines or ends_sentence(current.text):
        return False
    if k + 1 >= len(shown) or not (broken or lines[shown[k + 1]].kind in ("page_number", "running_head")):
        return False
    if k and lines[shown[k - 1]].kind == "footnote":
        return False
    follower = next((lines[j] for j in shown[k + 1 :] if lines[j].kind in ("text", "row", "quote")), None)
    return follower is not None and follower.kind == "text" and not follower.hashes and find_marker(follower.text) is None


def _close(current: _Open, blocks: list[Block]) -> None:
    if not current.lines:
        return
    first, last = current.lines[0], current.lines[-1]
    kind = "row" if first.kind == "row" else "paragraph"
    spans = join(*[line.spans for line in current.lines]) if len(current.lines) > 1 or len(first.spans) > 1 else first.spans
    if current.text:
        blocks.append(Block(kind, current.text, spans, first.number, last.last or last.number, first.hashes, first.cells if first is last else (), first.merged))


def declare_the_rest(text: str, blocks: Iterable[Block], declared: list[tuple[str, int, int]]) -> list[Other]:
    """Every stretch that no block holds, with its kind: declared noise, else white space (blank) or markup."""
    taken = [(a, b, "") for block in blocks for a, b in block.spans] + [(a, b, kind) for kind, a, b in declared if a < b]
    taken.sort()
    others: list[Other] = []
    at = 0
    for a, b, kind in taken:
        if a > at:
            _fill(text, at, a, others)
        if kind and b > max(a, at):
            others.append(Other(kind, max(a, at), b))
        at = max(at, b)
    if at < len(text):
        _fill(text, at, len(text), others)
    return others


def _fill(text: str, start: int, end: int, others: list[Other]) -> None:
    """A stretch between blocks: blank where it is white space, else markup."""
    kind = "markup" if text[start:end].strip(_WHITE) else "blank"
    others.append(Other(kind, start, end))
