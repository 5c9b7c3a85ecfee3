"""What the commands share: where the knowledge base is, and how results are printed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.render import note, say_json

if TYPE_CHECKING:
    from index.library import Library

F = TypeVar("F", bound=Callable[..., Any])


def home_of(kb: str | None) -> Path:
    """The knowledge base's folder: --kb, else $POLICYKB_HOME, else ./.policykb."""
    return Path(kb or os.environ.get("POLICYKB_HOME") or ".policykb")


def kb_option(function: F) -> F:
    """--kb PATH"""
    return click.option("--kb", metavar="文件夹", help="知识库的位置（默认 $POLICYKB_HOME，再默认 ./.policykb）")(function)


def json_option(function: F) -> F:
    """--json"""
    return click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 值（键名见手册）")(function)


def open_library(kb: str | None) -> Library:
    """The knowledge base, open for reading."""
    from index.library import Library

    return Library(home_of(kb))


class Named(click.Choice[str]):
    """A choice whose values can also be given in Chinese; `names` leads from each value to its names."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        super().__init__(list(names))
        self.names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value meant: 市 and 市级 are municipal."""
        meant = next((known for known, names in self.names.items() if value in names), value)
        return super().convert(meant, param, ctx)

    def told(self) -> list[str]:
        """The values with the first name of each, for a message."""
        return [f"{known}（{names[0]}）" for known, names in self.names.items()]


LEVELS = Named({
    "national": ("国家", "国家级", "全国", "中央"), "provincial": ("省", "省级", "自治区", "直辖市"), "municipal": ("市", "市级", "地市", "州"),
    "county": ("县", "县级", "区", "区县", "县区", "县（市、区）"), "township": ("乡镇", "乡", "镇", "街道", "乡级", "镇级", "乡镇级"),
})  # fmt: skip
ROLES = Named({"lead": ("牵头", "牵头单位", "主办"), "responsible": ("责任", "责任单位", "负责", "其余"), "any": ("全部", "所有", "任何", "不限")})


def tell_missing(library: Library, found: bool, region: str | None, genre: str | None = None) -> None:
    """Says, where nothing was found, that the knowledge base has no document of the place or genre asked for."""
    for remark in [] if found else library.missing(region, genre):
        note(remark)


def show(value: Any, as_json: bool, text: Callable[[Any], None], found: bool = True) -> int:
    """Prints a result for a program or for a person; returns the exit code (1 when nothing was found)."""
    if as_json:
        say_json(value)
    else:
        text(value)
    return 0 if found else 1
