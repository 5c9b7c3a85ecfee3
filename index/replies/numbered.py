"""Clauses by the number under which a question names them: articles, chapters, sections, items; and the refusal where there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.numbers import nested_in
from index.asking.understanding import ordinals
from index.matter.parts import Topic
from index.matter.topic import Fit, judge
from index.replies.reply import Matter, Reply, document_name, refuse
from index.tokens import bare
from kb.model import Clause
from kb.numerals import to_chinese, to_int

FORM = "附件"  # the genre of what only goes with a document


@cache
def _paragraph() -> re.Pattern[str]:
    return re.compile(r"条第([0-9一二三四五六七八九十]{1,3})款")


PART = re.compile(r"第[0-9一二三四五六七八九十]{1,4}(章|节|部分)")


def by_number(matter: Matter, topic: Topic) -> list[Fit]:
    """The clauses of a number that the question names, in the documents it is about; those first that say the topic best."""
    homes = [matter.documents[n] for n in matter.homes or ()]
    ids = [d.id for d in homes if d.genre != FORM] or [
        d.id for d in homes
    ]  # a form goes with a document, its fields are no clauses of it
    paragraph = _paragraph().search(matter.question.text)
    forms = [form for item in matter.question.items[: 1 if paragraph else None] for form in ordinals(item)]
    if not ids or not forms:
        return []
    marks, tails = ",".join("?" * len(ids)), ",".join("?" * len(forms))
    found = matter.store.read(Clause, f"document IN ({marks}) AND ordinal IN ({tails})", (*ids, *forms))
    part = PART.search(matter.question.text)
    path = "/".join(m.group() for m in PART.finditer(matter.question.text))  # 第二章第一节
    if paragraph is not None:  # an article of three lines has no seventh paragraph
        found = [c for c in found if len(c.text.strip().split("\n")) >= (to_int(paragraph.group(1)) or 0)]
    found = [c for c in found if "/" not in path or c.path.split("~")[0].endswith(path)]
    if (nested := nested_in(matter.question.text)) is not None:
        found = [c for c in found if f"/{c.path.split('~')[0]}".endswith(f"/{nested[0]}/（{nested[1]}）")] or found
    if part is not None:  # of chapters only a chapter, of parts only what stands in nothing else
        named = [
            c for c in found if (c.ordinal or "").endswith(path[-1:]) or (part.group(1) == "部分" and c.parent is None)
        ]
        found = named or (
            [] if _has_parts(matter, ids, part.group(1)) else found
        )  # the eighth section is no eighth chapter
    tasks = {
        row[0]
        for row in matter.store.rows(
            f"SELECT clause FROM tasks WHERE document IN ({marks}) AND number IN ({tails})", (*ids, *forms)
        )
    }
    asks_task = part is None and any(w in matter.question.text for w in ("任务", "清单", "项"))

    def order(clause: Clause) -> int:
        if asks_task and clause.id in tasks:
            return 0
        return {"article": 1, "row": 2}.get(clause.kind, 3)

    fits = [judge(topic, c, -1, bare(c.text)) for c in found]
    first = min((order(f.clause) for f in fits), default=0)
    fits = [f for f in fits if order(f.clause) == first] if first < 2 else fits
    digits = any(f"{matter.question.items[0]}{kind}" in matter.question.text for kind in "条项")  # 第3条 is the third item, not the third part

    def part_of_document(clause: Clause) -> bool:
        return clause.path.count("/") == 0 and clause.kind != "article" and not (clause.ordinal or "").startswith(("（", "第")) and not ((clause.ordinal or "").isdigit() and digits)

    return sorted(fits, key=lambda f: (-f.fit if topic.words else 0.0, order(f.clause), part is None and digits and part_of_document(f.clause), f.clause.path.count("/")))


def _has_parts(matter: Matter, ids: Sequence[str], kind: str) -> bool:
    """Whether documents are divided into 章 or 节, or into parts that stand in nothing else."""
    marks = ",".join("?" * len(ids))
    if kind == "部分":
        return bool(
            matter.store.rows(
                f"SELECT 1 FROM clauses WHERE document IN ({marks}) AND parent IS NULL AND ordinal <> '' LIMIT 1",
                tuple(ids),
            )
        )
    return bool(
        matter.store.rows(
            f"SELECT 1 FROM clauses WHERE document IN ({marks}) AND ordinal LIKE ? LIMIT 1", (*ids, f"第%{kind}")
        )
    )


def no_such_item(matter: Matter) -> Reply:
    documents = [matter.documents[n] for n in matter.homes or ()]
    where = "、".join(document_name(d) for d in documents[:2])
    part, paragraph = PART.search(matter.question.text), _paragraph().search(matter.question.text)
    item = (
        part.group()
        if part is not None
        else f"第{to_chinese(matter.question.items[0])}条" + paragraph.group()[1:]
        if paragraph is not None
        else ""
    )
    kind = (
        "ordinal LIKE ? AND parent IS NULL AND ordinal <> ''"
        if part is not None and part.group(1) == "部分"
        else "ordinal LIKE ?"
        if part is not None
        else "kind = 'article' AND ordinal LIKE ?"
    )
    like = "%" if part is not None and part.group(1) == "部分" else f"第%{part.group(1) if part is not None else ''}"
    last = [
        r[0]
        for d in documents[:1]
        for r in matter.store.rows(
            f"SELECT ordinal FROM clauses WHERE document = ? AND {kind} ORDER BY seq DESC LIMIT 1", (d.id, like)
        )
    ]
    tasks = [
        r[0]
        for d in documents[:1]
        for r in matter.store.rows("SELECT count(*) FROM tasks WHERE document = ?", (d.id,))
        if r[0]
    ]
    near = (
        f"最后一{'条' if part is None else part.group(1)}是{last[0]}"
        if last
        else f"任务共 {tasks[0]} 项"
        if tasks
        else ""
    )
    return refuse(
        f"{where}没有{item or f'第 {matter.question.items[0]} 条（项）'}",
        near,
        more=[f"policykb show {documents[0].id}"] if documents else (),
    )
