"""Files and folders → sources.

`find_files` walks what the user named, in an order that does not depend on the machine; `read_file` reads one file by
its ending and its first bytes. What cannot be read becomes a Problem or an UnreadableFile with a reason in Chinese; it
never stops the rest.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from kb.errors import UnreadableFile, UsageError
from kb.model import Problem, Source
from kb.tables import settings

ENDINGS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
}
READABLE = "能读 txt、md、html、docx、pdf"
MODULES = {"txt": "text", "md": "markdown", "html": "html", "docx": "docx", "pdf": "pdf"}
ADVICE = {
    ".doc": "旧版 Word 文档，请另存为 docx",
    ".wps": "WPS 文字文档，请另存为 docx",
    ".rtf": "RTF 文档，请另存为 docx",
    ".ofd": "OFD 版式文档，请另存为 pdf 或 docx",
    ".xls": "电子表格，请另存为 docx 或 txt",
    ".xlsx": "电子表格，请另存为 docx 或 txt",
    ".et": "电子表格，请另存为 docx 或 txt",
    ".zip": "压缩包，请先解压",
    ".rar": "压缩包，请先解压",
    ".7z": "压缩包，请先解压",
}

Reader = Callable[[bytes, str], tuple[str, str, tuple[Problem, ...]]]


def find_files(sources: Sequence[Path]) -> tuple[list[tuple[Path, str]], list[Problem]]:
    """The readable files under `sources`, sorted by name, and what was left out with the reason.

    A name is the path below the folder that was given, with `/`; two files that would have the same name are told
    apart by their folders' names. Hidden files and knowledge bases are passed over silently; symbolic links that lead out of the folder,
    unknown endings and folders without permission become problems. Raises UsageError for a path that does not exist.
    `find_files([Path("文件")])` for 文件/省/意见.docx gives `([(/…/文件/省/意见.docx, "省/意见.docx")], [])`.
    """
    found: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    for source in sources:
        path = Path(os.path.abspath(source))  # noqa: PTH100 (Path.resolve would follow the links)
        if path.is_dir():
            _walk(path, found, problems)
        elif path.exists():
            _take(path, path.name, found, problems)
        else:
            raise UsageError("没有这个文件或文件夹", str(source), "请检查路径")
    named = _distinct(_once(found))
    limit = settings("limits")["file"]["max_files"]
    if len(named) > limit:
        raise UsageError(f"文件多于 {limit} 个", "", "请分批加入")
    return named, sorted(problems, key=lambda p: (p.file, p.reason))


def _walk(root: Path, found: list[tuple[Path, str]], problems: list[Problem]) -> None:
    """All files below `root`; without recursion, so that depth is no danger."""
    real_root = os.path.realpath(root)
    max_depth = settings("limits")["file"]["max_depth"]
    waiting = [(root, "", 0)]
    while waiting:
        folder, prefix, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError as error:
            problems.append(Problem(prefix or printable(root.name), _why(error)))
            continue
        if is_knowledge_base([entry.name for entry in entries]):
            continue
        for entry in entries:
            name = prefix + printable(entry.name)
            if is_hidden(entry.name):
                continue
            if entry.is_symlink():
                reason = _link_problem(entry.path, real_root)
                if reason:
                    problems.append(Problem(name, reason))
                    continue
            if entry.is_dir():
                if depth >= max_depth:
                    problems.append(Problem(name, f"文件夹套得太深（多于 {max_depth} 层），未读"))
                else:
                    waiting.append((Path(entry.path), name + "/", depth + 1))
            else:
                _take(Path(entry.path), name, found, problems)


def _link_problem(path: str, real_root: str) -> str | None:
    """Why a symbolic link is not followed; None for a link to a file within the folder."""
    try:
        target = os.path.realpath(path, strict=True)
    except OSError:
        return "符号链接所指的文件不存在"
    if os.path.commonpath([target, real_root]) != real_root:
        return "符号链接指向文件夹之外，未跟随"
    if Path(target).is_dir():
        return "符号链接指向另一文件夹，未跟随"
    return None


def _take(path: Path, name: str, found: list[tuple[Path, str]], problems: list[Problem]) -> None:
    ending = path.suffix.lower()
    try:
        mode = path.stat().st_mode
    except OSError as error:
        problems.append(Problem(name, _why(error)))
        return
    if not stat.S_ISREG(mode):
        problems.append(Problem(name, "不是普通文件，未读"))
    elif ending in ENDINGS:
        found.append((path, printable(name)))
    else:
        what = ADVICE.get(ending) or (f"不认识的格式“{printable(ending)}”" if ending else "文件名没有后缀，不知是何格式")
        problems.append(Problem(printable(name), f"{what}；{READABLE}"))


def _once(found: list[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """Each file once, though it was named twice or a link leads to it; the file itself goes before a link to it."""
    chosen: dict[str, tuple[Path, str]] = {}
    for path, name in sorted(found, key=lambda item: (item[0].is_symlink(), item[1], str(item[0]))):
        chosen.setdefault(os.path.realpath(path), (path, name))
    return list(chosen.values())


def _distinct(found: list[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """The files sorted by name, where several share a name each with as many of its folders' names as tell them apart."""
    names = [name for _, name in found]
    roots = [_folders_above(path, name) for path, name in found]
    for level in range(1, max((len(r) for r in roots), default=0) + 1):
        taken: dict[str, int] = {}
        for name in names:
            taken[name] = taken.get(name, 0) + 1
        if all(count == 1 for count in taken.values()):
            break
        for i, name in enumerate(names):
            if taken[name] > 1 and level <= len(roots[i]):
                names[i] = f"{roots[i][-level]}/{name}"
    return sorted(((path, name) for (path, _), name in zip(found, names, strict=True)), key=lambda item: item[1])


