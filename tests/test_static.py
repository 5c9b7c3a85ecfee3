"""What no module of the program may do: run what it reads, call a shell, open a socket, unpack archives unseen, drop bytes.

The check reads the source as a tree, so that comments and names alike do not matter; every rule is tried on a bad line.
"""

import ast
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for folder in ("kb", "index", "cli") for path in (ROOT / folder).rglob("*.py"))

RUNS_DATA = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "code", "codeop", "runpy", "cPickle", "dbm"}
NETWORK = {"socket", "socketserver", "ssl", "http", "ftplib", "smtplib", "telnetlib", "xmlrpc", "requests", "httpx", "aiohttp", "urllib3", "asyncio", "webbrowser"}
NETWORK_PARTS = {"urllib.request", "urllib.error", "multiprocessing.connection", "multiprocessing.managers"}
UNGUARDED_XML = {"xml.sax", "xml.dom", "xml.dom.minidom", "xml.dom.pulldom", "lxml"}
BUILTINS = {"eval", "exec", "compile", "__import__", "input", "breakpoint"}
SHELL = {"system", "popen", "getoutput", "getstatusoutput", "spawnl", "spawnv", "execv", "execl", "execvp", "startfile"}
XML_PARSERS = {"parse", "fromstring", "iterparse", "XML", "XMLParser", "XMLPullParser"}
# The modules that may do what others may not, and what that is.
MAY = {
    ("kb/formats/child.py", "subprocess"), ("kb/formats/zip_guard.py", "zipfile"), ("kb/export.py", "zipfile"),
    ("kb/frozen.py", "exec"),  # like dataclasses and namedtuple it compiles what makes a value, from the names of a class's attributes
    ("kb/store.py", "marshal"),  # it only writes, for a digest
    ("index/engines/whoosh_load.py", "pickle"),  # it is what keeps whoosh's pickles from running anything
}  # fmt: skip


def faults(tree: ast.AST, file: str) -> Iterator[str]:
    """What is wrong in a module, with its line."""
    for node in ast.walk(tree):
        for what in fault(node, file):
            yield f"{file}:{getattr(node, 'lineno', 0)}: {what}"


def fault(node: ast.AST, file: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from forbidden_import(alias.name, file)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield from forbidden_import(node.module or "", file)
        for alias in node.names:
            if f"{node.module}.{alias.name}" in NETWORK_PARTS | UNGUARDED_XML:
                yield f"import of {node.module}.{alias.name}"
            if node.module == "os" and alias.name in SHELL:
                yield f"call of a shell: os.{alias.name}"
    elif isinstance(node, ast.Call):
        yield from forbidden_call(node, file)


def forbidden_import(module: str, file: str) -> Iterator[str]:
    top = module.partition(".")[0]
    if (top in RUNS_DATA and (file, top) not in MAY) or top in NETWORK or module in NETWORK_PARTS or any(module == x or module.startswith(x + ".") for x in UNGUARDED_XML):
        yield f"import of {module}"
    if top in ("subprocess", "zipfile", "tarfile", "ctypes") and (file, top) not in MAY:
        yield f"import of {module} outside of the modules that guard it"


def forbidden_call(node: ast.Call, file: str) -> Iterator[str]:
    called = node.func
    if isinstance(called, ast.Name) and called.id in BUILTINS and (file, called.id) not in MAY:
        yield f"call of {called.id}"
    if isinstance(called, ast.Attribute):
        owner = called.value.id if isinstance(called.value, ast.Name) else ""
        if owner in ("os", "subprocess") and called.attr in SHELL:
            yield f"call of a shell: {owner}.{called.attr}"
        if called.attr in ("extractall", "extract") and owner != "re":
            yield "an archive unpacked to disk"
        if owner in ("ElementTree", "ET", "etree") and called.attr in XML_PARSERS:
            yield "XML read without the guard against entities"
        if called.attr == "mktemp":
            yield "a temporary name that another may take"
    for keyword in node.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg == "shell" and value is not False:
            yield "shell=True"
        if keyword.arg == "errors" and value == "ignore":
            yield 'bytes dropped by errors="ignore"'
    if isinstance(called, ast.Attribute) and called.attr in ("decode", "encode") and any(isinstance(a, ast.Constant) and a.value == "ignore" for a in node.args):
        yield 'bytes dropped by "ignore"'


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(faults(tree, path.relative_to(ROOT).as_posix())) == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from marshal import loads", "import shelve", "import socket", "from http.client import HTTPConnection",
        "import urllib.request", "from urllib import request", "import subprocess", "import tarfile", "import zipfile", "from os import system",
        "import xml.dom.minidom", "from xml.dom import minidom", "import xml.sax", "eval('1')", "exec(text)", "compile(text, '', 'exec')", "__import__('os')",
        "os.system('ls')", "os.popen('ls')", "subprocess.run('ls', shell=True)", "subprocess.run('ls', shell=flag)", "subprocess.getoutput('ls')",
        "data.decode('utf-8', errors='ignore')", "data.decode('utf-8', 'ignore')", "open(p, errors='ignore')", "archive.extractall(p)",
        "ElementTree.parse(p)", "ET.fromstring(x)", "tempfile.mktemp()", "import ctypes",
    ],
)  # fmt: skip
def test_each_rule_finds_a_bad_line(line: str) -> None:
    assert list(faults(ast.parse(line), "kb/example.py"))


@pytest.mark.parametrize("line", ["re.compile('a')", "import urllib.parse", "from xml.parsers import expat", "data.decode('utf-8')", "import importlib", "subprocess.Popen(['a'], shell=False)"])
def test_what_is_allowed_passes(line: str) -> None:
    assert list(faults(ast.parse(line), "kb/example.py")) == []


def test_the_network_fixture_blocks(no_network: None) -> None:
    with pytest.raises(Exception, match="socket"):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with pytest.raises(Exception, match="example"):
        socket.create_connection(("example.invalid", 80))


def test_reading_opens_no_socket(no_network: None, tmp_path: Path) -> None:
    import support_files as make

    from kb.reading import find_files, read_file

    page = '<img src="http://example.invalid/a.png"><link href="http://example.invalid/a.css"><p>一、甲。</p>'
    for name, content in {"a.txt": "一、甲".encode(), "b.md": "# 甲".encode(), "c.html": page.encode(), "d.docx": make.docx(make.p("甲"))}.items():
        (tmp_path / name).write_bytes(content)
    assert [read_file(path, name).format for path, name in find_files([tmp_path])[0]] == ["txt", "md", "html", "docx"]
