"""What a query or a question may ask of all documents of an index, kept column by column, so that none need be read to find those meant.

cards.bin    the number of documents and the length of each column in bytes, then the columns: a value for each document, in the
             order of the store
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import overload

from index.document_numbers import number_key
from index.texts import unreadable
from index.tokens import bare
from kb.model import Document

CARDS = "cards.bin"
BETWEEN = "\x1e"  # the record separator of ASCII, which no printed text has
LAWS = ("法律", "条例", "行政法规", "地方性法规", "规章", "司法解释")
COLUMNS = ("ids", "titles", "numbers", "keys", "dates", "levels", "regions", "genres", "parents", "laws")


def _row(document: Document) -> tuple[str, ...]:
    """The values of a document: a law 《民 法典》 has the title 民法典 and is spoken of as 民法典."""
    title, number = bare(document.title), document.number or ""
    law = title.removeprefix("中华人民共和国") if document.genre in LAWS else ""
    values = (
        document.id,
        title,
        bare(number),
        number_key(number),
        document.date,
        document.level,
        document.region,
        document.genre,
        document.parent,
        law,
    )
    return tuple((value or "").replace(BETWEEN, " ") for value in values)


def write_cards(folder: Path, documents: Sequence[Document]) -> None:
    """Writes the columns of all documents."""
    columns = [
        BETWEEN.join(values).encode("utf-8", "surrogatepass") for values in zip(*map(_row, documents), strict=True)
    ]
    head = json.dumps([len(documents), *map(len, columns)]).encode()
    (folder / CARDS).write_bytes(b"\n".join((head, b"".join(columns))))


class Cards:
    """The columns of all documents; a value that a document does not have is "". Each column is read when it is asked for.

    titles, numbers: bare; keys: the numbers in the spelling in which two are compared; laws: the names under which laws are spoken of.
    """

    ids: list[str]
    titles: list[str]
    numbers: list[str]
    keys: list[str]
    dates: list[str]
    levels: list[str]
    regions: list[str]
    genres: list[str]
    parents: list[str]
    laws: list[str]

    def __init__(self, folder: Path) -> None:
        """KnowledgeBaseError when the file is missing or damaged."""
        self._path = folder / CARDS
        try:
            head, _, self._data = self._path.read_bytes().partition(b"\n")
            counted: list[int] = json.loads(head)
            self.count, sizes = counted[0], counted[1:]
            ends = list(accumulate(sizes, initial=0))
        except (OSError, ValueError, TypeError, LookupError) as error:
            raise unreadable(self._path) from error
        if ends[-1] != len(self._data) or len(sizes) != (len(COLUMNS) if self.count else 0):
            raise unreadable(self._path)
        self._places = dict(zip(COLUMNS, pairwise(ends), strict=False))

    def __getattr__(self, name: str) -> list[str]:
        if name not in COLUMNS:
            raise AttributeError(name)
        start, end = self._places.get(name, (0, 0))
        values = self._data[start:end].decode("utf-8", "surrogatepass").split(BETWEEN) if self.count else []
        if len(values) != self.count:
            raise unreadable(self._path)
        setattr(self, name, values)
        return values


class Documents(Sequence[Document]):
    """The documents of an index by their positions, each read when it is asked for; `read` gives those at some positions."""

    def __init__(self, cards: Callable[[], Cards], read: Callable[[Iterable[int]], dict[int, Document]]) -> None:
        self._cards, self._read = cards, read

    @cached_property
    def cards(self) -> Cards:
        return self._cards()

    def __len__(self) -> int:
        return self.cards.count

    @overload
    def __getitem__(self, at: int) -> Document: ...
    @overload
    def __getitem__(self, at: slice) -> list[Document]: ...
    def __getitem__(self, at: int | slice) -> Document | list[Document]:
        places = range(len(self))[at]
        if isinstance(places, int):
            return self._read((places,))[places]
        found = self._read(places)
        return [found[n] for n in places]

    def __iter__(self) -> Iterator[Document]:
        return iter(self[:])
