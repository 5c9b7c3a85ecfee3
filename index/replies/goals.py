"""What is to be reached or done by a time, of a place or document as a whole: 2025年底前谷禾市要完成什么."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.asking.moments import APART, Moment, moments, nearness
from index.matter.asked import says_units
from index.matter.topic import work_of
from index.replies.reply import LEVEL_WORDS, Matter, Reply, clause_name, document_name, home, quote, refuse, short
from index.tokens import bare
from kb.frozen import dataclass
from kb.model import Clause, Document, Target, Task
from kb.quantities.figures import find_whens

NAMED = 5  # aims that a sentence names; all stand in the table
MOST = 40  # aims whose words are quoted

_FORCE = re.compile(r"起施行|起执行|有效期|同时废止")  # when a document is in force is nothing to be reached
_THIS_YEAR = re.compile(r"今年|本年|当年|年内|年底前|年底之前|年末")
_TIME = re.compile(r"时间(?:要求|节点|安排|点)|时限|期限|截止|到期")
_DUE = ("until", "within")  # what kb/quantities/figures.py says of a time by or in which something is done
_NO_WORK = ("preamble", "question")
_TO_DO = re.compile(r"完成|建成|达到|实现|新增|新建|改造|编制|出台|启动|开展|铺开|建立|摸清|补足|制定|组建|落实|形成|培训|设立|推进|实施|打造|培育|清查|验收|总结|配备|整改|覆盖|上线|投入|开工|试点|报送|印发|健全|基本|全面")
_PAST = re.compile(r"已(?:经|完成|建成|达到|实现|印发|出台|启动|有|下达)|截至|累计完成|以来|去年|[成建施]了|起施行|起执行|有效期|废止|交付的")
LEAST = 2  # characters behind a time that are more than a comma after it
_MONTH = re.compile(r"(?<![0-9])(?P<month>1[0-2]|0?[1-9])月(?:[0-9]{1,2}日)?(?:底|末|初)?(?:之?前)?|(?P<half>上半年)(?:之?前)?|第?(?P<quarter>[一二三])季度(?:之?前)?")
_BY = re.compile(r"[底末月日年]之?前|年内|完成|办结|做完|到期|截止")


def goals(matter: Matter) -> Reply:
    """The aims of the documents that the question is about, those of the time that it names, in printed order."""
    question = matter.question
    asked = moments(question.text)
    this_year = not asked and _THIS_YEAR.search(question.text) is not None
    month = None if asked or this_year else _MONTH.search(question.text)
    homes = matter.homes if matter.homes is not None else tuple(range(len(matter.documents))) if asked or this_year or month else ()
    when = "文件印发当年" if this_year else month.group() if month else "".join(dict.fromkeys(question.text[m.start : m.end] for m in asked))
    part = _MONTH.search(question.text) if asked else None
    when += part.group() if part and part.group() not in when else ""
    where = "、".join((*question.places, *(f"{LEVEL_WORDS[level]}级" for level in question.levels if not question.places))) or ("库中文件" if matter.homes is None else "、".join(document_name(matter.documents[n]) for n in homes[:2]))
    if not homes:
        return refuse("没有听出问的是哪个地方或哪份文件", "请说出地方或文件，如“谷禾市2025年要达到哪些目标”")
    ids = [matter.documents[n].id for n in homes]
    when_asked = _Asked(asked, question.text, this_year)
    found = _all(matter, [matter.documents[n] for n in homes], when_asked)
    if not found:
        return refuse(f"{where}的文件里没有写明{when}要完成或达到的事项", more=[f"policykb targets --region {p}" for p in question.places[:1]])
    clauses = matter.store.read_many(Clause, (t.clause for t in found))
    found = [t for t in found if says_units(matter, clauses[t.clause])]
    if not found:
        return refuse(f"{where}的文件里没有写明“{'、'.join(question.units)}”要完成或达到的事项", more=[f"policykb targets --region {p}" for p in question.places[:1]])
    parts = [f"“{short(' '.join(t.quote.split()), 60)}”（{t.printed + '，' if t.printed else ''}{clause_name(matter, clauses[t.clause])}）" for t in found[:NAMED]]
    more = "等，全部见下表" if len(found) > NAMED else ""
    evidence = []
    for t in found[:MOST]:
        clause = clauses[t.clause]
        evidence.append(quote(matter, clause, [bare(t.quote)]))
    table = tuple((" ".join(t.quote.split()), t.deadline or "", f"{document_name(home(matter, clauses[t.clause].document))}{clauses[t.clause].path.split('~')[0]}") for t in found)
    where_more = f" --region {question.places[0]}" if question.places else f" --doc {ids[0]}"
    return Reply(
        f"{where}{when}要完成或达到的共 {len(found)} 项：{'；'.join(parts)}{more}。", clauses=tuple(t.clause for t in found),
        evidence=tuple(evidence), table=table, more=(f"policykb targets{where_more}",),
    )  # fmt: skip


def last_month(question: str) -> int | None:
    """The last month of the part of a year that a question names: 6月底前, 上半年, 第三季度; None where it names none."""
    found = _MONTH.search(question)
    if found is None:
        return None
    if found["month"]:
        return int(found["month"])
    return 6 if found["half"] else 3 * ("一二三".index(found["quarter"]) + 1)


def due_by(matter: Matter) -> set[str] | None:
    """The clauses of works due at the time that the question names; None where it asks for no time by which something is done."""
    question = matter.question.text
    asked = moments(question)
    if not asked or not _BY.search(question):
        return None
    homes = matter.homes if matter.homes is not None else range(len(matter.documents))
    return {d.clause for d in _all(matter, [matter.documents[n] for n in homes], _Asked(asked, question, False))}


@dataclass(frozen=True, slots=True)
class _Due:
    """Something to be reached or done: the clause, its words, by when, and the time as a column of its own prints it ("" where the words say it)."""

    clause: str
    quote: str
    deadline: str | None
    printed: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The time that a question asks for."""

    times: tuple[Moment, ...]
    question: str
    this_year: bool

    def holds(self, deadline: str | None, value: str | None, document: Document) -> bool:
        """Whether what is due by a time is of the one asked for: of the year, and of the month where both name one; all where no time is asked for."""
        if self.this_year:
            return bool(deadline) and str(deadline)[:4] == (document.date or "")[:4]
        month = last_month(self.question)
        if not self.times and month is None:
            return deadline is not None or (value is not None and _TIME.search(self.question) is None)
        if not deadline or (self.times and nearness(self.times, moments(f"{deadline[:4]}年")) == APART):
            return False
        return month is None or (len(deadline) > 6 and int(deadline[5:7]) <= month)


