"""Which clauses are about a matter: candidates from the engine, then how much of what was asked each one says.

A topic is taken apart into its words (with what else stands for each of them) and its pairs of characters; each counts by
how rare it is in the knowledge base. `fit` is the share of it that a clause says, so a threshold on it means the same for every
question: near 1 all of it is said, near 0 none.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from index.asking.catalogue import catalogue
from index.asking.wording import wording
from index.engines.protocol import And, AnyOf, Or, RankTerm, Tree
from index.matching.needs import is_figure
from index.matching.plan import gram_field, literal
from index.matter.oneness import as_one
from index.matter.parts import NEARLY, Part, Topic, marked, partly, plain
from index.matter.taken_apart import is_year
from index.opening import Index
from index.tokens import bigrams, grams
from kb.frozen import dataclass, replace
from kb.model import Clause
from kb.store import Store

T = TypeVar("T")
DEPTH = 80  # candidates looked at
RECENT = 8  # results kept of an index
ABOVE = 0.8  # what a word or pair counts that only the heading above says
TITLED = 0.5  # and what only the title says
OTHERWISE = 0.95  # what a pair counts of a word that is said by another name
TITLE_SAYS = 0.9  # what a word counts, wherever a clause says it, that the document's title says
RARE = 5.0  # weight from which a word is so rare that clauses with what is near it are looked at too
LONG = 1.4  # what a word of three characters and more that is nowhere weighs: it is no accident of cutting
FIRST = 24  # candidates of which it is looked at what stands together
FIRSTLY = 0.1  # what it counts for the order that a clause begins with the matter
OPENING = 40  # characters that it begins with
CLOSE = 0.15  # what it counts for the order
NAME = 16  # characters of a body's name in a cell
LISTED = 640  # characters at the end of a clause in which a list of bodies begins
NEXT = 0.4  # what a word counts that stands in the sentence beside
SHORT = 90  # characters of a clause that is one place
NEEDED = (0.0, 0.6, 0.74, 0.62, 0.48, 0.4, 0.35)  # share of the topic that must stand together, by its number of words
WHOLE = 0.9  # share of a topic of figures and such words that must be said
FORM = 0.15  # off for a clause of a form, where others say the matter too


@dataclass(frozen=True, slots=True)
class Fit:
    """A clause and how much of the topic it says (0 … 1); `words` is the share of the words alone.

    `strange`: the share of the weightiest word that occurs nowhere; where it is large the matter is not here at all.
    """

    clause: Clause
    number: int
    fit: float
    words: float
    missing: tuple[str, ...]
    strange: float = 0.0  # share of the topic's words that occurs nowhere in the knowledge base
    together: float = 1.0  # share of the topic's words that stand together there: in a sentence or two, with heading and title
    one: bool = True  # whether the clause speaks of it as one thing
    firstly: float = 0.0  # share of the topic's words that it begins with: what a task begins with is what it is about
    form: bool = False  # whether it stands in a form or table that only goes with a document


Chosen = dict[str, tuple[Clause, int, float]]  # clauses by id, each with its entry and its share of the best score
_recent: WeakKeyDictionary[Index, OrderedDict[tuple[object, ...], Any]] = WeakKeyDictionary()


def find(index: Index, topic: Topic, homes: Sequence[int] | None, only_tasks: bool = False, most: int = DEPTH) -> list[Fit]:
    """The clauses about a topic, best first; `homes`: positions of the documents to look in (None: all).

    With `only_tasks` those that assign work; what the heading above a row says counts for the row.
    """
    if not topic.pairs:
        return []
    where = None if homes is None else tuple(homes)
    return list(once(index, lambda: _find(index, topic, where, only_tasks, most), "fits", topic, where, only_tasks, most))


def once(index: Index, work: Callable[[], T], *key: object) -> T:
    """What some work gives, of which the last results are kept: one question is looked for in several lights."""
    recent = _recent.setdefault(index, OrderedDict())
    if key not in recent:
        recent[key] = work()
        if len(recent) > RECENT:
            recent.popitem(last=False)
    found: T = recent[key]
    return found


def _candidates(index: Index, topic: Topic, homes: tuple[int, ...] | None, most: int) -> Chosen:
    """The clauses that the engine brings for a topic."""
    pairs = [p for p, _ in topic.pairs]
    figures = [word.text for word in topic.words if len(word.text) > 2 and word.text[0].isdigit() and not is_year(word.text)]  # 15秒, 12345: figures make no pairs
    others = [f for word in topic.words for f in (*word.forms, *(word.near if word.weight >= RARE else ()))]
    strange = {f for f in (*figures, *others) if not any(p in f for p in pairs)}  # 长护险 shares no pair with 长期护理保险
    tree: Tree = Or(tuple(literal(n, True) for n in (*pairs, *sorted(strange))))
    if homes is not None:
        tree = And((tree, AnyOf("doc", tuple(index.shelf.ids[home] for home in homes))))
    ranked = index.engine.rank(tree, _terms(topic), most)
    clauses = index.clauses(n for n, _ in ranked)
    best = max((s for _, s in ranked), default=1.0) or 1.0
    return {clauses[n].id: (clauses[n], n, s / best) for n, s in ranked}


def _find(index: Index, topic: Topic, homes: tuple[int, ...] | None, only_tasks: bool, most: int) -> list[Fit]:
    chosen = once(index, lambda: _candidates(index, topic, homes, most), "candidates", topic, homes, most)
    if only_tasks:
        chosen = _with_work(index.store, chosen)
    above = index.store.read_many(Clause, {c.parent for c, _, _ in chosen.values() if c.parent})
    titles = catalogue(index.scope)
    around = {c.id: (_above(c, above), titles.titles[titles.at[c.document]]) for c, _, _ in chosen.values()}
    fits = sorted((judge(topic, c, index.places[n], plain(c.text), s, *around[c.id]) for c, n, s in chosen.values()), key=_order)
    fits = [replace(f, form=True) if index.homes[chosen[f.clause.id][1]] in index.shelf.forms else f for f in fits]
    first = [_closer(topic, f, *around[f.clause.id]) for f in fits[:FIRST]]
    return sorted((*first, *(replace(f, together=0.0) for f in fits[FIRST:])), key=_order)


def _order(fit: Fit) -> tuple[float, int, str]:
    return -fit.fit - CLOSE * fit.together - FIRSTLY * fit.firstly + FORM * fit.form, fit.number, fit.clause.id


def _closer(topic: Topic, fit: Fit, above: str, title: str) -> Fit:
    """The fit with how much of the topic stands together; of clauses that say the same words the one that says them in one breath is better."""
    head = plain(fit.clause.heading or "") + above
    return replace(fit, together=together(topic, fit.clause, above, title), firstly=_firstly(topic, fit.clause), one=as_one(topic, work_of(fit.clause), head, title))


def _firstly(topic: Topic, clause: Clause) -> float:
    """The share of the topic's words that the first stretch of a clause's work says."""
    begun = plain(work_of(clause)[:OPENING])
    whole = sum(p.weight for p in topic.words)
    return sum(p.weight for p in topic.words if any(f in begun for f in (p.text, *p.forms))) / whole if whole else 0.0


def together(topic: Topic, clause: Clause, above: str = "", title: str = "") -> float:
    """How much of the topic a clause says in one place: of each stretch the best two sentences, with what heading and title say.

    Words that a long clause says in ten places say nothing of the matter: 学校 here and 搬迁 there are no 学校搬迁.
    """
    work = work_of(clause)
    text, head = plain(work), plain(clause.heading or "") + above
    listed = plain(clause.text) if len(work) < len(clause.text) else ""
    places = _places(work) if len(text) > SHORT else [(text, "")]
    said = whole = 0.0
    for stretch in topic.stretches:
        words = [p for p in topic.words if p.text in stretch and not is_year(p.text) and (p.text in text or p.text not in listed)]
        weight = sum(p.weight for p in words)
        if stretch in text or stretch in head:
            said += weight
        else:
            said += _best_place(words, places, [_anywhere(p, text, head, title) for p in words])
        whole += weight
    return round(said / whole, 4) if whole else float(not topic.words)


@cache
def _list() -> re.Pattern[str]:
    return re.compile(r"[〔（(\[【](?:[^〔（(\[【〕）)\]】：:]{0,12}(?:单位|部门)[：:]|各级|省|市|县)[^〔（(\[【〕）)\]】。；]{8,600}[〕）)\]】]?\s*$")


def work_of(clause: Clause) -> str:
    """What a clause says of the work, without the bodies that it lists: 市科技局、市金融办 say nothing of 科技金融."""
    if clause.kind == "row":
        cells = clause.text.split("\t")
        return "\t".join([c for c in cells if not _bodies(c)]) or max(cells, key=len)
    return _list().sub("", clause.text) if any(c in clause.text[-LISTED:] for c in "〔（([【") else clause.text


def _bodies(cell: str) -> bool:
    """Whether a cell of a row holds names of bodies, or nothing but a number."""
    names = re.split(r"[、，,；;\s]+", cell.strip().rstrip("等。"))
    return "。" not in cell and all(len(n) <= NAME and (n[:1] == "各" or n[-1:] in wording().bodies or not any("一" <= c <= "龥" for c in n)) for n in names)


def _best_place(words: Sequence[Part], places: Sequence[tuple[str, str]], anywhere: Sequence[float | None]) -> float:
    """The most of some words' weight that one place says; a word that stands in none counts as much everywhere, one that stands in the next
    sentence counts less."""
    fixed = sum(p.weight * a for p, a in zip(words, anywhere, strict=True) if a is not None)
    open_ = [p for p, a in zip(words, anywhere, strict=True) if a is None]

    def at(place: str, beside: str, part: Part) -> float:
        forms = (part.text, *part.forms)
        if any(f in place for f in forms):
            return part.weight
        return part.weight * max(NEXT if any(f in beside for f in forms) else 0.0, NEARLY if any(f in place for f in part.near) else 0.0)

    return fixed + (max(sum(at(place, beside, p) for p in open_) for place, beside in places) if open_ else 0.0)


def _anywhere(part: Part, text: str, head: str, title: str) -> float | None:
    """How far heading, title or pieces say a word; None for one that stands in the text itself, where it matters in which place."""
    forms = (part.text, *part.forms)
    if any(f in head for f in forms):
        return 1.0
    if any(f in text for f in (*forms, *part.near)):
        return TITLE_SAYS if any(f in title for f in (*forms, *part.near)) else None  # what the title says holds for every sentence
    near = partly(part, text, head)
    return max(near, ABOVE) if any(f in title for f in (*forms, *part.near)) else near


def _places(text: str) -> list[tuple[str, str]]:
    """The sentences of a text, bare, each with those beside it."""
    pieces = [s for s in marked(text).replace("；", "。").replace(";", "。").replace("！", "。").replace("!", "。").replace("？", "。").replace("?", "。").split("。") if s]
    return [(s, "\n".join((*pieces[max(0, n - 1) : n], *pieces[n + 1 : n + 2]))) for n, s in enumerate(pieces)] or [("", "")]


def is_here(topic: Topic, fit: Fit) -> bool:
    """Whether a clause is about the matter, not only about a part of it: the fewer the words of a topic, the more of them must be said."""
    if len(topic.words) == 1 and len(topic.words[0].text) == 2 and topic.words[0].text in wording().soft:
        return False  # 项目 alone is no matter
    if topic.words and all(p.text in wording().soft or is_figure(p.text) for p in topic.words):
        return fit.one and fit.together >= WHOLE  # 过渡期十年: a figure alone says nothing either
    return fit.one and fit.together >= needed(topic)


def needed(topic: Topic) -> float:
    """The share of a topic that a clause about it must say."""
    words = sum(len(p.pieces) or 1 for p in topic.words if p.text not in wording().soft and not is_year(p.text))
    return NEEDED[min(words, len(NEEDED) - 1)]


def _terms(topic: Topic) -> list[RankTerm]:
    terms: dict[tuple[str, str], float] = {}
    for stretch in topic.stretches:
        for gram in grams(stretch):
            terms.setdefault((gram_field(gram), gram), 1.0)
    for part in topic.words:
        for form in (part.text, *part.forms):
            for gram in bigrams(form):
                terms.setdefault((gram_field(gram), gram), 0.8)
        for form in part.near if part.weight >= RARE else ():
            for gram in bigrams(form):
                terms.setdefault((gram_field(gram), gram), 0.4)
    return [RankTerm(f, t, w) for (f, t), w in terms.items()]


def _with_work(store: Store, chosen: Chosen) -> Chosen:
    """The candidates that assign work, and below those that are only a heading the clauses that do."""
    ids, documents = list(chosen), list({c.document for c, _, _ in chosen.values()})
    inside = f"document IN ({','.join('?' * len(documents))}) AND parent IN ({','.join('?' * len(ids))})"  # documents have an index, parents none
    below = store.read(Clause, inside, (*documents, *ids)) if ids else []
    every: Chosen = {**{c.id: (c, chosen[c.parent or ""][1], chosen[c.parent or ""][2] * 0.8) for c in below}, **chosen}
    marks = ",".join("?" * len(every))
    working = {row[0] for row in store.rows(f"SELECT DISTINCT clause FROM tasks WHERE clause IN ({marks})", tuple(every))} if every else set()
    return {id: value for id, value in every.items() if id in working}


def _above(clause: Clause, above: dict[str, Clause]) -> str:
    """What the heading directly above a clause says, where that is all it says."""
    parent = above.get(clause.parent or "")
    return plain(parent.heading or parent.text[:60]) if parent is not None and len(parent.text) < 80 else ""


def judge(topic: Topic, clause: Clause, number: int, text: str, engine: float = 0.0, above: str = "", title: str = "") -> Fit:
    """How much of the topic a clause's bare text says; what only the heading above or the document's title says counts for less."""

    def held(forms: Sequence[str]) -> float:
        if any(f in text for f in forms):
            return 1.0
        return ABOVE if above and any(f in above for f in forms) else TITLED if title and any(f in title for f in forms) else 0.0

    said = [(p, held((p.text, *p.forms)) or partly(p, text, above)) for p in topic.words]
    whole = sum(p.weight for p in topic.words)
    all_pairs = sum(w for _, w in topic.pairs)
    other = "\n".join(p.text for p, h in said if h == 1.0 and p.text not in text)  # said by another name: its pairs count as said
    pairs = sum(w * max(held((p,)), OTHERWISE * (p in other)) for p, w in topic.pairs) / all_pairs if all_pairs else 0.0
    words = sum(p.weight * h for p, h in said) / whole if whole else pairs
    head = _headed(topic, plain(clause.heading or "") + above, all_pairs, whole)
    long = [s for s in topic.stretches if len(s) >= 3]
    literally = sum(s in text for s in long) / len(long) if long else 0.0
    fit = 0.43 * words + 0.30 * pairs + 0.15 * head + 0.07 * literally + 0.05 * engine
    strange = max((p.weight * (LONG if len(p.text) > 2 else 1.0) for p, h in said if not p.known and h < 0.5), default=0.0) / whole if whole else 0.0
    return Fit(clause, number, round(fit, 4), round(words, 4), tuple(p.text for p, h in said if not h), round(strange, 4))


def _headed(topic: Topic, heading: str, pairs: float, words: float) -> float:
    """How much of the topic the clause's own heading and that above it say."""
    if not heading:
        return 0.0
    of_pairs = sum(w for p, w in topic.pairs if p in heading) / pairs if pairs else 0.0
    of_words = sum(p.weight for p in topic.words if any(f in heading for f in (p.text, *p.forms, *p.near))) / words if words else 0.0
    return max(of_pairs, of_words)
