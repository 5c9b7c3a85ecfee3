"""What documents and file names contain never drives the terminal, the browser or the spreadsheet; nothing opens a socket."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from cli.main import run
from kb.export import cell, safe_cell, workbook

MARKUP = [
    "<script>alert(1)</script>", "\"><script>alert(1)</script>", "'><img src=x onerror=alert(1)>", "</svg><script>1</script>", "<svg onload=alert(1)>",
    "]]>", "<![CDATA[x]]>", "<!--", "-->", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY y 'z'>]>&y;", "&amp;", "&#x0;", "&#60;", "&lt;b&gt;", "&", "<", ">", '"', "'",
    "</text>", "</data></node>", "<data key='d0'>", "javascript:alert(1)", "data:text/html,<b>", "\" onmouseover=\"alert(1)", "`${1}`", "{{7*7}}", "\\\"];", "\\",
    "\\N", "\\l", "label=\"x\"]", "\"];\n\"a\" -> \"b", "<B>b</B>", "url(x)", "@import 'x'", "expression(alert(1))", "<style>*{}</style>", "<a xlink:href='x'>",
]  # fmt: skip
CONTROL = [
    "\x1b[31m", "\x1b]0;title\x07", "\x1b[2J", "\x1bP$q\x1b\\", "\x1b[6n", "\x9b31m", "\x9d0;x\x9c", "\x07", "\x08\x08\x08", "\x0b",
    "\x7f", "\x85", "\u202e", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\ufeff", "\x0e\x0f", "\U000e0041", "\ufff9", "\x1b(0", "\x1bc",
]  # fmt: skip
PAYLOADS = [*MARKUP, *CONTROL]
COMMANDS = [
    ["docs"], ["search", "总则"], ["search", "总则", "--json"], ["check"], ["check", "--json"], ["units"], ["tasks", "县民政局"], ["tasks", "县民政局", "--json"],
    ["targets"], ["indicators"], ["ask", "助餐由哪个单位负责"], ["ask", "助餐由哪个单位负责", "--json"], ["graph", "--format", "json"],
    ["graph", "--format", "svg"], ["graph", "--format", "dot"], ["graph", "--format", "graphml"], ["search", "\x1b[31m总则"], ["show", "\x1b[2J\u202e"],
]  # fmt: skip

ROOT = Path(__file__).parent.parent
PADDING = "各单位要把这项工作列入年度计划，逐级压实责任，按季度通报进展，并在年底前完成全部任务。" * 12  # too many control characters make a file no text


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Documents with every payload in title, heading, text, unit list and file name."""
    folder = tmp_path_factory.mktemp("output")
    files = folder / "files"
    files.mkdir()
    for number, group in enumerate(PAYLOADS[at : at + 4] for at in range(0, len(PAYLOADS), 4)):
        name = "".join(group).replace("/", "").replace("\x00", "").replace("\n", "")
        lines = [f"关于做好{group[0]}第{number}批工作的通知", "", "各单位：", ""]
        for mark, payload in zip("一二三四", group, strict=True):
            lines += [f"{mark}、总则{payload}工作", "", PADDING, "", f"（一）开展助餐{payload}服务，到2025年覆盖率达到50%{payload}以上。（责任单位：县民政局、县{payload}局）", ""]
        (files / f"{number}{name[:60]}.txt").write_text("\n".join(lines), encoding="utf-8", errors="replace")
    assert run(["build", str(files), "--kb", str(folder / "kb"), "--quiet"]) == 0
    return str(folder / "kb")


