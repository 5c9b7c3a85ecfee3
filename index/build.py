"""Records → a full-text index in a folder of its own: derived, disposable, stamped with the store's digest.

    words.txt    the dictionary that asking uses to cut words
    engine/      the engine's files
    texts.bin    the bare texts that ranking looks at
    trails.bin   the headings above each entry
    homes.bin    for each entry the position of its document
    places.bin   for each entry the number of its clause in the store (index/entries.py)
    around.bin, priors.bin, shelf.json, cards.bin   the documents (index/shelf.py)
    index.json   engine, digest, format: written last, so a folder without it is no index
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from index.engines.choice import engine as engine_named
from index.engines.protocol import Fields, Writer
from index.matching.synonyms import own_rows, synonyms, use_own_words
from index.places import place_names
from index.shelf import write_shelf
from index.standing import standing
from index.texts import TextsWriter
from index.tokens import bare, spaced_bigrams, unit_token
from index.words import FILE as WORDS
from index.words import fast_words, save, with_own_words
from kb.frozen import dataclass
from kb.model import Clause, Document, Task, Unit
from kb.store import OWN_FOLDER
from kb.tables import TableRow, table

FORMAT = 9  # raised whenever an earlier index can no longer be read; it is then made anew
STAMP = "index.json"
TEXTS = "texts.bin"
HOMES = "homes.bin"
PLACES = "places.bin"
TRAILS = "trails.bin"
SHORT = 3  # characters of a word with synonyms that must not be cut
TERM_COLUMNS = ("term", "note")
DEEPEST = 12  # clauses above one another that a trail names
TRAIL_WORDS = 40  # characters of a clause without heading that stand for it in a trail
INSIDE = "inside"  # kind token of a clause that is searched as part of the article around it
APART = "apart"  # kind token of one whose own text is not the one that counts for relevance


@dataclass(frozen=True, slots=True)
class Preface:
    """What concerns the whole index: the project's own words, the documents, and each one's standing (index/standing.py)."""

    words: tuple[str, ...]
    documents: Sequence[Document]
    standing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause as it is indexed. `place` is its number in the store, `home` the position of its document among all."""

    place: int
    home: int
    document: str
    own: str  # bare text of the clause alone: what exact search and phrases look at
    ranked: str  # bare text that counts for relevance: an article with its items, a preamble with the document's title
    heading: str
    trail: str  # the headings above it
    units: tuple[str, ...]
    leads: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def is_apart(self) -> bool:
        """Whether its own text is another than the one that counts for relevance."""
        return self.own != self.ranked


def index_entries(
    documents: Sequence[Document], clauses: Sequence[Clause], tasks: Sequence[Task], units: Sequence[Unit], places: Sequence[int]
) -> Iterator[Preface | Entry]:
    """The entries of all clauses in order, after one preface. `places`: the number of each clause in the store."""
    yield preface(documents, clauses, units)
    yield from entries({d.id: (at, d) for at, d in enumerate(documents)}, clauses, tasks, places)


def preface(documents: Sequence[Document], clauses: Sequence[Clause], units: Sequence[Unit]) -> Preface:
    """What concerns the whole index; of the clauses those that name titles in 《》 would do."""
    return Preface(tuple(dictionary_words(documents, units)), documents, standing(documents, clauses))


Homes = Mapping[str, tuple[int, Document]]  # documents by id, with their positions among all


def entries(homes: Homes, clauses: Sequence[Clause], tasks: Sequence[Task], places: Sequence[int]) -> Iterator[Entry]:
    """The entries of clauses, in order; they must be all clauses of their documents."""
    below = _items(clauses)
    by_id = {c.id: c for c in clauses}
    work: dict[str, list[Task]] = {}
    for task in tasks:
        work.setdefault(task.clause, []).append(task)
    inside = {c.id for parts in below.values() for c in parts}
    folded: dict[str, str] = {}
    trails: dict[str | None, str] = {}
    for place, clause in zip(places, clauses, strict=True):
        at, document = homes[clause.document]
        own = folded.pop(clause.id, None) or bare(clause.text)
        more = ""
        if clause.id in below:
            folded |= {c.id: bare(c.text) for c in below[clause.id]}  # they come right behind their article
            more = "".join(folded[c.id] for c in below[clause.id])
        if clause.kind == "preamble":
            more = bare(document.number or "") + ("" if bare(document.title) in own else bare(document.title))
        if clause.parent not in trails:
            trails[clause.parent] = _trail(by_id.get(clause.parent or ""), by_id)
        units: tuple[str, ...] = ()
        leads: tuple[str, ...] = ()
        kinds = (clause.kind, INSIDE) if clause.id in inside else (clause.kind,)
        if clause.id in work:
            given = [u for t in work[clause.id] for u in t.units if u.unit]
            units = tuple(dict.fromkeys(unit_token(u.unit) for u in given))
            leads = tuple(dict.fromkeys(unit_token(u.unit) for u in given if u.role == "lead"))
            kinds = (*kinds, "task")
        heading = bare(clause.heading) if clause.heading else ""
        yield Entry(place, at, document.id, own, own + more, heading, trails[clause.parent], units, leads, kinds)


def _trail(above: Clause | None, by_id: dict[str, Clause]) -> str:
    """The headings (or first words) of a clause and those above it, bare, nearest first."""
    out: list[str] = []
    while above is not None and len(out) < DEEPEST:
        out.append(bare(above.heading or above.text[:TRAIL_WORDS]))
        above = by_id.get(above.parent or "")
    return "\n".join(out)


