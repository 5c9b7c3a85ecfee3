"""The postings of a token as they stand in one flat file: which entries hold it, and how often. Nothing is unpacked to be read.

    1 byte   bytes of each frequency: 1, 2, 4, or 0 where all are 1
    1 byte   whether the set of the entries follows in bits
    4n       the entries' places, ascending
    0 … 4n   the frequencies
    …        the set in bits (index/engines/whoosh_bits.py), of tokens that more than every 32nd entry holds
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import cached_property
from itertools import repeat
from mmap import mmap

from index.engines.whoosh_bits import bits_of, table_of

HEAD = 2
DENSE = 32  # entries to one that holds the token
WIDTHS = {1: "B", 2: "H", 4: "I"}


def packed(places: array[int], times: array[int], count: int) -> bytes:
    """The postings of a token in an index of `count` entries. `times`: how often each of the places holds it."""
    most = max(times)
    width = next(width for width, top in ((0, 1), (1, 255), (2, 65535), (4, 1 << 32)) if most <= top)
    dense = len(places) * DENSE > count
    frequencies = array(WIDTHS[width], times).tobytes() if width else b""
    return bytes((width, dense)) + places.tobytes() + frequencies + (bytes(table_of(places, count)) if dense else b"")


class Postings:
    """What `packed` made."""

    def __init__(self, data: bytes, held: int, count: int) -> None:
        self.held, self._data, self._count = held, data, count
        self.size = len(data) + ((count >> 3) if data else 0)  # bytes, about
        self._end = HEAD + 4 * held

    @cached_property
    def places(self) -> array[int]:
        """The entries that hold the token, ascending."""
        out: array[int] = array("I")
        out.frombytes(self._data[HEAD : self._end])
        return out

    @cached_property
    def times(self) -> bytes | array[int] | None:
        """How often each of them does; None for once each."""
        width = self._data[0]
        if not width:
            return None
        data = self._data[self._end : self._end + width * self.held]
        return data if width == 1 else array(WIDTHS[width], data)

    def both(self) -> Iterable[tuple[int, int]]:
        """Each entry with how often it holds the token."""
        return zip(self.places, repeat(1), strict=False) if self.times is None else zip(self.places, self.times, strict=True)

    @property
    def dense(self) -> bool:
        """Whether there is a table."""
        return bool(self._data[1])

    @cached_property
    def table(self) -> bytes:
        """The set in bits, eight in a byte; only where it is dense."""
        return self._data[self._end + self._data[0] * self.held :]

    @cached_property
    def bits(self) -> int:
        """The set of the entries."""
        return int.from_bytes(self.table, "little") if self.dense else bits_of(self.places, self._count)


def unpacked(file: mmap | bytes, start: int, held: int, count: int) -> Postings:
    """What stands at a place of the file for a token that `held` of `count` entries hold."""
    width, dense = file[start : start + HEAD]
    end = start + HEAD + (4 + width) * held + ((count + 7) >> 3 if dense else 0)
    return Postings(file[start:end], held, count)


NONE = Postings(bytes(HEAD), 0, 0)
