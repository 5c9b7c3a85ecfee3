"""Names of units as a tree of characters: which names begin at a place of a text, and what a name is in full.

The tree holds every alias of every row, with a branch for the place that stands in it: 国网□供电公司, □财政局. Walking it
from one character takes time bounded by the longest name, so that finding all names in a text is linear in its length.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kb.frozen import dataclass
from kb.kept import Lazy
from kb.tables import settings
from kb.unit_naming.places import Place, bare_part, chain, city_of, last_part, place_pairs, places_at, short_part
from kb.unit_naming.tables import SLOT, NameRow

_HERE = ""  # key of a node's own entries
_PLACE = "\0"  # key of the branch for a place
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What an alias leads to: a row, and how it is written. `group`: the bodies of one function (财政部门)."""

    row: NameRow
    alias: str
    group: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A name at text[start:end] with what it may be and the places that stand in it."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    places: tuple[Place, ...]


@lru_cache(maxsize=1)
def forms() -> dict[str, Any]:
    """The words of kb/data/unit_forms.toml."""
    return settings("unit_forms")


def build_tree(rows: tuple[NameRow, ...]) -> Node:
    """The tree of all aliases of the rows, and of the groups that are called after them (财政局 → 财政部门)."""
    tree: Node = {}
    taken = {alias.removeprefix(SLOT) for row in rows for alias in row.aliases}
    for row in rows:
        for alias in written_forms(row):
            _insert(tree, alias, Entry(row, alias))
        for alias in row.aliases:
            for short in shorter_forms(alias) if alias != row.full or row.levels != ("national",) else ():
                if short.removeprefix(SLOT) not in taken:  # what a row says itself counts
                    for written in _with_places(row, short):
                        _insert(tree, written, Entry(row, alias))
        if row.kind in ("department", "party") and set(row.levels) & {"provincial", "municipal"}:
            for stem in stems(row):
                for word in forms()["words"]["departments"]:
                    _insert(tree, SLOT + stem + word, Entry(row, SLOT + stem + word, group=True))
    return tree


def written_forms(row: NameRow) -> tuple[str, ...]:
    """The aliases with their place: 财政局 also as □财政局, a party body also as □委组织部, 中共□委组织部 and □党委组织部."""
    return tuple(dict.fromkeys(written for alias in row.aliases for written in _with_places(row, alias)))


def _with_places(row: NameRow, alias: str) -> Iterator[str]:
    yield alias
    if row.levels == ("national",):
        return
    if SLOT not in alias:
        yield SLOT + alias
        if row.kind == "party":
            yield SLOT + "委" + alias
            yield "中共" + SLOT + "委" + alias
            yield SLOT + "党委" + alias  # 自治区党委组织部
    elif row.kind == "party" and alias.startswith(SLOT + "委"):
        yield "中共" + alias
        yield SLOT + "党委" + alias[len(SLOT) + 1 :]


def shorter_forms(alias: str) -> Iterator[str]:
    """What every office leaves out: 委员会 as 委, 办公室 as 办, 监督管理 as 监管, 和 (经济和信息化委员会 → 经济信息化委)."""
    words = forms()["shortening"]
    longer = [alias]
    for word, short in words["endings"].items():
        if alias.endswith(word) and len(alias.replace(SLOT, "")) > len(word) + 1:
            longer.append(alias.removesuffix(word) + short)
    for word, short in words["inside"].items():
        longer += [name.replace(word, short) for name in longer if word in name]
    yield from (name for name in dict.fromkeys(longer) if name != alias and len(name.replace(SLOT, "")) > 2)


def stems(row: NameRow) -> tuple[str, ...]:
    """The words for the function of a row, without 局, 厅, 委 …: 人力资源和社会保障, 人力资源社会保障, 人社."""
    endings, never = forms()["words"]["department_endings"], forms()["stems"]["never"]
    out: dict[str, None] = {}
    for alias in row.aliases:
        bare = alias.removeprefix(SLOT).removeprefix("委")
        if SLOT in bare:
            continue
        for ending in endings:
            if bare.endswith(ending) and len(bare) - len(ending) >= 2:
                if bare[: -len(ending)] not in never:
                    out[bare[: -len(ending)]] = None
                break
    return tuple(out)


def _insert(tree: Node, alias: str, entry: Entry) -> None:
    node = tree
    for number, part in enumerate(alias.split(SLOT)):
        if number:
            node = node.setdefault(_PLACE, {})
        for character in part:
            node = node.setdefault(character, {})
    node.setdefault(_HERE, []).append(entry)
    if entry.group and alias.startswith(SLOT):  # the place may be left out: 财政部门
        _insert(tree, alias[len(SLOT) :], entry)


_QUOTE = "\ue000"  # stands for a quotation mark in a branch, since JSON inside JSON is slow to read where it is escaped


