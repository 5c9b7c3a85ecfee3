"""docx: numbering rebuilt, tables in place, what is not printed left out, hostile files refused."""

import io
import zipfile

import pytest
from support_files import (
    abstract,
    docx,
    level,
    note,
    num,
    p,
    paragraph_style,
    r,
    start_override,
    table,
    tc,
    tr,
    zipped,
)

from kb.errors import UnreadableFile
from kb.formats.docx import read
from kb.formats.docx_numbering import printed_number

CHINESE = abstract(0, level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"), level(2, "decimal", "%3.")) + num(1, 0)


def text_of(data: bytes) -> str:
    return read(data, "甲.docx")[0]


def lines(*body: str, numbering: str = "", styles: str = "", parts: dict[str, str] | None = None) -> list[str]:
    return text_of(docx(*body, numbering=numbering, styles=styles, parts=parts)).removesuffix("\n").split("\n")


@pytest.mark.parametrize(
    ("form", "value", "printed"),
    [
        ("chineseCounting", 1, "一"), ("chineseCounting", 10, "十"), ("chineseCounting", 23, "二十三"),
        ("chineseCountingThousand", 105, "一百零五"), ("japaneseCounting", 12, "十二"), ("taiwaneseCounting", 20, "二十"),
        ("ideographDigital", 10, "一〇"), ("ideographTraditional", 3, "丙"), ("ideographZodiac", 12, "亥"), ("ideographTraditional", 11, "11"),
        ("ideographEnclosedCircle", 4, "㊃"), ("chineseLegalSimplified", 25, "贰拾伍"),
        ("decimal", 7, "7"), ("decimalZero", 7, "07"), ("decimalFullWidth", 12, "１２"), ("decimalEnclosedCircle", 1, "①"),
        ("decimalEnclosedCircle", 21, "㉑"), ("decimalEnclosedCircleChinese", 36, "㊱"), ("decimalEnclosedParen", 3, "⑶"),
        ("decimalEnclosedFullstop", 2, "⒉"), ("decimalEnclosedCircle", 51, "51"), ("upperLetter", 27, "AA"), ("lowerLetter", 2, "b"),
        ("upperRoman", 9, "IX"), ("lowerRoman", 14, "xiv"), ("none", 5, ""), ("001", 8, "008"), ("ideographZodiacTraditional", 1, "甲子"),
        ("不认识的", 6, "6"),
    ],
)  # fmt: skip
def test_number_forms(form: str, value: int, printed: str) -> None:
    assert printed_number(value, form) == printed


def test_levels_count_and_restart() -> None:
    body = [p("总体要求", num=1), p("指导思想", num=1, level=1), p("目标", num=1, level=1), p("任务", num=1), p("设施", num=1, level=1),
            p("建房", num=1, level=2), p("修路", num=1, level=2), p("服务", num=1, level=1), p("培训", num=1, level=2)]  # fmt: skip
    expected = ["一、总体要求", "（一）指导思想", "（二）目标", "二、任务", "（一）设施", "1.建房", "2.修路", "（二）服务", "1.培训"]
    assert lines(*body, numbering=CHINESE) == expected


def test_lists_of_one_abstract_list_go_on_unless_they_say_where_they_start() -> None:
    numbering = CHINESE + num(2, 0) + num(3, 0, start_override(0, 1)) + num(4, 0, start_override(0, 5))
    body = [p("甲", num=1), p("乙", num=2), p("丙", num=3), p("丁", num=3), p("戊", num=4)]
    assert lines(*body, numbering=numbering) == ["一、甲", "二、乙", "一、丙", "二、丁", "五、戊"]


def test_level_that_never_restarts_and_level_that_starts_later() -> None:
    numbering = abstract(
        0,
        level(0, "chineseCounting", "第%1章", more=""),
        level(1, "chineseCounting", "第%2条", start=3, more='<w:lvlRestart w:val="0"/>'),
    ) + num(1, 0)
    body = [p("总则", num=1), p("甲", num=1, level=1), p("分则", num=1), p("乙", num=1, level=1)]
    assert lines(*body, numbering=numbering) == ["第一章 总则", "第三条 甲", "第二章 分则", "第四条 乙"]


def test_numbers_of_higher_levels_within_a_number() -> None:
    numbering = abstract(
        0, level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3", more="<w:isLgl/>")
    ) + num(1, 0)
    body = [p("甲", num=1), p("乙", num=1, level=1), p("丙", num=1, level=2)]
    assert lines(*body, numbering=numbering) == ["一、甲", "一.1 乙", "1.1.1 丙"]


def test_level_replaced_by_the_list_itself() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "（%1）", start=4)}</w:lvlOverride>'
    assert lines(p("甲", num=2), p("乙", num=2), numbering=CHINESE + num(2, 0, own)) == ["（4）甲", "（5）乙"]


