"""The text of one docx paragraph as it is printed: runs, breaks, symbols, fields, notes, text boxes.

Left out is what is not printed: deleted text of tracked changes, hidden text, field codes, comments, phonetic guides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element

from kb.formats.docx_numbering import OFF, Numbering, printed_number
from kb.tables import table

LEFT_OUT = frozenset(
    ("w_del", "w_moveFrom", "w_pPr", "w_rPr", "w_delText", "w_delInstrText", "w_rt", "w_object", "w_sdtPr", "w_sdtEndPr")
)
MAX_CODE = 500  # characters of a field's code that are looked at
MARK_LIKE = re.compile(r"[①-⑳㉑-㉟㊱-㊿]|[\[〔［]\d{1,3}[\]〕］]")


@dataclass
class Story:
    """What is gathered while a docx is read: counters, notes waiting to be printed, how many things were left out."""

    numbering: Numbering
    notes: dict[str, list[str]] = field(default_factory=dict)  # "footnote 2" → its lines
    note_form: dict[str, str] = field(default_factory=dict)  # footnote → decimal …
    noted: int = 0
    endnoted: int = 0
    hidden: int = 0
    symbols: int = 0
    embedded: int = 0


@dataclass
class Paragraph:
    """A paragraph while its text is put together."""

    story: Story
    render_box: Callable[[Element, Story], list[str]]
    pieces: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)  # lines of text boxes that stand before the text
    after: list[str] = field(default_factory=list)  # … and behind it
    notes: list[tuple[str, list[str]]] = field(default_factory=list)
    endnotes: list[tuple[str, list[str]]] = field(default_factory=list)
    fields: list[list[str]] = field(default_factory=list)  # open fields: [phase, code]
    coding: int = 0  # how many of them are in their code
    begun: bool = False  # some text has been taken

    def text(self) -> str:
        """The text so far; a line break within the paragraph is \\n."""
        return "".join(self.pieces)

    def add(self, text: str) -> None:
        """Takes text, unless it is the code of a field."""
        if not self.coding:
            self.pieces.append(text)
            self.begun = self.begun or not text.isspace()

    def walk(self, element: Element) -> None:
        """Takes everything printed that stands below `element`."""
        for child in element:
            tag = child.tag
            if tag == "w_r":
                self._run(child)
            elif tag == "w_p" or tag == "w_tbl" or tag in LEFT_OUT:
                continue
            elif tag == "mc_AlternateContent":
                self._alternative(child)
            elif tag == "m_t":
                self.add(child.text or "")
            elif tag == "w_altChunk":
                self.story.embedded += 1
            elif tag == "w_fldSimple":
                if not self._enclosed(child.get("w_instr", "")):
                    self.walk(child)
            else:
                self.walk(child)

    def _run(self, run: Element) -> None:
        properties = run.find("w_rPr")
        if properties is not None and self._is_hidden(properties):
            if any(t.text for t in run.iter("w_t")):
                self.story.hidden += 1
            self._fields_only(run)
            return
        font = _symbol_font(properties)
        raised = _is_raised(properties)
        for child in run:
            tag = child.tag
            if tag == "w_t":
                text = _plain(child)
                if font:
                    text = "".join(self._symbol(font, 0xF000 | ord(c)) if " " < c < "\x7f" or "\uf000" <= c <= "\uf0ff" else c for c in text)
                if raised and MARK_LIKE.fullmatch(text.strip()):
                    text = f"<sup>{text.strip()}</sup>"
                self.add(text)
            else:
                self._piece(child)

    def _piece(self, child: Element) -> None:
        """One child of a run that is no plain text."""
        tag = child.tag
        if tag in ("w_tab", "w_ptab"):
            self.add("\t")
        elif tag in ("w_br", "w_cr"):
            self.add("\n")
        elif tag == "w_noBreakHyphen":
            self.add("-")
        elif tag == "w_sym":
            self.add(self._symbol(child.get("w_font", "").lower(), _hex(child.get("w_char", ""))))
        elif tag == "w_fldChar":
            self._field(child.get("w_fldCharType", ""))
        elif tag == "w_instrText":
            if self.fields and len(self.fields[-1][1]) < MAX_CODE:
                self.fields[-1][1] += child.text or ""
        elif tag in ("w_footnoteReference", "w_endnoteReference"):
            self._note(tag[2:-9], child)
        elif tag in ("w_drawing", "w_pict"):
            self._boxes(child)
        elif tag == "mc_AlternateContent":
            self._alternative(child)
        elif tag == "w_ruby":
            for base in child.findall("w_rubyBase"):
                self.walk(base)

    def _fields_only(self, run: Element) -> None:
        """Of a hidden run, the marks that open and close fields: without them the rest would be taken for a field's code."""
        for child in run:
            if child.tag in ("w_fldChar", "w_instrText"):
                self._piece(child)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(["code", ""])
            self.coding += 1
        elif kind == "separate" and self.fields and self.fields[-1][0] == "code":
            self.fields[-1][0] = "result"
            self.coding -= 1
        elif kind == "end" and self.fields:
            phase, code = self.fields.pop()
            if phase == "code":
                self.coding -= 1
                self._enclosed(code)

    def _enclosed(self, code: str) -> bool:
        r"""A character in a circle, which is a field without a result: `eq \o\ac(○,12)` is ⑫."""
        match = re.match(r"\s*eq\s*\\o\s*(?:\\a[cdlr]\s*)?\(\s*[○〇◯Oo]\s*[,;，]\s*([0-9]{1,2})\s*\)", code, re.IGNORECASE)
        if match:
            self.add(printed_number(int(match.group(1)), "decimalEnclosedCircle"))
        return match is not None

    def end_of_paragraph(self) -> None:
        """A field whose code was never closed must not swallow what follows."""
        self.fields = [f for f in self.fields if f[0] == "result"]
        self.coding = 0

    def _note(self, kind: str, reference: Element) -> None:
        lines = self.story.notes.get(f"{kind} {reference.get('w_id')}", [])
        form = self.story.note_form.get(kind, "decimal" if kind == "footnote" else "lowerRoman")
        if kind == "footnote":
            self.story.noted += 1
            number = self.story.noted
        else:
            self.story.endnoted += 1
            number = self.story.endnoted
        custom = reference.get("w_customMarkFollows", "0") not in OFF
        mark = "" if custom else f"<sup>{printed_number(number, form)}</sup>"
        self.add(mark)
        (self.notes if kind == "footnote" else self.endnotes).append((mark, lines))

    def _alternative(self, element: Element) -> None:
        """The first branch that has something to read; branches say the same thing in different ways."""
        for branch in element:
            size = len(self.pieces), len(self.before), len(self.after)
            if branch.find(".//w_txbxContent") is not None:
                self._boxes(branch)
            else:
                for child in branch:
                    if child.tag == "w_r":
                        self._run(child)
                    else:
                        self._piece(child)
            if size != (len(self.pieces), len(self.before), len(self.after)):
                return

    def _boxes(self, element: Element) -> None:
        """Text boxes: before the paragraph while it has no text yet, for that is where they are seen; else behind it."""
        waiting = [element]
        while waiting:
            current = waiting.pop()
            if current.tag == "w_txbxContent":
                lines = self.render_box(current, self.story)
                (self.after if self.begun else self.before).extend(lines)
            elif current.tag == "mc_AlternateContent" and current is not element:
                self._alternative(current)
            else:
                waiting.extend(reversed(current))

    def _is_hidden(self, properties: Element) -> bool:
        vanish = properties.find("w_vanish")
        return vanish is not None and vanish.get("w_val", "1") not in OFF

    def _symbol(self, font: str, code: int) -> str:
        shown = _symbols(font).get(code if code >= 0xF000 else code | 0xF000)
        if shown is None and font == "symbol" and chr(code & 0xFF) in "0123456789().,:;/[]{} ":
            return chr(code & 0xFF)  # these the font shows as they are
        if shown is None and 0x20 < code < 0xD800 and code != 0x7F and not _symbols(font):
            return chr(code)
        if shown is None:
            self.story.symbols += 1
            return ""
        return shown


