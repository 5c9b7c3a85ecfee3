"""States of a knowledge base: made from records, verified, sealed, repaired, taken to another place and back."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.keeping.generations import IN_USE, REPAIR, REPAIRING, alone, disk_error, hold, new_state
from index.keeping.seals import broken, is_sealed, reseal, seal
from kb.errors import KnowledgeBaseError, PolicyError, UsageError, reason
from kb.files import put_in_place
from kb.memory import seldom_collected
from kb.model import Clause, Document
from kb.regions import use_own
from kb.store import FILE, OWN_FOLDER, Store

if TYPE_CHECKING:
    import gzip

    from kb.pipeline import FileRecords

INDEX = "index"
HEAD = b"SQLite format 3\0"  # the first bytes of every store
KEEP = (IN_USE, REPAIRING)  # files of a state that are no part of it
PROBES = 10  # clauses looked up in a new state before it may take the old one's place


@contextlib.contextmanager
def writing(home: Path) -> Iterator[Path]:
    """A folder to make the next state of `home` in; put in place when all goes well. What the disk refuses is said in Chinese."""
    try:
        with seldom_collected(), new_state(home) as folder:
            yield folder
    except OSError as error:
        raise disk_error(error, home) from error
    except sqlite3.Error as error:
        raise _full(home, str(error)) from error
    except ValueError as error:  # tantivy's writer says so of every failure of the disk
        if "os error" in str(error).lower() or "IO error" in str(error):
            raise _full(home, str(error)) from error
        raise


def _full(home: Path, why: str) -> PolicyError:
    known = {"No space left": "磁盘已满", "is full": "磁盘已满", "readonly": "只读", "Permission denied": "没有权限"}
    told = next((said for part, said in known.items() if part in why), " ".join(why.split())[:80])
    return UsageError(f"写入知识库失败（{told}），原有的知识库没有改动", str(home), "请腾出空间或换个位置后再试")


Progress = Callable[[int, int, str], None] | None


class Given(NamedTuple):
    """What a state is made of: what files yield, the engine, the user's own tables."""

    parts: Iterable[FileRecords]
    engine: str
    own: dict[str, str]


def put(folder: Path, given: Given, clock: Clock, progress: Progress = None) -> None:
    """A state: store, index and seal, verified. `progress` is told how far linking is, then which stage is at work."""
    from index.build import stamp_index
    from index.keeping.beside import Filling
    from kb.pipeline import gather, link
    from kb.saving import save

    engine = given.engine
    put_own(folder, given.own)
    records = gather(given.parts)
    meta = {"engine": engine, "own": json.dumps(given.own, ensure_ascii=False), "made_by": made_by()}
    with Filling(folder / INDEX, records, engine) as filling:
        records = link(records, progress=progress)
        clock.lap("link")
        _say(progress, "写入数据")
        digest = save(records, folder / FILE, meta)
        clock.lap("save")
        _say(progress, "核对数据")
        check_store(folder)
        clock.lap("verify")
        _say(progress, "建立检索索引")
        filling.finish()
    stamp_index(folder / INDEX, engine, digest, len(records.clauses))
    keep_known(folder, folder / INDEX)
    probe_index(folder)
    seal(folder, KEEP)
    clock.lap("index")
    if progress:
        progress(1, 1, "")


def _say(progress: Progress, stage: str) -> None:
    """Names a stage that is not counted."""
    if progress:
        progress(0, 0, stage)


class Clock:
    """Seconds of wall time for each stage of a build; where the index is made beside other work, what it takes longer."""

    def __init__(self) -> None:
        self.begin = self._last = time.monotonic()
        self.stages: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """The time since the last lap was this stage's."""
        now = time.monotonic()
        self.stages[stage] = round(now - self._last, 3)
        self._last = now


def keep_known(folder: Path, index: Path) -> None:
    """Keeps what new processes need of the tables beside an index of the state in `folder`."""
    from index.keeping.known import keep

    own = folder / OWN_FOLDER if (folder / OWN_FOLDER).is_dir() else None
    use_own(own)
    keep(index, own)


