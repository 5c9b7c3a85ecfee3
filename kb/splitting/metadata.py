"""What a document says of itself: issuers, level, place, date, genre.

Each is read from what is printed, the surest place first: title, lines under it, signature, letterhead, colophon; what a notice
forwards has the notice's. Nothing is guessed from the file's name; what is not said is None.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from kb.layout.lines import ISSUER_ENDS
from kb.numerals import find_dates
from kb.regions import NATION, find_places, find_region, is_national, level_of, regions, regions_of_number
from kb.splitting.heads_and_tails import Frame, words
from kb.splitting.titles import ZONE
from kb.tables import settings, table


@lru_cache(maxsize=1)
def _full_names() -> dict[str, str]:
    rows = table("issuers", ("printed", "full", "region", "note"))
    return {row.cells["printed"]: row.cells["full"] for row in rows if not row.cells["printed"].startswith("*")}


@lru_cache(maxsize=1)
def _endings() -> tuple[tuple[str, str], ...]:
    """(short ending, full ending) of names below the nation: 发改委 → 发展和改革委员会."""
    rows = table("issuers", ("printed", "full", "region", "note"))
    found = [(row.cells["printed"][1:], row.cells["full"][1:]) for row in rows if row.cells["printed"].startswith("*")]
    return tuple(sorted(found, key=lambda r: -len(r[0])))


_TERM = re.compile(r"第[一二三四五六七八九十百]{1,4}届(?=人民代表大会|委员会|全国人民代表大会)")


def full_name(printed: str) -> str:
    """An issuer's name in full: 中央农办 → 中央农村工作领导小组办公室; a name that is full stays."""
    printed = _TERM.sub("", "".join(printed.split()))
    known = _full_names().get(printed)
    if known:
        return known
    place = find_places(printed[:16])
    if place and place[0].start == 0 and not place[0].short and printed.startswith("委", place[0].end) and not printed.startswith("委员会", place[0].end):
        printed = "中共" + printed  # 某某省委农办
    for short, full in _endings():
        if printed.endswith(short) and not printed.endswith(full):
            return printed[: -len(short)] + full
    return printed


def split_names(text: str) -> tuple[str, ...]:
    """The bodies that a line names, as printed, parted by spaces, 、 or nothing at all.

    `split_names("国家乡村振兴局 中央农办 财政部")` gives three names; 中共湖南省委湖南省人民政府 gives two.
    """
    out: list[str] = []
    text = re.sub(r"[（(](?:盖章|公章|印章|章|印|代章)[)）]", "", text)
    for piece in re.split(r"[ 　、，,\t]|(?<=[委府局厅部办])和(?=[省市县国中])", text):
        piece = piece.strip()
        if piece:
            out.extend(_cut_joined(piece))
    return tuple(out) if out and all(_is_body(n) for n in out) else ()


def _is_body(name: str) -> bool:
    name = ZONE.sub("中国", name)
    return 2 < len(name) <= 45 and not name.endswith("网站") and (name[-1] in ISSUER_ENDS or name in _full_names()) and not any(c in "《》（）()：。；:;“”" for c in name)


def _cut_joined(text: str) -> list[str]:
    """Names printed without a gap are cut where one ends and the next begins with a place or a national body."""
    out = []
    begin = 0
    for i in range(3, len(text) - 2):
        if text[i - 1] not in ISSUER_ENDS and text[begin:i] not in _full_names():
            continue
        rest = text[i:]
        if i - begin >= 3 and (_starts_name(rest) and not text[begin:i].endswith(("中共", "中华人民共和国"))):
            out.append(text[begin:i])
            begin = i
    out.append(text[begin:])
    return out


def _starts_name(text: str) -> bool:
    if text.startswith(("中共", "国家", "国务院", "中央", "共青团", "全国")):
        return True
    places = find_places(text[:12])
    if places and places[0].start == 0 and not places[0].short:
        return True
    return any(text.startswith(name) and len(name) > 2 for name in _full_names())


