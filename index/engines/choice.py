"""Which engine to use. A further engine is one more module of this package and its name in NAMES."""

from __future__ import annotations

from importlib import import_module

from index.engines.protocol import Engine
from kb.errors import UsageError

NAMES = ("tantivy", "whoosh")  # the first one that is installed is used


def engine(name: str | None = None) -> Engine:
    """The engine of this name, or without a name the best that is installed. UsageError in Chinese when there is none."""
    if name is not None and name not in NAMES:
        raise UsageError(f"没有检索引擎“{name}”", "--engine", f"可用的有 {'、'.join(NAMES)}")
    for each in (name,) if name else NAMES:
        module: Engine = import_module(f"index.engines.{each}")
        if module.installed():
            return module
    missing = name or "、".join(NAMES)
    raise UsageError(f"检索引擎 {missing} 没有安装", "--engine", f"请运行 pip install {'tantivy' if name == 'tantivy' else 'whoosh-reloaded'}")
