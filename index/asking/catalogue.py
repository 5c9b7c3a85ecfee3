"""The documents of a knowledge base by everything that a question may call them; worked out once for an open index."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

from index.asking.bodies import branch_names
from index.asking.wording import wording
from index.cards import Documents
from index.matching.scope import Scope
from kb.model import Document
from kb.regions import Place, regions

_LEVELS = ("省", "市", "县", "区", "州", "国家")
SHORTEST_TAIL = 3  # characters of a law's name that stand for it: 促进法
MOST = 6  # documents of one kind at most that a loose name may mean


class Catalogue:
    """Documents by id, place, number, title and kind. Nothing here is looked through document by document for a question."""

    def __init__(self, documents: Documents, unit_names: Callable[[], Iterable[str]]) -> None:
        self.documents, self.cards, self._unit_names = documents, documents.cards, unit_names
        self.at = {id: n for n, id in enumerate(self.cards.ids)}

    @cached_property
    def by_region(self) -> dict[str, tuple[int, ...]]:
        return _grouped(self.cards.regions)

    @cached_property
    def attached(self) -> dict[str, tuple[int, ...]]:
        """Documents by the notice that issued them."""
        return _grouped(self.cards.parents, without="")

    def with_attached(self, homes: Iterable[int]) -> tuple[int, ...]:
        """Documents with those that they issued: what a notice's number names is mostly what it forwards."""
        return tuple(sorted({m for n in homes for m in (n, *self.attached.get(self.cards.ids[n], ()))}))

    @cached_property
    def by_level(self) -> dict[str, tuple[int, ...]]:
        return _grouped(self.cards.levels)

    @cached_property
    def by_place(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """Level → place → documents."""
        out: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for n, (level, region) in enumerate(zip(self.cards.levels, self.cards.regions, strict=True)):
            out[level][region].append(n)
        return {level: {region: tuple(at) for region, at in places.items()} for level, places in out.items()}

    def above(self, document: Document, level: str) -> tuple[int, ...]:
        """The documents of a level in the places in which a document's place lies: those it may rest on."""
        places = self.by_place.get(level, {})
        here = document.region or ""
        return tuple(n for region, at in places.items() if region == "中国" or (region and here.startswith(region)) for n in at)

    @cached_property
    def by_genre(self) -> dict[str, tuple[int, ...]]:
        return _grouped(self.cards.genres)

    @cached_property
    def by_number(self) -> dict[str, tuple[int, ...]]:
        return _grouped(self.cards.keys)

    @cached_property
    def spoken_numbers(self) -> tuple[tuple[str, str, str, int], ...]:
        """Letters, year and serial of each document's number with its place."""
        keys = [(key, n) for n, key in enumerate(self.cards.keys) if key]
        return tuple((key[: -len(serial) - 5], key[-len(serial) - 5 : -len(serial) - 1], serial, n) for key, n in keys if (serial := key.rpartition(":")[2]))

    def numbers_in(self, question: str) -> list[tuple[int, str]]:
        """Documents whose number a question says, in full or without its year, with the stretch that says it: 云办发7号文."""
        if "号" not in question:
            return self._year_only(question)
        said = [(n, found.group()) for letters, year, serial, n in self.spoken_numbers if _short(letters) in question and (found := re.search(_as_said(letters, year, serial), question))]
        said += self._decrees(question) if "令" in question else []
        return [(n, text) for n, text in said if not any(text != longer and text in longer for _, longer in said)]

    def _decrees(self, question: str) -> list[tuple[int, str]]:
        """The one decree of a number without letters and year that a question names: 省政府令第241号, 241号令."""
        found = re.search(r"(?:[一-龥]{0,10}令)?第?([0-9]{1,4})号令?", question)
        if found is None or "令" not in found.group():
            return []
        here = [n for n, number in enumerate(self.cards.numbers) if number.endswith(f"第{found.group(1)}号")]
        return [(here[0], found.group())] if len(here) == 1 else []

    def _year_only(self, question: str) -> list[tuple[int, str]]:
        """The one document of whose number a question says letters and year alone: 云办发〔2021〕那份."""
        if not any(mark in question for mark in "〔[［"):
            return []
        said = [(n, found.group()) for letters, year, _, n in self.spoken_numbers if letters in question and (found := re.search(rf"{re.escape(letters)}[〔\[［]{year}[〕\]］]", question))]
        return said if len(said) == 1 else []

    @property
    def titles(self) -> Sequence[str]:
        return self.cards.titles

    @cached_property
    def pairs(self) -> dict[str, set[int]]:
        """Documents by the pairs of characters of their titles."""
        out: dict[str, set[int]] = defaultdict(set)
        for n, title in enumerate(self.titles):
            for i in range(len(title) - 1):
                out[title[i : i + 2]].add(n)
        return out

    @cached_property
    def place_names(self) -> dict[str, str]:
        """Names under which the documents' places are spoken of → the place; the longest first."""
        out: dict[str, str] = {}
        for region in dict.fromkeys(self.cards.regions):
            if region in ("", "中国"):
                continue
            for name in short_names(region):
                out.setdefault(name, region)
        return dict(sorted(out.items(), key=lambda kv: -len(kv[0])))

    @cached_property
    def places(self) -> frozenset[str]:
        """The places of the documents."""
        return frozenset(self.cards.regions)

    @cached_property
    def law_names(self) -> frozenset[str]:
        """Names of laws as they are spoken of."""
        return frozenset(filter(None, self.cards.laws))

    @cached_property
    def laws(self) -> dict[str, tuple[int, ...]]:
        """Names of laws as they are spoken of → documents."""
        return _grouped(self.cards.laws, without="")

    @cached_property
    def law_tails(self) -> dict[str, tuple[int, ...]]:
        """Ends of laws' names (促进法, 养老服务条例) → the laws that end so."""
        out: dict[str, list[int]] = defaultdict(list)
        for name, at in self.laws.items():
            for i in range(len(name) - SHORTEST_TAIL + 1):
                out[name[i:]] += at
        return {tail: tuple(at) for tail, at in out.items()}

    @cached_property
    def longest_law(self) -> int:
        return max(map(len, self.law_names), default=0)

    @cached_property
    def unit_names(self) -> frozenset[str]:
        """Names of four characters or more under which the bodies are printed, also those that no table knows."""
        return frozenset(name for name in self._unit_names() if len(name) >= 4)

    @cached_property
    def place_bodies(self) -> frozenset[str]:
        """Places that stand in lists of bodies: 祁东县."""
        return frozenset(name for name in self._unit_names() if len(name) < MOST and name.endswith(("县", "市", "区", "旗")))

    @cached_property
    def unit_tails(self) -> dict[str, str]:
        """Printed names of bodies by what is left of them without the level or place before: 公共资源交易中心, 供电公司; only where one name is left so."""
        out: dict[str, set[str]] = defaultdict(set)
        for name in self.unit_names:
            for at in range(1, min(6, len(name) - 3)):
                if name[:at].endswith(_LEVELS) or name[:at].removeprefix("国网") in self.place_names or (name.startswith("国网") and at > 3):
                    out[name[at:]].add(name)
        return {tail: min(names) for tail, names in out.items() if len(names) == 1 or len(tail) > 5 or tail.endswith("公司")}

    @cached_property
    def branches(self) -> dict[str, str]:
        """How people call branches of offices → their printed names."""
        return branch_names(self.unit_names)

    def unit_in(self, question: str) -> tuple[int, int] | None:
        """Where a question names a body as the documents print it, the longest name."""
        longest = min(max(map(len, self.unit_names), default=0), len(question), 30)
        for length in range(longest, 3, -1):
            for start in range(len(question) - length + 1):
                said = question[start : start + length]
                if said in self.unit_names or said in self.unit_tails:
                    return start, start + length
        return None

    def titled(self, text: str) -> list[int]:
        """The documents whose title holds a bare text."""
        return [n for n, title in enumerate(self.titles) if text in title] if len(text) > 1 else []

    def law_in(self, folded: str) -> list[int]:
        """The laws that a bare question names in full: the longest names."""
        for length in range(min(self.longest_law, len(folded)), 3, -1):
            said = [folded[i : i + length] for i in range(len(folded) - length + 1) if folded[i : i + length] in self.law_names]
            if said:
                return [n for name in said for n in self.laws[name]]
        return []

    def law_called(self, folded: str) -> list[int]:
        """The one law (or few of one name) whose name ends as the question says: 促进法第六十一条 → 乡村振兴促进法."""
        if not any(end in folded for end in ("法", "条例", "办法", "规定", "细则")) or not self.law_tails:
            return []
        for match in re.finditer(r"法(?![律规院治人务])|条例|办法|规定|细则", folded):
            for start in range(max(0, match.end() - 24), match.end() - SHORTEST_TAIL + 1):
                found = self.law_tails.get(folded[start : match.end()], ())
                if 0 < len(found) <= MOST and len({self.titles[n] for n in found}) == 1:
                    return list(found)
                if match.group() == "法" and (short := self._law_begun(folded[start : match.end() - 1])):
                    return short
            if match.group() == "法" and match.end() == 2 and folded[:2] in self.laws:  # 刑法第三条
                return list(self.laws[folded[:2]])
        return []

    def _law_begun(self, begin: str) -> list[int]:
        """The one law whose name begins so and ends in 法: 乡村振兴法 → 乡村振兴促进法."""
        found = [n for n in self.law_heads.get(begin[:4], ()) if (name := self.cards.laws[n]).startswith(begin) and name.endswith("法")]
        return found if len(begin) >= 4 and len(found) == 1 else []

    @cached_property
    def law_heads(self) -> dict[str, tuple[int, ...]]:
        """Laws by the first four characters of their names."""
        return _grouped(name[:4] for name in self.cards.laws)

    def of_kind(self, genres: Iterable[str]) -> list[int]:
        """The documents of these genres (a genre is meant where it holds the word: 实施意见 by 意见)."""
        wanted = tuple(genres)
        return sorted(n for genre, at in self.by_genre.items() if any(w in genre for w in wanted) for n in at)

    def closest(self, folded: str, among: Sequence[int]) -> list[int]:
        """The one document of several, or of many those whose title shares the longest stretch with the question."""
        if len(among) <= 1:
            return list(among)
        chosen = set(among)
        shared: dict[int, int] = defaultdict(int)
        for pair in {folded[i : i + 2] for i in range(len(folded) - 1)}:
            for n in self.pairs.get(pair, set()) & chosen:
                shared[n] += 1
        best = sorted(shared, key=lambda n: (-shared[n], n))[:40]
        lengths = {n: _longest_shared(folded, self.titles[n]) for n in best}
        most = max(lengths.values(), default=0)
        return [n for n in best if lengths[n] == most] if most >= 5 else []


def _short(letters: str) -> str:
    """The letters of a number as people leave off their last: 国办 of 国办发 and 国办函."""
    return letters[:-1] if letters.endswith(("发", "函")) and len(letters) > 2 else letters


def _as_said(letters: str, year: str, serial: str) -> str:
    """A pattern of how a document number is said, its year left out or not."""
    return rf"{re.escape(_short(letters))}{letters.removeprefix(_short(letters))[:1]}?(?:的|那个|那份|这个|这份|那)?(?:文件)?[〔\[（(【]?(?:{year})?年?[〕\]）)】]?第?0*{serial}号文?件?"


_known: WeakKeyDictionary[Scope, Catalogue] = WeakKeyDictionary()


def catalogue(scope: Scope) -> Catalogue:
    """The catalogue of an open index's documents, made at the first question."""
    found = _known.get(scope)
    if found is None:
        found = _known[scope] = Catalogue(scope.documents, scope.unit_names)
    return found


def _grouped(values: Iterable[str], without: str | None = None) -> dict[str, tuple[int, ...]]:
    """The documents that have each value of a column."""
    out: dict[str, list[int]] = defaultdict(list)
    for n, value in enumerate(values):
        out[value].append(n)
    return {value: tuple(at) for value, at in out.items() if value != without}


def short_names(region: str) -> tuple[str, ...]:
    """Names under which a region is spoken of: 湖南省衡阳市 → 湖南省衡阳市, 衡阳市, 衡阳."""
    known = regions().get(region)
    own = known.name if known else re.split(r"(?<=[省市])(?=.)", region)[-1]
    bare_name = own[:-1] if len(own) > 2 and own[-1] in "省市县区州" else own
    bare_name = known.short[0] if known and "自治" in own and known.short else bare_name  # 临夏, not 临夏回族自治
    return tuple(dict.fromkeys((region, own, bare_name))) if len(bare_name) > 1 else (region, own)


def places_in(question: str, found: Sequence[Place], known: Catalogue) -> list[Place]:
    """The places that the gazetteer found, and those of the documents that it has not, in order."""
    here = known.places
    out = [p for p in found if p.end - p.start > 2 or p.short or p.region in here or p.start == 0]  # 示范县 names no 范县
    taken = [(p.start, p.end) for p in out]
    done = {p.region for p in out}
    for name, region in known.place_names.items():
        at = question.find(name) if region not in done else -1
        if at >= 0 and not any(s < at + len(name) and at < e for s, e in taken):
            out.append(Place(region, at, at + len(name), True))
            taken.append((at, at + len(name)))
            done.add(region)
    joined: list[Place] = []
    for place in sorted(out, key=lambda p: p.start):  # 甘肃东乡 is one place, as 甘肃省东乡族自治县 is
        if joined and joined[-1].end == place.start and place.region.startswith(joined[-1].region):
            place = Place(place.region, joined.pop().start, place.end, place.short)
        joined.append(place)
    return joined


OPINIONS = ("出", "提", "提出", "征求", "听取", "反馈", "签署", "签", "采纳", "审核", "审查", "核查", "评审", "初审", "书面", "处理", "评估", "论证", "推荐")  # before 意见: what somebody thinks, no document


def spoken_kinds(question: str) -> list[tuple[str, tuple[str, ...], int]]:
    """Names of kinds of documents in a question with their genres and offsets; longer names first, none inside another."""
    out: list[tuple[str, tuple[str, ...], int]] = []
    left = question
    for word, genres in sorted(wording().genres.items(), key=lambda kv: -len(kv[0])):
        at = left.find(word)
        while at >= 0:
            if word != "意见" or not left.endswith(OPINIONS, 0, at):
                out.append((word, genres, at))
            left = left[:at] + " " * len(word) + left[at + len(word) :]
            at = left.find(word)
    return out


def _longest_shared(a: str, b: str) -> int:
    """Length of the longest stretch that two short texts share."""
    best, row = 0, [0] * (len(b) + 1)
    for x in a:
        new = [0] * (len(b) + 1)
        for j, y in enumerate(b, 1):
            if x == y:
                new[j] = row[j - 1] + 1
                best = max(best, new[j])
        row = new
    return best
