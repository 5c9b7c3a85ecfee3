"""Two texts → how far one carries the other's wording: which measures match, with places on both sides, and how surely.

Words are not needed: two-character grams, weighed by how few clauses hold them, tell rare wording from the phrases that every
policy uses. A measure's evidence grows with the weight of what it shares and with the part of the shorter side that this makes
up; evidence of one measure is capped, so that ten matching measures say more than one long one.

`align("统筹用好公益岗位，及时足额发放报酬。", "健全制度，统筹用好乡村公益岗位。")` gives one match, of the two 公益岗位 measures.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import fsum
from typing import NamedTuple

from kb.derivation.measures import Measure, cut_measures, fold, knowledge
from kb.errors import DataError
from kb.tables import TableRow, table

COMMON = 0.3  # a gram in this share of the clauses says nothing
RARE = 0.02  # a gram in at most this share says all that a gram can
BACKGROUND = 70.0  # the shipped rates count as much as this many clauses
UNKNOWN = 0.004  # the rate of a gram that the shipped table does not hold
CAP = 20.0  # the most that one measure can say
ADDRESSEES = 0.5  # what a match of measures is worth that only name people: 对脱贫不稳定户、边缘易致贫户
MATCH = 1.5  # evidence from which a measure counts as matched
SLOPE = math.log(COMMON / RARE)

Weights = Mapping[str, float]


class Part:
    """A measure or heading ready for comparison: its grams that say something, their weights' sum, how telling a match with it is,
    and its text without stock phrases."""

    __slots__ = ("_trigrams", "grams", "tells", "text", "total")

    def __init__(self, grams: dict[str, float], total: float, tells: float, text: str) -> None:
        self.grams, self.total, self.tells, self.text = grams, total, tells, text
        self._trigrams: frozenset[str] | None = None

    @property
    def trigrams(self) -> frozenset[str]:
        """All three characters that stand together in its text, made when first asked for."""
        if self._trigrams is None:
            text = self.text
            self._trigrams = frozenset([text[i : i + 3] for i in range(len(text) - 2)])
        return self._trigrams


class Match(NamedTuple):
    """lower[a:b] and upper[c:d] match with this evidence."""

    lower: tuple[int, int]
    upper: tuple[int, int]
    evidence: float


def bigrams(text: str) -> set[str]:
    """All neighbouring pairs of characters of a folded measure."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


@lru_cache(maxsize=1)
def common_rates() -> dict[str, float]:
    """The shipped table of grams that policies use everywhere: the share of clauses that hold each."""
    return _rates("common_grams")


@lru_cache(maxsize=1)
def statute_weights() -> dict[str, float]:
    """The weights of wording in statutes, by the shipped table of the grams that their articles use everywhere."""
    rates = common_rates()
    return _weights({gram: max(rate, rates.get(gram, 0.0)) for gram, rate in {**rates, **_rates("statute_grams")}.items()})


def _rates(name: str) -> dict[str, float]:
    rows = table(name, ("gram", "rate"))
    problems = lint(rows)
    if problems:
        raise DataError(problems[0], f"{name}.csv", "请改正该行")
    return {row.cells["gram"]: float(row.cells["rate"]) for row in rows}


def lint(rows: Iterable[TableRow]) -> list[str]:
    """What is wrong with a table of common grams, in Chinese; empty when nothing is."""
    problems = []
    seen: set[str] = set()
    for row in rows:
        gram, rate = row.cells["gram"], row.cells["rate"]
        if len(gram) != 2 or gram in seen:
            problems.append(f"{row.place}：应为两个字且不重复：{gram}")
        seen.add(gram)
        if not rate.replace(".", "", 1).isdecimal() or not 0.0 < float(rate) <= 1.0:
            problems.append(f"{row.place}：rate 应在 0 与 1 之间：{rate}")
    return problems


def weigh(counts: Mapping[str, int], clauses: int) -> dict[str, float]:
    """Weights 0 … 1 from how many of a document's clauses hold each gram, and from the shipped rates, for what one document cannot know."""
    rates = common_rates()
    found = {}
    for gram in counts.keys() | rates.keys():
        known = rates.get(gram, UNKNOWN)
        found[gram] = max(known, (counts.get(gram, 0) + BACKGROUND * known) / (clauses + BACKGROUND))
    return _weights(found)


