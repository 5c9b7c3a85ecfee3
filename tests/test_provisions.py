"""Statutes: what they rest on, and which of their articles are linked to which."""

from dataclasses import replace

from kb.derivation.fingerprints import GRAM, fingerprint, runs
from kb.derivation.measures import fold
from kb.derivation.provisions import Wording
from kb.model import Citation, Clause, Document
from kb.tracing import trace_all
from tests.support_tracing import a_clause, a_document

LAW = (
    "第一条 为了规范渡口的设置和管理，保障渡运安全，制定本法。",
    "第二条 渡口经营人应当在渡口两岸明显位置公布渡运路线、核定载客人数和收费标准，不得超员载客。",
    "第三条 遇有大雾、洪水等影响渡运安全的天气和水文情形，渡船应当立即停止航行，渡口工作人员应当及时告知候船的旅客。",
    "第四条 县级人民政府应当建立渡口安全检查档案，每季度至少检查一次。",
)
RULES = (
    "第一条 根据《渡口法》，结合本省实际，制定本办法。",
    "第二条 渡口经营人应当在渡口两岸明显位置公布渡运路线、核定载客人数和收费标准，并在候船处张贴举报电话。",
    "第三条 鼓励村民委员会组织志愿者在赶集日维护候船秩序。",
    "第四条 遇有大雾、洪水等影响渡运安全的天气和水文情形，渡船应当立即停止航行。",
)


def articles(document: str, texts: tuple[str, ...]) -> list[Clause]:
    out = []
    for number, text in enumerate(texts):
        clause = a_clause(document, number, text, kind="article")
        out.append(replace(clause, path=text.split()[0]))
    return out


def statutes(cites: bool = True) -> tuple[list[Document], list[Clause], list[Citation]]:
    documents = [
        a_document(id="law", title="渡口法", level="national", region="中国", date="2019", genre="法律"),
        a_document(id="rules", title="某省水路运输管理办法", level="provincial", region="某省", date="2020", genre="办法"),
    ]
    clauses = articles("law", LAW) + articles("rules", RULES)
    citations = [Citation("rules", "rules#0", "渡口法", None, "law", "basis", "《渡口法》", ((0, 5),))] if cites else []
    return documents, clauses, citations


def test_made_of_articles() -> None:
    clauses = articles("law", LAW) + [a_clause("plan", n, f"（{n}）落实责任。") for n in range(5)]
    assert fingerprint("law", [c for c in clauses if c.document == "law"]).articles
    assert not fingerprint("plan", clauses[len(LAW):]).articles
    assert not fingerprint("law", clauses[:2]).articles, "two articles make no statute"
    mixed = articles("plan", LAW[:3]) + [a_clause("plan", 10 + n, f"（{n}）落实责任。") for n in range(4)]
    assert not fingerprint("plan", mixed).articles, "a plan that quotes three articles"


def test_runs_stand_within_measures_and_do_not_mind_noise() -> None:
    text = LAW[1]
    assert runs(text)
    assert all(len(run) == GRAM and run in fold(text).text for run in runs(text))
    assert not any("，" in run or "。" in run for run in runs(text))
    assert runs(text.replace("渡运路线", "渡 运\n路“线”")) == runs(text)


def test_the_likeliest_article() -> None:
    wording = Wording(articles("law", LAW))
    assert wording.likeliest(runs(RULES[1])) == 1
    assert wording.likeliest(runs(RULES[3])) == 2
    assert wording.likeliest(runs(RULES[2])) is None
    assert wording.likeliest(runs("")) is None


def test_wording_of_many_articles_tells_none_apart() -> None:
    assert Wording(articles("law", (LAW[1],) * 5)).likeliest(runs(LAW[1])) is None
    assert Wording(articles("law", (LAW[1],) * 4)).likeliest(runs(LAW[1])) == 0


def test_articles_are_linked_to_what_they_rest_on() -> None:
    links, local = trace_all(*statutes())
    assert [(link.origin, link.target) for link in links] == [("rules#1", "law#1"), ("rules#3", "law#2")]
    assert all(link.cited and link.pairs for link in links)
    assert [x.text for x in local] == ["并在候船处张贴举报电话"]


def test_statutes_that_name_no_other_are_compared_with_none() -> None:
    assert trace_all(*statutes(cites=False)) == ((), ())


def test_a_plan_is_traced_to_a_statute_whose_wording_it_shares() -> None:
    documents, clauses, citations = statutes()
    plan = a_document(id="plan", title="某县渡口渡船安全整治方案", level="county", region="某省某市某县", date="2021", genre="方案")
    work = [
        a_clause("plan", 0, "（一）公示到位。渡口经营人应当在渡口两岸明显位置公布渡运路线、核定载客人数和收费标准，不得超员载客。"),
        a_clause("plan", 1, "（二）停航到位。遇有大雾、洪水等影响渡运安全的天气和水文情形，渡船应当立即停止航行，渡口工作人员应当及时告知候船的旅客。"),
    ]
    cited = Citation("plan", "plan#0", "渡口法", None, "law", "basis", "《渡口法》", ((0, 5),))
    links, _ = trace_all([*documents, plan], clauses + work, [*citations, cited])
    assert {("plan#0", "law#1"), ("plan#1", "law#2"), ("rules#1", "law#1")} <= {(link.origin, link.target) for link in links}
