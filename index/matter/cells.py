"""Figures in tables: the row and the column that say what is asked, and the cell where they meet; or the cells, where several columns are asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from index.asking.measures import MEASURE, MORE, wanted_measure
from index.asking.moments import APART, SAME, Moment, moments, nearness
from index.matter.amounts import IN_TIME
from index.matter.figures import weight
from index.matter.parts import Topic
from kb.frozen import dataclass
from kb.grid_rows import is_ditto
from kb.numerals import to_int

AIMED = 1.2  # for a table of aims where the question asks for an aim
MEASURED_AS = 1.15  # for a cell of the measure asked for
QUOTED = 500  # characters of a table that are quoted from its head to the row
COUNTED = ("序号", "编号", "号", "项目序号")  # heads of the columns that only number the rows
UNIT = ("单位", "计量单位", "单位名称")  # heads of the column that gives each row its measure
PARTS = ("季度", "半年", "月底", "月份")  # heads of columns for parts of a year
SCORES = ("分值", "得分", "分数", "满分", "标准分")  # heads of columns of points
NAME = 48  # characters of the name of a row
RUN = 3  # characters of a column's head that a question says, where it does not say all of it
MEASURED = frozenset("%％‰个家户人名张所处座件台辆项次元亩米天年月条艘床吨公里平方米微克立方分倍")  # measures told right behind the figure


@cache
def _figure() -> re.Pattern[str]:
    """A cell that is a figure, with its bound, measure and remark: 不高于1.6, 最高800万元, 8%，最高300万元, 0.5（具备条件的市）."""
    bound = r"(?:不低于|不少于|不高于|不超过|不大于|不小于|至少|至多|累计|新增|约|[≥≤><＞＜〔(（]|(?:单[户个家项])?(?:最高|最低)|每[年月季吨亩]?[年月人户家个次亩吨米平方公里]{1,4}(?:最高|最低)?)?"
    one = rf"{bound}\s?[0-9０-９][0-9０-９.,．]*\s?(?:[%％‰]|[万亿千百]{{0,2}}[^\W\d]{{0,4}}(?:/[^\W\d]{{1,4}})?)?(?:以上|以下|以内|左右)?[〕)）]?"
    return re.compile(rf"{one}(?:[，、,；;]{one}){{0,2}}(?:[（(][^（）()]{{1,12}}[）)])?")


@cache
def _digit() -> re.Pattern[str]:
    return re.compile(r"[0-9]")


@cache
def _note() -> re.Pattern[str]:
    return re.compile(r"\s?(?:<sup>.{0,6}</sup>|\[[0-9]{1,2}\]|[①-⑳])\s*$")


@cache
def _aim() -> re.Pattern[str]:
    return re.compile(r"目标|指标")


@cache
def _base() -> re.Pattern[str]:
    """What asks for the figure from which a plan sets out, and heads the column of it."""
    return re.compile(r"基期|基数|底子|现状|基准|起点")


@cache
def _every_year() -> re.Pattern[str]:
    return re.compile(r"分年度?|逐年|各年度?|历年|每一年(?!度?[一-龥])")


@cache
def _bound_kind() -> re.Pattern[str]:
    return re.compile(r"约束性|预期性|属性")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what it is of, the figure as printed, the lines of the table from its head to its row, how much of the topic they say."""

    names: tuple[str, ...]
    figure: str
    measure: str  # what the name gives in brackets or the column of measures: 个, %
    lines: str
    weight: float
    matter: str = ""  # what is asked about, in one
    row: tuple[tuple[str, str], ...] = ()  # the other cells of its row, each with the head of its column

    def told(self, question: str) -> str:
        """The figure with what it is of; where the question asks for several columns of the row all of them: 助餐点：2020年300个，2025年900个."""
        asked = self._asked(question)
        if len(asked) < 2:
            return f"{'，'.join(self.names)}：{_with(self.figure, self.measure)}"
        own = [(head, _with(cell, _own_measure(head) or self.measure)) for head, cell in asked]
        return f"{'，'.join(self.names[:-1])}：" + "，".join(f"{head}{'' if head[-1:].isalpha() else '：'}{cell}" for head, cell in own)

    def _asked(self, question: str) -> list[tuple[str, str]]:
        """The cells of the row whose columns a question names; all where it asks for several without naming them."""
        said = {head: _said(head, question) or _said(head, self.matter) for head, _ in self.row}
        times = [m for m in moments(question) if m.first == m.last]
        parts = year_parts(question)
        out = []
        for head, cell in self.row:
            run = said[head]
            named = bool(run) and not year_parts(head) and not any(run != other and run in other for other in said.values())
            timed = bool(times) and nearness(tuple(times), moments(head)) == SAME if moments(head) else False
            based = _base().search(question) is not None and _base().search(head) is not None
            kind = _bound_kind().search(question) is not None and _bound_kind().search(head + cell) is not None
            if named or timed or based or kind or parts & year_parts(head):
                out.append((head, cell))
        several = len(re.findall(r"多少|几[个项家名万亿成]|多大|多高", question)) > 1
        if _every_year().search(question):
            return [(h, c) for h, c in self.row if moments(h)]
        return list(self.row) if several and len(out) < len(times) + 2 and any(moments(h) for h, _ in self.row) else out