def test_numbering_by_style_and_by_the_style_below_it() -> None:
    numbering = abstract(
        0,
        level(0, "japaneseCounting", "%1、", more='<w:pStyle w:val="H1"/>'),
        level(1, "japaneseCounting", "（%2）", more='<w:pStyle w:val="H2"/>'),
    ) + num(7, 0)
    styles = paragraph_style("H1", num=7) + paragraph_style("H2", "H1") + paragraph_style("My2", "H2") + paragraph_style("Off", "H1", num=0)
    body = [p("甲", style="H1"), p("乙", style="H2"), p("丙", style="My2"), p("丁", style="Off"), p("戊", style="H1")]
    assert lines(*body, numbering=numbering, styles=styles) == ["一、甲", "（一）乙", "（二）丙", "丁", "二、戊"]


def test_list_by_way_of_a_numbering_style() -> None:
    numbering = CHINESE + abstract(5, link="Liste") + num(2, 5)
    styles = '<w:style w:type="numbering" w:styleId="Liste"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    assert lines(p("甲", num=2), p("乙", num=1), numbering=numbering, styles=styles) == ["一、甲", "二、乙"]


def test_numbers_in_the_text_and_bullets_and_unknown_lists() -> None:
    numbering = CHINESE + abstract(1, level(0, "bullet", "\uf06c")) + num(2, 1)
    assert lines(p("一、甲"), p("乙", num=2), p("丙", num=99), p("丁", num=0), numbering=numbering) == ["一、甲", "乙", "丙", "丁"]


def test_styles_that_build_on_one_another_in_a_circle() -> None:
    styles = paragraph_style("A", "B") + paragraph_style("B", "A")
    assert lines(p("甲", style="A"), styles=styles) == ["甲"]


def test_tables_stand_where_they_stand() -> None:
    body = [p("下表："), table([["任务", "单位"], ["建房", "市住建局"]]), p("完。")]
    assert lines(*body) == ["下表：", "任务\t单位", "建房\t市住建局", "完。"]


def test_merged_cells_hold_their_mark_where_they_go_on() -> None:
    rows = [
        tr(tc("目标"), tc("任务"), tc("单位")),
        tr(tc("一、设施建设", span=3)),
        tr(tc("（一）建房", merge="restart"), tc("1.选址"), tc("市住建局")),
        tr(tc("", merge="continue"), tc("2.开工"), tc("市财政局")),
    ]
    assert lines(f"<w:tbl>{''.join(rows)}</w:tbl>") == ["目标\t任务\t单位", "一、设施建设\t\t", "（一）建房\t1.选址\t市住建局", "\u2060\t2.开工\t市财政局"]


def test_cells_of_several_paragraphs_and_with_numbers_and_tabs() -> None:
    cells = tr(tc(raw=p("市教育局") + p("市财政局")), tc(raw=p("", num=1) + p("甲\t乙")))
    assert lines(f"<w:tbl>{cells}</w:tbl>", numbering=CHINESE) == ["市教育局 市财政局\t一、 甲 乙"]


def test_rows_that_begin_later_and_deleted_rows() -> None:
    rows = tr(tc("甲"), tc("乙")) + tr(tc("丙"), properties='<w:gridBefore w:val="1"/>') + tr(tc("丁"), tc("戊"), properties="<w:del/>")
    assert lines(f"<w:tbl>{rows}</w:tbl>") == ["甲\t乙", "\t丙"]


def test_a_table_of_one_column_is_a_frame() -> None:
    assert lines(f"<w:tbl>{tr(tc(raw=p('一、甲') + p('二、乙')))}</w:tbl>") == ["一、甲", "二、乙"]


