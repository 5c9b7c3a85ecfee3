"""Which clauses are about a matter: candidates from the engine, then how much of what was asked each one says.

A topic is taken apart into its words (with what else stands for each of them) and its pairs of characters; each counts by
how rare it is in the knowledge base. `fit` is the share of it that a clause says, so a threshold on it means the same for every
question: near 1 all of it is said, near 0 none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.engines.protocol import And, AnyOf, Or, RankTerm, Tree
from index.plan import literal
from index.ranking import rarity
from index.search import Index, clauses_at
from index.synonyms import others
from index.tokens import bare, bigrams, grams
from kb.model import Clause
from kb.store import Store
from kb.tables import settings

DEPTH = 80  # candidates looked at


@dataclass(frozen=True, slots=True)
class Part:
    """A word of the topic: it counts as said where it or one of the forms stands."""

    text: str
    forms: tuple[str, ...]
    weight: float
    known: bool  # occurs in the knowledge base at all


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
    ours = settings("questions")
    return frozenset(settings("query")["idle"]["words"]) | frozenset(ours["filler"]["words"]) | frozenset(ours["idle"]["words"])


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


_COMMON = frozenset("和与及或的了在对把被给让由从到为以按将并等这那其之不无有是要会能可应须再又也都还就只很更最每各该某")
UNKNOWN = 0.5  # a pair that occurs nowhere may only be where two words meet: it counts half


def make_topic(index: Index, text: str) -> Topic:
    """Takes a topic apart. Stretches are set apart by spaces."""
    stretches = tuple(bare(s) for s in text.split() if bare(s) and bare(s) not in _idle())
    count = index.count
    words: dict[str, Part] = {}
    for stretch in stretches:
        for word in _joined(index.cut(stretch)):
            if len(word) < 2 or word in _idle() or word in words:
                continue
            forms = tuple(o.text for o in others(word) if o.kind in ("synonym", "unit", "lookalike"))
            seen = index.engine.total(literal(word, True)) or sum(index.engine.total(literal(f, True)) for f in forms)
            words[word] = Part(word, forms, rarity(count, min(seen, count)) if seen else rarity(count, 1), bool(seen))
    idle = {pair for word in _idle() for pair in bigrams(word)}
    pairs: dict[str, float] = {}
    for stretch in stretches:
        for pair in bigrams(stretch):
            if len(pair) == 2 and pair not in pairs and pair not in idle:
                seen = index.engine.total(literal(pair, True))
                pairs[pair] = rarity(count, seen) if seen else UNKNOWN * rarity(count, 1)
    return Topic(text, stretches, tuple(words.values()), tuple(pairs.items()))


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
    fits = [judge(topic, c, n, bare(c.text), s, _above(c, above)) for c, n, s in chosen.values()]
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


def judge(topic: Topic, clause: Clause, number: int, text: str, engine: float = 0.0, above: str = "") -> Fit:
    """How much of the topic a clause's bare text says; what only the heading above says counts for nine tenths."""

    def held(forms: Sequence[str]) -> float:
        return 1.0 if any(f in text for f in forms) else 0.9 if above and any(f in above for f in forms) else 0.0

    said = [(p, held((p.text, *p.forms))) for p in topic.words]
    whole = sum(p.weight for p in topic.words)
    all_pairs = sum(w for _, w in topic.pairs)
    pairs = sum(w * held((p,)) for p, w in topic.pairs) / all_pairs if all_pairs else 0.0
    words = sum(p.weight * h for p, h in said) / whole if whole else pairs
    heading = bare(clause.heading or "") + above
    head = sum(w for p, w in topic.pairs if p in heading) / all_pairs if all_pairs and heading else 0.0
    long = [s for s in topic.stretches if len(s) >= 3]
    literally = sum(s in text for s in long) / len(long) if long else 0.0
    fit = 0.45 * words + 0.35 * pairs + 0.08 * head + 0.07 * literally + 0.05 * engine
    strange = max((p.weight for p in topic.words if not p.known), default=0.0) / whole if whole else 0.0
    return Fit(clause, number, round(fit, 4), round(words, 4), tuple(p.text for p, h in said if not h), round(strange, 4))
