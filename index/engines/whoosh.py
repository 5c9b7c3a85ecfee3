"""The engine on whoosh (pure Python): used where tantivy does not install.

whoosh keeps the postings; trees and scores are worked out here from whole blocks of postings, which is several times
faster than whoosh's own matchers and gives tantivy's scores. Adjacency is checked on the tokens' text, kept in a flat
file beside the index and searched as bytes, so whoosh need not store positions.
"""

from __future__ import annotations

import math
import mmap
from array import array
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Any

from index.engines.protocol import (
    PHRASED,
    PLAIN,
    RANKED,
    And,
    AnyOf,
    Begins,
    Everything,
    Not,
    Nothing,
    Or,
    Phrase,
    RankTerm,
    Tree,
    rounded_length,
)
from kb.errors import KnowledgeBaseError

name = "whoosh"
K1, B = 1.2, 0.75
KEPT = 8_000_000  # postings kept in memory, some 64 MB
LOOKED_UP = 32  # tokens of a phrase; the others are only looked for side by side
RARE = 12  # times as many postings as candidates: then candidates are looked up
COVERED = {"chars": "text", "whole": "text"}  # fields whose characters and pairs of letters are tokens of another field
NUMBERS = "numbers.bin"  # of the entries, by their place in the index; empty where each is its place
POSTED = tuple(field for field in (*RANKED, *PHRASED, *PLAIN) if field not in COVERED)


def installed() -> bool:
    return find_spec("whoosh") is not None


