"""Writes stores: a whole one, or what some files change in one.

Rows of a file stand together: each file has a *base*, and its rows of every table have the numbers behind it, so a file's rows are
found, dropped and put in by their numbers. Between files much is left free, so that one can come in without moving the others.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from kb.frozen import dataclass
from kb.model import Document, Issue, Link, Local, Problem, Records, Task, Unit
from kb.packing import PACK, SHARED, TABLES, columns_of, quoted, to_json, values_of
from kb.store import ASSIGNMENTS, END, FORMAT, OF_FILES, SOURCES, digest_of, stamp, stamp_between

ROOM = 1 << 24  # numbers left free between files
SPARE, EACH = 1 << 14, 64  # numbers kept for a file's rows of one table: so many, and so many for each of its clauses


class NoRoom(Exception):
    """There are too few free numbers where a file must stand; the store must be written anew."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What changes in a store. Files in `gone` leave (those that are replaced too); `fresh` has all of the files that come in; of
    other files only some tables change, `slices`: file → kind → all its records of this kind. Units and problems are given whole."""

    gone: Collection[str]
    fresh: Records
    slices: Mapping[str, Mapping[type, Sequence[Any]]]
    units: Sequence[Unit]
    problems: Sequence[Problem]


def files_of(records: Records) -> list[str]:
    """The files that the records are of, in order."""
    return list(dict.fromkeys([*(s.file for s in records.sources), *(d.file for d in records.documents), *(i.file for i in records.issues)]))


def widths(records: Records) -> dict[str, int]:
    """How many numbers each file is given. It depends on nothing but the number of its clauses."""
    file_of = {d.id: d.file for d in records.documents}
    held = Counter(file_of[c.document] for c in records.clauses)
    return {file: SPARE + EACH * held[file] for file in files_of(records)}


def bases(records: Records) -> dict[str, int]:
    """The base of each file in a store that is written whole."""
    out = {}
    at = ROOM
    for file, width in widths(records).items():
        out[file] = at
        at += width + ROOM
    return out


def clause_places(records: Records) -> array[int]:
    """The numbers that the clauses have in a store that is written whole."""
    base_of = bases(records)
    start_of = {d.id: base_of[d.file] for d in records.documents}
    out = array("Q")
    held: dict[int, int] = defaultdict(int)
    for clause in records.clauses:
        base = start_of[clause.document]
        out.append(base + held[base])
        held[base] += 1
    return out


class _Filing:
    """Makes rows of records: each in its place, and each in the stamp of its file."""

    def __init__(self, base_of: Mapping[str, int], file_of: Mapping[str, str], end_of: Mapping[str, int]) -> None:
        """`file_of`: the file of each document; `end_of`: the first number that is no longer a file's."""
        self.base_of, self.file_of, self.end_of = base_of, file_of, end_of
        self.stamps = {file: hashlib.sha256() for file in base_of}

    def rows(self, kind: type, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of records of a kind that belong to files."""
        columns, file_of = columns_of(kind), self._file(kind)
        read = attrgetter(*columns)
        packed = [(at, PACK[c]) for at, c in enumerate(columns, 1) if c in PACK]
        held = dict.fromkeys(self.base_of, 0)
        for value in values:
            file = file_of(value)
            row = [held[file], *read(value)]
            for at, pack in packed:
                row[at] = pack(row[at])
            yield self._placed(file, row)
            held[file] += 1

    def assignments(self, tasks: Iterable[Task]) -> Iterator[tuple[Any, ...]]:
        held = dict.fromkeys(self.base_of, 0)
        for task in tasks:
            file = self.file_of[task.document]
            for position, unit in enumerate(task.units):
                yield self._placed(file, [held[file], position, unit.printed, unit.unit, unit.role])
            held[file] += 1

    def found(self, found: Iterable[tuple[str, Unit]]) -> Iterator[tuple[Any, ...]]:
        held = dict.fromkeys(self.base_of, 0)
        columns = columns_of(Unit)
        for file, unit in found:
            yield self._placed(file, [held[file], file, *values_of(unit, columns)])
            held[file] += 1

    def sources(self, records: Records) -> Iterator[tuple[Any, ...]]:
        others: dict[str, list[str]] = defaultdict(list)
        for file, other in records.others:
            others[file].append(f"{other.kind}:{other.start}-{other.end}")
        for s in records.sources:
            notes = to_json([[n.file, n.reason] for n in s.notes])
            blob = zlib.compress(s.text.encode("utf-8", "surrogatepass"), 1)
            yield self._placed(s.file, [0, s.file, s.format, s.encoding, s.digest, notes, ",".join(others[s.file]), blob])

    def _file(self, kind: type) -> Callable[[Any], str]:
        if kind in (Document, Issue):
            return attrgetter("file")
        file_of = self.file_of
        if kind in (Link, Local):
            return lambda value: file_of[value.origin.partition("#")[0]]
        return lambda value: file_of[value.document]

    def _placed(self, file: str, row: list[Any]) -> tuple[Any, ...]:
        stamp(self.stamps[file], row)
        row[0] += self.base_of[file]
        if row[0] >= self.end_of[file]:
            raise NoRoom
        return tuple(row)


def save(records: Records, path: Path, meta: dict[str, str]) -> str:
    """Writes a new store file and returns its digest (sha256 of everything in it, hex).

    The same records give the same digest. The file must not exist yet. sqlite3.Error and OSError go to the caller,
    who works in a folder of his own and throws it away.
    """
    connection = sqlite3.connect(path)
    try:
        statements = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8").split(";\n")
        connection.execute("PRAGMA synchronous=OFF")  # the file is synced once, whole, before it is put in place
        for statement in statements:
            if "INDEX" not in statement:
                connection.execute(statement)
        connection.execute("BEGIN")
        base_of = bases(records)
        _put_files(connection, base_of, _file_away(connection, records, base_of, _ends(base_of)))
        _put_shared(connection, records.units, records.problems)
        for statement in statements:
            if "INDEX" in statement:
                connection.execute(statement)
        connection.executemany("INSERT INTO meta VALUES (?,?)", sorted({**meta, "format": FORMAT}.items()))
        digest = _put_digest(connection)
        connection.commit()
    finally:
        connection.close()
    return digest


def amend(path: Path, change: Amendment) -> str:
    """Changes a store file in place and returns its new digest; what it holds then is what `save` would write.

    NoRoom, sqlite3.Error and OSError leave the file in no state to be used.
    """
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode=OFF")  # the file is a copy that is thrown away when something goes wrong
        connection.execute("PRAGMA synchronous=OFF")
        known: dict[str, int] = dict(connection.execute("SELECT file, seq FROM files ORDER BY seq"))
        connection.execute("PRAGMA secure_delete=ON")  # what was taken out is in the file, and its backups, no more
        end_of = _ends(known)
        base_of = _room(connection, [(f, b, end_of[f]) for f, b in known.items() if f not in change.gone], widths(change.fresh))
        ends_now = _ends({f: b for f, b in known.items() if f not in change.gone} | base_of)
        connection.execute("BEGIN")
        for file in change.gone:
            if file in known:
                for table in (*OF_FILES, "files"):
                    _drop(connection, table, known[file], end_of[file])
        file_of = dict(connection.execute("SELECT id, file FROM documents"))
        for file, tables in change.slices.items():
            filing = _Filing({file: known[file]}, file_of, ends_now)
            for kind, values in tables.items():
                _drop(connection, TABLES[kind], known[file], end_of[file])
                _insert(connection, TABLES[kind], ("seq", *columns_of(kind)), filing.rows(kind, values))
            now = stamp_between(connection, known[file], end_of[file])
            connection.execute("UPDATE files SET stamp = ? WHERE file = ?", (now, file))
        _put_files(connection, base_of, _file_away(connection, change.fresh, base_of, ends_now))
        for kind in SHARED:
            connection.execute(f"DELETE FROM {TABLES[kind]}")
        _put_shared(connection, change.units, change.problems)
        digest = _put_digest(connection)
        connection.commit()
    finally:
        connection.close()
    return digest


def _file_away(connection: sqlite3.Connection, records: Records, base_of: Mapping[str, int], end_of: Mapping[str, int]) -> dict[str, str]:
    """Puts in everything that belongs to files; returns each file's stamp."""
    filing = _Filing(base_of, {d.id: d.file for d in records.documents}, end_of)
    for kind, table in TABLES.items():
        if kind not in SHARED:
            _insert(connection, table, ("seq", *columns_of(kind)), filing.rows(kind, getattr(records, table)))
    _insert(connection, "assignments", ASSIGNMENTS, filing.assignments(records.tasks))
    _insert(connection, "found", ("seq", "file", *columns_of(Unit)), filing.found(records.found))
    _insert(connection, "sources", SOURCES, filing.sources(records))
    return {file: made.hexdigest() for file, made in filing.stamps.items()}


def _insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    connection.executemany(f"INSERT INTO {table} ({quoted(columns)}) VALUES ({','.join('?' * len(columns))})", rows)


def _drop(connection: sqlite3.Connection, table: str, start: int, end: int) -> None:
    place = "task" if table == "assignments" else "seq"
    connection.execute(f"DELETE FROM {table} WHERE {place} >= ? AND {place} < ?", (start, end))


def _put_files(connection: sqlite3.Connection, base_of: Mapping[str, int], stamps: Mapping[str, str]) -> None:
    _insert(connection, "files", ("seq", "file", "stamp"), [(base, file, stamps[file]) for file, base in base_of.items()])


def _put_shared(connection: sqlite3.Connection, units: Sequence[Unit], problems: Sequence[Problem]) -> None:
    for kind, values in ((Unit, units), (Problem, problems)):
        columns = columns_of(kind)
        rows = ((number, *values_of(value, columns)) for number, value in enumerate(values, 1))
        _insert(connection, TABLES[kind], ("seq", *columns), rows)


def _put_digest(connection: sqlite3.Connection) -> str:
    digest = digest_of(connection)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('digest', ?)", (digest,))
    return digest


def _ends(base_of: Mapping[str, int]) -> dict[str, int]:
    """The first number that is no longer each file's: where the next one begins."""
    files = sorted(base_of, key=base_of.__getitem__)
    return dict(zip(files, [*(base_of[file] for file in files[1:]), END], strict=False))


def _room(connection: sqlite3.Connection, kept: Sequence[tuple[str, int, int]], wanted: Mapping[str, int]) -> dict[str, int]:
    """Bases for new files, each between those whose names stand before and behind it, with what is free shared out evenly.

    `kept`: (file, base, end) in order. NoRoom when they do not fit in.
    """
    names = [file for file, _, _ in kept]
    beside: dict[int, list[str]] = defaultdict(list)
    for file in sorted(wanted):
        beside[bisect_right(names, file)].append(file)
    out = {}
    for at, files in beside.items():
        at_end = at == len(kept)
        start = _end(connection, *kept[at - 1]) if at else 0
        needed = sum(wanted[file] for file in files)
        free = ROOM * (len(files) + 1) if at_end else kept[at][1] - start - needed
        if free < len(files) + 1:
            raise NoRoom
        for file in files:
            start += free // (len(files) + 1)
            out[file] = start
            start += wanted[file]
    return out


def _end(connection: sqlite3.Connection, file: str, base: int, end: int) -> int:
    """The first number behind those kept for a file, and behind all that it has: a clause may cite hundreds of documents."""
    sql = "SELECT count(*) FROM clauses WHERE document IN (SELECT id FROM documents WHERE file = ?)"
    taken = [base + SPARE + EACH * int(connection.execute(sql, (file,)).fetchone()[0])]
    for table in OF_FILES:
        place = "task" if table == "assignments" else "seq"
        (last,) = connection.execute(f"SELECT max({place}) FROM {table} WHERE {place} >= ? AND {place} < ?", (base, end)).fetchone()
        taken.append((last or 0) + 1)
    return max(taken)
