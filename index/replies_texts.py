"""Which clause says something; figures and deadlines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.amounts import (
    asks_money,
    brief,
    dates,
    has_figure,
    must_match,
    point,
    shares,
    stating,
    wanted_measure,
    weight,
)
from index.asides import at_a_glance, beside
from index.cells import stated_cell
from index.moments import moments, nearness, without_times
from index.parts import Topic
from index.replies_goals import goals
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
    searched,
    short,
)
from index.tokens import bare
from index.topic import Fit, find, is_here, judge, make_topic
from index.understanding import ordinals
from index.wording import wording
from kb.frozen import dataclass, replace
from kb.model import Clause, Document
from kb.records import evidence_record

ENOUGH = 0.45
IN_ONE = 0.3  # the same where one document is named: what is nearest there is wanted
OF_EACH = 0.6  # of the best fit, from which the best of another document of that name is given too
NEARLY_ALL = 0.85  # of the topic's words, which a clause of the one document named says together
MOST = 6
BELOW = 8  # headings below one that are named
HEADED = 8  # characters of a clause beside its heading that are its number
STRANGE = 0.42  # see index/replies_units.py
STATED = 0.3  # share of the topic that the sentence with the figure and its heading say
SENTENCE = 160  # characters of a sentence that an answer prints whole

GROWTH = 0.4  # what a figure of what is added loses against one of what is reached, where growth is not asked for
_GOALS = re.compile(r"目标|指标|任务|完成|达到|实现|做|哪些事|数字|时限|节点")
_PART = re.compile(r"第[0-9一二三四五六七八九十]{1,4}(章|节|部分)")
_GROWTH = re.compile(r"新增|新建|增加|每年")


def clause(matter: Matter) -> Reply:
    """The clauses that say what is asked about."""
    question, index = matter.question, matter.index
    topic = make_topic(index, question.topic)
    if question.items and matter.homes is not None:
        numbered = by_number(matter, topic)
        if not numbered:
            return _no_such_item(matter)
        whole = _PART.search(question.text)  # the third part is one, a third item may be several
        return _clauses(matter, numbered[:1] if topic.words or whole else numbered[:MOST], topic)
    found = _defining(_about(matter, topic), topic, question.text)
    if not found:
        where = "、".join(document_name(matter.documents[n]) for n in (matter.homes or ())[:2]) or "库中文件"
        return refuse(f"{where}里没有写到“{question.topic or question.text}”", more=[f"policykb search {question.topic or question.text}"])
    best = [f for f in found if f.fit >= found[0].fit * 0.88][:MOST]
    best += [f for f in _firsts(found) if f not in best and len(question.named) > 1 and f.fit >= found[0].fit * OF_EACH]
    return _clauses(matter, sorted(best, key=lambda f: only_heads(f.clause)), topic)


def _firsts(found: Sequence[Fit]) -> list[Fit]:
    """The best of each document: where several bear the name that a question says, each may be the one meant."""
    return list({f.clause.document: f for f in reversed(found)}.values())[::-1]


def _below(matter: Matter, clause: Clause) -> tuple[str, list[Clause]]:
    """What stands below a heading: the headings there, or the first and last of its articles; with the clauses named."""
    below = matter.store.read(Clause, "document = ? AND parent = ?", (clause.document, clause.id))
    headed = [c for c in below if c.heading][:BELOW]
    if headed:
        return "，下有" + "、".join(f"“{short(c.heading or '', 30)}”" for c in headed) + ("等" if len(below) > BELOW else ""), headed
    articles = [c for c in below if c.kind == "article" and c.ordinal]
    if len(articles) > 1:
        return f"，{articles[0].ordinal}至{articles[-1].ordinal}", [articles[0], articles[-1]]
    return "", []


def only_heads(clause: Clause) -> bool:
    """Whether a clause is a heading alone, which says nothing of the matter."""
    return bool(clause.heading) and len(clause.text) <= len(clause.heading or "") + HEADED


def _clauses(matter: Matter, best: Sequence[Fit], topic: Topic) -> Reply:
    """Names clauses and quotes the first."""
    words = [p.text for p in topic.words]
    names = [clause_name(matter, f.clause) for f in best]
    said = best_sentences(best[0].clause.text.strip(), [bare(w) for w in words], SENTENCE)
    text = f"{'；'.join(names[:3])}{'等' if len(names) > 3 else ''}：“{said}”"
    evidence = [quote(matter, f.clause, words) for f in best]
    if only_heads(best[0].clause):
        said, shown = _below(matter, best[0].clause)
        text += said
        evidence += [quote(matter, c) for c in shown]
    return Reply(text, clauses=tuple(f.clause.id for f in best), evidence=tuple(evidence), more=(f"policykb show {best[0].clause.id}",))


def _defining(found: list[Fit], topic: Topic, question: str) -> list[Fit]:
    """Asked what something is, the clauses that say so (社区食堂是指…) come first and alone."""
    words = wording()
    if not any(w in question for w in words.defines) or not topic.stretches:
        return found
    saying = re.compile(rf"{re.escape(topic.stretches[0])}[”\"』）)]?[，,。：:]?\s*(?:{'|'.join(words.defining)})")
    return [f for f in found if saying.search(bare(f.clause.text))] or found


def _about(matter: Matter, topic: Topic) -> list[Fit]:
    """The clauses that say enough of the topic; where one document is named, those nearest to what its title does not say."""
    if matter.homes is not None and len(matter.homes) == 1:
        topic = _untitled(topic, bare(matter.documents[matter.homes[0]].title))
    found = [f for f in find(matter.index, topic, matter.homes) if f.strange < STRANGE and f.clause.kind != "preamble"]
    good = [f for f in found if f.fit >= ENOUGH and f.words >= 0.4 and is_here(topic, f)]
    if good or matter.homes is None or len(matter.question.named) != 1:
        return good
    return [f for f in found if f.fit >= IN_ONE and f.words >= 0.4 and (is_here(topic, f) or min(f.together, f.words) >= NEARLY_ALL)]


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
    part = _PART.search(matter.question.text)
    path = "/".join(m.group() for m in _PART.finditer(matter.question.text))  # 第二章第一节
    found = [c for c in found if "/" in path and c.path.split("~")[0].endswith(path)] or found
    if part is not None:  # of chapters only a chapter, of parts only what stands in nothing else
        found = [c for c in found if (c.ordinal or "").endswith(path[-1:]) or (part.group(1) == "部分" and c.parent is None)] or found
    tasks = {row[0] for row in matter.store.rows(f"SELECT clause FROM tasks WHERE document IN ({marks}) AND number IN ({tails})", (*ids, *forms))}
    asks_task = part is None and any(w in matter.question.text for w in ("任务", "清单", "项"))

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
    if question.kind == "target" and not question.items and matter.homes is not None and not _matter(topic) and _GOALS.search(question.text):
        return goals(matter)
    numbered = by_number(matter, topic) if question.items and matter.homes is not None else []
    if question.items and question.named and not numbered:
        return _no_such_item(matter)
    found = [f for f in numbered[:1] if has_figure(f.clause.text)]
    found = found or [f for f in find(index, topic, matter.homes) if f.fit >= ENOUGH * 0.85 and f.words >= 0.4 and f.strange < STRANGE and is_here(topic, f) and has_figure(f.clause.text)]
    if not found:
        return clause(matter) if not question.topic else _none(matter)
    least = STATED * weight(topic.text, topic)
    said = [s for f in found[:12] if (s := _stated(f, *_told(matter, f, topic), question.text)) is not None and s.weight >= least]
    wanted = wanted_measure(question.text)
    fitting = [s for s in said if wanted is not None and wanted.search(s.sentence)]
    if not fitting and asks_money(question.text):
        fitting = [s for s in said if shares().search(s.sentence)]
    elif not fitting and not must_match(question.text):
        fitting = said
    said = fitting
    if not said:
        return _none(matter)
    top = max(s.weight for s in said)
    when = {s.fit.clause.id: _time(s, home(matter, s.fit.clause.document), question.text) for s in said}
    growth = 0.0 if _GROWTH.search(question.text) else GROWTH

    def order(s: _Said) -> tuple[float, ...]:
        return (-when[s.fit.clause.id], growth * bool(_GROWTH.search(s.figure)) - s.weight / top - s.fit.fit, s.fit.number)

    chosen = sorted((s for s in said if s.weight >= top * 0.7), key=order)[:4]
    parts, evidence, heads = [], [], []
    for s in chosen:
        d = home(matter, s.fit.clause.document)
        place = d.region or LEVEL_WORDS.get(d.level or "", "")
        figure, whole = _printed(s, topic, question.text)
        name = clause_name(matter, s.fit.clause)
        parts.append((f"{place}：" if len(chosen) > 1 and place else "") + (f"{figure}（{name}{f'：“{whole}”' if whole else ''}）" if figure else f"“{whole}”（{name}）"))
        heads.append((d, figure))
        evidence.append(evidence_record(s.fit.clause.id, d, place_of(matter.store, s.fit.clause), s.quote, (s.fit.clause.first_line, s.fit.clause.last_line)))
    ids = tuple(s.fit.clause.id for s in chosen)
    return Reply(at_a_glance(heads) + "；".join(parts) + "。", clauses=ids, evidence=tuple(evidence), more=tuple(f"policykb show {id}" for id in ids[:2]))


def _matter(topic: Topic) -> bool:
    """Whether a topic names anything but a time and words that say nothing of a matter."""
    return any(p.text not in wording().soft and not moments(p.text) for p in topic.words)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a clause says to a question for a figure: the sentence or row, the figure in it, what is quoted, how much of the topic it says."""

    fit: Fit
    sentence: str
    figure: str
    quote: str
    weight: float


