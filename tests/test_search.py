"""Searching a collection of our own: what must come, what must not, operators against a plain scan, both engines alike."""

import itertools
import random
import tomllib
from pathlib import Path

import pytest
import support_search
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support_search import ENGINES

from index import search
from index.build import STAMP
from index.matching.near import near_forms
from index.matching.needs import Need, hidden_in
from index.matching.ranking import Asked, Sight, Weights, rank
from index.matching.snippets import places, snippet
from index.opening import Index, open_searcher, probe
from index.query import All, Any, Leaf, Node, Without, parse
from index.search import search_records
from index.standing import standing, titles_in
from index.tokens import bare
from kb.errors import KnowledgeBaseError, UsageError
from kb.model import Clause, Document
from kb.store import Store
from tests.soak.files import replaced

CASES = tomllib.loads((Path(__file__).parent / "cases" / "search.toml").read_text(encoding="utf-8"))["case"]
Opened = tuple[Index, Store]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Opened]:
    return {name: support_search.indexed(tmp_path_factory.mktemp("kb") / name, name) for name in ENGINES}


@pytest.fixture(scope="module", params=ENGINES)
def opened(request: pytest.FixtureRequest, both: dict[str, Opened]) -> Opened:
    return both[request.param]


def ids(opened: Opened, query: str, **options: object) -> list[str]:
    found = search_records(*opened, query, limit=1000, **options)
    assert found["total"] == len(found["hits"]), "the total is the true number"
    return [hit["id"] for hit in found["hits"]]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["query"])
def test_cases(case: dict, opened: Opened) -> None:
    found = ids(opened, case["query"])
    if case.get("none"):
        assert not found, case["why"]
        return
    if "first" in case:
        assert found[:1] == [case["first"]], case["why"]
    assert set(case.get("must", ())) <= set(found), case["why"]
    assert not set(case.get("never", ())) & set(found), case["why"]


WORDS = ["茶", "茶园", "茶农", "培训", "低产", "责任单位", "县", "养老", "。", "2025年", "第十三条", "没有的", "农村", "上地补偿", "第"]


def strict_query(seeded: random.Random, depth: int) -> str:
    kind = seeded.random()
    if depth == 0 or kind < 0.3:
        word = seeded.choice(WORDS[:8] + WORDS[9:])
        return f"“{word}”" if kind < 0.1 else word
    left, right = strict_query(seeded, depth - 1), strict_query(seeded, depth - 1)
    if kind < 0.5:
        return f"({left} {seeded.choice(('AND', '与'))} {right})"
    if kind < 0.8:
        return f"（{left} {seeded.choice(('OR', '或'))} {right}）"
    return f"({left} {seeded.choice(('NOT', '非'))} {right})"


def holds(node: Node, text: str) -> bool:
    match node:
        case Leaf(word):
            return bare(word) in text
        case All(parts):
            return all(holds(part, text) for part in parts)
        case Any(parts):
            return any(holds(part, text) for part in parts)
        case Without(part):
            return not holds(part, text)


def test_operators_agree_with_a_scan(opened: Opened) -> None:
    seeded = random.Random(3)
    texts = {c.id: bare(c.text) for c in opened[1].read(Clause)}
    asked = 0
    while asked < 250:
        query = strict_query(seeded, 3)
        tree = parse(query)
        if not tree.strict:
            continue
        asked += 1
        assert set(ids(opened, query)) == {id for id, text in texts.items() if holds(tree.tree, text)}, query


def test_exact_search_misses_nothing_and_adds_nothing(opened: Opened) -> None:
    seeded = random.Random(9)
    texts = {c.id: c.text for c in opened[1].read(Clause)}
    for _ in range(400):
        id, text = seeded.choice(list(texts.items()))
        size = seeded.randint(1, 6)
        at = seeded.randrange(max(1, len(text) - size))
        piece = text[at : at + size]
        if not bare(piece):
            continue
        found = ids(opened, piece, exact=True)
        assert id in found, piece
        assert all(bare(piece) in bare(texts[other]) for other in found), piece
        assert found == [c for c in texts if c in found], "in document order"


