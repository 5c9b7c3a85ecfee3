"""The public face: build a knowledge base, change it, open it and ask it things.

Every method of Library gives plain records (dicts with the keys of INTERFACE), so that the command line, `--json` and any
later page show the same data.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.generations import IN_USE, REPAIR, current, disk_error, hold, new_state
from index.seals import broken, seal
from kb.errors import KnowledgeBaseError, NotFound, UsageError
from kb.model import Clause, Document, Indicator, Issue, Problem, Records, Target, Task, Unit
from kb.records import Record, problem_record
from kb.regions import use_own
from kb.store import FILE, OWN_FOLDER, Store
from kb.tables import OWN, check_own, own_table

if TYPE_CHECKING:
    from kb.pipeline import FileRecords

Progress = Callable[[int, int, str], None] | None


def build(
    sources: Sequence[Path], home: Path, *, engine: str | None = None, data: Path | None = None, progress: Progress = None
) -> Record:
    """Reads files and folders into a new knowledge base at `home`; the old one stays until the new one is complete.

    Returns {"kb", "counts", "seconds", "engine", "problems"}. UsageError when nothing at all could be read, or the place
    cannot be written.
    """
    begin = time.monotonic()
    from kb.reading import find_files

    check_own(data)
    files, problems = find_files(sources)
    files = [(path, name) for path, name in files if not _is_own(path, data)]
    problems = [p for p in problems if not any(p.file.endswith(f"{n}.csv") for n in OWN)] if data else problems
    if not files:
        what = "；".join(f"{p.file}：{p.reason}" for p in problems[:3])
        raise UsageError(f"没有找到可读的文件{'（' + what + '）' if what else ''}", "", "请给出 txt、md、html、docx、pdf 文件或其所在文件夹")
    return _write(home, begin, engine, data, lambda: _records(files, problems, data, progress))


def _records(files: list[tuple[Path, str]], problems: list[Problem], data: Path | None, progress: Progress) -> Records:
    from kb.pipeline import FileRecords, combine, parse_files

    parsed = parse_files(files, data, progress)
    parsed += [FileRecords(problems=(p,)) for p in problems]
    if not any(p.source for p in parsed):
        what = "；".join(f"{p.problems[0].file}：{p.problems[0].reason}" for p in parsed[:3])
        raise UsageError(f"没有一个文件能读出内容（{what}）", "", "请检查文件是否完好")
    return combine(parsed)


def _write(home: Path, begin: float, engine: str | None, data: Path | None, make: Callable[[], Records]) -> Record:
    """Makes records and puts a new state with them in place."""
    from index.build import build_index, choose_engine, index_entries
    from kb.store import save

    try:
        with new_state(home) as folder:
            records = make()
            engine = choose_engine(engine)
            own = {name: path.read_text(encoding="utf-8-sig") for name in OWN if (path := own_table(data, name))}
            digest = save(records, folder / FILE, {"engine": engine, "own": json.dumps(own, ensure_ascii=False)})
            put_own(folder, own)
            entries = index_entries(records.documents, records.clauses, records.tasks, records.units)
            build_index(folder / "index", entries, engine, digest)
            verify(folder)
            seal(folder, (IN_USE,))
    except OSError as error:
        raise disk_error(error, home) from error
    except sqlite3.OperationalError as error:
        raise UsageError(f"写入知识库失败（{error}），原有的知识库没有改动", str(home), "请检查磁盘空间后再试") from error
    counts = {
        "files": len(records.sources), "documents": len(records.documents), "clauses": len(records.clauses), "tasks": len(records.tasks),
        "units": len(records.units), "citations": len(records.citations), "links": len(records.links), "targets": len(records.targets),
        "indicators": len(records.indicators), "issues": len(records.issues),
    }  # fmt: skip
    return {
        "kb": str(home), "counts": counts, "seconds": round(time.monotonic() - begin, 3), "engine": engine,
        "problems": [problem_record(p) for p in records.problems],
    }  # fmt: skip


def put_own(folder: Path, own: dict[str, str]) -> None:
    """Writes the user's own tables beside the store, where readers find them."""
    for name, text in own.items():
        (folder / OWN_FOLDER).mkdir(exist_ok=True)
        (folder / OWN_FOLDER / f"{name}.csv").write_text(text, encoding="utf-8")


