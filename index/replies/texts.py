"""Which clause says something; figures and deadlines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.asking.measures import asks_money, calendar, dates, gives, must_match, shares, wanted_measure, when
from index.asking.moments import APART, SAME, moments, nearness, of_its_year, stated, without_times
from index.asking.naming import PAPERS
from index.asking.topics import handed_in
from index.asking.wording import wording
from index.matter.amounts import brief, point, stating, untabbed
from index.matter.asides import at_a_glance, beside
from index.matter.asked import as_asked, asks_kinds, of_each_year, says_handed, says_units, states_as_asked
from index.matter.cells import year_parts
from index.matter.columns import cell_of, due, has_cells, head_line, names_row
from index.matter.figures import figure_pattern, has_figure, weight
from index.matter.oneness import as_one
from index.matter.parts import Topic
from index.matter.taken_apart import make_topic
from index.matter.topic import Fit, find, is_here
from index.replies.defined import asks_what, by_name, defining, definition, prose_standard
from index.replies.elsewhere import elsewhere
from index.replies.goals import goals
from index.replies.numbered import PART, by_number, no_such_item
from index.replies.penalties import penalty
from index.replies.reply import (
    LEVEL_WORDS,
    Matter,
    Reply,
    best_sentences,
    clause_name,
    document_name,
    home,
    place_of,
    quote,
    refuse,
    searched,
    short,
    together,
)
from index.replies.several import asked_apart, beside_told, each_its_own
from index.tokens import bare
from kb.frozen import dataclass, replace
from kb.model import Clause, Document
from kb.records import evidence_record

ENOUGH = 0.45
IN_ONE = 0.3  # the same where one document is named: what is nearest there is wanted
OF_EACH = 0.6  # of the best fit, from which the best of another document of that name is given too
MOSTLY = 0.75  # share of the topic that a stretch says which tells when it recurs
LEFT = 4  # characters of a matter that are left without its measure
NEARLY_ALL = 0.85  # of the topic's words, which a clause of the one document named says together
MOST = 6
BELOW = 8  # headings below one that are named
ITEMS = 8  # of a clause that only introduces them: 有下列情形之一的：
HEADED = 8  # characters of a clause beside its heading that are its number
STRANGE = 0.42  # see index/replies/units.py
STATED = 0.3  # share of the topic that the sentence with the figure and its heading say
SENTENCE = 160  # characters of a sentence that an answer prints whole

BRIEF = 120  # characters of a clause that is about one thing
PLAN = 5  # years for which a document plans
GROWTH = 0.4  # what a figure of what is added loses against one of what is reached, where growth is not asked for
_GOALS = re.compile(r"目标|指标|任务|完成|达到|实现|做|办完|办结|到期|截止|哪些事|数字|时限|节点|时间要求|时间安排")
_DONE = re.compile(r"[年月底末初前内完成办结到位做好落实要在的之事是上下半第一二三四季度0-9]{1,24}")
_WHEN = re.compile(r"(?:什么时候|何时|啥时候|哪天|哪一天|几号|几月份?)(.*)$")
_TERM = re.compile(r"期限|时限|完成时间|完成日期|时间要求")
_COMPLETED = re.compile(r"完成|建成|办结|做完|到期|截止|达到|实现|期限|时限|最晚|最迟|年底|之前|底前")
_RECURS = re.compile(r"每个?(?:季度?|半年|年|学期|月|周)(?:[末底初首]月?)?(?:[0-9]{1,2}月|第[一二三四]个?月)?(?:[0-9]{1,2}日)?(?:[上中下]旬|底|末|初)?(?:之?前)?")  # what recurs is done then
_GROWTH = re.compile(r"新增|新建|增加|每年")


def clause(matter: Matter) -> Reply:
    """The clauses that say what is asked about."""
    question, index = matter.question, matter.index
    topic = make_topic(index, question.topic)
    if question.items and matter.homes is not None:
        numbered = by_number(matter, topic)
        if not numbered:
            return no_such_item(matter)
        whole = PART.search(question.text)  # the third part is one, a third item may be several
        return _clauses(matter, numbered[:1] if topic.words or whole else numbered[:MOST], topic)
    found = [f for f in defining(matter, _about(matter, topic), topic, question.text) if as_asked(f, topic, question.text)]
    found = found or defining(matter, by_name(matter, topic), topic, question.text)
    found = [f for f in found if _of_the_time(matter, f)]
    if not found:
        where = "、".join(document_name(matter.documents[n]) for n in (matter.homes or ())[:2]) or "库中文件"
        kinds = "分为几类" if asks_kinds().search(question.text) else ""
        return refuse(f"{where}里没有写到“{question.topic or question.text}”{kinds}", elsewhere(matter, topic), more=[f"policykb search {question.topic or question.text}"])
    if asks_what(question.text) and (said := definition(matter, topic)) is not None:
        return said
    best = [f for f in found if f.fit >= found[0].fit * 0.88][:MOST]
    best += [f for f in _firsts(found) if f not in best and len(question.named) > 1 and f.fit >= found[0].fit * OF_EACH]
    return _clauses(matter, sorted(best, key=lambda f: only_heads(f.clause)), topic)


def _of_the_time(matter: Matter, fit: Fit) -> bool:
    """Whether a clause may say something of the year that a question names: what a yearly plan says, 2026年 of 2025年工作计划, is of its own year."""
    asked, titled = moments(matter.question.text), moments(home(matter, fit.clause.document).title)
    if not asked or not titled or matter.question.named or nearness(asked, titled) != APART:
        return True
    return nearness(asked, moments(fit.clause.text)) != APART


def _firsts(found: Sequence[Fit]) -> list[Fit]:
    """The best of each document: where several bear the name that a question says, each may be the one meant."""
    return list({f.clause.document: f for f in reversed(found)}.values())[::-1]


def _below(matter: Matter, clause: Clause) -> tuple[str, list[Clause]]:
    """What stands below a heading: the headings there, or the first and last of its articles; with the clauses named."""
    below = matter.store.read(Clause, "document = ? AND parent = ?", (clause.document, clause.id))
    headed = [c for c in below if c.heading][:BELOW]
    if headed:
        return "，下有" + "、".join(f"“{short(c.heading or '', 30)}”" for c in headed) + ("等" if len(below) > BELOW else ""), headed
    articles = [c for c in below if c.kind == "article" and c.ordinal]
    if len(articles) > 1:
        return f"，{articles[0].ordinal}至{articles[-1].ordinal}", [articles[0], articles[-1]]
    return "", []


def only_heads(clause: Clause) -> bool:
    """Whether a clause is a heading alone, which says nothing of the matter."""
    return bool(clause.heading) and len(clause.text) <= len(clause.heading or "") + HEADED


def _clauses(matter: Matter, best: Sequence[Fit], topic: Topic) -> Reply:
    """Names clauses and quotes the first."""
    words = [p.text for p in topic.words]
    names = [clause_name(matter, f.clause) for f in best]
    said = best_sentences(best[0].clause.text.strip(), [bare(w) for w in words], SENTENCE)
    text = f"{'；'.join(names[:3])}{'等' if len(names) > 3 else ''}：“{said}”"
    evidence = [quote(matter, f.clause, words) for f in best]
    if only_heads(best[0].clause):
        said, shown = _below(matter, best[0].clause)
        text += said
        evidence += [quote(matter, c) for c in shown]
    elif best[0].clause.text.rstrip().endswith(("：", ":")):
        items = matter.store.read(Clause, "document = ? AND parent = ?", (best[0].clause.document, best[0].clause.id))
        text += "".join(f"“{c.text.strip()}”" for c in items[:ITEMS]) + (f"等 {len(items)} 项" if len(items) > ITEMS else "")
        evidence += [quote(matter, c) for c in items[:ITEMS]]
    return Reply(text, clauses=tuple(f.clause.id for f in best), evidence=tuple(evidence), more=(f"policykb show {best[0].clause.id}",))


def _about(matter: Matter, topic: Topic) -> list[Fit]:
    """The clauses that say enough of the topic; where one document is named, those nearest to what its title does not say."""
    if matter.homes is not None and len(matter.homes) == 1:
        topic = untitled(topic, bare(matter.documents[matter.homes[0]].title))
    found = [f for f in find(matter.index, topic, matter.homes) if f.strange < STRANGE and f.clause.kind != "preamble" and says_units(matter, f.clause)]
    good = [f for f in found if f.fit >= ENOUGH and f.words >= 0.4 and is_here(topic, f)]
    if good or matter.homes is None or len(matter.question.named) != 1:
        return good
    return [f for f in found if f.fit >= IN_ONE and f.words >= 0.4 and (is_here(topic, f) or min(f.together, f.words) >= NEARLY_ALL)]


def untitled(topic: Topic, title: str) -> Topic:
    """The topic without the words of a document's title, which hold for all its clauses; the whole where nothing else is left."""
    words = tuple(p for p in topic.words if p.text not in title)
    pairs = tuple((p, w) for p, w in topic.pairs if p not in title)
    return replace(topic, words=words, pairs=pairs) if words and pairs else topic


