"""What a figure measures and which bound it is: 村庄生活污水治理率 | >= | 35 | % in 村庄生活污水治理率达到35%以上.

Everything here looks at one stretch of text between commas.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.quantities.figures import Figure, find_whens
from kb.quantities.words import any_word, figure_words

_LONGEST = 40
_EACH = r"(?<![人户年月县村镇亩地床站])(?:均|都|分别)"


@lru_cache(maxsize=1)
def _operators() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str], dict[str, str]]:
    words = figure_words()
    before = {w: op for op, entries in words["before"].items() for w in entries}
    after = {w: op for op, entries in words["after"].items() for w in entries}
    spaced = sorted(("\\s?".join(re.escape(c) for c in w) for w in after), key=len, reverse=True)
    never = "".join(figure_words()["words"]["inside_words"])
    return re.compile(any_word(before)), re.compile(rf"\s?(?P<word>{'|'.join(spaced)})(?<!内)|\s?(?P<in>(?:以|之)?内)(?![{never}])"), before, after


@lru_cache(maxsize=1)
def _bounds() -> re.Pattern[str]:
    words = figure_words()
    before = [w for op in (*words["kinds"]["bounding"], "~") for w in words["before"][op]]
    after = ["\\s?".join(map(re.escape, w)) for w in sorted({w for entries in words["after"].values() for w in entries}, key=len, reverse=True)]
    return re.compile("|".join([any_word([*before, "内", "时间"]), *after]))


def may_bound(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether text[start:end] has any word by which `operator_of` could say that a figure is bounded."""
    return _bounds().search(text, start, len(text) if end is None else end) is not None


def operator_of(text: str, start: int, figure: Figure, inherited: str) -> tuple[str, bool]:
    """The operator of a figure whose stretch or list part begins at `start`, and whether a word bounds it.

    What stands behind the figure rules (35%以上), then the nearest bound before it (不低于); 提高 and 约 count only right before it. A figure
    of a list (65%、80%) has the operator of the one before; 红线 and 底线 are lower bounds.
    """
    before, after, ops, after_ops = _operators()
    kinds = figure_words()["kinds"]
    behind = after.match(text, figure.end)
    if behind:
        return after_ops["".join((behind["word"] or behind["in"]).split())], True
    gap = text[start : figure.start].rstrip()
    found = [m for m in before.finditer(gap) if not _only_adjacent(m[0], ops[m[0]]) or m.end() == len(gap)]
    if found:
        bounds = [m for m in found if ops[m[0]] in kinds["bounding"]]
        chosen = bounds[-1] if bounds and found[-1].end() < len(gap) else found[-1]
        operator = ops[chosen[0]]
        return operator, operator in kinds["bounding"] or (operator == "~" and not figure.han)
    if gap.strip() in ("、", "和", "及", "，"):
        return inherited, False
    if figure.kind == "time" and text.startswith("时间", figure.end):
        return "=", True  # 用五年时间
    return (">=" if re.match(r"[^，。；、]{0,8}(?:红线|底线)", text[figure.end :]) else "="), False


def _only_adjacent(word: str, operator: str) -> bool:
    """Whether a word counts only right before its figure: 提高, 约, and 达, which 欠发达 holds too."""
    return operator in figure_words()["kinds"]["adjacent"] or word in ("达", "逾")


_PAID = "人户亩镇村个家所点餐次套件床吨生县"


@lru_cache(maxsize=1)
def _per() -> re.Pattern[str]:
    whom = rf"百户|千人|百人|乡镇|学生|公里|平方米|[{_PAID}]"
    words = "按照?|平均|补助|补贴|给予|发放|奖励|奖补|标准|为|最高|不低于|不少于|不超过|至少|约"
    return re.compile(rf"每({whom})?(?:每)?(年|月|天|日|学年|季度)?(?:{words}){{0,4}}\s?$")


def per_unit(text: str, start: int, figure: Figure) -> str:
    """What an amount is paid or counted for: 每人每年100元 → /人·年, 每百户不少于20平方米 → /百户; nothing for other figures."""
    if figure.kind not in ("money", "area", "volume", "weight") or "/" in figure.unit:
        return ""
    match = _per().search(text, max(start, figure.start - 24), figure.start)
    if match is None or not (match[1] or match[2]):
        return ""
    return "/" + "·".join(p for p in (match[1], match[2]) if p)


def metrics_of(text: str, start: int, end: int, figure: Figure, figures: Sequence[Figure]) -> list[str]:
    """What is measured, in text[start:end] with these figures: for a count the thing behind it, else what stands before the bound.

    均 and 都 give one metric for each name before them, 分别 the one in the figure's turn. An empty list when nothing is named.
    """
    if figure.kind == "count":
        counted = _counted(text, figure, end)
        if counted:
            return [counted]
    first = figures[0]
    head = text[start : first.start]
    each = list(re.finditer(_EACH, head))
    if each:
        names = [n for n in (metric_of(p) for p in re.split(r"、|和|以及|及|与", head[: each[-1].start()])) if n]
        if each[-1][0] == "分别" and len(names) == len(figures):
            return [names[figures.index(figure)]]
        if each[-1][0] != "分别" and len(names) > 1:
            return names
        return [metric_of(head)] if metric_of(head) else []
    previous = max((f.end for f in figures if f.end <= figure.start), default=start)
    if figure.kind == "time" and _leads_on(text, start, figure):
        behind = _behind(text, figure, end)  # 设立5年过渡期, 用3年时间完成整治, 自收到之日起15日内答复
        if behind:
            return [behind]
    bound = _operators()[1].match(text, previous) if previous > start else None
    previous = min(bound.end(), figure.start) if bound else previous  # 6个月以上1年以下
    own = metric_before(text, previous, figure.start)
    if own.startswith("的"):
        own = metric_before(text, start, figure.start)  # 满三年的毕业生给予3万元
    own = own or _behind(text, figure, end)
    if not own and previous > start:
        own = metric_before(text, start, first.start)
    return [own] if own else []


