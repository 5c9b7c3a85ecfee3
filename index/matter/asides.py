"""What belongs beside a figure, in brackets: that another thing has the same, what holds of a part, what was set for another time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.catalogue import short_names
from index.asking.moments import moments, time_at
from index.matter.figures import figure_pattern, weight
from index.matter.parts import Topic
from index.tokens import bare
from kb.model import LEVELS, Document

OTHER = 0.5  # share of the topic from which the second of two things is itself the one asked about
GLANCE = 40  # characters of a figure that stands in a line with others
FIGURES = 3  # figures of another time that are given


@cache
def _same_figure() -> re.Pattern[str]:
    return re.compile(r"(?:和|与|及|以及|、)([^\W\d]{2,16})(?:均|都)(?:要|应|须|需)?(?:[^\W\d]{0,3})[0-9]")


@cache
def _of_part() -> re.Pattern[str]:
    return re.compile(r"[，,、（(]?(其中[^；。;）)]{4,60})")


def beside(figure: str, sentence: str, topic: Topic, question: str) -> str:
    """The brackets behind a figure: （辅助器具适配服务率同）, （其中…）, （2021年30%、4%）; "" where nothing belongs there.

    Everything in them stands in the sentence as it is printed.
    """
    out = [_same(figure, sentence, topic), _part(figure, sentence), _other_time(figure, sentence, question)]
    return "".join(f"（{text}）" for text in out if text)


def at_a_glance(stated: Sequence[tuple[Document, str]]) -> str:
    """What each place states, in one line from the highest level down: 国家每年至少一次；云川不少于两次. "" where one is long or a place says two things."""
    said: dict[str, tuple[int, str]] = {}
    for d, figure in stated:
        level = LEVELS.index(d.level) if d.level in LEVELS else len(LEVELS)
        name = "国家" if d.level == "national" else min(short_names(d.region or ""), key=len)
        if not 0 < len(figure) <= GLANCE or not name or said.get(name, (level, figure))[1] != figure:
            return ""
        said[name] = level, figure
    if len(said) < 2:
        return ""
    figures = {figure for _, figure in said.values()}
    if len(figures) == 1:
        return f"{'、'.join(sorted(said, key=lambda n: said[n][0]))}都是{figures.pop()}。\n"
    return "；".join(f"{name}{figure}" for name, (_, figure) in sorted(said.items(), key=lambda kv: kv[1][0])) + "。\n"


def _same(figure: str, sentence: str, topic: Topic) -> str:
    """Of two things that both have the figure the one that was not asked about: 服务率和适配率均达到85%以上."""
    found = _same_figure().search(sentence)
    core = figure_pattern().search(figure)
    if found is None or core is None or core.group() not in sentence[found.end() - 1 : found.end() + 12]:
        return ""
    first, second = sentence[: found.start()], found.group(1)
    asked = weight(re.split(r"[，；。,;]", first)[-1], topic)
    return f"{second}同" if asked and weight(second, topic) < OTHER * asked else ""


def _part(figure: str, sentence: str) -> str:
    """What holds of a part of what the figure counts: 其中……."""
    at = sentence.find(figure)
    found = _of_part().match(sentence, at + len(figure)) if at >= 0 else None
    if found is None or "其中" in figure:
        return ""
    part = found.group(1).rstrip("，、,（( ")
    return part if figure_pattern().search(part) else ""


def _other_time(figure: str, sentence: str, question: str) -> str:
    """Shares of the same sentence for another time than the one asked for: 2021年30%、4%."""
    named, asked = moments(sentence), moments(question)
    if len(named) < 2 or not asked or bare(figure) == bare(sentence):
        return ""
    own = time_at(sentence, max(0, sentence.find(figure)) + len(figure), named)
    said: dict[str, list[str]] = {}
    for found in re.finditer(r"[0-9.]+(?:%|％|‰)", sentence):
        held = time_at(sentence, found.start(), named)
        if held and held != own and all((m.first, m.last) not in [(o.first, o.last) for o in own] for m in held):
            said.setdefault(sentence[held[-1].start : held[-1].end], []).append(found.group())
    return "；".join(f"{time}{'、'.join(figures[:FIGURES])}" for time, figures in said.items())
