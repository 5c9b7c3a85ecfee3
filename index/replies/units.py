"""Who leads, who is responsible, cooperates or gives data."""

from __future__ import annotations

from collections.abc import Sequence

from index.asking.catalogue import catalogue
from index.asking.compared import in_brackets, levels_told, without_levels
from index.asking.telling import asks_person
from index.asking.understanding import Question, ordinals
from index.asking.wording import wording
from index.matter.described import clearly_nearest, figures_of
from index.matter.oneness import in_passing
from index.matter.parts import Topic, marked, shared
from index.matter.taken_apart import make_topic
from index.matter.topic import TITLED, Fit, find, is_here, judge, work_of
from index.replies.annexed import annexed_task
from index.replies.elsewhere import elsewhere
from index.replies.proposed import OTHERS, meant_by, verdict
from index.replies.reply import (
    LEVEL_WORDS,
    ROLE_WORDS,
    Matter,
    Reply,
    by_role,
    document_name,
    doubts,
    home,
    names,
    place_of,
    quote,
    refuse,
    searched,
    short,
    task_evidence,
    task_number,
    together,
    unit_rows,
)
from index.tokens import bare
from kb.frozen import replace
from kb.model import Clause, Task
from kb.records import Record

ENOUGH = 0.4  # share of the topic that a task must say to be the one asked about
WORDS = 0.34  # and of its words
STRANGE = 0.42  # a word that is nowhere and makes up this share of the topic: the matter is not here
PARTLY = 0.25  # enough where five characters of the topic stand there word for word
HALF = 0.45  # and its words say about half of it: five characters of the title are no matter
LITERALLY = 5
SHORT_BODY = 3  # characters of a body's name that may be a word of the matter
NEAR = 0.93  # a second task this close to the best is given beside it
TRIED = 12  # clauses of which it is looked at whom they name
STATED = 0.75  # of the best fit, from which a task that states a figure of the question comes first
TOLD = 0.7  # of the best fit, from which the clause of the other half of a question is meant
HOLDING = 0.1  # what it counts that a task's list has the body asked for
ASKED = {"leads": ("lead",), "responsible": OTHERS, "cooperates": ("cooperating", "guiding"), "data": ("data",)}

Choice = tuple[Fit, Task]


def who(matter: Matter) -> Reply:
    """The unit or units in the role that is asked for, of the task that the topic means."""
    question, index = matter.question, matter.index
    if not question.topic and not question.items:
        return refuse("没有听出要问哪项工作", "请说出工作的名称，如“控辍保学由哪个单位牵头”")
    places = [p for p in question.places if p in catalogue(index.scope).by_region]
    if len(places) > 1 and not question.items:
        return _each(matter, places)
    topic = make_topic(index, question.topic)
    if question.items and matter.homes is not None:
        choices = _numbered(matter, topic)
        if not choices:
            return _no_such_item(matter)
        return _say_who(matter, choices[0][1], _as_near(choices, 0.0 if not topic.words else NEAR), topic)
    if not places and not question.named and len(levels_told(question.text)[0]) > 1 and (of_levels := _of_levels(matter)) is not None:
        return of_levels
    if "分别" in question.text and len(stretches := [s for s in question.topic.split() if len(s) > 2 and not in_brackets(question.text, s)]) > 1:
        each = [who(replace(matter, question=replace(question, topic=s, text=question.text.replace("分别", "")))) for s in stretches]
        if sum(r.answered for r in each) > 1:
            return together(each, stretches)
    if (said := _acts(matter, topic, "first")) is not None:
        return said
    found = find(index, topic, matter.homes, only_tasks=True)
    good = [f for f in found if fits(topic, f)]
    choices = [(fit, task) for fit in good[:8] if (task := _best_task(matter, fit, topic))]
    if not choices and (longer := _with_bodies(question)) is not None:
        said = who(replace(matter, question=longer))  # 工会福利采购: what was taken for a body is part of the matter
        if said.answered:
            return said
    if not choices and (plain := " ".join(s for s in question.topic.split() if not in_brackets(question.text, s))) not in ("", question.topic):
        said = who(replace(matter, question=replace(question, topic=plain)))  # what only explains the matter may be said nowhere
        if said.answered:
            return said
    if not choices and (near := clearly_nearest(matter, topic, found) or _nearest_with_body(matter, topic, found)) is not None and (task := _best_task(matter, near, topic)):
        said = _say_who(matter, task, [], topic)
        return replace(said, text=f"文件里没有与所问完全相同的说法，最接近的是：{said.text}")
    if not choices:
        return _nobody(matter, topic, found)
    choices = _prefer_role(_prefer_named(matter, _prefer_figures(matter, choices)), question.kind)
    choices = _prefer_told(matter, _prefer_beside(matter, choices))
    if (part := _of_parts(matter, topic, *choices[0])) is not None:
        return part
    said = _say_who(matter, choices[0][1], _as_near(choices, NEAR), topic)
    return replace(said, text=f"文件没有为整件事写明由谁负责，只在其中一处写明：{said.text}") if said.answered and _of_title(choices[0][0], topic) else said


