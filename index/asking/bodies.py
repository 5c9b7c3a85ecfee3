"""Bodies as people name them in a question: as printed, by a branch's short name, by their function in a list (审计和国资在不在名单里)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from index.asking.wording import wording
from index.matching.synonyms import others, unit_families
from kb.model import UnitMention
from kb.units import UnitTable, find_units

MOST_FUNCTION = 6  # characters of a function that stands for its body
ENDS = ("局", "委", "厅", "办", "分局", "会")


def full_name(core: str) -> str:
    """The name of the body of a function: 民政 → 民政局, 银保监 → 银保监分局, 检察院 as it is; "" when there is none."""
    if unit_families(core):
        return core
    return next((core + end for end in ENDS if unit_families(core + end)), "")


def as_printed(question: str, found: Sequence[UnitMention], printed: tuple[int, int] | None) -> list[UnitMention]:
    """The bodies found with that which the documents print in its place, where it is the longer name: 商城管委会, not 城管委."""
    if printed is None:
        return list(found)
    start, end = printed
    inside = [m for m in found if start <= m.start and m.end <= end]
    if not any(m.end - m.start < end - start for m in inside):
        return list(found)
    whole = UnitMention(start, end, question[start:end], ())
    return sorted([*(m for m in found if m not in inside), whole], key=lambda m: m.start)


def branch_names(names: Iterable[str]) -> dict[str, str]:
    """How people call the branches of a city's offices → their printed names: 苇溪工商分局 of 谷禾市工商行政管理局苇溪分局; only what means one."""
    out: dict[str, set[str]] = {}
    for name in names:
        office, place = _branch_of(name)
        if not name.endswith("分局") or not 2 <= len(place) <= 5 or len(office) < 3:
            continue
        short = {office, *(o.text for o in others(office) if o.kind == "unit" and o.text.endswith("局"))}
        for function in {word[:-1] for word in short if len(word) > 2}:
            for said in (f"{function}分局", f"{place}{function}分局", f"{place}区{function}分局", f"{place}县{function}分局", f"{function}局{place}分局"):
                out.setdefault(said, set()).add(name)
    return {said: min(same, key=len) for said, same in out.items() if len({_branch_of(n)[1] for n in same}) == 1}


def _branch_of(name: str) -> tuple[str, str]:
    """The office that a branch belongs to and its place: 公安局, 红塔 of 玉溪市公安局红塔区分局; "" where it names none."""
    head, _, place = name.removesuffix("分局").rpartition("局")
    for _ in range(2):  # 广东省, 广州市
        head = _place_before().sub("", head)
    return (f"{head}局" if head else ""), place.rstrip("区县市") if len(place) > 2 else place


@cache
def _place_before() -> re.Pattern[str]:
    return re.compile(r"^[一-龥]{0,6}?[省市县区](?!场|政|容|直)")


@cache
def in_list() -> re.Pattern[str]:
    """A body of which is asked whether it is among others: …，统计局在不在里面, …，审计和国资在不在配合名单里."""
    where = "(?:(?:配合|责任|参与|牵头)?(?:单位|部门)?(?:的)?(?:名单|之列|列表|范围|行列)?(?:里面|里头|其中|之中|里|中|内|列)?)"
    return re.compile(
        rf"[，,；;？?。](?:那|其中|里面|包不包括|包括|有没有)?(?P<who>[一-龥、和与]{{2,16}}?)(?:都|也)?(?:在不在{where}|是不是在{where}|在列|在内|在里面|在其中|在{where}(?=[吗么])|算不算|列没列|有没有列)[吗么呢]?(?=[？?。，,]|$)"
    )


def may_list(question: str) -> bool:
    """Whether it is worth asking `in_list`: its pattern is slow to make."""
    return any(word in question for word in ("在", "列", "算不算"))


def listed_functions(question: str) -> list[UnitMention]:
    """The bodies that a question names by their functions when it asks whether they are in a list."""
    found = in_list().search(question) if may_list(question) else None
    out: list[UnitMention] = []
    at = found.start("who") if found is not None else 0
    for word, mark in re.findall(r"([^、和与]+)([、和与]?)", found["who"]) if found is not None else ():
        name = full_name(word) if 2 <= len(word) <= MOST_FUNCTION else ""
        if name:
            out.append(UnitMention(at, at + len(word), word, unit_families(name)))
        at += len(word) + len(mark)
    return out


def set_aside(question: str, table: UnitTable) -> tuple[str, tuple[str, ...]]:
    """The question without the bodies that it does not ask for, and their names: 除发改委外还有哪些部门负责."""
    found = _besides().search(question) if "除" in question else None
    if found is None:
        return question, ()
    names = tuple(m.name for m in find_units(found["who"], table)) or tuple(full_name(word) for word in re.split("[、和与]", found["who"]) if 2 <= len(word) <= MOST_FUNCTION and full_name(word))
    return (f"{question[: found.start()]}，{question[found.end() :]}", names) if names else (question, ())


@cache
def _besides() -> re.Pattern[str]:
    return re.compile(r"[，,]?除(?:了|去|开)?(?P<who>[一-龥（）()、]{2,30}?)(?:(?:之|以)?外[，,]?|[，,]?(?=还有|还要|还需|其他|其余|别的))")


def held(question: str) -> list[UnitMention]:
    """The body of which is asked whether a task is its too: 有没有银保监, 有没有检察院的责任."""
    for before in wording().holds:
        start = question.rfind(before) + len(before)
        word = re.split(r"[，,。；;？?！!]|的(?:责任|任务|事|份|活)|参与|配合|参加", question[start:])[0] if start >= len(before) else ""
        word = word.rstrip("吗么呢啊没有不")
        if 2 <= len(word) <= MOST_FUNCTION and (name := full_name(word)):
            return [UnitMention(start, start + len(word), name, unit_families(name))]
        several = [(part, full_name(part)) for part in re.split("[、和与跟]", word)] if any(c in word for c in "、和与跟") else []
        if len(several) > 1 and all(2 <= len(part) <= MOST_FUNCTION and name for part, name in several):  # 有没有公安和法院
            at = [question.index(part, start) for part, _ in several]
            return [UnitMention(a, a + len(part), name, unit_families(name)) for a, (part, name) in zip(at, several, strict=True)]
    return []
