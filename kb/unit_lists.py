"""Lists of units: cut into their names, with heads and tails that several names share put back.

`split_list("省民政厅、教育厅、医保局等", table)` gives three names; the second is printed 教育厅 and called 省教育厅, and the list is
open-ended. 和 and 及 part only two bodies (商务和粮食局 stays one); 各县（市、区）, 各级党委、政府 and 粤桂、粤黔协作工作队 stay whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kb.model import ListedUnit, UnitList
from kb.tables import settings
from kb.unit_forms import form_of, has_second_name, is_collective, plain, strip_heads
from kb.unit_names import Match, forms, full_matches, matches_at
from kb.unit_places import level_words, places_at
from kb.units import UnitTable, squeeze

SEPARATORS = "、，,；;。﹑､丶｡\t|／/"
_OPENS, _CLOSES = "（([〔﹝【［{｛", "）)]〕﹞】］}｝"
_SPACE = " \u3000\u00a0\n\r\x0b\x0c"
_QUOTES = "“”\"‘’＂*"
_JOINERS = ("以及", "和", "及", "与", "暨")
KNOWN, REGION, FORM, NONE = 3, 2, 1, 0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the list, and what it is called once shared parts are put back."""

    start: int
    end: int
    name: str  # squeezed
    called: str = ""
    role: str = ""


def strength(name: str, table: UnitTable) -> int:
    """How surely a squeezed name is a body: KNOWN by the tables or as a collective, a REGION, by its FORM only, or NONE."""
    if len(name) < 2:
        return NONE
    if full_matches(name, table.tree) or is_collective(name):
        return KNOWN
    rest, _, headed = strip_heads(name)
    if headed and len(rest) > 1 and full_matches(rest, table.tree):
        return KNOWN
    second = has_second_name(name)
    if second is not None:
        return max(strength(second[0], table), strength(name.replace(f"（{second[1]}）", ""), table))
    if name.endswith("成员单位"):
        body = name.removesuffix("成员单位").removesuffix("有关").removesuffix("各")
        return KNOWN if strength(body, table) >= FORM else NONE
    if any(place.end == len(name) and (place.name or place.regions) for place in places_at(name, 0)):
        return REGION if name[-1] in "省市县区州旗镇乡盟" or name.endswith("街道") else NONE
    return FORM if form_of(name) else NONE


def split_list(text: str, table: UnitTable) -> UnitList:
    """The names of a list in printed order, with their places in `text`.

    Nothing of the list is lost: what is no known body comes out as it is printed. `role` is set where the list itself says
    it (数据提供单位：…, 市教育局（牵头）). Time is linear in the length of the text.
    """
    pieces, open_ended = [], False
    for piece in _labelled(text, _cut(text)):
        piece, opened = _without_ending(piece)
        open_ended = open_ended or opened
        if piece.name:
            pieces.append(piece)
    pieces = [part for piece in _joined(pieces, table) for part in _parted(text, piece, table)]
    pieces = _with_tails(_with_heads(pieces, table), table)
    names = tuple(ListedUnit(_printed(text, p), p.called or p.name, p.start, p.end, p.role) for p in pieces if _says_something(p.name))
    return UnitList(names, open_ended or any(_indefinite(n.printed) for n in names))


def _printed(text: str, piece: _Piece) -> str:
    """As in the document, without white space and stray quotation marks."""
    raw = "".join(c for c in text[piece.start : piece.end] if not c.isspace() and c not in _QUOTES)
    return raw if len(raw) == len(piece.name) else piece.name


def _says_something(name: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in name)


def _indefinite(name: str) -> bool:
    bare = plain(name)
    return bare.endswith(("部门", "单位")) and not bare.endswith("成员单位") and ("有关" in bare or "相关" in bare)


# --- cutting --------------------------------------------------------------------------------------------------------


def _cut(text: str) -> list[_Piece]:
    """The stretches between separators outside brackets."""
    pieces, start, depth = [], 0, 0
    for at, character in enumerate(text):
        if character in _OPENS:
            depth += 1
        elif character in _CLOSES:
            depth = max(0, depth - 1)
        elif character in SEPARATORS and depth == 0:
            pieces.append(_piece(text, start, at))
            start = at + 1
    if depth:  # a bracket that never closes hides no separator
        pieces += [_piece(text, a, b) for a, b in _plain_cut(text, start)]
    else:
        pieces.append(_piece(text, start, len(text)))
    return [piece for piece in pieces if piece.name]


def _plain_cut(text: str, start: int) -> list[tuple[int, int]]:
    out = []
    for at in range(start, len(text)):
        if text[at] in SEPARATORS:
            out.append((start, at))
            start = at + 1
    return [*out, (start, len(text))]


def _piece(text: str, start: int, end: int) -> _Piece:
    dropped = _SPACE + _QUOTES + "\t\n\r:：." + "－—-"
    while start < end and text[start] in dropped:
        start += 1
    while end > start and text[end - 1] in dropped:
        end -= 1
    return _Piece(start, end, squeeze(text[start:end]))