def _nearest_with_body(matter: Matter, topic: Topic, found: Sequence[Fit]) -> Fit | None:
    """The clause that a description means among those whose tasks name the body of which is asked whether it leads or is there too."""
    if not matter.question.units or not matter.question.yes_no or matter.question.offered:
        return None
    tasks = {f.clause.id: matter.store.read(Task, "clause = ?", (f.clause.id,)) for f in found[:TRIED]}
    named = {id for ids in meant_by(matter, [u.unit for some in tasks.values() for t in some for u in t.units]).values() for id in ids}
    return clearly_nearest(matter, topic, [f for f in found[:TRIED] if any(u.unit in named for t in tasks[f.clause.id] for u in t.units)])


def _with_bodies(question: Question) -> Question | None:
    """The question with the short names of bodies in its middle taken for words of its matter; None where there is none."""
    short = [u for u in question.units if len(u) <= SHORT_BODY and f"{u}" in question.text]
    stretches = question.topic.split()
    for name in short:
        stretches = [f"{name}{s}" if f"{name}{s}" in question.text else f"{s}{name}" if f"{s}{name}" in question.text else s for s in stretches]
    topic = " ".join(stretches)
    return replace(question, topic=topic, units=()) if topic != question.topic else None


def _acts(matter: Matter, topic: Topic, kind: str) -> Reply | None:
    """Who does what the question names, where it asks for that and running text says so; few questions do."""
    question = matter.question
    acts = (*wording().acts[kind], *wording().acts["asks" if kind == "after" else "heads"])
    if question.kind not in ("responsible", "leads") or not any(act in question.text for act in acts):
        return None
    from index.replies.actors import who_acts

    return who_acts(matter, topic, kind)


def _in_prose(matter: Matter, topic: Topic, texts: list[Fit]) -> Reply | None:
    from index.replies.prose import who_in_prose

    return who_in_prose(matter, topic, texts)


def _each(matter: Matter, places: Sequence[str]) -> Reply:
    """The answers for several places, one after the other."""
    known = catalogue(matter.index.scope)
    return together([who(replace(matter, question=replace(matter.question, places=(p,)), homes=known.by_region[p])) for p in places], places)


def _of_levels(matter: Matter) -> Reply | None:
    """The answers of the documents of several levels, one after the other, those of a higher one of the places in which the lowest lies; None where none
    names anybody."""
    known, levels_said = catalogue(matter.index.scope), levels_told(matter.question.text)
    topic = " ".join(matter.question.topic.replace(levels_said[1], " ").split())
    question = replace(matter.question, text=without_levels(matter.question.text), topic=topic, levels=())
    said: list[tuple[Reply, str]] = []
    around = ""
    for level in reversed(levels_said[0]):
        at = known.by_level.get(level, ())
        homes = tuple(n for n in at if (matter.documents[n].region or "") == "中国" or around.startswith(matter.documents[n].region or "?")) if around else at
        if not homes:
            continue
        reply = who(replace(matter, question=question, homes=homes))
        said.insert(0, (reply, LEVEL_WORDS[level]))
        if not around and reply.answered and reply.clauses:
            around = home(matter, reply.clauses[0].split("#")[0]).region or ""
    return together([r for r, _ in said], [name for _, name in said]) if any(r.answered for r, _ in said) else None


