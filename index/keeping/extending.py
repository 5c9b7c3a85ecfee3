"""An index that follows another one: the entries of what left are taken out, those of what came put behind all others.

What is found is what a new index would find. Only its scores know of the entries that were taken out (engines count them among
those that hold a word until they rewrite their files), so their share is kept below what could be seen; beyond it, and where much
comes at once, the index is made anew.
"""

from __future__ import annotations

import os
import shutil
from array import array
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from index.build import (
    HOMES,
    PLACES,
    STAMP,
    TEXTS,
    TRAILS,
    Entry,
    Filler,
    Preface,
    dictionary_words,
    entries,
    preface,
    stamp_index,
)
from index.engines.protocol import AnyOf
from index.keeping.known import FOLDER as KNOWN
from index.keeping.seals import broken, checksum, is_sealed, read_seal
from index.matching.plan import literal
from index.opening import Index
from index.shelf import FILES as SHELF_FILES
from index.shelf import SHELF, write_shelf
from index.texts import unreadable
from index.words import FILE as WORDS
from index.words import WordsFile, cutter, save, with_own_words
from kb.errors import KnowledgeBaseError, UsageError
from kb.model import Clause, Document, Task, Unit
from kb.store import Store

ENGINE = "engine"
SHARE = 10  # new entries that are put behind the others are at most one in so many
STALE = 50  # and entries that were taken out one in so many
GROWING = (PLACES, *(name for texts in (TEXTS, TRAILS) for name in (texts, texts.replace(".bin", ".starts"))))
LOOKED_INTO = (PLACES, HOMES, WORDS, SHELF)
MADE_ANEW = (STAMP, WORDS, HOMES, *SHELF_FILES)


class Step(NamedTuple):
    """What changed since the former store: the ids of documents that left, and of those that came; a replaced one is in both."""

    gone: Collection[str]
    fresh: Collection[str]


def extend(folder: Path, before: Path, old: Store, store: Store, step: Step) -> bool:
    """Makes in `folder` the index of `store` from the one in `before`, that of `old`. False, and nothing is made, where the index
    must be made anew: nothing is taken over from one that is not as it was sealed."""
    if not _is_sound(before):
        return False
    made = False
    try:
        index = Index(before, old)
        try:
            made = index.module.EXTENDS and _extended(folder, index, store, step)
        finally:
            index.close()
    except (KnowledgeBaseError, UsageError):
        return False
    finally:
        if not made:
            shutil.rmtree(folder, ignore_errors=True)
    return made


def _is_sound(before: Path) -> bool:
    """Whether an index is what was sealed by its files' sizes and times; those that are looked into at once are read. What is only
    linked keeps its checksum, what is copied is compared with it."""
    state, under = before.parent, f"{before.name}/"
    if not is_sealed(state, under) or broken(state, under) or not (before / KNOWN).is_dir():
        return False
    return not any(broken(state, f"{under}{name}", thorough=True) for name in LOOKED_INTO)