def _folders_above(path: Path, name: str) -> list[str]:
    """The names of the folders above the part of `path` that `name` stands for."""
    parts = [printable(part) for part in path.parts[1:]]
    return parts[: len(parts) - len(name.split("/"))]


def is_hidden(name: str) -> bool:
    """Whether a file of this name is passed over: hidden, or left behind by an office program or the system."""
    return name.startswith((".", "~$")) or name in ("__MACOSX", "Thumbs.db", "desktop.ini")


def is_knowledge_base(names: Sequence[str]) -> bool:
    """Whether a folder of these names is a knowledge base: its word lists and tables are no documents.

    `is_knowledge_base(["current", "state-0123456789ab"])` is true.
    """
    states = [name for name in names if name.startswith("state-") and len(name) == 18 and name[6:].isalnum()]
    return bool(states) and set(names) <= {*states, "current", "current.new", "lock"}


def printable(name: str) -> str:
    """A file name as text: bytes of a name that is no UTF-8 are read as GB18030, else written as \\xNN."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raw = os.fsencode(name)
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode("utf-8", errors="backslashreplace")
    return name


def read_file(path: Path, file: str) -> Source:
    """The source of one file, named `file` in all places that point into it.

    The format follows the ending, unless the first bytes are those of another known format (a pdf named .txt is read
    as pdf). `Source.notes` says what of it could not be read. Raises UnreadableFile with the reason in Chinese: empty,
    too large, no permission, encrypted, damaged, of a format that is not known.
    `read_file(Path("/家/意见.txt"), "意见.txt").format` is "txt".
    """
    data = _load(path, file)
    kind = sniff(data, ENDINGS.get(path.suffix.lower(), ""), file)
    text, encoding, notes = _reader(kind)(data, file)
    if not text.strip():
        raise UnreadableFile("文件里没有文字（只有空白），请核对是不是拿错了文件，或重新保存", file)
    limit = settings("limits")["file"]["max_chars"]
    if len(text) > limit:
        raise UnreadableFile(f"文字多于 {limit} 字，超过上限，请拆成几个文件", file)
    return Source(file, kind, encoding, text, hashlib.sha256(data).hexdigest(), notes)


def _load(path: Path, file: str) -> bytes:
    limit = settings("limits")["file"]["max_bytes"]
    try:
        # O_NONBLOCK: a pipe put in the place of a file must not hang us.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                raise UnreadableFile("不是普通文件", file)
            data = stream.read(min(state.st_size, limit) + 1)  # room for limit + 1 bytes would be made at a cost
            if len(data) > state.st_size:  # it has grown meanwhile
                data += stream.read(max(0, limit + 1 - len(data)))
    except OSError as error:
        raise UnreadableFile(_why(error), file) from error
    if len(data) > limit:
        raise UnreadableFile(f"文件大于 {limit // 1048576} MB，超过大小上限，请拆成几个文件", file)
    if not data:
        raise UnreadableFile("空文件（0 字节），请重新取得或另存这个文件", file)
    return data


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "没有权限读取"
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    return f"读取失败（{error.strerror or type(error).__name__}）"


def sniff(data: bytes, kind: str, file: str) -> str:
    """The format of `data`: `kind`, as the ending says, or what its first bytes say beyond doubt."""
    magic = settings("encodings")["magic"]
    head = data[:1024].lstrip(b"\x00\t\n\r\x0c ")
    for found in ("pdf", "zip", "ole"):
        if any(head.startswith(bytes.fromhex(mark)) for mark in magic[found]):
            return _container(found, kind, data, file)
    for mark, what in magic["other"]:
        if data.startswith(bytes.fromhex(mark)):
            raise UnreadableFile(f"内容是{what}，不是文档", file)
    if kind == "docx":
        raise UnreadableFile("不是 docx 文件，或已损坏，请用 Word 或 WPS 打开后另存为 docx", file)
    if not kind:
        raise UnreadableFile(f"不认识的格式，{READABLE}", file)
    return kind


def _container(found: str, kind: str, data: bytes, file: str) -> str:
    if found == "pdf":
        return "pdf"
    if found == "zip":
        if kind == "docx" or b"word/document.xml" in data:
            return "docx"
        raise UnreadableFile("内容是压缩包，不是文档，请先解压", file)
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00" in data:
        raise UnreadableFile("文件已加密，请去掉密码后再加入", file)
    raise UnreadableFile("旧版 Office 文档（doc、xls、wps），请另存为 docx", file)


def _reader(kind: str) -> Reader:
    """The reader of a format, imported when it is first needed: most commands read no file."""
    module = importlib.import_module("kb.formats." + MODULES[kind])
    reader: Reader = module.read
    return reader
