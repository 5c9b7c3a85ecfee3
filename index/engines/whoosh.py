"""The engine on whoosh (pure Python): used where tantivy does not install.

whoosh keeps the dictionary of the tokens; their postings stand beside it in a flat file (index/engines/whoosh_postings.py), sets of
entries are the bits of whole numbers (index/engines/whoosh_bits.py), and scores are worked out here, as tantivy does it. Adjacency
is checked on the tokens' text (index/engines/whoosh_texts.py), so that no positions are kept.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from heapq import nlargest, nsmallest
from importlib.util import find_spec
from itertools import chain
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
    Fields,
    Not,
    Nothing,
    Or,
    Phrase,
    RankTerm,
    Tree,
)
from index.engines.whoosh_bits import at_least, bits_of, places_of, tally
from index.engines.whoosh_postings import NONE, Postings, unpacked
from index.engines.whoosh_texts import K1, FlatTexts, Norms, TextsWriter, length_step, mapped
from kb.errors import KnowledgeBaseError

name = "whoosh"
EXTENDS = False

KEPT = 32_000_000  # bytes of postings kept in memory, and of sets
LOOKED_UP = 32  # tokens of a phrase; the others are only looked for side by side
RARE = 12  # times as many postings as candidates: then candidates are looked up
WORTH = 16  # times as many postings as candidates: then it takes less time to look at each candidate's text
FEW = 500  # candidates whose texts are looked at without asking who else knows them
WORTH_ROWS = 4000  # postings of a token from which it takes less time to know beforehand what each frequency and length counts
POSTINGS = "postings.bin"
END = 8  # bytes behind the postings that say how long they are
NUMBERS = "numbers.bin"  # of the entries, by their place in the index; empty where each is its place


def installed() -> bool:
    return find_spec("whoosh") is not None


class _Kept(dict[Any, Any]):
    """Results kept for the next question, the oldest dropped when they become too large together."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most, self._size, self._sizes = most, 0, deque[tuple[Any, int]]()

    def keep(self, key: Any, value: Any, size: int) -> None:
        if key in self:
            return
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
        self._writer = writer(str(folder), (*RANKED, *PHRASED, *PLAIN))
        self._numbers = array("q")
        self._lengths = {field: (array("Q", [0]), bytearray()) for field in RANKED}  # their sum, the step of each
        self._texts = {field: TextsWriter(folder, field) for field in PHRASED}

    def add(self, number: int, fields: Fields) -> None:
        fields = {field: tokens.split() if isinstance(tokens, str) else tokens for field, tokens in fields.items()}
        if self._numbers and number <= self._numbers[-1]:
            raise ValueError(f"entry {number} comes after {self._numbers[-1]}")
        self._numbers.append(number)
        for field, texts in self._texts.items():
            texts.add(fields.get(field, ()))
        self._writer.add_document(**{field: tuple(tokens) for field, tokens in fields.items() if tokens})
        for field, (whole, steps) in self._lengths.items():
            length = len(fields.get(field, ()))
            whole[0] += length
            steps.append(length_step(length))

    def remove(self, numbers: Iterable[int]) -> None:
        raise NotImplementedError

    def commit(self) -> None:
        with (self._folder / POSTINGS).open("wb") as postings:
            self._writer.fieldwriter.file, self._writer.fieldwriter.count = postings, len(self._numbers)
            self._writer.commit()
            postings.write(postings.tell().to_bytes(END, "little"))
        for texts in self._texts.values():
            texts.close()
        for field, (whole, steps) in self._lengths.items():
            (self._folder / f"{field}.lengths").write_bytes(whole.tobytes() + steps)
        gaps = any(number != at for at, number in enumerate(self._numbers))
        (self._folder / NUMBERS).write_bytes(self._numbers.tobytes() if gaps else b"")


