"""A clause that is named by its number alone, beside what it comes from, or what comes from it, on the other side: 第14项和省里比."""

from __future__ import annotations

from collections.abc import Sequence

from index.matter.parts import Topic
from index.replies.numbered import by_number, no_such_item
from index.replies.reply import Matter, Reply, best_sentences, clause_name, document_name, home, quote, refuse, short
from index.tokens import bare
from kb.frozen import replace
from kb.model import LEVELS, Clause, Link

SAID = 160  # characters of each side that are quoted
EACH = 2  # clauses of a side


def compare_item(matter: Matter, topic: Topic, sides: Sequence[tuple[str, tuple[int, ...]]]) -> Reply:
    """The clause of that number on the lowest side that has one, and on each other side the clauses linked with it; a refusal that says what is missing."""
    rank = {level: n for n, level in enumerate(LEVELS)}
    lowest = sorted(sides, key=lambda side: -max(rank.get(matter.documents[n].level or "", -1) for n in side[1]))
    tried = ((name, by_number(replace(matter, homes=homes), topic)) for name, homes in lowest)
    mine, fits = next(((name, found) for name, found in tried if found), ("", []))
    if not fits:
        return no_such_item(replace(matter, homes=lowest[0][1]))
    start = fits[0].clause
    parts = [f"{mine}：“{_said(start)}”（{clause_name(matter, start)}）"]
    evidence, clauses, missing = [quote(matter, start, [])], [start.id], []
    linked = _linked(matter, start)
    for name, homes in (side for side in sides if side[0] != mine):
        ids = {matter.documents[n].id for n in homes}
        found = [(c, words) for c, words in linked if c.document in ids][:EACH]
        if found:
            parts.append(f"{name}：" + "；".join(f"“{best_sentences(c.text.strip(), [bare(w) for w in words], SAID)}”（{clause_name(matter, c)}）" for c, words in found))
            evidence += [quote(matter, c, words) for c, words in found]
            clauses += [c.id for c, _ in found]
        else:
            missing.append(name)
    if len(parts) < 2:
        where = f"{document_name(home(matter, start.document))}第 {matter.question.items[0]} 项"
        return refuse(f"{'、'.join(missing)}的文件里没有找到与{where}对应的条款，无从比较", short(" ".join(parts), SAID), evidence, more=[f"policykb trace {start.id}"])
    lacking = f"\n{'、'.join(missing)}：库中文件里没有找到对应的条款。" if missing else ""
    return Reply("\n".join(parts) + lacking, clauses=tuple(clauses), evidence=tuple(evidence), more=(f"policykb trace {start.id}", f"policykb show {clauses[1]}"))


def _said(clause: Clause) -> str:
    """What a clause says of its work: of a row the cell with the sentences."""
    text = max(clause.text.split("\t"), key=len) if clause.kind == "row" else clause.text.strip()
    return best_sentences(text.strip(), [], SAID)


def _linked(matter: Matter, clause: Clause) -> list[tuple[Clause, list[str]]]:
    """The clauses that one comes from or that come from it, best first, each with its words that are alike."""
    found: dict[str, tuple[float, list[str]]] = {}
    for link in matter.store.read(Link, "origin = ? AND relation <> 'related'", (clause.id,)):
        found.setdefault(link.target, (link.score, [p.to_text for p in link.pairs]))
    for link in matter.store.read(Link, "target = ? AND relation <> 'related'", (clause.id,)):
        found.setdefault(link.origin, (link.score, [p.from_text for p in link.pairs]))
    clauses = matter.store.read_many(Clause, found)
    return [(clauses[id], words) for id, (_, words) in sorted(found.items(), key=lambda x: -x[1][0]) if id in clauses]
