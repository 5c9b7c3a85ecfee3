"""Numbers and dates: a table of cases, and every number there and back."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.numerals import find_dates, parse_date, to_chinese, to_int

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "cases/numerals.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["number"], ids=lambda c: c["text"] or "empty")
def test_reads_a_number(case: dict[str, Any]) -> None:
    assert to_int(case["text"]) == case.get("number")


@pytest.mark.parametrize("case", CASES["date"], ids=lambda c: c["text"])
def test_reads_a_date(case: dict[str, Any]) -> None:
    assert parse_date(case["text"]) == case.get("date")


def test_every_ordinal_there_and_back() -> None:
    assert [n for n in range(20000) if to_int(to_chinese(n)) != n] == []


@given(st.integers(0, 10**16 - 1))
@settings(derandomize=True, max_examples=300)
def test_large_numbers_there_and_back(number: int) -> None:
    assert to_int(to_chinese(number)) == number


def test_chinese_form_is_the_printed_one() -> None:
    assert [to_chinese(n) for n in (0, 10, 11, 20, 101, 110, 1005, 10000, 100000, 10**8)] == [
        "零", "十", "十一", "二十", "一百零一", "一百一十", "一千零五", "一万", "十万", "一亿"]
    with pytest.raises(ValueError):
        to_chinese(-1)


def test_dates_know_their_place() -> None:
    text = "自2021年3月起施行，2020年12月16日印发，二〇三五年收官"
    found = find_dates(text)
    assert [(d.value, text[d.start : d.end]) for d in found] == [
        ("2021-03", "2021年3月"), ("2020-12-16", "2020年12月16日"), ("2035", "二〇三五年")]


@given(st.text(alphabet="二〇一2021年月日.-/3 十五①", max_size=40))
@settings(derandomize=True, max_examples=200)
def test_any_text_gives_places_within_it(text: str) -> None:
    for date in find_dates(text):
        assert 0 <= date.start < date.end <= len(text)
        assert to_int(date.value[:4]) is not None
