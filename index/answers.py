"""A question → an answer that can be checked: understood by tables, found by look-ups, worded from records only.

No language model. Each kind of question has its reply (index/replies/); what the knowledge base does not hold is said
with the reason: the place, the unit or the matter is not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import import_module

from index.asking.absent import absent_body, absent_law, of_another_kind, of_another_time
from index.asking.catalogue import Catalogue, catalogue, short_names
from index.asking.loosely import in_order
from index.asking.measures import may_state
from index.asking.offered import offered
from index.asking.telling import tidy, without_story
from index.asking.topics import says_anything
from index.asking.twofold import also, parted
from index.asking.understanding import Question, asks_source, missing_kind, understand
from index.asking.wording import wording
from index.matter.taken_apart import make_topic
from index.matter.topic import find, is_here
from index.opening import Index
from index.replies.elsewhere import elsewhere
from index.replies.reply import Matter, Reply, record, refuse, together
from index.tokens import bare
from index.unit_names import unit_table
from kb.errors import UsageError
from kb.frozen import replace
from kb.records import Record
from kb.regions import find_places, level_of, regions
from kb.store import Store

ASIDE = 3  # characters of a stretch beside the matter that may say nothing of it
OF_A_MATTER = ("leads", "responsible", "cooperates", "clause", "topic", "target", "compare", "source")
ABOVE = ("条例", "办法", "法规", "法律", "规定")  # of which a source is asked for, though the place itself has none: 出自哪部条例
TABLES = ("最", "季度", "半年", "考核", "考评", "评价", "发放", "兑现", "拨付", "主管", "监管", "验收", "审批", "受理", "认定")  # of what a table as a whole is asked
LONGEST = 500  # characters of a question
REPLIES = {
    "same": "same.same",
    "compare": "places.compare", "source": "source.source", "document": "documents.document", "count": "documents.count",
    "tasks": "lists.tasks", "clause": "texts.clause", "topic": "texts.clause", "target": "texts.target",
    "leads": "units.who", "responsible": "units.who", "cooperates": "units.who", "data": "units.who",
}  # fmt: skip


def _reply(kind: str) -> Callable[[Matter], Reply]:
    """What answers a kind of question, imported when one is asked: a new process answers one."""
    module, _, name = REPLIES[kind].partition(".")
    found: Callable[[Matter], Reply] = getattr(import_module(f"index.replies.{module}"), name)
    return found


def answer(index: Index, store: Store, text: str) -> Record:
    """The answer record of INTERFACE. UsageError for what is no question (empty, without a single word, or longer than 500 characters)."""
    if not any(c.isalnum() for c in text):
        raise UsageError("问题是空的", "", "例：policykb ask 控辍保学由哪个单位牵头")
    if len(text) > LONGEST:
        raise UsageError(f"问题太长（{len(text)} 字，最多 {LONGEST} 字）", "", "请缩短，或用 policykb search 检索")
    known = catalogue(index.scope)
    question, said = _confirmed(index, store, known, text) or _both(index, store, known, text) or _one(index, store, known, text)
    if question.kind in ("target", "topic") and (of_both := _also(index, store, known, text, said)) is not None:
        return {**record(*of_both), "question": text.strip()}
    if not said.answered and (shorter := without_story(tidy(text))) != tidy(text):
        of_rest, again = _one(index, store, known, shorter)
        question, said = (of_rest, again) if again.answered else (question, said)
    return {**record(question, said), "question": text.strip()}


def _confirmed(index: Index, store: Store, known: Catalogue, text: str) -> tuple[Question, Reply] | None:
    """The answer to a question that asks whether a figure is right (奖补是20万元吗): the figure that is there; None where none is asked so, or none is found."""
    if not may_state(text) or asks_source(text):
        return None
    from index.asking.premises import to_confirm

    if (asked := to_confirm(tidy(text))) is None:
        return None
    question, said = _one(index, store, known, asked[0])
    if not said.answered or question.kind != "target":
        return None
    from index.replies.premises import confirmed

    return question, confirmed(said, asked[1])


def _otherwise(matter: Matter, said: Reply) -> Reply | None:
    from index.replies.premises import otherwise

    return otherwise(matter, said)


def _both(index: Index, store: Store, known: Catalogue, text: str) -> tuple[Question, Reply] | None:
    """The answers to the two questions that one asks; None where it asks one, or only one of them is answered."""
    asked = tidy(text)
    offer = offered(asked, unit_table(store))
    halves = parted(asked if offer is None else offer.question, asked)
    if halves is None:
        return None
    first, one = _one(index, store, known, halves[0])
    second, other = _one(index, store, known, halves[1], one.clauses) if one.answered else (first, one)
    if one.answered and second.kind == "target" and (not other.answered or other.text == one.text or not _says(other, second, first)):  # 建多少亩，粮食产量多少: the second is of another matter
        _, other = _one(index, store, known, halves[1], one.clauses, first.topic.split())
    return (first, together([one, other])) if one.answered and other.answered and one.text != other.text else None


def _says(said: Reply, second: Question, first: Question) -> bool:
    """Whether the answer to the second of two questions says anything of what that one asks about beside the matter of the first."""
    own = [s for s in second.topic.split() if not any(w.startswith(s) or s.startswith(w) for w in first.topic.split())]
    shown = bare("".join(e["quote"] for e in said.evidence))
    return not own or any(bare(s)[:2] in shown for s in own)


def _also(index: Index, store: Store, known: Catalogue, text: str, said: Reply) -> tuple[Question, Reply] | None:
    """The answers where the same is asked of another place or level (…要降多少，国家呢), or another figure behind the first; None where they are not told."""
    found = also(tidy(text))
    if found is None:
        return None
    first, other = found
    levels = [n for names in wording().levels.values() for n in names if len(n) > 1]
    places = find_places(other)
    there: list[str] = []
    if other in levels or (len(places) == 1 and places[0].end - places[0].start >= len(other) - 1):
        there = [first[p.start : p.end] for p in find_places(first)] + sorted((n for n in levels if n in first), key=len, reverse=True)
        second = first.replace(there[0], other, 1) if there else other + first
        there = there or [other]
    else:
        second = "".join(first[p.start : p.end] for p in find_places(first)[:1]) + f"{other}是多少"
    question, one = _one(index, store, known, first)
    shown = bare("".join(e["quote"] for e in said.evidence))
    if said.answered and not there and set(one.clauses) <= set(said.clauses) and bare(other) in shown:
        return None  # the one sentence that was found says both
    _, two = _one(index, store, known, second, one.clauses)
    if one.answered and not two.answered and bare(other) not in shown:
        return question, replace(one, text=f"{one.text}\n没有查到关于“{other}”的数字或时限。")
    return (question, together([one, two])) if one.answered and two.answered and one.text != two.text else None


def _one(index: Index, store: Store, known: Catalogue, text: str, told: tuple[str, ...] = (), without: Sequence[str] = ()) -> tuple[Question, Reply]:
    """A question as understood, with its reply; `told`: clauses that the question before was answered from, `without`: what its matter was."""
    question = understand(text, known, unit_table(store))
    if without and (rest := " ".join(s for s in question.topic.split() if any(c.isdigit() for c in s) or not any(w.startswith(s) for w in without))):
        question = replace(question, topic=rest)
    homes, missing = _homes(question, known)
    matter = Matter(index, store, question, known.documents, homes, told)
    if question.titles and not question.named and "号" in question.text and (said_of := _cited(matter)) is not None:
        return question, said_of
    if (held := _which_holds(matter)) is not None:
        return replace(question, kind="document"), held
    if question.kind == "document" and question.named and (gone := _repealed(matter, known)) is not None:
        return question, gone
    if missing is not None and question.kind == "document" and (gone := _older(matter)) is not None:
        return question, gone
    if missing is not None:
        return question, _of_the_city(matter, known) or _with_nearest(matter, missing)
    if body := absent_body(question, index):
        return question, refuse(f"{'、'.join(question.places)}的任务里没有“{body}”这个单位", more=["policykb units"])
    if (of_part := _of_a_part(matter, known)) is not None:
        return question, of_part
    whole = question.kind in ("clause", "topic") and question.named and not question.items and not says_anything(question.topic) and not question.topic.endswith("情况")
    said = _penalty(matter) or _person(matter) or _in_tables(matter) or _reply("document" if whole else question.kind)(matter)
    said = said if said.answered else _main_matter(matter) or _above_place(matter, known) or said
    if said.answered and (stranger := _other_place(matter, known, said)):
        return question, refuse(f"库中没有{stranger}的文件，所找到的没有写到{stranger}", said.text, said.evidence[:2], said.more)
    if said.answered and may_state(text) and (other := _otherwise(matter, said)) is not None:
        return question, other
    return question, said


def _penalty(matter: Matter) -> Reply | None:
    """What is due for an offence (骗取补助怎么处罚), which its clause need not call a penalty; None where none is asked for or stated."""
    from index.replies.penalties import penalty

    return penalty(matter) if matter.question.kind in ("clause", "topic") and not matter.question.items else None


def _in_tables(matter: Matter) -> Reply | None:
    """Which place has the most or least by a table, or who does what a column is headed by; None where neither is asked, or no table says it."""
    if matter.question.kind not in ("target", "leads", "responsible", "topic", "clause") or not any(w in matter.question.text for w in TABLES):
        return None
    from index.replies.in_tables import in_tables

    return in_tables(matter)


def _other_place(matter: Matter, known: Catalogue, said: Reply) -> str:
    """The place that a question for a figure names besides one with documents, not around it, and that the answer's words do not name; "" without."""
    question = matter.question
    here = [p for p in question.places if p in known.by_region]
    if question.kind != "target" or not here or len(here) == len(question.places) or (said.clauses and set(said.clauses) <= set(matter.told)):
        return ""
    told = bare("".join(e["quote"] for e in said.evidence))
    for place in question.places:
        apart = place not in here and not any(p.startswith(place) for p in here)
        if apart and not any(name in told for name in short_names(place)):
            return place
    return ""


