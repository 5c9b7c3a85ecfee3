"""Which documents' citations may mean something else after others came, went or changed: none is forgotten, and few are named."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from support_tracing import a_document

from kb.citations import resolve
from kb.citing.links import affected
from kb.model import Citation, Clause, Document

TITLES = (
    "关于加强渡口管理的意见", "某省人民政府关于加强渡口管理的意见", "关于印发《渡口管理办法》的通知", "渡口管理办法", "某县渡口管理办法（试行）",
    "中华人民共和国渡口法", "渡口法（草案）", "渡口法", "船检办法", "关于加强渡口 管理的意见", "浮桥管理办法", "船员守则", "水运规划", "航标意见", "汛期方案",
    "县船帮关于船渡的意见", "关于船渡的意见", "县船帮关于船渡的意见（试行）",
)  # fmt: skip
NUMBERS = (None, None, None, "湘政发〔2021〕5号", "湘政发[2021]05号", "国令第3号", "湘政发〔2020〕9号")
CITED = (*TITLES, "渡口法", "意见", "办法", "通知", "某省人民政府关于加强渡口管理的意见", None)
BEFORE = ("根据", "省委、省政府", "我县", "某省人民政府", "《渡口管理办法》（以下简称", "会同", "")
Facts = tuple[Document, tuple[Clause, ...], tuple[Citation, ...]]


def _facts(chance: random.Random, id: str, file: str, parent: str | None) -> Facts:
    """A document of a file, with what it says and cites."""
    level, region = chance.choice((("national", "中国"), ("provincial", "某省"), ("county", "某省某市某县"), (None, None)))
    document = a_document(id=id, file=file, title=chance.choice(TITLES), level=level, region=region, date=chance.choice(("2019", "2021-03", None)), parent=parent)
    document = replace(document, number=chance.choice(NUMBERS), issuers=chance.choice(((), ("某省人民政府",), ("县船帮",))))
    text, citations, at = "", [], 0
    for _ in range(chance.randrange(4)):
        title, number = chance.choice(CITED), chance.choice(NUMBERS)
        if title or number:
            quote = (f"《{title}》" if title else "") + (f"（{number}）" if number else "") + chance.choice(("", "第三条"))
            text += chance.choice(BEFORE)
            at = len(text)
            text += quote + "。"
            citations.append(Citation(id, f"{id}#一", title, number, None, chance.choice(("mentions", "self")), quote, ((at, at + len(quote)),)))
    clauses = [Clause(f"{id}#一", id, None, "一", "一", "item", None, text, ((0, len(text)),), 1, 1)] if text else []
    if chance.random() < 0.7:
        clauses.append(Clause(f"{id}#第三条", id, None, "第三条", "第三条", "article", None, "条文", ((900, 902),), 1, 1))
    return document, tuple(clauses), tuple(citations)


def _world(chance: random.Random) -> list[Facts]:
    """Some files, each a document or a notice and what it brings."""
    out = []
    for file in range(chance.randrange(1, 8)):
        for number in range(chance.choice((1, 1, 2, 3))):
            out.append(_facts(chance, f"f{file}d{number}", f"{file}.txt", f"f{file}d0" if number else None))
    return out


def _resolved(world: Sequence[Facts]) -> dict[str, list[Citation]]:
    documents = [d for d, _, _ in world]
    found: dict[str, list[Citation]] = {d.id: [] for d in documents}
    for citation in resolve([c for *_, own in world for c in own], documents, [c for _, own, _ in world for c in own]):
        found[citation.document].append(citation)
    return found


def _changed(chance: random.Random, facts: Facts) -> Facts:
    """The same document, read anew after its file changed."""
    return _facts(chance, facts[0].id, facts[0].file, chance.choice((facts[0].parent, None)))


def test_what_is_not_named_means_what_it_meant() -> None:
    kept = differing = spared = 0
    for seed in range(1_500):
        chance = random.Random(seed)
        world = _world(chance)
        fate = {d.id: chance.choice(("stays", "stays", "stays", "stays", "stays", "comes", "goes", "changes")) for d, _, _ in world}
        before = [facts for facts in world if fate[facts[0].id] != "comes"]
        after = [_changed(chance, facts) if fate[facts[0].id] == "changes" else facts for facts in world if fate[facts[0].id] != "goes"]
        old, new = _resolved(before), _resolved(after)
        touched = [d for d, _, _ in (*before, *after) if fate[d.id] != "stays"]
        citations = [c for own in old.values() for c in own] + [c for id, own in new.items() for c in own if fate[id] != "stays"]
        named = affected(citations, [d for d, _, _ in (*before, *after)], touched)
        for id, is_fate in fate.items():
            if is_fate == "stays":
                assert id in named or old[id] == new[id], (seed, id)
                kept += 1
                differing += old[id] != new[id]
                spared += id not in named
    assert differing > 500 and spared > kept / 3, (kept, differing, spared)


def test_nothing_touched_affects_nothing() -> None:
    world = _world(random.Random(1))
    assert affected([c for *_, own in world for c in own], [d for d, _, _ in world], []) == set()


def test_what_cites_by_name_number_or_target_and_the_family() -> None:
    law, notice, brought = a_document(id="law", title="中华人民共和国渡口法（草案）"), a_document(id="notice", title="甲"), a_document(id="brought", title="乙", parent="notice")
    notice = replace(notice, number="湘政发〔2021〕5号")

    def cite(document: str, title: str | None, number: str | None = None, target: str | None = None) -> Citation:
        return Citation(document, "", title, number, target, "mentions", "", ())

    citations = [
        cite("a", "渡口法"), cite("b", "船检办法"), cite("c", None, "湘政发[2021]第5号"), cite("d", "丙", None, "law"), cite("e", "某省人民政府关于渡口的意见"),
    ]  # fmt: skip
    documents = [law, notice, brought]
    assert affected(citations, documents, [law]) == {"law", "a", "d"}
    assert affected(citations, documents, [notice]) == {"notice", "brought", "c"}
    assert affected(citations, documents, [brought]) == {"notice", "brought", "c"}, "its notice's number and its own title together name it"
    assert affected(citations, documents, [a_document(id="x", title="关于渡口的意见")]) == {"x", "e"}
