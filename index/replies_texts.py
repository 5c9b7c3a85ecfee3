"""Which clause says something, facts about a document, figures and deadlines."""

from __future__ import annotations

import re
from itertools import pairwise

from index.reply import LEVEL_WORDS, Matter, Reply, best_sentences, clause_name, home, place_of, quote, refuse
from index.tokens import bare
from index.topic import Fit, Topic, find, make_topic
from index.understanding import ordinals
from kb.model import Clause, Document, Target
from kb.records import Record, evidence_record

ENOUGH = 0.45
MOST = 6
STRANGE = 0.45  # see index/replies_units.py


def clause(matter: Matter) -> Reply:
    """The clauses that say what is asked about."""
    question, index = matter.question, matter.index
    if question.items and question.named and not _by_number(matter):
        title = matter.documents[(matter.homes or (0,))[0]].title
        return refuse(f"《{title}》没有第 {question.items[0]} 条（项）", more=[f"policykb show {matter.documents[(matter.homes or (0,))[0]].id}"])
    topic = make_topic(index, question.topic)
    found = _by_number(matter) or [f for f in find(index, topic, matter.homes) if f.fit >= ENOUGH and f.words >= 0.4 and f.strange < STRANGE]
    if not found:
        where = "、".join(f"《{matter.documents[n].title}》" for n in (matter.homes or ())[:2]) or "库中文件"
        return refuse(f"{where}里没有写到“{question.topic or question.text}”", more=[f"policykb search {question.topic or question.text}"])
    best = [f for f in found if f.fit >= found[0].fit * 0.88][:MOST]
    words = [p.text for p in topic.words]
    names = [clause_name(matter, f.clause) for f in best]
    text = f"{'；'.join(names[:3])}{'等' if len(names) > 3 else ''}：“{best_sentences(best[0].clause.text.strip(), [bare(w) for w in words], 160)}”"
    evidence = [quote(matter, f.clause, words) for f in best]
    return Reply(text, clauses=tuple(f.clause.id for f in best), evidence=tuple(evidence), more=(f"policykb show {best[0].clause.id}",))


def _by_number(matter: Matter) -> list[Fit]:
    """The clause of a number that the question names, in the one document it is about."""
    if not matter.question.items or matter.homes is None or len(matter.homes) > 3:
        return []
    out = []
    for n in matter.homes:
        for c in matter.store.read(Clause, "document = ?", (matter.documents[n].id,)):
            if any(c.ordinal in ordinals(i)[:2] for i in matter.question.items):
                out.append(Fit(c, -1, 1.0, 1.0, ()))
    return out


def document(matter: Matter) -> Reply:
    """Number, date, issuers, validity or disclosure of a document."""
    question = matter.question
    chosen = [matter.documents[n] for n in matter.homes or ()] if question.named else _by_topic(matter)
    if not chosen:
        return refuse(f"库中没有“{question.topic or question.text}”这份文件")
    if re.search(r"有效|失效|废止|作废|管用|继续执行", question.text):
        return _validity(matter, chosen[0])
    main = _with_facts(matter, chosen)
    parts, evidence = [], []
    for d in main[:3]:
        facts = [("文号", d.number), ("发文机关", "、".join(d.issuers)), ("日期", d.date), ("公开方式", d.disclosure)]
        parts.append(f"《{d.title}》：" + "，".join(f"{name} {value}" for name, value in facts if value) + ("" if d.number else "，文件上没有文号"))
        evidence += _head(matter, d)
    return Reply("；".join(parts) + "。", evidence=tuple(evidence), more=tuple(f"policykb show {d.id}" for d in main[:3]))


def _by_topic(matter: Matter) -> list[Document]:
    """Documents whose title says most of the topic."""
    index = matter.index
    topic = make_topic(index, matter.question.topic)
    whole = sum(w for _, w in topic.pairs)
    if not whole:
        return []
    homes = matter.homes if matter.homes is not None else range(len(matter.documents))
    scored = []
    for n in homes:
        title = bare(matter.documents[n].title)
        said = sum(w for p, w in topic.pairs if p in title) / whole
        if said >= 0.5:
            scored.append((said - len(title) / 1000, n))
    return [matter.documents[n] for _, n in sorted(scored, key=lambda s: (-s[0], s[1]))]


def _with_facts(matter: Matter, chosen: list[Document]) -> list[Document]:
    """With each document the notice that issued it, which bears the number."""
    by_id = {d.id: d for d in matter.documents}
    out: dict[str, Document] = {}
    for d in chosen[:2]:
        if not d.number and d.parent in by_id:
            out[d.parent or ""] = by_id[d.parent or ""]
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
    if not wanted:
        return None
    key = bare(wanted)
    at = 0
    for line in text.split("\n"):
        if key and key in bare(line):
            return at, line.strip()
        at += len(line) + 1
    return None


