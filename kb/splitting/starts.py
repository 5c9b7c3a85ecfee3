"""Where documents begin in a file: the places are weighed, one piece of evidence each, before any is believed.

A compilation prints its documents one after the other, with or without a gap, letterhead or contents page. A line that ends
as titles do is a start when enough speaks for it: a letterhead or 文号 above it, an addressee or date below it, the contents page
or a notice that names it, numbering that begins anew. The first text of a file is always a start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from kb.frozen import dataclass
from kb.model import Block
from kb.numbering import find_marker
from kb.regions import find_places
from kb.splitting.contents_page import Contents, Entry
from kb.splitting.heads_and_tails import disclosure_of, is_date_line, is_event, is_posting, particulars_of, urgencies
from kb.splitting.mastheads import is_issue, is_masthead, is_masthead_line
from kb.splitting.titles import (
    Title,
    alike,
    could_be_title_line,
    genre_of,
    is_letterhead,
    is_name,
    is_suffix,
    key_of,
    lone_cell,
    number_line,
    read_title,
    signed_line,
    tidy,
    title_in_row,
)
from kb.splitting.weighing import ends_document, weigh

_PLACE = re.compile(r"[\u4e00-\u9fff]{2,4}[省市县区旗州盟镇乡](?![级直委场])")  # 苇溪县…: also places that are in no table
ENOUGH = 3
_ANNEX = re.compile(r"附(?:$|[：:]$)|[（(]?附[件表录][ 　]{0,3}[0-9０-９一二三四五六七八九十]{0,3}(?:[-—－][0-9]{1,2})?[ 　]{0,2}[）)]?[：:]?")


@dataclass(frozen=True, slots=True)
class Start:
    """A document's beginning: its first block (letterhead, 附件 line …), its title and how it came to be known."""

    first: int
    title: Title
    annex: str = ""  # 附件2, when the document begins with such a line
    entry: Entry | None = None  # its entry on the contents page
    headed: bool = False  # letterhead or 文号 stands above the title


def find_starts(blocks: Sequence[Block], contents: Sequence[Contents]) -> list[Start]:
    """The documents' beginnings in order. Empty only when there are no blocks besides contents pages."""
    closed = {i for c in contents for i in range(c.first, c.last + 1)}
    entries = [e for c in contents for e in c.entries]
    sections = {key_of(s) for c in contents for s in c.sections}
    starts: list[Start] = []
    named: list[str] = []  # titles that documents so far announce (印发《…》, 附件：…)
    i = 0
    while i < len(blocks):
        if i in closed or blocks[i].kind != "paragraph":
            inside = _annex_in_row(blocks, i) if starts and i not in closed else None
            starts += [inside] if inside is not None and inside.first > starts[-1].title.last else []
            i += 1
            continue
        text = blocks[i].text
        if text[-1:] in "。；，" and "《" not in text:  # a sentence that names nothing: nearly all blocks
            i += 1
            continue
        start = _start_at(blocks, i, entries, sections, named, not starts)
        if start is not None and start.first in closed:
            start = replace(start, first=max(c.last for c in contents if c.first <= start.first <= c.last) + 1)
        if start is not None and starts and _repeats(blocks, starts[-1], start):
            i = start.title.last + 1
            continue
        if start is not None and len(starts) == 1 and _under_heading(blocks, starts[-1], start):
            start = replace(start, first=starts.pop().first)
        if start is None or (starts and start.first <= starts[-1].title.last):
            named += _announced(blocks[i].text)
            i += 1
            continue
        starts.append(start)
        named += _announced(start.title.text)
        i = start.title.last + 1
    return _with_first(blocks, closed, sections, starts)


def _repeats(blocks: Sequence[Block], last: Start, start: Start) -> bool:
    """The same title once more with nothing but dates and numbers between: a printed cover, or a page's own heading."""
    again, printed = key_of(start.title.text), key_of(last.title.text)
    if start.annex or not (again == printed or (len(again) >= 12 and again in printed and not start.headed)):
        return False
    between = (blocks[i].text for i in range(last.title.last + 1, start.first))
    return all(is_event(t) or is_date_line(t) or number_line(t) or particulars_of(t) or is_name(t) or is_letterhead(t) or key_of(t).startswith(printed) for t in between)


def _under_heading(blocks: Sequence[Block], heading: Start, start: Start) -> bool:
    """A document's own title, with its issuers, below the heading of the web page that has it: the same after 关于, and nothing but the
    page's date, fields and summary between."""
    short, full = key_of(heading.title.text), key_of(start.title.text)
    about = short[short.find("关于") :]
    between = [blocks[i].text for i in range(heading.title.last + 1, start.first)]
    if heading.headed or len(about) < 8 or not full.endswith(about) or full == short or not any(is_posting(t) for t in between):
        return False
    return all(is_posting(t) or is_event(t) or is_date_line(t) or particulars_of(t) or number_line(t) for t in between)


