"""What something is, whom it takes in, into what kinds it falls: the clauses that say so in prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from index.asking.wording import wording
from index.engines.protocol import And
from index.matching.plan import literal
from index.matter.asked import asks_kinds, kinds
from index.matter.figures import sentences
from index.matter.parts import Topic, plain
from index.matter.topic import Fit, find, judge
from index.replies.reply import Matter, Reply, best_sentences, clause_name, quote, short
from index.tokens import bare
from kb.frozen import replace
from kb.model import Clause
from kb.numerals import to_int
from kb.records import Record

SAID = 3.0  # a sentence says what it is: 社区食堂是指…
KINDS = 3.0  # more where it names the kinds that are asked for
LISTED = 2.5  # or names what it takes in: 甲、乙等困难老人
HEADED = 2.0  # the clause is headed by it
LEAST = 0.25  # share of the topic that such a clause says
STRANGE = 0.42  # see index/replies/units.py
MOST = 6
PLACES = 3  # clauses whose words an answer prints
LONG = 150  # characters of a clause's words that it prints
IS = "是"
VERBS = ("是指", "的种类", "主要包括", "主要为", "分为")
BELOW = 8  # headings below one that are named
TRIED = 30  # clauses that say a name word for word
NAME = 4  # characters of a heading that is the name of a thing


@cache
def _aspect() -> re.Pattern[str]:
    """What is asked of a thing at the end of its name."""
    return re.compile(r"(?:的?(?:认定|识别|界定|划分|划定|判定|具体|主要)?(?:标准|范围|对象|条件|含义|定义|意思|类型|种类|类别|内容)){1,2}$")


@cache
def _what_is() -> re.Pattern[str]:
    """Questions for a standard, a scope or a kind that prose may answer as well as a figure."""
    return re.compile(r"(?:标准|条件|门槛|范围|对象|口径)(?:又|都|到底|究竟)?(?:是(?:个|些)?(?:什么|啥|哪些|怎样|怎么|如何|谁)|有哪些|怎么定|如何定|怎么算)|(?:什么|啥|哪些|按什么|按啥)(?:标准|条件|口径)|(?:怎么|如何|怎样)(?:认定|界定|算|判定|判断|区分|划分)|(?:分|有|哪)(?:为|成)?哪?几(?:大|个)?(?:类|种)|(?:是|指|包括|为)哪[二三四五六七八九十两]")


def asks_what(question: str) -> bool:
    """Whether a question asks what something is, or for a standard that may be said in prose."""
    return any(w in question for w in wording().defines) or _what_is().search(question) is not None


def prose_standard(question: str) -> bool:
    """Whether a question for a standard names no measure: 监测对象标准是什么, not 补贴标准多少元."""
    return _what_is().search(question) is not None and not re.search(r"多少|几(?!大?[类种])|[补津]贴|补助|奖|元|钱|收费|价|比例|率", question)


def _terms(topic: Topic) -> tuple[str, ...]:
    """The names under which the thing may be said: as asked, and without what is asked of it."""
    out: dict[str, None] = {}
    for stretch in sorted(topic.stretches, key=len, reverse=True)[:2]:
        whole = stretch.replace("的", "")
        for term in (whole, _aspect().sub("", stretch).replace("的", "")):
            if len(term) > 1:
                out[term] = None
    return tuple(out)


@lru_cache(maxsize=32)
def _saying(term: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What says in a bare text what a thing is, and what names before it in a printed one what it takes in."""
    name = re.escape(term)
    if len(term) in (4, 6) and term.isalpha():  # 防汛物资 in 防汛抗旱物资是指
        name = "[一-龥]{0,3}".join(term[i : i + 2] for i in range(0, len(term), 2))
    says = re.compile(rf"{name}[)）,，。：:]{{0,2}}(?:{'|'.join(wording().defining)})|(?:^|[。；;\n条款]|所称){name}是(?!否|不是)[^。；]{{6,90}}的")
    return says, re.compile(rf"[^，。；、\s]{{2,24}}、[^。；\n]{{2,90}}等(?:困难|重点|特殊|农村|城乡)*[“\"]?{re.escape(term)}")


