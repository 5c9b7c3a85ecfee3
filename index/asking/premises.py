"""Figures that a question takes for given (这65%是依据哪条定的, 奖补20万元是怎么规定的) or asks to be confirmed (是不是20万元)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from index.asking.measures import may_state
from index.asking.moments import moments
from kb.frozen import dataclass
from kb.quantities.figures import Figure, find_figures

LARGE = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
SAME = {"元": "元", "％": "%", "个工作日": "工作日", "天": "日", "名": "人", "位": "人", "座": "处", "周岁": "岁", "张床位": "张"}
OF_A_NOUN = ("rate", "money", "area", "weight", "length", "volume", "energy", "count")  # kinds of figures that stand right behind what they are of: 收入线6500元
ITEMS = ("条", "项", "款", "章", "号")  # these number or count clauses


@dataclass(frozen=True, slots=True)
class Given:
    """A figure that a question states: question[start:end] with its bound behind it; `value` in single units of `measure`."""

    start: int
    end: int
    value: Decimal
    measure: str
    figure: str  # without its bound
    said: str

    @property
    def number(self) -> Decimal:
        """The number as it is written, of whatever: a table may print it bare."""
        digits = "".join(c for c in self.figure if c.isdigit() or c == ".")
        return Decimal(digits) if digits.replace(".", "", 1).isdigit() else self.value


@cache
def _reckons() -> re.Pattern[str]:
    """What puts a case, or asks for a difference: its figures are the asker's own."""
    return re.compile(r"如果|假如|假设|要是|的话|能不能|可不可以|能否|可否|算不算|够不够|符不符合|符合|还是|多少|[大小高低多少]于[^，。]{0,8}怎么办|怎么办|咋办|第几条里")


@cache
def _before() -> re.Pattern[str]:
    """What stands before a figure that is stated of the matter."""
    return re.compile(
        r"(?:达到?|到|至|为|是|有|给予?|按照?|[补奖罚发拨筹投]|[补贷]助|补贴|奖[补励]|罚款?|资助|投入|安排|筹集|整合|统筹|资金|[占比]|比例|占比|率|标准|[上下]限|期限|工期|时限|公示期?|新[建增]|建[设成]?|完成|培[育训]|定|在|过|于|少|约|一次性|每[一-龥]{1,4}|这个?|那个?|的)\s?$"
    )


@cache
def _behind() -> re.Pattern[str]:
    """What stands behind one: its bound, and nothing that it only describes (5000元的家庭, 104个镇里)."""
    return re.compile(r"(?P<bound>以上|以下|以内|之内|内|左右|及以上)?(?=$|[，。；、,;？?！!是由在归靠算出]|谁|哪|什么|怎么|如何|依据|根据|有|吗|吧|对|的?(?:标准|规定|指标|目标|要求|依据|补助|补贴|奖|数字?|说法|[上下]限|比例|任务|额度|期限|时限|线|来源|出处|是|由|在|哪|谁|怎么|吗|$|[？?，。,]))")


def _canonical(figure: Figure) -> tuple[Decimal, str]:
    """The value in single units, and the measure by one name."""
    measure = figure.unit.split("/")[0]
    large = next((n for n in sorted(LARGE, key=len, reverse=True) if n and measure.startswith(n) and measure != "千克"), "")
    return Decimal(figure.value) * LARGE[large], SAME.get(rest := measure.removeprefix(large), rest)


def values(text: str) -> set[tuple[Decimal, str]]:
    """The figures of a text, each as its value and measure; the ends of a range both; a bare number is of any measure ("")."""
    out = {(Decimal(n), "") for n in re.findall(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?(?=$|[\s，。、；）)|<])", text)}
    for figure in find_figures(text):
        if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", figure.value):
            out.add(_canonical(figure))
        elif "-" in figure.value:
            out |= {(Decimal(end) * LARGE.get(_large(figure), 1), _canonical_measure(figure)) for end in figure.value.split("-") if end.replace(".", "").isdigit()}
    return out


def _large(figure: Figure) -> str:
    return next((n for n in sorted(LARGE, key=len, reverse=True) if n and figure.unit.startswith(n)), "")


def _canonical_measure(figure: Figure) -> str:
    measure = figure.unit.split("/")[0].removeprefix(_large(figure))
    return SAME.get(measure, measure)


def given(question: str) -> tuple[Given, ...]:
    """The figures that a question states of its matter; none of a question that puts a case or asks how many.

    `given("甲级民宿奖补20万元是怎么规定的")`: 20万元, 200000 元.
    """
    if not may_state(question) or _reckons().search(question):
        return ()
    taken = [(m.start, m.end) for m in moments(question)]
    out = []
    for figure in find_figures(question, taken):
        behind = _behind().match(question, figure.end)
        plain = re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", figure.value) is not None
        noun = all("一" <= c <= "龥" for c in question[max(0, figure.start - 2) : figure.start]) and figure.start > 1
        of_matter = (noun and figure.kind in OF_A_NOUN) or _before().search(question[: figure.start]) is not None
        if plain and figure.unit and behind is not None and of_matter and not figure.unit.endswith(ITEMS):
            value, measure = _canonical(figure)
            if measure:
                said = question[figure.start : figure.end]
                out.append(Given(figure.start, figure.end + len(behind["bound"] or ""), value, measure, said, said + (behind["bound"] or "")))
    return tuple(out)


@cache
def _confirms() -> re.Pattern[str]:
    """What asks whether a figure is right, around it."""
    return re.compile(r"(?:是不是|是否|有没有|对不对|对吗|对吧|吗[？?]?$|吧[？?]?$|么[？?]?$)")


def to_confirm(question: str) -> tuple[str, Given] | None:
    """(the question for the figure itself, the figure) of one that asks whether it is right: 奖补是20万元吗 → 奖补是多少元; None where none is asked so."""
    if not _confirms().search(question) or any(w in question for w in ("哪", "谁", "怎么", "什么", "如何", "何时", "牵头", "依据", "负责")):
        return None
    found = given(question)
    if len(found) != 1:
        return None
    one = found[0]
    head = re.sub(r"(?:是不是|是否|有没有|对不对)(?:达到?|为|要|得|在|按|是)?$|是$", "", question[: one.start])
    large = re.search(r"[万亿千百]*([^\W\d]+?)(?:以[上下内]|左右|内)?$", one.said)
    asked = "比例是多少" if one.measure == "%" and "比" not in head and "率" not in head else "是多少" if one.measure == "%" else f"是多少{large.group(1) if large else one.measure}"
    tail = re.sub(r"^[，,]?(?:是不是|是否|对不对|对吗|对吧|吗|吧|么)+", "", question[one.end :])
    tail = re.sub(r"[，,]?(?:对不对|对吗|对吧|是吗|是吧|吗|吧|么)[？?]?$", "", tail)
    return f"{head}{asked}{tail}", one
