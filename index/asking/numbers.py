"""The numbers that a question names: of clauses and tasks (第18条, 任务61), of documents (云办发7号文, 那份5号文), and what bounds a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.catalogue import Catalogue
from kb.numerals import to_chinese, to_int
from kb.quantities.words import any_word, figure_words
from kb.regions import Place


@cache
def _number() -> re.Pattern[str]:
    """A document number, in full."""
    return re.compile(r"[一-龥]{1,12}[〔\[［(（【]?(?:19|20)\d\d年?[〕\]］)）】]?第?\d{1,4}号")


def titles_in(question: str) -> tuple[str, ...]:
    titles = [begun[: begun.find("》")] for begun in question.split("《")[1:]]
    numbers = [m.group() for m in _number().finditer(question)] if "号" in question else []
    return (*(t for t in titles if 2 <= len(t) <= 80), *numbers)


def short_numbers(question: str, known: Catalogue, places: Sequence[Place], levels: Sequence[str]) -> list[tuple[int, str]]:
    """The documents of the places or level named whose numbers end as the question says, each the only one, with the words that say it: 云川的5号文."""
    if "号" not in question:
        return []
    if (places or levels) and (both := _side_by_side().search(question)) is not None:  # 云川2号文和5号文
        each = [_of_serial(both[name], known, places, levels) for name in ("one", "other")]
        if all(len(found) == 1 for found in each):
            return [(each[0][0], both["first"]), (each[1][0], both["last"])]
    said = re.search(r"(?<![0-9一-龥〕\]）)发第])([0-9]{1,3})号(?:文件?|那份|(?=实施意见|意见|通知|方案))|(?:[的那这来个份]|后来|之后)([0-9]{1,3})号(?:文件?|那份|(?=实施意见|意见|通知|方案))", question)
    if said is None and places:
        said = re.search(r"([0-9]{1,3})号文", question)
    if said is None:
        return []
    serial = next(g for g in said.groups() if g)
    found = _of_serial(serial, known, places, levels)
    return [(found[0], f"{serial}号{said.group().partition('号')[2]}")] if len(found) == 1 else []


def _of_serial(serial: str, known: Catalogue, places: Sequence[Place], levels: Sequence[str]) -> list[int]:
    """The documents of the places or levels named whose number ends so; of all where none is named."""
    here = {p.region for p in places}
    found = [n for _, _, of, n in known.spoken_numbers if of == serial]
    return [n for n in found if known.cards.regions[n] in here or known.cards.levels[n] in levels] if here or levels else found


@cache
def _side_by_side() -> re.Pattern[str]:
    """Two documents called by the ends of their numbers."""
    return re.compile(r"(?P<first>(?<![0-9〕\]）)发第])(?P<one>[0-9]{1,3})号(?:文件?)?)(?:和|与|跟|同|、|及|对比|比)(?:后来的|那份)?(?P<last>(?P<other>[0-9]{1,3})号(?:文件?)?)(?!楼|线|院|任务)")


@cache
def bounds() -> re.Pattern[str]:
    """What bounds a figure, right before it."""
    before = figure_words()["before"]
    return re.compile(rf"(?:{any_word([w for sign in ('>=', '<=', '>', '<') for w in before[sign]])})\s?(?=[0-9])")


@cache
def _item() -> re.Pattern[str]:
    """A clause or task by its number; 第一书记, 第三方 and 第二轮 are words."""
    return re.compile(
        r"(?!第[一二三四五六七八九十百零〇]{1,8}(?![一二三四五六七八九十百零〇]|[）)]?(?:[条项款号章节]|部分)))"
        r"(?:第|任务|清单|事项)(?:第)?[（(]?([0-9]{1,4}(?![0-9年月])|[一二三四五六七八九十百零〇]{1,8}(?![共个般览些]))[）)]?(?:号任务|[条项款号章节]|部分)?"
        r"|[（(]([一二三四五六七八九十]{1,5}|[0-9]{1,3})[）)][条项款]?|(?<![0-9])([0-9]{1,3})(?:号任务|[条款](?![目任工]))|(?<![0-9一-龥])([0-9]{1,3})项(?![目任工])|(?<=[里中的表单市省县区])([0-9]{1,3})项(?![目任工])"
    )


def may_number(question: str) -> bool:
    """Whether a question can name a clause or task by its number at all; a pattern costs more than the question is worth."""
    return any(sign in question for sign in ("第", "任务", "清单", "事项", "（", "(")) or any(c.isdigit() for c in question)


def without_items(question: str) -> str:
    """The question without the numbers of clauses and tasks."""
    return _item().sub(" ", question) if may_number(question) else question


def numbered(question: str, places: Sequence[Place]) -> str:
    """A question in which the number behind a place's name is one of its tasks: 衡阳93项企业帮村 → 衡阳第93项企业帮村; 4之一 and 四之一 as 四（一）."""
    for place in reversed(places) if "项" in question or "条" in question else ():
        if not any(c.isdigit() for c in question[place.end : place.end + 2]):
            continue  # patterns are slow to make
        if (said := re.match(r"[的市县区]?(?P<number>[0-9]{1,3})[项条](?![目任工硬举措]|(?:重点)?(?:任务|工作|政策|措施|清单))[一-龥“]{2}", question[place.end :])) is not None:
            at = place.end + said.start("number")
            question = f"{question[:at]}第{question[at:]}"
    if any(f"{c}{digit}" in question for c in "、和与及" for digit in "123456789") and any(w in question for w in ("第", "任务", "清单")):
        question = re.sub(r"(第|任务|清单)([0-9]{1,3})[项条]?([、和与及])([0-9]{1,3})[项条]?(?=[的是，,：:？?在对分各]|$)", r"\1\2项\3第\4项", question)  # 任务90、91
    if "之" in question:
        question = re.sub(r"(?<![一二三四五六七八九十])([一二三四五六七八九十]{1,3})之([一二三四五六七八九十]{1,3})", r"\1（\2）", question)
    return question


@cache
def _nested() -> re.Pattern[str]:
    return re.compile(r"(?<![一二三四五六七八九十])([一二三四五六七八九十]{1,3})(?:(?:部分|大点|章)?(?:的|第)?[（(]([一二三四五六七八九十]{1,3})[）)]|之([一二三四五六七八九十]{1,3}))")


def nested_in(question: str) -> tuple[str, str] | None:
    """The part and the item in it that a question names together, of 四（一） and of 四之一 四 and 一; None where it names none so."""
    found = _nested().search(question) if any(f"{sign}{n}" in question for sign in "(（之" for n in "一二三四五六七八九十") else None
    return (found.group(1), found.group(2) or found.group(3)) if found is not None else None


def items_in(question: str) -> tuple[int, ...]:
    """Numbers of clauses and tasks that the question names: 第18条, 第十八项, 任务61, （十三）, 清单93."""
    out = []
    if not may_number(question):
        return ()
    for match in _item().finditer(_number().sub(" ", question)):
        bare = match.group(3) or match.group(4) or match.group(5)
        number = to_int(match.group(1) or match.group(2) or bare)
        ends = match.group()[-1]
        if number is not None and (ends in "条项款务章节分" or bare or match.group(2) or match.group().startswith(("任务", "事项", "清单"))):
            out.append(number)
    return tuple(dict.fromkeys(out))


def ordinals(number: int) -> tuple[str, ...]:
    """The forms in which a clause or task of this number is printed: 18 → （十八）, 第十八条, 18, 十八."""
    written = to_chinese(number)
    return (f"（{written}）", *(f"第{written}{kind}" for kind in ("条", "章", "节", "部分")), str(number), written)
