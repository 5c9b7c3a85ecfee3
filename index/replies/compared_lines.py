"""The lines of a comparison: what each side says, from the highest level down, with the figure in short, what a second document of a side says,
and which of several is the most, where that is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from index.asking.catalogue import short_names
from index.asking.compared import asks_place
from index.asking.measures import dates, must_match, wanted_measure
from index.asking.moments import without_times
from index.matter.amounts import asks, brief, point, stating
from index.matter.asides import at_a_glance
from index.matter.columns import cell_of, has_cells
from index.matter.figures import figure_pattern, has_figure, weight
from index.matter.parts import Topic
from index.matter.topic import Fit, work_of
from index.replies.compared_sides import BESIDE
from index.replies.reply import Matter, best_sentences, clause_name, home
from index.tokens import bare
from kb.frozen import dataclass
from kb.model import LEVELS, Clause, Document
from kb.numerals import to_int
from kb.regions import find_places

DATED = 20  # characters of a time
LEAST = 60  # characters of a sentence that are printed up to where it names a place
LONG = 240  # characters of a sentence with a figure that a line prints whole
SECOND = 0.75  # of the best fit of a side, from which the clause of another of its documents is given too
MORE = 2  # such clauses of a side
SCALES = {"万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2}


@dataclass(frozen=True, slots=True)
class Line:
    """What a clause of a side says: the figure in short ("" where it states none) and the words quoted."""

    side: str
    clause: Clause
    document: Document
    figure: str
    quote: str
    sentence: str  # with the figure, for the evidence
    lacking: str  # said where it does not state what is asked for


def line_of(matter: Matter, side: str, fit: Fit, topic: Topic, asked: str) -> Line:
    """The line of one clause; `asked`: the question with the measure that it means, "" where it asks for no figure."""
    clause, words = fit.clause, [p.text for p in topic.words]
    several = asks(asked) if asked else []
    wanted = several or [w for w in (wanted_measure(asked) if asked else None,) if w is not None]
    sentence = stating(clause.text.strip(), clause.heading or "", topic, asked)[0] if asked else ""
    held = [w for w in wanted if w.search(sentence)] or [w for w in wanted[:1] if "多少个" in asked and _piece().search(sentence)]
    stated = not wanted or bool(held)
    figured = sentence if stated else ""  # households are no answer to how much is paid
    if asked and has_cells(clause.text) and (of_cell := _in_table(matter, side, clause, topic, asked, sentence)) is not None:
        return of_cell
    said = _with_place(matter, _work(clause, topic)) if not asked and asks_place(matter.question.text) else ""
    said = said or figured if 0 < len(said or figured) <= LONG else best_sentences(_answer(_work(clause, topic)), [bare(w) for w in words], 120)
    figure = point(figured, topic, asked) if figured else ""
    figure = figure if several else brief(figure, asked)
    if figured and dates() in wanted and not dates().search(figure):
        figure = told if len(told := brief(figured, asked)) <= DATED else ""
    core = figure if dates() in wanted else without_times(figure)
    figure = figure if has_figure(core) and len(figure) < len(said) - 4 and not _bare_one().fullmatch(figure) else ""
    asks_number = bool(asked) and (must_match(asked) or any(w in asked for w in ("多少", "几个")))
    ranked = bool(asked) and not figure and not has_figure(said) and _most().search(matter.question.text) is not None
    lacking = "（所问的数字没有写全）" if asks_number and held and len(held) < len(wanted) else "（没有写明所问的数字）" if ranked or (asks_number and wanted and not held) else ""
    return Line(side, clause, home(matter, clause.document), figure, said, figured, lacking)


def _with_place(matter: Matter, text: str) -> str:
    """The sentences of a text that name a place other than those compared (整合广州市乡村振兴对口帮扶…), where it is asked which city helps; "" without."""
    own = matter.question.places
    for sentence in re.split(r"(?<=[。；;])", text):
        away = [p for p in find_places(sentence) if not any(o.startswith(p.region) or p.region.startswith(o) for o in own)]
        if away:
            ends = [at + 1 for at, c in enumerate(sentence) if c in "，,。；;" and at >= away[0].end] or [len(sentence)]
            return sentence[: next((end for end in ends if end >= LEAST), ends[-1])].strip()
    return ""


def _in_table(matter: Matter, side: str, clause: Clause, topic: Topic, asked: str, sentence: str) -> Line | None:
    """The line of a table's cell, where that says the matter as well as any sentence; None where none does."""
    cell, heads = cell_of(matter, clause, topic, asked)
    if cell is None or cell.weight <= 0 or (cell.weight < weight(sentence, topic) and not has_cells(sentence)):
        return None
    return Line(side, clause, home(matter, clause.document), cell.figure if heads else cell.told(asked), cell.lines, cell.lines, "")


@cache
def _bare_one() -> re.Pattern[str]:
    """One thing, of which the figure does not say what: 至少一个 of 至少经过一个冬季."""
    return re.compile(r"(?:至少|不少于|不低于|每)?一[个种项类]")


@cache
def _piece() -> re.Pattern[str]:
    """A number of things behind their name: 工作室15个."""
    return re.compile(r"[一-龥][0-9]+\s?(?:多|余)?[万亿千百]*个(?=[，。；、,;（(\s]|以上|左右|$)")


def _work(clause: Clause, topic: Topic) -> str:
    """What a clause says; of a row the cell that says most of the matter, not the bodies."""
    text = clause.text.strip()
    return max(text.split("\t"), key=lambda cell: (weight(cell, topic), len(cell))) if clause.kind == "row" else work_of(clause).strip()


