"""Where a measure comes from, at each level, and at which level a figure was set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from index.asking.catalogue import catalogue
from index.asking.loosely import in_order
from index.asking.numbers import nested_in
from index.asking.topics import BOUNDS
from index.asking.understanding import Question, asks_above
from index.asking.wording import wording
from index.matter.amounts import point, stating
from index.matter.described import FEW, clearly_nearest
from index.matter.figures import figure_pattern
from index.matter.parts import Topic
from index.matter.taken_apart import make_topic
from index.matter.topic import Fit, find, is_here, work_of
from index.replies.numbered import PART, by_number
from index.replies.reply import (
    LEVEL_WORDS,
    Matter,
    Reply,
    best_sentences,
    clause_name,
    document_name,
    home,
    quote,
    refuse,
    together,
)
from index.replies.sayings import (
    STATUTES,
    first_said,
    lacking,
    named_without,
    nearest_above,
    statutes_above,
    without_law,
)
from index.sources import absent_basis
from index.tokens import bare
from kb.frozen import replace
from kb.model import Citation, Clause, Document, Link

SAID = (0.8, 0.9)  # fit and share of its words from which a clause above says a matter itself
SAID_ASKED = (0.6, 0.85)  # and of the level that the question is put to
MANY, WHOLLY = 4, 0.95  # words of a matter that one place above says nearly all of: that is it, however long its clause
IN_WORDS = 0.5  # and of one that comes before what a link leads to
IN_NAMED = 0.3  # share of the matter that a clause of a document named above must say
LONE = ("上级", "来源", "依据", "提法", "说法", "两项", "三项", "资产", "资金", "防返贫")  # what is no matter of its own
MADE = ("份文件", "文件", "制定", "制订", "编制", "起草", "出台", "印发", "形成", "下发", "整个", "整体", "总体", "落实", "贯彻", "执行")  # said of a document as a whole
TELLING = 3.0  # weight of words that tell a matter by themselves
HEADING = 16  # characters of what is only a heading
PIECE = 6  # characters of a piece of a task that says something by itself
HEAD = 40  # characters of a clause that stand for its matter
HELD = 0.4  # share of the topic that a clause must say to be the one asked about
STRANGE = 0.42  # see index/replies/units.py
SAME = 0.85  # of the best fit, within which the lowest level is meant
CERTAIN = 0.7  # score of both links from which the nation's clause is found through another clause of the province than the first
SURE = 0.55  # score of a link from which the nation's clause that the province's rests on is the source too, though it is not asked for
MOST = 8  # clauses named in an answer
EACH = 3  # of one level
RANK = {"national": 0, "provincial": 1, "municipal": 2, "county": 3, "township": 4}
SET = ("定的", "加的", "提的", "新增", "哪一级", "哪级", "新加", "自己", "哪个层级", "哪层级", "提出")

Source = tuple[Clause, Link | None]


def source(matter: Matter) -> Reply:
    """The clauses above from which the measure derives, level by level; and the level at which a figure was set."""
    topic = make_topic(matter.index, matter.question.topic)
    if not matter.question.items and len(matter.question.named) == 1 and _of_whole(matter, topic):
        return _basis(matter, home(matter, matter.question.named[0]))
    if (several := _each(matter, topic)) and (each := _of_each(matter, several)) is not None:
        return each
    start = _start(matter, topic)
    if start is None and matter.question.named:  # what is asked for in a document above may be said in other words there
        start = _start(replace(matter, homes=None), topic)
    if start is None and several and (some := _of_some(matter, several)) is not None:
        return some
    if start is None:
        where = "、".join(matter.question.places) or "库中文件"
        return refuse(f"{where}里没有找到“{matter.question.topic or matter.question.text}”", more=[f"policykb search {matter.question.topic}"])
    by_level = _in_named(matter, topic, start, _by_level(matter, topic, start) or _in_its_words(matter, start))
    words = [p.text for p in topic.words]
    evidence = [quote(matter, start, words)]
    parts: list[str] = []
    clauses: list[str] = []
    for where in sorted(by_level, key=lambda x: -RANK.get(x, 9)):
        chosen = by_level[where][:EACH]
        parts.append(f"{LEVEL_WORDS.get(where, '其他')}：{'；'.join(clause_name(matter, c) for c, _ in chosen)}")
        clauses += [c.id for c, _ in chosen]
        evidence += [quote(matter, c, [*(p.to_text for p in link.pairs), *words] if link else words) for c, link in chosen]
    set_at = _set_at(matter, topic, start, by_level)
    first, shown = first_said(matter, start)
    clauses = [*(c.id for c in shown), *clauses]
    evidence += [quote(matter, c, words) for c in shown]
    name = clause_name(matter, start)
    more = (f"policykb trace {start.id}",)
    ids = (*clauses[: MOST - 1], start.id)
    above = {where: [c for c, _ in found] for where, found in by_level.items()}
    if not parts:
        said = absent_basis(matter.store, home(matter, start.document))
        missing = f"（{'；'.join(said)}。）" if said else ""
        near = nearest_above(matter, topic, home(matter, start.document))
        nearest = f"最接近的是{clause_name(matter, near)}，不是它的来源。" if near is not None else ""
        evidence += [quote(matter, near, words)] if near is not None else []
        ids = (*ids, near.id) if near is not None else ids
        return Reply(f"{first}{name}在库中上级文件里没有找到来源，属本级自有内容。{set_at}{nearest}{missing}", clauses=ids, evidence=tuple(evidence), more=more)
    every = [c for found in above.values() for c in found]
    nowhere = [LEVEL_WORDS[level] for level in matter.question.levels if level not in by_level and _is_above(level, home(matter, start.document))]
    without = f"{'、'.join(nowhere)}级文件里没有找到。" if nowhere else without_law(matter, every) or named_without(matter, _named_above(matter, start), every)
    return Reply(f"{first}{set_at}{name}的来源——{'；'.join(parts)}。{without}{lacking(matter, start, above, set_at)}", clauses=ids, evidence=tuple(evidence), more=more)


def _each(matter: Matter, topic: Topic) -> list[Question]:
    """The questions of several tasks by their numbers (第5项、第6项), or of several matters (“三条保障线”和“五权”分别…), each by itself; [] where one is asked."""
    question = matter.question
    if len(question.items) > 1 and PART.search(question.text) is None and nested_in(question.text) is None and _side_by_side().search(question.text) is not None:
        return [replace(question, items=(item,), topic="") for item in question.items]
    if question.items or not any(w in question.text for w in ("分别", "各自", "各是", "各来自", "各出自")):
        return []
    matters = [m for stretch in topic.text.split() for m in re.split(r"(?<=[一-龥]{2})[和与及跟、](?=[一-龥“]{2})", stretch)]
    matters = [m for m in matters if len(m) > 1 and m not in LONE]
    return [replace(question, topic=m) for m in matters] if 1 < len(matters) <= EACH else []


@cache
def _side_by_side() -> re.Pattern[str]:
    """Tasks by their numbers with nothing but a matter between them: 第61项大病保险和第62项."""
    number = r"[（(]?(?:[0-9]{1,3}|[一二三四五六七八九十百]{1,5})[）)]?"
    return re.compile(rf"(?:第|任务){number}[项条]?(?:(?!意见|方案|规划|清单|条例|文件|通知|要点|办法|[省市县]|中央|国家)[一-龥“”\"]){{0,12}}?(?:和|、|与|及|跟|,|，)(?:任务|第)?{number}")


def _of_each(matter: Matter, questions: Sequence[Question]) -> Reply | None:
    """The sources of several tasks or matters, each by itself; None where one of them is not found, or all are found in one."""
    each = [source(replace(matter, question=q)) for q in questions]
    return together([_best_of_levels(matter, r, MOST // len(each)) for r in each]) if all(r.answered for r in each) and len({r.clauses[-1:] for r in each}) > 1 else None


def _best_of_levels(matter: Matter, reply: Reply, most: int) -> Reply:
    """A reply with at most so many clauses, the best of each level first, and the one asked about last, so that those of several matters are all among the first."""
    known = catalogue(matter.index.scope)
    by_level: dict[str, list[str]] = {}
    for id in reply.clauses[:-1]:
        by_level.setdefault(known.cards.levels[known.at[id.split("#")[0]]], []).append(id)
    chosen = [ids[n] for n in range(EACH) for ids in by_level.values() if n < len(ids)][: most - 1]
    return replace(reply, clauses=(*(id for id in reply.clauses[:-1] if id in chosen), *reply.clauses[-1:]))


def _of_some(matter: Matter, questions: Sequence[Question]) -> Reply | None:
    """The sources of those of several matters that are found, and which are not; None where none is."""
    each = [source(replace(matter, question=q)) for q in questions]
    return together(each) if any(r.answered for r in each) else None


def _of_whole(matter: Matter, topic: Topic) -> bool:
    """Whether a question asks what a document as a whole rests on: nothing is said but what its title says and that it was made (依据什么编制的)."""
    if not topic.words or any(w in matter.question.text for w in ("哪条", "哪一条", "哪几条", "哪两条", "第几条", "哪款", "哪一款", "哪项")):
        return not topic.words
    title, rest = bare(home(matter, matter.question.named[0]).title), topic.text
    for word in (*MADE, *(n for names in wording().levels.values() for n in names if len(n) > 1)):
        rest = rest.replace(word, " ")
    left = [s for s in rest.split() if len(s) > 1 and s not in title and not (len(s) < 5 and in_order(s, title))]  # 防返贫 of 防止返贫
    return not left or (_paper().search(matter.question.text) is not None and all(p.text in title or p.text in wording().soft or p.text in wording().idle for p in topic.words))


@cache
def _paper() -> re.Pattern[str]:
    return re.compile(r"(?:哪|什么)[一几]?[个份些]?(?:上级)?(?:文件|文)(?!里)")


def _named_above(matter: Matter, start: Clause) -> list[int]:
    """The documents that the question names and that stand above the clause it asks about."""
    known, mine = catalogue(matter.index.scope), home(matter, start.document)
    named = [known.at[id] for id in matter.question.named if _is_above(known.cards.levels[known.at[id]], mine)]
    return sorted({*named, *statutes_above(matter, mine)})


def _in_named(matter: Matter, topic: Topic, start: Clause, by_level: dict[str, list[Source]]) -> dict[str, list[Source]]:
    """Where the question names documents above, of their levels only what stands in them; what says the matter there where no link leads to them."""
    known = catalogue(matter.index.scope)
    mine = home(matter, start.document)
    named = [n for id in matter.question.named for n in known.with_attached([known.at[id]]) if _is_above(matter.documents[n].level or "", mine)]
    named += [n for n in statutes_above(matter, mine) if n not in named]
    for level in {matter.documents[n].level or "" for n in named}:
        homes = tuple(sorted({n for n in named if matter.documents[n].level == level}))
        ids = {matter.documents[n].id for n in homes}
        held = [(c, link) for c, link in by_level.get(level, ()) if c.document in ids]
        held = held or [(c, link) for c, link in _linked(matter, start) if c.document in ids]
        said = [f.clause for f in find(matter.index, topic, homes)[:1] if f.fit >= IN_WORDS and f.clause.kind != "preamble" and len(f.clause.text.strip()) > HEADING] if topic.words else []
        held = [*((c, None) for c in said if c.id not in {h.id for h, _ in held}), *held] if matter.question.items or not held else held
        if not held:
            for text in dict.fromkeys((matter.question.topic, start.heading or "", start.text.strip()[:HEAD])):
                part = make_topic(matter.index, text)
                found = [f for f in find(matter.index, part, homes) if f.clause.kind != "preamble" and f.fit >= IN_NAMED and is_here(part, f)] if part.words else []
                held = [(f.clause, None) for f in found[:2]]
                if held:
                    break
        by_level = {**by_level, level: held} if held else by_level
    return by_level


def _is_above(level: str, document: Document) -> bool:
    return RANK.get(level, 9) < RANK.get(document.level or "", 9)


def _basis(matter: Matter, document: Document) -> Reply:
    """What a document names as its basis, itself or in the notice that issued it."""
    ids = [document.id] + ([document.parent] if document.parent else [])
    cited = matter.store.read(Citation, f"document IN ({','.join('?' * len(ids))}) AND relation = 'basis'", tuple(ids))
    clauses = matter.store.read_many(Clause, (c.clause for c in cited if c.clause))
    first = {bare(c.title or c.number or c.quote): c for c in reversed(cited) if c.clause in clauses}
    if not first:
        said = "；".join(absent_basis(matter.store, document))
        return refuse(f"{document_name(document)}里没有写明依据哪份文件", said, more=[f"policykb show {document.id}"])
    found = list(reversed(first.values()))
    known = catalogue(matter.index.scope)
    parts = [f"《{c.title}》" if c.title else c.number or c.quote for c in found]
    evidence = tuple(quote(matter, clauses[c.clause], [c.title or c.number or ""]) for c in found if c.clause)
    here = [f"policykb show {c.target}" for c in found if c.target in known.at]
    return Reply(f"{document_name(document)}依据的是{'、'.join(parts)}。", clauses=tuple(c.clause for c in found if c.clause), evidence=evidence, more=tuple(here[:2]))


def _start(matter: Matter, topic: Topic) -> Clause | None:
    """The clause that is asked about: by its number, else the lowest-level one that says the topic."""
    matter = _lower(matter)
    if matter.question.items and matter.homes is not None and (numbered := by_number(matter, topic)):
        low = max(RANK.get(home(matter, f.clause.document).level or "", -1) for f in numbered)
        return next(f.clause for f in numbered if RANK.get(home(matter, f.clause.document).level or "", -1) == low)
    found = [f for f in find(matter.index, topic, matter.homes) if f.fit >= HELD and f.strange < STRANGE and is_here(topic, f)]
    if not found and (near := clearly_nearest(matter, topic, find(matter.index, topic, matter.homes))) is not None:
        return near.clause
    if not found and len(topic.stretches) > 1 and matter.homes is not None and len(matter.homes) <= FEW:
        tried = (_start(matter, make_topic(matter.index, stretch)) for stretch in topic.stretches if len(stretch) > 3)
        return next((clause for clause in tried if clause is not None), None)
    if not found:
        return None
    return max((f for f in found if f.fit >= found[0].fit * SAME), key=lambda f: (_lowness(matter, f), f.fit)).clause


def _lower(matter: Matter) -> Matter:
    """With a place named the measure stands in its documents; the other documents named are those that it may come from."""
    known = catalogue(matter.index.scope)
    places = [p for p in matter.question.places if not any(o != p and o.startswith(p) for o in matter.question.places)]  # of a city and its province the city
    here = [n for place in places for n in known.by_region.get(place, ())]
    if not places and len(matter.question.levels) > 1 and _held_in().match(matter.question.text) is not None:  # 省方案里的…，国家方案提了没有
        here = list(known.by_level.get(max(matter.question.levels, key=lambda x: RANK.get(x, -1)), ()))
    homes = [n for n in matter.homes or () if n in here] or here
    if not homes and matter.homes and "national" in matter.question.levels and not matter.question.items:
        levels = {known.cards.levels[n] for n in matter.homes}
        return replace(matter, homes=None) if levels == {"national"} else matter  # …是哪份省文件提的，中央意见有没有: it may come from these
    return replace(matter, homes=tuple(sorted(homes))) if homes else matter


@cache
def _held_in() -> re.Pattern[str]:
    """A question that begins with the paper of a level in which the measure stands."""
    return re.compile(r"^[^，,。]{0,3}[省市县][^，,。哪]{0,10}(?:意见|方案|规划|要点|通知|条例|办法|清单)(?:里|中|的|第)")


def _lowness(matter: Matter, fit: Fit) -> int:
    """The level of a clause's document, lower levels higher; all the same where the question names a place."""
    return 0 if matter.question.places and len(matter.question.places) == 1 else RANK.get(home(matter, fit.clause.document).level or "", -1)