def _with_first(blocks: Sequence[Block], closed: set[int], sections: set[str], starts: list[Start]) -> list[Start]:
    """Text before the first start is a document without a recognised title, unless it is only dividers."""
    begin = next((i for i in range(len(blocks)) if i not in closed), None)
    if begin is None or (not starts and all(i in closed or is_divider(blocks[i], sections) for i in range(len(blocks)))):
        return starts or ([Start(0, Title("", 0, -1, False))] if blocks else [])
    limit = starts[0].first if starts else len(blocks)
    loose = [i for i in range(begin, limit) if i not in closed and not is_divider(blocks[i], sections)]
    if not loose or (starts and sum(len(blocks[i].text) for i in loose) < 80):
        if starts and loose and limit - begin <= 4 and all(i not in closed for i in range(begin, limit)):
            starts[0] = replace(starts[0], first=loose[0])
        return starts
    return [Start(loose[0], _plain_title(blocks, loose[0], limit)), *starts]


def _plain_title(blocks: Sequence[Block], first: int, stop: int) -> Title:
    """A title that ends in no known word: the first short lines; an empty one when the text begins at once."""
    at = [i for i in range(first, min(first + 40, stop)) if not particulars_of(blocks[i].text)]
    for i in at[:6]:
        if number_line(blocks[i].text) or is_letterhead(blocks[i].text):
            continue
        if could_be_title_line(blocks[i]) and len(blocks[i].text) <= 80:
            return Title(tidy(blocks[i].text), i, i, False)
        break
    said = blocks[first].text.partition("。")[0] if at else ""
    whole = "关于" in said and len(said) <= 80 and genre_of(said) is not None  # 关于支持创业的若干意见。为落实…: all in one paragraph
    return Title(said if whole else "", first, first - 1, False)


def is_divider(block: Block, sections: set[str]) -> bool:
    """A line that only names a section of a compilation."""
    text = block.text
    if len(text) > 30 or block.kind != "paragraph":
        return False
    marker = find_marker(text)
    bare = text[marker.end :] if marker else text
    return key_of(bare) in sections or (bool(block.hashes) and bare.endswith(("文件", "篇", "类", "部分", "编")) and not is_letterhead(bare))


def _start_at(blocks: Sequence[Block], i: int, entries: Sequence[Entry], sections: set[str], named: Sequence[str], none_yet: bool) -> Start | None:
    """The start whose title begins in block i, or None."""
    block = blocks[i]
    if len(block.text) > 180 or block.text[-1:] in "。；，、？！":
        return None
    if block.text.startswith(("附", "（附件", "(附件")):
        return _annex(blocks, i, named)
    if not could_be_title_line(block) or is_divider(block, sections):
        return None
    title = read_title(blocks, i)
    if title is None and len(block.text) >= 8 and key_of(block.text) in named:
        title = Title(tidy(block.text), i, i, True)  # announced in just these words
    if title is None or _is_decree_head(blocks, title) or is_masthead(blocks, title):
        return None
    if title.first < title.last and not _fit_to_begin(block.text):
        return None
    first, headed = _reach_up(blocks, i)
    entry = _entry_of(title, entries)
    score = 9 if none_yet and i < 12 else 0
    score += 5 if headed else 0
    score += 5 if entry else 0
    score += 5 if _is_named(title, named) else 0
    if score < ENOUGH:
        score += weigh(blocks, title, first)
    return Start(first, title, "", entry, headed) if score >= ENOUGH else None


def _is_decree_head(blocks: Sequence[Block], title: Title) -> bool:
    """中华人民共和国国务院令 / 第707号 above the title of the statute itself."""
    if not is_letterhead(title.text):
        return False
    i = title.last + 1
    while i < len(blocks) and number_line(blocks[i].text):
        i += 1
    return i > title.last + 1 and i < len(blocks) and could_be_title_line(blocks[i]) and read_title(blocks, i) is not None


def _fit_to_begin(text: str) -> bool:
    """Whether a title of several lines may begin with this one."""
    if is_name(text) or text.startswith(("关于", "印发", "转发", "批转", "中华人民共和国")) or genre_of(text):
        return True
    if "关于" in text or "《" in text or "贯彻" in text or (text.endswith(("印发", "转发", "批转")) and is_name(text[:-2])):
        return True
    places = find_places(text[:16])
    return (bool(places) and places[0].start == 0) or _PLACE.match(text) is not None


def _reach_up(blocks: Sequence[Block], i: int) -> tuple[int, bool]:
    """The first block of the letterhead above a title, and whether there is a letterhead or 文号."""
    first = i
    headed = False
    k = i - 1
    while k >= 0 and i - k <= 12:
        text = blocks[k].text
        if blocks[k].kind != "paragraph" and not particulars_of(text):
            break
        urgent = len(text) <= 12 and text.strip("（）() ") in urgencies()
        above_number = is_name(text) and headed and k + 1 == first  # 国务院办公厅 above its 文号
        if (signed_line(text) or disclosure_of(text)) and not headed:
            k -= 1  # of a masthead or the fields of a page, if one stands above; else the end of the document before
            continue
        if number_line(text) or is_letterhead(text) or particulars_of(text) or ((headed or k < i - 1) and is_masthead_line(text)) or is_issue(text):
            headed = True
        elif not (urgent or above_number or (text.startswith("签发人") and len(text) < 30)):
            break
        first = k
        k -= 1
    return (first, True) if headed else (i, False)


