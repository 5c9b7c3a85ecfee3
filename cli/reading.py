"""docs, show."""

from __future__ import annotations

from typing import Any

import click

from cli.main import ChineseCommand
from cli.options import LEVELS, json_option, kb_option, open_library, show, tell_missing
from cli.render import say, shorten, table
from kb.records import told_place

LEVEL = {"national": "国家", "provincial": "省", "municipal": "市", "county": "县", "township": "乡镇", "other": "多级"}


@click.command(cls=ChineseCommand, help="列出知识库里的文档。")
@click.option("--level", type=LEVELS, metavar="级别", help="只列某一级：国家、省、市、县、乡镇")
@click.option("--region", metavar="地名", help="只列某地（含其下级）")
@click.option("--genre", metavar="文种", help="只列某一文种，如 实施意见")
@click.option("--files", is_flag=True, help="按文件列：每个文件名和其中的文档")
@json_option
@kb_option
def docs(level: str | None, region: str | None, genre: str | None, files: bool, kb: str | None, as_json: bool) -> int:
    library = open_library(kb)
    found = library.documents(level=level, region=region, genre=genre)
    tell_missing(library, bool(found), region, genre)
    return show(found, as_json, _files if files else _docs, bool(found))


def _files(found: list[dict[str, Any]]) -> None:
    by_file: dict[str, list[dict[str, Any]]] = {}
    for d in found:
        by_file.setdefault(d["source"]["file"], []).append(d)
    for file, inside in by_file.items():
        say(file)
        for d in inside:
            say(f"  {d['id']}  {shorten(d['title'], 80)}")
    say(f"共 {len(by_file)} 个文件，{len(found)} 份文档")


def _docs(found: list[dict[str, Any]]) -> None:
    rows = [(d["id"], d["title"], d["number"] or "", LEVEL.get(d["level"] or "", ""), d["date"] or "", d["genre"] or "") for d in found]
    if rows:
        say(table(("编号", "标题", "文号", "层级", "日期", "文种"), rows, 56))
    say(f"共 {len(rows)} 份文档")


@click.command("show", cls=ChineseCommand, help="完整显示一份文档（条款树）、一条条款或一项任务，并说明在原文件的何处。")
@click.argument("id", metavar="编号")
@json_option
@kb_option
def show_command(id: str, kb: str | None, as_json: bool) -> int:
    return show(open_library(kb).show(id), as_json, _show)


def _show(found: dict[str, Any]) -> None:
    {"document": _document, "clause": _clause, "task": _task}[found["kind"]](found)


def _document(found: dict[str, Any]) -> None:
    d = found["document"]
    say(d["title"])
    facts = [("编号", d["id"]), ("文号", d["number"]), ("发文机关", "、".join(d["issuers"])), ("层级", LEVEL.get(d["level"] or "", "")), ("地区", d["region"]),
             ("日期", d["date"]), ("文种", d["genre"]), ("原文", told_place(d["source"])), ("属于", d["parent"])]  # fmt: skip
    for name, value in facts:
        if value:
            say(f"  {name}：{value}")
    for basis in d["basis"]:
        say(f"  依据：《{basis['title']}》{basis['number'] or ''}" + (f"（{basis['document']}）" if basis["document"] else "（知识库中没有）"))
    for child in found["attached"]:
        say(f"  所附：{child['title']}（{child['id']}）")
    for clause in found["clauses"]:
        depth = clause["path"].count("/")
        say(f"{'  ' * (depth + 1)}{clause['text'].strip()}")


def _clause(found: dict[str, Any]) -> None:
    say(f"《{found['document']['title']}》{' › '.join(found['trail'])}")
    say(f"  编号：{found['clause']['id']}    原文：{told_place(found['clause']['source'])}")
    say(found["clause"]["text"].strip())
    for child in found["children"]:
        say(f"  {child['text'].strip()}")
    for task in found["tasks"]:
        say(f"  任务 {task['id']}：{_units(task)}")


def _task(found: dict[str, Any]) -> None:
    task = found["task"]
    say(f"《{found['document']['title']}》{' › '.join(found['trail'])}")
    say(f"  编号：{task['id']}    原文：{told_place(task['source'])}")
    say(task["text"].strip())
    say(f"  {_units(task)}")
    for name, key in (("时限", "deadline"), ("备注", "remarks")):
        if task[key]:
            say(f"  {name}：{task[key]}")
    if task["inherited"]:
        say("  （单位沿用上一级条款所列）")


ROLE = {"lead": "牵头", "responsible": "责任", "cooperating": "配合", "guiding": "指导", "data": "数据提供"}


def _units(task: dict[str, Any]) -> str:
    groups = [(name, [u["printed"] for u in task["units"] if u["role"] == role]) for role, name in ROLE.items()]
    text = "；".join(f"{name}：{'、'.join(units)}" for name, units in groups if units)
    return text + ("等" if task["open_ended"] else "")


