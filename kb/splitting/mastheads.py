"""The masthead of minutes and bulletins, and the list of who was there at their end.

Minutes print 某某县人民政府专题会议纪要, their issue (〔2023〕17号, 第12期) and a line with issuer and date above their own title; where
no title follows, the masthead is the title. `is_masthead` of such a first line is true only where a title follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.model import Block
from kb.numbering import find_marker
from kb.splitting.titles import Title, number_line, read_title, signed_line
from kb.tables import settings

_LONGEST = 30
_MOST_LINES = 25  # of a list of those present


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    data = settings("document_words")["minutes"]
    return tuple(data["mastheads"]), tuple(data["present"]), tuple(data["absent_from"])


@lru_cache(maxsize=1)
def _issue() -> re.Pattern[str]:
    number = "[0-9０-９]{1,4}|[一二三四五六七八九十百零〇]{1,6}"
    return re.compile(rf"[（(〔\[【]?(?:[12][0-9]{{3}}年?)?[〕\]】）)]?[ 　]?(?:[（(〔\[]?第? ?(?:{number}) ?[期号次][）)〕\]]?|[（(〔\[](?:{number})[）)〕\]])(?:[（(]总第? ?[0-9]{{1,4}} ?期?[）)])?")


def is_issue(text: str) -> bool:
    """The issue of minutes or of a bulletin on its own line: 〔2023〕17号, 第12期, （第3期）."""
    return len(text) <= 24 and any(c in "期号次）)〕]" for c in text[-1:]) and _issue().fullmatch(text.strip()) is not None


def is_masthead_line(text: str) -> bool:
    """…会议纪要, 工作简报: a line that names a kind of paper and says of nothing what it is about."""
    mastheads, _, without = _words()
    bare = "".join(text.split())
    return len(bare) <= _LONGEST and bare.endswith(mastheads) and not any(word in bare for word in without)


def is_masthead(blocks: Sequence[Block], title: Title) -> bool:
    """Whether a title is the masthead of minutes: their issue or their issuer and date below, then another title."""
    if not is_masthead_line(title.text):
        return False
    i = title.last + 1
    while i < len(blocks) and i - title.last <= 4 and (is_issue(blocks[i].text) or number_line(blocks[i].text) or signed_line(blocks[i].text)):
        i += 1
    return title.last + 1 < i < len(blocks) and read_title(blocks, i) is not None


def list_of_present(blocks: Sequence[Block], last: int, first: int) -> int | None:
    """Where the list of those present (出席：…, 列席：…) that ends in block `last` begins; None when it ends no such list."""
    _, present, _ = _words()
    begin = None
    for i in range(last, max(first, last - _MOST_LINES) - 1, -1):
        text = blocks[i].text
        if blocks[i].kind != "paragraph" or "。" in text[:-1] or find_marker(text) is not None:
            break
        bare = "".join(text.split())
        if any(bare.startswith((word + "：", word + ":")) for word in present):
            begin = i
        elif len(text) > 60 or text[-1] in "：:":
            break
    return begin