def _told(matter: Matter, fit: Fit, topic: Topic) -> tuple[Topic, float]:
    """The topic without what the document's title says for all its sentences, and what a share of it counts of the whole."""
    rest = _untitled(topic, bare(home(matter, fit.clause.document).title))
    own = weight(rest.text, rest)
    return (rest, weight(topic.text, topic) / own) if own else (topic, 1.0)


def _stated(fit: Fit, topic: Topic, scale: float, question: str) -> _Said | None:
    """The sentence of a clause that states what is asked for, or the cell of its tables where that says more; None where nothing does."""
    text = fit.clause.text.strip()
    sentence, most = stating(text, fit.clause.heading or "", topic, question)
    cell = stated_cell(text, topic, question)
    if cell is not None and cell.weight > 0 and (cell.weight >= most or "\t" in sentence):
        figure = f"{'，'.join(cell.names)}：{cell.figure}"
        return _Said(fit, f"{figure}{cell.measure}", figure, cell.lines, cell.weight * scale)
    if not sentence:
        return None
    figure = point(sentence, topic, question)
    if wanted_measure(question) is not dates() and not has_figure(without_times(figure)):  # a year alone is no aim: what is said of the matter is
        figure = max(re.split(r"[，；。,;]", sentence), key=lambda part: weight(part, topic))
    return _Said(fit, sentence, figure.strip(), sentence, most * scale)


def _time(said: _Said, document: Document, question: str) -> int:
    """How near the time of a figure is to the one asked for; what names none is of the year of its document."""
    asked = moments(question)
    if not asked:
        return 0
    own = moments(said.figure) or moments(said.sentence)
    return nearness(asked, own or moments(f"{document.title} {(document.date or '')[:4]}年"))


def _printed(said: _Said, topic: Topic, question: str) -> tuple[str, str]:
    """The figure, and the sentence where it says more; of a table the figure alone, the rows stand in the evidence; no figure where the sentence is all."""
    if "\t" in said.quote:
        return said.figure, ""
    figure = brief(said.figure, question)
    figure += beside(figure, said.sentence, topic, question) if figure else ""
    whole = said.sentence if len(said.sentence) <= SENTENCE else best_sentences(said.sentence, [bare(said.figure)], SENTENCE)
    return (figure, whole) if figure and len(figure) < len(whole) - 2 else ("", whole)


def _none(matter: Matter) -> Reply:
    return refuse(f"{searched(matter)}里没有关于“{matter.question.topic}”的数字或时限", more=[f"policykb search {matter.question.topic}"])
