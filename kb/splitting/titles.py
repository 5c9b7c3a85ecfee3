"""Which lines are a title, a letterhead, a 发文字号; titles broken over lines are put together.

A title ends in a word of kb/data/genres.csv (…的通知, …实施方案（试行）) and holds no sentence; the line of its issuers above it
(中共中央 国务院 / 关于…的意见) is part of it. A letterhead (…文件) is not.
`read_title(blocks, 0)` of 中共中央 国务院 / 关于…的意见 is the title 中共中央 国务院关于…的意见 over two blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from kb.errors import DataError
from kb.frozen import dataclass
from kb.layout.lines import ISSUER_ENDS
from kb.layout.page_fields import fields_of
from kb.model import Block
from kb.numbering import find_marker
from kb.numerals import find_dates, parse_date
from kb.regions import find_places, is_national
from kb.tables import TableRow, table

LONGEST_TITLE = 180
MOST_LINES = 7
_CONTINUES = ("的", "和", "与", "及", "暨", "、", "等", "有关", "工作的")
_VERBS = ("关于", "印发", "转发", "批转", "贯彻", "落实", "实施", "公布", "发布", "下达", "调整", "成立", "举办", "召开", "做好", "开展", "进一步")


@dataclass(frozen=True, slots=True)
class Title:
    """A title and the blocks that it stands in, first to last inclusive; `whole`: it ends in a word that titles end in."""

    text: str
    first: int
    last: int
    whole: bool


@lru_cache(maxsize=1)
def genre_words() -> tuple[tuple[str, str], ...]:
    """(how a title ends, genre), longest first."""
    rows = table("genres", ("word", "genre", "note"))
    problems = lint_genres(rows)
    if problems:
        raise DataError(problems[0], "genres.csv", "请改正该行")
    return tuple(sorted(((row.cells["word"], row.cells["genre"]) for row in rows), key=lambda r: -len(r[0])))


def lint_genres(rows: Sequence[TableRow]) -> list[str]:
    """What is wrong with rows of genres.csv, one Chinese line each; empty when all is well."""
    out = []
    seen: set[str] = set()
    for row in rows:
        word, genre = row.cells["word"], row.cells["genre"]
        if not word or not genre:
            out.append(f"{row.place}：文种“{word or genre}”缺少结尾词或文种名")
        elif word in seen:
            out.append(f"{row.place}：结尾词“{word}”重复")
        elif any(c in word for c in "《》（），。 "):
            out.append(f"{row.place}：结尾词“{word}”不应含标点")
        seen.add(word)
    return out


@lru_cache(maxsize=1)
def _number_pattern() -> re.Pattern[str]:
    signs = "\u4e00-\u9fffA-Za-z"
    return re.compile(
        rf"(?<![{signs}])([{signs}]{{1,20}}) ?[〔﹝\[［（(【「] ?([12１２][09０９][0-9０-９]{{2}}) ?[〕﹞\]］）)】」] ?(第 ?)?([0-9０-９]{{1,5}}) ?号"
    )


@lru_cache(maxsize=1)
def _decree_pattern() -> re.Pattern[str]:
    names = r"(?:[\u4e00-\u9fff]{2,16}[ 　]){0,8}[\u4e00-\u9fff]{0,24}[令告]"  # 国家税务总局 财政部公告2023年第15号
    return re.compile(rf"({names})[ 　]?(?:(?:19|20)[0-9]{{2}}年 ?(?=第))?第? ?([0-9０-９]{{1,4}}|[一二三四五六七八九十百零〇]{{1,7}}) ?号|(?:[0-9]{{4}}年)?第 ?([0-9]{{1,4}}) ?号")


_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def find_number(text: str) -> tuple[str, int, int] | None:
    """The first 发文字号 of a text, written with 〔〕 and without spaces, and where it stands.

    `find_number("湘振局发 [2021] 18 号")` is ("湘振局发〔2021〕18号", 0, 16).
    """
    match = _number_pattern().search(text)
    if match is None:
        return None
    number = f"{match[1].strip()}〔{match[2]}〕{match[3] or ''}{match[4]}号".translate(_WIDE_DIGITS)
    return "".join(number.split()), match.start(), match.end()


def number_line(text: str) -> str | None:
    """The 发文字号 of a line that holds nothing else of weight (签发人 may stand behind it); 国令第707号, 第5号 too."""
    if len(text) > 90:
        return None
    found = find_number(text)
    if found:
        number, start, end = found
        rest = text[:start] + text[end:]
        for word in ("签发人", "发文字号", "文号", "发文号"):
            if word in rest:
                return number
        second = find_number(text[end:])
        if second:
            rest = text[:start] + text[end + second[2] :]
            number += "、" + second[0]
        return number if not any(c.isalnum() for c in _class().sub("", rest)) else None
    match = _decree_pattern().fullmatch(text.strip("（）()【】 "))
    if match is None:
        return None
    return "".join(match.group().split()).translate(_WIDE_DIGITS)


@lru_cache(maxsize=1)
def _class() -> re.Pattern[str]:
    """The class of an answer to a proposal behind its number: （A类）."""
    return re.compile("[（(\\[【][A-EＡ-Ｅ第一二三1-3][ 　]?[类级]?[）)\\]】]")


@lru_cache(maxsize=1)
def _suffix() -> re.Pattern[str]:
    return re.compile(r"(?:[ 　]?[（(〔\[【][^（）()〔〕\[\]【】]{1,24}[）)〕\]】])+$")


def without_suffix(title: str) -> str:
    """The title without （试行）, （征求意见稿）, （2021年版） at its end."""
    return _suffix().sub("", without_number(title))


def without_number(title: str) -> str:
    """The title without the 文号 in brackets behind it: …的通知（湘水发〔2021〕31号）."""
    if not title.endswith(("）", ")", "〕", "]")):
        return title
    found = find_number(title[-40:])
    if found is None or found[2] < len(title[-40:]) - 1:
        return title
    head = title[: len(title) - len(title[-40:]) + found[1]].rstrip()
    return head[:-1].rstrip() if head[-1:] in ("（", "(", "〔", "[") else title


@lru_cache(maxsize=512)  # of one title several stages ask
def genre_of(title: str) -> str | None:
    """What a title says the document is: …实施意见（试行） → 实施意见; 中华人民共和国…法 → 法律."""
    bare = without_suffix(title)
    if bare.startswith("《") or "号《" in bare[:40] or ("印发《" in bare and not bare.startswith(("关于", "印发")) and "关于印发" not in bare):
        bare = without_suffix(bare.rstrip("》"))  # 中办 国办印发《关于…的意见（试行）》
    if bare.endswith("法") and not bare.endswith(("办法", "方法", "做法", "执法", "司法", "立法", "依法", "违法")):
        return "法律"
    if bare.endswith("令") and not bare.endswith("命令"):
        return "令"
    return next((genre for word, genre in genre_words() if bare.endswith(word)), None)


@lru_cache(maxsize=1)
def _stop() -> re.Pattern[str]:
    return re.compile("[。；！？：]")


@lru_cache(maxsize=1)
def _title_marks() -> re.Pattern[str]:
    return re.compile("[《〈》〉]")


def could_be_title_line(block: Block) -> bool:
    """A short line that is no sentence, no numbered heading and no date."""
    text = block.text
    if block.kind != "paragraph" or not 2 <= len(text) <= LONGEST_TITLE or text[-1] in "。；：:，、？！;,…":
        return False
    marker = find_marker(text)
    if marker is not None and marker.sure:
        return False
    outside = _outside_quotation(text)
    if _stop().search(outside) or outside.count("，") + outside.count(",") > (2 if len(outside) > 30 else 1):
        return False
    if text.startswith(("为", "根据", "按照", "依据", "依照", "现将", "近日", "经", "各")) and not text.startswith(("为民", "经济", "经营", "各级")):
        return False
    if "印发" in text[-5:] and text.rstrip("。）) ").endswith("印发") and find_dates(text):
        return False  # 某某县人民政府办公室 2023年5月9日印发
    if text.startswith(("（共印", "(共印", "共印", "附件", "附表", "抄送", "信息公开", "（此", "(此", "——", "（联系", "(联系", "问", "答")) or number_line(text) or fields_of(text):
        return False
    return not _is_dated(text) and signed_line(text) is None


def _is_dated(text: str) -> bool:
    """A date, or a date and an event: （2021年3月7日）, 2001年6月15日国务院发布."""
    dates = find_dates(text[:40])
    if not dates or "-" not in dates[0].value:
        return False
    return dates[0].start <= 1 or len(text) - (dates[0].end - dates[0].start) <= 6


def signed_line(text: str) -> tuple[str, str] | None:
    """Issuer and date on one line: 某某县人民政府办公室 2023年5月9日 → both; None for other lines."""
    if len(text) > 60:
        return None
    dates = find_dates(text)
    if len(dates) != 1 or dates[0].end < len(text) - 1 or not is_name(text[: dates[0].start].strip()):
        return None
    return text[: dates[0].start].strip(), text[dates[0].start :]


def _outside_quotation(text: str) -> str:
    """The text without what stands in 《》."""
    if not _title_marks().search(text):
        return text
    out = []
    depth = 0
    for c in text:
        if c in "《〈":
            depth += 1
        elif c in "》〉":
            depth = max(0, depth - 1)
        elif not depth:
            out.append(c)
    return "".join(out)


_DATE_LEFT = re.compile(r"[（(][0-9０-９年月日号.\-/ ]{5,16}[)）]")
_YEARS = re.compile(r"[（(](?:19|20)[0-9]{2}年?(?:[-/ ]{1,2}(?:19|20)[0-9]{2}年?)?[)）]")
_SEAL = re.compile(r"[（(](?:盖章|公章|印章|章|印|代章)[)）]$")


ZONE = re.compile(r"^中国[（(][\u4e00-\u9fff]{2,4}[）)](?=自由贸易)")


def is_name(text: str) -> bool:
    """Whether a line is nothing but names of bodies: 中共湖南省委 湖南省人民政府."""
    text = ZONE.sub("中国", _SEAL.sub("", text))
    if not 3 <= len(text) <= 90 or any(c in "，。；：,;:“”《》（）()0123456789" for c in text):
        return False
    parts = [p for p in re.split("[ 　、]", text) if p]
    return bool(parts) and all(len(p) > 1 and p[-1] in ISSUER_ENDS and not p.startswith(_VERBS) for p in parts) and _begins_as_body(parts[0])


def _begins_as_body(text: str) -> bool:
    if text.startswith(("中共", "省", "市", "县", "区", "州", "镇", "乡", "党", "国", "全国", "共青团", "团")) or is_national(text):
        return True
    places = find_places(text[:14])
    if places and places[0].start == 0:
        return True
    return len(text) >= 5 and text.endswith(("委员会", "人民政府", "办公室", "领导小组", "指挥部", "局", "厅"))


def is_letterhead(text: str) -> bool:
    """…文件 under the name of a body, or several bodies around it; 中华人民共和国国务院令."""
    if len(text) > 110:
        return False
    bare = "".join(text.split())
    if bare.endswith("令") and is_name_like(bare[:-1]):
        return True
    if "文件" not in bare:
        return False
    parts = [p for p in re.split("[ 　]", text.replace("文件", " ")) if p]
    return bool(parts) and all(is_name_like(p) for p in parts)


def is_name_like(text: str) -> bool:
    """One body's name, without the word for a kind of files (防贫监测文件 is no letterhead)."""
    return 3 <= len(text) <= 40 and text[-1] in ISSUER_ENDS and not any(c in "，。；：,;:“”《》" for c in text) and _begins_as_body(text)


