"""Rules that a document states for all its lists of units: the first of a list leads, those with a mark do, somebody takes part in all.

`find_rules("排在第一位的为牵头单位，下同")` is one rule, from where it is stated on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kb.duties.phrases import UNIT_MARKS
from kb.frozen import dataclass
from kb.tables import settings

OPENS, CLOSES = "（([〔﹝【［{｛", "）)]〕﹞】］}｝"
ENDS = "。；;！!.｡"
_LONGEST_RULE = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for all lists that follow, stated at text[start:end]: the first of a list leads, those with a `mark` do, or
    `everyone` takes part too."""

    start: int
    end: int
    first_leads: bool
    everyone: str = ""
    role: str = "responsible"
    mark: str = ""  # ★, where units marked so lead


def find_rules(text: str) -> tuple[Rule, ...]:
    """列第一位者为牵头单位，下同; 以下均需试点城市政府落实，不再列出: the rules that a text states, with their places."""
    return _rules(text) if _telling().search(text) else ()


@lru_cache(maxsize=1)
def _telling() -> re.Pattern[str]:
    """What every rule has a part of: few texts have any."""
    return re.compile("|".join(map(re.escape, ("牵头", *_everyone_starts()))))


@lru_cache(maxsize=8)  # a clause is asked about several times in a row
def _rules(text: str) -> tuple[Rule, ...]:
    return (*_first_leads(text), *_everyone(text))


def without_rules(text: str) -> tuple[str, tuple[Rule, ...]]:
    """The text with its rules blanked out (places stay), brackets around them too, and the rules."""
    rules = find_rules(text)
    for rule in rules:
        start, end = rule.start, rule.end
        if text[start - 1 : start] in tuple(OPENS) and text[end : end + 1] in tuple(CLOSES):
            start, end = start - 1, end + 1
        label = text[start] in OPENS and text[end : end + 1] in ("：", ":")  # 责任单位（列第一位的牵头）：
        text = text[:start] + ("（" + "　" * (end - start - 2) + "）" if label else "，" * (end - start)) + text[end:]
    return text, rules


def _first_leads(text: str) -> Iterator[Rule]:
    words = settings("roles")["rules"]["first"]
    at = 0
    while True:
        at = text.find("牵头", at)
        if at < 0:
            return
        start, end = _statement(text, at)
        part = text[start:at]
        if any(c in part for c in "为是即系"):
            mark = next((c for c in part if c in UNIT_MARKS), "")
            if mark or any(word in part[-18:] for word in words):
                yield Rule(start, end, not mark, mark=mark)
        at += 2


def _statement(text: str, at: int) -> tuple[int, int]:
    """The stretch between marks around `at`, with 下同 behind it."""
    breaks = "，,；;。、\n" + OPENS + CLOSES + "：:"
    start = at
    while start > max(0, at - _LONGEST_RULE) and text[start - 1] not in breaks:
        start -= 1
    end = at
    while end < min(len(text), at + _LONGEST_RULE) and text[end] not in breaks:
        end += 1
    rest = text[end + 1 : end + 4].lstrip(" 　")
    if end < len(text) and rest.startswith(("下同", "以下同")):
        end = text.find("下同", end) + 2
    return start, end


def _everyone(text: str) -> Iterator[Rule]:
    """以下均需试点城市政府落实，不再列出; 具体任务均涉及各市（州）人民政府，不再做分工; 各县区均为责任单位，不再列出."""
    words = settings("roles")["rules"]
    if not any(start in text for start in _everyone_starts()):
        return
    for end_word in words["everyone_ends"]:
        close = text.find(end_word)
        if close < 0:
            continue
        low = max(0, close - _LONGEST_RULE)
        low = max((text.rfind(c, low, close) + 1 for c in ENDS + "\n"), default=low) or low
        found = _everyone_named(text, low, close)
        if found is not None:
            start, name, role = found
            end = close + len(end_word)
            rest = text[end : end + 4].lstrip("，, 　")
            end = text.find("下同", end) + 2 if rest.startswith(("下同", "以下同")) else end
            yield Rule(start, end, False, name, role)
            return


@lru_cache(maxsize=1)
def _everyone_starts() -> tuple[str, ...]:
    """How the words that end such a rule begin, a few for all: nearly every text has none of them."""
    return tuple(sorted({word[:2] for word in settings("roles")["rules"]["everyone_ends"]}))


def _everyone_named(text: str, low: int, close: int) -> tuple[int, str, str] | None:
    """Where the statement begins, who takes part in everything, and how."""
    words = settings("roles")["rules"]
    for lead in words["everyone_lead"]:
        start = text.rfind(lead, low, close)
        part = text[start + len(lead) : close]
        verb = min((part.find(v) for v in words["everyone_verbs"] if part.find(v) > 0), default=-1)
        if start >= 0 and verb > 0:
            return start, part[:verb].strip(" 　由"), "cooperating" if part.startswith(("配合", "参与"), verb) else "responsible"
    for word in words["everyone_involve"]:
        at = text.rfind(word, low, close)
        name = text[at + len(word) : close].strip(" 　，,；;、")
        if at >= 0 and name:
            return low, name, "responsible"
    for word in words["everyone_are"]:
        at = text.rfind(word, low, close)
        if at > low:
            return low, text[low:at].strip(" 　，,；;、"), "cooperating" if "配合" in word or "参与" in word else "responsible"
    return None
