"""What changed between a clause and its source, and what that makes of the link. First version: everything is refined."""

from __future__ import annotations

from collections.abc import Sequence

from kb.alignment import Hit
from kb.measures import Substance
from kb.similarity import Weights


def judge(lower: Substance, upper: Substance, hits: Sequence[Hit], weights: Weights) -> tuple[str, tuple[str, ...]]:
    """The relation of a clause to its source, with the changes."""
    return "refined", ()
