"""Opens an index with its store: checked against the store's stamp, made anew where it is missing or not the store's."""

from __future__ import annotations

import contextlib
import json
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from index.build import FORMAT, HOMES, PLACES, STAMP, TEXTS, TRAILS, build_index, choose_engine, index_entries
from index.cards import Cards, Documents
from index.engines.choice import engine as engine_named
from index.engines.protocol import Or, Phrase, Searcher, Tree
from index.keeping.generations import alone
from index.keeping.seals import is_sealed, reseal
from index.matching.near import halves, near_forms
from index.matching.needs import Means
from index.matching.ordered import Ordered
from index.matching.plan import literal
from index.matching.ranking import Sight
from index.matching.scope import Scope
from index.matching.synonyms import use_own_words
from index.shelf import Shelf
from index.texts import Texts, mapped
from index.tokens import bare
from index.words import FILE as WORDS
from index.words import Cutter, WordsFile, cutter
from kb.errors import KnowledgeBaseError, UsageError
from kb.model import Clause, Document, Task, Unit
from kb.store import OWN_FOLDER, Store

NEAR = 300  # entries read to find texts that differ by one character
FORMS = 5  # words that differ by one character that are taken
REMEMBERED = 2000  # frequencies kept in memory


class Index:
    """An open index with what searching needs of the store."""

    def __init__(self, folder: Path, store: Store) -> None:
        use_own_words(store.path.parent / OWN_FOLDER)
        stamp = read_stamp(folder)
        if stamp.get("digest") != store.meta.get("digest") or stamp.get("format") != FORMAT:
            raise KnowledgeBaseError("检索索引与数据不一致", str(folder), "请运行 policykb build 重建")
        self.folder, self.store, self.count = folder, store, int(stamp["count"])
        self.module = engine_named(str(stamp["engine"]))
        engine = self.module.open_index(folder / "engine")
        self.in_order = bool(stamp.get("in_order"))
        self.engine: Searcher = engine if self.in_order else Ordered(engine, lambda: self.places)
        if self.engine.count != self.count:
            raise KnowledgeBaseError("检索索引不完整", str(folder), "请运行 policykb build 重建")

    @cached_property
    def scope(self) -> Scope:
        return Scope(Documents(lambda: Cards(self.folder), self.documents), lambda: self.store.read(Unit), self._unit_names)

    def _unit_names(self) -> Iterator[str]:
        """All names of all bodies, without reading the rest of what is known of them."""
        rows = self.store.rows("SELECT name, aliases FROM units")
        yield from (name for name, _ in rows)
        yield from chain.from_iterable(json.loads(f"[{','.join(aliases for _, aliases in rows)}]"))

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.folder)

    @cached_property
    def texts(self) -> Texts:
        return Texts(self.folder / TEXTS)

    @cached_property
    def homes(self) -> Sequence[int]:
        """For each entry the position of its document."""
        out: Sequence[int] = mapped(self.folder / HOMES, "I")
        return out

    @cached_property
    def places(self) -> Sequence[int]:
        """For each entry the number of its clause in the store."""
        out: Sequence[int] = mapped(self.folder / PLACES, "Q")
        return out

    def entry_at(self, place: int) -> int:
        """The entry of the clause with this number in the store."""
        return bisect_left(self.places, place) if self.in_order else self._entry_at[place]

    @cached_property
    def _entry_at(self) -> dict[int, int]:
        return {place: number for number, place in enumerate(self.places)}

    def in_store_order(self, scored: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """Entries with scores, best first, equal ones (to four digits) by number → equal ones in the order of the store."""
        if self.in_order:
            return scored
        out: list[tuple[int, float]] = []
        for _, alike in groupby(scored, key=lambda hit: int(hit[1] * 10_000 + 0.5)):
            several = list(alike)
            out += sorted(several, key=lambda hit: self.places[hit[0]]) if len(several) > 1 else several
        return out

    def clauses(self, numbers: Iterable[int]) -> dict[int, Clause]:
        """The clauses of entries."""
        wanted = sorted((self.places[number], number) for number in set(numbers))
        out: dict[int, Clause] = {}
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            found = self.store.read(Clause, f"seq IN ({','.join('?' * len(part))})", tuple(place for place, _ in part))
            out.update(zip((number for _, number in part), found, strict=True))
        return out

    @cached_property
    def sight(self) -> Sight:
        """The entries as ranking sees them."""
        return Sight(self.texts.__getitem__, self.trails.__getitem__, self.homes, self.shelf.around, self.shelf.forms)

    @cached_property
    def trails(self) -> Texts:
        return Texts(self.folder / TRAILS)

    @cached_property
    def words(self) -> WordsFile:
        return WordsFile(self.folder / WORDS)

    @cached_property
    def cut(self) -> Cutter:
        return cutter(self.words)

    @cached_property
    def means(self) -> Means:
        return Means(self.cut, self.frequency, self.near, self.count, self.shelf.places)

    @cached_property
    def _frequencies(self) -> OrderedDict[str, int]:
        return OrderedDict()

    def frequency(self, text: str) -> int:
        """In how many entries a bare text stands, articles with their items."""
        if text not in self._frequencies:
            if len(self._frequencies) >= REMEMBERED:
                self._frequencies.popitem(last=False)
            self._frequencies[text] = self._count(literal(text, True))
        return self._frequencies[text]

    def _count(self, tree: Tree) -> int:
        if isinstance(tree, Phrase) and len(tree.tokens) == 1:
            return self.holding(tree.field, tree.tokens[0])
        return self.engine.total(tree)

    def holding(self, field: str, token: str) -> int:
        """In how many entries a token stands: the engine knows without counting, but with those that were taken out."""
        if self._is_stale:
            return self.engine.total(Phrase(field, (token,)))
        return self.engine.frequency(field, token)

    @cached_property
    def _is_stale(self) -> bool:
        return len(self.places) != self.count

    def near(self, text: str) -> tuple[str, ...]:
        """Texts of the entries that differ from a bare text by one character; of short ones only words."""
        forms: list[str] = []
        if len(text) in (2, 3) and all("\u4e00" <= c <= "\u9fff" for c in text):
            counts = [(self.frequency(word), word) for word in self.words.one_changed(text)]
            forms = [word for n, word in sorted(counts, key=lambda hit: (-hit[0], hit[1]))[:FORMS] if n]
        head, tail = halves(text)
        if len(head) > 1:
            found, _ = self.engine.first(Or((literal(head), literal(tail))) if len(tail) > 1 else literal(head), NEAR)
            forms += [f for f in near_forms(text, map(self.texts.__getitem__, found)) if f not in forms]
        forms = [form for form in forms if not any(form != other and form in other for other in forms)]
        fewest = min((len(self.cut(form)) for form in forms), default=0)  # 驻村工作队 rather than 驻村工作机(制)
        return tuple(form for form in forms if len(self.cut(form)) == fewest)

    def documents(self, homes: Iterable[int]) -> dict[int, Document]:
        """The documents at some positions; those asked for once are kept."""
        wanted = set(homes)
        missing = sorted(wanted - self._documents.keys())
        found = self.store.read_many(Document, [self.shelf.ids[home] for home in missing])
        self._documents.update({home: found[self.shelf.ids[home]] for home in missing})
        return {home: self._documents[home] for home in wanted}

    @cached_property
    def _documents(self) -> dict[int, Document]:
        return {}

    def close(self) -> None:
        self.engine.close()
        for name in ("texts", "trails", "shelf"):
            if name in self.__dict__:
                getattr(self, name).close()


def read_stamp(folder: Path) -> dict[str, Any]:
    """What an index says of itself; {} when there is none."""
    try:
        stamp: dict[str, Any] = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return stamp
    except (OSError, ValueError):
        return {}


def open_searcher(folder: Path, store: Store) -> Index:
    """The index of a store; made anew from it when it is missing, damaged, of another state or of an engine not here."""
    with contextlib.suppress(KnowledgeBaseError, UsageError):
        return Index(folder, store)
    try:
        with alone(folder.parent):
            with contextlib.suppress(KnowledgeBaseError, UsageError):
                return Index(folder, store)  # another process was at it
            make_index(folder, store)
            if is_sealed(folder.parent, ""):
                reseal(folder.parent, under=f"{folder.name}/")
    except OSError as error:
        raise KnowledgeBaseError("检索索引缺失，又不能重建", str(folder), "请检查磁盘空间和权限，或用 policykb build 重建") from error
    return Index(folder, store)


def make_index(folder: Path, store: Store, keep: Callable[[Path], None] = lambda made: None) -> None:
    """Makes the index of a store beside and puts it in its place whole; who has the old one open keeps it.

    `keep` adds to the new index before it is put in place.
    """
    import shutil

    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        places = [place for (place,) in store.rows("SELECT seq FROM clauses ORDER BY seq")]
        entries = index_entries(store.read(Document), store.read(Clause), store.read(Task), store.read(Unit), places)
        build_index(beside, entries, _engine_for(store), store.meta["digest"])
        keep(beside)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _engine_for(store: Store) -> str:
    """The engine that the knowledge base was made with; the best here where that is not installed."""
    with contextlib.suppress(UsageError):
        return choose_engine(store.meta.get("engine"))
    return choose_engine(None)


def is_usable(folder: Path) -> bool:
    """Whether an index is of this program's format and of an engine that is here."""
    stamp = read_stamp(folder)
    try:
        return stamp.get("format") == FORMAT and bool(engine_named(str(stamp["engine"])))
    except UsageError:
        return False


def probe(folder: Path, store: Store, probes: int) -> int:
    """Checks that the index belongs to the store and finds pieces of clauses spread over it; returns how many were tried."""
    index = Index(folder, store)
    try:
        if index.count != store.count(Clause):
            raise KnowledgeBaseError("检索索引不完整", str(folder), "请用 policykb build 重建")
        tried = 0
        for step in range(min(probes, index.count)):
            offset = step * index.count // min(probes, index.count)
            number = index.entry_at(store.rows("SELECT seq FROM clauses ORDER BY seq LIMIT 1 OFFSET ?", (offset,))[0][0])
            clause = index.clauses([number])[number]
            piece = bare(clause.text)[2:8]
            if piece and number not in index.engine.match(literal(piece)):
                raise KnowledgeBaseError(f"检索索引查不到已有的条款 {clause.id}", str(folder), "请用 policykb build 重建")
            tried += bool(piece)
        return tried
    finally:
        index.close()
