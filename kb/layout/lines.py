"""Physical lines of a source: where they stand, what is markup in them, and which of them are no text at all.

A source is cut at its line ends. Of each line the text is kept without Markdown marks, HTML tags, footnote marks and the
spaces that text extraction puts between Chinese characters; what was left out is known by its absence from the spans.
`read_lines("**第一条** 为 了")` is one line with the text 第一条 为了.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from kb.errors import DataError
from kb.formats.rows import GOES_ON
from kb.layout.html_rows import HtmlRow, html_rows
from kb.layout.one_line import lost_line_ends, paragraph_ends
from kb.model import Span, Spans
from kb.spans import cut, join
from kb.tables import settings

SPACE = " \t\u3000\u00a0\u2002\u2003\u2009\u200b\u2060\ufeff\r\f\v"
SPACE_BUT_TAB = SPACE.replace("\t", "")
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_LEADS = ">#-*+•●▪◆■"  # what Markdown marks at the start of a line begin with


@dataclass(slots=True)
class Line:
    """A physical line. `kind`: text, row, blank, page_number, rule, quote, speck, footnote, running_head, markup."""

    number: int  # counts from 1
    start: int  # of the stripped line in the source
    end: int
    text: str
    spans: Spans
    kind: str
    hashes: int = 0
    indent: int = 0
    width: int = 0  # characters as printed, marks included
    footnote: str = ""  # the mark, when the line begins with one
    new_page: bool = False
    cells: Spans = ()  # of a row whose cells no tab parts (kb/layout/line_tables.py): where they stand in its text
    merged: tuple[int, ...] = ()  # which of a row's cells go on from the row above
    last: int = 0  # number of the last physical line that was put together with this one


@lru_cache(maxsize=1)
def _markup() -> re.Pattern[str]:
    """What is taken out of a line: tags, comments, pictures, bold marks, footnote marks, escapes."""
    return re.compile(
        r"<!--[^\n]{0,500}?-->"
        r"|(?<![A-Za-z0-9])<sup>[ ]?[^<>\n]{1,6}</sup>"
        r"|\[\^[^\]\s]{1,8}\]"
        r"|</?[A-Za-z][A-Za-z0-9]{0,9}(?:\s[^<>\n]{0,300})?/?>"
        r"|!\[[^\]\n]{0,200}\]\([^)\n]{0,400}\)"
        r"|\*{2,3}|`{1,3}|\\(?=[_*#`~>|\[\](){}.+\-])|&nbsp;|&ensp;|&emsp;"
        rf"|(?<=[\u4e00-\u9fff])[(（][a-zü]{{0,5}}[{_TONES}][a-z]{{0,3}} ?[)）]"  # 關(guān)于: how a character is read
    )


@lru_cache(maxsize=1)
def _lead() -> re.Pattern[str]:
    """Markdown marks at the start of a line: quotation, heading, list."""
    return re.compile(r"(?:>[ ]?)?(?:(#{1,6})(?:[ \t\u3000]+|(?=[^\s#0-9]))|[-*+•●▪◆■][ \u3000]+(?=[^\s\-—–－*]))?")


@lru_cache(maxsize=1)
def _ordinal_then_gap() -> re.Pattern[str]:
    han = "一二三四五六七八九十百千零〇0-9０-９ \u3000"
    return re.compile(
        rf"(?:第[{han}]{{1,12}}(?:条|章|节|编|分编|篇|部分|款|项)(?:之[一二三四五六七八九十]{{1,3}})?"
        r"|专栏[ ]?[0-9０-９一二三四五六七八九十]{1,3}(?:[ ]?[-—–－.．][ ]?[0-9]{1,3})?|附[件表录图][ ]?[0-9０-９一二三四五六七八九十]{1,3}"
        r"|[（(][一二三四五六七八九十0-9]{1,4}[)）]|[0-9]{1,3}(?:[.．、][0-9]{0,3}){0,3}|[一二三四五六七八九十]{1,4}、)(?=[ \u3000\u00a0\u2002\u2003\u2009])"
    )


@lru_cache(maxsize=1)
def _gaps() -> re.Pattern[str]:
    return re.compile("[ \u3000\u00a0\u2002\u2003\u2009\u200b\u2060\ufeff]+")


@lru_cache(maxsize=1)
def _suspicious() -> re.Pattern[str]:
    """A line without any of these characters is text as it stands."""
    return re.compile("[ \\t\u3000\u00a0\u2002\u2003\u2009\u200b\u2060\ufeff<*`\\\\!\\[&#>+•●▪◆■\\-" + _TONES + "]")


@lru_cache(maxsize=1)
def whole_line_forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(kind, pattern of all its forms) of lines that are no text, from kb/data/noise.toml."""
    data = settings("noise")
    problems = lint_noise(data)
    if problems:
        raise DataError(problems[0], "noise.toml", "请改正该行")
    return tuple((kind, re.compile("|".join(f"(?:{row['pattern']})" for row in data[kind]))) for kind in ("page_number", "rule"))