def _is_own(path: Path, data: Path | None) -> bool:
    return data is not None and (path == data or data in path.parents)


def add(sources: Sequence[Path], home: Path, *, data: Path | None = None, progress: Progress = None) -> Record:
    """Adds files, or replaces those of the same name; everything else stays. Makes a knowledge base where there is none."""
    from index.generations import POINTER

    if not (home / POINTER).exists():
        return build(sources, home, data=data, progress=progress)
    begin = time.monotonic()
    from kb.pipeline import combine, parse_files, separate
    from kb.reading import find_files

    files, problems = find_files(sources)
    if not files:
        raise UsageError("没有找到可读的文件", "", "请给出 txt、md、html、docx、pdf 文件或其所在文件夹")
    old = Store(current(home) / FILE)
    check_own(data)
    data = data or _own_of(old)

    def make() -> Records:
        from kb.pipeline import FileRecords

        new = parse_files(files, data, progress) + [FileRecords(problems=(p,)) for p in problems]
        names = {_name(f) for f in new}
        kept = [f for f in separate(old.records()) if _name(f) not in names]
        return combine(kept + new)

    try:
        return _write(home, begin, old.meta.get("engine"), data, make)
    finally:
        old.close()


def _own_of(store: Store) -> Path | None:
    folder = store.path.parent / OWN_FOLDER
    return folder if folder.is_dir() else None


def _name(part: FileRecords) -> str:
    return part.source.file if part.source else part.problems[0].file


def remove(references: Sequence[str], home: Path) -> Record:
    """Takes files out: named as files, or by a document in them. UsageError for an unknown one."""
    begin = time.monotonic()
    from index.lookups import find_document
    from kb.pipeline import combine, separate

    old = Store(current(home) / FILE)
    known = {file for file, _ in old.files()} | {p.file for p in old.read(Problem)}
    names = {r if r in known else find_document(old, r).file for r in references}

    def make() -> Records:
        kept = [f for f in separate(old.records()) if _name(f) not in names]
        if not any(f.source for f in kept):
            raise UsageError("拿掉以后知识库就空了，没有改动", "", "要重来请直接用 policykb build 建新库")
        return combine(kept)

    try:
        return _write(home, begin, old.meta.get("engine"), _own_of(old), make)
    finally:
        old.close()


def damaged_error(folder: Path) -> KnowledgeBaseError:
    """What is said of a store that is not as it was written."""
    return KnowledgeBaseError("知识库的数据文件已损坏", str(folder), REPAIR)


PROBES = 10  # clauses looked up in a new state before it may take the old one's place


def verify(folder: Path) -> list[str]:
    """Checks a state: the store opens and is whole, the index bears its stamp and finds what it should.

    Returns what was checked, in Chinese. KnowledgeBaseError when something does not hold.
    """
    from index.search import probe

    store = Store(folder / FILE)
    try:
        if not store.is_whole():
            raise damaged_error(folder)
        found = probe(folder / "index", store, PROBES)
        return [f"数据 {store.count(Document)} 份文档、{store.count(Clause)} 条条款", f"索引与数据一致，{found} 次试查全部命中"]
    finally:
        store.close()


def backup(home: Path, file: Path) -> None:
    """The store of record as one compressed file; the index is derived and not taken along."""
    import gzip
    import shutil

    beside = file.with_name(file.name + ".new")
    try:
        with (current(home) / FILE).open("rb") as source, gzip.GzipFile(beside, "wb", compresslevel=3, mtime=0) as target:
            shutil.copyfileobj(source, target)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise disk_error(error, file) from error


def restore(file: Path, home: Path) -> None:
    """A backup becomes the knowledge base at `home`, with a new index; nothing changes when the backup is not whole."""
    import gzip
    import shutil
    import zlib

    from index.build import build_index, choose_engine, index_entries

    try:
        with new_state(home) as folder:
            with gzip.open(file, "rb") as source, (folder / FILE).open("wb") as target:
                shutil.copyfileobj(source, target)
            store = Store(folder / FILE)
            put_own(folder, json.loads(store.meta.get("own") or "{}"))
            use_own(_own_of(store))
            entries = index_entries(store.read(Document), store.read(Clause), store.read(Task), store.read(Unit))
            build_index(folder / "index", entries, choose_engine(None), store.meta["digest"])
            store.close()
            verify(folder)
            seal(folder, (IN_USE,))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UsageError("这个备份文件不完整或不是备份", str(file), "请换一个备份；原有的知识库没有改动") from error
    except FileNotFoundError as error:
        raise UsageError("找不到备份文件", str(file), "请检查路径") from error
    except OSError as error:
        raise disk_error(error, home) from error


