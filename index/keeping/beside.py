"""The index is filled in a second process while the first one links and saves: it needs neither links nor the store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

from index.build import fill_index, index_entries
from kb.model import Records
from kb.orphans import end_with_parent, uninterrupted
from kb.saving import clause_places

BESIDE_FROM = 20_000  # clauses; below that a second process costs more than it saves
BEHIND = 3  # steps of priority by which it stands behind the first: it has two threads, and what the first does comes one after the other


class Filling:
    """Fills an index in `folder`, beside other work where there is enough of it; `finish` waits for it.

    `with Filling(folder, records, "tantivy") as filling: …; filling.finish()`. A process that breaks down leaves its work to
    `finish`, which raises what goes wrong then; when the block ends with an error, the process ends with it.
    """

    def __init__(self, folder: Path, records: Records, engine: str) -> None:
        self._job = (folder, records, engine)
        self._child: Any = None

    def __enter__(self) -> Filling:
        if len(self._job[1].clauses) >= BESIDE_FROM and hasattr(os, "fork") and (os.cpu_count() or 1) > 1:
            import gc
            from multiprocessing import get_context

            gc.freeze()  # the collector would touch, and so copy, every page that both processes share
            try:
                with uninterrupted():
                    self._child = get_context("fork").Process(target=_fill_beside, args=self._job, daemon=True)
                    self._child.start()
                    gc.unfreeze()
            except BaseException as error:  # a block that was not entered is not left either
                self.__exit__(type(error), error, None)
                raise
        return self

    def finish(self) -> None:
        """Returns when the index is filled."""
        if self._child is not None:
            self._child.join()
            if self._child.exitcode == 0:
                return
            shutil.rmtree(self._job[0], ignore_errors=True)
        _fill(*self._job)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._child is not None and self._child.is_alive():
            self._child.terminate()
            self._child.join()


def _fill(folder: Path, records: Records, engine: str) -> None:
    places = clause_places(records)
    fill_index(folder, index_entries(records.documents, records.clauses, records.tasks, records.units, places), engine)


def _fill_beside(folder: Path, records: Records, engine: str) -> None:
    import gc

    gc.disable()
    end_with_parent()
    os.nice(BEHIND)
    _fill(folder, records, engine)
