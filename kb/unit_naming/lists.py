"""Lists of units: cut into their names, with heads and tails that several names share put back.

`split_list("省民政厅、教育厅、医保局等", table)` gives three names; the second is printed 教育厅 and called 省教育厅, and the list is
open-ended. 和 and 及 part only two bodies (商务和粮食局 stays one); 各县（市、区）, 各级党委、政府 and 粤桂、粤黔协作工作队 stay whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from kb.frozen import replace
from kb.model import ListedUnit, UnitList
from kb.tables import settings
from kb.unit_naming.forms import form_of, has_second_name, is_collective, plain
from kb.unit_naming.names import Match, full_matches, matches_at
from kb.unit_naming.pieces import (
    CLOSES,
    FORM,
    JOINERS,
    KNOWN,
    NONE,
    OPENS,
    QUOTES,
    REGION,
    SPACE,
    Piece,
    piece_at,
    strength,
    without_ending,
)
from kb.unit_naming.places import places_at
from kb.unit_naming.sharing import joined, with_heads, with_tails
from kb.units import UnitTable, squeeze

_LONGEST_LABEL = 12
_LONGEST_RUN = 240  # characters without a mark between them, beyond which nothing is parted
_PLACED = ("管委会", "管理委员会", "人民政府")  # behind the name of a place these are bodies, though no table has them
_ENDS = "局委办厅部"
SEPARATORS = "、，,；;。﹑､丶｡\t|／/"
__all__ = ["FORM", "KNOWN", "NONE", "REGION", "is_placed_form", "label_role", "split_list", "strength"]


def split_list(text: str, table: UnitTable) -> UnitList:
    """The names of a list in printed order, with their places in `text`.

    Nothing of the list is lost: what is no known body comes out as it is printed. `role` is set where the list itself says
    it (数据提供单位：…, 市教育局（牵头）). Time is linear in the length of the text.
    """
    cut = [without_ending(piece) for piece in _labelled(text, _cut(text), table)]
    pieces = [piece for piece in cut if piece.name]
    pieces = [part for piece in joined(pieces, table) for part in _parted(text, piece, table)]
    pieces = joined(pieces, table)  # 各县（市、区）党委、政府和市直有关部门: only now does 政府 stand alone
    pieces = with_tails(with_heads(pieces, table), table)
    names = tuple(ListedUnit(_printed(text, p), p.called or p.name, p.start, p.end, p.role) for p in pieces if _says_something(p.name))
    opened = any(piece.opened for piece in (*cut, *pieces))
    return UnitList(names, opened or any(_indefinite(n.printed) for n in names))


def _printed(text: str, piece: Piece) -> str:
    """As in the document, without white space and stray quotation marks."""
    raw = "".join(c for c in text[piece.start : piece.end] if not c.isspace() and c not in QUOTES)
    return raw if len(raw) == len(piece.name) else piece.name


def _says_something(name: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in name)


def _indefinite(name: str) -> bool:
    bare = plain(name)
    return bare.endswith(("部门", "单位")) and not bare.endswith("成员单位") and ("有关" in bare or "相关" in bare)


def _cut(text: str) -> list[Piece]:
    """The stretches between separators outside brackets."""
    pieces, start, depth = [], 0, 0
    for at, character in enumerate(text):
        if character in OPENS:
            depth += 1
        elif character in CLOSES:
            depth = max(0, depth - 1)
            if depth == 0 and text[at + 1 : at + 2].strip(SEPARATORS + SPACE) and _is_mark(text, start, at):
                pieces.append(piece_at(text, start, at + 1))  # 市民政局（牵头）市财政局
                start = at + 1
        elif depth == 0 and (character in SEPARATORS or (character in ".．" and _between_names(text, at))):
            pieces.append(piece_at(text, start, at))
            start = at + 1
    if depth:  # a bracket that never closes hides no separator
        pieces += [piece_at(text, a, b) for a, b in _plain_cut(text, start)]
    else:
        pieces.append(piece_at(text, start, len(text)))
    return [piece for piece in pieces if piece.name]


def _is_mark(text: str, start: int, close: int) -> bool:
    """Whether the bracket that closes here holds a mark of a role: （牵头）."""
    opening = max(text.rfind(c, start, close) for c in OPENS)
    return opening > start and squeeze(text[opening + 1 : close]) in settings("roles")["marks"]


def _between_names(text: str, at: int) -> bool:
    """Whether a dot stands for the mark between two names, as scans have it: 市公安局.市民政局."""
    return 0 < at < len(text) - 1 and "\u4e00" <= text[at - 1] <= "\u9fff" and "\u4e00" <= text[at + 1] <= "\u9fff"


def _plain_cut(text: str, start: int) -> list[tuple[int, int]]:
    out = []
    for at in range(start, len(text)):
        if text[at] in SEPARATORS:
            out.append((start, at))
            start = at + 1
    return [*out, (start, len(text))]


def _labelled(text: str, pieces: list[Piece], table: UnitTable) -> list[Piece]:
    """数据提供单位：X gives X and those after it the role that the label says; marks behind a name do so for it alone."""
    out, role = [], ""
    for piece in pieces:
        colon = next((at for at in range(piece.start, piece.end) if text[at] in ":：∶﹕"), -1)
        label = _label_before(text, piece.start, colon)
        if label >= 0:
            before = piece_at(text, piece.start, label)
            if before.name:
                out.append(replace(before, role=role))
            role, piece = label_role(squeeze(text[label:colon])), piece_at(text, colon + 1, piece.end)
        second = has_second_name(piece.name)
        mark = settings("roles")["marks"].get(second[1]) if second and piece.name.endswith("）") else None
        if mark and second:
            out.append(replace(piece, name=second[0], role=mark))
        elif second and piece.name.endswith("）") and is_person(second[1], table):
            out.append(replace(piece, name=second[0], role=role))
        else:
            out.append(replace(piece, role=role))
    return out


def is_person(name: str, table: UnitTable) -> bool:
    """Whether a bracket behind a body holds who answers for it: 县水利局（李军）, not 县自然资源局（林业）."""
    if not 2 <= len(name) <= 3 or name[0] not in settings("unit_forms")["persons"]["surnames"]:
        return False
    return all(strength(name + ending, table) < KNOWN for ending in ("", "局", "办", "部门")) and not form_of(name)


def _label_before(text: str, start: int, colon: int) -> int:
    """Where the label begins that ends at a colon: at the start of the piece or behind white space; -1 for none."""
    for at in range(start, colon):
        if (at == start or text[at - 1] in SPACE) and label_role(squeeze(text[at:colon])):
            return at
    return -1


def label_role(label: str) -> str:
    """The role that a label says: 牵头责任单位 → lead, 市级责任单位 → responsible; "" for other words."""
    labels: dict[str, str] = settings("roles")["labels"]
    if label in labels:
        return labels[label]
    for head in settings("roles")["words"]["label_heads"]:
        if label.startswith(head) and label[len(head) :] in labels:
            return labels[label[len(head) :]]
    first, slash, other = label.replace("／", "/").partition("/")
    if slash and other in ("单位", "部门", "科室", "人", "责任人", "人员", "责任部门", "责任单位"):
        return label_role(first)  # 责任部门/单位：
    meant = _as_meant(label)
    return label_role(meant) if meant != label else ""


def _as_meant(label: str) -> str:
    """责任单住 → 责任单位."""
    for printed, meant in settings("roles")["misprinted"].items() if 3 < len(label) <= _LONGEST_LABEL else ():
        label = label.replace(printed, meant)
    return label


def _parted(text: str, piece: Piece, table: UnitTable) -> list[Piece]:
    """The bodies of one piece: two joined by 和, several parted by white space or by nothing at all."""
    if piece.called or len(piece.name) > _LONGEST_RUN:
        return [piece]
    if strength(piece.name, table) == KNOWN:
        if any(joiner + "各" in piece.name for joiner in JOINERS) and (both := _by_joiner(text, piece, table)):
            return both  # 财政部及各省级人民政府
        placed = piece.name.endswith(_PLACED) and not full_matches(piece.name, table.tree)
        return (placed and _by_tiles(text, piece, table)) or [piece]
    return _by_space(text, piece, table) or _by_joiner(text, piece, table) or _by_tiles(text, piece, table) or [piece]


def _by_joiner(text: str, piece: Piece, table: UnitTable) -> list[Piece]:
    at, depth = piece.start, 0
    while at < piece.end:
        depth += (text[at] in OPENS) - (text[at] in CLOSES)
        joiner = next((j for j in JOINERS if text.startswith(j, at)), "") if depth <= 0 else ""
        if joiner and at > piece.start:
            left, right = piece_at(text, piece.start, at), piece_at(text, at + len(joiner), piece.end)
            left, right = without_ending(left), without_ending(right)
            first = strength(left.name, table)
            if right.name.endswith("部门") and first < REGION:  # 财政和人社部门
                first = strength(left.name + "部门", table)
            found = sorted((first, _tail_strength(right.name, table)))
            if found[1] == KNOWN and found[0] >= FORM:
                rest = _parted(text, replace(right, role=piece.role), table)
                return [replace(left, role=piece.role), *rest]
        at += len(joiner) or 1
    return []


def _tail_strength(name: str, table: UnitTable) -> int:
    """Strength of what follows 和; 其他有关部门 and the like are collectives too."""
    found = strength(name, table)
    if found >= REGION:
        return found
    for joiner in JOINERS:
        at = name.find(joiner)
        if 0 < at < len(name) - 1 and strength(name[:at], table) == KNOWN:
            return KNOWN
    return found


def _by_space(text: str, piece: Piece, table: UnitTable) -> list[Piece]:
    """Names parted by white space; a name that white space runs through stays one."""
    words, start = [], piece.start
    for at in range(piece.start, piece.end + 1):
        if at == piece.end or text[at] in SPACE:
            if at > start:
                words.append(piece_at(text, start, at))
            start = at + 1
    if len(words) < 2:
        return []
    out, at = [], 0
    while at < len(words):
        for size in range(min(6, len(words) - at), 0, -1):
            name = "".join(w.name for w in words[at : at + size])
            if strength(name, table) >= (KNOWN if size > 1 else REGION) or (size == 1 and is_placed_form(name)):
                out.append(Piece(words[at].start, words[at + size - 1].end, name, role=piece.role))
                at += size
                break
        else:
            persons = all(2 <= len(w.name) <= 4 and strength(w.name, table) == NONE for w in words[at:])
            return out if out and persons else []  # 市教育局 张三: the person is no unit
    return [part for one in out for part in (_by_tiles(text, one, table) or [one])] if len(out) > 1 else []


def is_placed_form(name: str) -> bool:
    """市茶旅融合专班: unknown, but of the form of a body and with its place."""
    return bool(form_of(name)) and any(len(name) - p.end > 2 for p in places_at(name, 0, by_form=False))


def _by_tiles(text: str, piece: Piece, table: UnitTable) -> list[Piece]:
    """Names printed one after the other without any mark: 市教育局市财政局各乡镇. Each after the first has its own place."""
    name = piece.name
    if not 6 <= len(name) <= 200 or ("（" in name and "各" not in name):
        return []
    best: list[list[int] | None] = [None] * (len(name) + 1)
    best[0] = []
    for at in range(len(name)):
        cuts = best[at]
        if cuts is None:
            continue
        for end in _tile_ends(name, at, table):
            known = best[end]
            if known is None or len(known) > len(cuts) + 1:
                best[end] = [*cuts, end]
    ends = best[len(name)]
    if not ends or len(ends) < 2:
        return []
    places = [i for i in range(piece.start, piece.end) if squeeze(text[i])]
    starts = [0, *ends[:-1]]
    return [Piece(places[a], places[b - 1] + 1, name[a:b], role=piece.role) for a, b in zip(starts, ends, strict=True)]


def _tile_ends(name: str, at: int, table: UnitTable) -> Iterator[int]:
    """Where a name may end that begins here: bodies of the tables, and the many that 各 begins (各县（市、区）政府)."""
    if name[at] == "各":
        nexts = (place for place in range(at + 3, len(name)) if places_at(name, place, by_form=False))
        yield from (end for end in (*nexts, len(name)) if is_collective(name[at:end]) and name[at:end].count("（") == name[at:end].count("）"))
        return
    matches = list(matches_at(name, at, table.tree, by_form=False))
    if at and name.endswith(_PLACED) and strength(name[at:], table) == KNOWN and not any(name[m.end - 1] in _ENDS and m.end < len(name) for m in matches):
        placed = bool(places_at(name, at, by_form=False))  # 市发改委襄阳高新区管委会
        if placed or (name.endswith("管委会") and len(name) - at > 4 and name[at - 1] in _ENDS):  # 市发改委临江新区管委会
            yield len(name)
    yield from (m.end for m in matches if m.end - at >= 3 and (not at or _has_own_place(m)))


def _has_own_place(match: Match) -> bool:
    return bool(match.places) and match.places[0].start == match.start
