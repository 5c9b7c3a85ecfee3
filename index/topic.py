"""Which clauses are about a matter: candidates from the engine, then how much of what was asked each one says.

A topic is taken apart into its words (with what else stands for each of them) and its pairs of characters; each counts by
how rare it is in the knowledge base. `fit` is the share of it that a clause says, so a threshold on it means the same for every
question: near 1 all of it is said, near 0 none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from index.catalogue import catalogue
from index.engines.protocol import And, AnyOf, Or, RankTerm, Tree
from index.plan import literal
from index.ranking import rarity
from index.search import Index, clauses_at
from index.synonyms import LONGEST, others, synonyms
from index.tokens import bare, bigrams, grams
from index.wording import wording
from kb.model import Clause
from kb.store import Store
from kb.tables import settings

DEPTH = 80  # candidates looked at
ABOVE = 0.8  # what a word or pair counts that only the heading above says
TITLED = 0.5  # and what only the title says
LONG = 1.4  # what a word of three characters and more that is nowhere weighs: it is no accident of cutting
NEARLY = 0.7  # what a word counts that is said only nearly


@dataclass(frozen=True, slots=True)
class Part:
    """A word of the topic: it counts as said where it or one of the forms stands, for less where only something near it does."""

    text: str
    forms: tuple[str, ...]
    weight: float
    known: bool  # occurs in the knowledge base at all
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked about."""

    text: str
    stretches: tuple[str, ...]
    words: tuple[Part, ...]
    pairs: tuple[tuple[str, float], ...]


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


@cache
def _idle() -> frozenset[str]:
    return frozenset(settings("query")["idle"]["words"]) | wording().idle


def _joined(words: Sequence[str]) -> list[str]:
    """Words, with single characters that stand together made one: 专 班 is a word that the dictionary lacks."""
    out: list[str] = []
    run = ""
    for word in (*words, ""):
        if len(word) == 1 and word not in _idle() and word not in _COMMON:
            run += word
            continue
        if len(run) > 1:
            out.append(run)
        run = ""
        out.append(word)
    return out


_COMMON = frozenset("和与及或的了在对把被给让由从到为以按将等这那其之不无有是要会能可应须再又也都还就只很更最每各该某")
UNKNOWN = 0.5  # a pair that occurs nowhere may only be where two words meet: it counts half


def make_topic(index: Index, text: str) -> Topic:
    """A topic taken apart, weighed by how rare its parts are. Stretches are set apart by spaces."""
    idle = _idle()
    stretches = tuple(bare(s) for s in text.split() if bare(s) and bare(s) not in idle)
    words: dict[str, Part] = {}
    pairs: dict[str, float] = {}
    for stretch in stretches:
        tokens = _tokens(index, stretch)
        for word in tokens:
            if len(word) > 1 and word not in idle and word not in words:
                words[word] = _part(index, word)
        for pair in _pairs(stretch, [t for t in tokens if t in idle and len(t) > 1]):
            if pair not in pairs:
                seen = index.frequency(pair)
                pairs[pair] = rarity(index.count, seen) if seen else UNKNOWN * rarity(index.count, 1)
    return Topic(text, stretches, tuple(words.values()), tuple(pairs.items()))


def _tokens(index: Index, stretch: str) -> list[str]:
    """The words of a stretch; where the table of synonyms has a longer one, that one is taken whole (水电气, 易地搬迁)."""
    table = synonyms()
    out: list[str] = []
    rest, at = "", 0
    while at < len(stretch):
        whole = next((stretch[at : at + n] for n in range(min(LONGEST, len(stretch) - at), 2, -1) if stretch[at : at + n] in table), "")
        if whole:
            out += [*_joined(index.cut(rest)), whole]
            rest = ""
        else:
            rest += stretch[at]
        at += len(whole) or 1
    return out + _joined(index.cut(rest))


def _part(index: Index, word: str) -> Part:
    every = others(word)
    forms = tuple(o.text for o in every if o.kind in ("synonym", "unit", "lookalike"))
    near = tuple(o.text for o in every if o.kind == "related" and len(o.text) > 1)
    seen = index.frequency(word) or sum(index.frequency(f) for f in forms)
    known = bool(seen) or any(index.frequency(n) for n in near)
    return Part(word, forms, rarity(index.count, min(max(seen, 1), index.count)), known, near)


def _pairs(stretch: str, idle: Sequence[str]) -> list[str]:
    """The pairs of characters of a stretch; none that touches a word which says nothing: 人才政策 gives 人才 alone; none of figures, which
    are words of their own."""
    for word in idle:
        stretch = stretch.replace(word, " ")
    return [p for p in bigrams(stretch) if len(p) == 2 and " " not in p and p not in _idle() and not any(c.isdigit() for c in p)]


def find(index: Index, topic: Topic, homes: Sequence[int] | None, only_tasks: bool = False, most: int = DEPTH) -> list[Fit]:
    """The clauses about a topic, best first; `homes`: positions of the documents to look in (None: all).

    With `only_tasks` those that assign work; what the heading above a row says counts for the row.
    """
    if not topic.pairs:
        return []
    tree: Tree = Or(tuple(literal(p, True) for p, _ in topic.pairs))
    if homes is not None:
        tree = And((tree, AnyOf("doc", tuple(map(str, homes)))))
    ranked = index.engine.rank(tree, _terms(topic), most)
    clauses = clauses_at(index.store, [n for n, _ in ranked])
    best = max((s for _, s in ranked), default=1.0) or 1.0
    chosen = {clauses[n].id: (clauses[n], n, s / best) for n, s in ranked}
    if only_tasks:
        chosen = _with_work(index.store, chosen)
    above = index.store.read_many(Clause, {c.parent for c, _, _ in chosen.values() if c.parent})
    titles = catalogue(index.scope)
    fits = [judge(topic, c, n, bare(c.text), s, _above(c, above), titles.titles[titles.at[c.document]]) for c, n, s in chosen.values()]
    return sorted(fits, key=lambda f: (-f.fit, f.number, f.clause.id))


