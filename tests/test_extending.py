"""An index that follows another one finds what one made anew finds; it is made anew where too much changes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from index import changes, extending
from index.library import Library, add, build, remove
from kb.errors import UsageError
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
    """Whether each change since extended the index, which it may do however much there is of it."""
    seen = watched(monkeypatch)
    monkeypatch.setattr(extending, "SHARE", 0)
    monkeypatch.setattr(extending, "STALE", 1)
    return seen


def watched(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    seen: list[bool] = []
    original = extending.extend
    monkeypatch.setattr(changes, "extend", lambda *given: seen.append(original(*given)) or seen[-1])
    return seen


def answers(home: Path) -> list[Any]:
    """What is found for each query: total, expansions and facets, hits without their scores in any order, all with their scores."""
    opened = Library(home)
    try:
        out: list[Any] = []
        for query in QUERIES:
            for options in ({"limit": 1000, "facets": True}, {"limit": 1000, "exact": True}):
                try:
                    out.append(opened.search(query, **options))
                except UsageError as error:
                    out.append(str(error))
        return out
    finally:
        opened.close()


def unscored(found: list[Any]) -> list[Any]:
    """The same without scores and order, of which an index with entries taken out may know a little more or less."""
    return [f if isinstance(f, str) else {**f, "hits": sorted(({**h, "score": 0} for h in f["hits"]), key=lambda h: h["id"])} for f in found]


def late(files: Path) -> list[Path]:
    return [path for path in sorted(files.iterdir()) if path.name.startswith(LATE)]


def test_what_came_later_is_found_as_in_a_fresh_index(files: Path, tmp_path: Path, extended: list[bool]) -> None:
    some = tmp_path / "some"
    shutil.copytree(files, some)
    for path in late(some):
        path.unlink()
    home = tmp_path / "kb"
    build([some], home)
    for path in late(files):
        shutil.copy(path, some / path.name)
        add([some], home)
    build([some], tmp_path / "fresh")
    assert extended == [True] * len(late(files)) and len(extended) > 1
    assert unscored(answers(home)) == unscored(answers(tmp_path / "fresh"))


def test_without_new_words_the_scores_are_the_same_too(files: Path, tmp_path: Path, extended: list[bool]) -> None:
    some = tmp_path / "some"
    shutil.copytree(files, some)
    build([some], tmp_path / "kb")
    for name in ("00-同文.txt", "99-同文.txt"):
        shutil.copy(late(files)[0], some / name)
        add([some], tmp_path / "kb")
        build([some], tmp_path / "fresh")
        assert answers(tmp_path / "kb") == answers(tmp_path / "fresh")
    assert extended == [True, True]


def test_what_changed_and_what_left(files: Path, tmp_path: Path, extended: list[bool]) -> None:
    some = tmp_path / "some"
    shutil.copytree(files, some)
    home = tmp_path / "kb"
    build([some], home)
    first, second = late(some)
    first.write_text(first.read_text(encoding="utf-8") + "\n附注：本件另行公布。\n", encoding="utf-8")
    add([some], home)
    second.unlink()
    remove([second.name], home)
    build([some], tmp_path / "fresh")
    assert extended == [True, True]
    assert unscored(answers(home)) == unscored(answers(tmp_path / "fresh"))
    shutil.copy(files / second.name, second)
    add([some], home)
    build([some], tmp_path / "fresh")
    assert unscored(answers(home)) == unscored(answers(tmp_path / "fresh"))
    opened = Library(home)
    try:
        assert opened.check()["verified"]
        assert opened.ask("养老服务由哪个单位牵头")["question"]
    finally:
        opened.close()


def test_a_random_history(files: Path, tmp_path: Path, extended: list[bool]) -> None:
    rng = random.Random(4)
    some, home = tmp_path / "some", tmp_path / "kb"
    shutil.copytree(files, some)
    build([some], home)
    for _ in range(8):
        path = rng.choice(sorted(files.iterdir()))
        if (some / path.name).exists():
            (some / path.name).unlink()
            remove([path.name], home)
        else:
            shutil.copy(path, some / path.name)
            add([some], home)
    build([some], tmp_path / "fresh")
    assert unscored(answers(home)) == unscored(answers(tmp_path / "fresh"))
    assert any(extended)


def test_much_at_once_makes_it_anew(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = sorted(files.iterdir())
    build([first], tmp_path / "kb")
    seen = watched(monkeypatch)
    add(rest, tmp_path / "kb")
    remove([first.name], tmp_path / "kb")
    assert seen == [False, False]