def obeyed(text: str) -> list[str]:
    """The characters of a text that a terminal might obey."""
    return sorted({hex(ord(c)) for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t"})


def test_there_are_sixty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 60


def test_building_says_nothing_a_terminal_obeys(kb: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "坏\x1b[31m\u202e名\x9b.txt").write_text("\x00\x01\x02\x03", encoding="utf-8")
    (tmp_path / "好.txt").write_text("关于示例的通知\n\n一、总则。\n", encoding="utf-8")
    assert run(["build", str(tmp_path), "--kb", str(tmp_path / ".kb")]) == 0
    said = capfd.readouterr()
    assert "名" in said.out and not obeyed(said.out + said.err)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_says_what_a_terminal_obeys(kb: str, command: list[str], capfdbinary: pytest.CaptureFixture[bytes], no_network: None) -> None:
    assert run([*command, "--kb", kb]) in (0, 1, 2)
    said = capfdbinary.readouterr()
    assert said.out + said.err
    assert not obeyed((said.out + said.err).decode("utf-8"))


@pytest.mark.parametrize("form", ["svg", "graphml"])
def test_pictures_and_graphs_are_sound_xml_without_script(kb: str, form: str, tmp_path: Path, no_network: None) -> None:
    assert run(["graph", "--format", form, "--out", str(tmp_path / "g"), "--kb", kb]) == 0
    tree = ET.fromstring((tmp_path / "g").read_bytes())
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    allowed = {"svg": {"svg", "g", "path", "rect", "text", "title", "tspan", "line", "circle", "defs", "marker", "polygon", "desc", "style", "ellipse"},
               "graphml": {"graphml", "key", "graph", "node", "edge", "data"}}  # fmt: skip
    assert tags <= allowed[form], tags - allowed[form]
    for element in tree.iter():
        assert not [name for name in element.attrib if name.lower().startswith("on") or name.endswith("href")]
    text = "".join(tree.itertext())
    assert form == "svg" or "&#60;" in text, "the payload is there, as text"


def test_dot_has_balanced_quotes(kb: str, tmp_path: Path) -> None:
    assert run(["graph", "--format", "dot", "--out", str(tmp_path / "g"), "--kb", kb]) == 0
    line = re.compile(r'(?:[^"\\]|"(?:[^"\\]|\\.)*")*')
    for text in (tmp_path / "g").read_text(encoding="utf-8").splitlines():
        assert line.fullmatch(text), text


def test_json_graph_and_exports_are_sound(kb: str, tmp_path: Path, no_network: None) -> None:
    assert run(["graph", "--format", "json", "--out", str(tmp_path / "g"), "--kb", kb]) == 0
    assert json.loads((tmp_path / "g").read_text(encoding="utf-8"))["nodes"]
    for form in ("jsonl", "csv", "xlsx"):
        assert run(["export", str(tmp_path / form), "--format", form, "--kb", kb]) == 0
    rows = [json.loads(line) for line in (tmp_path / "jsonl" / "clauses.jsonl").read_text(encoding="utf-8").splitlines()]
    assert any("\x1b[31m" in row["text"] for row in rows), "data is kept as it is; only what is shown is plain"
    for path in (tmp_path / "csv").glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            assert not [c for c in row if c.lstrip()[:1] in tuple("=+-@") or obeyed(c)]


CELLS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", " =1", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0", "\r=1", "\n=1", "'=1"]


@pytest.mark.parametrize("text", CELLS)
def test_cells_stay_text(text: str) -> None:
    from openpyxl import load_workbook

    assert safe_cell(text).lstrip()[:1] not in tuple("=+-@＝＋－＠") and not safe_cell(text).startswith("\t")
    sheet = load_workbook(io.BytesIO(workbook({"表": [{"甲": text}]}))).active
    found = sheet["A2"]
    assert found.data_type in ("s", "inlineStr") and found.value == text.replace("\r", "")


@pytest.mark.parametrize("payload", CONTROL)
def test_control_characters_leave_cells(payload: str) -> None:
    assert not obeyed(cell(f"前{payload}后")) and cell(f"前{payload}后").startswith("前") and cell(f"前{payload}后").endswith("后")


@pytest.mark.parametrize(("character", "count"), [("字", 32_001), ("𠀀", 16_001)])
def test_a_cut_cell_says_so_and_fits(character: str, count: int) -> None:
    text = cell(character * count)
    assert f"本格共 {count} 字，未全部列出" in text and len(text.encode("utf-16-le")) // 2 <= 32_767
    assert cell(character * (count - 1)) == character * (count - 1)


def test_characters_that_mean_something_in_xlsx_stay_themselves() -> None:
    data = workbook({"表": [{"甲": "_x0041_"}]})
    assert b"_x0041_" not in b"".join(_parts(data)) or b"_x005F_x0041_" in b"".join(_parts(data))


def _parts(data: bytes) -> list[bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return [book.read(name) for name in book.namelist()]


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1"])
def test_a_console_that_cannot_show_a_character_is_no_error(kb: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr("sys.stdout", shown)
    assert run(["docs", "--kb", kb]) == 0
    shown.flush()
    said = shown.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    assert "2" in said and ("通知" in said) == (encoding == "gbk")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [["docs"], ["targets", "--json"], ["--help"]])
def test_output_that_cannot_be_written_is_one_line(kb: str, command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "cli", *command, *(["--kb", kb] if command != ["--help"] else [])], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr.decode().count("\n")) == (3, 1)
    assert "结果没有写完" in done.stderr.decode()


def test_a_reader_that_goes_away_is_no_error(kb: str) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run([sys.executable, "-m", "cli", "docs", "--kb", kb], stdout=write, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_registered_for_the_end_happens(tmp_path: Path) -> None:
    mark = tmp_path / "ended"
    code = f"import atexit, pathlib; from cli.main import main; atexit.register(pathlib.Path({str(mark)!r}).touch); main(['--help'])"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, check=False)
    assert (done.returncode, mark.exists()) == (0, True)
    assert "policykb" in done.stdout.decode()