def test_quotation_marks_count_where_they_are_typed(opened: Opened) -> None:
    assert ids(opened, "低产茶园", exact=True) == ["a1000001#一/（二）", "b2000002#1"]
    assert ids(opened, "低产”茶园", exact=True) == ["a1000001#一/（二）"]
    assert ids(opened, "“低产茶园”", exact=True) == ["a1000001#一/（二）", "b2000002#1"], "marks around all of it only quote"


@pytest.mark.skipif(len(ENGINES) < 2, reason="只装有一个检索引擎")
def test_both_engines_give_the_same(both: dict[str, Opened]) -> None:
    seeded = random.Random(17)
    texts = [c.text for c in both["whoosh"][1].read(Clause)]
    queries = [case["query"] for case in CASES]
    for _ in range(120):
        text = seeded.choice(texts)
        at = seeded.randrange(max(1, len(text) - 4))
        queries.append(" ".join((text[at : at + seeded.randint(2, 8)], seeded.choice(WORDS))))
    for query in queries:
        results = []
        for name in ENGINES:
            try:
                found = search_records(*both[name], query, limit=1000, facets=True)
                results.append(([h["id"] for h in found["hits"]], found["total"], found["expanded"], found["facets"]))
            except UsageError as error:
                results.append(error.message)
        assert results[0] == results[1], query


def test_pages_are_parts_of_the_whole(opened: Opened) -> None:
    whole = search_records(*opened, "茶", limit=100)
    paged = [hit["id"] for at in range(0, whole["total"], 3) for hit in search_records(*opened, "茶", limit=3, offset=at)["hits"]]
    assert paged == [hit["id"] for hit in whole["hits"]]
    assert search_records(*opened, "茶", offset=500)["hits"] == []
    assert search_records(*opened, "茶", limit=1)["total"] == whole["total"]


def test_pages_behind_the_ranked_ones(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "DEPTH", 5)
    monkeypatch.setattr(search, "READ", 3)
    total = search_records(*opened, "茶", limit=1)["total"]
    assert total > 8
    paged = [hit["id"] for at in range(0, total, 2) for hit in search_records(*opened, "茶", limit=2, offset=at)["hits"]]
    assert len(paged) == len(set(paged)) == total


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        ({"level": "county"}, {"b2000002"}),
        ({"level": "省"}, {"a1000001", "c3000003"}),
        ({"region": "清溪县"}, {"b2000002"}),
        ({"region": "云岭省"}, {"a1000001", "b2000002", "c3000003"}),
        ({"genre": "意见"}, {"a1000001"}),
        ({"doc": "清办发[2022]7号"}, {"b2000002"}),
        ({"doc": "a1000001"}, {"a1000001"}),
        ({"since": "2022"}, {"b2000002"}),
        ({"until": "2021-03"}, {"a1000001", "d4000004"}),
        ({"since": "2021-04", "until": "2021"}, {"c3000003"}),
    ],
)
def test_filters(filters: dict[str, str], documents: set[str], opened: Opened) -> None:
    found = search_records(*opened, "年 OR 茶 OR 养老", limit=100, **filters)
    assert {hit["document"] for hit in found["hits"]} <= documents and found["total"] == len(found["hits"]) > 0
    for hit in search_records(*opened, "年 OR 茶 OR 养老", limit=100)["hits"]:
        assert (hit["document"] in documents) == (hit in [{**h, "score": hit["score"]} for h in found["hits"]])


def test_a_filter_by_unit(opened: Opened) -> None:
    assert ids(opened, "责任单位", unit="住建局") == ["b2000002#1"]
    assert ids(opened, "责任单位", unit="县农业农村局") == ["b2000002#1"]


@pytest.mark.parametrize(
    ("query", "options", "says"),
    [
        ("茶", {"level": "火星"}, "没有“火星”这个层级"),
        ("茶", {"doc": "没有这份"}, "知识库里没有"),
        ("茶", {"since": "去年"}, "不是日期"),
        ("日期:2021-13 茶", {}, "不是日期"),
        ("层级:很高 茶", {}, "这个层级"),
        ("“”", {"exact": True}, "没有可以查找的字词"),
        ("字" * 2001, {"exact": True}, "太长"),
    ],
)
def test_errors_are_in_chinese(query: str, options: dict, says: str, opened: Opened) -> None:
    with pytest.raises(UsageError, match=says):
        search_records(*opened, query, **options)