_AFTER_NAMES = ("关于", "印发", "转发", "批转", "《", "就", "办公厅关于", "办公室关于")


def read_title(blocks: Sequence[Block], first: int, stop: int | None = None) -> Title | None:
    """The title that begins in block `first`: up to seven lines that together end as titles do; None when they do not.

    Lines of issuers come first, then 关于…; a line that only goes on (的通知, （试行）) is taken along.
    """
    stop = min(len(blocks), first + MOST_LINES) if stop is None else stop
    text = ""
    best: Title | None = None
    for i in range(first, stop):
        block = blocks[i]
        if (not could_be_title_line(block) or block.text.startswith(("（注", "(注")) or (block.text[0] in "（(" and "牵头" in block.text)) and not (text and _suffix().fullmatch(block.text)):
            break
        if text and is_name(text) and not is_name(block.text) and not block.text.startswith(_AFTER_NAMES):
            break  # a signature above the next title
        if best and not (_carries_on(text, block.text) or _same_heading(blocks[i - 1], block)):
            break
        joint = " " if text and is_name(text) and is_name(block.text) else ""
        text = text + joint + block.text
        if len(text) > LONGEST_TITLE:
            break
        if (best and not genre_of(text)) or (genre_of(text) and _balanced(text)):
            best = Title(tidy(text), first, i, True)
    return best


