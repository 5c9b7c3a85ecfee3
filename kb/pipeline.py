"""The order of the stages: sources in, records out. The only module that knows it.

    read → clean → split into documents → tables and clauses → units and tasks, citations, figures     (each file alone)
         → units as a whole → citations to their targets → what each document is compared with → links (all files together)

What a file yields alone never depends on the other files, so that a knowledge base can be changed file by file and comes
out as if built anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from kb.citations import find as find_citations
from kb.citations import resolve as resolve_citations
from kb.clause_tree.preambles import entitled
from kb.clauses import parse as parse_clauses
from kb.cleaning import clean
from kb.derivation.candidates import Candidate, candidates
from kb.derivation.fingerprints import fingerprint
from kb.documents import split
from kb.errors import PolicyError, UnreadableFile
from kb.frozen import remade, rows_of
from kb.memory import seldom_collected
from kb.model import (
    Citation,
    Clause,
    Document,
    Fingerprint,
    Grid,
    Indicator,
    Issue,
    Link,
    Local,
    Other,
    Plan,
    Problem,
    Records,
    Source,
    Target,
    Task,
    Unit,
)
from kb.orphans import end_with_parent, uninterrupted
from kb.reading import read_file
from kb.regions import use_own
from kb.scripts import as_printed, in_simplified
from kb.tables import own_table
from kb.targets import find_indicators, find_targets
from kb.tasks import assign
from kb.tracing import trace
from kb.units import load_units

Progress = Callable[[int, int, str], None] | None  # told after each file, or each document, how many of how many are done, and which
LINKING = "核对来源关系"

@dataclass(frozen=True)
class FileRecords:
    """What one file yields alone: citations without their targets, no links yet. `source` is None when it was unreadable."""

    source: Source | None = None
    documents: tuple[Document, ...] = ()
    clauses: tuple[Clause, ...] = ()
    grids: tuple[Grid, ...] = ()
    others: tuple[tuple[str, Other], ...] = ()
    tasks: tuple[Task, ...] = ()
    units: tuple[Unit, ...] = ()
    citations: tuple[Citation, ...] = ()
    targets: tuple[Target, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    issues: tuple[Issue, ...] = ()
    problems: tuple[Problem, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        rows = {name: rows_of(kind, getattr(self, name)) for name, kind in _PLAIN.items()}
        others = [file for file, _ in self.others], rows_of(Other, [other for _, other in self.others])
        return _put_together, (rows, others, {name: getattr(self, name) for name in ("source", "grids", "tasks", "indicators", "problems")})


_PLAIN: dict[str, type] = {  # records that hold no other values but texts, numbers and tuples of them
    "documents": Document, "clauses": Clause, "units": Unit, "citations": Citation, "targets": Target, "issues": Issue, "fingerprints": Fingerprint,
}  # fmt: skip


def _put_together(rows: Mapping[str, Sequence[Any]], others: tuple[Sequence[str], Sequence[Any]], rest: Mapping[str, Any]) -> FileRecords:
    """A file's records that came from another process."""
    plain: dict[str, Any] = {name: remade(kind, rows[name]) for name, kind in _PLAIN.items()}
    return FileRecords(**rest, **plain, others=tuple(zip(others[0], remade(Other, others[1]), strict=True)))


def read_and_parse(path: Path, file: str, data: Path | None = None) -> FileRecords:
    """A file on disk → its records; an unreadable one → a problem with its reason. `data`: the user's own table rows."""
    try:
        source = read_file(path, file)
    except UnreadableFile as error:
        return FileRecords(problems=(Problem(file, error.message),))
    return parse_or_say(source, data)


def parse_or_say(source: Source, data: Path | None = None) -> FileRecords:
    """A source → its records; a fault of the program on one file becomes a problem of that file and does not stop the rest."""
    try:
        return parse_source(source, data)
    except PolicyError:  # the user's own tables are wrong
        raise
    except Exception as error:
        return FileRecords(problems=(Problem(source.file, f"解析时程序出错（{type(error).__name__}），这个文件没有加入，请把它报告给维护者"),))


