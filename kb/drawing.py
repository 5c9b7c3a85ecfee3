"""A neighbourhood of the graph as a picture for people: one self-contained SVG, no script, no outside font or file.

Documents are boxes, the highest level on top; in them their clauses, below them the units. What derives from something points up to
it. Colours and line names are those of kb/data/graph_kinds.csv. The same graph gives the same picture; all text is escaped; a picture
holds at most what a person can take in, and says how much was left out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from kb.graph import LEVEL_NAMES, clean, kinds
from kb.model import LEVELS

if TYPE_CHECKING:
    import networkx as nx

MOST_NODES = 30
MOST_IN_BOX = 5
MOST_SOURCES = 3  # of a document, in a picture of documents
LANE = 9  # between lines that go past a row at its side
CHIP_WIDTH, CHIP_HEIGHT, GAP = 172, 58, 14
BOX_LABEL, MARGIN, TOP, SIDE, ROW_GAP = 158, 24, 62, 84, 104
MOST_WIDTH = 1660
FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif"
RELATIONS = {"verbatim": "原文沿用", "refined": "细化改写", "adjusted": "有调整", "related": "同一主题"}
QUIET = ("contains", "located_in", "issued_by")  # shown by where things stand, not by lines


class Box(NamedTuple):
    """A document with the clauses of it that are shown, or a single unit or place (`chips` empty)."""

    node: str
    chips: tuple[str, ...]
    left_out: int
    row: str


class Line(NamedTuple):
    """A line between two places; `lane` is the x of the side on which it goes round what stands between."""

    kind: str
    start: Place
    end: Place
    label: str
    tip: str
    lane: float | None
    number: int  # of the lines that leave the same place
    width: float


class Place(NamedTuple):
    """Where a chip or box stands."""

    x: float
    y: float
    width: float
    height: float


def draw(graph: nx.MultiDiGraph[str], centre: str | None = None) -> str:
    """The graph, or the part of it nearest to `centre`, as SVG text; without a centre, the documents and how they hang together."""
    stands_for = _stands_for(graph, centre)
    centre = stands_for.get(centre, centre) if centre is not None else None
    boxes, left_out = _boxes(graph, centre, stands_for)
    places, width, height = _lay_out(graph, boxes)
    lines = _lines(_to_draw(graph, centre, stands_for, places), places)
    places, lines, width = _make_room(places, lines, width)
    drawn = sorted({line.kind for line in lines})
    legend = _legend(drawn, height)
    note = f"另有 {left_out} 个节点未画出" if left_out else ""
    title = str(graph.nodes[centre]["label"]) if centre is not None and centre in graph else "文件关系"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height + 46:.0f}" viewBox="0 0 {width:.0f} {height + 46:.0f}" font-family="{FONT}">',
            f"<title>{_safe(title)}</title>",
            "<defs>" + "".join(_arrow(kind) for kind in drawn) + "</defs>",
            f'<rect width="{width:.0f}" height="{height + 46:.0f}" fill="#ffffff"/>',
            *(_box(graph, box, places) for box in boxes if box.chips),
            *(_line(line) for line in lines),
            *(_chip(graph, name, place, name == centre) for name, place in places.items() if place.height == CHIP_HEIGHT),
            *(_line_label(line) for line in lines),
            legend,
            f'<text x="{width - MARGIN:.0f}" y="{height + 26:.0f}" font-size="12" fill="#607080" text-anchor="end">{_safe(note)}</text>',
            "</svg>",
        ]
    )


def _stands_for(graph: nx.MultiDiGraph[str], centre: str | None) -> dict[str, str]:
    """Node → the node that is drawn for it: its clause for a task, its document for a preamble, and for all in a picture of documents."""
    of_documents = _is_of_documents(graph, centre)
    out = {}
    for name, data in graph.nodes(data=True):
        home = str(data.get("document", ""))
        out[name] = name
        if data["kind"] == "task":
            clause = next((start for start, _, key in graph.in_edges(name, keys=True) if key == "contains"), "")
            out[name] = clause or name
        if home in graph and (of_documents or (data["kind"] == "clause" and not data.get("path"))):
            out[name] = home
    return out


def _is_of_documents(graph: nx.MultiDiGraph[str], centre: str | None) -> bool:
    """Whether the picture is one of documents: no centre, or a document as centre."""
    return centre is None or graph.nodes[centre]["kind"] == "document"


def _boxes(graph: nx.MultiDiGraph[str], centre: str | None, stands_for: dict[str, str]) -> tuple[list[Box], int]:
    """What is shown, and how many nodes are not."""
    wanted = ("document",) if _is_of_documents(graph, centre) else ("document", "clause", "task", "unit")
    shown = [name for name in graph if stands_for[name] == name and (name == centre or graph.nodes[name]["kind"] in wanted)]
    shown.sort(key=lambda name: (name != centre, int(graph.nodes[name].get("step", 9))))
    hidden = max(0, len(shown) - MOST_NODES)
    shown = shown[:MOST_NODES]
    chips: dict[str, list[str]] = defaultdict(list)
    homes: dict[str, None] = {}
    for name in shown:
        data = graph.nodes[name]
        home = str(data.get("document", "")) if data["kind"] in ("clause", "task") else name
        homes[home if home in graph else name] = None
        if home != name and home in graph:
            chips[home].append(name)
    boxes = []
    order = {name: number for number, name in enumerate(graph)}
    for home in homes:
        kept = sorted(chips[home][:MOST_IN_BOX], key=lambda name: (graph.nodes[name].get("line", 0), order[name]))
        more = max(0, len(chips[home]) - MOST_IN_BOX)
        hidden += more
        boxes.append(Box(home, tuple(kept), more, _row(graph.nodes[home])))
    return boxes, hidden


def _row(data: dict[str, Any]) -> str:
    if data["kind"] == "document":
        return str(data.get("level", "unknown"))
    return str(data["kind"])


def _lay_out(graph: nx.MultiDiGraph[str], boxes: Sequence[Box]) -> tuple[dict[str, Place], float, float]:
    """Rows by level, the highest on top, units below the clauses whose work they do; a row too wide goes on in a further one."""
    places: dict[str, Place] = {}
    y, widest = float(TOP), 0.0
    for row in _rows(graph, boxes):
        x, tallest = float(SIDE), 0.0
        for box in (b for b in boxes if b.row == row):
            width, height = _size(box)
            if x > SIDE and x + width > MOST_WIDTH:
                x, y, tallest = float(SIDE), y + tallest + GAP * 2, 0.0
            _place(box, x, y, places)
            x += width + GAP * 2
            widest, tallest = max(widest, x), max(tallest, height)
        y += tallest + ROW_GAP
    _centre(boxes, places, widest)
    return places, max(widest + SIDE - GAP * 2, 620.0), y - ROW_GAP + MARGIN


def _rows(graph: nx.MultiDiGraph[str], boxes: Sequence[Box]) -> list[str]:
    """The rows from top to bottom: levels, with the units right below the lowest level at which they have work."""
    rows = [row for row in (*LEVELS, "unknown", "clause", "task") if any(b.row == row for b in boxes)]
    homes = {chip: box.row for box in boxes for chip in (box.node, *box.chips)}
    works = [0]
    for box in boxes:
        if box.row == "unit":
            for _, task in graph.out_edges(box.node):
                clause = next((start for start, _, key in graph.in_edges(task, keys=True) if key == "contains"), task)
                works.extend(rows.index(homes[name]) + 1 for name in (task, clause) if homes.get(name) in rows)
    if any(b.row == "unit" for b in boxes):
        rows.insert(max(works) if len(works) > 1 else len(rows), "unit")
    return rows + (["place"] if any(b.row == "place" for b in boxes) else [])


def _size(box: Box) -> tuple[float, float]:
    if not box.chips:
        return CHIP_WIDTH, CHIP_HEIGHT
    return BOX_LABEL + len(box.chips) * (CHIP_WIDTH + GAP), CHIP_HEIGHT + 2 * GAP


def _place(box: Box, x: float, y: float, places: dict[str, Place]) -> None:
    width, height = _size(box)
    places[box.node] = Place(x, y, width, height)
    for number, name in enumerate(box.chips):
        places[name] = Place(x + BOX_LABEL + number * (CHIP_WIDTH + GAP), y + GAP, CHIP_WIDTH, CHIP_HEIGHT)


def _centre(boxes: Sequence[Box], places: dict[str, Place], widest: float) -> None:
    """Moves each line of boxes to the middle."""
    by_line: dict[tuple[str, float], list[Box]] = defaultdict(list)
    for box in boxes:
        by_line[box.row, places[box.node].y].append(box)
    for line in by_line.values():
        right = max(places[b.node].x + places[b.node].width for b in line)
        shift = max(0.0, (widest - GAP * 2 - right) / 2)
        for box in line:
            for name in (box.node, *box.chips):
                places[name] = places[name]._replace(x=places[name].x + shift)


Edges = dict[tuple[str, str, str], list[dict[str, Any]]]


def _to_draw(graph: nx.MultiDiGraph[str], centre: str | None, stands_for: dict[str, str], places: dict[str, Place]) -> Edges:
    """The edges worth a line: those that lead on from the centre; between documents, the strongest few of each."""
    found: Edges = defaultdict(list)
    for start, end, key, data in graph.edges(keys=True, data=True):
        a, b = stands_for[start], stands_for[end]
        if key in QUIET or a == b or a not in places or b not in places:
            continue
        if centre is None and key in ("parallels", "cites"):
            continue
        if centre is None or centre in (a, b) or (_step(graph, a) != _step(graph, b) and not _is_of_documents(graph, centre)):
            found[a, b, key].append(data)
    if centre is not None:
        return found
    strongest: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (a, b, key), edges in found.items():
        if key == "derives_from":
            strongest[a].append((-len(edges), b))
    kept = {(a, b) for a, ends in strongest.items() for _, b in sorted(ends)[:MOST_SOURCES]}
    return {pair: edges for pair, edges in found.items() if pair[2] != "derives_from" or pair[:2] in kept}


def _step(graph: nx.MultiDiGraph[str], name: str) -> int:
    return int(graph.nodes[name].get("step", 9))


def _lines(found: Edges, places: dict[str, Place]) -> list[Line]:
    """One line for each kind between two that are shown; those that pass a row go round it at the nearer side."""
    left, right = min((p.x for p in places.values()), default=0.0), max((p.x + p.width for p in places.values()), default=0.0)
    lanes = [0, 0]
    leaving: Counter[str] = Counter()
    out = []
    for (a, b, key), edges in found.items():
        best = max(edges, key=lambda d: float(d.get("score", 0.0)))
        label = RELATIONS.get(str(best.get("relation", "")), "") if len(edges) == 1 else ""
        tip = "；".join([f"{len(edges)} 处", *(str(best[k]) for k in ("evidence", "changes") if best.get(k))][len(edges) == 1 :])
        lane = None
        if _passes(places[a], places[b], places):
            middle = (places[a].x + places[b].x + CHIP_WIDTH) / 2
            side = int(middle - left > right - middle)
            lanes[side] += 1
            lane = right + lanes[side] * LANE if side else left - lanes[side] * LANE
        out.append(Line(key, places[a], places[b], label, tip, lane, leaving[a], 1.2 + 0.6 * math.log2(len(edges))))
        leaving[a] += bool(label)
    return out


def _make_room(places: dict[str, Place], lines: list[Line], width: float) -> tuple[dict[str, Place], list[Line], float]:
    """Everything moved right, and the page made wider, as far as the lines at the sides need it."""
    lanes = [line.lane for line in lines if line.lane is not None]
    shift = max(0.0, MARGIN - min(lanes, default=MARGIN))
    width = max(width, max(lanes, default=0.0) + MARGIN) + shift

    def moved(place: Place) -> Place:
        return place._replace(x=place.x + shift)

    lines = [
        line._replace(start=moved(line.start), end=moved(line.end), lane=None if line.lane is None else line.lane + shift) for line in lines
    ]
    return {name: moved(place) for name, place in places.items()}, lines, width


def _passes(start: Place, end: Place, places: dict[str, Place]) -> bool:
    """Whether something stands between the rows of two places."""
    top, bottom = min(start.y, end.y) + CHIP_HEIGHT, max(start.y, end.y)
    return any(p.height == CHIP_HEIGHT and top < p.y and p.y + p.height < bottom for p in places.values())


def _line(line: Line) -> str:
    kind, start, end = kinds()[line.kind], line.start, line.end
    x1, x2 = start.x + start.width / 2, end.x + end.width / 2
    up = start.y > end.y
    y1, y2 = (start.y, end.y + end.height) if up else (start.y + start.height, end.y)
    way = -1.0 if up else 1.0
    if start.y == end.y:
        y1, y2 = start.y, end.y
        curve = f"M{x1:.0f},{y1:.0f} C{x1:.0f},{y1 - 46:.0f} {x2:.0f},{y2 - 46:.0f} {x2:.0f},{y2:.0f}"
    elif line.lane is not None:
        a, b, x = y1 + way * 62, y2 - way * 40, line.lane
        curve = f"M{x1:.0f},{y1:.0f} C{x1:.0f},{a:.0f} {x:.0f},{y1 + way * 8:.0f} {x:.0f},{a + way * 40:.0f} L{x:.0f},{b - way * 40:.0f} C{x:.0f},{y2 - way * 8:.0f} {x2:.0f},{b:.0f} {x2:.0f},{y2:.0f}"
    else:
        bend = max(24.0, abs(y2 - y1) * 0.45)
        curve = f"M{x1:.0f},{y1:.0f} C{x1:.0f},{y1 + way * bend:.0f} {x2:.0f},{y2 - way * bend:.0f} {x2:.0f},{y2:.0f}"
    dash = ' stroke-dasharray="5 4"' if line.kind in ("parallels", "counterpart_of", "cites") else ""
    return f'<path d="{curve}" fill="none" stroke="{kind.colour}" stroke-width="{line.width:.1f}"{dash} marker-end="url(#a-{line.kind})"><title>{_safe(kind.name)}：{_safe(line.tip)}</title></path>'


def _line_label(line: Line) -> str:
    """The label, on white, near where the line leaves."""
    if not line.label:
        return ""
    start, end = line.start, line.end
    x1, x2 = start.x + start.width / 2, end.x + end.width / 2
    up = start.y > end.y
    x = x1 + (x2 - x1) * 0.06 if line.lane is None else x1 + (10 if line.lane > x1 else -10)
    y = start.y - 20 - 17 * line.number if up else start.y + start.height + 30 + 17 * line.number
    width = _width(line.label, 11) + 8
    colour = kinds()[line.kind].colour
    return (
        f'<rect x="{x - width / 2:.0f}" y="{y - 12:.0f}" width="{width:.0f}" height="16" rx="3" fill="#ffffff" fill-opacity="0.9"/>'
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="11" fill="{colour}" text-anchor="middle">{_safe(line.label)}</text>'
    )


def _box(graph: nx.MultiDiGraph[str], box: Box, places: dict[str, Place]) -> str:
    """A document: its title, level, place and date at the left, out of the lines' way."""
    place, data = places[box.node], graph.nodes[box.node]
    colour = kinds()["document"].colour
    title = str(data.get("title", data["label"]))
    about = title[max(0, title.find("关于")) :]  # the issuers before it are told by level and place
    small = [f"{data.get('region') or LEVEL_NAMES.get(str(data.get('level', '')), '')} {data.get('date', '')}", f"另有 {box.left_out} 条" if box.left_out else ""]
    rows = [(row, 12, colour) for row in wrap(about, BOX_LABEL - 24, 12, 3)] + [(row, 11, "#607080") for row in small if row.strip()]
    out = [
        f'<g><title>{_safe(title)}</title><rect x="{place.x:.0f}" y="{place.y:.0f}" width="{place.width:.0f}" height="{place.height:.0f}" rx="8"'
        f' fill="{colour}" fill-opacity="0.06" stroke="{colour}" stroke-opacity="0.5"/>'
    ]
    for number, (row, size, fill) in enumerate(rows):
        out.append(f'<text x="{place.x + 12:.0f}" y="{place.y + 18 + number * 16:.0f}" font-size="{size}" fill="{fill}">{_safe(row)}</text>')
    return "".join([*out, "</g>"])


