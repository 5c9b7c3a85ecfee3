"""What a line is by itself, before its neighbours are asked: a heading, a title, a name, a label, or a line that is whole.

`looks_like_title("关于做好渠道清淤工作的通知")` is true; `begins_with_label("责任单位：县水利局")` is true.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.layout.lines import ISSUER_ENDS
from kb.layout.page_fields import fields_of
from kb.numbering import find_marker
from kb.numerals import find_dates, parse_date
from kb.tables import settings

LEADER = 9  # characters: no match of _leader is longer


@lru_cache(maxsize=1)
def whole_line_starts() -> tuple[str, ...]:
    return tuple(settings("noise")["alone"]["first"])


@lru_cache(maxsize=1)
def title_ends() -> tuple[str, ...]:
    """Words that a title ends in (意见, 通知, 办法 …), from kb/data/genres.csv."""
    from kb.tables import table

    return tuple(row.cells["word"] for row in table("genres", ("word", "genre", "note")))


@lru_cache(maxsize=1)
def _date_only() -> re.Pattern[str]:
    return re.compile(r"[（(]?[0-9０-９零〇○Ｏ一二三四五六七八九十年月日 .\-/]{6,16}(?:印发|发布|通过|施行)?[)）]?")


def stands_alone(text: str) -> bool:
    """Lines that are whole whatever stands around them: 附件：…, 抄送：…, 索引号：…, a date, a 文号, a letterhead."""
    if text.startswith(whole_line_starts()) or is_field(text):
        return True
    if len(text) < 80 and ("号" in text[-1:] or "签发人" in text) and _number_only().fullmatch(text):
        return True
    if text[-1].isdigit() and _leader().search(text, max(0, len(text) - LEADER)):  # of a paragraph of any length only its end
        return True
    if len(text) < 60 and text.endswith("文件") and looks_like_name(text[:-2].rstrip()):
        return True
    if len(text) < 18 and _date_only().fullmatch(text) and parse_date(text):
        return True
    return len(text) < 7 and text.rstrip("0123456789一二三四五六七八九十 ：:") in ("附件", "附表", "附录", "附")


def begins_imprint(text: str) -> bool:
    """A line in brackets with the issuer and the date (（某某县水利局 2022年3月4日）), or the first line of one that is longer than the page."""
    if text[:1] not in ("（", "("):
        return False
    said = text[1:-1] if text[-1] in "）)" else text[1:]
    name = _imprint_name().match(said)
    dates = find_dates(said[name.end() if name else 0 :][:24])
    dated = bool(dates) and dates[0].start == 0 and "-" in dates[0].value
    if name is None:
        return dated and text[-1] in "）)"
    return (dated or text[-1] not in "）)") and looks_like_name(name.group().split()[-1])


@lru_cache(maxsize=1)
def _imprint_name() -> re.Pattern[str]:
    """The bodies at the start of an imprint, up to its date or the end of the line."""
    return re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff \u3000]{2,80}(?=[0-9]|$)")


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
def event_form() -> re.Pattern[str]:
    return re.compile(r"[（(]?[0-9０-９]{4}年[0-9０-９]{1,2}月[0-9０-９]{1,2}日[^，。；]{0,200}(?:通过|公布|发布|修订|修正|批准|施行|公告|印发|修改)[）)]?")


_ADDRESSED = ("各", "市", "县", "区", "省", "有关", "局机关", "机关各", "本", "全市各", "全县各", "全区各", "镇", "乡", "驻")
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


def outside_titles(text: str) -> str:
    """The text without what stands in 《》."""
    out = []
    depth = 0
    for c in text:
        depth += (c in "《〈") - (c in "》〉")
        if depth <= 0 and c not in "》〉":
            out.append(c)
    return "".join(out)


def looks_like_name(text: str) -> bool:
    """A line that is only the name of a body."""
    return 2 < len(text) <= 40 and text[-1] in ISSUER_ENDS and not any(c in "，。；：、,;:“”" for c in text)


def is_addressee(text: str) -> bool:
    """各镇（街道）、县直各单位：: to whom a notice goes, on a line of its own."""
    return 3 <= len(text) <= 160 and text[-1] in "：:" and not any(c in "。；" for c in text) and text.startswith(_ADDRESSED) and text[-2] not in "下示"