def parse_source(source: Source, data: Path | None = None) -> FileRecords:
    """A source → its records. Never fails on text."""
    use_own(data)
    table = load_units(own_table(data, "units"))
    printed, source = source, in_simplified(source)
    layout = clean(source)
    made: dict[str, list[Any]] = {f.name: [] for f in fields(FileRecords) if f.name not in ("source", "problems")}
    others = list(layout.others)
    made["issues"] += layout.issues
    told: dict[str, tuple[Clause, ...]] = {}  # the clauses of the documents before, for what these issue
    for part in split(source, layout):
        document = part.document
        parsed = parse_clauses(replace(part, text=source.text))
        tasks, units, doubts = assign(document, parsed, table, told.get(document.parent or "", ()))
        told[document.id] = parsed.clauses
        clauses = entitled(document, parsed.clauses, part.others, source.text)
        made["documents"].append(document)
        made["clauses"] += clauses
        made["grids"] += parsed.grids
        others += (*part.others, *parsed.others)
        made["tasks"] += tasks
        made["units"] += units
        made["citations"] += find_citations(document, parsed.clauses)
        made["targets"] += find_targets(document, parsed.clauses)
        made["indicators"] += find_indicators(document, parsed.grids)
        made["issues"] += (*part.issues, *parsed.issues, *doubts)
        made["fingerprints"].append(fingerprint(document.id, clauses))
    made["others"] += ((source.file, other) for other in less_clauses(others, made["clauses"]))
    if source is not printed:
        made = {name: as_printed(values, printed.text) if name != "others" else values for name, values in made.items()}
    return FileRecords(printed, problems=printed.notes, **{name: tuple(values) for name, values in made.items()})


def less_clauses(others: Iterable[Other], clauses: Iterable[Clause]) -> list[Other]:
    """The stretches without what clauses hold: the line ends between the paragraphs of one clause are its own."""
    taken = sorted([span for c in clauses for span in c.spans])
    out: list[Other] = []
    first, count = 0, len(taken)
    for other in sorted(others, key=attrgetter("start", "end")):
        start = other.start
        while first < count and taken[first][1] <= start:
            first += 1
        at = first
        while at < count and taken[at][0] < other.end:
            if taken[at][0] > start:
                out.append(Other(other.kind, start, taken[at][0]))
            start = max(start, taken[at][1])
            at += 1
        if start < other.end:
            out.append(other if start == other.start else Other(other.kind, start, other.end))
    return out


def combine(files: Iterable[FileRecords], linked: bool = True) -> Records:
    """All files' records, in the order of file names → one whole: citations with targets, links, units once each."""
    return link(gather(files), linked)


def link(records: Records, linked: bool = True, progress: Progress = None) -> Records:
    """What was gathered, with the citations' targets and the links."""
    citations = resolve_citations(records.citations, records.documents, records.clauses)
    if not linked:
        return replace(records, citations=citations)
    above = candidates(records.documents, citations, records.fingerprints)
    tell = partial(_tell, progress) if progress else None
    links, local = trace(records.documents, records.clauses, {d: found for d, found in above.items() if found}, records.fingerprints, tell)
    return replace(records, citations=citations, links=links, locals=local, plans=plans_of(above))


def _tell(progress: Callable[[int, int, str], None], done: int, total: int) -> None:
    progress(done, total, LINKING)


def plans_of(above: Mapping[str, Sequence[Candidate]]) -> tuple[Plan, ...]:
    """What each document that has any is compared with, as it is kept in the store."""
    return tuple(Plan(document, tuple((*c,) for c in found)) for document, found in above.items() if found)


def home_of(of: Link | Local) -> str:
    """The document of the clause that a link or local stretch belongs to."""
    return of.origin.partition("#")[0]


def gather(files: Iterable[FileRecords]) -> Records:
    """All files' records, in the order of file names, with units once each; citations have no targets yet."""
    files = sorted(files, key=lambda f: f.source.file if f.source else f.problems[0].file)
    return Records(
        sources=tuple(f.source for f in files if f.source),
        documents=tuple(d for f in files for d in f.documents),
        clauses=tuple(c for f in files for c in f.clauses),
        grids=tuple(g for f in files for g in f.grids),
        others=tuple(o for f in files for o in f.others),
        tasks=tuple(t for f in files for t in f.tasks),
        units=merge_units(u for f in files for u in f.units),
        citations=tuple(c for f in files for c in f.citations),
        targets=tuple(t for f in files for t in f.targets),
        indicators=tuple(i for f in files for i in f.indicators),
        issues=tuple(i for f in files for i in f.issues),
        problems=tuple(p for f in files for p in f.problems),
        found=tuple((f.source.file, u) for f in files if f.source for u in dict.fromkeys(f.units)),
        fingerprints=tuple(p for f in files for p in f.fingerprints),
    )


