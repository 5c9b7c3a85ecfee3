"""What is kept for new processes is what the tables give, and counts only while they are what they were."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import tokens
from index.keeping import known
from index.matching import synonyms
from kb import kept, regions, tables, units
from kb.kept import Lazy
from kb.unit_naming import places as unit_places

CACHED: Any = (
    regions.regions, regions._names, tokens.simplified, synonyms.synonyms, synonyms._unit_forms, synonyms._forms_of_family, tables.settings, kept.stamp,
)  # fmt: skip


def forget() -> None:
    for function in CACHED:
        function.cache_clear()
    units._loaded.clear()
    unit_places._made.clear()


@pytest.fixture
def fresh() -> Iterator[None]:
    forget()
    yield
    kept.use(None)
    forget()


def everything() -> list[Any]:
    own, short, lengths = regions._names()
    return [
        dict(regions.regions().items()), list(regions.regions()), dict(own.items()), dict(short.items()), dict(lengths.items()), tokens.simplified(),
        dict(synonyms.synonyms().items()), dict(synonyms._unit_forms().items()), dict(synonyms._forms_of_family().items()),
        {name: tables.settings(name) for name in known.SETTINGS}, units.load_units().rows, units.load_units().pairs, units.load_units().ambiguous,
        plain(units.load_units().tree, getattr(units.load_units().tree, "entries", tuple)),
    ]  # fmt: skip


def plain(node: Any, entries: Any) -> Any:
    return {k: plain(v, entries) for k, v in node.items()} if isinstance(node, dict) else entries(node)


def test_the_same_as_from_the_tables(fresh: None, tmp_path: Path) -> None:
    before = everything()
    known.keep(tmp_path, None)
    forget()
    kept.use(tmp_path / known.FOLDER)
    assert isinstance(regions.regions(), Lazy)
    assert isinstance(units.load_units().tree, Lazy)
    for was, now in zip(before, everything(), strict=True):
        assert was == now
    first = {p.name: p.read_bytes() for p in (tmp_path / known.FOLDER).iterdir()}
    known.keep(tmp_path, None)  # what is kept already is kept again: an index is made anew by who has the old one's tables in use
    assert {p.name: p.read_bytes() for p in (tmp_path / known.FOLDER).iterdir()} == first


def test_names_are_read_from_what_is_kept(fresh: None, tmp_path: Path) -> None:
    names = ("市医保局", "湖南省衡阳市财政局", "县住建局", "中共梅州市委组织部", "各级党委和政府", "国网梅州供电公司", "没有这个局")
    text = "由市发展改革委牵头，市财政局、陆河县农业农村局和省委组织部配合。"

    def read() -> list[Any]:
        table = units.load_units()
        return [*(units.resolve(n, "municipal", "广东省梅州市", None, table) for n in names), units.find_units(text, table), regions.find_places("湖南衡阳市和陆河县")]

    before = read()
    known.keep(tmp_path, None)
    forget()
    kept.use(tmp_path / known.FOLDER)
    assert read() == before


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b.replace(b"1", b"2"), lambda b: b"", lambda b: b"\xff" + b, lambda b: b.partition(b"\n")[2]])
def test_what_is_damaged_does_not_count(fresh: None, tmp_path: Path, damage: Any) -> None:
    kept.write(tmp_path, {"a": ["1", "土地"]}, None)
    kept.use(tmp_path)
    assert kept.kept("a") == ["1", "土地"]
    file = tmp_path / "a.json"
    file.write_bytes(damage(file.read_bytes()))
    assert kept.kept("a") is None


def test_other_tables_do_not_count(fresh: None, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "units.csv").write_text("family\n", encoding="utf-8")
    kept.write(tmp_path / "known", {"a": 1}, own)
    kept.use(tmp_path / "known", None)
    assert kept.kept("a") is None
    kept.use(tmp_path / "known", own)
    assert kept.kept("a") == 1
    (own / "units.csv").write_text("family,\n", encoding="utf-8")
    kept.stamp.cache_clear()
    assert kept.kept("a") is None
    assert kept.kept("b") is None


def test_what_json_would_change_is_not_kept(tmp_path: Path) -> None:
    kept.write(tmp_path, {"tuple": (1, 2), "keys": {1: 2}, "plain": {"a": [1, None]}}, None)
    assert [p.name for p in tmp_path.iterdir()] == ["plain.json"]
    assert json.loads((tmp_path / "plain.json").read_text(encoding="utf-8").partition("\n")[2]) == {"a": [1, None]}


def test_lazy_is_a_dict_in_its_order() -> None:
    made = []

    def unpack(key: str, packed: int) -> str:
        made.append(key)
        return key * packed

    lazy = Lazy({"乙": 2, "甲": 1}, unpack)
    assert lazy["甲"] == "甲"
    assert lazy.get("丙") is None
    assert lazy.get("甲", "丁") == "甲"
    assert "乙" in lazy
    assert "丙" not in lazy
    assert made == ["甲"]
    assert len(lazy) == 2
    assert list(lazy) == list(lazy.keys()) == ["乙", "甲"]
    assert list(lazy.items()) == [("乙", "乙乙"), ("甲", "甲")]
    assert list(lazy.values()) == ["乙乙", "甲"]
    assert lazy == {"甲": "甲", "乙": "乙乙"}
    with pytest.raises(KeyError):
        lazy["丙"]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_characters="\n\t", exclude_categories=["Cs"]), max_size=4), st.text("市县\t 局", max_size=5), min_size=3))
def test_lines_are_a_dict_in_its_order(value: dict[str, str]) -> None:
    opened = kept.Lines(kept._as_lines(value), len(value))
    assert (opened, list(opened), list(opened.items()), len(opened)) == (value, list(value), list(value.items()), len(value))
    assert [opened[k] for k in value] == list(value.values())
    for strange in ("市局", "~", "\ud800", "a\nb", *value.values()):
        assert (strange in opened, opened.get(strange)) == (strange in value, value.get(strange))