def _chip(graph: nx.MultiDiGraph[str], name: str, place: Place, is_centre: bool) -> str:
    data = graph.nodes[name]
    kind = kinds()[data["kind"]]
    place_name = str(data.get("region", "")) if data["kind"] == "document" else ""
    small = str(data.get("path", "")) or place_name or LEVEL_NAMES.get(str(data.get("level", "")), kind.name)
    text = str(data.get("heading") or data.get("text") or data.get("title") or data.get("name") or data["label"])
    rows = wrap(text[max(0, text.find("关于")) :] if data["kind"] == "document" else text, CHIP_WIDTH - 20, 12, 2)
    out = [
        f'<g><title>{_safe(text)}</title><rect x="{place.x:.0f}" y="{place.y:.0f}" width="{place.width:.0f}" height="{place.height:.0f}" rx="{22 if data["kind"] == "unit" else 6}"'
        f' fill="{"#fff4d6" if is_centre else "#ffffff"}" stroke="{kind.colour}" stroke-width="{2.4 if is_centre else 1.2}"/>',
        f'<text x="{place.x + 10:.0f}" y="{place.y + 15:.0f}" font-size="10" fill="{kind.colour}">{_safe(fit(small, CHIP_WIDTH - 20, 10))}</text>',
    ]
    for number, row in enumerate(rows):
        out.append(f'<text x="{place.x + 10:.0f}" y="{place.y + 31 + number * 16:.0f}" font-size="12" fill="#1c2733">{_safe(row)}</text>')
    return "".join([*out, "</g>"])


