"""After a change only what it touches is traced anew, and the links are those of tracing everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import kb.pipeline
from kb.model import Clause, Document, Records
from kb.pipeline import FileRecords, gather, link, read_and_parse
from kb.reading import find_files
from kb.spans import cut


@pytest.fixture(scope="module")
def files() -> list[FileRecords]:
    """Some files of the sample corpus, parsed."""
    found, _ = find_files([Path(__file__).parent.parent / "corpus"])
    return [read_and_parse(path, name) for path, name in found if path.suffix == ".txt"]


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were traced since."""
    seen: list[str] = []
    original = kb.pipeline.trace

    def watch(documents: Sequence[Document], clauses: object, plan: dict[str, object], prints: object) -> object:
        seen.extend(plan)
        return original(documents, clauses, plan, prints)  # type: ignore[arg-type]

    monkeypatch.setattr(kb.pipeline, "trace", watch)
    return seen


def halved(clause: Clause) -> Clause:
    half = len(clause.text) // 2
    return replace(clause, text=clause.text[:half], spans=cut(clause.spans, 0, half))


def same(one: Records, other: Records) -> bool:
    return (one.links, one.locals, one.plans, one.citations) == (other.links, other.locals, other.plans, other.citations)


def test_nothing_is_traced_where_nothing_changed(files: list[FileRecords], traced: list[str]) -> None:
    every = link(gather(files))
    assert every.links and traced
    traced.clear()
    assert same(link(gather(files), before=every), every)
    assert traced == []


@pytest.mark.parametrize("number", range(8))
def test_a_file_less_and_a_file_more(files: list[FileRecords], traced: list[str], number: int) -> None:
    every, fewer = link(gather(files)), gather(files[:number] + files[number + 1 :])
    name = files[number].documents[0].file
    alone = link(fewer)
    traced.clear()
    assert same(link(fewer, before=every, changed={name}), alone), name
    first = set(traced)
    assert same(link(gather(files), before=alone), every), name
    assert len(first) < len(every.documents)


def test_what_rests_on_a_changed_text_is_traced_anew(files: list[FileRecords], traced: list[str]) -> None:
    every = link(gather(files))
    upper = next(d for d in every.documents if any(x.target.startswith(f"{d.id}#") for x in every.links))
    number = next(n for n, f in enumerate(files) if upper in f.documents)
    texts = tuple(halved(c) if c.document == upper.id else c for c in files[number].clauses)
    changed = [*files[:number], replace(files[number], clauses=texts), *files[number + 1 :]]
    alone = link(gather(changed))
    assert alone.links != every.links
    traced.clear()
    assert same(link(gather(changed), before=every, changed={upper.file}), alone)
    assert traced