def is_suffix(line: str) -> bool:
    """Whether a line is what stands in brackets behind a title: （征求意见稿）, （2023—2025年）; a date or a note is none."""
    if _suffix().fullmatch(line) is None or len(line) > 26 or number_line(line) or "共印" in line:
        return False
    return "-" not in (parse_date(line) or "") and not misread_date(line) and "注：" not in line and "注:" not in line and "牵头" not in line


def _carries_on(text: str, line: str) -> bool:
    """Whether a line behind a whole title still belongs to it: （试行）, 的通知, or the title's second half."""
    if is_suffix(line):
        return True
    if text.endswith(("的", "》", "〉")) and len(line) <= 12 and genre_of(line) is not None:
        return True
    if any(without_suffix(line) == word for word, _ in genre_words()) and not text.endswith(line):
        return True  # …三年行动 / 方案
    issues = ("印发" in text or "转发" in text) and not text.rstrip("》").endswith(("通知", "函"))
    if issues and line.endswith(("通知", "的函")) and len(line) < 40 and "关于" not in line:
        return True  # 关于印发…三年行动 / 方案的通知
    return line.startswith(_CONTINUES) and genre_of(line) is not None and len(line) < 40


def misread_date(line: str) -> bool:
    """Whether a line in brackets is a date of which scanning lost a mark: （2013412日）."""
    return len(line) <= 18 and _DATE_LEFT.fullmatch(line) is not None and _YEARS.fullmatch(line) is None


