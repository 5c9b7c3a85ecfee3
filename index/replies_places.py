"""Where a measure comes from, at each level; how two places or documents differ on a matter."""

from __future__ import annotations

from index.reply import LEVEL_WORDS, Matter, Reply, best_sentences, clause_name, home, quote, refuse, short
from index.sources import absent_basis
from index.tokens import bare
from index.topic import Fit, Topic, find, make_topic
from index.understanding import ordinals
from kb.model import Clause, Document, Link, Task
from kb.records import Record

HELD = 0.5  # share of the topic that a clause must say to be compared or taken as a source
MOST = 8  # clauses named in an answer
RANK = {"national": 0, "provincial": 1, "municipal": 2, "county": 3, "township": 4}


def source(matter: Matter) -> Reply:
    """The clauses above from which the measure derives, level by level; and the level at which a figure was set."""
    index = matter.index
    topic = make_topic(index, matter.question.topic)
    start = _start(matter, topic)
    if start is None:
        return refuse(f"{'、'.join(matter.question.places) or '库中文件'}里没有找到“{matter.question.topic or matter.question.text}”")
    level = home(matter, start.clause.document).level
    above = _linked(matter, start.clause)
    direct = _said_above(matter, topic, start)
    by_level: dict[str, list[tuple[Clause, Link | None]]] = {}
    for clause, link in [*above, *((c, None) for c in direct)]:
        where = home(matter, clause.document).level or ""
        known = [c.id for c, _ in by_level.get(where, [])]
        if clause.id not in known and RANK.get(where, 9) <= RANK.get(level or "", 9):
            by_level.setdefault(where, []).append((clause, link))
    words = [p.text for p in topic.words]
    evidence = [quote(matter, start.clause, words)]
    parts, clauses = [], []
    for where in sorted(by_level, key=lambda x: -RANK.get(x, 9)):
        chosen = by_level[where][:3]
        parts.append(f"{LEVEL_WORDS.get(where, '其他')}：{'；'.join(clause_name(matter, c) for c, _ in chosen)}")
        clauses += [c.id for c, _ in chosen]
        evidence += [quote(matter, c, [*(p.to_text for p in link.pairs), *words] if link else words) for c, link in chosen]
    set_at = _set_at(matter, topic, start, by_level)
    name = clause_name(matter, start.clause)
    if not parts:
        missing = _absent(matter, start.clause)
        return Reply(
            f"{name}在库中上级文件里没有找到来源，属本级自有内容。{set_at}{missing}", clauses=(start.clause.id,), evidence=tuple(evidence),
            more=(f"policykb trace {start.clause.id}",),
        )  # fmt: skip
    text = f"{name}的来源——{'；'.join(parts)}。{set_at}"
    return Reply(text, clauses=tuple(clauses[:MOST]), evidence=tuple(evidence), more=(f"policykb trace {start.clause.id}",))


def _start(matter: Matter, topic: Topic) -> Fit | None:
    """The clause that is asked about: by its number, else the lowest-level one that says the topic."""
    index, question = matter.index, matter.question
    numbered = _by_number(matter)
    if numbered:
        found = [f for c in numbered for f in [Fit(c, -1, 1.0, 1.0, ())]]
        if len(found) > 1 and topic.words:
            said = {f.clause.id: f.fit for f in find(index, topic, matter.homes)}
            found.sort(key=lambda f: -said.get(f.clause.id, 0.0))
        return found[0]
    found = [f for f in find(index, topic, matter.homes) if f.fit >= HELD * 0.8]
    if not found:
        return None
    if question.places:
        return found[0]
    good = [f for f in found if f.fit >= found[0].fit * 0.85]
    return max(good, key=lambda f: (RANK.get(home(matter, f.clause.document).level or "", -1), f.fit))


def _by_number(matter: Matter) -> list[Clause]:
    """Clauses and rows that bear a number which the question names, in the documents it is about."""
    if not matter.question.items or matter.homes is None:
        return []
    out: list[Clause] = []
    for number in matter.question.items:
        forms = set(ordinals(number))
        for n in matter.homes:
            id = matter.documents[n].id
            for task in matter.store.read(Task, "document = ? AND number = ?", (id, str(number))):
                clause = matter.store.one(Clause, task.clause)
                out += [clause] if clause and clause not in out else []
            if not out:
                out += [c for c in matter.store.read(Clause, "document = ?", (id,)) if (c.ordinal in forms and "/" in c.path) or (c.ordinal in forms and c.kind == "article")]
    return out


def _linked(matter: Matter, clause: Clause) -> list[tuple[Clause, Link | None]]:
    """The sources of a clause (or of the clauses in it), best first."""
    ids = [clause.id, *(c.id for c in matter.store.read(Clause, "parent = ?", (clause.id,)))]
    links = matter.store.read(Link, f"origin IN ({','.join('?' * len(ids))}) AND parallel = 0 AND relation <> 'related'", tuple(ids))
    targets = matter.store.read_many(Clause, (link.target for link in links))
    return [(targets[link.target], link) for link in sorted(links, key=lambda x: -x.score)]


