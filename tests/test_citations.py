"""Citations: what a text says and which document is meant, as tables of cases; the laws they keep on any text."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kb.citations import find, resolve
from kb.citing.marks import check_words, find_articles, find_titles, fold_number, fold_title, without_state
from kb.errors import DataError
from kb.model import Clause, Document
from kb.spans import text_at
from kb.tables import settings

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "cases/citations.toml").read_text(encoding="utf-8"))
LIBRARY = {d["id"]: d for d in CASES["document"]}


def a_document(**facts: Any) -> Document:
    """A document with only what a case says of it."""
    keys = ("number", "level", "region", "date", "genre", "parent")
    known = {k: facts.get(k) for k in keys}
    return Document(
        facts.get("id", "here"), facts.get("file", "样例.txt"), facts.get("title", "样例方案"), known["number"], tuple(facts.get("issuers", ())),
        known["level"], known["region"], known["date"], known["genre"], known["parent"], None, 1, 1, 0, 0,
    )  # fmt: skip


def a_clause(text: str, document: str = "here", path: str = "一", kind: str = "item", at: int = 100) -> Clause:
    """A clause whose text stands at `at` in its source."""
    return Clause(f"{document}#{path or '序'}", document, None, path, path, kind, None, text, ((at, at + len(text)),), 1, 1)


@pytest.mark.parametrize("case", CASES["find"], ids=lambda c: c["why"])
def test_says_what_the_text_says(case: dict[str, Any]) -> None:
    kind = case.get("kind", "item")
    document = a_document(title=case.get("title", "样例方案"), number=case.get("number"))
    path = case.get("path", "" if kind == "preamble" else "一")
    lead = () if kind in ("preamble", "article") else (a_clause("导语。", path="", kind="preamble", at=0),)
    found = find(document, [*lead, a_clause(case["text"], path=path, kind=kind)])
    said = [{"title": c.title, "number": c.number, "relation": c.relation, "quote": c.quote, "clause": c.clause} for c in found]
    assert len(said) == len(case["want"]), said
    for have, want in zip(said, case["want"], strict=True):
        assert {k: v for k, v in have.items() if k in want} == want
        assert have["title"] == want.get("title") and have["number"] == want.get("number")


def _resolved(case: dict[str, Any]) -> list[tuple[str, str]]:
    documents = [a_document(**d) for d in CASES["document"]]
    at = case.get("document", "city")
    clauses = [a_clause("条文", c["document"], c["path"], at=10 * i) for i, c in enumerate(CASES["clause"])]
    own = a_clause(case["text"], at, "九", at=5000)
    citations = [c for c in find(a_document(**LIBRARY[at]), [a_clause("导语。", at, "", "preamble", 4000), own]) if c.clause]
    return [(c.target or "", (c.target_clause or "").partition("#")[2]) for c in resolve(citations, documents, [*clauses, own])]


@pytest.mark.parametrize("case", CASES["resolve"], ids=lambda c: c["why"])
def test_means_one_document_or_none(case: dict[str, Any]) -> None:
    got = _resolved(case)
    assert [target for target, _ in got] == case["want"]
    if "articles" in case:
        assert [clause for _, clause in got] == case["articles"]


def test_resolving_changes_targets_only_and_forgets_nothing() -> None:
    documents = [a_document(**d) for d in CASES["document"]]
    text = "".join(c["text"] for c in CASES["resolve"])
    clause = a_clause(text, "city", "九")
    found = find(documents[-1], [clause])
    once = resolve(found, documents, [clause])
    assert [(c.title, c.number, c.relation, c.quote, c.spans) for c in once] == [(c.title, c.number, c.relation, c.quote, c.spans) for c in found]
    assert resolve(once, documents, [clause]) == once
    assert all(c.target is None for c in resolve(found, [documents[-1]], [clause]) if c.relation != "self")


def test_the_title_is_cited_without_a_place() -> None:
    found = find(a_document(title="关于印发《防汛要点》的通知"), [])
    assert [(c.clause, c.spans, c.quote) for c in found] == [("", (), "《防汛要点》")]


PIECES = ["《", "》", "〈", "〉", "<", ">", "关于", "印发", "办法", "的通知", "（", "）", "湘政发", "〔2021〕", "[2020]", "5号", "第三条", "、", "。", "该意见", "《意见》", "以下简称", "刑法", "\t", "本法", "根据"]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@hypothesis_settings(derandomize=True, max_examples=300, deadline=None)
def test_every_quote_stands_at_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    source = "x" * 100 + text
    document, clauses = a_document(), [a_clause(text)] if text else []
    found = find(document, clauses)
    assert all(text_at(source, c.spans) == c.quote and (c.title or c.number) for c in found)
    assert len(resolve(found, [document], clauses)) == len(found)


@pytest.mark.parametrize("unit", ["《甲》", "《甲意见》《意见》", "《甲》（湘政发〔2021〕5号）第三条、", "《", "〈《", "《关于印发《", "〔2021〕", "第一条、", "湘政发", "该意见", "刑法第"])
def test_long_runs_take_no_longer_than_their_length(unit: str) -> None:
    """A run of opening marks must not make any search start over: with quadratic work this would not end."""
    text = unit * 5_000
    assert isinstance(find(a_document(), [a_clause(text)]), tuple)


@pytest.mark.parametrize(
    ("one", "other"),
    [("湘政发〔2021〕5号", "湘政发[2021]5号"), ("湘政发 〔2021〕 5 号", "湘政发（2021）05号"), ("湘政发【2021】第5号", "湘政发〔2021〕5号"),
     ("国令第707号", "国务院令第707号"), ("主席令第四十一号", "中华人民共和国主席令第41号")],
)  # fmt: skip
def test_numbers_that_are_the_same(one: str, other: str) -> None:
    assert fold_number(one) == fold_number(other)


@pytest.mark.parametrize(("one", "other"), [("湘政发〔2021〕5号", "湘政办发〔2021〕5号"), ("湘政发〔2021〕5号", "湘政发〔2020〕5号"), ("湘政发〔2021〕5号", "湘政发〔2021〕15号")])
def test_numbers_that_differ(one: str, other: str) -> None:
    assert fold_number(one) != fold_number(other)


def test_titles_compare_without_marks_and_state() -> None:
    assert fold_title("中共某县委、某县人民政府关于“双减”的意见") == fold_title("中共某县委 某县人民政府关于双减的意见")
    assert fold_title("关于印发〈甲〉的通知") == fold_title("关于印发《甲》的通知")
    assert fold_title("甲规划（2021—2025年）") != fold_title("甲规划（2016—2020年）")
    assert without_state("甲办法（试行）") == "甲办法" and without_state("甲方案(2021年修订版)") == "甲方案" and without_state("甲（农村部分）办法") == "甲（农村部分）办法"


def test_articles() -> None:
    text = "第8条、第九条第二款和第十条之一第（三）项以及第四章第十二条"
    assert [a.path for a in find_articles(text, 0)] == ["第八条", "第九条", "第十条之一/（三）", "第十二条"]
    assert find_articles("规定第三条", 0) == []


def test_titles_keep_their_order_and_nesting() -> None:
    marks = find_titles("《甲〈乙《丙》丁〉戊》、《己》")
    assert [(m.title, m.outer) for m in marks] == [("甲〈乙《丙》丁〉戊", None), ("乙《丙》丁", 0), ("丙", 1), ("己", None)]


BAD_TABLES = {
    "missing": lambda t: t.pop("genres"),
    "empty": lambda t: t.__setitem__("states", []),
    "blank": lambda t: t["number_leads"].append(" "),
    "twice": lambda t: t["genres"].append(t["genres"][0]),
    "no issuers": lambda t: t.pop("issuers"),
    "no endings": lambda t: t["issuers"].pop("endings"),
    "level": lambda t: t["level_cues"].__setitem__("我乡", "village"),
    "alias of an alias": lambda t: t["number_aliases"].__setitem__("甲令", "国务院令"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_the_linter_names_a_bad_word(name: str) -> None:
    table = copy.deepcopy(settings("citation_words"))
    check_words(table, "citation_words.toml")
    BAD_TABLES[name](table)
    with pytest.raises(DataError, match=r"citation_words\.toml"):
        check_words(table, "citation_words.toml")
