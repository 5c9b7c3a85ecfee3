"""Clause → its measures: the short stretches between ，；。： that policy documents copy, shorten and rearrange.

What goes in is a clause. Out comes its substance: the heading, and the measures of its own text, without the ordinal, without the
units that a row or a 责任单位 bracket lists. Each measure knows its place in the clause's text and the folded text that is compared:
without white space, quotes and Markdown marks, with full-width punctuation, so that OCR and conversion leave no trace.

`（二）加强资产管护。摸清底数，建立台账。（责任单位：市财政局）` has the heading 加强资产管护 and the measures 摸清底数 and 建立台账.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from kb.errors import DataError
from kb.model import Clause
from kb.numbering import find_marker
from kb.tables import settings

DROPPED = frozenset(" \t\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\r\n\f“”\"'‘’＂*#_`\\—–-－")
GONE = "\0"  # stands for what is dropped while folding; a text's own are dropped too
SAME = {
    ",": "，", ";": "；", ":": "：", "(": "（", ")": "）", "!": "！", "?": "？", "〔": "（", "〕": "）", "[": "（", "]": "）", "【": "（", "】": "）",
    "﹝": "（", "﹞": "）", "％": "%", **{chr(0xFF10 + d): str(d) for d in range(10)},
}  # fmt: skip
BEHIND_ORDINALS = tuple("、.．。，：")
BREAKS = frozenset("，；。：！？")
ROLE_WORDS = ("牵头负责", "牵头", "负责", "配合", "参与", "会同", "协助")
ENDS = frozenset("。！？；")
LONGEST_HEADING = 45
SHORTEST_SUBSTANCE = 6  # characters of own text below which a clause says nothing of its own
MOST_FORMAL = 5  # measures of a clause on its being in force


class Folded(NamedTuple):
    """A text as it is compared: `places[i]` is the offset in the original of its i-th character."""

    text: str
    places: Sequence[int]


class Measure(NamedTuple):
    """A stretch of a clause: text[start:end] of the clause, `folded` as it is compared, `sentence` its sentence's number."""

    start: int
    end: int
    folded: str
    sentence: int


class Substance(NamedTuple):
    """What a clause says itself. `heading` is folded, "" where it has none."""

    heading: str
    heading_place: tuple[int, int]
    measures: tuple[Measure, ...]


@lru_cache(maxsize=1)
def knowledge() -> dict[str, Any]:
    """The table kb/data/tracing.toml, checked."""
    data = settings("tracing")
    problems = lint(data)
    if problems:
        raise DataError(problems[0], "tracing.toml", "请改正该项")
    return data


def lint(data: dict[str, Any]) -> list[str]:
    """What is wrong with a tracing table, in Chinese; empty when nothing is."""
    problems = []
    for name in ("explaining_genres", "draft_marks", "stock_phrases", "unit_openings", "form_endings", "people_endings", "title_words", "formal_words"):
        rows = data.get(name)
        if not isinstance(rows, list) or not all(isinstance(r, str) and r.strip() == r and r for r in rows):
            problems.append(f"{name} 应为词语列表")
        elif len(set(rows)) != len(rows):
            problems.append(f"{name} 有重复")
    if not isinstance(data.get("unit_endings"), str) or not data["unit_endings"]:
        problems.append("unit_endings 应为一串字")
    return problems


def fold(text: str, start: int = 0, end: int | None = None) -> Folded:
    """text[start:end] as it is compared, with the offset of each character in `text`."""
    mapped = (text if start == 0 and end is None else text[start:end]).translate(_charmap())
    if GONE not in mapped:
        return Folded(mapped, range(start, start + len(mapped)))
    places: list[int] = []
    at = start
    for piece in mapped.split(GONE):
        places += range(at, at + len(piece))
        at += len(piece) + 1
    return Folded(mapped.replace(GONE, ""), places)


@lru_cache(maxsize=1)
def folding() -> dict[int, str]:
    """The table by which a text is folded; what is left out becomes GONE."""
    table = {chr(c): chr(c).lower() for c in range(ord("A"), ord("Z") + 1)}
    return str.maketrans({**table, **SAME, **dict.fromkeys(DROPPED, GONE)})


@lru_cache(maxsize=1)
def _charmap() -> list[int]:
    """The same for all characters of the first plane: twice as quick, since none is looked for in vain."""
    table = list(range(0x10000))
    for code, char in folding().items():
        table[code] = ord(char)
    return table


def substance(clause: Clause, above: Clause | None = None) -> Substance:
    """What the clause says itself; `above` is its parent (a row repeats its section's heading in a merged cell)."""
    ranges = _task_cells(clause, above) if clause.kind == "row" else [(0, len(clause.text))]
    heading, place = "", (0, 0)
    measures: list[Measure] = []
    for number, (start, end) in enumerate(ranges):
        folded = fold(clause.text, start, end)
        first = _behind_ordinal(clause, start, end, folded)
        last = _before_units(folded.text)
        if number == 0 and clause.kind != "row":
            length = _heading_length(folded.text[first:last], clause.heading)
            if length:
                heading = folded.text[first : first + length]
                place = (folded.places[first], folded.places[first + length - 1] + 1)
                first += length
        measures.extend(cut_measures(folded, first, last, measures[-1].sentence + 1 if measures else 0))
    if sum(len(m.folded) for m in measures) < SHORTEST_SUBSTANCE:
        measures = []
    return Substance(heading, place, tuple(measures))


