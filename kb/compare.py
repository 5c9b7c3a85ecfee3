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

from kb.alignment import find, index, prepare
from kb.candidates import Candidate
from kb.measures import fold
from kb.model import Clause, Document, Link, Pair
from kb.similarity import count_grams, weigh
from kb.tracing import SOURCE, Compared, Text, link_of, read_clauses


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
    first, second, found = _find_all(doc_a.title, clauses_a, clauses_b)
    matches: list[Match] = []
    added: list[Clause] = []
    taken: set[str] = set()
    for text, findings in zip(second, found, strict=True):
        taken.update(first[f.finding.clause].clause.id for f in findings)
        best = _best(text, first, findings, doc_a.id)
        if best is not None:
            matches.append(best)
        else:
            added.append(text.clause)
    return Comparison(
        tuple(m for m in matches if m.relation == "verbatim"),
        tuple(m for m in matches if m.relation != "verbatim"),
        tuple(added),
        tuple(t.clause for t in first if t.clause.id not in taken),
    )


def _find_all(title: str, above: Sequence[Clause], below: Sequence[Clause]) -> tuple[tuple[Text, ...], tuple[Text, ...], list[list[Compared]]]:
    """The substantial clauses of both sides, and for each lower one what it draws on, strongest first."""
    first, second = read_clauses(above), read_clauses(below)
    weights = weigh(*count_grams([m.folded for m in t.substance.measures] for t in (*first, *second)))
    shelved = index([prepare(t.substance, t.section, weights) for t in first], fold(title).text)
    found = []
    for text in second:
        lower = prepare(text.substance, text.section, weights)
        findings = [f for f in find(lower, shelved, weights) if f.strength >= SOURCE]
        found.append([Compared(lower, shelved.texts[f.clause], f, SOURCE) for f in findings])
    return first, second, found


def _best(text: Text, first: Sequence[Text], found: Sequence[Compared], document: str) -> Match | None:
    for compared in found:
        upper = first[compared.finding.clause]
        link = link_of(text, upper, compared, Candidate(document, False, False, True))
        if link is not None:
            return Match(upper.clause, text.clause, link.score, link.relation, link.changes, link.pairs)
    return None


def gaps(clauses_high: Sequence[Clause], clauses_low: Sequence[Clause], links: Sequence[Link]) -> Gaps:
    """Provisions of the higher document that no clause of the lower one takes up, and clauses of the lower one without a source in it.

    `links` are those of the lower document; where none leads to the higher one (it was no candidate), the two are compared here.
    """
    high = {t.clause.id: t.clause for t in read_clauses(clauses_high)}
    low = {t.clause.id: t.clause for t in read_clauses(clauses_low)}
    used = {(link.origin, link.target) for link in links if link.relation != "related" and link.target in high}
    if not used:
        first, second, found = _find_all("", clauses_high, clauses_low)
        used = {(t.clause.id, first[c.finding.clause].clause.id) for t, compared in zip(second, found, strict=True) for c in compared}
    taken, sourced = {target for _, target in used}, {origin for origin, _ in used}
    return Gaps(tuple(c for id, c in high.items() if id not in taken), tuple(c for id, c in low.items() if id not in sourced))