def target(matter: Matter) -> Reply:
    """The figure, target or deadline, in the words of the text, at each place that states it."""
    question, index = matter.question, matter.index
    if not matter.told and (both := asked_apart(matter, target)) is not None:
        return both
    if (due_for := penalty(matter)) is not None:
        return due_for
    topic = make_topic(index, question.topic)
    if question.kind == "target" and not question.items and not _matter(topic) and not handed_in(question.text) and _GOALS.search(question.text):
        return goals(matter)
    numbered = by_number(matter, topic) if question.items and matter.homes is not None else []
    if question.items and question.named and not numbered:
        return no_such_item(matter)
    found = [f for f in numbered[:1] if has_figure(f.clause.text)]
    found = found or [f for f in find(index, topic, matter.homes) if f.fit >= ENOUGH * 0.85 and f.words >= 0.4 and f.strange < STRANGE and (is_here(topic, f) or names_row(matter, f, topic, question.text)) and (has_figure(f.clause.text) or (f.clause.kind == "row" and has_cells(f.clause.text)) or _due(matter, f, topic, 1.0)) and says_units(matter, f.clause) and says_handed(f, topic, question.text)]
    if prose_standard(question.text) and (prose := definition(matter, topic)) is not None:
        figures = _figures(matter, found, topic) if found else None
        return together([prose, figures]) if figures is not None and figures.answered else prose
    if (each := each_its_own(matter, found, target)) is not None:
        return each
    if not found:
        return clause(matter) if not question.topic else beside_told(matter, topic) or _unmeasured(matter) or _none(matter, topic)
    return _figures(matter, found, topic)


