"""Comparing two documents, and the gaps between a lower and a higher one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from support_tracing import a_clause, a_document, library

from kb.compare import Comparison, compare, gaps
from kb.derivation.measures import fold, substance
from kb.model import Clause, Link
from kb.tracing import trace_all

OLD = [
    "（一）划定责任区。以行政村为单位划定河道保洁责任区，明确保洁员和监督员。",
    "（二）建立清运机制。打捞的垃圾分类存放，当日清运出河道管理范围，严禁就地焚烧。",
    "（三）严格考核。每季度开展一次检查，河道保洁合格率达到90%以上。",
    "（四）统一着装。保洁员作业时穿反光背心，佩戴袖标。",
]
NEW = [
    "（一）严格考核。每季度开展一次检查，河道保洁合格率达到95%以上。",
    "（二）划定责任区。以行政村为单位划定河道保洁责任区，明确保洁员和监督员。",
    "（三）建立清运机制。打捞的垃圾分类存放，及时清运出河道管理范围，严禁就地焚烧，实行联单管理，由运输车辆随车携带。",
    "（四）设立热线。群众拨打热线举报乱倒渣土的，查实后给予奖励。",
]


def _clauses(name: str, texts: list[str]) -> tuple[Clause, ...]:
    return tuple(a_clause(name, n, text) for n, text in enumerate(texts))


def test_carried_over_changed_added_left_out() -> None:
    result = compare(a_document(id="old"), a_document(id="new"), _clauses("old", OLD), _clauses("new", NEW))
    assert [(m.first.id, m.second.id) for m in result.carried] == [("old#0", "new#1")]
    assert [(m.first.id, m.second.id) for m in result.changed] == [("old#2", "new#0"), ("old#1", "new#2")]
    assert "数字：90%→95%" in result.changed[0].changes
    assert [c.id for c in result.added] == ["new#3"]
    assert [c.id for c in result.left_out] == ["old#3"]


def test_a_document_compared_with_itself_is_carried_over_whole() -> None:
    clauses = _clauses("old", OLD)
    result = compare(a_document(id="old"), a_document(id="old"), clauses, clauses)
    assert [m.second.id for m in result.carried] == [c.id for c in clauses]
    assert not (result.changed or result.added or result.left_out)
    assert all(m.score > 0.5 and m.pairs for m in result.carried)


SENTENCE = st.lists(st.sampled_from(["划定责任区", "竖立公示牌", "清运水草", "每月检查2次", "奖励300元", "穿反光背心"]), min_size=1, max_size=4)
TEXTS = st.lists(SENTENCE.map(lambda s: "，".join(s) + "。"), min_size=0, max_size=5)


def _check(result: Comparison, first: tuple[Clause, ...], second: tuple[Clause, ...]) -> None:
    """Each substantial clause of both sides stands in exactly one section, and nothing added or dropped is there word for word."""
    for side, lone, clauses in (("first", result.left_out, first), ("second", result.added, second)):
        sections = [{getattr(m, side).id for m in result.carried}, {getattr(m, side).id for m in result.changed}, {c.id for c in lone}]
        assert sorted(id for section in sections for id in section) == sorted(c.id for c in clauses if substance(c).measures)
    said = ["\n".join(fold(c.text).text for c in clauses) for clauses in (first, second)]
    for clause in result.added:
        assert not all(m.folded in said[0] for m in substance(clause).measures)
    for clause in result.left_out:
        assert not all(m.folded in said[1] for m in substance(clause).measures)
    for match in (*result.carried, *result.changed):
        for change in match.changes:
            assert not (change.startswith("增加：") and fold(change[3:]).text in said[0])
            assert not (change.startswith("删去：") and fold(change[3:]).text in said[1])


@given(TEXTS, TEXTS)
@settings(derandomize=True, max_examples=80, deadline=None)
def test_each_substantial_clause_stands_in_one_section(old: list[str], new: list[str]) -> None:
    first, second = _clauses("old", old), _clauses("new", new)
    _check(compare(a_document(id="old"), a_document(id="new"), first, second), first, second)


MERGED = ["（一）划定责任区和建立清运机制。以行政村为单位划定河道保洁责任区，明确保洁员和监督员。打捞的垃圾分类存放，严禁就地焚烧。", OLD[2]]


def test_clauses_that_became_one_stand_both_beside_it_with_what_was_dropped() -> None:
    first, second = _clauses("old", OLD[:3]), _clauses("new", MERGED)
    result = compare(a_document(id="old"), a_document(id="new"), first, second)
    _check(result, first, second)
    assert [(m.first.id, m.second.id) for m in result.carried] == [("old#2", "new#1")]
    assert {(m.first.id, m.second.id): m.changes for m in result.changed} == {
        ("old#0", "new#0"): ("合并：0、1合为一条",),
        ("old#1", "new#0"): ("合并：0、1合为一条", "删去：当日清运出河道管理范围"),
    }


def test_a_clause_that_became_several() -> None:
    first, second = _clauses("old", MERGED), _clauses("new", OLD[:3])
    result = compare(a_document(id="old"), a_document(id="new"), first, second)
    _check(result, first, second)
    assert {(m.first.id, m.second.id): m.changes for m in result.changed} == {
        ("old#0", "new#0"): ("拆分：分为0、1",),
        ("old#0", "new#1"): ("拆分：分为0、1", "增加：当日清运出河道管理范围"),
    }


def test_of_many_that_one_became_only_their_number_is_told() -> None:
    whole = "（一）河道保洁。" + "".join(text.partition("。")[2] for text in OLD)
    first, second = _clauses("old", [whole]), _clauses("new", OLD)
    result = compare(a_document(id="old"), a_document(id="new"), first, second)
    _check(result, first, second)
    assert len(result.changed) == 4 and {m.changes[0] for m in result.changed} == {"拆分：分为 4 条"}


def test_what_is_added_beside_a_sentence_carried_over_is_no_rewording_of_it() -> None:
    more = OLD[0] + "到2030年河道保洁责任区划定率达到100%。"
    result = compare(a_document(id="old"), a_document(id="new"), _clauses("old", OLD), _clauses("new", [more, *OLD[1:]]))
    assert [m.changes for m in result.changed] == [("增加：到2030年河道保洁责任区划定率达到100%",)]


def test_gaps_by_the_links() -> None:
    documents, clauses, citations = library()
    links, _ = trace_all(documents, clauses, citations)
    of = {d.id: tuple(c for c in clauses if c.document == d.id) for d in documents}
    result = gaps(of["nation"], of["province"], [link for link in links if link.origin.startswith("province#")])
    assert [c.id for c in result.not_taken_up] == ["nation#5"]
    assert result.without_source == ()
    result = gaps(of["province"], of["city"], [link for link in links if link.origin.startswith("city#")])
    assert [c.id for c in result.not_taken_up] == ["province#2", "province#4"]
    assert [c.id for c in result.without_source] == ["city#2", "city#4"]


def test_gaps_of_documents_that_were_never_linked() -> None:
    result = gaps(_clauses("old", OLD), _clauses("new", NEW), [])
    assert [c.id for c in result.not_taken_up] == ["old#3"]
    assert [c.id for c in result.without_source] == ["new#3"]


def _link(low: str, high: str, relation: str, parallel: bool = False) -> Link:
    return Link(low, high, relation, 0.6, (), (), parallel, False)


def test_gaps_decide_as_the_links_do() -> None:
    """A clause on the same topic is no source, a parallel one neither; nothing else is compared where anything was traced."""
    high, low = _clauses("old", OLD), _clauses("new", NEW)
    result = gaps(high, low, [_link("new#0", "old#2", "related"), _link("new#1", "old#0", "verbatim", True)])
    assert [c.id for c in result.without_source] == [f"new#{n}" for n in range(4)] and len(result.not_taken_up) == 4
    assert {id: [c.id for c in found] for id, found in result.same_topic.items()} == {"new#0": ["old#2"]} and result.linked
    assert not gaps(high, low, [_link("new#1", "old#0", "verbatim", True)]).linked


def test_what_is_too_short_to_be_traced_is_no_gap() -> None:
    low = (*_clauses("new", NEW), a_clause("new", 7, "5.修桥。", None, "row"), a_clause("new", 8, "（五）附则。本办法自2023年1月1日起施行，有效期三年。"))
    result = gaps(_clauses("old", OLD), low, [_link("new#0", "old#2", "adjusted")])
    assert [c.id for c in result.not_compared] == ["new#7", "new#8"] and "new#7" not in [c.id for c in result.without_source]