def lint_noise(data: dict[str, Any]) -> list[str]:
    """What is wrong with noise.toml, one Chinese line each: a pattern must match its examples and no counter-example."""
    out = []
    for kind in ("page_number", "rule"):
        for row in data[kind]:
            pattern = re.compile(row["pattern"])
            if not row["examples"]:
                out.append(f"{kind}“{row['pattern']}”没有例子")
            out += [f"{kind}“{row['pattern']}”不匹配例子“{text}”" for text in row["examples"] if not pattern.fullmatch(text)]
            out += [f"{kind}“{row['pattern']}”匹配了反例“{text}”" for text in row["counter_examples"] if pattern.fullmatch(text)]
    out += [f"括号“{pair}”应为一开一合两个字符" for pair in data["sentence"]["pairs"] if len(pair) != 2]
    return out


@lru_cache(maxsize=1)
def _block_end() -> re.Pattern[str]:
    return re.compile(r"</(?:p|div|li|h[1-6])>|<br[ ]?/?>", re.IGNORECASE)


def _segments(raw: str) -> list[tuple[int, int]]:
    """A physical line cut behind the HTML tags that end a paragraph: <p>…</p><p>…</p> is two."""
    if "<" not in raw or "\t" in raw or not ("</" in raw or "<br" in raw.lower()) or (raw.lstrip()[:1] == "|" and raw.count("|") > 2):
        return [(0, len(raw))]
    ends = [m.end() for m in _block_end().finditer(raw)]
    edges = [0, *(e for e in ends if e < len(raw)), len(raw)]
    return list(pairwise(edges))


def read_lines(text: str) -> list[Line]:
    """The physical lines of a text in order, each cleaned; noise that needs its neighbours to be seen is still `text`."""
    lines: list[Line] = []
    position = 0
    page = False
    numbered = _are_numbered(text)
    plain = not numbered and "\f" not in text  # neither numbered lines nor pages: nearly all files
    skip = 0  # characters at the start of this line that end a tag begun in the line before
    raws = text.split("\n")
    tables = _Rows(text)
    endless = plain and lost_line_ends(text)
    for number, raw in enumerate(raws, 1):
        if tables.left and tables.touches(position, len(raw)):
            lines += tables.lines_of(raw, position, number)
            position, skip = position + len(raw) + 1, 0
            continue
        if not raw or (plain and not skip and "<" not in raw):
            if not raw:
                lines.append(Line(number, position, position, "", (), "blank"))
            elif not endless:
                lines.append(_read_line(raw, position, number))
            else:
                lines += [_read_line(raw[a:b], position + a, number) for a, b in pairwise([0, *paragraph_ends(raw), len(raw)])]
            position += len(raw) + 1
            skip = 0
            continue
        end, following = _torn_tag(raw, raws[number]) if "<" in raw[-12:] and number < len(raws) else (len(raw), 0)
        page = page or "\f" in raw
        if numbered:
            skip = max(skip, raw.find("\t") + 1)
        for a, b in _segments(raw) if not skip and not following else [(min(skip, end), end)]:
            line = _read_line(raw[a:b], position + a, number)
            if skip or following:
                line.width = max(line.width, len(raw))
            if page and line.kind != "blank":
                line.new_page, page = True, False
            lines.append(line)
        position += len(raw) + 1
        skip = following
    return lines