def test_facets_count_all_hits(opened: Opened) -> None:
    found = search_records(*opened, "茶", limit=2, facets=True)
    assert found["total"] > 2
    documents = {d.id: d for d in opened[1].read(Document)}
    every = search_records(*opened, "茶", limit=100)["hits"]
    for name, of in (("level", lambda d: d.level), ("region", lambda d: d.region), ("year", lambda d: d.date[:4])):
        expected: dict[str, int] = {}
        for hit in every:
            value = of(documents[hit["document"]])
            expected[value] = expected.get(value, 0) + 1
        assert dict(found["facets"][name]) == expected
    assert ("云岭省南山市清溪县民政局", 1) in found["facets"]["unit"]


def test_what_was_looked_for_besides_is_said(opened: Opened) -> None:
    said = "".join(search_records(*opened, "最低生活保障 土地补偿 住建局", limit=1)["expanded"])
    assert "低保" in said and "上地补偿" in said and "住房和城乡建设局" in said
    assert search_records(*opened, "冷链仓库", limit=1)["expanded"] == []


@pytest.mark.parametrize(
    ("query", "options", "says"),
    [
        ("单位:不存在局 养老", {}, ["库中没有符合“单位：不存在局”的内容"]),
        ("养老 AND 机器人大赛", {}, ["库中没有“机器人大赛”"]),
        ("地区:清溪县 AND 文种:意见", {}, ["各项条件分别都有内容，但没有一条同时符合"]),
        ("养老 AND 机器人大赛", {"region": "火星"}, ["库中没有“机器人大赛”"]),
        ("养老", {"region": "火星"}, []),
    ],
)
def test_why_nothing_was_found_is_said(query: str, options: dict, says: list[str], opened: Opened) -> None:
    found = search_records(*opened, query, **options)
    assert (found["total"], found["hits"], found["expanded"]) == (0, [], says)


def test_exact_words_come_before_expanded_ones(opened: Opened) -> None:
    assert ids(opened, "村小")[0] == "c3000003#第一章/二"
    first = ids(opened, "低保")
    assert first[0] == "a1000001#一/（一）"


def test_hits_tell_where_they_stand(opened: Opened) -> None:
    (hit,) = search_records(*opened, "茶旅融合", limit=1)["hits"]
    assert (hit["title"], hit["path"], hit["date"], hit["number"]) == ("清溪县推进山区茶产业发展实施方案", "4", "2022-05-16", "清办发〔2022〕7号")
    assert hit["source"] == {"file": "b2000002.txt", "start_line": 5, "end_line": 5}
    assert [hit["text"][a:b] for a, b in hit["marks"]] == ["茶旅融合"] and "【茶旅融合】" in hit["snippet"]


def test_an_article_is_shown_with_its_items(opened: Opened) -> None:
    (hit,) = search_records(*opened, "第十三条", limit=1)["hits"]
    assert hit["text"].endswith("（一）有固定的加工场所；\n（二）有检验合格的设备。")


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.text(alphabet="低保 “”\n，。ａA麼么①", max_size=60), st.lists(st.text(alphabet="低保a么1", min_size=1, max_size=3), max_size=4))
def test_marked_places_hold_the_words(text: str, words: list[str]) -> None:
    marked = places(text, words)
    assert marked == sorted(marked) and all(0 <= a < b <= len(text) for a, b in marked)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(marked))
    for word in words:
        if word in bare(text):
            assert any(word[0] in bare(text[a:b]) for a, b in marked)
    shown, same = snippet(text, words, 20)
    assert list(same) == marked and shown.count("【") == shown.count("】")


@pytest.mark.parametrize(
    ("text", "entry", "form"),
    [
        ("万企帮万村", "深入实施“万企兴万村”行动", "万企兴万村"),
        ("防贫险", "推广防贫保险", "防贫保险"),
        ("低产茶圆", "改造低产茶园", "低产茶园"),
        ("农村集体经济组积", "完善农村集体经济组织", "农村集体经济组织"),
        ("雪亮的工程", "推进雪亮工程建设", "雪亮工程"),
    ],
)
def test_forms_one_character_away(text: str, entry: str, form: str) -> None:
    assert form in near_forms(text, [bare(entry)])


@pytest.mark.parametrize(("text", "entry"), [("茶园", "茶山"), ("防贫险", "防贫办"), ("四权分置", "三权分立"), ("低产茶园", "低产，茶园")])
def test_no_forms_further_away(text: str, entry: str) -> None:
    assert near_forms(text, [entry]) == ()


