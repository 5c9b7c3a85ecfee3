"""How people say in a question what documents print: a table beside the synonyms, for questions alone."""

from __future__ import annotations

from functools import lru_cache

from index.matching.synonyms import LONGEST, SYNONYM_COLUMNS, Other, opened_others, others, packed_others, read_synonyms
from kb.kept import Lazy, kept
from kb.tables import table


@lru_cache(maxsize=1)
def spoken() -> dict[str, tuple[Other, ...]]:
    """Word → what documents print for it; DataError as for the synonyms. `spoken()["改厕"]` holds 厕所革命."""
    known = kept("spoken")
    return Lazy(known, opened_others) if known is not None else read_synonyms(table("spoken", SYNONYM_COLUMNS))


def packed_spoken() -> dict[str, str]:
    """The table as it is kept."""
    return packed_others(spoken())


def meanings(word: str) -> tuple[Other, ...]:
    """Everything that a word of a question stands for: its synonyms, and what documents print for it or for a part of it."""
    out = {o.text: o for o in others(word)}
    known = spoken()
    for start in range(len(word)):
        for end in range(start + 2, min(len(word), start + LONGEST) + 1):
            part = word[start:end]
            for other in known.get(part, ()):
                if part == word or (other.kind == "synonym" and other.text not in word):
                    out.setdefault(word[:start] + other.text + word[end:], Other(word[:start] + other.text + word[end:], other.kind))
    out.pop(word, None)
    return tuple(out.values())
