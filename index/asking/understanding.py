"""What a question asks: its kind, place, unit, document, number, and the topic that is left.

Everything that depends on wording stands in kb/data/questions.toml (read by index/asking/wording.py). Nothing is looked up in the knowledge
base but the list of its documents, so that a question is understood the same way before and after any search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from index.asking.bodies import in_list, set_aside
from index.asking.catalogue import Catalogue, places_in, spoken_kinds
from index.asking.compared import asks_place, by_how_much, counted_places
from index.asking.loosely import called, name_before
from index.asking.mentioned import bodies_of, place_as_body, roles_of, tasks_kind
from index.asking.naming import blanked, missing_kind, named_documents, spoken_names, table_named
from index.asking.numbers import items_in, numbered, ordinals, short_numbers, titles_in
from index.asking.offered import offered
from index.asking.side_by_side import Paper, side_by_side
from index.asking.telling import tidy
from index.asking.topics import handed_in, says_anything, topic_of
from index.asking.wording import KINDS, wording
from kb.frozen import dataclass
from kb.model import LEVELS, UnitMention
from kb.regions import Place, find_places, level_of, spelled_out
from kb.units import UnitTable

LISTED = ("在不在", "在列", "在内", "在里面", "在其中", "算不算", "列没列", "有没有列", "在名单", "在配合", "在责任")
WHO = ("谁负责", "谁来负责", "由谁", "哪个部门负责", "哪个单位负责", "哪个局负责", "哪个机构负责", "哪级政府负责", "哪些部门负责", "哪些单位负责", "谁统筹", "谁监督")
WHERE = ("哪条", "哪一条", "第几", "哪几条", "哪里", "哪儿", "哪份", "哪个文件", "哪一章", "哪一节", "哪章", "哪节", "哪款", "哪一款")
OF_A_MATTER = ("leads", "responsible", "cooperates", "clause", "target")  # kinds of questions that ask about a matter

__all__ = ["KINDS", "Question", "missing_kind", "ordinals", "understand"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood."""

    text: str
    kind: str  # of KINDS, or "topic" when nothing says more
    places: tuple[str, ...]  # full names of the places named, in order
    levels: tuple[str, ...]  # levels named without a place: 中央, 省里 …
    units: tuple[str, ...]  # names of bodies as asked, without the place
    titles: tuple[str, ...]  # what stands in 《》, and document numbers
    items: tuple[int, ...]  # 第18条, 任务61, （十三）
    roles: tuple[str, ...]
    yes_no: bool
    topic: str  # what is left: the matter asked about
    asked_level: bool = False  # the level is whom the question is put to: 国家要求…, 省里怎么规定
    named: tuple[str, ...] = ()  # ids of documents that the question names by their kind or title
    offered: tuple[str, ...] = ()  # bodies between which it lets choose: 归民政还是医保管
    beside: tuple[tuple[str, ...], ...] = ()  # ids of the documents that it sets beside each other, each side by itself
    aside: tuple[str, ...] = ()  # bodies that it does not ask for: 除发改委外还有哪些部门


