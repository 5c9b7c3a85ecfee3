"""`make demo`: builds a knowledge base and shows the four main answers with the commands that gave them.

The questions are chosen from what the files hold, so that it works on anybody's folder.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

from cli.main import run
from cli.render import say
from index.library import Library
from kb.model import Clause, Document, Link, Task


def main() -> int:
    """Arguments: the folder of files, the place of the knowledge base. Returns an exit code."""
    corpus, home = Path(sys.argv[1]), sys.argv[2]
    extra = ["--data", str(corpus / "data")] if (corpus / "data").is_dir() else []
    code = _show(["build", str(corpus), "--kb", home, *extra])
    if code:
        return code
    library = Library(Path(home))
    commands = _commands(library)
    library.close()
    for command in commands:
        _show([*command, "--kb", home])
    for line in next_steps(program(), home, commands):
        say(line)
    return 0


def program() -> str:
    """How the command is typed from here: its place beside this Python, where it is there, else as a module."""
    beside = shutil.which("policykb", path=str(Path(sys.executable).parent))
    if beside is None:
        return f"{shlex.quote(sys.executable)} -m cli"
    here = Path.cwd()
    place = Path(beside)
    return shlex.quote(str(place.relative_to(here) if place.is_relative_to(here) else place))


def next_steps(typed: str, home: str, commands: list[list[str]]) -> list[str]:
    """What can be typed now, whole: a search in this knowledge base, and how to build one's own, which needs no --kb."""
    words = next((command[1] for command in commands if command[0] == "search"), "检索词")
    return [
        "\n以上命令都可照样输入。现在可以试：",
        f"  {typed} search {shlex.quote(words)} --kb {shlex.quote(home)}",
        "用自己的文件建库（建在 ./.policykb，以后的命令就不用再写 --kb）：",
        f"  {typed} build 文件夹",
        f"  {typed} search 检索词",
        f"全部命令：{typed} -h",
    ]


def _show(command: list[str]) -> int:
    say("\n" + "═" * 100)
    say(f"$ {program()} {' '.join(shlex.quote(part) for part in command)}\n")
    return run(command)


def _commands(library: Library) -> list[list[str]]:
    """Four commands: a search, the tasks of the busiest unit, the longest trace, who leads."""
    store = library.store
    task, clause = _led_task(library), _traced(library)
    out = []
    words = _much_said(library)
    if words:
        out.append(["search", words, "--limit", "3"])
    if task:
        lead = next(u for u in task.units if u.role == "lead")
        out.append(["tasks", lead.unit or lead.printed, "--role", "lead"])
    if clause:
        out.append(["trace", clause])
    if task:
        document = store.one(Document, task.document)
        place = (document.region if document else None) or ""
        out.append(["ask", f"{place}{_first_words(task)}由哪个单位牵头？"])
    return out


def _much_said(library: Library) -> str | None:
    """Of some headings the one that most clauses speak of."""
    rows = library.store.rows("SELECT DISTINCT heading FROM clauses WHERE heading IS NOT NULL AND length(heading) BETWEEN 4 AND 8 AND kind = 'item' AND heading NOT GLOB '*[“”（）0-9]*' ORDER BY heading")
    some = [row[0] for row in rows[:: max(1, len(rows) // 20)]]
    return max(some, key=lambda h: library.search(h, limit=1)["total"], default=None)


def _led_task(library: Library) -> Task | None:
    """A task of the unit that leads most."""
    rows = library.store.rows(
        "SELECT unit FROM assignments WHERE role = 'lead' AND unit <> '' GROUP BY unit ORDER BY count(*) DESC, unit LIMIT 1"
    )
    if not rows:
        return None
    found = library.store.read(Task, "seq IN (SELECT task FROM assignments WHERE unit = ? AND role = 'lead')", rows[0])
    return min(found, key=lambda t: abs(len(_first_words(t)) - 16), default=None)


def _first_words(task: Task) -> str:
    """The first measure of a task, without its number: what a question would call it."""
    return re.split("[，。；、]", task.text.lstrip("0123456789.、． "))[0]


def _traced(library: Library) -> str | None:
    """The clause with sources at most levels, the lowest first."""
    store = library.store
    level = {c.id: d.level for d in store.read(Document) for c in store.read(Clause, "document = ?", (d.id,))}
    levels: dict[str, set[str | None]] = {}
    best: dict[str, float] = {}
    for link in store.read(Link, "parallel = 0 AND relation <> 'related'"):
        levels.setdefault(link.origin, set()).add(level.get(link.target))
        best[link.origin] = best.get(link.origin, 0.0) + link.score
    rank = {"county": 3, "municipal": 2, "provincial": 1}
    return max(levels, key=lambda c: (len(levels[c]), rank.get(level.get(c) or "", 0), best[c], c), default=None)


if __name__ == "__main__":
    sys.exit(main())
