"""Markdown: as text, line for line, except that pipe tables become tab rows and front matter becomes lines of labels.

Marks of emphasis and headings stay: what they are is the business of cleaning. Line numbers stay those of the file.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.formats import rows
from kb.formats.decoding import decode
from kb.model import Problem

# Keys of front matter that say something about a document, and the label under which Chinese pages print it.
FRONT_KEYS = {
    "title": "", "标题": "", "number": "发文字号", "文号": "发文字号", "发文字号": "发文字号", "issuer": "发文机关", "发文机关": "发文机关",
    "发布机关": "发文机关", "date": "成文日期", "成文日期": "成文日期", "发布日期": "发布日期",
}  # fmt: skip
MAX_FRONT_LINES = 60


def read(data: bytes, file: str) -> tuple[str, str, tuple[Problem, ...]]:
    """(text, encoding, notes) of a Markdown file. Raises UnreadableFile when it is no text.

    `| 任务 | 单位 |` over `|---|---|` gives the line `任务⇥单位` and an empty one, so that lines keep their numbers; rows are
    changed only where the table is whole, anything else stays as it is. Front matter between `---` lines gives its
    title and “成文日期：…” lines in the same places, unknown keys give empty lines and a note.
    """
    decoded = decode(data, file)
    lines = decoded.text.split("\n")
    notes = list(decoded.notes)
    skipped = _front_matter(lines)
    if skipped:
        notes.append(Problem(file, f"文首元数据中有 {skipped} 项未读入正文"))
    if "|" in decoded.text:
        _tables(lines)
    return "\n".join(lines), decoded.encoding, tuple(notes)


def _front_matter(lines: list[str]) -> int:
    """Rewrites the front matter in place; how many of its keys were left out."""
    if not lines or lines[0].strip() != "---":
        return 0
    end = next((i for i in range(1, min(len(lines), MAX_FRONT_LINES)) if lines[i].strip() in ("---", "...")), None)
    if end is None or any(lines[i].strip() and not _front_line().match(lines[i]) for i in range(1, end)):
        return 0
    skipped = 0
    for i in range(end + 1):
        key, colon, value = lines[i].partition(":")
        value = value.strip().strip("\"'")
        label = FRONT_KEYS.get(key.strip().lower())
        if label is None or not colon or not value:
            skipped += bool(colon and value)
            lines[i] = ""
        else:
            lines[i] = f"{label}：{value}" if label else value
    return skipped


@lru_cache(maxsize=1)
def _front_line() -> re.Pattern[str]:
    return re.compile(r"[ \t]{0,40}(?:[\w\u4e00-\u9fff-]{1,40}[ \t]{0,40}:|- |#)")


def _tables(lines: list[str]) -> None:
    """Rewrites whole pipe tables in place."""
    fenced = False
    i = 0
    while i < len(lines):
        if lines[i].lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and "|" in lines[i] and i + 1 < len(lines) and _is_rule(lines[i + 1]):
            i = _table(lines, i)
            continue
        i += 1


def _table(lines: list[str], start: int) -> int:
    """Rewrites the table whose head stands at `start`, if it is one; the line behind it."""
    width = len(_cells(lines[start]))
    if width < 2 or len(_cells(lines[start + 1])) != width:
        return start + 1
    end = start + 2
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        end += 1
    if any(len(_cells(line)) > width for line in lines[start:end]):
        return end
    for i in range(start, end):
        cells = _cells(lines[i])
        lines[i] = "" if i == start + 1 else rows.row(cells + [""] * (width - len(cells)))
    return end


def _is_rule(line: str) -> bool:
    """Whether a line is the rule below a table's head: |---|:--:|."""
    text = line.strip()
    return "-" in text and "|" in text and not text.strip("|-: \t")


def _cells(line: str) -> list[str]:
    r"""The cells of a row; a \| is part of a cell, a line break in a cell becomes a blank."""
    text = line.strip().removeprefix("|")
    text = text if text.endswith("\\|") else text.removesuffix("|")
    cells = [re.sub(r"<br ?/?>", " ", cell, flags=re.IGNORECASE).replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", text)]
    return [rows.cell([cell]) for cell in cells]
