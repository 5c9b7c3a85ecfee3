"""Tracing some documents, with no more clauses at hand than theirs and those of what they are compared with, gives the links of tracing all."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from kb.citations import resolve
from kb.derivation.candidates import candidates
from kb.derivation.fingerprints import fingerprints
from kb.model import Citation, Clause, Document
from kb.pipeline import read_and_parse
from kb.reading import find_files
from kb.tracing import trace
from tests.support_tracing import library
from tests.test_provisions import statutes

CORPUS = Path(__file__).parent.parent / "corpus"
Whole = tuple[list[Document], list[Clause], list[Citation]]


def _samples() -> Whole:
    files = [read_and_parse(path, name) for path, name in find_files([CORPUS])[0] if path.suffix in (".txt", ".md")]
    return [d for f in files for d in f.documents], [c for f in files for c in f.clauses], [c for f in files for c in f.citations]


def _ferries() -> Whole:
    """The two statutes under other ids."""
    documents, clauses, citations = statutes()
    return (
        [replace(d, id=f"f-{d.id}") for d in documents],
        [replace(c, id=f"f-{c.id}", document=f"f-{c.document}") for c in clauses],
        [replace(c, document=f"f-{c.document}", clause=f"f-{c.clause}", target=f"f-{c.target}") for c in citations],
    )


@pytest.fixture(scope="module")
def whole() -> Whole:
    """The sample corpus, the cases of tracing and two statutes as one collection."""
    parts = (_samples(), library(), _ferries())
    return [d for part in parts for d in part[0]], [c for part in parts for c in part[1]], [c for part in parts for c in part[2]]


def test_some_documents_are_traced_as_among_all(whole: Whole) -> None:
    documents, clauses, citations = whole
    prints = fingerprints([d.id for d in documents], clauses)
    known = [c for c in citations if c.target]
    plan = candidates(documents, [*known, *resolve([c for c in citations if not c.target], documents, clauses)], prints)
    links, local = trace(documents, clauses, plan, prints)
    planned = [d for d, above in plan.items() if above]
    assert len(links) > 150 and len(planned) > 15 and any(p.articles and p.document in planned for p in prints)
    for seed in range(12):
        chance = random.Random(seed)
        some = set(chance.sample(planned, chance.randrange(1, len(planned) // 2)))
        needed = some | {c.document for d in some for c in plan[d]}
        at_hand = [c for c in clauses if c.document in needed]
        some_prints = [p for p in prints if p.document in needed]
        fresh = trace(documents, at_hand, {d: plan[d] for d in some}, some_prints)
        assert fresh[0] == tuple(x for x in links if x.origin.partition("#")[0] in some), seed
        assert fresh[1] == tuple(x for x in local if x.origin.partition("#")[0] in some), seed