def fits(topic: Topic, fit: Fit) -> bool:
    """Whether a clause is about the topic: it says enough of it, or word for word a long part of it (集中供水点)."""
    if not is_here(topic, fit) or in_passing(topic, work_of(fit.clause)):
        return False
    if fit.fit >= ENOUGH and fit.words >= WORDS and fit.strange < STRANGE:
        return True
    return fit.fit >= PARTLY and fit.words >= HALF and fit.strange < STRANGE and shared(topic, bare(fit.clause.text)) >= LITERALLY


def _of_title(fit: Fit, topic: Topic) -> bool:
    """Whether only the title of its document says what is asked about: the clause is on one point of it."""
    held = bare(f"{fit.clause.heading or ''}{fit.clause.text}")
    return bool(topic.words) and fit.words <= TITLED and not any(f in held for p in topic.words for f in (p.text, *p.forms, *p.near)) and not any(pair in held for pair, _ in topic.pairs)


def _as_near(choices: Sequence[Choice], share: float) -> list[Task]:
    """The further tasks that fit about as well as the first: they are given beside it."""
    (best, task), *rest = choices
    return [t for f, t in rest if f.fit >= best.fit * share and t.id != task.id]


def _numbered(matter: Matter, topic: Topic) -> list[Choice]:
    """The tasks whose number the question names, in the documents that it names; of several those first that say the topic best."""
    question = matter.question
    ids = [matter.documents[n].id for n in matter.homes or ()]
    forms = [form for item in question.items for form in ordinals(item)]
    if not ids or not forms:
        return []
    tails = " OR ".join("number = ? OR number LIKE ?" for _ in forms)
    values = tuple(v for form in forms for v in (form, f"%/{form}"))
    if topic.words and any(w in question.text for w in ("部分", "大项", "方面", "板块", "章")):  # 第（四）部分里护理员谁牵头: the tasks of that part
        tails += " OR number LIKE ?" * (2 * len(forms))
        values += tuple(v for form in forms for v in (f"{form}/%", f"%/{form}/%"))
    found = matter.store.read(Task, f"document IN ({','.join('?' * len(ids))}) AND ({tails})", (*ids, *values))
    clauses = matter.store.read_many(Clause, (t.clause for t in found))
    fits = [(judge(topic, clauses[t.clause], -1, bare(clauses[t.clause].text)), t) for t in found]
    return sorted(fits, key=lambda c: -c[0].fit)


def _no_such_item(matter: Matter) -> Reply:
    """The documents have no task of that number: whether they have a clause of it, and how many tasks there are."""
    documents = [matter.documents[n] for n in matter.homes or ()]
    counts = [(d, len(matter.store.rows("SELECT 1 FROM tasks WHERE document = ?", (d.id,)))) for d in documents[:6]]
    having = "；".join(f"{document_name(d)}有 {n} 项" for d, n in counts if n)
    item = matter.question.items[0]
    if not having:
        where = "、".join(document_name(d) for d in documents[:2])
        return refuse(f"{where}没有列出任务的牵头或责任单位", "", more=[f"policykb show {documents[0].id}"] if documents else ())
    return refuse(f"所问的文件里没有第 {item} 项任务", having)


def _best_task(matter: Matter, fit: Fit, topic: Topic) -> Task | None:
    """Of the tasks of a clause the one that says most of the topic."""
    tasks = matter.store.read(Task, "clause = ?", (fit.clause.id,))
    if len(tasks) < 2:
        return tasks[0] if tasks else None
    return max(tasks, key=lambda t: judge(topic, fit.clause, 0, bare(t.text)).fit)


def _prefer_role(choices: list[Choice], kind: str) -> list[Choice]:
    """Of tasks that fit about as well, those that name the role asked for come first."""
    if kind == "responsible":
        return choices
    top = max(f.fit for f, _ in choices)
    bonus = 0.06 if kind == "leads" else 0.3  # few rows name who gives data: one that does is meant

    def rank(place: int) -> float:
        fit, task = choices[place]
        has = any(u.role in ASKED[kind] for u in task.units)
        return fit.fit + (bonus if has and fit.fit >= top * 0.75 else 0.0) - place * 0.02

    return [choices[n] for n in sorted(range(len(choices)), key=lambda n: -rank(n))]


