"""Who does something where no list of bodies says so but the running text does: 经县级人民政府批准."""

from __future__ import annotations

import re
from functools import lru_cache

from index.asking.wording import wording
from index.matter.figures import sentences, weight
from index.matter.parts import Topic
from index.matter.taken_apart import make_topic
from index.matter.topic import find, is_here
from index.replies.prose import actors
from index.replies.reply import Matter, Reply, clause_name, quote
from index.tokens import bare
from kb.records import Record

ENOUGH = 0.4  # share of the topic that the clause says
SAID = 0.35  # and that the sentence and its heading say
EXACT = 1.2  # for the very act
STRANGE = 0.42  # see index/replies/units.py
TRIED = 24
LONG = 160
_LISTED = re.compile(r"牵头|责任单位|责任部门|配合")


def who_acts(matter: Matter, topic: Topic, kind: str) -> Reply | None:
    """The sentence about the topic that says by whom an act of this kind in the question is done; None where it names none or no sentence says it."""
    question, acts = matter.question, wording().acts[kind]
    asked = [act for act in acts if act in question.text]
    if kind == "after" and any(w in question.text for w in wording().acts["asks"]):
        asked += wording().acts["means"]
    if kind == "first" and any(w in question.text for w in wording().acts["heads"]):
        asked = list(wording().acts["head"])
        acts = tuple(asked)
        matter_of = question.topic
        for word in wording().acts["heads"]:
            matter_of = matter_of.replace(word, " ")
        topic = make_topic(matter.index, matter_of)
    same = acts if kind == "first" else asked  # who approves, settles or agrees is one question
    if not asked or _LISTED.search(question.text) or (question.units and not question.offered):
        return None
    whole = weight(topic.text, topic)
    best, most = None, 0.0
    for fit in [f for f in find(matter.index, topic, matter.homes) if f.fit >= ENOUGH and f.strange < STRANGE and is_here(topic, f)][:TRIED]:
        head = weight(fit.clause.heading or "", topic)
        for sentence in sentences(fit.clause.text.strip()):
            said = (weight(sentence, topic) + head / 2) * (EXACT if any(_by(act).search(sentence) for act in asked) else 1.0)
            if said > max(most, SAID * whole) and any(_by(act).search(sentence) for act in same):
                best, most = (fit.clause, sentence), said
    if best is None:
        return None
    clause, sentence = best
    text = sentence if len(sentence) <= LONG else sentence[: LONG - 1] + "…"
    named = next((a for a in actors(sentence) if a.role == "responsible" and any(act in sentence for act in same)), None)
    units: tuple[Record, ...] = tuple({"printed": name, "name": name, "role": named.role} for name in named.names) if named is not None else ()
    return Reply(
        f"{clause_name(matter, clause)}写明：“{text}”（没有单列责任单位）", units=units, clauses=(clause.id,), evidence=(quote(matter, clause, [bare(sentence)]),),
        more=(f"policykb show {clause.id}",),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _by(act: str) -> re.Pattern[str]:
    """What says by whom an act is done: 由乡镇审核, 报县级人民政府批准."""
    acts = wording().acts
    by, bodies, named = ("|".join(acts[k]) for k in ("by", "bodies", "named"))
    return re.compile(rf"(?:{by})[\w、（）]{{2,24}}{act}|(?:{bodies}){act}|负责[^，。]{{0,12}}{act}|(?:{named})(?:[\w、]{{0,16}}(?:负责|应当|会同|组织|依法))?[\w、]{{0,8}}{act}")
