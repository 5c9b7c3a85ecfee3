"""What an answer is made of: the record with its evidence, and the wording that replies share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from index.asking.catalogue import catalogue
from index.asking.understanding import Question
from index.lookups import ancestors, trail
from index.opening import Index
from index.tokens import bare
from kb.frozen import dataclass
from kb.model import Clause, Document, Issue, Task, Unit
from kb.records import Record, evidence_record
from kb.store import Store

ROLE_WORDS = {"lead": "牵头", "responsible": "责任单位", "cooperating": "配合", "guiding": "指导", "data": "提供数据"}
LEVEL_WORDS = {"national": "国家", "provincial": "省", "municipal": "市", "county": "县", "township": "乡镇"}
LONG_TITLE = 30  # characters of a title that a sentence prints whole
QUOTE = 360  # characters of a clause that are quoted whole; of a longer one the stretches that matter


@dataclass(frozen=True, slots=True)
class Matter:
    """A question with the knowledge base it is put to. `homes`: positions of the documents it is about, None for all."""

    index: Index
    store: Store
    question: Question
    documents: Sequence[Document]
    homes: tuple[int, ...] | None
    told: tuple[str, ...] = ()  # ids of clauses that the other half of a question was answered from


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it becomes a record."""

    text: str
    answered: bool = True
    units: tuple[Record, ...] = ()
    clauses: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    evidence: tuple[Record, ...] = ()
    reason: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    more: tuple[str, ...] = ()


def record(question: Question, reply: Reply) -> Record:
    """The record of INTERFACE. Evidence that is named twice is given once."""
    evidence = list({(e["id"], e["quote"]): e for e in reply.evidence}.values())
    return {
        "question": question.text, "kind": question.kind, "answered": reply.answered, "answer": reply.text, "units": list(reply.units),
        "clauses": list(dict.fromkeys(reply.clauses)), "tasks": list(dict.fromkeys(reply.tasks)), "evidence": evidence,
        "reason": reply.reason or None, "table": [list(row) for row in reply.table], "more": list(reply.more),
    }  # fmt: skip


def refuse(reason: str, nearest: str = "", evidence: Sequence[Record] = (), more: Sequence[str] = ()) -> Reply:
    """Not in the knowledge base: why, and the nearest that is; what begins with 请 or 查过 is said as it is."""
    text = f"知识库中没有答案：{reason}。" + (nearest if nearest.startswith(("请", "查过")) else f"最接近的：{nearest}" if nearest else "")
    return Reply(text, answered=False, reason=reason, evidence=tuple(evidence), more=tuple(more))


def searched(matter: Matter) -> str:
    """Where it was looked for, in words: the documents that the question names, else its places, else all there is."""
    if matter.question.named and matter.homes:
        return "、".join(document_name(matter.documents[n]) for n in matter.homes[:2]) + ("等" if len(matter.homes) > 2 else "")
    return "、".join(matter.question.places) or "库中文件"


def together(replies: Sequence[Reply], names: Sequence[str] = ()) -> Reply:
    """Several answers as one, a line each, with their names in front; the first refusal where none is answered."""
    answered = [r for r in replies if r.answered]
    if not answered:
        return replies[0]
    lines = [r.text if r.answered else f"{r.reason}。" for r in replies]
    lines = lines if names else _merged(lines)
    return Reply(
        "\n".join(f"{name}：{line}" for name, line in zip(names, lines, strict=True)) if names else "\n".join(lines),
        units=tuple(u for r in answered for u in r.units), clauses=tuple(c for r in answered for c in r.clauses),
        tasks=tuple(t for r in answered for t in r.tasks), evidence=tuple(e for r in answered for e in r.evidence),
        table=tuple(row for r in answered for row in r.table), more=tuple(m for r in answered for m in r.more[:1]),
    )  # fmt: skip


def _merged(lines: Sequence[str]) -> list[str]:
    """Lines of which those that tell figures of the same place, in the same words, are made one: 每年至少2个，每个50万元（…）."""
    out: list[tuple[str, str]] = []
    for line in lines:
        figure, mark, tail = line.partition("（《")
        if mark and figure and out and out[-1][1] == tail:
            said = out[-1][0] if figure in out[-1][0] else figure if out[-1][0] in figure else f"{out[-1][0]}，{figure}"
            out[-1] = said, tail
        else:
            out.append((figure, tail) if mark else (line, ""))
    return [f"{figure}（《{tail}" if tail else figure for figure, tail in out]


def place_of(store: Store, clause: Clause) -> str:
    """Where a clause stands in its document: 三、… › （四） …"""
    return " › ".join(trail(clause, ancestors(store, clause)))