def _by_level(matter: Matter, topic: Topic, start: Clause) -> dict[str, list[Source]]:
    """The sources by level; of each level first those in the document that this one mainly rests on."""
    level = home(matter, start.document).level
    out: dict[str, list[Source]] = {}
    main = _main_sources(matter, home(matter, start.document))
    linked = _linked(matter, start)
    direct: list[Source] = [(c, None) for c in _said_above(matter, topic, start)]
    for clause, link in _ordered(matter, sorted(linked, key=lambda x: (-main.get(x[0].document, 0), -(x[1].score if x[1] else 0))), direct):
        where = home(matter, clause.document).level or ""
        known = out.setdefault(where, [])
        if clause.id not in [c.id for c, _ in known] and RANK.get(where, 9) <= RANK.get(level or "", 9):
            known.append((clause, link))
    for where in [w for w in RANK if w in matter.question.levels or not matter.question.levels]:  # the province's clause, not the city's own, may name the nation's
        if not out.get(where) and RANK.get(where, 9) < RANK.get(level or "", 9):
            below = [x for at in sorted(out, key=lambda x: RANK.get(x, 9)) if RANK.get(at, 9) > RANK.get(where, 9) for x in out[at]]
            near = ((c, link, _enough(n, by, where in matter.question.levels and (n == 0 or "还是" not in matter.question.text))) for n, (b, by) in enumerate(below) for c, link in _linked(matter, b))
            chained: list[Source] = [(c, link) for c, link, least in near if home(matter, c.document).level == where and link is not None and link.score >= least]
            out[where] = chained[:1]
    return {where: found for where, found in out.items() if found}


