"""Builders that make small docx, html and pdf files in memory, for tests of all stages.

    docx(p("总体要求", num=1), table([["目标任务", "牵头单位"], ["…", "…"]])) -> bytes
    html("<p>一、总体要求</p>", title="关于…的意见", meta={"发文字号": "×政发〔2021〕1号"}) -> bytes
    pdf([["第一页第一行", "…"], ["第二页"]]) -> bytes
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MORE = (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
)
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml."


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" if properties else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(text: str = "", num: int | None = None, level: int = 0, style: str = "", raw: str = "", mark: str = "") -> str:
    """A paragraph: its text (or raw runs), the list it belongs to, its style, properties of its mark."""
    inner = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        inner += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    if mark:
        inner += f"<w:rPr>{mark}</w:rPr>"
    properties = f"<w:pPr>{inner}</w:pPr>" if inner else ""
    return f"<w:p>{properties}{raw or (r(text) if text else '')}</w:p>"


def tc(text: str = "", span: int = 1, merge: str = "", raw: str = "") -> str:
    """A cell; merge is "", "restart" or "continue"."""
    inner = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    if merge:
        inner += '<w:vMerge w:val="restart"/>' if merge == "restart" else "<w:vMerge/>"
    return f"<w:tc>{f'<w:tcPr>{inner}</w:tcPr>' if inner else ''}{raw or p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """A row of cells made by tc."""
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table of plain cells."""
    width = max((len(row) for row in rows), default=0)
    grid = "<w:tblGrid>" + "<w:gridCol/>" * width + "</w:tblGrid>"
    return f"<w:tbl><w:tblPr/>{grid}{''.join(tr(*(tc(c) for c in row)) for row in rows)}</w:tbl>"


def abstract(key: int, *levels: str, link: str = "") -> str:
    """An abstract list; link is the numStyleLink."""
    linked = f'<w:numStyleLink w:val="{link}"/>' if link else ""
    return f'<w:abstractNum w:abstractNumId="{key}">{linked}{"".join(levels)}</w:abstractNum>'


def level(index: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    """A level of an abstract list."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def num(key: int, abstract_key: int, overrides: str = "") -> str:
    """A list."""
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract_key}"/>{overrides}</w:num>'


def start_override(index: int, value: int) -> str:
    """A list's own start."""
    return f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="{value}"/></w:lvlOverride>'


def paragraph_style(key: str, based_on: str = "", num: int | None = None, level: int | None = None, more: str = "") -> str:
    """A paragraph style."""
    ilvl = f'<w:ilvl w:val="{level}"/>' if level is not None else ""
    numbered = f'<w:pPr><w:numPr>{ilvl}<w:numId w:val="{num}"/></w:numPr></w:pPr>' if num is not None else ""
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{key}"/>{base}{numbered}{more}</w:style>'


def docx(*body: str, numbering: str = "", styles: str = "", parts: dict[str, str] | None = None) -> bytes:
    """A docx whose body is made of p(…) and table(…); `parts` gives further parts of word/ (footnotes …)."""
    inside = {"document": f"<w:document {W}{MORE}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>"}
    if numbering:
        inside["numbering"] = f"<w:numbering {W}{MORE}>{numbering}</w:numbering>"
    if styles:
        inside["styles"] = f"<w:styles {W}>{styles}</w:styles>"
    for name, content in (parts or {}).items():
        inside[name] = f"<w:{name} {W}>{content}</w:{name}>"
    relations = "".join(
        f'<Relationship Id="rId{i}" Type="{REL}/{name}" Target="{name}.xml"/>' for i, name in enumerate(inside) if name != "document"
    )
    overrides = "".join(
        f'<Override PartName="/word/{n}.xml" ContentType="{KIND}{"document.main" if n == "document" else n}+xml"/>' for n in inside
    )
    files = {
        "[Content_Types].xml": TYPES.format(overrides=overrides),
        "_rels/.rels": _relations(f'<Relationship Id="rId1" Type="{REL}/officeDocument" Target="word/document.xml"/>'),
        "word/_rels/document.xml.rels": _relations(relations),
        **{f"word/{n}.xml": '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + content for n, content in inside.items()},
    }
    return zipped(files)


def _relations(inner: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{space}">{inner}</Relationships>'


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip archive with these members, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2021, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def note(kind: str, key: int, *paragraphs: str) -> str:
    """A footnote or endnote for `parts={"footnotes": note("footnote", 2, p("…"))}`."""
    return f'<w:{kind} w:id="{key}">{"".join(paragraphs)}</w:{kind}>'


def html(body: str, title: str = "", meta: dict[str, str] | None = None, site: str = "示例政府网") -> bytes:
    """A page as a government site shows it, with navigation, share bar and footer around the body."""
    rows = "".join(f"<tr><td>{k}：</td><td>{v}</td></tr>" for k, v in (meta or {}).items())
    table_ = f'<table class="info">{rows}</table>' if rows else ""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_{site}</title><script>var a = "<p>脚本</p>";</script></head><body>'
        '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/x">要闻</a></li><li><a href="/y">政务公开</a></li></ul></div>'
        '<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/y">政务公开</a></div>'
        f"{table_}<h1>{title}</h1>"
        '<div class="bar">来源：本网　发布时间：2022-05-06　【字体：<a>大</a> <a>中</a> <a>小</a>】 <a href="javascript:print()">打印</a></div>'
        f'<div class="TRS_Editor">{body}</div>'
        '<div class="foot">主办单位：示例政府网　网站标识码：0000000000</div></body></html>'
    ).encode()


def pdf(pages: Sequence[Sequence[str]], size: float = 12, head: str = "", numbers: bool = False, **options: object) -> bytes:
    """A pdf of these printed lines, one list a page, in the Song font that every reader has; with running head and page numbers."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1, **options)
    for number, page in enumerate(pages, 1):
        canvas.setFont("STSong-Light", size)
        if head:
            canvas.drawCentredString(297, 800, head)
        y = 770.0
        for line in page:
            canvas.drawString(72, y, line)
            y -= 1.6 * size
        if numbers:
            canvas.drawCentredString(297, 40, f"- {number} -")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pdf_table(rows: Sequence[Sequence[str]], widths: Sequence[float], merged: Sequence[tuple[str, tuple[int, int], tuple[int, int]]] = ()) -> bytes:
    """A pdf of one ruled table; `merged` are SPAN commands of reportlab (column, row from the top)."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("cell", fontName="STSong-Light", fontSize=10, leading=14, wordWrap="CJK")
    out = io.BytesIO()
    cells = [[Paragraph(escape(cell), style) if cell else "" for cell in row] for row in rows]
    frame = Table(cells, colWidths=list(widths), style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), *merged], repeatRows=1)
    SimpleDocTemplate(out, invariant=1).build([frame])
    return out.getvalue()
