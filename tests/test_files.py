"""Files that the user asked for are put in place whole or not at all, and never in the place of what is no file."""

import os
from pathlib import Path

import pytest

from index.library import build
from kb.files import put_in_place
from tests.soak.files import write


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "台账").write_bytes(b"old")
    (tmp_path / "台账.new").write_bytes(b"another file of mine")
    with put_in_place(tmp_path / "台账") as beside:
        beside.write_bytes(b"new")
    assert (tmp_path / "台账").read_bytes() == b"new" and (tmp_path / "台账.new").read_bytes() == b"another file of mine"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "台账").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), put_in_place(tmp_path / "台账") as beside:
        beside.write_bytes(b"half")
        raise KeyboardInterrupt
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


def test_names_of_any_length(tmp_path: Path) -> None:
    with put_in_place(tmp_path / ("长" * 80)) as beside:
        beside.write_bytes(b"x")
    assert (tmp_path / ("长" * 80)).is_file()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write(folder / "files", 1, 5)
    build([folder / "files"], folder / "kb")
    return folder / "kb"


@pytest.mark.parametrize("command", [["backup", "{}"], ["graph", "--out", "{}"], ["tasks", "县民政局", "--xlsx", "{}"], ["export", "{}"]], ids=lambda c: c[0])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda p: Path(p).symlink_to("/dev/null")], ids=["pipe", "folder", "device"])
def test_what_is_no_file_is_never_replaced(home: Path, tmp_path: Path, command: list[str], make, capsys: pytest.CaptureFixture[str]) -> None:
    """`policykb backup /dev/null`, called by an administrator, once put a file in the place of the device."""
    from cli.main import run

    place = tmp_path / "there"
    make(str(place))
    before = place.lstat()
    code = run([part.format(place) for part in command] + ["--kb", str(home)])
    said = capsys.readouterr().err
    after = place.lstat()
    assert (before.st_mode, before.st_ino) == (after.st_mode, after.st_ino) and [p.name for p in tmp_path.iterdir()] == ["there"]
    if command[0] != "export" or not place.is_dir():
        assert code == 2 and said.startswith("错误：") and said.count("\n") == 1 and "写不进" in said
