"""The head and the tail of one document: what stands before its body and behind it, each line by its kind.

Head: letterhead, 文号, title, the date and issuers under it, a page's table of particulars (索引号, 发文机关 …), the dates of a
statute. Tail: list of attachments, signature, remarks (此件公开发布), disclosure (信息公开选项：…), colophon (抄送, …印发).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kb.layout.page_fields import fields_of
from kb.layout.page_fields import names as particulars
from kb.model import Block
from kb.numbering import find_marker
from kb.numerals import find_dates
from kb.splitting.imprints import read_imprint
from kb.splitting.mastheads import is_issue, is_masthead_line, list_of_present
from kb.splitting.titles import is_letterhead, is_name, key_of, misread_date, number_line, signed_line, tidy
from kb.tables import settings

_CLOCK = re.compile(r"[ \u3000T]{0,3}[0-9]{1,2}[:：][0-9]{2}")


@dataclass
class Frame:
    """What stands around a document's body. `kinds` tells for each block index outside the body what it is."""

    kinds: dict[int, str] = field(default_factory=dict)
    body_first: int = 0
    body_last: int = -1
    numbers: list[str] = field(default_factory=list)
    head_dates: list[str] = field(default_factory=list)  # printed lines
    events: list[str] = field(default_factory=list)  # of a statute: 2001年6月15日 …公布
    names: list[str] = field(default_factory=list)  # lines of issuers under the title
    letterheads: list[str] = field(default_factory=list)
    particulars: dict[str, str] = field(default_factory=dict)
    signatures: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)  # dates of signatures
    colophons: list[str] = field(default_factory=list)
    disclosures: list[str] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)  # titles of the list 附件：1.…


def lint_words(data: dict[str, Any]) -> list[str]:
    """What is wrong with document_words.toml, one Chinese line each: every list has words, each once."""
    out = []
    for group, lists in data.items():
        for name, values in lists.items():
            if not isinstance(values, list):
                continue
            if not values:
                out.append(f"document_words.toml：[{group}] {name} 为空")
            flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
            out += [f"document_words.toml：[{group}] {name} 中“{v}”重复" for v in dict.fromkeys(flat) if flat.count(v) > 1]
    return out


def words(group: str, name: str) -> tuple[str, ...]:
    """A list of kb/data/document_words.toml."""
    return tuple(settings("document_words")[group][name])


@lru_cache(maxsize=1)
def urgencies() -> frozenset[str]:
    """特急, 秘密 … on a line of their own."""
    return frozenset(words("head", "urgency"))


@lru_cache(maxsize=1)
def _disclosure() -> re.Pattern[str]:
    labels, values = "|".join(words("disclosure", "labels")), "|".join(words("disclosure", "values"))
    return re.compile(rf"(?:信息)?公开(?:{labels})[ ]?[：:][ ]?(?:{values})|此件[^，。（）()]{{0,12}}(?:公开|发布)[^，。（）()]{{0,10}}")


def disclosure_of(text: str) -> str | None:
    """The disclosure that a line prints, without brackets: 信息公开选项：主动公开; 此件公开发布."""
    if len(text) > 40 or ("公开" not in text and "此件" not in text):
        return None
    found = _disclosure().search(text)
    return found.group().strip() if found else None


def is_date_line(text: str) -> bool:
    """A line that is a date, in brackets or not: （2021年3月7日）, 二〇二一年三月."""
    if len(text) > 24:
        return False
    dates = find_dates(text)
    if len(dates) != 1 or "-" not in dates[0].value:
        return misread_date(text)
    rest = (text[: dates[0].start] + text[dates[0].end :]).strip("（()）[]【】 \u3000")
    return rest in words("head", "beside_date")


def is_posting(text: str) -> bool:
    """A line that a web page prints between its own heading and the document: 2014-04-25 09:00:47, 内容摘要：…."""
    if text.startswith(tuple(words("head", "summaries"))):
        return True
    dates = find_dates(text[:40])
    return bool(dates) and dates[0].start <= 8 and _CLOCK.match(text, dates[0].end) is not None


def is_event(text: str) -> bool:
    """A line of a statute's history: 2001年6月15日 国务院令第306号公布; （2021年4月29日…会议通过）."""
    bare = text.strip("（(）)[] \u3000")
    if len(text) > 400 or text[-1:] in "。；，" or not bare:
        return False
    dates = find_dates(bare[:40])
    if not dates or dates[0].value.count("-") < 1:
        return False
    return (dates[0].start <= 14 or bare.startswith(("根据", "经"))) and any(word in bare for word in words("history", "events"))