def _enough(place: int, by: Link | None, asked: bool) -> float:
    """The score that a link of a clause below must have to be taken: any of the first one where the level is asked for, else a sure one; of others only a certain one."""
    if place:
        return CERTAIN if asked and by is not None and by.score >= CERTAIN else 2.0
    return 0.0 if asked else SURE


def _ordered(matter: Matter, linked: list[Source], direct: list[Source]) -> list[Source]:
    """Asked for a clause by its number, its links come first; asked for a matter, what says its words."""
    return linked + direct if matter.question.items else direct + linked


def _main_sources(matter: Matter, document: Document) -> dict[str, int]:
    """How strongly a document rests on others: named as its basis, else by the share of its links."""
    ids = [document.id] + ([document.parent] if document.parent else [])
    cited = matter.store.read(Citation, f"document IN ({','.join('?' * len(ids))}) AND relation = 'basis' AND target IS NOT NULL", tuple(ids))
    basis = {c.target for c in cited if c.target}
    rows = matter.store.rows("SELECT target FROM links WHERE origin >= ? AND origin < ? AND parallel = 0", (f"{document.id}#", f"{document.id}$"))
    counts = Counter(str(row[0]).split("#")[0] for row in rows)
    whole = sum(counts.values()) or 1
    return {id: (5 if id in basis else 0) + round(10 * counts[id] / whole) for id in {*basis, *counts} if id}


