"""Who leads, who is responsible, cooperates or gives data; the tasks of a unit; how many."""

from __future__ import annotations

from collections import Counter

from index.lookups import tasks_of
from index.reply import ROLE_WORDS, Matter, Reply, home, place_of, quote, refuse, short, task_evidence, unit_rows
from index.tokens import bare
from index.topic import Fit, find, judge, make_topic
from index.unit_names import unit_table
from kb.errors import NotFound
from kb.model import Clause, Task, Unit
from kb.records import Record
from kb.units import select_units

ENOUGH = 0.4  # share of the topic that a task must say to be the one asked about
WORDS = 0.34  # and of its words
STRANGE = 0.45  # a word that is nowhere and makes up this share of the topic: the matter is not here
NEAR = 0.93  # a second task this close to the best is given beside it
OTHERS = ("responsible", "cooperating", "guiding", "data")
ASKED = {"leads": ("lead",), "responsible": OTHERS, "cooperates": ("cooperating", "guiding"), "data": ("data",)}


def who(matter: Matter) -> Reply:
    """The unit or units in the role that is asked for, of the task that the topic means."""
    question, index = matter.question, matter.index
    if not question.topic and not question.items:
        return refuse("没有听出要问哪项工作", "请说出工作的名称，如“控辍保学由哪个单位牵头”")
    topic = make_topic(index, question.topic)
    if question.items and question.named and not _numbered(matter):
        return refuse(f"这份文件里没有第 {question.items[0]} 项任务", "、".join(f"《{matter.documents[n].title}》" for n in matter.homes or ()))
    found = _numbered(matter) or find(index, topic, matter.homes, only_tasks=True)
    good = [f for f in found if f.fit >= ENOUGH and f.words >= WORDS and f.strange < STRANGE] or ([] if not question.items else found[:1])
    if not good:
        return _nobody(matter, found)
    choices = [(fit, task) for fit in good[:8] if (task := _best_task(matter, fit, topic))]
    if not choices:
        return _nobody(matter, found)
    choices = _prefer_role(_prefer_named(matter, choices), question.kind)
    best, task = choices[0]
    near = [t for f, t in choices[1:] if f.fit >= best.fit * NEAR and t.id != task.id]
    return _say_who(matter, task, near, [p.text for p in topic.words])


def _numbered(matter: Matter) -> list[Fit]:
    """The task whose number the question names, in the documents that it names."""
    if not matter.question.items or matter.homes is None:
        return []
    out = []
    for n in matter.homes:
        for task in matter.store.read(Task, "document = ?", (matter.documents[n].id,)):
            if task.number in {str(i) for i in matter.question.items}:
                clause = matter.store.one(Clause, task.clause)
                if clause is not None:
                    out.append(Fit(clause, -1, 1.0, 1.0, ()))
    return out


def _best_task(matter: Matter, fit: Fit, topic: object) -> Task | None:
    """Of the tasks of a clause the one that says most of the topic."""
    tasks = matter.store.read(Task, "clause = ?", (fit.clause.id,))
    if len(tasks) < 2:
        return tasks[0] if tasks else None
    return max(tasks, key=lambda t: judge(topic, fit.clause, 0, bare(t.text)).fit)  # type: ignore[arg-type]


def _prefer_role(choices: list[tuple[Fit, Task]], kind: str) -> list[tuple[Fit, Task]]:
    """Of tasks that fit about as well, those that name the role asked for come first."""
    if kind != "leads":
        return choices
    top = max(f.fit for f, _ in choices)

    def rank(place: int) -> float:
        fit, task = choices[place]
        named = task.lead_basis != "none"
        return fit.fit + (0.06 if named and fit.fit >= top * 0.8 else 0.0) - place * 0.02

    return [choices[n] for n in sorted(range(len(choices)), key=lambda n: -rank(n))]