def understand(text: str, known: Catalogue, table: UnitTable) -> Question:
    """Reads a question. `understand("衡阳控辍保学由哪个单位牵头", …)`: kind leads, place 湖南省衡阳市, topic 控辍保学."""
    words = wording()
    question, aside = set_aside(spelled_out(_place_first(tidy(text), known)), table)
    offer = offered(question, table)
    question = offer.question if offer is not None else question
    places = places_in(question, find_places(question), known)
    places = sorted((*places, *counted_places(question, places, known)), key=lambda p: p.start)
    if (with_number := numbered(question, places)) != question:
        question = with_number
        places = sorted((*(own := places_in(question, find_places(question), known)), *counted_places(question, own, known)), key=lambda p: p.start)
    levels = tuple(level for level, names in words.levels.items() if any(n in blanked(question, places) for n in names) or _level_of_document(level, question))
    numbers = known.numbers_in(question)
    rest = _without(question, [said for _, said in numbers])
    numbers = [*numbers, *short_numbers(rest, known, places, levels)]
    known_numbers = [said for _, said in numbers]
    papers = side_by_side(question, known, places, numbers, _shows("compare", question) or any(w in question for w in words.differ) or any(question.count(w) > 1 for w in words.each))
    printed = [t for t in titles_in(question) if not any(said in t and said != t for said in known_numbers)]  # what stands before a number is none of it
    titles = tuple(dict.fromkeys((*printed, *known_numbers)))
    loose = called(question, known, places, levels, table) if not numbers and not titles else None
    named = named_documents(question, known, places, titles, levels, [n for n, _ in numbers], loose)
    table_at, table_said = table_named(question, known, places) if not named and not titles else (None, "")
    named = (known.cards.ids[table_at],) if table_at is not None else named
    papers = papers if not _other_sides(question, papers, places, known) else []
    named = tuple(known.cards.ids[n] for paper in papers for n in paper.homes) if papers else named
    bodies = [b for b in bodies_of(question, table, known, places) if not any(question[b.start : b.end] in said for _, said in numbers)]  # 中农组7号文 is no body
    bodies = [b for b in bodies if not any(paper.start <= b.start < paper.end for paper in papers)]
    if not bodies and (body := place_as_body(question, places, known)) is not None:
        bodies, places = [UnitMention(body.start, body.end, question[body.start : body.end], ())], [p for p in places if p is not body]
    asked = in_list().sub("", question) if bodies and any(w in question for w in LISTED) else question
    within = in_list().search(question) if asked != question else None
    if within is not None:  # 江油市政府在不在里面 names a body, no place to compare with
        places = [p for p in places if not within.start("who") <= p.start < within.end("who")] or places
    kind = _kind(asked, bool(bodies) and (asked == question or any(b.name in asked for b in bodies)), [p.region for p in places], levels)
    if asked != question and kind in ("target", "clause"):
        kind = "responsible"
    if papers and (kind in ("topic", "clause", "target") or (kind in ("responsible", "leads") and any(w in question for w in (*words.differ, "写法", "表述", "说法", "口径"))) or (kind == "source" and not _shows("source", question))):
        kind = "compare"  # 中央意见和湖南实施意见怎么写的
    if kind == "compare" and bodies and len({p.region for p in places}) + len(levels) < 2 and tasks_kind().shown_by(_without_kinds(question)):
        kind = "tasks"  # 一共牵头几项，序号分别是多少: of one body nothing is compared
    spoken = spoken_names(question, [known.at[id] for id in named], known)
    titles_of = [known.titles[known.at[id]] for id in named[:8]]
    spoken += [f"{before}{word}" for word, _, at in (spoken_kinds(question) if titles_of else ()) if word not in words.strict and (before := name_before(question, at, titles_of))]
    spoken = [loose.said, *spoken] if loose is not None and named and known.at[named[0]] in loose.homes else spoken
    spoken = [table_said, *spoken] if table_said else spoken
    yes_no = asked != question or any(w in question for w in words.yes_no) or question.rstrip("？?。！!").endswith(words.yes_no_end)
    of_matter = question if within is None else f"{question[: within.start()]}{' ' * (within.end() - within.start())}{question[within.end() :]}"
    for paper in papers if kind == "compare" else ():
        of_matter = f"{of_matter[: paper.start]}{' ' * (paper.end - paper.start)}{of_matter[paper.end :]}"
    topic = topic_of(of_matter, places, bodies, (*titles, *spoken), kind)
    if bodies and not yes_no and offer is None and (of_body := _of_body(question, bodies[0], topic, kind)):
        topic, bodies = of_body, bodies[1:]
    if bodies and kind in OF_A_MATTER and not says_anything(topic) and not items_in(question) and not handed_in(question):
        if kind == "clause" and any(w in question for w in words.speaks):
            topic = " ".join(question[max([m.start, *(p.end for p in places if m.start <= p.start < p.end < m.end)]) : m.end] for m in bodies)  # 促进法哪条讲供销合作社: the body is the matter
        else:
            kind = "tasks"  # 总工会牵头了什么, 银保监分局管哪几条: a body and no matter
    if kind in ("topic", "clause") and len({n for n, _ in numbers}) > 1 and any(w in question for w in words.differ):
        kind = "compare"  # 6号与7号在监测对象上的变化
    ends = question.rstrip("？?。！!").endswith(words.tasks_end)
    if bodies and ends and (kind == "topic" or (kind in OF_A_MATTER and re.search(r"(?:牵头|参与|配合|承担|负责|承接)的[^，,。；;谁哪]{0,12}$", question) is not None and not yes_no)):
        kind = "tasks"  # 供销社东西部协作任务, 人民银行参与的医改任务
    if kind == "topic":
        kind = "responsible" if "谁" in question else _kind_of_parts(bool(bodies), yes_no, topic, bool(named) and bool(titles))
        asks_tasks = tasks_kind().shown_by(_without_kinds(question))
        counts = asks_tasks and not bodies and not says_anything(topic) and not items_in(question)
        kind = "count" if counts and (places or named) else kind
    if kind in ("target", "topic") and named and not bodies and not says_anything(topic) and not items_in(question) and re.search(r"(?:多少|几)[项条件]", question):
        kind = "count"  # 那份清单一共多少项
    if kind == "cooperates" and offer is not None and "牵头" in question:
        kind = "leads"  # 牵头的是外办还是人社局？有没有配合单位: who cooperates is told beside
    if kind == "tasks":  # 夹江县政府有哪些任务: the county is in its name, its tasks are in the city's list
        places = [p for p in places if p.region in known.by_region or not any(b.start <= p.start and p.end <= b.end for b in bodies)]
    return Question(
        text=text.strip() if offer is None else question,
        kind=kind,
        places=tuple(dict.fromkeys(p.region for p in places)),
        levels=levels,
        units=offer.names if offer is not None else tuple(dict.fromkeys(m.name for m in bodies)),
        titles=titles,
        items=items_in(question),
        roles=roles_of(question),
        yes_no=yes_no,
        topic=topic,
        asked_level=_asked_level(question, levels),
        named=named,
        offered=offer.names if offer is not None else (),
        beside=tuple(tuple(known.cards.ids[n] for n in paper.homes) for paper in papers) if kind == "compare" else (),
        aside=aside,
    )


