"""Files that the user asked for (exports, ledgers, pictures, backups): whole or not at all, and only where a file may be."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from kb.errors import UsageError


@contextlib.contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """A new name beside `path` to write to; takes its place when the block ends well, is gone when it does not.

    UsageError where the folder is not there. What stands at `path` and is no ordinary file (a folder, a device, a pipe) is never replaced: OSError.
    `with put_in_place(Path("台账.xlsx")) as beside: beside.write_bytes(data)`.
    """
    if not path.parent.is_dir():
        raise UsageError("没有这个文件夹", str(path.parent), "请先建好它，或换一个位置")
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    beside = path.with_name(f".{path.name[:40]}.{os.urandom(4).hex()}.new")  # no name of the user's own
    try:
        yield beside
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