_TITLE_VERBS = re.compile(r"关于|印发|转发|批转|负责人|负责同志|有关负责|新闻发言人|贯彻|发布|公布|答记者|令第|令$|公告$|通告$")


def title_issuers(title: str) -> tuple[str, ...]:
    """The issuers that a title begins with: 中共湖南省委 湖南省人民政府关于… gives both."""
    quoted = title.find("《")
    head = title if quoted < 0 else title[:quoted]
    found = _TITLE_VERBS.search(head)
    if not found or found.start() < 3:
        return ()
    return split_names(head[: found.start()])


_SESSION = re.compile(r"第[一二三四五六七八九十百零〇0-9]{1,5}[届次]")


def event_issuers(events: Sequence[str]) -> tuple[str, ...]:
    """Who adopted or promulgated a statute: 第九届全国人民代表大会常务委员会第十次会议通过 → 全国人民代表大会常务委员会."""
    for event in events:
        dates = find_dates(event)
        text = event[dates[0].end :] if dates and dates[0].start < 6 else event
        text = _SESSION.sub("", text).strip("（()） \u3000")
        if text.startswith("《国务院关于"):
            return ("国务院",)
        found = re.match(r"([\u4e00-\u9fff]{2,24}?(?:人民代表大会常务委员会|人民代表大会|人大常委会))", text)
        if found:
            return (full_name(found[1].replace("中华人民共和国", "")),)
        found = re.match(r"(?:中华人民共和国)?(最高人民法院|最高人民检察院|国务院|[\u4e00-\u9fff]{2,20}?(?:总局|部|委员会|人民政府|局|署|行))(?=令|第|审判|检察|公布|发布|公告|常务|批准|关于|、)", text)
        if found:
            return (full_name(found[1]),)
    return ()


_REVISION = re.compile("(?=根据[ 　]?[12][0-9]{3}年)")  # （2010年2月1日公布 根据2023年5月10日…修订）


def event_date(events: Sequence[str]) -> str | None:
    """The date of a statute's version in force: the last revision, else the adoption, else the promulgation."""
    best: tuple[int, str] | None = None
    for event in (piece for line in events for piece in _REVISION.split(line)):
        found = [d for d in find_dates(event) if d.value.count("-") == 2]
        if not found:
            continue
        ranks = settings("document_words")["history"]["ranks"]
        rank = next((len(ranks) + 1 - n for n, names in enumerate(ranks) if any(w in event for w in names)), 1)
        if rank == 1 and any(w in event for w in words("history", "in_force")):
            rank = 0
        key = (rank, found[0].value)
        if best is None or key > best:
            best = key
    return best[1] if best else None


_GENERIC = {"省": "provincial", "自治区": "provincial", "市": "municipal", "州": "municipal", "县": "county", "区": "county"}


def in_full(name: str, region: str | None) -> str:
    """A name that says its level only, with its place: 省民政厅 of a document of 湖南省 → 湖南省民政厅."""
    for word, level in _GENERIC.items():
        if not name.startswith(word) or region is None:
            continue
        place = region
        while place in regions():
            if level_of(place) == level:
                return regions()[place].name + name[len(word) :]
            place = regions()[place].parent
    return name


def printed_date(frame: Frame) -> str | None:
    """The date of issue: a document's own date, else the one in its colophon."""
    own = own_date(frame)
    if own:
        return own
    for line in frame.colophons:
        if line.rstrip("。）) ").endswith("印发"):
            value = _day(line)
            if value:
                return value
    return None


def own_date(frame: Frame) -> str | None:
    """The date under the title, of a statute's history, signed, or in the table of particulars."""
    for line in frame.head_dates:
        value = _day(line)
        if value:
            return value
    from_events = event_date(frame.events)
    if from_events:
        return from_events
    for line in frame.signed:
        value = _day(line)
        if value:
            return value
    for name in ("成文日期", "成文时间", "发文日期", "发文时间", "印发日期", "印发时间", "颁布日期", "颁布时间", "制发日期", "发布日期", "公布日期", "公开日期", "生成日期", "发布时间"):
        if name in frame.particulars:
            value = _day(re.sub(r"(?<=[-/.][0-9]{2})(?=[0-9]{1,2}:[0-9]{2})", " ", frame.particulars[name]))  # 2021-03-2310:56
            if value:
                return value
    return None