def _with(figure: str, measure: str) -> str:
    """A bare figure with the measure of its row or column, where it is one that stands behind figures."""
    told = measure and figure[-1:].isdigit() and MEASURED.issuperset(measure.lstrip("万亿千百"))
    return figure + measure if told else figure


def _own_measure(head: str) -> str:
    """The measure that the head of a column gives: 个 of 助餐点（个）, 分 of 分值; none of 2023年（基期）."""
    found = _bracketed(head)
    return found if found and MEASURED.issuperset(found.lstrip("万亿千百")) else "分" if head in SCORES else ""


def _bracketed(head: str) -> str:
    """The measure that a head gives in brackets: 个 of 助餐点数（个，不少于）."""
    found = re.search(r"[（(]([^（）()，,；;]{1,6})(?:[，,；;][^（）()]{1,8})?[）)]$", head)
    return found.group(1) if found else ""


def _said(head: str, question: str) -> str:
    """The part of a column's head, no figure, that a question says: all of it, or a run of three characters and more; "" where it says none."""
    name, best = re.sub(r"[（(][^（）()]*[）)]", "", head).strip(), ""
    if len(name) > 1 and name in question:
        return name
    for start in range(len(name)):
        while start + len(best) < len(name) and name[start : start + len(best) + 1] in question and name[start : start + len(best) + 1].isalpha():
            best = name[start : start + len(best) + 1]
    return best if len(best) >= RUN else ""


def stated_cell(text: str, topic: Topic, question: str) -> Cell | None:
    """The cell of the tables in a clause that says most of the topic, in the column or row of the time asked for; None without tables.

    Over the lines `指标⇥2020年⇥2025年` and `护理床位占比（%）⇥48⇥60` the question 护理床位占比2025年多少 is answered by 60.
    """
    best: Cell | None = None
    asked, aims, wanted = moments(question), _aim().search(question), wanted_measure(question)
    for rows in _tables(text):
        head = next((n for n, row in enumerate(rows) if sum(1 for c in _cells(row) if c) > 1), len(rows))
        said: list[str] = []  # the cells of the row above
        for number, row in enumerate(rows[head + 1 :], head + 1):
            heads, above = _cells(rows[head]), said
            cells = said = _as_above(_cells(row), above)
            for names, figure in _figures(heads, cells):
                if not moments(names[0]) and not weight(" ".join(names[:-1]), topic):
                    continue  # of another row: the figure of each county is none of the city
                held = weight(" ".join(names), topic) * _in_time(asked, names) * _in_part(question, names[-1]) * (AIMED if aims and _aim().search(rows[head]) else 1.0)
                held *= MEASURED_AS if wanted is not None and wanted.search(f"{figure}{_own_measure(names[-1])}") else 1.0
                later = best is not None and held == best.weight and not asked and moments(names[-1]) and best.lines.endswith(row)
                if best is None or held > best.weight or later:
                    between = text[text.index(rows[head]) : text.index(row) + len(row)]
                    best = Cell(names, figure, _measure(heads, cells, names), between if len(between) <= QUOTED else _said_from(rows, number, figure), held, topic.text.replace(" ", ""), _others(heads, cells, names))
    return best


def _as_above(cells: list[str], above: list[str]) -> list[str]:
    """The cells of a row, 〃 and 同上 as the cells above them."""
    return [above[n] if len(above) == len(cells) and is_ditto(cell) else cell for n, cell in enumerate(cells)]


