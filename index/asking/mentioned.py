"""Which bodies a question names (a county's without its last character, a branch, a function, a place that has tasks of its own) and in which parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.bodies import as_printed, full_name, held, listed_functions
from index.asking.catalogue import Catalogue
from index.asking.numbers import titles_in
from index.asking.wording import Kind, wording
from index.matching.synonyms import unit_families
from kb.model import UnitMention
from kb.regions import Place
from kb.units import UnitTable, find_units

OF_A_TASK = ("牵头单位", "牵头部门", "负责单位", "负责部门", "配合单位", "配合部门", "参与单位", "承担单位", "负责人")  # 就业服务牵头单位: a matter stands before them, no body
ISSUING, ACTING = ("国办", "中办", "两办", "国务院"), ("牵头", "负责", "承担", "配合", "参与", "有哪些任务", "的任务")


def tasks_kind() -> Kind:
    return next(k for k in wording().kinds if k.name == "tasks")


def _of_short_place(question: str, table: UnitTable, places: Sequence[Place]) -> list[UnitMention]:
    """Bodies behind a county's name without its last character, which texts do not print and people say: 安河文联 for 安河区文联."""
    out = []
    for place in places:
        level = place.region[-1]
        if level not in "县区市旗" or question[place.start : place.end].endswith(level):
            continue
        named = find_units(question[: place.end] + level + question[place.end :], table)
        out += [UnitMention(m.start, m.end - 1, m.name, m.families) for m in named if m.start <= place.start and m.end > place.end + 1]
    return out


def collective(question: str) -> UnitMention | None:
    """All bodies of a kind, which are given tasks as one: 各县区, 各县（市、区）人民政府."""
    if "各" not in question:
        return None
    places = r"县[（(]市、区[)）]|市[（(]州[)）]|县[（(]区[)）]|区[（(]县[)）]|县市区|县区|区县|市县|乡镇|镇街|市州"
    found = re.search(rf"各(?:{places})(?:人民政府|政府)?", question)
    return UnitMention(*found.span(), found.group(), ()) if found is not None else None


def bodies_of(question: str, table: UnitTable, known: Catalogue, places: Sequence[Place]) -> list[UnitMention]:
    """Bodies that the question names; 单位, 部门 and the like alone name none. 民政牵头的 names 民政局 where nothing else is named."""
    taken = [(at, at + len(t)) for t in titles_in(question) if (at := question.find(t)) >= 0]
    found = [m for m in find_units(question, table) if m.name not in wording().idle and not any(a <= m.start < b for a, b in taken)]
    found = [m for m in found if m.name not in ISSUING or question.startswith(ACTING, m.end)]  # 国办文件里: who issued it
    if (all_of := collective(question)) is not None and not any(m.end <= all_of.start or m.start >= all_of.end for m in found):
        return [all_of]
    found = found or _of_short_place(question, table, places)
    found = [m for m in found if not (m.name.endswith("办") and question[m.end : m.end + 1] in ("法", "理", "结", "事"))]  # 考核办法
    if found:
        several = held(question) if len(found) == 1 and "有没有" in question else []
        return several if len(several) > 1 and all(m.start <= found[0].start for m in several[:1]) else as_printed(question, found, known.unit_in(question))
    if "分局" in question and (branch := next((said for said in sorted(known.branches, key=len, reverse=True) if said in question), "")):
        at = question.find(branch)
        return [UnitMention(at, at + len(branch), known.branches[branch], ())]
    if not wording().bodies.isdisjoint(question) and (place := known.unit_in(question)) is not None:
        return [UnitMention(*place, question[slice(*place)], ())]
    for after in wording().functions:
        at = question.find(after)
        for length in (6, 5, 4, 3, 2):
            if at >= length and not question.startswith(OF_A_TASK, at) and (name := full_name(question[at - length : at])):
                return [UnitMention(at - length, at, name, unit_families(name))]
    return listed_functions(question) or held(question)


def place_as_body(question: str, places: Sequence[Place], known: Catalogue) -> Place | None:
    """The county or district that a question asks the tasks of, as of any other body: 祁东县在衡阳的清单里要负责什么."""
    if not places or not tasks_kind().shown_by(question):
        return None
    within = [p for p in places if any(p.region != other.region and p.region.startswith(other.region) for other in places)]  # 云亭县 in 谷禾's list
    own = [p for p in places if (p in within or p.region not in known.by_region) and question[p.start : p.end] in known.place_bodies]
    return own[0] if len(own) == 1 else None


@cache
def _also() -> re.Pattern[str]:
    """What asks behind the question for a body's tasks whether it leads any of them: …有哪些条目？它牵头了吗."""
    return re.compile(r"(?<=[？?，,。；;])(?:它|其中|自己|本身|那)?(?:有没有|有|是否|是不是)?牵(?:过|了)?头(?:了|过|的|单位)?(?:没有|没|吗|么|不)?[？?]?$|牵(?:过|了)?头(?:了|过)(?:没有|没|吗|么)(?=[，,；;])")


def roles_of(question: str) -> tuple[str, ...]:
    """The parts in tasks that a question asks for; none where it asks for all of them and how many of these are led."""
    asked = question
    for both in ("含配合", "包括配合", "连同配合", "牵头和配合", "牵头的配合", "牵头、配合", "牵头的配合的", "牵头或者配合", "牵头或配合", "牵头、参与", "牵头和参与", "牵头或参与", "牵头及配合", "牵头与配合", "牵头的和配合"):
        asked = asked.replace(both, "")  # all of them, not only these
    asked = _also().sub("", asked) if "牵" in asked and any(c in asked for c in "吗么没不") else asked
    if any(w in question for w in ("不含", "不算", "不包括", "不要", "除")):
        asked = re.sub(r"(?:不含|不算|不包括|不要|除去|除了?)[^，,。；;）)]{0,8}", "", question)
    if ("几" in asked or "多少" in asked) and re.search(
        r"^[^牵]*(?:(?:几|多少)[项条件](?:任务|工作|事)?|(?:哪些|什么|啥)(?:任务|工作|事情?|活)?)[，,、][^，,只]{0,6}牵头", asked
    ):
        return ()
    return tuple(role for role, names in wording().roles.items() if any(n in asked for n in names))
