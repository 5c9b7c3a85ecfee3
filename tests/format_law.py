"""The format law: a document as txt, md, html, docx and pdf gives the same clause tree.

    python -m tests.format_law [FILE …]      the samples of corpus/ (or these files); prints a figure for each format

The paragraphs and rows of each sample are written in every format: markup of its own for md and html, paragraphs and
ruled tables for docx, set lines with indents, page numbers and tables over pages for pdf.
"""

from __future__ import annotations

import io
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from kb.clauses import parse
from kb.cleaning import clean
from kb.documents import split
from kb.model import Source
from kb.reading import read_file, sniff

sys.path.insert(0, str(Path(__file__).parent))
import support_files as make

FORMATS = ("txt", "md", "html", "docx", "pdf")
Group = tuple[str, list[str]]  # paragraph or row, and the texts that follow one another


def groups(source: Source) -> list[Group]:
    """The paragraphs and rows of a source, as runs of the same kind."""
    return [(kind, [block.text for block in run]) for kind, run in groupby(clean(source).blocks, key=lambda block: block.kind)]


def tree(source: Source) -> Counter[tuple[str, str]]:
    """Path and text (white space removed) of every clause."""
    parts = split(source, clean(source))
    return Counter((clause.path, "".join(clause.text.split())) for part in parts for clause in parse(part).clauses)


def cells(rows: Sequence[str]) -> list[list[str]]:
    """Rows of cells, all of the same width."""
    split_rows = [row.split("\t") for row in rows]
    width = max(len(row) for row in split_rows)
    return [row + [""] * (width - len(row)) for row in split_rows]


def as_txt(content: list[Group]) -> bytes:
    return ("\n".join(text for _, texts in content for text in texts) + "\n").encode()


def as_md(content: list[Group]) -> bytes:
    lines: list[str] = []
    for kind, texts in content:
        if kind == "row":
            table = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in cells(texts)]
            lines += [f"| {table[0]} |", "|" + "---|" * len(cells(texts)[0]), *(f"| {row} |" for row in table[1:]), ""]
        else:
            lines += [line for text in texts for line in (text, "")]
    return "\n".join(lines).encode()


def as_html(content: list[Group]) -> bytes:
    body = []
    for kind, texts in content:
        if kind == "row":
            rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in cells(texts))
            body.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            body += [f"<p>{escape(text)}</p>" for text in texts]
    return make.html("\n".join(body))


def as_docx(content: list[Group]) -> bytes:
    return make.docx(*(part for kind, texts in content for part in ([make.table(cells(texts))] if kind == "row" else map(make.p, texts))))


def as_pdf(content: list[Group]) -> bytes:
    """Set in 16 point Song, indented by two characters, tables with repeated heads, page numbers at the foot."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    text_style = ParagraphStyle("text", fontName="STSong-Light", fontSize=16, leading=28, wordWrap="CJK", firstLineIndent=32)
    head_style = ParagraphStyle("head", fontName="STSong-Light", fontSize=16, leading=28, wordWrap="CJK", alignment=1)
    cell_style = ParagraphStyle("cell", fontName="STSong-Light", fontSize=11, leading=15, wordWrap="CJK")
    story: list[object] = []
    for kind, texts in content:
        if kind == "row":
            rows = cells(texts)
            longest = [max(4, min(24, max(len(row[c]) for row in rows))) for c in range(len(rows[0]))]
            widths = [max(26.0, 440 * n / sum(longest)) for n in longest]
            table = [[Paragraph(escape(cell), cell_style) if cell else "" for cell in row] for row in rows]
            style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4)]
            story.append(Table(table, colWidths=widths, repeatRows=1, style=style))
        else:
            story += [Paragraph(escape(text), head_style if _stands_alone(text) else text_style) for text in texts]

    def foot(canvas: object, document: object) -> None:
        canvas.setFont("STSong-Light", 14)  # type: ignore[attr-defined]
        canvas.drawCentredString(297, 40, f"— {document.page} —")  # type: ignore[attr-defined]

    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=(595, 842), leftMargin=74, rightMargin=73, invariant=1).build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _stands_alone(text: str) -> bool:
    """Whether a line would be centred: a title, a date, a signature."""
    return len(text) < 24 and text[-1] not in "。；：" and text[0] not in "一二三四五六七八九十（(第0123456789"


WRITERS = {"txt": as_txt, "md": as_md, "html": as_html, "docx": as_docx, "pdf": as_pdf}


def source_of(data: bytes, name: str, form: str) -> Source:
    """A source as read_file makes it, without a file."""
    import importlib

    from kb.reading import MODULES

    assert sniff(data, form, name) == form
    text, encoding, notes = importlib.import_module("kb.formats." + MODULES[form]).read(data, name)
    return Source(name, form, encoding, text, "0" * 64, notes)


def compare(path: Path, form: str) -> tuple[int, int, list[str]]:
    """How many clauses of a sample are the same in this format as in txt, of how many, and the others."""
    content = groups(read_file(path, path.name))
    expected = tree(source_of(as_txt(content), path.stem + ".txt", "txt"))
    found = tree(source_of(WRITERS[form](content), f"{path.stem}.{form}", form))
    same = sum((expected & found).values())
    wrong = [f"- {p} {t[:60]}…{t[-40:]}" for p, t in expected - found] + [f"+ {p} {t[:60]}…{t[-40:]}" for p, t in found - expected]
    return same, max(expected.total(), found.total()), wrong


def main(arguments: list[str]) -> int:
    """Prints the figure of each format; 0 when all are at the bar."""
    paths = [Path(a) for a in arguments] or sorted((Path(__file__).parent.parent / "corpus").glob("*.*"))
    paths = [p for p in paths if p.suffix in (".txt", ".md", ".html", ".docx", ".pdf")]
    below = False
    for form in FORMATS[1:]:
        same = total = 0
        for path in paths:
            one, of, wrong = compare(path, form)
            same, total = same + one, total + of
            for line in wrong:
                print(f"  {form} {path.name}: {line}")
        print(f"{form}: {same} of {total} clauses as in txt, {100 * same / max(total, 1):.2f} %")
        below = below or same < 0.995 * total
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