def _said_above(matter: Matter, topic: Topic, start: Fit) -> list[Clause]:
    """Clauses of higher levels that say the very words of the topic, each of its stretches by the best."""
    index = matter.index
    mine = home(matter, start.clause.document)
    homes = [
        n for n, d in enumerate(matter.documents)
        if RANK.get(d.level or "", 9) < RANK.get(mine.level or "", 9) and (d.region == "中国" or (mine.region or "").startswith(d.region or "-"))
    ]  # fmt: skip
    out: list[Clause] = []
    for stretch in (topic.text, *topic.stretches):
        part = make_topic(index, stretch)
        if not part.words and len(bare(stretch)) < 4:
            continue
        for level in ("provincial", "national"):
            at = [n for n in homes if matter.documents[n].level == level]
            found = [f for f in find(index, part, at, most=20) if f.fit >= 0.8 and f.words >= 0.9] if at else []
            out += [f.clause for f in found[:1]]
    return out


def _set_at(matter: Matter, topic: Topic, start: Fit, by_level: dict[str, list[tuple[Clause, Link | None]]]) -> str:
    """The highest level that already states the figure or name in the question; "" when the question names none."""
    if not any(w in matter.question.text for w in ("定的", "加的", "提的", "新增", "哪一级", "哪级")):
        return ""
    said = {bare(v) for v in _figures(start.clause.text, topic)}
    for where in sorted(by_level, key=lambda x: RANK.get(x, 9)):
        for clause, _ in by_level[where]:
            both = [v for v in said if v in bare(clause.text)]
            if both:
                return f"“{both[0]}”在{LEVEL_WORDS[where]}级已有规定。"
    own = LEVEL_WORDS.get(home(matter, start.clause.document).level or "", "本")
    return f"“{'、'.join(sorted(said))}”在库中上级文件里没有，是{own}级提出的。" if said else ""


def _figures(text: str, topic: Topic) -> list[str]:
    """Figures in the sentence of a clause that says most of the topic."""
    import re

    sentence = best_sentences(text, [p.text for p in topic.words], 80)
    return re.findall(r"\d[\d.]*(?:%|个百分点|万元|亿元|元|个|所|次|倍|年|张|名|户)", sentence)


def _absent(matter: Matter, clause: Clause) -> str:
    said = absent_basis(matter.store, home(matter, clause.document))
    return f"（{'；'.join(said)}。）" if said else ""


def compare(matter: Matter) -> Reply:
    """What each place or document says on the matter, side by side."""
    index = matter.index
    topic = make_topic(index, matter.question.topic)
    sides = _sides(matter)
    if len(sides) < 2:
        return refuse("没有听出要比较哪两个地方或哪两份文件", "", more=["policykb compare 文档 文档"])
    parts, clauses, missing, evidence = [], [], [], []
    words = [p.text for p in topic.words]
    for name, homes in sides:
        found = [f for f in find(index, topic, homes) if f.fit >= HELD * 0.55]
        if not found:
            missing.append(name)
            continue
        best = found[0].clause
        row: Record = quote(matter, best, words)
        evidence.append(row)
        clauses.append(best.id)
        clauses += [f.clause.id for f in found[1:2] if f.fit >= found[0].fit * 0.9]
        parts.append(f"{name}（{clause_name(matter, best)}）：“{best_sentences(best.text.strip(), [bare(w) for w in words], 120)}”")
    if len(parts) < 2:
        return refuse(f"{'、'.join(missing)}的文件里没有“{matter.question.topic}”，无从比较", "；".join(short(p, 80) for p in parts), evidence)
    text = "\n".join(parts) + (f"\n{'、'.join(missing)}：库中文件没有写到。" if missing else "")
    return Reply(text, clauses=tuple(clauses[:MOST]), evidence=tuple(evidence), more=tuple(f"policykb show {c}" for c in clauses[:2]))


def _sides(matter: Matter) -> list[tuple[str, tuple[int, ...]]]:
    """What is compared: the documents named (two or more), else the places named, and levels such as 国家."""
    question, documents = matter.question, matter.documents
    if len(question.named) > 1:
        chosen: list[tuple[str, tuple[int, ...]]] = []
        for id in question.named:
            n = next(i for i, d in enumerate(documents) if d.id == id)
            chosen.append((f"《{documents[n].title}》", (n,)))
        return _grouped(chosen, documents)
    out = [(p, tuple(n for n, d in enumerate(documents) if d.region == p)) for p in question.places]
    for level in question.levels:
        at = tuple(n for n, d in enumerate(documents) if d.level == level)
        if not any(homes == at for _, homes in out):
            out.append((LEVEL_WORDS[level], at))
    return [(name, homes) for name, homes in out if homes]


def _grouped(chosen: list[tuple[str, tuple[int, ...]]], documents: tuple[Document, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """Documents of one kind are one side: two plans of a province against its opinion."""
    sides: dict[str, tuple[str, tuple[int, ...]]] = {}
    for name, (n,) in chosen:
        genre = documents[n].genre or name
        first, homes = sides.get(genre, (name, ()))
        sides[genre] = (first, (*homes, n))
    return list(sides.values()) if len(sides) > 1 else chosen
