"""Chinese words: jieba's segmentation over jieba's dictionary and the project's own words, in three equal forms.

* building with rjieba where it is installed (fast), else in plain Python over a dictionary in memory;
* asking with the dictionary file that the index keeps (`words.txt`, sorted, looked up by bisection through a memory map),
  so that a command need not load jieba's dictionary to cut ten characters.

The cut is jieba's without its hidden Markov model, applied to runs of Chinese characters; runs of letters and digits are
one word each. All forms give the same tokens; tests/test_tokens.py compares them.
"""

from __future__ import annotations

import math
import mmap
import re
from collections.abc import Callable, Iterable, Mapping, Set
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from kb.errors import KnowledgeBaseError

FILE = "words.txt"
LONGEST = 24  # no word of ours or jieba's is longer
REMEMBERED = 50_000  # look-ups kept in memory
DEED = b" -"  # behind a word that names nothing
NAMING_NOTHING = frozenset("vadprcumqtfo")  # first letters of ICTCLAS tags: verb, adjective, adverb, preposition, pronoun, conjunction, …
NAMED_DEEDS = frozenset(("vn", "an"))  # verbs and adjectives that are used as nouns


class Dictionary(Protocol):
    """What the cut needs to know of words."""

    total: int

    def look(self, text: str) -> int | None:
        """How often a word occurs in general text; 0 for the mere beginning of words; None for neither."""


class Words:
    """A dictionary in memory; `deeds`: its words that name nothing (see `read_general`)."""

    def __init__(self, frequencies: Mapping[str, int], deeds: Set[str] = frozenset()) -> None:
        self.frequencies, self.deeds = frequencies, deeds
        self.total = sum(frequencies.values())

    @cached_property
    def _known(self) -> dict[str, int]:
        return dict.fromkeys((word[:n] for word in self.frequencies for n in range(1, len(word))), 0) | dict(self.frequencies)

    def look(self, text: str) -> int | None:
        return self._known.get(text)


class _Frequencies:
    """A dictionary that knows no beginnings: quicker to make, slower to cut with."""

    def __init__(self, words: Words) -> None:
        self.total, self.look = words.total, lambda text: words.frequencies.get(text, 0)


