"""《刑法》第一百五十一条 → the clause of the cited document that is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from kb.citing.marks import find_articles
from kb.model import Citation, Clause


def with_clauses(citations: Sequence[Citation], targets: Sequence[str | None], clauses: Sequence[Clause]) -> tuple[Citation, ...]:
    """The citations with their targets, and where they name an article, the clause that it is."""
    paths = [_named_article(c.quote) if target else None for c, target in zip(citations, targets, strict=True)]
    asked = {(target, path) for target, path in zip(targets, paths, strict=True) if target and path}
    places = _clause_places(clauses, asked)
    out = []
    for citation, target, path in zip(citations, targets, paths, strict=True):
        clause = _clause_at(places, target, path) if target and path else None
        out.append(citation if citation.target == target and citation.target_clause == clause else _meaning(citation, target, clause))
    return tuple(out)


def _meaning(citation: Citation, target: str | None, clause: str | None) -> Citation:
    """The citation with its target. There are tens of thousands: dataclasses.replace takes four times as long."""
    c = citation
    return Citation(c.document, c.clause, c.title, c.number, target, c.relation, c.quote, c.spans, clause)


def _named_article(quote: str) -> str | None:
    """The path of the article that a quote ends with: 《刑法》第一百五十一条 → 第一百五十一条."""
    start = max(quote.rfind(c) for c in "》〉") + 1
    place = quote.find("第", start)
    number = re.search(r"号\s?[)）\]〕】]?", quote[start:])
    if number and place < start + number.end():
        place = quote.find("第", start + number.end())
    articles = find_articles(quote, place) if place >= 0 else []
    return articles[-1].path if articles and articles[-1].end == len(quote) else None


def _clause_places(clauses: Sequence[Clause], asked: Set[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    """(document, end of path) → clause id, for what is asked for or around it; None where the same end occurs twice: it names no one clause."""
    documents = {document for document, _ in asked}
    ends = {end for _, path in asked for end in (path, path.split("/")[0])}
    places: dict[tuple[str, str], str | None] = {}
    for clause in clauses:
        if clause.document not in documents or not clause.path:
            continue
        above, _, last = clause.path.rpartition("/")
        for key in {last, f"{above.rpartition('/')[2]}/{last}"} if above else (last,):
            if key in ends:
                place = (clause.document, key)
                places[place] = None if place in places else clause.id
    return places


def _clause_at(places: dict[tuple[str, str], str | None], document: str, path: str) -> str | None:
    """The clause, or the article around an item that is no clause of its own."""
    found = places.get((document, path))
    return found if found else places.get((document, path.split("/")[0])) if "/" in path else found
