"""pdf: printed lines page by page, ruled tables as tab rows, hostile files refused or cut off with the reason."""

import itertools
import re
import signal
import zlib
from pathlib import Path

import pytest
from support_files import pdf, pdf_table

from kb.errors import UnreadableFile
from kb.formats import pdf as pdf_reader
from kb.formats import pdf_worker
from kb.formats.child import Answer, ask
from kb.formats.pdf import read
from kb.formats.pdf_fonts import parse_cmap, read_font
from kb.formats.pdf_join import join_pages
from kb.formats.pdf_layout import group_lines, page_text
from kb.formats.pdf_page import Glyph, Rule, Shown
from kb.formats.pdf_tables import find_tables
from kb.tables import settings

PAGE = ["关于做好救灾工作的通知", "　　一、加强值守。各乡镇要落实24小时值班制度，", "确保信息畅通。"]


def text_of(data: bytes) -> str:
    return read(data, "甲.pdf")[0]


def raw_pdf(*objects: str, root: int = 1, trailer: str = "") -> bytes:
    """A pdf of these objects, numbered from 1, with a right table of places."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<</Size {count}/Root {root} 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF"
    return out + end.encode()


def stream(content: str, more: str = "") -> str:
    return f"<</Length {len(content)}{more}>>\nstream\n{content}\nendstream"


FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGES = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"]
LEAF = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>/XObject<</X 6 0 R>>>>/Contents 5 0 R{}>>"


def page_of(content: str, font: str = FONT, more: str = "", *others: str) -> bytes:
    return raw_pdf(*PAGES, LEAF.format(more), font, stream(content), *others)


def test_lines_as_printed_with_indents_and_pages() -> None:
    expected = "关于做好救灾工作的通知\n　　一、加强值守。各乡镇要落实24小时值班制度，\n确保信息畅通。\n\f二、结束。\n"
    assert text_of(pdf([PAGE, ["二、结束。"]])) == expected


def test_running_heads_and_page_numbers_stay_for_cleaning() -> None:
    found = text_of(pdf([PAGE, PAGE], head="某县人民政府文件", numbers=True))
    pages = found.split("\f")
    assert len(pages) == 2
    assert all(page.split("\n")[0].strip() == "某县人民政府文件" for page in pages)
    assert [page.rstrip().split("\n")[-1].strip() for page in pages] == ["- 1 -", "- 2 -"]


def test_ruled_table_with_merged_and_wrapped_cells() -> None:
    rows = [
        ["任务", "牵头单位", "责任单位"],
        ["一、设施建设", "", ""],
        ["1.新建、改扩建综合养老服务中心十六个以上并投入使用", "市民政局", "市财政局、市自然资源局"],
        ["", "市住建局", "市教育局"],
    ]
    merged = [("SPAN", (0, 1), (2, 1)), ("SPAN", (0, 2), (0, 3))]
    expected = ["任务\t牵头单位\t责任单位", "一、设施建设\t\t", "1.新建、改扩建综合养老服务中心十六个以上并投入使用\t市民政局\t市财政局、市自然资源局", "\t市住建局\t市教育局"]
    assert text_of(pdf_table(rows, [150, 100, 150], merged)).removesuffix("\n").split("\n") == expected


def glyphs(line: str, x: float, y: float, size: float = 10) -> list[Glyph]:
    return [Glyph(c, x + i * size, x + (i + 1) * size, y, size) for i, c in enumerate(line)]


def test_false_bold_is_printed_once() -> None:
    assert page_text(Shown([*glyphs("总体要求", 50, 700), *glyphs("总体要求", 50.4, 700.2)])) == "总体要求"


def test_repeated_characters_are_no_false_bold() -> None:
    assert page_text(Shown(glyphs("层层落实", 50, 700))) == "层层落实"


def test_raised_marks_belong_to_their_line() -> None:
    raised = [Glyph("①", 100, 106, 704, 6)]
    assert page_text(Shown([*glyphs("监测对象", 60, 700), *raised, *glyphs("为主", 106, 700)])) == "监测对象<sup>①</sup>为主"


def test_gaps_within_a_line() -> None:
    assert page_text(Shown([*glyphs("某政发", 50, 700), *glyphs("签发人", 200, 700), *glyphs("李", 237, 700)])) == "某政发  签发人 李"


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [g for i in range(12) for g in glyphs("左栏文字一二三四五六七八", 50, 700 - 15 * i)]
    right = [g for i in range(12) for g in glyphs("右栏文字一二三四五六七八", 300, 700 - 15 * i)]
    lines = page_text(Shown([*glyphs("关于做好工作的通知关于做好工作的通知", 150, 730), *left, *right])).split("\n")
    assert lines[0].strip().startswith("关于") and [line.strip()[0] for line in lines[1:]] == ["左"] * 12 + ["右"] * 12


def test_a_table_whose_sides_are_open() -> None:
    rules = [Rule(50, y, 250, y) for y in (700, 680, 660)] + [Rule(150, 660, 150, 700)]
    text = [*glyphs("甲", 60, 685), *glyphs("乙", 160, 685), *glyphs("丙", 60, 665), *glyphs("丁", 160, 665)]
    assert page_text(Shown(text, rules)) == "甲\t乙\n丙\t丁"


def test_underlines_and_frames_make_no_table() -> None:
    frame = [Rule(50, 600, 250, 600), Rule(50, 700, 250, 700), Rule(50, 600, 50, 700), Rule(250, 600, 250, 700)]
    assert find_tables([*frame, Rule(50, 500, 250, 500)]) == []
    assert page_text(Shown([*glyphs("甲", 60, 650), *glyphs("乙", 60, 630)], frame)) == "甲\n乙"


def test_short_lines_of_a_cell_are_paragraphs_full_ones_go_on() -> None:
    rules = [Rule(0, y, 220, y) for y in (700, 600)] + [Rule(x, 600, x, 700) for x in (0, 110, 220)]
    cell = [*glyphs("市教育局市财政局市", 5, 680), *glyphs("民政局", 5, 665), *glyphs("市水利局", 5, 650)]
    assert page_text(Shown([*cell, *glyphs("甲", 120, 680)], rules)) == "市教育局市财政局市民政局 市水利局\t甲"


def half(rows: list[list[str]], *open_cells: int) -> dict[str, object]:
    """One page's part of a table of as many columns as its first row; the last row's open cells by column."""
    width = len(rows[0])
    return {"rows": rows, "xs": [50.0 * i for i in range(width + 1)], "last": [[len(rows) - 1, c, c in open_cells] for c in range(width)]}


HEAD = ["任务", "单位"]


@pytest.mark.parametrize(
    ("upper", "lower", "expected"),
    [
        # the rest of a row below a repeated head moves up, cell by cell
        (half([HEAD, ["1.建好养老", "市民政"]], 0, 1), half([HEAD, ["服务站", "局"], ["2.修路", "市交通局"]]), [[["任务\t单位", "1.建好养老服务站\t市民政局"], ["任务\t单位", "2.修路\t市交通局"]]]),
        # a row of its own stays: it has an ordinal, or the cell above it was not full
        (half([HEAD, ["1.建好养老", "市民政"]], 0, 1), half([["2.服务站", ""]]), None),
        (half([HEAD, ["1.建好养老", "市民政局"]], 0), half([["服务站", "市财政局"]]), None),
        # a sentence that ended goes not on
        (half([HEAD, ["建好养老服务站。", "市民政局"]], 0), half([["修好路", ""]]), None),
        # other columns
        (half([HEAD, ["1.建好养老", "市民政"]], 0, 1), half([["服务站", "局", "年底"]]), None),
    ],
)
def test_rows_over_the_end_of_a_page(upper: dict, lower: dict, expected: list | None) -> None:  # type: ignore[type-arg]
    apart = [["\t".join(row) for row in part["rows"]] for part in (upper, lower)]
    found = join_pages([[["抬头"], upper, ["- 1 -"]], [["某县文件"], lower]])
    joined = expected[0] if expected else apart
    assert found == ["\n".join(["抬头", *joined[0], "- 1 -"]), "\n".join(["某县文件", *joined[1]])]


def test_a_row_over_three_pages_and_text_between_tables() -> None:
    pages = [[half([HEAD, ["一二三", ""]], 0)], [half([["四五六", ""]], 0)], [half([["七八九", ""]])]]
    assert join_pages(pages) == ["任务\t单位\n一二三四五六七八九\t", "", ""]
    assert join_pages([[half([["一", ""]], 0), ["一、这里是一个完整的句子，不是页眉也不是页脚，所以表格到此为止。"]], [half([["二", ""]])]])[1] == "二\t"


def test_punctuation_that_hangs_over_the_border_stays_in_its_cell() -> None:
    rules = [Rule(0, y, 200, y) for y in (700, 650)] + [Rule(x, 650, x, 700) for x in (0, 100, 200)]
    cell = [*glyphs("市教育局市财政局市、", 8, 680), *glyphs("民政局", 8, 665)]
    assert page_text(Shown([*cell, *glyphs("甲", 120, 680)], rules)) == "市教育局市财政局市、民政局\t甲"


def test_empty_page() -> None:
    assert page_text(Shown()) == "" and group_lines([]) == []


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_turned_upright(turn: int) -> None:
    matrix = {90: "0 1 -1 0 300 100", 180: "-1 0 0 -1 500 700", 270: "0 -1 1 0 100 700"}[turn]
    content = f"BT /F 12 Tf {matrix} Tm (First line) Tj 0 -20 Td (Second line) Tj ET"
    assert text_of(page_of(content)) == "First line\nSecond line\n"


def test_text_operators() -> None:
    content = "BT /F 10 Tf 14 TL 50 700 Td (a) Tj T* (b) Tj (c) ' 1 0 (d) \" [(e) -200 (f) -2000 (g)] TJ 0 -14 TD (h) Tj ET q 1 0 0 1 0 -100 cm BT /F 10 Tf 50 700 Td (i) Tj ET Q"
    assert text_of(page_of(content)) == "a\nb\nc\ndef  g\nh\ni\n"


def test_forms_within_a_page_and_forms_that_show_themselves() -> None:
    form = stream("BT /F 10 Tf 50 650 Td (inside) Tj ET /X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 4 0 R>>/XObject<</X 6 0 R>>>>")
    assert text_of(page_of("BT /F 10 Tf 50 700 Td (outside) Tj ET /X Do", FONT, "", form)) == "outside\ninside\n"


CMAP = """/CIDInit /ProcSet findresource begin begincmap
1 begincodespacerange <0000> <FFFF> endcodespacerange
2 beginbfchar <0001> <6761> <0002> <D83DDE00> endbfchar
2 beginbfrange <0010> <0012> <4E00> <0020> <0021> [<4E01> <4E8C4E09>] endbfrange endcmap"""


def test_to_unicode_map() -> None:
    assert parse_cmap(CMAP.encode()) == (
        {1: "条", 2: "😀", 0x10: "一", 0x11: "丁", 0x12: "丂", 0x20: "丁", 0x21: "二三"},
        (2,),
    )


@pytest.mark.parametrize("data", [b"", b"beginbfchar <00", b"1 beginbfrange <0000> <FFFFFFFF> <4E00> endbfrange", b"<" * 10_000, b"beginbfrange <> <> [<] endbfrange"])
def test_wrong_maps_do_no_harm(data: bytes) -> None:
    known, lengths = parse_cmap(data)
    assert len(known) <= 100_000 and lengths


@pytest.mark.parametrize(
    ("encoding", "ordering", "shown", "expected"),
    [
        ("/GBK-EUC-H", "GB1", "第一条".encode("gbk"), "第一条"),
        ("/GBKp-EUC-H", "GB1", "2021年".encode("gbk"), "2021年"),
        ("/GBK2K-H", "GB1", "㐀条".encode("gb18030"), "㐀条"),
        ("/UniGB-UCS2-H", "GB1", "第一条".encode("utf-16-be"), "第一条"),
        ("/ETen-B5-H", "CNS1", "第一條".encode("big5"), "第一條"),
        ("/Identity-H", "GB1", bytes.fromhex("03ac03ad"), "啊阿"),
        ("/Identity-H", "Identity", bytes.fromhex("0041"), "\ufffd"),
    ],
)
def test_fonts_without_a_map_of_their_own(encoding: str, ordering: str, shown: bytes, expected: str) -> None:
    font = read_font(
        {"/Subtype": "/Type0", "/Encoding": encoding, "/DescendantFonts": [{"/CIDSystemInfo": {"/Ordering": ordering}, "/DW": 1000}]}
    )
    assert "".join(text for text, _, _ in font.decode(shown)) == expected


def test_fonts_with_named_glyphs() -> None:
    font = read_font({"/Subtype": "/Type1", "/Encoding": {"/Differences": [65, "/uni6761", "/comma", "/g12"]}, "/FirstChar": 65, "/Widths": [1000, 250]})
    assert [(text, width) for text, width, _ in font.decode(b"ABC")] == [("条", 1000.0), (",", 250.0), ("C", 500.0)]


def test_encrypted() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    locked = pdf([PAGE], encrypt=StandardEncryption("geheim", "chef", strength=128))
    with pytest.raises(UnreadableFile, match="PDF 已加密，请去掉密码后再加入"):
        text_of(locked)
    assert "加强值守" in text_of(pdf([PAGE], encrypt=StandardEncryption("", "chef", strength=128)))


def test_pages_without_text_are_told() -> None:
    image = stream("\x00", "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8")
    with pytest.raises(UnreadableFile, match="没有文字层"):
        text_of(page_of("/X Do", FONT, "", image))
    blank = {"blocks": [], "unknown": 0}
    pages = [{"page": 1, "blocks": [["一、甲"]], "unknown": 0, "picture": False}, {"page": 2, "picture": True, **blank}, {"page": 3, "picture": True, **blank}]
    pages.append({"page": 4, "picture": False, **blank})
    assert pdf_reader._notes(Answer((*pages, {"done": True}), "done"), pages, None) == ["第 2—3 页没有文字层（是图片），未读"]


@pytest.mark.parametrize(("end", "reason"), [("silent", "读取超时（某一页长时间没有结果），只读到第 1 页"), ("late", "读取超过时间上限，只读到第 1 页"), ("died", "读取进程中断（内存超过上限或文件已损坏），只读到第 1 页")])
def test_what_was_read_before_the_end_counts(monkeypatch: pytest.MonkeyPatch, end: str, reason: str) -> None:
    monkeypatch.setattr(pdf_reader, "ask", lambda *_: Answer(({"page": 1, "blocks": [["一、甲"]], "unknown": 0, "picture": False},), end))
    text, _, notes = read(b"", "甲.pdf")
    assert text == "一、甲\n" and [n.reason for n in notes] == [reason]
    monkeypatch.setattr(pdf_reader, "ask", lambda *_: Answer((), end))
    with pytest.raises(UnreadableFile):
        read(b"", "甲.pdf")


def self_parent() -> bytes:
    return raw_pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")


def object_stream_within_itself() -> bytes:
    return page_of("BT /F 10 Tf 50 700 Td (x) Tj ET").replace(b"4 0 obj\n<<", b"4 0 obj\n4 0 R <<")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n",
        b"%PDF-1.7\n" + bytes(5000),
        self_parent(),
        object_stream_within_itself(),
        page_of("BT /F 10 Tf (x) Tj ET")[:-200],
        page_of("BT /F 10 Tf 50 700 Td (x) Tj ET").replace(b"startxref\n", b"startxref\n99999"),
        page_of("q " * 200_000 + "BT /F 10 Tf 50 700 Td (x) Tj ET"),
        page_of("BT /F 1e308 Tf 1e308 0 0 1e308 1e308 1e308 Tm (x) Tj ET"),
        page_of("BT /F 10 Tf (x) Tj", "<</Type/Font/Subtype/Type0/DescendantFonts[4 0 R]/Encoding 4 0 R/ToUnicode 4 0 R>>"),
        raw_pdf(*PAGES, LEAF.format(""), FONT, "[5 0 R 5 0 R]"),
        raw_pdf("<</Type/Catalog/Pages " + "[" * 3000 + "]" * 3000 + ">>"),
    ],
)
def test_hostile_files_are_refused_or_read(data: bytes) -> None:
    try:
        text, _, _ = read(data, "甲.pdf")
    except UnreadableFile as error:
        assert error.message and not re.search("Traceback", error.message)
    else:
        assert text


def test_a_bomb_of_deflated_zeros() -> None:
    packed = zlib.compress(b"BT /F 10 Tf 50 700 Td (x) Tj ET " * 5_000_000, 1)
    head = raw_pdf(*PAGES, LEAF.format(""), FONT, "@")
    body = f"<</Length {len(packed)}/Filter/FlateDecode>>\nstream\n".encode() + packed + b"\nendstream"
    try:
        text, _, notes = read(head.replace(b"@", body), "甲.pdf")
    except UnreadableFile as error:
        assert error.message
    else:
        assert text and notes


def test_too_many_pages_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = LEAF.format("")
    data = raw_pdf("<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{'3 0 R ' * 10_000}]/Count 10000>>", leaf, FONT, stream("BT /F 10 Tf 50 700 Td (x) Tj ET"))
    text, _, notes = read(data, "甲.pdf")
    assert text.count("x") == 3000
    assert "页数多于 3000，其后未读" in [n.reason for n in notes]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no clock that interrupts")
def test_a_page_that_takes_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[dict[str, object]] = []
    limits = {**settings("limits"), "pdf": {**settings("limits")["pdf"], "page_seconds": 0.02, "slow_pages": 2}}
    monkeypatch.setattr(pdf_worker, "say", lambda **message: said.append(message))
    monkeypatch.setattr(pdf_worker, "settings", lambda _: limits)
    whole = pdf_worker.read_page

    def spin() -> None:
        while True:
            pass

    def endless_on(*numbers: int) -> None:
        seen = itertools.count(1)
        monkeypatch.setattr(pdf_worker, "read_page", lambda page: spin() if next(seen) in numbers else whole(page))

    endless_on(2)
    pdf_worker.work(pdf([["一、甲"], ["二、乙"], ["三、丙"]]))
    assert [(m.get("page"), m.get("note")) for m in said] == [(1, None), (None, "第 2 页过于复杂，未读"), (3, None), (None, None)]
    said.clear()
    endless_on(1, 2)
    pdf_worker.work(pdf([["一、甲"], ["二、乙"], ["三、丙"]]))
    assert [m.get("note") for m in said] == ["第 1 页过于复杂，未读", "第 2 页过于复杂，未读，其后也未读", None]


def test_children_that_are_silent_or_late_or_say_nonsense() -> None:
    assert ask("tests.quiet_child", b"", 1.0, 30) == Answer(({"page": 1},), "silent")
    assert ask("tests.quiet_child", b"", 30, 1.0) == Answer(({"page": 1},), "late")
    assert ask("this", b"", 30, 30) == Answer((), "died")
    assert ask("kb.no_such_module", b"", 30, 30) == Answer((), "died")


def test_the_folder_that_one_stands_in_lends_no_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "加强值守" in text_of(pdf([PAGE]))