def test_a_table_within_a_cell() -> None:
    inner = table([["甲", "乙"], ["丙", "丁"]])
    assert lines(f"<w:tbl>{tr(tc('外'), tc(raw=inner + p('后')))}</w:tbl>") == ["外\t甲 乙 丙 丁 后"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('<w:r><w:t>总体</w:t><w:br/><w:t>要求</w:t></w:r>', ["总体", "要求"]),
        ('<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>', ["甲  乙"]),
        ('<w:r><w:t>1.</w:t><w:tab/><w:t>建站</w:t></w:r>', ["1.建站"]),
        ('<w:r><w:t>第一章</w:t><w:tab/><w:t>总则</w:t><w:tab/><w:t>2</w:t></w:r>', ["第一章总则\t2"]),
        ('<w:r><w:t>年度</w:t><w:tab/><w:t>人数</w:t><w:tab/><w:t>户数</w:t></w:r>', ["年度\t人数\t户数"]),
        ('<w:r><w:tab/><w:t>甲</w:t></w:r>', ["甲"]),
        ('<w:r><w:t>2021</w:t><w:noBreakHyphen/><w:t>2025年</w:t></w:r>', ["2021-2025年"]),
        ('<w:r><w:t> 甲 </w:t></w:r><w:r><w:t xml:space="preserve"> 乙</w:t></w:r>', ["甲 乙"]),
        ('<w:hyperlink r:id="x"><w:r><w:t>省政府</w:t></w:r></w:hyperlink>', ["省政府"]),
        ('<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>', ["控件"]),
        ('<w:smartTag><w:r><w:t>长沙市</w:t></w:r></w:smartTag>', ["长沙市"]),
        ('<w:r><w:t>增</w:t></w:r><w:ins><w:r><w:t>加</w:t></w:r></w:ins><w:del><w:r><w:delText>减</w:delText></w:r></w:del>', ["增加"]),
        ('<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo>', ["新"]),
        ('<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r>', ["显"]),
        ('<w:r><w:ruby><w:rt><w:r><w:t>han</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase></w:ruby></w:r>', ["汉"]),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:t>是</w:t><w:sym w:font="Wingdings 2" w:char="F0A3"/><w:t>否</w:t></w:r>', ["☑是□否"]),
        ('<w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>o</w:t></w:r><w:r><w:t>因病</w:t></w:r>', ["□因病"]),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>5</w:t></w:r>', ["≥5"]),
        ('<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>①</w:t></w:r><w:r><w:t>甲</w:t></w:r>', ["<sup>①</sup>甲"]),
        ('<w:r><w:t>km</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>', ["km2"]),
        ('<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>', ["x=1"]),
    ],
)  # fmt: skip
def test_what_stands_in_a_paragraph(raw: str, expected: list[str]) -> None:
    assert lines(p("首"), p(raw=raw))[1:] == expected


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
CODE = "<w:r><w:instrText>{}</w:instrText></w:r>"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (FIELD.format("begin") + CODE.format(" PAGE ") + FIELD.format("separate") + r("3") + FIELD.format("end") + r("页"), "3页"),
        (FIELD.format("begin") + CODE.format(r" eq \o\ac(○,12) ") + FIELD.format("end") + r("甲"), "⑫甲"),
        (r"<w:fldSimple w:instr=' eq \o\ac(○,3) '><w:r><w:t>○</w:t></w:r></w:fldSimple>", "③"),
        (FIELD.format("begin") + CODE.format("X") + r("码") + FIELD.format("separate") + r("果") + FIELD.format("end"), "果"),
        (FIELD.format("end") + r("甲"), "甲"),
    ],
)
def test_fields_show_their_result(raw: str, expected: str) -> None:
    assert lines(p(raw=raw)) == [expected]


def test_a_field_without_an_end_swallows_no_further_paragraph() -> None:
    assert lines(p(raw=FIELD.format("begin") + CODE.format("TOC")), p("一、甲")) == ["", "一、甲"]


def test_paragraph_whose_mark_was_deleted_goes_on_in_the_next_one() -> None:
    assert lines(p("巩固脱贫", num=1, mark="<w:del/>"), p("成果", num=1), p("完", num=1), numbering=CHINESE) == ["一、巩固脱贫成果", "二、完"]


def test_text_boxes_once_though_written_twice() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>某市人民政府文件</w:t></w:r></w:p></w:txbxContent>"
    alternative = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(p(raw=alternative + r("某政发〔2021〕3号"))) == ["某市人民政府文件", "某政发〔2021〕3号"]
    assert lines(p(raw=r("附件") + alternative)) == ["附件", "某市人民政府文件"]