def _other_sides(question: str, papers: Sequence[Paper], places: Sequence[Place], known: Catalogue) -> bool:
    """Whether a question that names documents names places or levels besides, of which it names none: 国家、省条例、省行动计划和两市."""
    homes = [n for paper in papers for n in paper.homes]
    regions, levels = {known.cards.regions[n] for n in homes}, {known.cards.levels[n] for n in homes}
    apart = [p for p in places if not any(paper.start <= p.start < paper.end for paper in papers)]
    outside = blanked(question, [*places, *(Place("", paper.start, paper.end, False) for paper in papers)])
    told = [level for level, names in wording().levels.items() if level not in levels and any(len(n) > 1 and n in outside for n in names)]
    return any(p.region not in regions and not any(r.startswith(p.region) for r in regions) for p in apart) or bool(told)


def asks_source(question: str) -> bool:
    """Whether the wording of a question asks where something comes from, whatever else it asks."""
    return _shows("source", question) or asks_above(question)


def _shows(kind: str, question: str) -> bool:
    return next(k for k in wording().kinds if k.name == kind).shown_by(question)


def _of_body(question: str, body: UnitMention, topic: str, kind: str) -> str:
    """The matter with the body that it is done to, where nothing else is left of it: 驻村工作队管理的配合单位 asks for 驻村工作队管理; "" otherwise."""
    if kind not in ("leads", "responsible", "cooperates") or len(topic.split()) != 1 or topic not in wording().soft or not question.startswith(topic, body.end):
        return ""
    return f"{body.name}{topic}"


def _level_of_document(level: str, question: str) -> bool:
    """Whether a document is named by its level alone: 省防返贫意见, 省条例."""
    sign = {"provincial": "省", "municipal": "市", "county": "县"}.get(level, "")
    if not sign or sign not in question:
        return False
    return any(re.search(rf"(?:^|[，,。；;：:和与跟、]){sign}的?(?:(?![在的局委联会厅办])[一-龥]){{0,6}}$", question[:at]) is not None for _, _, at in spoken_kinds(question))


def _without_kinds(question: str) -> str:
    """The question without the names of kinds of documents: 任务清单 alone asks for no tasks."""
    for word, _, at in spoken_kinds(question):
        question = question[:at] + " " * len(word) + question[at + len(word) :]
    return question


def _kind(question: str, unit: bool, places: Sequence[str], levels: Sequence[str]) -> str:
    """The first kind of the table that the wording shows."""
    if "工作日" in question:
        question = re.sub(r"(?<=[0-9])个?工作日", "日", question)  # no word for tasks
    several = len(set(places)) > 1
    if (several or (places and levels) or len(levels) > 1) and any(question.count(w) > 1 and _of_each(question, w, levels) for w in wording().each):
        return "compare"  # 国家怎么说、湖南怎么说
    if (several or len(levels) > 1 or (places and levels)) and (by_how_much(question) or asks_place(question)):
        return "compare"  # 比省里多几名, 分别由哪个城市对口
    named = len(spoken_kinds(question)) > 1 or question.count("号") > 1 or question.count("一号文件") > 1
    if any(w in question for w in wording().sides) and (several or len(levels) > 1 or ((places or levels) and (named or (places and levels)))):
        return "compare"  # 国家意见与湖南方案的区别
    who = any(w in question for w in WHO) and not any(w in question for w in WHERE)
    if ((places and items_in(question)) or ((places or len(levels) > 1) and named and not several)) and asks_above(question):
        return "source"  # 谷禾第15条，中央一号文件有没有提
    for kind in wording().kinds:
        if kind.name == "clause" and who:
            continue  # 谁负责统筹，法里怎么写的: who does it is asked, not where that is said
        if (unit or not kind.unit) and kind.shown_by(question):
            if kind.name in ("clause", "target") and "还是" in question and (several or len(levels) > 1 or (places and levels)):
                return "compare"  # 国家60%还是省里60%
            if kind.name in ("clause", "target") and ((several and any(w in question for w in wording().which)) or _side_by_side(question, levels)):
                return "compare"
            if kind.name == "document" and items_in(question) and any(w in question for w in ("关于什么", "关于啥")):
                return "clause"
            up = _looks_up(places, levels) or (len(levels) > 1 and re.search(r"[那这]一?条.*(?:国家|中央|部里).*(?:怎么|如何|咋|哪一?条)", question) is not None)  # 省里…那条，国家怎么写的
            return "source" if kind.name == "clause" and up else kind.name
    return "compare" if several or (any(w in question for w in wording().which) and _side_by_side(question, levels)) else "topic"


