"""docx: one paragraph a line, one table row a line, in the order of the document, with the numbers that Word prints."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

from kb.errors import UnreadableFile
from kb.formats import rows
from kb.formats.docx_numbering import read_numbering
from kb.formats.docx_text import Paragraph, Story
from kb.formats.xml_guard import blocks
from kb.formats.zip_guard import Archive
from kb.model import Problem
from kb.tables import settings

WRAPPERS = ("w_sdt", "w_sdtContent", "w_ins", "w_moveTo", "w_smartTag", "w_customXml", "mc_AlternateContent", "mc_Choice")


def read(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """(text, encoding, notes) of a docx.

    A paragraph is a line with its automatic number before it; a table row is a line of cells between tabs, a cell merged
    with the one above a mark that is no text (rows.GOES_ON); footnotes follow their paragraph as lines that begin with the mark `<sup>1</sup>` that
    stands in the text, endnotes come last. Headers, footers, deleted and hidden text are left out. Raises
    UnreadableFile: damaged, encrypted, a bomb, DOCTYPE. A paragraph “总体要求” numbered by Word gives “一、总体要求”.
    """
    archive = Archive(data, file)
    main = _main_part(archive, file)
    story = _story(archive, file, main)
    reader = _Reader(story, file)
    room = settings("limits")["file"]["max_chars"]
    seen = 0
    for block in blocks(archive.chunks(main), file, "w_body"):
        reader.block(block)
        room -= sum(len(line) for line in reader.lines[seen:])
        seen = len(reader.lines)
        if room < 0:
            raise UnreadableFile("文字过多，超过上限，请拆成几个文件", file)
    reader.finish()
    if not any(line.strip() for line in reader.lines):
        raise UnreadableFile("文档里没有文字，可能是扫描图片，请先做文字识别（OCR）", file)
    return "\n".join(reader.lines) + "\n", "utf-8", _notes(story, file)


def _notes(story: Story, file: str) -> tuple[Problem, ...]:
    out = []
    if story.hidden:
        out.append(Problem(file, f"有 {story.hidden} 处隐藏文字，未读"))
    if story.symbols:
        out.append(Problem(file, f"有 {story.symbols} 个符号字体的字符不能转成文字，已略去"))
    if story.embedded:
        out.append(Problem(file, f"有 {story.embedded} 处嵌入的文件，未读"))
    return tuple(out)


class _Reader:
    """Turns the blocks of a body, a cell or a text box into lines."""

    def __init__(self, story: Story, file: str) -> None:
        self.story, self.file = story, file
        self.lines: list[str] = []
        self.notes: list[str] | None = None  # where footnotes go that must not stand among the lines (in a cell)
        self.endnotes: list[str] = []
        self._open: Paragraph | None = None  # text of a paragraph whose mark was deleted: it goes on in the next one

    def block(self, element: Element) -> None:
        """Takes one child of a body."""
        if element.tag == "w_p":
            self._paragraph(element)
        elif element.tag == "w_tbl":
            self._close()
            self._table(element)
        elif element.tag == "mc_AlternateContent":
            branch = next((b for b in element if len(b)), None)
            for child in branch if branch is not None else ():
                self.block(child)
        elif element.tag in WRAPPERS:
            for child in element:
                self.block(child)
        elif element.tag == "w_altChunk":
            self.story.embedded += 1

    def finish(self) -> None:
        """After the last block: what is still open, and the endnotes."""
        self._close()
        self.lines.extend(self.endnotes)
        self.endnotes = []

    def _close(self) -> None:
        if self._open is not None:
            self._print(self._open, "")
            self._open = None

    def _paragraph(self, element: Element) -> None:
        paragraph = self._open or Paragraph(self.story, self._box)
        self._open = None
        paragraph.walk(element)
        paragraph.end_of_paragraph()
        properties = element.find("w_pPr")
        if properties is not None and properties.find("w_rPr/w_del") is not None:
            self._open = paragraph
            return
        self._print(paragraph, self.story.numbering.number(properties))

    def _print(self, paragraph: Paragraph, number: str) -> None:
        self.lines.extend(paragraph.before)
        lines = paragraph.text().split("\n")
        lines[0] = number + _without_tabs(lines[0].strip("\t"))
        self.lines.extend([lines[0], *(_without_tabs(line.strip("\t")) for line in lines[1:])])
        self.lines.extend(paragraph.after)
        for mark, lines in paragraph.notes:
            (self.lines if self.notes is None else self.notes).extend(_marked(mark, lines))
        for mark, lines in paragraph.endnotes:
            self.endnotes.extend(_marked(mark, lines))

    def _box(self, content: Element, story: Story) -> list[str]:
        lines, notes = self._inside(content)
        return lines + notes

    def _inside(self, content: Element | None) -> tuple[list[str], list[str]]:
        """The lines of a cell or a text box, and its footnotes."""
        inner = _Reader(self.story, self.file)
        inner.notes, inner.endnotes = [], self.endnotes
        for child in content if content is not None else ():
            inner.block(child)
        inner._close()
        return inner.lines, inner.notes

    def _table(self, element: Element) -> None:
        cells_of = [list(_row_cells(r)) for r in _rows(element)]
        single = all(sum(span for _, span, _ in cells) <= 1 for cells in cells_of)
        for cells in cells_of:
            if single:  # a frame around text, no table
                for cell, _, _ in cells:
                    lines, notes = self._inside(cell)
                    self.lines.extend(lines + notes)
            else:
                self._row(cells)

    def _row(self, cells: list[tuple[Element | None, int, str | None]]) -> None:
        printed: list[str] = []
        after: list[str] = []
        for cell, span, goes_on in cells:
            lines, notes = self._inside(cell)
            printed.append(rows.cell(lines) if goes_on is None else goes_on)
            printed.extend([""] * (span - 1))
            after.extend(notes)
        self.lines.append(rows.row(printed[: settings("limits")["table"]["max_columns"]]))
        (self.lines if self.notes is None else self.notes).extend(after)


@lru_cache(maxsize=1)
def _ordinal() -> re.Pattern[str]:
    return re.compile(r"[（(]?[\d一二三四五六七八九十百零〇]{1,5}[)）、.．]?|[①-⑳]|第[一二三四五六七八九十百零〇\d]{1,7}[章节条]|附件\d{0,2}[:：]")


def _without_tabs(text: str) -> str:
    """A line of a paragraph with its tabs as blanks, for a line with tabs stands for a table row.

    A tab behind a typed ordinal goes. Kept are the tab before a page number (contents) and those of a line with three
    columns or more, which somebody has set as a table by hand.
    """
    if "\t" not in text:
        return text
    head, _, tail = text.partition("\t")
    if _ordinal().fullmatch(head.strip()):
        return head.rstrip() + _without_tabs(tail.lstrip("\t"))
    pieces = [piece for piece in text.split("\t") if piece.strip()]
    if len(pieces) > 2 or (len(pieces) == 2 and pieces[1].strip(" .…·-—").isdigit()):
        return text
    return "  ".join(pieces)


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table that are printed, also those in content controls; deleted rows are left out."""
    for child in table:
        if child.tag == "w_tr":
            if child.find("w_trPr/w_del") is None:
                yield child
        elif child.tag in WRAPPERS:
            yield from _rows(child)


