"""All tasks of a unit, counted by role."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from index.asking.catalogue import short_names
from index.asking.loosely import in_order
from index.asking.moments import moments
from index.asking.wording import wording
from index.lookups import tasks_of
from index.matter.parts import Topic, plain
from index.matter.taken_apart import make_topic
from index.matter.topic import judge, work_of
from index.replies.goals import due_by
from index.replies.listed_in import in_documents, of_no_year
from index.replies.reply import ROLE_WORDS, Matter, Reply, document_name, home, refuse, short, task_evidence, together
from index.tokens import bare
from index.unit_names import every_unit, unit_table
from kb.errors import NotFound
from kb.frozen import replace
from kb.model import Clause, Task
from kb.records import Record
from kb.regions import shortened
from kb.store import Store
from kb.units import select_units

_PART = re.compile(r"征求意见稿?中?|稿[中里]|文件[中里]|清单[中里]|方案[中里]|不含|不算|不包括|只要|只看|其中|牵头|配合|负责|参与|承担|责任|重点$|[干管做抓]$")  # words of the part that a body has, none of the matter
_WHEN = re.compile(r"[年月日底末初之前内要在完成办结上下半第一二三四季度0-9]{1,16}")
_ASKS_LEAD = re.compile(r"牵(?:过|了)?头(?:了|过)?(?:没有|没|吗|么|不)?[？?]?$|牵(?:过|了)?头(?:了|过)(?:没有|没|吗|么)[，,；;]")
CALLED = ("任务", "重点", "文件", "里")  # behind the name of a document besides the names of kinds
TITLED = 4  # characters that a title says of what else the question names
ALIKE = 0.5  # how alike two names are spelt
NAMED = 3  # units that a refusal names
MOST_UNITS = 4  # units of one question that are answered
SAID = 0.5  # share of the matter's words that a task says, where one is asked for: the title's count half
MOST_EVIDENCE = 60  # tasks whose words are quoted; the others are in the table


def tasks(matter: Matter) -> Reply:
    """All tasks of the unit that is asked about, in the role asked for, counted."""
    question = matter.question
    if len(question.units) > 1:
        return together([tasks(replace(matter, question=replace(question, units=(name,)))) for name in question.units[:MOST_UNITS]])
    role = "any"
    if question.roles == ("lead",):
        role = "lead"
    elif question.roles == ("cooperating",) or ("lead" not in question.roles and any(w in question.text for w in wording().as_responsible)):
        role = "responsible"
    name = question.units[0]
    found: Record | None = None
    missing: NotFound | None = None
    for called in _names(name):
        try:
            found = found or _of_unit(matter, called, role)
        except NotFound as error:
            missing = missing or error
    if found is None:
        return refuse(missing.message, missing.next_step) if missing is not None else refuse(f"任务里没有“{name}”这个单位")
    ids = {u["id"] for u in found["units"]}
    homes = None if matter.homes is None else {matter.documents[n].id for n in matter.homes}
    rows = [t for t in found["tasks"] if homes is None or t["document"] in homes]
    due = due_by(matter)
    every = _titled(rows, question.topic) or rows
    rows, topic = in_documents(matter, every, due is not None)
    beside = _beside(matter, every, rows)
    matter = replace(matter, question=replace(question, topic=topic))
    if year := of_no_year(matter, rows, due is not None):
        return refuse(f"{name}的任务里没有{year}的", f"有的是：{'、'.join(dict.fromkeys(document_name(home(matter, t['document'])) for t in rows))}", more=[f"policykb tasks {name}"])
    if not rows:
        called = "、".join(dict.fromkeys(u["name"] for u in found["units"]))
        other = "；它在别的角色上有任务" if found["counts"]["total"] else ""
        return refuse(f"库中文件里没有{called}{'牵头' if role == 'lead' else ''}的任务{other}", more=[f"policykb tasks {name}"])
    times = moments(question.text)
    when = f"{question.text[times[0].start : times[-1].end]}要完成的" if due is not None else ""
    if due is not None and not (rows := [t for t in rows if t["clause"] in due]):
        return refuse(f"{name}的任务里没有写明{when}", more=[f"policykb tasks {name}"])
    stretches = [s for s in _stretches(matter, rows, [u["name"] for u in found["units"]]) if due is None or not (moments(s) or _WHEN.fullmatch(s))]
    about = _about(matter, rows, stretches)
    if not about:
        having = "；".join(_of_document(matter, document, rows) for document in dict.fromkeys(t["document"] for t in rows))
        return refuse(f"{name}的任务里没有写到“{question.topic}”的", f"它的任务有 {len(rows)} 项：{having}", more=[f"policykb tasks {name}"])
    of_matter = f"{when}写到“{' '.join(stretches)}”的" if len(about) < len(rows) else when
    rows = about
    printed = {u["printed"]: u for t in rows for u in t["units"] if u["unit"] in ids}
    full = {u["id"]: u["name"] for u in found["units"]}
    roles: dict[str, set[str]] = defaultdict(set)
    for t in rows:
        for u in t["units"]:
            if u["unit"] in ids:
                roles[u["printed"]].add(u["role"])
    units = tuple(
        {"printed": p, "name": full[u["unit"]], "role": "lead" if "lead" in roles[p] else "responsible"} for p, u in printed.items()
    )
    text = "；".join(_of_document(matter, document, rows) for document in dict.fromkeys(t["document"] for t in rows))
    if _ASKS_LEAD.search(question.text) is not None and not any(t["role"] == "lead" for t in rows):
        text += "；没有由它牵头的"
    text += beside
    kept = matter.store.read_many(Task, (t["id"] for t in rows[:MOST_EVIDENCE]))
    evidence = [e for t in rows[:MOST_EVIDENCE] for e in task_evidence(matter, kept[t["id"]], [])]
    table = tuple((t["number"], ROLE_WORDS[t["role"]], short(t["text"], 50)) for t in rows)
    where = f" --region {question.places[0]}" if question.places else ""
    return Reply(
        f"{'、'.join(printed)}{'牵头的' if role == 'lead' else ''}{of_matter}任务共 {len(rows)} 项：{text}。{found['remark']}", units=units,
        clauses=tuple(t["clause"] for t in rows), tasks=tuple(t["id"] for t in rows), evidence=tuple(evidence), table=table,
        more=(f"policykb tasks {name}{where}", f"policykb tasks {name}{where} --xlsx 台账.xlsx"),
    )  # fmt: skip


def _names(name: str) -> tuple[str, ...]:
    """Under what a list may print a body: 北川羌族自治县政府 also as 北川县政府, 涉县政府 also as 涉县."""
    short = shortened(name)
    return tuple(dict.fromkeys((name, short, *(n.removesuffix("政府").removesuffix("人民") for n in (name, short) if n.endswith(("县政府", "县人民政府", "区政府", "区人民政府"))))))


def _titled(rows: list[Record], topic: str) -> list[Record]:
    """The tasks in documents whose title says what else the question names: 供销社的东西部协作任务."""
    stretches = [bare(s) for s in topic.split() if len(s) >= TITLED]
    return [t for t in rows if any(s in bare(t["title"]) for s in stretches)]


def _stretches(matter: Matter, rows: list[Record], names: Sequence[str]) -> list[str]:
    """What the question names besides the unit (of these `names`), its part and the document."""
    stretches = [bare_stretch for s in matter.question.topic.split() if len(bare_stretch := _PART.sub("", s).lstrip("的和与及")) > 1]
    return [s for s in stretches if not any(s in name for name in names) and not _calls_document(matter.question.text, s, rows)]


def _beside(matter: Matter, every: list[Record], rows: list[Record]) -> str:
    """What is told of tasks that only tables attached to the documents meant name: ；附件《…》另列 1 项."""
    meant = {t["document"] for t in rows}
    left = Counter(t["document"] for t in every if t not in rows and home(matter, t["document"]).parent in meant)
    return "".join(f"；附件{document_name(home(matter, d))}另列 {n} 项" for d, n in left.items())


def _about(matter: Matter, rows: list[Record], stretches: Sequence[str]) -> list[Record]:
    """Of some tasks those that say the matter asked for, they or the document's title; all where none is asked for."""
    is_name = matter.index.words.is_name
    topics = [make_topic(matter.index, stretch) for stretch in stretches]
    within = re.compile(r"在({})[里中内]".format("|".join(re.escape(t.text.rstrip("里中内")) for t in topics))) if topics else None
    inside = {m.group(1) for m in within.finditer(matter.question.text)} if within is not None else set()  # 在百校扩招工程里: a document or work is meant
    topics = [t for t in topics if t.text.rstrip("里中内") in inside or not all(p.text in wording().soft or not (p.known or is_name(p.text)) for p in t.words)]
    if not topics:
        return rows  # 挑头的活儿有几件: nothing of it names a matter
    clauses = matter.store.read_many(Clause, (t["clause"] for t in rows))

    def says(topic: Topic, task: Record) -> bool:
        clause = clauses[task["clause"]]
        return judge(topic, clause, 0, plain(work_of(clause)), 0.0, "", plain(task["title"])).words >= SAID

    return [t for t in rows if any(says(topic, t) for topic in topics)]


