"""How two or more places or documents differ on a matter, side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product

from index.asking.compared import by_how_much, plainer, with_measure, without_difference
from index.asking.measures import dates, wanted_measure
from index.asking.moments import moments, without_times
from index.asking.naming import PAPERS
from index.asking.wording import wording
from index.matter.amounts import stating
from index.matter.figures import has_figure, weight
from index.matter.parts import Topic
from index.matter.taken_apart import make_topic
from index.matter.topic import Fit, find, is_here, judge, needed
from index.replies.compared_item import compare_item
from index.replies.compared_lines import line_of, lines_of, told_of
from index.replies.compared_sides import Side, between, sides_of
from index.replies.reply import (
    Matter,
    Reply,
    best_sentences,
    clause_name,
    home,
    quote,
    refuse,
    short,
    together,
)
from index.replies.texts import only_heads, target, told, untitled
from index.replies.units import who
from index.tokens import bare, bigrams
from kb.frozen import replace
from kb.model import LEVELS, Clause, Local
from kb.records import Record

ENOUGH = 0.27  # share of the topic that a clause must say to be compared
OTHER_WORDS = 0.4  # share of the topic that one side need not say where another does
LOOSE = 0.2  # the same where it does not say the matter as one thing
CLOSE = 0.78  # of the best of its side, within which the one most like the other side's is taken
LIKE = 0.35  # what likeness counts beside fit
FIGURE = 0.25  # what a figure counts where the question asks for one
STATED = 0.3  # share of the topic that a sentence with the figure says
ON_THE_MATTER = 0.65  # of the best fit of its side, from which a clause's figure is one of the matter
LINKED = 0.45  # how surely two clauses come from one, each way times the other
ASPECTS = ("权限", "审批", "条件", "程序", "流程", "内容", "主体", "方式", "责任", "期限", "口径", "表述", "依据", "原则", "范围")  # what is asked of a thing
SHORTEST = 6  # characters of a stretch of which the last two may be left out
_BODIES = re.compile(r"(?:责任|牵头|配合)(?:单位|部门)|由谁|归谁|哪些部门|哪些单位")
OWN = 3  # sentences of its own that are given
_MORE = re.compile(r"多(?:要求|规定|加|提|写|出|列|定)|(?:严|高|细|宽|多|新)在")
SOME = 0.2  # share of the topic that such a clause must say
MOST = 8  # clauses named in an answer
HALF = 0.5  # share of the words of a matter that a clause says whose figure is given
TERM = 3  # characters of a matter that is one term
SURE, WHOLLY = 0.65, 0.98  # fit and share of the words from which all sides say a matter
AKIN = 0.85  # of the best of its side, what a clause counts at least that comes from what the other side's best comes from
TRIED = 4  # clauses of each side that are tried
ASKS_FIGURE = ("多少", "几次", "几个", "几天", "几年", "几倍", "标准", "比例", "次数", "频次", "时间", "期限", "目标", "指标", "多久", "哪个高", "更高", "谁高", "延长", "下限", "上限", "至少", "收入")


@cache
def _ranks() -> re.Pattern[str]:
    """What asks which of several is more or less, earlier or later."""
    return re.compile(r"[谁哪][一-龥]{0,4}(?:更|最)?[高低多少大小长短早晚快慢严宽]|(?:更|最)[高低多少大小长短早晚快慢]|[高低多少大小长短早晚快慢]还是")


def compare(matter: Matter) -> Reply:
    """What each place or document says on the matter, side by side."""
    sides, rest = sides_of(matter)
    rest = without_difference(rest) if by_how_much(matter.question.text) else rest
    matter = replace(matter, question=replace(matter.question, topic=rest))
    question, index = matter.question, matter.index
    topic = make_topic(index, question.topic)
    if len(sides) > 1 and _BODIES.search(question.text) and (bodies := _bodies(matter, sides)) is not None:
        return bodies
    if len(sides) < 2:
        return _one_side(matter, topic)
    if not topic.words and len(question.items) == 1:
        return compare_item(matter, topic, sides)
    words = [p.text for p in topic.words]
    asked = with_measure(question.text)
    wanted = wanted_measure(asked)
    asks_figure = wanted is not None or _ranks().search(asked) is not None or any(w in asked.replace("低收入", "") for w in ASKS_FIGURE) or ("还是" in asked and any(c.isdigit() for c in asked))
    beside = between(matter, sides) if asks_figure else []
    if question.named and not question.places and not question.levels:  # what both titles say holds for all clauses of both
        apart = untitled(topic, bare("".join(matter.documents[homes[0]].title for _, homes in sides)))
        topic = apart if any(p.text not in wording().soft for p in apart.words) else topic  # 巡查范围 of two papers on 巡查 is the matter
    found = {name: [f for f in find(index, topic, homes) if f.fit >= ENOUGH and (f.clause.kind != "preamble" or _is_table(matter, f.clause))] for name, homes in (*sides, *beside)}
    found = {name: _documents_first(matter, fits) for name, fits in found.items()}
    here = any(is_here(topic, f) for fits in found.values() for f in fits) or _all_say(topic, found)  # one side may say it in other words, not both
    found = {name: [f for f in fits if here and f.together >= needed(topic) - (OTHER_WORDS if f.one else LOOSE)] for name, fits in found.items()}
    if len(topic.text) <= TERM:  # 护理假: not what speaks of 护理
        found = {name: [f for f in fits if topic.text in bare(f.clause.text) or (topic.words and topic.words[0].text == topic.text and f.words >= WHOLLY)] for name, fits in found.items()}
    elif asks_figure:  # 社会力量运营占比 says nothing of 护理型床位占比
        found = {name: [f for f in fits if f.words >= HALF or is_here(topic, f)] for name, fits in found.items()}
    found = {name: [f for f in fits if not only_heads(f.clause)] or fits for name, fits in found.items()}
    for name, homes in sides:
        if not found[name] and len(topic.text) > TERM:
            found[name] = _from_same_source(matter, topic, [fits[0].clause for fits in found.values() if fits], homes)
    missing = [name for name, _ in sides if not found[name]]
    if asks_figure:
        found = {name: _figured(fits, topic, asked, lambda f: told(matter, f, topic)) for name, fits in found.items()}
    found = _akin(matter, topic, sides, found)
    best = _matched({name: fits for name, fits in found.items() if fits})
    if len(best) < 2:
        return _otherwise(matter, sides, topic, best, missing)
    lines = lines_of(matter, best, found, topic, asked if asks_figure else "")
    clauses = [line.clause.id for line in lines]
    evidence = [quote(matter, line.clause, [line.sentence, *words]) for line in lines]
    others = [f for name, fits in found.items() for f in fits[:3] if f.clause.id not in clauses and f.fit >= fits[0].fit * 0.8]
    for f in others[: MOST - len(clauses)]:
        clauses.append(f.clause.id)
        evidence.append(quote(matter, f.clause, words))
    own, shown = _added(matter, best) if "多了什么" in question.text or _MORE.search(question.text) else ("", [])
    evidence += shown
    text = told_of(matter, lines, missing) + own + (f"\n{'、'.join(missing)}：库中文件没有写到。" if missing else "")
    return Reply(text, clauses=tuple(clauses), evidence=tuple(evidence), more=tuple(f"policykb show {c}" for c in clauses[:2]))


def _documents_first(matter: Matter, fits: list[Fit]) -> list[Fit]:
    """The fits without those of notices and interviews, where a document itself says the matter as well."""
    own = [f for f in fits if home(matter, f.clause.document).genre not in PAPERS]
    near = bool(own) and (own[0].fit >= CLOSE * fits[0].fit or (own[0].words >= HALF and own[0].fit >= ON_THE_MATTER * fits[0].fit))
    return own if near else fits


def _is_table(matter: Matter, clause: Clause) -> bool:
    """Whether what stands before all clauses of a document is a table that is attached to another: its figures."""
    return any(mark in clause.text for mark in "\t>") and home(matter, clause.document).genre == "附件"


def _all_say(topic: Topic, found: Mapping[str, Sequence[Fit]]) -> bool:
    """Whether every side says all words of a matter of several in one place: what two documents say alike is one thing, though a compound names it."""
    return len(topic.words) > 1 and len(found) > 1 and all(fits and fits[0].fit >= SURE and min(fits[0].words, fits[0].together) >= WHOLLY for fits in found.values())


def _otherwise(matter: Matter, sides: Sequence[Side], topic: Topic, best: dict[str, Fit], missing: Sequence[str]) -> Reply:
    """The comparison on a plainer matter where that asked about is said by one side at most; a refusal where that is no better."""
    question = matter.question
    if (plain := plainer(question.topic)) != question.topic:
        return compare(replace(matter, question=replace(question, topic=plain)))
    if "目标" in question.text and (aims := _aims(matter, sides)) is not None:
        return aims
    if len(shorter := _without_last_word(question.topic)) < len(question.topic):
        return compare(replace(matter, question=replace(question, topic=shorter)))
    if (in_part := _of_a_stretch(matter)) is not None:
        return in_part
    lines = [line_of(matter, name, fit, topic, "") for name, fit in best.items()]
    said = "；".join(short(f"{line.side}：“{line.quote}”（{clause_name(matter, line.clause)}）", 80) for line in lines)
    where = '、'.join(missing)
    return refuse(f"{where}{'' if where.endswith('》') else '的文件'}里没有“{question.topic or question.text}”，无从比较", said, [quote(matter, line.clause, []) for line in lines])


def _bodies(matter: Matter, sides: Sequence[Side]) -> Reply | None:
    """Who each side names for the work, a line each; None where fewer than two name anybody."""
    question = replace(matter.question, kind="responsible", topic=_BODIES.sub(" ", matter.question.topic), places=(), named=(), levels=(), yes_no=False)
    each = [who(replace(matter, question=question, homes=homes)) for _, homes in sides]
    return together(each, [name for name, _ in sides]) if sum(r.answered for r in each) > 1 else None


def _added(matter: Matter, best: dict[str, Fit]) -> tuple[str, list[Record]]:
    """The sentences of the lower side for which nothing above is a source: what a place adds of its own."""
    rank = {level: n for n, level in enumerate(LEVELS)}
    lowest = max(best.values(), key=lambda f: rank.get(home(matter, f.clause.document).level or "", -1)).clause
    local = matter.store.read(Local, "origin = ?", (lowest.id,))
    said = [" ".join(sentence.text.split()) for sentence in local][:OWN]
    if not said:
        return f"\n{clause_name(matter, lowest)}没有上级文件里找不到来源的句子。", []
    return f"\n{clause_name(matter, lowest)}自己增加的：{'；'.join(f'“{s}”' for s in said)}", [quote(matter, lowest, [bare(s)]) for s in said]


def _aims(matter: Matter, sides: Sequence[Side]) -> Reply | None:
    """The clauses in which each side sets its aims, side by side: that headed so, else that of the time asked for; None where one has none."""
    asked = moments(matter.question.text)
    chosen: dict[str, Clause] = {}
    for name, homes in sides:
        ids = [matter.documents[n].id for n in homes]
        every = matter.store.read(Clause, f"document IN ({','.join('?' * len(ids))}) AND text LIKE '%目标%'", tuple(ids))
        timed = [c for c in every if not asked or any(m.first <= a.last <= m.last or a.last == m.last for a in asked for m in moments(c.text))]
        headed = [c for c in timed if "目标" in (c.heading or "") and not only_heads(c)] or [c for c in timed if not only_heads(c) and c.kind != "preamble"]
        if not headed:
            return None
        chosen[name] = headed[0]
    lines = [f"{name}：“{best_sentences(c.text.strip(), [bare(matter.question.text[a.start : a.end]) for a in asked] or ['目标'], 140)}”（{clause_name(matter, c)}）" for name, c in chosen.items()]
    evidence = tuple(quote(matter, c, ["目标", *(matter.question.text[a.start : a.end] for a in asked)]) for c in chosen.values())
    return Reply("\n".join(lines), clauses=tuple(c.id for c in chosen.values()), evidence=evidence, more=tuple(f"policykb show {c.id}" for c in chosen.values())[:2])


def _of_a_stretch(matter: Matter) -> Reply | None:
    """The comparison on the first stretch of a matter that both sides say; None where it has one only, or none is said by both."""
    stretches = [s for s in matter.question.topic.split() if len(s) > 3]
    if len(matter.question.topic.split()) < 2:
        return None
    tried = (compare(replace(matter, question=replace(matter.question, topic=s))) for s in stretches)
    return next((r for r in tried if r.answered), None)


def _without_last_word(topic: str) -> str:
    """A topic whose longest stretch has lost what is asked of the thing at its end: 资产处置 of 资产处置审批."""
    stretches = topic.split()
    longest = max(stretches, key=len, default="")
    said = longest[-2:] in ASPECTS or longest[-2:] in wording().soft
    return " ".join(s[:-2] if s == longest else s for s in stretches) if len(longest) >= SHORTEST and said else topic


def _one_side(matter: Matter, topic: Topic) -> Reply:
    """Nothing to set beside each other: two figures of one place (甲类和乙类各多少个) are figures; else what to compare was not understood."""
    if any(w in matter.question.text for w in ASKS_FIGURE) and topic.words:
        figures = target(matter)
        if figures.answered:
            return figures
    return refuse("没有听出要比较哪两个地方或哪两份文件", "", more=["policykb compare 文档 文档"])


def _from_same_source(matter: Matter, topic: Topic, others: Sequence[Clause], homes: Sequence[int]) -> list[Fit]:
    """The clause of one side that comes from what another side's comes from, or one from the other, and says some of the matter; [] where none does.

    What 强化考核问效 says is what another city calls 考核监督: both rest on one clause of the nation.
    """
    here = {matter.documents[n].id for n in homes}
    scores: dict[str, float] = {}
    for clause in others:
        mine = {str(t): float(s) for t, s in matter.store.rows("SELECT target, score FROM links WHERE origin = ? AND relation <> 'related'", (clause.id,))}
        near = [(str(o), 1.0, float(s)) for o, s in matter.store.rows("SELECT origin, score FROM links WHERE target = ? AND relation <> 'related'", (clause.id,))]
        near += [(target, 1.0, score) for target, score in mine.items()]
        if mine:
            marks = ",".join("?" * len(mine))
            rows = matter.store.rows(f"SELECT origin, target, score FROM links WHERE target IN ({marks}) AND relation <> 'related'", tuple(mine))
            near += [(str(o), mine[str(t)], float(s)) for o, t, s in rows]
        for id, way, score in near:
            if id.split("#")[0] in here:
                scores[id] = max(scores.get(id, 0.0), way * score)
    clauses = matter.store.read_many(Clause, scores)
    fits = [(judge(topic, c, 0, bare(c.text)), scores[id]) for id, c in clauses.items() if c.kind != "preamble" and scores[id] >= LINKED]
    chosen = sorted(((f, s) for f, s in fits if f.fit >= SOME), key=lambda x: -x[1] - x[0].fit)
    return [f for f, _ in chosen[:1]]


def _akin(matter: Matter, topic: Topic, sides: Sequence[Side], found: Mapping[str, list[Fit]]) -> dict[str, list[Fit]]:
    """The fits of two sides, those tried too that come from what the other's best comes from: one calls 实施帮镇扶村工程 what both do."""
    out = {name: list(fits) for name, fits in found.items()}
    if len(sides) != 2 or not all(out[name] for name, _ in sides):
        return out
    for (name, homes), (other, _) in (sides, sides[::-1]):
        first = out[name][0].fit
        akin = {f.clause.id for f in _from_same_source(matter, topic, [out[other][0].clause], homes)}
        near = [f for f in out[name] if f.clause.id in akin and f.words >= HALF and f.fit < first * AKIN]
        if near:
            out[name] = [*(f for f in out[name] if f.clause.id not in akin), replace(near[0], fit=first * AKIN)]
            out[name].sort(key=lambda f: -f.fit)
    return out