def _person(matter: Matter) -> Reply | None:
    """The tasks of a person whom a table names (王书记分管哪些任务); None where a body is asked for or nobody is named so."""
    if matter.question.units or not any(word in matter.question.text for word in ("任务", "工作", "项", "事")) or matter.question.kind in ("tasks", "compare", "source"):
        return None
    from index.replies.persons import tasks_of_person

    return tasks_of_person(matter)


def _repealed(matter: Matter, known: Catalogue) -> Reply | None:
    """That the document of another year that a question means is repealed, where the one that is there says so."""
    from index.replies.documents import repealed

    homes = tuple(sorted(known.at[id] for id in matter.question.named))
    return repealed(replace(matter, homes=known.with_attached(homes)))


def _which_holds(matter: Matter) -> Reply | None:
    """Which of two papers holds where they differ; None where that is not asked."""
    if not any(w in matter.question.text for w in ("为准", "听谁", "听哪", "按哪", "按谁", "照哪", "依哪", "说了算", "优先")):
        return None
    from index.replies.prevails import prevails

    return prevails(matter)


def _older(matter: Matter) -> Reply | None:
    from index.replies.prevails import older

    return older(matter)


def _cited(matter: Matter) -> Reply | None:
    from index.replies.documents import cited

    return cited(matter)


