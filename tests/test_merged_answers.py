"""Answers from tables whose merged cells became blank, and from tables attached to items that name nobody (tests/cases/merged, invented papers)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library, build

PAPERS = Path(__file__).parent / "cases" / "merged"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("merged") / "kb"
    build([PAPERS], home)
    found = Library(home)
    yield found
    found.close()


@pytest.mark.parametrize("question, held", [
    ("玉溪水质监测浮标站由谁牵头", "由市水利局牵头"),
    ("玉溪水质监测浮标站是哪位副市长牵头", "杨文清"),
    ("玉溪杨文清牵头哪些任务", "共 3 项"),
    ("玉溪市水利局牵头哪些任务", "牵头 3 项（1、2、3）"),
    ("华宁柑橘灌区节水工程哪个单位牵头", "由县水利局牵头"),  # the row has other words of the item
    ("大理州截污管道由谁牵头", "由州生态环境局牵头"),
    ("云南大理湖滨带由谁牵头", "由州水务局牵头"),
    ("州里截污管道由谁牵头", "由州生态环境局牵头"),
    ("州水务局牵头哪些任务", "牵头 1 项（二）"),  # that of a prefecture, no city's
    ("华宁护河公约由谁牵头", "由县综合行政执法局牵头"),
])  # fmt: skip
def test_merged_cells_and_attached_tables_answer(question: str, held: str, library: Library) -> None:
    answer = library.ask(question)
    assert held in answer["answer"]


@pytest.mark.parametrize("question", ["华宁柑橘博览会由谁牵头", "玉溪李文清牵头哪些任务", "玉溪水质监测浮标站是哪位省领导牵头"])
def test_what_is_in_neither_is_refused(question: str, library: Library) -> None:
    assert not library.ask(question)["answered"]


def test_short_names_of_autonomous_places_filter(library: Library) -> None:
    assert [d["region"] for d in library.documents(region="大理州")] == ["云南省大理白族自治州"]


def test_labels_are_no_aims(library: Library) -> None:
    assert not [t for t in library.targets(region="大理州") if "单位" in t["metric"]]
