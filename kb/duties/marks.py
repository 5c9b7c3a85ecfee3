"""Where a clause names who is to do it: brackets with a label or a bare list, a list in a paragraph of its own, a list that
lost its opening bracket at a page break.

`find_marks("加强监测。（责任单位：市教育局、市民政局等）", table)` is one mark, the bracket with what it holds. Other brackets
（以下简称方案）（含县（市、区））（市民政局） behind a name are told apart. Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from kb.duties.loose_lists import BLANK, DASHES, DASHES_AND_BLANK, Mark, after_dash, lost_opening, with_remarks
from kb.duties.phrases import COLONS, Duties, labels_in, may_speak, read_duties
from kb.duties.rules import CLOSES, ENDS, OPENS, without_rules
from kb.tables import settings
from kb.unit_naming.forms import is_collective
from kb.unit_naming.lists import FORM, KNOWN, REGION, is_placed_form, strength
from kb.units import UnitTable, find_units, squeeze

_SHORTEST_LIST = 3
_LONGEST_LIST = 1500
_OFFICES = ("局", "厅", "委", "委员会", "办公室", "办", "管委会", "政府", "分局", "支队", "总队", "指挥部", "专班")
_SECTIONS = ("科", "处", "股", "科室")
_LONGEST_SENTENCE = 120
_LONGEST_UNKNOWN = 12  # characters of a name that is known neither by table nor by form
_AROUND = 60  # characters before and behind a bracket that tell what it is
_MOST_LABELS = 3  # lines with labels of other things before 责任单位：
_LONGEST_LABEL_LINE = 60
_DEEPEST = 3  # brackets within brackets that are looked into


def find_marks(text: str, table: UnitTable) -> tuple[Mark, ...]:
    """The lists of a clause in order, none inside another."""
    if not _telling().search(text):
        return ()
    found: list[Mark] = []
    taken = 0
    for start, end in _brackets(text):
        if start < taken or end - start > _LONGEST_LIST:
            continue
        mark = _bracket_mark(text, start, end, table)
        if mark is not None:
            found.append(mark)
            taken = mark.end
    found += _within_sentence(text, found, table) if found else ()
    found += _open_labels(text, found, table)
    found += _sentences(text, found, table)
    found += lost_opening(text, found, table)
    found += after_dash(text, found, table) if "——" in text else ()
    return tuple(with_remarks(text, sorted(found, key=lambda mark: mark.start), table)) if found else ()


class _Taken:
    """The places of marks, asked without going through all of them each time."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        places = sorted((mark.start, mark.end) for mark in marks)
        self._starts = [start for start, _ in places]
        self._ends = list(accumulate((end for _, end in places), max))

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a mark lies within text[start:end] or reaches into it."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start


@lru_cache(maxsize=1)
def _telling() -> re.Pattern[str]:
    """A bracket, the colon of a label, or what a sentence has that only names bodies: half of all clauses have none of it."""
    return re.compile("|".join([*map(re.escape, OPENS + CLOSES + COLONS), "——", _may_name().pattern]))


@lru_cache(maxsize=1)
def _any_bracket() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(OPENS + CLOSES)}]")


@lru_cache(maxsize=1)
def _sentence_end() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(ENDS)}\n]")


def _brackets(text: str) -> list[tuple[int, int]]:
    """Pairs of brackets, outer before inner, some levels deep. An opening bracket that never closes hides nothing."""
    stack: list[int] = []
    pairs: list[tuple[int, int]] = []
    for match in _any_bracket().finditer(text):
        if match[0] in OPENS:
            stack.append(match.start())
        elif stack:
            start, end = stack.pop(), match.end()
            if end - start >= _SHORTEST_LIST + 2 or (end - start == 4 and text[start + 1] == "各"):  # of the rest, such as （一）, none is read and none is around another
                pairs.append((start, end))
    if len(pairs) < 2:
        return pairs
    kept: list[tuple[int, int]] = []
    around: list[int] = []
    for start, end in sorted(pairs, key=lambda pair: (pair[0], -pair[1])):
        while around and around[-1] <= start:
            around.pop()
        if len(around) < _DEEPEST:
            kept.append((start, end))
        around.append(end)
    return kept


def _bracket_mark(text: str, start: int, end: int, table: UnitTable) -> Mark | None:
    inner = text[start + 1 : end - 1]
    if not _may_hold_units(inner) or not (_at_sentence_edge(text, start, end) or _says_duty().search(inner)):
        return None
    if _explains(inner) and not any(colon in inner for colon in COLONS):
        return None  # as most brackets of running text
    blank, _ = without_rules(inner)
    duties = read_duties(blank, "responsible", table)
    if not duties.units:
        return None
    mark = Mark(start, end, start + 1, inner.strip(), duties)
    if duties.labelled and (_label_leads(blank) or next(labels_in(blank), (0,))[0] == 0):
        return mark if _label_leads(blank) else None  # else bodies before a label of something else: 县水利局负责，时限：6月
    return mark if _is_bare_list(text, start, end, duties, table) else None


