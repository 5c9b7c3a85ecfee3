"""The texts that are measured on: the statutes of ../shared in four sizes, and the five real files."""

from __future__ import annotations

import tarfile
from pathlib import Path

SHARED = Path(__file__).parent.parent.parent / "shared"
SIZES = {"1/8": 8, "1/4": 4, "1/2": 2, "1": 1}


def laws(folder: Path, share: int) -> Path:
    """Every `share`-th statute, unpacked once below `folder`; returns where."""
    place = folder / f"laws-{share}"
    if place.is_dir():
        return place
    place.mkdir(parents=True)
    with tarfile.open(SHARED / "bench" / "laws.tar.xz") as archive:
        members = sorted((m for m in archive if m.isfile() and m.name.endswith(".md")), key=lambda m: m.name)
        for member in members[::share]:
            target = place / member.name.removeprefix("./")
            target.parent.mkdir(parents=True, exist_ok=True)
            source = archive.extractfile(member)
            assert source is not None
            target.write_bytes(source.read())
    return place


def megabytes(folder: Path) -> float:
    """The size of all files below a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6
