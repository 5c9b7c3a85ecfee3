"""Stretches of a unit list: how surely one is a body, and the endings that leave a list open."""

from __future__ import annotations

from kb.frozen import dataclass, replace
from kb.unit_naming.forms import form_of, has_second_name, is_collective, strip_heads
from kb.unit_naming.names import forms, full_matches
from kb.unit_naming.places import places_at
from kb.units import UnitTable, squeeze

OPENS, CLOSES = "（([〔﹝【［{｛〈＜", "）)]〕﹞】］}｝〉＞"
SPACE = " \u3000\u00a0\n\r\x0b\x0c"
QUOTES = "“”\"‘’＂*"
JOINERS = ("以及", "和", "及", "与", "暨")
KNOWN, REGION, FORM, NONE = 3, 2, 1, 0
LONGEST_NAME = 80
GOVERNMENTS = ("政府", "党委", "人民政府")  # behind 各县（市、区）党委、…: no body by themselves
_DETERMINERS = ("成立", "设立", "组建", "建立", "该", "和", "及", "由", "与", "在", "向", "报", "经")
_BODY_ENDS = ("部", "局", "厅", "委", "办", "会", "行", "院", "署", "社", "联", "门", "中心", "公司", "府", "队", "校", "）")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the list, and what it is called once shared parts are put back."""

    start: int
    end: int
    name: str  # squeezed
    called: str = ""
    role: str = ""
    opened: bool = False  # 等 stood behind it


def strength(name: str, table: UnitTable) -> int:
    """How surely a squeezed name is a body: KNOWN by the tables or as a collective, a REGION, by its FORM only, or NONE."""
    if not 2 <= len(name) <= LONGEST_NAME:
        return NONE
    if name not in table.strengths:
        table.strengths[name] = _strength(name, table)
    return table.strengths[name]


def _strength(name: str, table: UnitTable) -> int:
    if full_matches(name, table.tree) or is_collective(name):
        return KNOWN
    if name in GOVERNMENTS:
        return REGION
    rest, _, headed = strip_heads(name)
    if headed and len(rest) > 1 and full_matches(rest, table.tree):
        return KNOWN
    second = has_second_name(name)
    if second is not None:
        before = strength(second[0], table) if name.endswith("）") else NONE
        return max(before, strength(name.replace(f"（{second[1]}）", ""), table))
    if name.endswith("成员单位"):
        body = name.removesuffix("成员单位").removesuffix("有关").removesuffix("各")
        return KNOWN if strength(body, table) >= FORM else NONE
    if any(place.end == len(name) and (place.name or place.regions) for place in places_at(name, 0)):
        return REGION if name[-1] in "省市县区州旗镇乡盟团" or name.endswith("街道") else NONE
    if not form_of(name):
        return NONE
    return KNOWN if name.endswith(tuple(forms()["form"]["sure"])) and not name.startswith(_DETERMINERS) else FORM


def piece_at(text: str, start: int, end: int) -> Piece:
    dropped = SPACE + QUOTES + "\t\n\r:：∶﹕." + "－—-"
    while start < end and text[start] in dropped:
        start += 1
    while end > start and text[end - 1] in dropped:
        end -= 1
    return Piece(start, end, squeeze(text[start:end]))


def without_ending(piece: Piece) -> Piece:
    """The piece without 等, 等有关部门, 等8个部门, 等国务院相关部门."""
    name = piece.name
    at = name.rfind("等")
    if at < 0 or not _is_open_ending(name[at + 1 :]):
        return piece
    body = name[:at]
    if name.endswith("部门") and body and (len(body) < 3 or not body.endswith(_BODY_ENDS)):
        return replace(piece, name=body, called=body + "部门", opened=True)  # 发展改革、财政、教育等部门
    return replace(piece, name=body, opened=True)


def _is_open_ending(tail: str) -> bool:
    """What follows 等: nothing, or a count and words for bodies at large (有关部门, 8个单位, 国务院相关部门)."""
    words = forms()["words"]
    rest = tail.lstrip("0123456789０１２３４５６７８９一二三四五六七八九十两几多余").removeprefix("个").removeprefix("家")
    if not tail:
        return True
    moved = True
    while moved and rest not in words["open_nouns"]:
        moved = False
        for word in words["open_words"]:
            if rest.startswith(word) and len(rest) > len(word):
                rest, moved = rest[len(word) :], True
                break
    return rest in words["open_nouns"]
