"""Places: a table of cases, the gazetteer's linter with a bad row per rule, the user's own places."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import DataError
from kb.regions import (
    NATION,
    find_places,
    find_region,
    level_of,
    lint,
    lint_prefixes,
    province_of,
    regions,
    regions_of_number,
    use_own,
)
from kb.tables import TableRow

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "cases/regions.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def ours_only() -> Iterator[None]:
    use_own(None)
    yield
    use_own(None)


@pytest.mark.parametrize("case", CASES["find"], ids=lambda c: c["text"])
def test_finds_a_place(case: dict[str, Any]) -> None:
    assert find_region(case["text"]) == case.get("region")


@pytest.mark.parametrize("case", CASES["number"], ids=lambda c: c["text"])
def test_places_of_a_number(case: dict[str, Any]) -> None:
    assert sorted(regions_of_number(case["text"])) == sorted(case["regions"])


def test_gazetteer_is_complete() -> None:
    levels = Counter(r.level for r in regions().values())
    assert levels["provincial"] == 35  # 34 and the 兵团
    assert levels["municipal"] >= 333
    assert levels["county"] >= 2800
    for region in regions().values():
        assert region.parent == NATION or region.parent in regions()
        assert level_of(region.full) == region.level
        assert province_of(region.full) in regions()


def test_every_full_name_is_found() -> None:
    assert [name for name in regions() if find_region(name) != name] == []


def test_levels() -> None:
    assert [level_of(r) for r in (NATION, "湖南省", "湖南省衡阳市", "广东省汕尾市陆河县", None, "某地")] == [
        "national", "provincial", "municipal", "county", None, None]  # fmt: skip


def row(name: str, level: str, parent: str, short: str = "") -> TableRow:
    return TableRow({"name": name, "level": level, "parent": parent, "short": short, "prefix": ""}, "regions.csv:9")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row("乙市", "city", "甲省"), "级别"),
        (row("乙市", "municipal", "丙省"), "没有出现"),
        (row("甲省", "provincial", "中国"), "重复"),
        (row("乙处", "municipal", "甲省"), "不像一个地名"),
        (row("乙市", "municipal", "甲省", "乙"), "太短"),
    ],
)
def test_gazetteer_rows_are_checked(bad: TableRow, message: str) -> None:
    good = row("甲省", "provincial", "中国")
    assert lint([good]) == []
    assert message in lint([good, bad])[0]


def test_prefix_rows_are_checked() -> None:
    def prefix(text: str, region: str) -> TableRow:
        return TableRow({"prefix": text, "region": region, "note": ""}, "number_prefixes.csv:3")

    assert lint_prefixes([prefix("国", "中国")]) == []
    assert "一至五个字" in lint_prefixes([prefix("", "中国")])[0]
    assert "不在地名表中" in lint_prefixes([prefix("国", "无此省")])[0]
    assert "重复" in lint_prefixes([prefix("国", "中国"), prefix("国", "中国")])[0]


def test_the_users_places(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text("name,level,parent,short,prefix\n云岭县,county,湖南省衡阳市,云岭,云岭\n", encoding="utf-8")
    assert find_region("云岭县人民政府") is None
    use_own(tmp_path)
    assert find_region("云岭县人民政府") == "湖南省衡阳市云岭县"
    assert regions_of_number("云岭政发〔2021〕7号") == ("湖南省衡阳市云岭县",)
    use_own(None)
    assert find_region("云岭县人民政府") is None


def test_a_bad_users_row_is_named(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text("name,level,parent,short,prefix\n云岭县,county,无此市,云岭,\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"regions\.csv:2"):
        use_own(tmp_path)
    assert "湖南省" in regions()


@given(st.text(alphabet="中共湖南省衡阳市和县区级朝阳海东方场", max_size=24))
@settings(derandomize=True, max_examples=200)
def test_any_text_gives_places_within_it(text: str) -> None:
    at = 0
    for place in find_places(text):
        assert at <= place.start < place.end <= len(text)
        assert place.region in regions()
        at = place.end
