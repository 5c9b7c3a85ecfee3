"""Markers: each form's examples and counter-examples, a table of starts of lines, the linter of the table."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as run_settings
from hypothesis import strategies as st

from kb.errors import DataError
from kb.numbering import find_marker, readings
from kb.numbering_forms import Form, forms, lint
from kb.numerals import to_chinese
from kb.tables import settings

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases/numbering.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("form", forms(), ids=lambda f: f.name)
def test_examples_are_claimed_and_counter_examples_are_not(form: Form) -> None:
    for example in form.examples:
        found = readings(example)
        assert form.name in [m.form for m in found], example
        assert [m.form for m in found if m.sure and not m.misread] in ([], [form.name]), f"{example} is claimed by others too"
    for example in form.counter_examples:
        assert not [m for m in readings(example) if m.form == form.name and m.sure], example
        marker = find_marker(example)
        assert marker is None or marker.form != form.name, example


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"] or "empty")
def test_start_of_a_line(case: dict[str, Any]) -> None:
    marker = find_marker(case["text"])
    if "form" not in case:
        assert marker is None
        return
    assert marker is not None
    assert (marker.form, marker.value, marker.ordinal, case["text"][marker.end :]) == (case["form"], case["value"], case["ordinal"], case["rest"])
    assert marker.misread is case.get("misread", False)
    assert marker.sure is case.get("sure", not marker.misread)


@pytest.mark.parametrize("pattern", ["{}、要求", "（{}）要求", "第{}条 要求", "第{}章 要求"])
def test_every_ordinal_to_999(pattern: str) -> None:
    for number in range(1, 1000):
        marker = find_marker(pattern.format(to_chinese(number)))
        assert marker is not None and marker.value == number, number


@run_settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="第一二十百条章节款项（）()、.．。0129０S-~l=①⑴专栏附件问：规定的至和 　*#\t", max_size=24))
def test_any_start(text: str) -> None:
    for marker in readings(text):
        assert 0 <= marker.start < marker.end <= len(text)
        assert marker.value >= 0 and (marker.ordinal or marker.misread)


def broken(change: dict[str, Any] | None, drop: str = "") -> dict[str, Any]:
    data = copy.deepcopy(settings("numbering"))
    row = data["form"][0]
    row.update(change or {})
    if drop:
        del row[drop]
    return data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (broken({}, drop="rank"), "缺少 rank"),
        (broken({"name": "chapter"}), "重复"),
        (broken({"kind": "heading"}), "kind"),
        (broken({"open": "maybe"}), "open"),
        (broken({"digits": ["roman"]}), "digits"),
        (broken({"examples": []}), "没有例子"),
        ({"form": []}, "没有一种编号形式"),
    ],
    ids=["missing", "twice", "kind", "open", "digits", "examples", "empty"],
)
def test_lint_names_each_fault(data: dict[str, Any], says: str) -> None:
    found = lint(data)
    assert found and any(says in line for line in found)


def test_the_shipped_table_is_clean() -> None:
    assert lint(settings("numbering")) == []


def test_a_broken_table_is_an_error_with_a_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    forms.cache_clear()
    monkeypatch.setattr("kb.numbering_forms.settings", lambda name: {"form": []})
    with pytest.raises(DataError, match="没有一种编号形式；请改正"):
        forms()
    forms.cache_clear()
