"""trace, compare, gaps, graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from cli.main import ChineseCommand
from cli.options import json_option, kb_option, open_library, show
from cli.reading import LEVEL
from cli.render import note, say, shorten
from kb.errors import UsageError, reason
from kb.files import put_in_place
from kb.records import told_start

RELATION = {"verbatim": "原文沿用", "refined": "细化改写", "adjusted": "有调整", "related": "同一主题"}


@click.command(cls=ChineseCommand, help="逐级追溯一项任务、一条条款或一段文字的来源，直到国家层面；--down 反过来看谁落实了它。")
@click.argument("id_or_text", metavar="编号或文字")
@click.option("--down", is_flag=True, help="向下：哪些下级条款出自它")
@json_option
@kb_option
def trace(id_or_text: str, down: bool, kb: str | None, as_json: bool) -> int:
    found = open_library(kb).trace(id_or_text, down=down)
    return show(found, as_json, _trace, any(level["sources"] for level in found["levels"]))


def _trace(found: dict[str, Any]) -> None:
    start = found["from"]
    say(f"《{start['title']}》{start['path']}（{start['id']}）")
    say(f"  {shorten(start['text'], 200)}")
    for remark in found["remarks"]:
        say(f"  （{remark}）")
    for level in found["levels"]:
        related = level["sources"] and all(source["relation"] == "related" for source in level["sources"])
        say(f"\n{LEVEL.get(level['level'], level['level'])}级：" + ("没有找到来源，只有同一主题的" if related else "" if level["sources"] else "没有找到来源"))
        for source in level["sources"]:
            _source(source, "  ")
    if found["parallels"]:
        say("\n同级相近（不是来源）：")
        for source in found["parallels"][:5]:
            say(f"  《{source['title']}》{source['path']}（{source['id']}）")
    if found["local"]:
        say("\n本级自有（上级没有）：")
        for text in found["local"]:
            say(f"  {text}")


def _source(source: dict[str, Any], indent: str) -> None:
    say(f"{indent}{RELATION[source['relation']]}  《{source['title']}》{source['path']}  相似度 {source['score']:.2f}" + ("，文中引用" if source["cited"] else ""))
    say(f"{indent}  {source['id']}  {told_start(source['source'])}")
    for change in source["changes"]:
        say(f"{indent}  变化：{change}")
    for pair in source["pairs"][:4]:
        say(f"{indent}  本文：{shorten(pair['from_text'], 110)}")
        say(f"{indent}  来源：{shorten(pair['to_text'], 110)}")


@click.command(cls=ChineseCommand, help="逐条比较两份文档：沿用、改动、新增、未采用。")
@click.argument("first", metavar="文档")
@click.argument("second", metavar="文档")
@json_option
@kb_option
def compare(first: str, second: str, kb: str | None, as_json: bool) -> int:
    return show(open_library(kb).compare(first, second), as_json, _compare)


def _compare(found: dict[str, Any]) -> None:
    say(f"甲：《{found['first']['title']}》\n乙：《{found['second']['title']}》")
    for name, key in (("原文沿用", "carried"), ("有改动", "changed")):
        say(f"\n{name}（{len(found[key])}）：")
        for row in found[key]:
            say(f"  甲 {row['first']['path']} ↔ 乙 {row['second']['path']}" + (f"：{'；'.join(row['changes'])}" if row["changes"] else ""))
    for name, key in (("只在乙（新增）", "added"), ("只在甲（未采用）", "left_out")):
        say(f"\n{name}（{len(found[key])}）：")
        for clause in found[key]:
            say(f"  {clause['path']}  {shorten(clause['text'], 80)}")


@click.command(cls=ChineseCommand, help="上级文件里没有被这份文件落实的条款，以及这份文件里在上级找不到来源的内容。")
@click.argument("doc", metavar="文档")
@click.option("--under", required=True, metavar="上级文档", help="对照哪份上级文件")
@json_option
@kb_option
def gaps(doc: str, under: str, kb: str | None, as_json: bool) -> int:
    return show(open_library(kb).gaps(doc, under), as_json, _gaps)


def _gaps(found: dict[str, Any]) -> None:
    if not found["linked"]:
        say("（建库时没有把前者追溯到后者，以下按文字直接比对）\n")
    for name, key in (("上级条款未见落实", "not_taken_up"), ("本级内容在上级没有来源", "without_source"), ("文字太短或只写施行、解释，没有比对", "not_compared")):
        if key == "not_compared" and not found[key]:
            continue
        say(f"{name}（{len(found[key])}）：")
        for clause in found[key]:
            topics = "、".join(other["path"] for other in clause.get("same_topic", ()))
            say(f"  {clause['path']}  {shorten(clause['text'], 80)}（{clause['id']}）" + (f"，同一主题的有 {topics}" if topics else ""))
        say()


@click.command(cls=ChineseCommand, help="导出关系图：graphml（Gephi 可开）、json、dot、svg。")
@click.option("--format", "form", type=click.Choice(["graphml", "json", "dot", "svg"]), default="graphml", help="格式")
@click.option("--around", metavar="编号", help="只要某份文档、某条条款、某项任务或某单位周围的部分")
@click.option("--depth", type=click.IntRange(1, 6), metavar="数", default=2, help="向外几步（默认 2）")
@click.option("--out", type=click.Path(path_type=Path), metavar="文件", help="写入文件，已有的同名文件被替换（默认打印）")
@kb_option
def graph(form: str, around: str | None, depth: int, out: Path | None, kb: str | None) -> int:
    text = open_library(kb).graph(form, around=around, depth=depth)
    if out is None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        return 0
    try:
        with put_in_place(out) as beside:
            beside.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"写不进去（{reason(error)}）", str(out), "请换一个能写入的位置") from error
    note(f"已写入 {out}")
    return 0
