"""What the commands share: where the knowledge base is, and how results are printed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.render import say_json

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


def show(value: Any, as_json: bool, text: Callable[[Any], None], found: bool = True) -> int:
    """Prints a result for a program or for a person; returns the exit code (1 when nothing was found)."""
    if as_json:
        say_json(value)
    else:
        text(value)
    return 0 if found else 1