def test_footnotes_follow_their_paragraph_and_endnotes_come_last() -> None:
    reference = '<w:r><w:t>重点</w:t></w:r><w:r><w:{0}Reference w:id="{1}"/></w:r><w:r><w:t>对象</w:t></w:r>'
    parts = {"footnotes": note("footnote", 2, p("指三类人员。")), "endnotes": note("endnote", 2, p("见附件。"))}
    body = [p(raw=reference.format("footnote", 2)), p(raw=reference.format("endnote", 2)), p("完。")]
    assert lines(*body, parts=parts) == ["重点<sup>1</sup>对象", "<sup>1</sup> 指三类人员。", "重点<sup>i</sup>对象", "完。", "<sup>i</sup> 见附件。"]


def test_footnotes_of_a_table_follow_its_row() -> None:
    mark = '<w:r><w:t>人数</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    body = f"<w:tbl>{tr(tc('1'), tc(raw=p(raw=mark)))}{tr(tc('2'), tc('户数'))}</w:tbl>"
    assert lines(body, parts={"footnotes": note("footnote", 2, p("年末数。"))}) == ["1\t人数<sup>1</sup>", "<sup>1</sup> 年末数。", "2\t户数"]


def test_content_control_around_everything() -> None:
    assert lines(f"<w:sdt><w:sdtContent>{p('甲')}{table([['乙', '丙']])}</w:sdtContent></w:sdt>") == ["甲", "乙\t丙"]


def test_hidden_text_and_embedded_files_are_told() -> None:
    hidden = p(raw='<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r><w:r><w:sym w:font="Webdings" w:char="F0FF"/></w:r>')
    notes = read(docx(hidden, '<w:altChunk r:id="x"/>'), "甲.docx")[2]
    assert [n.reason for n in notes] == ["有 1 处隐藏文字，未读", "有 1 个符号字体的字符不能转成文字，已略去", "有 1 处嵌入的文件，未读"]


def test_strict_form_of_the_format() -> None:
    data = docx(p("总体要求", num=1), numbering=CHINESE)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main")
            new.writestr(name, content.replace(b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"))
    assert text_of(out.getvalue()) == "一、总体要求\n"


DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def lying_about_size() -> bytes:
    """A member whose header says ten bytes and that holds a million."""
    data = bytearray(zipped({"word/document.xml": DOCUMENT.format(p("甲" * 300_000))}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: zipped({"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>" + DOCUMENT.format(p("&b;"))}), "XML 里有 DOCTYPE"),
        (lambda: zipped({"word/document.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + DOCUMENT.format("")}), "XML 里有 DOCTYPE"),
        (lambda: zipped({"word/document.xml": DOCUMENT.format(p("甲"))[:-30]}), "文件已损坏（XML"),
        (lambda: zipped({"word/document.xml": DOCUMENT.format("<w:p>" * 300 + "</w:p>" * 300)}), "XML 元素套得太深"),
        (lambda: zipped({"word/document.xml": DOCUMENT.format(p("甲") + " " * 30_000_000)}), "压缩比高于 200 倍"),
        (lambda: zipped({f"{i}.xml": "" for i in range(5200)}), "压缩包内条目多于 5000 个"),
        (lying_about_size, "文件已损坏"),
        (lambda: zipped({"word/document.xml": DOCUMENT.format(p("甲"))}).replace(b"word/document.xml", b"../../etc/passwd1"), "不是 docx 文件"),
        (lambda: b"PK\x03\x04" + bytes(2000), "文件已损坏"),
    ],
)
def test_hostile_files_are_refused(data: object, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        text_of(data())  # type: ignore[operator]
    assert caught.value.message.startswith(reason)


def test_encrypted_member() -> None:
    data = bytearray(zipped({"word/document.xml": DOCUMENT.format(p("甲"))}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    with pytest.raises(UnreadableFile, match="文件已加密"):
        text_of(bytes(data))


def test_names_that_lead_out_are_never_read() -> None:
    data = zipped({"word/document.xml": DOCUMENT.format(p("甲")), "../../逃.xml": "x", "word/../../footnotes.xml": "y"})
    assert text_of(data) == "甲\n"


def test_relations_that_lead_out_are_not_followed() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="x/officeDocument" Target="../../../etc/passwd"/></Relationships>'
    )
    assert text_of(zipped({"_rels/.rels": relations, "word/document.xml": DOCUMENT.format(p("甲"))})) == "甲\n"
