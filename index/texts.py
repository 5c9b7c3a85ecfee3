"""The bare texts of all entries in one flat file: what ranking looks at, without the store."""

from __future__ import annotations

import mmap
import os
from array import array
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from kb.errors import KnowledgeBaseError


class TextsWriter:
    """Appends texts; they are numbered 0, 1, 2, …, behind those that the file has already."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab")
        self._end = self._file.tell()
        self._starts = array("Q", [] if self._end else [0])

    def add(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self._file.write(data)
        self._end += len(data)
        self._starts.append(self._end)

    def close(self) -> None:
        self._file.close()
        with self._path.with_suffix(".starts").open("ab") as file:
            file.write(self._starts.tobytes())


def unreadable(path: Path) -> KnowledgeBaseError:
    """What is said of a file of the index that is missing or not what was written."""
    return KnowledgeBaseError("检索索引缺失或已损坏", str(path), "请运行 policykb build 重建")


def mapped(path: Path, kind: Literal["B", "I", "Q", "d"]) -> Any:
    """The numbers in a file, of an array's type code, through a memory map: nothing is read before it is asked for."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b"").cast(kind)
    except (OSError, ValueError, TypeError) as error:
        raise unreadable(path) from error


class Texts:
    """The texts that a TextsWriter wrote, by number. KnowledgeBaseError when a file is missing or too short.

    They are read one by one where the system allows it, not through a memory map: what was looked at in a long batch of questions
    would count as memory of the process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts = mapped(path.with_suffix(".starts"), "Q")
        try:
            self._file = path.open("rb", buffering=0)
            size = path.stat().st_size
        except OSError as error:
            raise unreadable(path) from error
        if not self._starts or self._starts[-1] != size:
            self._file.close()
            raise unreadable(path)
        self._part: Callable[[int, int], bytes] = self._read_at if hasattr(os, "pread") else self._cut_out

    def _read_at(self, start: int, end: int) -> bytes:
        return os.pread(self._file.fileno(), end - start, start)

    def _cut_out(self, start: int, end: int) -> bytes:
        data: bytes = self._map[start:end]
        return data

    @cached_property
    def _map(self) -> Any:
        return mapped(self._path, "B").obj

    def close(self) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        starts = self._starts
        return str(self._part(starts[number], starts[number + 1]), "utf-8", "surrogatepass")