def _main_matter(matter: Matter) -> Reply | None:
    """The answer to what is left where a question's short asides are not looked for: 重点帮扶村集中支持，（太多，全部）…; None where there are none."""
    stretches = matter.question.topic.split()
    pieces = re.split(r"[，,、；;：:（）()。？?！!\s]", matter.question.text)
    with_matter = [p for p in pieces if any(len(s) > ASIDE and s in p for s in stretches)]  # 扶贫车间的人数: what is asked of the matter is no aside
    bound = with_matter if matter.question.kind != "target" else []  # 几年一轮换: what states a figure is looked at for what it is of
    main = [s for s in stretches if len(s) > ASIDE or not all("一" <= c <= "龥" for c in s) or any(s in p for p in bound)]
    if matter.question.kind not in OF_A_MATTER or not any(len(s) > ASIDE for s in main) or len(main) == len(stretches):
        return None
    found = _reply(matter.question.kind)(replace(matter, question=replace(matter.question, topic=" ".join(main))))
    return found if found.answered else None


def _with_nearest(matter: Matter, missing: Reply) -> Reply:
    """A refusal of a place that has no documents, with where nearby the matter is said."""
    question, known = matter.question, catalogue(matter.index.scope)
    absent = question.topic and len(question.places) == 1 and question.places[0] not in known.by_region
    near = elsewhere(matter, make_topic(matter.index, question.topic)) if absent else ""
    return refuse(missing.reason, near, missing.evidence, missing.more) if near else missing


def _above_place(matter: Matter, known: Catalogue) -> Reply | None:
    """What the documents of the place above say of the one place that a question for a figure names; its own say nothing of the matter."""
    question = matter.question
    return _of_the_city(matter, known) if question.kind == "target" and len(question.places) == 1 and not question.named else None


def _of_a_part(matter: Matter, known: Catalogue) -> Reply | None:
    """What the documents of a place that a question names state for a county of it that has none of its own (谷禾给云亭县下的指标); None where they do not."""
    question = matter.question
    inner = [p for p in question.places if p not in known.by_region and any(p.startswith(other) for other in question.places if other in known.by_region)]
    if question.kind != "target" or len(inner) != 1 or question.named:
        return None
    return _of_the_city(replace(matter, question=replace(question, places=(inner[0],))), known)


