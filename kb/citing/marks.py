"""The printed marks of citations: titles in 《》, document numbers, named articles; and the forms in which they compare.

Everything here looks at one stretch of text and knows no documents. `find_titles("按照《关于印发〈Ａ办法〉的通知》")` gives
the outer and the nested title with their places; what they mean is decided in kb/citations.py and kb/citing/links.py.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from kb.errors import DataError
from kb.frozen import dataclass
from kb.numerals import to_chinese, to_int
from kb.tables import settings

LONGEST_TITLE = 200
_CLOSES = {"《": "》", "〈": "〉", "<": ">", "＜": "＞", "«": "»"}
_GAP = " \t\u3000\u00a0\n\r"


@dataclass(frozen=True, slots=True)
class TitleMark:
    """A title in brackets: text[start:end] with its brackets; `outer` is the place in the list of the title around it."""

    start: int
    end: int
    title: str
    outer: int | None


@dataclass(frozen=True, slots=True)
class NumberMark:
    """A 文号: text[start:end] as printed, `value` without white space and with 〔〕."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class ArticleMark:
    """A named article: text[start:end] as printed, `path` as the end of a clause path (第十二条, 第十二条/（五）, 三)."""

    start: int
    end: int
    path: str


# --- the words ---------------------------------------------------------------------------------------------------

_LISTS = (
    "genres", "no_document_endings", "no_document_followers", "form_endings", "states", "basis_leads", "basis_breaks", "attaching",
    "forwarding", "statute_leads", "statute_names_kept", "common_statutes", "statute_endings", "no_statute_endings", "number_leads", "number_prefixes_kept", "history_followers",
)  # fmt: skip


def check_words(table: dict[str, Any], place: str) -> None:
    """The linter of citation_words.toml: DataError names the first list that is missing, empty or holds a bad word."""
    for name in _LISTS:
        _check_list(table.get(name), f"{place}：{name}")
    issuers = table.get("issuers")
    if not isinstance(issuers, dict):
        raise DataError("缺少 [issuers] 一节", place, "请补上 endings、verbs、title_verbs")
    for name in ("endings", "verbs", "title_verbs"):
        _check_list(issuers.get(name), f"{place}：issuers.{name}")
    levels = ("national", "provincial", "municipal", "county", "township")
    for word, level in table.get("level_cues", {}).items():
        if level not in levels:
            raise DataError(f"“{word}”的层级“{level}”不认识", place, f"应为 {'、'.join(levels)} 之一")
    for word, other in table.get("number_aliases", {}).items():
        if other in table["number_aliases"]:
            raise DataError(f"文号别名“{word}”指向另一个别名“{other}”", place, "请直接写最终的写法")