def particulars_of(text: str) -> tuple[tuple[str, str], ...]:
    """The fields (name, value) of a line or row above a web page's document: 发文机关：国务院办公厅; () when it is something else."""
    if len(text) > 300 or not any(c in text for c in "：:]】|\t"):
        return ()
    found = fields_of(text)
    if found:
        return found
    cells = [cell for cell in text.replace(" ", "").replace("\u3000", "").split("\t") if cell]
    out: list[tuple[str, str]] = []
    for cell in cells:
        name, colon, value = cell.replace(":", "：", 1).partition("：")
        if name in particulars() and (colon or len(cells) > 1):
            out.append((name, value))
        elif out and not out[-1][1]:
            out[-1] = (out[-1][0], cell)
        else:
            return ()
    return tuple(out)


def read_head(blocks: Sequence[Block], first: int, title: tuple[int, int] | None, stop: int) -> Frame:
    """The frame of blocks[first:stop] as far as its head goes; `title` is the first and last index of the title's blocks."""
    frame = Frame(body_last=stop - 1)
    title_first, title_last = title if title else (first, first - 1)
    for i in range(first, title_first):
        _head_line(blocks[i].text, i, frame, above=True)
    for i in range(title_first, title_last + 1):
        frame.kinds[i] = "title"
    i = title_last + 1
    printed = key_of(tidy("".join(blocks[k].text for k in range(title_first, title_last + 1))))
    while i < stop and blocks[i].kind == "paragraph":
        again = _printed_again(blocks, i, stop, printed)
        for k in range(i, again):
            frame.kinds[k] = "title"
        if again == i and not _head_line(blocks[i].text, i, frame, above=False):
            if not _class_line(blocks, i, stop):
                break
            frame.kinds[i] = "note"
        i = max(again, i + 1)
    frame.body_first = i
    return frame


def _class_line(blocks: Sequence[Block], i: int, stop: int) -> bool:
    """A类, 签发人：某某 between the title and the 文号 of an answer to a proposal."""
    text = blocks[i].text
    if len(text) > 14 or text[-1] in "。；，：:" or find_marker(text) is not None:
        return False
    return any(b.kind == "paragraph" and number_line(b.text) for b in blocks[i + 1 : min(stop, i + 4)])


def _printed_again(blocks: Sequence[Block], first: int, stop: int, title: str) -> int:
    """Index behind the lines that print the title a second time; `first` when they do not."""
    key = ""
    for i in range(first, min(stop, first + 5)):
        key += key_of(blocks[i].text)
        if not title or not title.startswith(key):
            return first
        if key == title:
            return i + 1
    return first


def _head_line(text: str, i: int, frame: Frame, above: bool) -> bool:
    """Notes what kind of head line block i is; False when it is none (below the title), so that the body begins."""
    number = number_line(text)
    if number:
        frame.kinds[i] = "number"
        frame.numbers.append(number)
        return True
    fields = particulars_of(text)
    if fields:
        frame.kinds[i] = "particulars"
        for name, value in fields:
            frame.particulars.setdefault(name, value)
        return True
    if is_date_line(text):
        frame.kinds[i] = "date"
        frame.head_dates.append(text)
        return True
    imprint = None if above else read_imprint(text)
    if imprint is not None:
        frame.kinds[i] = "signature"
        frame.names += [imprint.names] if imprint.names else []
        frame.head_dates += [imprint.date] if imprint.date else []
        frame.numbers += [imprint.number] if imprint.number else []
        return True
    if is_event(text):
        frame.kinds[i] = "date"
        frame.events.append(text)
        return True
    if is_issue(text):
        frame.kinds[i] = "number"
        if text[-1] == "号":
            frame.numbers.append("".join(text.split()))
        return True
    signed = signed_line(text)
    if signed:
        frame.kinds[i] = "letterhead" if above else "signature"
        (frame.letterheads if above else frame.names).append(signed[0])
        frame.head_dates.append(signed[1])
        return True
    if above and (is_letterhead(text) or is_masthead_line(text) or is_name(text)):
        frame.kinds[i] = "letterhead"
        frame.letterheads.append(text)
        return True
    if not above and is_name(text):
        frame.kinds[i] = "signature"
        frame.names.append(text)
        return True
    disclosed = disclosure_of(text)
    if disclosed:
        frame.kinds[i] = "disclosure"
        frame.disclosures.append(disclosed)
        return True
    if above:
        marker = find_marker(text)
        frame.kinds[i] = "annex" if marker and marker.kind == "annex" else "note"
        return True
    if len(text) <= 24 and text.strip("（）()【】 ") in urgencies():
        frame.kinds[i] = "note"
        return True
    return False


