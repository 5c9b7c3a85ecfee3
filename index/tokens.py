"""Text → the forms in which it is compared, indexed and looked up; one set of functions for building and for asking.

*Bare* text is what remains for comparison: full-width characters become half-width, letters lower case, traditional
characters simplified, and white space, quotation marks, Markdown marks and middle dots are left out (they stand in the
sources by accident of printing and scanning). Every bare character knows the place of the character it comes from.
Bigrams of bare text, in order, make substrings findable without a dictionary; words come from index/words.py.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import add

from kb.kept import kept
from kb.tables import table

QUOTES = "“”„‟‘’\"'＂＇「」『』〝〞"
MARK = '"'
WORTH = 24  # characters from which on copying pays
DROPPED = frozenset(QUOTES + "*#`\\_·•・‧﹒\ufeff\u200b\u200c\u200d\u2060")
BRACKETS = str.maketrans({"[": "〔", "]": "〕", "﹝": "〔", "﹞": "〕", "［": "〔", "］": "〕", "【": "〔", "】": "〕", "—": "-", "–": "-", "－": "-", "―": "-"})


class _Folding(dict[int, str]):
    """A table for str.translate that works out each character once."""

    def __missing__(self, code: int) -> str:
        out = _fold_character(chr(code))
        self[code] = out
        return out


def _fold_character(character: str) -> str:
    if "\u4e00" <= character <= "\u9fff":  # by far the most, and none of what follows changes them
        simple = simplified().get(character, character)
        return simplified().get(simple, simple)
    if character.isspace() or character in DROPPED or unicodedata.category(character) in ("Cc", "Cf", "Cs"):
        return ""
    simple = simplified().get(character, character)
    wide = unicodedata.normalize("NFKC", simple.translate(BRACKETS))
    out = "".join(simplified().get(c, c) for c in wide.lower() if not c.isspace() and c not in DROPPED)
    return out.translate(BRACKETS)


@lru_cache(maxsize=1)
def _folding() -> _Folding:
    return _Folding()


def bare(text: str) -> str:
    """The text as it is compared. `bare("“快递 进村”（ＡＢ）")` is `"快递进村(ab)"`."""
    return text.translate(_folding())


def unit_token(unit: str) -> str:
    """The token of a unit's id."""
    return bare(unit)


def bare_with_places(text: str, quotes: bool = False) -> tuple[str, list[int]]:
    """The bare text and, for each of its characters, the offset in `text` of the character it comes from.

    `quotes`: quotation marks are kept, all as one sign.
    """
    parts = list(map(_folding().__getitem__, map(ord, text)))
    if quotes:
        parts = [MARK if character in QUOTES else part for character, part in zip(text, parts, strict=True)]
    folded = "".join(parts)
    places = [offset for offset, part in enumerate(parts) if part]
    if len(places) < len(folded):  # a character became several: ㎡ → m2
        places = [offset for offset, part in enumerate(parts) for _ in part]
    return folded, places


def bigrams(characters: str) -> list[str]:
    """The bigrams of a bare text in order and its last character alone, so that every character begins a token."""
    return [*map(add, characters, characters[1:]), *characters[-1:]]


def spaced_bigrams(characters: str) -> str:
    """The same with a space between them, as engines take them.

    Long texts are put together by copying every third character at once, which takes a quarter of the time.
    """
    size = len(characters)
    code = characters.encode("utf-16-le", "surrogatepass") if size >= WORTH else b""
    if len(code) != 2 * size:  # too short, or with characters of four bytes
        return " ".join(bigrams(characters))
    out = bytearray(b"\0\0\0\0 \0" * (size - 1)) + code[-2:]  # first, second, space of each, and the last character
    out[0:-2:6], out[1:-2:6] = code[0:-2:2], code[1:-2:2]
    out[2:-2:6], out[3:-2:6] = code[2::2], code[3::2]
    return out.decode("utf-16-le", "surrogatepass")


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    return re.compile(r"\w+")  # letters and digits: bare text has no underscore


def grams(characters: str) -> list[str]:
    """Single characters and bigrams of a bare text, those without any letter or digit left out: the field for ranking.

    A bigram never spans a punctuation mark. The order says nothing.
    """
    out: list[str] = []
    for run in _runs().findall(characters):
        out.extend(run)
        out.extend(map(add, run, run[1:]))
    return out


def same_but_quotes(text: str) -> str:
    """Bare text that keeps quotation marks, all as one sign."""
    return bare_with_places(text, quotes=True)[0]


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional character → simplified, from kb/data/traditional.csv."""
    known = kept("traditional")
    if known is not None:
        return dict(zip(known[0], known[1], strict=True))
    from kb.scripts import read_traditional  # only where no table was kept

    return read_traditional(table("traditional", ("simplified", "traditional")))


def packed_traditional() -> list[str]:
    """The same as it is kept: the characters, and what each becomes."""
    return ["".join(simplified()), "".join(simplified().values())]