def _prefer_named(matter: Matter, choices: list[tuple[Fit, Task]]) -> list[tuple[Fit, Task]]:
    """Asked whether it is this unit or that one, of the tasks that fit well the one that is led by one of them."""
    question = matter.question
    if len(question.units) < 2 or not choices:
        return choices
    every = list(matter.store.read_many(Unit, {u.unit for _, t in choices for u in t.units if u.unit}).values())
    table = unit_table(matter.store)
    named = {u.id for name in question.units for u in select_units(name, every, table)}
    top = choices[0][0].fit
    return sorted(choices, key=lambda c: -(c[0].fit + (0.1 if c[0].fit >= top * 0.75 and any(u.unit in named and u.role == "lead" for u in c[1].units) else 0)))


def _nobody(matter: Matter, found: list[Fit]) -> Reply:
    """No task fits: does the text say the matter without naming anybody, or is it not there at all?"""
    index, question = matter.index, matter.question
    topic = make_topic(index, question.topic)
    texts = [f for f in find(index, topic, matter.homes) if f.fit >= ENOUGH and f.words >= WORDS and f.strange < STRANGE]
    where = "、".join(question.places) or "库中文件"
    if texts:
        clause = texts[0].clause
        title = home(matter, clause.document).title
        return refuse(
            f"《{title}》写到了这项工作，但没有列出由谁牵头或负责", place_of(matter.store, clause), [quote(matter, clause, [question.topic])],
            [f"policykb show {clause.id}"],
        )  # fmt: skip
    near = found[0].clause if found else None
    text = f"{place_of(matter.store, near)}“{short(near.text, 40)}”（不是同一件事）" if near else ""
    return refuse(f"{where}里没有关于“{question.topic}”的任务分工", text)


def _say_who(matter: Matter, task: Task, near: list[Task], wanted: list[str]) -> Reply:
    question = matter.question
    title = home(matter, task.document).title
    leads = unit_rows(matter, task, ("lead",))
    others = unit_rows(matter, task, OTHERS)
    evidence = task_evidence(matter, task, wanted)
    more = [f"policykb show {task.id}"]
    about = f"《{title}》{_number(task)}"
    if question.kind == "leads":
        units = leads or others
        text = _verdict(matter, task) + (f"{about}由{_names(leads)}牵头" if leads else _no_lead(about, others, task)) + "。"
        if leads and others:
            text += f"{_by_role(others)}{'等' if task.open_ended else ''}。"
    else:
        wished = [u for u in others if u["role"] in ASKED[question.kind]]
        if not wished:
            wished = list(others) if question.kind == "responsible" else []
        if not wished and question.kind != "responsible":
            role = ROLE_WORDS[ASKED[question.kind][0]]
            return refuse(f"{about}没有列出{role}的单位", _by_role((*leads, *others)), evidence, more)
        units = tuple(wished) or leads
        head = f"牵头：{_names(leads)}；" if leads and wished else ""
        text = f"{_verdict(matter, task)}{about}{head}{_by_role(units)}{'等' if task.open_ended else ''}，共 {len(units)} 家。"
    if task.inherited:
        text += "（单位沿用上一级条款所列。）"
    for other in near[:2]:
        text += f"另一处相近：{_number(other)}“{short(other.text, 36)}”，{_by_role(unit_rows(matter, other, ('lead', *OTHERS)))}。"
        evidence += task_evidence(matter, other, wanted)
        more.append(f"policykb show {other.id}")
    return Reply(text, units=tuple(units), clauses=(task.clause,), tasks=(task.id,), evidence=tuple(evidence), more=tuple(more))


def _number(task: Task) -> str:
    return f"第 {task.number} 项" if task.number.isdigit() else task.number.replace("/", "")


def _names(units: tuple[Record, ...] | list[Record]) -> str:
    return "、".join(u["printed"] for u in units)


def _by_role(units: tuple[Record, ...] | list[Record]) -> str:
    groups = [(word, [u for u in units if u["role"] == role]) for role, word in ROLE_WORDS.items()]
    return "；".join(f"{word}：{_names(found)}" for word, found in groups if found)


def _no_lead(about: str, others: tuple[Record, ...], task: Task) -> str:
    return f"{about}没有写明由谁牵头，只列了责任单位（按原文顺序）：{_names(others)}{'等' if task.open_ended else ''}"