def read_tail(blocks: Sequence[Block], frame: Frame) -> None:
    """Takes the lines behind the body out of it, from the last one up."""
    i = _behind_signature(blocks, frame)
    dated = False
    while i >= frame.body_first:
        block = blocks[i]
        kind = _tail_kind(block, dated, i - frame.body_first) if block.kind == "paragraph" else ""
        if not kind:
            present = list_of_present(blocks, i, frame.body_first)
            if present is not None:
                frame.kinds.update(dict.fromkeys(range(present, i + 1), "note"))
                i = present - 1
                continue
            listed = _attachment_list(blocks, i, frame.body_first)
            if listed is None:
                break
            for k in range(listed, i + 1):
                frame.kinds[k] = "attachments"
            frame.attachments[:0] = _listed_titles([b.text for b in blocks[listed : i + 1]])
            i = listed - 1
            continue
        if kind == "signature" and frame.kinds.get(i + 1) == "colophon":
            kind = "colophon"  # 某某办公室综合处 / 2021年3月22日印发
        frame.kinds[i] = kind
        dated = dated or kind == "date"
        _note_tail(kind, block.text, frame)
        i -= 1
    frame.body_last = i


def _behind_signature(blocks: Sequence[Block], frame: Frame) -> int:
    """The last block to read from: a few short lines of an unknown kind behind name and date are notes."""
    last = frame.body_last
    for i in range(last, max(last - 4, frame.body_first), -1):
        text = blocks[i].text
        if is_date_line(text) and is_name(blocks[i - 1].text):
            if not any(_tail_kind(b, False, 1) for b in blocks[i + 1 : last + 1]):
                frame.kinds.update(dict.fromkeys(range(i + 1, last + 1), "note"))
                return i
            break
        if blocks[i].kind != "paragraph" or len(text) > 60 or text[-1] in "。：:" or find_marker(text) is not None or text.startswith("附"):
            break
    return last


def _tail_kind(block: Block, dated: bool, above: int) -> str:
    text = block.text
    if len(text) > 300:
        return ""
    bare = text.strip("（()）[]【】 \u3000")
    if disclosure_of(text):
        return "disclosure"
    if bare.startswith(words("tail", "colophon")) and len(bare) > 2 and bare[2] in "：: ":
        return "colophon"
    if bare.startswith(words("tail", "printing")):
        return "colophon"
    dates = find_dates(text) if len(text) < 80 else ()
    if dates and text.rstrip("。）) ").endswith(("印发", "印", "印制")) and "关于" not in text:
        return "colophon"
    if bare.startswith(words("tail", "notes")) and len(text) < 160:
        return "note"
    if is_date_line(text):
        return "date"
    if dated and len(text) <= 14 and _person().fullmatch(text):
        return "signature"
    if signed_line(text):
        return "signature"
    if is_name(text) and (dated or above > 0):
        return "signature"
    return ""


@lru_cache(maxsize=1)
def _person() -> re.Pattern[str]:
    """The officer who signs a decree: 省长 某某某."""
    return re.compile(rf"(?:代)?(?:{'|'.join(words('tail', 'officers'))})[ 　]?[\u4e00-\u9fff·]{{2,6}}")


def _note_tail(kind: str, text: str, frame: Frame) -> None:
    if kind == "disclosure":
        frame.disclosures.insert(0, disclosure_of(text) or text)
    elif kind == "colophon":
        frame.colophons.insert(0, text)
    elif kind == "date":
        frame.signed.insert(0, text)
    elif kind == "signature":
        dates = find_dates(text)
        if dates:
            frame.signed.insert(0, text[dates[0].start :])
            text = text[: dates[0].start].strip()
        if not _person().fullmatch(text):
            frame.signatures.insert(0, text)


def _attachment_list(blocks: Sequence[Block], last: int, first: int) -> int | None:
    """Where the list 附件：1.… 2.… that ends in block `last` begins; None when it ends no such list."""
    for i in range(last, max(first, last - 25) - 1, -1):
        text = blocks[i].text
        if blocks[i].kind != "paragraph" or len(text) > 120 or text[-1:] == "。":
            return None
        if text.startswith(("附：", "附:")) and len(text) > 4 and i + 8 > last:
            return i
        if text.startswith("附件") and (text[2:3] in "：: " or find_marker(text) is not None or text[2:3].isdigit()):
            return i
        if find_marker(text) is None and i == last and len(text) > 60:
            return None
    return None


def _listed_titles(lines: Sequence[str]) -> list[str]:
    """The titles of a list of attachments: 附件：1.任务表 / 2.名单 → 任务表, 名单."""
    out: list[str] = []
    joined = "\n".join(lines)
    joined = re.sub(r"^附(?=[：:])[：:]", "", joined).strip()
    joined = re.sub(r"^附件[ 　]{0,3}[0-9一二三四五六七八九十]{0,2}[ 　]{0,3}[：:]?", "", joined).strip()
    for line in joined.split("\n"):
        for piece in re.split(r"(?<=[\u4e00-\u9fff）》])[ 　]*(?=[0-9]{1,2}[.．、][^0-9])", line):
            marker = find_marker(piece)
            title = (piece[marker.end :] if marker else piece).strip("。；; 　：:《》")
            title = re.sub(r"^附件[ 　]{0,3}[0-9]{1,2}[：:.、 ]?", "", title)
            if marker is None and out and not re.match("附件", piece):
                out[-1] += title  # a title wrapped over two lines
            elif title:
                out.append(title)
    return out
