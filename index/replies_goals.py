"""What is to be reached or done by a time, of a place or document as a whole: 2025年底前谷禾市要完成什么."""

from __future__ import annotations

import re

from index.asked import says_units
from index.moments import APART, moments, nearness
from index.reply import LEVEL_WORDS, Matter, Reply, clause_name, document_name, home, quote, refuse, short
from index.tokens import bare
from kb.model import Clause, Target

NAMED = 5  # aims that a sentence names; all stand in the table
MOST = 40  # aims whose words are quoted

_FORCE = re.compile(r"起施行|起执行|有效期|同时废止")  # when a document is in force is nothing to be reached
_THIS_YEAR = re.compile(r"今年|本年|当年|年内|年底前|年底之前|年末")
_TIME = re.compile(r"时间(?:要求|节点|安排|点)|时限|期限|截止|到期")
_MONTH = re.compile(r"(1[0-2]|[1-9])月")


def goals(matter: Matter) -> Reply:
    """The aims of the documents that the question is about, those of the time that it names, in printed order."""
    question = matter.question
    asked = moments(question.text)
    this_year = not asked and _THIS_YEAR.search(question.text) is not None
    homes = matter.homes if matter.homes is not None else tuple(range(len(matter.documents))) if asked or this_year else ()
    when = "文件印发当年" if this_year else "".join(dict.fromkeys(question.text[m.start : m.end] for m in asked))
    where = "、".join((*question.places, *(f"{LEVEL_WORDS[level]}级" for level in question.levels if not question.places))) or ("库中文件" if matter.homes is None else "、".join(document_name(matter.documents[n]) for n in homes[:2]))
    if not homes:
        return refuse("没有听出问的是哪个地方或哪份文件", "请说出地方或文件，如“谷禾市2025年要达到哪些目标”")
    ids = [matter.documents[n].id for n in homes]
    years = {d.id: (d.date or "")[:4] for n in homes for d in (matter.documents[n],)}
    every = matter.store.read(Target, f"document IN ({','.join('?' * len(ids))})", tuple(ids))
    found = list({(t.clause, t.quote): t for t in every if (_of_time(t, asked, question.text) if not this_year else bool(t.deadline) and str(t.deadline)[:4] == years[t.document]) and not _FORCE.search(t.quote)}.values())
    if not found:
        return refuse(f"{where}的文件里没有写明{when}要完成或达到的事项", more=[f"policykb targets --region {p}" for p in question.places[:1]])
    clauses = matter.store.read_many(Clause, (t.clause for t in found))
    found = [t for t in found if says_units(matter, clauses[t.clause])]
    if not found:
        return refuse(f"{where}的文件里没有写明“{'、'.join(question.units)}”要完成或达到的事项", more=[f"policykb targets --region {p}" for p in question.places[:1]])
    parts = [f"“{short(' '.join(t.quote.split()), 60)}”（{clause_name(matter, clauses[t.clause])}）" for t in found[:NAMED]]
    more = "等，全部见下表" if len(found) > NAMED else ""
    evidence = []
    for t in found[:MOST]:
        clause = clauses[t.clause]
        evidence.append(quote(matter, clause, [bare(t.quote)]))
    table = tuple((" ".join(t.quote.split()), t.deadline or "", f"{document_name(home(matter, t.document))}{clauses[t.clause].path.split('~')[0]}") for t in found)
    where_more = f" --region {question.places[0]}" if question.places else f" --doc {ids[0]}"
    return Reply(
        f"{where}{when}要完成或达到的共 {len(found)} 项：{'；'.join(parts)}{more}。", clauses=tuple(t.clause for t in found),
        evidence=tuple(evidence), table=table, more=(f"policykb targets{where_more}",),
    )  # fmt: skip


def _of_time(target: Target, asked: tuple[object, ...], question: str) -> bool:
    """Whether an aim is of the time asked for: of the year, and of the month where both name one; all where no time is asked for."""
    if not asked:
        return target.deadline is not None or (target.value is not None and _TIME.search(question) is None)
    if target.deadline is None or nearness(moments(question), moments(f"{target.deadline[:4]}年")) == APART:
        return False
    month = _MONTH.search(question)
    return month is None or (len(target.deadline) > 6 and int(target.deadline[5:7]) <= int(month.group(1)))
