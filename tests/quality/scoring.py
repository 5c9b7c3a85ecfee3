"""How well a build of the sample corpus agrees with what the samples were composed of.

Labels and tables meet by file and title (documents) and by path (clauses), never by position. Every function gives
{name: (right, out of)} and writes what missed into `misses`, one line each.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Figures = dict[str, tuple[float, float]]
GOLD = Path(__file__).parent / "gold"
ROLES = {"lead": "lead_units", "responsible": "responsible_units", "cooperating": "cooperating_units", "guiding": "guiding_units", "data": "data_units"}
_DROPPED = re.compile(r"[\s*#_\\“”\"]|</?[a-z]+[^>]*>")


def plain(text: str | None) -> str:
    """Text as it is compared: width, white space, quotation marks, brackets of a number and markup do not count."""
    folded = unicodedata.normalize("NFKC", text or "")
    return _DROPPED.sub("", folded).replace("[", "〔").replace("]", "〕")


def labels(name: str) -> list[Row]:
    """The labels of one kind."""
    return [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


class Build:
    """The tables of a build (as exported) with labels' keys for documents and clauses."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.tables = tables
        self.misses: list[str] = []
        here = {(d["source"]["file"], plain(d["title"])): d for d in tables["documents"]}
        self.documents = {g["doc"]: here[k] for g in labels("documents") if (k := (g["seed"], plain(g["title"]))) in here}
        self.key = {d["id"]: k for k, d in self.documents.items()}
        self.clauses: dict[str, dict[str, Row]] = defaultdict(dict)
        for clause in tables["clauses"]:
            self.clauses[self.key.get(clause["document"], "")].setdefault(path_of(clause["path"]), clause)
        self.name = {c["id"]: f"{key}#{path or '序'}" for key, tree in self.clauses.items() for path, c in tree.items()}
        self.unit = {u["id"]: u for u in tables["units"]}
        for task in tables["tasks"]:
            self.name.setdefault(task["id"], self.name.get(task["clause"], ""))

    def miss(self, text: str) -> None:
        self.misses.append(text)


def path_of(path: str) -> str:
    """A path in the labels' characters."""
    return path.replace("(", "（").replace(")", "）")


def f1(right: float, found: float, wanted: float) -> tuple[float, float]:
    """Right twice over found and wanted: the F measure as (right, out of)."""
    return 2 * right, found + wanted


def score_documents(b: Build) -> Figures:
    wanted = labels("documents")
    out: Figures = {"documents": f1(len(b.documents), len(b.tables["documents"]), len(wanted))}
    for g in wanted:
        if g["doc"] not in b.documents:
            b.miss(f"document not found: {g['doc']} {g['title']}")
    for d in b.tables["documents"]:
        if d["id"] not in b.key:
            b.miss(f"document not labelled: {d['source']['file']} {d['title']}")
    for field, name in {"number": "doc_number", "level": "level", "region": "region", "date": "date", "genre": "genre"}.items():
        out[f"document {field}"] = _fields(b, wanted, field, lambda d, f=field: plain(d[f]), lambda g, n=name: plain(g[n]))
    out["document issuers"] = _fields(b, wanted, "issuers", lambda d: sorted(map(plain, d["issuers"])), lambda g: sorted(map(plain, g["issuers"])))
    out["document parent"] = _fields(b, wanted, "parent", lambda d: b.key.get(d["parent"] or "", d["parent"]), lambda g: g["parent"], key_only=True)
    return out


def _fields(b: Build, wanted: list[Row], name: str, have: Callable[[Row], Any], want: Callable[[Row], Any], key_only: bool = False) -> tuple[float, float]:
    right = total = 0
    for g in wanted:
        if g.get("key_only") and not key_only:
            continue
        total += 1
        d = b.documents.get(g["doc"])
        right += bool(d) and have(d) == want(g)
        if d and have(d) != want(g):
            b.miss(f"{g['doc']} {name}: {have(d)!r}, should be {want(g)!r}")
    return right, total


def score_clauses(b: Build) -> Figures:
    wanted = labels("clauses")
    docs = {g["doc"] for g in wanted}
    right = ends = closed = 0
    for g in wanted:
        clause = b.clauses[g["doc"]].get(g["path"])
        start = plain(g["start_quote"])
        if clause is None or start[-8:] not in plain(clause["text"])[: len(start) + 8]:
            b.miss(f"clause: {g['id']} {g['start_quote']}: {clause and clause['text'][:16]}")
            continue
        right += 1
        if g["end_quote"]:
            closed += 1
            ends += plain(clause["text"]).endswith(plain(g["end_quote"])[-8:])
            if not plain(clause["text"]).endswith(plain(g["end_quote"])[-8:]):
                b.miss(f"clause end: {g['id']} …{clause['text'][-16:]}, should be …{g['end_quote']}")
    found = sum(1 for c in b.tables["clauses"] if b.key.get(c["document"]) in docs and c["path"])
    known = {(g["doc"], g["path"]) for g in wanted}
    for key in docs:
        for path in b.clauses[key]:
            if path and (key, path) not in known:
                b.miss(f"clause not labelled: {key}#{path} {b.clauses[key][path]['text'][:20]}")
    return {"clauses": f1(right, found, len(wanted)), "clause ends": (ends, closed)}


