"""Tells whether the files of a state are what was written: a seal of every file's size, time and checksum.

A file whose size and time are as sealed is taken as whole, so opening costs a few system calls; one that was touched is
read and its checksum compared. So damage is found before anything is answered from it, except for a disk that
changes bits by itself without a trace; `policykb check` reads everything and finds that too.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

SEAL = "seal.json"
CHUNK = 1 << 20


def checksum(path: Path) -> int:
    """CRC-32 of a file."""
    value = 0
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            value = zlib.crc32(part, value)
    return value


def seal(folder: Path, keep: tuple[str, ...] = (), before: Path | None = None) -> None:
    """Seals every file below the folder, but for those in `keep` (names that change without harm) and the seal itself.

    Files that are the very same as in the folder `before` keep their checksums from there.
    """
    _write(folder, _rows(folder, keep, before=before))


def reseal(folder: Path, keep: tuple[str, ...] = (), under: str = "", but: str | None = None) -> None:
    """Seals the files whose name begins with `under`, and not with `but`, as they are now; what was sealed of the others stays."""
    def meant(name: str) -> bool:
        return name.startswith(under) and (but is None or not name.startswith(but))

    others = {name: row for name, row in (read_seal(folder) or {}).items() if not meant(name)}
    _write(folder, others | _rows(folder, keep, meant))


def _rows(
    folder: Path, keep: tuple[str, ...], meant: Callable[[str], bool] = lambda name: True, before: Path | None = None
) -> dict[str, list[int]]:
    known = read_seal(before) or {} if before else {}
    rows = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.name not in (*keep, SEAL, f"{SEAL}.new") and meant(name):
            stat = path.stat()
            same = before is not None and name in known and (before / name).exists() and os.path.samestat(stat, (before / name).stat())
            rows[name] = [stat.st_size, stat.st_mtime_ns, known[name][2] if same else checksum(path)]
    return rows


def _write(folder: Path, rows: dict[str, list[int]]) -> None:
    body = json.dumps(rows, sort_keys=True)
    beside = folder / f"{SEAL}.new"
    beside.write_text(json.dumps({"files": rows, "sum": zlib.crc32(body.encode())}), encoding="utf-8")
    beside.replace(folder / SEAL)


def is_sealed(folder: Path, under: str) -> bool:
    """Whether there is a sound seal that has files whose name begins with `under`."""
    return any(name.startswith(under) for name in read_seal(folder) or {})


def read_seal(folder: Path) -> dict[str, list[int]] | None:
    """The sealed files with size, time and checksum; None when the seal itself is missing or broken."""
    try:
        data = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        rows: dict[str, list[int]] = data["files"]
        return rows if zlib.crc32(json.dumps(rows, sort_keys=True).encode()) == data["sum"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def broken(folder: Path, under: str = "", thorough: bool = False) -> list[str] | None:
    """The sealed files whose name begins with `under` that are missing or changed; None when there is no seal to go by.

    `thorough` reads every file even if its size and time are as they were.
    """
    rows = read_seal(folder)
    if rows is None:
        return None
    return [name for name, row in rows.items() if name.startswith(under) and not _whole(folder / name, row, thorough)]


def _whole(path: Path, row: list[int], thorough: bool) -> bool:
    size, time, crc = row
    try:
        stat = path.stat()
        if stat.st_size != size:
            return False
        return (stat.st_mtime_ns == time and not thorough) or checksum(path) == crc
    except OSError:
        return False