def _figured(fits: list[Fit], topic: Topic, question: str, tell: Callable[[Fit], tuple[Topic, float]] | None = None) -> list[Fit]:
    """The fits with a bonus for clauses in which a sentence about the matter states a figure, best first."""
    said = []
    for f in fits:  # what the title says holds for every sentence
        rest, scale = tell(f) if tell is not None else (topic, 1.0)
        sentence, held = stating(f.clause.text.strip(), "", rest, question)
        said.append((sentence, held * scale))
    wanted = wanted_measure(question)
    said = [(s, w) if wanted is dates() or has_figure(without_times(s)) else (s, 0.0) for s, w in said]  # a year is no figure of the matter
    if wanted is not None and any(w and wanted.search(s) for s, w in said):
        said = [(s, w if wanted.search(s) else 0.0) for s, w in said]
    top_fit = max((f.fit for f in fits), default=0.0)
    said = [(s, w if f.fit >= ON_THE_MATTER * top_fit else 0.0) for f, (s, w) in zip(fits, said, strict=True)]  # a share of something else
    weights = [w for _, w in said]
    if wanted is not None and not any(wanted.search(s) for s, w in said if w):  # 频次: no clause states one
        return fits
    top = max(weights, default=0.0) or 1.0
    least = STATED * weight(topic.text, topic)
    if wanted is not None and any(w >= least and w > 0 for w in weights):  # where some state what is asked for, the others do not answer
        fits, weights = [list(x) for x in zip(*[(f, w) for f, w in zip(fits, weights, strict=True) if w >= least and w > 0], strict=True)]
    better = [replace(f, fit=f.fit + FIGURE * w / top) for f, w in zip(fits, weights, strict=True)]
    return sorted(better, key=lambda f: -f.fit)


