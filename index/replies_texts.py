"""Which clause says something; figures and deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.amounts import has_figure, point, stating, wanted_measure
from index.reply import (
    LEVEL_WORDS,
    Matter,
    Reply,
    best_sentences,
    clause_name,
    document_name,
    home,
    place_of,
    quote,
    refuse,
)
from index.tokens import bare
from index.topic import Fit, Topic, find, is_here, judge, make_topic
from index.understanding import ordinals
from kb.model import Clause
from kb.records import evidence_record

ENOUGH = 0.45
IN_ONE = 0.3  # the same where one document is named: what is nearest there is wanted
MOST = 6
STRANGE = 0.42  # see index/replies_units.py
SENTENCE = 160  # characters of a sentence that an answer prints whole


def clause(matter: Matter) -> Reply:
    """The clauses that say what is asked about."""
    question, index = matter.question, matter.index
    topic = make_topic(index, question.topic)
    if question.items and matter.homes is not None:
        numbered = by_number(matter, topic)
        if not numbered:
            return _no_such_item(matter)
        return _clauses(matter, numbered[:1] if topic.words else numbered[:MOST], topic)
    found = _about(matter, topic)
    if not found:
        where = "、".join(document_name(matter.documents[n]) for n in (matter.homes or ())[:2]) or "库中文件"
        return refuse(f"{where}里没有写到“{question.topic or question.text}”", more=[f"policykb search {question.topic or question.text}"])
    return _clauses(matter, [f for f in found if f.fit >= found[0].fit * 0.88][:MOST], topic)


def _clauses(matter: Matter, best: Sequence[Fit], topic: Topic) -> Reply:
    """Names clauses and quotes the first."""
    words = [p.text for p in topic.words]
    names = [clause_name(matter, f.clause) for f in best]
    said = best_sentences(best[0].clause.text.strip(), [bare(w) for w in words], SENTENCE)
    text = f"{'；'.join(names[:3])}{'等' if len(names) > 3 else ''}：“{said}”"
    evidence = [quote(matter, f.clause, words) for f in best]
    return Reply(text, clauses=tuple(f.clause.id for f in best), evidence=tuple(evidence), more=(f"policykb show {best[0].clause.id}",))


def _about(matter: Matter, topic: Topic) -> list[Fit]:
    """The clauses that say enough of the topic; where one document is named, those nearest to what its title does not say."""
    if matter.homes is not None and len(matter.homes) == 1:
        topic = _untitled(topic, bare(matter.documents[matter.homes[0]].title))
    found = [f for f in find(matter.index, topic, matter.homes) if f.strange < STRANGE and f.clause.kind != "preamble"]
    good = [f for f in found if f.fit >= ENOUGH and f.words >= 0.4 and is_here(topic, f)]
    if good or matter.homes is None or len(matter.question.named) != 1:
        return good
    return [f for f in found if f.fit >= IN_ONE and f.words >= 0.4 and is_here(topic, f)]


def _untitled(topic: Topic, title: str) -> Topic:
    """The topic without the words of a document's title, which hold for all its clauses; the whole where nothing else is left."""
    words = tuple(p for p in topic.words if p.text not in title)
    pairs = tuple((p, w) for p, w in topic.pairs if p not in title)
    return replace(topic, words=words, pairs=pairs) if words and pairs else topic


def _no_such_item(matter: Matter) -> Reply:
    documents = [matter.documents[n] for n in matter.homes or ()]
    where = "、".join(document_name(d) for d in documents[:2])
    last = [r[0] for d in documents[:1] for r in matter.store.rows("SELECT ordinal FROM clauses WHERE document = ? AND kind = 'article' ORDER BY seq DESC LIMIT 1", (d.id,))]
    near = f"最后一条是{last[0]}" if last else ""
    return refuse(f"{where}没有第 {matter.question.items[0]} 条（项）", near, more=[f"policykb show {documents[0].id}"] if documents else ())


