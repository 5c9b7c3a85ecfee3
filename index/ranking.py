"""The final order of the candidates that the engine brings: how much of what is needed each clause and its surroundings say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from index.needs import NARROW, Need
from kb.frozen import dataclass
from kb.model import Document


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; tuned in docs/search-measurements.md."""

    standing: float = 0.1  # for each unit of ln(1 + documents that name the clause's document)
    level: float = 0.05  # of a national document
    recent: float = 0.05  # of a document of the newest year
    company: float = 0.04  # of the scores of the document's best clauses
    engine: float = 10.0  # the engine's score as a share of the best
    need: float = 10.0  # the share of what is needed that the clause says
    need_of_sentence: float = 1.0  # the same in a sentence, whose words are often other than the law's
    narrow: float = 0.5  # of a place, unit or figure beside a topic
    alone: float = 0.4  # of it where the topic is not said
    whole: float = 0.3  # of the sentence as a whole
    synonym: float = 0.85
    related: float = 0.7
    unit: float = 0.95
    lookalike: float = 0.9
    near: float = 0.7
    around: float = 0.6  # said by the title, place or headings above, not by the clause itself
    words: float = 0.5  # only the words of it
    lead: float = 0.3  # the clause gives the unit the lead
    thin: float = 0.3  # off for a bare heading
    attached: float = 0.3  # off in a form or table attached to a document
    times: float = 0.2  # said again and again
    early: float = 0.1  # said in the first words
    title: float = 3.0  # a preamble whose title says it all


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry as ranking sees it: the engine's score, its bare text, what holds for its document, the headings above it."""

    number: int
    score: float
    text: str
    around: str
    trail: str
    title: str
    preamble: bool
    attached: bool = False
    leads: frozenset[str] = frozenset()  # the needs for a unit that the clause gives the lead


ATTACHED = "附件"  # the genre of what only goes with a document
HEIGHTS = {"national": 1.0, "provincial": 0.6, "municipal": 0.3}
OLD, UNDATED = 20, 5  # years: none of the weight from then on; taken for a document without date
COMPANY = 4  # best clauses of a document that speak for it


def prior(document: Document, named: int, latest: int, weights: Weights) -> float:
    """What a document makes of its clauses' scores: how many others name it, how high it stands, how new it is (`latest`: the
    year of the newest one), whether it is a mere form."""
    height = HEIGHTS.get(document.level or "", 0.0)
    form = weights.attached if document.genre == ATTACHED else 0.0
    age = latest - int(document.date[:4]) if document.date else UNDATED
    newness = max(0.0, 1 - age / OLD)
    return (1 + weights.standing * math.log1p(named)) * (1 + weights.level * height) * (1 + weights.recent * newness) * (1 - form)


def weighed(scores: Mapping[int, float], homes: Sequence[int], prior_of: Callable[[int], float], weights: Weights) -> dict[int, float]:
    """The engine's scores, raised for clauses of documents that much of the query is found in and that others rest on."""
    best: dict[int, list[float]] = {}
    for number, score in sorted(scores.items(), key=lambda hit: (-hit[1], hit[0])):
        held = best.setdefault(homes[number], [])
        if len(held) < COMPANY:
            held.append(score)
    factor = {home: prior_of(home) for home in best}
    company = {home: weights.company * sum(held) for home, held in best.items()}
    return {n: score * factor[homes[n]] + company[homes[n]] for n, score in scores.items()}


def rank(candidates: Sequence[Candidate], needs: Sequence[Need], rare: Mapping[str, float], weights: Weights) -> list[tuple[int, float]]:
    """The candidates' numbers, best first, with their scores; equal scores in document order. `rare`: how telling each need and
    each word of it is."""
    best = max((c.score for c in candidates), default=0.0) or 1.0
    share = weights.need_of_sentence if any(need.kind == "whole" for need in needs) else weights.need
    topical = any(need.kind in ("topic", "exact", "number") for need in needs)
    worth = {need.text: rare[need.text] * _worth(need.kind, topical, weights) for need in needs}
    whole = sum(worth.values()) or 1.0
    out = []
    for c in candidates:
        held = _said(needs, c, worth, rare, weights)
        score = (weights.engine * c.score / best + share * held / whole) * _substance(c, weights)
        if c.preamble:
            said = sum(worth[need.text] for need in needs if need.text in c.title) / whole
            score += weights.title * said * said
        out.append((c.number, round(score, 4)))
    return sorted(out, key=lambda hit: (-hit[1], hit[0]))


def _said(needs: Sequence[Need], c: Candidate, worth: Mapping[str, float], rare: Mapping[str, float], weights: Weights) -> float:
    """How much of what is needed the clause says; a place, unit or figure counts less where nothing of the topic is said."""
    topic = narrow = most = 0.0
    for need in needs:
        share = worth[need.text] * _held(need, c, rare, weights)
        if need.kind in NARROW:
            narrow += share
        else:
            topic += share
            most += worth[need.text]
    return topic + (narrow * (weights.alone + (1 - weights.alone) * min(1.0, topic / most)) if most else narrow)


def _worth(kind: str, topical: bool, weights: Weights) -> float:
    if kind == "whole":
        return weights.whole
    return weights.narrow if topical and kind in NARROW else 1.0


EARLY = 40  # characters at the start of a clause
THIN = 30  # characters below which a clause is hardly more than a heading


def _substance(c: Candidate, weights: Weights) -> float:
    return (1.0 - weights.thin * max(0.0, 1 - len(c.text) / THIN)) * (1.0 - weights.attached * c.attached)


def _held(need: Need, c: Candidate, rare: Mapping[str, float], weights: Weights) -> float:
    """0 … about 1.2: how well the clause says what is needed."""
    if need.kind == "place":
        return 1.0 if need.text in c.around or need.text in c.text else 0.0
    if need.kind == "number" and need.text in c.around:
        return 2.0 if c.preamble else weights.around
    lead = weights.lead if need.text in c.leads else 0.0
    if need.text in c.text:
        times = c.text.count(need.text)
        return 1.0 + weights.times * (1 - 1 / times) + (weights.early if need.text in c.text[:EARLY] else 0.0) + lead
    best = max((getattr(weights, o.kind) for o in need.others if o.text in c.text), default=0.0)
    if need.text in c.around or need.text in c.trail:
        best = max(best, weights.around)
    if need.words:
        all_of_it = sum(rare[forms[0]] ** 2 for forms in need.words) or 1.0
        said = sum(rare[forms[0]] ** 2 for forms in need.words if any(form in c.text for form in forms))
        best = max(best, weights.words * said / all_of_it)
    return float(best) + lead


def rarity(count: int, frequency: int) -> float:
    """How telling a text is that `frequency` of `count` entries hold."""
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
