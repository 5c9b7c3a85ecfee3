"""Makes every compiled part un-importable in each Python process that has this folder on its path and POLICYKB_PURE set."""

import os
import sys

COMPILED = ("tantivy", "rjieba", "lxml", "numpy", "scipy", "pandas", "marisa_trie", "cryptography", "PIL")

if os.environ.get("POLICYKB_PURE"):
    for name in COMPILED:
        sys.modules[name] = None  # type: ignore[assignment]
