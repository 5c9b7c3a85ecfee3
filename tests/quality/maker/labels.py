"""From the manuscripts to the labels: documents, clauses, tasks, citations, targets, indicators, trace links.

The shapes are those of the tables that builds are scored against (one JSON object a line). The notes of a line:

    !num  metric | operator | value | unit | deadline | quote
    !src  DOC#PATH grade relation | words here | words there | what changed
    !none DOC                      no source in that document
    !local DOC | words here        a sentence with no source there
    !cite relation | title | number | document it stands for (empty: not in the corpus)
    !duty lead=…; resp=…; coop=…; guide=…; data=…; open; text=words of the sentence where the clause has several
    !ind  number | name | column=value; … | kind
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .layouts import row_cells
from .manuscript import CLAUSE_TAGS, Line, Manuscript

Row = dict[str, Any]
TAGS = re.compile(r"<[^>]*>")
ROLES = {"lead": "lead_units", "resp": "responsible_units", "coop": "cooperating_units", "guide": "guiding_units", "data": "data_units"}


@dataclass
class Node:
    """A clause as composed: its place in the tree, its first line, its own text without white space."""

    doc: str
    path: str
    ordinal: str
    depth: int
    kind: str
    heading: str | None
    line: int
    text: str
    notes: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    section: list[str] = field(default_factory=list)
    columns: str = "lead,resp,remarks"
    table: bool = False  # a table stands in it: whether its rows are its text is left open

    @property
    def id(self) -> str:
        return f"{self.doc}#{self.path or '序'}"


def squeeze(text: str) -> str:
    """Text without white space and tags."""
    return re.sub(r"\s+", "", TAGS.sub("", text)).replace("⏎", "")


def nodes(manuscript: Manuscript, starts: list[int]) -> list[Node]:
    """The clause trees of the documents of a file, in order."""
    out: list[Node] = []
    path: list[tuple[int, str, str]] = []
    doc = ""
    for line, start in zip(manuscript.lines, starts, strict=True):
        if line.doc != doc:
            doc, path = line.doc, []
        if not doc:
            continue
        if line.tag in CLAUSE_TAGS:
            depth = int(line.tag)
            path = [p for p in path if p[0] < depth] + [(depth, line.ordinal, line.true)]
            out.append(_node(doc, path, "clause", line, start))
        elif line.tag == "0":
            last = out[-1] if out and out[-1].doc == doc and out[-1].kind == "preamble" else None
            if last:
                last.text += squeeze(line.printed)
                last.notes += line.notes
            else:
                out.append(Node(doc, "", "", 0, "preamble", None, start, squeeze(line.printed), list(line.notes)))
        elif line.tag in ("+", "&"):
            out[-1].text += squeeze(line.printed)
            out[-1].notes += line.notes
        elif line.tag in ("X", "GH") and out and out[-1].doc == doc:
            out[-1].table = True
        elif line.tag in ("R1", "R2", "R2=", "R"):
            path = _rows(out, doc, path, line, start)
            if line.tag == "R1" or out[-1].kind != "row":
                continue
            out[-1].columns = manuscript.facts.get("columns", out[-1].columns)
    _number_repeats(out)
    return out


def _node(doc: str, path: list[tuple[int, str, str]], kind: str, line: Line, start: int) -> Node:
    trail = "/".join(p[1] for p in path)
    return Node(doc, trail, path[-1][1], len(path), kind, line.heading, start, squeeze(line.printed), list(line.notes))


def _rows(out: list[Node], doc: str, path: list[tuple[int, str, str]], line: Line, start: int) -> list[tuple[int, str, str]]:
    cells = [squeeze(c) for c in row_cells(line)]
    if line.tag in ("R1", "R2"):
        head = Line("1", cells[0], doc)
        depth = 11 if line.tag == "R1" else 12
        path = [p for p in path if p[0] < depth] + [(depth, head.ordinal, cells[0])]
        out.append(_node(doc, path, "clause", head, start))
    if line.tag != "R1":
        if cells[1].isdigit():  # the number has a column of its own
            cells[1:3] = [cells[1] + cells[2]]
        row = Line("1", cells[1], doc, line.notes)
        here = [p for p in path if p[0] < 13] + [(13, row.ordinal, "")]
        node = _node(doc, here, "row", row, start)
        node.heading, node.cells, node.section = None, cells[1:], [p[2] for p in here[:-1]]
        node.text = cells[1]
        out.append(node)
    return path


def _number_repeats(out: list[Node]) -> None:
    seen: dict[str, int] = {}
    for node in out:
        seen[node.id] = seen.get(node.id, 0) + 1
        if seen[node.id] > 1:
            node.path += f"~{seen[node.id]}"


def document_rows(manuscript: Manuscript, starts: list[int]) -> Iterator[Row]:
    """One label a document: facts as given, places as printed."""
    for key, facts in manuscript.documents.items():
        mine = [(line, start) for line, start in zip(manuscript.lines, starts, strict=True) if line.doc == key]
        titles = [(line, start) for line, start in mine if line.tag == "T"]
        yield {
            "doc": key,
            "seed": manuscript.facts["file"],
            "lines": [mine[0][1], mine[-1][1]],
            "title_line": titles[0][1] or None,
            "start_quote": squeeze(titles[0][0].printed).lstrip("#*")[:30],
            "title": facts["title"],
            "doc_number": facts.get("number"),
            "issuers": [x for x in facts.get("issuers", "").split(";") if x],
            "level": facts.get("level"),
            "region": facts.get("region"),
            "date": facts.get("date"),
            "genre": facts.get("genre"),
            "basis": [x for x in facts.get("basis", "").split(";") if x],
            "parent": facts.get("parent"),
        } | ({"key_only": True} if "key_only" in facts else {})


def clause_row(node: Node) -> Row:
    """The label of a clause; the end of a row and of a clause with a table is left open: its text may or may not hold the units, the rows."""
    bare = node.text
    return {
        "doc": node.doc,
        "id": node.id,
        "path": node.path,
        "ordinal": node.ordinal,
        "depth": node.depth,
        "kind": node.kind,
        "heading": node.heading,
        "start_quote": bare[:15],
        "end_quote": "" if node.kind == "row" or node.table else bare[-12:],
        "line": node.line,
    }


def task_rows(node: Node) -> Iterator[Row]:
    """The tasks of a clause or table row."""
    if node.kind == "row":
        named = dict(zip(node.columns.split(","), [*node.cells[1:], "", "", ""], strict=False))
        raw = " ".join(named[c] for c in named if c in ROLES)
        if "resp" in named:
            named["resp"], _, named["data"] = named["resp"].partition("数据提供单位：")
        units: Row = {role: _names(named.get(role, "").strip("。")) for role in ROLES}
        body = re.sub(r"^[0-9]+[.．、]?", "", node.cells[0])
        yield _task(node, body, units, "column", {"units_raw": raw, "deadline": named.get("deadline") or None})
        return
    for note in node.notes:
        kind, _, rest = note.partition(" ")
        if kind != "duty":
            continue
        parts = dict(p.strip().partition("=")[::2] for p in rest.split(";"))
        units = {role: _names(parts.get(role, "")) for role in ROLES}
        basis = parts.get("basis") or ("phrase" if units["lead"] else "none")
        body = parts.get("text") or re.split(r"[（(〔](?:责任单位|牵头单位)|[（(〔][^（(〔）)〕]*[）)〕]$", node.text[len(node.ordinal) :].lstrip("、.．"))[0]
        yield _task(node, body, units, basis, {"open": "open" in parts, "units_raw": parts.get("raw", "")})


def _names(text: str) -> list[str]:
    return [n.strip().rstrip("等") if n.strip().endswith("等") else n.strip() for n in re.split("／" if "／" in text else "、(?![^（]*）)", text) if n.strip()]


def _task(node: Node, body: str, units: Row, basis: str, more: Row) -> Row:
    body = squeeze(body)
    out: Row = {
        "doc": node.doc,
        "clause": node.id,
        "no": node.ordinal if node.kind == "row" else node.path.split("/")[-1],
        "section_path": node.section,
        "task_quote": body[:24],
        "task_tail": body[-15:],
        "lead_basis": basis,
        "open_list": bool(more.get("open")),
        "units_raw": more.get("units_raw", ""),
        "deadline": more.get("deadline"),
    }
    out |= {name: units.get(role, []) for role, name in ROLES.items()}
    return out


def target_rows(node: Node) -> Iterator[Row]:
    """Figures and deadlines of a clause."""
    for note in node.notes:
        if note.startswith("num "):
            metric, op, value, unit, deadline, quote = (p.strip() for p in note[4:].split("|"))
            yield {"doc": node.doc, "clause": node.id, "quote": quote, "metric": metric, "op": op, "value": value or None, "unit": unit or None, "deadline": deadline or None}


def citation_rows(owner: Node | Line, doc: str) -> Iterator[Row]:
    """Documents cited in a clause or a title line."""
    for note in owner.notes:
        if note.startswith("cite "):
            relation, title, number, target = (p.strip() for p in note[5:].split("|"))
            yield {"doc": doc, "quote": f"《{title}》" if title else number, "cited_title": title or None, "cited_number": number or None,
                   "resolves_to": target or None, "relation": relation, "kind": "policy"}


def trace_rows(node: Node, by_id: dict[str, Node]) -> Iterator[Row]:
    """Sources of a clause, one label for each higher document. ValueError where a quoted source is not there."""
    found: dict[str, Row] = {}
    for note in node.notes:
        kind, _, rest = note.partition(" ")
        if kind not in ("src", "none", "local"):
            continue
        to_doc = re.split(r"[#\s|]", rest.strip())[0]
        row = found.setdefault(to_doc, {"from": node.id, "to_doc": to_doc, "sources": [], "none": False, "from_start": re.sub(r"^[0-9]+[.．、]?", "", node.text)[:24] if node.kind == "row" else node.text[:15]})
        if kind == "none":
            row["none"] = True
        elif kind == "local":
            row.setdefault("local", []).append(rest.split("|", 1)[1].strip())
        else:
            row["sources"].append(_source(node, rest, by_id))
    yield from found.values()


def _source(node: Node, rest: str, by_id: dict[str, Node]) -> Row:
    head, here, there, change = (p.strip() for p in rest.split("|"))
    target, grade, relation = head.split()
    source = by_id[target]
    if squeeze(here) not in node.text or squeeze(there) not in source.text:
        raise ValueError(f"{node.id} -> {target}: quoted words are not there: {here[:20]} / {there[:20]}")
    out: Row = {"clause": target, "grade": int(grade), "quote": there, "from_quote": here, "relation": relation, "clause_start": source.text[:15]}
    return out | ({"change": change} if change else {})


def indicator_rows(node: Node) -> Iterator[Row]:
    """Rows of indicator tables, noted below the clause that they stand in."""
    for note in node.notes:
        if note.startswith("ind "):
            number, name, values, kind = (p.strip() for p in note[4:].split("|"))
            yield {"doc": node.doc, "clause": node.id, "number": number, "name": name, "values": dict(p.strip().partition("=")[::2] for p in values.split(";")), "kind": kind or None}
