"""whoosh keeps parts of its index as pickles, which can name anything to be called when they are read. Here they can name only
the few classes that whoosh and our engine write, so that a foreign index can be wrong but cannot run anything.
"""

from __future__ import annotations

import io
import pickle
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

KNOWN = {
    ("whoosh.fields", "Schema"), ("whoosh.fields", "FieldType"), ("whoosh.codec.whoosh3", "W3Segment"), ("collections", "defaultdict"),
    ("builtins", "int"), ("index.engines.whoosh_fields", "Counted"), ("index.engines.whoosh_fields", "FlatCodec"),
}  # fmt: skip


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in KNOWN:
            raise ValueError(f"{module}.{name} has no place in an index")
        return super().find_class(module, name)


def load(file: Any) -> Any:
    """A pickled value of KNOWN classes from an open file. ValueError for any other."""
    return _Reader(file).load()


def loads(data: bytes) -> Any:
    """The same from bytes."""
    return load(io.BytesIO(data))


@lru_cache(maxsize=1)
def guard() -> None:
    """From now on whoosh reads its pickles so, and no index of its earlier versions. Called before anything is opened."""
    from whoosh import columns, index
    from whoosh.codec import whoosh3
    from whoosh.filedb import structfile

    structfile.load_pickle = load
    whoosh3.loads = columns.loads = loads
    index.pickle = SimpleNamespace(loads=loads, dumps=pickle.dumps, PicklingError=pickle.PicklingError)
    index.toc_loaders = {}
