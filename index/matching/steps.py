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
TRIES = 2  # narrower steps that are looked at
FAR = 50  # times as many hits as expected are not expected
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
    """A step of a plan that leaves enough hits, the first or one of the first, else its last, with the best `depth` entries.

    Each step is wider than the one before. Where the first lies is guessed from how frequent the words are, so that few
    are tried, and only the one that is taken is ranked (and the first).
    """

    def tree(step: int) -> Tree:
        return And((wish.match(step), *restricted))

    def best(step: int) -> Chosen:
        brought, total = index.engine.best(tree(step), wish.terms, depth)
        return Chosen(tree(step), total, brought)

    enough = ENOUGH_FOR_SENTENCE if wish.sentence else ENOUGH
    first = best(0)
    if len(wish.steps) < 2 or first.total >= enough:
        return first
    expected = _expected(index, wish)
    guess = next((step for step, hits in enumerate(expected) if step and hits >= enough), len(wish.steps) - 1)

    def has_enough(step: int) -> bool:
        return index.engine.total(tree(step)) >= enough

    for _ in range(TRIES):
        if guess < 2 or (guess <= len(expected) and expected[guess - 1] * FAR < enough) or not has_enough(guess - 1):
            break
        guess -= 1
    found = best(guess)
    if found.total < enough and guess < len(wish.steps) - 1:  # words that keep apart, or a filter
        found = best(bisect_left(range(len(wish.steps) - 1), True, guess + 1, key=has_enough))
    return Chosen(found.tree, found.total, found.brought, first.brought)


def _expected(index: Index, wish: Plan) -> list[float]:
    """How many hits each step would have, but for the last of single words, if words stood in clauses by chance."""
    wanted = [need for need in wish.needs if need.kind not in ("whole", "exact", "number")]
    chances = [1.0]  # of an entry to say none, one, two … of what is wanted
    for need in wanted:
        said = min(1.0, sum(map(index.frequency, (need.text, *(other.text for other in need.others)))) / max(1, index.count))
        chances = [a * (1 - said) + b * said for a, b in zip([*chances, 0.0], [0.0, *chances], strict=True)]
    return [held * index.count for held in accumulate(reversed(chances[1:]))]
