"""Saved web pages: the document without the page around it, one paragraph a line, one table row a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.errors import UnreadableFile
from kb.formats import html_body as body_of
from kb.formats import rows
from kb.formats.decoding import Decoded, decode
from kb.formats.docx_numbering import printed_number
from kb.formats.docx_text import MARK_LIKE
from kb.formats.html_tree import BLOCKS, parse
from kb.model import Problem
from kb.tables import settings

if TYPE_CHECKING:
    from bs4 import Tag
    from bs4.element import PageElement

LIST_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—"


def read(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """(text, encoding, notes) of a saved page: the lines “发文字号：…” of its information table first, then title and text.

    Navigation, share bars, scripts and footers are left out; tables are tab rows, a cell that goes on from the row above holds a
    mark that is no text (rows.GOES_ON);
    numbered lists get their numbers. Raises UnreadableFile: too large, too many elements, no text.
    """
    limit = settings("limits")["html"]["max_bytes"]
    if len(data) > limit:
        raise UnreadableFile(f"网页大于 {limit // 1048576} MB，超过大小上限", file)
    decoded = _decode(data, file)
    root = parse(decoded.text, file)
    titles = [body_of.page_title(root)]
    weights = body_of.prune(root)
    labels = body_of.take_labels(root, weights)
    body = body_of.find_body(root, weights)
    titles[:0] = [body_of.find_title(root, body, weights), *(v for k, v in labels if k in body_of.words()["title_labels"])]
    body_of.drop_link_blocks(body, weights)
    lines = _without_second_title(body_of.drop_noise_lines(_Page(weights, file).render(body)))
    if not any(line.strip() for line in lines):
        raise UnreadableFile("网页里没有正文，请在浏览器里打开后完整保存，或把正文另存为 txt", file)
    opening = body_of.squeeze("".join(lines[:15]))
    title = next((t for t in titles if t), "")
    above = [f"{k}：{v}" for k, v in labels if k not in body_of.words()["title_labels"]]
    if title and body_of.squeeze(title) not in opening:
        above.append(title)
    return "\n".join([*above, *lines]) + "\n", decoded.encoding, decoded.notes


def _without_second_title(lines: list[str]) -> list[str]:
    """The lines without a title that stands twice, above the text by the page and in the text by itself."""
    shown = [i for i, line in enumerate(lines) if line.strip()][:5]
    for n, i in enumerate(shown[:-1]):
        if len(lines[i]) >= 8 and any(body_of.squeeze(lines[i]) == body_of.squeeze(lines[k]) for k in shown[n + 1 :]):
            return lines[:i] + lines[i + 1 :]
    return lines


def _decode(data: bytes, file: str) -> Decoded:
    """The strict order first; what the page says of itself only when that finds nothing."""
    try:
        return decode(data, file)
    except UnreadableFile:
        match = re.search(rb"charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_-]{1,30})", data[:4096])
        if match:
            try:
                return Decoded(data.decode(match.group(1).decode("ascii")), match.group(1).decode("ascii").lower())
            except (LookupError, UnicodeDecodeError):
                pass
        raise


@dataclass
class _Writer:
    """Puts lines together from inline pieces."""

    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    verbatim: int = 0

    def add(self, text: str) -> None:
        self.pieces.append(text)

    def flush(self, even_empty: bool = False) -> None:
        """Ends the line."""
        text = "".join(self.pieces)
        self.pieces = []
        if self.verbatim:
            self.lines.extend(line.rstrip("\r") for line in text.split("\n"))
            return
        text = _collapse(text)
        if text.strip() or even_empty:
            self.lines.append(text)


@lru_cache(maxsize=1)
def _wrapped() -> re.Pattern[str]:
    return re.compile(rf"(?<=[{CJK}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{CJK}])")


def _collapse(text: str) -> str:
    """White space as a browser shows it: a line end of the markup between two Chinese characters is nothing, else one blank."""
    text = text.strip(" \t\r\n\f")
    if "\n" in text:
        text = _wrapped().sub("", text)
    return re.sub(r"[ \t\r\n\f]+", " ", text)


class _Page:
    """Renders elements of one page; `weights` says how much text each holds."""

    def __init__(self, weights: dict[int, body_of.Weight], file: str) -> None:
        self.weights, self.file = weights, file
        self.room: int = settings("limits")["table"]["max_cells"]

    def render(self, nodes: Iterable[PageElement]) -> list[str]:
        """The lines of the content of an element, or of some elements."""
        writer = _Writer()
        self.walk(nodes, writer)
        writer.flush()
        return writer.lines

    def walk(self, nodes: Iterable[PageElement], writer: _Writer) -> None:
        """Gives the content of an element to the writer."""
        from bs4 import Tag

        for child in nodes:
            if not isinstance(child, Tag):
                writer.add(str(child))
            elif child.name == "br":
                writer.flush(even_empty=True)
            elif child.name in ("table", "ol"):
                writer.flush()
                writer.lines.extend(self.table(child) if child.name == "table" else self.numbered(child))
            elif child.name == "sup":
                text = "".join(child.get_text().split())
                writer.add(f"<sup>{text}</sup>" if MARK_LIKE.fullmatch(text) else text)
            elif child.name == "input":
                if str(child.get("type", "")).lower() in ("checkbox", "radio"):
                    writer.add("☑" if child.has_attr("checked") else "□")
            elif child.name in BLOCKS:
                writer.flush()
                writer.verbatim += child.name == "pre"
                self.walk(child, writer)
                writer.flush()
                writer.verbatim -= child.name == "pre"
            else:
                self.walk(child, writer)

    def numbered(self, node: Tag) -> list[str]:
        """A numbered list: each item with the number that a browser shows, unless its text brings its own."""
        from bs4 import Tag

        number = _int(node.get("start"), 1)
        style = str(node.get("style", "")).replace(" ", "").lower()
        form = LIST_FORMS.get(str(node.get("type", "")), "decimal")
        chinese = any(name in style for name in ("cjk-ideographic", "chinese-informal", "trad-chinese"))
        out: list[str] = []
        for child in node.children:
            if not isinstance(child, Tag) or child.name != "li":
                out.extend(self.render([child]))
                continue
            number = _int(child.get("value"), number)
            lines = self.render(child)
            if lines and not _own_number().match(lines[0]) and "list-style:none" not in style and "list-style-type:none" not in style:
                printed = printed_number(number, "chineseCounting") + "、" if chinese else printed_number(number, form) + "."
                lines[0] = printed + lines[0].lstrip()
            out.extend(lines)
            number += 1
        return out

    def table(self, node: Tag) -> list[str]:
        """The rows of a table; a table that only arranges a page gives the lines of its cells."""
        trs = _rows(node)
        lines = [line for caption in _children(node, "caption") for line in self.render(caption)]
        if self._arranges(node, trs):
            return lines + [line for cells in trs for cell in cells for line in self.render(cell)]
        limits = settings("limits")["table"]
        hanging: dict[int, int] = {}  # column → rows that a cell above still reaches into
        for cells in trs:
            printed: list[str] = []
            for cell in cells:
                _fill(printed, hanging)
                down = min(max(_int(cell.get("rowspan"), 1), 1), limits["max_span"])
                across = min(max(_int(cell.get("colspan"), 1), 1), limits["max_columns"])
                for i in range(across):
                    if len(printed) >= limits["max_columns"]:
                        break
                    if down > 1:
                        hanging[len(printed)] = down - 1
                    printed.append(rows.cell(self.render(cell)) if i == 0 else "")
            _fill(printed, hanging)
            lines.append(rows.row(printed))
            self.room -= len(printed)  # spans make cells out of nothing
            if self.room < 0:
                raise UnreadableFile("表格过大，超过上限", self.file)
        return lines

    def _arranges(self, node: Tag, trs: list[list[Tag]]) -> bool:
        """Whether a table only arranges text on the page: one column, a table in it that has most of its text, or whole
        chapters in a cell."""
        cells = [cell for tr in trs for cell in tr]
        if all(len(tr) <= 1 for tr in trs) and not any(c.has_attr("rowspan") or c.has_attr("colspan") for c in cells):
            return True
        weight = self.weights.get(id(node), body_of.Weight())
        if (len(trs) <= 1 and len(cells) <= 1) or 2 * weight.tables > weight.text:
            return True
        return any(len(_children(cell, "p", "div", "br")) >= 15 for cell in cells)


@lru_cache(maxsize=1)
def _own_number() -> re.Pattern[str]:
    ordinal = r"[（(]?[一二三四五六七八九十百\d]{1,5}[)）、.．]"
    return re.compile(rf"[ \u3000]{{0,9}}(?:{ordinal}|[①-⑳]|第[一二三四五六七八九十百零\d]{{1,7}}[章节条])")


def _fill(printed: list[str], hanging: dict[int, int]) -> None:
    """Empty cells where cells of rows above reach down."""
    while hanging.get(len(printed), 0) > 0:
        hanging[len(printed)] -= 1
        printed.append(rows.GOES_ON)


def _children(node: Tag, *names: str) -> list[Tag]:
    """The children of these names (find_all() of several names takes four times as long, which tells in large tables)."""
    from bs4 import Tag

    return [child for child in node.children if isinstance(child, Tag) and child.name in names]


def _rows(node: Tag) -> list[list[Tag]]:
    """The cells of each row of a table in the order of the page, without those of tables within."""
    from bs4 import Tag

    out: list[list[Tag]] = []
    for child in node.children:
        if isinstance(child, Tag):
            if child.name == "tr":
                out.append(_children(child, "td", "th"))
            elif child.name in ("td", "th"):  # a cell without a row
                out.append([child])
            elif child.name not in ("table", "caption"):
                out.extend(_rows(child))
    return out


def _int(value: object, default: int) -> int:
    """The number that an attribute begins with."""
    match = re.match(r"\s{0,5}(-?\d{1,6})", str(value or ""))
    return int(match.group(1)) if match else default
