"""The final order of the candidates that the engine brings: how much of what is needed each clause and its surroundings say."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.plan import Need


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; tuned in docs/search-measurements.md."""

    engine: float = 1.0
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
    text: str
    around: str
    title: str
    preamble: bool


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
        score = weights.engine * c.score / best * 10 + weights.need * held / whole
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