def separate(records: Records) -> list[FileRecords]:
    """The reverse of `combine`: what each file yields alone, so that some files can be exchanged."""
    file_of = {d.id: d.file for d in records.documents}
    names = dict.fromkeys([*(s.file for s in records.sources), *(p.file for p in records.problems)])
    parts: dict[str, dict[str, list[object]]] = {name: {} for name in names}
    for table in ("documents", "clauses", "grids", "tasks", "citations", "targets", "indicators", "fingerprints"):
        for value in getattr(records, table):
            file = value.file if table == "documents" else file_of[value.document]
            if table == "citations":
                value = replace(value, target=None, target_clause=None)
            parts[file].setdefault(table, []).append(value)
    for table in ("issues", "problems"):
        for value in getattr(records, table):
            parts[value.file].setdefault(table, []).append(value)
    for pair in records.others:
        parts[pair[0]].setdefault("others", []).append(pair)
    for file, unit in records.found:
        parts[file].setdefault("units", []).append(unit)
    sources = {s.file: s for s in records.sources}
    return [
        FileRecords(source=sources.get(name), **{k: tuple(v) for k, v in part.items()})  # type: ignore[arg-type]
        for name, part in parts.items()
    ]


def merge_units(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Each unit once, sorted by name; what several documents know of its other names comes together."""
    merged: dict[str, Unit] = {}
    for unit in units:
        known = merged.get(unit.id)
        if known is not None and known != unit:
            unit = replace(
                known,
                aliases=tuple(sorted({*known.aliases, *unit.aliases})),
                predecessors=tuple(sorted({*known.predecessors, *unit.predecessors})),
                successors=tuple(sorted({*known.successors, *unit.successors})),
            )
        merged[unit.id] = unit
    return tuple(merged[name] for name in sorted(merged))


PARALLEL_FROM = 3_000_000  # bytes; below that a second process costs more than it saves


def parse_files(files: Sequence[tuple[Path, str]], data: Path | None = None, progress: Progress = None) -> list[FileRecords]:
    """Reads and parses files, two at a time where there is enough to do; in the order given.

    `progress(done, total, file)` is called after each file.
    """
    size = sum(_size(path) for path, _ in files)
    return _each(_read_one, [(path, name, data) for path, name in files], [name for _, name in files], size, progress)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it has gone since it was found; reading it will say so
        return 0


def parse_sources(sources: Sequence[Source], data: Path | None = None, progress: Progress = None) -> list[FileRecords]:
    """Parses sources that were read before, two at a time where there is enough to do; in the order given."""
    size = 3 * sum(len(s.text) for s in sources)
    return _each(_parse_one, [(source, data) for source in sources], [s.file for s in sources], size, progress)


def _each(work: Callable[[Any], FileRecords], jobs: Sequence[Any], names: Sequence[str], size: int, progress: Progress) -> list[FileRecords]:
    """The jobs done, in their order; in two processes from a certain size. One that breaks down leaves its jobs to this one."""
    results: list[FileRecords] = []

    def take(found: Iterable[FileRecords]) -> None:
        for result in found:
            results.append(result)
            if progress:
                progress(len(results), len(jobs), names[len(results) - 1])

    if size >= PARALLEL_FROM and len(jobs) > 1:
        _beside(work, jobs, take)
    take(work(job) for job in jobs[len(results) :])
    return results


def _beside(work: Callable[[Any], FileRecords], jobs: Sequence[Any], take: Callable[[Iterable[FileRecords]], None]) -> None:
    """Does the jobs part by part, some in a second process, and takes what comes of them in order."""
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children

    size = max(1, min(8, len(jobs) // 8))  # small ones, so that neither waits long for the other's last
    parts = [jobs[at : at + size] for at in range(0, len(jobs), size)]
    left = deque(range(len(parts)))
    away: deque[tuple[int, Future[list[FileRecords]]]] = deque()  # what the other process has or will have next
    done: dict[int, list[FileRecords]] = {}
    before, told = set(active_children()), 0
    with ProcessPoolExecutor(max_workers=1, initializer=end_with_parent) as pool:

        def send() -> None:
            number = left.popleft()
            away.append((number, pool.submit(_some, work, parts[number])))

        try:
            with uninterrupted():
                send()  # the first call starts the process
            while left or away:
                while left and len(away) < 2:  # not pool.map: it cancels what is left when it is interrupted, and a pool that breaks then stumbles over that
                    send()
                if left:
                    number = left.popleft()
                    done[number] = _some(work, parts[number])
                while away and (not left or away[0][1].done()):
                    number, future = away.popleft()
                    done[number] = future.result()
                while told in done:
                    take(done.pop(told))
                    told += 1
        except BrokenProcessPool:  # no memory for two, or killed from outside: what is left is done here
            return
        except BaseException:
            for child in set(active_children()) - before:
                child.terminate()  # an interrupted build does not wait for what nobody wants any more
            raise


def _some(work: Callable[[Any], FileRecords], jobs: Sequence[Any]) -> list[FileRecords]:
    with seldom_collected():
        return [work(job) for job in jobs]


def _read_one(job: tuple[Path, str, Path | None]) -> FileRecords:
    return read_and_parse(*job)


def _parse_one(job: tuple[Source, Path | None]) -> FileRecords:
    return parse_or_say(*job)