def _figures(matter: Matter, found: Sequence[Fit], topic: Topic) -> Reply:
    """What the clauses found state of the matter, each with its place."""
    question = matter.question
    said = _all_said(matter, found, topic)
    if not said:
        return beside_told(matter, topic) or _unmeasured(matter) or _none(matter, topic)
    if _of_other_times(matter, said):
        figure, whole = _printed(said[0], topic, question.text)
        return refuse(f"{searched(matter)}里没有关于“{question.topic}”的数字，只有别的时间的", f"“{whole or figure}”（{clause_name(matter, said[0].fit.clause)}）", more=[f"policykb search {question.topic}"])
    top = max(s.weight for s in said)
    when = {s.fit.clause.id: _time(s, home(matter, s.fit.clause.document), question.text) for s in said}
    growth = 0.0 if _GROWTH.search(question.text) else GROWTH

    def order(s: _Said) -> tuple[float, ...]:
        return (-when[s.fit.clause.id], growth * bool(_GROWTH.search(s.figure)) - s.weight / top - s.fit.fit, s.fit.number)

    chosen = _of_documents(matter, sorted((s for s in said if s.weight >= top * (0.5 if s.table and when[s.fit.clause.id] == SAME else 0.7)), key=order)[:4], said)
    if chosen[0].table and when[chosen[0].fit.clause.id] == SAME:  # the column of the year asked for
        chosen = [s for s in chosen if when[s.fit.clause.id] == SAME]
    parts, evidence, heads = [], [], []
    for s in chosen:
        d = home(matter, s.fit.clause.document)
        place = d.region or LEVEL_WORDS.get(d.level or "", "")
        figure, whole = _printed(s, topic, question.text)
        name = clause_name(matter, s.fit.clause)
        parts.append((f"{place}：" if len(chosen) > 1 and place else "") + (f"{figure}（{name}{f'：“{whole}”' if whole else ''}）" if figure else f"“{whole}”（{name}）"))
        heads.append((d, figure))
        at = place_of(matter.store, s.fit.clause)
        evidence.append(evidence_record(s.fit.clause.id, d, at, s.quote, (s.fit.clause.first_line, s.fit.clause.last_line)))
        if s.heads and (head := head_line(matter, s.fit.clause, s.heads)) is not None:
            evidence.append(evidence_record(s.fit.clause.id, d, at, head[1], (head[0], head[0])))
    ids = tuple(s.fit.clause.id for s in chosen)
    return Reply(at_a_glance(heads) + "；".join(parts) + "。", clauses=ids, evidence=tuple(evidence), more=tuple(f"policykb show {id}" for id in ids[:2]))