def _row_cells(row: Element) -> Iterator[tuple[Element | None, int, str | None]]:
    """(cell, columns that it spans, what stands in it where it goes on from the row above or the cell before, else None); no cell for
    columns left free."""
    yield from _free(row, "w_trPr/w_gridBefore")
    yield from _cells_in(row)
    yield from _free(row, "w_trPr/w_gridAfter")


def _free(row: Element, path: str) -> Iterator[tuple[Element | None, int, str | None]]:
    found = row.find(path)
    if found is not None:
        count = _small(found.get("w_val"))
        if count > 0:
            yield None, count, ""


def _cells_in(parent: Element) -> Iterator[tuple[Element | None, int, str | None]]:
    for child in parent:
        if child.tag == "w_tc":
            properties = child.find("w_tcPr")
            span, goes_on = 1, None
            if properties is not None:
                grid = properties.find("w_gridSpan")
                span = max(1, _small(grid.get("w_val"))) if grid is not None else 1
                for name, instead in (("w_vMerge", rows.GOES_ON), ("w_hMerge", "")):
                    merge = properties.find(name)
                    if merge is not None and merge.get("w_val", "continue") == "continue":
                        goes_on = instead
            yield child, span, goes_on
        elif child.tag in WRAPPERS:
            yield from _cells_in(child)


