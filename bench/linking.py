"""Linking the statutes of ../shared with themselves by level: national laws against N and 2N local regulations, time and memory.

    python -m bench.linking [--share 16]

Prints clauses, links, seconds of processor time for each, and the ratios: linking is meant to grow no faster than the clauses. Twice as
many of all statutes, national ones too, is printed beside it: there each regulation also finds more of the laws that it cites.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.corpora import laws
from kb.citations import resolve
from kb.pipeline import FileRecords, parse_files
from kb.reading import find_files
from kb.tracing import trace_all


def link(files: Sequence[FileRecords]) -> tuple[int, int, float]:
    """Clauses, links and seconds for some files."""
    documents = [d for f in files for d in f.documents]
    clauses = [c for f in files for c in f.clauses]
    citations = resolve([c for f in files for c in f.citations], documents, clauses)
    begin = time.process_time()
    links, _ = trace_all(documents, clauses, citations)
    return len(clauses), len(links), time.process_time() - begin


def compare(title: str, few: Sequence[FileRecords], many: Sequence[FileRecords]) -> None:
    """Both measured and printed."""
    print(title)
    results = []
    for name, files in (("N", few), ("2N", many)):
        results.append(link(files))
        print("  {}: {} clauses, {} links, {:.1f} s".format(name, *results[-1]))
    clauses, seconds = (results[1][i] / results[0][i] for i in (0, 2))
    print(f"  clauses x {clauses:.2f}, time x {seconds:.2f}", flush=True)


def main() -> None:
    """Every `share`-th statute, then twice as many."""
    ap = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    ap.add_argument("--share", type=int, default=16, help="every how many-th statute makes N")
    share = ap.parse_args().share
    with tempfile.TemporaryDirectory() as home:
        files = parse_files(find_files([laws(Path(home), share // 2)])[0])
    local = [f for f in files if any(d.level not in ("national", None) for d in f.documents)]
    national = [f for f in files if f not in local]
    compare("national laws against N local regulations, and against 2N", national + local[::2], national + local)
    compare("N statutes of all levels, and 2N", files[::2], files)
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