def _of_documents(matter: Matter, chosen: Sequence[_Said], said: Sequence[_Said]) -> list[_Said]:
    """What was chosen, with what an interview or notice says of a document replaced by the document's own words where these state the same figure."""
    out: list[_Said] = []
    for one in chosen:
        document, figures = home(matter, one.fit.clause.document), set(figure_pattern().findall(one.figure))
        own = None
        if document.genre in PAPERS and figures:
            others = (o for o in said if home(matter, o.fit.clause.document).genre not in PAPERS and home(matter, o.fit.clause.document).level == document.level)
            own = next((o for o in others if figures <= set(figure_pattern().findall(o.figure))), None)
        if (own or one) not in out:
            out.append(own or one)
    return out


def _unmeasured(matter: Matter) -> Reply | None:
    """The answer to a question without the name of the measure at the end of its matter (示范村补助多少: 示范村不低于10万元); None where there is none."""
    question = matter.question
    ends = next((w for w in wording().measures if question.topic.endswith(w) and len(question.topic) - len(w) >= LEFT), "")
    if not ends or wanted_measure(question.text) is None:
        return None
    found = target(replace(matter, question=replace(question, topic=question.topic.removesuffix(ends))))
    return found if found.answered else None


def _matter(topic: Topic) -> bool:
    """Whether a topic names anything but a time and words that say nothing of a matter."""
    return any(p.text not in wording().soft and not moments(p.text) and not _DONE.fullmatch(p.text) for p in topic.words)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a clause says to a question for a figure: the sentence or row, the figure in it, what is quoted, how much of the topic it says."""

    fit: Fit
    sentence: str
    figure: str
    quote: str
    weight: float
    whole: bool = False  # whether it is said of all that stands there: the column for the time of a row
    table: bool = False  # whether it is a cell of a table, told with its row and column
    heads: tuple[str, ...] = ()  # the heads of the table above a row


def told(matter: Matter, fit: Fit, topic: Topic) -> tuple[Topic, float]:
    """The topic without what the document's title says for all its sentences, and what a share of it counts of the whole."""
    rest = untitled(topic, bare(home(matter, fit.clause.document).title))
    own = weight(rest.text, rest)
    return (rest, weight(topic.text, topic) / own) if own else (topic, 1.0)


def _due(matter: Matter, fit: Fit, topic: Topic, scale: float) -> _Said | None:
    """By when the work of a clause is to be done as a column of its own says, where a question asks for a time and the work itself states none."""
    if wanted_measure(matter.question.text) is not dates() and not _TERM.search(matter.question.text):
        return None
    printed, work = due(matter, fit)
    if not printed or (calendar() if when().search(matter.question.text) else dates()).search(work):
        return None  # 什么时候: five days for each case are no time by which the work is done
    text = fit.clause.text.strip()
    return _Said(fit, text, printed, f"{text}\t" if "\t" not in text else text, weight(work, topic) * scale, True)


def _stated(matter: Matter, fit: Fit, topic: Topic, scale: float) -> _Said | None:
    """The sentence of a clause that states what is asked for, or the cell of its tables where that says more; None where nothing does."""
    question = of_its_year(matter.question.text, home(matter, fit.clause.document).date)
    text = fit.clause.text.strip()
    sentence, most = stating(text, fit.clause.heading or "", topic, question)
    cell, heads = cell_of(matter, fit.clause, topic, question)
    if cell is not None and cell.weight > 0 and (cell.weight >= most or has_cells(sentence)):
        figure = cell.told(question)
        number = cell.figure.partition("（")[0] if cell.figure.endswith("）") else ""  # 0.5（试点县） under 时间（工作日）
        return _Said(fit, figure if figure.endswith(cell.measure) else f"{figure}{number}{cell.measure}", figure, cell.lines, cell.weight * scale, table=True, heads=heads)
    if not sentence:
        return None
    figure = point(sentence, topic, question)
    if wanted_measure(question) is dates() and "\t" in sentence and (timed := [c for c in sentence.split("\t") if dates().search(c)]):
        figure = min(timed, key=len)  # a row with a column for the time
    if wanted_measure(question) is not dates() and not has_figure(without_times(figure)):  # a year alone is no aim: what is said of the matter is
        figure = max(re.split(r"[，；。,;]", sentence), key=lambda part: weight(part, topic))
    return _Said(fit, sentence, figure.strip(), sentence, most * scale)


def _time(said: _Said, document: Document, question: str) -> int:
    """How near the time of a figure is to the one asked for; what names none is of the year of its document."""
    asked = moments(question)
    if not asked:
        return 0
    own = stated(said.figure) or stated(said.sentence)
    return nearness(asked, own or moments(f"{document.title} {(document.date or '')[:4]}年"))


