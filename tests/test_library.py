"""Changing a knowledge base: what comes out is what a fresh build would give, or nothing changes; damage is repaired or said."""

import contextlib
import errno
import gzip
import json
import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support_search import ENGINES

from index import opening
from index.engines import tantivy
from index.keeping import states
from index.keeping.generations import LOCK, POINTER, PREFIX, current
from index.keeping.seals import broken
from index.library import Library, add, backup, build, remove, restore
from kb.errors import DataError, KnowledgeBaseError, PolicyError, UsageError
from kb.model import Records
from tests.soak import changes, damage
from tests.soak.files import replaced, write

OWN = Path(__file__).parent.parent / "corpus" / "data"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files and their knowledge base, for copying."""
    folder = tmp_path_factory.mktemp("library")
    write(folder / "文件 一" / "省", 3, 5)
    build([folder / "文件 一"], folder / "库 一")
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "副本")
    return tmp_path / "副本" / "库 一"


def records(home: Path) -> Records:
    return changes.records(home)


def test_a_random_history_equals_a_fresh_build(tmp_path: Path) -> None:
    assert changes.order(tmp_path, 4, steps=3)


def test_what_a_removed_file_knew_of_a_unit_goes_with_it(tmp_path: Path) -> None:
    head = "关于示例工作的通知\n\n各单位：\n\n一、安排\n\n（一）修整水渠。（责任单位：县水利局、{}）\n"
    for name, unit in (("a.txt", "各乡镇人民政府"), ("b.txt", "各乡（镇）人民政府、各镇（乡）人民政府")):
        (tmp_path / name).write_text(head.format(unit), encoding="utf-8")
    build([tmp_path / "a.txt"], tmp_path / "fresh")
    build([tmp_path / "a.txt", tmp_path / "b.txt"], tmp_path / "kb")
    remove(["b.txt"], tmp_path / "kb")
    assert records(tmp_path / "kb") == records(tmp_path / "fresh")


def test_a_knowledge_base_among_its_sources_is_not_read(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "文件 一", tmp_path / "files")
    home = tmp_path / "files" / "库"
    first = build([tmp_path / "files"], home)
    again = build([tmp_path / "files"], home)
    assert first["counts"] == again["counts"] and again["problems"] == []
    (home / POINTER).unlink()  # what a first build leaves that was killed
    assert build([tmp_path / "files"], home)["counts"] == first["counts"]


def test_the_same_file_again_writes_nothing(home: Path) -> None:
    before = current(home)
    report = add([home.parent / "文件 一"], home)
    assert current(home) == before and report["counts"]["files"] == 3


def test_a_file_of_a_folder_is_known_by_its_place(home: Path) -> None:
    path = home.parent / "文件 一" / "省" / "001.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("覆盖率", "完成率"), encoding="utf-8")
    add([path], home)
    build([home.parent / "文件 一"], home.parent / "fresh")
    assert records(home) == records(home.parent / "fresh")


def test_another_program_parses_what_is_kept_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = current(home)
    monkeypatch.setattr("index.library.made_by", lambda: "another")
    monkeypatch.setattr(states, "made_by", lambda: "another")
    add([home.parent / "文件 一" / "省" / "001.txt"], home)
    assert current(home) != before


def test_files_of_one_name_in_several_folders_stay_apart(made: Path, home: Path, tmp_path: Path) -> None:
    """A file given by its folder is not taken for another that is given too, or that a third would be taken for."""
    folder = tmp_path / "文件"
    shutil.copytree(made / "文件 一", folder)
    shutil.copy(folder / "省" / "002.txt", folder / "001.txt")
    build([folder], home)
    for number, part in enumerate(("市", "县"), 2):
        (folder / part).mkdir()
        shutil.copy(folder / "省" / f"00{number}.txt", folder / part / "001.txt")
    add([folder], home)
    build([folder], tmp_path / "fresh")
    assert records(home) == records(tmp_path / "fresh")
    (folder / "001.txt").unlink()
    remove(["001.txt"], home)
    add([folder / "市" / "001.txt"], home)
    assert [f for f, _ in Library(home).store.files()] == [f for f, _ in Library(tmp_path / "fresh").store.files() if f != "001.txt"]


def test_a_store_changed_behind_its_seal_is_not_read(home: Path) -> None:
    """Before an addition reads anything from a store whose size and time are as sealed it is compared with its checksum."""
    path = current(home) / "store.sqlite"
    stat = path.stat()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE clauses SET text = text || '某' WHERE seq = (SELECT min(seq) FROM clauses)")
        connection.commit()
    assert path.stat().st_size == stat.st_size
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    before = current(home)
    with pytest.raises(KnowledgeBaseError, match="损坏"):
        remove(["省/001.txt"], home)
    assert current(home) == before


def test_an_unknown_file_is_said_to_be_a_file(home: Path) -> None:
    with pytest.raises(UsageError, match="这个文件"):
        remove(["无此.txt"], home)
    with pytest.raises(UsageError, match="没有“无此办法”这份文档"):
        remove(["无此办法"], home)


def test_the_last_file_stays(home: Path) -> None:
    with pytest.raises(UsageError, match="空"):
        remove([f"省/00{n}.txt" for n in (1, 2, 3)], home)
    assert len(records(home).sources) == 3 and not (home / LOCK).exists()


SAVES = ("kb.saving.save", "index.keeping.changes.amend")  # of a build, of a change
FILLS = ("index.keeping.beside.fill_index", "index.build.fill_index", "index.keeping.extending.Filler")


@pytest.mark.parametrize(
    ("places", "error", "said"),
    [
        (SAVES, OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"),
        (SAVES, sqlite3.OperationalError("database or disk is full"), "磁盘已满"),
        (FILLS, ValueError("An IO error occurred: 'No space left on device (os error 28)'"), "磁盘已满"),
        (FILLS, OSError(errno.EDQUOT, "quota"), "配额"),
        (("index.keeping.states.seal", "index.keeping.changes.seal"), OSError(errno.EROFS, "read-only"), "只读"),
        (("index.keeping.generations._sync",), OSError(errno.EIO, "input/output"), "写入知识库失败"),
        (("index.keeping.generations._point",), PermissionError(errno.EACCES, "denied"), "没有权限"),
    ],
)
def test_a_failed_write_leaves_the_old_state(home: Path, places: tuple[str, ...], error: Exception, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    before = records(home)
    for place in places:
        monkeypatch.setattr(place, fail)
    write(home.parent / "more", 1, 9)
    for change in (lambda: build([home.parent / "more"], home), lambda: add([home.parent / "more"], home), lambda: remove(["省/001.txt"], home)):
        with pytest.raises(PolicyError, match=said) as caught:
            change()
        assert "\n" not in str(caught.value) and "没有改动" in str(caught.value)
    assert records(home) == before and len(list(home.glob(f"{PREFIX}*"))) == 1 and not (home / LOCK).exists()
    with pytest.raises(PolicyError, match=said):
        build([home.parent / "more"], home.parent / "first")
    assert not (home.parent / "first").exists()


def test_an_interrupted_change_leaves_the_old_state(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    before = records(home)
    monkeypatch.setattr("index.build.fill_index", interrupt)
    with pytest.raises(KeyboardInterrupt):
        remove(["省/001.txt"], home)
    assert records(home) == before and not (home / LOCK).exists() and len(list(home.glob(f"{PREFIX}*"))) == 1


def flip(path: Path, seed: int = 1) -> None:
    data = bytearray(path.read_bytes())
    source = random.Random(seed)
    for _ in range(8):
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    replaced(path, bytes(data))


def derived(home: Path) -> list[Path]:
    return sorted(p for p in (current(home) / "index").rglob("*") if p.is_file())


@pytest.mark.parametrize("harm", [Path.unlink, lambda p: replaced(p, b""), flip])
def test_a_damaged_index_is_made_anew_once(home: Path, harm: Any) -> None:
    library = Library(home)
    right = library.search("助餐", limit=5)
    library.close()
    harm(max(derived(home), key=lambda p: p.stat().st_size))
    for _ in range(2):
        library = Library(home)
        assert library.search("助餐", limit=5) == right
        stamp = (current(home) / "seal.json").stat().st_mtime_ns if _ else None
        library.close()
        if stamp is not None:
            assert (current(home) / "seal.json").stat().st_mtime_ns == stamp


def hand(home: Path, aside: Path) -> dict[Path, bytes]:
    """Another name for every file of the state that counts, through which it is seen as a process sees it that has it mapped."""
    aside.mkdir()
    files = sorted(p for p in current(home).rglob("*") if p.is_file() and p.name not in states.KEEP and p.suffix != ".lock")
    names = [aside / str(number) for number in range(len(files))]
    for path, name in zip(files, names, strict=True):
        os.link(path, name)
    return {name: name.read_bytes() for name in names}


@pytest.mark.skipif(not hasattr(os, "link"), reason="这个系统没有硬链接")
@pytest.mark.parametrize("engine", ENGINES)
def test_no_file_that_may_be_mapped_is_written_in_place(home: Path, engine: str) -> None:
    """Who has a file mapped is ended by the system when it becomes shorter: repairs and changes make new files."""
    build([home.parent / "文件 一"], home, engine=engine, data=OWN)
    own = current(home) / states.OWN_FOLDER / "regions.csv"
    turns: list[Callable[[], object]] = [
        lambda: flip(max(derived(home), key=lambda p: p.stat().st_size)),
        lambda: flip(own),
        lambda: (current(home) / "seal.json").unlink(),
        lambda: [flip(p) for p in derived(home) if p.parent.name == "engine" and p.stat().st_size > 99],
        lambda: [(current(home) / "index" / "index.json").unlink(), states.seal(current(home), states.KEEP)],
        lambda: add([home.parent / "文件 一" / "省" / "001.txt"], home),
        lambda: backup(home, home.parent / "backup"),
        lambda: restore(home.parent / "backup", home),
        lambda: build([home.parent / "文件 一"], home, data=OWN),
    ]
    for number, turn in enumerate(turns):
        seen = hand(home, home.parent / f"seen {number}")
        turn()
        library = Library(home)
        library.search("助餐", limit=5)
        library.check()
        library.close()
        assert {name: name.read_bytes() for name in seen} == seen, number


def test_an_index_of_an_engine_that_is_not_here_is_made_anew_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build([home.parent / "文件 一"], home, engine="tantivy" if tantivy.installed() else "whoosh")
    library = Library(home)
    right = [hit["id"] for hit in library.search("助餐", limit=5)["hits"]]
    library.close()
    stamp = current(home) / "index" / "index.json"
    stamp.write_text(stamp.read_text(encoding="utf-8").replace("tantivy", "another").replace("whoosh", "another"), encoding="utf-8")
    states.seal(current(home), states.KEEP)
    made: list[Any] = []
    make = opening.make_index
    monkeypatch.setattr(opening, "make_index", lambda *a: (made.append(a), make(*a)))

    def ask(found: list[Any]) -> None:
        library = Library(home)
        found.append([hit["id"] for hit in library.search("助餐", limit=5)["hits"]])
        library.close()

    found: list[Any] = []
    threads = [threading.Thread(target=ask, args=(found,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ask(found)
    assert found == [right] * 4 and len(made) == 1
    assert broken(current(home)) == [], "what was made anew is sealed"


def test_check_says_what_it_repaired(home: Path) -> None:
    flip(max(derived(home), key=lambda p: p.stat().st_size))
    library = Library(home)
    assert any("重建" in line for line in library.check()["verified"])
    assert not any("重建" in line for line in library.check()["verified"])
    library.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_store_is_refused(home: Path, seed: int) -> None:
    flip(current(home) / states.FILE, seed)
    with pytest.raises(KnowledgeBaseError, match=r"policykb build.*policykb restore"):
        Library(home)
    with pytest.raises(KnowledgeBaseError):
        add([home.parent / "文件 一" / "省" / "001.txt"], home)
    with pytest.raises(KnowledgeBaseError):
        backup(home, home.parent / "b")
    assert not (home.parent / "b").exists()


def test_without_its_seal_a_sound_state_is_sealed_again(home: Path) -> None:
    (current(home) / "seal.json").unlink()
    library = Library(home)
    assert library.search("助餐")["total"] > 0 and (current(home) / "seal.json").exists()
    library.close()


def test_another_version_is_refused_with_the_command(home: Path) -> None:
    path = current(home) / states.FILE
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
    states.seal(current(home), states.KEEP)
    with pytest.raises(KnowledgeBaseError, match=r"版本.*policykb build"):
        Library(home)


def test_own_tables_come_back_from_the_store(made: Path, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text((states.Path(__file__).parent.parent / "corpus" / "data" / "regions.csv").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "units.csv").rename(tmp_path / "regions.csv")
    build([made / "文件 一"], tmp_path / "kb", data=tmp_path / "regions.csv")
    own = current(tmp_path / "kb") / states.OWN_FOLDER / "regions.csv"
    text = own.read_text(encoding="utf-8")
    flip(own)
    Library(tmp_path / "kb").close()
    assert own.read_text(encoding="utf-8") == text


HEAD_OF_REGIONS = "name,level,parent,short,prefix\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("regions.csv", HEAD_OF_REGIONS + '"' + "云" * 200_000, "不是正确的 CSV"),
        ("synonyms.csv", "words,way,note\n" + "|".join(["词"] * 100_000) + ",=,\n", "不是正确的 CSV"),
        ("regions.csv", HEAD_OF_REGIONS + "#" * (9 << 20), "大于 8 MB"),
        ("regions.csv", "\udcff", "UTF-8"),
        ("regions.csv", HEAD_OF_REGIONS + "=cmd()县丁,county,湖南省衡阳市,,\n", "regions.csv:2"),
    ],
)
def test_own_tables_that_are_none_are_said(made: Path, tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DataError, match=said):
        build([made / "文件 一"], tmp_path / "kb", data=tmp_path / name)
    assert not (tmp_path / "kb").exists()


def test_a_backup_that_is_too_good_is_refused_at_once(home: Path, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "b", "wb") as file:
        for _ in range(50):
            file.write(b"\0" * (1 << 20))
    written = []
    read = states._read
    with pytest.MonkeyPatch.context() as patch, pytest.raises(UsageError, match="备份"):
        patch.setattr(states, "_read", lambda *a: written.append(1) or read(*a))
        restore(tmp_path / "b", home)
    assert len(written) == 1


def test_a_backup_gives_the_same_answers_elsewhere(home: Path, tmp_path: Path) -> None:
    backup(home, tmp_path / "一.备份")
    backup(home, tmp_path / "二.备份")
    assert (tmp_path / "一.备份").read_bytes() == (tmp_path / "二.备份").read_bytes()
    restore(tmp_path / "一.备份", tmp_path / "别处")
    assert records(tmp_path / "别处") == records(home)
    one, other = Library(home), Library(tmp_path / "别处")
    assert json.dumps(one.search("助餐"), ensure_ascii=False) == json.dumps(other.search("助餐"), ensure_ascii=False)


@pytest.mark.parametrize("harm", [lambda d: d[: len(d) // 2], lambda d: b"", lambda d: b"not a backup", lambda d: d[:-9] + b"\0" * 9, lambda d: d[:30]])
def test_a_bad_backup_is_refused_and_changes_nothing(home: Path, harm: Any) -> None:
    before = records(home)
    backup(home, home.parent / "b")
    (home.parent / "b").write_bytes(harm((home.parent / "b").read_bytes()))
    with pytest.raises(UsageError, match="备份"):
        restore(home.parent / "b", home)
    assert records(home) == before
    with pytest.raises(UsageError, match="找不到"):
        restore(home.parent / "absent", home)


def test_a_few_random_damages() -> None:
    assert damage.run(4, 11) == []


def test_no_knowledge_base_is_made_by_removing(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeBaseError):
        remove(["x"], tmp_path / "none")
    assert not (tmp_path / "none").exists() and POINTER == "current"
