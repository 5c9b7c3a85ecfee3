"""What only a table as a whole answers: which place has the most or the least of something, and who does what a column is headed by (考核单位)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from index.asking.catalogue import catalogue
from index.asking.moments import APART, moments, nearness
from index.matter.cells import COUNTED, QUOTED, year_parts
from index.matter.figures import weight
from index.matter.parts import Topic
from index.matter.taken_apart import make_topic
from index.replies.reply import Matter, Reply, document_name, home, place_of
from index.tokens import bare
from kb.model import Clause, Grid, Row
from kb.records import Record, evidence_record

SAID = 0.5  # share of the matter that a column with its table, or a row, must say
DEEDS = ("考核", "考评", "评价", "发放", "兑现", "拨付", "主管", "监管", "验收", "审批", "受理", "认定")
NAMED, MOST_ROWS = 5, 40  # rows that a sentence names, that are listed
ASKS = ("哪些", "什么", "啥", "哪几", "任务", "做到哪", "进度")  # not 多少: a figure is a cell's
MOST_PLACES = 0.8  # share of a column's cells that are names of places


@cache
def _done() -> re.Pattern[str]:
    return re.compile(r"要?(?:完成|做到|达到|做好|做完|干|做|实现|推进)(?:到|的|了)?|任务|工作|目标|进度|安排")


@cache
def _extreme() -> re.Pattern[str]:
    """哪个县…最低, …最多的是哪个县."""
    place = "县市区|县区|区县|乡镇|街道|地方|地区|县|区|市|镇|乡|村"
    return re.compile(rf"哪一?个?(?:{place})[^，。；？?]{{0,24}}最(?P<a>[多少高低大小])|最(?P<b>[多少高低大小])的?(?:是|为)?哪一?个?(?:{place})")


@cache
def _who() -> re.Pattern[str]:
    """由谁考核, 哪个部门发放: what the bodies do that a column names."""
    return re.compile(rf"(?:谁|哪一?[个些](?:部门|单位|机构|局))(?:来|负责|进行)?(?P<deed>{'|'.join(DEEDS)})")


def in_tables(matter: Matter) -> Reply | None:
    """The answer that a table gives as a whole; None where the question asks for none, or no table gives it."""
    text = matter.question.text
    if "最" in text and (most := _extreme().search(text)) is not None:
        return _most(matter, most["a"] or most["b"])
    if not matter.question.units and ("季度" in text or "半年" in text) and any(w in text for w in ASKS) and (parts := year_parts(text)):
        return _of_parts(matter, parts)
    if ("谁" in text or "哪" in text) and any(w in text for w in DEEDS) and (who := _who().search(text)) is not None:
        return _doers(matter, who["deed"])
    return None


def _grids(matter: Matter) -> Iterator[tuple[Grid, tuple[str, ...]]]:
    """The tables of the documents asked about, with their heads; none of another year."""
    asked = moments(matter.question.text)
    cards = catalogue(matter.index.scope).cards  # not the documents: to read all of them takes long
    homes = matter.homes if matter.homes is not None else range(len(cards.ids))
    ids = [cards.ids[n] for n in homes if not asked or nearness(asked, moments(f"{cards.titles[n]} {cards.dates[n][:4]}年")) != APART]
    for at in range(0, len(ids), 500):
        part = ids[at : at + 500]
        for grid in matter.store.read(Grid, f"document IN ({','.join('?' * len(part))})", tuple(part)):
            if grid.header and len(grid.rows) > 1:
                yield grid, tuple(" ".join(h.split()) for h in grid.header)


def _most(matter: Matter, which: str) -> Reply | None:
    """The place with the most or least under the column that says the matter."""
    topic = make_topic(matter.index, re.sub(r"^(?:县|区|市|镇|乡|村)+", "", matter.question.topic))
    best: tuple[float, Grid, int, list[tuple[float, str, str, Row]]] | None = None
    for grid, heads in _grids(matter):
        names = next((n for n, h in enumerate(heads) if h not in COUNTED), 0)
        if not _are_places(grid, names):
            continue
        for column in range(names + 1, len(heads)):
            said = weight(heads[column], topic)
            rows = _figures(grid, names, column)
            if said >= SAID * weight(topic.text, topic) > 0 and len(rows) > 1 and (best is None or said > best[0]):
                best = said, grid, column, rows
    if best is None:
        return None
    _, grid, column, rows = best
    end = (max if which in "多高大" else min)(value for value, *_ in rows)
    named = [(name, printed, row) for value, name, printed, row in rows if value == end]
    head = " ".join(grid.header[column].split())
    text = f"{head}最{which}的是{'、'.join(name for name, _, _ in named)}：{named[0][1]}（{document_name(home(matter, grid.document))}）。"
    ordered = sorted(rows, key=lambda r: r[0], reverse=which in "多高大")
    return Reply(text, clauses=(rows[0][3].clause,), evidence=_shown(matter, grid, [row for *_, row in rows]), table=tuple((name, printed) for _, name, printed, _ in ordered))


def _are_places(grid: Grid, column: int) -> bool:
    cells = [_cell(row, column) for row in grid.rows]
    cells = [c for c in cells if c and not _is_sum(c)]
    return len(cells) > 1 and sum(c[-1] in "县区市旗镇乡村道盟州" and len(c) < 12 for c in cells) >= MOST_PLACES * len(cells)


def _is_sum(name: str) -> bool:
    return bare(name) in ("合计", "总计", "小计", "全省", "全市", "全县", "全区", "平均")


def _figures(grid: Grid, names: int, column: int) -> list[tuple[float, str, str, Row]]:
    """The figures of a column with their places; none where a cell says more than a figure."""
    out = []
    for row in grid.rows:
        name, printed = _cell(row, names), _cell(row, column)
        found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s?[^0-9]{0,6}", printed.replace(",", ""))
        if found is not None and name and not _is_sum(name):
            out.append((float(found[1]), name, printed, row))
    return out


def _doers(matter: Matter, deed: str) -> Reply | None:
    """The bodies under a column that what they do heads, in the row of the matter."""
    topic = make_topic(matter.index, matter.question.topic)
    best: tuple[float, Grid, Row, int, str] | None = None
    for grid, heads in _grids(matter):
        column = next((n for n, h in enumerate(heads) if h.startswith(deed) and h.endswith(("单位", "部门", "机构", "主体"))), None)
        for row in grid.rows if column is not None else ():
            said = max((weight(c.text, topic) for n, c in enumerate(row.cells) if n != column), default=0.0)
            if column is not None and _cell(row, column) and said >= SAID * weight(topic.text, topic) > 0 and (best is None or said > best[0]):
                best = said, grid, row, column, _name(row, column, topic)
    if best is None:
        return None
    _, grid, row, column, name = best
    head, printed = " ".join(grid.header[column].split()), _cell(row, column)
    units = tuple({"printed": body, "name": body, "role": "responsible"} for body in re.split(r"[、，,；;\s]+", printed) if body)
    text = f"“{name}”的{head}：{printed}（{document_name(home(matter, grid.document))}）。"
    return Reply(text, units=units, clauses=(row.clause,), evidence=_shown(matter, grid, [row]))


def _of_parts(matter: Matter, parts: frozenset[int]) -> Reply | None:
    """What the columns for parts of a year (第二季度) say of the matter's rows, or of all rows where the question names no matter but the document's."""
    left = _done().sub(" ", re.sub(r"第?[一二三四1-4]季度|[上下]半年", " ", matter.question.topic))
    topic = make_topic(matter.index, left)
    whole = weight(topic.text, topic)
    found: list[tuple[float, Grid, Row, str, str]] = []
    for grid, heads in _grids(matter):
        columns = [n for n, h in enumerate(heads) if parts & year_parts(h) and ("季度" in h) == ("季度" in matter.question.text)]
        names = next((n for n, h in enumerate(heads) if h not in COUNTED and not year_parts(h)), None)
        titled = weight(f"{home(matter, grid.document).title}{grid.title}", topic)
        for row in grid.rows if len(columns) == 1 and names is not None else ():
            said, printed = weight(_cell(row, names or 0), topic), _cell(row, columns[0])
            if printed and max(said, titled) >= SAID * whole:
                found.append((said, grid, row, _cell(row, names or 0), printed))
    if whole and found and max(f[0] for f in found) >= SAID * whole:
        found = [f for f in found if f[0] >= SAID * whole]
    if not found:
        return None
    _, grid, _, _, _ = found[0]
    here = [f for f in found if f[1] is grid][:MOST_ROWS]
    text = "；".join(f"{name}：{printed}" for _, _, _, name, printed in here[:NAMED]) + ("等，全部见下表" if len(here) > NAMED else "")
    head = next(h for h in (" ".join(h.split()) for h in grid.header) if parts & year_parts(h) and ("季度" in h) == ("季度" in matter.question.text))
    shown = _shown(matter, grid, [row for _, _, row, _, _ in here])
    return Reply(f"{head}：{text}（{document_name(home(matter, grid.document))}）。", clauses=tuple(row.clause for _, _, row, _, _ in here), evidence=shown, table=tuple((n, p) for *_, n, p in here))


def _name(row: Row, column: int, topic: Topic) -> str:
    return max((_cell(row, n) for n in range(len(row.cells)) if n != column), key=lambda text: weight(text, topic))


def _cell(row: Row, column: int) -> str:
    return " ".join(row.cells[column].text.split()) if column < len(row.cells) else ""


def _shown(matter: Matter, grid: Grid, rows: Sequence[Row]) -> tuple[Record, ...]:
    """The rows as they are printed, with the lines of their heads where these are near."""
    document = home(matter, grid.document)
    source = matter.store.source(document.file)
    lines = source.text.split("\n") if source is not None else []
    first, last = rows[0].first_line, rows[-1].last_line
    head = next((n for n in range(first - 1, max(0, first - 4), -1) if all(bare(h) in bare(lines[n - 1]) for h in grid.header if h)), first)
    pieces = [(head, last)] if sum(len(line) for line in lines[head - 1 : last]) <= QUOTED else [(head, head), *((r.first_line, r.last_line) for r in rows)]
    clause = matter.store.read_many(Clause, {rows[0].clause})[rows[0].clause]
    at = place_of(matter.store, clause)
    return tuple(evidence_record(clause.id, document, at, "\n".join(lines[a - 1 : b]).strip(), (a, b)) for a, b in pieces)
