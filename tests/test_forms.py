"""Whole texts in forms met on public pages, through all stages of one file: documents, clauses, tasks."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kb.model import ROLES, Source
from kb.pipeline import FileRecords, parse_source
from kb.spans import text_at

CASES = tomllib.loads((Path(__file__).parent / "cases" / "forms.toml").read_text(encoding="utf-8"))["case"]


def parse(text: str) -> FileRecords:
    return parse_source(Source("甲.txt", "txt", "utf-8", text, "0"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_forms(case: dict[str, Any]) -> None:
    text = case["text"].replace("⇥", "\t")
    made = parse(text)
    for want, document in zip(case.get("documents", ()), made.documents, strict="documents" in case):
        assert {name: getattr(document, name) for name in want} == {name: tuple(v) if isinstance(v, list) else v or None for name, v in want.items()}
    if "paths" in case:
        assert [c.path for c in made.clauses if c.path] == case["paths"]
    for path, heading in case.get("headings", {}).items():
        assert next(c.heading for c in made.clauses if c.path == path) == (heading or None)
    if "tasks" in case:
        got = [{"number": t.number, **{role: names for role in ROLES if (names := [u.printed for u in t.units if u.role == role])}} for t in made.tasks]
        assert got == [{name: v for name, v in want.items() if name not in ("ends", "deadline")} for want in case["tasks"]]
        for task, want in zip(made.tasks, case["tasks"], strict=True):
            assert task.text.endswith(want.get("ends", ""))
            assert task.deadline == want.get("deadline")
    _everything_stands_at_its_place(text, made)


def _everything_stands_at_its_place(text: str, made: FileRecords) -> None:
    """The laws of places hold whatever the form."""
    for record in (*made.clauses, *made.tasks):
        assert text_at(text, record.spans) == record.text
    covered = sorted([span for clause in made.clauses for span in clause.spans] + [(o.start, o.end) for _, o in made.others])
    assert covered[0][0] == 0 and covered[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in pairwise(covered))
