"""The public face: build a knowledge base, change it, open it and ask it things.

Every method of Library gives plain records (dicts with the keys of INTERFACE), so that the command line, `--json` and any
later page show the same data.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.generations import POINTER, current, hold
from index.states import Clock, Given, check_whole, made_by, open_store, own_of, put, repair_index, writing
from index.states import backup as backup
from index.states import restore as restore
from kb import kept
from kb.errors import NotFound, UsageError
from kb.model import Citation, Clause, Document, Indicator, Issue, Link, Problem, Records, Target, Task, Unit
from kb.records import Record, problem_record
from kb.regions import use_own
from kb.tables import OWN, check_own, own_table

if TYPE_CHECKING:
    from kb.pipeline import FileRecords
    from kb.store import Store

Progress = Callable[[int, int, str], None] | None
Files = list[tuple[Path, str]]
COUNTED = {
    "documents": Document, "clauses": Clause, "tasks": Task, "units": Unit, "citations": Citation, "links": Link, "targets": Target,
    "indicators": Indicator, "issues": Issue,
}  # fmt: skip


def build(
    sources: Sequence[Path], home: Path, *, engine: str | None = None, data: Path | None = None, progress: Progress = None
) -> Record:
    """Reads files and folders into a new knowledge base at `home`; the old one stays until the new one is complete.

    Returns {"kb", "counts", "seconds", "stages", "engine", "problems"}. UsageError when nothing at all could be read, or the place
    cannot be written.
    """
    from index.build import choose_engine

    clock = Clock()
    check_own(data)
    engine = choose_engine(engine)
    files, problems = _find(sources, data)
    with writing(home) as folder:
        parsed = _parse(files, problems, data, progress)
        if not any(p.source for p in parsed):
            what = "；".join(f"{p.problems[0].file}：{p.problems[0].reason}" for p in parsed[:3])
            raise UsageError(f"没有一个文件能读出内容（{what}）", "", "请检查文件是否完好")
        clock.lap("parse")
        records = put(folder, Given(parsed, engine, _own_texts(data)), clock)
    return _report(home, clock, engine, _counts(records), records.problems)


def _find(sources: Sequence[Path], data: Path | None) -> tuple[Files, list[Problem]]:
    """The files to read; the user's own tables are none of them. UsageError when there are none."""
    from kb.reading import find_files

    files, problems = find_files(sources)
    if data is not None:
        files = [(path, name) for path, name in files if path != data.absolute() and data.absolute() not in path.parents]
        problems = [p for p in problems if not any(p.file.endswith(f"{n}.csv") for n in OWN)]
    if not files:
        what = "；".join(f"{p.file}：{p.reason}" for p in problems[:3])
        raise UsageError(f"没有找到可读的文件{'（' + what + '）' if what else ''}", "", "请给出 txt、md、html、docx、pdf 文件或其所在文件夹")
    return files, problems


def _parse(files: Files, problems: list[Problem], data: Path | None, progress: Progress) -> list[FileRecords]:
    from kb.pipeline import FileRecords, parse_files

    return parse_files(files, data, progress) + [FileRecords(problems=(p,)) for p in problems]


def _own_texts(data: Path | None) -> dict[str, str]:
    return {name: path.read_text(encoding="utf-8-sig") for name in OWN if (path := own_table(data, name))}


def _counts(records: Records) -> dict[str, int]:
    return {"files": len(records.sources), **{name: len(getattr(records, name)) for name in COUNTED}}


def _report(home: Path, clock: Clock, engine: str, counts: dict[str, int], problems: Sequence[Problem]) -> Record:
    seconds = round(time.monotonic() - clock.begin, 3)
    told = [problem_record(p) for p in problems]
    return {"kb": str(home), "counts": counts, "seconds": seconds, "stages": clock.stages, "engine": engine, "problems": told}


def add(sources: Sequence[Path], home: Path, *, data: Path | None = None, progress: Progress = None) -> Record:
    """Adds files, or replaces those of the same name; everything else stays. Makes a knowledge base where there is none.

    The outcome is that of a build of all the files. A file that is there already, byte for byte, is not read again, and when
    there is nothing new nothing is written.
    """
    if not (home / POINTER).exists():
        return build(sources, home, data=data, progress=progress)
    clock = Clock()
    check_own(data)
    files, problems = _find(sources, data)

    def change(old: Store, kept: dict[str, FileRecords], tables: Path | None) -> list[FileRecords]:
        known = dict(old.files())
        named = [(path, _known_name(path, name, kept)) for path, name in files]
        fresh = [(path, name) for path, name in named if _digest(path) != known.get(name, "")]
        new = _parse(fresh, problems, tables, progress)
        return [*({name: part for name, part in kept.items() if name not in {_name(f) for f in new}}).values(), *new]

    return _change(home, clock, data, change, progress)


