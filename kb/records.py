"""Model → the JSON records of INTERFACE: the one place that knows the English keys.

`--json`, `export`, golden files and the checks all use these functions. Keys may be added here, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.model import Citation, Clause, Document, Indicator, Issue, Link, Local, Pair, Problem, Target, Task, Unit

Record = dict[str, Any]


def source_record(file: str, first_line: int, last_line: int) -> Record:
    """Where a thing stands: file and lines."""
    return {"file": file, "start_line": first_line, "end_line": last_line}


def told_place(source: Record) -> str:
    """The place of a record for a reader: 意见.txt 第 3—5 行. Of a Word file or web page, which have no lines of their own, the paragraph is
    told (a row of a table counts as one): 意见.docx 第 3 段."""
    first, last = source["start_line"], source["end_line"]
    count = "段" if str(source["file"]).lower().endswith((".docx", ".html", ".htm")) else "行"
    return f"{source['file']} 第 {first} {count}" if first == last else f"{source['file']} 第 {first}—{last} {count}"


def told_start(source: Record) -> str:
    """The same, of its beginning alone."""
    return told_place({**source, "end_line": source["start_line"]})


def document_record(d: Document, basis: Sequence[Citation] = ()) -> Record:
    """A document with what it names as its basis, each once."""
    named = {(c.title, c.number, c.target): None for c in basis if c.relation == "basis"}
    return {
        "id": d.id, "title": d.title, "number": d.number, "issuers": list(d.issuers), "level": d.level, "region": d.region, "date": d.date,
        "genre": d.genre, "parent": d.parent, "basis": [{"title": t, "number": n, "document": target} for t, n, target in named],
        "source": source_record(d.file, d.first_line, d.last_line), "disclosure": d.disclosure,
    }  # fmt: skip


def clause_record(c: Clause, file: str) -> Record:
    """A clause."""
    return {
        "id": c.id, "document": c.document, "parent": c.parent, "path": c.path, "ordinal": c.ordinal, "kind": c.kind, "heading": c.heading,
        "text": c.text, "source": source_record(file, c.first_line, c.last_line), "spans": [list(s) for s in c.spans],
    }  # fmt: skip


def task_record(t: Task, file: str) -> Record:
    """A task with its units in printed order."""
    return {
        "id": t.id, "document": t.document, "clause": t.clause, "number": t.number, "text": t.text,
        "units": [{"printed": u.printed, "unit": u.unit, "role": u.role} for u in t.units], "lead_basis": t.lead_basis,
        "open_ended": t.open_ended, "units_raw": t.units_raw, "remarks": t.remarks, "deadline": t.deadline, "inherited": t.inherited,
        "source": source_record(file, t.first_line, t.last_line),
    }  # fmt: skip


def unit_record(u: Unit) -> Record:
    """A body with its names."""
    return {
        "id": u.id, "name": u.name, "level": u.level, "region": u.region, "family": u.family, "kind": u.kind, "aliases": list(u.aliases),
        "predecessors": list(u.predecessors), "successors": list(u.successors),
    }  # fmt: skip


def citation_record(c: Citation) -> Record:
    """A citation; `target` and `target_clause` are null while it is open."""
    return {
        "document": c.document, "clause": c.clause, "title": c.title, "number": c.number, "target": c.target, "target_clause": c.target_clause,
        "relation": c.relation, "quote": c.quote,
    }  # fmt: skip


def pair_record(p: Pair) -> Record:
    """Two matching stretches with their places."""
    return {
        "from_text": p.from_text, "to_text": p.to_text, "score": round(p.score, 4), "from_spans": [list(s) for s in p.from_spans],
        "to_spans": [list(s) for s in p.to_spans],
    }  # fmt: skip


def link_record(link: Link) -> Record:
    """A link from a clause to its source."""
    return {
        "from": link.origin, "to": link.target, "relation": link.relation, "score": round(link.score, 4),
        "pairs": [pair_record(p) for p in link.pairs], "changes": list(link.changes), "parallel": link.parallel, "cited": link.cited,
    }  # fmt: skip


def local_record(local: Local) -> Record:
    """A sentence with no source above."""
    return {"from": local.origin, "text": local.text}


def indicator_record(i: Indicator) -> Record:
    """A row of an indicator table."""
    return {"document": i.document, "clause": i.clause, "number": i.number, "name": i.name, "values": dict(i.values), "kind": i.kind}


def target_record(t: Target) -> Record:
    """A figure or deadline."""
    return {
        "document": t.document, "clause": t.clause, "quote": t.quote, "metric": t.metric, "operator": t.operator, "value": t.value,
        "unit": t.unit, "deadline": t.deadline,
    }  # fmt: skip


def issue_record(i: Issue) -> Record:
    """A doubt of the parser."""
    return {"kind": i.kind, "message": i.message, "file": i.file, "line": i.line, "document": i.document, "clause": i.clause}


def problem_record(p: Problem) -> Record:
    """A file that could not be read, or not whole."""
    return {"file": p.file, "reason": p.reason}


def evidence_record(id: str, document: Document, path: str, quote: str, lines: tuple[int, int]) -> Record:
    """What an answer rests on: the exact words and where they stand."""
    return {
        "id": id, "document": document.id, "title": document.title, "path": path, "quote": quote, "source": source_record(document.file, *lines),
    }  # fmt: skip


def by_document(citations: Sequence[Citation]) -> Mapping[str, list[Citation]]:
    """Citations grouped by the document that makes them."""
    out: dict[str, list[Citation]] = {}
    for c in citations:
        out.setdefault(c.document, []).append(c)
    return out
