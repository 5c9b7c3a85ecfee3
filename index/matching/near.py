"""Texts that differ from a given one by a single character: a wrong, a missing or an additional one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

LONGEST = 12
MOST = 5


def halves(text: str) -> tuple[str, str]:
    """One of these stands unchanged in every text that differs by one character."""
    middle = (len(text) + 1) // 2
    return text[:middle], text[middle:]


def near_forms(text: str, entries: Iterable[str]) -> tuple[str, ...]:
    """What stands in the entries for `text` with one character changed, added or left out inside, the most frequent first.

    Of texts of three characters only forms with one more: 防贫险 → 防贫保险. Shorter and longer ones have none.
    """
    if not 3 <= len(text) <= LONGEST:
        return ()
    head, tail = halves(text)
    found: Counter[str] = Counter()
    for entry in entries:
        forms = set()
        at = entry.find(head)
        while at >= 0:
            forms.update(_forms(entry, at, text))
            at = entry.find(head, at + 1)
        at = entry.find(tail)
        while at >= 0:
            for start in range(max(0, at - len(head) - 1), at - len(head) + 2):
                if start >= 0:
                    forms.update(_forms(entry, start, text))
            at = entry.find(tail, at + 1)
        found.update(forms)
    found.pop(text, None)
    return tuple(form for form, _ in sorted(found.items(), key=lambda kv: (-kv[1], kv[0]))[:MOST])


def _forms(entry: str, start: int, text: str) -> list[str]:
    """The stretches that begin at `start` and are one change away from the text."""
    out = []
    for length in (len(text), len(text) + 1, len(text) - 1):
        piece = entry[start : start + length]
        if len(piece) == length and piece.isalnum() and _one_change(piece, text):
            out.append(piece)
    return out


def _one_change(piece: str, text: str) -> bool:
    same = 0
    while same < min(len(piece), len(text)) and piece[same] == text[same]:
        same += 1
    if len(piece) == len(text):
        return len(text) > 3 and same < len(text) and piece[same + 1 :] == text[same + 1 :]
    if len(piece) > len(text):
        return 0 < same < len(text) and piece[same + 1 :] == text[same:]
    return len(text) > 4 and 0 < same < len(piece) and piece[same:] == text[same + 1 :]
