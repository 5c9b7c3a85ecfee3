"""What a question asks: its kind, place, unit, document, number, and the topic that is left.

Everything that depends on wording stands in kb/data/questions.toml (read by index/asking/wording.py). Nothing is looked up in the knowledge
base but the list of its documents, so that a question is understood the same way before and after any search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from index.asking.bodies import as_printed, full_name, held, in_list, listed_functions, set_aside
from index.asking.catalogue import Catalogue, places_in, spoken_kinds
from index.asking.compared import counted_places, told_by_number
from index.asking.loosely import called, name_before
from index.asking.measures import each_time, how_many, part_of_year
from index.asking.naming import blanked, missing_kind, named_documents, spoken_names, table_named
from index.asking.numbers import bounds, items_in, ordinals, short_numbers, titles_in, without_items
from index.asking.offered import offered
from index.asking.telling import tidy
from index.asking.wording import KINDS, Kind, wording
from index.matching.synonyms import unit_families
from kb.frozen import dataclass
from kb.model import LEVELS, UnitMention
from kb.regions import Place, find_places, level_of, spelled_out
from kb.units import UnitTable, find_units

LISTED = ("在不在", "在列", "在内", "在里面", "在其中", "算不算", "列没列", "有没有列", "在名单", "在配合", "在责任")
ISSUING, ACTING = ("国办", "中办", "两办", "国务院"), ("牵头", "负责", "承担", "配合", "参与", "有哪些任务", "的任务")
NUMERALS = frozenset("0123456789一二三四五六七八九两")
PRIVATE = 0xE000  # characters that no text uses
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
    aside: tuple[str, ...] = ()  # bodies that it does not ask for: 除发改委外还有哪些部门


def understand(text: str, known: Catalogue, table: UnitTable) -> Question:
    """Reads a question. `understand("衡阳控辍保学由哪个单位牵头", …)`: kind leads, place 湖南省衡阳市, topic 控辍保学."""
    words = wording()
    question, aside = set_aside(spelled_out(_place_first(tidy(text), known)), table)
    offer = offered(question, table)
    question = offer.question if offer is not None else question
    places = places_in(question, find_places(question), known)
    places = sorted((*places, *counted_places(question, places, known)), key=lambda p: p.start)
    levels = tuple(level for level, names in words.levels.items() if any(n in blanked(question, places) for n in names) or _level_of_document(level, question))
    numbers = known.numbers_in(question)
    rest = _without(question, [said for _, said in numbers])
    numbers = [*numbers, *short_numbers(rest, known, places, levels)]
    known_numbers = [said for _, said in numbers]
    printed = [t for t in titles_in(question) if not any(said in t and said != t for said in known_numbers)]  # what stands before a number is none of it
    titles = tuple(dict.fromkeys((*printed, *known_numbers)))
    loose = called(question, known, places, levels, table) if not numbers and not titles else None
    named = named_documents(question, known, places, titles, levels, [n for n, _ in numbers], loose)
    table_at, table_said = table_named(question, known, places) if not named and not titles else (None, "")
    named = (known.cards.ids[table_at],) if table_at is not None else named
    bodies = [b for b in _units(question, table, known, places) if not any(question[b.start : b.end] in said for _, said in numbers)]  # 中农组7号文 is no body
    if not bodies and (body := _place_as_body(question, places, known)) is not None:
        bodies, places = [UnitMention(body.start, body.end, question[body.start : body.end], ())], [p for p in places if p is not body]
    asked = in_list().sub("", question) if bodies and any(w in question for w in LISTED) else question
    within = in_list().search(question) if asked != question else None
    if within is not None:  # 江油市政府在不在里面 names a body, no place to compare with
        places = [p for p in places if not within.start("who") <= p.start < within.end("who")] or places
    kind = _kind(asked, bool(bodies) and (asked == question or any(b.name in asked for b in bodies)), [p.region for p in places], levels)
    if asked != question and kind in ("target", "clause"):
        kind = "responsible"
    if kind == "compare" and bodies and len({p.region for p in places}) + len(levels) < 2 and _tasks_kind().shown_by(_without_kinds(question)):
        kind = "tasks"  # 一共牵头几项，序号分别是多少: of one body nothing is compared
    spoken = spoken_names(question, [known.at[id] for id in named], known)
    titles_of = [known.titles[known.at[id]] for id in named[:8]]
    spoken += [f"{before}{word}" for word, _, at in (spoken_kinds(question) if titles_of else ()) if word not in words.strict and (before := name_before(question, at, titles_of))]
    spoken = [loose.said, *spoken] if loose is not None and named and known.at[named[0]] in loose.homes else spoken
    spoken = [table_said, *spoken] if table_said else spoken
    yes_no = asked != question or any(w in question for w in words.yes_no) or question.rstrip("？?。！!").endswith(words.yes_no_end)
    of_matter = question if within is None else f"{question[: within.start()]}{' ' * (within.end() - within.start())}{question[within.end() :]}"
    topic = _topic(of_matter, places, bodies, (*titles, *spoken), kind)
    if bodies and kind in OF_A_MATTER and not says_anything(topic) and not items_in(question):
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
        asks_tasks = _tasks_kind().shown_by(_without_kinds(question))
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
        roles=_roles(question),
        yes_no=yes_no,
        topic=topic,
        asked_level=_asked_level(question, levels),
        named=named,
        offered=offer.names if offer is not None else (),
        aside=aside,
    )


@cache
def _share() -> re.Pattern[str]:
    return re.compile(r"(?:占|达到?|超过?|不低于|至少|最多|提到|提高到|压到|降到|控制在)?(?:[0-9.]{1,6}(?:%|％|成|倍|折|个百分点)|[一二三四五六七八九两]成半?)(?:以上|以下|以内|左右)?")


@cache
def _tenths() -> re.Pattern[str]:
    return re.compile(r"[一二三四五六七八九两]成半?(?:以上|以下|左右)?")


def _level_of_document(level: str, question: str) -> bool:
    """Whether a document is named by its level alone: 省防返贫意见, 省条例."""
    sign = {"provincial": "省", "municipal": "市", "county": "县"}.get(level, "")
    if not sign or sign not in question:
        return False
    return any(re.search(rf"(?:^|[，,。；;：:和与跟、]){sign}(?:(?![在的局委联会厅办])[一-龥]){{0,6}}$", question[:at]) is not None for _, _, at in spoken_kinds(question))


@cache
def _also() -> re.Pattern[str]:
    """What asks behind the question for a body's tasks whether it leads any of them: …有哪些条目？它牵头了吗."""
    return re.compile(r"(?<=[？?，,。；;])(?:它|其中|自己|本身|那)?(?:有没有|有|是否|是不是)?牵(?:过|了)?头(?:了|过|的|单位)?(?:没有|没|吗|么|不)?[？?]?$|牵(?:过|了)?头(?:了|过)(?:没有|没|吗|么)(?=[，,；;])")


