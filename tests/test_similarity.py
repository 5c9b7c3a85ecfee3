"""Measures and their likeness: what a clause says itself, what noise leaves no trace, what counts as a match."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_tracing import CASES, a_clause

from kb import similarity
from kb.derivation.measures import fold, formal, knowledge, lint, lists_units, substance
from kb.similarity import align, compare_parts, count_grams, evidence, heading_likeness, measures_of, part, weigh
from kb.tables import TableRow

POLICY = "落实河道保洁责任区经费预算考核公示牌每季度检查合格率挂钩，。；：、（）0123456789%村镇县市省国家"
NOISE = " \t\u3000“”*#—"


@pytest.mark.parametrize("case", CASES["substance"], ids=lambda c: c["why"])
def test_a_clause_says_itself(case: dict[str, Any]) -> None:
    above = a_clause("d", 1, case["above"]) if "above" in case else None
    clause = a_clause("d", 2, case["text"], above.id if above else None, case.get("kind", "item"))
    said = substance(clause, above)
    assert said.heading == case["heading"]
    assert [m.folded for m in said.measures] == case["measures"]


@given(st.text(POLICY, max_size=120))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_measures_stand_where_they_say(text: str) -> None:
    clause = a_clause("d", 1, text or "。")
    for measure in substance(clause).measures + measures_of(text):
        assert fold(clause.text[measure.start : measure.end] if text else "").text == measure.folded


@given(st.text(POLICY, max_size=80), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(NOISE)), max_size=12))
@settings(derandomize=True, max_examples=150, deadline=None)
def test_noise_leaves_no_trace(text: str, noise: list[tuple[int, str]]) -> None:
    noisy = text
    for at, mark in noise:
        noisy = noisy[: at % (len(noisy) + 1)] + mark + noisy[at % (len(noisy) + 1) :]
    assert [m.folded for m in measures_of(noisy)] == [m.folded for m in measures_of(text)]


def test_half_width_marks_are_full_width_ones() -> None:
    assert fold("(一)查清,登记;通报:整改").text == "（一）查清，登记；通报：整改"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("县水利局、县财政局、县住建局等", True),
        ("各乡镇，县委组织部、县残联", True),
        ("市人民政府", True),
        ("河道长度、水面面积、清运距离", False),
        ("含支流入河口以上一公里河段", False),
        ("", False),
    ],
)
def test_lists_of_units(text: str, want: bool) -> None:
    assert lists_units(text) is want


def test_matching_measures_are_found_with_their_places() -> None:
    lower = "统筹用好保洁公益岗位，及时足额发放报酬。购置无人机。"
    upper = "健全制度，统筹用好乡村保洁公益岗位。"
    matches = align(lower, upper)
    assert [(lower[a:b], upper[c:d]) for (a, b), (c, d), _ in matches] == [("统筹用好保洁公益岗位", "统筹用好乡村保洁公益岗位")]
    assert align(lower, "举办龙舟竞赛。") == ()


def test_common_wording_says_little() -> None:
    weights = weigh({}, 0)
    common = compare_parts(part("加强项目建设工作", weights), part("加强项目建设工作", weights))
    rare = compare_parts(part("打捞水葫芦上岸", weights), part("打捞水葫芦上岸", weights))
    assert common < 0.6 * rare


def test_figures_and_stock_phrases_match_nothing() -> None:
    weights = weigh({}, 0)
    assert part("20212025", weights).total == 0.0
    assert part("产业兴旺、生态宜居、乡风文明、治理有效、生活富裕", weights).total == 0.0


def test_weights_fall_with_use_and_stay_between_0_and_1() -> None:
    counts, number = count_grams([["打捞水草"], ["打捞浮萍"], ["清运淤泥"]] + [["巡查河岸"]] * 97)
    weights = weigh(counts, number)
    assert number == 100 and counts["打捞"] == 2
    assert weights["河岸"] < weights["打捞"] <= weights["水草"]
    assert all(0.0 <= w <= 1.0 for w in weights.values())


@given(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 50))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_evidence_grows_with_what_is_shared_and_is_capped(lower: float, upper: float, shared: float) -> None:
    shared = min(shared, lower, upper)
    assert 0.0 <= evidence(shared, lower, upper) <= 20.0
    assert evidence(shared / 2, lower, upper) <= evidence(shared, lower, upper)
    assert evidence(shared, lower, upper) == evidence(shared, upper, lower)


def test_headings_alike() -> None:
    weights = weigh({}, 0)
    same = part("管好河道保洁", weights)
    assert heading_likeness(same, same) == 1.0
    assert heading_likeness(same, part("规范校车接送", weights)) == 0.0
    assert heading_likeness(same, part("", weights)) == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("stock_phrases", ["因地制宜", "因地制宜"]), "stock_phrases 有重复"),
        (("draft_marks", [" 草案"]), "draft_marks 应为词语列表"),
        (("explaining_genres", "答记者问"), "explaining_genres 应为词语列表"),
        (("unit_endings", ""), "unit_endings 应为一串字"),
    ],
)
def test_the_linter_of_the_table(change: tuple[str, Any], message: str) -> None:
    data = copy.deepcopy(dict(knowledge()))
    assert lint(data) == []
    data[change[0]] = change[1]
    assert lint(data) == [message]


@pytest.mark.parametrize(
    ("gram", "rate", "message"),
    [("加强了", "0.3", "g.csv:2：应为两个字且不重复：加强了"), ("建设", "0", "g.csv:2：rate 应在 0 与 1 之间：0"), ("建设", "一", "g.csv:2：rate 应在 0 与 1 之间：一")],
)
def test_the_linter_of_common_grams(gram: str, rate: str, message: str) -> None:
    good = TableRow({"gram": "加强", "rate": "0.26"}, "g.csv:1")
    assert similarity.lint([good]) == []
    assert similarity.lint([good, TableRow({"gram": gram, "rate": rate}, "g.csv:2")]) == [message]
    assert similarity.lint([good, good]) == ["g.csv:1：应为两个字且不重复：加强"]


@pytest.mark.parametrize("text, expected", [
    ("第三十条 本办法自2024年3月1日起施行，有效期五年。", True),
    ("六、附则 本细则由县水利局负责解释，自印发之日起施行。", True),
    ("八、明确施行时间。本措施自2024年3月1日起施行。此前规定与本措施不一致的，以本措施为准。", True),
    ("第九条 补贴资格有效期三年，期满前由村委会重新核实，核实结果张榜公布，群众有异议的由乡镇复查。", False),
    ("第四条 取水口每季度检查一次。", False),
])  # fmt: skip
def test_what_only_says_from_when_it_is_in_force_is_no_provision(text: str, expected: bool) -> None:
    assert formal(substance(a_clause("d", 1, text))) is expected