def _counted(term: str) -> tuple[int, str]:
    """How many things a name such as 三统筹 or 四个不摘 counts, and what of it each of them says; (0, "") for other names."""
    found = re.match(r"([一二两三四五六七八九十]|[2-9])(?:个|项|张|大|类|种)?([一-龥]{1,4})$", term)
    return (to_int(found.group(1).replace("两", "二")) or 0, found.group(2)) if found else (0, "")


def _counts_out(term: str, text: str) -> bool:
    """Whether a text counts out what such a name stands for, before or behind it: 甲政策、乙资金、丙对象“三统筹”."""
    number, each = _counted(term)
    at = text.find(term)
    if number < 2 or at < 0:
        return False
    behind = text[at + len(term) : at + len(term) + 120]
    before = re.split(r"[，,。；;：:]", text[max(0, at - 60) : at])[-1].rstrip("“\"")
    return behind.count(each) >= number or len(re.split(r"[、和与]", before)) == number


def says_what(term: str, clause: Clause) -> float:
    """How a clause says what a thing is: SAID, LISTED, HEADED, or 0 where it does not."""
    says, listed = _saying(term)
    heading = plain(clause.heading or "")
    body = plain(clause.text)
    if (says.search(body) is not None and len(body) > len(heading) + len(term)) or _counts_out(term, clause.text):
        return SAID + (0.2 if heading and (heading in term or term in heading) else 0.0)
    if listed.search(clause.text):
        return LISTED
    named = heading and (heading == term or (len(heading) >= NAME and heading in term) or (term in heading and len(heading) <= len(term) + NAME))
    return HEADED if named else 0.0


def by_name(matter: Matter, topic: Topic) -> list[Fit]:
    """The clauses that say a name word for word which no words make up: 三统筹, 3+1+7工程, or what the question has in quotation marks."""
    quoted = {bare(q) for q in re.findall(r"[“\"]([^“”\"]{2,12})[”\"]", matter.question.text)}
    names = [s for s in topic.stretches if s in quoted or "+" in s or _counted(s)[0] > 1]
    out: dict[str, Fit] = {}
    for name in names:
        core = max(re.findall(r"[0-9]+(?:\+[0-9]+)+", name), key=len, default=name)
        for form in dict.fromkeys((name, core)):
            hits = matter.index.engine.match(literal(form))[:TRIED] if not out else ()
            for n, clause in matter.index.clauses(hits).items():
                if bare(form) in plain(clause.text) and (matter.homes is None or matter.index.homes[n] in matter.homes):
                    out[clause.id] = replace(judge(topic, clause, n, plain(clause.text)), strange=0.0)
    return sorted(out.values(), key=lambda f: -f.fit)[:MOST]


def _parts(term: str) -> list[str]:
    """The pieces of a name between which a text may have more."""
    return [term[i : i + 2] for i in range(0, len(term), 2)] if len(term) in (4, 6) and term.isalpha() else [term]


def _verbs(matter: Matter, topic: Topic, terms: Sequence[str]) -> list[Fit]:
    """The clauses in which a verb of definition stands right behind the thing: a broad word is in too many others."""
    out: dict[str, Fit] = {}
    for term, verb in ((term, verb) for term in terms for verb in VERBS):
        for n, clause in matter.index.clauses(matter.index.engine.match(And((*(literal(part) for part in _parts(term)), literal(verb))))[:TRIED]).items():
            said = _saying(term)[0].search(plain(clause.text)) is not None or f"{term}的种类" in plain(clause.text)
            if said and (matter.homes is None or matter.index.homes[n] in matter.homes):
                out[clause.id] = judge(topic, clause, n, plain(clause.text))
        for n, clause in matter.index.clauses(matter.index.engine.match(literal(f"{term}{IS}"))[:TRIED]).items() if verb is VERBS[0] else ():
            if _saying(term)[0].search(plain(clause.text)) is not None and (matter.homes is None or matter.index.homes[n] in matter.homes):
                out[clause.id] = judge(topic, clause, n, plain(clause.text))
    return list(out.values())


