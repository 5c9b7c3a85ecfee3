"""Which documents a question for a body's tasks means: those named without what is attached to them, of a year, called by their matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.loosely import ENOUGH, in_order
from index.asking.wording import wording
from index.matter.taken_apart import is_year
from index.replies.reply import Matter, home
from index.tokens import bare
from kb.records import Record

SHORTEST = 4  # characters of a matter by which a document is called
FIGURES = ("主要目标", "目标分解", "主要指标", "指标体系", "评分标准", "定额表")  # titles of tables of figures, whose rows give nobody work that their document does not
ISSUES = ("通知",)  # kinds that only issue what is attached to them


def in_documents(matter: Matter, rows: list[Record], of_time: bool) -> tuple[list[Record], str]:
    """The tasks in the documents that the question means, and its topic without what names them.

    A document named by its kind (要点, 方案) is meant without its tables of figures or dates, where it has tasks of the body itself. `of_time`: whether
    a year says when tasks are due; then it names no document.
    """
    question = matter.question
    if question.named and not question.titles and "附件" not in without_excluded(question.text) and "附表" not in question.text:
        own = [t for t in rows if t["document"] in question.named and home(matter, t["document"]).genre not in ISSUES]
        rows = own or rows
    elif "附" not in question.text:
        having = {t["document"] for t in rows}
        rows = [t for t in rows if home(matter, t["document"]).parent not in having or not any(w in t["title"] for w in FIGURES)]
    left: list[str] = []
    for stretch in without_excluded_pieces(question.topic, question.text):
        meant = [t for t in rows if _of_year(matter, t, stretch)] if is_year(stretch) and not of_time else [t for t in rows if _called(question.text, stretch, t["title"])]
        if meant:
            rows = meant
        else:
            left.append(stretch)
    return rows, " ".join(left)


def _of_year(matter: Matter, task: Record, stretch: str) -> bool:
    """Whether a task's document is of a year, by its title or else its date."""
    year = stretch.removesuffix("年")
    years = re.findall(r"(?:19|20)[0-9]{2}(?=年)", bare(task["title"]))
    return year in (years or [(home(matter, task["document"]).date or "")[:4]])


def of_no_year(matter: Matter, rows: list[Record], of_time: bool) -> str:
    """The year that a question names and that is far from those of all documents of some tasks; "" otherwise. A plan for next year is issued this year."""
    for stretch in matter.question.topic.split() if not of_time else ():
        if is_year(stretch) and not any(_near_year(matter, t, int(stretch[:4])) for t in rows):
            return stretch
    return ""


def _near_year(matter: Matter, task: Record, year: int) -> bool:
    dated = (home(matter, task["document"]).date or "")[:4]
    return not dated or abs(int(dated) - year) <= 1 or str(year) in task["title"] or str(year) in task["text"]


def _called(question: str, stretch: str, title: str) -> bool:
    """Whether a stretch is how people call a document of this title: 在人才集聚工程里, 633人才工程中."""
    rest = question[question.find(stretch) + len(stretch) :]
    if not stretch.endswith(("里", "中", "内")) and _behind().match(rest) is None:
        return False
    stretch = next((stretch.removeprefix(n) for names in wording().levels.values() for n in names if stretch.startswith(n) and len(stretch) > len(n) + 1), stretch)
    name = re.sub(r"^[0-9]+|(?:里|中|内|上)$", "", bare(stretch))
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    if not in_order(name, bare(title)):
        return False
    dated = rest[:1].isdigit() and _behind().match(rest) is not None  # 医改2023年任务: right before the year of the document
    return len(name) > 1 if dated else len(name) >= SHORTEST and sum(p in bare(title) for p in pairs) >= ENOUGH * len(pairs)


@cache
def _behind() -> re.Pattern[str]:
    """What stands behind the matter by which a document is called."""
    return re.compile(r"[里中内上，,]|(?:19|20)[0-9]{2}年(?:的)?(?:度)?(?:重点|任务|工作|清单|方案|要点|文件|分工)")


@cache
def _excluded() -> re.Pattern[str]:
    """What a question says it does not count: （不算附件计划表）, ，不含附件."""
    return re.compile(r"(?:[（(，,])(?:不算|不含|不包括|不计|不要|除去|剔除)(?P<what>[^，。；？?()（）]{2,14})[）)]?")


def without_excluded(question: str) -> str:
    """The question without the documents that it says are not counted."""
    return _excluded().sub("", question)


def without_excluded_pieces(topic: str, question: str) -> Sequence[str]:
    """The stretches of a topic but those of what is not counted."""
    gone = [found["what"] for found in _excluded().finditer(question)]
    return [s for s in topic.split() if not any(what in s for what in gone)]