def by_number(matter: Matter, topic: Topic) -> list[Fit]:
    """The clauses of a number that the question names, in the documents it is about; those first that say the topic best."""
    ids = [matter.documents[n].id for n in matter.homes or ()]
    forms = [form for item in matter.question.items for form in ordinals(item)]
    if not ids or not forms:
        return []
    marks, tails = ",".join("?" * len(ids)), ",".join("?" * len(forms))
    found = matter.store.read(Clause, f"document IN ({marks}) AND ordinal IN ({tails})", (*ids, *forms))
    tasks = {row[0] for row in matter.store.rows(f"SELECT clause FROM tasks WHERE document IN ({marks}) AND number IN ({tails})", (*ids, *forms))}
    asks_task = any(w in matter.question.text for w in ("任务", "清单", "项"))

    def order(clause: Clause) -> int:
        if asks_task and clause.id in tasks:
            return 0
        return {"article": 1, "row": 2}.get(clause.kind, 3)

    fits = [judge(topic, c, -1, bare(c.text)) for c in found]
    first = min((order(f.clause) for f in fits), default=0)
    fits = [f for f in fits if order(f.clause) == first] if first < 2 else fits
    return sorted(fits, key=lambda f: (-f.fit if topic.words else 0.0, order(f.clause), f.clause.path.count("/")))


def target(matter: Matter) -> Reply:
    """The figure, target or deadline, in the words of the text, at each place that states it."""
    question, index = matter.question, matter.index
    topic = make_topic(index, question.topic)
    numbered = by_number(matter, topic) if question.items and matter.homes is not None else []
    if question.items and question.named and not numbered:
        return _no_such_item(matter)
    found = [f for f in numbered[:1] if has_figure(f.clause.text)]
    found = found or [f for f in find(index, topic, matter.homes) if f.fit >= ENOUGH * 0.85 and f.words >= 0.4 and f.strange < STRANGE and is_here(topic, f) and has_figure(f.clause.text)]
    if not found:
        return clause(matter) if not question.topic else _none(matter)
    said = []
    for f in found[:12]:
        sentence, weight = stating(f.clause.text.strip(), f.clause.heading or "", topic, question.text)
        said += [(f, sentence, weight)] if sentence else []
    if not said:
        return _none(matter)
    wanted = wanted_measure(question.text)
    said = [x for x in said if wanted is not None and wanted.search(x[1])] or said
    top = max(w for _, _, w in said)
    chosen = sorted((x for x in said if x[2] >= top * 0.7), key=lambda x: (-(x[2] / top + x[0].fit), x[0].number))[:4]
    parts, evidence = [], []
    for f, sentence, _ in chosen:
        d = home(matter, f.clause.document)
        figure = point(sentence, topic, question.text)
        where = f"{d.region or LEVEL_WORDS.get(d.level or '', '')}：" if len(chosen) > 1 else ""
        whole = sentence if len(sentence) <= SENTENCE else best_sentences(sentence, [bare(figure)], SENTENCE)
        parts.append(f"{where}{figure}（{clause_name(matter, f.clause)}：“{whole}”）" if len(figure) < len(whole) - 2 else f"{where}“{whole}”（{clause_name(matter, f.clause)}）")
        evidence.append(evidence_record(f.clause.id, d, place_of(matter.store, f.clause), sentence, (f.clause.first_line, f.clause.last_line)))
    ids = tuple(f.clause.id for f, _, _ in chosen)
    return Reply("；".join(parts) + "。", clauses=ids, evidence=tuple(evidence), more=tuple(f"policykb show {id}" for id in ids[:2]))


def _none(matter: Matter) -> Reply:
    where = "、".join(matter.question.places) or "库中文件"
    return refuse(f"{where}里没有关于“{matter.question.topic}”的数字或时限", more=[f"policykb search {matter.question.topic}"])