def _same_heading(one: Block, other: Block) -> bool:
    """The second line of a heading that is marked as such twice (民法典 / 婚姻家庭编)."""
    return one.hashes == other.hashes == 1 and other.text.endswith(("编", "篇")) and len(other.text) <= 12


def _balanced(text: str) -> bool:
    return text.count("《") + text.count("〈") <= text.count("》") + text.count("〉")


def tidy(title: str) -> str:
    """One space between issuers, none before 关于; a 文号 before or in brackets behind the title is none of it, nor are marks around it."""
    title = without_number(" ".join(title.split()))
    found = find_number(title[:40])
    if found and not found[1] and len(title) > found[2] + 8:
        title = title[found[2] :].lstrip()
    if title.startswith("《") and title.endswith("》") and _one_pair(title):
        title = title[1:-1]
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=关于|印发|转发|批转)", "", title)


def _one_pair(title: str) -> bool:
    """Whether the first 《 of a title closes at its very end."""
    depth = 0
    for i, c in enumerate(title):
        depth += (c in "《") - (c in "》")
        if not depth:
            return i == len(title) - 1
    return False


_LOOSE = re.compile(r"[\s，。、：；“”‘’\"'《》〈〉<>（）()〔〕\[\]【】·•—\-–－…．.的]")


def key_of(title: str) -> str:
    """A title as it is compared: without punctuation, spaces and 的."""
    return _LOOSE.sub("", title)


def alike(one: str, other: str) -> bool:
    """Whether two titles name one document: the same words, issuers or a suffix (（征求意见稿）) left aside."""
    a, b = key_of(without_suffix(one)), key_of(without_suffix(other))
    if not a or not b:
        return False
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= 8 and long.endswith(short):
        return True
    return len(short) >= 10 and abs(len(a) - len(b)) <= 8 and SequenceMatcher(None, a, b, autojunk=False).ratio() > 0.92


def lone_cell(row: Block) -> str:
    """The text of a row over all columns; "" where more than one cell is filled."""
    cells = [row.text[a:b] for a, b in row.cells] if row.cells else row.text.split("\t")
    filled = [text for cell in cells if (text := cell.strip())]
    return filled[0] if len(filled) == 1 and len(cells) > 1 and 4 <= len(filled[0]) <= 70 and filled[0][-1] not in "。；：，、" else ""


def title_in_row(row: Block) -> str:
    """The title of a table that stands in its first row, over all columns: a lone cell; "" for any other row."""
    text = lone_cell(row)
    return tidy(text) if text and genre_of(text) and find_marker(text) is None else ""
