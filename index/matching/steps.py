"""How much of what is wanted a hit must say: all of it, or of a query that asks for much as much as leaves enough hits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from index.engines.protocol import And, Tree
from index.matching.plan import Plan
from index.opening import Index
from kb.frozen import dataclass

ENOUGH = 100  # hits below which fewer of the words typed need be there
ENOUGH_FOR_SENTENCE = 3000  # the same for a sentence, whose words are often other than the law's
TRIES = 0
FAR = 50  # times as many hits as expected are not expected
WORDY = 4  # steps beyond which hardly a clause says all that a sentence does, so that the first is not tried
Brought = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is matched, how many entries do, the best of them by the engine; `all_said`: the best of those that say all that is
    wanted, where less was asked of them."""

    tree: Tree
    total: int
    brought: Brought
    all_said: Brought = ()


def choose(index: Index, wish: Plan, restricted: tuple[Tree, ...], depth: int) -> Chosen:
    """A step of a plan that leaves enough hits: the first of all (but of a wordy sentence), else about the first that does, else its last; with the best
    `depth` entries.

    Each step is wider than the one before. Where the first with enough lies is guessed from how frequent the words are (looking at
    narrower ones as well took a third of the time and put no more into the first ten: docs/search-measurements.md).
    """

    def tree(step: int) -> Tree:
        return And((wish.match(step), *restricted))

    def best(step: int) -> Chosen:
        brought, total = index.engine.best(tree(step), wish.terms, depth)
        return Chosen(tree(step), total, brought)

    enough = ENOUGH_FOR_SENTENCE if wish.sentence else ENOUGH
    first = best(0) if not wish.sentence or len(wish.steps) <= WORDY else Chosen(tree(0), 0, ())
    if len(wish.steps) < 2 or first.total >= enough:
        return first
    guess = next((step for step, hits in enumerate(_expected(index, wish)) if step and hits >= enough), len(wish.steps) - 1)
    found = best(guess)
    if found.total < enough and guess < len(wish.steps) - 1:  # words that keep apart, or a filter
        found = best(bisect_left(range(len(wish.steps) - 1), True, guess + 1, key=lambda step: index.engine.total(tree(step)) >= enough))
    return Chosen(found.tree, found.total, found.brought, first.brought)


def _expected(index: Index, wish: Plan) -> list[float]:
    """How many hits each step would have, but for the last of single words, if words stood in clauses by chance."""
    wanted = [need for need in wish.needs if need.kind not in ("whole", "exact", "number")]
    chances = [1.0]  # of an entry to say none, one, two … of what is wanted
    for need in wanted:
        said = min(1.0, sum(map(index.frequency, (need.text, *(other.text for other in need.others)))) / max(1, index.count))
        chances = [a * (1 - said) + b * said for a, b in zip([*chances, 0.0], [0.0, *chances], strict=True)]
    return [held * index.count for held in accumulate(reversed(chances[1:]))]
