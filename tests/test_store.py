"""The store gives back what it was given, refuses what is not its own, and never invents."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import KnowledgeBaseError
from kb.model import (
    Assignment,
    Cell,
    Citation,
    Clause,
    Document,
    Grid,
    Indicator,
    Issue,
    Link,
    Local,
    Other,
    Pair,
    Problem,
    Records,
    Row,
    Source,
    Target,
    Task,
    Unit,
)
from kb.packing import pack_spans, unpack_spans
from kb.saving import save
from kb.store import FILE, Store
from tests.soak.files import replaced

TEXT = "关于示例工作的通知\n一、总则。\n1.修渠。县水利局牵头\n"


def records() -> Records:
    """One of everything."""
    unit = Unit("青禾县水利局", "青禾县水利局", "county", "青禾县", "水利", "department", ("水利局",), ("水务局",), ())
    task = Task("d1@1", "d1", "d1#一/1", "1", "修渠。", ((15, 20),), (Assignment("县水利局", unit.id, "lead"),), "column", True, "县水利局", "", 3, 3, "2022", True)
    return Records(
        sources=(Source("a.txt", "txt", "utf-8", TEXT, "00ff", (Problem("a.txt", "第2页没有文字"),)),),
        documents=(Document("d1", "a.txt", "关于示例工作的通知", None, ("青禾县人民政府",), "county", "青禾县", "2021-05", "通知", None, None, 1, 3, 0, 27),),
        clauses=(
            Clause("d1#一", "d1", None, "一", "一", "item", "总则", "一、总则。", ((10, 15),), 2, 2),
            Clause("d1#一/1", "d1", "d1#一", "一/1", "1", "row", None, "1.修渠。", ((16, 21),), 3, 3),
        ),
        grids=(Grid("d1", "d1#一", "表", ("任务", "单位"), (Row((Cell("修渠", ((18, 20),)), Cell("", ())), "d1#一/1", 3, 3),), "duties"),),
        others=(("a.txt", Other("title", 0, 9)), ("a.txt", Other("blank", 9, 10))),
        tasks=(task,),
        units=(unit,),
        citations=(Citation("d1", "d1#一", "示例办法", "示发〔2020〕1号", None, "basis", "《示例办法》", ((3, 5),), None),),
        links=(Link("d1#一/1", "d1#一", "adjusted", 0.75, (Pair("修渠", "总则", 0.5, ((18, 20),), ((12, 14),)),), ("数值：1 → 2",), False, True),),
        locals=(Local("d1#一/1", "修渠。", ((18, 21),)),),
        targets=(Target("d1", "d1#一", "达到五成", ((10, 12),), "普及率", ">=", "50", "%", None),),
        indicators=(Indicator("d1", "d1#一", "1", "普及率", (("2025年", "50"), ("2020年", "—")), "预期性", 3),),
        issues=(Issue("ordinal_gap", "编号由一跳到三", "a.txt", 2, "d1", "d1#一"),),
        problems=(Problem("b.pdf", "加密文件"),),
    )


def test_what_is_saved_comes_back_the_same(tmp_path: Path) -> None:
    save(records(), tmp_path / FILE, {})
    assert Store(tmp_path / FILE).records() == records()


@pytest.mark.parametrize("name", ["a b?c#d%41", "库 一", "é&=+", "x%"])
def test_a_store_in_any_folder_opens(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    save(records(), tmp_path / name / FILE, {})
    store = Store(tmp_path / name / FILE)
    assert store.records() == records()
    store.close()


def test_the_digest_is_of_the_contents(tmp_path: Path) -> None:
    first = save(records(), tmp_path / "a", {"engine": "x"})
    again = save(records(), tmp_path / "b", {"engine": "y"})
    changed = save(Records(problems=records().problems), tmp_path / "c", {})
    assert first == again != changed


def test_read_by_id_and_condition(tmp_path: Path) -> None:
    save(records(), tmp_path / FILE, {})
    store = Store(tmp_path / FILE)
    found = store.one(Clause, "d1#一/1")
    assert found is not None and found.kind == "row"
    assert store.one(Clause, "d1#二") is None
    assert [c.path for c in store.read(Clause, "kind = ?", ("item",))] == ["一"]
    assert list(store.read_many(Clause, ["d1#一", "absent"])) == ["d1#一"]
    assert store.files() == [("a.txt", "00ff")] and store.source("b.txt") is None


def cut_in_half(path: Path) -> None:
    replaced(path, path.read_bytes()[: path.stat().st_size // 2])


def of_another_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '999' WHERE key = 'format'")


@pytest.mark.parametrize("damage", [Path.unlink, lambda p: replaced(p, b""), lambda p: replaced(p, b"no database" * 999), of_another_version])
def test_a_damaged_store_is_refused_with_the_next_step(tmp_path: Path, damage) -> None:
    save(records(), tmp_path / FILE, {})
    damage(tmp_path / FILE)
    with pytest.raises(KnowledgeBaseError, match="policykb build"):
        Store(tmp_path / FILE)


@given(st.lists(st.integers(1, 9), max_size=12))
@settings(derandomize=True)
def test_spans_survive_packing(steps: list[int]) -> None:
    spans, at = [], 0
    for step in steps:
        spans.append((at, at + step))
        at += step + 1
    assert unpack_spans(pack_spans(tuple(spans))) == tuple(spans)


def test_a_changed_character_anywhere_is_noticed(tmp_path: Path) -> None:
    save(records(), tmp_path / FILE, {})
    assert Store(tmp_path / FILE).is_whole()
    for table, column in (("clauses", "text"), ("assignments", "printed"), ("sources", "file"), ("links", "changes")):
        save(records(), tmp_path / table, {})
        with sqlite3.connect(tmp_path / table) as connection:
            connection.execute(f"UPDATE {table} SET {column} = {column} || '改'")
        assert not Store(tmp_path / table).is_whole(), table
