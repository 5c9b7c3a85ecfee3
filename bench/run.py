"""`make bench`: builds, searches and answers, side by side with the alternatives, in one run; writes bench/RESULTS.md.

    python -m bench.run [--sizes 1/8,1/4,1/2,1] [--kb FOLDER] [--cold 20] [--pure] [--all-whoosh] [--out bench/RESULTS.md]

Figures are medians; ratios are of figures of the same run. Nothing is asserted here: the reader compares.
"""

from __future__ import annotations

import argparse
import compileall
import datetime
import gc
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import baselines
from bench.corpora import SHARED, SIZES, laws, megabytes
from bench.measure import Run, calls, median_process, process
from index.library import Library
from kb.model import Clause, Document

ROOT = Path(__file__).parent.parent
POLICYKB = [str(Path(sys.executable).parent / "policykb")]
QUERIES = {
    "one word": ["土地", "赔偿", "劳动者", "抚养费", "股东", "行政处罚", "保险", "合同"],
    "two words": ["土地 补偿", "劳动 报酬", "股东 知情权", "道路 事故", "离婚 财产", "行政 复议"],
    "phrase": ["“善意取得”", "“工伤保险”", "“土地承包经营权”", "“不可抗力”", "“连带责任”"],
    "exact": ["承包经营权", "连带责任", "不动产登记", "未成年人", "诉讼时效"],
}
TASKS_UNIT, TRACE_TEXT = "市医保局", "大病保险继续对低保对象实施倾斜支付"


class Report:
    """Lines of the result, printed as they come and kept for the file."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str = "") -> None:
        print(line, flush=True)
        self.lines.append(line)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        self.say("| " + " | ".join(head) + " |")
        self.say("|" + "---|" * len(head))
        for row in rows:
            self.say("| " + " | ".join(f"{c:.2f}" if isinstance(c, float) else str(c) for c in row) + " |")
        self.say()


def main() -> None:
    """Runs everything asked for; skips, and says so, what needs ../shared where that is absent."""
    ap = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    ap.add_argument("--sizes", default="1/8,1/4,1/2,1")
    ap.add_argument("--cold", type=int, default=20)
    ap.add_argument("--kb", type=Path, help="ask this knowledge base of the statutes and build none")
    ap.add_argument("--pure", action="store_true", help="also build with whoosh and jieba (slow)")
    ap.add_argument("--all-whoosh", action="store_true", help="plain whoosh over all clauses, not some 40,000 of them (slow)")
    ap.add_argument("--out", type=Path, default=ROOT / "bench" / "RESULTS.md")
    args = ap.parse_args()
    report = Report()
    report.say("# Benchmark\n")
    report.say(f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}. `make bench` reproduces it.\n")
    if not (SHARED / "bench").is_dir():
        report.say("../shared is not here: nothing to measure on; skipped.")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        homes = [(args.kb, "the statutes")] if args.kb else builds(report, folder, args.sizes.split(","), args.pure)
        real = folder / "real"
        process([*POLICYKB, "build", str(SHARED / "corpus"), "--kb", str(real), "--quiet"])
        for home, what in [(real, "the five real files"), *homes[-1:]]:
            cold(report, home, what, args.cold)
        for home, what in homes[-1:]:
            warm(report, home, what, folder, args.all_whoosh)
    args.out.write_text("\n".join(report.lines) + "\n", encoding="utf-8")


def builds(report: Report, folder: Path, sizes: Sequence[str], pure: bool) -> list[tuple[Path, str]]:
    """Builds the statutes at each size, with the reference of one process that only tokenises and indexes."""
    report.say("## Build\n")
    rows: list[list[object]] = []
    stages: list[list[object]] = []
    homes = []
    before = 0.0
    for size in sizes:
        source, home = laws(folder, SIZES[size]), folder / f"kb-{SIZES[size]}"
        volume = megabytes(source)
        run = process([*POLICYKB, "build", str(source), "--kb", str(home), "--json", "--quiet"])
        result = json.loads(run.output)
        seconds = baselines.bare_tantivy(texts(home), folder / f"ref-{SIZES[size]}")
        growth = f"{run.seconds / before:.2f}" if before else ""
        before = run.seconds
        rows.append([size, volume, run.seconds, volume / run.seconds, run.peak, megabytes(home), seconds, run.seconds / seconds, growth])
        stages.append([size, *(f"{v:.2f}" for v in result.get("stages", {}).values())])
        heads = list(result.get("stages", {}))
        homes.append((home, f"all statutes × {size}"))
        if pure and size == sizes[0]:
            slow = process([*POLICYKB, "build", str(source), "--kb", str(folder / "pure"), "--engine", "whoosh", "--quiet"])
            report.say(f"Pure profile (whoosh) at {size}: {slow.seconds:.1f} s, {slow.seconds / run.seconds:.1f} times.\n")
    head = ("size", "MB", "build s", "MB/s", "peak MB", "on disk MB", "tokenise + tantivy s", "ratio", "time for twice as much")
    report.table(head, rows)
    if heads:
        report.say("Seconds a stage:\n")
        report.table(("size", *heads), stages)
    report.table(("size", "add one file s"), [[what, add_one(home, folder).seconds] for home, what in homes[-1:]])
    return homes


def add_one(home: Path, folder: Path) -> Run:
    """Adds a small new file to a knowledge base."""
    extra = folder / "新增示例.txt"
    extra.write_text("示例县关于做好示例工作的通知\n\n一、总体要求\n\n（一）认真落实。由县民政局牵头，县财政局配合。\n", encoding="utf-8")
    return process([*POLICYKB, "add", str(extra), "--kb", str(home), "--quiet"])


def texts(home: Path) -> list[str]:
    """The clause texts of a knowledge base: what the alternatives are given."""
    library = Library(home)
    found = [c.text for c in library.store.read(Clause)]
    library.close()
    return found


def questions() -> list[str]:
    """Lay people's questions from ../shared/bench."""
    lines = (SHARED / "bench" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["query"] for line in lines][:40]


