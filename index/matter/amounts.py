"""Figures and deadlines in running text: which stretch of a clause states what is asked, and the figure as it is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from index.asking.measures import calendar, dates, wanted_measure
from index.asking.moments import SAME, WITHIN, moments, nearness, stated, time_at, without_times
from index.matter.figures import (
    bounding,
    figure_pattern,
    find_figure,
    has_figure,
    level_named,
    sentences,
    unnumbered,
    weight,
)
from index.matter.narrowed import Stretch, is_bounded, of_age, of_level, of_thing
from index.matter.parts import Topic
from index.tokens import bare
from kb.frozen import replace

HEADED = 0.6  # what a word of the topic counts for a sentence when only the clause's heading has it
NEARLY = 0.75  # of the best stretch's score, from which another is given with it
WHOLLY = 0.9  # the same where the best says the whole topic
TERM = 5  # characters of a matter that one stretch says word for word, so that one which does not is of another
MOST = 6  # stretches given
LISTED = 24  # characters before 分别 in which the things stand that it gives their figures
LEAST = 0.2  # share of the topic that a sentence says at least where the question names a time
MEASURED = 0.5  # share of the topic from which a sentence with the measure asked for is the one that answers
CARRIED = 0.6  # what a sentence counts whose matter the one before names
ALIKE = 0.4  # share of the best stretch's score that one with the bound asked for has at least
SECOND = 0.5  # and when the part of the sentence before has it


IN_TIME = (0.7, 1.2, 1.4)  # what a stretch counts by how near its time is to the one asked for


def _in_time(text: str, question: str) -> float:
    """More for a stretch of the time that the question names, less for one of another."""
    asked, said = moments(question), stated(text)
    return IN_TIME[nearness(asked, said)] if asked and said else 1.0


def stating(text: str, heading: str, topic: Topic, question: str) -> tuple[str, float]:
    """The sentence of a clause that says most of the topic and states a figure, with its weight; ("", 0) when there is none."""
    wanted = wanted_measure(question)
    head = weight(heading, topic) * HEADED if heading else 0.0
    best, most = "", 0.0
    measured, least = ("", 0.0), MEASURED * weight(topic.text, topic)
    timeless = _timeless(topic) if moments(question) else None
    carried = 0.0  # what the sentence before says of the matter, of which an elliptical one (到2027年，比例达到65%) goes on to speak
    for sentence in sentences(text):
        before, carried = carried, weight(sentence, timeless or topic)
        before = before * CARRIED if timeless is not None and re.match(r"(?:其中[，,]?)?(?:力争)?[到至]?(?:20[0-9]{2}年|二〇[一-龥]{2}年)", sentence) else 0.0
        carried = max(carried, before)
        if not has_figure(unnumbered(sentence)) or (heading and bare(sentence).rstrip("。").endswith(bare(heading)) and len(sentence) < len(heading) + 8):
            continue
        if timeless is not None and before + weight(sentence, timeless) + weight(heading, timeless) * HEADED < LEAST * weight(timeless.text, timeless):
            continue  # of the time asked for, but of another matter
        own = weight(sentence, topic) + before
        fits = wanted is not None and bool(wanted.search(sentence))
        score = (max(own, 0.001) + head) * (1.35 if fits else 1.0) * _in_time(sentence, question)
        level = _of_its_level(sentence, question)
        score *= level
        score *= 1.2 if wanted is dates() and calendar().search(sentence) else 1.0
        if score > most:
            best, most = sentence, score
        if fits and own * level * level >= least and score > measured[1]:
            measured = sentence, score
    return measured if measured[0] else (best, most)


LEVELLED = (0.7, 1.0, 1.3)  # what a sentence counts that names another level than the question, none, the same


def _of_its_level(sentence: str, question: str) -> float:
    """More for a sentence of the level that the question names (市级财政几天内下达), less for one of another."""
    asked = set(level_named().findall(question)) if "级" in question else set()
    said = set(level_named().findall(sentence)) if asked else set()
    return LEVELLED[1] if not said else LEVELLED[2] if asked & said else LEVELLED[0]


def _timeless(topic: Topic) -> Topic:
    """A topic without its years."""
    words = tuple(p for p in topic.words if not moments(p.text))
    return replace(topic, text="".join(topic.stretches), words=words, pairs=tuple((p, w) for p, w in topic.pairs if not p.isdigit()))


def untabbed(row: str) -> str:
    """What a row of a table says, without the cell that only numbers it: 4⇥高龄补助⇥80周岁以上 is 高龄补助，80周岁以上."""
    cells = [cell.strip() for cell in row.split("\t") if cell.strip()]
    numbered = len(cells) > 1 and re.fullmatch(r"[（(]?[0-9一二三四五六七八九十]{1,4}[.、．)）]?", cells[0]) is not None
    return "，".join(cells[numbered:])


SHARED = ("分担", "分摊", "怎么分", "各出", "各担", "各级出")


def asks(question: str) -> list[re.Pattern[str]]:
    """The measures that a question asks for where it asks for more than one; none where it asks for one."""
    question = re.sub(r"怎么([补奖罚])(?=$|[，,；;、？?的呢])", r"\1多少钱", question) if "怎么" in question else question
    asks = [p for p in re.split(r"[，,；;、？?]|(?<=[一-龥])(?=每[人户名个家亩处所](?:[^，,]{0,3})(?:多少|几))", question) if re.search(r"多少|几", p)]
    found = list(dict.fromkeys(w for w in map(wanted_measure, asks) if w is not None)) if len(asks) > 1 else []
    return found if len(found) > 1 else []


def point(sentence: str, topic: Topic, question: str) -> str:
    """The parts of a sentence that state the figure asked for, exactly as printed: 护理床位占比达到55%以上.

    A figure belongs to the time named nearest before it: where the question names a time, figures of another are left out as long as
    the sentence has one of that time.
    """
    parts = _figured(sentence, topic, question)
    of_time = [p for p in parts if p.time in (SAME, WITHIN)]
    if all(m.first == m.last for m in moments(question)):  # a year, not a plan: what holds for the whole plan is not of that year
        of_time = [p for p in of_time if p.time == SAME] or of_time
    if of_time and any(p.time is not None and p not in of_time for p in parts):
        parts = of_time
    bounded = [p for p in parts if is_bounded(p.text, question)]
    best = max(parts, key=lambda p: p.score, default=None)
    if best is not None and bounded and (max(p.score for p in bounded) >= ALIKE * best.score or any(p.start == best.end for p in bounded)):
        parts = bounded  # 一般为5年，最长不超过10年: what goes on from the best stretch is of its matter
    parts = of_thing(of_age(of_level(parts, question), question), topic)
    chosen = _chosen(parts, sentence, topic, wanted_measure(question))
    wanted = wanted_measure(question)
    if wanted is not None and not any(wanted.search(p.text) for p in chosen):
        fitting = [p for p in parts if wanted.search(p.text)]
        chosen = _respectively([max(fitting, key=lambda p: p.score)], parts, sentence) if fitting else chosen
    for wished in asks(question):  # 新建几个、补多少: what answers the second is given too
        best = max((p for p in parts if wished.search(p.text)), key=lambda p: p.score, default=None)
        chosen += [best] if best is not None and best not in chosen else []
    if any(word in question for word in SHARED):  # 怎么分担: who pays how much belongs to the figure
        chosen += [p for p in parts if p not in chosen and re.search(r"[0-9]\s?[:：∶]\s?[0-9]", p.text)]
    said, done = "", 0
    for p in sorted(chosen, key=lambda p: p.end)[:MOST]:
        said, done = said + sentence[max(_list_start(p, sentence), done) : p.end], p.end
    said = unnumbered(said).strip("，、；：。,;: ")
    return said.strip("“”\"'") if said.count("“") != said.count("”") or said.count('"') % 2 else said


def _chosen(parts: Sequence[Stretch], sentence: str, topic: Topic, wanted: re.Pattern[str] | None) -> list[Stretch]:
    """The stretches that say most of the topic; of several things that it names those that name them; a list is not torn apart."""
    literal = [p for p in parts if any(len(s) >= TERM and s in bare(p.text) for s in topic.stretches) and (wanted is None or wanted.search(p.text))]
    best = max(literal or parts, key=lambda p: p.score, default=None)
    if best is None:
        return []
    near = WHOLLY if weight(best.text, topic) >= 0.95 * weight(topic.text, topic) else NEARLY
    whole = next((s for s in topic.stretches if len(s) >= TERM and s in bare(best.text)), "")  # 森林火灾受害率: not 草原火灾受害率 beside it
    chosen = [p for p in parts if p is best or (p.score >= near * best.score and whole in bare(p.text) and not p.text.lstrip().startswith("其中"))]
    named = [s for s in topic.stretches if len(s) > 1]
    chosen += [p for p in parts if p not in chosen and len(named) > 1 and any(s in bare(p.text) for s in named)]
    places = [n for n, p in enumerate(parts) if p in chosen]
    for first, last in pairwise(places):  # 5个示范区、7个示范乡镇、12个精品村: what stands between two of a list
        if not re.search(r"[，；。,;]", sentence[parts[first].end - 1 : parts[last].start]):
            chosen += [p for p in parts[first + 1 : last] if p not in chosen]
    return _respectively(chosen, parts, sentence)


def _respectively(chosen: list[Stretch], parts: Sequence[Stretch], sentence: str) -> list[Stretch]:
    """With what follows 分别: of 分别达到50%以上、不低于8% the end is said of the second thing named before."""
    for p in parts:
        if p not in chosen and any("分别" in c.text and sentence[c.end : p.start].strip() == "" and c.text.endswith("、") for c in chosen):
            chosen.append(p)
    return chosen


def _list_start(part: Stretch, sentence: str) -> int:
    """Where a stretch begins; one that gives several things their figures (村、镇占比分别达到) with the first of them."""
    if "分别" not in part.text:
        return part.start
    return max(part.start - LISTED, *(sentence.rfind(stop, 0, part.start) + 1 for stop in "，；。,;"), 0) if sentence[: part.start].endswith("、") else part.start


@lru_cache(maxsize=1)
def _each() -> re.Pattern[str]:
    """What a figure is counted by: 每镇, 每人每年."""
    return re.compile(r"每(?:百|千|万)?(?:个|名|人|户|镇|乡|村|县|市|年|月|季度|季|半年|周|天|日|次|张|亩|餐|套|间|床|平方米|公里|学期|学年|生|位|家|所|处|项|台|件|辆|头)")


@lru_cache(maxsize=1)
def _behind() -> re.Pattern[str]:
    """The rest of a measure and what bounds the figure behind it."""
    return re.compile(r"(?:工作日|百分点|方公里|方米|时|次|里|月|米|顷)?(?:/[^\W\d]{1,4}?(?=以[上下内]|之内|左右|内|[\W\d]|$))?(?:以上|以下|左右|以内|之内|内)?")


FAR = 16  # characters between what a figure is counted by and the figure
SHARE_FAR = 4  # and where the figure is a share


def brief(said: str, question: str) -> str:
    """Figures that were pointed at, each with its bound and what it is counted by: 每镇每年2000万元，6:3:1; as it was where that is not clear.

    A stretch with several figures is cut down to the one of the measure asked for; none is where the question is for a time.
    """
    wanted = wanted_measure(question)
    if wanted is dates():
        return said if any(word in question for word in SHARED) else _date(said)
    out: list[str] = []
    stretches = re.split(r"[，；,;]", re.sub(r"[（(][^（）()]{0,40}[）)]", "", said))
    wishes = asks(question) or ([wanted] if wanted is not None else [])
    told = len(re.findall(r"多少|几|多[大高长]", question)) <= len(wishes) and not any(word in question for word in SHARED) and all(any(w.search(s) for s in stretches) for w in wishes)
    fitting = [s for s in stretches if any(w.search(s) for w in wishes)] if told else []
    for stretch in fitting or stretches:
        bared = without_times(stretch)
        found = [m for m in figure_pattern().finditer(bared) if find_figure(bared[max(0, m.start() - 1) : m.end() + 1]) is not None]
        if len(found) > 1 and wanted is not None:
            found = [m for m in found if any(w.search(m.group()) for w in wishes)]
        if not found:
            continue
        figure, before = found[0], bared[: found[0].start()]
        bound, behind = bounding().search(before), _behind().match(bared, figure.end())
        if len(found) > 1 or not (bound or any(c.isdigit() for c in figure.group()) or (behind and behind.group().startswith("工作日"))):
            return said
        own = figure.group() + (behind.group() if behind else "")
        text = _counted_by(before, figure.group(), question) + (next(g for g in bound.groups() if g) if bound else "") + own + _bracket(own, said)
        out += [text] if not any(figure.group() in other for other in out) else []
    return "，".join(out) if out and not any("〓" in text for text in out) else said


@lru_cache(maxsize=1)
def _day() -> re.Pattern[str]:
    """A time by which something is done, as it is printed."""
    year = r"(?:(?:19|20)[0-9]{2}\s?年?\s?[-－—–~～至到]{1,2}\s?)?(?:19|20)[0-9]{2}\s?年"
    return re.compile(
        rf"(?:每年|次年|当年|每月|次月)?(?:{year}\s?(?:[0-9]{{1,2}}\s?月(?:\s?[0-9]{{1,2}}\s?日)?)?|[0-9]{{1,2}}\s?月(?:\s?[0-9]{{1,2}}\s?日)?)年?(?:底|末|初|上旬|中旬|下旬)?(?:以前|之前|前)?"
        r"|[0-9一二两三四五六七八九十]{1,4}\s?(?:个?工作日|天|日|个月|年)(?:之内|以内|内|左右)"
    )


def _date(said: str) -> str:
    """The one time in what was pointed at; all of it where there is none or are several."""
    found = list(_day().finditer(said))
    due = found[-1:] if found and not re.search(r"[，、；,;]", said[found[0].end() : found[-1].start()]) and not any(_due(m.group()) for m in found[:-1]) else []
    return due[0].group().strip() if due and (len(found) == 1 or _due(due[0].group())) else said  # 2021年资金在6月底前拨付: the first is no deadline


def _due(time: str) -> bool:
    return time.endswith(("前", "底", "末", "内"))


def _bracket(figure: str, said: str) -> str:
    """What stands in brackets right behind a figure and counts too: 不少于2次（上下半年各1次）."""
    found = re.search(rf"{re.escape(figure)}\s?([（(][^（）()]{{2,20}}[）)])", said)
    return found.group(1) if found and has_figure(without_times(found.group(1))) else ""


def _counted_by(before: str, figure: str, question: str) -> str:
    """What a figure is counted by where that stands near it: 每镇每年; of several that follow each other all. A question that says it need not be told again."""
    near = figure.endswith(("%", "％", "‰")) or (figure.endswith(("次", "回", "遍")) and re.search(r"[一每][年月周天日季]|每季", question))
    said, end = "", len(before) - (SHARE_FAR if near else FAR)
    for found in reversed(list(_each().finditer(before))):
        if found.end() < end:
            break
        said, end = found.group() + said, found.start()
    return said


def _figured(sentence: str, topic: Topic, question: str) -> list[Stretch]:
    """The stretches between commas that state a figure, with how much of the topic they say."""
    wanted, asked, named = wanted_measure(question), moments(question), stated(sentence)
    out: list[Stretch] = []
    before, at = 0.0, 0
    for text in _stretches(sentence):
        own, start, at = weight(text, topic), at, at + len(text)
        bared = without_times(unnumbered(text)) if asked and wanted is not dates() else unnumbered(text)
        figure = find_figure(bared)
        if figure is not None:
            ends = [start + m.end() for m in figure_pattern().finditer(text) if not moments(m.group())] if asked and len(stated(text)) > 1 else []
            ends = ends or [start + max(0, text.rfind(figure.group())) + len(figure.group())]
            times = [time_at(sentence, end, named) for end in ends] if asked else []
            held = max(times, key=lambda t: nearness(asked, t), default=())  # 由2015年的4863元增长到2020年的8113元: each has its own
            time = nearness(asked, held) if held else None
            first = min([start, *(m.start for m in held[:-1] if m.start < start)])
            score = (own + SECOND * before + 0.001) * (1.6 if wanted is not None and wanted.search(text) else 1.0)
            out.append(Stretch(first, at, sentence[first:at], score * (1.0 if time is None else IN_TIME[time]), time))
        if text.strip():
            before = own if own else before * SECOND
    return out


def _stretches(sentence: str) -> list[str]:
    """A sentence cut behind its commas; a list without figures of its own stays with what it follows: 检查一次消防、食品安全."""
    out: list[str] = []
    for text in re.split(r"(?<=[，、；：,;])(?![^（(]{0,30}[）)])", sentence):
        if out and out[-1].endswith("、") and has_figure(out[-1]) and not has_figure(text):
            out[-1] += text
        else:
            out.append(text)
    return out
