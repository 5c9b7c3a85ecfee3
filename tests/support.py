"""Builders that keep test cases short."""

from __future__ import annotations

from kb.model import Block, Document, Parsed, Part, Source


def source(text: str, file: str = "样例.txt") -> Source:
    """A source as the reader would make it."""
    return Source(file, file.rpartition(".")[2], "utf-8", text, "0" * 64)


def document(file: str = "样例.txt", end: int = 0, lines: int = 1) -> Document:
    """A document without particulars."""
    return Document("d0000001", file, "样例", None, (), None, None, None, None, None, None, 1, lines, 0, end)


def block(text: str, start: int = 0, line: int = 1, kind: str = "") -> Block:
    """A block that is one stretch of its source; text with a tab is a row."""
    return Block(kind or ("row" if "\t" in text else "paragraph"), text, ((start, start + len(text)),), line, line)


def part(text: str) -> Part:
    """A document whose lines are its blocks: for the stages behind cleaning and splitting."""
    blocks = []
    at = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            blocks.append(block(line, at, number))
        at += len(line) + 1
    return Part(document(end=len(text), lines=text.count("\n") + 1), tuple(blocks), text=text)


def outline_of(parsed: Parsed) -> str:
    """A clause tree for people and golden files: a line per clause with path, lines, kind, heading and first words."""
    lines = [f"{c.path or '序'} [{c.first_line}-{c.last_line}] {c.kind} {c.heading or '—'} | {c.text[:20]}" for c in parsed.clauses]
    return "".join(" ".join(line.split()) + "\n" for line in lines)