def entries(library: Library) -> list[tuple[str, str, str]]:
    """(text, title, heading) of every clause."""
    titles = {d.id: d.title for d in library.store.read(Document)}
    return [(c.text, titles[c.document], c.heading or "") for c in library.store.read(Clause)]


def warm(report: Report, home: Path, what: str, folder: Path, all_whoosh: bool = False) -> None:
    """Calls in an open process, beside the alternatives."""
    library = Library(home)
    given = texts(home)
    tantivy = baselines.user_tantivy(entries(library), folder / "warm-tantivy")
    _, sqlite = baselines.fts5(given, folder / "warm.sqlite")
    whoosh_texts = given if all_whoosh else given[:: max(1, len(given) // 40_000)]
    _, whoosh = baselines.plain_whoosh(whoosh_texts, folder / "warm-whoosh")
    scan = baselines.grep(laws(folder, 1))
    gc.collect()
    gc.freeze()  # the texts for the alternatives: in a process that only searches the collector would not look through them
    report.say(f"## Warm, {what}: milliseconds median / 99th percentile\n")
    report.say(f"(whoosh over {len(whoosh_texts)} of {len(given)} clauses.)\n")
    rows = []
    for kind, asked in [*list(QUERIES.items())[:3], ("long question", questions())]:
        ours = calls(lambda q: library.search(q, limit=10), asked)
        plain = [q.strip("“”") for q in asked]
        others = [calls(tantivy, plain)[0], *(calls(f, plain[:20], 1)[0] for f in (sqlite, whoosh))]
        rows.append([kind, f"{ours[0]:.2f} / {ours[1]:.2f}", *others, f"{ours[0] / others[0]:.2f}", f"{others[2] / ours[0]:.0f}"])
    report.table(("query", "policykb", "bare tantivy", "FTS5", "plain whoosh", "× tantivy", "whoosh ÷ ours"), rows)
    exact = calls(lambda q: library.search(q, exact=True, limit=10), QUERIES["exact"])
    grepped = calls(scan, QUERIES["exact"], 1)
    report.table(("exact substring", "policykb", "grep"), [["", f"{exact[0]:.2f} / {exact[1]:.2f}", grepped[0]]])
    ask = calls(library.ask, questions()[:20], 1)
    report.table(("ask", "median / p99"), [["", f"{ask[0]:.1f} / {ask[1]:.1f}"]])
    code = f"from index.library import Library; from pathlib import Path; L = Library(Path({str(home)!r})); L.search('土地 补偿')"
    # not ru_maxrss: a child starts with the peak of the process that forked it
    code += "; print(next(int(line.split()[1]) // 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    memory = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
    report.say(f"Memory of a process that searches: {memory} MB\n")
    library.close()


def cold(report: Report, home: Path, what: str, times: int) -> None:
    """Whole processes, from the shell to the answer; the modules compiled, as they are after `make` or the first build."""
    for package in ("cli", "index", "kb"):
        compileall.compile_dir(ROOT / package, quiet=2)
    library = Library(home)
    clause: Any = library.store.rows("SELECT id FROM clauses WHERE length(text) > 60 ORDER BY seq LIMIT 1 OFFSET 40")
    library.close()
    bare = median_process([sys.executable, "-c", "import click, sqlite3, tantivy"], times)
    only_click = median_process([sys.executable, "-c", "import click"], times)
    kb = ["--kb", str(home)]
    commands = {
        "search": ["search", "土地 补偿", *kb], "tasks": ["tasks", TASKS_UNIT, *kb], "ask": ["ask", "土地补偿由哪个单位负责", *kb],
        "trace": ["trace", clause[0][0], *kb], "show": ["show", clause[0][0], *kb],
    }  # fmt: skip
    rows: list[list[object]] = []
    for name, command in commands.items():
        try:
            spent = median_process([*POLICYKB, *command], times)
        except RuntimeError as error:  # a unit that these files do not have: the process still did its work
            if "没有" not in str(error):
                raise
            spent = float("nan")
        rows.append([name, spent, spent / bare])
    rows.append(["--help (÷ import click)", (spent := median_process([*POLICYKB, "--help"], times)), spent / only_click])
    report.say(f"## Cold process, {what}: milliseconds, beside `import click, sqlite3, tantivy` at {bare:.0f} ms\n")
    report.table(("command", "ms", "ratio"), rows)


if __name__ == "__main__":
    main()