def _of_parts(matter: Matter, topic: Topic, fit: Fit, task: Task) -> Reply | None:
    """What running text says where it gives each of several bodies the lead of a part (甲牵头负责A，乙牵头负责B); None where it gives one the lead of all."""
    if not task.units_raw.startswith("由") or matter.question.kind != "leads" or fit.clause.text.count("牵头") < 2:
        return None
    from index.replies.prose import actors, who_in_prose

    leading = {name for a in actors(fit.clause.text) if a.role == "lead" for name in a.names}
    return who_in_prose(matter, topic, [fit]) if len(leading) > 1 else None


def _prefer_beside(matter: Matter, choices: list[Choice]) -> list[Choice]:
    """Asked who there is beside a body (除水利局外还有哪些单位), of tasks that fit about as well first those in which it is named, led before others."""
    if not matter.question.aside:
        return choices
    aside = replace(matter, question=replace(matter.question, units=matter.question.aside))
    named = {id for ids in meant_by(aside, [u.unit for _, t in choices for u in t.units]).values() for id in ids}
    top = choices[0][0].fit
    part = {t.id: max((2 if u.role == "lead" else 1 for u in t.units if u.unit in named), default=0) for f, t in choices if f.fit >= top * STATED}
    return sorted(choices, key=lambda c: -part.get(c[1].id, 0))


def _prefer_figures(matter: Matter, choices: list[Choice]) -> list[Choice]:
    """Of tasks that fit about as well first those that state a figure of the question: of two hotlines the one of 92%."""
    top = choices[0][0].fit
    stated = {t.id: len(figures_of(matter.question.text, marked(t.text))) for f, t in choices if f.fit >= top * STATED}
    return sorted(choices, key=lambda c: -stated.get(c[1].id, 0))


def _prefer_told(matter: Matter, choices: list[Choice]) -> list[Choice]:
    """Of tasks that fit about as well first those of the clause that the other half of the question was answered from."""
    top = choices[0][0].fit
    return sorted(choices, key=lambda c: not (c[0].clause.id in matter.told and c[0].fit >= top * TOLD)) if matter.told else choices


def _prefer_named(matter: Matter, choices: list[Choice]) -> list[Choice]:
    """Asked whether it is this unit or that one, of the tasks that fit well the one that is led by one of them."""
    question = matter.question
    if len(question.units) < 2:
        return _holding(matter, choices)
    named = {id for ids in meant_by(matter, [u.unit for _, t in choices for u in t.units if u.unit]).values() for id in ids}
    top = choices[0][0].fit
    return sorted(choices, key=lambda c: -(c[0].fit + (0.1 if c[0].fit >= top * 0.75 and any(u.unit in named and u.role == "lead" for u in c[1].units) else 0)))


def _holding(matter: Matter, choices: list[Choice]) -> list[Choice]:
    """Asked whether a list has a body (责任单位里有公安局吗), of tasks that fit as well first those that have it."""
    question, top = matter.question, choices[0][0].fit
    if not question.units or not question.yes_no or not any(w in question.text for w in wording().holds):
        return choices
    named = {id for ids in meant_by(matter, [u.unit for _, t in choices for u in t.units if u.unit]).values() for id in ids}
    return sorted(choices, key=lambda c: -(c[0].fit + (HOLDING if c[0].fit >= top * NEAR and any(u.unit in named for u in c[1].units) else 0)))


def _nobody(matter: Matter, topic: Topic, found: list[Fit]) -> Reply:
    """No task fits: does the text say the matter without naming anybody, or is it not there at all?"""
    question = matter.question
    texts = [f for f in find(matter.index, topic, matter.homes) if fits(topic, f)]
    where = searched(matter)
    if texts and (said := _in_prose(matter, topic, texts) or _acts(matter, topic, "after")) is not None:
        return said
    if texts and (row := annexed_task(matter, texts[0].clause)) is not None:
        return _say_who(matter, row, [], topic)
    if texts:
        clause = texts[0].clause
        title = document_name(home(matter, clause.document))
        return refuse(
            f"{title}写到了这项工作，但没有列出由谁牵头或负责", place_of(matter.store, clause), [quote(matter, clause, [question.topic])],
            [f"policykb show {clause.id}"],
        )  # fmt: skip
    near = found[0].clause if found else None
    homes = matter.homes if matter.homes is not None else range(len(matter.documents))
    having = "、".join(document_name(matter.documents[n]) for n in homes[:3])
    text = f"{place_of(matter.store, near)}“{short(near.text, 40)}”（不是同一件事）" if near else f"查过的文件：{having}{'等' if len(homes) > 3 else ''}。"
    return refuse(f"{where}里没有关于“{question.topic}”的任务分工", elsewhere(matter, topic) or text, more=[f"policykb search {question.topic}"])


