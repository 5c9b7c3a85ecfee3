"""tasks, units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cli.main import ChineseCommand
from cli.options import ROLES, json_option, kb_option, open_library, show, tell_missing
from cli.reading import LEVEL, ROLE
from cli.render import note, say, shorten
from kb.records import told_start


@click.command(cls=ChineseCommand, help="列出一个单位的全部任务（单位可用任何一种叫法），按文件顺序，附出处和计数。")
@click.argument("unit", metavar="单位")
@click.option("--role", type=ROLES, metavar="角色", default="any", help="只列牵头的、只列责任的，或全部")
@click.option("--region", metavar="地名", help="只看某地")
@click.option("--family", is_flag=True, help="连同各级对口单位一起列")
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="文件", help="另存为 Excel 任务台账，已有的同名文件被替换")
@json_option
@kb_option
def tasks(unit: str, role: str, region: str | None, family: bool, xlsx: Path | None, kb: str | None, as_json: bool) -> int:
    library = open_library(kb)
    found = library.tasks(unit, role=role, region=region, family=family)
    tell_missing(library, bool(found["tasks"]), region)
    if xlsx:
        library.ledger(found, xlsx)
        note(f"已写入 {xlsx}（{len(found['tasks'])} 项）")
    return show(found, as_json, _tasks, bool(found["tasks"]))


def _tasks(found: dict[str, Any]) -> None:
    say(f"{'、'.join(u['name'] for u in found['units'])}")
    if found["remark"]:
        say(found["remark"])
    _counts(found["counts"], found["tasks"])
    last = ""
    for task in found["tasks"]:
        if task["document"] != last:
            last = task["document"]
            say(f"\n《{task['title']}》")
        number = "" if task["text"].lstrip().startswith(task["number"]) else f"{task['number']}  "
        say(f"  [{ROLE[task['role']]}] {number}{shorten(task['text'], 90)}")
        say(f"        {task['id']}  {told_start(task['source'])}" + ("（单位沿用上级条款）" if task["inherited"] else ""))


def _counts(counts: dict[str, int], listed: list[dict[str, Any]]) -> None:
    """How many tasks there are: those listed, and where --role leaves some out, all of them."""
    parts = [f"{name} {counts[role]} 项" for role, name in ROLE.items() if counts.get(role)]
    every = f"共 {counts['total']} 项任务" + (f"：{'，'.join(parts)}" if parts else "")
    if len(listed) < counts["total"]:
        shown = "、".join(name for role, name in ROLE.items() if any(t["role"] == role for t in listed))
        every = f"列出 {len(listed)} 项" + (f"（{shown}）" if shown else "，没有这一角色的任务") + f"；不分角色{every}"
    uncertain = sum(t["inherited"] for t in listed)
    say(every + (f"；{'所列' if len(listed) < counts['total'] else '其'}中 {uncertain} 项存疑" if uncertain else ""))


@click.command(cls=ChineseCommand, help="列出全部单位；给出名称时显示它的别名、前身后继、上下级对口单位和任务数。")
@click.argument("name", required=False, metavar="[单位]")
@json_option
@kb_option
def units(name: str | None, kb: str | None, as_json: bool) -> int:
    found = open_library(kb).units(name)
    return show(found, as_json, _units if name else _all_units, bool(found["units"]))


def _all_units(found: dict[str, Any]) -> None:
    for u in found["units"]:
        counts = u["counts"]
        say(f"{u['name']}（{LEVEL.get(u['level'] or '', '层级不明')}，{u['family']}）：牵头 {counts.get('lead', 0)}，其余 {counts['total'] - counts.get('lead', 0)}")
    say(f"共 {len(found['units'])} 个单位")


def _units(found: dict[str, Any]) -> None:
    for u in found["units"]:
        say(u["name"])
        facts = [("又称", u["aliases"]), ("文中写作", u["printed"]), ("前身", u["predecessors"]), ("后继", u["successors"]),
                 ("上级对口", u["above"]), ("下级对口", u["below"])]  # fmt: skip
        say(f"  层级：{LEVEL.get(u['level'] or '', '不明')}    地区：{u['region'] or '不明'}    职能：{u['family']}")
        for label, names in facts:
            if names:
                say(f"  {label}：{'、'.join(names)}")
        parts = [f"{label} {u['counts'][role]} 项" for role, label in ROLE.items() if u["counts"].get(role)]
        say(f"  任务：{'，'.join(parts) or '没有'}    查看：policykb tasks {u['name']}")
