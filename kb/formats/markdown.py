"""Markdown: as text, except that pipe tables become tab rows."""

from __future__ import annotations

from kb.formats.decoding import decode
from kb.model import Problem


def read(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """(text, encoding, notes) of a Markdown file. Raises UnreadableFile when it is no text."""
    decoded = decode(data, file)
    return decoded.text, decoded.encoding, decoded.notes
