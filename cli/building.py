"""build, add, remove."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cli.main import ChineseCommand
from cli.options import home_of, json_option, kb_option, show
from cli.render import say, shorten


def _common(function: Any) -> Any:
    for option in (
        click.option("--quiet", is_flag=True, help="不显示进度"),
        click.option("--data", type=click.Path(path_type=Path), metavar="文件夹", help="自己的单位、地名等数据表，并入内置表"),
        json_option,
        kb_option,
    ):
        function = option(function)
    return function


SOURCES = click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件或文件夹…")


@click.command(cls=ChineseCommand, help="读入文件和文件夹（txt、md、html、docx、pdf），新建知识库；全部就绪后才替换旧的。")
@SOURCES
@click.option("--engine", type=click.Choice(["tantivy", "whoosh"]), help="检索引擎（默认用装有的最快的）")
@_common
def build(sources: tuple[Path, ...], engine: str | None, kb: str | None, as_json: bool, data: Path | None, quiet: bool) -> int:
    from index.library import build as run

    report = run(list(sources), home_of(kb), engine=engine, data=data, progress=_progress(quiet))
    code = show(report, as_json, _report)
    _keep_compiled()
    return code


def _keep_compiled() -> None:
    """Where Python is told not to keep compiled modules by itself, this program's are compiled once, for without them every
    question would take half as long again. A place that cannot be written stays as it is."""
    from importlib.util import cache_from_source

    if sys.dont_write_bytecode and not Path(cache_from_source(__file__)).exists():
        from compileall import compile_dir

        for name in ("cli", "index", "kb"):
            compile_dir(Path(__file__).parent.parent / name, quiet=2)


@click.command(cls=ChineseCommand, help="把文件加入知识库；已有的同名文件被替换，其余不动。")
@SOURCES
@_common
def add(sources: tuple[Path, ...], kb: str | None, as_json: bool, data: Path | None, quiet: bool) -> int:
    from index.library import add as run

    report = run(list(sources), home_of(kb), data=data, progress=_progress(quiet))
    return show(report, as_json, _report)


@click.command(cls=ChineseCommand, help="从知识库里拿掉文件（给文件名），或某份文档所在的文件（给文档编号、文号或标题）。")
@click.argument("documents", nargs=-1, required=True, metavar="文档…")
@json_option
@kb_option
def remove(documents: tuple[str, ...], kb: str | None, as_json: bool) -> int:
    from index.library import remove as run
    from kb.reading import printable

    return show(run([printable(d) for d in documents], home_of(kb)), as_json, _report)


def _report(report: dict[str, Any]) -> None:
    counts = report["counts"]
    names = {"files": "个文件", "documents": "份文档", "clauses": "条条款", "tasks": "项任务", "units": "个单位", "citations": "处引用", "links": "条来源关系"}
    if report.get("made"):
        say(f"{report['kb']} 原来没有知识库，已新建一个；若本想加入已有的库，请核对 --kb")
    say(f"知识库已就绪：{report['kb']}（用时 {report['seconds']:.1f} 秒，检索引擎 {report['engine']}）")
    say("、".join(f"{counts[key]} {name}" for key, name in names.items() if key in counts))
    if report["problems"]:
        say(f"\n有 {len(report['problems'])} 处没有读成：")
        for p in report["problems"][:20]:
            say(f"  {p['file']}：{p['reason']}")
        if len(report["problems"]) > 20:
            say(f"  …… 其余 {len(report['problems']) - 20} 处见 policykb check")
    if counts.get("issues"):
        say(f"另有 {counts['issues']} 处解析存疑，见 policykb check")


def _progress(quiet: bool) -> Callable[[int, int, str], None] | None:
    """A progress line on standard error when that is a terminal, after the first second of each stage."""
    if quiet or not sys.stderr.isatty():
        return None
    return Meter(sys.stderr.write, sys.stderr.flush, time.monotonic).tell


class Meter:
    """Says how far a stage is and how long it will take. A stage is known by its counting from the beginning again."""

    def __init__(self, write: Callable[[str], Any], flush: Callable[[], Any], clock: Callable[[], float]) -> None:
        self._write, self._flush, self._clock = write, flush, clock
        self._begin, self._done, self._shown = clock(), 0, False

    def tell(self, done: int, total: int, what: str) -> None:
        """`what` is being done, a file or a stage; of a stage that cannot be counted (`total` 0) only that."""
        now = self._clock()
        if done <= self._done:
            self._begin = now
        self._done = done
        spent = now - self._begin
        if total and done >= total:
            self._write("\r\x1b[K" if self._shown else "")
            self._shown = False
        elif not total or spent >= 1:
            left = f"  剩余约 {spent / done * (total - done):.0f} 秒" if done else ""
            self._write(f"\r\x1b[K{f'{done}/{total} ' if total else ''}{shorten(what, 50)}{left}")
            self._shown = True
        self._flush()