def _calls_document(question: str, stretch: str, rows: list[Record]) -> bool:
    """Whether a stretch is how people call the documents, right before a word for them: 医改 of 医改任务, of 深化医药卫生体制改革…."""
    stretch = next((stretch[len(n) :] for names in wording().levels.values() for n in names if stretch.startswith(n) and len(stretch) > len(n) + 1), stretch)
    name = next((stretch[:n] for n in range(len(stretch), 1, -1) if any(f"{stretch[:n]}{word}" in question for word in (*wording().genres, *CALLED))), "")
    return bool(name) and all(in_order(bare(name), bare(t["title"])) for t in rows)


def _of_document(matter: Matter, document: str, rows: list[Record]) -> str:
    """《title》牵头 2 项（56、65），责任单位 11 项（…）."""
    here = [t for t in rows if t["document"] == document]
    counts = Counter(t["role"] for t in here)
    parts = [f"{ROLE_WORDS[r]} {counts[r]} 项（{'、'.join(t['number'] for t in here if t['role'] == r)}）" for r in ROLE_WORDS if counts[r]]
    return f"{document_name(home(matter, document))}{'，'.join(parts)}"


def _of_unit(matter: Matter, name: str, role: str) -> Record:
    """The tasks of the unit in the first place that has it: the place named, else any."""
    for place in matter.question.places:
        try:
            return tasks_of(matter.store, name, role, place, False)
        except NotFound:
            continue
    if matter.question.places:
        place = matter.question.places[0]
        raise NotFound(f"{place}的任务里没有“{name}”这个单位", "", _nearest(matter.store, name, place))
    return tasks_of(matter.store, name, role, None, False)


def _nearest(store: Store, name: str, region: str) -> str:
    """The units nearest to one that a place has not: its counterparts, first those nearby, then those of the place that are spelt alike."""
    from difflib import get_close_matches

    every = every_unit(store)
    here = {u.name.removeprefix(u.region or ""): u.name for u in every if u.region == region}
    core = next((name.removeprefix(place) for place in short_names(region) if name.startswith(place)), name)
    same = sorted(select_units(name, every, unit_table(store), True), key=lambda u: not (u.region or " ").startswith(region[:2]))
    alike = [here[word] for word in get_close_matches(core, here, n=NAMED, cutoff=ALIKE)]
    found = list(dict.fromkeys((*(u.name for u in same), *alike)))[:NAMED]
    return "、".join(found) or (f"查过那里有任务的 {len(here)} 个单位。" if here else "")
