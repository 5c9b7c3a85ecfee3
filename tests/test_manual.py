"""The user guide names every command, and only commands and options that are there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cli.main import policykb

MANUAL = (Path(__file__).parent.parent / "docs" / "使用手册.md").read_text(encoding="utf-8")
CONTEXT = click.Context(policykb)
COMMANDS = policykb.list_commands(CONTEXT)


def options(name: str) -> set[str]:
    command = policykb.get_command(CONTEXT, name)
    assert command is not None
    return {o for p in command.params for o in p.opts} | {"-h", "--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained(name: str) -> None:
    assert f"policykb {name}" in MANUAL


def test_examples_use_what_is_there() -> None:
    named = re.findall(r"policykb ([a-z]+)([^`\n]*)", MANUAL)
    assert {name for name, _ in named} <= set(COMMANDS)
    for name, rest in named:
        assert set(re.findall(r"(?<!\S)--[a-z]+", rest)) <= options(name), (name, rest)


def test_every_option_named_anywhere_is_one() -> None:
    known = set().union(*map(options, COMMANDS))
    assert set(re.findall(r"--[a-z]+", MANUAL)) <= known
