"""How much of what is wanted a hit must say: all of it, or of a query that asks for much as much as leaves enough hits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from index.engines.protocol import And, Tree
from index.opening import Index
from index.plan import Plan
from kb.frozen import dataclass

ENOUGH = 100  # hits below which fewer of the words typed need be there
ENOUGH_FOR_SENTENCE = 3000  # the same for a sentence, whose words are often other than the law's
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
    """The first step of a plan that leaves enough hits, else its last, with the best `depth` entries.

    Each step is wider than the one before. Where it lies is guessed from how frequent the words are, so that few
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
    step = _first_with(enough, max(1, min(_guess(index, wish, enough), len(wish.steps) - 1)), len(wish.steps), cache(lambda at: index.engine.total(tree(at))))
    found = best(step)
    return Chosen(found.tree, found.total, found.brought, first.brought)


def _first_with(enough: int, guess: int, steps: int, total: Callable[[int], int]) -> int:
    """The first step from 1 on that has enough hits, else the last; sought from a guess on."""
    while guess > 1 and total(guess - 1) >= enough:
        guess -= 1
    while guess < steps - 1 and total(guess) < enough:
        guess += 1
    return guess


def _guess(index: Index, wish: Plan, enough: int) -> int:
    """The first step that would have enough hits if words stood in clauses by chance."""
    wanted = [need for need in wish.needs if need.kind not in ("whole", "exact", "number")]
    chances = [1.0]  # of an entry to say none, one, two … of what is wanted
    for need in wanted:
        said = min(1.0, sum(map(index.frequency, (need.text, *(other.text for other in need.others)))) / max(1, index.count))
        chances = [a * (1 - said) + b * said for a, b in zip([*chances, 0.0], [0.0, *chances], strict=True)]
    held = 0.0
    for least in range(len(wanted), 0, -1):
        held += chances[least]
        if held * index.count >= enough:
            return len(wanted) - least
    return len(wanted)
