"""What is due for an offence: the article that states the penalty, the offence itself may be one of its items or the first half of its sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.matter.figures import sentences
from index.matter.taken_apart import make_topic
from index.matter.topic import Fit, find, is_here
from index.replies.reply import Matter, Reply, clause_name, quote
from index.tokens import bare
from kb.frozen import dataclass
from kb.model import Clause

ENOUGH = 0.45  # see index/replies/texts.py
STRANGE = 0.42
NEAR = 0.85  # of the best fit, within which another clause states what is due too
MOST = 3
OFFENCE = 0.8  # share of the offence's words that must be said


@cache
def _asks() -> re.Pattern[str]:
    """What asks for a penalty; 罚 alone where 多少 or 怎么 stands beside."""
    return re.compile(
        r"(?:怎么|如何|怎样|什么|啥|多少)(?:样的|的)?(?:行政)?(?:处罚|罚|处分|惩罚|惩处)|罚[款金]?(?:是|要|会)?(?:多少|几|什么|怎么|多大|哪些)"
        r"|(?:处罚|罚[款金]|处分)的?(?:标准|金额|数额|幅度|规定)|(?:什么|哪些|啥)(?:法律责任|后果)"
    )


@cache
def _asks_of_wrong() -> re.Pattern[str]:
    """What asks for a penalty only where a wrong is named: 怎么处理, 怎么追责."""
    return re.compile(r"(?:怎么|如何|怎样)(?:处理|处置|追责|问责|追究|办)|(?:什么|啥|哪些)(?:处理|责任)|(?:处理|追责|问责)(?:是|要)?(?:怎么|如何)")


@cache
def _wrong() -> re.Pattern[str]:
    return re.compile(r"违反|违规|违法|擅自|拒不|拒绝|未按|不按|不履行|拖欠|骗取|套取|虚报|冒领|挪用|截留|侵占|贪污|弄虚作假|瞒报|谎报|迟报|造假|失职|渎职|滥用|玩忽|徇私|泄露|破坏|损毁|超标|不达标|偷|私自|乱收费|吃拿卡要|侮辱|虐待|歧视|欺诈|殴打")


def _asked(text: str) -> bool:
    return _asks().search(text) is not None or (_asks_of_wrong().search(text) is not None and _wrong().search(text) is not None)


ENDS = (
    "会", "要", "该", "应", "将", "被", "受到", "受", "给予", "依法", "处", "承担", "负", "有", "行政", "处罚", "罚款", "罚金", "罚", "处分", "惩罚", "惩处", "法律责任", "后果",
    "的", "标准", "金额", "数额", "幅度", "规定", "什么样", "怎样",
)  # fmt: skip


BREACH = ("违反规定", "违反", "违规", "违法", "行为", "处理", "追责", "问责")  # say that there is an offence, not which


def _offence(topic: str) -> str:
    """The topic of a question without what asks for the penalty at the end of its stretches: 骗取补助 of 骗取补助会受到 处罚."""
    out = []
    for stretch in _asks_of_wrong().sub(" ", _asks().sub(" ", topic)).split():
        while end := next((e for e in ENDS if stretch.endswith(e)), ""):
            stretch = stretch.removesuffix(end)
        breach = next((b for b in BREACH if stretch.startswith(b) and len(stretch) > len(b) + 2), "")
        out.append(stretch.removeprefix(breach))
    named = [s for s in out if s and s not in BREACH]
    return " ".join(named or [s for s in out if s])


@cache
def _states() -> re.Pattern[str]:
    """What states a penalty."""
    return re.compile(
        r"罚款|罚金|[处课][^，。；]{0,24}(?:拘留|有期徒刑|拘役|警告)|吊销|拘留|没收|责令|警告|追回|追缴|退回|失信|停业整顿|取消[^，。；]{0,12}(?:资格|资质)|(?:给予|依法)[^，。；]{0,10}处分|追究[^，。；]{0,8}责任|通报批评|严肃处理"
    )


@cache
def _fine() -> re.Pattern[str]:
    return re.compile(r"[^，。；：:]{0,40}(?:罚款|罚金)")


@cache
def _sum() -> re.Pattern[str]:
    """A sum or a multiple of one: 并处罚金 alone states none."""
    return re.compile(r"[0-9一二三四五六七八九十百千万两]\s?(?:元|倍|[%％])|百分之")


@dataclass(frozen=True, slots=True)
class _Penalty:
    """The clause that says the offence, the one that states what is due for it (the same or its article), and the sentences that do."""

    offence: Clause
    article: Clause
    said: tuple[str, ...]
    fine: str


def penalty(matter: Matter) -> Reply | None:
    """What is due for the offence that a question names; None where it asks for no penalty, or no clause states one for it.

    骗取补助资金罚多少 is answered by the article whose second item is 骗取补助资金的, with the sum that it states before its items.
    """
    question = matter.question
    if not _asked(question.text):
        return None
    topic = make_topic(matter.index, _offence(question.topic))
    if not topic.words:
        return None
    found = [f for f in find(matter.index, topic, matter.homes) if f.fit >= ENOUGH and f.words >= OFFENCE and f.strange < STRANGE and is_here(topic, f) and f.clause.kind != "preamble"]
    money = re.search(r"罚(?:款|金)?[^，。；]{0,3}(?:多少|几|标准|金额|数额|幅度)|多少(?:罚款|罚金|钱)|几万|几千", question.text) is not None
    stated = _stated(matter, found, [p.text for p in topic.words], money)
    return _reply(matter, stated, [bare(p.text) for p in topic.words]) if stated else None


def _stated(matter: Matter, found: Sequence[Fit], words: Sequence[str], money: bool) -> list[_Penalty]:
    """The penalties that the clauses found state, those with a fine first; where a sum is asked for only those."""
    above = matter.store.read_many(Clause, (f.clause.parent for f in found if f.clause.parent))
    out: list[_Penalty] = []
    best = 0.0
    for f in found:
        article = f.clause
        said = _due_there(article, words)
        parent = above.get(f.clause.parent or "")
        if not said and parent is not None and parent.kind in ("article", "item") and parent.text.rstrip().endswith(("：", ":")):
            article, said = parent, tuple(s for s in sentences(parent.text) if _states().search(s))
        fine = next((m.group() for s in said if (m := _fine().search(s)) is not None), "")
        if not said or (money and not fine) or f.fit < NEAR * best or any(p.article.id == article.id for p in out):
            continue
        best = max(best, f.fit)
        out.append(_Penalty(f.clause, article, said, fine.strip()))
    return sorted(out, key=lambda p: (_sum().search(p.fine) is None, not p.fine))[:MOST]


def _due_there(clause: Clause, words: Sequence[str]) -> tuple[str, ...]:
    """The sentences of a clause that state what is due, from the one on that says the offence; () where it says of neither."""
    every = sentences(clause.text)
    first = max(range(len(every)), key=lambda n: (sum(w in bare(every[n]) for w in words), -n), default=-1)
    if first < 0 or not any(w in bare(every[first]) for w in words):
        return ()
    said = []
    for sentence in every[first:]:
        if not _states().search(sentence):
            break
        said.append(sentence)
    return tuple(said)


def _reply(matter: Matter, stated: Sequence[_Penalty], words: Sequence[str]) -> Reply:
    parts, evidence, clauses = [], [], []
    for p in stated:
        head = p.fine if _sum().search(p.fine) and p.fine != "".join(p.said) else ""
        item = f"；“{p.offence.text.strip()}”" if p.offence.id != p.article.id else ""
        parts.append(f"{head + '（' if head else ''}{clause_name(matter, p.article)}：“{''.join(p.said)}”{item}{'）' if head else ''}")
        evidence.append(quote(matter, p.article, [bare(s) for s in p.said]))
        clauses.append(p.article.id)
        if p.offence.id != p.article.id:
            evidence.append(quote(matter, p.offence, words))
            clauses.append(p.offence.id)
    return Reply("；".join(parts) + "。", clauses=tuple(clauses), evidence=tuple(evidence), more=tuple(f"policykb show {c}" for c in clauses[:2]))
