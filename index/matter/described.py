"""A matter that a question describes in its own words: the one clause of the documents named that says clearly more of it than any other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.wording import wording
from index.matching.ranking import rarity
from index.matter.parts import NEARLY, Part, Topic, marked, partly, plain
from index.matter.taken_apart import is_year
from index.matter.topic import Fit, work_of
from index.replies.reply import Matter
from index.tokens import bare

FEW = 12  # documents among which a description is looked for
LEAST = 0.33  # share of the topic that the clause says
FAR, TWICE = 0.28, 2.0  # or a little less of it, but twice as much as the next, in two of its stretches
FARTHER, THRICE = 0.2, 2.9  # or still less of it, but three times as much
MARGIN = 0.12  # by which it says more than the next
TELLING = 3.0  # weight of a word that tells matters apart
SHARE = 0.6  # of the greatest weight, in a small knowledge base
TWO = 2  # such words that it says
RUN = 5  # characters of the description that it says word for word, and hardly any other clause
RARE = 2
SOME, MANY = 0.3, 0.5  # share of the words that a clause says, where it has a figure of the question too; in many documents
LOOKED, CLOSE = 6, 0.75  # clauses looked at for figures, and how near the best of them
_LOOSE = frozenset("的了从给把被让就都还跟和")


def clearly_nearest(matter: Matter, topic: Topic, found: Sequence[Fit]) -> Fit | None:
    """The clause that a description means (新房交钥匙就给办证、老房带押过户); None for a single compound, or where no clause stands out."""
    if (stated := _stating(matter, found)) is not None:
        return stated
    if not found or matter.homes is None or len(matter.homes) > FEW or not _describes(topic):
        return None
    best = found[0]
    others = [f for f in found[1:] if f.clause.id != best.clause.id]
    second = others[0].fit if others else 0.0
    far = (best.fit >= FAR and best.fit >= TWICE * second) or (best.fit >= FARTHER and best.fit >= THRICE * second)
    if not far and (best.fit < LEAST or best.words < LEAST or best.fit - second < MARGIN):
        return None
    text = plain(work_of(best.clause))
    quoted = [bare(q) for q in re.findall(r"[“\"]([^“”\"]{2,12})[”\"]", matter.question.text)]
    if any(len(q) > 2 and q in text for q in quoted) or _says_rare_run(matter, topic, text):
        return best
    if len(topic.stretches) == 1 and _lacks_a_side(matter, topic, text):
        return None
    telling = _telling(matter)
    told = [p for p in topic.words if _tells(p, text, telling) and _said(p, text)]
    return best if len(told) >= TWO and (not far or best.fit >= LEAST or len({s for s in topic.stretches for p in told if p.text in s}) >= TWO) else None


def _stating(matter: Matter, found: Sequence[Fit]) -> Fit | None:
    """Of the clauses that say some of a topic the one that states most figures of the question as well (200个), where one does."""
    if not any(c.isdigit() for c in matter.question.text) or not found:
        return None
    few = matter.homes is not None and len(matter.homes) <= FEW
    likely = [f for f in found[:LOOKED] if f.words >= (SOME if few else MANY) and f.words >= CLOSE * found[0].words]
    stating = sorted(((len(figures_of(matter.question.text, marked(work_of(f.clause)))), -n) for n, f in enumerate(likely)), reverse=True)
    alone = stating and stating[0][0] > (stating[1][0] if len(stating) > 1 else 0)
    return likely[-stating[0][1]] if alone else None


@cache
def _figure() -> re.Pattern[str]:
    return re.compile(r"(?<![0-9.A-Za-z])[0-9]{1,6}(?:\.[0-9]{1,3})?(?:%|‰|万|亿|千)?[个家户人名所座处条套台张间亩吨元米次年天日月秒分钟小时场辆期门公里万亿平方岁倍]{0,2}")


def figures_of(question: str, text: str) -> list[str]:
    """The figures of a question, no years and nothing smaller than 10, that a bare text has too: 200个 of 建200个站点."""
    if not any(c.isdigit() for c in question):
        return []
    found = [m.group() for m in _figure().finditer(bare(question))]
    return [f for f in found if (len(f.rstrip("年")) > 2 or f.endswith(("万", "亿", "%"))) and not is_year(f) and re.search(rf"(?<![0-9.]){re.escape(f)}(?![0-9])", text) is not None]


def _describes(topic: Topic) -> bool:
    """Whether a topic is a description rather than the name of a thing."""
    return len(topic.stretches) > 1 or any(len(s) > RUN and not _LOOSE.isdisjoint(s) for s in topic.stretches)


def _telling(matter: Matter) -> float:
    """The weight from which a word tells matters apart: less where there are few clauses, in which none is rare."""
    return min(TELLING, SHARE * rarity(matter.index.count, 1))


def _lacks_a_side(matter: Matter, topic: Topic, text: str) -> bool:
    """Whether of two things that a topic joins one is not said (河长和林长联席会议), or something that it names besides (河长和检察长培训)."""
    stretch = topic.stretches[0]
    joint = next((at for at, c in enumerate(stretch) if c in "和与跟及" and 0 < at < len(stretch) - 1), 0)
    if not joint:
        return False
    if not any(stretch[joint + 1 :].startswith(p.text) for p in topic.words) and stretch[joint + 1 : joint + 3] not in text:
        return True
    telling = _telling(matter)
    sides = [p for p in topic.words if stretch[:joint].endswith(p.text) or stretch[joint + 1 :].startswith(p.text)]
    return any(not _said(p, text) and (p in sides or (p.weight >= telling and matter.index.words.is_name(p.text))) for p in topic.words)


def _said(part: Part, text: str) -> bool:
    """Whether a text says a word, by itself or otherwise, or its halves apart or the other way round: 入企检查扫码, 扫码入企."""
    return any(f in text for f in (part.text, *part.forms)) or partly(part, text, "") >= NEARLY


def _tells(part: Part, text: str, telling: float) -> bool:
    return (part.known or _said(part, text)) and part.weight >= telling and part.text not in wording().soft and not part.text[0].isdigit()


def _says_rare_run(matter: Matter, topic: Topic, text: str) -> bool:
    """Whether the clause says five characters of the description on end that hardly any other clause has."""
    for stretch in topic.stretches:
        for start in range(len(stretch) - RUN + 1):
            run = stretch[start : start + RUN]
            if run in text and matter.index.frequency(run) <= RARE:
                return True
    return False