def _answer(text: str) -> str:
    """A text without the question that it begins with: what is asked in an interview says nothing."""
    first, mark, rest = text.partition("？")
    return rest.strip() if mark and rest.strip() and not set(first) & set("。；") else text


def lines_of(matter: Matter, best: Mapping[str, Fit], found: Mapping[str, Sequence[Fit]], topic: Topic, asked: str) -> list[Line]:
    """The lines of all sides, of more than two from the highest level down, each side's own clause first, then those of its other documents that state the figure."""
    out: list[Line] = []
    for side, fit in best.items():
        first = line_of(matter, side, fit, topic, asked)
        out.append(first)
        others: dict[str, Line] = {}
        for other in found[side] if asked and first.figure else ():
            document = home(matter, other.clause.document)
            if document.id != first.document.id and document.id not in others and document.genre not in BESIDE and other.fit >= SECOND * fit.fit and other.one:
                line = line_of(matter, side, other, topic, asked)
                others |= {document.id: line} if line.figure and not line.lacking and _measures(line.figure) & _measures(first.figure) else {}
        out += list(others.values())[:MORE]
    if len(best) < 3:  # of two that which is asked about first
        return out
    return sorted(out, key=lambda line: LEVELS.index(line.document.level) if line.document.level in LEVELS else len(LEVELS))


def _measures(figure: str) -> set[str]:
    """What figures are counted by, the first character of each: 900个 and 60周岁 have none in common."""
    return {"%" if m.group().startswith("百分之") else re.sub(r"^[0-9.一二两三四五六七八九十百千]+[ \u3000]?[多余]?[万亿千百]*", "", m.group())[:1] for m in figure_pattern().finditer(figure)}


def told_of(matter: Matter, lines: Sequence[Line], missing: Sequence[str]) -> str:
    """The lines as text: all at a glance, whether they are the same or which is the most, then one by one."""
    firsts = list({line.side: line for line in reversed(lines)}.values())[::-1]
    own = {first.side: "、".join(list(dict.fromkeys(line.figure for line in lines if line.side == first.side and line.figure))[: MORE + 1]) for first in firsts}
    glance = at_a_glance([(line.document, own[line.side]) for line in firsts])  # two documents of a side may say two things
    values: dict[str, set[tuple[float, str] | None]] = {line.side: set() for line in lines}
    for line in lines:
        values[line.side].add(value_of(line.figure))
    verdict = _verdict(firsts, matter.question.text) if not missing and all(len(v) == 1 for v in values.values()) else ""
    parts = []
    for line in lines:
        figure = f"{line.figure}，" if line.figure else ""
        parts.append(f"{line.side}：{figure}“{line.quote}”（{clause_name(matter, line.clause)}）{line.lacking}")
    return verdict + glance + "\n".join(parts)


@cache
def _most() -> re.Pattern[str]:
    return re.compile(r"[谁哪][一-龥]{0,5}?(?:更|最)?([高低多少大小早晚快慢长短])|(?:更|最)([高低多少大小早晚快慢长短])|([高多大早快长低少小晚慢短])还是[一-龥]{0,8}?[低少小晚慢短高多大早快长]")


@cache
def _two_measures() -> re.Pattern[str]:
    """Two things asked of a matter: 增速和余额."""
    measure = "(?:[率比]例?|增速|余额|数量|标准|时间|金额|规模|人数|户数)"
    return re.compile(rf"{measure}(?:和|与|及|以及|、)[一-龥]{{0,6}}?{measure}")


def _verdict(lines: Sequence[Line], question: str) -> str:
    """Which side has the most where that is asked, or whether all have the same; "" where the figures cannot be set beside each other."""
    values = [(value_of(line.figure), line) for line in lines]
    if len(lines) < 2 or _two_measures().search(question) or any(v is None for v, _ in values) or len({v[1] for v, _ in values if v is not None}) != 1:
        return ""
    numbers = [(v[0], _name(line)) for v, line in values if v is not None]
    found = _most().search(question)
    word = next((g for g in found.groups() if g), "") if found else ""
    if word:
        top = (max if word in "高多大晚慢长" else min)(n for n, _ in numbers)
        first = [name for n, name in numbers if n == top]
        return "" if len(first) == len(numbers) else f"{'、'.join(dict.fromkeys(first))}{'更' if len(numbers) == 2 else '最'}{word}。"
    if any(w in question for w in ("一样", "一致", "相同", "冲突", "矛盾")):
        return "" if len({n for n, _ in numbers}) == 1 else "不一样。"
    return ""


def value_of(figure: str) -> tuple[float, str] | None:
    """The one number of a figure with its measure, or the month by which something is done; None where it has none or several."""
    date = re.fullmatch(r"\s?((?:19|20)[0-9]{2})年(?:([0-9]{1,2})月)?年?[底末]?(?:以前|之前|前)?", figure)
    if date:
        return int(date.group(1)) * 12 + int(date.group(2) or 12), "日期"
    found = [m for m in figure_pattern().finditer(without_times(figure))]
    number = re.match(r"([0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十]+)\s?(.*)", found[0].group()) if len(found) == 1 else None
    if number is None:
        return None
    value = float(number.group(1)) if number.group(1)[0].isdigit() else float(to_int(number.group(1).replace("两", "二")) or 0)
    unit = number.group(2)
    for sign, times in SCALES.items():
        if unit.startswith(sign):
            value, unit = value * times, unit[1:]
    behind = figure[figure.find(found[0].group()) + len(found[0].group()) :]
    return value, unit + re.sub(r"以上|以下|以内|左右|[内]", "", behind)[:4]


def _name(line: Line) -> str:
    if line.document.level == "national":
        return "国家"
    return min(short_names(line.document.region or ""), key=len) or line.side
