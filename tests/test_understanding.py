"""Questions are understood by the words in kb/data/questions.toml: kinds, places, bodies, numbers, topics."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support_library import sample_library

from index.asking.catalogue import Catalogue, catalogue
from index.asking.understanding import Question, understand
from index.asking.wording import KINDS, read_wording, wording
from index.unit_names import unit_table
from kb.errors import DataError
from kb.regions import use_own
from kb.tables import settings

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "questions.toml").read_text(encoding="utf-8"))["case"]
Ask = Callable[[str], Question]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    library = sample_library()
    known, table = catalogue(library.searcher.scope), unit_table(library.store)
    yield lambda question: understand(question, known, table)
    library.close()
    use_own(None)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 200
    assert {c["kind"] for c in CASES} >= set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=[c["question"] for c in CASES])
def test_case(case: dict[str, Any], ask: Ask) -> None:
    found = ask(case["question"])
    assert found.kind == case["kind"]
    assert [p.removeprefix("澜川省") or p for p in found.places] == case.get("places", [])
    assert list(found.units) == case.get("units", [])
    assert list(found.items) == case.get("items", [])
    assert len(found.named) == case.get("documents", 0)
    if "topic" in case:
        assert found.topic == case["topic"]


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_shows_its_own_examples_and_not_its_counterexamples(name: str, ask: Ask) -> None:
    kind = next(k for k in wording().kinds if k.name == name)
    assert kind.example and kind.counter
    assert [ask(q).kind for q in kind.example] == [name] * len(kind.example)
    assert name not in [ask(q).kind for q in kind.counter]


def bad(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    data = copy.deepcopy(settings("questions"))
    change(data)
    return data


@pytest.mark.parametrize("change, message", [
    (lambda d: d["kind"].pop(), "恰好出现一次"),
    (lambda d: d["kind"][0].update(name="riddle"), "恰好出现一次"),
    (lambda d: d["kind"][0]["words"].append(d["kind"][0]["words"][0]), "重复"),
    (lambda d: d["kind"][1]["words"].append(d["kind"][0]["words"][0]), "同时在"),
    (lambda d: d["kind"][0].update(example=[]), "没有例句"),
    (lambda d: d["typo"].update({"牵头": "牵头"}), "错字"),
    (lambda d: d["filler"]["words"].append(""), "为空"),
    (lambda d: d["idle"]["words"].append(d["idle"]["words"][0]), "重复"),
])  # fmt: skip
def test_the_table_is_checked(change: Callable[[dict[str, Any]], None], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_wording(bad(change))


def test_the_shipped_table_passes() -> None:
    assert [k.name for k in wording().kinds] == [k["name"] for k in settings("questions")["kind"]]


@pytest.mark.parametrize("name, wanted", [
    ("苇溪县老年助餐办法第三条", []), ("澜川省社区养老服务条例", [5]), ("养老服务条例", [5]), ("养老法", []),
])  # fmt: skip
def test_laws_by_their_ends(name: str, wanted: list[int]) -> None:
    library = sample_library()
    try:
        known: Catalogue = catalogue(library.searcher.scope)
        found = known.law_in(name) or known.law_called(name)
        assert len(found) == len(wanted[:1])
    finally:
        library.close()
        use_own(None)
