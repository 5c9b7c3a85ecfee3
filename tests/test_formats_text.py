"""Plain text and Markdown: encodings in strict order, nothing changed, what is no text refused."""

import random
import tomllib
from pathlib import Path

import pytest

from kb.errors import UnreadableFile
from kb.formats import markdown, text
from kb.formats.decoding import decode

CASES = tomllib.loads((Path(__file__).parent / "cases" / "markdown.toml").read_text(encoding="utf-8"))["case"]
SIMPLIFIED = "关于加强城乡低保工作的通知\n\n一、总体要求\n（一）做到应保尽保，到2025年覆盖率达到95%以上。\n"
TRADITIONAL = "關於加強社區養老服務工作的通知\n\n一、辦理程序\n（一）各縣市政府應於收到通知後十日內辦理，並將結果報備。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("sample", [SIMPLIFIED, TRADITIONAL, SIMPLIFIED.replace("\n", "\r\n"), "通知", "第三章　附则"])
def test_every_encoding_gives_the_same_text(encoding: str, sample: str) -> None:
    assert text.read(sample.encode(encoding), "甲.txt")[0] == sample


def test_big5() -> None:
    assert decode(TRADITIONAL.encode("big5"), "甲.txt")[:2] == (TRADITIONAL, "big5")


def test_traditional_text_in_gb18030_is_not_taken_for_big5() -> None:
    assert decode(TRADITIONAL.encode("gb18030"), "甲.txt")[:2] == (TRADITIONAL, "gb18030")


def test_list_of_rare_names_in_gb18030() -> None:
    names = "王建国 李秀英 赵敏 徐超 郭涛 罗琳 马骏 何俊\n" * 3
    assert decode(names.encode("gb18030"), "甲.txt").text == names


def test_chance_utf8() -> None:
    assert "通知".encode("gb18030").decode("utf-8") != "通知"  # these four bytes are valid UTF-8 as well
    assert decode("通知".encode("gb18030"), "甲.txt").encoding == "gb18030"
    assert decode("Règlement général: é à ü\n".encode(), "甲.txt").encoding == "utf-8"


def test_a_broken_character_is_marked_and_told_and_the_encoding_stays() -> None:
    data = bytearray((SIMPLIFIED * 30).encode())
    data[70] = 0xFF
    found = decode(bytes(data), "甲.txt")
    assert found.encoding == "utf-8"
    assert found.text.count("\ufffd") == 3  # the rest of the character does not fit either
    assert "处字节不合 UTF-8 编码（首处在第 4 行）" in found.notes[0].reason


def test_a_file_cut_within_a_character() -> None:
    found = decode((SIMPLIFIED * 5).encode()[:-2], "甲.txt")
    assert found.text.startswith(SIMPLIFIED) and found.notes


def test_control_characters_stay_and_are_told() -> None:
    found = decode("一、总\x00体要求\x08\n二、任务\n".encode(), "甲.txt")
    assert found.text == "一、总\x00体要求\x08\n二、任务\n"
    assert found.notes[0].reason.startswith("有 2 个控制字符（首个在第 1 行）")


def test_line_ends_of_old_machines() -> None:
    assert decode("一、总体要求\r二、任务\r".encode(), "甲.txt").text == "一、总体要求\n二、任务\n"
    assert decode("一、总体要求\r\n二、任务\r\n".encode(), "甲.txt").text == "一、总体要求\r\n二、任务\r\n"


def test_lone_surrogates_never_come_out() -> None:
    data = b"\xff\xfe" + (SIMPLIFIED * 40).encode("utf-16-le") + b"\x00\xd8" + "完".encode("utf-16-le")
    found = decode(data, "甲.txt")
    assert not any("\ud800" <= c <= "\udfff" for c in found.text) and found.notes


@pytest.mark.parametrize("seed", range(8))
def test_random_bytes_are_no_text(seed: int) -> None:
    with pytest.raises(UnreadableFile, match="不是文本文件"):
        decode(random.Random(seed).randbytes(5000), "甲.txt")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_markdown(case: dict) -> None:  # type: ignore[type-arg]
    found, encoding, notes = markdown.read(case["markup"].encode(), "甲.md")
    assert (found, encoding) == (case["text"], "utf-8")
    assert [n.reason for n in notes] == case.get("notes", [])
