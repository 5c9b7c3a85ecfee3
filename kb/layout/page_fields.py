"""What a saved web page prints around a document: fields of particulars (索引号：…) and furniture (当前位置：…, 分享到：…).

`fields_of("[发文字号]云政发〔2022〕3号[成文日期] 2022-03-04")` gives both fields with their values; a line of prose gives none.
Pages print fields one a line, several a line, in brackets, in cells parted by tabs or |, and with the value on the next line.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.tables import settings

_LEAD = "∙•●▪◆■·*-[【|>» \u3000\t"
_LONGEST = 300
_LONGEST_FURNITURE = 120
_STOPS = "。；！？"


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Names of the fields, from kb/data/document_words.toml."""
    return frozenset(settings("document_words")["particulars"]["names"])


@lru_cache(maxsize=1)
def _furniture_words() -> tuple[tuple[str, ...], re.Pattern[str]]:
    words = settings("document_words")["furniture"]
    return tuple(words["starts"]), re.compile("|".join(map(re.escape, words["holds"])))


@lru_cache(maxsize=1)
def _stop() -> re.Pattern[str]:
    return re.compile(f"[{_STOPS}]")


@lru_cache(maxsize=1)
def _step() -> re.Pattern[str]:
    return re.compile("[>＞»]")


@lru_cache(maxsize=1)
def _labels() -> re.Pattern[str]:
    """A label with its colon, bracket or bar; a name in the middle of a word is none."""
    words = settings("document_words")
    own = "|".join("[ 　]{0,3}".join(map(re.escape, n)) for n in sorted(words["particulars"]["names"], key=len, reverse=True))
    long = "|".join("[ 　]{0,3}".join(map(re.escape, n)) for n in sorted(words["particulars"]["names"], key=len, reverse=True) if len(n) > 3)
    beside = "|".join(map(re.escape, sorted(words["furniture"]["labels"], key=len, reverse=True)))
    glued = rf"(?P<glued>{long}) ?[:：]"  # 有效性: 有效 发文日期: … of which cleaning took the blanks out
    return re.compile(rf"(?:(?<![\u4e00-\u9fff])(?P<own>{own})|(?P<beside>{beside})) ?(?:[\]】] ?[:：]?|[:：]|(?=[|\t]))|{glued}")


@lru_cache(maxsize=1)
def _behind_labels() -> re.Pattern[str]:
    return re.compile("[：:\\]】|\t]")


def fields_of(text: str) -> tuple[tuple[str, str], ...]:
    """The fields (name, value) that a line or row is made of; () when it is something else. Values are without white space."""
    if not 2 < len(text) <= _LONGEST or not _behind_labels().search(text):
        return ()
    begin = len(text) - len(text.lstrip(_LEAD))
    posted = _posted().match(text, begin)
    begin = posted.end() if posted else begin
    found = list(_labels().finditer(text, begin))
    if not found or found[0].start() != begin:
        return ()
    out = [("发布时间", "".join(posted[0].split()))] if posted else []
    for match, following in zip(found, [*found[1:], None], strict=True):
        value = text[match.end() : following.start() if following else len(text)]
        value = "".join(value.split()).strip("[]【】|")
        if any(c in value for c in _STOPS) or value.endswith(("，", ",", "：", ":")):
            return ()
        if name := match["own"] or match["glued"]:
            out.append(("".join(name.split()), value))
    beside = any(match["beside"] for match in found)
    if len(found) == 1 and text[found[0].end() - 1 : found[0].end()] not in ("：", ":", "]", "】") and "|" not in text:
        return ()
    if posted and len(out) == 1:
        return ()
    return tuple(out) if out and (beside or out[0][0] in names()) else ()


@lru_cache(maxsize=1)
def _posted() -> re.Pattern[str]:
    """The date of a page before its fields: 2023-03-02 来源：…."""
    return re.compile(r"20[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?[ \u3000]?(?:[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?)?[ \u3000]{0,2}(?=[\u4e00-\u9fff\[【])")


def is_furniture(text: str) -> bool:
    """A line that belongs to the page, not to the document on it: 当前位置：首页>政务公开, 【字体：大 中 小】, 扫一扫在手机打开当前页."""
    if len(text) > _LONGEST_FURNITURE or _stop().search(text):
        return False
    bare = "".join(text.split()).strip("|")
    starts, holds = _furniture_words()
    steps = _step().split(bare)
    if len(steps) > 2 and not bare.endswith(("：", ":")) and all(len(step) <= 24 and not any(c in "<＜《年，" for c in step) for step in steps[:-1]):
        return True  # 首页 > 政务公开 > 规划计划
    if _is_menu(bare):
        return True
    return bare.startswith(starts) or bare in settings("document_words")["furniture"]["alone"] or holds.search(bare) is not None


def _is_menu(bare: str) -> bool:
    """A line of a site's menu, from which cleaning may have taken the blanks: 首页走进衡阳新闻中心政务公开政务服务."""
    if not 8 <= len(bare) <= _LONGEST_FURNITURE or any(c in "，。；：、《（" for c in bare):
        return False
    found = list(_menu().finditer(bare))
    return len({m[0] for m in found}) > (2 if bare.startswith(("首页", "网站首页")) else 3) and sum(m.end() - m.start() for m in found) * 2 >= len(bare)


@lru_cache(maxsize=1)
def _menu() -> re.Pattern[str]:
    words = settings("document_words")["furniture"]["menu"]
    return re.compile("|".join(map(re.escape, sorted({"".join(w.split()) for w in words}, key=len, reverse=True))))