def _roles(question: str) -> tuple[str, ...]:
    """The parts in tasks that a question asks for; none where it asks for all of them and how many of these are led."""
    asked = question
    for both in ("含配合", "包括配合", "连同配合", "牵头和配合", "牵头的配合", "牵头、配合", "牵头及配合", "牵头与配合", "牵头的和配合"):
        asked = asked.replace(both, "")  # all of them, not only these
    asked = _also().sub("", asked) if "牵" in asked else asked
    if any(w in question for w in ("不含", "不算", "不包括", "不要", "除")):
        asked = re.sub(r"(?:不含|不算|不包括|不要|除去|除了?)[^，,。；;）)]{0,8}", "", question)
    if ("几" in asked or "多少" in asked) and re.search(
        r"^[^牵]*(?:(?:几|多少)[项条件](?:任务|工作|事)?|(?:哪些|什么|啥)(?:任务|工作|事情?|活)?)[，,、][^，,只]{0,6}牵头", asked
    ):
        return ()
    return tuple(role for role, names in wording().roles.items() if any(n in asked for n in names))


def _tasks_kind() -> Kind:
    return next(k for k in wording().kinds if k.name == "tasks")


def _without_kinds(question: str) -> str:
    """The question without the names of kinds of documents: 任务清单 alone asks for no tasks."""
    for word, _, at in spoken_kinds(question):
        question = question[:at] + " " * len(word) + question[at + len(word) :]
    return question


