"""An index that follows another one finds what one made anew finds; it is made anew where too much changes."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.engines.protocol import Everything
from index.keeping import changes, extending
from index.keeping.generations import current
from index.keeping.seals import broken
from index.library import Library, add, build, remove
from index.matching.ordered import Ordered
from kb.errors import UsageError
from tests.support_search import ENGINES

pytestmark = pytest.mark.skipif("tantivy" not in ENGINES, reason="没有安装 tantivy，其他引擎总是重建索引")
CORPUS = Path(__file__).parent.parent / "corpus"
QUERIES = ("低保", "养老服务", "“责任单位”", "危房改造 资金", "住建局", "防返贫", "建设标准是多少", "标题:通知", "县* 检查", "第三条", "国办发〔2021〕", "的")
CHOSEN = ("01", "02", "05", "06")  # and of the files of the sample corpus that are used
LATE = ("01", "05")  # how the names of the files begin that come later: one before and one between the others


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the sample corpus."""
    folder = tmp_path_factory.mktemp("corpus")
    for path in sorted(CORPUS.glob("*.txt")):
        if path.name.startswith(CHOSEN):
            shutil.copy(path, folder / path.name)
    return folder


@pytest.fixture(scope="module")
def whole(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base of all the files; tests copy it."""
    home = tmp_path_factory.mktemp("whole") / "kb"
    build([files], home)
    return home


@pytest.fixture
def fewer(files: Path, whole: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A folder without the files that come later, and its knowledge base."""
    some = tmp_path / "some"
    shutil.copytree(files, some)
    for path in late(some):
        path.unlink()
    build([some], tmp_path / "kb")
    return some, tmp_path / "kb"


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


def answers(home: Path, queries: Sequence[str] = QUERIES) -> list[Any]:
    """What is found for each query: total, expansions and facets, hits without their scores in any order, all with their scores."""
    opened = Library(home)
    try:
        out: list[Any] = []
        for query in queries:
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


def test_what_came_later_is_found_as_in_a_fresh_index(files: Path, fewer: tuple[Path, Path], whole: Path, extended: list[bool]) -> None:
    some, home = fewer
    for path in late(files):
        shutil.copy(path, some / path.name)
        add([some], home)
    assert extended == [True] * len(late(files)) and len(extended) > 1
    assert unscored(answers(home)) == unscored(answers(whole))
    opened, fresh = Library(home), Library(whole)
    try:
        assert opened.check()["verified"]
        assert opened.ask("养老服务由哪个单位牵头") == fresh.ask("养老服务由哪个单位牵头")
    finally:
        opened.close()
        fresh.close()


def test_without_new_words_the_scores_are_the_same_too(files: Path, whole: Path, tmp_path: Path, extended: list[bool]) -> None:
    some, home = tmp_path / "some", tmp_path / "kb"
    shutil.copytree(files, some)
    shutil.copytree(whole, home)
    for name in ("00-同文.txt", "99-同文.txt"):
        shutil.copy(late(files)[0], some / name)
        add([some], home)
    build([some], tmp_path / "fresh")
    assert answers(home) == answers(tmp_path / "fresh")
    assert extended == [True, True]


ONLY_THERE = "清溪县关于做好河道保洁工作的通知\n\n各乡镇人民政府：\n\n一、开展蓝藻打捞，县打捞站牵头，民证局配合。\n\n二、做好养佬服务。\n"


def test_what_stood_only_in_what_left_is_nowhere(files: Path, whole: Path, tmp_path: Path, extended: list[bool]) -> None:
    """Engines count it still; it would keep forms that differ by one character from being looked for."""
    home = tmp_path / "kb"
    shutil.copytree(whole, home)
    (tmp_path / "另.txt").write_text(ONLY_THERE, encoding="utf-8")
    add([tmp_path / "另.txt"], home)
    remove(["另.txt"], home)
    asked = ("打捞", "养佬", "养佬服务", "民证局", "打捞 养老")
    assert extended == [True, True]
    assert unscored(answers(home, asked)) == unscored(answers(whole, asked))


@pytest.mark.parametrize(("name", "links"), [("texts.bin", True), ("homes.bin", True), ("words.txt", False)])
def test_nothing_is_taken_over_from_a_damaged_index(
    name: str, links: bool, files: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damage that leaves size and time as they were must not be sealed as if it were written so."""
    home, late_one = tmp_path / "kb", tmp_path / "00-同文.txt"
    shutil.copytree(whole, home)
    shutil.copy(late(files)[0], late_one)
    path = current(home) / "index" / name
    stat, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    if not links:
        monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(extending, "SHARE", 0)
    add([late_one], home)
    opened = Library(home)
    try:
        assert opened.check()["verified"]  # what was only linked is found here, and made anew
        sealed = current(home) / "index" / name
        assert opened.search("养老服务", exact=True, limit=1000)["total"] > 0
        assert sealed.read_bytes() != bytes(data)
        assert not broken(current(home), thorough=True)
    finally:
        opened.close()


def refuse(*_: object) -> None:
    raise OSError("no links here")


def test_what_changed_and_what_left(files: Path, whole: Path, tmp_path: Path, extended: list[bool]) -> None:
    some, home = tmp_path / "some", tmp_path / "kb"
    shutil.copytree(files, some)
    shutil.copytree(whole, home)
    first, second = late(some)
    first.write_text(first.read_text(encoding="utf-8") + "\n附注：本件另行公布。\n", encoding="utf-8")
    add([some], home)
    second.unlink()
    remove([second.name], home)
    build([some], tmp_path / "fresh")
    assert extended == [True, True]
    assert unscored(answers(home)) == unscored(answers(tmp_path / "fresh"))


def test_a_random_history(files: Path, whole: Path, tmp_path: Path, extended: list[bool]) -> None:
    rng = random.Random(4)
    home, held = tmp_path / "kb", {path.name for path in files.iterdir()}
    shutil.copytree(whole, home)
    for _ in range(3):
        path = rng.choice(sorted(files.iterdir()))
        if path.name in held and len(held) > 1:
            remove([path.name], home)
        else:
            add([path], home)
        held ^= {path.name}
    for path in sorted(files.iterdir()):
        if path.name not in held:
            add([path], home)
    assert unscored(answers(home)) == unscored(answers(whole))
    assert any(extended)


def test_equal_ones_at_the_end_are_those_first_in_the_store() -> None:
    class Engine:
        count = 400
        frequency = total = close = match = first = None

        def best(self, tree: Any, terms: Any, limit: int) -> tuple[list[tuple[int, float]], int]:
            return [(n, 2.0 if n < 3 else 1.0) for n in range(400)][:limit], 400

        rank = best

    places = range(400, 0, -1)
    found = Ordered(Engine(), lambda: places)  # type: ignore[arg-type]
    assert found.best(Everything(), [], 5) == ([(2, 2.0), (1, 2.0), (0, 2.0), (399, 1.0), (398, 1.0)], 400)
    assert found.rank(Everything(), [], 2) == [(2, 2.0), (1, 2.0)]
    assert len(found.best(Everything(), [], 1000)[0]) == 400


def test_much_at_once_makes_it_anew(files: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(whole, tmp_path / "kb")
    seen = watched(monkeypatch)
    shutil.copy(late(files)[1], tmp_path / "又.txt")
    add([tmp_path / "又.txt"], tmp_path / "kb")
    assert extending.SHARE and seen == [False]
    remove([late(files)[0].name], tmp_path / "kb")
    assert extending.STALE and seen == [False, False]