def _of_the_city(matter: Matter, known: Catalogue) -> Reply | None:
    """What the documents of its city say of a county (祁东县的涉农资金), or those of its province of a city; None where they do not name it there."""
    place = regions().get(matter.question.places[0]) if matter.question.places and matter.question.topic else None
    if place is None or place.level not in ("county", "municipal") or place.parent not in known.by_region:
        return None
    name = place.name[:-1] if len(place.name) > 2 else place.name
    homes = known.by_region[place.parent]
    topic = make_topic(matter.index, matter.question.topic)
    about = {f.clause.id for f in find(matter.index, topic, homes) if is_here(topic, f)}
    question = replace(matter.question, places=(place.parent,), topic=f"{matter.question.topic} {name}")
    found = _reply(question.kind)(replace(matter, question=question, homes=homes))
    said = found.answered and found.evidence and name in bare(found.evidence[0]["quote"])  # and of the matter, not only of the county
    return found if said and not about.isdisjoint(found.clauses) else None


def _homes(question: Question, known: Catalogue) -> tuple[tuple[int, ...] | None, Reply | None]:
    """The documents that the question is about; or the refusal when it names a place or document of which there are none."""
    if question.beside:
        return known.with_attached(known.at[id] for id in question.named), None
    if law := absent_law(question, known):
        return None, refuse(f"库中没有《{law}》", f"《{known.documents[like[0]].title}》" if (like := known.titled(bare(law)) or known.law_called(bare(law))) else "")
    if (kind := of_another_kind(question, known)) and not (question.kind == "source" and ("哪" in kind or kind in ABOVE or _is_above(kind, question, known))):
        around = [n for p in question.places for n in known.by_region.get(p, ())] or [known.at[id] for id in question.named]
        like = sorted({n for i in range(len(kind) - 1) for n in known.pairs.get(kind[i : i + 2], ())}, key=lambda n: -_shared(kind, known.titles[n]))
        return None, refuse(f"库中没有{question.places[0] + '的' if question.places else ''}{kind}", _titles(known, tuple(dict.fromkeys((*like[:1], *around)))))
    if question.named:
        homes = tuple(sorted(known.at[id] for id in question.named))
        if time := of_another_time(question, known):
            return None, refuse(f"库中没有所问的{time}的文件", _titles(known, tuple(homes)))
        return known.with_attached(homes), None
    if question.titles and question.kind in ("document", "clause", "target"):
        wanted = "、".join(f"“{t}”" for t in question.titles)
        return None, refuse(f"库中没有{wanted}这份文件", _titles(known, range(len(known.documents))))
    if not question.places:
        return _of_level(question, known), None
    here = [p for p in question.places if p in known.by_region]
    if not here:
        place = question.places[0]
        near = [
            n for region, at in known.by_region.items() for n in at
            if region not in ("", "中国") and (region.startswith(place) or place.startswith(region))
        ]  # fmt: skip
        level = {"provincial": "省级", "municipal": "市级", "county": "县级"}.get(level_of(place) or "", "")
        return None, refuse(f"库中没有{place}的{level}文件", _titles(known, near) if near else "")
    kind = missing_kind(question.text, known, here) if question.kind != "source" and (question.items or question.kind == "clause") else ""
    if kind:
        return None, refuse(f"库中没有{here[0]}的{kind}", _titles(known, [n for p in here for n in known.by_region[p]]))
    return tuple(sorted(n for p in here for n in known.by_region[p])), None


def _is_above(kind: str, question: Question, known: Catalogue) -> bool:
    """Whether a kind of document that a place has none of (资金办法) is what a document of a place above is called."""
    if not kind.endswith(wording().strict):
        return False
    above = [n for region, at in known.by_region.items() for n in at if region == "中国" or (region and any(p.startswith(region) for p in question.places))]
    return any(in_order(kind[i:], known.titles[n]) for n in above for i in range(max(0, len(kind) - 6), len(kind) - 3))


def _shared(name: str, title: str) -> int:
    """How many pairs of characters of a name a title holds."""
    return sum(name[i : i + 2] in title for i in range(len(name) - 1))


def _titles(known: Catalogue, homes: Sequence[int]) -> str:
    return "；".join(f"《{known.documents[n].title}》" for n in homes[:3]) + ("等" if len(homes) > 3 else "")


def _of_level(question: Question, known: Catalogue) -> tuple[int, ...] | None:
    """The documents of the one level that a question without a place is put to (国家要求…, 省里…); None for all."""
    said = [level for level in question.levels if question.kind not in ("source", "compare")]
    if len(said) != 1 or not question.asked_level:
        return None
    return _of_kind(question.text, known, known.by_level.get(said[0]) or ()) or None


def _of_kind(text: str, known: Catalogue, homes: tuple[int, ...]) -> tuple[int, ...]:
    """Of the documents of a level those of such places as the question says, where there are any: 州里 is no 市."""
    kinds = {place for place in "市州盟县旗区" if any(f"{word}{place}" in text for word in ("全", "我", "本")) or any(f"{place}{word}" in text for word in ("里", "级"))}
    same = tuple(n for n in homes if known.cards.regions[n].endswith(tuple(kinds))) if len(kinds) == 1 else ()
    return same or homes
