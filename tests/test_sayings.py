"""The sayings tables: everyday words and what documents print for them (kb/data/sayings_*.csv)."""

from __future__ import annotations

import re

import pytest

from index.asking.wording import wording
from index.matching.spoken import SAYING_COLUMNS, SAYINGS, meanings, spoken, with_sayings
from index.matching.synonyms import Other
from kb.errors import DataError
from kb.tables import TableRow, settings, table


def row(said: str, printed: str, way: str = "~", place: str = "sayings.csv:4") -> TableRow:
    return TableRow({"said": said, "printed": printed, "way": way}, place)


def test_a_row_leads_from_what_is_said_to_what_is_printed_alone() -> None:
    found = with_sayings({}, [row("烂屋|破屋", "危房|危旧房"), row("老人家", "老年人", "=")])
    assert found["破屋"] == (Other("危房", "related"), Other("危旧房", "related"))
    assert found["老人家"] == (Other("老年人", "synonym"),)
    assert "危房" not in found and "老年人" not in found


def test_what_another_table_calls_the_same_stays_the_same() -> None:
    found = with_sayings({"老人": (Other("老年人", "synonym"),)}, [row("老人", "老年人|高龄老人")])
    assert found["老人"] == (Other("老年人", "synonym"), Other("高龄老人", "related"))


@pytest.mark.parametrize("rows, told", [
    ([row("烂屋", "危房", "?")], "way"), ([row("屋", "危房")], "“屋”"), ([row("烂屋", "危")], "“危”"), ([row("烂屋|危房", "危房")], "“危房”"),
    ([row("烂屋", "危房"), row("烂屋", "危房", "=", "sayings.csv:9")], "sayings.csv:4 已有"), ([row("一二三四五六七八九十一二三", "危房")], "二至12个字"),
])  # fmt: skip
def test_a_wrong_row_is_named(rows: list[TableRow], told: str) -> None:
    with pytest.raises(DataError, match=told):
        with_sayings({}, rows)


def test_no_saying_is_a_word_of_asking_or_one_that_says_nothing() -> None:
    """Such a word is taken out of a question before anything is looked for, and would match everywhere."""
    words = wording()
    nothing = words.idle | set(settings("query")["idle"]["words"])
    asking = {w for kind in words.kinds for w in (*kind.words, *kind.show)} | {w for names in words.roles.values() for w in names}
    rows = [r for name in SAYINGS for r in table(name, SAYING_COLUMNS)]
    assert rows
    assert [(r.place, w) for r in rows for w in r.cells["said"].split("|") if w in nothing | asking] == []
    assert [(r.place, w) for r in rows for w in r.cells["printed"].split("|") if w in nothing | words.soft] == []


def test_sayings_hold_no_figures_and_no_times() -> None:
    """Figures, bounds and times of a question are read on their own; a saying would take them for words of the matter."""
    asking = re.compile(r"[0-9]|多少|几|超过|不能超|顶多|最多|封顶|以上|以下|以内|至少|起码|最少|不得超|底前|月底|年底|季度|哪|内$")
    rows = [r for name in SAYINGS for r in table(name, SAYING_COLUMNS)]
    assert [(r.place, w) for r in rows for w in r.cells["said"].split("|") if asking.search(w)] == []
    assert [(r.place, w) for r in rows for w in r.cells["printed"].split("|") if re.search(r"[0-9]", w)] == []


def test_sayings_are_among_the_meanings() -> None:
    assert "耕地" in {o.text for o in meanings("良田")}
    assert Other("老年人", "synonym") in spoken()["老人家"]