class _Rows:
    """The rows of HTML tables in a text (kb/layout/html_rows.py), handed out as the physical lines come by in which they stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = html_rows(text)[::-1]  # the next one last

    def touches(self, position: int, width: int) -> bool:
        """Whether a physical line has a part of the next row."""
        return self.left[-1].start <= position + width and self.left[-1].end > position

    def lines_of(self, raw: str, position: int, number: int) -> list[Line]:
        """What a physical line brings: the rows that begin in it, and what stands before, between and behind them."""
        out = []
        at, end = position, position + len(raw)
        while self.left and self.left[-1].start <= end:
            row = self.left[-1]
            if at < row.start:
                out += [_read_line(self.text[a + at : b + at], a + at, number) for a, b in _segments(self.text[at : row.start])]
            if row.start >= position:
                out.append(_html_row(self.text, row, number))
            if row.end > end:
                return out or [Line(number, position, position, "", (), "blank")]
            at = max(at, row.end)
            self.left.pop()
        if at < end:
            out += [_read_line(self.text[a + at : b + at], a + at, number) for a, b in _segments(self.text[at:end])]
        return out or [Line(number, position, position, "", (), "blank")]


def _html_row(text: str, row: HtmlRow, number: int) -> Line:
    """A row of an HTML table. Its cells are parted by the > of their tags, so that 3 and 40 do not become 340."""
    words = ""
    spans: Spans = ()
    cells: list[Span] = []
    for start, end in row.cells:
        kept: list[tuple[str, Spans]] = []
        at = start
        for piece in text[start:end].split("\n"):
            bare = piece.strip(SPACE)
            if bare:
                kept.append(clean_stretch(bare, at + piece.index(bare[0]), 0))
            at += len(piece) + 1
        if words and any(said for said, _ in kept) and text[start - 1] == ">":
            words, spans = words + ">", join(spans, ((start - 1, start),))
        begin = len(words)
        for said, places in kept:
            words, spans = words + said, join(spans, places)
        cells.append((begin, len(words)))
    over = text.count("\n", row.start, row.end)
    kind = "row" if words else "markup"
    return Line(number, row.start, row.end, words, spans, kind, width=len(words), cells=tuple(cells), merged=row.merged, last=number + over if over else 0)


def _are_numbered(text: str) -> bool:
    """Whether a listing's line numbers stand before all lines: 1⇥…, 2⇥…, 3⇥…; the rows of a table would begin again or leave some out."""
    if not text[:8].lstrip(SPACE).startswith("1"):
        return False
    raws = text.rstrip().split("\n")
    if len(raws) < 6 or max(raw.count("\t") for raw in raws) > 1:
        return False
    return all(raw.split("\t", 1)[0].strip() == str(number) for number, raw in enumerate(raws, 1))


def _torn_tag(raw: str, after: str) -> tuple[int, int]:
    """Where the text of a line ends that is torn within a tag, and how much of the next line is the rest of the tag."""
    low = max(0, len(raw) - 12)
    for at in (raw.rfind("<sup", low), raw.rfind("<", low)):
        tail = raw[at:] if at >= 0 else ""
        found = _markup().match(tail + after[:14]) if tail else None
        if found and found.end() > len(tail):
            return at, found.end() - len(tail)
    return len(raw), 0


def _read_line(raw: str, position: int, number: int) -> Line:
    if not raw:
        return Line(number, position, position, "", (), "blank")
    bare = raw.strip(SPACE) if "\t" not in raw else raw.strip(SPACE_BUT_TAB)
    if not bare or bare.isspace():
        return Line(number, position, position, "", (), "blank")
    offset = raw.index(bare[0]) if bare is not raw else 0
    start = position + offset
    end = start + len(bare)
    if "\t" in bare:
        line = _row(bare, start, number)
        if GOES_ON in raw and line.kind == "row":
            line.merged = tuple([i for i, cell in enumerate(raw.split("\t")) if GOES_ON in cell])
        return line
    kind = _noise_kind(bare)
    if kind:
        return Line(number, start, end, bare, ((start, end),), kind, width=len(bare))
    if not _suspicious().search(bare):
        return Line(number, start, end, bare, ((start, end),), "text", indent=_indent(raw, offset), width=len(bare))
    lead = _lead().match(bare) if bare[0] in _LEADS else None
    begin = lead.end() if lead and lead.end() < len(bare) else 0
    hashes = len(lead[1]) if lead and begin and lead[1] else 0
    note = _footnote_mark(bare) if bare[0] in "<[" else ""
    kept, spans = clean_stretch(bare, start, begin)
    kind = "text" if kept else "markup"
    return Line(number, start, end, kept, spans, kind, hashes, _indent(raw, offset), len(bare), note)


def _row(bare: str, start: int, number: int) -> Line:
    """A line with tabs: a table row, its cells cleaned one by one, the tabs kept."""
    text, spans = clean_stretch(bare, start, 0)
    # a line that is indented by a tab, or has tabs behind its text only, is no row
    if not text.strip():
        return Line(number, start, start + len(bare), text, spans, "row", width=len(bare))
    if "\t" not in text.strip("\t") and not text.startswith("\t") and not text.endswith("\t"):
        return Line(number, start, start + len(bare), text, spans, "text", width=len(bare))
    return Line(number, start, start + len(bare), text, spans, "row", width=len(bare))


def _indent(raw: str, offset: int) -> int:
    """Width of the white space before the text, in half characters."""
    if not offset:
        return 0
    lead = raw[:offset]
    return offset + lead.count("\u3000") - sum(lead.count(c) for c in "\f\r\ufeff")


