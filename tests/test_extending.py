"""An index to which files came finds what one made anew finds, in the same order; it is made anew where it must be."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import changes, extending
from index.library import Library, add, build
from tests.support_search import ENGINES

pytestmark = pytest.mark.skipif("tantivy" not in ENGINES, reason="没有安装 tantivy，其他引擎总是重建索引")
CORPUS = Path(__file__).parent.parent / "corpus"
QUERIES = ("低保", "养老服务", "“责任单位”", "危房改造 资金", "住建局", "防返贫", "建设标准是多少", "标题:通知", "县* 检查", "第三条", "国办发〔2021〕", "的")
LATE = ("01", "05")  # how the names of the files begin that come later: one before and one between the others


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the sample corpus, and some of it again under other names, so that the new is a small part."""
    folder = tmp_path_factory.mktemp("corpus")
    for path in sorted(CORPUS.glob("*.txt")):
        shutil.copy(path, folder / path.name)
    return folder


@pytest.fixture
def extended(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each change since extended the index."""
    seen: list[bool] = []
    original = extending.extend

    def watch(*given: Any) -> bool:
        seen.append(original(*given))
        return seen[-1]

    monkeypatch.setattr(changes, "extend", watch)
    monkeypatch.setattr(extending, "SHARE", 0)
    return seen


def answers(home: Path) -> list[Any]:
    opened = Library(home)
    try:
        out: list[Any] = []
        for query in QUERIES:
            for options in ({"limit": 30, "facets": True}, {"limit": 5, "offset": 7}, {"exact": True, "limit": 50}):
                try:
                    out.append(opened.search(query, **options))
                except Exception as error:
                    out.append(str(error))
        return [*out, opened.ask("养老服务由哪个单位牵头"), opened.ask("低保标准是多少")]
    finally:
        opened.close()


def late(files: Path) -> list[Path]:
    return [path for path in sorted(files.iterdir()) if path.name.startswith(LATE)]


def test_what_came_later_is_found_as_in_a_fresh_index(files: Path, tmp_path: Path, extended: list[bool]) -> None:
    build([files], tmp_path / "fresh")
    some = tmp_path / "some"
    shutil.copytree(files, some)
    for path in late(some):
        path.unlink()
    home = tmp_path / "kb"
    build([some], home)
    for path in late(files):
        shutil.copy(path, some / path.name)
        add([some], home)
    assert len(extended) == len(late(files)) > 1
    assert answers(home) == answers(tmp_path / "fresh")
    assert any(extended), "new words may cut old entries in another way, but not each time"


def test_a_copy_of_what_is_there_extends(files: Path, tmp_path: Path, extended: list[bool]) -> None:
    some = tmp_path / "some"
    shutil.copytree(files, some)
    build([some], tmp_path / "kb")
    shutil.copy(late(files)[0], some / "00-同文.txt")
    add([some], tmp_path / "kb")
    assert extended == [True]
    build([some], tmp_path / "fresh")
    assert answers(tmp_path / "kb") == answers(tmp_path / "fresh")
    shutil.copy(late(files)[1], some / "99-同文.txt")
    add([some], tmp_path / "kb")
    assert extended == [True, True]
    build([some], tmp_path / "fresh")
    assert answers(tmp_path / "kb") == answers(tmp_path / "fresh")


def longer(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n附注：本件另行公布。\n", encoding="utf-8")


@pytest.mark.parametrize("change", [longer])
def test_a_file_that_changes_makes_it_anew(files: Path, tmp_path: Path, extended: list[bool], change: Callable[[Path], None]) -> None:
    some = tmp_path / "some"
    shutil.copytree(files, some)
    build([some], tmp_path / "kb")
    change(late(some)[0])
    add([some], tmp_path / "kb")
    assert extended == []
    build([some], tmp_path / "fresh")
    assert answers(tmp_path / "kb") == answers(tmp_path / "fresh")


def test_much_at_once_makes_it_anew(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = sorted(files.iterdir())
    build([first], tmp_path / "kb")
    seen: list[bool] = []
    original = extending.extend
    monkeypatch.setattr(changes, "extend", lambda *given: seen.append(original(*given)) or seen[-1])
    add(rest, tmp_path / "kb")
    assert seen == [False]
