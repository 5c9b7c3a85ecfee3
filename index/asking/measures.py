"""What a question for a figure is counted in: 多少张 → figures with 张, 什么时候 → dates, 奖多少 → money, 比例 → shares."""

from __future__ import annotations

import re
from functools import lru_cache

MEASURE = "个次年月天日倍成名人户家所张项米元亩斤座处公里村镇县区场支岁小时学时平方级档度条件台辆套对件"
NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百千]{1,5})"


@lru_cache(maxsize=1)
def dates() -> re.Pattern[str]:
    """What answers a question for a time."""
    return re.compile(r"[0-9]{4}\s?年|[0-9]{1,2}\s?月|底前|期末|[0-9一二两三四五六七八九十]{1,8}\s?(?:年|个月|个?工作日|天|日)内|过渡期")


@lru_cache(maxsize=1)
def calendar() -> re.Pattern[str]:
    """A day, month or year of the calendar, which answers 什么时候 better than a number of days."""
    return re.compile(r"[0-9]{4}\s?年|[0-9]{1,2}\s?月")


def must_match(question: str) -> bool:
    """Whether only what has the measure asked for answers: a time, how often, how much money, how many of what is counted by its own measure."""
    if re.search(rf"(?:多少|几)[万亿千百]?(?!个)[{MEASURE}]", question):  # 多少户: 7度 is no number of households
        return True
    if re.search(r"比例|占比|百分之|百分比", question) and not re.search(r"分担|分摊|怎么分", question):  # 1.5倍 is no share
        return True
    return bool(re.search(r"多久|频次|频率|几次|多少次|多少钱|几块钱|多少元", question)) or wanted_measure(question) is dates()


def asks_money(question: str) -> bool:
    """Whether a question asks how much money there is for something, which a share of it answers too: 协作资金要多少, not 多少人."""
    return bool(re.search(r"(?:资金|经费|投资|投入)[^，。；]{0,6}(?:多少|几[万亿千百])(?![个名人户家次张])", question))


@lru_cache(maxsize=1)
def shares() -> re.Pattern[str]:
    """Figures that are shares."""
    return re.compile(r"[0-9]\s?(?:%|％|‰|个百分点)|百分之|[0-9][:：][0-9]")


@lru_cache(maxsize=64)
def wanted_measure(question: str) -> re.Pattern[str] | None:
    """The measure that a question asks for: 多少张 → figures with 张, 什么时候 → dates, 比例 → shares; None when it says none."""
    if re.search(r"(?<!完成)(?<!截止)(?:期限|时限)|公示期", question) and not re.search(r"什么时候|何时|哪年|哪一年|哪天|几月|截止|最晚|最迟|到期|年底前", question):
        return re.compile(rf"{dates().pattern}|(?:[0-9]+|[一二两三四五六七八九十]+)\s?个?(?:工作日|天|日|个月|月|年)")
    if re.search(r"什么时候|何时|哪年|哪一年|哪天|几月|期限|截止|时限|最晚|最迟|到期|年底前(?![^，。；]{0,12}(?:多少|几))", question) and not re.search(r"到期[^，。；]{0,6}(?:多少|几)(?:年|个月|天)", question):
        return dates()
    if "多久" in question and not re.search(r"多久[^，。；]{0,8}(?:[几一]次|一回|一遍)|频", question):  # 最长多久, not 多久一次
        return re.compile(r"[0-9一二两三四五六七八九十半]\s?(?:个?工作日|个?月|个?季度|年|天|日|小时|周)")
    if re.search(r"多久|频次|频率|[几多][次少]次|几次", question):
        return re.compile(r"每(?:个?季度|半年|年|月|周|天|日)|[0-9一二两三四]\s?次(?!性)")
    if re.search(rf"比例|百分|占比|率|几成|占(?:了|到)?多少(?![{MEASURE}平万亿千百])", question):
        return shares()
    asked = re.search(rf"(?:多少|几|多大|多长|多远|多久)(?:[万亿千百])?([{MEASURE}])([一-龥]?)", question)
    explicit = asked is not None and asked.group(1) not in "元个"  # 收入线是标准的几倍: no money
    if not explicit and re.search(r"多少钱|几块钱|补多少|金额|补贴|补助|标准|收入|资金|筹", question) and not re.search(rf"多少[万亿千百]?(?!元)[{MEASURE}平]", question):
        return re.compile(r"[0-9]\s?(?:多|余)?[万亿千百]?元")
    if asked and asked.group(1) == "个" and asked.group(2) and asked.group(2) not in "的呢吗啊":
        return re.compile(rf"{NUMBER}\s?(?:多|余)?[万亿千百]*个?[^，。；]{{0,6}}?{asked.group(2)}")
    if asked and asked.group(1) in "县市区镇乡村户":  # a share of them answers too: 65%以上的县
        return re.compile(rf"{NUMBER}\s?(?:多|余)?[万亿千百]*{asked.group(1)}|[0-9]\s?[%％](?:以上|以下|左右)?(?:的|[，。；、]|$)")
    if asked and asked.group(1) in "天日":
        return re.compile(rf"{NUMBER}\s?(?:个?工作日|天|日)")
    if asked:
        return re.compile(rf"{NUMBER}\s?(?:多|余)?[万亿千百]*{re.escape(asked.group(1))}")
    return None
