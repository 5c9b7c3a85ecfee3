"""What several names of a unit list share: a place at the head, a word at the end, or one collective torn apart by marks.

省民政厅、教育厅 share 省; 发改、财政和人社部门 share 部门; 各级党委、政府 and 粤桂、粤黔协作工作队 are one printed name each.
"""

from __future__ import annotations

from kb.frozen import replace
from kb.unit_naming.forms import form_of, is_collective, plain
from kb.unit_naming.names import forms, full_matches
from kb.unit_naming.pieces import FORM, GOVERNMENTS, REGION, Piece, strength
from kb.unit_naming.places import level_words, places_at
from kb.units import UnitTable

_EVERY_PLACE = ("各市", "各省", "各州", "各盟", "各地", "各市州", "各地市", "各设区市", "各区", "各旗", "各乡")


def joined(pieces: list[Piece], table: UnitTable) -> list[Piece]:
    """各级党委、政府, 各县、市、区, 粤桂、粤黔协作工作队: one name each."""
    out: list[Piece] = []
    at = 0
    while at < len(pieces):
        size = _collective_run(pieces, at, table) or _shared_tail_run(pieces, at, table) or 1
        first, last = pieces[at], pieces[at + size - 1]
        name = "、".join(p.name for p in pieces[at : at + size])
        out.append(replace(first, end=last.end, name=name, called="") if size > 1 else first)
        at += size
    return out


def _collective_run(pieces: list[Piece], at: int, table: UnitTable) -> int:
    if not pieces[at].name.startswith(("各", "有关", "相关", "全", "市县", "省市", "县乡", "试点")) and not is_collective(pieces[at].name):
        return 0
    best = 0
    for size in (2, 3, 4):
        run = pieces[at : at + size]
        if len(run) < size or run[-1].name.startswith(("各", "有关", "相关")):
            break
        shared = run[-1].name[1:] in GOVERNMENTS and pieces[at].name in _EVERY_PLACE  # 各市、县人民政府
        if strength(run[-1].name, table) >= REGION and run[-1].name not in GOVERNMENTS and not shared and not plain(run[-1].name).startswith(("县市", "县区", "市区", "区县", "县级", "自治", "直辖市")):
            break
        if is_collective("".join(p.name for p in run)):
            best = size
    return best


def _shared_tail_run(pieces: list[Piece], at: int, table: UnitTable) -> int:
    """Places in short, without 市 or 县, before a body that begins with such a place: 粤桂、粤黔协作工作队."""
    size = 0
    while at + size < len(pieces) and _is_short_place(pieces[at + size].name):
        size += 1
    if not size or at + size >= len(pieces):
        return 0
    last = pieces[at + size].name
    if pieces[at].name in level_words() and any(p.word and len(last) > p.end for p in places_at(last, 0, by_form=False)):
        return size + 1 if strength(last, table) >= FORM else 0  # 省、市、县（区）林业部门
    for end in range(2, min(6, len(last) - 1)):
        if _is_short_place(last[:end]) and strength(last, table) >= FORM:
            return size + 1
    return 0


def _is_short_place(name: str) -> bool:
    if name in level_words() or name.removesuffix("级") in level_words():
        return True
    if 2 <= len(name) <= 4 and all(c in _province_letters() for c in name):
        return True
    return any(p.end == len(name) and p.regions and name[-1] not in "省市县区州旗盟团" for p in places_at(name, 0, by_form=False))


def _province_letters() -> str:
    return "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕甘青宁新疆台港澳"


def with_heads(pieces: list[Piece], table: UnitTable) -> list[Piece]:
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
            place = match.places[0]
            return name[: place.end] if place.word or place.regions else ""  # 高新区管委会 is nobody's head
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
        return any(set(levels) & set(entry.row.levels) for match in bare for entry in match.entries) or (not level and any(set(entry.row.levels) & {"municipal", "county"} for match in bare for entry in match.entries))
    if head.rstrip("省市县区州") in name:  # 人民银行上海总部 says its place itself
        return False
    form = form_of(name)
    own = not form or form[1] in ("enterprise", "bank") or name.endswith(tuple(forms()["form"]["own_names"]))  # 南华大学
    return not found and not own and strength(name, table) == FORM and not places_at(name, 0, by_form=False)


def with_tails(pieces: list[Piece], table: UnitTable) -> list[Piece]:
    """发改、财政和人社部门: the words before it are called 发改部门, 财政部门."""
    pieces = _with_branches(pieces, table)
    last = next((p for p in reversed(pieces) if (p.called or p.name).endswith("部门")), None)
    if last is None or is_collective(last.name):
        return pieces
    out: list[Piece] = []
    for piece in pieces:
        if piece.start < last.start and not piece.called and strength(piece.name, table) < REGION and full_matches(piece.name + "部门", table.tree):
            piece = replace(piece, called=piece.name + "部门")
        out.append(piece)
    return out


def _with_branches(pieces: list[Piece], table: UnitTable) -> list[Piece]:
    """中国电信、中国移动、中国铁塔永州分公司: the branch belongs to each of the companies printed bare before it."""
    out = list(pieces)
    tail = ""
    for number in range(len(out) - 1, -1, -1):
        name = out[number].name
        found = full_matches(name, table.tree)
        bare = found and all(not match.places for match in found) and any(e.row.kind in ("enterprise", "bank") for m in found for e in m.entries)
        if bare and tail and full_matches(name + tail, table.tree):
            out[number] = replace(out[number], called=name + tail)
            continue
        tail = ""
        for match in found:
            if len(match.places) == 1 and match.places[0].start > 0 and name.endswith(("分公司", "分行", "支行")):
                tail = name[match.places[0].start :]
    return out