def defining(matter: Matter, found: Sequence[Fit], topic: Topic, question: str) -> list[Fit]:
    """Asked what something is, the clauses that say so (社区食堂是指…), best first; those found where none does."""
    if not asks_what(question) or not topic.stretches:
        return list(found)
    terms = _terms(topic)
    every = {f.clause.id: f for f in (*found, *_verbs(matter, topic, terms), *(f for f in find(matter.index, topic, matter.homes) if f.fit >= LEAST and f.strange < STRANGE and f.clause.kind not in ("preamble", "row")))}
    scored = [(max((says_what(t, f.clause) + len(t) / 100 for t in terms if says_what(t, f.clause)), default=0.0), f) for f in every.values()]
    if asks_kinds().search(question) is not None:  # what says the kinds comes before what says what it is
        told = re.compile("|".join(rf"{re.escape(t)}的?(?:种类|类别|类型|分类)|{re.escape(t)}[^。；]{{0,16}}(?:分[为成]|按[^。；]{{2,30}}(?:分类|进行管理))" for t in terms))
        scored = [(s + KINDS if told.search(f.clause.text) else s, f) for s, f in scored]
        scored = [(max(s, HEADED) + KINDS if re.search("类别|类型|种类|分类", f.clause.heading or "") and f.fit >= LEAST else s, f) for s, f in scored]
        scored = [(s + 1 if any(f"{t}的种类" in f.clause.text or f"{t}类别" in f.clause.text for t in terms) else s, f) for s, f in scored]
    good = [(s, f) for s, f in scored if s]
    if not good:
        return list(found)
    top = max(s for s, _ in good)
    chosen = [(s, f) for s, f in good if s >= top - 1.3]
    return [f for _, f in sorted(chosen, key=lambda sf: (-round(sf[0], 1), -sf[1].fit))][:MOST]


def definition(matter: Matter, topic: Topic) -> Reply | None:
    """The clauses that say in prose what a thing is, each with its words; None where none does."""
    found = [f for f in defining(matter, [], topic, matter.question.text) if _told(f.clause)]
    if not found:
        return None
    terms = _terms(topic)
    parts: list[str] = []
    evidence: list[Record] = []
    for f in found:
        evidence.append(quote(matter, f.clause, [bare(_words_of(f.clause, terms, asks_kinds().search(matter.question.text) is not None)), *terms]))
        if len(parts) < PLACES:
            said = _words_of(f.clause, terms, asks_kinds().search(matter.question.text) is not None)
            below, shown = kinds_below(matter, f.clause)
            parts.append(f"{clause_name(matter, f.clause)}：“{said}”{below}")
            evidence += [quote(matter, c) for c in shown]
    return Reply("；".join(parts), clauses=tuple(f.clause.id for f in found), evidence=tuple(evidence), more=(f"policykb show {found[0].clause.id}",))


def _words_of(clause: Clause, terms: Sequence[str], counts: bool) -> str:
    """The sentence in which a clause says what a thing is, else its words next to the name or behind the heading."""
    text, heading = clause.text.strip(), bare(clause.heading or "")
    own = next((s for s in sentences(text) if any(_saying(t)[0].search(bare(s)) or _saying(t)[1].search(s) for t in terms)), "")
    counted = next((s for s in sentences(text) if counts and kinds().search(s)), "")
    if 0 < len(counted or own) <= 2 * LONG:
        return counted or own
    spoken = [t for t in map(bare, terms) if plain(text).count(t) > heading.count(t)]
    return best_sentences(own or text, spoken or [heading], LONG)


def _told(clause: Clause) -> bool:
    return len(clause.text) > len(clause.heading or "") + NAME * 2


def kinds_below(matter: Matter, clause: Clause) -> tuple[str, list[Clause]]:
    """The kinds that stand headed below a clause which says that it has some (分为三类：): their names, and the clauses."""
    if not re.search(r"分为|分成|以下|下列|如下|包括|[：:]\s*$", clause.text[-120:]):
        return "", []
    below = [c for c in matter.store.read(Clause, "document = ? AND parent = ?", (clause.document, clause.id)) if c.heading][:BELOW]
    return ("，下有" + "、".join(f"“{short(c.heading or '', 30)}”" for c in below) if below else ""), below