def _all_said(matter: Matter, found: Sequence[Fit], topic: Topic) -> list[_Said]:
    """What clauses state to a question for a figure: of the matter as one thing, and where that matters of the measure asked for."""
    question = matter.question.text
    least = STATED * weight(topic.text, topic)
    every = ((f, *told(matter, f, topic)) for f in found[:12])
    said = [s for f, rest, scale in every if (s := _due(matter, f, rest, scale) or _stated(matter, f, rest, scale)) is not None and s.weight >= least]
    said = [s for s in said if states_as_asked(s.sentence, s.figure, question) and _on_it(matter, s, topic)]
    if parts := year_parts(question):  # 二季度末: the figure of the year is none of the quarter's
        said = [s for s in said if parts & year_parts(s.figure)] or said
    wanted = wanted_measure(question)
    fitting = [s for s in said if wanted is not None and (s.whole or wanted.search(s.sentence))]
    if not fitting and wanted is dates() and not _COMPLETED.search(question):
        return _recurring(said, topic, question)
    fitting = [s for s in fitting if not of_each_year(s.figure, question)] or fitting
    if not fitting and asks_money(question):
        return [s for s in said if shares().search(s.sentence) and gives(question, s.sentence)]
    return said if not fitting and not must_match(question) else fitting


def _recurring(said: Sequence[_Said], topic: Topic, question: str) -> list[_Said]:
    """When what is asked about is done again and again, where the stretch that says so is of the matter: 联席会议每半年召开一次.

    Something of what stands behind 什么时候 must be said there: when a report is due tells not when 开会.
    """
    asked = _WHEN.search(bare(question))
    behind = set(asked.group(1)) - set("的了呢吗呀啊要会") if asked else set()
    out = []
    for s in said:
        for stretch in re.split(r"(?<=[，；。,;])", s.sentence):
            recurs = _RECURS.search(stretch)
            if recurs is not None and (not behind or behind & set(stretch)) and weight(stretch, topic) >= MOSTLY * weight(topic.text, topic):
                out.append(replace(s, sentence=stretch.strip("，；,;"), figure=recurs.group()))
                break
    return out


def _on_it(matter: Matter, said: _Said, topic: Topic) -> bool:
    """Whether what states a figure says the matter as one thing; of a short clause any sentence does, of a table any cell."""
    clause = said.fit.clause
    return len(clause.text) <= BRIEF or said.table or "\t" in said.quote or as_one(topic, _before(clause.text, said.quote) + said.quote, bare(clause.heading or ""), bare(home(matter, clause.document).title))


def _before(text: str, sentence: str) -> str:
    """The sentence before one: what it speaks of is still spoken of."""
    before = text[: max(0, text.find(sentence))].rstrip("。； \n")
    return before[max(before.rfind("。"), before.rfind("；"), before.rfind("\n")) + 1 :] + "。" if before else ""


def _of_other_times(matter: Matter, said: Sequence[_Said]) -> bool:
    """Whether the question asks for a time and all figures are of another: 2028年, where 2025年 is said.

    A figure without a time may be of the years that its document's title names, else of those of a plan from its date on.
    """
    asked = moments(matter.question.text)
    for s in said if asked else ():
        document = home(matter, s.fit.clause.document)
        own = stated(s.figure) or stated(s.sentence) or moments(document.title)
        year = int((document.date or "0")[:4])
        if (nearness(asked, own) != APART) if own else not year or any(year <= m.last <= year + PLAN for m in asked):
            return False
    return bool(asked)


def _printed(said: _Said, topic: Topic, question: str) -> tuple[str, str]:
    """The figure, and the sentence where it says more; of a table the figure alone, the rows stand in the evidence; no figure where the sentence is all."""
    if said.table or "\t" in said.quote:
        return untabbed(said.figure), ""
    figure = brief(said.figure, question)
    figure += beside(figure, said.sentence, topic, question) if figure else ""
    whole = said.sentence if len(said.sentence) <= SENTENCE else best_sentences(said.sentence, [bare(said.figure)], SENTENCE)
    return (figure, whole) if figure and len(figure) < len(whole) - 2 else ("", whole)


def _none(matter: Matter, topic: Topic) -> Reply:
    return refuse(f"{searched(matter)}里没有关于“{matter.question.topic}”的数字或时限", elsewhere(matter, topic), more=[f"policykb search {matter.question.topic}"])
