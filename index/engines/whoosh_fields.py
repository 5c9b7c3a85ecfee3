"""How the whoosh engine writes: whoosh's own index files, filled from postings that were gathered token by token.

Apart from the engine because it imports whoosh when it is imported itself. whoosh as it comes sorts and checks every
posting by itself, which takes minutes for a large collection, packs them in small pickled blocks, and copies the file of
them into memory whenever an index is opened; here they go to a flat file, each token's at once, and whoosh keeps the dictionary.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter

from index.engines.whoosh_postings import packed

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
            postings = self._postings[field, token] = (array("I"), array("I"))
        postings[0].append(number)
        postings[1].append(int(weight))

    def iter_postings(self) -> Iterator[tuple[str, bytes, Postings]]:
        for field, token in sorted(self._postings):
            yield field, token, self._postings[field, token]

    def cleanup(self) -> None:
        self._postings.clear()


class FlatWriter(W3FieldWriter):  # type: ignore[misc,unused-ignore]
    """Writes what a Pool gathered to a file of its own (index/engines/whoosh_postings.py); whoosh's dictionary says where each token's
    postings are in it. `count`: of all entries."""

    file: BinaryIO
    count = 0

    def add_postings(self, schema: Any, lengths: object, items: Iterator[tuple[str, bytes, Postings]]) -> None:
        last = None
        for field, token, (numbers, times) in items:
            if field != last:
                if last is not None:
                    self.finish_field()
                self.start_field(field, schema[field])
                last = field
            self.start_term(token)
            self._put(numbers, times)
            self.finish_term()
        if last is not None:
            self.finish_field()

    def _put(self, numbers: Any, times: Any) -> None:
        """Writes the postings of the term that was started."""
        writer = self._postwriter
        writer._ids, writer._weights, writer._maxweight = numbers, times, max(times)
        writer._terminfo.add_block(writer)
        writer._new_block()
        writer.start = self.file.tell()
        self.file.write(packed(numbers, times, self.count))


class Extent(W3PostingsWriter):  # type: ignore[misc,unused-ignore]
    """Takes whoosh's place for writing postings: they are written already, from `start`."""

    start = 0
    _terminfo: Any

    def finish_postings(self) -> Any:
        terminfo, self._terminfo = self._terminfo, None
        terminfo.set_extent(self.start, 0)
        return terminfo


class FlatCodec(W3Codec):  # type: ignore[misc,unused-ignore]
    """whoosh's codec with these writers."""

    def field_writer(self, storage: Any, segment: Any) -> FlatWriter:
        return FlatWriter(self, storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Extent:
        return Extent(dbfile, self._blocklimit)


def schema(names: Sequence[str]) -> Any:
    """The schema with these fields."""
    return fields.Schema(**{name: fields.FieldType(Counted(), None, scorable=False) for name in names})


def writer(folder: str, names: Sequence[str]) -> Any:
    """A whoosh writer for a new index in the folder. Before it commits, its `fieldwriter` is to be given `file` and `count`."""
    from whoosh import index

    made = index.create_in(folder, schema(names)).writer(codec=FlatCodec())
    made.pool = Pool()
    return made
