"""export, check, backup, restore."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from cli.main import ChineseCommand
from cli.options import home_of, json_option, kb_option, open_library, show
from cli.render import say
from kb.errors import UsageError


@click.command(cls=ChineseCommand, help="导出全部数据表到一个文件夹（其中同名的表被替换）。")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "xlsx"]), default="jsonl", help="格式（默认 jsonl）")
@kb_option
def export(folder: Path, form: str, kb: str | None) -> int:
    files = open_library(kb).export(folder, form)
    say("已写入：" + "、".join(str(f) for f in files))
    return 0


# What a kind of issue is called; whoever wants only one gives --kind its key.
KINDS = {
    "ordinal_misread": "序号疑似识别有误", "ordinal_gap": "序号不连续", "ordinal_repeat": "序号重复", "unit_unresolved": "单位名称对不上全称",
    "contents_missing": "目录所列而正文没有", "contents_unlisted": "正文有而目录未列",
}  # fmt: skip


@click.command(cls=ChineseCommand, help="核对知识库是否完好，并列出解析时拿不准的地方。")
@click.option("--kind", metavar="类别", help="只列某一类存疑")
@click.option("--limit", type=click.IntRange(0), metavar="数", default=50, help="每类最多列几条（默认 50）")
@json_option
@kb_option
def check(kind: str | None, limit: int, kb: str | None, as_json: bool) -> int:
    found = open_library(kb).check(kind)
    return show(found, as_json, lambda value: _check(value, limit), True)


def _check(found: dict[str, Any], limit: int) -> None:
    say("知识库完好：" + "，".join(found["verified"]))
    for problem in found["problems"]:
        say(f"  没有读成  {problem['file']}：{problem['reason']}")
    groups: dict[str, list[dict[str, Any]]] = {}
    for issue in found["issues"]:
        groups.setdefault(issue["kind"], []).append(issue)
    for kind, issues in groups.items():
        say(f"\n{KINDS.get(kind, kind)}（{len(issues)}），类别 {kind}")
        for issue in issues[:limit]:
            say(f"  {issue['file']}:{issue['line']}：{issue['message']}")
        if len(issues) > limit:
            say(f"  …… 其余 {len(issues) - limit} 条用 --limit {len(issues)} 查看")
    say(f"\n存疑共 {len(found['issues'])} 处")


@click.command(cls=ChineseCommand, help="把知识库备份成一个文件（已有的文件不动，除非加 --force）。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="已有同名文件时替换它")
@kb_option
def backup(file: Path, force: bool, kb: str | None) -> int:
    from index.library import backup as run

    if not force and os.access(file.parent, os.X_OK) and file.is_file() and file.stat().st_size:
        raise UsageError("已有这个文件，没有备份", str(file), "请换一个名称，或加 --force 替换它")
    run(home_of(kb), file)
    say(f"已备份到 {file}")
    return 0


@click.command(cls=ChineseCommand, help="从备份文件恢复知识库（原有的被整个替换）。")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@kb_option
def restore(file: Path, kb: str | None) -> int:
    from index.library import restore as run

    run(file, home_of(kb))
    say(f"已恢复到 {home_of(kb)}")
    return 0
