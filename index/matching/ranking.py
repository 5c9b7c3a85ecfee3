"""The final order of the candidates that the engine brings: how much of what is needed each clause and its surroundings say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from heapq import heappush, heappushpop

from index.matching.needs import NARROW, Need
from kb.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; tuned in docs/search-measurements.md."""

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
class Sight:
    """The entries as ranking sees them, by number: bare texts, headings above, positions of documents; of a document its title and
    all that holds for its clauses; which documents are mere forms."""

    texts: Callable[[int], str]
    trails: Callable[[int], str]
    homes: Sequence[int]
    around: Callable[[int], tuple[str, str]]
    forms: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is needed; `rare`: how telling each need and each word of it is; `leads`: for each unit that is needed the entries that
    give it the lead; `hidden`: longer words in which a need stands by chance (民政 in 人民政府)."""

    needs: Sequence[Need]
    rare: Mapping[str, float]
    leads: Mapping[str, frozenset[int]]
    hidden: Mapping[str, Sequence[str]]


COMPANY = 4  # best clauses of a document that speak for it
EARLY = 40  # characters at the start of a clause
THIN = 30  # characters below which a clause is hardly more than a heading
Scored = tuple[int, float]  # an entry with its score


def weighed(scored: Sequence[Scored], homes: Sequence[int], priors: Sequence[float], weights: Weights) -> list[Scored]:
    """The engine's scores, best first, raised for clauses of documents that much of the query is found in and that others rest
    on (`priors`); best first again, equal ones (to four digits) in document order."""
    company: dict[int, list[float]] = {}  # sum and number of its best scores
    places = [homes[number] for number, _ in scored]
    for home, (_, score) in zip(places, scored, strict=True):
        held = company.get(home)
        if held is None:
            company[home] = [score, 1]
        elif held[1] < COMPANY:
            held[0] += score
            held[1] += 1
    factors = {home: (priors[home], weights.company * held[0]) for home, held in company.items()}
    out = []
    for home, (number, score) in zip(places, scored, strict=True):
        factor, more = factors[home]
        score = score * factor + more
        out.append((-int(score * 10_000 + 0.5), number, score))  # round() takes four times as long
    return [(number, score) for _, number, score in sorted(out)]


def rank(candidates: Sequence[Scored], asked: Asked, sight: Sight, weights: Weights, most: int) -> list[Scored]:
    """The best `most` of the candidates, best first, with their scores; equal scores in document order. Candidates come with the
    engine's weighed scores, best first.

    A candidate that could not come among the best, whatever it says, is not read.
    """
    judge = _Judge(asked, sight, weights, max((score for _, score in candidates), default=0.0) or 1.0)
    best: list[float] = []
    out = []
    for number, score in candidates:
        if len(best) >= most:
            missing = judge.missing(score, best[0])
            if missing > judge.most_of_title:
                break  # the others come with lower scores still
            if missing > 0 and not judge.may_bring(number, missing):
                continue
        final = judge.score(number, score)
        out.append((-final, number))
        if len(best) < most:
            heappush(best, final)
        else:
            heappushpop(best, final)
    return [(number, -score) for score, number in sorted(out)]


class _Judge:
    """Scores candidates for one query."""

    def __init__(self, asked: Asked, sight: Sight, weights: Weights, best: float) -> None:
        needs = asked.needs
        sentence = any(need.kind == "whole" for need in needs)
        topical = any(need.kind in ("topic", "exact", "number") for need in needs)
        worth = {need.text: asked.rare[need.text] * _worth(need.kind, topical, weights) for need in needs}
        whole = sum(worth.values()) or 1.0
        self.sight, self.weights = sight, weights
        self.engine = weights.engine / best
        self.share = (weights.need_of_sentence if sentence else weights.need) / whole
        self.topics = [_Wanted(n, worth[n.text], asked, weights) for n in needs if n.kind not in NARROW]
        self.narrow = [_Wanted(n, worth[n.text], asked, weights) for n in needs if n.kind in NARROW]
        self.worth = [(wanted, wanted.worth / whole) for wanted in (*self.topics, *self.narrow)]
        self.most_topic = sum(wanted.worth for wanted in self.topics)
        self.bound = self.share * sum(wanted.worth * wanted.most for wanted in (*self.topics, *self.narrow))
        self.titled: dict[int, float] = {}
        self.most_of_title = weights.title + 1e-3  # and equal scores may come in another order

    def of_title(self, home: int) -> float:
        """What the title of a document counts for its preamble."""
        if home not in self.titled:
            title = self.sight.around(home)[0]
            said = sum([share for wanted, share in self.worth if wanted.said_in(title)])
            self.titled[home] = self.weights.title * said * said
        return self.titled[home]

    def missing(self, score: float, least: float) -> float:
        """What a candidate with this score lacks to come to another, even if it says all that is needed; a title may bring it."""
        return least - 1e-4 - (self.engine * score + self.bound)

    def may_bring(self, number: int, missing: float) -> bool:
        """Whether the title, where a candidate begins with it, brings what is missing."""
        home = self.sight.homes[number]
        return self.is_first(number, home) and missing <= self.of_title(home) and self.sight.texts(number).startswith(self.sight.around(home)[0])

    def is_first(self, number: int, home: int) -> bool:
        """Whether an entry is the first of those of its document that stand together: a preamble is."""
        return number == 0 or self.sight.homes[number - 1] != home

    def score(self, number: int, score: float) -> float:
        sight, weights = self.sight, self.weights
        text, home = sight.texts(number), sight.homes[number]
        title, around = sight.around(home)
        preamble = self.is_first(number, home) and text.startswith(title)
        entry = _Entry(number, text, around, preamble, sight.trails)
        held = 0.0
        for wanted in self.topics:
            held += wanted.worth * wanted.held(entry)
        if self.narrow:
            narrow = 0.0
            for wanted in self.narrow:
                narrow += wanted.worth * wanted.held(entry)
            most = self.most_topic
            held += narrow * (weights.alone + (1 - weights.alone) * min(1.0, held / most)) if most else narrow
        out = self.engine * score + self.share * held
        if len(text) < THIN:
            out *= 1.0 - weights.thin * (1 - len(text) / THIN)
        if home in sight.forms:
            out *= 1.0 - weights.attached
        if preamble:
            out += self.of_title(home)
        return round(out, 4)


class _Entry:
    """A clause that is looked at."""

    __slots__ = ("_trail", "around", "number", "preamble", "text", "trails")

    def __init__(self, number: int, text: str, around: str, preamble: bool, trails: Callable[[int], str]) -> None:
        self.number, self.text, self.around, self.preamble, self.trails = number, text, around, preamble, trails
        self._trail: str | None = None

    def trail(self) -> str:
        """The headings above, read when they are first asked for."""
        if self._trail is None:
            self._trail = self.trails(self.number)
        return self._trail


class _Wanted:
    """One need, made ready to be looked for in many clauses."""

    __slots__ = ("all_words", "hidden", "kind", "leads", "most", "others", "text", "weights", "words", "worth")

    def __init__(self, need: Need, worth: float, asked: Asked, weights: Weights) -> None:
        self.text, self.kind, self.worth, self.weights = need.text, need.kind, worth, weights
        self.leads = asked.leads.get(need.text, frozenset())
        self.hidden = tuple(asked.hidden.get(need.text, ()))
        self.others = sorted(((getattr(weights, o.kind), o.text) for o in need.others), reverse=True)
        self.words = [(asked.rare[forms[0]] ** 2, forms) for forms in need.words]
        self.all_words = sum(rare for rare, _ in self.words) or 1.0
        said = 1.0 + weights.times + weights.early + (weights.lead if self.leads else 0.0)
        self.most = 1.0 if need.kind == "place" else max(said, 2.0) if need.kind == "number" else said

    def without_chance(self, text: str) -> str:
        """A text without the longer words in which the need stands by chance."""
        for word in self.hidden:
            text = text.replace(word, " " * len(word))
        return text

    def said_in(self, text: str) -> bool:
        return self.text in (self.without_chance(text) if self.hidden else text)

    def held(self, entry: _Entry) -> float:
        """0 … about 1.2: how well the clause says what is needed."""
        text, weights = entry.text, self.weights
        if self.kind == "place":
            return 1.0 if self.text in entry.around or self.text in text else 0.0
        if self.kind == "number" and self.text in entry.around:
            return 2.0 if entry.preamble else weights.around
        lead = weights.lead if entry.number in self.leads else 0.0
        if self.hidden:
            text = self.without_chance(text)
        at = text.find(self.text)
        if at >= 0:
            early = weights.early if at + len(self.text) <= EARLY else 0.0
            return 1.0 + weights.times * (1 - 1 / text.count(self.text)) + early + lead
        best = 0.0
        for weight, other in self.others:
            if other in text:
                best = weight
                break
        if best < weights.around and (self.said_in(entry.around) or self.said_in(entry.trail())):
            best = weights.around
        if self.words and best < weights.words:
            said = 0.0
            for rare, forms in self.words:
                for form in forms:
                    if form in text:
                        said += rare
                        break
            best = max(best, weights.words * said / self.all_words)
        return best + lead


def _worth(kind: str, topical: bool, weights: Weights) -> float:
    if kind == "whole":
        return weights.whole
    return weights.narrow if topical and kind in NARROW else 1.0


def rarity(count: int, frequency: int) -> float:
    """How telling a text is that `frequency` of `count` entries hold."""
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))
