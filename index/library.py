"""The public face: build a knowledge base, change it, open it and ask it things.

Every method of Library gives plain records (dicts with the keys of INTERFACE), so that the command line, `--json` and any
later page show the same data.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from index.keeping.generations import POINTER, current, hold
from index.keeping.states import (
    Clock,
    Given,
    Progress,
    check_whole,
    made_by,
    open_store,
    own_of,
    put,
    repair_index,
    writing,
)
from index.keeping.states import backup as backup
from index.keeping.states import restore as restore
from kb import kept
from kb.errors import NotFound, UsageError
from kb.model import Citation, Clause, Document, Indicator, Issue, Link, Problem, Target, Task, Unit
from kb.records import Record, problem_record
from kb.regions import use_own
from kb.tables import OWN, check_own, located, own_table

if TYPE_CHECKING:
    from kb.pipeline import FileRecords
    from kb.store import Store

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
    with located(data), writing(home) as folder:
        parsed = _parse(files, problems, data, progress)
        if not any(p.source for p in parsed):
            what = "；".join(f"{p.problems[0].file}：{p.problems[0].reason}" for p in parsed[:3])
            raise UsageError(f"没有一个文件能读出内容（{what}）", "", "请检查文件是否完好")
        clock.lap("parse")
        put(folder, Given(parsed, engine, _own_texts(data)), clock, progress)
    return _report(home, folder, clock)


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


def _report(home: Path, folder: Path, clock: Clock) -> Record:
    """What is said of the state in `folder`, which is in its place now."""
    from kb.store import FILE, Store

    store = Store(folder / FILE)
    try:
        counts = {"files": len(store.files()), **{name: store.count(kind) for name, kind in COUNTED.items()}}
        told = [problem_record(p) for p in store.read(Problem)]
        seconds = round(time.monotonic() - clock.begin, 3)
        return {"kb": str(home), "counts": counts, "seconds": seconds, "stages": clock.stages, "engine": store.meta["engine"], "problems": told}
    finally:
        store.close()


def add(sources: Sequence[Path], home: Path, *, data: Path | None = None, progress: Progress = None) -> Record:
    """Adds files, or replaces those of the same name; everything else stays. Makes a knowledge base where there is none.

    Then "made" is true in what is returned. The outcome is that of a build of all the files. A file that is there already, byte for byte, is not read again, and when
    there is nothing new nothing is written.
    """
    if not (home / POINTER).exists():
        return {**build(sources, home, data=data, progress=progress), "made": True}
    clock = Clock()
    check_own(data)
    files, problems = _find(sources, data)

    def change(old: Store, names: Collection[str], tables: Path | None) -> Changed:
        known = dict(old.files())
        named = _known_names(files, names)
        fresh = [(path, name) for path, name in named if _digest(path) != known.get(name, "")]
        new = _parse(fresh, problems, tables, progress)
        return new, {_name(part) for part in new}

    return _change(home, clock, data, change, progress)


def _known_names(files: Files, known: Collection[str]) -> Files:
    """The files under the names they are known by; no two under one, and none under that of another that is given too."""
    from collections import Counter

    found = [(path, name, _known_name(path, name, known)) for path, name in files]
    meant = Counter([*(name for _, name in files), *(end for _, name, end in found if end != name)])
    return [(path, end if end == name or meant[end] == 1 else name) for path, name, end in found]


def _known_name(path: Path, name: str, known: Collection[str]) -> str:
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


Changed: TypeAlias = "tuple[list[FileRecords], set[str]]"  # what comes in, and the names of the files that leave or are replaced
Change = Callable[["Store", Collection[str], "Path | None"], Changed]


class _Unchanged(Exception):
    """Nothing to write."""


def _change(home: Path, clock: Clock, data: Path | None, change: Change, progress: Progress = None) -> Record:
    """A new state from the old one after a change. Reads the old one under the lock, so that no change is lost."""
    from index.build import choose_engine
    from kb.pipeline import separate

    old: Store | None = None
    try:
        with located(data), writing(home) as folder:
            old = open_store(current(home))
            tables = data or own_of(old)
            own = _own_texts(tables)
            use_own(tables)
            kept.use(old.path.parent / "index" / "known", tables)
            known = set(old.read(Problem))
            names = {*(file for file, _ in old.files()), *(p.file for p in known)}
            new, gone = change(old, names, tables)
            if not any(p.source for p in new) and {file for file, _ in old.files()} <= gone:
                raise UsageError("拿掉以后知识库就空了，没有改动", "", "要重来请直接用 policykb build 建新库")
            alike = old.meta.get("made_by") == made_by() and json.loads(old.meta.get("own") or "{}") == own
            leaves = gone & names - {_name(part) for part in new}
            if alike and not leaves and all(not part.source and known.issuperset(part.problems) for part in new):
                raise _Unchanged
            clock.lap("parse")
            if not (alike and _amended(folder, old, new, gone, clock)):
                stays = [f for f in separate(old.records()) if _name(f) not in gone]
                stays = stays if alike else _anew(stays, tables, progress)
                put(folder, Given([*stays, *new], choose_engine(old.meta.get("engine")), own), clock, progress)
    except _Unchanged:
        assert old is not None
        folder = old.path.parent
    finally:
        if old is not None:
            old.close()
    return _report(home, folder, clock)


def _amended(folder: Path, old: Store, new: Sequence[FileRecords], gone: Collection[str], clock: Clock) -> bool:
    """Makes the next state from the old one in place; False, and nothing is made, where there is no room for it in the old one."""
    from index.keeping.changes import copy_store, put_changed
    from kb.relinking import amendment
    from kb.saving import NoRoom

    copy_store(folder, old)
    change = amendment(old, new, gone)
    clock.lap("link")
    try:
        put_changed(folder, old, change, clock)
    except NoRoom:
        return False
    return True


def _anew(parts: Sequence[FileRecords], tables: Path | None, progress: Progress) -> list[FileRecords]:
    """Files parsed once more from their stored texts, since the program or the user's tables have changed."""
    from kb.pipeline import parse_sources

    return [*(p for p in parts if not p.source), *parse_sources([p.source for p in parts if p.source], tables, progress)]


