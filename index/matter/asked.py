"""Whether a clause about a matter can answer what is asked of it: that it names the body, bears the label, states a term, names several."""

from __future__ import annotations

import re
from functools import cache

from index.asking.measures import dates, over_years, wanted_measure
from index.asking.moments import without_times
from index.asking.topics import handed_in
from index.matching.synonyms import others, unit_core
from index.matter.figures import figure_pattern, has_figure, unnumbered
from index.matter.parts import Topic
from index.matter.topic import Fit, work_of
from index.replies.reply import Matter, home
from index.tokens import bare
from kb.model import Clause

LIST = 5  # names side by side that make a list
PLACES = ("县市区旗", "镇乡", "村")  # last characters of the names of places that are listed as of one kind


@cache
def _label() -> re.Pattern[str]:
    return re.compile(r"(?:专栏|附表|附件|图表)[0-9]{1,2}(?:-[0-9]{1,2})?")


@cache
def _term() -> re.Pattern[str]:
    return re.compile(r"(?:时限|期限|年限|日期)$")


@cache
def _lasts() -> re.Pattern[str]:
    return re.compile(r"[0-9一二两三四五六七八九十半]\s?(?:个?工作日|个?月|个?季度|年|天|日|小时|周)")


@cache
def _names() -> re.Pattern[str]:
    return re.compile(rf"[一-龥]{{2,9}}(?:、[一-龥]{{2,9}}){{{LIST - 1},}}")


@cache
def _cell() -> re.Pattern[str]:
    return re.compile(r"[：:]\s?[0-9]+(?:\.[0-9]+)?$")  # 1925 in a cell is no year


@cache
def _aim_in_words() -> re.Pattern[str]:
    """A cell that states an aim without a figure: 2025年：高于全省平均增速."""
    return re.compile(r"[：:]\s?(?:不?[高低优少多]于|达到|持平|保持|逐[年步]|明显|显著|稳步|进一步|持续|基本)[^：:，]{2,20}$")


@cache
def _counted() -> re.Pattern[str]:
    return re.compile(r"(?:多少|几)个(?!百分点|月|工作日|点|小时|季度|学期)")


@cache
def _no_count() -> re.Pattern[str]:
    """What a figure holds that counts no things."""
    return re.compile(r"%|％|‰|元|百分点|百分之|度|[:：∶]|亩|公里|公顷|吨|斤|平方|米$")


@cache
def _number() -> re.Pattern[str]:
    return re.compile(r"〔[0-9]{4}〕[0-9]{1,4}号")


@cache
def _ceiling() -> re.Pattern[str]:
    return re.compile(r"封顶|最高|至多|最多|上限|限额|以内|以下|不(?:得)?(?:超过|高于|多于|大于)|≤")


@cache
def _each() -> re.Pattern[str]:
    return re.compile(r"每(?:人|户)?每?(年|月|季|周|天|日|次|学期|学年)")


@cache
def asks_kinds() -> re.Pattern[str]:
    """What asks into what kinds something falls."""
    return re.compile(r"(?:分|有|哪)(?:为|成)?哪?几(?:大|个)?(?:类|种|档|等级|级)(?!部门|单位|机构|人)")


@cache
def kinds() -> re.Pattern[str]:
    """What says that something falls into kinds."""
    return re.compile(r"分[为成]|[一二三四五六七八九两2-9][大个]?(?:类|种|等级|档)|按照?[^。；]{2,40}(?:分类|分级|进行管理)|、[^。；]{2,20}[类种]")


def states_as_asked(sentence: str, figure: str, question: str) -> bool:
    """Whether a sentence states what a question for a figure asks: a figure at all, and not by the year what is asked by the month."""
    each = _each().search(question)
    said = {m.group(1) for m in _each().finditer(sentence)}
    if each is not None and said and each.group(1) not in said:
        return False
    counts = _counted().search(question) is None or any(
        _no_count().search(m.group()) is None
        for m in figure_pattern().finditer(_number().sub("", without_times(unnumbered(figure))))
    )
    if not counts and not _cell().search(figure):
        return False  # 30% is no number of things
    if "封顶" in question and not _cell().search(figure) and not _ceiling().search(figure):
        return False
    if _aim_in_words().search(figure):
        return True
    timeless = without_times(unnumbered(figure))
    if "多少" not in question or wanted_measure(question) is dates() or _cell().search(figure):
        return True
    return any(c.isdigit() for c in timeless) or has_figure(timeless)


def lists(text: str, of: str) -> bool:
    """Whether a text names several things of the kind that a stretch ends with: of 示范县 甲市、乙县, but not 财政、金融、土地."""
    alike = next((group for group in PLACES if of[-1:] and of[-1:] in group), of[-1:])
    return any(
        2 * sum(name[-1] in alike for name in found.group().split("、")) > LIST for found in _names().finditer(text)
    )


def says_units(matter: Matter, clause: Clause) -> bool:
    """Whether a clause is about one of the bodies that the question names: it, its document's title or issuers name it in some form."""
    named = [name for name in matter.question.units if name not in bare(matter.question.topic) and not name.startswith("各")]  # 各县区, 各市（州）: whoever it is for
    if not named:
        return True
    document = home(matter, clause.document)
    text = bare(f"{clause.text} {clause.heading or ''} {document.title} {' '.join(document.issuers)}")
    every = (
        form
        for name in named
        for form in (unit_core(name) or name, *(o.text for o in others(unit_core(name) or name) if o.kind == "unit"))
    )
    return any(bare(form) in text for form in every) or any(begun in text for name in named if (begun := _begun(bare(matter.question.text), name)))


def _begun(question: str, name: str) -> str:
    """What a body is called that a question names by more than its name, as far as it may go on otherwise: 城建档案 of 城建档案馆, in texts 城建档案管理机构."""
    before = question[max(0, question.find(name) - 2) : max(0, question.find(name))]
    return before + name[:2] if len(before) == 2 and len(name) > 2 and all("一" <= c <= "龥" for c in before) else ""


def says_handed(fit: Fit, topic: Topic, question: str) -> bool:
    """Whether a clause says what a question says is handed over (几天内把钥匙移交…), though it says all of the handing over."""
    for thing in handed_in(question):
        words = [p.text for p in topic.words if p.text in bare(thing)]
        if all(w in fit.missing for w in words) if words else bare(thing) not in bare(fit.clause.text):
            return False
    return True


def of_each_year(figure: str, question: str) -> bool:
    """Whether a figure is of each year where the sum of several is asked for: 三年一共多少部, 每年不少于110部."""
    return over_years(question) and _each().search(figure) is not None


def as_asked(fit: Fit, topic: Topic, question: str) -> bool:
    """Whether a clause can say what is asked of the matter: of 专栏3-1 it bears the label, a term states a time, a list names several."""
    label, text = _label().search(bare(question)), bare(fit.clause.text)
    if label is not None and label.group() not in text:
        return False
    if any(_term().search(stretch) for stretch in topic.stretches):
        return dates().search(text) is not None or _lasts().search(text) is not None
    if asks_kinds().search(question) is not None and kinds().search(fit.clause.text) is None:
        return False
    return "名单" not in question or "名单" in text or lists(work_of(fit.clause), topic.text)
