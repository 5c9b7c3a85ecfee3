"""Records ⇄ rows of the store: one column a field, tuples as JSON, spans as "start-end,start-end"; and which file a record is of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from kb.model import (
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
    Pair,
    Plan,
    Problem,
    Row,
    Spans,
    Target,
    Task,
    Unit,
)

TABLES: dict[type, str] = {
    Document: "documents", Clause: "clauses", Grid: "grids", Unit: "units", Task: "tasks", Citation: "citations", Link: "links",
    Local: "locals", Target: "targets", Indicator: "indicators", Issue: "issues", Problem: "problems",
    Fingerprint: "fingerprints", Plan: "plans",
}  # fmt: skip
SHARED: tuple[type, ...] = (Unit, Problem)  # of no file alone; all others are of one


def pack_spans(spans: Spans) -> str:
    """((3, 9), (12, 20)) → "3-9,12-20"."""
    if len(spans) == 1:  # nearly always
        ((a, b),) = spans
        return f"{a}-{b}"
    return ",".join(f"{a}-{b}" for a, b in spans)


def unpack_spans(text: str) -> Spans:
    """The reverse of pack_spans."""
    if not text:
        return ()
    return tuple((int(a), int(b)) for a, _, b in (part.partition("-") for part in text.split(",")))


def to_json(value: object) -> str:
    return _encoder().encode(value)


@cache
def _encoder() -> json.JSONEncoder:
    """Made once: json.dumps makes one for each value."""
    return json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _pack_rows(rows: tuple[Row, ...]) -> str:
    return to_json([[[[c.text, pack_spans(c.spans)] for c in r.cells], r.clause, r.first_line, r.last_line] for r in rows])


def _unpack_rows(text: str) -> tuple[Row, ...]:
    return tuple(Row(tuple(Cell(t, unpack_spans(s)) for t, s in cells), clause, first, last) for cells, clause, first, last in json.loads(text))


def _pack_pairs(pairs: tuple[Pair, ...]) -> str:
    return to_json([[p.from_text, p.to_text, p.score, pack_spans(p.from_spans), pack_spans(p.to_spans)] for p in pairs])


def _unpack_pairs(text: str) -> tuple[Pair, ...]:
    return tuple(Pair(a, b, score, unpack_spans(x), unpack_spans(y)) for a, b, score, x, y in json.loads(text))


@lru_cache(maxsize=4096)  # most documents have the issuers of others
def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _pairs_of_text(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((k, v) for k, v in json.loads(text))


def _above_of_text(text: str) -> tuple[tuple[str, bool, bool, bool], ...]:
    return tuple((document, parallel, cited, close) for document, parallel, cited, close in json.loads(text))


_LISTS = ("issuers", "header", "aliases", "predecessors", "successors", "changes")
_FLAGS = ("open_ended", "inherited", "parallel", "cited", "articles")
PACK: dict[str, Callable[[Any], Any]] = {
    "spans": pack_spans, "rows": _pack_rows, "pairs": _pack_pairs, "values": to_json, "above": to_json, **dict.fromkeys(_LISTS, to_json), **dict.fromkeys(_FLAGS, int),
}  # fmt: skip
UNPACK: dict[str, Callable[[Any], Any]] = {
    "spans": unpack_spans, "rows": _unpack_rows, "pairs": _unpack_pairs, "values": _pairs_of_text, "above": _above_of_text,
    **dict.fromkeys(_LISTS, _tuple), **dict.fromkeys(_FLAGS, bool),
}  # fmt: skip


@cache
def columns_of(kind: Any) -> tuple[str, ...]:
    return tuple(name for name in kind.__match_args__ if not (kind is Task and name == "units"))


def quoted(columns: Iterable[str]) -> str:
    return ",".join(f'"{c}"' for c in columns)


def values_of(value: Any, columns: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(PACK[c](getattr(value, c)) if c in PACK else getattr(value, c) for c in columns)


