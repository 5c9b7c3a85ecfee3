"""What the whoosh engine keeps of entries besides postings: the tokens' text in flat files, and the lengths."""

from __future__ import annotations

import mmap
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

from index.engines.protocol import length_steps

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

    def add(self, tokens: Sequence[str]) -> None:
        """Adds an entry."""
        data = (" " + " ".join(tokens) + " ").encode("utf-8", "replace")
        self._file.write(data)
        self._starts.append(self._starts[-1] + len(data))

    def close(self) -> None:
        self._file.close()
        (self._folder / f"{self._field}.starts").write_bytes(self._starts.tobytes())


class FlatTexts:
    """The tokens of a field of all entries, in order, with a space around each; searched as bytes."""

    def __init__(self, folder: Path, field: str, count: int) -> None:
        self._data = mapped(folder / f"{field}.flat")
        self._starts = array("Q")
        self._starts.frombytes((folder / f"{field}.starts").read_bytes())
        if len(self._starts) != count + 1 or self._starts[-1] != len(self._data):
            raise ValueError(f"the tokens of {field} are cut off")

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