def _labelled(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """数据提供单位：X gives X and those after it the role that the label says; marks behind a name do so for it alone."""
    out, role = [], ""
    for piece in pieces:
        colon = next((at for at in range(piece.start, piece.end) if text[at] in ":："), -1)
        label = _label_before(text, piece.start, colon)
        if label >= 0:
            before = _piece(text, piece.start, label)
            if before.name:
                out.append(replace(before, role=role))
            role, piece = label_role(squeeze(text[label:colon])), _piece(text, colon + 1, piece.end)
        second = has_second_name(piece.name)
        mark = settings("roles")["marks"].get(second[1]) if second and piece.name.endswith("）") else None
        if mark and second:
            out.append(replace(piece, name=second[0], role=mark))
        else:
            out.append(replace(piece, role=role))
    return out


def _label_before(text: str, start: int, colon: int) -> int:
    """Where the label begins that ends at a colon: at the start of the piece or behind white space; -1 for none."""
    for at in range(start, colon):
        if (at == start or text[at - 1] in _SPACE) and label_role(squeeze(text[at:colon])):
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
    return ""


def _without_ending(piece: _Piece) -> tuple[_Piece, bool]:
    """The piece without 等, 等有关部门, 等8个部门; whether there was such an ending."""
    name = piece.name
    at = name.rfind("等")
    if at < 0:
        return piece, False
    tail = name[at:]
    counted = "等" + tail[1:].lstrip("0123456789０１２３４５６７８９一二三四五六七八九十两几多余").removeprefix("个").removeprefix("家")
    if tail not in forms()["words"]["open_endings"] and counted not in forms()["words"]["open_endings"]:
        return piece, False
    if tail.endswith("部门") and at and not name[:at].endswith(("部", "局", "厅", "委", "办", "会", "行", "院", "署", "社", "联", "门")):
        return replace(piece, name=name[:at], called=name[:at] + "部门"), True  # 发展改革、财政、教育等部门
    return replace(piece, name=name[:at]), True


# --- putting together what separators tore apart --------------------------------------------------------------------


def _joined(pieces: list[_Piece], table: UnitTable) -> list[_Piece]:
    """各级党委、政府, 各县、市、区, 粤桂、粤黔协作工作队: one name each."""
    out: list[_Piece] = []
    at = 0
    while at < len(pieces):
        size = _collective_run(pieces, at, table) or _shared_tail_run(pieces, at, table) or 1
        first, last = pieces[at], pieces[at + size - 1]
        name = "、".join(p.name for p in pieces[at : at + size])
        out.append(replace(first, end=last.end, name=name, called="") if size > 1 else first)
        at += size
    return out


def _collective_run(pieces: list[_Piece], at: int, table: UnitTable) -> int:
    if not pieces[at].name.startswith(("各", "有关", "相关", "全", "市县", "省市", "县乡", "试点")):
        return 0
    best = 0
    for size in (2, 3, 4):
        run = pieces[at : at + size]
        if len(run) < size or strength(run[-1].name, table) >= REGION or run[-1].name.startswith(("各", "有关", "相关")):
            break
        if is_collective("".join(p.name for p in run)):
            best = size
    return best


def _shared_tail_run(pieces: list[_Piece], at: int, table: UnitTable) -> int:
    """Places in short, without 市 or 县, before a body that begins with such a place: 粤桂、粤黔协作工作队."""
    size = 0
    while at + size < len(pieces) and _is_short_place(pieces[at + size].name):
        size += 1
    if not size or at + size >= len(pieces):
        return 0
    last = pieces[at + size].name
    for end in range(2, min(6, len(last) - 1)):
        if _is_short_place(last[:end]) and strength(last, table) >= FORM:
            return size + 1
    return 0


def _is_short_place(name: str) -> bool:
    if 2 <= len(name) <= 4 and all(c in _province_letters() for c in name):
        return True
    return any(p.end == len(name) and p.regions and name[-1] not in "省市县区州旗盟" for p in places_at(name, 0, by_form=False))


def _province_letters() -> str:
    return "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕甘青宁新疆台港澳"


# --- parting what no separator parts --------------------------------------------------------------------------------


def _parted(text: str, piece: _Piece, table: UnitTable) -> list[_Piece]:
    """The bodies of one piece: two joined by 和, several parted by white space or by nothing at all."""
    if piece.called or strength(piece.name, table) == KNOWN:
        return [piece]
    return _by_space(text, piece, table) or _by_joiner(text, piece, table) or _by_tiles(text, piece, table) or [piece]


def _by_joiner(text: str, piece: _Piece, table: UnitTable) -> list[_Piece]:
    at, depth = piece.start, 0
    while at < piece.end:
        depth += (text[at] in _OPENS) - (text[at] in _CLOSES)
        joiner = next((j for j in _JOINERS if text.startswith(j, at)), "") if depth <= 0 else ""
        if joiner and at > piece.start:
            left, right = _piece(text, piece.start, at), _piece(text, at + len(joiner), piece.end)
            right, _ = _without_ending(right)
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
    for joiner in _JOINERS:
        at = name.find(joiner)
        if 0 < at < len(name) - 1 and strength(name[:at], table) == KNOWN:
            return KNOWN
    return found


def _by_space(text: str, piece: _Piece, table: UnitTable) -> list[_Piece]:
    """Names parted by white space; a name that white space runs through stays one."""
    words, start = [], piece.start
    for at in range(piece.start, piece.end + 1):
        if at == piece.end or text[at] in _SPACE:
            if at > start:
                words.append(_piece(text, start, at))
            start = at + 1
    if len(words) < 2:
        return []
    out, at = [], 0
    while at < len(words):
        for size in range(min(6, len(words) - at), 0, -1):
            name = "".join(w.name for w in words[at : at + size])
            if strength(name, table) >= (KNOWN if size > 1 else REGION) or (size == 1 and _placed_form(name)):
                out.append(_Piece(words[at].start, words[at + size - 1].end, name, role=piece.role))
                at += size
                break
        else:
            return []
    return out if len(out) > 1 else []


def _placed_form(name: str) -> bool:
    """市茶旅融合专班: unknown, but of the form of a body and with its place."""
    return bool(form_of(name)) and any(len(name) - p.end > 2 for p in places_at(name, 0, by_form=False))


def _by_tiles(text: str, piece: _Piece, table: UnitTable) -> list[_Piece]:
    """Names printed one after the other without any mark: 市教育局市财政局. Each after the first has its own place."""
    name = piece.name
    if not 6 <= len(name) <= 200 or "（" in name:
        return []
    best: list[list[int] | None] = [None] * (len(name) + 1)
    best[0] = []
    for at in range(len(name)):
        cuts = best[at]
        if cuts is None:
            continue
        for match in matches_at(name, at, table.tree, by_form=False):
            if at and not _has_own_place(match):
                continue
            known = best[match.end]
            if match.end - at >= 3 and (known is None or len(known) > len(cuts) + 1):
                best[match.end] = [*cuts, match.end]
    ends = best[len(name)]
    if not ends or len(ends) < 2:
        return []
    places = [i for i in range(piece.start, piece.end) if squeeze(text[i])]
    starts = [0, *ends[:-1]]
    return [_Piece(places[a], places[b - 1] + 1, name[a:b], role=piece.role) for a, b in zip(starts, ends, strict=True)]


def _has_own_place(match: Match) -> bool:
    return bool(match.places) and match.places[0].start == match.start


# --- heads and tails that several names share -----------------------------------------------------------------------


def _with_heads(pieces: list[_Piece], table: UnitTable) -> list[_Piece]:
    """省民政厅、教育厅: the second is called 省教育厅. A body complete in itself neither takes a head nor changes it."""
    out, head = [], ""
    for piece in pieces:
        own = _own_head(piece.name, table)
        if own:
            head = own
        elif head and not piece.called and _takes_head(piece.name, head, table):
            piece = replace(piece, called=head + piece.name)
        out.append(piece)
    return out


def _own_head(name: str, table: UnitTable) -> str:
    """The place at the head of a name, when the rest of it is a body of that place: 省 of 省民政厅, 衡阳市 of 衡阳市财政局."""
    for match in sorted(full_matches(name, table.tree), key=lambda m: len(m.places)):
        if len(match.places) == 1 and match.places[0].start == 0 and not match.places[0].collective:
            return name[: match.places[0].end]
        if not match.places or match.places[0].start:
            return ""
    if full_matches(name, table.tree) or is_collective(name) or not form_of(name):
        return ""
    return next((name[: p.end] for p in places_at(name, 0, by_form=False) if not p.collective and len(name) - p.end > 2), "")


def _takes_head(name: str, head: str, table: UnitTable) -> bool:
    """Whether a name without a place of its own has the level of the head before it."""
    if is_collective(name):
        return False
    level = level_words().get(head) or next((level_words()[head[-n:]] for n in (3, 2, 1) if head[-n:] in level_words()), "")
    levels = {"municipal": ("municipal", "county")}.get(level, (level,))
    found = full_matches(name, table.tree)
    bare = [match for match in found if not match.places]
    if bare:
        return any(set(levels) & set(entry.row.levels) for match in bare for entry in match.entries) or not level
    return not found and strength(name, table) == FORM and not places_at(name, 0, by_form=False)


def _with_tails(pieces: list[_Piece], table: UnitTable) -> list[_Piece]:
    """发改、财政和人社部门: the words before it are called 发改部门, 财政部门."""
    last = next((p for p in reversed(pieces) if (p.called or p.name).endswith("部门")), None)
    if last is None or is_collective(last.name):
        return pieces
    out = []
    for piece in pieces:
        if piece.start < last.start and not piece.called and strength(piece.name, table) < REGION and full_matches(piece.name + "部门", table.tree):
            piece = replace(piece, called=piece.name + "部门")
        out.append(piece)
    return out