def _terms(topic: Topic) -> list[RankTerm]:
    terms: dict[tuple[str, str], float] = {}
    for stretch in topic.stretches:
        for gram in grams(stretch):
            terms.setdefault(("text", gram), 1.0)
    for part in topic.words:
        for form in (part.text, *part.forms):
            for gram in bigrams(form):
                terms.setdefault(("text", gram), 0.8)
    return [RankTerm(f, t, w) for (f, t), w in terms.items()]


Chosen = dict[str, tuple[Clause, int, float]]


def _with_work(store: Store, chosen: Chosen) -> Chosen:
    """The candidates that assign work, and below those that are only a heading the clauses that do."""
    ids = list(chosen)
    marks = ",".join("?" * len(ids))
    below = store.read(Clause, f"parent IN ({marks})", tuple(ids)) if ids else []
    every: Chosen = {**{c.id: (c, chosen[c.parent or ""][1], chosen[c.parent or ""][2] * 0.8) for c in below}, **chosen}
    marks = ",".join("?" * len(every))
    working = {row[0] for row in store.rows(f"SELECT DISTINCT clause FROM tasks WHERE clause IN ({marks})", tuple(every))} if every else set()
    return {id: value for id, value in every.items() if id in working}


def _above(clause: Clause, above: dict[str, Clause]) -> str:
    """What the heading directly above a clause says, where that is all it says."""
    parent = above.get(clause.parent or "")
    return bare(parent.heading or parent.text[:60]) if parent is not None and len(parent.text) < 80 else ""


def judge(topic: Topic, clause: Clause, number: int, text: str, engine: float = 0.0, above: str = "", title: str = "") -> Fit:
    """How much of the topic a clause's bare text says; what only the heading above or the document's title says counts for less."""

    def held(forms: Sequence[str]) -> float:
        if any(f in text for f in forms):
            return 1.0
        return ABOVE if above and any(f in above for f in forms) else TITLED if title and any(f in title for f in forms) else 0.0

    said = [(p, held((p.text, *p.forms)) or _partly(p, text, above)) for p in topic.words]
    whole = sum(p.weight for p in topic.words)
    all_pairs = sum(w for _, w in topic.pairs)
    pairs = sum(w * held((p,)) for p, w in topic.pairs) / all_pairs if all_pairs else 0.0
    words = sum(p.weight * h for p, h in said) / whole if whole else pairs
    head = _headed(topic, bare(clause.heading or "") + above, all_pairs, whole)
    long = [s for s in topic.stretches if len(s) >= 3]
    literally = sum(s in text for s in long) / len(long) if long else 0.0
    fit = 0.43 * words + 0.30 * pairs + 0.15 * head + 0.07 * literally + 0.05 * engine
    strange = max((p.weight * (LONG if len(p.text) > 2 else 1.0) for p, h in said if not p.known and h < 0.5), default=0.0) / whole if whole else 0.0
    return Fit(clause, number, round(fit, 4), round(words, 4), tuple(p.text for p, h in said if not h), round(strange, 4))


def _partly(part: Part, text: str, above: str) -> float:
    """A word that does not stand there: something near it does, or most of its characters in pairs (粮食产量: 粮食…产量)."""
    if any(n in text or n in above for n in part.near):
        return NEARLY
    if not part.known and 3 <= len(part.text) <= 5 and _spread(part.text).search(text):
        return NEARLY
    if len(part.text) < 4:
        return 0.0
    pairs = [part.text[i : i + 2] for i in range(len(part.text) - 1)]
    if len(part.text) == 4:  # two words of two characters: that which joins them says nothing
        pairs = [pairs[0], pairs[2]]
    share = sum(p in text for p in pairs) / len(pairs)
    return NEARLY * share if share >= 0.4 else 0.0


@lru_cache(maxsize=256)
def _spread(word: str) -> re.Pattern[str]:
    """An abbreviation in what it stands for: 长护险 in 长期护理保险."""
    return re.compile("[一-龥]{0,2}".join(map(re.escape, word)))


def _headed(topic: Topic, heading: str, pairs: float, words: float) -> float:
    """How much of the topic the clause's own heading and that above it say."""
    if not heading:
        return 0.0
    of_pairs = sum(w for p, w in topic.pairs if p in heading) / pairs if pairs else 0.0
    of_words = sum(p.weight for p in topic.words if any(f in heading for f in (p.text, *p.forms, *p.near))) / words if words else 0.0
    return max(of_pairs, of_words)


def shared(topic: Topic, text: str) -> int:
    """The length of the longest part of the topic, no figure, that a bare text says word for word."""
    best = 0
    for stretch in topic.stretches:
        for start in range(len(stretch)):
            while start + best < len(stretch) and stretch[start : start + best + 1] in text and stretch[start : start + best + 1].isalpha():
                best += 1
    return best