PIECES = ["茶", "低保", "住建局", "AND", "或", "非", "(", "）", '"', "“", "*", "标题:", "单位：", "日期:", "2021", "第十三条", " ", "，", "😀", "\x00", "是否"]


@settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=20).map("".join)), exact=st.booleans())
def test_any_query_is_answered_or_refused_in_chinese(opened: Opened, query: str, exact: bool) -> None:
    try:
        found = search_records(*opened, query, exact=exact, facets=True, limit=100)
    except UsageError as error:
        assert any("\u4e00" <= c <= "\u9fff" for c in error.message)
    else:
        assert found["total"] >= len(found["hits"])


def test_standing_counts_other_documents() -> None:
    every = support_search.records()
    found = dict(zip((d.id for d in every.documents), standing(every.documents, every.clauses), strict=True))
    assert found == {support_search.OPINION: 1, support_search.COUNTY: 0, support_search.PLAN: 0, support_search.LAW: 1}
    assert list(titles_in("依据《甲〈乙〉法》和《丙》，《未闭合")) == ["甲〈乙〉法", "丙"]
    assert list(titles_in("《关于印发《丁方案》的通知》")) == ["关于印发《丁方案》的通知"]


def test_an_index_is_made_anew_where_it_is_not_the_stores(tmp_path: Path) -> None:
    index, store = support_search.indexed(tmp_path, "whoosh")
    assert probe(tmp_path / "index", store, 5) == 5
    index.close()
    for harm in ("missing", "damaged", "other"):
        if harm == "missing":
            (tmp_path / "index" / STAMP).unlink()
        elif harm == "damaged":
            (tmp_path / "index" / "words.txt").unlink()
            for path in sorted((tmp_path / "index" / "engine").iterdir()):
                replaced(path, b"?")
        else:
            replaced(tmp_path / "index" / STAMP, b'{"format": 0, "digest": "x", "count": 1}')
        again = open_searcher(tmp_path / "index", store)
        assert [hit["id"] for hit in search_records(again, store, "茶旅融合")["hits"]] == ["b2000002#4"], harm
        again.close()


def test_a_probe_finds_what_is_wrong(tmp_path: Path) -> None:
    _, store = support_search.indexed(tmp_path / "one", "whoosh")
    stamp = tmp_path / "one" / "index" / STAMP
    replaced(stamp, stamp.read_bytes().replace(b'"count": ', b'"count": 1'))
    with pytest.raises(KnowledgeBaseError, match="不完整"):
        probe(tmp_path / "one" / "index", store, 3)


def test_the_users_own_synonyms_and_terms(tmp_path: Path) -> None:
    every = support_search.records()
    own = tmp_path / "own"
    own.mkdir()
    (own / "synonyms.csv").write_text("words,way,note\n走茶山|采茶步道,=,本地说法\n", encoding="utf-8")
    (own / "terms.csv").write_text("term,note\n茶旅融合,\n", encoding="utf-8")
    index, store = support_search.indexed(tmp_path, "whoosh")
    assert ids((index, store), "走茶山") == ["b2000002#4"]
    assert index.cut("推进茶旅融合") == ["推进", "茶旅融合"]
    other, others_store = support_search.indexed(tmp_path / "other", "whoosh")
    assert ids((other, others_store), "走茶山") == [], "another knowledge base has words of its own"
    assert len(every.clauses) == other.count


def test_a_word_within_another_by_chance_is_no_hit_of_the_first_rank() -> None:
    sight = Sight(
        texts=["清溪县人民政府办公室印发", "县民政局受理申请"].__getitem__, trails=lambda n: "", homes=[0, 1], around=lambda n: (("清溪县人民政府通知", "办法")[n], ""), forms=frozenset()
    )
    asked = Asked((Need("民政", "topic"),), {"民政": 1.0}, {}, hidden_in())
    assert [n for n, _ in rank([(0, 3.0), (1, 2.9)], asked, sight, Weights(), 2)] == [1, 0]
    assert [n for n, _ in rank([(0, 3.0), (1, 2.9)], Asked(asked.needs, asked.rare, {}, {}), sight, Weights(), 2)] == [0, 1]
