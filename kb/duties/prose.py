"""Who leads a piece of work in running text: 由县级乡村振兴部门牵头，…; 人社部门牵头监测预警….

Only where the subject of 牵头 is plainly a body or the bodies of one function, and work follows. In a document that assigns by
lists, a clause with a list is read by its list alone, and others only where the text says 由A牵头.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from kb.duties.phrases import read_duties
from kb.duties.work import Work
from kb.model import Clause, ListedUnit
from kb.numbering import find_marker
from kb.spans import cut, strip
from kb.tables import settings
from kb.unit_naming.forms import is_collective
from kb.unit_naming.lists import KNOWN, is_placed_form
from kb.unit_naming.names import full_matches, matches_at
from kb.units import UnitTable

_STOPS = "。；;！!\n"
_OTHER_USES = ("牵头单位", "牵头部门", "牵头人", "牵头责任", "牵头领导", "牵头抓总作用", "牵头作用", "牵头协调作用")
_LONGEST_SUBJECT = 60
_BLANK = " 　\t*“”"
_OTHERS = ("等有关部门", "等相关部门", "等部门和单位", "等部门单位", "等部门", "等单位", "等有关单位", "等相关单位", "等")
_FOUNDED = ("建立健全", "建立", "健全", "完善", "形成", "构建", "成立", "组建", "实行", "采取", "落实")  # 建立县水利局牵头、有关部门参与的机制
_MANY = ("县市区", "县（市", "市县", "县级", "县乡", "乡镇", "村级", "镇村", "省市", "地方", "所在", "属地", "当地")
_NO_WORK = ("人", "同志", "解释", "制", "任", "日常", "的", "本级", "具体解释", "对本", "答复")


def prose_leads(clause: Clause, table: UnitTable, only_named: bool = False) -> Iterator[Work]:
    """The sentences of a clause (parted at 。 and ；) that name who leads; with `only_named` only those that say 由A牵头."""
    text = clause.text
    if not _may_lead(clause):
        return
    marker = find_marker(text)
    start = marker.end if marker is not None else 0
    number = 0
    lines = _lines_of_bodies(clause, table)
    yield from lines
    number += len(lines)
    for end in [*(stop.start() for stop in _sentence_end().finditer(text, start)), len(text)]:
        for place in _parts(clause, start, end, table):
            work = _of_sentence(clause, place, table, only_named, number)
            if work is not None and not any(line.spans[0][0] <= work.spans[0][0] < line.spans[-1][1] for line in lines):
                number += 1
                yield work
        start = end + 1


def _lines_of_bodies(clause: Clause, table: UnitTable) -> list[Work]:
    """Lines of a clause that begin with a body and a colon (县水利局：牵头疏浚干渠。), many bodies (各镇：) among others only."""
    text = clause.text
    if "\n" not in text or ("：" not in text and ":" not in text) or "条" in clause.path:
        return []
    out: list[Work] = []
    groups = []
    at = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        found = _colon().search(line, 0, _LONGEST_SUBJECT)
        if found is None or found.start() < 2:
            continue
        body = line[: found.start()].strip(_BLANK)
        group = not _heads(body, table)
        begin = found.end() + len(line[found.end() :]) - len(line[found.end() :].lstrip(_BLANK))
        role = next((role for word, role in settings("roles")["headed"].items() if line.startswith(word, begin)), "")
        if not role or len(line) - begin < 6 or (group and not _heads(body, table, groups=True)):
            continue
        shown, spans = strip(line.rstrip(_BLANK + _STOPS), cut(clause.spans, start, start + len(line.rstrip(_BLANK + _STOPS))))
        units = tuple(replace(u, role=role) for u in read_duties(body, role, table).units)
        work = Work(
            clause=clause.id, number=clause.path or "序", text=shown, spans=spans, units=units, basis="phrase" if role == "lead" else "none",
            open_ended=False, raw=body, lines=(clause.first_line, clause.last_line), place=len(out),
        )  # fmt: skip
        out.append(work)
        groups.append(group)
    return [] if all(groups) else out


@lru_cache(maxsize=1)
def _colon() -> re.Pattern[str]:
    return re.compile("[：:]")


def headed_duty(clause: Clause, parent: Clause | None, table: UnitTable, groups: bool = False) -> Work | None:
    """The work of a body that a clause has for its heading: （一）县水利局。负责堤防巡查。 or, below such a heading, 1.负责堤防巡查。

    With `groups` the heading may name many bodies (各镇), as it does beside clauses that are headed by one.
    """
    if "条" in clause.path or clause.kind == "row":
        return None
    marker = find_marker(clause.text)
    start = marker.end if marker is not None else 0
    begin = start
    body = clause.heading.rstrip(_BLANK + "。：:") if clause.heading else ""
    if _heads(body, table, groups):
        begin = clause.text.find(body, start) + len(body)
    elif parent is None or not _heads(body := (parent.heading or "").rstrip(_BLANK + "。：:"), table):
        return None
    begin += len(clause.text[begin:]) - len(clause.text[begin:].lstrip(_BLANK + "。：:\r"))
    role = next((role for word, role in settings("roles")["headed"].items() if clause.text.startswith(word, begin)), "")
    end = len(clause.text.rstrip(_BLANK + _STOPS))
    if not role or end - begin < 6:
        return None
    text, spans = strip(clause.text[start:end], cut(clause.spans, start, end))
    units = tuple(replace(u, role=role) for u in read_duties(body, role, table).units)
    return Work(
        clause=clause.id, number=clause.path or "序", text=text, spans=spans, units=units, basis="phrase" if role == "lead" else "none",
        open_ended=False, raw=body, lines=(clause.first_line, clause.last_line), place=0,
    )  # fmt: skip


def _heads(heading: str, table: UnitTable, groups: bool = False) -> bool:
    """Whether a heading is nothing but the names of bodies that the tables know; of many bodies (各镇) only with `groups`."""
    if not 3 - groups <= len(heading) <= 40 or heading[-1] not in _body_ends():
        return False
    duties = read_duties(heading, "responsible", table)
    return bool(duties.units) and duties.weakest == KNOWN and not duties.spoken and (groups or not any(_is_group(u.name, table) for u in duties.units))


@lru_cache(maxsize=1)
def _body_ends() -> str:
    return str(settings("grids")["shape"]["unit_ends"]) + "）"


def _may_lead(clause: Clause) -> bool:
    """Few clauses have any of the words that say who leads; 负责 says nothing in an article."""
    text = clause.text
    return "牵头" in text or "会同" in text or ("负责" in text and "条" not in clause.path)


@lru_cache(maxsize=1)
def _sentence_end() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_STOPS)}]")


def _parts(clause: Clause, start: int, end: int, table: UnitTable) -> list[tuple[int, int]]:
    """A sentence, or the parts of one that gives several bodies their work: 县财政局负责拨付资金，县审计局负责跟踪审计."""
    text = clause.text
    if text.count("负责", start, end) < 2 or "牵头" in text[start:end]:
        return [(start, end)]
    edges = [start, *(m.end() for m in _comma().finditer(text, start, end)), end + 1]
    begins = [a for a, b in pairwise(edges) if "负责" in text[a : b - 1] and _in_charge(clause, a, b - 1, table, 0) is not None]
    return [(a, b - 1) for a, b in pairwise([start, *begins[1:], end + 1])]


def _of_sentence(clause: Clause, place: tuple[int, int], table: UnitTable, only_named: bool, number: int) -> Work | None:
    start, end = place
    sentence = clause.text[start:end]
    if "牵头" in sentence:
        work = _sentence(clause, start, end, table, number) if not only_named or "由" in sentence else None
        return work if work is None or not only_named or work.raw.startswith("由") else None
    work = _jointly(clause, start, end, table, number) if "会同" in sentence else None
    return work or (_in_charge(clause, start, end, table, number) if "负责" in sentence else None)


def _in_charge(clause: Clause, start: int, end: int, table: UnitTable, number: int) -> Work | None:
    """县民政局负责数据比对, 县民政局：负责数据比对, 由县民政局负责: a body by its name at the sentence's start or behind 由.

    What laws say of the bodies of a function (公安机关负责…) and who explains a paper (由县民政局负责解释) is no work.
    """
    if "条" in clause.path:
        return None
    text = clause.text[start:end]
    at = text.find("负责")
    if text.startswith(_NO_WORK, at + 2) or at < 3:
        return None
    led = text.rfind("由", max(0, at - _LONGEST_SUBJECT), at)
    begin = led + 1 if led >= 0 else len(text) - len(text.lstrip(_BLANK))
    subject = _without_auxiliary(text[begin:at].rstrip(_BLANK + "：:，,"))
    duties = read_duties(subject, "responsible", table)
    if not duties.units or duties.weakest < KNOWN or (duties.spoken and not any(u.role == "cooperating" for u in duties.units)):
        return None
    if any(_is_group(u.name, table) for u in duties.units) or (led > 0 and text[led - 1] in "理自缘事来"):
        return None
    joined = tuple(_joined(text, at + 2, table))
    body, spans = strip(text, cut(clause.spans, start, end))
    return Work(
        clause=clause.id, number=clause.path or "序", text=body, spans=spans, units=(*duties.units, *joined), basis="none",
        open_ended=duties.open_ended, raw=text[begin - (led >= 0) : at + 2], lines=(clause.first_line, clause.last_line), place=number,
    )  # fmt: skip


def _is_group(name: str, table: UnitTable) -> bool:
    """Whether a name stands for many bodies: 公安机关, 各级党委."""
    return is_collective(name) or name.startswith(_MANY) or any(e.group for m in full_matches(name, table.tree) for e in m.entries)


def _jointly(clause: Clause, start: int, end: int, table: UnitTable, number: int) -> Work | None:
    """关于…的问题，由发展改革委会同财政部等部门研究提出意见: a body by its name, with others; 主管部门会同有关部门 of laws is none."""
    text = clause.text[start:end]
    at = text.find("会同")
    led = text.rfind("由", max(0, at - _LONGEST_SUBJECT), at)
    if led < 0 or text.rstrip(_BLANK + _STOPS).endswith("解释"):
        return None
    joined = tuple(_joined(text, at, table))
    if not joined:
        return None
    duties = read_duties(text[led + 1 : at], "responsible", table)
    if not duties.units or duties.weakest < KNOWN or duties.spoken:
        return None
    if any(_is_group(u.name, table) for u in duties.units):
        return None
    body, spans = strip(text, cut(clause.spans, start, end))
    return Work(
        clause=clause.id, number=clause.path or "序", text=body, spans=spans, units=(*duties.units, *joined), basis="none",
        open_ended=duties.open_ended or text.startswith("等", joined[-1].end), raw=text[led : joined[-1].end],
        lines=(clause.first_line, clause.last_line), place=number,
    )  # fmt: skip


def _sentence(clause: Clause, start: int, end: int, table: UnitTable, number: int) -> Work | None:
    text = clause.text[start:end]
    at = text.find("牵头")
    if text.startswith(_OTHER_USES, at) or at < 2:
        return None
    begin = _subject_start(text, at)
    duties = read_duties(_without_auxiliary(text[begin:at]), "lead", table)
    if not duties.units or duties.spoken or (duties.weakest < KNOWN and not (text[begin - 1 : begin] == "由" and all(is_placed_form(u.name) for u in duties.units))):
        return None
    joined = tuple(_joined(text, at + 2, table)) or _further_on(text, at + 2, table)
    units = (*duties.units, *joined)
    body, spans = strip(text, cut(clause.spans, start, end))
    return Work(
        clause=clause.id, number=clause.path or "序", text=body, spans=spans, units=units, basis="phrase",
        open_ended=duties.open_ended, raw=text[begin - (text[begin - 1 : begin] == "由") : at + 2], lines=(clause.first_line, clause.last_line), place=number,
    )  # fmt: skip


def _joined(text: str, at: int, table: UnitTable) -> Iterator[ListedUnit]:
    """The bodies behind 牵头，会同…, or those of 牵头，…配合: as many names as stand one behind the other."""
    at += len(text[at:]) - len(text[at:].lstrip("，,、 "))
    roles = settings("roles")
    joiner = next((word for word in roles["joining"] if text.startswith(word, at)), "")
    if not joiner and (others := _others(text, at, table)):
        yield from others
        return
    names = []
    at += len(joiner)
    while ends := [m.end for m in matches_at(text, at, table.tree) if m.end - at > 2]:
        names.append((at, max(ends)))
        at = max(ends)
        if text[at : at + 1] not in ("、", "和", "及", "与"):
            break
        at += 1
    at += len(next((word for word in _OTHERS if names and text.startswith(word, at)), ""))
    verb = next((word for word in roles["verbs"] if text.startswith(word, at)), "")
    role = roles["joining"].get(joiner) or roles["verbs"].get(verb)
    if role:
        yield from (ListedUnit(text[a:b], text[a:b], a, b, role) for a, b in names)


def _others(text: str, at: int, table: UnitTable) -> tuple[ListedUnit, ...]:
    """The bodies of a part that only says who joins in: 各乡镇配合，."""
    end = min((place for mark in "，,。；;" if (place := text.find(mark, at)) >= 0), default=len(text))
    duties = read_duties(text[at:end], "", table) if end - at <= _LONGEST_SUBJECT else None
    if duties is None or not duties.units or duties.weakest < KNOWN or not duties.spoken:
        return ()
    units = tuple(replace(u, start=u.start + at, end=u.end + at) for u in duties.units)
    return units if all(u.role in ("cooperating", "guiding", "responsible") for u in units) and text[at:end].endswith(tuple(settings("roles")["verbs"])) else ()


def _further_on(text: str, at: int, table: UnitTable) -> tuple[ListedUnit, ...]:
    """The bodies of the first part behind the work that only says who joins in: 县水利局牵头开展清淤，县财政局、县林业局配合，…."""
    for mark in _comma().finditer(text, at):
        end = next((m.start() for m in _comma().finditer(text, mark.end())), len(text))
        if text[mark.end() : end].endswith(tuple(settings("roles")["verbs"])):
            return _others(text, mark.end(), table)
    return ()


@lru_cache(maxsize=1)
def _comma() -> re.Pattern[str]:
    return re.compile("[，,]")


def _without_auxiliary(subject: str) -> str:
    """各级乡村振兴部门要 → 各级乡村振兴部门."""
    moved = True
    while moved:
        moved = False
        subject = subject.rstrip(" 　")
        for word in ("负责", "主要", "要", "应当", "应", "须", "具体", "统一", "共同", "分别"):
            if subject.endswith(word):
                subject, moved = subject[: -len(word)], True
    return subject


def _subject_start(text: str, at: int) -> int:
    """Where the subject of 牵头 begins: behind 由, or behind the last mark before it; a short bracket belongs to a name."""
    low = max(0, at - _LONGEST_SUBJECT)
    led = text.rfind("由", low, at)
    if led >= 0:
        return led + 1
    begin, depth = at, 0
    while begin > low:
        character = text[begin - 1]
        depth += (character in "）)") - (character in "（(")
        if depth < 0 or (depth == 0 and character in "，,：:。*“”"):
            break
        begin -= 1
    founded = max((text.rfind(word, begin, at) + len(word) for word in _FOUNDED if text.rfind(word, begin, at) >= 0), default=begin)
    return founded
