"""Plain text: the decoded file is the text, character for character."""

from __future__ import annotations

from kb.formats.decoding import decode
from kb.model import Problem


def read(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """(text, encoding, notes) of a plain text file; nothing is converted. Raises UnreadableFile when it is no text.

    `read("一、总体要求".encode(), "甲.txt")` gives `("一、总体要求", "utf-8", ())`.
    """
    decoded = decode(data, file)
    return decoded.text, decoded.encoding, decoded.notes
