"""A matter that a question describes in its own words: the one clause of the documents named that says clearly more of it than any other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.asking.wording import wording
from index.matter.parts import Part, Topic, plain
from index.matter.topic import Fit, work_of
from index.replies.reply import Matter
from index.tokens import bare

FEW = 12  # documents among which a description is looked for
LEAST = 0.33  # share of the topic that the clause says
MARGIN = 0.12  # by which it says more than the next
TELLING = 3.0  # weight of a word that tells matters apart
TWO = 2  # such words that it says
RUN = 5  # characters of the description that it says word for word, and hardly any other clause
RARE = 2
_LOOSE = frozenset("的了从给把被让就都还跟和")


def clearly_nearest(matter: Matter, topic: Topic, found: Sequence[Fit]) -> Fit | None:
    """The clause that a description means (新房交钥匙就给办证、老房带押过户); None for a single compound, or where no clause stands out."""
    if not found or matter.homes is None or len(matter.homes) > FEW or not _describes(topic):
        return None
    best = found[0]
    others = [f for f in found[1:] if f.clause.id != best.clause.id]
    if best.fit < LEAST or best.words < LEAST or (others and best.fit - others[0].fit < MARGIN):
        return None
    text = plain(work_of(best.clause))
    quoted = [bare(q) for q in re.findall(r"[“\"]([^“”\"]{2,12})[”\"]", matter.question.text)]
    if any(len(q) > 2 and q in text for q in quoted) or _says_rare_run(matter, topic, text):
        return best
    return best if len([p for p in topic.words if _tells(p) and any(f in text for f in (p.text, *p.forms))]) >= TWO else None


def _describes(topic: Topic) -> bool:
    """Whether a topic is a description rather than the name of a thing."""
    return len(topic.stretches) > 1 or any(len(s) > RUN and not _LOOSE.isdisjoint(s) for s in topic.stretches)


def _tells(part: Part) -> bool:
    return part.known and part.weight >= TELLING and part.text not in wording().soft and not part.text[0].isdigit()


def _says_rare_run(matter: Matter, topic: Topic, text: str) -> bool:
    """Whether the clause says five characters of the description on end that hardly any other clause has."""
    for stretch in topic.stretches:
        for start in range(len(stretch) - RUN + 1):
            run = stretch[start : start + RUN]
            if run in text and matter.index.frequency(run) <= RARE:
                return True
    return False
