"""A knowledge base on disk: whole or not at all.

A knowledge base is a folder. Each state of it is a *generation*, a folder `state-…` that is never changed once it is
in place; the file `current` names the one that counts and is replaced in a single step. A writer holds `lock`, works
in a new folder beside, and changes `current` only when the new state is complete and verified; so a reader sees the old
state or the new one, and a writer that is killed leaves the old one as it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kb.errors import KnowledgeBaseError, PolicyError, UsageError, reason
from kb.orphans import uninterrupted

POINTER = "current"
PREFIX = "state-"
LOCK = "lock"
LONGEST = 200  # bytes of the pointer that are read
IN_USE = "in-use"  # in each state; readers hold it shared, and what is held is not swept
REPAIR = "请用 policykb build 重建，或用 policykb restore 恢复备份"
REPAIRING = "repairing"  # in each state; held by the one process that repairs what is derived
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
WAIT = 10.0  # seconds that a second writer waits for the first


def current(home: Path) -> Path:
    """The folder of the state that counts. KnowledgeBaseError when there is none."""
    name = _pointed(home)
    while not _is_state(home / name):
        again = _pointed(home)  # a writer may have put the next state in place, and swept this one, just now
        if again == name:
            raise KnowledgeBaseError("知识库不完整，指向的数据不存在", str(home), REPAIR)
        name = again
    return home / name


def _is_state(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink()  # nothing outside of the knowledge base is read or repaired


def _pointed(home: Path) -> str:
    try:
        name = _read_pointer(home)
    except PermissionError as error:
        raise KnowledgeBaseError("没有权限读取这里的知识库", str(home), "请检查权限，或用 --kb 指明位置") from error
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeBaseError("这里没有知识库", str(home), "请先运行 policykb build 文件夹，或用 --kb 指明位置") from error
    if not name.startswith(PREFIX) or not name.replace("-", "").isalnum():
        raise KnowledgeBaseError("知识库不完整，指向的数据不存在", str(home), REPAIR)
    return name


def _read_pointer(home: Path) -> str:
    """The name in the pointer; of whatever else somebody may have put there (a pipe, a device) only the first bytes, without waiting."""
    handle = os.open(home / POINTER, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        return os.read(handle, LONGEST).decode("utf-8").strip()
    finally:
        os.close(handle)


def hold(home: Path) -> tuple[Path, IO[str]]:
    """The state that counts, kept from being swept until the returned handle is closed.

    Between reading the pointer and taking hold the state may be replaced and swept; then the next one is taken.
    """
    for _ in range(1000):
        folder = current(home)
        try:
            handle = (folder / IN_USE).open("a+", encoding="utf-8")
        except FileNotFoundError:
            continue  # swept just now; `current` says so when it stays away
        except OSError:  # a read-only copy: nobody sweeps there
            return folder, open(os.devnull, encoding="utf-8")  # noqa: PTH123
        if _try_lock(handle, shared=True) and (folder / IN_USE).exists() and current(home) == folder:
            return folder, handle
        handle.close()
    raise KnowledgeBaseError("知识库正在不断被改写，读不到", str(home), "请稍后再试")


@contextlib.contextmanager
def new_state(home: Path) -> Iterator[Path]:
    """A fresh folder to build a state in, under the writers' lock; put in place when the block ends well, removed when not."""
    import shutil

    made = _make_home(home)
    try:
        with _locked(home):
            _sweep(home)
            folder = home / f"{PREFIX}{os.urandom(6).hex()}"
            try:
                folder.mkdir()
                (folder / IN_USE).touch()
                yield folder
                _sync(folder)
                _place(home, folder.name)
            except BaseException:
                with uninterrupted():  # however often the user interrupts
                    shutil.rmtree(folder, ignore_errors=True)
                raise
            with contextlib.suppress(KeyboardInterrupt):  # it is done; nobody shall say that nothing was changed
                _sweep(home)
    except BaseException:
        if made:
            with contextlib.suppress(OSError):
                home.rmdir()  # only when nothing is in it
        raise


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Repairs in a state, by one process at a time; others wait. OSError when the state cannot be written."""
    with (folder / REPAIRING).open("a+", encoding="utf-8") as file:
        while not _try_lock(file):
            time.sleep(0.05)
        try:
            yield
        finally:
            _unlock(file)


def _make_home(home: Path) -> bool:
    """Makes the folder of a knowledge base; whether it was not there before."""
    if home.exists() and not home.is_dir():
        raise UsageError("知识库的位置是一个文件，不是文件夹", str(home), "请用 --kb 指定别的位置")
    if home.is_dir() and not (home / POINTER).exists() and any(_foreign(home)):
        raise UsageError("这个文件夹里有别的文件，不能当作知识库", str(home), "请用 --kb 指定一个空的或新的文件夹")
    try:
        made = not home.exists()
        home.mkdir(parents=True, exist_ok=True)
        return made
    except OSError as error:
        raise UsageError(f"不能在这里建知识库（{reason(error)}）", str(home), "请用 --kb 指定能写入的位置") from error


def _foreign(home: Path) -> Iterator[Path]:
    return (p for p in home.iterdir() if not p.name.startswith((PREFIX, POINTER, LOCK)))


def _place(home: Path, name: str) -> None:
    """The state of this name counts from now on. An interruption during the step comes too late, and nobody hears of it."""
    placed = False
    try:
        with uninterrupted():
            _point(home, name)
            placed = True
    except KeyboardInterrupt:
        if not placed:
            raise


def _point(home: Path, name: str) -> None:
    beside = home / f"{POINTER}.new"
    beside.unlink(missing_ok=True)
    with beside.open("x", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(home / POINTER)
    with contextlib.suppress(OSError):  # the state is in place, whatever the disk says now (shares over the network often cannot do this)
        _sync_folder(home)


def _sync(folder: Path) -> None:
    """Everything below is on the disk before anything points at it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(home: Path) -> None:
    """Removes states that nothing points at: the former one, and what a killed writer left."""
    import shutil

    with contextlib.suppress(OSError, UnicodeDecodeError):
        keep = _read_pointer(home) if (home / POINTER).exists() else ""
        for path in home.glob(f"{PREFIX}*"):
            if path.name != keep and not _held(path):
                shutil.rmtree(path, ignore_errors=True)


