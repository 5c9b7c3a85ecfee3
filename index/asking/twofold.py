"""Two questions in one: how many and who (重点村有多少个，谁来帮扶), taken apart so that both are answered."""

from __future__ import annotations

import re
from functools import cache

from index.asking.measures import MEASURE, wanted_measure

AMOUNTS = ("多少", "几", "多久", "多大", "什么时候", "何时", "哪年", "啥时候")  # without one of them no figure is asked for
OF_ONE_ROW = ("基期", "底子", "基数", "约束性", "预期性")  # what tables of aims give in one row is asked for as one
LEFT = 2  # characters of a matter that each half must have


@cache
def _amount() -> re.Pattern[str]:
    """What asks for a figure or a time."""
    counted = f"[{MEASURE}]" + "{0,2}"
    return re.compile(
        r"(?:(?:一共|总共|共|全市|全省)?(?:要|得|会|需要?)?(?:建成|建设|建|打造|达到|完成|有|是|补|给|发|为|到|设)?(?:了|成)?)?"
        rf"(?:(?:多少|几)(?![项条家类种款]|个?(?:单位|部门|局|文件))[万亿千百]?{counted}(?:钱|比例)?|多久(?:[一几]次)?|多大比例|什么时候|何时|哪年|啥时候)"
        r"(?:之前|以前|底前|前|内|以内|以上)?(?:完成|办完|做完|建成|达到|到位)?(?:的|呢|啊|呀)?"
    )


@cache
def _actor() -> re.Pattern[str]:
    """What asks for a body."""
    return re.compile(
        r"(?:又|都|那|具体)?(?:[由归让该是]|应由|应该由)?(?:谁|哪一?[个家](?:局|部门|单位|委|办|厅|处)?|哪些(?:局|部门|单位|厅)|什么(?:部门|单位))(?:来|去|在)?"
        r"(?:牵个?头|负责|管理|管|帮扶|落实|承担|组织|实施|主管|监管|建|办|出|发|抓|干|做|检查|认定)(?:的|呢|啊|呀)?|(?:牵头单位|责任单位|牵头部门|责任部门)(?:[是有为]?(?:谁|哪些|哪个|哪家|哪几家|什么))"
    )


def parted(question: str, original: str = "") -> tuple[str, str] | None:
    """The two questions in one, in their order, each with the matter of both; None where one is asked. `original`: with the bodies offered.

    `parted("谷禾助餐点建几个，谁牵头")` is 谷禾助餐点, 谷禾助餐点谁牵头 with what they ask: ("谷禾助餐点建几个", "谷禾助餐点，谁牵头").
    """
    if not any(sign in question for sign in AMOUNTS):
        return None
    amount, actor = _amount().search(question), _actor().search(question)
    if amount is not None and actor is None and question == (original or question):
        return _two_amounts(question, amount)
    if amount is None or actor is None or (amount.start() < actor.end() and actor.start() < amount.end()):
        return None
    first, last = sorted((amount, actor), key=lambda m: m.start())
    between = question[first.end() : last.start()]
    of_figure = f"{question[: actor.start()]}{question[actor.end() :]}"
    of_body = _amount().sub("", original or question, count=1)
    if sum("一" <= c <= "龥" for c in of_figure) < LEFT or sum("一" <= c <= "龥" for c in of_body) < LEFT or "还是" in between:
        return None
    return (of_figure, of_body) if first is amount else (of_body, of_figure)


def _two_amounts(question: str, first: re.Match[str]) -> tuple[str, str] | None:
    """Two figures asked for one after the other: 收入线是多少，多久调整一次."""
    if any(word in question for word in OF_ONE_ROW):
        return None
    last = next((m for m in _amount().finditer(question, first.end()) if re.search(r"[，,；;]", question[first.end() : m.start()])), None)
    if last is None:
        return None
    cut = first.end() + max(question[first.end() : last.start()].rfind(mark) for mark in "，,；;")
    measures = [wanted_measure(question[:cut]), wanted_measure(question[cut:])]
    if measures[0] == measures[1] or question[cut:] == "":
        return None
    of_last = f"{question[: first.start()]}{question[first.end() :]}"
    return question[:cut], of_last


@cache
def _also() -> re.Pattern[str]:
    """What asks the same of another thing, at the end of a question for a figure: …要降多少，国家呢？"""
    return re.compile(r"^(.{4,120}?(?:多少|几|什么时候|何时|哪年|多大|多高|多久).{0,60}?)(?:[，,；;？?、。 ]|那么?){1,4}(?:那么?)?([^\s，,；;？?。、]{2,16}?)(?:又)?呢[？?。]?$")


def also(question: str) -> tuple[str, str] | None:
    """(what is asked, of what the same is asked behind it): 碳强度要降多少，国家呢 → (碳强度要降多少, 国家); None where nothing is."""
    found = _also().match(question.strip()) if "呢" in question else None
    return (found.group(1), found.group(2)) if found is not None else None
