"""Tracing: who can be whose source, what is found, and the laws that hold on any documents."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_tracing import CASES, a_clause, a_document, library, source_text

from kb.derivation.candidates import candidates, families_of, is_form, is_later, role
from kb.derivation.changes import differences, lint, tell, words
from kb.derivation.measures import fold
from kb.model import LEVELS, Clause, Document, Link, Local
from kb.spans import text_at
from kb.tables import settings as table_of
from kb.tracing import provisions, trace_all

SHARED = Path(__file__).parent.parent.parent / "shared" / "corpus"
CHANGES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "cases/changes.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["role"], ids=lambda c: c["why"])
def test_what_a_document_can_be_to_another(case: dict[str, Any]) -> None:
    families = families_of([a_document(id="lower", **case["lower"]), a_document(id="upper", **case["upper"])])
    assert (role(families["lower"], families["upper"], case.get("cited", False), False) or "") == case["want"]


def test_a_notice_lends_its_level_and_date_to_what_it_forwards() -> None:
    notice = a_document(id="n", level="municipal", region="湖南省衡阳市", date="2021-03-01", issuers=["市政府"])
    families = families_of([notice, a_document(id="p", parent="n"), a_document(id="q", parent="missing")])
    assert (families["p"].level, families["p"].region, families["p"].date, families["p"].root) == (2, "湖南省衡阳市", "2021-03-01", "n")
    assert families["q"].root == "q"
    assert role(families["p"], families["n"], True, False) is None


def test_partial_dates() -> None:
    assert is_later("2021-03", "2021-02-28") and not is_later("2021", "2021-02-28") and not is_later(None, "2021")


def test_forms_are_no_sources_and_need_none() -> None:
    form = a_document(id="f", parent="n", title="河道保洁情况登记表", level="provincial", region="湖南省")
    assert is_form(form) and not is_form(a_document(id="g", title="河道保洁情况登记表")) and not is_form(a_document(id="h", parent="n", title="河道保洁任务清单"))
    assert not is_form(a_document(id="t", parent="n", title="河道保洁重点任务分工表", genre="任务分解清单"))  # it assigns tasks
    assert candidates([form, a_document(id="c", level="national", region="中国")], [], {})["f"] == ()


@pytest.fixture(scope="module")
def traced() -> tuple[tuple[Link, ...], tuple[Local, ...]]:
    return trace_all(*library())


def _between(links: Sequence[Link], origin: str, target: str = "") -> list[Link]:
    return [link for link in links if link.origin == origin and (not target or link.target == target) and link.relation != "related" and not link.parallel]


@pytest.mark.parametrize("case", CASES["link"], ids=lambda c: f"{c['from']}-{c['to']}")
def test_links(case: dict[str, Any], traced: tuple[tuple[Link, ...], tuple[Local, ...]]) -> None:
    found = _between(traced[0], case["from"], case["to"])
    assert len(found) == 1, [(link.origin, link.target, link.score) for link in traced[0]]
    assert found[0].score >= 0.5
    assert case.get("relation", found[0].relation) == found[0].relation
    substantial = [c for c in found[0].changes if not c.startswith(("增加", "删去"))]
    assert sorted(substantial) == sorted(case.get("changes", substantial))
    best = max(_between(traced[0], case["from"]), key=lambda link: (link.target.partition("#")[0] == case["to"].partition("#")[0], link.score))
    assert best.target == case["to"]


@pytest.mark.parametrize("case", CASES["none"], ids=lambda c: c["why"])
def test_no_source_is_an_outcome(case: dict[str, Any], traced: tuple[tuple[Link, ...], tuple[Local, ...]]) -> None:
    assert _between(traced[0], case["from"]) == []
    beside = [link.target for link in traced[0] if link.origin == case["from"] and link.parallel]
    assert beside == ([case["parallel"]] if "parallel" in case else [])


def test_cited_sources_say_so_and_a_law_on_another_matter_is_none(traced: tuple[tuple[Link, ...], tuple[Local, ...]]) -> None:
    cited = {(link.origin.partition("#")[0], link.target.partition("#")[0]): link.cited for link in traced[0]}
    assert cited["province", "nation"] and cited["city", "province"] and not cited["city", "nation"]
    assert not any("law" in pair for pair in cited)


def test_local_stretches(traced: tuple[tuple[Link, ...], tuple[Local, ...]]) -> None:
    local = {(x.origin, x.text) for x in traced[1]}
    assert ("province#1", "全省统一公示牌式样") in local
    assert ("city#2", "为保洁船只统一购置定位终端，接入城市运行平台") in local
    assert not any(origin.startswith("nation") for origin, _ in local), "nothing stands above the nation's"


def test_every_pair_stands_at_its_place_on_both_sides(traced: tuple[tuple[Link, ...], tuple[Local, ...]]) -> None:
    documents, clauses, _ = library()
    texts = {d.id: source_text([c for c in clauses if c.document == d.id]) for d in documents}
    _check_places(*traced, {c.id: texts[c.document] for c in clauses})
    assert sum(len(link.pairs) for link in traced[0]) > 10


def _check_places(links: Sequence[Link], local: Sequence[Local], texts: dict[str, str]) -> None:
    for link in links:
        assert link.pairs
        for pair in link.pairs:
            assert pair.from_text == text_at(texts[link.origin], pair.from_spans) and pair.from_text
            assert pair.to_text == text_at(texts[link.target], pair.to_spans) and pair.to_text
    for stretch in local:
        assert stretch.text == text_at(texts[stretch.origin], stretch.spans)


def _check_levels(links: Sequence[Link], documents: Sequence[Document], clauses: Sequence[Clause]) -> None:
    families = families_of(documents)
    home = {c.id: families[c.document] for c in clauses}
    for link in links:
        lower, upper = home[link.origin], home[link.target]
        assert lower.root != upper.root
        if not link.parallel:
            assert upper.level is not None and upper.level <= (9 if lower.level is None else lower.level)
            assert not is_later(upper.date, lower.date)


def _check_changes(links: Sequence[Link], clauses: Sequence[Clause]) -> None:
    """An adjusted link names a change; what it names is there: the old wording above and the new one below."""
    folded = {c.id: fold(c.text).text for c in clauses}
    for link in links:
        named = [c.partition("：") for c in link.changes]
        substantial = [(kind, what) for kind, _, what in named if kind in ("数字", "日期", "范围", "主体")]
        assert substantial or link.relation != "adjusted", link
        for _, what in substantial:
            before, arrow, after = what.partition("→")
            if not arrow:
                before, after = "", what.removeprefix("增加")
            assert before in folded[link.target] and after in folded[link.origin], (link.origin, link.target, what)
        for kind, _, what in named:
            assert kind not in ("增加", "删去") or what in folded[link.origin if kind == "增加" else link.target]


WORDS = ["河道保洁", "责任区", "公示牌", "清运", "2000元", "3000元", "检查", "脱贫县", "祁东县", "全国", "全省", "水葫芦", "积分兑换", "护河志愿者"]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=6).map("".join), min_size=1, max_size=4).map("，".join)
FACTS = st.tuples(
    st.sampled_from((*LEVELS, None)),
    st.sampled_from(("中国", "湖南省", "湖南省衡阳市", "湖南省衡阳市衡南县", "江西省", None)),
    st.sampled_from(("2019", "2020-05", "2021-06-01", None)),
    st.sampled_from(("关于加强河道保洁管护的意见", "河道保洁管护方案", "船检办法")),
    st.lists(SENTENCES.map(lambda s: s + "。"), min_size=1, max_size=4),
)


@given(st.lists(FACTS, min_size=2, max_size=6), st.randoms(use_true_random=False))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_laws_of_level_date_place_and_change(facts: list[Any], random: Any) -> None:
    documents = [a_document(id=f"d{n}", level=level, region=region, date=date, title=title) for n, (level, region, date, title, _) in enumerate(facts)]
    clauses = [a_clause(f"d{n}", m, text) for n, (*_, texts) in enumerate(facts) for m, text in enumerate(texts)]
    links, local = trace_all(documents, clauses, [])
    _check_levels(links, documents, clauses)
    _check_changes(links, clauses)
    _check_places(links, local, {c.id: source_text([x for x in clauses if x.document == c.document]) for c in clauses})
    again = trace_all(documents, clauses, [])
    assert again == (links, local)


def test_empty_and_strange_input() -> None:
    assert trace_all([], [], []) == ((), ())
    document = a_document(id="d", level="county", region="湖南省衡阳市衡南县")
    assert trace_all([document], [a_clause("d", 1, "，。；"), a_clause("d", 2, "12")], []) == ((), ())


@pytest.mark.parametrize("case", CHANGES["case"], ids=lambda c: c["why"])
def test_changes(case: dict[str, Any]) -> None:
    found = differences(fold(case["lower"]).text, fold(case["upper"]).text, fold(case.get("beside_lower", "")).text, fold(case.get("beside_upper", "")).text)
    assert [tell(change) for change in found] == case["want"]


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("territory_words", [], "territory_words 应为词语列表"),
        ("figure_units", ["元", "元"], "figure_units 有重复"),
        ("level_words", ["国家级", "全国"], "全国 列在两处"),
        ("group_endings", [" 户"], "group_endings 应为词语列表"),
    ],
)
def test_the_linter_of_the_change_words(name: str, rows: list[str], message: str) -> None:
    assert lint(words()) == []
    data = copy.deepcopy(table_of("changes"))
    data[name] = rows
    assert message in lint(data)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the texts in ../shared/corpus")
def test_laws_hold_on_the_real_texts() -> None:
    from kb.citations import resolve
    from kb.pipeline import parse_source
    from kb.reading import find_files, read_file

    files = [parse_source(read_file(path, name)) for path, name in find_files([SHARED])[0]]
    documents = [d for f in files for d in f.documents]
    clauses = [c for f in files for c in f.clauses]
    citations = resolve([c for f in files for c in f.citations], documents, clauses)
    links, local = trace_all(documents, clauses, citations)
    assert len(links) > 1000 and len(local) > 500
    home = {d.id: next(f.source.text for f in files if f.source and f.source.file == d.file) for d in documents}
    _check_places(links, local, {c.id: home[c.document] for c in clauses})
    _check_levels(links, documents, clauses)
    _check_changes(links, clauses)


def test_a_table_before_any_clause_is_no_provision() -> None:
    table = "河道保洁主要指标\n序号\t指标\t单位\t目标值\n" + "".join(f"{n}\t第{n}类河道保洁合格率\t%\t9{n}\n" for n in range(9)) * 2
    letter = "关于河道保洁的函\n" + "为做好河道保洁工作，请各单位划定责任区，明确保洁员和监督员，打捞的垃圾当日清运。\n" * 5
    html = "河道保洁主要指标\n" + "".join(f"类{n}>河道保洁合格率>%>9{n}>" + "约束性" * 5 + "\n" for n in range(9)) * 2
    assert all(len(text) >= 200 for text in (table, letter, html))
    assert [len(provisions([a_clause("d", 0, text, None, "preamble")])) for text in (table, letter, html)] == [0, 1, 0]