def score_tasks(b: Build) -> Figures:
    wanted = labels("tasks")
    docs = {g["doc"] for g in wanted}
    mine = defaultdict(list)
    for t in b.tables["tasks"]:
        mine[b.name.get(t["clause"], "")].append(t)
    found = exact = basis = 0
    for g in wanted:
        near = [t for t in mine[g["clause"]] if plain(g["task_quote"])[:10] in plain(t["text"])] or mine[g["clause"]]
        if not near:
            b.miss(f"task: {g['clause']} {g['task_quote'][:16]}")
            continue
        found += 1
        want = {(role, plain(u)) for role, name in ROLES.items() for u in g[name]}
        have = {(u["role"], plain(u["printed"])) for u in near[0]["units"]}
        exact += want == have
        basis += near[0]["lead_basis"] == g["lead_basis"] and near[0]["open_ended"] == g["open_list"]
        if want != have:
            b.miss(f"task units: {g['clause']} missing {sorted(want - have)} extra {sorted(have - want)}")
        elif near[0]["lead_basis"] != g["lead_basis"] or near[0]["open_ended"] != g["open_list"]:
            b.miss(f"task: {g['clause']} basis {near[0]['lead_basis']} open {near[0]['open_ended']}, should be {g['lead_basis']} {g['open_list']}")
    total = sum(1 for t in b.tables["tasks"] if b.key.get(t["document"]) in docs)
    return {"tasks": f1(found, total, len(wanted)), "task units": (exact, len(wanted)), "task basis": (basis, len(wanted))}


def score_units(b: Build) -> Figures:
    seen = {(b.key.get(t["document"]), plain(u["printed"])): b.unit.get(u["unit"]) for t in b.tables["tasks"] for u in t["units"]}
    wanted = labels("units")
    right = 0
    for g in wanted:
        unit = seen.get((g["doc"], plain(g["printed"])))
        good = unit is not None and (plain(unit["name"]), unit["level"], unit["region"]) == (plain(g["canonical"]), g["level"], g["place"])
        right += good
        if not good:
            b.miss(f"unit: {g['doc']} {g['printed']}: {unit and (unit['name'], unit['level'], unit['region'])}, should be {g['canonical']} {g['level']}")
    return {"units": (right, len(wanted))}


def score_citations(b: Build) -> Figures:
    def key(doc: str | None, title: str | None, number: str | None) -> tuple[str | None, str]:
        return doc, re.sub(r"[《》〈〉]", "", plain(title or number))

    mine = defaultdict(list)
    for c in b.tables["citations"]:
        mine[key(b.key.get(c["document"]), c["title"], c["number"])].append(c)
    wanted = {key(g["doc"], g["cited_title"], g["cited_number"]): g for g in labels("citations")}
    found = resolved = 0
    for k, g in wanted.items():
        targets = {b.key.get(c["target"] or "") for c in mine.get(k, [])}
        found += k in mine
        resolved += k in mine and g["resolves_to"] in targets
        if k not in mine or g["resolves_to"] not in targets:
            b.miss(f"citation: {g['doc']} 《{g['cited_title']}》 → {targets or 'not found'}, should be {g['resolves_to']}")
    return {"citations": (found, len(wanted)), "citations resolved": (resolved, len(wanted))}


def score_figures(b: Build) -> Figures:
    mine = defaultdict(list)
    for t in b.tables["targets"]:
        mine[b.name.get(t["clause"], "")].append(t)
    wanted = labels("targets")
    found = right = 0
    for g in wanted:
        near = [t for t in mine[g["clause"]] if plain(g["quote"]) in plain(t["quote"]) or plain(t["quote"]) in plain(g["quote"]) or plain(g["quote"])[-8:] in plain(t["quote"])]
        good = [t for t in near if number_of(t["value"]) == number_of(g["value"]) and g["deadline"] in (None, t["deadline"])]
        found += bool(near)
        right += bool(good)
        if not good:
            b.miss(f"target: {g['clause']} {g['quote']}: {[(t['value'], t['unit'], t['deadline']) for t in near]}, should be {g['value']} {g['unit']} {g['deadline']}")
    shown = {(b.key.get(i["document"]), plain(i["name"])): i for i in b.tables["indicators"]}
    rows = labels("indicators")
    whole = 0
    for g in rows:
        i = shown.get((g["doc"], plain(g["name"])))
        printed = " ".join(map(plain, i["values"].values())) if i else ""
        good = i is not None and all(plain(v) in printed for v in g["values"].values() if v != "—")
        whole += good
        if not good:
            b.miss(f"indicator: {g['name']}: {i and i['values']}, should be {g['values']}")
    return {"targets": (found, len(wanted)), "target values": (right, len(wanted)), "indicators": (whole, len(rows))}


def number_of(value: str | None) -> str:
    """A value without trailing noughts."""
    text = str(value or "")
    return text.rstrip("0").rstrip(".") if "." in text else text


