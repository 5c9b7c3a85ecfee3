"""Does a line go on in the next one? Print width, sentence ends, open brackets and markers decide.

Files come hard-wrapped at the width of a page, or with a paragraph a line that is cut only where a page ended, and with
blank lines anywhere; so neither a line end nor a blank line says that a paragraph ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.frozen import dataclass
from kb.layout.line_looks import (
    LIST_ENDS,
    begins_imprint,
    begins_with_label,
    event_form,
    is_addressee,
    is_field,
    looks_like_heading,
    looks_like_name,
    looks_like_title,
    outside_titles,
    stands_alone,
    whole_line_starts,
)
from kb.layout.lines import Line
from kb.numbering import find_marker
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


def measure(text: str) -> float:
    """Print width in full characters."""
    return len(text) - 0.5 * len(_narrow().findall(text))


@lru_cache(maxsize=1)
def _narrow() -> re.Pattern[str]:
    return re.compile("[\0-\u2000]")


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
    if event_form().fullmatch(text) and not any(c in "，。；：" for c in block):
        return False  # a statute's history: each event on a line of its own
    if text[0] in "，。、；：）》”,;" and not line.hashes and find_marker(text) is None:
        return True  # nothing begins so
    if line.hashes and not full:
        return bool(open_mark(block))
    if ends_sentence(block):
        return _goes_on_behind_stop(block, after, full)
    if stands_alone(block) and not (full and block.startswith(whole_line_starts())) and not _held_open(block, text):
        return False
    if block[0] in "（(〔【" and _bracketed_whole(block) and text[0] not in "，。、；：的":
        return False
    mark = open_mark(block)
    if not mark and (is_addressee(text) or begins_imprint(text)) and looks_like_title(block) and find_marker(block) is None:
        return False
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


def _whole_title(block: str, text: str) -> bool:
    """A title that happens to fill its line, before text that does not go on with it."""
    if not looks_like_title(block) or open_mark(block) or find_marker(block) is not None:
        return False
    if any(c in "，、：,:" for c in outside_titles(block)):
        return False
    return len(text) > 5 and text[0] not in "，。、；：的和与及等》）)（(" and not text.startswith(("精神", "要求", "以及", "规定"))


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