def _linked(matter: Matter, clause: Clause) -> list[Source]:
    """The sources of a clause (or of the clauses in it), best first."""
    ids = [clause.id, *(c.id for c in matter.store.read(Clause, "document = ? AND parent = ?", (clause.document, clause.id)))]
    links = matter.store.read(Link, f"origin IN ({','.join('?' * len(ids))}) AND parallel = 0 AND relation <> 'related'", tuple(ids))
    targets = matter.store.read_many(Clause, (link.target for link in links))
    return [(targets[link.target], link) for link in sorted(links, key=lambda x: -x.score)]


def _said_above(matter: Matter, topic: Topic, start: Clause) -> list[Clause]:
    """Clauses of higher levels that say the very words of the topic, each of its stretches by the best."""
    mine, known = home(matter, start.document), catalogue(matter.index.scope)
    homes = [(at, level in matter.question.levels) for level in ("municipal", "provincial", "national") if RANK[level] < RANK.get(mine.level or "", 9) and (at := known.above(mine, level))]
    out: list[Clause] = []
    for stretch in dict.fromkeys((topic.text, *topic.stretches)):
        part = make_topic(matter.index, stretch)
        if not part.words and len(bare(stretch)) < 4:
            continue
        for at, asked in homes:
            fit, words = SAID_ASKED if asked and stretch == topic.text else SAID
            found = [f for f in find(matter.index, part, at, most=20) if (f.fit >= fit and f.words >= words) or (len(part.words) >= MANY and f.one and min(f.words, f.together) >= WHOLLY)]
            out += [f.clause for f in (*found[:1], *_in_statute(matter, part, at, found))]
    return out