class WhooshSearcher:
    def __init__(self, folder: Path) -> None:
        from whoosh import index

        from index.engines.whoosh_load import guard

        guard()
        try:
            self._reader = index.open_dir(str(folder), readonly=True).reader()
            self.count = int(self._reader.doc_count_all())
            self._postings_file = mapped(folder / POSTINGS)
            self._texts = {field: FlatTexts(folder, field, self.count) for field in PHRASED}
            self._numbers: Sequence[int] = memoryview(mapped(folder / NUMBERS)).cast("q")
            lengths = {field: (folder / f"{field}.lengths").read_bytes() for field in RANKED}
            if any(len(each) != 8 + self.count for each in lengths.values()) or len(self._numbers) not in (0, self.count):
                raise ValueError("lengths do not belong to this index")
            if int.from_bytes(self._postings_file[-END:], "little") != len(self._postings_file) - END:
                raise ValueError("postings are cut off")
        except Exception as error:  # damaged files make whoosh raise whatever comes to pass: TypeError, struct.error, KeyError …
            raise KnowledgeBaseError("检索索引缺失或已损坏", str(folder), "请运行 policykb build 重建") from error
        self._norms = {field: Norms(each, self.count) for field, each in lengths.items()}
        self._all = (1 << self.count) - 1
        self._whole = True  # whether the leaf just worked out holds for all entries
        self._read, self._leaves, self._met, self._tallied = _Kept(KEPT), _Kept(KEPT), _Kept(KEPT // 4), _Kept(KEPT // 4)

    def frequency(self, field: str, token: str) -> int:
        return int(self._reader.doc_frequency(field, token))

    def match(self, tree: Tree) -> list[int]:
        return self._numbered(places_of(self._found(tree)))

    def first(self, tree: Tree, limit: int) -> tuple[list[int], int]:
        found = self._found(tree)
        return self._numbered(places_of(found)[:limit]), found.bit_count()

    def _numbered(self, places: list[int]) -> list[int]:
        """The numbers of the entries at some places of the index. Places ascend as numbers do; everything else here is places."""
        return [self._numbers[at] for at in places] if self._numbers else places

    def total(self, tree: Tree) -> int:
        return self._found(tree).bit_count()

    def close(self) -> None:
        self._reader.close()

    def rank(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> list[tuple[int, float]]:
        return self.best(tree, terms, limit)[0]

    def best(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> tuple[list[tuple[int, float]], int]:
        found = self._found(tree)
        places = places_of(found)
        scores = [0.0] * self.count if places and terms else []
        for term in terms if places else ():
            self._score(term, found, len(places), scores)
        best = _best(places, scores, limit)
        return list(zip(self._numbered([at for _, at in best]), [-score for score, _ in best], strict=True)), len(places)

    def _score(self, term: RankTerm, found: int, hits: int, scores: list[float]) -> None:
        """Adds what a term counts to the scores of the entries found, and for all one cares to others as well."""
        postings = self._postings(term.field, term.token)
        n = postings.held
        if not n:
            return
        factor = term.weight * (1 + K1) * math.log(1 + (self.count - n + 0.5) / (n + 0.5))
        steps, norms = self._norms[term.field].steps, self._norms[term.field].norms
        if n > RARE * ((found & postings.bits).bit_count() if postings.dense else hits):  # few of its entries are found: look each up
            places, times = postings.places, postings.times
            for at in places_of(found & postings.bits):
                count = times[bisect_left(places, at)] if times else 1
                scores[at] += factor * count / (count + norms[steps[at]])
        elif n < WORTH_ROWS:
            for at, count in postings.both():
                scores[at] += factor * count / (count + norms[steps[at]])
        else:
            rows = {count: [factor * count / (count + norm) for norm in norms] for count in set(postings.times or (1,))}
            for at, count in postings.both():
                scores[at] += rows[count][steps[at]]

    def _postings(self, field: str, token: str) -> Postings:
        """The entries that hold a token, and how often."""
        key = (field, token)
        held: Postings | None = self._read.get(key)
        if held is None:
            held = self._read_postings(field, token)
            self._read.keep(key, held, held.size)
        return held

    def _read_postings(self, field: str, token: str) -> Postings:
        from whoosh.reading import TermNotFound

        try:
            info = self._reader.term_info(field, token)
        except TermNotFound:
            return NONE
        return unpacked(self._postings_file, info.extent()[0], info.doc_frequency(), self.count)

    def _found(self, tree: Tree) -> int:
        """The set of entries that satisfy a tree, kept: after the best of them are shown, they are counted by place and year."""
        found: int | None = self._leaves.get(tree)
        if found is None:
            found = self._bits(tree, self._all)
            self._leaves.keep(tree, found, found.bit_length() >> 3)
        return found

    def _bits(self, tree: Tree, within: int) -> int:
        """Those of the entries `within` that satisfy a tree; at the others nobody looks."""
        match tree:
            case And(parts):
                return self._all_of(parts, within)
            case Or(parts, least) if least == len(parts) > 1:
                return self._all_of(parts, within)
            case Or(parts, 1):
                out = 0
                for part in parts:
                    out |= self._bits(part, within & ~out)
                return out
            case Or(parts, least):
                return at_least(self._tally(parts), least) & within if least > 0 else within
            case Not(part):
                return within ^ self._bits(part, within)
            case Everything():
                return within
            case Nothing():
                return 0
        return self._leaf(tree, within) & within

    def _leaf(self, tree: AnyOf | Phrase | Begins, within: int) -> int:
        """Entries that satisfy a leaf, at least those within. A whole set is kept: one query asks for the same leaves several times."""
        found: int | None = self._leaves.get(tree)
        if found is None:
            match tree:
                case AnyOf(field, tokens):
                    found = self._any(field, tokens)
                case Phrase(field, (token,)):
                    found = self._postings(field, token).bits
                case Phrase(field, tokens):
                    found = self._holding(tree, " " + " ".join(tokens) + " ", within)
                case Begins(field, head):
                    words = self._reader.expand_prefix(field, head)
                    found = self._any(field, (word.decode("utf-8") if isinstance(word, bytes) else word for word in words))
            if self._whole:
                self._leaves.keep(tree, found, found.bit_length() >> 3)
            self._whole = True
        return found

    def _all_of(self, parts: tuple[Tree, ...], within: int) -> int:
        """Entries within that satisfy all parts; what is not wanted is taken out last, and only where something is left. Who may have
        all phrases is known before any text is looked at."""
        for part in parts:
            if isinstance(part, Phrase) and len(part.tokens) > 1 and len(parts) > 1 and within:
                may = self._candidates(part)
                within &= may if isinstance(may, int) else bits_of(may, self.count)
        for part in sorted(parts, key=lambda part: isinstance(part, Not)):
            within = self._bits(part, within)
            if not within:
                break
        return within

    def _tally(self, parts: tuple[Tree, ...]) -> list[int]:
        """How many of the parts each entry satisfies, kept for the next question: one query asks for more and for fewer of them."""
        seen: list[int] | None = self._tallied.get(parts)
        if seen is None:
            seen = tally(self._bits(part, self._all) for part in parts)
            self._tallied.keep(parts, seen, sum(digit.bit_length() >> 3 for digit in seen))
        return seen

    def _any(self, field: str, tokens: Iterable[str]) -> int:
        """Entries that hold at least one of the tokens."""
        out = 0
        rare: list[array[int]] = []
        for token in tokens:
            postings = self._postings(field, token)
            if postings.dense:
                out |= postings.bits
            else:
                rare.append(postings.places)
        return out | bits_of(chain.from_iterable(rare), self.count)

    def _holding(self, tree: Phrase, text: str, within: int) -> int:
        """Entries that have the tokens of a phrase as its flat text has them; where most are not within, of these only."""
        candidates, texts = self._candidates(tree), self._texts[tree.field]
        if not isinstance(candidates, int):
            if len(candidates) > FEW and within != self._all:
                table = within.to_bytes((self.count + 7) >> 3, "little")
                left = [at for at in candidates if table[at >> 3] >> (at & 7) & 1]
                if len(left) * 2 < len(candidates):
                    candidates, self._whole = left, False
            return bits_of(texts.holding(candidates, text), self.count)
        if (candidates & within).bit_count() * 2 < candidates.bit_count():
            candidates &= within
            self._whole = False
        return candidates ^ bits_of(texts.lacking(places_of(candidates), text), self.count)

    def _candidates(self, tree: Phrase) -> Sequence[int] | int:
        """Entries that may satisfy a phrase, nearly all of which do, as places where they are few."""
        key = (tree.field, frozenset(tree.tokens[:LOOKED_UP]))
        found: Sequence[int] | int | None = self._met.get(key)
        if found is None:
            found = self._meeting([self._postings(tree.field, token) for token in key[1]])
            self._met.keep(key, found, found.bit_length() >> 3 if isinstance(found, int) else 8 * len(found))
        return found

    def _meeting(self, lists: list[Postings]) -> Sequence[int] | int:
        lists.sort(key=lambda postings: postings.held)
        if len(lists) < 2 or lists[0].dense or not lists[0].held:
            out = self._all
            for postings in lists:
                out &= postings.bits
            return out
        found: list[int] | array[int] = lists[0].places
        for postings in lists[1:]:
            if postings.dense:
                table = postings.table
                found = [at for at in found if table[at >> 3] >> (at & 7) & 1]
            elif postings.held < WORTH * len(found):
                found = sorted(set(found).intersection(postings.places))
        return found


def _best(places: list[int], scores: list[float], limit: int) -> list[tuple[float, int]]:
    """The best of the places with their scores made negative: of equal ones, to five digits, the first. No scores: all are nought."""
    if not scores:
        return [(0.0, at) for at in places[:limit]]
    if len(places) > 2 * limit > 0:
        least = nlargest(limit, map(scores.__getitem__, places))[-1] - 1e-5
        if least > 0:
            places = [at for at in places if scores[at] >= least]
    return nsmallest(limit, ((-round(scores[at], 5), at) for at in places))


def create(folder: Path) -> WhooshWriter:
    """An empty index in this folder, which is made."""
    return WhooshWriter(folder)


def extend(folder: Path) -> WhooshWriter:
    """Not for this engine, whose flat files are made for all entries at once."""
    raise NotImplementedError


def open_index(folder: Path) -> WhooshSearcher:
    """An index that `create` made. KnowledgeBaseError when it is missing or damaged."""
    return WhooshSearcher(folder)
