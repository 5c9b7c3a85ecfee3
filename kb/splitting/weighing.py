"""How much speaks for a line being the title of a document that nothing announces: what it says, what stands above and below it."""

from __future__ import annotations

from collections.abc import Sequence

from kb.model import Block
from kb.numbering import find_marker
from kb.numerals import find_dates
from kb.regions import find_places
from kb.splitting.heads_and_tails import disclosure_of, is_date_line, is_event, words
from kb.splitting.imprints import read_imprint
from kb.splitting.titles import Title, genre_of, is_name, number_line, without_number

WEAK = (None, "说明", "制度", "措施", "表", "标准", "规范", "名单", "目录", "安排", "流程", "要求")  # headings within a document end so too


def weigh(blocks: Sequence[Block], title: Title, first: int) -> int:
    """How much speaks for a title that nothing announces."""
    text = title.text
    score = 0
    head = text[: text.find("《")] if "《" in text else text
    if text.startswith(("关于", "印发", "转发")) or ("关于" in head and is_name(head[: head.find("关于")].strip())):
        score += 2
    if text.endswith(("答记者问", "政策解读", "新闻发布会实录")):
        score += 2
    if len(text) >= 12 and genre_of(text) not in WEAK:
        score += 1
    if blocks[title.first].hashes == 1:
        score += 1
    if first and ends_document(blocks[first - 1].text):
        score += 2
    after = blocks[title.last + 1] if title.last + 1 < len(blocks) else None
    if after is None or genre_of(text) in ("表", "说明"):
        return -9  # a table within a document has a heading as well; only its own 附件 line makes it a document
    if is_date_line(after.text) or is_event(after.text) or number_line(after.text) or _is_addressee(after.text):
        score += 2
    elif read_imprint(after.text) is not None:
        score += 3  # （某省财政厅 2021年7月6日 …号） stands under a title alone
    elif after.kind == "paragraph" and is_name(after.text):
        score += 1
    closed = bool(first) and _closes_document(blocks[first - 1])
    score += 2 if closed else 0
    score += 3 if without_number(printed := "".join(b.text for b in blocks[title.first : title.last + 1])) != printed else 0
    if _numbering_restarts(blocks, title) or _articles_begin(blocks, title):
        score += 2
    elif not closed and after.kind == "paragraph" and find_marker(after.text) is not None and (find_marker(after.text) or 0) and len(text) < 16:
        score -= 1
    return score


def _is_addressee(text: str) -> bool:
    return 4 <= len(text) <= 200 and text[-1] in "：:" and "。" not in text and find_marker(text) is None and any(w in text for w in ("各", "人民政府", "单位", "部门", "党委", "办公室", "局", "委"))


def ends_document(text: str) -> bool:
    """A line that only the end of a document has: date of signature, colophon, disclosure."""
    if is_date_line(text) or disclosure_of(text):
        return True
    dates = find_dates(text) if len(text) < 80 else ()
    return (bool(dates) and text.rstrip("。）) ").endswith("印发")) or text.startswith(("抄送", "（此件", "(此件"))


def _closes_document(block: Block) -> bool:
    """The last words of rules: 本办法自2021年8月1日起施行，有效期5年。 由县水利局负责解释。"""
    text = block.text
    said = text[-60:] if block.kind == "paragraph" and len(text) <= 160 and text[-1:] == "。" else ""
    return any(word in said for word in words("tail", "closing")) and any(own in text for own in words("tail", "own"))


def _articles_begin(blocks: Sequence[Block], title: Title) -> bool:
    """Articles begin below a title with its place, and none stand above it: rules behind a text that is numbered otherwise."""
    places = find_places(title.text[:16])
    if not places or places[0].start:
        return False
    under = [b.text for b in blocks[title.last + 1 : title.last + 3]]
    below = find_marker(under[1] if len(under) > 1 and is_name(under[0]) else under[0]) if under else None
    if below is None or below.value != 1 or below.form not in ("chapter", "article"):
        return False
    above = (find_marker(b.text) for b in blocks[max(0, title.first - 80) : title.first] if b.kind == "paragraph")
    return all(m is None or m.form not in ("chapter", "article") for m in above)


_RANKS = {"volume": 0, "subvolume": 1, "chapter": 2, "section": 3, "article": 4, "han_comma": 5, "num_comma": 6, "num_dot": 6}


def _numbering_restarts(blocks: Sequence[Block], title: Title) -> bool:
    """The highest numbering in use above the title begins anew below it."""
    below = None
    for block in blocks[title.last + 1 : title.last + 12]:
        if block.kind == "paragraph":
            below = find_marker(block.text)
            if below is not None and below.sure:
                break
            below = None
    if below is None or below.value != 1 or below.form not in _RANKS:
        return False
    last = None
    for block in reversed(blocks[max(0, title.first - 80) : title.first]):
        above = find_marker(block.text) if block.kind == "paragraph" else None
        if above is None or above.form not in _RANKS:
            continue
        if _RANKS[above.form] < _RANKS[below.form]:
            return False
        if last is None and above.form == below.form:
            last = above.value
    return last is not None and last > 1
