"""The table of numbering forms, kb/data/numbering.toml: loaded, checked, found by the first character of a line."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kb.errors import DataError
from kb.frozen import dataclass
from kb.tables import settings

HAN = frozenset("一二三四五六七八九十百千零〇两壹贰叁肆伍陆柒捌玖拾佰")
ARAB = frozenset("0123456789０１２３４５６７８９")
KINDS = ("part", "chapter", "section", "article", "item", "box", "question", "annex")
OPENINGS = ("any", "gap", "weak", "end")
DIGITS = ("han", "arab", "circled", "bracketed", "dotted", "ideographs", "levels", "none")


@dataclass(frozen=True, slots=True)
class Form:
    """A row of the table."""

    name: str
    family: str
    rank: int
    kind: str
    before: tuple[str, ...]
    digits: tuple[str, ...]
    after: tuple[str, ...]
    ordinal: str
    open: str
    never: tuple[str, ...]
    tight: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """The forms of the table, checked."""
    data = settings("numbering")
    problems = lint(data)
    if problems:
        raise DataError(problems[0], "numbering.toml", "请改正该行")
    return tuple(_form(row) for row in data["form"])


def _form(row: dict[str, Any]) -> Form:
    names = ("before", "digits", "after", "never", "tight", "examples", "counter_examples")
    lists = {name: tuple(row[name]) for name in names}
    return Form(name=row["name"], family=row["family"], rank=row["rank"], kind=row["kind"], ordinal=row["ordinal"], open=row["open"], **lists)


def lint(data: dict[str, Any]) -> list[str]:
    """What is wrong with a numbering table, one Chinese line each; empty when all is well."""
    out: list[str] = []
    names: set[str] = set()
    for row in data.get("form", []):
        name = row.get("name", "?")
        missing = {"name", "family", "rank", "kind", "before", "digits", "after", "ordinal", "open", "never", "tight", "examples", "counter_examples"} - set(row)
        if missing:
            out.append(f"编号形式“{name}”缺少 {'、'.join(sorted(missing))}")
            continue
        if name in names:
            out.append(f"编号形式“{name}”重复")
        names.add(name)
        if row["kind"] not in KINDS:
            out.append(f"编号形式“{name}”的 kind “{row['kind']}”不在 {'、'.join(KINDS)} 之中")
        if row["open"] not in OPENINGS:
            out.append(f"编号形式“{name}”的 open “{row['open']}”不在 {'、'.join(OPENINGS)} 之中")
        if not row["digits"] or set(row["digits"]) - set(DIGITS):
            out.append(f"编号形式“{name}”的 digits 有误")
        if not row["examples"]:
            out.append(f"编号形式“{name}”没有例子")
    if not names:
        out.append("没有一种编号形式")
    return out


@lru_cache(maxsize=1)
def forms_by_first() -> dict[str, tuple[Form, ...]]:
    """The forms that a line can have, by its first character."""
    found: dict[str, list[Form]] = {}
    for form in forms():
        for first in sorted({c for before in form.before for c in (before[:1] or _first_digits(form))}):
            found.setdefault(first, []).append(form)
    return {c: tuple(rows) for c, rows in found.items()}


def _first_digits(form: Form) -> str:
    out = ""
    for digits in form.digits:
        out += {"han": "".join(sorted(HAN)), "arab": "".join(sorted(ARAB)), "levels": "".join(sorted(ARAB)),
                "circled": circled(), "bracketed": bracketed(), "dotted": dotted(), "ideographs": ideographs(), "none": ""}[digits]
    return out


@lru_cache(maxsize=1)
def circled() -> str:
    """① … ㊿, filled and double ones too."""
    ranges = ((0x2460, 0x2473), (0x2776, 0x277F), (0x2780, 0x2793), (0x24F5, 0x24FE), (0x3251, 0x325F), (0x32B1, 0x32BF))
    return "".join(chr(c) for low, high in ranges for c in range(low, high + 1))


@lru_cache(maxsize=1)
def bracketed() -> str:
    """⑴ … ⒇"""
    return "".join(map(chr, range(0x2474, 0x2488)))


@lru_cache(maxsize=1)
def ideographs() -> str:
    """㈠ … ㈩"""
    return "".join(map(chr, range(0x3220, 0x322A)))


@lru_cache(maxsize=1)
def dotted() -> str:
    """⒈ … ⒛"""
    return "".join(map(chr, range(0x2488, 0x249C)))