def _verdict(matter: Matter, task: Task) -> str:
    """是的 or 不是 when the question proposes units; "" otherwise."""
    question = matter.question
    if not question.units or not (question.yes_no or len(question.units) > 1):
        return ""
    every = list(matter.store.read_many(Unit, (u.unit for u in task.units)).values())
    wanted = ("lead",) if question.kind == "leads" else ("lead", *OTHERS)
    right = {u.unit for u in task.units if u.role in wanted}
    table = unit_table(matter.store)
    named = {name: {u.id for u in select_units(name, every, table)} for name in question.units}
    hits = [name for name, ids in named.items() if ids & right]
    if len(question.units) > 1:
        return ""
    if question.kind == "leads" and not right:
        return ""
    return "是的，" if hits else f"不是{question.units[0]}，"


def tasks(matter: Matter) -> Reply:
    """All tasks of the unit that is asked about, in the role asked for, counted."""
    question = matter.question
    role = "any"
    if question.roles == ("lead",):
        role = "lead"
    elif question.roles == ("cooperating",):
        role = "responsible"
    name = question.units[0]
    try:
        found = _of_unit(matter, name, role)
    except NotFound as error:
        return refuse(error.message, error.next_step)
    rows = [t for t in found["tasks"] if matter.homes is None or t["document"] in {matter.documents[n].id for n in matter.homes}]
    names = "、".join(dict.fromkeys(u["name"] for u in found["units"]))
    if not rows:
        other = "；它在别的角色上有任务" if found["counts"]["total"] else ""
        return refuse(f"库中文件里没有{names}{'牵头' if role == 'lead' else ''}的任务{other}", more=[f"policykb tasks {name}"])
    counts = Counter(t["role"] for t in rows)
    parts = "，".join(f"{ROLE_WORDS[r]} {counts[r]} 项" for r in ROLE_WORDS if counts[r])
    word = "牵头的" if role == "lead" else ""
    numbers = "、".join(t["number"] for t in rows)
    text = f"{names}{word}任务共 {len(rows)} 项（{parts}）：{numbers}。{found['remark']}"
    evidence = [e for t in rows if (task := matter.store.one(Task, t["id"])) for e in task_evidence(matter, task, [])]
    table = tuple((t["number"], ROLE_WORDS[t["role"]], short(t["text"], 50)) for t in rows)
    units = tuple({"printed": u["name"], "name": u["name"], "role": role if role != "any" else "responsible"} for u in found["units"])
    return Reply(
        text, units=units, clauses=tuple(t["clause"] for t in rows), tasks=tuple(t["id"] for t in rows), evidence=tuple(evidence), table=table,
        more=(f"policykb tasks {name} --xlsx 台账.xlsx",),
    )  # fmt: skip


def _of_unit(matter: Matter, name: str, role: str) -> Record:
    """The tasks of the unit in the first place that has it: the place named, else any."""
    for place in matter.question.places:
        try:
            return tasks_of(matter.store, name, role, place, False)
        except NotFound:
            continue
    if matter.question.places:
        raise NotFound(f"{matter.question.places[0]}的任务里没有“{name}”这个单位", "", "")
    return tasks_of(matter.store, name, role, None, False)


def count(matter: Matter) -> Reply:
    """How many tasks the documents asked about have."""
    homes = matter.homes if matter.homes is not None else tuple(range(len(matter.documents)))
    per = [(matter.documents[n], matter.store.read(Task, "document = ?", (matter.documents[n].id,))) for n in homes]
    per = [(d, t) for d, t in per if t]
    if not per:
        return refuse("这些文件里没有任务分工")
    text = "；".join(f"《{d.title}》共 {len(t)} 项任务" for d, t in per) + "。"
    evidence = [e for _, t in per for e in (*task_evidence(matter, t[0]), *task_evidence(matter, t[-1]))]
    return Reply(text, tasks=tuple(x.id for _, t in per for x in t), evidence=tuple(evidence), more=tuple(f"policykb show {d.id}" for d, _ in per))