@cache
def _above() -> re.Pattern[str]:
    papers = "文件|意见|条例|规划|方案|要点|通知|办法"
    said = "提|写|规定|要求|对应|说|讲|明确|依据"
    return re.compile(
        rf"(?:中央|国家|国务院|省|上级|一号)[^，,。？?]{{0,10}}(?:{papers})(?:里面|里|中)?(?:也|都)?(?:(?:有没有|有无|是否|是不是)(?:也|都)?(?:{said})|(?:{said})(?:了没有|了没|了吗|没(?:{said}))|(?:有没有|有无|有吗|有么)(?=$|[？?，,。]))"
    )


def asks_above(question: str) -> bool:
    """Whether a question asks if a paper above says a thing too: …，国家方案里有吗."""
    return any(w in question for w in ("有", "没", "是否", "是不是", "了吗")) and _above().search(question) is not None


def _side_by_side(question: str, levels: Sequence[str]) -> bool:
    """Whether a level stands beside another or a place as its equal: 中央和湖南怎么说的."""
    names = [n for level in levels for n in wording().levels[level] if n in question]
    return any(n + joint in question and len(find_places(question[question.find(n) :])) > 0 for n in names for joint in "和与跟、及")


def _without(question: str, stretches: Sequence[str]) -> str:
    """The question with stretches of it left out."""
    for stretch in stretches:
        question = question.replace(stretch, " ")
    return question


def _place_first(question: str, known: Catalogue) -> str:
    """A question with a place that stands in brackets put first: 市水利（云川）牵头几项 → 云川市水利牵头几项; 洲 for 州 in a place's name mended."""
    if "洲" in question:
        for name in known.place_names:
            question = question.replace(name.replace("州", "洲"), name) if "州" in name else question
    if "（" not in question and "(" not in question:
        return question
    for found in re.finditer(r"[（(]([一-龥]{2,9})[）)]", question):
        here = places_in(found.group(1), find_places(found.group(1)), known)
        if len(here) == 1 and here[0].end - here[0].start == len(found.group(1)) and found.end() < len(question):
            return found.group(1) + question[: found.start()] + question[found.end() :]
    return question


def _looks_up(places: Sequence[str], levels: Sequence[str]) -> bool:
    """Whether a question about a place names a level above it: 衡阳消费帮扶，省里哪条说的 asks for the source."""
    ranks = [LEVELS.index(level) for p in places if (level := level_of(p)) in LEVELS]
    return bool(ranks) and any(LEVELS.index(level) < min(ranks) for level in levels)


def _kind_of_parts(unit: bool, yes_no: bool, topic: str, document: bool) -> str:
    """What a question without asking words is after: 赣州卫健委任务 its tasks, 消费帮扶里有国资委吗 who is responsible."""
    if unit:
        return "tasks" if not topic else "responsible" if yes_no else "topic"
    return "document" if document and not topic else "topic"


def _of_each(question: str, word: str, levels: Sequence[str]) -> bool:
    """Whether a word that is said twice is said of two sides: with a side between, or with both side by side; 向白榆争取多少、新增多少 asks of one."""
    first = question.find(word) + len(word)
    between = question[first : question.rfind(word)]
    names = [n for level in levels for n in wording().levels[level]]
    if find_places(between) or any(n in between for n in names):
        return True
    places = find_places(question)
    return len(places) < 2 or any(re.fullmatch(r"[市县省]?[、，,和与跟及同比]{1,2}", question[a.end : b.start]) for a, b in pairwise(places))


def _asked_level(question: str, levels: Sequence[str]) -> bool:
    words = wording()
    names = [n for level in levels for n in words.levels[level]]
    if question[1:2] == "级" and re.match(r"[省市县]级(?:(?!财政)[一-龥]){2,12}?那一?[条项](?=[，,是由])", question):
        return True  # 省级督促落实那条: whose document it stands in
    return any((question.startswith(n) and not n.endswith("级")) or any(n + after in question for after in words.asked_level) for n in names)


