"""Linking the statutes of ../shared with themselves by level: N of them and 2N, time and memory.

    python -m bench.linking [--share 16]

Prints clauses, links, seconds of processor time for each, and the two ratios: linking is meant to grow no faster than the clauses.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from bench.corpora import laws
from kb.citations import resolve
from kb.pipeline import parse_files
from kb.reading import find_files
from kb.tracing import trace_all


def link(folder: Path) -> tuple[int, int, float]:
    """Clauses, links and seconds for all files of a folder."""
    files = parse_files(find_files([folder])[0])
    documents = [d for f in files for d in f.documents]
    clauses = [c for f in files for c in f.clauses]
    citations = resolve([c for f in files for c in f.citations], documents, clauses)
    begin = time.process_time()
    links, _ = trace_all(documents, clauses, citations)
    return len(clauses), len(links), time.process_time() - begin


def main() -> None:
    """Every `share`-th statute, then twice as many."""
    ap = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    ap.add_argument("--share", type=int, default=16, help="every how many-th statute makes N")
    share = ap.parse_args().share
    with tempfile.TemporaryDirectory() as home:
        few, many = link(laws(Path(home), share)), link(laws(Path(home), share // 2))
    for name, (clauses, links, seconds) in (("N", few), ("2N", many)):
        print(f"{name}: {clauses} clauses, {links} links, {seconds:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"clauses x {many[0] / few[0]:.2f}, time x {many[2] / few[2]:.2f} (meant: at most 2.3 for twice the statutes), peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