class Library:
    """A knowledge base, open for reading. It stays the same for as long as it is open, whatever is built meanwhile."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder, self._hold = hold(home)
        damaged = broken(self.folder, FILE)
        if damaged:
            raise damaged_error(self.folder)
        self.store = Store(self.folder / FILE)
        use_own(_own_of(self.store))
        if damaged is None and not self.store.is_whole():  # no seal to go by: read everything once
            raise damaged_error(self.folder)

    def close(self) -> None:
        """Lets go of the files."""
        self.store.close()
        self._hold.close()

    @cached_property
    def searcher(self) -> Any:
        """The index; made anew when it is missing, damaged or of another state."""
        from index.search import open_searcher

        return open_searcher(self.folder / "index", self.store)

    def documents(self, level: str | None = None, region: str | None = None, genre: str | None = None) -> list[Record]:
        """The documents, filtered; a region includes what lies in it."""
        from index.lookups import documents

        return documents(self.store, level, region, genre)

    def show(self, reference: str) -> Record:
        """A document with its clauses, a clause with its children, or a task, each with where it stands."""
        from index.lookups import show

        return show(self.store, reference)

    def search(self, query: str, **options: Any) -> Record:
        """Clauses for a query, best first. Options: level region unit doc genre since until limit offset exact facets."""
        from index.search import search_records

        return search_records(self.searcher, self.store, query, **options)

    def tasks(self, unit: str, role: str = "any", region: str | None = None, family: bool = False) -> Record:
        """Every task of a unit, by any of its names."""
        from index.lookups import tasks_of

        return tasks_of(self.store, unit, role, region, family)

    def ledger(self, found: Record, path: Path) -> None:
        """The tasks of `tasks` as an Excel ledger."""
        from index.lookups import ledger

        ledger(self.store, found, path)

    def units(self, name: str | None = None) -> Record:
        """All units, or those with this name, with predecessors, counterparts and counts."""
        from index.lookups import unit_records

        return unit_records(self.store, name)

    def trace(self, reference: str, down: bool = False) -> Record:
        """Where a clause, task or text comes from, level by level; `down`: what comes from it."""
        from index.sources import trace

        return trace(self.store, lambda text: self.search(text, limit=1), reference, down)

    def ask(self, question: str) -> Record:
        """An answer with its evidence, or answered false with the reason."""
        from index.answers import answer

        return answer(self.searcher, self.store, question)

    def targets(self, doc: str | None = None, region: str | None = None, match: str | None = None) -> list[Record]:
        """Figures and deadlines."""
        from index.lookups import figures

        return figures(self.store, Target, doc, region, match)

    def indicators(self, doc: str | None = None, region: str | None = None, match: str | None = None) -> list[Record]:
        """Rows of indicator tables."""
        from index.lookups import figures

        return figures(self.store, Indicator, doc, region, match)

    def compare(self, first: str, second: str) -> Record:
        """Two documents clause by clause."""
        from index.sources import compare

        return compare(self.store, first, second)

    def gaps(self, lower: str, higher: str) -> Record:
        """What of a higher document a lower one does not take up, and what of the lower one has no source there."""
        from index.sources import gaps

        return gaps(self.store, lower, higher)

    def graph(self, form: str, around: str | None = None, depth: int = 2) -> str:
        """The graph, or the part around something, as graphml, json, dot or svg."""
        from index.sources import graph

        return graph(self.store, form, around, depth)

    def export(self, folder: Path, form: str) -> list[Path]:
        """All tables as files."""
        from kb.export import export

        return export(self.store.records(), folder, form)

    def check(self, kind: str | None = None) -> Record:
        """What was verified, what could not be read, what the parser was unsure of."""
        from kb.records import issue_record

        issues = [i for i in self.store.read(Issue) if kind in (None, i.kind)]
        if kind and not issues:
            raise NotFound(f"没有“{kind}”这一类存疑", "", "不带 --kind 可看全部")
        return {
            "verified": verify(self.folder),
            "problems": [problem_record(p) for p in self.store.read(Problem)],
            "issues": [issue_record(i) for i in issues],
        }
