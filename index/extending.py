"""An index that follows another one: where files only came, their entries are put behind those that are there.

What a new index would have must come out. So it is made anew where an entry must go or change: when a file leaves or is replaced,
when words that the new files bring to the dictionary cut what is there in another way, and when much comes at once.
"""

from __future__ import annotations

import os
import shutil
from array import array
from collections.abc import Collection
from pathlib import Path

from index.build import (
    HOMES,
    PLACES,
    STAMP,
    TEXTS,
    TRAILS,
    Filler,
    Preface,
    dictionary_words,
    entries,
    preface,
    stamp_index,
)
from index.known import FOLDER as KNOWN
from index.opening import Index
from index.plan import literal
from index.shelf import FILES as SHELF_FILES
from index.shelf import write_shelf
from index.words import FILE as WORDS
from index.words import WordsFile, cutter, save, with_own_words
from kb.errors import KnowledgeBaseError, UsageError
from kb.model import Clause, Document, Task, Unit
from kb.store import Store

ENGINE = "engine"
SHARE = 10  # new entries that are put behind the others are at most one in so many
CUT_ANEW = 2000  # entries that are cut to see whether new words change them; where there are more, all are
GROWING = (PLACES, *(name for texts in (TEXTS, TRAILS) for name in (texts, texts.replace(".bin", ".starts"))))
MADE_ANEW = (STAMP, WORDS, HOMES, *SHELF_FILES)


def extend(folder: Path, before: Path, old: Store, store: Store, files: Collection[str]) -> bool:
    """Makes in `folder` the index of `store` from the one in `before`, that of `old`, when only `files` came.

    False, and nothing is made, where the index must be made anew.
    """
    try:
        index = Index(before, old)
    except (KnowledgeBaseError, UsageError):
        return False
    try:
        return _extended(folder, index, store, files)
    finally:
        index.close()


def _extended(folder: Path, index: Index, store: Store, files: Collection[str]) -> bool:
    clauses = [c for file in sorted(files) for c in store.of_file(Clause, file)]
    if SHARE * len(clauses) > index.count:
        return False
    documents = store.read(Document)
    now = preface(documents, store.read(Clause, "instr(text, '《') > 0"), store.read(Unit))
    folder.mkdir()
    if not _words(folder, index, now) or not _engine(folder, index):
        shutil.rmtree(folder)
        return False
    for path in index.folder.iterdir():
        if path.is_file() and path.name not in MADE_ANEW:
            (shutil.copyfile if path.name in GROWING else share)(path, folder / path.name)
    (folder / KNOWN).mkdir()
    for path in (index.folder / KNOWN).iterdir():
        share(path, folder / KNOWN / path.name)
    position = {d.id: at for at, d in enumerate(documents)}
    moved = [position[document] for document in index.shelf.ids]
    (folder / HOMES).write_bytes(array("I", [moved[home] for home in index.homes]).tobytes())
    places = [place for file in sorted(files) for (place,) in store.rows("SELECT seq FROM clauses WHERE seq >= ? AND seq < ? ORDER BY seq", store.places_of(file))]
    tasks = [t for file in sorted(files) for t in store.of_file(Task, file)]
    writer = index.module.extend(folder / ENGINE)
    assert writer is not None
    filler = Filler(folder, writer, index.count)
    cut = cutter(WordsFile(folder / WORDS))
    for entry in entries(documents, clauses, tasks, places):
        filler.add(entry, cut)
    filler.close()
    write_shelf(folder, documents, now.standing)
    in_order = index.in_order and (not places or places[0] > index.places[-1])
    stamp_index(folder, index.module.name, store.meta["digest"], filler.count, in_order)
    return True


def _words(folder: Path, index: Index, now: Preface) -> bool:
    """Puts the dictionary into `folder`; False where it cuts an entry that is there in another way than the former one."""
    former = set(dictionary_words(index.store.read(Document), index.store.read(Unit)))
    other = former.symmetric_difference(now.words)
    if not other:
        share(index.folder / WORDS, folder / WORDS)
        return True
    save(with_own_words(now.words)[0], folder / WORDS)
    words = WordsFile(folder / WORDS)
    cut, cut_before = cutter(words), cutter(index.words)
    touched: set[int] = set()
    for word in sorted(w for w in other if words.look(w) != index.words.look(w)):
        touched.update(index.engine.match(literal(word, True)))
        if len(touched) > CUT_ANEW:
            return False
    return all(cut(text) == cut_before(text) for text in map(index.texts.__getitem__, sorted(touched)))


def _engine(folder: Path, index: Index) -> bool:
    """Puts the engine's files into `folder`; False where the engine cannot take more entries."""
    if not index.module.EXTENDS:
        return False
    (folder / ENGINE).mkdir()
    for path in (index.folder / ENGINE).iterdir():
        if path.suffix != ".lock":
            (shutil.copyfile if path.suffix == ".json" else share)(path, folder / ENGINE / path.name)
    return True


def share(path: Path, other: Path) -> None:
    """The same file under another name, or where the system has only one name for each a copy: files of a state never change."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copy2(path, other)