def _day(line: str) -> str | None:
    values = [d.value for d in find_dates(line) if d.value.count("-") >= 1]
    return values[0] if values else None


def region_of_issuers(issuers: Sequence[str]) -> str | None:
    """The place of the first issuer that says one; 中国 only when all are national."""
    found = [r for r in (find_region(name) for name in issuers) if r]
    below = [r for r in found if r != NATION]
    return below[0] if below else (found[0] if found else None)


def region_of_number(number: str | None, text: str) -> str | None:
    """The place that a 文号 begins with; of several the one that the text names; None when that stays open."""
    places = regions_of_number(number) if number else ()
    if len(places) <= 1:
        return places[0] if places else None
    named = {p.region for p in find_places(text[:4000])}
    fits = [place for place in places if any(n.startswith(place) for n in named)]
    return fits[0] if len(fits) == 1 else None


_OWN = {"county": ("我县", "我区", "我旗"), "municipal": ("我市", "我州", "我盟"), "provincial": ("我省", "我自治区")}
_WHOLE = {
    "county": ("全县", "县直", "县委", "全旗", "旗直", "旗委"),
    "municipal": ("全市", "市直", "市委", "州直", "州委", "盟直", "盟委"),
    "provincial": ("全省", "省直", "省委"),
}


def region_of_body(title: str, text: str) -> str | None:
    """The place that a text without issuer speaks of as its own: 我县 and the county that it names most.

    The place at the head of the title (衡阳市…实施方案) counts before all else.
    """
    head = find_places(title.lstrip("《")[:16])
    if head and head[0].start == 0 and not head[0].short:
        return head[0].region
    level = _own_level(text, _OWN) or _own_level(text, _WHOLE)
    if level is None:
        return head[0].region if head and head[0].start == 0 else None
    printed = title + "\n" + text[:20000]
    places = find_places(printed)
    own = [p.region for p in places if not _is_partner(printed, p.start, p.end)]
    return _most_named(level, own, text) or _most_named(level, [p.region for p in places], text)


_TOWARDS = re.compile(r"(?:赴|向|往|到|在|从|由|与|和|同|接收|争取|引进|对接|援助|支援|帮扶|协作)$")


def _is_partner(text: str, start: int, end: int) -> bool:
    """Whether a place is named as a partner from elsewhere: 赴某市对接, 接收某区教师, 某市帮扶资金."""
    if not _TOWARDS.search(text[max(0, start - 2) : start]):
        return text.startswith(tuple(words("partners", "behind")), end)
    begin, stop = max(text.rfind(c, 0, start) for c in "。；\n") + 1, min((at for c in "。；\n" if (at := text.find(c, end)) >= 0), default=len(text))
    return any(w in text[begin:stop] for w in words("partners", "sentence"))


def _own_level(text: str, words: Mapping[str, Sequence[str]]) -> str | None:
    counts = {level: sum(text.count(w) for w in own) for level, own in words.items()}
    best = max(counts, key=lambda level: counts[level])
    return best if counts[best] >= 1 else None


def _most_named(level: str, named: Sequence[str], text: str) -> str | None:
    """Of the places named, the one of the level that is named most; the counties of a city that is named count first."""
    counts: Counter[str] = Counter()
    for region in named:
        place = region
        while place in regions():
            counts[place] += 1
            place = regions()[place].parent
    fits = {place: n for place, n in counts.items() if level_of(place) == level}
    if not fits:
        return None
    best = max(fits, key=lambda place: fits[place])
    others = [n for place, n in fits.items() if place != best]
    return best if not others or fits[best] > max(others) else None