def quote(matter: Matter, clause: Clause, wanted: Iterable[str] = (), whole: bool = False) -> Record:
    """A clause as evidence: its exact text, or of a long one the sentences that hold what is wanted."""
    document = home(matter, clause.document)
    text = clause.text.strip()
    if not whole and len(text) > QUOTE:
        text = best_sentences(text, [bare(w) for w in wanted if w])
    return evidence_record(clause.id, document, place_of(matter.store, clause), text, (clause.first_line, clause.last_line))


def best_sentences(text: str, wanted: Sequence[str], limit: int = QUOTE) -> str:
    """One unbroken stretch of whole sentences, at most `limit` characters where sentences allow, that holds most of what is wanted."""
    ends = [m.end() for m in re.finditer(r"[。；！？\n]", text)]
    bounds = [0, *[e for e in ends if e < len(text)], len(text)]
    pieces = [(a, b) for a, b in pairwise(bounds) if b > a]
    best, most = (0, min(len(text), limit)), -1.0
    for i in range(len(pieces)):
        j = i
        while j + 1 < len(pieces) and pieces[j + 1][1] - pieces[i][0] <= limit:
            j += 1
        stretch = bare(text[pieces[i][0] : pieces[j][1]])
        score = sum(len(w) for w in wanted if w in stretch)
        if score > most:
            best, most = (pieces[i][0], pieces[j][1]), score
    return text[best[0] : best[1]].strip()


def home(matter: Matter, id: str) -> Document:
    """A document by id."""
    known = catalogue(matter.index.scope)
    return known.documents[known.at[id]]


def unit_rows(matter: Matter, task: Task, roles: Sequence[str]) -> tuple[Record, ...]:
    """The units of a task in these roles, in printed order: {"printed", "name", "role"}."""
    names = matter.store.read_many(Unit, (u.unit for u in task.units if u.unit))
    return tuple(
        {"printed": u.printed, "name": names[u.unit].name if u.unit in names else u.printed, "role": u.role}
        for u in task.units
        if u.role in roles
    )


def task_evidence(matter: Matter, task: Task, wanted: Iterable[str] = ()) -> list[Record]:
    """What a task rests on: the exact words of the work, and of the list of units."""
    clause = matter.store.one(Clause, task.clause)
    assert clause is not None, task.id  # tasks and clauses are saved together
    if len(clause.text) <= QUOTE:
        return [quote(matter, clause)]
    document = home(matter, task.document)
    path = place_of(matter.store, clause)
    lines = (clause.first_line, clause.last_line)
    work = best_sentences(task.text.strip(), [bare(w) for w in wanted if w])
    out = [evidence_record(task.id, document, path, work, lines)]
    if task.units_raw.strip():
        out.append(evidence_record(task.id, document, path, task.units_raw.strip(), lines))
    return out


def doubts(matter: Matter, task: Task) -> str:
    """What the parser was unsure of where this task stands, for the end of a sentence."""
    said = ["单位沿用上一级条款所列"] if task.inherited else []
    said += [issue.message for issue in matter.store.read(Issue, "clause = ?", (task.clause,))]
    return f"（解析存疑：{'；'.join(said)}。）" if said else ""


def names(units: Sequence[Record]) -> str:
    """The units as printed, in order."""
    return "、".join(u["printed"] for u in units)


def by_role(units: Sequence[Record]) -> str:
    """牵头：A；责任单位：B、C."""
    groups = [(word, [u for u in units if u["role"] == role]) for role, word in ROLE_WORDS.items()]
    return "；".join(f"{word}：{names(found)}" for word, found in groups if found)


def task_number(task: Task) -> str:
    """第 61 项, or the place of a task in a document whose tasks are its clauses: 二（三）."""
    return f"第 {task.number} 项" if task.number.isdigit() else task.number.split("~")[0].replace("/", "")


def document_name(document: Document) -> str:
    """《title》, a long one without who issued it and with its middle left out; the evidence bears it whole."""
    title = document.title
    at = title.find("关于")
    if 4 <= at <= 40 and "《" not in title[:at] and len(title) > LONG_TITLE:
        title = title[at:]
    if len(title) > LONG_TITLE and ("《" in title or "〈" in title):
        title = re.sub(r"[《〈][^《》〈》]{0,80}[》〉]", "…", re.sub(r"〈[^〈〉]{0,80}〉", "", title))
    if len(title) > LONG_TITLE:
        title = f"{title[:12]}…{title[-12:]}"
    return f"《{title}》"


def short(text: str, limit: int = 60) -> str:
    """The first words of a text."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clause_name(matter: Matter, clause: Clause) -> str:
    """《title》 and place, for a sentence: 《…实施意见》三（十四）完善养老保障和儿童关爱服务."""
    path = "开头" if clause.kind == "preamble" else clause.path.split("~")[0].replace("/", "")
    return f"{document_name(home(matter, clause.document))}{path}{short(clause.heading, 30) if clause.heading else ''}"
