"""Does a line go on in the next one? Print width, sentence ends, open brackets and markers decide.

Files come hard-wrapped at the width of a page, or with a paragraph a line that is cut only where a page ended, and with
blank lines anywhere; so neither a line end nor a blank line says that a paragraph ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.frozen import dataclass
from kb.lines import ISSUER_ENDS, Line
from kb.numbering import find_marker
from kb.numerals import parse_date
from kb.page_fields import fields_of
from kb.tables import settings

WINDOW = 64  # lines that share an estimate of the print width
WIDEST = 75  # characters; text with many longer lines is not wrapped
SLACK = 2.6  # how much shorter than the width a full line may be: punctuation is not put at the start of a line


@lru_cache(maxsize=1)
def _sentence() -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
    data = settings("noise")["sentence"]
    pairs: dict[str, str] = {}
    for opening, closing in data["pairs"]:
        pairs[opening] = pairs.get(opening, "") + closing
    return frozenset(data["terminal"]), frozenset(data["closing"]), pairs


@lru_cache(maxsize=1)
def _alone() -> tuple[str, ...]:
    return tuple(settings("noise")["alone"]["first"])


@lru_cache(maxsize=1)
def title_ends() -> tuple[str, ...]:
    """Words that a title ends in (意见, 通知, 办法 …), from kb/data/genres.csv."""
    from kb.tables import table

    return tuple(row.cells["word"] for row in table("genres", ("word", "genre", "note")))


def measure(text: str) -> float:
    """Print width in full characters."""
    return sum(1.0 if ord(c) > 0x2000 else 0.5 for c in text)


@dataclass(frozen=True, slots=True)
class Page:
    """How the lines around are cut: at `width` (0: not at all), counted in characters or in print width.

    `ragged`: no line is longer and most are cut in mid sentence, yet not at one width.
    """

    width: float = 0.0
    printed: bool = False
    ragged: bool = False


def page_widths(lines: Sequence[Line]) -> list[Page]:
    """For each window of lines how they are cut."""
    count = max(1, -(-len(lines) // WINDOW))
    by_window: list[list[Line]] = [[] for _ in range(count)]
    for i, line in enumerate(lines):
        if line.kind == "text" and line.width > 3:
            by_window[i // WINDOW].append(line)
    found: list[Page] = []
    for w in range(count):
        near = [line for k in range(max(0, w - 1), min(count, w + 2)) for line in by_window[k]]
        long = sum(1 for line in near if line.width > WIDEST)
        found.append(Page() if long * 10 > len(near) else _page(near))
    return found


def _page(near: Sequence[Line]) -> Page:
    counted = _width([float(line.width) for line in near])
    printed = _width([measure(line.text) for line in near]) if counted[1] < 0.8 else (0.0, 0.0)
    if printed[1] > counted[1] + 0.02:
        return Page(printed[0], True)
    if counted[0]:
        return Page(counted[0])
    top = sorted(line.width for line in near)[-1 - len(near) // 50] if len(near) >= 8 else 0
    if not 18 <= top <= 60:
        return Page()
    long = [line for line in near if line.width >= 16]
    cut = sum(1 for line in long if not ends_sentence(line.text) and any(c in "，。；、,;" for c in line.text[:-1]))
    return Page(float(top), False, True) if cut >= 5 and cut * 5 >= len(long) * 2 else Page()


def _width(widths: list[float]) -> tuple[float, float]:
    """The width at which lines are cut and the share of lines cut there; (0, 0) where they are not cut at one width.

    In wrapped text no line is longer than the page and many are as long as it.
    """
    if len(widths) < 6:
        return 0.0, 0.0
    widths = sorted(widths)
    best = (0.0, 0.0)
    for skip in (0, len(widths) // 50, len(widths) // 20):
        top = widths[-1 - skip]
        if not 12 <= top <= WIDEST:
            continue
        full = sum(1 for w in widths if top - SLACK <= w <= top + 0.6)
        share = full / len(widths)
        if full >= 5 and share >= 0.25 and share > best[1]:
            best = (top, share)
    return best


NOT_FULL, MAY_GO_ON, FULL = 0, 1, 2


def fullness(line: Line, page: Page, row_width: float) -> int:
    """Whether the physical row that ends with this line fills the page. `row_width`: width of the pieces glued before it."""
    if not page.width:
        return NOT_FULL
    mine = (measure(line.text) if page.printed else float(line.width)) + row_width
    if page.ragged:
        return MAY_GO_ON if mine >= page.width * 0.45 else NOT_FULL
    return FULL if mine >= page.width - SLACK else NOT_FULL


@lru_cache(maxsize=1)
def _brackets() -> re.Pattern[str]:
    pairs = _sentence()[2]
    return re.compile("[" + re.escape("".join(pairs) + "".join(pairs.values())) + "]")


def ends_sentence(text: str) -> bool:
    """Whether a text ends in a sentence mark, closing brackets and quotation marks behind it left aside."""
    terminal, closing, _ = _sentence()
    i = len(text) - 1
    while i >= 0 and (text[i] in closing or text[i] in " *"):
        i -= 1
    return i >= 0 and text[i] in terminal


def open_mark(text: str, reach: int = 400) -> str:
    """The innermost bracket or quotation mark that the end of the text leaves open; only the last `reach` characters count."""
    _, _, pairs = _sentence()
    stack: list[str] = []
    for c in _brackets().findall(text, max(0, len(text) - reach)):
        if c in pairs:
            stack.append(c)
        else:
            for k in range(len(stack) - 1, max(-1, len(stack) - 4), -1):
                if c in pairs[stack[k]]:
                    del stack[k:]
                    break
    return stack[-1] if stack else ""


@lru_cache(maxsize=1)
def _date_only() -> re.Pattern[str]:
    return re.compile(r"[（(]?[0-9０-９零〇○Ｏ一二三四五六七八九十年月日 .\-/]{6,16}(?:印发|发布|通过|施行)?[)）]?")


def stands_alone(text: str) -> bool:
    """Lines that are whole whatever stands around them: 附件：…, 抄送：…, 索引号：…, a date, a 文号, a letterhead."""
    if text.startswith(_alone()) or is_field(text):
        return True
    if len(text) < 80 and ("号" in text[-1:] or "签发人" in text) and _number_only().fullmatch(text):
        return True
    if text[-1].isdigit() and _leader().search(text):
        return True
    if len(text) < 60 and text.endswith("文件") and looks_like_name(text[:-2].rstrip()):
        return True
    if len(text) < 18 and _date_only().fullmatch(text) and parse_date(text):
        return True
    return len(text) < 7 and text.rstrip("0123456789一二三四五六七八九十 ：:") in ("附件", "附表", "附录", "附")


def is_field(text: str) -> bool:
    """A field above a document on a web page: 发文机关：国务院办公厅."""
    return bool(fields_of(text))


@lru_cache(maxsize=1)
def _number_only() -> re.Pattern[str]:
    one = r"[\u4e00-\u9fff]{1,20} ?[〔﹝\[［（(【][0-9０-９]{4}[〕﹞\]］）)】] ?(?:第 ?)?[0-9０-９]{1,5} ?号"
    return re.compile(rf"{one}(?:[、 　]{{1,3}}{one})?(?:[ 　]{{0,20}}签发人[ ：:][^，。]{{0,12}})?")


@lru_cache(maxsize=1)
def _leader() -> re.Pattern[str]:
    """An entry of a contents page: dots and a page number."""
    return re.compile(r"[.．…·]{2}[ 　]{0,3}[0-9]{1,4}$")


@lru_cache(maxsize=1)
def _event() -> re.Pattern[str]:
    return re.compile(r"[（(]?[0-9０-９]{4}年[0-9０-９]{1,2}月[0-9０-９]{1,2}日[^，。；]{0,200}(?:通过|公布|发布|修订|修正|批准|施行|公告|印发|修改)[）)]?")


LIST_ENDS = ISSUER_ENDS | frozenset("等县区市镇乡道院校所队司员）)月日底前")  # what a list of units, names or times ends in


@lru_cache(maxsize=1)
def _duty_labels() -> tuple[str, ...]:
    roles = settings("roles")
    return tuple(label for label in {*roles["labels"], *roles["words"]["other_labels"]} if len(label) >= 4)


def begins_with_label(text: str) -> bool:
    """A line of its own under a piece of work: 责任单位：…, 牵头领导：…, 完成时限：…."""
    colon = next((at for at in range(4, min(len(text), 14)) if text[at] in "：:"), 0)
    label = text[:colon].rstrip()
    return label.endswith(_duty_labels()) and not any(c in "，。；、,;.（(〔【［[）)" for c in label)


def looks_like_heading(text: str) -> bool:
    """A numbered line without a sentence: 一、总体要求."""
    if len(text) > 45 or text[-1:] in "，、,":
        return False
    marker = find_marker(text)
    if marker is None:
        return False
    rest = _without_list(text[marker.end :])
    if any(c in "。；：，;," for c in rest.rstrip("：:")):
        return _one_comma(rest)
    return not (marker.kind == "article" and len(rest) > 14)


def _without_list(rest: str) -> str:
    """A heading without the bracket of units behind it: 清洁村庄（牵头单位：县水利局；配合单位：县财政局）."""
    opening = max(rest.rfind(c) for c in "（(〔【［[")
    return rest[:opening] if opening >= 4 and rest[-1:] in "）)〕】］]" else rest


def _one_comma(rest: str) -> bool:
    """Headings of two halves: 优先发展农业农村，全面推进乡村振兴."""
    if any(c in "。；：;" for c in rest):
        return False
    halves = re.split("[，,]", rest)
    return len(halves) in (2, 3) and all(5 <= len(h) <= 26 for h in halves) and find_marker(halves[-1]) is None


@lru_cache(maxsize=1)
def _title_suffix() -> re.Pattern[str]:
    return re.compile(r"(?:[（(〔\[][^（）()〔〕\[\]]{1,16}|[（(][^（）()〔〕\[\]]{1,16}[〔\[][0-9]{4}[〕\]] ?[0-9]{1,5}号)[）)〕\]]$")


def looks_like_title(text: str) -> bool:
    """A line that ends as titles do, （试行） and the like left aside, and holds no sentence."""
    if len(text) > 150:
        return False
    bare = _title_suffix().sub("", text)
    if bare.startswith("《") or "印发《" in bare or "号《" in bare[:40]:
        bare = bare.rstrip("》")
    return bare.endswith(title_ends()) and not any(c in "。；！？" for c in text)


def _outside_titles(text: str) -> str:
    """The text without what stands in 《》."""
    out = []
    depth = 0
    for c in text:
        depth += (c in "《〈") - (c in "》〉")
        if depth <= 0 and c not in "》〉":
            out.append(c)
    return "".join(out)


def _whole_title(block: str, text: str) -> bool:
    """A title that happens to fill its line, before text that does not go on with it."""
    if not looks_like_title(block) or open_mark(block) or find_marker(block) is not None:
        return False
    if any(c in "，、：,:" for c in _outside_titles(block)):
        return False
    return len(text) > 5 and text[0] not in "，。、；：的和与及等》）)（(" and not text.startswith(("精神", "要求", "以及", "规定"))


def looks_like_name(text: str) -> bool:
    """A line that is only the name of a body."""
    return 2 < len(text) <= 40 and text[-1] in ISSUER_ENDS and not any(c in "，。；：、,;:“”" for c in text)


def goes_on(block: str, line: Line, after: Line, full: int, gap: str) -> bool:
    """Whether the paragraph `block`, whose last physical line is `line`, goes on in the line `after`.

    `full`: whether the line fills the page (see fullness); `gap`: what stands between: "" a line end, "broken" a page number, rule or
    footnote, "paragraph" the end of a paragraph in a format that has paragraphs of its own (html, docx).
    """
    text = after.text
    if block[-1] == "。" and full != FULL and text[0] not in "，。、；：）》”,;":
        return False
    if after.hashes or stands_alone(text):
        return _held_open(block, text) and not after.hashes
    if block[-1] in "：:]】" and len(block) < 12 and is_field(block):  # 索引号： with its value on the next line
        return len(text) <= 60 and find_marker(text) is None and text[-1] not in "。：:" and not looks_like_title(text)
    if _event().fullmatch(text) and not any(c in "，。；：" for c in block):
        return False  # a statute's history: each event on a line of its own
    if text[0] in "，。、；：）》”,;" and not line.hashes and find_marker(text) is None:
        return True  # nothing begins so
    if line.hashes and not full:
        return bool(open_mark(block))
    if ends_sentence(block):
        return _goes_on_behind_stop(block, after, full)
    if stands_alone(block) and not (full and block.startswith(_alone())) and not _held_open(block, text):
        return False
    if block[0] in "（(〔【" and _bracketed_whole(block) and text[0] not in "，。、；：的":
        return False
    mark = open_mark(block)
    marker = find_marker(text)
    prose = full > 0 or (len(block) >= 12 and any(c in "，、；," for c in block))
    unlikely = marker is not None and not marker.sure and not marker.misread and prose  # …条例 / 第十八条和…
    unlikely = unlikely or (prose and text[0] == "一" and block[-1] in settings("noise")["sentence"]["before_one"])
    if marker is not None and not unlikely and not (mark and (not marker.sure or mark in "《〈" or _closes(mark, text))):
        return False
    if mark and mark not in "“‘\"":
        return True
    if begins_with_label(text) or (full != FULL and begins_with_label(block) and block[-1] in LIST_ENDS):
        return False
    if full == MAY_GO_ON and looks_like_heading(block):
        return after.width < 16 and not ends_sentence(text)
    if full and block[-1] in "）)〕" and _closes_remark(block) and looks_like_title(text) and not any(c in "，。" for c in text):
        return False
    if full and not _whole_title(block, text):
        return True
    if line.hashes or looks_like_name(block) or _whole_title(block, text):
        return False
    if looks_like_heading(block):
        return False
    return _prose(block, text, gap)


def _bracketed_whole(block: str) -> bool:
    """Whether the bracket that the text begins with closes at its very end: （联系人：…）."""
    depth = 0
    for i, c in enumerate(block):
        depth += (c in "（(〔【") - (c in "）)〕】")
        if depth == 0:
            return i >= len(block) - 1
    return False


def _held_open(block: str, text: str) -> bool:
    mark = open_mark(block)
    return bool(mark) and mark in "《〈（(〔" and (find_marker(text) is None or _closes(mark, text))


def _closes(mark: str, text: str) -> bool:
    """Whether the first bracket of a line closes the one left open: 0000-123456 / 7)."""
    pairs = _sentence()[2]
    for c in text[:60]:
        if c in pairs or c == "。":
            return False
        if c in pairs[mark]:
            return True
    return False


def _goes_on_behind_stop(block: str, after: Line, full: int) -> bool:
    """A full line that happens to end with a sentence; a bracket that is still open (责任单位：…"""
    text = after.text
    if block[-1] in "：:；;，," and _held_open(block, text):
        return True
    if full == FULL and block[-1] in "：:" and find_marker(text) is None and _is_label(block):
        return True
    if full != FULL or after.indent >= 4 or find_marker(text) is not None or block[-1] in "：:":
        return False
    return not looks_like_name(text) and not looks_like_title(text) and text[:2] not in ("——", "--", "问：", "答：")


def _is_label(block: str) -> bool:
    """Whether what stands before the colon is a word or two behind a sentence: …做法。抄送："""
    begin = max(block.rfind(c) for c in "。；，）") + 1
    return begin > 0 and len(block) - begin <= 8


def _prose(block: str, text: str, gap: str) -> bool:
    """A paragraph cut at a page end: it holds a comma, or is long, and its end is no end."""
    if text[:2] in ("——", "问：", "答："):
        return False
    if block[-1] in "，、,":
        return True
    if block[-1] in "）)〕】］]" and _closes_remark(block):
        return False
    if gap == "paragraph" and len(block) < 40:
        return False
    if len(block) >= 15 and any(c in "，。；：、,;:" for c in block):
        return not (looks_like_name(text) and len(text) < 30)
    if gap == "broken":
        return len(block) >= 10 and text[0] not in "“《（("
    if find_marker(block) is None and block[-1] not in "和与及的在对为以由把将向从到或并于":
        return False  # as likely a heading as the first half of a sentence
    return len(block) >= 18 and text[0] not in "“《（(" and any(c in "，。；、,;" for c in text)


def _closes_remark(block: str) -> bool:
    """The bracket at the end holds a whole remark, such as the responsible units."""
    opening = max(block.rfind(c) for c in "（(〔【［[")
    return opening == 0 or len(block) - opening > 14 or (opening > 0 and block[opening - 1] in "。；！")
