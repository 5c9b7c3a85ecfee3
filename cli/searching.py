"""search, ask."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from cli.main import ChineseCommand
from cli.options import LEVELS, json_option, kb_option, open_library, show, tell_missing
from cli.render import note, say, say_json
from kb.errors import PolicyError, UsageError
from kb.records import told_start

LONGEST = 16 << 20  # bytes of a file of questions

BATCH = click.option("--batch", metavar="文件", help="逐行读入问题（- 为标准输入），每行输出一个 JSON")


@click.command(cls=ChineseCommand, help="检索条款。支持 “原词”、与/或/非、括号、字段（标题: 单位: 牵头: 文号:）和前缀 *。")
@click.argument("query", required=False, metavar="检索词")
@click.option("--level", type=LEVELS, metavar="级别", help="只查某一级的文件：国家、省、市、县、乡镇")
@click.option("--region", metavar="地名", help="只查某地（含其下级）的文件")
@click.option("--unit", metavar="单位", help="只查涉及某单位的条款")
@click.option("--doc", metavar="文档", help="只查某份文档（编号、文号或标题）")
@click.option("--genre", metavar="文种", help="只查某一文种")
@click.option("--since", metavar="日期", help="不早于，如 2021 或 2021-03")
@click.option("--until", metavar="日期", help="不晚于")
@click.option("--limit", type=click.IntRange(1, 10_000), metavar="数", default=10, show_default=False, help="最多显示几条（默认 10）")
@click.option("--offset", type=click.IntRange(0), metavar="数", default=0, help="跳过前几条")
@click.option("--exact", is_flag=True, help="逐字查找：列出含有这串字的全部条款")
@click.option("--facets", is_flag=True, help="按层级、地区、文种、年份、单位分别计数")
@BATCH
@json_option
@kb_option
def search(query: str | None, batch: str | None, kb: str | None, as_json: bool, **options: Any) -> int:
    library = open_library(kb)
    if batch is not None:
        return _batch(batch, lambda line: library.search(line, **options))
    found = library.search(_given(query, "检索词"), **options)
    tell_missing(library, bool(found["hits"]), options["region"], options["genre"])
    if options["offset"] >= found["total"] > 0:
        note(f"第 {options['offset']} 条以后没有了，共 {found['total']} 条；请把 --offset 改小")
    return show(found, as_json, _hits, bool(found["hits"]))


@click.command(cls=ChineseCommand, help="用平常的话提问；回答只来自库中文件，附原文出处，没有就说没有。")
@click.argument("question", required=False, metavar="问题")
@BATCH
@json_option
@kb_option
def ask(question: str | None, batch: str | None, kb: str | None, as_json: bool) -> int:
    library = open_library(kb)
    if batch is not None:
        return _batch(batch, library.ask)
    found = library.ask(_given(question, "问题"))
    return show(found, as_json, _answer, found["answered"])


def _given(text: str | None, what: str) -> str:
    if text is None or not text.strip():
        raise UsageError(f"缺少{what}", "", f"用法见 policykb {click.get_current_context().info_name} -h")
    return text


def _batch(file: str, answer: Callable[[str], dict[str, Any]]) -> int:
    """One JSON object a line; a line that cannot be answered gives an object with `error`, the rest go on."""
    for line in _lines(file):
        try:
            say_json(answer(line))
        except PolicyError as error:
            if error.exit_code == 3:
                raise
            say_json({"question": line, "error": str(error)})
    return 0


def _lines(file: str) -> Iterator[str]:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(LONGEST + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise UsageError(f"问题文件大于 {LONGEST >> 20} MB", file, "请分成几个文件")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UsageError("读不了这个文件", file, "请检查路径和权限") from error
    except UnicodeDecodeError as error:
        raise UsageError("这个文件不是 UTF-8 编码", file, "请另存为 UTF-8") from error
    return (line for line in text.splitlines() if line.strip())


FACETS = {"level": "层级", "region": "地区", "genre": "文种", "year": "年份", "unit": "单位"}


def _hits(found: dict[str, Any]) -> None:
    say(f"“{found['query']}”：共 {found['total']} 条" + (f"，显示 {len(found['hits'])} 条" if found["total"] > len(found["hits"]) else ""))
    for remark in found.get("expanded", []):
        say(f"  （{remark}）")
    for number, hit in enumerate(found["hits"], 1):
        facts = "，".join(x for x in (hit["number"], hit["date"]) if x)
        say(f"\n{number}. 《{hit['title']}》{(' › ' + hit['path'].replace('/', ' › ')) if hit['path'] else ''}" + (f"（{facts}）" if facts else ""))
        say(f"   {hit['snippet']}")
        say(f"   {hit['id']}  {told_start(hit['source'])}")
    if found.get("facets"):
        _facets(found["facets"])


def _facets(facets: dict[str, Any]) -> None:
    from cli.reading import LEVEL

    for name, counts in facets.items():
        say(f"\n{FACETS.get(name, name)}：" + "，".join(f"{LEVEL.get(value, value) if name == 'level' else value} {n}" for value, n in counts))


def _answer(found: dict[str, Any]) -> None:
    say(found["answer"])
    for row in found.get("table", []):
        say("  " + "  ".join(str(cell) for cell in row))
    if found["evidence"]:
        say("\n依据：")
    for number, e in enumerate(found["evidence"], 1):
        say(f"{number}. 《{e['title']}》{e['path'].replace('/', ' › ')}  {told_start(e['source'])}（{e['id']}）")
        say(f"   “{e['quote']}”")
    for command in found.get("more", []):
        say(f"查看更多：{command}")