def _ends_sentence(text: str, end: int) -> bool:
    after = text[end : end + _AROUND].lstrip(BLANK)
    return not after or after[0] in ENDS or text[end : end + 1] == "\n"  # the last: behind a heading on its own line


def _at_sentence_edge(text: str, start: int, end: int) -> bool:
    """Whether a bracket stands at the end of a sentence or behind one."""
    before = text[max(0, start - _AROUND) : start].rstrip(BLANK)
    return _ends_sentence(text, end) or (bool(before) and before[-1] in ENDS)


@lru_cache(maxsize=1)
def _says_duty() -> re.Pattern[str]:
    """A colon or a verb such as 牵头: without either a bracket in the midst of a sentence names nobody who is to do its work."""
    roles = settings("roles")
    words = sorted({*roles["verbs"], *roles["joining"], *roles["closing_verbs"], *COLONS}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def _may_hold_units(inner: str) -> bool:
    return (len(inner) >= _SHORTEST_LIST or inner[:1] == "各") and any("\u4e00" <= c <= "\u9fff" for c in inner)


def _label_leads(inner: str) -> bool:
    """Whether a label of units stands in it: 责任单位：…, 责任领导：…；责任单位：…"""
    return any(role not in ("skip", "deadline") for _, _, role in labels_in(inner))


def _explains(inner: str) -> bool:
    """Whether a bracket explains what stands before it: （以下简称方案）."""
    return inner.lstrip(BLANK).startswith(tuple(settings("roles")["words"]["explaining"]))


def _is_bare_list(text: str, start: int, end: int, duties: Duties, table: UnitTable) -> bool:
    """Whether a bracket without a label lists who is to do the work before it.

    All in it are bodies and one at least is known; it stands at the end of a sentence, or says 牵头, 负责 …; and the
    word before it is no body, whose second name it would be.
    """
    if _explains(text[start + 1 : end]):
        return False
    strengths = [strength(unit.name, table) for unit in duties.units]
    before, after = text[max(0, start - _AROUND) : start].rstrip(BLANK), text[end : end + _AROUND].lstrip(BLANK)
    ends_sentence, begins_after = _ends_sentence(text, end), bool(before) and before[-1] in ENDS
    shared_out = len({u.role for u in duties.units}) > 1 and ends_sentence and begins_after  # 。（A牵头，B配合）: no doubt what it says
    if min(strengths) < FORM and not (shared_out and sum(s == KNOWN for s in strengths) * 3 >= 2 * len(strengths)):
        return False
    if begins_after and not after and not duties.spoken and all(len(u.name) > 3 and u.name.endswith(_SECTIONS) for u in duties.units):
        return True  # 。（养老服务科、规划财务科）
    if begins_after and ends_sentence and all(is_placed_form(u.name) and u.name.endswith(_OFFICES) for u in duties.units):
        return True  # 。（市海洋发展和渔业局）: no table has it, but it can be nothing else
    if begins_after and ends_sentence and min(strengths) >= REGION and max(strengths) == KNOWN:
        return True  # 。（芙蓉区、岳麓区人民政府，长沙县、浏阳市人民政府）
    if not shared_out and (max(strengths) < KNOWN or sum(s == KNOWN for s in strengths) * 2 < len(strengths)):
        return False
    if duties.spoken:
        return ends_sentence or begins_after or after[0] in "，,、" or min(strengths) == KNOWN
    if not (ends_sentence or begins_after):
        return False
    if begins_after:
        return True
    tail = before[-40:]
    named = find_units(tail, table)
    if named and named[-1].end == len(tail):
        return False
    return any(s == KNOWN and not is_collective(u.name) for s, u in zip(strengths, duties.units, strict=True)) or len(strengths) > 1


def _within_sentence(text: str, found: list[Mark], table: UnitTable) -> list[Mark]:
    """Lists behind the parts of a sentence at whose end another stands: 新建泵站两座（市水利局），改造涵闸三处（市住建局）."""
    last = found[-1] if found else None
    if last is None or last.duties.labelled or text[last.start] not in OPENS:
        return []
    out = []
    taken = _Taken(found)
    edge = max(text.rfind(c, 0, last.start) for c in ENDS if c not in "；;")
    for start, end in _brackets(text):
        if not edge < end < last.start or text[end] not in "，,；;" or end - start > _LONGEST_LIST or taken.overlaps(start, end):
            continue
        if not _may_hold_units(text[start + 1 : end - 1]):
            continue
        duties = read_duties(text[start + 1 : end - 1], "responsible", table)
        tail = text[max(0, start - 40) : start].rstrip(BLANK)
        named = find_units(tail, table)
        many = tail.endswith(tuple(settings("unit_forms")["collective_endings"])) or (named and named[-1].end == len(tail))  # whose members they are
        if duties.weakest == KNOWN and all(is_placed_form(u.name) for u in duties.units) and not many:
            out.append(Mark(start, end, start + 1, text[start + 1 : end - 1].strip(), duties))
    return out


# --- lists without brackets, or with half of them -------------------------------------------------------------------


def _open_labels(text: str, found: list[Mark], table: UnitTable) -> Iterator[Mark]:
    """责任单位：A、B in the open, behind a full stop or at the start, up to where the names end; also behind a bracket
    that never closes."""
    if ":" not in text and "：" not in text and not any(colon in text for colon in COLONS[2:]):
        return
    taken, marked = 0, _Taken(found)
    lead_in = -1  # where other labels on lines before it (牵头领导：…, 完成时限：…) begin
    printed, (text, _) = text, without_rules(text)
    for start, behind, role in labels_in(text):
        start += len(text[start:behind]) - len(text[start:behind].lstrip(BLANK))
        if start < taken or marked.overlaps(start, start + 1):
            continue
        low = max(0, start - _AROUND)
        before = text[low:start].rstrip(BLANK)
        if before.endswith(DASHES):  # ——责任单位：…
            before = before.rstrip(DASHES_AND_BLANK)
            start = low + len(before) + len(text[low + len(before) : start]) - len(text[low + len(before) : start].lstrip(BLANK))
        opened = bool(before) and before[-1] in OPENS
        fresh = "\n" in text[low + len(before) : start]
        if fresh and role in ("skip", "deadline"):
            lead_in = start if lead_in < 0 or text.count("\n", lead_in, start) > 1 + _MOST_LABELS else lead_in
        elif lead_in < 0 and role in ("skip", "deadline") and before[-1:] in tuple(ENDS):
            lead_in = start  # …。完成时限：6月；责任单位：…
        if role in ("skip", "deadline", "data"):
            continue
        led = lead_in >= 0 and _labels_only(text[lead_in:start])
        if before and not opened and not fresh and before[-1] not in ENDS + CLOSES and not led:
            continue
        end = _end_of_list(text, behind, table)
        start = lead_in if led else start
        lead_in = -1
        duties = read_duties(text[start:end], "responsible", table)
        if duties.units and (duties.weakest >= FORM or _mostly_bodies(duties, table)):
            at = low + len(before) - 1 if opened else start
            if text[end : end + 1] in tuple(CLOSES):
                end += 1
            taken = end
            yield Mark(at, end, start, printed[start:end].strip(), duties)


def _labels_only(lines: str) -> bool:
    """Whether every line of a text is short and begins with a label."""
    return all(len(line) <= _LONGEST_LABEL_LINE and next(labels_in(line), (1,))[0] == 0 for line in lines.splitlines() if line.strip(BLANK))


def _mostly_bodies(duties: Duties, table: UnitTable) -> bool:
    """Whether a labelled list in the open names bodies, though not all of them are known by table or form."""
    strengths = [strength(unit.name, table) for unit in duties.units]
    short = all(len(unit.name) <= _LONGEST_UNKNOWN for unit, s in zip(duties.units, strengths, strict=True) if s < FORM)
    return short and max(strengths) >= REGION and sum(s >= FORM for s in strengths) * 2 >= len(strengths)


def _sentences(text: str, found: list[Mark], table: UnitTable) -> Iterator[Mark]:
    """A sentence behind the matter that does nothing but name who is to do it: 此项工作由市商务局牵头，市财政局配合."""
    first = _sentence_end().search(text)  # what ends here is the clause's matter, unless a blank stands before it
    behind = 0 if text[:1] in BLANK else first.start() if first else len(text)
    if not _may_name().search(text, behind):
        return
    start, marked = 0, _Taken(found)
    for end in [*(stop.start() for stop in _sentence_end().finditer(text)), len(text)]:
        sentence = text[start:end].lstrip(BLANK)
        begin = end - len(sentence)
        start = end + 1
        if begin == 0 or end - begin > _LONGEST_SENTENCE or not _names_only(sentence) or marked.overlaps(begin, end):
            continue
        sentence = _with_colons(sentence)
        if not may_speak(sentence):
            continue
        duties = read_duties(sentence, "responsible", table)
        known = duties.weakest == KNOWN or (duties.weakest == FORM and all(strength(u.name, table) == KNOWN or is_placed_form(u.name) for u in duties.units))
        if (duties.spoken or duties.labelled) and known and not _rest_of(text[begin:end], duties):
            yield Mark(begin, end, begin, text[begin:end], duties)


def _names_only(sentence: str) -> bool:
    led = sentence.find("由", 0, 14)
    if led < 0 and "牵头" in sentence and any(word in sentence for word in ("牵头，", "牵头,", "牵头、")) and sentence.rstrip(BLANK).endswith(_closing_words()):
        return True  # 县交通运输局牵头，各乡镇配合
    if led == 0 or (sentence[:1] in _label_beginnings() and sentence.startswith(_linked_labels())):
        return True
    return led > 0 and any(word in sentence[:led] for word in settings("roles")["words"]["lead_words"])


@lru_cache(maxsize=1)
def _may_name() -> re.Pattern[str]:
    """What no sentence is without that `_names_only` takes, from the mark before it on: few clauses have any of it."""
    marks, blank = re.escape(ENDS + "\n"), re.escape(BLANK)
    led = [f"{re.escape(word)}[^{marks}]{{0,13}}由" for word in settings("roles")["words"]["lead_words"]]
    return re.compile("|".join([f"由(?:(?<=^由)|(?<=[{marks}{blank}]由))", *led, "牵头[，,、]", *sorted({label[-2:] for label in _linked_labels()})]))


@lru_cache(maxsize=1)
def _linked_labels() -> tuple[str, ...]:
    return tuple(label + link for label in settings("roles")["labels"] for link in ("为", "是"))


@lru_cache(maxsize=1)
def _label_beginnings() -> frozenset[str]:
    return frozenset(label[0] for label in _linked_labels())


@lru_cache(maxsize=1)
def _closing_words() -> tuple[str, ...]:
    return tuple(settings("roles")["verbs"])


def _with_colons(sentence: str) -> str:
    """责任单位为A，配合单位为B read as if the labels had their colon; places stay."""
    for label in _linked_bodies():
        if label in sentence:
            sentence = sentence.replace(label, label[:-1] + "：")
    return sentence


@lru_cache(maxsize=1)
def _linked_bodies() -> tuple[str, ...]:
    """Those of `_linked_labels` that name bodies."""
    return tuple(label for label in _linked_labels() if label[:-1].endswith(("单位", "部门", "主体")))


def _rest_of(sentence: str, duties: Duties) -> str:
    """What a sentence says besides bodies, verbs and the words around them."""
    roles = settings("roles")
    rest = sentence
    for unit in duties.units:
        rest = rest[: unit.start] + "，" * (unit.end - unit.start) + rest[unit.end :]
    led = rest.find("由", 0, 14)
    rest = rest[led + 1 :] if led >= 0 else rest
    words = {*roles["verbs"], *roles["joining"], *roles["closing_verbs"], *roles["labels"], *roles["words"]["adverbs"], *roles["words"]["verb_tails"]}
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "，")
    for word in ("等", "有关部门", "相关部门", "部门", "单位", "其中", "由", "为", "是", "和", "及", "与"):
        rest = rest.replace(word, "，")
    return "".join(c for c in rest if "\u4e00" <= c <= "\u9fff")


def _end_of_list(text: str, at: int, table: UnitTable) -> int:
    """The end of a list that begins at `at`: before the first full stop behind which no other label follows."""
    limit = min(len(text), at + _LONGEST_LIST)
    depth, stop = 0, limit
    for place in range(at, limit):
        if text[place] in OPENS:
            depth += 1
        elif text[place] in CLOSES:
            depth -= 1
            if depth < 0:
                stop = place
                break
        elif text[place] in "。｡" and depth == 0:
            rest = text[place + 1 : place + 20].lstrip(BLANK)
            if next(labels_in(rest), (1,))[0] != 0:
                stop = place
                break
        elif text[place] == "\n" and depth == 0 and _leaves_list(text[place + 1 : place + 60], table):
            stop = place
            break
    return stop


def _leaves_list(rest: str, table: UnitTable) -> bool:
    """Whether the line behind a list is no part of it: neither a label nor the name of a body."""
    rest = rest.lstrip(DASHES_AND_BLANK)
    if next(labels_in(rest[:20]), (1,))[0] == 0:
        return False
    name = re.split("[、，,；;。 　\n（(]", rest, maxsplit=1)[0]
    return bool(name) and name[0] not in "、，,；;" and strength(squeeze(without_rules(name)[0]), table) < FORM
