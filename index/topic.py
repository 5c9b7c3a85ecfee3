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
    """A clause and how much of the topic it says (0 … 1); `words` is the share of the words alone."""

    clause: Clause
    number: int
    fit: float
    words: float
    missing: tuple[str, ...]


@cache
def _idle() -> frozenset[str]:
    return frozenset(settings("query")["idle"]["words"]) | frozenset(settings("questions")["filler"]["words"])


def make_topic(index: Index, text: str) -> Topic:
    """Takes a topic apart. Stretches are set apart by spaces."""
    stretches = tuple(bare(s) for s in text.split() if bare(s))
    count = index.count
    words: dict[str, Part] = {}
    for stretch in stretches:
        for word in index.cut(stretch):
            if len(word) < 2 or word in _idle() or word in words:
                continue
            forms = tuple(o.text for o in others(word) if o.kind in ("synonym", "unit", "lookalike"))
            here = index.engine.total(literal(word, True))
            seen = here or sum(index.engine.total(literal(f, True)) for f in forms)
            words[word] = Part(word, forms, rarity(count, min(seen, count)) if seen else rarity(count, 1), bool(seen))
    pairs: dict[str, float] = {}
    for stretch in stretches:
        for pair in bigrams(stretch):
            if len(pair) == 2 and pair not in pairs:
                seen = index.engine.total(literal(pair, True))
                if seen:
                    pairs[pair] = rarity(count, seen)
    return Topic(text, stretches, tuple(words.values()), tuple(pairs.items()))


def find(index: Index, topic: Topic, homes: Sequence[int] | None, only_tasks: bool = False, most: int = DEPTH) -> list[Fit]:
    """The clauses about a topic, best first; `homes`: positions of the documents to look in (None: all)."""
    if not topic.pairs:
        return []
    tree: Tree = Or(tuple(literal(p, True) for p, _ in topic.pairs))
    limits: list[Tree] = []
    if homes is not None:
        limits.append(AnyOf("doc", tuple(map(str, homes))))
    if only_tasks:
        limits.append(AnyOf("kind", ("task",)))
    if limits:
        tree = And((tree, *limits))
    terms: dict[tuple[str, str], float] = {}
    for stretch in topic.stretches:
        for gram in grams(stretch):
            terms.setdefault(("text", gram), 1.0)
    for part in topic.words:
        for form in (part.text, *part.forms):
            for gram in bigrams(form):
                terms.setdefault(("text", gram), 0.8)
    ranked = index.engine.rank(tree, [RankTerm(f, t, w) for (f, t), w in terms.items()], most)
    clauses = clauses_at(index.store, [n for n, _ in ranked])
    best = max((s for _, s in ranked), default=1.0) or 1.0
    fits = [judge(topic, clauses[n], n, index.texts[n], s / best) for n, s in ranked]
    return sorted(fits, key=lambda f: (-f.fit, f.number))


def judge(topic: Topic, clause: Clause, number: int, text: str, engine: float = 0.0) -> Fit:
    """How much of the topic a clause's bare text says."""
    said = [p for p in topic.words if p.text in text or any(f in text for f in p.forms)]
    whole = sum(p.weight for p in topic.words)
    words = sum(p.weight for p in said) / whole if whole else 0.0
    all_pairs = sum(w for _, w in topic.pairs)
    pairs = sum(w for p, w in topic.pairs if p in text) / all_pairs if all_pairs else 0.0
    heading = bare(clause.heading or "")
    head = sum(w for p, w in topic.pairs if p in heading) / all_pairs if all_pairs and heading else 0.0
    long = [s for s in topic.stretches if len(s) >= 4]
    literally = sum(s in text for s in long) / len(long) if long else 0.0
    fit = 0.45 * (words if whole else pairs) + 0.35 * pairs + 0.08 * head + 0.07 * literally + 0.05 * engine
    return Fit(clause, number, round(fit, 4), round(words if whole else pairs, 4), tuple(p.text for p in topic.words if p not in said))
