"""The query language: a table of cases, and any text at all."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.query import DEEPEST, LONGEST, MOST_LEAVES, All, Any, Leaf, Node, Without, parse
from kb.errors import UsageError

CASES = tomllib.loads((Path(__file__).parent / "cases" / "query.toml").read_text(encoding="utf-8"))


def written(node: Node) -> str:
    match node:
        case Leaf(text, field, exact, prefix):
            return (f"{field}:" if field else "") + (f'"{text}"' if exact else text) + ("*" if prefix else "")
        case All(parts):
            return f"[{' '.join(map(written, parts))}]"
        case Any(parts):
            return "{" + " ".join(map(written, parts)) + "}"
        case Without(part):
            return f"-{written(part)}"


@pytest.mark.parametrize("case", CASES["case"], ids=lambda c: c["text"])
def test_trees(case: dict) -> None:
    query = parse(case["text"])
    assert written(query.tree) == case["tree"], case.get("why")
    assert query.strict == case.get("strict", False)


@pytest.mark.parametrize("case", CASES["error"], ids=lambda c: repr(c["text"]))
def test_errors(case: dict) -> None:
    with pytest.raises(UsageError, match=case["says"]):
        parse(case["text"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("字" * (LONGEST + 1), "太长"),
        ("低" + " 保" * MOST_LEAVES, "太多"),
        ("(" * (DEEPEST + 2) + "甲" + ")" * (DEEPEST + 2), "太深"),
        ("NOT " * (DEEPEST + 3) + "甲", "太深"),
        ("标题:(" * (DEEPEST + 2) + "甲", "太深"),
    ],
)
def test_limits_are_said_in_chinese(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse(text)


PIECES = ["低保", "AND", "OR", "NOT", "与", "或", "非", "(", ")", "（", "）", '"', "“", "”", "「", "*", "标题:", "单位：", ":", " ", "，", "😀", "\x00", "-"]


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join)))
def test_any_text_gives_a_tree_or_a_chinese_error(text: str) -> None:
    try:
        query = parse(text)
    except UsageError as error:
        assert any("\u4e00" <= c <= "\u9fff" for c in error.message)
    else:
        assert query.tree.parts
