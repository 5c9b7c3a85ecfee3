"""All SQL: one SQLite file holds every source and every record; save, open, read.

A store is written once and then only read (a change makes a new one, see index/library.py), so readers need no locks.
Values are stored as their dataclasses are: one column a field, tuples as JSON, spans as "start-end,start-end".
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from kb.errors import KnowledgeBaseError
from kb.model import (
    Assignment,
    Cell,
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
    Pair,
    Plan,
    Problem,
    Records,
    Row,
    Source,
    Spans,
    Target,
    Task,
    Unit,
)  # fmt: skip

FORMAT = "3"  # raised whenever a store of an earlier program can no longer be read
FILE = "store.sqlite"
OWN_FOLDER = "own"  # the user's own tables beside the store, as they were when it was made
T = TypeVar("T")

TABLES: dict[type, str] = {
    Document: "documents", Clause: "clauses", Grid: "grids", Unit: "units", Task: "tasks", Citation: "citations", Link: "links",
    Local: "locals", Target: "targets", Indicator: "indicators", Issue: "issues", Problem: "problems",
    Fingerprint: "fingerprints", Plan: "plans",
}  # fmt: skip


def pack_spans(spans: Spans) -> str:
    """((3, 9), (12, 20)) → "3-9,12-20"."""
    return ",".join(f"{a}-{b}" for a, b in spans)


def unpack_spans(text: str) -> Spans:
    """The reverse of pack_spans."""
    if not text:
        return ()
    return tuple((int(a), int(b)) for a, _, b in (part.partition("-") for part in text.split(",")))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pack_rows(rows: tuple[Row, ...]) -> str:
    return _json([[[[c.text, pack_spans(c.spans)] for c in r.cells], r.clause, r.first_line, r.last_line] for r in rows])


def _unpack_rows(text: str) -> tuple[Row, ...]:
    return tuple(Row(tuple(Cell(t, unpack_spans(s)) for t, s in cells), clause, first, last) for cells, clause, first, last in json.loads(text))


def _pack_pairs(pairs: tuple[Pair, ...]) -> str:
    return _json([[p.from_text, p.to_text, p.score, pack_spans(p.from_spans), pack_spans(p.to_spans)] for p in pairs])


def _unpack_pairs(text: str) -> tuple[Pair, ...]:
    return tuple(Pair(a, b, score, unpack_spans(x), unpack_spans(y)) for a, b, score, x, y in json.loads(text))


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _pairs_of_text(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((k, v) for k, v in json.loads(text))


def _above_of_text(text: str) -> tuple[tuple[str, bool, bool, bool], ...]:
    return tuple((document, parallel, cited, close) for document, parallel, cited, close in json.loads(text))


_LISTS = ("issuers", "header", "aliases", "predecessors", "successors", "changes")
_FLAGS = ("open_ended", "inherited", "parallel", "cited", "articles")
_PACK: dict[str, Callable[[Any], Any]] = {
    "spans": pack_spans, "rows": _pack_rows, "pairs": _pack_pairs, "values": _json, "above": _json, **dict.fromkeys(_LISTS, _json), **dict.fromkeys(_FLAGS, int),
}  # fmt: skip
_UNPACK: dict[str, Callable[[Any], Any]] = {
    "spans": unpack_spans, "rows": _unpack_rows, "pairs": _unpack_pairs, "values": _pairs_of_text, "above": _above_of_text,
    **dict.fromkeys(_LISTS, _tuple), **dict.fromkeys(_FLAGS, bool),
}  # fmt: skip


@cache
def _columns(kind: Any) -> tuple[str, ...]:
    return tuple(name for name in kind.__match_args__ if not (kind is Task and name == "units"))


def _quoted(columns: Iterable[str]) -> str:
    return ",".join(f'"{c}"' for c in columns)


def _values(value: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(_PACK[c](getattr(value, c)) if c in _PACK else getattr(value, c) for c in columns)


def save(records: Records, path: Path, meta: dict[str, str]) -> str:
    """Writes a new store file and returns its digest (sha256 of everything in it, hex).

    The same records give the same digest. The file must not exist yet. sqlite3.Error and OSError go to the caller,
    who works in a folder of his own and throws it away.
    """
    import hashlib

    connection = sqlite3.connect(path)
    digest = hashlib.sha256()
    try:
        statements = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8").split(";\n")
        connection.execute("PRAGMA synchronous=OFF")  # the file is synced once, whole, before it is put in place
        for statement in statements:
            if "INDEX" not in statement:
                connection.execute(statement)
        connection.execute("BEGIN")
        _save_sources(connection, records, digest)
        for kind, table in TABLES.items():
            _insert(connection, table, kind, getattr(records, table), digest)
        _save_assignments(connection, records.tasks, digest)
        _save_found(connection, records.found, digest)
        for statement in statements:
            if "INDEX" in statement:
                connection.execute(statement)
        stamp = digest.hexdigest()
        rows = {**meta, "format": FORMAT, "digest": stamp}
        connection.executemany("INSERT INTO meta VALUES (?,?)", sorted(rows.items()))
        connection.commit()
    finally:
        connection.close()
    return stamp


def _insert(connection: sqlite3.Connection, table: str, kind: type, values: Iterable[Any], digest: Any) -> None:
    columns = _columns(kind)
    marks = ",".join("?" * (len(columns) + 1))
    read = attrgetter(*columns)
    packed = [(at, _PACK[c]) for at, c in enumerate(columns, 1) if c in _PACK]

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, value in enumerate(values, 1):
            row = [number, *read(value)]
            for at, pack in packed:
                row[at] = pack(row[at])
            _stamp(digest, tuple(row))
            yield tuple(row)

    connection.executemany(f"INSERT INTO {table} (seq,{_quoted(columns)}) VALUES ({marks})", rows())


def _save_sources(connection: sqlite3.Connection, records: Records, digest: Any) -> None:
    others: dict[str, list[str]] = {}
    for file, other in records.others:
        others.setdefault(file, []).append(f"{other.kind}:{other.start}-{other.end}")
    for number, s in enumerate(records.sources, 1):
        kept = ",".join(others.get(s.file, ()))
        notes = _json([[n.file, n.reason] for n in s.notes])
        blob = zlib.compress(s.text.encode("utf-8", "surrogatepass"), 1)
        row = (number, s.file, s.format, s.encoding, s.digest, notes, kept, blob)
        _stamp(digest, row)
        connection.execute("INSERT INTO sources VALUES (?,?,?,?,?,?,?,?)", row)


def _save_assignments(connection: sqlite3.Connection, tasks: tuple[Task, ...], digest: Any) -> None:
    rows = [(t, p, u.printed, u.unit, u.role) for t, task in enumerate(tasks, 1) for p, u in enumerate(task.units)]
    for row in rows:
        _stamp(digest, row)
    connection.executemany("INSERT INTO assignments VALUES (?,?,?,?,?)", rows)


def _save_found(connection: sqlite3.Connection, found: tuple[tuple[str, Unit], ...], digest: Any) -> None:
    columns = _columns(Unit)
    rows = [(number, file, *_values(unit, columns)) for number, (file, unit) in enumerate(found, 1)]
    for row in rows:
        _stamp(digest, row)
    connection.executemany(f"INSERT INTO found (seq,file,{_quoted(columns)}) VALUES ({','.join('?' * (len(columns) + 2))})", rows)


def _stamp(digest: Any, row: tuple[Any, ...]) -> None:
    if isinstance(row[-1], bytes):  # a blob is always the last; its repr is four times as long
        digest.update(row[-1])
        row = row[:-1]
    digest.update(repr(row).encode("utf-8", "surrogatepass"))


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
        columns = _columns(kind)  # type: ignore[arg-type]
        unpack = [_UNPACK.get(c) for c in columns]
        sql = f"SELECT seq,{_quoted(columns)} FROM {TABLES[kind]} {'WHERE ' + where if where else ''} ORDER BY seq"
        found = self.rows(sql, values)
        units = self._assignments([row[0] for row in found]) if kind is Task else {}
        out = []
        for seq, *row in found:
            cells: dict[str, Any] = {c: (u(v) if u else v) for c, u, v in zip(columns, unpack, row, strict=True)}
            if kind is Task:
                cells["units"] = units.get(seq, ())
            out.append(kind(**cells))
        return out

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

    def is_whole(self) -> bool:
        """Whether everything in the store is as it was saved: reads all of it and compares the digest."""
        import hashlib

        digest = hashlib.sha256()
        try:
            if self.connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                return False
            for table, order in (("sources", "seq"), *((t, "seq") for t in TABLES.values()), ("assignments", "task, position"), ("found", "seq")):
                kind = next((k for k, t in TABLES.items() if t == table), None)
                columns = _quoted(("seq", *_columns(kind))) if kind else "*"
                for row in self.connection.execute(f"SELECT {columns} FROM {table} ORDER BY {order}"):
                    _stamp(digest, row)
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return False
        return digest.hexdigest() == self.meta.get("digest")

    def records(self) -> Records:
        """Everything, as it was saved."""
        sources = tuple(self.sources())
        others = tuple((s.file, other) for s in sources for other in self.others(s.file))
        tables: dict[str, Any] = {table: tuple(self.read(kind)) for kind, table in TABLES.items()}
        return Records(sources=sources, others=others, found=self._found(), **tables)

    def _found(self) -> tuple[tuple[str, Unit], ...]:
        columns = _columns(Unit)
        rows = self.rows(f"SELECT file,{_quoted(columns)} FROM found ORDER BY seq")
        named = ((file, dict(zip(columns, cells, strict=True))) for file, *cells in rows)
        return tuple((file, Unit(**{c: _UNPACK[c](v) if c in _UNPACK else v for c, v in cells.items()})) for file, cells in named)


def _uri(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.resolve()))
