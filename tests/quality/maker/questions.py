"""Questions and search queries with their answers: references of the manuscripts are turned into quotes of the composed text.

questions.psv: type | question | region | document | units | references | answer | note
queries.psv:   query | kind | reference=grade; …
A reference is DOC#PATH, DOC@ROW (a row by its number), or {DOC ROLE UNIT}: every task of the unit in that role (or any).
A~B: the clause B answers as well as A.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .labels import ROLES, Node

Row = dict[str, Any]


class Book:
    """The clauses and tasks by the references that questions use."""

    def __init__(self, nodes: list[Node], tasks: list[Row]) -> None:
        self.by_id = {n.id: n for n in nodes}
        self.rows = {f"{n.doc}@{n.ordinal}": n for n in nodes if n.kind == "row"}
        self.tasks = tasks

    def find(self, reference: str) -> list[Node]:
        """The clauses that a reference stands for. KeyError where there is none."""
        if reference.startswith("{"):
            doc, role, unit = reference.strip("{}").split()
            roles = list(ROLES.values()) if role == "any" else [ROLES[role]]
            found = [self.by_id[t["clause"]] for t in self.tasks if t["doc"] == doc and any(unit in t[r] for r in roles)]
            if not found:
                raise KeyError(reference)
            return found
        return [self.rows[reference] if "@" in reference else self.by_id[reference]]


def start_of(node: Node) -> str:
    """The first words of a clause's text, a row without its number."""
    return (re.sub(r"^[0-9]+[.．、]?", "", node.text) if node.kind == "row" else node.text)[:24]


def lines(path: Path) -> Iterator[list[str]]:
    """The cells of each line that is no remark."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield [c.strip() for c in line.split("|")]


def question_rows(path: Path, book: Book) -> Iterator[Row]:
    """One label a question."""
    for number, (kind, question, region, doc, units, references, answer, note) in enumerate(lines(path), 1):
        parts = [r.split("~") for r in re.split(r"、(?![^{]*})", references) if r]
        nodes = [n for r in parts for n in book.find(r[0])]
        label: Row = {
            "id": f"q{number:03}",
            "question": question,
            "type": kind,
            "scope": {"region": region or None, "doc": doc or None},
            "answer_units": [u for u in re.split(r"、(?![^（]*）)", units) if u],
            "answer_clauses": [n.id for n in nodes],
            "answer_text": answer,
            "evidence_quote": start_of(nodes[0]) if nodes else "",
            "answer_quotes": [[n.doc, start_of(n)] for n in nodes],
            "note": note,
        }
        if any(len(r) > 1 for r in parts):
            label["also"] = {book.find(r[0])[0].id: [book.find(x)[0].id for x in r[1:]] for r in parts if len(r) > 1}
        lead = re.search(r"lead=([^;]+)", note)
        also = re.search(r"also=([^;]+)", note)
        if kind == "who_responsible":
            label["optional_units"] = [*([lead.group(1)] if lead else []), *(also.group(1).split("、") if also else [])]
        yield label


def query_rows(path: Path, book: Book) -> Iterator[Row]:
    """One label a query."""
    for number, (query, kind, references) in enumerate(lines(path), 1):
        relevant = []
        for part in references.split(";"):
            reference, _, grade = part.strip().rpartition("=")
            node = book.find(reference)[0]
            relevant.append({"clause": node.id, "grade": int(grade), "quote": start_of(node)})
        yield {"id": f"s{number:03}", "query": query, "kind": kind, "relevant": relevant}
