"""The final order of the candidates that the engine brings: how much of what is needed each clause and its surroundings say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.plan import Need


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; tuned in docs/search-measurements.md."""

    standing: float = 0.1  # for each unit of ln(1 + documents that name the clause's document)
    company: float = 0.04  # of the scores of the document's best clauses
    need: float = 8.0
    synonym: float = 0.8
    unit: float = 0.9
    lookalike: float = 0.85
    around: float = 0.7  # said by the title, place or heading above, not by the clause itself
    words: float = 0.6  # only the words of it
    first: float = 2.0  # a preamble whose title says it all


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry as ranking sees it: its bare text, what stands around it (title, place, heading), and the engine's score."""

    number: int
    score: float
    home: int
    text: str
    around: str
    title: str
    preamble: bool


COMPANY = 4  # best clauses of a document that speak for it


def weighed(scores: Mapping[int, float], homes: Sequence[int], standing: Sequence[int], weights: Weights) -> dict[int, float]:
    """The engine's scores, raised for clauses of documents that much of the query is found in and that others rest on."""
    best: dict[int, list[float]] = {}
    for number, score in sorted(scores.items(), key=lambda hit: (-hit[1], hit[0])):
        held = best.setdefault(homes[number], [])
        if len(held) < COMPANY:
            held.append(score)
    factor = {home: 1 + weights.standing * math.log1p(standing[home]) for home in best}
    company = {home: weights.company * sum(held) for home, held in best.items()}
    return {n: score * factor[homes[n]] + company[homes[n]] for n, score in scores.items()}


def rank(
    candidates: Sequence[Candidate], needs: Sequence[Need], rarity: Callable[[str], float], weights: Weights
) -> list[tuple[int, float]]:
    """The candidates' numbers, best first, with their scores; equal scores in document order."""
    best = max((c.score for c in candidates), default=0.0) or 1.0
    rare = {need.text: rarity(need.text) for need in needs}
    whole = sum(rare.values()) or 1.0
    out = []
    for c in candidates:
        held = sum(rare[need.text] * _held(need, c, weights) for need in needs)
        score = c.score / best * 10 + weights.need * held / whole
        if c.preamble and needs and all(need.text in c.title for need in needs):
            score += weights.first
        out.append((c.number, round(score, 4)))
    return sorted(out, key=lambda hit: (-hit[1], hit[0]))


def _held(need: Need, c: Candidate, weights: Weights) -> float:
    """0 … about 1.3: how well the clause says what is needed."""
    share = {"synonym": weights.synonym, "unit": weights.unit, "lookalike": weights.lookalike}
    if need.text in c.text:
        times = c.text.count(need.text)
        return 1.0 + 0.15 * (1 - 1 / times) + (0.1 if need.text in c.text[:30] else 0.0)
    best = max((share[o.kind] for o in need.others if o.text in c.text), default=0.0)
    if need.text in c.around:
        best = max(best, weights.around)
    if need.words:
        said = sum(len(w) for w in need.words if w in c.text) / sum(map(len, need.words))
        best = max(best, weights.words * said)
    return best


def rarity(count: int, frequency: int) -> float:
    """How telling a text is that `frequency` of `count` entries hold."""
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
