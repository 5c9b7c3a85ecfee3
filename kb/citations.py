"""Clauses → citations: which documents a text names, in what sense, and (kb/citing/links.py) which documents they are.

`find` says what the text says, for one document alone: titles in 《》 to any depth of nesting, with a 文号 beside them;
numbers without a title; 《意见》 and 该意见 for what was named before; statutes named with an article (刑法第一百五十一条,
本法第三十条); the same in the document's own title. `resolve` says which documents of the knowledge base are meant.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from kb.citing.links import resolve
from kb.citing.marks import (
    ArticleMark,
    NumberMark,
    TitleMark,
    any_of,
    find_articles,
    find_numbers,
    find_titles,
    fold_number,
    fold_title,
    names_document,
    words,
)
from kb.frozen import dataclass
from kb.model import Citation, Clause, Document
from kb.spans import cut

__all__ = ["find", "resolve"]


@dataclass(frozen=True, slots=True)
class _Found:
    """A citation inside one text, before it gets its place in the source."""

    start: int
    end: int
    title: str | None
    number: str | None
    relation: str


def find(document: Document, clauses: Sequence[Clause]) -> tuple[Citation, ...]:
    """The citations of one document in the order of the text, first those of its title; none has a target yet.

    Each stands at its spans, which give exactly its quote; those of the title have no clause and no spans, since a title is put
    together from lines. A series of articles (第八条、第九条) gives one citation for each. 《意见》 keeps its short title, 该意见 has the
    title and number of what it points back to. `根据《关于完善项目库的意见》（国开办发〔2018〕10号）精神` in a preamble gives one citation
    of relation basis with that title and number.
    """
    out = [_as_citation(document, None, document.title, f) for f in _in_title(document)]
    first_of_body = _first_of_body(clauses)
    for clause in clauses:
        if _may_cite(clause.text):
            out += [_as_citation(document, clause, clause.text, f) for f in _in_clause(document, clause, clause.id in first_of_body)]
    return tuple(out)


def _as_citation(document: Document, clause: Clause | None, text: str, found: _Found) -> Citation:
    spans = cut(clause.spans, found.start, found.end) if clause else ()
    quote = text[found.start : found.end]
    return Citation(document.id, clause.id if clause else "", found.title, found.number, None, found.relation, quote, spans)


def _first_of_body(clauses: Sequence[Clause]) -> set[str]:
    """The clauses in which a document says what it rests on: the preamble, in a statute Article 1, else the first clause."""
    out = {c.id for c in clauses if c.kind == "preamble"}
    out |= {c.id for c in clauses if c.kind == "article" and c.path.rpartition("/")[2] == "第一条"}
    return out or {c.id for c in clauses[:1]}


def _may_cite(text: str) -> bool:
    """Whether a text holds what any citation does: a quick look that spares most clauses the rest."""
    titled, numbered = _triggers()
    return titled.search(text) is not None or ("号" in text and numbered.search(text) is not None)


@lru_cache(maxsize=1)
def _triggers() -> tuple[re.Pattern[str], re.Pattern[str]]:
    kinds = ("令", "法", "典", "条例", "规定", "办法", "细则", "意见", "方案", "规则", "决定", "通知")
    # every alternative begins with a character of its own, so that the text is searched for those alone
    return re.compile("|".join(["《", "》", "«", "公告", *(rf"{kind}\s?第" for kind in kinds)])), re.compile(r"[)）〕］\]】\d]\s{0,2}号")


# --- the document's own title ------------------------------------------------------------------------------------

def _in_title(document: Document) -> list[_Found]:
    title = document.title
    marks = find_titles(title)
    relations: list[str] = []
    for mark in marks:
        relations.append(_title_relation(title, mark, marks, relations))
    return [_Found(m.start, m.end, m.title, None, r) for m, r in zip(marks, relations, strict=True) if names_document(m.title, title[m.end :])]


def _title_relation(title: str, mark: TitleMark, marks: list[TitleMark], before: list[str]) -> str:
    table = words()
    if mark.outer is not None:
        return _nested_relation(title, mark, marks[mark.outer], before[mark.outer])
    lead = title[: mark.start]
    if before and title[marks[len(before) - 1].end : mark.start].strip("、和及与 ") == "":
        return before[-1]  # 印发《Ａ》《Ｂ》
    if re.search(rf"(?:{any_of(table['forwarding'])})[^《]{{0,60}}$", lead):
        return "forwards"
    if re.search(rf"(?:{any_of(table['attaching'])})[^《]{{0,8}}$", lead):
        return "attaches"
    return "basis" if _last_lead(lead) is not None else "mentions"


def _nested_relation(text: str, mark: TitleMark, outer: TitleMark, relation: str) -> str:
    """《贯彻落实〈Ａ〉清单》 rests on Ａ; a title in a title that is a basis is one too; else it is only named."""
    lead = text[outer.start + 1 : mark.start]
    return "basis" if relation == "basis" or _last_lead(lead) is not None else "mentions"


@lru_cache(maxsize=1)
def _leads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = words()
    return re.compile(any_of(table["basis_leads"])), re.compile(any_of(table["basis_breaks"]))


def _last_lead(lead: str) -> int | None:
    """Where the last word like 根据 in the text before a title ends, unless one like 制定 stands between it and the title."""
    leads, breaks = _leads()
    last = None
    for match in leads.finditer(lead):
        last = match.end()
    return None if last is None or breaks.search(lead, last) else last


# --- clauses -----------------------------------------------------------------------------------------------------

def _in_clause(document: Document, clause: Clause, opening: bool) -> list[_Found]:
    text = clause.text
    marks = find_titles(text)
    titled = bytearray(len(text))
    for mark in marks:
        titled[mark.start : mark.end] = b"1" * (mark.end - mark.start)
    numbers = [n for n in find_numbers(text) if not titled[n.start]]
    taken: set[NumberMark] = set()
    found: list[_Found] = []
    relations: list[str] = []
    for mark in marks:
        number = _number_beside(text, mark, numbers, taken)
        if number:
            taken.add(number)
        relation = _relation(document, text, mark, marks, relations, opening)
        relations.append(relation)
        if names_document(mark.title, text[mark.end :]):
            found += _with_articles(text, mark, number, relation)
    found += [_Found(n.start, n.end, None, n.value, _number_relation(document, text, n, marks, opening)) for n in numbers if n not in taken and _cites(text, n)]
    found += _references(text, sorted(found, key=lambda f: f.start))
    found += _statutes(document, text, titled)
    return sorted(found, key=lambda f: (f.start, -f.end))


@lru_cache(maxsize=1)
def _between() -> tuple[re.Pattern[str], re.Pattern[str]]:
    states = any_of(words()["states"])
    behind = re.compile(rf"\s{{0,3}}(?:[（(]\s?(?:{states})\s?[)）]\s{{0,3}})?[（(\[〔【]?\s{{0,3}}")
    ahead = re.compile(r"[)）]?\s?(?:文件|号文|文)?\s?")
    return behind, ahead


def _number_beside(text: str, mark: TitleMark, numbers: list[NumberMark], taken: set[NumberMark]) -> NumberMark | None:
    """The number behind a title, 《Ａ》（国办发〔2021〕5号）, else the one directly before it, 国办发〔2021〕5号《Ａ》."""
    if mark.outer is not None:
        return None
    behind, ahead = _between()
    gap = behind.match(text, mark.end)
    begin = gap.end() if gap else mark.end
    at = bisect_left(numbers, begin, key=lambda n: n.start)
    if at < len(numbers) and numbers[at].start == begin and numbers[at] not in taken:
        return numbers[at]
    at = bisect_left(numbers, mark.start, key=lambda n: n.start) - 1
    if at >= 0 and numbers[at] not in taken:
        gap = ahead.match(text, numbers[at].end)
        if gap and gap.end() == mark.start and ")" not in gap[0] and "）" not in gap[0]:
            return numbers[at]
    return None


def _with_articles(text: str, mark: TitleMark, number: NumberMark | None, relation: str) -> list[_Found]:
    """The citation, and where articles are named behind it, one for each of them."""
    begin, end = mark.start, mark.end
    if number and number.start >= end:
        closing = re.compile(r"\s?[)）\]〕】]").match(text, number.end)
        opened = text[end : number.start].strip()[-1:] in "（([〔【" and text[end : number.start].strip() != ""
        end = closing.end() if closing and opened else number.end
    elif number:
        begin = number.start
    value = number.value if number else None
    articles: list[ArticleMark] = find_articles(text, end) if mark.outer is None else []
    if not articles:
        return [_Found(begin, end, mark.title, value, relation)]
    first = _Found(begin, articles[0].end, mark.title, value, relation)
    return [first, *(_Found(a.start, a.end, mark.title, value, relation) for a in articles[1:])]


def _sentence(text: str, marks: list[TitleMark], place: int) -> str:
    """The sentence before a place (its last 400 characters), with the titles in it blanked, so that no word of a title is taken for
    one of the text."""
    begin = max(max(text.rfind(c, max(0, place - 400), place) for c in "。！？；\n") + 1, place - 400, 0)
    out, position = [], begin
    for mark in marks[bisect_left(marks, begin, key=lambda m: m.start) : bisect_left(marks, place, key=lambda m: m.start)]:
        if mark.outer is None and begin <= mark.start and mark.end <= place:
            out += [text[position : mark.start], "《》"]
            position = mark.end
    return "".join(out) + text[position:place]


def _relation(document: Document, text: str, mark: TitleMark, marks: list[TitleMark], before: list[str], opening: bool) -> str:
    table = words()
    if fold_title(mark.title) in _short_titles() or (fold_title(mark.title) == fold_title(document.title) and not _is_repealed(text, mark)):
        return "self"
    if mark.outer is not None:
        return _nested_relation(text, mark, marks[mark.outer], before[mark.outer])
    if re.match(r"\s?[（(]\s?(?:见)?附件", text[mark.end : mark.end + 6]):
        return "attaches"
    if not opening:
        return "mentions"
    lead = _sentence(text, marks, mark.start)
    if _last_lead(lead) is not None:
        return "basis"
    behind = re.split(r"[。！？\n]", text[mark.end : mark.end + 300], maxsplit=1)[0]
    handed_on = re.search(rf"(?:{any_of(table['attaching'] + table['forwarding'])})", behind)
    if handed_on and ("现" in lead or re.search(r"现|予以|给你们|请", behind)):
        return "forwards" if handed_on[0] in table["forwarding"] else "attaches"
    return "mentions"


def _is_repealed(text: str, mark: TitleMark) -> bool:
    """《Ａ办法》同时废止 at the end of Ａ办法 means the one before it."""
    return re.search(r"废止|失效", re.split(r"[。；]", text[mark.end : mark.end + 80], maxsplit=1)[0]) is not None


@lru_cache(maxsize=1)
def _short_titles() -> frozenset[str]:
    return frozenset(fold_title(w) for w in words()["genres"])


# --- numbers without a title -------------------------------------------------------------------------------------

def _number_relation(document: Document, text: str, number: NumberMark, marks: list[TitleMark], opening: bool) -> str:
    if document.number and fold_number(document.number) == fold_number(number.value):
        return "self"
    return "basis" if opening and _last_lead(_sentence(text, marks, number.start)) is not None else "mentions"


@lru_cache(maxsize=1)
def _history() -> re.Pattern[str]:
    return re.compile(rf"[，,]?\s?(?:{any_of(words()['history_followers'])})")


def _cites(text: str, number: NumberMark) -> bool:
    """Whether a number names a document, rather than telling how a text came to be: （1990年…国务院令第65号发布）."""
    return _history().match(text, number.end) is None


# --- words that point back, and statutes without brackets --------------------------------------------------------

@lru_cache(maxsize=1)
def _pointers() -> re.Pattern[str]:
    return re.compile(rf"(?:该|此|上述|前述|以上)({any_of([*words()['genres'], '文件'])})")


def _references(text: str, found: list[_Found]) -> list[_Found]:
    """该意见, 上述文件: what was named before in the same text, where only one thing can be meant; else nothing is said."""
    if not found:
        return []
    out = []
    for match in _pointers().finditer(text):
        before = found[: bisect_left(found, match.start(), key=lambda f: f.start)][-12:]
        named = {(f.title, f.number): f for f in before if f.end <= match.start() and f.relation != "self" and _fits(f, match[1])}
        outermost = [f for f in named.values() if not any(o.start <= f.start and f.end < o.end for o in named.values())]
        if len(outermost) == 1:
            out.append(_Found(match.start(), match.end(), outermost[0].title, outermost[0].number, "self"))
    return out


def _fits(found: _Found, word: str) -> bool:
    return word == "文件" or (found.title or "").endswith(word)


@lru_cache(maxsize=1)
def _statute_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = words()
    number = r"第\s?[0-9０-９一二三四五六七八九十百千零〇]{1,7}\s?条"
    own = rf"本(?:{any_of(table['genres'])})(?={number})"
    named = rf"(?:{any_of(table['statute_endings'])})(?={number})"
    leads = rf"{any_of(table['statute_names_kept'])}|({any_of(table['statute_leads'])})"
    return re.compile(rf"{own}|{named}"), re.compile(leads)


def _statutes(document: Document, text: str, titled: bytearray) -> list[_Found]:
    """刑法第一百五十一条 and 本法第三十条, each article one citation."""
    pattern, leads = _statute_patterns()
    out: list[_Found] = []
    for match in pattern.finditer(text):
        if titled[match.start()]:
            continue
        if match[0].startswith("本"):
            begin, title, relation = match.start(), document.title, "self"
        else:
            begin = _name_start(text, match.end(), leads)
            title, relation = text[begin : match.end()], "mentions"
            if len(title) < 2 or title.endswith(tuple(words()["no_statute_endings"])):
                continue
        articles = find_articles(text, match.end())
        if articles:
            out.append(_Found(begin, articles[0].end, title, None, relation))
            out += [_Found(a.start, a.end, title, None, relation) for a in articles[1:]]
    return out


def _name_start(text: str, end: int, leads: re.Pattern[str]) -> int:
    begin = end
    while begin and end - begin < 26 and "\u4e00" <= text[begin - 1] <= "\u9fff":
        begin -= 1
    name = text[begin:end]
    common = max((c for c in words()["common_statutes"] if name.endswith(c)), key=len, default="")
    country = "中华人民共和国"
    if common:
        return end - len(common) - (len(country) if name.endswith(country + common) else 0)
    cut_at = 0
    for match in leads.finditer(name):
        if match[1] and match.end() <= len(name) - 2:
            cut_at = match.end()
    return begin + cut_at
