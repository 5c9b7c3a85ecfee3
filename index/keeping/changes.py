"""A state that follows another one: the store changed in place in a copy, the index extended or made anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from index.build import build_index, choose_engine, index_entries
from index.keeping.extending import Step, extend
from index.keeping.seals import checksum, read_seal, seal
from index.keeping.states import INDEX, KEEP, Clock, damaged_error, keep_known, probe_index, put_own
from kb.model import Clause, Document, Task, Unit
from kb.saving import Amendment, NoRoom, amend
from kb.store import FILE, Store


def copy_store(folder: Path, old: Store) -> None:
    """A copy of a store for `put_changed`, made before anything is read from it: KnowledgeBaseError when it is not what was sealed."""
    shutil.copyfile(old.path, folder / FILE)
    sealed = (read_seal(old.path.parent) or {}).get(FILE)
    if sealed is not None and checksum(folder / FILE) != sealed[2]:
        raise damaged_error(old.path.parent)


def put_changed(folder: Path, old: Store, change: Amendment, clock: Clock) -> None:
    """The state of `old`, whose copy is in `folder`, after a change: store, index and seal, verified.

    NoRoom, and then nothing is in the folder, where the store must be written anew.
    """
    before = old.path.parent
    put_own(folder, json.loads(old.meta.get("own") or "{}"))
    try:
        amend(folder / FILE, change)
    except NoRoom:
        (folder / FILE).unlink()
        raise
    clock.lap("save")
    files = [s.file for s in change.fresh.sources]
    store = Store(folder / FILE)
    try:
        if not store.is_whole({*files, *change.slices}):
            raise damaged_error(folder)
        clock.lap("verify")
        _put_index(folder, old, store, change)
    finally:
        store.close()
    probe_index(folder)
    seal(folder, KEEP, before)
    clock.lap("index")


def _put_index(folder: Path, old: Store, store: Store, change: Amendment) -> None:
    gone = [d.id for file in change.gone for d in old.of_file(Document, file)]
    step = Step(gone, [d.id for d in change.fresh.documents])
    if extend(folder / INDEX, old.path.parent / INDEX, old, store, step):
        return
    places = [place for (place,) in store.rows("SELECT seq FROM clauses ORDER BY seq")]
    entries = index_entries(store.read(Document), store.read(Clause), store.read(Task), store.read(Unit), places)
    build_index(folder / INDEX, entries, choose_engine(old.meta["engine"]), store.meta["digest"])
    keep_known(folder, folder / INDEX)