@cache
def made_by() -> str:
    """What the parsing program is: a digest of its modules and data tables. Files parsed by another one are parsed anew."""
    import hashlib

    import kb

    digest = hashlib.sha256()
    root = Path(kb.__file__).parent
    for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".csv", ".toml", ".txt") and p.is_file()):
        digest.update(f"{path.relative_to(root).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def put_own(folder: Path, own: dict[str, str]) -> None:
    """Writes the user's own tables beside the store, where readers find them."""
    for name, text in own.items():
        (folder / OWN_FOLDER).mkdir(exist_ok=True)
        (folder / OWN_FOLDER / f"{name}.csv").write_text(text, encoding="utf-8")


def own_of(store: Store) -> Path | None:
    """The folder of the user's own tables that a store was made with."""
    folder = store.path.parent / OWN_FOLDER
    return folder if folder.is_dir() else None


def damaged_error(folder: Path) -> KnowledgeBaseError:
    """What is said of a store that is not as it was written."""
    return KnowledgeBaseError("知识库的数据文件已损坏", str(folder), REPAIR)


def check_store(folder: Path) -> str:
    """Reads the whole store of a state; says in Chinese what is in it. KnowledgeBaseError when it is not as it was written."""
    store = Store(folder / FILE)
    try:
        if not store.is_whole():
            raise damaged_error(folder)
        return f"数据 {store.count(Document)} 份文档、{store.count(Clause)} 条条款"
    finally:
        store.close()


def probe_index(folder: Path) -> str:
    """Looks some clauses up in the index of a state; says so in Chinese. KnowledgeBaseError when it has not its stamp or does not find them."""
    from index.opening import probe

    store = Store(folder / FILE)
    try:
        return f"索引与数据一致，{probe(folder / INDEX, store, PROBES)} 次试查全部命中"
    finally:
        store.close()


def verify(folder: Path) -> list[str]:
    """Checks a state whole: what was checked, in Chinese. KnowledgeBaseError when something does not hold."""
    return [check_store(folder), probe_index(folder)]


def open_store(folder: Path) -> Store:
    """The store of a state, after a look at its seal; without a seal all of it is read once. KnowledgeBaseError for a damaged one."""
    sealed = is_sealed(folder, FILE)
    if sealed and broken(folder, FILE):
        raise damaged_error(folder)
    store = Store(folder / FILE)
    if not sealed and not store.is_whole():
        store.close()
        raise damaged_error(folder)
    if not sealed or broken(folder, OWN_FOLDER + "/"):
        put_own_again(folder, store)
    return store


def put_own_again(folder: Path, store: Store) -> None:
    """The user's own tables are in the store too; their files are made anew from it, and the store sealed."""
    import shutil

    with contextlib.suppress(OSError), alone(folder):
        shutil.rmtree(folder / OWN_FOLDER, ignore_errors=True)
        put_own(folder, json.loads(store.meta.get("own") or "{}"))
        reseal(folder, KEEP, but=f"{INDEX}/")


def repair_index(folder: Path, store: Store, thorough: bool = False) -> bool:
    """Makes the index anew when it is not what was written; whether it did."""
    if _index_is_whole(folder, thorough):
        return False
    try:
        with alone(folder):  # another reader may be at it
            if _index_is_whole(folder, thorough):
                return False
            _make_index(folder, store)
            reseal(folder, KEEP, under=f"{INDEX}/")
    except OSError as error:
        raise KnowledgeBaseError("检索索引已损坏，又不能重建", str(folder), "请检查磁盘空间和权限，或用 policykb build 重建") from error
    return True


def _index_is_whole(folder: Path, thorough: bool) -> bool:
    from index.opening import is_usable

    return is_sealed(folder, f"{INDEX}/") and not broken(folder, f"{INDEX}/", thorough) and is_usable(folder / INDEX)


def _make_index(folder: Path, store: Store) -> None:
    from index.opening import make_index

    make_index(folder / INDEX, store, lambda made: keep_known(folder, made))


def check_whole(folder: Path, store: Store) -> list[str]:
    """Reads every byte of a state and compares it with its seal; repairs what is derived. Says in Chinese what was done."""
    damaged = broken(folder, thorough=True)
    if damaged is not None and FILE in damaged:
        raise damaged_error(folder)
    repaired = repair_index(folder, store, thorough=True)
    return [*verify(folder), *(["检索索引有损坏，已由数据重建"] if repaired else [])]


def backup(home: Path, file: Path) -> None:
    """The store of record as one compressed file; the index is derived and not taken along."""
    import gzip
    import shutil

    folder, handle = hold(home)
    try:
        open_store(folder).close()
        with put_in_place(file) as beside, (folder / FILE).open("rb") as source, beside.open("wb") as packed:
            target = gzip.GzipFile("", "wb", 3, packed, mtime=0)  # no name in it: the same bytes each time
            shutil.copyfileobj(source, target)
            target.close()
    except OSError as error:
        raise UsageError(f"备份写不进去（{reason(error)}）", str(file), "请换一个能写入的位置") from error
    finally:
        handle.close()


def restore(file: Path, home: Path) -> None:
    """A backup becomes the knowledge base at `home`, with a new index; nothing changes when the backup is not whole."""
    import gzip

    if file.is_dir():
        raise UsageError("这是文件夹，不是备份文件", str(file), "请给出 policykb backup 写成的文件；文件夹里的知识库可直接用 --kb 打开")
    if not file.is_file():
        raise UsageError("找不到备份文件", str(file), "请检查路径")
    try:
        source = gzip.open(file, "rb")  # noqa: SIM115
    except OSError as error:
        raise UsageError(f"备份文件读不出来（{reason(error)}）", str(file), "请检查权限") from error
    with source, writing(home) as folder:
        _unpack(source, folder / FILE, file)
        try:
            _take_in(folder)
        except KnowledgeBaseError as error:
            if "版本" in error.message:
                raise UsageError(f"这个备份由另一版本的程序所作（{error.message}）", str(file), "请用本程序的 policykb build 重建") from error
            raise _bad_backup(file) from error


def _unpack(source: gzip.GzipFile, target: Path, file: Path) -> None:
    with target.open("wb") as out:
        while part := _read(source, file):
            if not out.tell() and not part.startswith(HEAD):
                raise _bad_backup(file)
            out.write(part)


def _read(source: gzip.GzipFile, file: Path) -> bytes:
    import gzip

    try:
        return source.read(1 << 20)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _bad_backup(file) from error


def _bad_backup(file: Path) -> UsageError:
    return UsageError("这个备份文件不完整或不是备份", str(file), "请换一个备份；原有的知识库没有改动")


def _take_in(folder: Path) -> None:
    store = Store(folder / FILE)
    try:
        if not store.is_whole():
            raise damaged_error(folder)
        put_own(folder, json.loads(store.meta.get("own") or "{}"))
        use_own(own_of(store))
        _make_index(folder, store)
    finally:
        store.close()
    verify(folder)
    seal(folder, KEEP)

