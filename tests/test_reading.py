"""Finding files below folders, and reading one by its ending and first bytes."""

import hashlib
import os
from pathlib import Path

import pytest
from support_files import docx, p, zipped

from kb.errors import UnreadableFile, UsageError
from kb.model import Problem
from kb.reading import find_files, printable, read_file
from kb.tables import settings

TEXT = "一、总体要求\n（一）指导思想。\n"


def put(path: Path, content: str | bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names(sources: list[Path]) -> list[str]:
    return [name for _, name in find_files(sources)[0]]


def test_files_of_a_folder_sorted_with_names_below_it(tmp_path: Path) -> None:
    for name in ("省/意见.docx", "省/附件/清单.MD", "县/方案.txt", "公报.htm", "图.png", ".隐藏.txt", ".git/配置.txt", "~$意见.docx"):
        put(tmp_path / "文件" / name)
    found, problems = find_files([tmp_path / "文件"])
    assert [n for _, n in found] == sorted(["公报.htm", "县/方案.txt", "省/意见.docx", "省/附件/清单.MD"])
    assert all(path.is_absolute() and path.is_file() for path, _ in found)
    assert problems == [Problem("图.png", "不认识的格式“.png”；能读 txt、md、html、docx、pdf")]


@pytest.mark.parametrize(
    ("ending", "what"),
    [(".doc", "旧版 Word 文档，请另存为 docx"), (".wps", "WPS 文字文档"), (".ofd", "OFD 版式文档"), (".zip", "压缩包，请先解压"), ("", "文件名没有后缀")],
)
def test_why_a_file_is_left_out(tmp_path: Path, ending: str, what: str) -> None:
    put(tmp_path / f"文件{ending}")
    assert find_files([tmp_path])[1][0].reason.startswith(what)


def test_files_and_folders_in_one_call_give_each_file_once(tmp_path: Path) -> None:
    one = put(tmp_path / "甲" / "意见.txt")
    assert names([tmp_path / "甲", one, tmp_path / "甲"]) == ["意见.txt"]


def test_the_order_of_sources_does_not_matter(tmp_path: Path) -> None:
    for name in ("甲/意见.txt", "甲/通知.txt", "乙/意见.txt", "乙/方案.txt"):
        put(tmp_path / name)
    expected = sorted(["甲/意见.txt", "乙/意见.txt", "通知.txt", "方案.txt"])
    assert names([tmp_path / "甲", tmp_path / "乙"]) == names([tmp_path / "乙", tmp_path / "甲"]) == expected


def test_same_names_in_folders_of_the_same_name(tmp_path: Path) -> None:
    for name in ("省/文件/意见.txt", "市/文件/意见.txt"):
        put(tmp_path / name)
    assert names([tmp_path / "省" / "文件", tmp_path / "市" / "文件"]) == sorted(["省/文件/意见.txt", "市/文件/意见.txt"])


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有这个文件或文件夹"):
        find_files([tmp_path / "没有"])


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no symbolic links")
def test_symbolic_links(tmp_path: Path) -> None:
    secret = put(tmp_path / "外" / "机密.txt")
    real = put(tmp_path / "内" / "意见.txt")
    (tmp_path / "内" / "子").mkdir()
    for link, target in (("出.txt", secret), ("出夹", secret.parent), ("同.txt", real), ("断.txt", tmp_path / "无"), ("子/环", tmp_path / "内")):
        (tmp_path / "内" / link).symlink_to(target)
    found, problems = find_files([tmp_path / "内"])
    assert [n for _, n in found] == ["意见.txt"]
    assert {(x.file, x.reason) for x in problems} == {
        ("出.txt", "符号链接指向文件夹之外，未跟随"),
        ("出夹", "符号链接指向文件夹之外，未跟随"),
        ("断.txt", "符号链接所指的文件不存在"),
        ("子/环", "符号链接指向另一文件夹，未跟随"),
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.txt")
    assert find_files([tmp_path]) == ([], [Problem("管道.txt", "不是普通文件，未读")])
    with pytest.raises(UnreadableFile, match="不是普通文件"):
        read_file(tmp_path / "管道.txt", "管道.txt")


def test_a_name_that_is_no_utf8() -> None:
    assert printable(os.fsdecode("意见.txt".encode("gb18030"))) == "意见.txt"
    assert printable(os.fsdecode(b"\xff\xfe.txt")) == "\\xff\\xfe.txt"


def test_folders_below_one_another_without_end(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["层"] * 70)
    put(deep / "意见.txt")
    found, problems = find_files([tmp_path])
    assert found == [] and "套得太深" in problems[0].reason


def test_a_source_keeps_the_text_and_the_digest_of_the_bytes(tmp_path: Path) -> None:
    path = put(tmp_path / "甲.txt", TEXT.encode("gb18030"))
    source = read_file(path, "县/甲.txt")
    assert (source.file, source.format, source.encoding, source.text) == ("县/甲.txt", "txt", "gb18030", TEXT)
    assert source.digest == hashlib.sha256(TEXT.encode("gb18030")).hexdigest()


def test_the_content_decides_when_it_is_plain(tmp_path: Path) -> None:
    assert read_file(put(tmp_path / "甲.txt", docx(p("总体要求"))), "甲.txt").format == "docx"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.txt", b"", "空文件"),
        ("白.txt", b" \n\n\t", "文件里没有文字"),
        ("图.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), "内容是图片（PNG），不是文档"),
        ("旧.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "旧版 Office 文档"),
        ("密.docx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "文件已加密"),
        ("包.txt", zipped({"a.txt": "甲"}), "内容是压缩包"),
        ("假.docx", TEXT.encode(), "不是 docx 文件，或已损坏"),
        ("半.docx", docx(p("总体要求"))[:300], "文件已损坏"),
        ("空.docx", zipped({"a.txt": "甲"}), "不是 docx 文件（压缩包里没有正文）"),
        ("白.docx", docx(p("")), "文档里没有文字"),
        ("假.pdf", TEXT.encode(), "PDF"),
        ("白.html", b"<html><body><script>x</script></body></html>", "网页里没有正文"),
    ],
)
def test_why_a_file_is_unreadable(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_file(put(tmp_path / name, content), name)
    assert caught.value.message.startswith(reason)
    assert caught.value.place == name


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = put(tmp_path / "甲.txt")
    monkeypatch.setattr(os, "open", refuse)  # root may read everything, so the system's answer is played
    with pytest.raises(UnreadableFile, match="没有权限读取"):
        read_file(path, "甲.txt")


def test_a_file_over_the_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as stream:
        stream.truncate(104857601)
    with pytest.raises(UnreadableFile, match="文件大于 100 MB，超过大小上限"):
        read_file(path, "大.txt")


def test_every_limit_is_a_positive_number() -> None:
    limits = settings("limits")
    assert all(isinstance(v, (int, float)) and v > 0 for group in limits.values() for v in group.values())
    assert limits["pdf"]["page_seconds"] < limits["pdf"]["silence"] < limits["pdf"]["seconds"]


def test_security_md_names_the_limits_in_force() -> None:
    limits, told = settings("limits"), (Path(__file__).parent.parent / "SECURITY.md").read_text(encoding="utf-8")
    for value in (limits["file"]["max_bytes"] // 1048576, limits["text"]["max_bytes"] // 1048576, limits["html"]["max_bytes"] // 1048576,
                  limits["zip"]["max_entries"], limits["zip"]["max_ratio"], limits["pdf"]["max_pages"], limits["pdf"]["seconds"]):  # fmt: skip
        assert str(value) in told