def _extended(folder: Path, index: Index, store: Store, step: Step) -> bool:
    rows = len(index.places)
    gone = index.engine.match(AnyOf("doc", tuple(step.gone)))
    stale = rows - index.count + len(gone)
    if STALE * stale > rows or SHARE * _clauses_in(store, step.fresh) > rows:
        return False
    documents = store.read(Document)
    now = preface(documents, store.read(Clause, "instr(text, '《') > 0"), store.read(Unit))
    folder.mkdir()
    other = _words(folder, index, now, rows // STALE - stale)
    if other is None:
        return False
    again = sorted(other.difference(gone))
    _take_over(folder, index)
    _write_homes(folder, index, documents)
    filler = Filler(folder, index.module.extend(folder / ENGINE), rows)
    filler.remove([*gone, *again])
    cut = cutter(WordsFile(folder / WORDS))

    def words_of(text: str) -> str:
        return " ".join(cut(text))

    last = index.places[-1] if rows else 0
    in_order = index.in_order
    for entry in _entries(index, store, documents, step.fresh, again):
        in_order = in_order and entry.place > last
        last = entry.place
        filler.add(entry, words_of)
    filler.close()
    write_shelf(folder, documents, now.standing)
    stamp_index(folder, index.module.name, store.meta["digest"], filler.count - stale - len(again), in_order)
    return True


def _clauses_in(store: Store, documents: Collection[str]) -> int:
    return sum(store.rows("SELECT count(*) FROM clauses WHERE document = ?", (document,))[0][0] for document in documents)


def _entries(index: Index, store: Store, documents: list[Document], fresh: Collection[str], again: Collection[int]) -> Iterator[Entry]:
    """The entries of the new documents, and those at the places of `again`, in the order of the store."""
    places = {index.places[number] for number in again}
    wanted = {*fresh, *(index.shelf.ids[index.homes[number]] for number in again)}
    for at, document in enumerate(documents):
        if document.id in wanted:
            clauses, tasks = store.read(Clause, "document = ?", (document.id,)), store.read(Task, "document = ?", (document.id,))
            own = [place for (place,) in store.rows("SELECT seq FROM clauses WHERE document = ? ORDER BY seq", (document.id,))]
            made = entries({document.id: (at, document)}, clauses, tasks, own)
            yield from (e for e in made if document.id in fresh or e.place in places)


def _words(folder: Path, index: Index, now: Preface, most: int) -> set[int] | None:
    """Puts the dictionary into `folder`; returns the entries that it cuts in another way than the former one, None for more than `most`."""
    former = set(dictionary_words(index.store.read(Document), index.store.read(Unit)))
    other = former.symmetric_difference(now.words)
    if not other:
        _share(index, WORDS, folder)
        return set()
    save(with_own_words(now.words)[0], folder / WORDS)
    words = WordsFile(folder / WORDS)
    cut, cut_before = cutter(words), cutter(index.words)
    seen: set[int] = set()
    found: set[int] = set()
    for word in sorted(w for w in other if words.look(w) != index.words.look(w)):
        holding = set(index.engine.match(literal(word, True))) - seen
        seen |= holding
        found.update(n for n in holding if cut(index.texts[n]) != cut_before(index.texts[n]))
        if len(found) > most:
            return None
    return found


def _take_over(folder: Path, index: Index) -> None:
    """Puts the files into `folder` that stay as they are, and copies of those that grow."""
    for path in index.folder.iterdir():
        if path.is_file() and path.name not in MADE_ANEW:
            (_copy if path.name in GROWING else _share)(index, path.name, folder)
    for name in (KNOWN, ENGINE):
        (folder / name).mkdir()
        for path in (index.folder / name).iterdir():
            if path.suffix != ".lock":
                (_copy if path.suffix == ".json" else _share)(index, f"{name}/{path.name}", folder)


def _write_homes(folder: Path, index: Index, documents: Iterable[Document]) -> None:
    """The positions of the entries' documents among all that there are now; of entries that leave it says nothing."""
    position = {d.id: at for at, d in enumerate(documents)}
    moved = [position.get(document, 0) for document in index.shelf.ids]
    (folder / HOMES).write_bytes(array("I", [moved[home] for home in index.homes]).tobytes())


def _share(index: Index, name: str, folder: Path) -> None:
    """The same file once more, or where the system has only one name for each a copy: files of a state never change."""
    try:
        os.link(index.folder / name, folder / name)
    except OSError:
        _copy(index, name, folder)


def _copy(index: Index, name: str, folder: Path) -> None:
    """A copy, which is sealed as it is: KnowledgeBaseError when it is not what was sealed before, though it looks so."""
    shutil.copyfile(index.folder / name, folder / name)
    sealed = (read_seal(index.folder.parent) or {}).get(f"{index.folder.name}/{name}")
    if sealed is None or checksum(folder / name) != sealed[2]:
        raise unreadable(index.folder / name)