def _known_name(path: Path, name: str, known: dict[str, FileRecords]) -> str:
    """The name under which a file is known: the longest end of its path that is one, so that 省/意见.docx can be given alone."""
    from kb.reading import printable

    parts = [printable(part) for part in path.parts[1:]]
    ends = ("/".join(parts[at:]) for at in range(len(parts)))
    return next((end for end in ends if end in known), name)


def _digest(path: Path) -> str | None:
    import hashlib

    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None  # reading it will say why


def _name(part: FileRecords) -> str:
    return part.source.file if part.source else part.problems[0].file


Change = Callable[["Store", "dict[str, FileRecords]", "Path | None"], "list[FileRecords]"]


class _Unchanged(Exception):
    """Nothing to write."""


def _change(home: Path, clock: Clock, data: Path | None, change: Change, progress: Progress = None) -> Record:
    """A new state from the files of the old one after a change. Reads the old one under the lock, so that no change is lost."""
    from index.build import choose_engine
    from kb.pipeline import separate

    old: Store | None = None
    try:
        with writing(home) as folder:
            old = open_store(current(home))
            tables = data or own_of(old)
            own = _own_texts(tables)
            use_own(tables)
            before = old.records()
            parts = {_name(f): f for f in separate(before)}
            kept = parts
            if old.meta.get("made_by") != made_by() or json.loads(old.meta.get("own") or "{}") != own:
                kept = _anew(parts, tables, progress)
            after = change(old, dict(kept), tables)
            if not any(f.source for f in after):
                raise UsageError("拿掉以后知识库就空了，没有改动", "", "要重来请直接用 policykb build 建新库")
            engine = choose_engine(old.meta.get("engine"))
            if {_name(f): f for f in after} == parts and kept is parts:
                raise _Unchanged
            clock.lap("parse")
            same = {id(part) for part in after}
            changed = {name for name, part in parts.items() if id(part) not in same}
            since = before if kept is parts else None  # what another program parsed says nothing of links
            records = put(folder, Given(after, engine, own, since, changed), clock)
    except _Unchanged:
        records = before
    finally:
        if old is not None:
            old.close()
    return _report(home, clock, engine, _counts(records), records.problems)


def _anew(parts: dict[str, FileRecords], tables: Path | None, progress: Progress) -> dict[str, FileRecords]:
    """Files parsed once more from their stored texts, since the program or the user's tables have changed."""
    from kb.pipeline import parse_sources

    sources = [f.source for f in parts.values() if f.source]
    return parts | {_name(f): f for f in parse_sources(sources, tables, progress)}


def remove(references: Sequence[str], home: Path) -> Record:
    """Takes files out: named as files, or by a document in them. UsageError for an unknown one."""
    clock = Clock()
    from index.lookups import find_document

    def change(old: Store, kept: dict[str, FileRecords], tables: Path | None) -> list[FileRecords]:
        names = {r if r in kept else find_document(old, r).file for r in references}
        return [part for name, part in kept.items() if name not in names]

    current(home)  # says so when there is none, and makes no folder
    return _change(home, clock, None, change)


class Library:
    """A knowledge base, open for reading. It stays the same for as long as it is open, whatever is built meanwhile."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder, self._hold = hold(home)
        try:
            self.store = open_store(self.folder)
        except BaseException:
            self._hold.close()
            raise
        own = own_of(self.store)
        use_own(own)
        kept.use(self.folder / "index" / "known", own)

    def close(self) -> None:
        """Lets go of the files."""
        self.store.close()
        self._hold.close()

    @cached_property
    def searcher(self) -> Any:
        """The index; made anew when it is missing, damaged or of another state."""
        from index.search import open_searcher

        repair_index(self.folder, self.store)
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
            "verified": check_whole(self.folder, self.store),
            "problems": [problem_record(p) for p in self.store.read(Problem)],
            "issues": [issue_record(i) for i in issues],
        }
