"""targets, indicators."""

from __future__ import annotations

from typing import Any

import click

from cli.main import ChineseCommand
from cli.options import json_option, kb_option, open_library, show, tell_missing
from cli.render import say, shorten

OPERATOR = {"=": "", ">=": "不低于", "<=": "不超过", ">": "高于", "<": "低于", "~": "约", "+": "增加", "-": "减少"}
CHANGED = {">=": ("", "以上"), "<=": ("", "以内"), ">": ("超过", ""), "<": ("不足", ""), "~": ("约", "")}  # around the figure of a change


def _filters(function: Any) -> Any:
    for option in (
        click.option("--doc", metavar="文档", help="只看某份文档"),
        click.option("--region", metavar="地名", help="只看某地"),
        click.option("--match", metavar="文字", help="只看含有这些字的"),
        json_option,
        kb_option,
    ):
        function = option(function)
    return function


@click.command(cls=ChineseCommand, help="列出量化指标和时限。")
@_filters
def targets(doc: str | None, region: str | None, match: str | None, kb: str | None, as_json: bool) -> int:
    library = open_library(kb)
    found = library.targets(doc=doc, region=region, match=match)
    tell_missing(library, bool(found), region)
    return show(found, as_json, _targets, bool(found))


def _targets(found: list[dict[str, Any]]) -> None:
    last = ""
    for t in found:
        if t["title"] != last:
            last = t["title"]
            say(f"\n《{last}》")
        facts = "，".join(x for x in (_value(t), f"时限 {t['deadline']}" if t["deadline"] else "") if x)
        say(f"  {shorten(t['metric'], 50)}：{facts}    “{shorten(t['quote'], 70)}”（{t['clause']}）")
    say(f"共 {len(found)} 条")


def _value(t: dict[str, Any]) -> str:
    """What is to be reached: 不低于55%; of a change 下降15%以上, in the document's own word."""
    if not t["value"]:
        return ""
    figure = f"{t['value']}{t['unit'] or ''}"
    if not t["change"] or t["metric"].endswith(t["change"]):
        return f"{OPERATOR.get(t['operator'], t['operator'])}{figure}"
    head, tail = CHANGED.get(t["operator"], ("", ""))
    return f"{t['change']}{head}{figure}{tail}"


@click.command(cls=ChineseCommand, help="列出指标表的各行。")
@_filters
def indicators(doc: str | None, region: str | None, match: str | None, kb: str | None, as_json: bool) -> int:
    library = open_library(kb)
    found = library.indicators(doc=doc, region=region, match=match)
    tell_missing(library, bool(found), region)
    return show(found, as_json, _indicators, bool(found))


def _indicators(found: list[dict[str, Any]]) -> None:
    last = ""
    for i in found:
        if i["title"] != last:
            last = i["title"]
            say(f"\n《{last}》")
        values = "；".join(f"{k}：{v}" for k, v in i["values"].items())
        say(f"  {i['number']:>3}  {i['name']}：{values}" + (f"（{i['kind']}）" if i["kind"] else ""))
    say(f"共 {len(found)} 行")
