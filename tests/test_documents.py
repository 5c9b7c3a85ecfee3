"""Splitting and particulars: a table of traps, and laws that hold for any text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.cleaning import clean
from kb.documents import document_id, split
from kb.model import Part
from kb.splitting.heads_and_tails import lint_words
from kb.splitting.titles import alike, find_number, genre_of, lint_genres, number_line
from kb.tables import DATA, TableRow
from kb.tables import settings as data_settings
from tests.support import source

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases/documents.toml").read_text(encoding="utf-8"))["case"]


def parts_of(text: str) -> tuple[Part, ...]:
    taken = source(text)
    return split(taken, clean(taken))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_trap(case: dict[str, Any]) -> None:
    parts = parts_of(case["text"].strip("\n"))
    wanted = case["documents"]
    assert [p.document.title for p in parts] == [w["title"] for w in wanted]
    for part, want in zip(parts, wanted, strict=True):
        document = part.document
        for field in ("number", "level", "region", "date", "genre", "disclosure"):
            if field in want:
                assert getattr(document, field) == want[field], field
        if "issuers" in want:
            assert list(document.issuers) == want["issuers"]
        if "parent" in want:
            assert document.parent == parts[want["parent"]].document.id
        else:
            assert document.parent is None
        if "first" in want:
            assert part.blocks[0].text.startswith(want["first"])
        if "last" in want:
            assert part.blocks[-1].text.endswith(want["last"])
    if case.get("no_date"):
        assert all(p.document.date is None for p in parts)
    for n in case.get("no_disclosure", []):
        assert parts[n].document.disclosure is None
    assert [i.kind for p in parts for i in p.issues] == case.get("issues", [])
    covered(case["text"].strip("\n"))


def covered(text: str) -> None:
    """Every character lies in one body block, one part's other or one of the layout's others; ids are unique; places in order."""
    taken = source(text)
    layout = clean(taken)
    parts = split(taken, layout)
    stretches = [s for p in parts for b in p.blocks for s in b.spans] + [(o.start, o.end) for p in parts for o in p.others]
    stretches += [(o.start, o.end) for o in layout.others]
    at = 0
    for start, end in sorted(stretches):
        assert start == at
        at = end
    assert at == len(text)
    assert len({p.document.id for p in parts}) == len(parts)
    for part in parts:
        document = part.document
        assert document.parent != document.id
        assert 0 <= document.start <= document.end <= len(text)
        assert document.parent is None or document.parent in {p.document.id for p in parts}
    assert [p.document.start for p in parts] == sorted(p.document.start for p in parts)


LINES = st.sampled_from([
    "目录", "第一章 总则", "1. 湖南省水利厅关于修渠的意见.....	3", "湖南省水利厅关于修渠的意见", "湖南省水利厅文件", "湘水发〔2021〕3号", "（2021年3月4日）", "2021年3月4日",
    "湖南省水利厅", "附件1", "附件：1.任务表", "任务表", "甲\t乙", "一、修渠", "清淤十里。", "信息公开选项：主动公开", "抄送：各市州。", "湖南省水利厅办公室 2021年3月4日印发",
    "关于印发《修渠办法》的通知", "修渠办法", "各市州水利局：", "现将《修渠办法》印发给你们。", "# 省级文件", "（试行）", "的通知", "", "第一条 为了修渠，制定本办法。", "《", "》", "国令第5号",
    "发文机关：湖南省水利厅", "此件公开发布", "- 3 -",
])  # fmt: skip


@given(st.lists(LINES, max_size=16))
@settings(derandomize=True, max_examples=250, deadline=None)
def test_any_lines_are_split_and_covered(lines: list[str]) -> None:
    covered("\n".join(lines))


def test_ids_depend_on_content_alone() -> None:
    assert document_id("a.txt", "甲意见", None, 1) == document_id("a.txt", "甲意见", None, 1)
    assert len({document_id("a.txt", "甲意见", n, k) for n in (None, "湘发〔2021〕1号") for k in (1, 2)}) == 4
    one = parts_of("云岭县修渠方案\n一、清淤\n十里。")
    two = parts_of("\n\n云岭县修渠方案\n\n一、清淤\n十二里。")
    assert one[0].document.id == two[0].document.id


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("根据湘水发〔2021〕12号文件要求", "根据湘水发〔2021〕12号"),
        ("（国办发﹝2020﹞3 号）", "国办发〔2020〕3号"),
        ("财农[２０２１]１９号", "财农〔2021〕19号"),
        ("2021年第3号", None),
        ("（2021）", None),
    ],
)
def test_finds_a_number(text: str, number: str | None) -> None:
    found = find_number(text)
    assert (found[0] if found else None) == number


@pytest.mark.parametrize("text", ["依照国发〔2021〕3号的规定办理各项事务", "一、落实湘发〔2020〕1号", "第三号"])
def test_no_number_line(text: str) -> None:
    assert number_line(text) is None or text == "第三号"


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("关于修渠的实施意见（试行）", "实施意见"), ("修渠任务分解清单", "任务分解清单"), ("中华人民共和国水法", "法律"), ("关于征求《修渠办法》意见的函", "函"), ("修渠管理办法", "办法"),
        ("就《修渠意见》答记者问", "答记者问"), ("湖南省“十四五”水利发展规划", "规划"), ("中共中央关于制定规划的建议", "建议"), ("修渠的十条意见（暂行）", "意见"), ("主要做法", None),
    ],
)  # fmt: skip
def test_genre_by_the_end_of_the_title(title: str, genre: str | None) -> None:
    assert genre_of(title) == genre


def test_alike_titles() -> None:
    assert alike("关于加强水库管护的指导意见", "水利部关于加强水库管护指导意见")
    assert alike("梅州市改水方案（征求意见稿）", "梅州市改水方案")
    assert not alike("修渠办法", "修路办法")
    assert not alike("关于加强水库管护的指导意见", "关于加强山林管护的指导意见")


@pytest.mark.parametrize(
    ("cells", "message"),
    [({"word": "", "genre": "意见"}, "缺少"), ({"word": "意见", "genre": "意见"}, "重复"), ({"word": "意见。", "genre": "意见"}, "标点")],
)
def test_genre_table_is_checked(cells: dict[str, str], message: str) -> None:
    good = TableRow({"word": "意见", "genre": "意见", "note": ""}, "genres.csv:2")
    assert lint_genres([good]) == []
    assert message in lint_genres([good, TableRow({**cells, "note": ""}, "genres.csv:3")])[0]


def test_tables_are_where_they_belong() -> None:
    assert {"genres.csv", "issuers.csv", "regions.csv", "number_prefixes.csv", "noise.toml"} <= {p.name for p in DATA.iterdir()}


def test_word_lists_are_checked() -> None:
    assert lint_words(data_settings("document_words")) == []
    assert "为空" in lint_words({"tail": {"notes": []}})[0]
    assert "重复" in lint_words({"tail": {"notes": ["此件", "此件"]}})[0]