def _small(text: str | None) -> int:
    most: int = settings("limits")["table"]["max_columns"]
    try:
        return min(int(text or "1"), most)
    except ValueError:
        return 1


def _marked(mark: str, lines: list[str]) -> list[str]:
    """The lines of a note, the first with its mark before it."""
    return [f"{mark} {line.strip()}" if i == 0 and mark else line for i, line in enumerate(lines)]


def _story(archive: Archive, file: str, main: str) -> Story:
    """Numbering, styles and notes of the document."""
    parts = _related(archive, file, main)
    lists = blocks(archive.chunks(parts["numbering"]), file, "w_numbering") if "numbering" in parts else iter(())
    styles = blocks(archive.chunks(parts["styles"]), file, "w_styles") if "styles" in parts else iter(())
    story = Story(read_numbering(lists, styles))
    if "settings" in parts:
        for element in blocks(archive.chunks(parts["settings"]), file, "w_settings"):
            if element.tag in ("w_footnotePr", "w_endnotePr"):
                form = element.find("w_numFmt")
                if form is not None:
                    story.note_form[element.tag[2:-2]] = form.get("w_val", "decimal")
    for kind in ("footnote", "endnote"):
        if kind + "s" in parts:
            _read_notes(archive, parts[kind + "s"], kind, story, file)
    return story


def _read_notes(archive: Archive, part: str, kind: str, story: Story, file: str) -> None:
    for note in blocks(archive.chunks(part), file, f"w_{kind}s"):
        if note.tag != f"w_{kind}" or note.get("w_type", "normal") != "normal":
            continue
        reader = _Reader(story, file)
        for child in note:
            reader.block(child)
        reader.finish()
        story.notes[f"{kind} {note.get('w_id')}"] = [line for line in reader.lines if line.strip()]


def _main_part(archive: Archive, file: str) -> str:
    found = _relations(archive, file, "_rels/.rels").get("officeDocument", "word/document.xml")
    for name in (found, "word/document.xml"):
        if name in archive.names:
            return name
    if "EncryptedPackage" in archive.names:
        raise UnreadableFile("文件已加密，请去掉密码后再加入", file)
    raise UnreadableFile("不是 docx 文件（压缩包里没有正文）", file)


def _related(archive: Archive, file: str, main: str) -> dict[str, str]:
    """The parts that belong to the main part, by kind; those that are missing are left out."""
    folder, name = posixpath.split(main)
    found = _relations(archive, file, f"{folder}/_rels/{name}.rels")
    out = {}
    for kind in ("numbering", "styles", "settings", "footnotes", "endnotes"):
        for target in (posixpath.normpath(posixpath.join("/" + folder, found.get(kind, ""))).lstrip("/"), f"{folder}/{kind}.xml"):
            if target in archive.names and kind not in out:
                out[kind] = target
    return out


def _relations(archive: Archive, file: str, part: str) -> dict[str, str]:
    """Kind → target of the relations that a part lists; the first of each kind counts, outside targets do not."""
    out: dict[str, str] = {}
    if part in archive.names:
        for element in blocks(archive.chunks(part), file, "rel_Relationships"):
            if element.get("TargetMode", "Internal") == "Internal":
                target = element.get("Target", "")
                out.setdefault(element.get("Type", "").rpartition("/")[2], target.lstrip("/") if part == "_rels/.rels" else target)
    return out