def _say_who(matter: Matter, task: Task, near: list[Task], topic: Topic) -> Reply:
    question = matter.question
    if (person := _person(matter, task)) is not None:
        return person
    wanted = [p.text for p in topic.words]
    leads, others = unit_rows(matter, task, ("lead",)), _asked_of(matter, task)
    evidence = task_evidence(matter, task, wanted)
    more = [f"policykb show {task.id}"]
    about = f"{document_name(home(matter, task.document))}{task_number(task)}"
    if question.kind == "leads":
        units, text = leads or others, _lead_sentence(about, leads, others, task)
        text += "没有列出配合的单位。" if leads and not others and "配合" in question.text else ""
    else:
        wished = tuple(u for u in others if u["role"] in ASKED[question.kind])
        if not wished and question.kind == "cooperates" and "responsible" in {u["role"] for u in others} and "guiding" not in question.roles:
            about = f"{about}没有单列配合单位，所列如下"
            wished = others
        if not wished and question.kind != "responsible":
            return refuse(f"{about}没有列出{ROLE_WORDS[ASKED[question.kind][0]]}的单位", by_role((*leads, *others)), evidence, more)
        whole = question.kind == "responsible" and (_asks_one(question.text) or task.lead_basis == "first_listed")  # one list, of which the first leads by a rule
        units = (*leads, *wished) if whole else wished or leads
        head = f"牵头：{names(leads)}；" if leads and wished else ""
        text = f"{about}：{head}{by_role(wished or leads)}{'等' if task.open_ended else ''}，共 {len(wished or leads)} 家。"
    text = verdict(matter, task) + text + doubts(matter, task)
    for other in near[:2]:
        also = "" if len(question.items) > 1 else "另一处相近："
        text += f"{also}{document_name(home(matter, other.document))}{task_number(other)}“{short(other.text, 36)}”，{by_role(unit_rows(matter, other, ('lead', *OTHERS)))}。"
        evidence += task_evidence(matter, other, wanted)
        more.append(f"policykb show {other.id}")
    return Reply(text, units=units, clauses=(task.clause,), tasks=(task.id,), evidence=tuple(evidence), more=tuple(more))


def _person(matter: Matter, task: Task) -> Reply | None:
    """Which person leads, where the question asks for one (哪位副市长牵头)."""
    if matter.question.kind not in ("leads", "responsible"):
        return None
    if not asks_person(matter.question.text):
        return None
    from index.replies.persons import leader_of

    return leader_of(matter, task)


def _asked_of(matter: Matter, task: Task) -> tuple[Record, ...]:
    """The bodies of a task besides the lead, without those that the question sets aside (除财政局外还有哪些单位)."""
    others = unit_rows(matter, task, OTHERS)
    if not matter.question.aside:
        return others
    aside = replace(matter, question=replace(matter.question, units=matter.question.aside))
    gone = {id for ids in meant_by(aside, [u.unit for u in task.units]).values() for id in ids}
    printed = {u.printed for u in task.units if u.unit in gone}
    return tuple(u for u in others if u["printed"] not in printed)


def _asks_one(question: str) -> bool:
    """Whether a question asks whose a task is, of one body: who leads answers it as well as who is responsible (归哪个局管, 是民政的活吧)."""
    words = wording()
    return any(w in question for w in words.whose) and not any(w in question for w in words.several)


def _lead_sentence(about: str, leads: Sequence[Record], others: Sequence[Record], task: Task) -> str:
    open_end = "等" if task.open_ended else ""
    if not leads:
        return f"{about}没有写明由谁牵头，只列了{_listed(others)}（按原文顺序）：{names(others)}{open_end}。"
    return f"由{names(leads)}牵头（{about}）。" + (f"{by_role(others)}{open_end}。" if others else "")


def _listed(others: Sequence[Record]) -> str:
    """What the document calls the units that it lists."""
    return ROLE_WORDS[others[0]["role"]] + ("的单位" if others[0]["role"] == "data" else "") if len({u["role"] for u in others}) == 1 else "有关单位"


