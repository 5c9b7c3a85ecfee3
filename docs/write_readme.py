"""Writes README.md from docs/README.in.md: every command with the output that it really gives on the sample corpus, and the figures.

    make readme
"""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
WIDE, LONG = 118, 14  # columns and lines of an output that are shown

COMMANDS = (
    ("Build, or change some files of it:", ["build corpus --data corpus/data", "remove 06-省工作要点.txt", "add corpus/06-省工作要点.txt"]),
    ("The documents; one of them, a clause or a task, whole:", ["docs --level provincial", "show 澜发〔2022〕6号", "show {task}"]),
    ("Search (words, “exact phrase”, 与 或 非, fields, `--exact` for substrings):", ["search 家庭床位 --limit 2", "search '单位:民政局 与 “安全检查”' --limit 1"]),
    ("Every task of a unit, by any of its names; who that is:", ["tasks 谷禾市卫健委 --role lead", "units 市住建局"]),
    ("Where a task comes from, level by level; and the other way:", ["trace {task}", "trace {source} --down"]),
    ("Questions:", ["ask 谷禾市老年助餐点建设由哪个单位牵头", "ask 谷禾市气象局牵头哪些任务", "ask 百岁老人长寿津贴，谷禾和松屏一样吗"]),
    ("Figures and deadlines; indicator tables:", ["targets --match 床位 --region 谷禾", "indicators --match 覆盖率"]),
    ("Two documents side by side; what a lower one leaves out or adds:", ["compare {nation} 澜发〔2022〕6号", "gaps {list} --under 澜发〔2022〕6号"]),
    ("The graph, the tables, the health of it all, a copy:", ["graph --around {task} --format svg --out 图.svg", "export 表 --format csv", "check", "backup 备份.policykb", "restore 备份.policykb"]),
)  # fmt: skip


def output(command: str, home: Path) -> str:
    """What a command prints, in a folder where the corpus is."""
    from cli.main import run

    stdout, stderr = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        run([*shlex.split(command), "--kb", str(home)])
        stdout.flush()
    return stdout.buffer.getvalue().decode("utf-8") + stderr.getvalue()


def shown(text: str) -> str:
    """An output cut to what a page holds, with … where something is left out."""
    from cli.render import width

    lines = text.rstrip("\n").split("\n")
    cut = []
    for line in lines[:LONG]:
        while width(line) > WIDE:
            line = line[:-2].rstrip("…") + "…"
        cut.append(line)
    return "\n".join(cut + (["…"] if len(lines) > LONG else []))


def places(home: Path) -> dict[str, str]:
    """The ids that the examples name, found by what they are."""
    from index.library import Library

    library = Library(home)
    try:
        by_genre = {(d["genre"], d["level"]): d["id"] for d in library.documents()}
        opinion = library.show("澜发〔2022〕6号")
        source = next(c["id"] for c in opinion["clauses"] if c["heading"] and "助餐" in c["heading"])
        tasks = library.tasks("谷禾市民政局", role="lead")["tasks"]
        task = next(t["id"] for t in tasks if "助餐点" in t["text"])
        return {"task": task, "source": source, "nation": by_genre["意见", "national"], "list": by_genre["任务分解清单", "municipal"]}
    finally:
        library.close()


def commands() -> str:
    """The section of all commands."""
    out: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "kb"
        output("build corpus --data corpus/data --quiet", home)
        ids = places(home)
        for head, group in COMMANDS:
            out.append(head + "\n\n```")
            if group is COMMANDS[1][1]:  # after the changes of the first group all is as it was
                output("build corpus --data corpus/data --quiet", home)
            for command in group:
                command = command.format(**ids)
                text = output(command.replace("图.svg", f"{name}/图.svg").replace("备份.", f"{name}/备份.").replace("export 表", f"export {name}/表"), home)
                out.append(f"$ policykb {command}\n{shown(text.replace(str(home), '.policykb').replace(name + '/', ''))}\n")
            out[-1] = out[-1].rstrip("\n") + "\n```\n"
    return "\n".join(out)


def accuracy() -> str:
    """The table of figures on the sample corpus and, where they are here, on the real files."""
    from tests.quality.score_samples import measure

    with tempfile.TemporaryDirectory() as name:
        figures, _ = measure(Path(name) / "kb")
    rows = [f"| {key} | {right / total:.3f} | {total:g} |" for key, (right, total) in figures.items()]
    text = "Sample corpus (`score_samples`):\n\n| part | figure | of |\n|---|---|---|\n" + "\n".join(rows)
    real = real_figures()
    if real:
        text += "\n\nFive real files (`make score`):\n\n| part | figure |\n|---|---|\n" + "\n".join(f"| {k} | {v:.3f} |" for k, v in real.items())
    return text


def real_figures() -> dict[str, float]:
    """What `make score` prints; empty where the labels are not here."""
    if not (SHARED / "gold").is_dir():
        return {}
    policykb = str(Path(sys.executable).parent / "policykb")
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([policykb, "build", str(SHARED / "corpus"), "--kb", f"{name}/kb", "--quiet"], check=True, capture_output=True)
        command = [sys.executable, str(SHARED / "eval" / "score.py"), "--gold", str(SHARED / "gold"), "--kb", f"{name}/kb", "--policykb", policykb]
        subprocess.run([*command, "--json", f"{name}/scores"], check=True, capture_output=True)
        scores: dict[str, float] = json.loads(Path(f"{name}/scores").read_text(encoding="utf-8"))["scores"]
    return scores


def speed() -> str:
    """The tables of the last `make bench`."""
    results = ROOT / "bench" / "RESULTS.md"
    return results.read_text(encoding="utf-8").replace("# Benchmark\n", "").replace("## ", "### ").strip() if results.exists() else ""


def main() -> None:
    """Writes README.md."""
    text = (ROOT / "docs" / "README.in.md").read_text(encoding="utf-8")
    text = text.replace("@@COMMANDS@@", commands()).replace("@@ACCURACY@@", accuracy()).replace("@@SPEED@@", speed())
    (ROOT / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
