"""Reads a store: one SQLite file that holds every source and every record (kb/saving.py writes it, kb/schema.sql has its tables).

A store is written once and then only read (a change makes a new one, see index/library.py), so readers need no locks.
"""

from __future__ import annotations

import json
import marshal
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from kb.errors import KnowledgeBaseError
from kb.model import Assignment, Other, Problem, Records, Source, Task, Unit
from kb.packing import SHARED, TABLES, UNPACK, columns_of, quoted

FORMAT = "5"  # raised whenever a store of an earlier program can no longer be read
PLAIN = 2  # form of marshal: values alone, nothing of how they lie in memory, the same with every Python
FILE = "store.sqlite"
OWN_FOLDER = "own"  # the user's own tables beside the store, as they were when it was made
T = TypeVar("T")

KINDS = {table: kind for kind, table in TABLES.items()}
OF_FILES = (*(table for kind, table in TABLES.items() if kind not in SHARED), "assignments", "found", "sources")  # in the order of stamps
ASSIGNMENTS = ("task", "position", "printed", "unit", "role")
SOURCES = ("seq", "file", "format", "encoding", "digest", "notes", "others", "text")
END = 1 << 62  # behind all rows


def stamp(digest: Any, row: Sequence[Any]) -> None:
    """Takes a row into a digest; its first cell is its place. marshal, since repr looks at each character twice."""
    if isinstance(row[-1], bytes):  # a blob is always the last
        digest.update(row[-1])
        row = row[:-1]
    digest.update(marshal.dumps(tuple(row), PLAIN))


def rows_between(connection: sqlite3.Connection, table: str, start: int, end: int) -> Iterable[tuple[Any, ...]]:
    """The rows of a table of OF_FILES whose numbers are from `start` to below `end`, in order, with the columns that are stamped."""
    place, order, columns = "seq", "seq", ("seq", *columns_of(KINDS[table])) if table in KINDS else SOURCES
    if table == "assignments":
        place, order, columns = "task", "task, position", ASSIGNMENTS
    elif table == "found":
        columns = ("seq", "file", *columns_of(Unit))
    return connection.execute(f"SELECT {quoted(columns)} FROM {table} WHERE {place} >= ? AND {place} < ? ORDER BY {order}", (start, end))


def stamp_between(connection: sqlite3.Connection, base: int, end: int) -> str:
    """The stamp of the file whose rows begin at `base`, as they are now."""
    import hashlib

    made = hashlib.sha256()
    for table in OF_FILES:
        for seq, *cells in rows_between(connection, table, base, end):
            stamp(made, (seq - base, *cells))
    return made.hexdigest()


def digest_of(connection: sqlite3.Connection) -> str:
    """The digest of a store from the stamps of its files and what belongs to none."""
    import hashlib

    digest = hashlib.sha256()
    for row in connection.execute("SELECT file, stamp FROM files ORDER BY seq"):
        stamp(digest, row)
    for kind in SHARED:
        for row in connection.execute(f"SELECT {quoted(('seq', *columns_of(kind)))} FROM {TABLES[kind]} ORDER BY seq"):
            stamp(digest, row)
    return digest.hexdigest()


