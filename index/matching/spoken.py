"""How people say in a question what documents print: tables beside the synonyms, for questions alone.

spoken.csv has the form of synonyms.csv; the sayings tables, one for each field of work, say for each row of everyday words what
documents print for them, in this direction alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from index.matching.synonyms import LONGEST, SYNONYM_COLUMNS, Other, opened_others, others, packed_others, read_synonyms
from index.tokens import bare
from kb.errors import DataError
from kb.kept import Lazy, kept
from kb.tables import TableRow, table

SAYINGS = ("sayings_rural", "sayings_people", "sayings_office", "sayings_economy")
SAYING_COLUMNS = ("said", "printed", "way")
SAYING_WAYS = {"=": "synonym", "~": "related"}


@lru_cache(maxsize=1)
def spoken() -> dict[str, tuple[Other, ...]]:
    """Word → what documents print for it; DataError as for the synonyms. `spoken()["改厕"]` holds 厕所革命."""
    known = kept("spoken")
    if known is not None:
        return Lazy(known, opened_others)
    words = read_synonyms(table("spoken", SYNONYM_COLUMNS))
    return with_sayings(words, [row for name in SAYINGS for row in table(name, SAYING_COLUMNS)])


def with_sayings(words: Mapping[str, tuple[Other, ...]], rows: Iterable[TableRow]) -> dict[str, tuple[Other, ...]]:
    """The table of spoken words with the rows of the sayings tables. DataError for an unknown way, a word of one character or one that is
    longer than what is looked for, one that is said and printed in the same row, and a pair that two rows give."""
    out = {word: {o.text: o.kind for o in every} for word, every in words.items()}
    given: dict[tuple[str, str], str] = {}
    for row in rows:
        said, printed = ([bare(word) for word in row.cells[column].split("|")] for column in ("said", "printed"))
        kind = SAYING_WAYS.get(row.cells["way"])
        if kind is None:
            raise DataError(f"way 应为 = 或 ~，不是“{row.cells['way']}”", row.place, "请改正这一行")
        wrong = next((w for w in (*said, *printed) if not 2 <= len(w) <= LONGEST), None) or next((w for w in said if w in printed), None)
        if wrong is not None:
            raise DataError(f"“{wrong}”应为二至{LONGEST}个字，且不同时在 said 和 printed 里", row.place, "请改正这一行")
        for word in said:
            for other in printed:
                if (word, other) in given:
                    raise DataError(f"“{word}→{other}”在 {given[word, other]} 已有", row.place, "请删去重复的一处")
                given[word, other] = row.place
                known = out.setdefault(word, {})
                if known.get(other) != "synonym":
                    known[other] = kind
    return {word: tuple(Other(text, kind) for text, kind in every.items()) for word, every in out.items()}


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
