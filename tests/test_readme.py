"""README names every command, its commands run as printed, and what it says of files is so."""

import re
import shlex
from pathlib import Path

import pytest

from cli.main import COMMANDS, run

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\$ policykb (.+)$", TEXT, re.M)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("readme") / "kb"
    assert run(["build", str(ROOT / "corpus"), "--data", str(ROOT / "corpus" / "data"), "--kb", str(home), "--quiet"]) == 0
    return str(home)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_shown(command: str) -> None:
    assert any(line.split()[0] == command for line in SHOWN)


@pytest.mark.parametrize("line", [s for s in SHOWN if s.split()[0] not in ("build", "add", "remove", "backup", "restore")])
def test_commands_run_as_printed(line: str, kb: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = run([*shlex.split(line), "--kb", kb])
    said = capsys.readouterr()
    block = TEXT.split(f"$ policykb {line}\n")[1].split("\n$ policykb")[0].split("```")[0].strip("\n").split("\n")
    assert code in (0, 1), said.err
    first = block[0].rstrip("…")
    assert first[:20] in said.out + said.err, "README shows something else: run make readme"


def test_files_that_are_named_exist() -> None:
    for name in re.findall(r"`((?:kb|index|tests|docs|bench|corpus)/[\w./*-]+)`", TEXT):
        assert list(ROOT.glob(name.rstrip("/"))), name
