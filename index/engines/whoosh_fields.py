"""How the whoosh engine writes: whoosh's own index files, filled from postings that were gathered token by token.

Apart from the engine because it imports whoosh when it is imported itself. whoosh as it comes sorts and checks every
posting by itself, which takes minutes for a large collection; here a token's postings go to its codec in whole blocks.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter

BLOCK = 2048  # postings
Postings = tuple[Any, Any]  # entry numbers, frequencies


class Counted(formats.Existence):  # type: ignore[misc,unused-ignore]
    """Each token once with its frequency as the weight. Takes tokens as they are, which spares whoosh's analysis."""

    def word_values(self, value: Sequence[str], analyzer: object, **kwargs: Any) -> Iterator[tuple[str, int, float, bytes]]:
        return ((token, count, float(count), b"") for token, count in Counter(value).items())


class Pool:
    """Takes whoosh's place for gathering postings: a pair of arrays for each token of each field."""

    def __init__(self) -> None:
        self.fieldnames: set[str] = set()
        self._postings: dict[tuple[str, bytes], Postings] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        field, token, number, weight, _ = item
        postings = self._postings.get((field, token))
        if postings is None:
            postings = self._postings[field, token] = (array("I"), array("f"))
        postings[0].append(number)
        postings[1].append(weight)

    def iter_postings(self) -> Iterator[tuple[str, bytes, Postings]]:
        for field, token in sorted(self._postings):
            yield field, token, self._postings[field, token]

    def cleanup(self) -> None:
        self._postings.clear()


class BlockWriter(W3FieldWriter):  # type: ignore[misc,unused-ignore]
    """Writes what a Pool gathered."""

    def add_postings(self, schema: Any, lengths: object, items: Iterator[tuple[str, bytes, Postings]]) -> None:
        last = None
        for field, token, (numbers, weights) in items:
            if field != last:
                if last is not None:
                    self.finish_field()
                self.start_field(field, schema[field])
                last = field
            self.start_term(token)
            self._blocks(numbers, weights)
            self.finish_term()
        if last is not None:
            self.finish_field()

    def _blocks(self, numbers: Any, weights: Any) -> None:
        """All blocks but the last go to the file; the last one is left for finish_term, as whoosh does it."""
        writer = self._postwriter
        for start in range(0, len(numbers), BLOCK):
            if start:
                writer._write_block()
            writer._ids = numbers[start : start + BLOCK]
            writer._weights = weights[start : start + BLOCK]
            writer._maxweight = max(writer._weights)


class BlockCodec(W3Codec):  # type: ignore[misc,unused-ignore]
    """whoosh's codec with that writer; what it writes is read by whoosh's own."""

    def field_writer(self, storage: Any, segment: Any) -> BlockWriter:
        return BlockWriter(self, storage, segment)


def schema(names: Sequence[str]) -> Any:
    """The schema with these fields."""
    return fields.Schema(**{name: fields.FieldType(Counted(), None, scorable=False) for name in names})


def writer(folder: str, names: Sequence[str]) -> Any:
    """A whoosh writer for a new index in the folder."""
    from whoosh import index

    made = index.create_in(folder, schema(names)).writer(codec=BlockCodec(blocklimit=BLOCK, compression=1))
    made.pool = Pool()
    return made
