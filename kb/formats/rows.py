"""Table rows → lines, the same for docx and html: cells joined by tabs, white space within a cell made one blank."""

from __future__ import annotations

import re

GOES_ON = "\u2060"  # all there is in a cell that goes on from the row above; no text, and not shown


def cell(lines: list[str]) -> str:
    """One cell: its paragraphs joined by a blank, tabs and line ends made blanks."""
    return " ".join(part for part in (re.sub(r"[\t\n\r\f\v]+", " ", line).strip(" ") for line in lines) if part)


def row(cells: list[str]) -> str:
    """One row as a line."""
    return "\t".join(cells)