def level_and_region(issuers: Sequence[str], frame: Frame, title: str, text: str) -> tuple[str | None, str | None]:
    """Level and place of a document, by its issuers, 文号, letterhead, then by what the body calls its own."""
    region = region_of_issuers(issuers) or region_of_issuers([n for line in frame.letterheads for n in split_names(line.replace("文件", " "))])
    if region is None:
        unknown = unknown_place([*issuers, *frame.letterheads, title])
        if unknown:
            return unknown, None  # a place that the gazetteer does not have: its 文号 begins with its own sign, not with that of another
        region = region_of_number(frame.numbers[0] if frame.numbers else None, title + "\n" + text)
        head = find_places(title[:16])
        district = any(_DISTRICT.match(name) for name in issuers)
        region = None if district and region and level_of(region) != "county" else region  # 区人民政府办公室 under some city's sign
        if region and head and head[0].start == 0 and not head[0].short and not head[0].region.startswith(region):
            region = None if region == NATION else head[0].region  # 镇 of 镇巴县 is no 镇江市
    if region is None and (title.startswith("中华人民共和国") or _for_the_nation(title, text)):
        region = NATION
    if region is None:
        region = region_of_body(title, text)
        if any(_DISTRICT.match(name) for name in issuers) and (region is None or level_of(region) != "county"):
            named = {place.region for place in find_places(title + "\n" + text[:_OPENING]) if level_of(place.region) == "county"}
            return "county", named.pop() if len(named) == 1 else None  # the only county that its title and opening name
    if region is not None and region != NATION and any(_is_township(n) for n in issuers):
        return "township", region + (_township(issuers) or "")
    if region is None:
        return _own_level(text, _OWN) or _own_level(text, _WHOLE), None
    return level_of(region), region


_OPENING = 400  # characters of a text that may name the county whose it is
_DISTRICT = re.compile(r"(?:中共)?[区县](?:人民政府|政府|委(?!员)|人大|政协)")


def _for_the_nation(title: str, text: str) -> bool:
    """国家节水行动方案, 全国…规划 without issuers: no place is named in the title, nor does the text speak of 我省 or 我市."""
    return title.startswith(("国家", "全国")) and not title.startswith(("国家级", "国家税务")) and not find_places(title) and _own_level(text, _OWN) is None


_UNKNOWN = re.compile(r"^(?:中共|中国共产党)?(?![省市县区州镇乡本我全各])([\u4e00-\u9fff]{1,4}?(自治县|县|旗|自治州))(?=委|人民政府|人大|政协|[\u4e00-\u9fff]{2,14}(?:局|办公室|委员会|领导小组|指挥部))")
_UNKNOWN_TOWN = re.compile(r"^(?:中共|中国共产党)?(?![省市县区州镇乡本我全各])[\u4e00-\u9fff]{1,5}?(?:镇|乡|街道)(?=人民政府|党委|委员会|党工委|办事处|党政)")


def unknown_place(names: Sequence[str]) -> str | None:
    """The level of a county or town that the gazetteer does not have, by the form of its name: 清源县人民政府 → county."""
    for name in names:
        found = _UNKNOWN.match(name)
        if found and find_region(found[1]) is None:
            return "municipal" if found[2] == "自治州" else "county"
        if _UNKNOWN_TOWN.match(name) and find_region(name) is None:
            return "township"
    return None


_TOWN = re.compile(r"(?:[县区市旗])((?:(?![县区市旗])[\u4e00-\u9fff]){1,6}?(?:镇|乡|街道))(?=人民政府|党委|党工委|委员会|办事处|党政)")


def _is_township(name: str) -> bool:
    return _TOWN.search(name) is not None


def _township(issuers: Sequence[str]) -> str | None:
    for name in issuers:
        found = _TOWN.search(name)
        if found:
            return found[1]
    return None


def all_national(issuers: Sequence[str]) -> bool:
    """Whether every issuer is a body of the whole country."""
    return bool(issuers) and all(is_national(n) for n in issuers)