def _check_list(words: object, place: str) -> None:
    if not isinstance(words, list) or not words:
        raise DataError("词表缺失或为空", place, "请补上至少一个词")
    seen = set()
    for word in words:
        if not isinstance(word, str) or not word.strip() or word != word.strip():
            raise DataError(f"词“{word}”为空或前后有空白", place, "请改正或删去")
        if word in seen:
            raise DataError(f"词“{word}”重复", place, "请删去一个")
        seen.add(word)


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The checked words of citation_words.toml."""
    table = settings("citation_words")
    check_words(table, "citation_words.toml")
    return table


def any_of(words_: list[str]) -> str:
    """A pattern that matches any of the words, longer ones first."""
    return "|".join(re.escape(w) for w in sorted(words_, key=len, reverse=True))


# --- forms for comparing -----------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _folding() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # what decides nothing in a title: white space, 、, brackets, quotation marks, Markdown marks
    return re.compile(r"[\s、,，\-*#_`\\《》〈〉<>〔〕\[\]“”\"'‘’「」『』·・•：:]+"), re.compile(r"\s+")


@lru_cache(maxsize=65536)
def fold_title(title: str) -> str:
    """The form in which titles are the same: `fold_title("中共中央、国务院关于“三农”工作的意见")` is 中共中央国务院关于三农工作的意见."""
    marks, _ = _folding()
    dashes = title.replace("—", "-").replace("–", "-").replace("－", "-")
    return marks.sub("", unicodedata.normalize("NFKC", dashes)).lower()


@lru_cache(maxsize=65536)
def fold_number(number: str) -> str:
    """The form in which numbers are the same: [2021] （2021） 〔2021〕, 第, spaces and leading zeros decide nothing."""
    text = "".join(unicodedata.normalize("NFKC", number).split())
    text = re.sub(r"[〔［\[【(﹝]((?:19|20)\d\d)[〕］\]】)﹞]", r"〔\1〕", text).replace("第", "")
    text = re.sub(r"(?<![0-9])0+(?=[0-9])", "", text)
    order = re.fullmatch(r"(.{0,80}令)([0-9]{1,9}|[一二三四五六七八九十百零〇]{1,9})号", text)
    if order:
        value = to_int(order[2])
        text = f"{words()['number_aliases'].get(order[1], order[1])}{value if value is not None else order[2]}号"
    return text


@lru_cache(maxsize=1)
def _state() -> re.Pattern[str]:
    year = r"(?:[12]\d{3}年?)?[版年]?"
    return re.compile(rf"[（(]\s?{year}(?:{any_of(words()['states'])})[^（）()]{{0,6}}[)）]\s{{0,3}}$|[（(]\s?[12]\d{{3}}年?(?:版|版本)?\s?[)）]\s{{0,3}}$")


def without_state(title: str) -> str:
    """The title without a remark such as （试行） or （征求意见稿） at its end."""
    return _state().sub("", title).rstrip() or title


# --- titles ------------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _brackets() -> re.Pattern[str]:
    return re.compile(r"[《》〈〉<>＜＞«»]")


def find_titles(text: str) -> list[TitleMark]:
    """Every title in 《》 and every title nested in one, by place, outer before inner.

    A 〈〉 or <> outside of 《》 is none, nor is a bracket that never closes, except that 《关于印发《Ａ的通知》 (one 》 for two 《)
    and 《Ａ办法〉 or 〈Ａ办法》 (one bracket misread) are read as they were meant. A title holds no 。 and is at most 200 characters long.
    """
    if "《" not in text and "》" not in text and "«" not in text:
        return []
    open_: list[tuple[int, str]] = []
    pairs: list[tuple[int, int]] = []  # place of the opening, end of the closing bracket
    for match in _brackets().finditer(text):
        mark, place = match[0], match.start()
        if mark in _CLOSES:
            if not _is_tag(text, place):
                open_.append((place, mark))
            continue
        begin = _opening_of(text, open_, mark, place)
        if begin is not None and place - begin <= LONGEST_TITLE and "。" not in text[begin:place]:
            pairs.append((begin, place + 1))
    pairs += _mended(text, [place for place, mark in open_ if mark == "《"], pairs)
    return _as_marks(text, sorted(pairs, key=lambda p: (p[0], -p[1])))


def _opening_of(text: str, open_: list[tuple[int, str]], mark: str, place: int) -> int | None:
    """Takes the opening that a closing mark belongs to off the stack; a bracket of another kind only where a genre ends there."""
    if not open_:
        return None
    near = open_[-12:]
    if any(_CLOSES[m] == mark for _, m in near):
        while _CLOSES[open_[-1][1]] != mark:
            open_.pop()
        return open_.pop()[0]
    if text.endswith(_genre_ends(), max(0, place - 6), place) and "《" in (open_[-1][1], mark.replace("》", "《")):
        return open_.pop()[0]
    return None


@lru_cache(maxsize=1)
def _genre_ends() -> tuple[str, ...]:
    return tuple(words()["genres"])


def _is_tag(text: str, place: int) -> bool:
    return text[place] == "<" and text[place + 1 : place + 2].isascii()


def _mended(text: str, left_open: list[int], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """《关于印发《Ａ的通知》: the one 》 closes the outer title, and the inner one ends before 的通知."""
    more = []
    for begin in left_open:
        inner = next((p for p in pairs if begin < p[0] <= begin + 60), None)
        if inner is None or "》" in text[begin : inner[0]] or not text[inner[0] + 1 : inner[1] - 1].endswith("的通知"):
            continue
        if any(verb in text[begin : inner[0]] for verb in words()["attaching"] + words()["forwarding"]):
            pairs.remove(inner)
            more += [(begin, inner[1]), (inner[0], inner[1] - len("的通知》"))]
    return more


def _as_marks(text: str, pairs: list[tuple[int, int]]) -> list[TitleMark]:
    marks: list[TitleMark] = []
    around: list[int] = []
    for begin, end in pairs:
        while around and marks[around[-1]].end <= begin:
            around.pop()
        if not around and text[begin] not in "《«" and text[end - 1] != "》":
            continue
        inner_end = end - 1 if text[end - 1] in "》〉>＞»" else end
        title = " ".join(text[begin + 1 : inner_end].split())
        if not title:
            continue
        marks.append(TitleMark(begin, end, title, around[-1] if around else None))
        around.append(len(marks) - 1)
    return marks


@lru_cache(maxsize=1)
def _followers() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{any_of(words()['no_document_followers'])})")


def names_document(title: str, behind: str) -> bool:
    """Whether what stands in 《》 names a document: no newspaper, licence, series of books, nor a form that is not attached."""
    table = words()
    if not any("\u4e00" <= c <= "\u9fff" for c in title) or title.endswith(tuple(table["no_document_endings"])):
        return False
    if _followers().match(behind):
        return False
    return not title.endswith(tuple(table["form_endings"])) or re.match(r"\s?[（(]\s?(?:见)?附[件录表]", behind) is not None


# --- numbers -----------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _numbers() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    gap = rf"[{_GAP}]{{0,2}}"
    year = rf"[〔［\[【（(﹝]{gap}(?:[1１][9９]|[2２][0０])[0-9０-９]{{2}}{gap}(?:年{gap})?[〕］\]】）)﹞]{gap}(?:第{gap})?[0-9０-９]{{1,5}}{gap}号"
    order = rf"(?:令|公告){gap}[（(]?{gap}(?:(?:19|20)[0-9]{{2}}{gap}年{gap})?第{gap}[0-9０-９一二三四五六七八九十百零〇]{{1,6}}{gap}号"
    table = words()
    leads = re.compile(any_of(table["number_prefixes_kept"]) + "|(" + any_of(table["number_leads"]) + ")")
    return re.compile(year), re.compile(order), leads


def find_numbers(text: str) -> list[NumberMark]:
    """Every document number, by place: 湘政发〔2021〕5号, 国办发 [2021] 第5号, 国务院令第707号.

    The letters before the year are cut from the running text behind words such as 按照 or 取消 (citation_words.toml).
    """
    if "号" not in text:
        return []
    by_year, by_order, leads = _numbers()
    found = []
    for pattern in (by_year, by_order):
        for match in pattern.finditer(text):
            begin = _prefix_start(text, match.start(), leads)
            printed = text[begin : match.end()]
            if pattern is by_year and len("".join(text[begin : match.start()].split())) < 2:
                continue
            if pattern is by_order and begin == match.start():
                continue
            found.append(NumberMark(begin, match.end(), _number_value(printed)))
    return sorted(found, key=lambda n: n.start)


def _number_value(printed: str) -> str:
    value = "".join(unicodedata.normalize("NFKC", c) if "０" <= c <= "９" else c for c in "".join(printed.split()))
    return re.sub(r"[〔［\[【（(﹝]((?:19|20)[0-9]{2})年?[〕］\]】）)﹞]", r"〔\1〕", value)


def _prefix_start(text: str, end: int, leads: re.Pattern[str]) -> int:
    """Where the letters of a number begin that end at `end`: a run of characters, cut behind the last leading word."""
    begin = end
    while begin and text[begin - 1] in _GAP and end - begin < 2:
        begin -= 1
    tail = begin
    while begin and tail - begin < 20 and ("\u4e00" <= text[begin - 1] <= "\u9fff" or text[begin - 1] in "ＡＢＣABC〇"):
        begin -= 1
    run = text[begin:tail]
    cut = 0
    for match in leads.finditer(run):
        if match[1] and match.end() <= len(run) - 2:
            cut = match.end()
    return begin + cut


# --- articles ----------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _articles() -> tuple[re.Pattern[str], re.Pattern[str]]:
    number = r"[0-9０-９一二三四五六七八九十百千零〇两]{1,7}"
    one = (
        rf"第\s?(?P<a>{number})\s?(?P<k>编|章|节|条|部分)(?:之(?P<b>[一二三四五六七八九十]{{1,2}}))?"
        rf"(?:\s?第\s?{number}\s?款)?(?:\s?第\s?[（(]?\s?(?P<i>{number})\s?[)）]?\s?项)?"
        rf"|第\s?[（(]\s?(?P<j>{number})\s?[)）]\s?(?:项|条)?"
    )
    return re.compile(one), re.compile(r"\s?(?:、|，|,|和|及|与|或者|或|以及|至|到)?\s?")


def find_articles(text: str, start: int) -> list[ArticleMark]:
    """The articles that are named directly from `start` on: 第三条, 第十二条第一款第（五）项, 第八条、第九条.

    第二章第三条 is one article, 第三条.
    """
    one, between = _articles()
    found: list[ArticleMark] = []
    position = start
    while len(found) < 50:
        gap = between.match(text, position) if found else None
        begin = gap.end() if gap else position
        match = one.match(text, begin) or (one.match(text, position + 1) if not found and text[position : position + 1] in " 的" else None)
        if match is None:
            return found
        path = _article_path(match)
        if found and begin == position and found[-1].end == position and found[-1].path[0] == "第" and found[-1].path[-1] in "编章节":
            found[-1] = ArticleMark(found[-1].start, match.end(), path)  # 第二章第三条: the smaller part is meant
        else:
            found.append(ArticleMark(match.start(), match.end(), path))
        position = match.end()
    return found


@lru_cache(maxsize=1024)
def _han(digits: str) -> str:
    return to_chinese(to_int(digits) or 0)


def _article_path(match: re.Match[str]) -> str:
    if match["j"]:
        return f"（{_han(match['j'])}）"
    if match["k"] == "部分":
        return _han(match["a"])
    path = f"第{_han(match['a'])}{match['k']}" + (f"之{match['b']}" if match["b"] else "")
    return path + (f"/（{_han(match['i'])}）" if match["i"] else "")
