"""Unit lists: the table of cases, and the law that what is joined comes apart again."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.unit_naming.lists import FORM, KNOWN, NONE, REGION, split_list, strength
from kb.units import load_units

FOLDER = Path(__file__).parent / "cases"
CASES = tomllib.loads((FOLDER / "unit_lists.toml").read_text(encoding="utf-8"))["case"]
_NAMES = tomllib.loads((FOLDER / "units.toml").read_text(encoding="utf-8"))
KNOWN_NAMES = sorted({n for group in _NAMES.values() for n in group["names"] if "省（" not in n})


@pytest.mark.parametrize("case", [c for c in CASES if "xfail" not in c], ids=lambda c: c["text"][:20] or "empty")
def test_lists_come_apart(case: dict[str, object]) -> None:
    found = split_list(str(case["text"]), load_units())
    assert [n.printed for n in found.names] == case["names"]
    assert found.open_ended == case.get("open", False)
    assert [n.name.replace("(", "（").replace(")", "）") for n in found.names] == [
        str(n).replace("(", "（").replace(")", "）") for n in case.get("called", case["names"])  # type: ignore[attr-defined]
    ]
    if "roles" in case:
        assert [n.role for n in found.names] == case["roles"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["text"][:20] or "empty")
def test_every_name_stands_at_its_place(case: dict[str, object]) -> None:
    text = str(case["text"])
    for name in split_list(text, load_units()).names:
        at_place = "".join(c for c in text[name.start : name.end] if not c.isspace() and c not in "“”")
        assert at_place.startswith(name.printed)


@given(
    names=st.lists(st.sampled_from(KNOWN_NAMES), min_size=1, max_size=12),
    marks=st.lists(st.sampled_from(["、", "，", ",", "；", ";", " 、", "， ", "、\n", "、、"]), min_size=12, max_size=12),
    end=st.sampled_from(["", "等", "等有关部门", "。", "、", "等5个部门"]),
)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_joined_names_come_apart_again(names: list[str], marks: list[str], end: str) -> None:
    text = "".join(name + mark for name, mark in zip(names[:-1], marks, strict=False)) + names[-1] + end
    found = split_list(text, load_units())
    assert [n.printed for n in found.names] == names
    assert found.open_ended or not end.startswith("等")


@given(st.text(alphabet="市县省委局办厅部门各级党委政府和及、，（）(): 等和0一A\n", max_size=60))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_no_text_breaks_it_and_places_ascend(text: str) -> None:
    names = split_list(text, load_units()).names
    assert all(0 <= n.start < n.end <= len(text) for n in names)
    assert all(a.end <= b.start for a, b in itertools.pairwise(names))


@pytest.mark.parametrize(
    ("name", "sure"),
    [
        ("市体育局", KNOWN), ("各县（市、区）", KNOWN), ("各级林业部门", KNOWN), ("市委宣传部（市文明办）", KNOWN), ("道县", REGION),
        ("市茶旅融合发展中心", FORM), ("加快推进", NONE), ("全部", NONE), ("具体负责", NONE), ("15日前", NONE),
    ],
)  # fmt: skip
def test_how_surely_a_name_is_a_body(name: str, sure: int) -> None:
    assert strength(name, load_units()) == sure