def _plain(element: Element) -> str:
    """The text of a w:t; white space in XML is a blank, and blanks at the ends count only where the file says so."""
    text = element.text or ""
    for mark in "\n\r\t\f\v":
        if mark in text:
            text = text.replace(mark, " ")
    keeps = any(k.endswith("space") and v == "preserve" for k, v in element.attrib.items())
    return text if keeps else text.strip(" ")


def _is_raised(properties: Element | None) -> bool:
    raised = properties.find("w_vertAlign") if properties is not None else None
    return raised is not None and raised.get("w_val") == "superscript"


def _symbol_font(properties: Element | None) -> str:
    fonts = properties.find("w_rFonts") if properties is not None else None
    name = fonts.get("w_ascii", "").lower() if fonts is not None else ""
    return name if name.startswith(("wingdings", "webdings")) or name == "symbol" else ""


def _hex(text: str) -> int:
    try:
        return min(int(text, 16), 0x10FFFF)
    except ValueError:
        return 0


@lru_cache(maxsize=32)
def _symbols(font: str) -> dict[int, str]:
    """What the characters of a symbol font show; of several entries the longest name that fits the font's own counts."""
    rows = [r.cells for r in table("symbols", ("font", "code", "text")) if font.startswith(r.cells["font"])]
    longest = max((len(r["font"]) for r in rows), default=0)
    return {int(r["code"], 16): r["text"] for r in rows if len(r["font"]) == longest}