def _held(folder: Path) -> bool:
    """Whether a reader still has the state open."""
    try:
        with (folder / IN_USE).open("a+", encoding="utf-8") as handle:
            return not _try_lock(handle)
    except OSError:
        return False


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """The writers' lock, a file that is there while it is held; the system lets go of it when its holder dies."""
    path = home / LOCK
    held: list[IO[str]] = []
    try:
        _take_lock(path, home, held)
        file = held[0]
        file.seek(0)
        file.truncate()
        file.write(f"进程 {os.getpid()}，自 {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
        file.flush()
        yield
    finally:
        with uninterrupted():
            for file in held:
                if os.name != "nt":
                    path.unlink(missing_ok=True)  # while it is held: who waits for it notices that it is no longer the file of this name
                _unlock(file)
                file.close()


def _take_lock(path: Path, home: Path, held: list[IO[str]]) -> None:
    """Puts the locked file into `held`, in one step with locking it."""
    if path.is_symlink():
        raise UsageError("知识库里的 lock 是符号链接，不能使用", str(home), "请删去它，或用 --kb 指定别的位置")
    deadline = time.monotonic() + WAIT
    while True:
        with uninterrupted():
            try:
                file = path.open("a+", encoding="utf-8")
            except OSError as error:
                raise UsageError(f"知识库的文件夹不能写入（{reason(error)}）", str(home), "请检查权限，或用 --kb 指定别的位置") from error
            if _try_lock(file) and _is_still(file, path):
                held.append(file)
                return
            file.close()
        if time.monotonic() > deadline:
            raise KnowledgeBaseError(f"另一个程序正在写这个知识库（{_holder(path)}）", str(home), "请等它结束后再试")
        time.sleep(0.1)


def _is_still(file: IO[str], path: Path) -> bool:
    """Whether the open file is the one of this name; its last holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip() or "持有者不明"
    except OSError:
        return "持有者不明"


def _try_lock(file: IO[str], shared: bool = False) -> bool:
    """Whether the file could be locked, or lies on a share that knows no locks: there is nothing to wait for then."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        if shared:
            return True  # Windows itself keeps a folder with open files from being removed
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in NO_LOCKS
    return True


def _unlock(file: IO[str]) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    with contextlib.suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_UN)


def disk_error(error: OSError, home: Path) -> PolicyError:
    """An OSError while writing → the error for the user."""
    return UsageError(f"写入知识库失败（{reason(error)}），原有的知识库没有改动", str(home), "请腾出空间或换个位置后再试")