def _said_from(rows: Sequence[str], number: int, figure: str) -> str:
    """A row with those above it back to the one that prints its figure, where it only says that it is the same."""
    first = next((n for n in range(number, -1, -1) if figure in rows[n]), number)
    return "\n".join(rows[first : number + 1])


def _tables(text: str) -> list[list[str]]:
    """The runs of lines with cells; a blank line or two may stand within one."""
    lines = [(n, line) for n, line in enumerate(text.split("\n")) if line.strip()]
    runs: list[list[str]] = []
    for (before, _), (n, line) in pairwise([(-9, ""), *lines]):
        if "\t" in line:
            if not runs or not runs[-1] or n - before > 3:
                runs.append([])
            runs[-1].append(line)
        elif runs:
            runs.append([])
    return [r for r in runs if len(r) > 1]


def _cells(row: str) -> list[str]:
    return [_note().sub("", c.strip()) for c in row.split("\t")]


def _figures(head: Sequence[str], row: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """The figures of a row with what they are of: its name and the head of its column; cells are set under heads from the right."""
    shift = len(head) - len(row)
    above = [head[n + shift] if 0 <= n + shift < len(head) else "" for n in range(len(row))]
    numbered = bool(row) and head[max(0, shift)] in (*COUNTED, "")
    counts = [h in COUNTED or (n == 0 and numbered) for n, h in enumerate(above)]
    timed = [bool(cell and (moments(h) or (_is_part(h) and _digit().search(cell)))) for h, cell in zip(above, row, strict=True)]
    places = [n for n, cell in enumerate(row) if (_figure().fullmatch(cell) or timed[n]) and not counts[n]]
    if not places:
        return []
    first = 0 if not numbered and places[0] == 0 and re.fullmatch(r"(?:19|20)[0-9]{2}年?", row[0]) else None
    labels = [row[0]] if first == 0 else [c for n, c in enumerate(row[: places[0]]) if c and not c.isdigit() and above[n] not in UNIT and not _is_part(above[n])]
    if sum(map(len, labels)) > NAME or any("。" in c for c in labels):
        return []  # a task is no name
    out = []
    for n in places:
        if n == first or not 0 <= n + shift < len(head) or (n == 0 and first is None and not labels):
            continue
        out.append((tuple(x for x in (*labels, head[n + shift]) if x), row[n]))
    return out


def _is_part(head: str) -> bool:
    return any(part in head for part in PARTS)


def _others(head: Sequence[str], row: Sequence[str], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The cells of a row that are neither its name, number nor measure, each with the head of its column."""
    shift = len(head) - len(row)
    pairs = [(head[n + shift], cell) for n, cell in enumerate(row) if 0 <= n + shift < len(head)]
    return tuple((h, c) for h, c in pairs if h and c and c not in names[:-1] and h not in (*COUNTED, *UNIT))


def _measure(head: Sequence[str], row: Sequence[str], names: Sequence[str]) -> str:
    shift = len(head) - len(row)
    own = next((cell for n, cell in enumerate(row) if 0 <= n + shift < len(head) and head[n + shift] in UNIT), "")
    if own:
        return own
    if found := next((b for n in names if (b := _bracketed(n))), ""):
        return found
    return next((n for n in names if len(n) < 3 and set(n) <= set(MEASURE + MORE)), "")  # a column of its own: 件


@cache
def _quarter() -> re.Pattern[str]:
    return re.compile(r"(?<![每各两])(?:([一二三四1-4])季度|([上下])半年)")


def year_parts(text: str) -> frozenset[int]:
    """The quarters at whose ends a text names a time: 二季度末, 上半年 → 2."""
    if "季度" not in text and "半年" not in text:
        return frozenset()
    return frozenset(to_int(m.group(1)) or 0 if m.group(1) else {"上": 2, "下": 4}[m.group(2)] for m in _quarter().finditer(text))


def _in_part(question: str, head: str) -> float:
    asked, said = year_parts(question), year_parts(head)
    return IN_TIME[SAME if asked & said else APART] if asked and said else 1.0


def _in_time(asked: tuple[Moment, ...], names: Sequence[str]) -> float:
    said = tuple(m for name in names for m in moments(name))
    return IN_TIME[nearness(asked, said)] if asked and said else 1.0
