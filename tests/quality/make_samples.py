#!/usr/bin/env python3
"""Makes the sample corpus (corpus/) and its labels (tests/quality/gold/) from tests/quality/manuscripts.

    python tests/quality/make_samples.py            write both
    python tests/quality/make_samples.py --check    exit 1 where a written file differs from what would be made
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from quality.maker import labels, layouts, manuscript, office, questions, units  # noqa: E402

SAMPLES = ROOT / "tests" / "samples" / "format-law"
Files = dict[Path, bytes]


def jsonl(rows: list[dict[str, object]]) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows).encode()


def make() -> Files:
    """Every file of the corpus and of the labels with its bytes."""
    out: Files = {}
    scripts = sorted((manuscript.read(p) for p in (HERE / "manuscripts").glob("*.txt")), key=lambda m: m.facts["file"])
    printed = []
    for script in scripts:
        layout = script.facts["layout"]
        if layout == "formats":
            for ending, maker in office.FORMATS.items():
                out[SAMPLES / f"{script.facts['file']}.{ending}"] = maker(script)
            formats = [n for n in labels.nodes(script, [0] * len(script.lines)) if n.kind != "preamble"]
            out[SAMPLES / "clauses.jsonl"] = jsonl([labels.clause_row(n) for n in formats])
            out[SAMPLES / "tasks.jsonl"] = jsonl([r for n in formats for r in labels.task_rows(n)])
            continue
        if layout in office.FORMATS:
            out[ROOT / "corpus" / script.facts["file"]] = office.FORMATS[layout](script)
            printed.append((script, [0] * len(script.lines)))
            continue
        text, starts = layouts.LAYOUTS[layout](script.lines, script.facts)
        out[ROOT / "corpus" / script.facts["file"]] = text.encode("utf-8")
        printed.append((script, starts))
    nodes = [n for script, starts in printed for n in labels.nodes(script, starts)]
    by_id = {n.id: n for n in nodes}
    if len(by_id) != len(nodes):
        raise ValueError("two clauses have one id")
    tables = {
        "documents": [r for script, starts in printed for r in labels.document_rows(script, starts)],
        "clauses": [labels.clause_row(n) for n in nodes if n.kind != "preamble"],
        "tasks": [r for n in nodes for r in labels.task_rows(n)],
        "citations": [r for script, _ in printed for line in script.lines for r in labels.citation_rows(line, line.doc)],
        "targets": [r for n in nodes for r in labels.target_rows(n)],
        "indicators": [r for n in nodes for r in labels.indicator_rows(n)],
        "trace": [r for n in nodes for r in labels.trace_rows(n, by_id)],
    }
    tables["units"] = list(units.unit_rows(HERE / "manuscripts" / "units.psv", tables["tasks"], tables["documents"]))
    book = questions.Book(nodes, tables["tasks"])
    tables["questions"] = list(questions.question_rows(HERE / "manuscripts" / "questions.psv", book))
    tables["queries"] = list(questions.query_rows(HERE / "manuscripts" / "queries.psv", book))
    for name, rows in tables.items():
        out[HERE / "gold" / f"{name}.jsonl"] = jsonl(rows)
    return out


def main() -> int:
    files = make()
    if "--check" in sys.argv:
        stale = [p for p, data in files.items() if not p.exists() or p.read_bytes() != data]
        print("\n".join(f"differs: {p.relative_to(ROOT)}" for p in stale) or "all files are as made")
        return bool(stale)
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{len(files)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