def formal(substance: Substance) -> bool:
    """Whether all that a clause says is from when, how long or by whose reading its document is in force: 本办法自2023年1月1日起施行."""
    words = knowledge()["formal_words"]
    said = [m.folded for m in substance.measures]
    return bool(said) and len(said) <= MOST_FORMAL and any(w in said[0] for w in words) and sum(any(w in m for w in words) for m in said) >= len(said) / 2


def heading_of(clause: Clause | None) -> str:
    """The folded heading of a clause, its whole text where it is a heading only; "" for none."""
    if clause is None or clause.kind == "preamble":
        return ""
    folded = fold(clause.text)
    first = _behind_ordinal(clause, 0, len(clause.text), folded)
    length = _heading_length(folded.text[first:], clause.heading)
    if not length and len(folded.text) - first <= LONGEST_HEADING:
        length = len(folded.text) - first
    return folded.text[first : first + length].rstrip("。：；，")


def _behind_ordinal(clause: Clause, start: int, end: int, folded: Folded) -> int:
    """The index in `folded` behind the ordinal that the stretch begins with."""
    ordinal = _folded_ordinal(clause.ordinal)
    first = len(ordinal)
    surely = ordinal.endswith("）") or ordinal.startswith("第") or folded.text[first : first + 1] in BEHIND_ORDINALS
    if ordinal and surely and folded.text.startswith(ordinal):
        while first < len(folded.text) and folded.text[first] in BEHIND_ORDINALS:
            first += 1
        return first
    marker = find_marker(clause.text[start:end][:40])
    if marker is None:
        return 0
    behind = start + marker.end
    first = 0
    while first < len(folded.places) and folded.places[first] < behind:
        first += 1
    return first


@lru_cache(maxsize=4096)  # the same in every document
def _folded_ordinal(ordinal: str) -> str:
    return fold(ordinal).text


def _heading_length(body: str, heading: str | None) -> int:
    """How many characters of the folded body are its heading; 0 for none."""
    if heading:
        known = fold(heading).text
        if body.startswith(known):
            return len(known)
        marker = find_marker(heading[:40])
        bare = fold(heading, marker.end).text if marker else ""
        if bare and body.startswith(bare):
            return len(bare)
    stop = body.find("。", 0, LONGEST_HEADING)
    if 0 < stop < len(body) - 1 and "，" not in body[:stop] and "；" not in body[:stop]:
        return stop
    return 0


def _before_units(body: str) -> int:
    """Where in a folded text the closing list of units begins; its length where there is none."""
    end = len(body.rstrip("。"))
    if end and body[end - 1] == "）":
        depth = 0
        for i in range(end - 1, -1, -1):
            depth += (body[i] == "）") - (body[i] == "（")
            if depth == 0:
                inside = body[i + 1 : end - 1]
                return i if _opens_units(inside) or lists_units(inside) or inside.endswith(ROLE_WORDS[:3]) else len(body)
    for word in knowledge()["unit_openings"] if "：" in body else ():
        at = body.rfind(word + "：")
        if at > 0 and body[at - 1] in "。；）":
            return at
    return len(body)


def _opens_units(text: str) -> bool:
    return text.startswith(tuple(knowledge()["unit_openings"]))


def lists_units(text: str) -> bool:
    """Whether a folded text is a list of units: nearly all its items are short and end as units' names do."""
    for mark in "，；。：":
        text = text.replace(mark, "、")
    items = [item.removesuffix("等") for item in text.split("、") if item]
    items = [next((item.removesuffix(role) for role in ROLE_WORDS if item.endswith(role)), item) for item in items]
    endings = knowledge()["unit_endings"]
    good = sum(1 for item in items if 1 < len(item) <= 22 and item[-1] in endings)
    return bool(items) and good >= 0.7 * len(items)


def _task_cells(clause: Clause, above: Clause | None) -> list[tuple[int, int]]:
    """The cells of a row that say what is to be done: not the units', not the section's heading repeated beside it."""
    repeated = fold(above.text).text if above is not None else ""
    ranges = []
    start = 0
    for cell in clause.text.split("\t"):
        end = start + len(cell)
        folded = fold(cell).text
        if folded and not lists_units(folded) and folded not in repeated and not _opens_units(folded):
            ranges.append((start, end))
        start = end + 1
    return ranges


@lru_cache(maxsize=1)
def _stretches() -> re.Pattern[str]:
    return re.compile("[^" + "".join(sorted(BREAKS)) + "]+|[" + "".join(sorted(BREAKS)) + "]+")


def cut_measures(folded: Folded, first: int, last: int, sentence: int) -> list[Measure]:
    """The measures of folded[first:last], the first one in the sentence with this number."""
    out: list[Measure] = []
    places = folded.places
    for found in _stretches().finditer(folded.text, first, last):
        text, start, end = found[0], found.start(), found.end()
        if text[0] in BREAKS:
            sentence += text in ENDS if end - start == 1 else sum(mark in ENDS for mark in text)
        elif end - start > 1:
            out.append(Measure(places[start], places[end - 1] + 1, text, sentence))
    return out
