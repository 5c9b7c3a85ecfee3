"""How things look in a terminal: columns by display width, nothing that a terminal would obey."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def plain(text: str) -> str:
    """Text without control and direction characters: a document must not be able to drive the terminal."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or (unicodedata.category(c)[0] != "C" and ord(c) not in _BIDI))


def width(text: str) -> int:
    """Columns that the text takes: two for a wide character."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shorten(text: str, columns: int) -> str:
    """The text on one line, cut to a number of columns with …"""
    text = " ".join(plain(text).split())
    if width(text) <= columns:
        return text
    out, used = [], 0
    for c in text:
        used += width(c)
        if used > columns - 2:
            break
        out.append(c)
    return "".join(out) + "…"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], limit: int = 44) -> str:
    """Rows in aligned columns, each cell cut to `limit` columns."""
    cells = [[shorten(str(c), limit) for c in row] for row in [head, *rows]]
    widths = [max(width(row[i]) for row in cells) for i in range(len(head))]
    lines = ["  ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "─" * min(100, sum(widths) + 2 * len(widths) - 2), *lines[1:]])


def say(text: str = "") -> None:
    """Prints a text for a person. Characters that the console cannot show are replaced, not fatal."""
    _write(plain(text) + "\n")


def say_json(value: Any) -> None:
    """Prints one JSON value on one line of UTF-8."""
    text = json.dumps(value, ensure_ascii=False)
    if not text.replace("\u3000", "").isprintable():
        text = "".join(c if c.isprintable() else _escaped(c) for c in text)
    data = text.encode("utf-8", "replace") + b"\n"
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data.decode("utf-8"))
    else:
        sys.stdout.flush()
        stream.write(data)
        stream.flush()


def _escaped(c: str) -> str:
    """A character that a terminal might obey, as JSON writes it in ASCII: the value stays the same."""
    return json.dumps(c)[1:-1] if unicodedata.category(c)[0] == "C" or ord(c) in _BIDI else c


def note(text: str) -> None:
    """Prints a note on standard error, out of the way of results."""
    sys.stderr.write(_showable(plain(text), sys.stderr) + "\n")
    sys.stderr.flush()


def _write(text: str) -> None:
    sys.stdout.write(_showable(text, sys.stdout))


def _showable(text: str, stream: Any) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
