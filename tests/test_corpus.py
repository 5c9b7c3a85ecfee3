"""The sample corpus: made from its manuscripts, marked as invented, and the same clause tree in every format."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kb.clauses import parse
from kb.cleaning import clean
from kb.documents import split
from kb.model import Clause
from kb.reading import find_files, read_file
from kb.regions import COLUMNS, lint
from kb.tables import TableRow, read_csv, table

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"
FORMATS = HERE / "samples" / "format-law"
ENDINGS = ("txt", "md", "html", "docx", "pdf")
sys.path.insert(0, str(HERE))

FILES = sorted(p.name for p in CORPUS.iterdir() if p.is_file())


def test_files_are_what_the_manuscripts_say() -> None:
    """Nobody edits a sample or a label by hand: both would part from what was composed."""
    pytest.importorskip("reportlab")
    from quality.make_samples import ROOT, make

    stale = [str(p.relative_to(ROOT)) for p, data in make().items() if not p.exists() or p.read_bytes() != data]
    assert stale == [], "run tests/quality/make_samples.py"


@pytest.mark.parametrize("name", FILES)
def test_every_sample_says_that_it_is_invented(name: str) -> None:
    text = read_file(CORPUS / name, name).text
    assert "示例" in text
    assert read_file(CORPUS / name, name).notes == ()


def test_every_form_is_there() -> None:
    assert {n.rsplit(".", 1)[1] for n in FILES} == {"txt", "md", "html", "docx", "pdf"}
    found, _ = find_files([CORPUS])
    assert [name for _, name in found if "/" not in name] == FILES


def test_invented_places_are_no_real_ones() -> None:
    rows = read_csv(CORPUS / "data" / "regions.csv", COLUMNS)
    assert lint([*table("regions", COLUMNS), *rows]) == []


    def names(table_rows: Sequence[TableRow]) -> set[str]:
        return {n for r in table_rows for n in (r.cells["name"], *r.cells["short"].split())}

    assert names(rows) & names(table("regions", COLUMNS)) == set()


def test_labels_are_whole() -> None:
    """Ids are unique, and what refers to a document or clause refers to one that is labelled."""
    gold = {p.stem: [json.loads(line) for line in p.read_text(encoding="utf-8").splitlines()] for p in (HERE / "quality" / "gold").glob("*.jsonl")}
    docs = [d["doc"] for d in gold["documents"]]
    clauses = [c["id"] for c in gold["clauses"]]
    assert len(set(docs)) == len(docs) and len(set(clauses)) == len(clauses)
    known = {*clauses, *(f"{d}#序" for d in docs)}
    assert {t["clause"] for t in gold["tasks"]} <= known
    assert {s["clause"] for t in gold["trace"] for s in t["sources"]} | {t["from"] for t in gold["trace"]} <= known
    assert {c for q in gold["questions"] for c in q["answer_clauses"]} <= known
    assert {r["clause"] for q in gold["queries"] for r in q["relevant"]} <= known
    assert len({q["question"] for q in gold["questions"]}) == len(gold["questions"]) >= 100
    assert sum(q["type"] == "unanswerable" for q in gold["questions"]) >= 20 and len(gold["queries"]) >= 30


def tree(path: Path) -> list[tuple[str, str]]:
    """(path, text without white space and marks of the format) of the numbered clauses of a file's only document."""
    source = read_file(path, path.name)
    parts = split(source, clean(source))
    assert len(parts) == 1, [p.document.title for p in parts]
    return [(c.path, bare(c)) for c in parse(parts[0]).clauses if c.path]


def bare(clause: Clause) -> str:
    """A clause's text as it is compared between formats; the rows of a table by their words alone."""
    return re.sub(r"[\s#*|\\]|-{3,}", "", clause.text)


@pytest.mark.parametrize("ending", ENDINGS)
def test_format_law(ending: str) -> None:
    """One document in five formats has one clause tree: paths and texts."""
    want = [json.loads(line)["path"] for line in (FORMATS / "clauses.jsonl").read_text(encoding="utf-8").splitlines()]
    found = tree(FORMATS / f"行动方案.{ending}")
    assert [path for path, _ in found] == want
    assert found == tree(FORMATS / "行动方案.txt")


def test_noise_law() -> None:
    """Bracket widths, blanks in ordinals, hard wraps, page numbers, empty lines: the tree stays. `noise_law.py` does 500."""
    from quality.noise_law import measure

    kept, total, misses = measure(50)
    assert total > 1000
    assert kept / total >= 0.995, misses
