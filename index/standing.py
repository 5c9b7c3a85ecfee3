"""How much weight a document has: how many other documents name it by its title in 《》.

What many others rest on (a basic law, the opinion that all plans carry out) is what people look for more often than a local
rule in the same words; see docs/search-measurements.md for what this prior is worth.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from index.tokens import bare
from kb.model import Clause, Document

STATE = "中华人民共和国"
LONGEST_TITLE = 120
PARTS = ("编", "总则", "分则", "附则")
LONGEST_PART = 8

NAMED = 0.1  # for each unit of ln(1 + documents that name a document)
LEVEL = 0.05  # of a national document
RECENT = 0.05  # of a document of the newest year
FORM = 0.3  # off for a form or table attached to a document
ATTACHED = "附件"  # the genre of what only goes with a document
HEIGHTS = {"national": 1.0, "provincial": 0.6, "municipal": 0.3}
OLD, UNDATED = 20, 5  # years: none of the weight from then on; taken for a document without date


def prior(document: Document, named: int, latest: int) -> float:
    """What a document makes of its clauses' scores: how many others name it, how high it stands, how new it is (`latest`: the
    year of the newest one), whether it is a mere form."""
    height = HEIGHTS.get(document.level or "", 0.0)
    form = FORM if document.genre == ATTACHED else 0.0
    age = latest - int(document.date[:4]) if document.date else UNDATED
    newness = max(0.0, 1 - age / OLD)
    return (1 + NAMED * math.log1p(named)) * (1 + LEVEL * height) * (1 + RECENT * newness) * (1 - form)


def standing(documents: Sequence[Document], clauses: Sequence[Clause]) -> tuple[int, ...]:
    """For each document how many documents with another title name it."""
    named: dict[str, list[int]] = {}
    titles = [bare(d.title) for d in documents]
    for at, title in enumerate(titles):
        for key in _keys(title):
            named.setdefault(key, []).append(at)
    home = {d.id: at for at, d in enumerate(documents)}
    naming: list[set[str]] = [set() for _ in documents]
    for text, at in (*((d.title, home[d.id]) for d in documents), *((c.text, home[c.document]) for c in clauses)):
        for title in titles_in(text):
            for other in named.get(bare(title), ()):
                if titles[other] != titles[at]:
                    naming[other].add(titles[at])
    return tuple(len(names) for names in naming)


def titles_in(text: str) -> Iterator[str]:
    """What stands in 《》, the outermost of nested ones; one that never closes is left out."""
    at = text.find("《")
    while at >= 0:
        end = text.find("》", at + 1, at + LONGEST_TITLE)
        inner = text.find("《", at + 1, at + LONGEST_TITLE)
        if 0 <= inner < end:
            end = text.find("》", end + 1, at + LONGEST_TITLE)
        if end > at:
            yield text[at + 1 : end]
        at = text.find("《", max(end, at) + 1)


def _keys(title: str) -> set[str]:
    """The forms in which others may name a title: whole, without the name of the state, without a bracket at its end; of a
    book of a code (…民法典合同编) also what stands before the book's name."""
    out = {title}
    if title.endswith(PARTS):
        out |= {title[:-n] for n in range(2, LONGEST_PART + 1) if len(title) - n >= 4}
    if title.endswith(")") and "(" in title[1:]:
        out.add(title[: title.rindex("(")])
    return out | {key.removeprefix(STATE) for key in out if len(key) > len(STATE) + 2}