def _legend(shown: Sequence[str], y: float) -> str:
    out, x = [], float(MARGIN)
    for kind in shown:
        k = kinds()[kind]
        out.append(f'<line x1="{x:.0f}" y1="{y + 22:.0f}" x2="{x + 26:.0f}" y2="{y + 22:.0f}" stroke="{k.colour}" stroke-width="2"/><text x="{x + 32:.0f}" y="{y + 26:.0f}" font-size="12" fill="#1c2733">{_safe(k.name)}</text>')
        x += 46 + _width(k.name, 12)
    return "".join(out)


def _arrow(kind: str) -> str:
    return f'<marker id="a-{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{kinds()[kind].colour}"/></marker>'


def _width(text: str, size: float) -> float:
    return sum(size if ord(c) > 0x2E80 else size * 0.58 for c in text)


def fit(text: str, width: float, size: float) -> str:
    """The text, cut with … to what fits the width."""
    if _width(text, size) <= width:
        return text
    while text and _width(text, size) + size > width:
        text = text[:-1]
    return text + "…"


def wrap(text: str, width: float, size: float, most: int) -> list[str]:
    """The text in at most `most` lines of the width, the last one cut with …."""
    text = clean(text)
    rows: list[str] = []
    while text and len(rows) < most:
        if len(rows) == most - 1:
            rows.append(fit(text, width, size))
            break
        end = len(text)
        while _width(text[:end], size) > width:
            end -= 1
        rows.append(text[:end])
        text = text[end:]
    return rows


def _safe(text: str) -> str:
    return escape(clean(text), quote=True)
