"""What a question asks: its kind, place, unit, document, number, and the topic that is left.

Everything that depends on wording stands in kb/data/questions.toml. Nothing is looked up in the knowledge base but the
list of its documents and units, so that a question is understood the same way before and after any search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from index.tokens import bare
from kb.model import Document, UnitMention
from kb.numerals import to_chinese, to_int
from kb.regions import Place, find_places, regions
from kb.tables import settings
from kb.units import UnitTable, find_units

KINDS = ("compare", "source", "document", "tasks", "clause", "data", "cooperates", "leads", "responsible", "count", "target")


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


def understand(text: str, documents: Sequence[Document], table: UnitTable) -> Question:
    """Reads a question. `understand("衡阳控辍保学由哪个单位牵头", …)`: kind leads, place 湖南省衡阳市, topic 控辍保学."""
    question = _tidy(text)
    places = _places(question, documents)
    titles = _titles(question)
    bodies = _units(question, table)
    units = tuple(dict.fromkeys(m.name for m in bodies))
    items = _items(question)
    named = _named(question, documents, places)
    kind = _kind(question, bool(units), len({p.region for p in places}))
    levels = tuple(level for level, words in settings("questions")["levels"].items() if any(w in question for w in words))
    return Question(
        text=text.strip(),
        kind=kind,
        places=tuple(dict.fromkeys(p.region for p in places)),
        levels=levels,
        units=units,
        titles=titles,
        items=items,
        roles=tuple(role for role, words in settings("questions")["roles"].items() if any(w in question for w in words)),
        yes_no=bool(re.search(r"是不是|是否|对吗|对不对|吗$|吧$|有没有", question.rstrip("？?。"))),
        topic=_topic(question, places, bodies, titles, kind, _spoken_names(question, [d for d in documents if d.id in named])),
        asked_level=any(question.startswith(w) or f"{w}{after}" in question for ws in settings("questions")["levels"].values() for w in ws for after in _ASKED),
        named=named,
    )


_ASKED = ("要求", "规定", "层面", "意见", "文件", "对", "怎么", "是怎么", "总结", "财政对", "里对")


def _tidy(text: str) -> str:
    """Traditional and full-width characters folded, white space out; the punctuation stays."""
    from index.tokens import same_but_quotes

    return "".join(same_but_quotes(text).split()) if text.strip() else ""


def _places(question: str, documents: Sequence[Document]) -> list[Place]:
    """Places named in full or in short; also those of the documents that no gazetteer has."""
    here = {d.region for d in documents}
    found = [p for p in find_places(question) if p.end - p.start > 2 or p.short or p.region in here or p.start == 0]  # 示范县 names no 范县
    taken = [(p.start, p.end) for p in found]
    for region in dict.fromkeys(d.region for d in documents if d.region and d.region != "中国"):
        for name in _short_names(region):
            at = question.find(name)
            if at >= 0 and not any(s < at + len(name) and at < e for s, e in taken):
                found.append(Place(region, at, at + len(name), True))
                taken.append((at, at + len(name)))
                break
    return sorted(found, key=lambda p: p.start)


@cache
def _short_names(region: str) -> tuple[str, ...]:
    """Names under which a region is spoken of: 湖南省衡阳市 → 湖南省衡阳市, 衡阳市, 衡阳."""
    known = regions().get(region)
    own = known.name if known else re.split(r"(?<=[省市])(?=.)", region)[-1]
    bare_name = own[:-1] if len(own) > 2 and own[-1] in "省市县区州" else own
    return tuple(dict.fromkeys((region, own, bare_name))) if len(bare_name) > 1 else (region, own)


_TITLE = re.compile(r"《[^《》]{2,80}》")
_NUMBER = re.compile(r"[一-龥]{1,12}[〔\[［(（【]?(?:19|20)\d\d[〕\]］)）】]?第?\d{1,4}号")


def _titles(question: str) -> tuple[str, ...]:
    return tuple(m.group().strip("《》") for m in _TITLE.finditer(question)) + tuple(m.group() for m in _NUMBER.finditer(question))


_ITEM = re.compile(r"(?:第|任务|清单|事项)(?:第)?([0-9]{1,4}|[一二三四五六七八九十百]{1,7})(?:[条项款]|号任务)?|[（(]([一二三四五六七八九十]{1,5})[）)]")


def _items(question: str) -> tuple[int, ...]:
    """Numbers of clauses and tasks that the question names."""
    out = []
    for match in _ITEM.finditer(question):
        written = match.group(1) or match.group(2)
        number = to_int(written)
        ends = match.group()[-1]
        if number is not None and (ends in "条项款务" or match.group(2) or match.group().startswith(("任务", "事项", "清单"))):
            out.append(number)
    return tuple(dict.fromkeys(out))


def _units(question: str, table: UnitTable) -> list[UnitMention]:
    """Bodies that the question names; 单位, 部门 and the like alone name none."""
    return [m for m in find_units(question, table) if m.name not in settings("questions")["filler"]["words"]]


def _kind(question: str, unit: bool, places: int) -> str:
    """The first kind of the table that the wording shows."""
    for row in settings("questions")["kind"]:
        if any(w in question for w in row.get("without", ())) or not any(w in question for w in row["words"]):
            continue
        if row.get("needs") == "unit" and not unit:
            continue
        name: str = row["name"]
        return name
    return "compare" if places > 1 else "topic"


def _topic(question: str, places: Sequence[Place], bodies: Sequence[UnitMention], titles: Sequence[str], kind: str, names: Sequence[str]) -> str:
    """The question without place, body, title and asking words; stretches that were apart stay apart by a space."""
    kept = list(question)
    for place in places:
        for i in range(place.start, place.end):
            kept[i] = " "
        if question[place.end : place.end + 1] in ("市", "省", "县") and question[place.end - 1] not in "省市县":
            kept[place.end] = " "
    for body in bodies:
        kept[body.start : body.end] = " " * (body.end - body.start)
    text = "".join(kept)
    for gone in (*(f"《{t}》" for t in titles), *titles):
        text = text.replace(gone, " ")
    for gone in names:
        text = text.replace(gone, " ")
    words = [w for row in settings("questions")["kind"] if row["name"] == kind for w in row["words"]]
    asking = [w for row in settings("questions")["kind"] for w in row["words"] if len(w) > 2]
    for gone in sorted({*words, *asking, *_asked_document()}, key=len, reverse=True):
        text = text.replace(gone, " ")
    for gone in sorted((w for w in settings("questions")["filler"]["words"] if len(w) > 1), key=len, reverse=True):
        text = text.replace(gone, " ")
    text = _ITEM.sub(" ", text)
    text = re.sub(r"[，。、；：？！,;:?!“”\"()（）《》‘’'·\s]+", " ", text)
    single = {w for w in settings("questions")["filler"]["words"] if len(w) == 1}
    parts = [_without_edges(part, single) for part in text.split()]
    return " ".join(p for p in parts if len(p) > 1 or p.isdigit())


def _without_edges(part: str, single: set[str]) -> str:
    """Single asking characters fall away at the ends of a stretch only: 的, 了, 由 may stand inside a word."""
    while part and part[0] in single:
        part = part[1:]
    while part and part[-1] in single:
        part = part[:-1]
    return part


@cache
def _asked_document() -> tuple[str, ...]:
    """Words that name a document by its kind: no part of the topic."""
    return ("任务分解清单", "分解清单", "任务清单", "实施意见", "指导意见", "实施方案", "工作要点", "工作方案", "清单", "通知", "文件", "牵头", "责任单位")


_KIND_WORDS = {
    "任务分解清单": ("清单",), "任务分工": ("分工", "清单"), "清单": ("清单", "分工"), "工作要点": ("要点",), "要点": ("要点",), "规划": ("规划",),
    "实施方案": ("方案",), "方案": ("方案",), "实施细则": ("细则",), "细则": ("细则",), "实施意见": ("实施意见",), "指导意见": ("指导意见",),
    "条例": ("条例", "法规"), "办法": ("办法",), "管理规定": ("规定",),
}  # fmt: skip
STRICT = ("条例", "办法", "细则")  # kinds that nobody names loosely


def _named(question: str, documents: Sequence[Document], places: Sequence[Place]) -> tuple[str, ...]:
    """Documents that the question names: by number, by 《title》, by a law's name or a good part of a title, or by place and kind
    (衡阳清单)."""
    folded = bare(question)
    found = [d for d in documents if d.number and bare(d.number) in folded]
    for title in (bare(t) for t in _titles(question)):
        found += [d for d in documents if title and title in bare(d.title)]
    found += [d for d in documents if len(_law_name(d)) >= 4 and _law_name(d) in folded]
    if found:
        return tuple(dict.fromkeys(d.id for d in found))
    here = {p.region for p in places}
    out: list[str] = []
    left = question
    for word, genres in _KIND_WORDS.items():  # longer names first: 任务分解清单 is no 清单 of its own
        if word in left:
            left = left.replace(word, " ")
            of_kind = [d for d in documents if d.genre and any(g in d.genre for g in genres)]
            if here:
                out += [d.id for d in of_kind if d.region in here]
            elif word in STRICT:
                out += _closest(folded, of_kind)
    return tuple(dict.fromkeys(out))


def _closest(folded: str, documents: Sequence[Document]) -> list[str]:
    """The one document of a kind, or of several those whose title shares most with the question."""
    if len(documents) <= 1:
        return [d.id for d in documents]
    shared = {d.id: _longest_shared(folded, bare(d.title)) for d in documents}
    best = max(shared.values())
    return [id for id, n in shared.items() if n == best] if best >= 5 else []


def _longest_shared(a: str, b: str) -> int:
    """Length of the longest stretch that two short texts share."""
    best, row = 0, [0] * (len(b) + 1)
    for x in a:
        new = [0] * (len(b) + 1)
        for j, y in enumerate(b, 1):
            if x == y:
                new[j] = row[j - 1] + 1
                best = max(best, new[j])
        row = new
    return best


def missing_kind(question: str, documents: Sequence[Document], places: Sequence[str]) -> str:
    """The kind of document that the question names and the place has none of (谷禾市养老服务条例); "" when there is no such."""
    for word in STRICT:
        if word in question and places:
            genres = _KIND_WORDS[word]
            if not any(d.region in places and d.genre and any(g in d.genre for g in genres) for d in documents):
                return word
    return ""


def _spoken_names(question: str, named: Sequence[Document]) -> list[str]:
    """How the question calls the documents that it names: 社区养老服务条例 for 澜川省社区养老服务条例."""
    out = []
    for d in named:
        out.append(_law_name(d))
        for word in sorted(_KIND_WORDS, key=len, reverse=True):
            at = question.find(word)
            while at > 0 and word in d.title:
                start = at
                while start > 0 and question[start - 1 : at + len(word)] in d.title:
                    start -= 1
                if at - start >= 2:
                    out.append(question[start : at + len(word)])
                at = question.find(word, at + 1)
    return out


def _law_name(d: Document) -> str:
    """The name under which a law is spoken of: without 中华人民共和国; "" for other documents."""
    return bare(d.title).removeprefix("中华人民共和国") if d.genre in ("法律", "条例", "行政法规", "地方性法规", "规章") else "\0"


def ordinals(number: int) -> tuple[str, ...]:
    """The forms in which a clause or task of this number is printed: 18 → （十八）, 第十八条, 18, 十八."""
    written = to_chinese(number)
    return (f"（{written}）", f"第{written}条", str(number), written)
