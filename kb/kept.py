"""What was worked out from the data tables, kept in files beside an index, so that a new process need not read tables.

A kept value is plain (strings, numbers, lists, dicts), is written when the index is, and counts only while the tables, the
modules that make it and the user's own tables are what they were, and its file is whole; else it is worked out anew.
"""

from __future__ import annotations

import json
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parent
MAKERS = ("kept", "regions", "unit_naming/tables", "unit_naming/names", "unit_naming/places", "units")  # modules whose change changes what is kept
T = TypeVar("T")
P = TypeVar("P")

_in_use: list[tuple[Path, Path | None]] = []


def use(folder: Path | None, own: Path | None = None) -> None:
    """Kept values are taken from `folder` from now on; `own` is the folder of the user's tables that they were made with."""
    _in_use[:] = [(folder, own)] if folder is not None else []


def own_tables() -> Path | None:
    """The folder of the user's tables with which the kept values in use were made."""
    return _in_use[0][1] if _in_use else None


def kept(name: str) -> Any:
    """The kept value of this name; None where there is none that counts."""
    if not _in_use:
        return None
    folder, own = _in_use[0]
    try:
        data = (folder / f"{name}.json").read_bytes()
        head, behind = data.find(b"\n"), data.find(b"\n", data.find(b"\n") + 1)
        if head < 0 or data[:head].decode() != f"{stamp(own)} {zlib.crc32(memoryview(data)[head + 1 :])}":
            return None
        return _opened(json.loads(data[head + 1 : behind]), data, behind + 1) if behind > 0 else json.loads(data[head + 1 :])
    except (OSError, ValueError):
        return None


def write(folder: Path, values: Mapping[str, Any], own: Path | None) -> None:
    """Writes values by name; what is not the same after being written as JSON is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in values.items():
        texts: list[bytes] = []
        frame = json.dumps(_apart(value, texts), ensure_ascii=False, separators=(",", ":")).encode()
        body = frame + b"\n" + b"".join(texts) if texts else frame
        if _opened(json.loads(frame), b"".join(texts), 0) == value:
            (folder / f"{name}.json").write_bytes(f"{stamp(own)} {zlib.crc32(body)}\n".encode() + body)


APART = "\x00texts"  # the only key of what stands for a dict whose texts are kept apart
LINES = "\x00lines"  # the only key of what stands for a dict of short texts
LONG = 200  # characters of a text of such a dict on average
FEW = 300  # entries of a dict that is kept as it is


def _apart(value: Any, texts: list[bytes]) -> Any:
    """The value with dicts of texts left out, which go behind each other into `texts`: a dict of long ones is kept as its keys and the lengths
    of its texts, one of short ones as lines (see Lines): JSON is slow to read, and few of the texts are ever asked for."""
    if isinstance(value, list):
        return [_apart(each, texts) for each in value]
    if not isinstance(value, Mapping):
        return value
    start = sum(map(len, texts))
    if value and all(isinstance(v, str) for v in value.values()):
        if sum(map(len, value.values())) > LONG * len(value):
            encoded = [v.encode() for v in value.values()]
            texts += encoded
            return {APART: [start, list(value), [len(e) for e in encoded]]}
        if len(value) > FEW and not any("\n" in k or "\t" in k or "\n" in v for k, v in value.items()):
            block = _as_lines(value)
            texts.append(block)
            return {LINES: [start, len(value), len(block)]}
    return {k: _apart(v, texts) for k, v in value.items()}


def _opened(frame: Any, data: bytes, base: int) -> Any:
    """The reverse of `_apart`, the texts standing in `data` from `base` on; each is decoded when it is asked for."""
    if isinstance(frame, list):
        return [_opened(each, data, base) for each in frame] if frame and isinstance(frame[0], (dict, list)) else frame
    if not isinstance(frame, dict):
        return frame
    if LINES in frame:
        start, count, size = frame[LINES]
        return Lines(data[base + start : base + start + size], count)
    if APART in frame:
        start, keys, lengths = frame[APART]
        ends = list(accumulate(lengths, initial=base + start))
        return Lazy(dict(zip(keys, pairwise(ends), strict=True)), lambda _, place: data[place[0] : place[1]].decode())
    return {k: _opened(v, data, base) for k, v in frame.items()}


def _as_lines(value: Mapping[str, str]) -> bytes:
    """A dict of short texts: where each line begins, in the order of the keys' bytes, then a line for each key, a tab between key and text."""
    lines = [f"{k}\t{v}\n".encode() for k, v in value.items()]
    starts = list(accumulate(map(len, lines), initial=0))
    ordered = sorted((k.encode(), starts[n]) for n, k in enumerate(value))
    return array("I", [start for _, start in ordered]).tobytes() + b"".join(lines)