def _items(clauses: Sequence[Clause]) -> dict[str, list[Clause]]:
    """For each article (条) the clauses below it: an article is read, cited and found as a whole."""
    article_of: dict[str, str] = {}
    out: dict[str, list[Clause]] = {}
    for clause in clauses:
        above = clause.parent or ""
        home = article_of.get(above, above)
        if clause.kind == "article":
            article_of[clause.id] = clause.id
        elif above and home in article_of:
            article_of[clause.id] = home
            out.setdefault(home, []).append(clause)
    return out


def dictionary_words(documents: Iterable[Document], units: Iterable[Unit]) -> Iterator[str]:
    """The words that must stay whole: families of units and places, the names of the units here, terms, short words that have
    synonyms (longer ones are found by their parts).

    Families and places are those of the tables, so that a document that names one more of them does not change how the others are cut.
    """
    from kb.regions import regions
    from kb.units import load_units

    yield from {bare(row.family) for row in load_units().rows}
    for unit in units:
        yield bare(unit.family)
        for name in (unit.name, *unit.aliases):
            yield bare(name)
    for region in {*regions(), *(d.region for d in documents if d.region)}:
        yield from place_names(bare(region))
    yield from terms()
    yield from (word for word in synonyms() if len(word) <= SHORT)


def terms() -> tuple[str, ...]:
    """The terms of policy language that general dictionaries do not have."""
    rows = (*read_terms(table("terms", TERM_COLUMNS)), *read_terms(own_rows("terms", TERM_COLUMNS)))
    return tuple(bare(row.cells["term"]) for row in rows)


def read_terms(rows: tuple[TableRow, ...]) -> tuple[TableRow, ...]:
    """Checks the table: two characters or more, each term once."""
    from kb.errors import DataError

    seen: set[str] = set()
    for row in rows:
        term = row.cells["term"]
        if len(term) < 2 or term in seen:
            raise DataError(f"词“{term}”太短或重复", row.place, "请删去或改正这一行")
        seen.add(term)
    return rows


def _fields(entry: Entry, words_of: Callable[[str], str]) -> Fields:
    """The tokens of an entry, by field (see index/engines/protocol.py)."""
    return {
        "pairs": spaced_bigrams(entry.ranked),
        "characters": " ".join(entry.ranked),
        "words": words_of(entry.ranked),
        "own": spaced_bigrams(entry.own) if entry.is_apart else (),
        "head": spaced_bigrams(entry.heading),
        "unit": entry.units,
        "lead": entry.leads,
        "doc": (entry.document,),
        "kind": (*entry.kinds, APART) if entry.is_apart else entry.kinds,
    }


def choose_engine(name: str | None) -> str:
    """The name of the engine to use: the one asked for, else the best installed. UsageError when it is not installed."""
    return engine_named(name).name


def build_index(folder: Path, entries: Iterable[Preface | Entry], engine: str, digest: str) -> int:
    """Makes the index in `folder` (which must not hold one) for the store of this digest; returns the number of entries."""
    count = fill_index(folder, entries, engine)
    stamp_index(folder, engine, digest, count)
    return count


def stamp_index(folder: Path, engine: str, digest: str, count: int, in_order: bool = True) -> None:
    """Says which store a filled index is of, and so makes it one that counts. `in_order`: whether the entries are in the order of
    the store, which they are not when some came later."""
    stamp = {"format": FORMAT, "engine": engine, "digest": digest, "count": count, "in_order": in_order}
    (folder / STAMP).write_text(json.dumps(stamp), encoding="utf-8")


def fill_index(folder: Path, entries: Iterable[Preface | Entry], engine: str) -> int:
    """All of an index but its stamp; returns the number of entries. `stamp_index` completes it.

    The user's own terms and synonyms are taken from the folder OWN_FOLDER beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    use_own_words(folder.parent / OWN_FOLDER)
    stream = iter(entries)
    first = next(stream)
    assert isinstance(first, Preface)
    words, own = with_own_words(first.words)
    save(words, folder / WORDS)
    words_of = fast_words(words, own)
    filling = Filler(folder, engine_named(engine).create(folder / "engine"), 0)
    for entry in stream:
        assert isinstance(entry, Entry)
        filling.add(entry, words_of)
    filling.close()
    write_shelf(folder, first.documents, first.standing)
    return filling.count


class Filler:
    """Puts entries into an index: into its engine and its flat files, from the number `count` on."""

    def __init__(self, folder: Path, writer: Writer, count: int) -> None:
        self._folder, self._writer, self.count = folder, writer, count
        self._texts, self._trails = TextsWriter(folder / TEXTS), TextsWriter(folder / TRAILS)
        self._homes, self._places = array("I"), array("Q")

    def add(self, entry: Entry, words_of: Callable[[str], str]) -> None:
        self._writer.add(self.count, _fields(entry, words_of))
        self._texts.add(entry.ranked)
        self._trails.add(entry.trail)
        self._homes.append(entry.home)
        self._places.append(entry.place)
        self.count += 1

    def remove(self, numbers: Iterable[int]) -> None:
        """Takes entries out of the engine; what flat files say of them is not asked for any more."""
        self._writer.remove(numbers)

    def close(self) -> None:
        """Everything added is in the files."""
        self._writer.commit()
        self._texts.close()
        self._trails.close()
        for name, numbers in ((HOMES, self._homes), (PLACES, self._places)):
            with (self._folder / name).open("ab") as file:
                file.write(numbers.tobytes())