def _of_short_place(question: str, table: UnitTable, places: Sequence[Place]) -> list[UnitMention]:
    """Bodies behind a county's name without its last character, which texts do not print and people say: 安河文联 for 安河区文联."""
    out = []
    for place in places:
        level = place.region[-1]
        if level not in "县区市旗" or question[place.start : place.end].endswith(level):
            continue
        named = find_units(question[: place.end] + level + question[place.end :], table)
        out += [UnitMention(m.start, m.end - 1, m.name, m.families) for m in named if m.start <= place.start and m.end > place.end + 1]
    return out


def _units(question: str, table: UnitTable, known: Catalogue, places: Sequence[Place]) -> list[UnitMention]:
    """Bodies that the question names; 单位, 部门 and the like alone name none. 民政牵头的 names 民政局 where nothing else is named."""
    taken = [(at, at + len(t)) for t in titles_in(question) if (at := question.find(t)) >= 0]
    found = [m for m in find_units(question, table) if m.name not in wording().idle and not any(a <= m.start < b for a, b in taken)]
    found = [m for m in found if m.name not in ISSUING or question.startswith(ACTING, m.end)]  # 国办文件里: who issued it
    found = found or _of_short_place(question, table, places)
    found = [m for m in found if not (m.name.endswith("办") and question[m.end : m.end + 1] in ("法", "理", "结", "事"))]  # 考核办法
    if found:
        return as_printed(question, found, known.unit_in(question))
    if "分局" in question and (branch := next((said for said in sorted(known.branches, key=len, reverse=True) if said in question), "")):
        at = question.find(branch)
        return [UnitMention(at, at + len(branch), known.branches[branch], ())]
    if not wording().bodies.isdisjoint(question) and (place := known.unit_in(question)) is not None:
        return [UnitMention(*place, question[slice(*place)], ())]
    if "各" in question and (all_of := re.search(r"各(?:县[（(]市、区[)）]|县市区|县区|区县|市县|乡镇|镇街|市州)", question)) is not None:
        return [UnitMention(*all_of.span(), all_of.group(), ())]  # 各县区 are given tasks as one
    for after in wording().functions:
        at = question.find(after)
        for length in (6, 5, 4, 3, 2):
            if at >= length and (name := full_name(question[at - length : at])):
                return [UnitMention(at - length, at, name, unit_families(name))]
    return listed_functions(question) or held(question)


def _place_as_body(question: str, places: Sequence[Place], known: Catalogue) -> Place | None:
    """The county or district that a question asks the tasks of, as of any other body: 祁东县在衡阳的清单里要负责什么."""
    if not places or not _tasks_kind().shown_by(question):
        return None
    within = [p for p in places if any(p.region != other.region and p.region.startswith(other.region) for other in places)]  # 云亭县 in 谷禾's list
    own = [p for p in places if (p in within or p.region not in known.by_region) and question[p.start : p.end] in known.place_bodies]
    return own[0] if len(own) == 1 else None


