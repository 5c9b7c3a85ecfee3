"""What the whoosh engine keeps of entries besides postings: the tokens' text in flat files, and the lengths."""

from __future__ import annotations

import mmap
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from index.engines.protocol import length_steps
from index.engines.whoosh_bits import table_of

K1, B = 1.2, 0.75


def mapped(path: Path) -> mmap.mmap | bytes:
    """The bytes of a file, read where they are asked for."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""


class TextsWriter:
    """Writes what FlatTexts reads."""

    def __init__(self, folder: Path, field: str) -> None:
        self._folder, self._field = folder, field
        self._file = (folder / f"{field}.flat").open("wb")
        self._starts = array("Q", [0])
        self._some: list[int] = []
        self._sure: list[int] = []

    def add(self, tokens: Sequence[str], covering: Sequence[str]) -> frozenset[str]:
        """Adds an entry; `covering`: its tokens of the field that covers this one, if any does. Of an entry that is not sure, its
        tokens and their first characters."""
        doubtful: frozenset[str] = frozenset()
        if tokens:
            self._some.append(len(self._starts) - 1)
            held = frozenset((*tokens, *(token[:1] for token in tokens)))
            if held.issuperset(covering):
                self._sure.append(len(self._starts) - 1)
            else:
                doubtful = held
        data = (" " + " ".join(tokens) + " ").encode("utf-8", "replace")
        self._file.write(data)
        self._starts.append(self._starts[-1] + len(data))
        return doubtful

    def close(self) -> None:
        count = len(self._starts) - 1
        self._file.close()
        (self._folder / f"{self._field}.starts").write_bytes(self._starts.tobytes())
        (self._folder / f"{self._field}.held").write_bytes(table_of(self._some, count) + table_of(self._sure, count))


class FlatTexts:
    """The tokens of a field of all entries, in order, with a space around each; searched as bytes.

    `some`: the entries that have any. `sure`: those of which every token of the covering field is a token here or begins one.
    """

    def __init__(self, folder: Path, field: str, count: int) -> None:
        self._data = mapped(folder / f"{field}.flat")
        self._starts = array("Q")
        self._starts.frombytes((folder / f"{field}.starts").read_bytes())
        self._held = (folder / f"{field}.held").read_bytes()
        if len(self._starts) != count + 1 or self._starts[-1] != len(self._data) or len(self._held) != (count + 7 >> 3) * 2:
            raise ValueError(f"the tokens of {field} are cut off")

    @cached_property
    def some(self) -> int:
        return int.from_bytes(self._held[: len(self._held) >> 1], "little")

    @cached_property
    def sure(self) -> int:
        return int.from_bytes(self._held[len(self._held) >> 1 :], "little")

    def holding(self, places: Iterable[int], text: str) -> list[int]:
        """Those of the places whose tokens hold a text."""
        wanted = text.encode("utf-8", "replace")
        data, starts = self._data, self._starts
        return [at for at in places if wanted in data[starts[at] : starts[at + 1]]]  # mmap.find looks at every byte

    def lacking(self, places: Iterable[int], text: str) -> list[int]:
        """The others of them."""
        wanted = text.encode("utf-8", "replace")
        data, starts = self._data, self._starts
        return [at for at in places if wanted not in data[starts[at] : starts[at + 1]]]


def length_step(length: int) -> int:
    """Which of the steps of lengths is the greatest not above the length."""
    return bisect_right(length_steps(), length) - 1


class Norms:
    """How long the entries are in a field: for each the step of its length, for each step k1 · (1 - b + b · length / average)."""

    def __init__(self, data: bytes, count: int) -> None:
        whole = array("Q", data[:8])[0]
        average = (whole / count if count else 0.0) or 1.0
        self.steps = data[8:]
        self.norms = tuple(K1 * (1 - B + B * length / average) for length in length_steps())