def remove(references: Sequence[str], home: Path) -> Record:
    """Takes files out: named as files, or by a document in them. UsageError for an unknown one."""
    clock = Clock()
    from difflib import get_close_matches

    from index.lookups import find_document
    from kb.reading import ENDINGS

    def file_of(old: Store, reference: str, names: Collection[str]) -> str:
        if reference in names:
            return reference
        if Path(reference).suffix.lower() in ENDINGS:
            near = "、".join(get_close_matches(reference, names, 3))
            raise UsageError(f"知识库里没有“{reference}”这个文件{f'，相近的有 {near}' if near else ''}", "", "用 policykb docs --files 看全部文件名")
        return find_document(old, reference).file

    def change(old: Store, names: Collection[str], tables: Path | None) -> Changed:
        return [], {file_of(old, reference, names) for reference in references}

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
        from index.opening import open_searcher

        repair_index(self.folder, self.store)
        return open_searcher(self.folder / "index", self.store)

    def documents(self, level: str | None = None, region: str | None = None, genre: str | None = None) -> list[Record]:
        """The documents, filtered; a region includes what lies in it."""
        from index.lookups import documents

        return documents(self.store, level, region, genre)

    def missing(self, region: str | None = None, genre: str | None = None) -> list[str]:
        """What to say where there is no document of a place or genre; empty where there is."""
        from index.lookups import missing

        return missing(self.store, region, genre)

    def show(self, reference: str) -> Record:
        """A document with its clauses, a clause with its children, or a task, each with where it stands."""
        from index.clause_names import clause_named
        from index.lookups import show

        named = clause_named(self.store, reference) if "第" in reference else None
        return show(self.store, reference if named is None else named.id)

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
