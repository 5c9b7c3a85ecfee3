"""Without any compiled part, and on odd consoles: the same bytes, the same answers in the same order."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.soak.files import write

ROOT = Path(__file__).parent.parent
PURE = {"POLICYKB_PURE": "1", "PYTHONPATH": str(ROOT / "tests" / "pure")}
QUESTIONS = "助餐点建设由哪些单位负责\n适老化改造\n县民政局负责哪些任务\n覆盖率达到多少\n"


def policykb(*arguments: str, more: dict[str, str] | None = None) -> bytes:
    """What a command prints in a process of its own; it must end well."""
    kept = {k: v for k, v in os.environ.items() if k not in ("POLICYKB_PURE", "PYTHONPATH", "PYTHONIOENCODING", "LANG", "LC_ALL")}
    done = subprocess.run([sys.executable, "-m", "cli", *arguments], capture_output=True, check=False, cwd=ROOT, env={**kept, **(more or {})})
    assert done.returncode in (0, 1), done.stderr.decode("utf-8", "replace")
    return done.stdout


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same files built with what is installed and without compiled parts."""
    folder = tmp_path_factory.mktemp("pure")
    write(folder / "files", 6, 3)
    (folder / "q.txt").write_text(QUESTIONS, encoding="utf-8")
    for name, more in (("fast", {}), ("pure", PURE)):
        said = policykb("build", str(folder / "files"), "--kb", str(folder / name), "--json", more=more)
        assert (b'"whoosh"' in said) >= (name == "pure")
    return {"fast": folder / "fast", "pure": folder / "pure", "questions": folder / "q.txt"}


def test_exports_are_the_same_bytes(two: dict[str, Path], tmp_path: Path) -> None:
    for name, more in (("fast", {}), ("pure", PURE)):
        policykb("export", str(tmp_path / name), "--kb", str(two[name]), more=more)
    files = sorted(p.name for p in (tmp_path / "fast").iterdir())
    assert files and all((tmp_path / "fast" / f).read_bytes() == (tmp_path / "pure" / f).read_bytes() for f in files)


@pytest.mark.parametrize("command", ["search", "ask"])
def test_answers_are_the_same(two: dict[str, Path], command: str) -> None:
    said = [policykb(command, "--batch", str(two["questions"]), "--kb", str(two[n]), more=more) for n, more in (("fast", {}), ("pure", PURE))]
    fast, pure = ([json.loads(line) for line in text.splitlines()] for text in said)
    assert len(fast) == 4 and [without_scores(r) for r in fast] == [without_scores(r) for r in pure]
    scores = [[hit.get("score", 0.0) for row in rows for hit in row.get("hits", ())] for rows in (fast, pure)]
    assert all(abs(a - b) < 0.001 for a, b in zip(*scores, strict=True))


def without_scores(row: dict[str, Any]) -> dict[str, Any]:
    """An answer but for the scores, whose last digit depends on how an engine rounds."""
    return row | {"hits": [{k: v for k, v in hit.items() if k != "score"} for hit in row.get("hits", ())]}


def test_a_knowledge_base_made_with_compiled_parts_opens_without_them(two: dict[str, Path], tmp_path: Path) -> None:
    import shutil

    shutil.copytree(two["fast"], tmp_path / "kb")
    said = policykb("search", "适老化改造", "--json", "--kb", str(tmp_path / "kb"), more=PURE)
    there = policykb("search", "适老化改造", "--json", "--kb", str(two["pure"]), more=PURE)
    assert [h["id"] for h in json.loads(said)["hits"]] == [h["id"] for h in json.loads(there)["hits"]]


@pytest.mark.parametrize(
    ("more", "encoding"),
    [({"LANG": "C", "LC_ALL": "C"}, "utf-8"), ({"PYTHONIOENCODING": "gbk"}, "gbk"), ({"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, "ascii")],
)
def test_odd_consoles_get_their_text(two: dict[str, Path], more: dict[str, str], encoding: str) -> None:
    said = policykb("docs", "--kb", str(two["fast"]), more=more).decode(encoding)
    assert said.count("\n") >= 6 and ("通知" in said) == (encoding != "ascii")
    assert policykb("docs", "--json", "--kb", str(two["fast"]), more=more).decode("utf-8").count("通知") >= 6
