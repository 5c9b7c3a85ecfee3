"""The bare texts of all entries in one flat file, read through a memory map: what ranking looks at, without the store."""

from __future__ import annotations

import mmap
from array import array
from pathlib import Path

from kb.errors import KnowledgeBaseError


class TextsWriter:
    """Appends texts; they are numbered 0, 1, 2, …"""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._starts = array("Q", [0])

    def add(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self._file.write(data)
        self._starts.append(self._starts[-1] + len(data))

    def close(self) -> None:
        self._file.close()
        self._path.with_suffix(".starts").write_bytes(self._starts.tobytes())


class Texts:
    """The texts that a TextsWriter wrote, by number. KnowledgeBaseError when a file is missing or too short."""

    def __init__(self, path: Path) -> None:
        try:
            self._starts = array("Q")
            self._starts.frombytes(path.with_suffix(".starts").read_bytes())
            with path.open("rb") as file:
                size = path.stat().st_size
                self._data: mmap.mmap | bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
            if not self._starts or self._starts[-1] != size:
                raise ValueError("file and starts differ")
        except (OSError, ValueError) as error:
            raise KnowledgeBaseError("检索索引缺失或已损坏", str(path), "请运行 policykb build 重建") from error

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return self._data[self._starts[number] : self._starts[number + 1]].decode("utf-8", "surrogatepass")
