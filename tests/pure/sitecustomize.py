"""Makes every compiled part un-importable in each Python process that has this folder on its path and POLICYKB_PURE set."""

import os
import sys
from importlib.machinery import PathFinder

COMPILED = ("tantivy", "rjieba", "lxml", "numpy", "scipy", "pandas", "marisa_trie", "cryptography", "Crypto", "PIL", "regex", "orjson")


class WithoutCompiled(PathFinder):
    """Finds modules as Python does, but for those of COMPILED: they are as if they were not installed."""

    @classmethod
    def find_spec(cls, fullname, path=None, target=None):  # type: ignore[no-untyped-def]
        top = fullname.partition(".")[0]
        if top in COMPILED and not (top == "PIL" and _asked_by("reportlab")):  # the tests make their pdf files with it
            return None
        return super().find_spec(fullname, path, target)


def _asked_by(package: str) -> bool:
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] == package:
            return True
        frame = frame.f_back
    return False


if os.environ.get("POLICYKB_PURE"):
    sys.meta_path[:] = [WithoutCompiled if finder is PathFinder else finder for finder in sys.meta_path]
