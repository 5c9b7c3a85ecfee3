"""What some files that come and go change in a store, without reading the others again.

    citations   those that may mean a document that came or went are resolved anew
    plans       what each document is compared with is found for all, from their particulars and fingerprints
    links       documents that are compared with others than before, or with changed ones, are traced anew; the links of a document
                depend on nothing but itself and what it is compared with, so all others stay as they are
    units       put together from what each file shows

The outcome is that of `kb.pipeline.link` over all files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from kb.citing.articles import with_clauses
from kb.citing.links import affected, resolve
from kb.derivation.candidates import Candidate, candidates
from kb.model import Citation, Clause, Document, Fingerprint, Link, Local, Plan, Problem, Records
from kb.pipeline import FileRecords, gather, home_of, merge_units, plans_of
from kb.saving import Amendment
from kb.store import Store
from kb.tracing import trace

T = TypeVar("T")


class _Now(NamedTuple):
    """The documents as they are after the change, in order; `touched`: the ids of those that came, and of those that went."""

    documents: Sequence[Document]
    touched: frozenset[str]


def amendment(old: Store, new: Iterable[FileRecords], gone: Collection[str]) -> Amendment:
    """What becomes of the store when the files in `gone` leave and `new` ones come; a file that is replaced is in both."""
    fresh = gather(new)
    was = old.read(Document)
    kept = [d for d in was if d.file not in gone]
    left = [d for d in was if d.file in gone]
    now = _Now(_by_file([*kept, *fresh.documents]), frozenset(d.id for d in (*left, *fresh.documents)))
    clauses = _Clauses(old, fresh, now)
    before: dict[str, list[Citation]] = _grouped(old.read(Citation), lambda c: c.document)
    resolved = _resolved(before, fresh, [*was, *now.documents], now, clauses)
    citations = {d.id: resolved.get(d.id, before.get(d.id, [])) for d in now.documents}

    gone_ids = {d.id for d in left}
    prints = {p.document: p for p in (*(p for p in old.read(Fingerprint) if p.document not in gone_ids), *fresh.fingerprints)}
    in_order = [prints[d.id] for d in now.documents if d.id in prints]
    above = candidates(now.documents, [c for found in citations.values() for c in found], in_order)
    plans, former = {p.document: p for p in plans_of(above)}, {p.document: p for p in old.read(Plan)}
    again = {d for d, p in plans.items() if former.get(d) != p or d in now.touched or any(upper[0] in now.touched for upper in p.above)}
    links, local = _traced({d: above[d] for d in again}, now, clauses, in_order)

    changed = again | {d for d in former if d not in plans}
    slices: dict[str, dict[type, Sequence[Any]]] = defaultdict(dict)
    for file, documents in _grouped(kept, lambda d: d.file).items():
        ids = [d.id for d in documents]
        if any(d in resolved and resolved[d] != before.get(d, []) for d in ids):
            slices[file][Citation] = [c for d in ids for c in citations[d]]
        if not changed.isdisjoint(ids):
            for kind, found in ((Link, links), (Local, local)):
                stay = _grouped(old.of_file(kind, file), home_of)
                slices[file][kind] = [x for d in ids for x in (found.get(d, []) if d in changed else stay.get(d, []))]
            slices[file][Plan] = [plans[d] for d in ids if d in plans]
    found_units = _by_file_name([*((f, u) for f, u in old.found() if f not in gone), *fresh.found])
    problems = sorted((*(p for p in old.read(Problem) if p.file not in gone), *fresh.problems), key=lambda p: p.file)
    ids = [d.id for d in fresh.documents]
    fresh = replace(
        fresh,
        citations=_of(ids, citations),
        links=_of(ids, links),
        locals=_of(ids, local),
        plans=tuple(plans[d] for d in ids if d in plans),
    )
    return Amendment(gone, fresh, slices, merge_units(u for _, u in found_units), problems)


class _Clauses:
    """The clauses of documents, read from the store when they are first asked for."""

    def __init__(self, old: Store, fresh: Records, now: _Now) -> None:
        self._old, self._order = old, {d.id: at for at, d in enumerate(now.documents)}
        self._known: dict[str, list[Clause]] = _grouped(fresh.clauses, lambda c: c.document)
        self._known |= {d.id: self._known.get(d.id, []) for d in fresh.documents}

    def of(self, documents: Iterable[str]) -> list[Clause]:
        """All clauses of these documents, in order."""
        wanted = sorted({d for d in documents if d in self._order}, key=self._order.__getitem__)
        missing = [d for d in wanted if d not in self._known]
        for at in range(0, len(missing), 500):
            part = tuple(missing[at : at + 500])
            read = self._old.read(Clause, f"document IN ({','.join('?' * len(part))})", part)
            self._known |= {document: [] for document in part} | _grouped(read, lambda c: c.document)
        return [c for d in wanted for c in self._known[d]]


def _resolved(
    before: Mapping[str, Sequence[Citation]], fresh: Records, documents: Iterable[Document], now: _Now, clauses: _Clauses
) -> dict[str, list[Citation]]:
    """The citations, resolved, of every document whose own may have other targets than before."""
    known = [c for found in before.values() for c in found]
    touched = {d.id: d for d in documents if d.id in now.touched}
    hit = affected([*known, *fresh.citations], documents, touched.values())
    own = _grouped(fresh.citations, lambda c: c.document)
    todo = [c for d in now.documents if d.id in hit for c in (own.get(d.id, []) if d.id in now.touched else before.get(d.id, []))]
    todo = [replace(c, target=None, target_clause=None) for c in todo]
    targets = [c.target for c in resolve(todo, now.documents, clauses.of(c.document for c in todo))]
    found = with_clauses(todo, targets, clauses.of(t for t in targets if t))
    return {d: [] for d in hit} | _grouped(found, lambda c: c.document)


def _traced(
    plan: Mapping[str, Sequence[Candidate]], now: _Now, clauses: _Clauses, prints: Sequence[Fingerprint]
) -> tuple[dict[str, list[Link]], dict[str, list[Local]]]:
    needed = {*plan, *(upper.document for above in plan.values() for upper in above)}
    links, local = trace(now.documents, clauses.of(needed), plan, prints)  # all documents: notices are known by those they bring
    return _grouped(links, home_of), _grouped(local, home_of)


def _by_file(documents: Iterable[Document]) -> list[Document]:
    return sorted(documents, key=lambda d: d.file)


def _by_file_name(found: Iterable[tuple[str, T]]) -> list[tuple[str, T]]:
    return sorted(found, key=lambda pair: pair[0])


def _of(documents: Iterable[str], found: Mapping[str, Sequence[T]]) -> tuple[T, ...]:
    return tuple(x for d in documents for x in found.get(d, ()))


def _grouped(found: Iterable[T], key: Any) -> dict[str, list[T]]:
    out: dict[str, list[T]] = {}
    for one in found:
        out.setdefault(key(one), []).append(one)
    return out
