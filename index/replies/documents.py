"""Facts about documents: number, date, issuers, disclosure; whether and from when one is in force; how many there are, and of tasks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.asking.catalogue import catalogue, spoken_kinds
from index.asking.moments import moments
from index.asking.wording import wording
from index.matching.plan import literal
from index.matching.synonyms import unit_core, unit_names
from index.matter.taken_apart import make_topic
from index.replies.reply import (
    Matter,
    Reply,
    best_sentences,
    clause_name,
    document_name,
    quote,
    refuse,
    short,
    task_evidence,
)
from index.replies.texts import target
from index.tokens import bare
from kb.model import Clause, Document, Task
from kb.numerals import find_dates
from kb.records import Record, evidence_record

VALIDITY = re.compile(r"有效(?!衔接|措施|推进|落实|防)|失效|废止|作废|管用|继续执行|过期|停用|到期|还在?执行|管到|管几年|管多久|用到|执行到|期限|有没有用|有用吗|能用吗|算数|作数")
_STANDS = re.compile(r"废止|失效|停止执行|不再执行|继续执行|继续有效|代替|替代")
FORCE = re.compile(r"施行|生效|实施|实行|执行")
ASKS_TIME = re.compile(r"什么时候|何时|哪[天年月日]|几月|多会儿|啥时候|期限|时间")
IS_OUT = re.compile(r"施行|生效|失效|废止")  # what is asked only of what is out: no deadline answers it
BEFORE = 18  # characters before the name of a kind in which its year stands
OUTLINE = 8  # headings that say what a document is about
ENOUGH = 0.5  # share of the topic that a title must say to be the document meant


def document(matter: Matter) -> Reply:
    """Number, date, issuers, validity or disclosure of a document."""
    question = matter.question
    chosen = [matter.documents[n] for n in matter.homes or ()] if question.named else _by_topic(matter)
    if not question.named:  # 实施细则什么时候出台: a document that is yet to come is a deadline
        deadline = target(matter) if not chosen and ASKS_TIME.search(question.text) and not IS_OUT.search(question.text) else None
        if deadline is not None and deadline.answered:
            return deadline
    if not chosen:
        return refuse(f"库中没有“{question.topic or question.text}”这份文件", more=["policykb docs"])
    if VALIDITY.search(question.text):
        return _validity(matter, chosen[0])
    if FORCE.search(question.text) and (found := next((stated for d in chosen[:2] if (stated := _in_force(matter, d)) is not None), None)) is not None:
        return found  # of a decree or what it puts in force
    main = _with_facts(matter, chosen)
    parts, evidence = [], []
    for d in main[:3]:
        head = _head(matter, d)
        facts = [("文号", d.number), ("发文机关", "、".join(d.issuers)), ("日期", _date(d.date, head)), ("公开方式", (d.disclosure or "").rpartition("：")[2])]
        said = [f"{name} {value}" for name, value in facts if value] + ([] if d.number else ["文件上没有文号"]) + ([] if d.date else ["没有日期"])
        parts.append(f"《{d.title}》：" + "，".join(said))
        evidence += head
    outline = matter.store.read(Clause, "document = ? AND parent IS NULL AND kind <> 'preamble'", (main[-1].id,)) if question.kind in ("clause", "topic") else []
    headed = [c for c in outline if c.heading][:OUTLINE]
    if headed:
        parts.append("主要部分有" + "、".join(f"“{short(c.heading or '', 30)}”" for c in headed))
        evidence += [quote(matter, c) for c in headed]
    return Reply("；".join(parts) + "。", evidence=tuple(evidence), more=tuple(f"policykb show {d.id}" for d in main[:3]))


def cited(matter: Matter) -> Reply | None:
    """What documents say of one that is not there but whose number they name: that it is repealed, or goes on; None where none names it."""
    number = next((t for t in matter.question.titles if t.endswith("号")), "")
    if not number or matter.question.kind not in ("document", "clause", "topic"):
        return None
    key = bare(number)
    found = [c for c in matter.index.clauses(matter.index.engine.match(literal(key))[:20]).values() if key in bare(c.text)]
    said = [c for c in found if _STANDS.search(c.text)]
    if not said:
        return None
    best = said[-1]
    text = best_sentences(best.text.strip(), [key, "废止", "失效"], 140)
    return Reply(f"库中没有{number}这份文件本身，{clause_name(matter, best)}写明：“{text}”", clauses=(best.id,), evidence=(quote(matter, best, [key]),), more=(f"policykb show {best.id}",))


def repealed(matter: Matter) -> Reply | None:
    """What documents that a question names say of the one of another year that it means (2022年的考核办法还管用吗): that it is repealed.

    The clause names it with that year, between title marks. None where the question means no other year, or asks for something else.
    """
    text = matter.question.text
    if not VALIDITY.search(text):
        return None
    kinds = [(word, at) for word, _, at in spoken_kinds(text)]
    years = {str(m.first) for _, at in kinds for m in moments(text[max(0, at - BEFORE) : at]) if m.first == m.last}
    named = [matter.documents[n] for n in matter.homes or ()]
    if len(years) != 1 or any(year in f"{d.title} {d.date or ''}" for year in years for d in named):
        return None
    year = years.pop()
    for d in named:
        for c in matter.store.read(Clause, "document = ? AND text LIKE ?", (d.id, f"%{year}%")):
            title = next((t for t in re.findall(r"《([^《》]{4,60})》", c.text) if year in t and any(t.endswith(k) for k, _ in kinds)), "")
            if title and _STANDS.search(c.text):
                said = best_sentences(c.text.strip(), [bare(title), "废止", "失效"], 140)
                return Reply(f"库中没有《{title}》本身，{clause_name(matter, c)}写明：“{said}”", clauses=(c.id,), evidence=(quote(matter, c, [bare(title)]),), more=(f"policykb show {c.id}",))
    return refuse(f"库中没有所问的{year}年的文件", "；".join(f"《{d.title}》" for d in named[:2]))


def _date(date: str | None, head: Sequence[Record]) -> str:
    """A date as a line of the evidence prints it, and in the sortable form; "" where no line can be shown for it."""
    for e in head:
        for found in find_dates(e["quote"]):
            if found.value == date:
                printed = "".join(e["quote"][found.start : found.end].split())
                return printed if printed == date else f"{printed}（{date}）"
    return ""


def _by_topic(matter: Matter) -> list[Document]:
    """Documents whose title says most of the topic."""
    known = catalogue(matter.index.scope)
    topic = make_topic(matter.index, matter.question.topic)
    whole = sum(w for _, w in topic.pairs)
    if not whole:
        return []
    homes = set(matter.homes) if matter.homes is not None else None
    said: dict[int, float] = {}
    for pair, weight in topic.pairs:
        for n in known.pairs.get(pair, ()):
            if homes is None or n in homes:
                said[n] = said.get(n, 0.0) + weight / whole
    strict = [genres for word, genres, _ in spoken_kinds(matter.question.text) if word in wording().strict]
    if strict:  # a plan is no answer to what is asked of a 条例
        said = {n: share for n, share in said.items() if any(n in known.of_kind(genres) for genres in strict)}
    scored = [(share - len(known.titles[n]) / 1000, n) for n, share in said.items() if share >= ENOUGH]
    return [known.documents[n] for _, n in sorted(scored, key=lambda s: (-s[0], s[1]))]


def _with_facts(matter: Matter, chosen: list[Document]) -> list[Document]:
    """With each document the notice that issued it, which bears the number."""
    known = catalogue(matter.index.scope)
    out: dict[str, Document] = {}
    for d in chosen[:2]:
        if not d.number and d.parent in known.at:
            parent = known.documents[known.at[d.parent or ""]]
            out[parent.id] = parent
        out[d.id] = d
    return list(out.values())


def _head(matter: Matter, d: Document) -> list[Record]:
    """The lines of a document on which its facts stand, exactly as in the source; its date may stand in what forwards it."""
    source = matter.store.source(d.file)
    if source is None:
        return []
    text = source.text[d.start : d.end]
    lines = [_line_with(text, wanted) for wanted in (d.title[:12], d.number, *d.issuers, d.disclosure)]
    out = [evidence_record(d.id, d, "", line, (d.first_line + text[:at].count("\n"),) * 2) for at, line in filter(None, lines)]
    known = catalogue(matter.index.scope)
    parent = known.documents[known.at[d.parent]] if d.parent in known.at else None
    around = [other for n in (known.at[d.id] - 1, known.at[d.id] + 1) if 0 <= n < len(known.documents) and (other := known.documents[n]).date == d.date]
    for home in (d, parent, *around) if d.date else ():
        held = source.text[home.start : home.end] if home is not None and home.file == d.file else ""
        dated = _dated_line(held, d.date or "")
        if home is not None and dated:
            out.append(evidence_record(home.id, home, "", dated[1], (home.first_line + held[: dated[0]].count("\n"),) * 2))
            break
    return out


def _dated_line(text: str, date: str) -> tuple[int, str] | None:
    """The line on which a date stands in any spelling."""
    at = 0
    for line in text.split("\n"):
        if any(mark in line for mark in "年.-/") and date in {found.value for found in find_dates(line)}:
            return at, line.strip()
        at += len(line) + 1
    return None


def count(matter: Matter) -> Reply:
    """How many tasks the documents asked about have; how many documents there are."""
    homes = matter.homes if matter.homes is not None else tuple(range(len(matter.documents)))
    if "文件" in matter.question.text and "任务" not in matter.question.text:
        by = "、".join(matter.question.units)
        homes = _issued_by(matter, homes) if by else homes
        if not homes:
            return refuse(f"库中没有{by}印发的文件", more=["policykb docs"])
        listed = [matter.documents[n] for n in homes[:5]]
        text = f"库中共有 {len(homes)} 份{by and by + '印发的'}文件：{'；'.join(document_name(d) for d in listed)}{'等' if len(homes) > 5 else ''}。"
        return Reply(text, evidence=tuple(e for d in listed for e in _head(matter, d)[:1]), more=("policykb docs",))
    by_document: dict[str, list[Task]] = {}
    for task in matter.store.read(Task) if matter.homes is None else (t for n in homes for t in matter.store.read(Task, "document = ?", (matter.documents[n].id,))):
        by_document.setdefault(task.document, []).append(task)
    at = catalogue(matter.index.scope).at
    per = [(matter.documents[at[id]], tasks) for id, tasks in by_document.items()]
    if not per:
        return refuse("这些文件里没有任务分工", more=["policykb docs"])
    text = "；".join(f"{document_name(d)}共 {len(t)} 项任务" for d, t in per) + "。"
    evidence = [e for _, t in per for e in (*task_evidence(matter, t[0]), *task_evidence(matter, t[-1]))]
    return Reply(text, tasks=tuple(x.id for _, t in per for x in t), evidence=tuple(evidence), more=tuple(f"policykb show {d.id}" for d, _ in per))


LEVEL_OF = {"省": "provincial", "市": "municipal", "县": "county"}  # what stands before a body's name without its place


def _issued_by(matter: Matter, homes: Sequence[int]) -> tuple[int, ...]:
    """Those documents that a body named in the question issued: 市民政局 is that of a city, 民政局 any."""
    named = [(LEVEL_OF.get(name[0]), form) for name in matter.question.units for form in (unit_core(bare(name)) or bare(name), *unit_names(unit_core(bare(name))))]
    return tuple(
        n for n in homes
        if any(level in (None, d.level) and bare(issuer).endswith(name) for d in (matter.documents[n],) for issuer in d.issuers for level, name in named)
    )  # fmt: skip


def _line_with(text: str, wanted: str | None) -> tuple[int, str] | None:
    key = bare(wanted or "")
    at = 0
    for line in text.split("\n") if key else ():
        if key in bare(line):
            return at, line.strip()
        at += len(line) + 1
    return None


def _in_force(matter: Matter, d: Document) -> Reply | None:
    """The clause in which a document says from when it is in force."""
    own = [c for c in matter.store.read(Clause, "document = ? AND text LIKE '%施行%'", (d.id,)) if re.search(r"自.{0,30}(?:起|日).{0,6}(?:施行|实施|生效)", c.text)]
    if not own:
        return None
    best = own[-1]
    said = best_sentences(best.text.strip(), ["起施行", "施行"], 140)
    return Reply(f"{clause_name(matter, best)}：“{said}”", clauses=(best.id,), evidence=(quote(matter, best, ["起施行", "施行"]), *_head(matter, d)), more=(f"policykb show {best.id}",))


def _validity(matter: Matter, d: Document) -> Reply:
    """What other documents, or the document itself, say of its being in force."""
    keys = [bare(d.number)] if d.number else []
    keys.append(bare(re.sub(r"^.{0,40}?关于", "", d.title))[:20])
    pattern = re.compile(r"继续执行|废止|失效|为准|有效期|停止执行|不再执行|同时作废")
    found: dict[str, Clause] = {}
    for key in keys:
        for hit in matter.index.clauses(matter.index.engine.match(literal(key))[:50]).values():
            if pattern.search(hit.text) and hit.document != d.id:
                found[hit.id] = hit
    own = [c for c in matter.store.read(Clause, "document = ?", (d.id,)) if re.search(r"有效期|施行|废止", c.text)]
    if not found and not own:
        return refuse(f"库中没有文件写明{document_name(d)}是否继续有效", "", _head(matter, d), [f"policykb show {d.id}"])
    best = next(iter(found.values()), None) or own[-1]
    said = best_sentences(best.text.strip(), ["继续执行", "废止", "为准", "有效期", *keys], 140)
    text = f"{clause_name(matter, best)}写明：“{said}”"
    return Reply(text, clauses=(best.id,), evidence=(quote(matter, best, ["继续执行", "废止", "为准", "有效期"]), *_head(matter, d)), more=(f"policykb show {best.id}",))