def _weights(rates: Mapping[str, float]) -> dict[str, float]:
    return {gram: max(0.0, min(1.0, math.log(COMMON / rate) / SLOPE)) for gram, rate in rates.items()}


def count_grams(clauses: Iterable[Iterable[str]]) -> tuple[Counter[str], int]:
    """In how many clauses (each a run of folded measures) each gram stands, and how many clauses there are."""
    counts: Counter[str] = Counter()
    number = 0
    for measures in clauses:
        grams: set[str] = set()
        for text in measures:
            grams |= bigrams(text)
        counts.update(grams)
        number += 1
    return counts, number


@lru_cache(maxsize=1)
def _stock() -> tuple[str, ...]:
    return tuple(fold(phrase).text for phrase in knowledge()["stock_phrases"])


def without_stock(text: str) -> str:
    """A folded measure without the phrases that stand in hundreds of documents."""
    for phrase in _stock():
        if phrase in text:
            text = text.replace(phrase, "")
    return text


def part(text: str, weights: Weights) -> Part:
    """A folded measure, ready for comparison. Figures weigh nothing: they are compared, not matched; a gram never seen weighs most."""
    text = without_stock(text)
    known = weights.get
    grams = {gram: weight for i in range(len(text) - 1) if (weight := known(gram := text[i : i + 2], 1.0)) > 0.0}
    if _figure().search(text):
        grams = {gram: weight for gram, weight in grams.items() if not gram[0].isdecimal() and not gram[1].isdecimal()}
    return Part(grams, fsum(grams.values()), ADDRESSEES if text.endswith(_people()) else 1.0, text)


@lru_cache(maxsize=1)
def _figure() -> re.Pattern[str]:
    return re.compile(r"\d")


@lru_cache(maxsize=1)
def _people() -> tuple[str, ...]:
    return tuple(knowledge()["people_endings"])


def shared_weight(one: Part, other: Part) -> float:
    """The weight, by the first one's weights, of the grams that two measures share; summed exactly, whatever their order."""
    if one is other:
        return one.total
    grams = one.grams
    return fsum(map(grams.__getitem__, grams.keys() & other.grams.keys()))


def evidence(shared: float, lower: float, upper: float) -> float:
    """What a shared weight says of two measures that weigh `lower` and `upper`."""
    if shared <= 0.0:
        return 0.0
    low, high = (lower, upper) if lower < upper else (upper, lower)
    side = low * math.sqrt(math.sqrt(high / low))  # the shorter side, lengthened a little towards the longer one
    return CAP * (1.0 - math.exp(-shared * shared / side / CAP))


def compare_parts(lower: Part, upper: Part) -> float:
    """The evidence that two measures are one."""
    return evidence(shared_weight(lower, upper), lower.total, upper.total) * min(lower.tells, upper.tells)


def heading_likeness(lower: Part, upper: Part) -> float:
    """0 … 1: how much of the rare wording of two headings is shared."""
    if not lower.grams or not upper.grams:
        return 0.0
    return min(1.0, 2.0 * shared_weight(lower, upper) / (lower.total + upper.total))


def measures_of(text: str) -> tuple[Measure, ...]:
    """The measures of any text, with their places in it."""
    folded = fold(text)
    return tuple(cut_measures(folded, 0, len(folded.text), 0))


def align(lower: str, upper: str, weights: Weights | None = None) -> tuple[Match, ...]:
    """Each measure of `lower` that matches one of `upper`, with its best match. Without weights the shipped rates serve."""
    weights = weigh({}, 0) if weights is None else weights
    above = [(m, part(m.folded, weights)) for m in measures_of(upper)]
    matches = []
    for measure in measures_of(lower):
        mine = part(measure.folded, weights)
        best = max(((compare_parts(mine, theirs), m) for m, theirs in above), key=lambda pair: pair[0], default=None)
        if best is not None and best[0] >= MATCH:
            matches.append(Match((measure.start, measure.end), (best[1].start, best[1].end), best[0]))
    return tuple(matches)
