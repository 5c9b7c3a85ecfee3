"""All long trials one after the other, with a table of their figures: `make soak`, or `make soak FULL=1` for the full numbers.

    python -m tests.soak [--full] [--seed 1] [--only kills,damage]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

# name → (module, arguments of a short run, arguments of the full one)
TRIALS = {
    "kills": ("tests.soak.kills", ["--count", "10"], ["--count", "200"]),
    "beside": ("tests.soak.beside", ["--seconds", "10"], ["--seconds", "60"]),
    "disk": ("tests.soak.disk", ["--count", "6"], ["--count", "30"]),
    "changes": ("tests.soak.changes", ["--orders", "2", "--imports", "10"], ["--orders", "20", "--imports", "200"]),
    "damage": ("tests.soak.damage", ["--count", "20"], ["--count", "300"]),
    "patterns": ("tests.soak.patterns", ["--length", "10000"], ["--length", "100000"]),
    "growth": ("tests.soak.growth", ["--length", "20000"], ["--length", "200000"]),
    "readers": ("tests.fuzz_readers", ["--count", "200"], ["--count", "10000"]),
}


def main() -> int:
    """Runs and prints the table; 1 when a trial failed."""
    ap = argparse.ArgumentParser()
    ap.add_argument("--full", action="store_true")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--only", default=",".join(TRIALS))
    args = ap.parse_args()
    rows = []
    for name in args.only.split(","):
        module, short, full = TRIALS[name]
        begin = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", module, *(full if args.full else short), "--seed", str(args.seed)], capture_output=True, text=True, check=False
        )
        said = done.stdout.strip() or done.stderr.strip()[-2000:]
        rows.append((name, done.returncode, time.monotonic() - begin, said))
        print(f"{name:9}{'ok  ' if not done.returncode else 'FAIL'} {rows[-1][2]:7.0f} s  " + said.replace("\n", "\n" + " " * 25), flush=True)
    failed = [name for name, code, _, _ in rows if code]
    print(f"\n{len(rows) - len(failed)} of {len(rows)} trials hold" + (f"; not: {', '.join(failed)}" if failed else ""))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