class Lines(Mapping[str, str]):
    """A dict of short texts as `_as_lines` wrote it: a key is looked up by halving, and nothing is read for the others."""

    def __init__(self, block: bytes, count: int) -> None:
        width = array("I").itemsize * count
        self._starts, self._lines = memoryview(block)[:width].cast("I"), block[width:]

    def _key(self, number: int) -> bytes:
        start = self._starts[number]
        return self._lines[start : self._lines.index(b"\t", start)]

    def _find(self, key: object) -> str | None:
        wanted = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else b""
        at = bisect_left(range(len(self._starts)), wanted, key=self._key)
        if at == len(self._starts) or self._key(at) != wanted:
            return None
        start = self._starts[at] + len(wanted) + 1
        return self._lines[start : self._lines.index(b"\n", start)].decode()

    def __getitem__(self, key: str) -> str:
        found = self._find(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not None

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[str]:
        return (line.partition("\t")[0] for line in self._lines.decode().split("\n")[:-1])

    def items(self) -> ItemsView[str, str]:
        return dict(line.split("\t", 1) for line in self._lines.decode().split("\n")[:-1]).items()

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == other

    __hash__ = None  # type: ignore[assignment]


@lru_cache(maxsize=4)
def stamp(own: Path | None) -> str:
    """Tells whether tables and modules are the same: checksums of their contents."""
    paths = sorted(p for p in (ROOT / "data").iterdir() if p.suffix in (".csv", ".toml"))
    paths += [ROOT / f"{name}.py" for name in MAKERS]
    paths += sorted(own.iterdir()) if own is not None and own.is_dir() else []
    value = size = 0
    for path in paths:
        data = path.read_bytes()
        value, size = zlib.crc32(data, zlib.crc32(path.name.encode(), value)), size + len(data)
    return f"{value:08x}-{size}"


class Lazy(dict[str, T]):
    """A dict of packed values, each unpacked when it is asked for; in the order in which they were packed."""

    def __init__(self, packed: Mapping[str, P], unpack: Callable[[str, P], T]) -> None:
        self._packed, self._unpack = packed, unpack

    def __missing__(self, key: str) -> T:
        value = self._unpack(key, self._packed[key])
        self[key] = value
        return value

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._packed else default

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == other

    __hash__ = None

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        return KeysView(self)

    def values(self) -> ValuesView[T]:  # type: ignore[override]
        return ValuesView(self)

    def items(self) -> ItemsView[str, T]:  # type: ignore[override]
        return ItemsView(self)


def split(_: str, packed: str) -> tuple[str, ...]:
    """A tuple of strings packed as one with tabs between them."""
    return tuple(packed.split("\t"))


def numbers(_: str, packed: str) -> tuple[int, ...]:
    """A tuple of numbers packed as one string with blanks between them."""
    return tuple(map(int, packed.split()))


def joined(values: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Tuples of strings, none empty, packed for `Lazy(…, split)`."""
    return {key: "\t".join(each) for key, each in values.items()}