def _kind(question: str, unit: bool, places: Sequence[str], levels: Sequence[str]) -> str:
    """The first kind of the table that the wording shows."""
    if "工作日" in question:
        question = re.sub(r"(?<=[0-9])个?工作日", "日", question)  # no word for tasks
    several = len(set(places)) > 1
    if (several or (places and levels) or len(levels) > 1) and any(question.count(w) > 1 for w in wording().each):
        return "compare"  # 国家怎么说、湖南怎么说
    named = len(spoken_kinds(question)) > 1 or question.count("号") > 1 or question.count("一号文件") > 1
    if any(w in question for w in wording().sides) and (several or len(levels) > 1 or ((places or levels) and (named or (places and levels)))):
        return "compare"  # 国家意见与湖南方案的区别
    for kind in wording().kinds:
        if (unit or not kind.unit) and kind.shown_by(question):
            if kind.name in ("clause", "target") and "还是" in question and (several or len(levels) > 1 or (places and levels)):
                return "compare"  # 国家60%还是省里60%
            if kind.name in ("clause", "target") and ((several and any(w in question for w in wording().which)) or _side_by_side(question, levels)):
                return "compare"
            if kind.name == "document" and items_in(question) and any(w in question for w in ("关于什么", "关于啥")):
                return "clause"
            return "source" if kind.name == "clause" and _looks_up(places, levels) else kind.name
    return "compare" if several or (any(w in question for w in wording().which) and _side_by_side(question, levels)) else "topic"


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


def says_anything(topic: str) -> bool:
    """Whether a topic holds more than words that say nothing of the matter."""
    for word in sorted((w for w in wording().idle if w in topic), key=len, reverse=True):
        topic = topic.replace(word, "")
    return len(topic.strip()) > 1


def _looks_up(places: Sequence[str], levels: Sequence[str]) -> bool:
    """Whether a question about a place names a level above it: 衡阳消费帮扶，省里哪条说的 asks for the source."""
    ranks = [LEVELS.index(level) for p in places if (level := level_of(p)) in LEVELS]
    return bool(ranks) and any(LEVELS.index(level) < min(ranks) for level in levels)


def _kind_of_parts(unit: bool, yes_no: bool, topic: str, document: bool) -> str:
    """What a question without asking words is after: 赣州卫健委任务 its tasks, 消费帮扶里有国资委吗 who is responsible."""
    if unit:
        return "tasks" if not topic else "responsible" if yes_no else "topic"
    return "document" if document and not topic else "topic"


def _asked_level(question: str, levels: Sequence[str]) -> bool:
    words = wording()
    names = [n for level in levels for n in words.levels[level]]
    return any((question.startswith(n) and not n.endswith("级")) or any(n + after in question for after in words.asked_level) for n in names)


