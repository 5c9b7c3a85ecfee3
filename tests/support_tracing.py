"""Small knowledge bases for the tests of tracing, comparing and the graph."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from kb.model import Citation, Clause, Document

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "cases/tracing.toml").read_text(encoding="utf-8"))


def a_document(**facts: Any) -> Document:
    """A document with only what a case says of it."""
    return Document(
        facts.get("id", "d"), facts.get("file", "样例.txt"), facts.get("title", "样例意见"), None, tuple(facts.get("issuers", ())), facts.get("level"),
        facts.get("region"), facts.get("date"), facts.get("genre"), facts.get("parent"), None, 1, 1, 0, 0,
    )  # fmt: skip


def a_clause(document: str, number: int, text: str, parent: str | None = None, kind: str = "item") -> Clause:
    """A clause of a document; its text stands in two stretches with one character of noise between them."""
    half = len(text) // 2
    at = 1000 * number
    spans = tuple(s for s in ((at, at + half), (at + half + 1, at + len(text) + 1)) if s[0] < s[1])
    return Clause(f"{document}#{number}", document, parent, str(number), str(number), kind, None, text, spans, 1, 1)


def source_text(clauses: list[Clause]) -> str:
    """A source in which the clauses stand at their spans."""
    text = ["□"] * (max(c.spans[-1][1] for c in clauses) + 1)
    for c in clauses:
        at = 0
        for a, b in c.spans:
            text[a:b] = c.text[at : at + b - a]
            at += b - a
    return "".join(text)


def clauses_of(case: dict[str, Any]) -> list[Clause]:
    """The clauses of a [[document]] case: a short one without 。 is the section that those behind it stand in."""
    out: list[Clause] = []
    section: str | None = None
    for number, text in enumerate(case["clauses"]):
        kind = "row" if text.startswith("row:") else "item"
        text = text.removeprefix("row:")
        heading = "。" not in text
        out.append(a_clause(case["id"], number, text, None if heading else section, kind))
        section = out[-1].id if heading else section
    return out


def library() -> tuple[list[Document], list[Clause], list[Citation]]:
    """The documents of tests/cases/tracing.toml with their clauses and citations."""
    documents = [a_document(**case) for case in CASES["document"]]
    clauses = [c for case in CASES["document"] for c in clauses_of(case)]
    citations = [
        Citation(case["id"], f"{case['id']}#0", "样例", None, target, "basis", "《样例》", ((0, 4),)) for case in CASES["document"] for target in case.get("cites", ())
    ]
    return documents, clauses, citations