def _entry_of(title: Title, entries: Sequence[Entry]) -> Entry | None:
    """The entry of the contents page that lists this title, with or without its issuers."""
    key = key_of(title.text)
    if len(key) < 6:
        return None
    for entry in entries:
        if entry.key == key or (len(key) >= 10 and (entry.key.endswith(key) or key.endswith(entry.key)) and len(entry.key) >= 10):
            return entry
    for entry in entries:
        if abs(len(entry.key) - len(key)) <= 6 and SequenceMatcher(None, entry.key, key, autojunk=False).ratio() > 0.93:
            return entry
    return next((e for e in entries if "《" in e.title and any(key_of(q) == key for q in quoted_titles(e.title))), None)  # listed by its notice


_ISSUING = re.compile("印发|转发|发布|公布|征求")


def _announced(text: str) -> list[str]:
    """Titles that a line says to be issued or attached with it."""
    out = []
    if ("《" in text or text.endswith("的通知")) and _ISSUING.search(text):
        out += [key_of(t) for t in quoted_titles(text)]
        found = re.search(r"(?:印发|转发|批转)([^《》。，]{6,100}?)的通知$", text)
        if found:
            out.append(key_of(found[1]))
    if len(text) < 120 and text[-1:] not in "。；：，":
        marker = find_marker(text)
        if marker is None and not text.startswith(("附件", "附：", "附:")):
            return [t for t in out if len(t) >= 4]
        rest = _ANNEX.sub("", text[marker.end :] if marker else text).strip()
        rest = re.sub(r"^[0-9]{1,2}[.．、]", "", rest)
        if len(rest) >= 4:
            out.append(key_of(rest))
    return [t for t in out if len(t) >= 4] if out else out


def quoted_titles(text: str) -> list[str]:
    """The outermost 《…》 of a text, with inner titles whole."""
    out = []
    depth = begin = 0
    for i, c in enumerate(text):
        if c == "《":
            if depth == 0:
                begin = i + 1
            depth += 1
        elif c == "》" and depth:
            depth -= 1
            if depth == 0 and i > begin:
                out.append(text[begin:i])
    return out


def _is_named(title: Title, named: Sequence[str]) -> bool:
    return len(key_of(title.text)) >= 5 and any(alike(title.text, n) for n in named)


def _annex(blocks: Sequence[Block], i: int, named: Sequence[str]) -> Start | None:
    """An attachment that begins with its own line 附件2, or 附件2：title in front of its text."""
    text = blocks[i].text
    found = _ANNEX.match(text)
    if not found or len(text) > 120:
        return None
    rest = text[found.end() :].strip()
    label = "".join(found.group().split()).strip("：:（）()")
    following = blocks[i + 1] if i + 1 < len(blocks) else None
    if following is None:
        return None
    if rest:
        if not found.group().rstrip().endswith(("：", ":")) and " " not in text[: found.end() + 1] and not blocks[i].hashes:
            return None
        if find_marker(rest) is not None or _list_goes_on(blocks, i + 1):
            return None
        if key_of(rest) not in named and following.kind != "row" and not blocks[i].hashes:  # over its table, or a heading: no entry of a list
            return None
        return Start(i, Title(rest, i, i, bool(genre_of(rest))), label)
    title = read_title(blocks, i + 1)
    if title is None:
        line = following
        if line.kind != "paragraph" or not could_be_title_line(line) or len(line.text) > 70:
            over = title_in_row(line) if line.kind == "row" else ""
            return Start(i, Title(over, i, i, bool(genre_of(over))) if over else Title("", i + 1, i, False), label) if line.kind == "row" else None
        last = i + 1
        while last + 1 < len(blocks) and could_be_title_line(blocks[last + 1]) and is_suffix(blocks[last + 1].text):
            last += 1  # （征求意见稿）
        title = Title(tidy("".join(b.text for b in blocks[i + 1 : last + 1])), i + 1, last, False)
    return Start(i, title, label)


def _annex_in_row(blocks: Sequence[Block], i: int) -> Start | None:
    """An attachment whose label and title stand in the first row of its table, right behind the signature's date: 附件：…任务分解表."""
    if not 0 < i < len(blocks) - 1 or blocks[i - 1].kind != "paragraph" or not ends_document(blocks[i - 1].text):
        return None
    text = lone_cell(blocks[i])
    found = _ANNEX.match(text)
    title = tidy(text[found.end() :].strip()) if found else ""
    return Start(i, Title(title, i, i, True), "".join(found.group().split()).strip("：:（）()")) if found and genre_of(title) else None


def _list_goes_on(blocks: Sequence[Block], i: int) -> bool:
    """Whether block i is another entry of a list of attachments, a signature or a date: then the line above is an entry too."""
    text = blocks[i].text
    marker = find_marker(text)
    if marker is not None and marker.form in ("num_dot", "num_comma") and marker.value == 2 and len(text) < 80:
        return True
    return is_date_line(text) or is_name(text) or bool(disclosure_of(text))