def _leads_on(text: str, start: int, figure: Figure) -> bool:
    """Whether a span of time belongs to what stands behind it."""
    if re.match(r"\s?(?:以|之)?内(?!容)|[^，。；、的内以后前为]{1,4}期", text[figure.end : figure.end + 6]):
        return True
    return re.search(r"(?:前|设立|设置|给予|用|在|为期|实行)\s?(?:不超过|不少于|至少|约)?\s?$", text[start : figure.start]) is not None


def _counted(text: str, figure: Figure, end: int) -> str:
    match = re.match(r"(?:以上|以下|以内|左右)?+的?([^，。；、：（）()\t]{1,25})", text[figure.end : end])
    if match is None or re.match(r"\s?(?:内(?!容)|时间|以|的$|至|到)", match[1]):
        return ""
    return re.split(r"(?:和|及|以及|或|与)\s?[0-9]", match[1])[0].strip()


def _behind(text: str, figure: Figure, end: int) -> str:
    """用3年左右时间完成整治 → 完成整治, 设立5年过渡期 → 过渡期."""
    term = re.match(r"的?([^，。；、的内以后前为]{1,4}期)", text[figure.end : end])
    if term:
        return term[1]
    match = re.match(r"(?:以上|以下|以内|之内|内(?!容)|左右)?+(?:的?时间)?+的?(?:，|,)?([^，。；：\t]{2,40})", text[figure.end : end])
    return without_opening(match[1]) if match else ""


def metric_before(text: str, start: int, end: int) -> str:
    """The metric in front of a bound or figure: the last part of a list, up to the bound; nothing where only verbs stand there."""
    before, _, ops, _ = _operators()
    piece = text[start:end].split("、")[-1] if len(text[start:end].split("、")[-1].strip()) >= 3 else text[start:end]
    bounds = [m for m in before.finditer(piece) if not _only_adjacent(m[0], ops[m[0]])]
    if bounds and not piece[: bounds[0].start()].strip() and ops[bounds[0][0]] in figure_words()["kinds"]["bounding"]:
        return ""  # 不低于总量的10%: what is measured stands before
    head = metric_of(piece[: bounds[-1].start()]) if bounds else ""
    done = piece[bounds[-1].end() :].strip() if bounds else ""
    if head.startswith("每") and len(head) <= 6 and _says_something(done):
        return head + done  # 每月至少探访一次: 每月探访
    if not _says_something(head):
        head = metric_of(piece)
    return head if _says_something(head) else ""


def metric_of_whole(text: str, start: int, end: int) -> str:
    """What is to be covered: ……村庄尽快实现村庄规划全覆盖 → 村庄规划."""
    piece = re.split(r"、|实现|做到|推进|推动|确保|力争|达到", text[start:end])
    return metric_of(next((p for p in reversed(piece) if len(p.strip()) >= 2), ""))


def operator_stands(piece: str) -> bool:
    """Whether a text begins with a bound: 不低于国家下达总量."""
    match = _operators()[0].match(piece)
    return match is not None and len(match[0]) > 1


@lru_cache(maxsize=1)
def _openings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = figure_words()["words"]
    unless = figure_words()["openings_unless"]
    opening = "|".join(re.escape(w) + (f"(?![{unless[w]}])" if w in unless else "") for w in sorted(words["openings"], key=len, reverse=True))
    empty = [*words["task_verbs"], *words["openings"], "续建", "新开工", "开工", "给予", "延长", "继续", "再", "用", "每", "前", "各", "约", "的"]
    return re.compile(opening), re.compile(any_word(empty))


def _says_something(metric: str) -> bool:
    """Whether more than verbs is left of it."""
    return bool(_openings()[1].sub("", metric).strip())


def metric_of(piece: str) -> str:
    """A metric without dates, opening verbs (力争实现) and what leads to its figure (原则上达到) around it."""
    before = _operators()[0]
    piece = without_dates(piece).strip("，,、；;：:。 　（()）*#\t")
    while True:
        tail = re.search(rf"(?:{_EACH}|原则上|一般|应|要|可|须|必须|的|给予|按照?每[^，、]{1,4}|(?<![占配对环之])比|较|(?:比|较)上年)$", piece) or next((m for m in before.finditer(piece) if m.end() == len(piece)), None)
        if tail is None:
            break
        piece = piece[: tail.start()].rstrip("，、 ")
    return without_opening(piece)


def without_dates(piece: str) -> str:
    """The text without its calendar expressions."""
    for when in reversed(find_whens(piece, None)):
        piece = piece[: when.start].rstrip() + piece[when.end :].lstrip()
    return piece


def without_opening(piece: str) -> str:
    """A phrase without 力争, 确保 and the like at its beginning, at most 40 characters of it."""
    piece = piece.strip("，,、；;：:。 　*#\t")
    while True:
        match = _openings()[0].match(piece)
        if match is None or match.end() >= len(piece):
            return piece.strip()[:_LONGEST]
        piece = piece[match.end() :].lstrip("，、 ")