class WordsFile:
    """A dictionary on disk, opened in no time: lines "word frequency" sorted by their UTF-8 bytes, with a sign behind words that name nothing."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            head = self._data.readline().decode("ascii")
            self.total = int(head.removeprefix("total "))
        except (OSError, ValueError) as error:
            raise KnowledgeBaseError("检索用的词表缺失或已损坏", str(path), "请运行 policykb build 重建") from error
        self._first = len(head)
        self._seen: dict[str, int | None] = {}

    def look(self, text: str) -> int | None:
        if text not in self._seen:
            if len(self._seen) > REMEMBERED:
                self._seen.clear()
            key = text.encode("utf-8", "replace")
            word, _, count = self._line_at_or_after(key).partition(b" ")
            self._seen[text] = int(count.removesuffix(DEED)) if word == key else 0 if word.startswith(key) else None
        return self._seen[text]

    def is_name(self, word: str) -> bool:
        """Whether the dictionary has a word as the name of something: 快递, 报装; not 打包, 进去, and no piece of a text that is no word."""
        key = word.encode("utf-8", "replace")
        line = self._line_at_or_after(key)
        return word != "" and line.partition(b" ")[0] == key and not line.endswith(DEED)

    def one_changed(self, word: str) -> list[str]:
        """The words of the same length that differ from a word in one character: 民证局 → 民政局. Chinese words only; reads the whole file."""
        found = self._ending(word[1:])
        for line in self._beginning(word[0]):
            other = line.partition(b" ")[0].decode("utf-8")
            if len(other) == len(word) == len(line.partition(b" ")[0]) // 3 and sum(a != b for a, b in zip(other, word, strict=True)) == 1:
                found.append(other)
        return [other for other in dict.fromkeys(found) if other != word]

    def _ending(self, tail: str) -> list[str]:
        """The words of one character more that end so."""
        data, key = self._data, tail.encode("utf-8", "replace") + b" "
        out = []
        at = data.find(key, self._first)
        while at >= 0:
            if data[at - 4 : at - 3] == b"\n":  # a Chinese character takes three bytes
                word = data[at - 3 : at + len(key) - 1].decode("utf-8", "replace")
                out += [word] if len(word) == len(tail) + 1 else []
            at = data.find(key, at + 1)
        return out

    def _beginning(self, head: str) -> list[bytes]:
        """The lines of all words that begin so."""
        key = head.encode("utf-8", "replace")
        start = self._place(key)
        end = self._place(key[:-1] + bytes([key[-1] + 1]))
        return self._data[start:end].splitlines()

    def _line_at_or_after(self, key: bytes) -> bytes:
        """The first line whose word is not smaller."""
        at = self._place(key)
        return self._data[at : self._data.find(b"\n", at)] if at < len(self._data) else b""

    def _place(self, key: bytes) -> int:
        """Where that line begins."""
        data, low, high = self._data, self._first, len(self._data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", self._first, middle) + 1 or self._first
            end = data.find(b"\n", start)
            if data[start:end].split(b" ", 1)[0] < key:
                low = end + 1
            else:
                high = start
        return low


def save(words: Words, path: Path) -> None:
    """Writes the dictionary for WordsFile."""
    lines = sorted(f"{w} {n}".encode() + (DEED if w in words.deeds else b"") for w, n in words.frequencies.items())
    path.write_bytes(b"total %d\n" % words.total + b"\n".join(lines) + b"\n")


def cut_run(run: str, words: Dictionary) -> list[str]:
    """One run of Chinese characters → its words: the likeliest path through all dictionary words, as jieba finds it."""
    size = len(run)
    log_total = math.log(words.total)
    route: list[tuple[float, int]] = [(0.0, 0)] * (size + 1)
    for at in range(size - 1, -1, -1):
        best: tuple[float, int] | None = None
        for end in range(at + 1, min(size, at + LONGEST) + 1):
            count = words.look(run[at:end])
            if count is None:
                break
            if count:
                candidate = (math.log(count) - log_total + route[end][0], end)
                best = candidate if best is None or candidate > best else best
        route[at] = best if best is not None else (-log_total + route[at + 1][0], at + 1)
    out = []
    at = 0
    while at < size:
        out.append(run[at : route[at][1]])
        at = route[at][1]
    return out


CHINESE, OTHER = r"[\u3400-\u9fff]+", r"[a-z0-9]+(?:[.%][a-z0-9%]{0,9}){0,4}"


@lru_cache(maxsize=1)
def _runs() -> re.Pattern[str]:
    return re.compile(f"{CHINESE}|{OTHER}")


Cutter = Callable[[str], list[str]]


def cutter(words: Dictionary) -> Cutter:
    """The function that cuts bare text into words with this dictionary; punctuation is dropped."""

    def cut(text: str) -> list[str]:
        out: list[str] = []
        for match in _runs().finditer(text):
            run = match.group()
            if run[0] < "\u3400":
                out.append(run)
            else:
                out.extend(cut_run(run, words))
        return out

    return cut


def fast_words(words: Words, own: Iterable[str]) -> Callable[[str], str]:
    """The function that gives the same words of a text in one piece, with white space between and in no order, by rjieba where that is
    installed; `own` are the words that jieba's dictionary has not."""
    try:
        import rjieba
    except ImportError:
        cut = cutter(words)
        return lambda text: " ".join(cut(text))
    jieba = rjieba.Jieba()
    for word in own:
        jieba.add_word(word, words.frequencies[word], None)
    foreign, other = re.compile(f"[^{CHINESE[1:-2]}]+"), re.compile(OTHER)
    # one call for a whole text: most of the time went into calling for each run
    return lambda text: " ".join(jieba.cut(foreign.sub(" ", text), False) + other.findall(text))


@lru_cache(maxsize=1)
def read_general() -> tuple[dict[str, int], frozenset[str]]:
    """jieba's own dictionary, read from its package without importing it: words with their frequencies, and those that name nothing
    but say what is done, how or when, by the part of speech that it gives them."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise KnowledgeBaseError("没有安装 jieba，不能分词", "jieba", "请运行 pip install jieba")
    out: dict[str, int] = {}
    deeds = set()
    for line in (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        parts = line.split(" ")
        if len(parts) >= 2:
            out[parts[0]] = int(parts[1])
        if len(parts) > 2 and parts[2][0] in NAMING_NOTHING and parts[2] not in NAMED_DEEDS:
            deeds.add(parts[0])
    return out, frozenset(deeds)


def with_own_words(own: Iterable[str]) -> tuple[Words, tuple[str, ...]]:
    """The general dictionary with the project's words, each just frequent enough to stay whole; and which were new.

    Words of one character, longer than LONGEST, or with other than Chinese characters are passed over.
    """
    own, (general, deeds) = set(own), read_general()
    base = _Frequencies(Words(general))
    merged = dict(general)
    new = []
    for word in sorted(own):
        if not 2 <= len(word) <= LONGEST or not all("\u3400" <= c <= "\u9fff" for c in word):
            continue
        needed = _enough(word, base)
        if needed > merged.get(word, 0):
            merged[word] = needed
            new.append(word)
    return Words(merged, deeds.difference(own)), tuple(new)


def _enough(word: str, words: Dictionary) -> int:
    share = 1.0
    for part in cut_run(word, words):
        share *= max(1, words.look(part) or 0) / words.total
    return int(share * words.total) + 1
