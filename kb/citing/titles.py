"""Titles as they are compared: without issuers in front, without state at the end, without 中华人民共和国 before a law's name.

`loose("中华人民共和国渡口法（草案）")` is 渡口法; `bare("某市人民政府关于加强渡口管理的意见")` is 关于加强渡口管理的意见.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from kb.citing.marks import any_of, fold_title, without_state, words


def loose(title: str) -> str:
    """A title without its state and without 中华人民共和国 before the name of a law."""
    folded = fold_title(without_state(title))
    return folded.removeprefix("中华人民共和国") if not folded.startswith("中华人民共和国主席") else folded


@lru_cache(maxsize=1)
def title_verb() -> re.Pattern[str]:
    return re.compile(any_of(words()["issuers"]["title_verbs"]))


@lru_cache(maxsize=1)
def issuer_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words()['issuers']['endings'])})(?:等(?:[0-9一二三四五六七八九十]+个?)?(?:部门|单位|部委)?)?[、,，\s]{{0,4}}$")


def issuer_part(title: str) -> str:
    """What stands before 关于 or 印发 in a title, where it ends like names of bodies; else nothing."""
    match = title_verb().search(title)
    if match is None or not match.start() or any(c in "《〈“" for c in title[: match.start()]):
        return ""
    return title[: match.start()] if issuer_end().search(title[: match.start()]) else ""


def bare(title: str, issuers: Iterable[str] = ()) -> str:
    """The title without the issuers in front of it."""
    part = issuer_part(title)
    if part:
        return title[len(part) :]
    for name in issuers:
        if title.startswith(name) and title_verb().match(title, len(name)):
            return title[len(name) :]
    return title


def is_bare(title: str) -> bool:
    """Whether a title names no issuer and so may be borne by the documents of many: 关于……的实施意见."""
    return title_verb().match(title.lstrip("《〈 ")) is not None