def _in_statute(matter: Matter, topic: Topic, homes: tuple[int, ...], held: list[Fit]) -> list[Fit]:
    """The article above that says a matter beside the plan that says it: all its words but those that only say that something is done (推行路长制)."""
    words = [p for p in topic.words if p.text not in wording().soft]
    if not held or not words or sum(p.weight for p in words) < TELLING:
        return []
    said = [f for f in find(matter.index, topic, homes, most=20) if home(matter, f.clause.document).genre in STATUTES and f.one and not set(f.missing) & {p.text for p in words}]
    return [f for f in said[:1] if f.clause.id not in {h.clause.id for h in held[:1]}]


def _in_its_words(matter: Matter, start: Clause) -> dict[str, list[Source]]:
    """What says the first pieces of a task that is asked about by its number, where no link leads up from it and its matter is put otherwise."""
    out: dict[str, list[Source]] = {}
    pieces = [p for p in re.split(r"[，。；,;\s]", re.sub(r"^[0-9]{1,3}[\s.、．]*", "", work_of(start).strip())) if PIECE <= len(bare(p)) <= HEAD]
    for piece in pieces[:2] if matter.question.items else ():
        for clause in _said_above(matter, make_topic(matter.index, piece), start):
            held = out.setdefault(home(matter, clause.document).level or "", [])
            held += [(clause, None)] if clause.id not in {c.id for c, _ in held} else []
    return out


