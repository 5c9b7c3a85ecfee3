"""An index filled in a second process is the same; a process that breaks down leaves its work to the first."""

import os
from pathlib import Path
from typing import Any

import pytest

from index import library
from index.keeping import beside
from index.library import Library

TEXT = "某县人民政府关于加强渡口管理的通知\n\n各乡镇人民政府：\n\n一、落实责任。由县交通运输局牵头，县应急局配合。\n\n二、加强检查。每季度检查一次渡口。\n"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="这个系统没有 fork")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "通知.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def found(home: Path) -> list[str]:
    opened = Library(home)
    try:
        return [hit["id"] for hit in opened.search("渡口 检查")["hits"]]
    finally:
        opened.close()


def test_filled_beside_as_here(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = library.build([source], tmp_path / "here")
    monkeypatch.setattr(beside, "BESIDE_FROM", 1)
    calls = tmp_path / "calls"
    calls.mkdir()
    fill = beside.fill_index

    def told(*given: Any) -> int:
        (calls / str(os.getpid())).touch()
        return fill(*given)

    monkeypatch.setattr(beside, "fill_index", told)
    there = library.build([source], tmp_path / "there")
    assert [p.name for p in calls.iterdir()] != [str(os.getpid())], "another process filled it"
    assert there["counts"] == here["counts"]
    assert list(there["stages"]) == list(here["stages"]) == ["parse", "link", "save", "verify", "index"]
    assert found(tmp_path / "there") == found(tmp_path / "here") != []


def test_a_process_that_breaks_down(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parent, fill = os.getpid(), beside.fill_index

    def fail(folder: Path, *rest: Any) -> int:
        if os.getpid() != parent:
            folder.mkdir()
            (folder / "half").touch()
            os._exit(9)
        return fill(folder, *rest)

    monkeypatch.setattr(beside, "fill_index", fail)
    monkeypatch.setattr(beside, "BESIDE_FROM", 1)
    library.build([source], tmp_path / "kb")
    assert found(tmp_path / "kb")
    assert not list((tmp_path / "kb").rglob("half"))


def test_the_process_ends_with_a_build_that_fails(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from multiprocessing import active_children

    def forever(*_: Any) -> int:
        import time

        if os.getpid() == parent:
            raise AssertionError("not here")
        while True:
            time.sleep(1)

    def fail(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    parent = os.getpid()
    monkeypatch.setattr(beside, "BESIDE_FROM", 1)
    monkeypatch.setattr(beside, "fill_index", forever)
    monkeypatch.setattr("kb.saving.save", fail)
    with pytest.raises(Exception, match="磁盘已满"):
        library.build([source], tmp_path / "kb")
    assert not active_children()
    assert not (tmp_path / "kb").exists()
