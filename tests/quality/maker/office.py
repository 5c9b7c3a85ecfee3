"""The samples as Markdown, saved web page, docx and pdf: written with the standard library, the pdf with reportlab.

Each function takes a manuscript and gives the bytes of the file, the same at every call.
"""

from __future__ import annotations

import html
import io
import zipfile
from xml.sax.saxutils import escape

from .layouts import TABLE, row_cells, wrap
from .manuscript import CLAUSE_TAGS, MARKS, ORDINAL, Line, Manuscript

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STAMP = (2022, 1, 1, 0, 0, 0)


def runs(script: Manuscript) -> list[list[Line]]:
    """The lines, those of a table together."""
    out: list[list[Line]] = []
    for line in script.lines:
        if out and line.tag in TABLE and out[-1][-1].tag in TABLE and line.tag != "GH":
            out[-1].append(line)
        else:
            out.append([line])
    return out


def table_cells(lines: list[Line]) -> list[list[str]]:
    """The rows of a table; rows without a section cell begin with an empty cell only where the table has such cells."""
    sections = any(x.tag == "R2" for x in lines)
    return [row_cells(x) if sections or x.tag != "R" else x.printed.split("\t") for x in lines]


def to_txt(script: Manuscript) -> bytes:
    """Plain text: an empty line between paragraphs, tabs between cells."""
    blocks = ["\n".join("\t".join(r) for r in table_cells(g)) if g[0].tag in TABLE else g[0].printed for g in runs(script)]
    return ("\n\n".join(blocks) + "\n").encode()


def to_md(script: Manuscript) -> bytes:
    """Markdown: # for the title and the clauses that are nothing but a heading, a pipe table."""
    blocks = []
    for group in runs(script):
        line = group[0]
        if line.tag in TABLE:
            rows = ["| " + " | ".join(r) + " |" for r in table_cells(group)]
            blocks.append("\n".join([rows[0], "|" + " --- |" * len(group[0].printed.split("\t")), *rows[1:]]))
        elif line.tag == "T":
            blocks.append("# " + line.printed)
        elif line.tag == "1":
            blocks.append("## " + line.printed)
        else:
            blocks.append(line.printed.replace("1.", "1\\.", 1) if line.printed.startswith("1.") else line.printed)
    return ("\n\n".join(blocks) + "\n").encode()


def to_html(script: Manuscript) -> bytes:
    """A saved page of a government site: navigation, table of facts, share bar, scripts, body, foot."""
    facts = next(iter(script.documents.values()))
    title = html.escape(facts["title"])
    body = []
    for group in runs(script):
        line = group[0]
        if line.tag in TABLE:
            rows = "\n".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in r) + "</tr>" for r in table_cells(group))
            body.append(f'<table border="1" cellspacing="0">\n{rows}\n</table>')
        elif line.tag == "T":
            body.append(f'<p style="text-align:center"><strong>{html.escape(line.printed)}</strong></p>')
        elif line.tag == "S":
            body.append(f'<p style="text-align:right">{html.escape(line.printed)}</p>')
        else:
            text = html.escape(line.printed)
            body.append(f"<p>　　<strong>{text}</strong></p>" if line.tag == "1" else f"<p>　　{text}</p>")
    known = [("索 引 号", facts.get("index_no")), ("发文机关", facts.get("issuers", "").replace(";", " ")), ("发文字号", facts.get("number")), ("成文日期", facts.get("date")), ("标 题", facts["title"])]
    table = "".join(f'<tr><td class="k">{k}：</td><td>{html.escape(v)}</td></tr>' for k, v in known if v)
    page = PAGE.replace("{title}", title).replace("{facts}", f'<table class="info">{table}</table>' if facts.get("number") else "").replace("{body}", "\n".join(body))
    return page.encode()


PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{title}_示例政府网</title>
<script>var site = "example"; function share(x) { return "分享到" + x; }</script>
<style>.nav li { float: left } .info td { border: 1px solid #ccc }</style>
</head>
<body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/news">新闻动态</a></li><li><a href="/gk">信息公开</a></li><li><a href="/fw">办事服务</a></li></ul></div>
<div class="crumb">您所在的位置：<a href="/">首页</a> &gt; <a href="/gk">信息公开</a> &gt; 政策文件</div>
{facts}
<div class="share">分享到：<a href="#">微博</a><a href="#">微信</a> 字号：<a>大</a><a>中</a><a>小</a> <a href="javascript:window.print()">打印本页</a></div>
<div class="article" id="UCAP-CONTENT">
{body}
</div>
<div class="related"><h3>相关链接</h3><ul><li><a href="/1">一图读懂</a></li><li><a href="/2">政策解读</a></li></ul></div>
<div class="footer">主办单位：示例政府网编辑部　网站标识码：0000000000　<a href="/map">网站地图</a></div>
<script>document.write("访问量统计");</script>
</body>
</html>
"""


def to_docx(script: Manuscript) -> bytes:
    """A docx with automatic numbering, a header, a page number field and merged cells."""
    body = []
    for group in runs(script):
        body.append(_docx_table(group) if group[0].tag in TABLE else _docx_paragraph(group[0]))
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:footerReference w:type="default" r:id="rId3"/></w:sectPr>'
    relation = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": _relations([("rId1", "officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relations([("rId1", "numbering", "numbering.xml"), ("rId2", "header", "header1.xml"), ("rId3", "footer", "footer1.xml")]),
        "word/document.xml": f"{XML}<w:document {W} {relation}><w:body>{''.join(body)}{section}</w:body></w:document>",
        "word/numbering.xml": _numbering(script.facts.get("running") == "yes"),
        "word/header1.xml": f"{XML}<w:hdr {W}><w:p><w:r><w:t>示例文件</w:t></w:r></w:p></w:hdr>",
        "word/footer1.xml": f'{XML}<w:ftr {W}><w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), text)
    return out.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENT_TYPES = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{OFFICE}.document.main+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{OFFICE}.numbering+xml"/><Override PartName="/word/header1.xml" ContentType="{OFFICE}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{OFFICE}.footer+xml"/></Types>'
)


def _relations(items: list[tuple[str, str, str]]) -> str:
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = "".join(f'<Relationship Id="{i}" Type="{kinds}/{kind}" Target="{target}"/>' for i, kind, target in items)
    return f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def _numbering(running: bool) -> str:
    """Three levels: 一、 （一） 1. ; with `running` the second never restarts."""
    forms = [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        + ('<w:lvlRestart w:val="0"/>' if n == 1 and running else "")
        + f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(forms)
    )
    return f'{XML}<w:numbering {W}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'


def _docx_paragraph(line: Line) -> str:
    text, properties = line.printed, ""
    if line.tag in CLAUSE_TAGS:
        bare = MARKS.sub("", text)
        match = ORDINAL.match(bare)
        text = bare[match.end() :] if match else bare
        properties = f'<w:pPr><w:numPr><w:ilvl w:val="{int(line.tag) - 1}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    elif line.tag == "T":
        properties = '<w:pPr><w:jc w:val="center"/></w:pPr>'
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _docx_table(lines: list[Line]) -> str:
    sections = any(x.tag == "R2" for x in lines)
    rows = []
    for line, cells in zip(lines, table_cells(lines), strict=True):
        out = []
        for n, cell in enumerate(cells):
            merge = ""
            if sections and n == 0 and line.tag in ("R2", "R"):
                merge = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' if line.tag == "R2" else "<w:tcPr><w:vMerge/></w:tcPr>"
            out.append(f'<w:tc>{merge}<w:p><w:r><w:t xml:space="preserve">{escape(cell)}</w:t></w:r></w:p></w:tc>')
        rows.append(f"<w:tr>{''.join(out)}</w:tr>")
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>{"".join(rows)}</w:tbl>'


def to_pdf(script: Manuscript) -> bytes:
    """A pdf with a text layer: running head, page numbers, wrapped paragraphs, tables with ruled cells."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    page = _Page(Canvas(out, pagesize=(595, 842), invariant=1, pageCompression=1), script.facts.get("head", ""))
    for group in runs(script):
        line = group[0]
        if line.tag in TABLE:
            page.table(table_cells(group))
        elif line.tag in ("T", "S"):
            page.centred(line.printed, 16 if line.tag == "T" else 12, line.tag == "S")
        elif line.tag == "H":
            page.centred(line.printed, 12, False)
        else:
            page.paragraph(line.printed)
    page.close()
    return out.getvalue()


class _Page:
    """Writes paragraphs and tables down the pages of a canvas."""

    def __init__(self, canvas: object, head: str) -> None:
        self.canvas, self.head, self.number = canvas, head, 0
        self.begin()

    def begin(self) -> None:
        self.number += 1
        self.y = 760.0
        if self.head:
            self.write(200, 800, 9, self.head)

    def write(self, x: float, y: float, size: int, text: str) -> None:
        self.canvas.setFont("STSong-Light", size)
        self.canvas.drawString(x, y, text)

    def end(self) -> None:
        self.write(280, 40, 10, f"- {self.number} -")
        self.canvas.showPage()

    def down(self, step: float) -> None:
        self.y -= step
        if self.y < 80:
            self.end()
            self.begin()

    def centred(self, text: str, size: int, right: bool) -> None:
        width = sum(size * (0.5 if c.isascii() else 1.0) for c in text)
        self.write(510 - width if right else 297 - width / 2, self.y, size, text)
        self.down(size + 12)

    def paragraph(self, text: str) -> None:
        for n, physical in enumerate(wrap("　　" + text, 30)):
            self.write(90 + (28 if n == 0 else 0), self.y, 14, physical.strip("　"))
            self.down(21)

    def table(self, rows: list[list[str]]) -> None:
        edges = [80 + n * 435 / len(rows[0]) for n in range(len(rows[0]) + 1)]
        widths = [max((len(r[n]) for r in rows if n < len(r)), default=1) for n in range(len(rows[0]))]
        total = sum(widths)
        edges = [80.0]
        for w in widths:
            edges.append(edges[-1] + 435 * w / total)
        for row in rows:
            self.canvas.rect(edges[0], self.y - 8, 435, 24)
            for n, cell in enumerate(row):
                self.canvas.line(edges[n], self.y - 8, edges[n], self.y + 16)
                self.write(edges[n] + 3, self.y, 9, cell)
            self.down(24)
        self.down(8)

    def close(self) -> None:
        self.end()
        self.canvas.save()


FORMATS = {"html": to_html, "docx": to_docx, "pdf": to_pdf, "md": to_md, "txt": to_txt}
