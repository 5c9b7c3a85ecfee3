"""The sample corpus as a knowledge base, built once for all tests of a run that ask it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from index.library import Library, build
from kb.regions import use_own

CORPUS = Path(__file__).parent.parent / "corpus"


@lru_cache(maxsize=1)
def _home() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="policykb-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build([CORPUS], folder / "kb", data=CORPUS / "data")
    use_own(None)
    return folder / "kb"


def sample_library() -> Library:
    """The samples, open; whoever opens it closes it and calls kb.regions.use_own(None), since its invented places are in force meanwhile."""
    return Library(_home())
