"""Tables of indicators → one record for each indicator: number, name, values by column, 约束性 or 预期性."""

from __future__ import annotations

from collections.abc import Sequence

from kb.model import Document, Grid, Indicator


def find_indicators(document: Document, grids: Sequence[Grid]) -> tuple[Indicator, ...]:
    """The indicators of the document's indicator tables, in the order printed."""
    return ()
