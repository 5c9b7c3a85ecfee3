"""Two documents clause by clause, and what a lower document leaves of a higher one.

`compare` takes the first document as the one that the second was drawn from: each clause of the second is carried over as it stands,
changed (with what changed), or added; clauses of the first that no clause of the second takes up are left out. `gaps` says the same
of a higher and a lower document by the links that were found. Only clauses with a substance of their own count; headings and
preambles are no provisions.

Between an opinion with 第一条 建立台账 and its revision with 第一条 建立电子台账, the clause is changed, and nothing added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kb.alignment import Finding, find, index, prepare
from kb.candidates import Candidate
from kb.model import Clause, Document, Link, Pair
from kb.similarity import Weights, count_grams, weigh
from kb.tracing import SOURCE, Text, link_of, read_clauses


class Match(NamedTuple):
    """A clause of the first document and one of the second that takes it up."""

    first: Clause
    second: Clause
    score: float
    relation: str
    changes: tuple[str, ...]
    pairs: tuple[Pair, ...]  # from the second's text to the first's


class Comparison(NamedTuple):
    """Each substantial clause of the second document stands once in carried, changed or added."""

    carried: tuple[Match, ...]
    changed: tuple[Match, ...]
    added: tuple[Clause, ...]
    left_out: tuple[Clause, ...]


class Gaps(NamedTuple):
    """What a lower document leaves of a higher one, and what it has that the higher one does not."""

    not_taken_up: tuple[Clause, ...]
    without_source: tuple[Clause, ...]


def compare(doc_a: Document, doc_b: Document, clauses_a: Sequence[Clause], clauses_b: Sequence[Clause]) -> Comparison:
    """What the second document makes of the first."""
    first, second = read_clauses(clauses_a), read_clauses(clauses_b)
    weights = weigh(*count_grams([m.folded for m in t.substance.measures] for t in (*first, *second)))
    matches: list[Match] = []
    added: list[Clause] = []
    taken: set[str] = set()
    above = index([t.substance for t in first], [t.section for t in first], weights)
    for text in second:
        findings = [f for f in find(prepare(text.substance, text.section, weights), above, weights) if f.strength >= SOURCE]
        taken.update(first[f.clause].clause.id for f in findings)
        best = _best(text, first, findings, doc_a.id, weights)
        if best is not None:
            matches.append(best)
        elif text.clause.kind != "preamble":
            added.append(text.clause)
    return Comparison(
        tuple(m for m in matches if m.relation == "verbatim"),
        tuple(m for m in matches if m.relation != "verbatim"),
        tuple(added),
        tuple(t.clause for t in first if t.clause.id not in taken and t.clause.kind != "preamble"),
    )


def _best(text: Text, first: Sequence[Text], findings: Sequence[Finding], document: str, weights: Weights) -> Match | None:
    for finding in findings:
        upper = first[finding.clause]
        link = link_of(text, upper, finding, Candidate(document, False, False, 1.0), weights)
        if link is not None:
            return Match(upper.clause, text.clause, link.score, link.relation, link.changes, link.pairs)
    return None


def gaps(clauses_high: Sequence[Clause], clauses_low: Sequence[Clause], links: Sequence[Link]) -> Gaps:
    """Provisions of the higher document that no clause of the lower one takes up, and clauses of the lower one without a source in it.

    `links` are those of the lower document; where none leads to the higher one (it was no candidate), the two are compared here.
    """
    high = {t.clause.id: t.clause for t in read_clauses(clauses_high) if t.clause.kind != "preamble"}
    low = {t.clause.id: t.clause for t in read_clauses(clauses_low) if t.clause.kind != "preamble"}
    used = {(link.origin, link.target) for link in links if link.relation != "related"}
    ids = {c.id for c in clauses_high}
    if not any(target in ids for _, target in used):
        used = _linked(clauses_high, clauses_low)
    taken = {target for _, target in used}
    sourced = {origin for origin, target in used if target in ids}
    return Gaps(tuple(c for id, c in high.items() if id not in taken), tuple(c for id, c in low.items() if id not in sourced))


def _linked(clauses_high: Sequence[Clause], clauses_low: Sequence[Clause]) -> set[tuple[str, str]]:
    """The pairs of clauses that belong together, of two documents that were never linked."""
    high, low = read_clauses(clauses_high), read_clauses(clauses_low)
    weights = weigh(*count_grams([m.folded for m in t.substance.measures] for t in (*high, *low)))
    above = index([t.substance for t in high], [t.section for t in high], weights)
    return {
        (text.clause.id, high[finding.clause].clause.id)
        for text in low
        for finding in find(prepare(text.substance, text.section, weights), above, weights)
        if finding.strength >= SOURCE
    }