def _noise_kind(bare: str) -> str:
    if len(bare) > 200 or (len(bare) > 30 and bare[0] not in "-—–－_＿=＝*~～─━·….．\\ "):
        return ""
    for kind, pattern in whole_line_forms():
        if pattern.fullmatch(bare):
            return kind
    return ""


def _footnote_mark(bare: str) -> str:
    """The mark of a line that begins as a footnote: <sup>①</sup> …, [^1]: …"""
    if bare.startswith("<sup>"):
        close = bare.find("</sup>", 5, 13)
        return bare[5:close].strip() if close > 0 else ""
    if bare.startswith("[^"):
        close = bare.find("]:", 2, 12)
        return bare[2:close] if close > 0 else ""
    return ""


@lru_cache(maxsize=1)
def _marks() -> re.Pattern[str]:
    """What all markup begins with: most lines have none of it."""
    return re.compile(rf"[<\[!*`\\&{_TONES}]")


def _unmarked(bare: str, begin: int) -> list[tuple[int, int]]:
    """The stretches of bare[begin:] between the markup."""
    pieces = []
    at = begin
    for match in _markup().finditer(bare, begin):
        if match.start() > at:
            pieces.append((at, match.start()))
        at = match.end()
    if at < len(bare):
        pieces.append((at, len(bare)))
    return pieces


def clean_stretch(bare: str, start: int, begin: int) -> tuple[str, Spans]:
    """bare[begin:] without markup and without the spaces that are no text; `start` is where bare, which has no white space but tabs at
    its ends, stands in the source."""
    if begin or _marks().search(bare):
        pieces = _unmarked(bare, begin)
        text = "".join([bare[a:b] for a, b in pieces])
        stripped = text.strip(SPACE_BUT_TAB)
        left = len(text) - len(text.lstrip(SPACE_BUT_TAB)) if stripped else 0
        spans = cut(tuple([(start + a, start + b) for a, b in pieces]), left, left + len(stripped))
    else:
        stripped, spans = bare, ((start, start + len(bare)),)
    drops = _needless_gaps(stripped)
    if not drops:
        return stripped, spans
    kept = []
    at = 0
    for a, b in drops:
        if a > at:
            kept.append((at, a))
        at = b
    kept.append((at, len(stripped)))
    return "".join(stripped[a:b] for a, b in kept), tuple(s for a, b in kept for s in cut(spans, a, b))


def _wide(character: str) -> bool:
    """Chinese characters and their punctuation."""
    return "\u2e80" <= character <= "\ufe4f" or "\uff00" <= character <= "\uffef" or character in "“”‘’…—·〇"


def _needless_gaps(text: str) -> list[tuple[int, int]]:
    """The runs of white space in a line that are no text.

    Kept is one space behind an ordinal, between two issuers, in a wide gap, and between Latin words.
    """
    drops = []
    ordinal = -2
    for match in _gaps().finditer(text):
        a, b = match.span()
        if ordinal == -2:
            found = _ordinal_then_gap().match(text)
            ordinal = found.end() if found else -1
        left, right = text[a - 1 : a], text[b : b + 1]
        if "\t" in (left, right):
            drops.append((a, b))
        elif a == ordinal or (b - a >= 3 and not _letter_spaced(text, a, b)) or not (_wide(left) or _wide(right)) or _between_issuers(text, a, b):
            if b - a > 1:
                drops.append((a + 1, b))
        else:
            drops.append((a, b))
    return drops


def _letter_spaced(text: str, a: int, b: int) -> bool:
    """A word printed wide (总   则): one character on either side of the gap."""
    return (a < 2 or text[a - 2] in SPACE) and (b + 1 >= len(text) or text[b + 1] in SPACE)


ISSUER_ENDS = frozenset("委府局厅部组室会院办署央行社团联处站心军")
_STOPS = re.compile("[，。；：、,;:（(〔《》\"“”0-9]")


def _between_issuers(text: str, a: int, b: int) -> bool:
    """Whether the gap parts two issuers: 中共中央 国务院关于…"""
    if text[a - 1 : a] not in ISSUER_ENDS:
        return False
    right = text[b : b + 30]
    stop = len(right)
    for word in (" ", "\u3000", "关于", "印发", "转发", "文件", "，", "。", "、", "；", "》", "的"):
        found = right.find(word)
        if 0 <= found < stop:
            stop = found
    right = right[:stop]
    return len(right) >= 3 and right[-1] in ISSUER_ENDS and not _STOPS.search(right)