def _set_at(matter: Matter, topic: Topic, start: Clause, by_level: dict[str, list[Source]]) -> str:
    """The highest level that already states the figure or name in the question; "" when the question does not ask for it."""
    if not (any(w in matter.question.text for w in SET) or asks_above(matter.question.text)) or (matter.question.items and not topic.words):
        return ""
    said = _asked_values(matter, topic, start, any(w in matter.question.text for w in SET))
    own = LEVEL_WORDS.get(home(matter, start.document).level or "", "本")
    for where in sorted(by_level, key=lambda x: RANK.get(x, 9)):
        for clause, _ in by_level[where]:
            both = [v for v in said if bare(v) in bare(clause.text)]
            if both:
                bound = next((b for b in BOUNDS if f"{bare(both[0])}{b}" in bare(clause.text)), "")
                return f"“{both[0]}{bound}”{LEVEL_WORDS.get(where, '上')}级文件已有规定（{clause_name(matter, clause)}）。"
    return f"“{'”“'.join(said[:3])}”在库中上级文件里没有，是{own}级文件提出的。" if said else ""


def _asked_values(matter: Matter, topic: Topic, start: Clause, others: bool = True) -> list[str]:
    """The figures in the question that the clause states; with `others` else its quoted names, or those of its sentence that says most of the topic."""
    figures = figure_pattern()
    asked = [m.group() for m in figures.finditer(matter.question.text) if bare(m.group()) in bare(start.text) and matter.question.text[: m.start()][-1:] != "“" and not _is_year(m.group())]
    stated = stating(start.text.strip(), start.heading or "", topic, matter.question.text)[0]
    sentence = point(stated, topic, matter.question.text) if stated else best_sentences(start.text, [p.text for p in topic.words], 80)
    quoted = [q for q in re.findall(r"“([^“”]{2,20})”", start.text) if bare(q) in bare(matter.question.text)]
    every = [m.group() for m in figures.finditer(sentence)]
    if not others:
        return asked
    return asked or quoted or [v for v in every if not _is_year(v)] or every


def _is_year(figure: str) -> bool:
    """Whether a figure only says by when: 2025年."""
    return re.fullmatch(r"\s?(?:19|20)[0-9]{2}年?底?前?", figure) is not None
