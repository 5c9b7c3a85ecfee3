"""Facts about a document: number, date, issuers, disclosure; whether and from when it is in force."""

from __future__ import annotations

import re

from index.catalogue import catalogue
from index.plan import literal
from index.replies_texts import target
from index.reply import Matter, Reply, best_sentences, clause_name, document_name, quote, refuse
from index.search import clauses_at
from index.tokens import bare
from index.topic import make_topic
from kb.model import Clause, Document
from kb.records import Record, evidence_record

VALIDITY = re.compile(r"有效|失效|废止|作废|管用|继续执行|过期|停用|到期|还在?执行|期限")
FORCE = re.compile(r"施行|生效|实施")
ENOUGH = 0.5  # share of the topic that a title must say to be the document meant


def document(matter: Matter) -> Reply:
    """Number, date, issuers, validity or disclosure of a document."""
    question = matter.question
    chosen = [matter.documents[n] for n in matter.homes or ()] if question.named else _by_topic(matter)
    if not question.named:  # 实施细则什么时候出台: a document that is yet to come is a deadline
        deadline = target(matter) if not chosen else None
        if deadline is not None and deadline.answered:
            return deadline
    if not chosen:
        return refuse(f"库中没有“{question.topic or question.text}”这份文件", more=["policykb docs"])
    if VALIDITY.search(question.text):
        return _validity(matter, chosen[0])
    if FORCE.search(question.text) and (found := _in_force(matter, chosen[0])):
        return found
    main = _with_facts(matter, chosen)
    parts, evidence = [], []
    for d in main[:3]:
        facts = [("文号", d.number), ("发文机关", "、".join(d.issuers)), ("日期", _date(d.date)), ("公开方式", d.disclosure)]
        parts.append(f"《{d.title}》：" + "，".join(f"{name} {value}" for name, value in facts if value) + ("" if d.number else "，文件上没有文号"))
        evidence += _head(matter, d)
    return Reply("；".join(parts) + "。", evidence=tuple(evidence), more=tuple(f"policykb show {d.id}" for d in main[:3]))


def _date(date: str | None) -> str:
    """2021-04-29 → 2021年4月29日（2021-04-29）, the form that documents print beside the sortable one."""
    if not date:
        return ""
    parts = [str(int(p)) for p in date.split("-")]
    return "".join(p + unit for p, unit in zip(parts, "年月日", strict=False)) + f"（{date}）"


def _by_topic(matter: Matter) -> list[Document]:
    """Documents whose title says most of the topic."""
    known = catalogue(matter.index.scope)
    topic = make_topic(matter.index, matter.question.topic)
    whole = sum(w for _, w in topic.pairs)
    if not whole:
        return []
    homes = set(matter.homes) if matter.homes is not None else None
    said: dict[int, float] = {}
    for pair, weight in topic.pairs:
        for n in known.pairs.get(pair, ()):
            if homes is None or n in homes:
                said[n] = said.get(n, 0.0) + weight / whole
    scored = [(share - len(known.titles[n]) / 1000, n) for n, share in said.items() if share >= ENOUGH]
    return [known.documents[n] for _, n in sorted(scored, key=lambda s: (-s[0], s[1]))]


def _with_facts(matter: Matter, chosen: list[Document]) -> list[Document]:
    """With each document the notice that issued it, which bears the number."""
    known = catalogue(matter.index.scope)
    out: dict[str, Document] = {}
    for d in chosen[:2]:
        if not d.number and d.parent in known.at:
            parent = known.documents[known.at[d.parent or ""]]
            out[parent.id] = parent
        out[d.id] = d
    return list(out.values())


def _head(matter: Matter, d: Document) -> list[Record]:
    """The lines of a document on which its facts stand, exactly as in the source."""
    source = matter.store.source(d.file)
    if source is None:
        return []
    text = source.text[d.start : d.end]
    out = []
    year = (d.date or "")[:4]
    for wanted in (d.title[:12], d.number, *d.issuers, f"{year}年" if year else None, d.disclosure):
        line = _line_with(text, wanted)
        if line:
            at = d.first_line + text[: line[0]].count("\n")
            out.append(evidence_record(d.id, d, "", line[1], (at, at)))
    return out


def _line_with(text: str, wanted: str | None) -> tuple[int, str] | None:
    key = bare(wanted or "")
    at = 0
    for line in text.split("\n") if key else ():
        if key in bare(line):
            return at, line.strip()
        at += len(line) + 1
    return None


def _in_force(matter: Matter, d: Document) -> Reply | None:
    """The clause in which a document says from when it is in force."""
    own = [c for c in matter.store.read(Clause, "document = ? AND text LIKE '%施行%'", (d.id,)) if re.search(r"自.{0,30}(?:起|日).{0,6}(?:施行|实施|生效)", c.text)]
    if not own:
        return None
    best = own[-1]
    said = best_sentences(best.text.strip(), ["起施行", "施行"], 140)
    return Reply(f"{clause_name(matter, best)}：“{said}”", clauses=(best.id,), evidence=(quote(matter, best, ["起施行", "施行"]), *_head(matter, d)), more=(f"policykb show {best.id}",))


def _validity(matter: Matter, d: Document) -> Reply:
    """What other documents, or the document itself, say of its being in force."""
    keys = [bare(d.number)] if d.number else []
    keys.append(bare(re.sub(r"^.{0,40}?关于", "", d.title))[:20])
    pattern = re.compile(r"继续执行|废止|失效|为准|有效期|停止执行|不再执行|同时作废")
    found: dict[str, Clause] = {}
    for key in keys:
        for hit in clauses_at(matter.store, matter.index.engine.match(literal(key))[:50]).values():
            if pattern.search(hit.text) and hit.document != d.id:
                found[hit.id] = hit
    own = [c for c in matter.store.read(Clause, "document = ?", (d.id,)) if re.search(r"有效期|施行|废止", c.text)]
    if not found and not own:
        return refuse(f"库中没有文件写明{document_name(d)}是否继续有效", "", _head(matter, d), [f"policykb show {d.id}"])
    best = next(iter(found.values()), None) or own[-1]
    said = best_sentences(best.text.strip(), ["继续执行", "废止", "为准", "有效期", *keys], 140)
    text = f"{clause_name(matter, best)}写明：“{said}”"
    return Reply(text, clauses=(best.id,), evidence=(quote(matter, best, ["继续执行", "废止", "为准", "有效期"]), *_head(matter, d)), more=(f"policykb show {best.id}",))