def _topic(question: str, places: Sequence[Place], bodies: Sequence[UnitMention], names: Sequence[str], kind: str) -> str:
    """The question without place, body, title and asking words; stretches that were apart stay apart by a space."""
    words = wording()
    matter = kind in ("target", "clause", "compare", "source")  # in these a body's short name may be part of the matter: 工会经费
    bodies = [b for b in bodies if kind not in ("leads", "responsible") or not question.startswith(("由谁", "由哪", "由什么"), b.end)]  # 工作队由谁组建
    text = blanked(question, (*places, *(b for b in bodies if not (matter and b.end - b.start <= 2))))
    for place in places:
        if question[place.end : place.end + 1] in ("市", "省", "县") and question[place.end - 1] not in "省市县":
            text = text[: place.end] + " " + text[place.end + 1 :]
    for name in names:  # before anything in it is taken for a year or an item
        text = text.replace(f"《{name}》", " ").replace(name, " ") if "号" in name else text
    text = without_items(text)
    if "年" in text and any(c.isdigit() for c in text):
        text = re.sub(r"[到至在]?((?:19|20)[0-9]{2}年)", r" \1 ", text)  # a year is no part of the word behind it
    if "季度" in text or "半年" in text:
        text = part_of_year().sub(r" \1 ", text)  # 到二季度末 is no part of the words around it
    for name in (f"{n}的" for names in words.levels.values() for n in names if len(n) > 1):  # 国家的碳强度
        text = text.replace(name, " ", 1) if text.strip().startswith(name) else text
    for name in (n + "对" for names in words.levels.values() for n in names):  # 国家对…怎么规定
        text = text.replace(name, " ") if text.strip().startswith(name) and not text.strip().startswith(name + "口") else text
    if any(c.isdigit() for c in text):
        text = bounds().sub(" ", text)  # 公示不少于10天: what is looked for is 公示, 10天
    if kind == "compare" and any(n in text for n in "一两三四五六"):
        text = told_by_number().sub(" ", text)
    if kind in ("leads", "responsible", "cooperates", "compare"):
        text = _share().sub(" ", text) if not NUMERALS.isdisjoint(text) else text  # 预付款四成由谁负责: the matter is 预付款
    elif kind == "source":
        text = _tenths().sub(" ", text) if "成" in text else text
    elif kind == "target":
        text = how_many().sub(" ", text) if "多少" in text or "几" in text else text
    kept = [w for w in words.protected if w in text] + _made(text)
    for n, word in enumerate(kept):
        text = text.replace(word, chr(PRIVATE + n))
    own = {w for k in words.kinds if k.name == kind for w in k.words}
    own |= {w for k in words.kinds if k.name == kind == "source" for w in k.both[1][0]}
    for gone in (*(f"《{n}》" for n in names), *names, *sorted(own | set(words.genres), key=lambda w: (-len(w), w)), *words.asking):
        text = text.replace(gone, " ")
    for n, word in enumerate(kept):
        text = text.replace(chr(PRIVATE + n), word)
    text = text.translate(_MARKS).replace("谁", " ")  # 风险谁监测
    quoted = set(re.findall(r"[“\"]([^“”\"]{2,12})[”\"]", question)) if "“" in question or '"' in question else set()
    text = each_time().sub(" ", text) if kind == "target" and "一" in text else text
    parts = [part if part in quoted else _without_edges(_without_level(part.rstrip("高低早晚快慢多少和与跟同")) if kind == "compare" else part) for part in text.split()]
    asked = {n for names in words.levels.values() for n in names}  # 国家规定…: whom the question is put to
    return " ".join(p for p in parts if (len(p) > 1 or p.isdigit()) and p not in asked)


def _made(text: str) -> list[str]:
    """Kinds of documents that are to be made, which are the matter and no document of the knowledge base: 拿出实施细则."""
    if not any(verb in text for verb in wording().makes):
        return []
    made = (rf"(?:{'|'.join(wording().makes)})(?:完成|出来?|好|本级|本地|具体|相关|配套|各自|自己|的|了){{0,2}}({'|'.join(sorted(wording().genres, key=len, reverse=True))})(?![里中])")
    return list(dict.fromkeys(m.group(1) for m in re.finditer(made, text)))


_MARKS = str.maketrans(dict.fromkeys("，。、；：？！,;:?!“”\"()（）《》‘’'·…—~～", " "))


def _without_level(part: str) -> str:
    """A stretch without the name of a level at its end, which is a side that is compared: 助餐补贴国家…; nothing of one that is such a name."""
    part = re.sub(r"(?<=[一-龥]{2})[和跟与同比](?:国家|中央|[省市县区州])$", "", part)  # …跟省条例
    for name in (n for names in wording().levels.values() for n in names):
        if part.strip("和与跟同") == name:
            return ""
        if part.endswith(name) and len(part) > len(name) + 1:
            return part[: -len(name)]
    return part


def _without_edges(part: str) -> str:
    """Single asking characters fall away at the ends of a stretch only: 的, 了, 由 may stand inside a word, and 对 begins 对口帮扶."""
    words = wording()
    while part and not part.startswith(words.keep) and (part[0] in words.single or (part[0] in words.head and len(part) > 2)):
        part = part[1:]
    while part and not part.endswith(words.keep_end) and (part[-1] in words.single or part[-1] in words.tail):
        part = part[:-1]
    return part