def _matched(found: dict[str, list[Fit]]) -> dict[str, Fit]:
    """Of each side one clause: those that together fit best and are most alike."""
    tried = {name: [f for f in fits if f.fit >= fits[0].fit * CLOSE][:TRIED] for name, fits in found.items()}
    if not tried:
        return {}
    texts = {f.clause.id: _grams(f) for fits in tried.values() for f in fits}

    def value(combination: tuple[Fit, ...]) -> float:
        fits = sum(f.fit for f in combination) / len(combination)
        sets = [texts[f.clause.id] for f in combination]
        like = [_alike(a, b) for n, a in enumerate(sets) for b in sets[n + 1 :]]
        return fits + LIKE * (sum(like) / len(like) if like else 0.0)

    best = max(product(*list(tried.values())[:4]), key=value)
    chosen = dict(zip(tried, best, strict=False))
    return {name: chosen.get(name, fits[0]) for name, fits in tried.items()}


def _grams(fit: Fit) -> tuple[set[str], set[str]]:
    """The pairs of characters of a clause's heading and of its text."""
    return set(bigrams(bare(fit.clause.heading or ""))), set(bigrams(bare(fit.clause.text)[:600]))


def _alike(a: tuple[set[str], set[str]], b: tuple[set[str], set[str]]) -> float:
    parts = [len(x & y) / len(x | y) for x, y in zip(a, b, strict=True) if x and y]
    return sum(parts) / 2
