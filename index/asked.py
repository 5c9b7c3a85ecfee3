"""Whether a clause about a matter can answer what is asked of it: that it names the body, bears the label, states a term, names several."""

from __future__ import annotations

import re

from index.amounts import dates, figure_pattern, has_figure, unnumbered, wanted_measure
from index.moments import without_times
from index.parts import Topic
from index.reply import Matter, home
from index.synonyms import others, unit_core
from index.tokens import bare
from index.topic import Fit, work_of
from kb.model import Clause

LIST = 5  # names side by side that make a list
PLACES = ("县市区旗", "镇乡", "村")  # last characters of the names of places that are listed as of one kind

_LABEL = re.compile(r"(?:专栏|附表|附件|图表)[0-9]{1,2}(?:-[0-9]{1,2})?")
_TERM = re.compile(r"(?:时限|期限|年限|日期)$")
_LASTS = re.compile(r"[0-9一二两三四五六七八九十半]\s?(?:个?工作日|个?月|个?季度|年|天|日|小时|周)")
_NAMES = re.compile(rf"[一-龥]{{2,9}}(?:、[一-龥]{{2,9}}){{{LIST - 1},}}")
_CELL = re.compile(r"[：:]\s?[0-9]+(?:\.[0-9]+)?$")  # 1925 in a cell is no year
_COUNTED = re.compile(r"多少个(?!百分点|月|工作日)")
_COUNT = re.compile(r"(?!.*(?:%|％|‰|元|百分点|百分之|度|[:：])).")
_NUMBER = re.compile(r"〔[0-9]{4}〕[0-9]{1,4}号")
_CEILING = re.compile(r"封顶|最高|至多|最多|上限|限额|以内|以下|不(?:得)?(?:超过|高于|多于|大于)|≤")
_EACH = re.compile(r"每(?:人|户)?每?(年|月|季|周|天|日|次|学期|学年)")


def states_as_asked(sentence: str, figure: str, question: str) -> bool:
    """Whether a sentence states what a question for a figure asks: a figure at all, and not by the year what is asked by the month."""
    each = _EACH.search(question)
    said = {m.group(1) for m in _EACH.finditer(sentence)}
    if each is not None and said and each.group(1) not in said:
        return False
    counts = _COUNTED.search(question) is None or any(_COUNT.match(m.group()) for m in figure_pattern().finditer(_NUMBER.sub("", without_times(unnumbered(figure)))))
    if not counts and not _CELL.search(figure):
        return False  # 30% is no number of things
    if "封顶" in question and not _CELL.search(figure) and not _CEILING.search(figure):
        return False
    timeless = without_times(unnumbered(figure))
    if "多少" not in question or wanted_measure(question) is dates() or _CELL.search(figure):
        return True
    return any(c.isdigit() for c in timeless) or has_figure(timeless)


def lists(text: str, of: str) -> bool:
    """Whether a text names several things of the kind that a stretch ends with: of 示范县 甲市、乙县, but not 财政、金融、土地."""
    alike = next((group for group in PLACES if of[-1:] and of[-1:] in group), of[-1:])
    return any(2 * sum(name[-1] in alike for name in found.group().split("、")) > LIST for found in _NAMES.finditer(text))


def says_units(matter: Matter, clause: Clause) -> bool:
    """Whether a clause is about one of the bodies that the question names: it, its document's title or issuers name it in some form."""
    named = [name for name in matter.question.units if name not in bare(matter.question.topic)]
    if not named:
        return True
    document = home(matter, clause.document)
    text = bare(f"{clause.text} {clause.heading or ''} {document.title} {' '.join(document.issuers)}")
    every = (form for name in named for form in (unit_core(name) or name, *(o.text for o in others(unit_core(name) or name) if o.kind == "unit")))
    return any(bare(form) in text for form in every)


def as_asked(fit: Fit, topic: Topic, question: str) -> bool:
    """Whether a clause can say what is asked of the matter: of 专栏3-1 it bears the label, a term states a time, a list names several."""
    label, text = _LABEL.search(bare(question)), bare(fit.clause.text)
    if label is not None and label.group() not in text:
        return False
    if any(_TERM.search(stretch) for stretch in topic.stretches):
        return dates().search(text) is not None or _LASTS.search(text) is not None
    return "名单" not in question or "名单" in text or lists(work_of(fit.clause), topic.text)
