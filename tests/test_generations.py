"""A state is put in place whole or not at all, one writer at a time."""

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index.keeping import generations
from index.keeping.generations import LOCK, POINTER, PREFIX, current, hold, new_state
from kb.errors import KnowledgeBaseError, UsageError


def states(home: Path) -> list[str]:
    return sorted(p.name for p in home.glob(f"{PREFIX}*"))


def put(home: Path, text: str) -> None:
    with new_state(home) as folder:
        (folder / "data").write_text(text, encoding="utf-8")


def test_a_new_state_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    home = tmp_path / "知识库 一"
    put(home, "一")
    put(home, "二")
    assert (current(home) / "data").read_text(encoding="utf-8") == "二"
    assert states(home) == [current(home).name]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failed_state_leaves_the_old_one(tmp_path: Path, error: type[BaseException]) -> None:
    put(tmp_path / "kb", "旧")
    with pytest.raises(error), new_state(tmp_path / "kb") as folder:
        (folder / "data").write_text("新", encoding="utf-8")
        raise error
    assert (current(tmp_path / "kb") / "data").read_text(encoding="utf-8") == "旧"
    assert len(states(tmp_path / "kb")) == 1


def test_a_first_build_that_fails_leaves_no_knowledge_base(tmp_path: Path) -> None:
    with pytest.raises(ValueError), new_state(tmp_path / "kb"):
        raise ValueError
    with pytest.raises(KnowledgeBaseError, match="policykb build"):
        current(tmp_path / "kb")


def test_what_a_killed_writer_left_is_swept_and_its_lock_is_free(tmp_path: Path) -> None:
    home = tmp_path / "kb"
    put(home, "旧")
    code = (
        "import os, sys, pathlib\nfrom index.keeping.generations import new_state\n"
        "with new_state(pathlib.Path(sys.argv[1])) as f:\n    (f / 'data').write_text('half')\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(home)], cwd=Path(__file__).parent.parent, check=False)
    assert len(states(home)) == 2
    assert (current(home) / "data").read_text(encoding="utf-8") == "旧"
    put(home, "新")
    assert len(states(home)) == 1


def test_a_second_writer_waits_then_says_who_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "WAIT", 0.2)
    home = tmp_path / "kb"
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with new_state(home):
            entered.set()
            leave.wait(10)

    writer = threading.Thread(target=hold)
    writer.start()
    entered.wait(10)
    with pytest.raises(KnowledgeBaseError, match=r"另一个程序正在写.*进程 \d+，自 \d{4}-"), new_state(home):
        pass
    leave.set()
    writer.join()
    put(home, "后来")
    assert (current(home) / "data").read_text(encoding="utf-8") == "后来"


def test_a_reader_beside_a_writer_sees_whole_states_only(tmp_path: Path) -> None:
    home = tmp_path / "kb"
    put(home, "0" * 1000)
    stop = time.monotonic() + 1.0
    seen: list[str] = []

    def write() -> None:
        n = 0
        while time.monotonic() < stop:
            n += 1
            put(home, str(n % 10) * 1000)

    writer = threading.Thread(target=write)
    writer.start()
    while time.monotonic() < stop:
        folder, handle = hold(home)
        time.sleep(0.001)
        seen.append((folder / "data").read_text(encoding="utf-8"))
        handle.close()
    writer.join()
    assert seen and all(len(text) == 1000 and len(set(text)) == 1 for text in seen)


def test_a_state_in_use_is_swept_only_afterwards(tmp_path: Path) -> None:
    put(tmp_path, "旧")
    folder, handle = hold(tmp_path)
    put(tmp_path, "新")
    assert (folder / "data").read_text(encoding="utf-8") == "旧" and len(states(tmp_path)) == 2
    handle.close()
    put(tmp_path, "更新")
    assert len(states(tmp_path)) == 1


@pytest.mark.parametrize(("pointer", "message"), [("state-gone", "不完整"), ("../elsewhere", "不完整"), ("", "不完整")])
def test_a_pointer_that_points_nowhere_is_said(tmp_path: Path, pointer: str, message: str) -> None:
    (tmp_path / POINTER).write_text(pointer, encoding="utf-8")
    with pytest.raises(KnowledgeBaseError, match=message):
        current(tmp_path)


def test_a_share_without_locks_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some shares over the network refuse to lock; that must not look like another writer."""
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    put(tmp_path / "kb", "一")
    put(tmp_path / "kb", "二")
    folder, handle = hold(tmp_path / "kb")
    with generations.alone(folder):
        assert (folder / "data").read_text(encoding="utf-8") == "二"
    handle.close()


def test_a_pointer_that_is_no_file_is_said_at_once(tmp_path: Path) -> None:
    """A device that never ends, a pipe that nobody writes to, a folder."""
    pointer = tmp_path / POINTER
    for make in (lambda: pointer.symlink_to("/dev/zero"), lambda: os.mkfifo(pointer), pointer.mkdir):
        make()
        with pytest.raises(KnowledgeBaseError, match="policykb build"):
            current(tmp_path)
        pointer.rmdir() if pointer.is_dir() else pointer.unlink()


def test_a_state_outside_of_the_knowledge_base_is_not_touched(tmp_path: Path) -> None:
    put(tmp_path / "other", "别人的")
    there = current(tmp_path / "other")
    put(tmp_path / "kb", "旧")
    (tmp_path / "kb" / there.name).symlink_to(there)
    (tmp_path / "kb" / POINTER).write_text(there.name, encoding="utf-8")
    with pytest.raises(KnowledgeBaseError, match="不完整"):
        hold(tmp_path / "kb")
    put(tmp_path / "kb", "新")
    assert (there / "data").read_text(encoding="utf-8") == "别人的"


def test_nothing_is_written_through_links(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine", encoding="utf-8")
    put(tmp_path / "kb", "旧")
    (tmp_path / "kb" / f"{POINTER}.new").symlink_to(tmp_path / "letter")
    put(tmp_path / "kb", "新")
    (tmp_path / "kb" / LOCK).symlink_to(tmp_path / "letter")
    with pytest.raises(UsageError, match="符号链接"):
        put(tmp_path / "kb", "再")
    assert (tmp_path / "letter").read_text(encoding="utf-8") == "mine"


def test_a_folder_with_other_files_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "letters.docx").write_bytes(b"mine")
    with pytest.raises(UsageError, match="别的文件"), new_state(tmp_path):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["letters.docx"]


def test_a_file_is_no_place_for_a_knowledge_base(tmp_path: Path) -> None:
    (tmp_path / "kb").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="是一个文件"), new_state(tmp_path / "kb"):
        pass
