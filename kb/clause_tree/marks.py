"""Blocks → candidates: every place where an ordinal may stand, at the start of a block or inside it.

What goes in is the text of each block in order (None where no ordinal can stand, as in a table row). Out come candidates in
order; which of them are ordinals is decided by kb/clause_tree/outline.py from the sequence they make. Inside a block only a mark
behind sentence punctuation counts (…三类：①甲。②乙。), since （1） behind a word is a reference and ① a footnote mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kb.frozen import replace
from kb.numbering import Marker, readings

_MOST = 200  # items of one list inside a paragraph; more are no list
_TITLE = 40  # characters of a title that its first item is glued to
_FAR = 40  # blocks that a quotation may run over before an unclosed quote mark is taken for a slip


class Candidate(NamedTuple):
    """A place where an ordinal may stand; `at` is where a clause would begin in its block."""

    block: int
    at: int
    readings: tuple[Marker, ...]
    inline: bool = False
    quoted: bool = False
    opening: bool = False  # inline: behind a colon, where a list may start


@lru_cache(maxsize=1)
def _inline_pattern() -> re.Pattern[str]:
    number = r"[（(][0-9０-９]{1,2}[）)]|[①-⑳]|[⑴-⒇]|[0-9０-９]{1,2}[.．、](?![0-9０-９])|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十百千零〇0-9]{1,9}条[ \u3000]"
    return re.compile(rf"[：:。；;，,、！？!?）)〕][ \u3000]?(?={number})")


def find_candidates(texts: Sequence[str | None]) -> list[Candidate]:
    """The candidates of all blocks, in order. A candidate inside a quotation is marked so."""
    quoted = _quoted(texts)
    listed = _attachment_lists(texts)
    out: list[Candidate] = []
    for index, text in enumerate(texts):
        if text is None or index in listed:
            continue
        found = readings(text)
        if found:
            out.append(Candidate(index, 0, found, False, quoted[index]))
        out.extend(_inline(index, text, found[0].end if found else 1, quoted[index]))
    return out


def _inline(index: int, text: str, begin: int, quoted: bool) -> list[Candidate]:
    out = _behind_title(index, text, begin, quoted)
    depth_at = 0
    depth = 0
    for match in _inline_pattern().finditer(text, begin):
        depth += text.count("“", depth_at, match.end()) - text.count("”", depth_at, match.end())
        depth_at = match.end()
        found = tuple(_moved(m, match.end()) for m in readings(text[match.end() : match.end() + 24]) if m.sure)
        if found and found[0].start == match.end() and not (out and out[-1].at >= match.end()):
            out.append(Candidate(index, match.end(), found[:1], True, quoted or depth > 0, match[0][0] in "：:。；;"))
            if len(out) == _MOST:
                break
    return out


def _behind_title(index: int, text: str, begin: int, quoted: bool) -> list[Candidate]:
    """一、总体要求（一）指导思想。…: the first item glued to the title above it."""
    for printed in ("（一）", "(一)") if begin > 1 else ():
        at = text.find(printed, begin, begin + _TITLE)
        if at > begin + 1 and text[at - 1] not in "条款项第号表" and not any(c in "。；：，、《“" for c in text[begin:at]):
            found = tuple(_moved(m, at) for m in readings(text[at : at + 24]) if m.sure)
            return [Candidate(index, at, found[:1], True, quoted, True)] if found else []
    return []


def _moved(marker: Marker, by: int) -> Marker:
    return Marker(marker.form, marker.kind, marker.value, marker.ordinal, marker.start + by, marker.end + by, sure=marker.sure, levels=marker.levels)


def _attachment_lists(texts: Sequence[str | None]) -> set[int]:
    """The blocks that list a document's attachments (附件：1.… / 2.…): names, no clauses."""
    out: set[int] = set()
    for index, text in enumerate(texts):
        if text is None or text[:1] != "附" or not text.startswith(("附件：", "附件:", "附：", "附:")):
            continue
        names = [index] if len(text) > 3 else []
        value = 1 if len(text) > 3 else 0
        for below in range(index + 1, len(texts)):
            name = texts[below]
            found = readings(name) if name and len(name) <= 80 and name[-1] not in "。；" else ()
            if not found or found[0].form not in ("num_dot", "num_comma") or found[0].value != value + 1:
                break
            names.append(below)
            value += 1
        out.update(names if len(names) > 1 or len(text) > 3 else ())
    return out


def _quoted(texts: Sequence[str | None]) -> list[bool]:
    """For each block whether it begins inside a quotation that an earlier block opened and a later one closes."""
    out = [False] * len(texts)
    counts = [(t.count("“"), t.count("”")) if t else (0, 0) for t in texts]
    index = 0
    while index < len(texts):
        opened, closed = counts[index]
        if opened <= closed:
            index += 1
            continue
        end = _closing(texts, counts, index)
        if end is None:
            index += 1
            continue
        for inside in range(index + 1, end + 1):
            out[inside] = True
        index = max(end, index + 1)
    return out


def _closing(texts: Sequence[str | None], counts: list[tuple[int, int]], start: int) -> int | None:
    """The block in which the quotation left open by `start` ends, where one does so soon enough.

    Each paragraph of a long quotation may open it anew, so a mark at the start of a block does not nest.
    """
    depth = counts[start][0] - counts[start][1]
    for index in range(start + 1, min(len(texts), start + _FAR)):
        opened, closed = counts[index]
        text = texts[index]
        if text and text.lstrip()[:1] == "“":
            opened -= 1
        depth += opened - closed
        if depth <= 0:
            return index
    return None


def with_commas(candidates: list[Candidate]) -> list[Candidate]:
    """Where a document prints 一,总体要求 二,重点任务 throughout and never 一、, these are ordinals, not slips."""
    out = candidates
    for name, fewest in (("han_comma", 2), ("num_comma", 3)):
        family = ("han_comma", "han_bare") if name == "han_comma" else ("num_comma", "num_dot", "num_dotted")
        found = [m for c in out if not c.inline for m in c.readings if m.form in family]
        values = [m.value for m in found if m.misread and m.form == name]
        if len(values) < fewest or values[:2] != [1, 2] or any(m.sure for m in found):
            continue
        if any(now not in (1, before + 1) for before, now in pairwise(values)):
            continue
        out = [c._replace(readings=tuple(replace(m, misread=False) if m.form == name else m for m in c.readings)) for c in out]
    return out
