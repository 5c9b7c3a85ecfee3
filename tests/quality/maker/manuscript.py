"""Reads a manuscript: what a sample document says and what is true of it.

A manuscript is a text file; one line is one paragraph or table row, with its kind before the first `|`:

    %          remark                    @name value   about the file, or about the document begun by `@doc KEY`
    H S        head and foot matter that belongs to no clause (letterhead, date, signature, colophon, form …)
    T          a line of the title       B             an empty line in the printed file (page break)
    0          text before the first numbered clause
    1 … 6      a numbered clause of that depth; `~` closes its heading; `⟦五→。⟧` prints 。 where 五 is true
    +          a further paragraph of the clause        &   the rest of a sentence that something interrupted
    F N        a footnote, a page number or running head between paragraphs
    GH R1 R2 R2= R X   table header; section row; row with a section cell (`=`: the cell is repeated); row; other row
    !…         a label of the line above: !num !src !none !local !cite !duty !ind (see labels.py)

Between `⟦true→printed⟧` the file prints `printed`; `⏎` breaks the paragraph there, as a page break does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

MISPRINT = re.compile(r"⟦([^→⟧]*)→([^⟧]*)⟧")
ORDINAL = re.compile(
    r"(第[一二三四五六七八九十百零〇]+[编章节条]|附件[0-9]*|专栏[0-9]+-[0-9]+|[（(][一二三四五六七八九十]+[）)]|[（(][0-9]+[）)]|[一二三四五六七八九十]+|[0-9]+|[①-⑳])[、.．]?"
)
MARKS = re.compile(r"^[#*\s]+")
CLAUSE_TAGS = ("1", "2", "3", "4", "5", "6")


@dataclass
class Line:
    """A line of a manuscript: kind, text with its marks, labels, and the document that it belongs to ("" for none)."""

    tag: str
    text: str
    doc: str
    notes: list[str] = field(default_factory=list)

    @property
    def printed(self) -> str:
        """The paragraph as the file prints it."""
        return MISPRINT.sub(lambda m: m.group(2), self.text).replace("~", "")

    @property
    def true(self) -> str:
        """The paragraph with its true ordinal."""
        return MISPRINT.sub(lambda m: m.group(1), self.text).replace("~", "").replace("⏎", "")

    @property
    def ordinal(self) -> str:
        """The true ordinal, normalised: 三, （四）, 第十二条, 2."""
        match = ORDINAL.match(MARKS.sub("", re.sub(r"<[^>]*>", "", self.true)))
        if match is None:
            raise ValueError(f"no ordinal: {self.text[:30]}")
        return match.group(1).replace("(", "（").replace(")", "）")

    @property
    def heading(self) -> str | None:
        """What stands between the ordinal and `~` (or the end, for a line that is nothing but its heading)."""
        bare = MARKS.sub("", re.sub(r"<[^>]*>", "", MISPRINT.sub(lambda m: m.group(1), self.text)))
        match = ORDINAL.match(bare)
        rest = bare[match.end() :] if match else bare
        if "~" in rest:
            rest = rest.split("~")[0]
        elif any(c in rest for c in "。；：，") or not rest:
            return None
        return re.sub(r"^[*\s]+|[*\s。：:]+$", "", rest) or None


@dataclass
class Manuscript:
    """A file to be printed: its name and layout, the facts of its documents by key, its lines."""

    path: Path
    facts: dict[str, str]
    documents: dict[str, dict[str, str]]
    lines: list[Line]


def read(path: Path) -> Manuscript:
    """The manuscript at `path`. ValueError for a line of no known kind."""
    out = Manuscript(path, {}, {}, [])
    doc = ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not raw or raw.startswith("%"):
            continue
        if raw.startswith("@"):
            name, _, value = raw[1:].partition(" ")
            if name == "doc":
                doc = value
                out.documents[doc] = {} if doc else out.documents.get(doc, {})
                out.documents.pop("", None)
            elif doc:
                out.documents[doc][name] = value
            else:
                out.facts[name] = value
        elif raw.startswith("!"):
            out.lines[-1].notes.append(raw[1:])
        else:
            tag, bar, text = raw.partition("|")
            if not bar or tag not in ("H", "S", "T", "B", "0", "+", "&", "F", "N", "GH", "R1", "R2", "R2=", "R", "X", *CLAUSE_TAGS):
                raise ValueError(f"{path.name}:{number}: {raw[:30]}")
            out.lines.append(Line(tag, text, doc))
    return out