def score_links(b: Build) -> Figures:
    links = defaultdict(list)
    for link in b.tables["links"]:
        if not link.get("parallel"):
            links[b.name.get(link["from"], "")].append((link["score"], link["relation"], b.name.get(link["to"], "")))
    top = relation = related = right = extra = lost = silent = spoke = quiet = 0
    pairs = 0
    for g in labels("trace"):
        good = {s["clause"]: s for s in g["sources"] if s["grade"] >= 2}
        found = sorted((x for x in links[g["from"]] if x[2].startswith(g["to_doc"] + "#") and x[1] != "related"), reverse=True)
        names = list(dict.fromkeys(x[2] for x in found))
        if not good:
            silent, spoke = silent + (g["none"] and not names), spoke + (g["none"] and bool(names))
            if g["none"] and names:
                b.miss(f"link: {g['from']} → {names}, should be none in {g['to_doc']}")
            continue
        pairs += 1
        quiet += not names
        best = max(s["grade"] for s in good.values())
        top += bool(names) and names[0] in good and good[names[0]]["grade"] == best
        right += sum(n in good for n in names)
        extra += sum(n not in {s["clause"] for s in g["sources"]} for n in names)
        lost += sum(n not in names for n in good)
        for _, kind, name in found:
            if name in good and good[name]["grade"] == best:
                related += 1
                relation += kind == good[name]["relation"]
                if kind != good[name]["relation"]:
                    b.miss(f"relation: {g['from']} → {name}: {kind}, should be {good[name]['relation']}")
        if set(names) != set(good):
            b.miss(f"link: {g['from']} → {names}, should be {list(good)}")
    return {"trace top-1": (top, pairs), "trace sources": f1(right, right + extra, right + lost), "trace relation": (relation, related), "trace none": f1(silent, silent + quiet, silent + spoke)}


def score_questions(b: Build, ask: Callable[[str], Row]) -> Figures:
    out: Figures = {}
    for g in labels("questions"):
        answer = ask(g["question"])
        points = answer_points(b, g, answer)
        right, total = out.get(f"ask {g['type']}", (0.0, 0.0))
        out[f"ask {g['type']}"] = right + points, total + 1
        if points < 0.99:
            b.miss(f"ask {points:.2f} [{g['type']}] {g['question']}: {answer['answer'][:70]}")
    out["ask all"] = sum(x[0] for x in out.values()), sum(x[1] for x in out.values())
    return out


def answer_points(b: Build, g: Row, answer: Row) -> float:
    """0 … 1 for one answer."""
    if g["type"] == "unanswerable":
        return float(not answer["answered"])
    if not answer["answered"]:
        return 0.0
    named = list(dict.fromkeys(b.name.get(i, i) for i in answer["tasks"] + answer["clauses"]))
    want = list(dict.fromkeys(g["answer_clauses"]))
    if g["type"] in ("who_leads", "who_responsible"):
        leads = [u for u in answer["units"] if u["role"] == "lead"]
        if g["note"].startswith("no_explicit_lead") and leads:
            return 0.0
        have = {plain(u["printed"]) for u in (leads if g["type"] == "who_leads" and leads else answer["units"])} - set(map(plain, g.get("optional_units", [])))
        return overlap(have, set(map(plain, g["answer_units"])))
    if g["type"] == "target":
        return float(plain(g["answer_text"]) in plain(answer["answer"]))
    if g["type"] == "tasks_of_unit":
        return overlap(set(named), set(want))
    if g["type"] == "document":
        docs = {b.key.get(e["document"]) for e in answer["evidence"]} | {n.split("#")[0] for n in named}
        return float(want[0].split("#")[0] in docs)
    also = g.get("also", {})
    return sum(any(x in named[:8] for x in (n, *also.get(n, ()))) for n in want) / len(want)


def overlap(have: set[str], want: set[str]) -> float:
    """The F measure of two sets."""
    return 2 * len(have & want) / (len(have) + len(want)) if have or want else 1.0


def score_queries(b: Build, search: Callable[[str], Row]) -> Figures:
    total = 0.0
    wanted = labels("queries")
    for g in wanted:
        grade = {r["clause"]: r["grade"] for r in g["relevant"]}
        names = list(dict.fromkeys(b.name.get(h["id"], h["id"]) for h in search(g["query"])["hits"]))[:10]
        gain = sum((2 ** grade.get(n, 0) - 1) / math.log2(i + 2) for i, n in enumerate(names))
        ideal = sum((2**x - 1) / math.log2(i + 2) for i, x in enumerate(sorted(grade.values(), reverse=True)[:10]))
        total += gain / ideal
        if gain / ideal < 0.7:
            b.miss(f"search {gain / ideal:.2f} {g['query']}: {names[:4]}")
    return {"search nDCG@10": (total, len(wanted))}


def score_records(b: Build) -> Figures:
    """All figures that need no index."""
    out: Figures = {}
    for part in (score_documents, score_clauses, score_tasks, score_units, score_citations, score_figures, score_links):
        out |= part(b)
    return out
