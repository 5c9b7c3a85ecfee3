"""What a source does not say: a quoted turn of speech that only some levels have, the first document that has it, the nearest above where nothing is the source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from index.asking.catalogue import catalogue, spoken_kinds
from index.asking.wording import wording
from index.matter.parts import Topic
from index.matter.taken_apart import make_topic
from index.matter.topic import find
from index.replies.reply import LEVEL_WORDS, Matter, clause_name, document_name, home
from index.tokens import bare
from kb.model import LEVELS, Clause, Document

STATUTES = ("法律", "行政法规", "地方性法规", "条例", "规章", "法规")
FEW = 2  # documents that a question names by themselves, not by their kind alone
NEAR = 0.3  # share of the matter that what is nearest above says
LOOKED_AT = 12  # clauses above in which a turn of speech is looked for


@cache
def _quoted() -> re.Pattern[str]:
    return re.compile(r"[“\"]([^“”\"]{2,16})[”\"]")


@cache
def _first() -> re.Pattern[str]:
    return re.compile(r"最[早先](?!.{0,2}[多少几])|首次|第一次|首先提|先提")


@cache
def _in_law() -> re.Pattern[str]:
    return re.compile(r"法律?法?规?(?:上的?)?依据|依据(?:的是)?(?:哪|什么)[一部条]{0,2}(?:法|条例)|哪[一]?部(?:法|条例)|法律法规")


def sayings(matter: Matter, start: Clause) -> list[str]:
    """The turns of speech that a question quotes and the clause has: “四个一律”."""
    text = bare(start.text)
    return [said for said in dict.fromkeys(_quoted().findall(matter.question.text)) if bare(said) in text and not any(c.isdigit() for c in said)]


def with_saying(matter: Matter, said: str, homes: Sequence[int] | None) -> list[Clause]:
    """The clauses of some documents that have a turn of speech."""
    found = find(matter.index, make_topic(matter.index, said), tuple(homes) if homes is not None else None, most=LOOKED_AT)
    return [f.clause for f in found if bare(said) in bare(f.clause.text)]


def lacking(matter: Matter, start: Clause, by_level: Mapping[str, Sequence[Clause]], told: str = "") -> str:
    """Which of the levels do not have the turn of speech that was asked for; "" where all have it, none was, or that is told already."""
    known, mine = catalogue(matter.index.scope), home(matter, start.document)
    strange = [s for s in dict.fromkeys(_quoted().findall(matter.question.text)) if not any(c.isdigit() for c in s) and not matter.index.frequency(bare(s))]
    out = [f"库中文件里没有{s}这个提法，所列是意思相近的条款。" for s in strange]
    for said in (s for s in sayings(matter, start) if f"“{s}”" not in told):
        above = [level for level in LEVELS[: LEVELS.index(mine.level)] if known.above(mine, level)] if mine.level in LEVELS else []
        without = [level for level in above if not any(bare(said) in bare(c.text) for c in by_level.get(level, ())) and not with_saying(matter, said, known.above(mine, level))]
        alike = any(level in by_level for level in without)
        if without:
            out.append(f"“{said}”这个提法，{'、'.join(LEVEL_WORDS[level] for level in without)}级文件里没有{'（所列是同一主题的条款）' if alike else ''}。")
    return "".join(out)


def first_said(matter: Matter, start: Clause) -> tuple[str, list[Clause]]:
    """Which document of those with a date has a turn of speech first, where that is asked, with its clause; ("", []) where it is not or none has it."""
    if not _first().search(matter.question.text):
        return "", []
    for said in (s for s in dict.fromkeys(_quoted().findall(matter.question.text)) if not any(c.isdigit() for c in s)):
        dated = [(home(matter, c.document), c) for c in with_saying(matter, said, None)]
        dated = sorted(((d, c) for d, c in dated if d.date), key=lambda x: (x[0].date or "", LEVELS.index(x[0].level) if x[0].level in LEVELS else len(LEVELS)))
        if dated:
            document, clause = dated[0]
            return f"库中最早写“{said}”的是{clause_name(matter, clause)}（{document.date}）。", [clause]
    return "", []


def nearest_above(matter: Matter, topic: Topic, document: Document) -> Clause | None:
    """Where nothing above is the source of a measure, the clause there that says most of its matter; None where none says any of it."""
    known = catalogue(matter.index.scope)
    homes = sorted({n for level in LEVELS for n in known.above(document, level) if document.level in LEVELS and LEVELS.index(level) < LEVELS.index(document.level)})
    found = [f for f in find(matter.index, topic, tuple(homes)) if f.fit >= NEAR and f.clause.kind != "preamble"] if homes and topic.words else []
    return found[0].clause if found else None


def statutes_above(matter: Matter, document: Document) -> list[int]:
    """The laws and regulations above a document, where a question asks for the basis in law; [] where it does not."""
    known, rank = catalogue(matter.index.scope), LEVELS.index(document.level) if document.level in LEVELS else 0
    called = [genre for word, genres, _ in spoken_kinds(matter.question.text) if word in wording().strict for genre in genres]
    named = {known.cards.genres[known.at[id]] for id in matter.question.named}
    if called and not any(g in genre for g in called for genre in named):  # 荆门第28项，条例里怎么说
        return sorted(n for level in LEVELS[:rank] for n in known.above(document, level) if any(g in known.cards.genres[n] for g in called))
    if not _in_law().search(matter.question.text):
        return []
    return sorted(n for level in LEVELS[:rank] for n in known.above(document, level) if known.cards.genres[n] in STATUTES)


def without_law(matter: Matter, found: Sequence[Clause]) -> str:
    """That no law is among the sources, where a question asks for the basis in law; "" where it does not or one is."""
    if not _in_law().search(matter.question.text) or any(home(matter, c.document).genre in STATUTES for c in found):
        return ""
    return "库中的法律法规里没有找到。"


def named_without(matter: Matter, named: Sequence[int], found: Sequence[Clause]) -> str:
    """The documents above that the question names and that are no source; "" where each has one."""
    if len(named) > FEW and any(matter.documents[n].id in {c.document for c in found} for n in named):
        return ""  # 省里实施意见 may be any of several
    held = {id for c in found for id in (c.document, home(matter, c.document).parent) if id}
    missing = [matter.documents[n] for n in named if matter.documents[n].id not in held and (matter.documents[n].parent or "") not in held]
    return f"{'、'.join(document_name(d) for d in missing[:2])}里没有找到。" if missing else ""
