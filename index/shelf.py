"""What searching needs of the documents beside their clauses, in small files of the index, so that it reads no documents.

    around.bin   of each document its title, number, place and issuers, bare, a line each: what holds for all its clauses
    priors.bin   what each makes of its clauses' scores (index/standing.py)
    shelf.json   their ids in the order of the store, the names of all their places, and which are mere forms
    cards.bin   what questions ask of all of them (index/cards.py)
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from index.cards import CARDS, write_cards
from index.places import place_names
from index.standing import ATTACHED, prior
from index.texts import Texts, TextsWriter, mapped, unreadable
from index.tokens import bare
from kb.model import Document

AROUND = "around.bin"
PRIORS = "priors.bin"
SHELF = "shelf.json"
FILES = (AROUND, AROUND.replace(".bin", ".starts"), PRIORS, SHELF, CARDS)


def around(document: Document) -> str:
    """What holds for all clauses of a document: its title in the first line, its number, place and issuers."""
    return "\n".join(map(bare, (document.title, document.number or "", document.region or "", *document.issuers)))


def write_shelf(folder: Path, documents: Sequence[Document], named: Sequence[int]) -> None:
    """Writes the files; `named` is each document's standing."""
    texts = TextsWriter(folder / AROUND)
    for document in documents:
        texts.add(around(document))
    texts.close()
    latest = max((int(d.date[:4]) for d in documents if d.date), default=0)
    (folder / PRIORS).write_bytes(array("d", [prior(d, n, latest) for d, n in zip(documents, named, strict=True)]).tobytes())
    write_cards(folder, documents)
    places = sorted({name for region in {d.region for d in documents if d.region} for name in place_names(bare(region))})
    forms = [at for at, d in enumerate(documents) if d.genre == ATTACHED]
    (folder / SHELF).write_text(json.dumps({"ids": [d.id for d in documents], "places": places, "forms": forms}, ensure_ascii=False), encoding="utf-8")


class Shelf:
    """What `write_shelf` wrote. KnowledgeBaseError when a file is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        self._around = Texts(folder / AROUND)
        self.priors: Sequence[float] = mapped(folder / PRIORS, "d")
        try:
            known = json.loads((folder / SHELF).read_text(encoding="utf-8"))
            self.ids: Sequence[str] = known["ids"]
            self.places: frozenset[str] = frozenset(known["places"])
            self.forms: frozenset[int] = frozenset(known["forms"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise unreadable(folder / SHELF) from error

    def close(self) -> None:
        self._around.close()

    @cached_property
    def _seen(self) -> dict[int, tuple[str, str]]:
        return {}

    def around(self, home: int) -> tuple[str, str]:
        """(title, all that holds for the clauses) of the document at a position."""
        if home not in self._seen:
            text = self._around[home]
            self._seen[home] = (text.partition("\n")[0], text)
        return self._seen[home]
