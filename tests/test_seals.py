"""A seal notices every change to a sealed file, and its own."""

import os
from pathlib import Path

import pytest

from index.keeping.seals import SEAL, broken, seal
from tests.soak.files import replaced


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index").mkdir()
    (tmp_path / "store").write_bytes(b"records" * 100)
    (tmp_path / "index" / "words").write_bytes(b"words" * 100)
    (tmp_path / "in-use").write_bytes(b"")
    seal(tmp_path, ("in-use",))
    return tmp_path


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[50] ^= 4
    replaced(path, bytes(data))


def test_untouched_files_are_whole(folder: Path) -> None:
    (folder / "in-use").write_bytes(b"changes without harm")
    assert broken(folder) == [] and broken(folder, thorough=True) == []


def test_the_same_bytes_with_a_new_time_are_whole(folder: Path) -> None:
    os.utime(folder / "store", (1, 1))
    assert broken(folder) == []


@pytest.mark.parametrize("harm", [Path.unlink, flip, lambda p: replaced(p, b""), lambda p: replaced(p, p.read_bytes() + b"x")])
@pytest.mark.parametrize("name", ["store", "index/words"])
def test_harm_is_named(folder: Path, name: str, harm) -> None:
    harm(folder / name)
    assert broken(folder) == [name]
    assert broken(folder, "index/") == ([name] if name.startswith("index") else [])


def test_a_flip_that_leaves_no_trace_is_found_by_reading(folder: Path) -> None:
    stat = (folder / "store").stat()
    flip(folder / "store")
    os.utime(folder / "store", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert broken(folder) == [] and broken(folder, thorough=True) == ["store"]


@pytest.mark.parametrize("harm", [Path.unlink, flip, lambda p: replaced(p, b"{}")])
def test_without_a_sound_seal_nothing_is_said(folder: Path, harm) -> None:
    harm(folder / SEAL)
    assert broken(folder) is None