def _validity(matter: Matter, d: Document) -> Reply:
    """What other documents, or the document itself, say of its being in force."""
    index = matter.index
    title = re.sub(r"^关于", "", d.title)
    keys = [bare(d.number)] if d.number else []
    keys.append(bare(title)[:20])
    pattern = re.compile(r"继续执行|废止|失效|为准|有效期|停止执行|不再执行|同时作废")
    found: list[Clause] = []
    for key in keys:
        for hit in index_search(matter, key):
            if pattern.search(hit.text) and any(k in bare(hit.text) for k in keys) and hit not in found:
                found.append(hit)
    own = [c for c in matter.store.read(Clause, "document = ?", (d.id,)) if re.search(r"有效期|施行|废止", c.text)]
    if not found and not own:
        return refuse(f"库中没有文件写明《{d.title}》是否继续有效", "", _head(matter, d), [f"policykb show {d.id}"])
    best = (found or own)[0]
    said = best_sentences(best.text.strip(), ["继续执行", "废止", "为准", "有效期", *keys], 140)
    text = f"{clause_name(matter, best)}写明：“{said}”"
    _ = index
    return Reply(text, clauses=(best.id,), evidence=(quote(matter, best, ["继续执行", "废止", "为准"]), *_head(matter, d)), more=(f"policykb show {best.id}",))


def index_search(matter: Matter, key: str) -> list[Clause]:
    """Clauses that hold a bare string."""
    from index.plan import literal
    from index.search import clauses_at

    index = matter.index
    numbers = index.engine.match(literal(key))[:50]
    return list(clauses_at(matter.store, numbers).values())


_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?\s?[%％:：]?[\u4e00-\u9fff]?|[一二两三四五六七八九十百千万亿]+(?:个|次|年|月|天|日|周岁|倍|成|名|人|户|家|所|张|项|米|元|万|亿|平方|学时|小时|场|支|岁)|全覆盖|底前")


def target(matter: Matter) -> Reply:
    """The figure, target or deadline, in the words of the text, at each level that states it."""
    question, index = matter.question, matter.index
    topic = make_topic(index, question.topic)
    found = [f for f in find(index, topic, matter.homes) if f.fit >= ENOUGH * 0.85 and f.words >= 0.4 and f.strange < STRANGE and _FIGURE.search(f.clause.text)]
    if not found:
        return clause(matter) if not question.topic else _none(matter)
    said = [(f, s, _weight(s, topic)) for f in found[:12] if (s := _sentence(f, topic))]
    if not said:
        return _none(matter)
    top = max(w for _, _, w in said)
    said = [x for x in said if x[2] >= top * 0.7]
    said.sort(key=lambda x: (-x[0].fit if question.places else -x[2], x[0].number))
    chosen = said[:4]
    parts = []
    for f, sentence, _ in chosen:
        d = home(matter, f.clause.document)
        parts.append(f"{d.region or LEVEL_WORDS.get(d.level or '', '')}《{d.title}》{place_of(matter.store, f.clause)}：“{sentence}”")
    ids = [f.clause.id for f, _, _ in chosen]
    evidence = [
        evidence_record(f.clause.id, home(matter, f.clause.document), place_of(matter.store, f.clause), s, (f.clause.first_line, f.clause.last_line))
        for f, s, _ in chosen
    ]
    values = _values(matter, ids, [s for _, s, _ in chosen])
    text = (f"{values}。" if values else "") + "；".join(parts) + "。"
    return Reply(text, clauses=tuple(ids), evidence=tuple(evidence), more=(f"policykb targets --match {question.topic.split()[0] if question.topic else ''}",))


def _none(matter: Matter) -> Reply:
    where = "、".join(matter.question.places) or "库中文件"
    return refuse(f"{where}里没有关于“{matter.question.topic}”的数字或时限", more=[f"policykb search {matter.question.topic}"])


def _sentence(fit: Fit, topic: Topic) -> str:
    """The stretch of a clause that says most of the topic and holds a figure."""
    text = fit.clause.text.strip()
    ends = [m.end() for m in re.finditer(r"[。；！？\n]", text)]
    bounds = [0, *[e for e in ends if e < len(text)], len(text)]
    best, most = "", 0.0
    for a, b in pairwise(bounds):
        sentence = text[a:b].strip()
        if _FIGURE.search(sentence) and _weight(sentence, topic) > most:
            best, most = sentence, _weight(sentence, topic)
    return best


def _weight(sentence: str, topic: Topic) -> float:
    text = bare(sentence)
    return sum(w for p, w in topic.pairs if p in text) + sum(p.weight for p in topic.words if p.text in text or any(f in text for f in p.forms))


def _values(matter: Matter, ids: list[str], sentences: list[str]) -> str:
    """The figures of the first sentence as read: 不低于 55%."""
    words = {"=": "", ">=": "不低于", "<=": "不超过", ">": "高于", "<": "低于", "~": "约", "+": "增加", "-": "减少"}
    first = bare(sentences[0])
    out = []
    for t in matter.store.read(Target, "clause = ?", (ids[0],)):
        if t.value and bare(t.value) in first and bare(t.quote)[:8] in first:
            out.append(f"{words.get(t.operator, '')}{t.value}{t.unit or ''}")
    return "、".join(dict.fromkeys(out))
