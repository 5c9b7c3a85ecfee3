"""A clause against others: one that was found already is compared as in an index that holds it alone; who is meant where several match."""

from __future__ import annotations

import random

import pytest
from support_tracing import a_clause

from kb.derivation.alignment import find, find_in, index, matter_of, prepare, single
from kb.derivation.halves import NOBODY, Speaks, agree, speaks
from kb.derivation.measures import substance
from kb.similarity import Part, statute_weights, weigh

WORDS = ("渡口经营人", "应当公布", "渡运路线", "核定载客人数", "停止航行", "3万元", "5万元", "处", "以下的罚款", "渡口", "安全检查", "船员", "县级人民政府", "的", "船员名册", "负责人员")
TITLES = ("渡口管理办法", "船员管理条例", "", "安全检查规定")


def _text(chance: random.Random) -> str:
    measures = ["".join(chance.choices(WORDS, k=chance.randrange(1, 6))) for _ in range(chance.randrange(1, 9))]
    return chance.choice(("", "（一）安全检查。", "（二）渡口负责人员。")) + "，".join(measures) + "。"


def _copied(chance: random.Random, text: str) -> str:
    """The text with some measures left out, changed or moved."""
    measures = [m.replace("3万元", "5万元") if chance.random() < 0.3 else m for m in text.rstrip("。").split("，") if chance.random() < 0.8]
    if chance.random() < 0.3:
        chance.shuffle(measures)
    return "，".join(measures or ["渡口"]) + "。"


def test_a_clause_alone_is_compared_as_in_an_index() -> None:
    found = 0
    for seed in range(600):
        chance = random.Random(seed)
        text = _text(chance)
        weights = statute_weights() if chance.random() < 0.6 else weigh({"渡口": 3, "安全": 20}, 30)
        above_weights = weights if chance.random() < 0.7 else weigh({"船员": 12}, 20)
        known: dict[str, Part] | None = {} if chance.random() < 0.5 else None
        above = prepare(substance(a_clause("u", 1, text)), "安全检查", above_weights, known if above_weights is weights else None)
        lower = prepare(substance(a_clause("d", 1, _copied(chance, text) if chance.random() < 0.7 else _text(chance))), chance.choice(("", "安全检查")), weights, known)
        title = chance.choice(TITLES)
        one, other = find_in(lower, single(above, matter_of(title), above_weights), weights), find(lower, index([above], title), weights)
        assert [(f.clause, f.hits) for f in one] == [(f.clause, f.hits) for f in other], seed
        assert all(abs(a.strength - b.strength) < 1e-9 for a, b in zip(one, other, strict=True)), seed
        found += len(one)
    assert found > 300


def test_of_equal_matches_the_one_that_reads_the_same_is_meant() -> None:
    weights = statute_weights()
    upper = prepare(substance(a_clause("u", 1, "渡口经营人超员载客的，处3万元以下的罚款；船员未持证上岗的，处5万元以下的罚款。")), "", weights)
    lower = prepare(substance(a_clause("d", 1, "渡口经营人超员载客、船员未持证上岗的，处5万元以下的罚款。")), "", weights)
    for findings in (find_in(lower, single(upper, matter_of("船检办法"), weights), weights), find(lower, index([upper], "船检办法"), weights)):
        assert [(h.lower, h.upper) for h in findings[0].hits] == [(0, 2), (1, 3)]


def test_what_recurs_is_kept() -> None:
    known: dict[str, Part] = {}
    weights = statute_weights()
    first = prepare(substance(a_clause("u", 1, "渡口经营人应当公布渡运路线，不得超员载客。")), "", weights, known)
    again = prepare(substance(a_clause("d", 1, "村渡口经营人参加培训，不得超员载客。")), "", weights, known)
    assert first.parts[2] is again.parts[2] and len(known) == 4


PATROL = "省级护林长每年开展巡护不少于两次，协调解决跨市难题；市级护林长每半年开展巡护不少于两次；县级护林长巡护责任林区每季度不少于两次；各乡（镇）护林长每月巡护林区两次。"
BODIES = "林业部门负责林区划定和日常监督管理；财政部门负责巡护经费的预算安排和使用监督；公安机关负责查处毁林行为。"


@pytest.mark.parametrize(
    ("above", "below", "meant"),
    [
        (PATROL, "县级护林长每半年开展巡护不少于两次。", "县级护林长巡护责任林区每季度不少于两次"),
        (PATROL, "由市级护林长巡护责任林区每季度不少于两次。", "市级护林长每半年开展巡护不少于两次"),
        (PATROL, "乡级护林长每月巡护责任林区不少于两次。", "各乡（镇）护林长每月巡护林区两次"),
        (PATROL, "护林长每半年开展巡护不少于两次。", "市级护林长每半年开展巡护不少于两次"),
        (BODIES, "县财政局负责林区巡护经费的日常监督管理。", "财政部门负责巡护经费的预算安排和使用监督"),
        (BODIES, "云台县林业主管部门负责林区巡护使用监督。", "林业部门负责林区划定和日常监督管理"),
        ("省级财政安排补助；市级财政按照三成安排配套资金。", "县级财政按照五成安排配套资金。", "市级财政按照三成安排配套资金"),
    ],
)
def test_a_measure_is_set_against_the_half_of_its_own_level_or_body(above: str, below: str, meant: str) -> None:
    weights = weigh({}, 0)
    texts = [substance(a_clause("u", 1, above)), substance(a_clause("d", 1, below))]
    upper, lower = (prepare(text, "", weights) for text in texts)
    for findings in (find_in(lower, single(upper, matter_of("巡护办法"), weights), weights), find(lower, index([upper], "巡护办法"), weights)):
        assert [texts[0].measures[hit.upper].folded for hit in findings[0].hits] == [meant]


def test_who_is_spoken_of_goes_on_within_a_half() -> None:
    spoken = speaks(substance(a_clause("u", 1, "市财政局安排资金，开展检查；加强长期管护；各县（市、区）政府落实人员。")).measures)
    assert spoken == (Speaks("市", "财政"), Speaks("市", "财政"), NOBODY, Speaks("县", ""))
    assert agree(Speaks("县", "财政"), Speaks("", "财政")) and agree(Speaks("县", ""), Speaks("市", "")) is False and agree(Speaks("县", ""), NOBODY) is None
