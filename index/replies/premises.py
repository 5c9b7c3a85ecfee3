"""Figures that a question takes for given or asks to be confirmed, held against what the documents print."""

from __future__ import annotations

from index.asking.premises import Given, given, values
from index.asking.telling import tidy
from index.matter.amounts import point
from index.matter.figures import sentences, weight
from index.matter.parts import Topic
from index.matter.taken_apart import make_topic
from index.replies.reply import Matter, Reply, clause_name, home, quote, refuse
from index.tokens import bare
from kb.frozen import replace
from kb.model import Clause, Task

SAID = 0.5  # share of the matter that the sentence with another figure says
OWN = 0.25  # and by itself, without title and heading
OF_A_MATTER = ("clause", "topic", "source", "leads", "responsible", "cooperates", "target")


def otherwise(matter: Matter, said: Reply) -> Reply | None:
    """The refusal of a question that takes for given a figure which the clauses of its answer print differently; None where they print it, or none like it.

    Of 奖补20万元是怎么规定的, where the clause prints 一次性奖补10万元: not 20万元 but 10万元.
    """
    question = tidy(matter.question.text)
    wrong = given(question) if matter.question.kind in OF_A_MATTER else ()
    if not wrong:
        return None
    clauses = _clauses(matter, said)
    for one in wrong:
        found = _stated(matter, clauses, one, question)
        if found is not None:
            clause, sentence, figure = found
            shown = (quote(matter, clause, [bare(sentence)]),)
            return refuse(f"文件里写的不是{one.said}，是“{figure}”", f"“{sentence}”（{clause_name(matter, clause)}）", shown, [f"policykb show {clause.id}"])
    return None


def confirmed(said: Reply, one: Given) -> Reply:
    """An answer with a figure, told as what it says to the figure that was to be confirmed: 是 or 不是20万元 in front."""
    figures, _, rest = said.text.partition("（《")
    told = values(figures)
    if (one.value, one.measure) in told or (one.number, "") in told:
        return replace(said, text=f"是，{said.text}")
    if any(measure == one.measure for _, measure in told) and (one.value, one.measure) not in values(rest):
        return replace(said, text=f"不是{one.said}，是{said.text}")
    return said


def _clauses(matter: Matter, said: Reply) -> list[Clause]:
    """The clauses that an answer rests on."""
    of_tasks = [t.clause for t in matter.store.read_many(Task, said.tasks).values()]
    ids = list(dict.fromkeys([*said.clauses, *of_tasks, *(e["id"] for e in said.evidence if "#" in e["id"])]))
    found = matter.store.read_many(Clause, ids)
    return [found[id] for id in ids if id in found]


def _stated(matter: Matter, clauses: list[Clause], one: Given, question: str) -> tuple[Clause, str, str] | None:
    """The sentence of the clauses that says the matter with another figure of the measure, and that figure; None where none does.

    None as well where its clause prints the figure given, or a sentence of another that says the matter.
    """
    topic = _without(matter, question)
    whole = weight(topic.text, topic)
    asked = f"{question[: one.start]}多少{question[one.end :]}"
    homes = {matter.documents[n].id for n in matter.homes} if matter.homes is not None else set()
    best: tuple[tuple[bool, float], Clause, str] | None = None
    for clause in clauses if topic.words else ():
        around = f"{home(matter, clause.document).title}{clause.heading or ''}"
        said = [(weight(s, topic), s, values(s)) for s in sentences(clause.text)]
        said = [(own, s, v) for own, s, v in said if own >= OWN * whole and weight(around + s, topic) >= SAID * whole]
        if any((one.value, one.measure) in v or (one.number, "") in v for _, _, v in said):
            return None
        like = max(((own, s) for own, s, v in said if any(m == one.measure for _, m in v)), default=None)
        if like is None or (one.value, one.measure) in values(clause.text):
            continue
        rank = clause.document in homes, like[0]
        if best is None or rank > best[0]:
            best = rank, clause, like[1]
    if best is None:
        return None
    _, clause, sentence = best
    stretch = point(sentence, topic, asked)
    return clause, sentence, stretch if any(m == one.measure for _, m in values(stretch)) else sentence


def _without(matter: Matter, question: str) -> Topic:
    """The matter without the figures that the question states."""
    topic = matter.question.topic
    for form in sorted({f for one in given(question) for f in (one.said, one.said[:-1], one.figure)}, key=len, reverse=True):
        topic = topic.replace(form, " ")
    return make_topic(matter.index, topic)