def packed_tree(tree: Node, rows: Sequence[NameRow]) -> dict[str, dict[str, str]]:
    """The tree as it is kept: what begins with a character as one text, and the same behind a place."""
    at = {row: number for number, row in enumerate(rows)}

    def plain(node: Node) -> Node:
        return {k: [[at[e.row], e.alias, e.group] for e in v] if k == _HERE else plain(v) for k, v in node.items()}

    def packed(node: Node) -> dict[str, str]:
        branches = {k: json.dumps(plain({k: v})[k], ensure_ascii=False, separators=(",", ":")) for k, v in node.items() if k != _PLACE}
        return {k: branch.replace('"', _QUOTE) for k, branch in branches.items()}

    return {"": {**packed(tree), _PLACE: ""}, _PLACE: packed(tree[_PLACE])}


class OpenedTree(Lazy[Any]):
    """A kept tree; what ends at a node stays packed until a name is found there."""

    def __init__(self, packed: Mapping[str, str], unpack: Callable[[str, str], Any], rows: Sequence[NameRow]) -> None:
        super().__init__(packed, unpack)
        self._rows = rows
        self._entries: dict[tuple[int, str, str], Entry] = {}

    def entries(self, packed: Iterable[Sequence[Any]]) -> tuple[Entry, ...]:
        """The names that end at a node."""
        return tuple(self._entry(number, alias, group) for number, alias, group in packed)

    def _entry(self, number: int, alias: str, group: Any) -> Entry:
        key = (number, alias, group)
        if key not in self._entries:
            self._entries[key] = Entry(self._rows[number], alias, group)
        return self._entries[key]


def opened_tree(packed: Mapping[str, Mapping[str, str]], rows: Sequence[NameRow]) -> Node:
    """The reverse of `packed_tree`; a branch is unpacked when it is walked."""

    def branch(text: str) -> Any:
        return json.loads(text.replace(_QUOTE, '"'))

    behind: Node = Lazy(packed[_PLACE], lambda _, text: branch(text))
    return OpenedTree(packed[""], lambda key, text: behind if key == _PLACE else branch(text), rows)


def matches_at(text: str, start: int, tree: Node, by_form: bool = True) -> Iterator[Match]:
    """Every name that begins at text[start], in no order. `by_form` lets a county be known by its form only."""
    entries: Callable[[Any], tuple[Entry, ...]] = tree.entries if isinstance(tree, OpenedTree) else tuple
    stack: list[tuple[int, Node, tuple[Place, ...]]] = [(start, tree, ())]
    while stack:
        at, node, places = stack.pop()
        if _HERE in node:
            yield Match(start, at, entries(node[_HERE]), places)
        if at >= len(text):
            continue
        after = node.get(text[at])
        if after is not None:
            stack.append((at + 1, after, places))
        if _PLACE in node and len(places) < 3:
            for place in places_at(text, at, by_form):
                stack.append((place.end, node[_PLACE], (*places, place)))


def first_pairs(tree: Node) -> frozenset[str]:
    """The pairs of characters with which a name can begin: what begins otherwise need not be tried."""
    pairs = {first + second for first, node in tree.items() if len(first) == 1 and first != _PLACE for second in node if len(second) == 1 and second != _PLACE}
    singles = {first for first, node in tree.items() if first not in (_PLACE, _HERE) and _PLACE in node}
    behind = [c for c in tree.get(_PLACE, {}) if c not in (_PLACE, _HERE)]
    return frozenset(pairs | singles | place_pairs("".join(behind)))


def full_matches(name: str, tree: Node) -> list[Match]:
    """The readings of a name that use all of it."""
    return [match for match in matches_at(name, 0, tree) if match.end == len(name)]


def compose(entry: Entry, level: str, region: str | None, word: str = "") -> str:
    """The full name of a row at a level and place: 市人社局 in 广东省梅州市 → 广东省梅州市人力资源和社会保障局.

    Without a region the level word stands for it (市医疗保障局), so that the name at least says the level.
    """
    row = entry.row
    if level == "national":
        return row.full
    full = entry.alias if _own_name(entry) else row.full
    full = full.removeprefix("中共").removeprefix(SLOT) if _own_name(entry) else full
    if full.startswith(("中国", "国网")) and "{" not in full:  # 中国人民银行广州分行 serves a province and names only its seat
        return full
    if "{" not in full:
        lead = "中共{}委" if row.kind == "party" else "{}"
        full = lead + full
    return fill(full, region, word)


def _own_name(entry: Entry) -> bool:
    bare = entry.alias.removeprefix("中共").removeprefix(SLOT)
    return entry.alias in entry.row.variants or bare in entry.row.variants


def fill(full: str, region: str | None, word: str = "") -> str:
    """A template with its place filled in."""
    place = region or word
    around = chain(place) if region else ()
    province = around[0] if around else ""
    last = last_part(place) if region else word
    bare = bare_part(place) if region else word
    values = {
        "{}": place,
        "{last}": last,
        "{bare}": bare,
        "{province}": province,
        "{pbare}": bare_part(province) if province else "",
        "{trim}": place[: len(place) - len(last)] + bare,
        "{city}": city_of(place) if region else word,
        "{short}": short_part(place) if region else word,
    }
    for name, value in values.items():
        full = full.replace(name, value)
    return full