def _all(matter: Matter, documents: Sequence[Document], asked: _Asked) -> list[_Due]:
    """All that is due at the time asked for, in printed order: the aims, the works whose column or label says so, what clauses say of that year."""
    ids = [d.id for d in documents]
    marks, of = ",".join("?" * len(ids)), {d.id: d for d in documents}
    aims = matter.store.read(Target, f"document IN ({marks})", tuple(ids))
    found = [_Due(t.clause, t.quote, t.deadline) for t in aims if asked.holds(t.deadline, t.value, of[t.document]) and not _FORCE.search(t.quote)]
    if asked.times or asked.this_year or last_month(asked.question) or _TIME.search(asked.question):
        tasks = matter.store.read(Task, f"document IN ({marks}) AND deadline IS NOT NULL", tuple(ids))
        found = [*_of_tasks(tasks, of, asked, {d.clause for d in found}), *found]
    for year in sorted({y for m in asked.times for y in range(m.first, m.last + 1)}) if all(m.first == m.last for m in asked.times) else ():
        clauses = matter.store.read(Clause, f"document IN ({marks}) AND text LIKE ?", (*ids, f"%{year}%"))
        found += _of_clauses(clauses, of, asked, found)
    at = {id: n for n, id in enumerate(ids)}
    lines = {c.id: (at[c.document], c.first_line, c.spans[0][0] if c.spans else 0) for c in matter.store.read_many(Clause, {d.clause for d in found}).values()}
    return sorted({(d.clause, d.quote): d for d in found}.values(), key=lambda d: lines[d.clause])


def _of_tasks(tasks: Sequence[Task], of: dict[str, Document], asked: _Asked, known: set[str]) -> Iterator[_Due]:
    """The works that a table or a label gives a time."""
    for task in tasks:
        document, printed = of[task.document], task.deadline or ""
        whens = [w.value for w in find_whens(printed, int((document.date or "0")[:4]) or None) if w.value and w.sense in _DUE]
        due = next((value for value in whens if asked.holds(value, None, document)), "")
        if due and task.clause not in known:
            yield _Due(task.clause, task.text, due, printed if printed not in task.text else "")


def _of_clauses(clauses: Sequence[Clause], of: dict[str, Document], asked: _Asked, known: Sequence[_Due]) -> list[_Due]:
    """What clauses say is to be done by or in the time asked for, where no aim and no work says it already: 其中2023年完成90户."""
    out: list[_Due] = []
    for clause in clauses:
        document, said = of[clause.document], [bare(d.quote) for d in known if d.clause == clause.id]
        text = work_of(clause)
        if clause.kind in _NO_WORK or (clause.kind != "row" and "\t" in text) or any(d.printed for d in known if d.clause == clause.id):
            continue
        for when in find_whens(text, int((document.date or "0")[:4]) or None):
            stretch = _stretch(text, when.start, when.end)
            due = when.sense in _DUE and asked.holds(when.value, None, document) and "期" not in text[when.start : when.end]
            if due and _TO_DO.search(stretch) and not _PAST.search(stretch) and not any(bare(stretch) in s or s in bare(stretch) for s in said):
                out.append(_Due(clause.id, stretch, when.value))
                said.append(bare(stretch))
    return out


def _stretch(text: str, start: int, end: int) -> str:
    """What stands between the commas around a time; with what follows where it is no more than the time."""
    first = max((text.rfind(stop, 0, start) for stop in "，。；,;\n\t"), default=-1) + 1
    at = end
    while at < len(text) and (text[at] not in "，。；,;\n\t" or at - end < LEAST):
        if text[at] in "。；;\n\t":
            break
        at += 1
    return text[first:at].strip()
