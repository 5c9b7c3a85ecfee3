"""What is said to a user who typed something that cannot be answered: what is wrong, what there is, what to type instead."""

import json
import shlex
from pathlib import Path

import pytest

from cli.demo import next_steps
from cli.main import run
from index.library import Library

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("hints") / "kb"
    assert run(["build", str(ROOT / "corpus"), "--data", str(ROOT / "corpus" / "data"), "--kb", str(home), "--quiet"]) == 0
    return str(home)


def output(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(list(args))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_demo_ends_with_commands_that_can_be_typed(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    steps = next_steps(".venv/bin/policykb", kb, [["search", "老年助餐", "--limit", "3"], ["tasks", "民政局"]])
    typed = [shlex.split(line) for line in steps if line.startswith("  .venv")]
    assert typed[0][1:] == ["search", "老年助餐", "--kb", kb] and typed[1][1:] == ["build", "文件夹"]
    assert output(capsys, *typed[0][1:])[0] == 0


def test_adding_where_there_was_nothing_says_that_a_new_one_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, home = str(ROOT / "corpus" / "06-省工作要点.txt"), str(tmp_path / "kb")
    code, out, _ = output(capsys, "add", file, "--kb", home)
    assert code == 0 and out.startswith(f"{home} 原来没有知识库，已新建一个")
    code, out, _ = output(capsys, "add", file, "--kb", home)
    assert code == 0 and "新建" not in out
    assert "made" not in json.loads(output(capsys, "add", file, "--kb", home, "--json")[1])


def test_gaps_with_the_levels_reversed_are_refused(kb: str, capsys: pytest.CaptureFixture[str]) -> None:
    library = Library(Path(kb))
    high = next(d for d in library.documents() if d["level"] == "national" and d["genre"] == "意见")
    low = next(d for d in library.documents() if d["level"] == "provincial" and d["genre"] == "实施意见")
    library.close()
    code, out, err = output(capsys, "gaps", high["id"], "--under", low["id"], "--kb", kb)
    assert code == 2 and not out and f"policykb gaps {low['id']} --under {high['id']}" in err
    assert output(capsys, "gaps", low["id"], "--under", high["id"], "--kb", kb)[0] == 0
