"""Modules import only from those above them: the list of layers is data, and this checks every import against it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A name stands for the module and, where it is a package, all in it. Earlier never imports later.
LAYERS = (ROOT / "tests" / "layers.txt").read_text(encoding="utf-8").split()
THIRD_PARTY = {
    "jieba": {"index.words"}, "rjieba": {"index.words"}, "whoosh": {"index.engines.whoosh", "index.engines.whoosh_fields", "index.engines.whoosh_load"}, "tantivy": {"index.engines.tantivy"},
    "bs4": {"kb.formats.html", "kb.formats.html_body", "kb.formats.html_tree"},
    "pypdf": {"kb.formats.pdf_worker", "kb.formats.pdf_page"},
    "networkx": {"kb.graph", "kb.drawing"}, "openpyxl": {"kb.export"}, "click": {"cli"},
}  # fmt: skip
MODULES = sorted(p for folder in ("kb", "index", "cli") for p in (ROOT / folder).rglob("*.py"))

PACKAGES = {".".join(p.parent.relative_to(ROOT).parts) for p in MODULES}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rank(name: str) -> int:
    """The place of a module in the list: its own, or that of the package listed for it."""
    while name:
        if name in LAYERS:
            return LAYERS.index(name)
        name = name.rpartition(".")[0]
    return -1


def imports(path: Path) -> list[tuple[int, str]]:
    out = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            out.append((node.lineno, node.module or ""))
            out += [(node.lineno, f"{node.module}.{a.name}") for a in node.names if node.module in PACKAGES]
        elif isinstance(node, ast.Import):
            out += [(node.lineno, a.name) for a in node.names]
    return out


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    name = name_of(path)
    if path.name == "__init__.py":
        assert not [m for _, m in imports(path) if m != "__future__"], "an __init__ holds a docstring only"
        return
    assert rank(name) >= 0, f"{name} is not in tests/layers.txt"
    for line, module in imports(path):
        top = module.partition(".")[0]
        if top in ("kb", "index", "cli"):
            same_package = rank(module) == rank(name) and LAYERS[rank(name)] != name  # the layer is a package of several modules
            assert rank(module) < rank(name) or same_package or rank(module) == -1, f"{path}:{line} imports {module}"
        for package, users in THIRD_PARTY.items():
            if top == package:
                assert any(name == u or name.startswith(u + ".") for u in users), f"{path}:{line} imports {package}"


def test_the_check_sees_a_wrong_import(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from kb.pipeline import combine\nimport cli.main\n", encoding="utf-8")
    found = [m for _, m in imports(wrong)]
    assert "kb.pipeline" in found and "cli.main" in found
    assert rank("kb.pipeline") > rank("kb.model")