class _Kept(dict[Any, Any]):
    """Results kept for the next question, the oldest dropped when they become too many entries together."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most, self._size, self._sizes = most, 0, deque[tuple[Any, int]]()

    def keep(self, key: Any, value: Any, size: int) -> None:
        self[key] = value
        self._sizes.append((key, size))
        self._size += size
        while self._size > self._most and len(self._sizes) > 1:
            oldest, freed = self._sizes.popleft()
            del self[oldest]
            self._size -= freed


class WhooshWriter:
    def __init__(self, folder: Path) -> None:
        from index.engines.whoosh_fields import writer

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._writer = writer(str(folder), POSTED)
        self._lengths = {field: array("I") for field in RANKED}
        self._flat = {field: (folder / f"{field}.flat").open("wb") for field in PHRASED}
        self._starts = {field: array("Q", [0]) for field in PHRASED}
        self._numbers = array("q")

    def add(self, number: int, fields: dict[str, Sequence[str]]) -> None:
        if self._numbers and number <= self._numbers[-1]:
            raise ValueError(f"entry {number} comes after {self._numbers[-1]}")
        self._numbers.append(number)
        self._writer.add_document(**{field: tuple(fields[field]) for field in POSTED if fields.get(field)})
        for field, lengths in self._lengths.items():
            lengths.append(len(fields.get(field, ())))
        for field, file in self._flat.items():
            data = (" " + " ".join(fields.get(field, ())) + " ").encode("utf-8", "replace")
            file.write(data)
            self._starts[field].append(self._starts[field][-1] + len(data))

    def commit(self) -> None:
        self._writer.commit()
        for field, file in self._flat.items():
            file.close()
            (self._folder / f"{field}.starts").write_bytes(self._starts[field].tobytes())
        for field, lengths in self._lengths.items():
            (self._folder / f"{field}.lengths").write_bytes(lengths.tobytes())
        gaps = any(number != at for at, number in enumerate(self._numbers))
        (self._folder / NUMBERS).write_bytes(self._numbers.tobytes() if gaps else b"")


def _load(path: Path, kind: str) -> Any:
    out: array[Any] = array(kind)
    out.frombytes(path.read_bytes())
    return out


class WhooshSearcher:
    def __init__(self, folder: Path) -> None:
        from whoosh import index

        from index.engines.whoosh_load import guard

        guard()
        try:
            self._reader = index.open_dir(str(folder), readonly=True).reader()
            self.count = int(self._reader.doc_count_all())
            self._lengths = {field: _load(folder / f"{field}.lengths", "I") for field in RANKED}
            self._starts = {field: _load(folder / f"{field}.starts", "Q") for field in PHRASED}
            self._flat = {field: self._map(folder / f"{field}.flat") for field in PHRASED}
            self._numbers: Sequence[int] = memoryview(self._map(folder / NUMBERS)).cast("q")
            if any(len(lengths) != self.count for lengths in self._lengths.values()) or len(self._numbers) not in (0, self.count):
                raise ValueError("lengths do not belong to this index")
        except Exception as error:  # damaged files make whoosh raise whatever comes to pass: TypeError, struct.error, KeyError …
            raise KnowledgeBaseError("检索索引缺失或已损坏", str(folder), "请运行 policykb build 重建") from error
        self._norms: dict[str, tuple[array[int], tuple[float, ...]]] = {}
        self._read, self._leaves, self._counted = _Kept(KEPT), _Kept(KEPT // 4), _Kept(KEPT // 8)

    def _map(self, path: Path) -> mmap.mmap | bytes:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""

    def frequency(self, field: str, token: str) -> int:
        return int(self._reader.doc_frequency(field, token))

    def match(self, tree: Tree) -> list[int]:
        return self._numbered(sorted(self._set(tree)))

    def first(self, tree: Tree, limit: int) -> tuple[list[int], int]:
        found = self._set(tree)
        return self._numbered(nsmallest(limit, found)), len(found)

    def _numbered(self, places: list[int]) -> list[int]:
        """The numbers of the entries at some places of the index. Places ascend as numbers do; everything else here is places."""
        return [self._numbers[at] for at in places] if self._numbers else places

    def total(self, tree: Tree) -> int:
        return len(self._set(tree))

    def close(self) -> None:
        self._reader.close()

    def rank(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> list[tuple[int, float]]:
        return self.best(tree, terms, limit)[0]

    def best(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> tuple[list[tuple[int, float]], int]:
        scores = dict.fromkeys(self._set(tree), 0.0)
        for term in terms:
            self._score(term, scores)
        best = nsmallest(limit, ((-round(score, 5), at) for at, score in scores.items()))
        return list(zip(self._numbered([at for _, at in best]), [-score for score, _ in best], strict=True)), len(scores)

    def _score(self, term: RankTerm, scores: dict[int, float]) -> None:
        numbers, counts = self._postings(term.field, term.token)
        n = len(numbers)
        if not n:
            return
        factor = term.weight * (1 + K1) * math.log(1 + (self.count - n + 0.5) / (n + 0.5))
        steps, norms = self._norm(term.field)
        if n > RARE * len(scores):  # a common token and few candidates: look each of them up
            for number in scores:
                at = bisect_left(numbers, number)
                if at < n and numbers[at] == number:
                    scores[number] += factor * counts[at] / (counts[at] + norms[steps[number]])
            return
        for number, count in zip(numbers, counts, strict=True):
            if number in scores:
                scores[number] += factor * count / (count + norms[steps[number]])

    def _norm(self, field: str) -> tuple[array[int], tuple[float, ...]]:
        """For each entry the step of its length, and for each step k1 · (1 - b + b · length / average)."""
        if field not in self._norms:
            lengths = self._lengths[field]
            average = (sum(lengths) / self.count if self.count else 0.0) or 1.0
            steps = sorted(set(lengths))
            at = {length: i for i, length in enumerate(steps)}
            norms = tuple(K1 * (1 - B + B * rounded_length(length) / average) for length in steps)
            self._norms[field] = (array("I", [at[length] for length in lengths]), norms)
        return self._norms[field]

    def _postings(self, field: str, token: str) -> tuple[array[int], array[float]]:
        """The entries that hold a token, ascending, and how often."""
        key = (field, token)
        held: tuple[array[int], array[float]] | None = self._read.get(key)
        if held is None:
            held = (array("I"), array("f"))
            for some, times in self._blocks(field, token):
                held[0].extend(some)
                held[1].extend(times)
            self._read.keep(key, held, len(held[0]))
        return held

    def _blocks(self, field: str, token: str) -> Iterator[tuple[Iterable[int], Iterable[float]]]:
        """The postings of a token as whoosh keeps them, whole blocks at a time."""
        from whoosh.reading import TermNotFound

        try:
            matcher = self._reader.postings(field, token)
        except TermNotFound:
            return
        while matcher.is_active():
            if hasattr(matcher, "_next_block"):
                matcher._read_data()
                matcher.weight()  # makes them a list
                yield accumulate(matcher._data[0]), matcher._weights
                matcher._next_block()
            else:  # another kind of list
                yield (matcher.id(),), (matcher.weight(),)
                matcher.next()

    def _set(self, tree: Tree) -> set[int]:
        """The entries that satisfy a tree. What a leaf gives is kept: one query asks for the same leaves several times."""
        match tree:
            case And(parts):
                return self._all(parts)
            case Or(parts, 1):
                return set().union(*(self._set(part) for part in parts))
            case Or(parts, least):
                return {number for number, times in self._times(parts).items() if times >= least}
            case Not(part):
                return set(range(self.count)) - self._set(part)
            case Everything():
                return set(range(self.count))
            case Nothing():
                return set()
        found: set[int] | None = self._leaves.get(tree)
        if found is None:
            found = self._leaf(tree)
            self._leaves.keep(tree, found, len(found))
        return found

    def _leaf(self, tree: AnyOf | Phrase | Begins) -> set[int]:
        match tree:
            case AnyOf(field, tokens):
                return set().union(*(self._postings(field, token)[0] for token in tokens))
            case Phrase(field, tokens):
                return self._phrase(field, tokens)
            case Begins(field, head):
                return self._begins(field, head)

    def _all(self, parts: tuple[Tree, ...]) -> set[int]:
        """Entries that satisfy all parts; what is not wanted is taken out last."""
        out: set[int] | None = None
        for part in sorted(_flat(parts), key=lambda part: isinstance(part, Not)):
            if isinstance(part, Not):
                out = (set(range(self.count)) if out is None else out) - self._set(part.part)
            elif not isinstance(part, Everything):
                out = self._set(part) if out is None else out & self._set(part)
            if out is not None and not out:
                return set()
        return set(range(self.count)) if out is None else out

    def _times(self, parts: tuple[Tree, ...]) -> Counter[int]:
        """How many of the parts each entry satisfies, kept for the next question: one query asks for more and for fewer of them."""
        seen: Counter[int] | None = self._counted.get(parts)
        if seen is None:
            seen = Counter()
            for part in parts:
                seen.update(self._set(part))
            self._counted.keep(parts, seen, len(seen))
        return seen

    def _phrase(self, field: str, tokens: tuple[str, ...]) -> set[int]:
        """Entries that have the parts of the tokens somewhere, of which the flat text then holds the tokens side by side."""
        found = self._all_of(*self._parts(field, tokens[:LOOKED_UP]))
        if len(tokens) == 1 and field not in COVERED:
            return found
        return self._holding(field, found, " " + " ".join(tokens) + " ")

    def _begins(self, field: str, head: str) -> set[int]:
        if field in COVERED:
            return self._holding(field, self._all_of(*self._parts(field, (head,))), " " + head)
        tokens = [t.decode("utf-8") if isinstance(t, bytes) else t for t in self._reader.expand_prefix(field, head)]
        return self._set(AnyOf(field, tuple(tokens)))

    def _parts(self, field: str, tokens: tuple[str, ...]) -> tuple[str, set[str]]:
        """Where to look for candidates of a phrase, and the tokens that each of them has there."""
        if field not in COVERED:
            return field, set(tokens)
        parts = {token if token.isalnum() else letter for token in tokens for letter in token if letter.isalnum()}
        return COVERED[field], parts

    def _all_of(self, field: str, tokens: set[str]) -> set[int]:
        """Entries that have all the tokens; without tokens every entry."""
        lists = sorted((self._postings(field, token)[0] for token in tokens), key=len)
        if not lists:
            return set(range(self.count))
        found = set(lists[0])
        for numbers in lists[1:]:
            found.intersection_update(numbers)
        return found

    def _holding(self, field: str, numbers: set[int], text: str) -> set[int]:
        wanted = text.encode("utf-8", "replace")
        data, starts = self._flat[field], self._starts[field]
        return {n for n in numbers if data.find(wanted, starts[n], starts[n + 1]) >= 0}


def _flat(parts: Iterable[Tree]) -> Iterator[Tree]:
    """The parts of an And with those of the Ands in it, so that nothing as large as "all but these" is made on the way."""
    for part in parts:
        if isinstance(part, And):
            yield from _flat(part.parts)
        else:
            yield part


def create(folder: Path) -> WhooshWriter:
    """An empty index in this folder, which is made."""
    return WhooshWriter(folder)


def open_index(folder: Path) -> WhooshSearcher:
    """An index that `create` made. KnowledgeBaseError when it is missing or damaged."""
    return WhooshSearcher(folder)