class Store:
    """A saved knowledge base, open for reading. Records are read when asked for, in their order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise KnowledgeBaseError("知识库的数据文件不见了", str(path), "请用 policykb build 重建，或用 policykb restore 恢复备份")
        try:
            self.connection = sqlite3.connect(f"file:{_uri(path)}?mode=ro", uri=True)
            self.meta: dict[str, str] = dict(self.connection.execute("SELECT key, value FROM meta"))
        except sqlite3.Error as error:
            raise KnowledgeBaseError("知识库的数据文件已损坏", str(path), "请用 policykb build 重建，或用 policykb restore 恢复备份") from error
        if self.meta.get("format") != FORMAT:
            self.connection.close()
            raise KnowledgeBaseError(
                f"知识库的版本是 {self.meta.get('format')}，本程序只读版本 {FORMAT}", str(path), "请用本程序的 policykb build 重建"
            )

    def close(self) -> None:
        self.connection.close()

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query; a damaged file becomes a KnowledgeBaseError."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise KnowledgeBaseError("知识库的数据文件已损坏", str(self.path), "请用 policykb build 重建，或用 policykb restore 恢复备份") from error

    def read(self, kind: type[T], where: str = "", values: tuple[Any, ...] = ()) -> list[T]:
        """Records of a kind (a dataclass of kb.model) in document order; `where` is SQL behind WHERE."""
        columns = columns_of(kind)  # type: ignore[arg-type]
        unpack = [UNPACK.get(c) for c in columns]
        sql = f"SELECT seq,{quoted(columns)} FROM {TABLES[kind]} {'WHERE ' + where if where else ''} ORDER BY seq"
        found = self.rows(sql, values)
        units = self._assignments([row[0] for row in found]) if kind is Task else {}
        out = []
        for seq, *row in found:
            cells: dict[str, Any] = {c: (u(v) if u else v) for c, u, v in zip(columns, unpack, row, strict=True)}
            if kind is Task:
                cells["units"] = units.get(seq, ())
            out.append(kind(**cells))
        return out

    def places_of(self, file: str) -> tuple[int, int]:
        """From which number to below which the rows of a file stand; (0, 0) for an unknown one."""
        for (base,) in self.rows("SELECT seq FROM files WHERE file = ?", (file,)):
            return base, self.rows("SELECT min(seq) FROM files WHERE seq > ?", (base,))[0][0] or END
        return 0, 0

    def of_file(self, kind: type[T], file: str) -> list[T]:
        """The records of a kind that belong to a file, in order."""
        return self.read(kind, "seq >= ? AND seq < ?", self.places_of(file))

    def read_many(self, kind: type[T], ids: Iterable[str]) -> dict[str, T]:
        """Records with an id, by id; unknown ids are left out."""
        out: dict[str, T] = {}
        wanted = list(dict.fromkeys(ids))
        for at in range(0, len(wanted), 500):
            part = tuple(wanted[at : at + 500])
            for value in self.read(kind, f"id IN ({','.join('?' * len(part))})", part):
                out[value.id] = value  # type: ignore[attr-defined]
        return out

    def _assignments(self, tasks: list[int]) -> dict[int, tuple[Assignment, ...]]:
        out: dict[int, list[Assignment]] = {}
        for at in range(0, len(tasks), 500):
            part = tuple(tasks[at : at + 500])
            sql = f"SELECT task, printed, unit, role FROM assignments WHERE task IN ({','.join('?' * len(part))}) ORDER BY task, position"
            for task, printed, unit, role in self.rows(sql, part):
                out.setdefault(task, []).append(Assignment(printed, unit, role))
        return {task: tuple(units) for task, units in out.items()}

    def one(self, kind: type[T], id: str) -> T | None:
        """The record with this id, or None."""
        found = self.read(kind, "id = ?", (id,))
        return found[0] if found else None

    def count(self, kind: type) -> int:
        """How many records of a kind there are."""
        return int(self.rows(f"SELECT count(*) FROM {TABLES[kind]}")[0][0])

    def files(self) -> list[tuple[str, str]]:
        """(file, digest of its bytes) of every source, in order."""
        return [(f, d) for f, d in self.rows("SELECT file, digest FROM sources ORDER BY seq")]

    def source(self, file: str) -> Source | None:
        """A source with its text."""
        for row in self.rows("SELECT file, format, encoding, text, digest, notes FROM sources WHERE file = ?", (file,)):
            return self._source(row)
        return None

    def sources(self) -> list[Source]:
        """All sources with their texts."""
        return [self._source(r) for r in self.rows("SELECT file, format, encoding, text, digest, notes FROM sources ORDER BY seq")]

    def _source(self, row: tuple[Any, ...]) -> Source:
        file, form, encoding, blob, digest, notes = row
        try:
            text = zlib.decompress(blob).decode("utf-8", "surrogatepass")
        except (zlib.error, UnicodeDecodeError) as error:
            raise KnowledgeBaseError(f"原文“{file}”已损坏", str(self.path), "请用 policykb build 重建，或用 policykb restore 恢复备份") from error
        return Source(file, form, encoding, text, digest, tuple(Problem(f, r) for f, r in json.loads(notes)))

    def others(self, file: str) -> list[Other]:
        """What of a source was declared to be no clause text."""
        found = self.rows("SELECT others FROM sources WHERE file = ?", (file,))
        parts = [p.rpartition(":") for p in found[0][0].split(",")] if found and found[0][0] else []
        return [Other(kind, *(int(n) for n in place.split("-"))) for kind, _, place in parts]

    def is_whole(self, files: Collection[str] | None = None) -> bool:
        """Whether everything in the store, or everything of some files, is as it was saved: reads it and compares the digests."""
        try:
            if files is None and self.connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                return False
            if digest_of(self.connection) != self.meta.get("digest"):
                return False
            rows = self.connection.execute("SELECT file, seq, stamp FROM files ORDER BY seq").fetchall()
            if files is None:
                return _stamps(self.connection, [base for _, base, _ in rows]) == [stamp for _, _, stamp in rows]
            ends = [*(base for _, base, _ in rows[1:]), END]
            return all(stamp_between(self.connection, base, end) == made for (file, base, made), end in zip(rows, ends, strict=False) if file in files)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return False

    def records(self) -> Records:
        """Everything, as it was saved."""
        sources = tuple(self.sources())
        others = tuple((s.file, other) for s in sources for other in self.others(s.file))
        tables: dict[str, Any] = {table: tuple(self.read(kind)) for kind, table in TABLES.items()}
        return Records(sources=sources, others=others, found=self.found(), **tables)

    def found(self) -> tuple[tuple[str, Unit], ...]:
        """The units that each file alone shows: (file, unit)."""
        columns = columns_of(Unit)
        rows = self.rows(f"SELECT file,{quoted(columns)} FROM found ORDER BY seq")
        named = ((file, dict(zip(columns, cells, strict=True))) for file, *cells in rows)
        return tuple((file, Unit(**{c: UNPACK[c](v) if c in UNPACK else v for c, v in cells.items()})) for file, cells in named)


def _stamps(connection: sqlite3.Connection, bases: Sequence[int]) -> list[str]:
    """The stamps of all files as they are now, in one pass over each table; one stamp more when there are rows of no file."""
    import hashlib

    made = [hashlib.sha256() for _ in bases]
    strays = 0
    for table in OF_FILES:
        at = -1
        for row in rows_between(connection, table, 0, END):
            while at + 1 < len(bases) and row[0] >= bases[at + 1]:
                at += 1
            if at < 0:
                strays += 1
            else:
                stamp(made[at], (row[0] - bases[at], *row[1:]))
    return [one.hexdigest() for one in made] + [""] * min(strays, 1)


def _uri(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.resolve()))
