"""Candidates → the tree of ordinals of one document.

What goes in is the text of each block. Out come nodes in order, each with its parent. The hierarchy is not fixed: forms have a
usual order (第一章 > 第一节 > 第一条 > 一、 > （一） > 1. > （1） > ①), but where a document goes on with 2. after an （一）…（三）
that stood under 1., it nests the other way round, and numbering may run through sections, （一）…（二十五） over 一、…五、.
An ordinal counts when it continues its own row, begins one, or, misread or left out, when its neighbours say what it
must be. Everything else (a reference at the start of a line, a figure) stays text.

`outline(["一、总体要求", "（一）指导思想。", "二、主要任务", "（二）夯实基础。"])` nests （二） under 二.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kb.clause_tree.marks import Candidate, find_candidates, with_commas
from kb.numbering import Marker
from kb.numbering_forms import Form, forms
from kb.numerals import to_chinese

NEVER = 1 << 60
_STRONG = ("volume", "subvolume", "chapter", "section", "article")
_FIXED = 40  # the forms of statutes, parts to articles, nest in one order only
_JUMP = 3  # how many ordinals may be missing before a plain form is no longer believed
_NEAR = 60  # candidates within which the second item of a doubtful list must follow


class Node(NamedTuple):
    """An ordinal: block and offset where its clause begins, offset behind the ordinal, parent as an index into the nodes."""

    block: int
    at: int
    end: int
    form: str
    kind: str
    ordinal: str
    value: int
    parent: int  # -1 at the top
    inline: bool
    doubt: str = ""  # ordinal_misread, ordinal_gap, ordinal_repeat
    printed: int = 0  # value that stands there, 0 when unreadable


@dataclass(slots=True)
class _Open:
    """An ordinal whose clause is open."""

    node: int
    family: str
    rank: int
    value: int
    sub: int
    levels: tuple[int, ...]


def outline(texts: Sequence[str | None]) -> tuple[Node, ...]:
    """The nodes of a document's blocks; None stands for a block that can hold no ordinal. Never fails, linear in the text."""
    return _Machine(with_commas(find_candidates(texts))).run()


class _Machine:
    """Walks the candidates once, with the open clauses as a stack and an index of what comes later."""

    def __init__(self, candidates: list[Candidate]) -> None:
        self.candidates = candidates
        self.forms: dict[str, Form] = {f.name: f for f in forms()}
        self.stack: list[_Open] = []
        self.nodes: list[Node] = []
        self.last: dict[str, tuple[int, int]] = {}  # family -> last value and sub
        self.runs: set[str] = set()  # families whose numbering has run on over a parent
        self.inverted: set[tuple[str, str]] = set()  # (outer, inner) against the usual order
        self.voided = -1  # last block of a quotation that turned out to be none
        self.questions = 0
        self._index()

    def _index(self) -> None:
        self.later: dict[tuple[str, int], list[int]] = {}  # sure ones at the start of a block
        self.any: dict[tuple[str, int], list[int]] = {}  # unsure and inline ones too
        self.row: dict[str, tuple[list[int], list[int]]] = {}  # family -> positions, values
        self.misread: dict[str, list[int]] = {}
        self.decimals: list[tuple[int, tuple[int, ...]]] = []
        for position, candidate in enumerate(self.candidates):
            for marker in candidate.readings:
                family = self.family(marker)
                if marker.form == "decimal":
                    self.decimals.append((position, marker.levels))
                if marker.misread:
                    self.misread.setdefault(family, []).append(position)
                    continue
                self.any.setdefault((family, marker.value), []).append(position)
                if marker.sure and not candidate.inline and not candidate.quoted:
                    self.later.setdefault((family, marker.value), []).append(position)
                    places, values = self.row.setdefault(family, ([], []))
                    places.append(position)
                    values.append(marker.value)
        self.decimal = len(self.decimals) >= 3 and any(levels == (1, 1) for _, levels in self.decimals)
        self.interview = len(self.any.get(("question", 0), ())) > 1

    def family(self, marker: Marker) -> str:
        form = self.forms[marker.form]
        return form.family + marker.ordinal[-1] if form.family == "volume" else form.family

    def run(self) -> tuple[Node, ...]:
        for position, candidate in enumerate(self.candidates):
            self.step(position, candidate)
        return tuple(self.nodes)

    # one candidate

    def step(self, position: int, candidate: Candidate) -> None:
        quoted = candidate.quoted and candidate.block > self.voided
        for marker in candidate.readings:
            if marker.form in ("decimal", "bare") or (self.decimal and marker.form in ("num_dot", "num_comma") and self.heads_decimals(position, marker)):
                if self.decimal and not quoted and not candidate.inline and self.decimal_step(candidate, marker):
                    return
                if marker.form in ("decimal", "bare"):
                    continue
            if marker.misread or (not marker.sure and self.printed_later(position, marker)):
                continue
            if self.continues(candidate, marker, quoted) or (not quoted and self.begins(position, candidate, marker)):
                return
        if quoted or candidate.inline:
            return
        for marker in candidate.readings:
            if marker.form == "bare" and self.lost_dot(position, candidate, marker):
                return
            if marker.form not in ("decimal", "bare") and self.repair(position, candidate, marker):
                return

    def continues(self, candidate: Candidate, marker: Marker, quoted: bool) -> bool:
        """The next in a row that is open."""
        family = self.family(marker)
        for depth in range(len(self.stack) - 1, -1, -1):
            entry = self.stack[depth]
            if entry.family == family and _follows((entry.value, entry.sub), marker):
                if quoted:
                    self.voided = candidate.block + 40
                self.accept(candidate, marker, depth, marker.value)
                return True
        return False

    def begins(self, position: int, candidate: Candidate, marker: Marker) -> bool:
        """The first of a row, or one that goes on with a row that was closed (numbering through sections)."""
        family = self.family(marker)
        rank = self.forms[marker.form].rank
        if marker.kind in ("question", "annex", "box"):
            return self.special(position, candidate, marker)
        is_open = self.open_depth(family)
        if marker.value == 1 and not marker.sub:
            if self.swapped(position, family, marker, is_open):
                return False
            if (candidate.inline or not marker.sure) and not self.second_follows(position, candidate, family):
                return False
            depth = self.restart(position, is_open) if is_open is not None else self.place(position, family, rank, True)
            self.accept(candidate, marker, depth, 1)
            return True
        if is_open is None and family in self.last and _follows(self.last[family], marker) and not candidate.inline:
            if not marker.sure and family not in self.runs and marker.form != "article":
                return False
            self.runs.add(family)
            depth = self.place(position, family, rank, False)
            lost = depth > 0 and self.stack[depth - 1].family == "article"  # items never run on from article to article
            self.accept(candidate, marker, depth, marker.value, doubt="ordinal_gap" if lost else "")
            return True
        return False

    def special(self, position: int, candidate: Candidate, marker: Marker) -> bool:
        """Forms that need no row: boxes, annexes, the questions of an interview."""
        if candidate.inline or not marker.sure or (marker.kind == "question" and not self.interview):
            return False
        rank = self.forms[marker.form].rank
        value = marker.value
        if marker.kind == "question":
            self.questions += 1
            value = self.questions
        self.accept(candidate, marker, self.place(position, self.family(marker), rank, True), value)
        return True

    def heads_decimals(self, position: int, marker: Marker) -> bool:
        """Whether 2. is the head of 2.1, 2.2 …, or a head without any between 1.3 and 3.1."""
        at = bisect_right(self.decimals, (position, (999,)))
        if at == len(self.decimals):
            return any(e.levels == (marker.value - 1,) for e in self.stack)
        return self.decimals[at][1] in ((marker.value, 1), (marker.value + 1, 1))

    def decimal_step(self, candidate: Candidate, marker: Marker) -> bool:
        """1, 1.1, 1.1.1 of emergency plans: the numbers say where they belong."""
        levels = marker.levels or (marker.value,)
        depth = next((d for d in range(len(self.stack) - 1, -1, -1) if self.stack[d].family == "decimal" and self.stack[d].levels == levels[:-1]), None)
        same = next((d for d in range(len(self.stack) - 1, -1, -1) if self.stack[d].family == "decimal" and self.stack[d].levels[:-1] == levels[:-1] and len(self.stack[d].levels) == len(levels)), None)
        before = self.stack[same].value if same is not None else 0
        if levels[-1] != before + 1 or (len(levels) > 1 and depth is None and same is None):
            return False
        if same is not None:
            target = same
        elif depth is not None:
            target = depth + 1
        else:
            target = next((d for d, e in enumerate(self.stack) if e.rank >= 50), len(self.stack))
        self.accept(candidate, marker, target, levels[-1], levels=levels)
        return True

    # doubtful ones

    def lost_dot(self, position: int, candidate: Candidate, marker: Marker) -> bool:
        """3巩固成果 between 2. and 4.: an ordinal without its dot."""
        depth = self.open_depth("num")
        if depth is None or self.stack[depth].value + 1 != marker.value or self.next_value(position, "num") != marker.value + 1:
            return False
        if self.next_place(position, "num") >= self.limit(position, depth):
            return False
        self.accept(candidate, replace(marker, form="num_dot"), depth, marker.value, doubt="ordinal_misread")
        return True

    def repair(self, position: int, candidate: Candidate, marker: Marker) -> bool:
        """An ordinal that does not fit: misread, after a gap, or printed twice."""
        if marker.kind in ("question", "annex", "box") or not (marker.sure or marker.misread):
            return False
        family = self.family(marker)
        rank = self.forms[marker.form].rank
        depth = self.open_depth(family)
        following = self.next_value(position, family)
        known = depth is not None or self.runs_on(position, family, marker, following)
        value = (self.stack[depth].value if depth is not None else self.last[family][0]) if known else 0
        if depth is None:
            depth = self.place(position, family, rank, not known and following == 2)
        if marker.misread:
            if not self.fills(position, marker, value, following):
                return False
            self.accept(candidate, marker, depth, value + 1, doubt="ordinal_misread")
            return True
        near = family in self.runs or self.next_place(position, family) < self.limit(position, depth)
        if near and following == value + 2 and marker.value != value + 1 and (known or following == 2):
            self.accept(candidate, marker, depth, value + 1, doubt="ordinal_misread")
            return True
        if following is not None and following - marker.value - 1 == self.misread_before(position, family):
            following = marker.value + 1  # the misread ones between fill the row
        doubt = self.believable(marker, family, value if known else None, following)
        if not known and depth and self.stack[depth - 1].family == "article" and marker.sure:
            doubt = "ordinal_gap"  # an item of an article whose first ones lost their ordinals
        if doubt:
            self.accept(candidate, marker, depth, marker.value, doubt=doubt)
        return bool(doubt)

    def runs_on(self, position: int, family: str, marker: Marker, following: int | None) -> bool:
        """Whether a row that was closed by an outer clause goes on here, though this ordinal does not say so."""
        if family in self.runs or family not in self.last:
            return family in self.runs
        value = self.last[family][0]
        if marker.misread:
            return following is not None and following - value - 1 == self.misread_before(position, family)
        return value < marker.value <= value + 1 + _JUMP and following == marker.value + 1

    def misread_before(self, position: int, family: str) -> int:
        """How many misread ordinals of a family stand from here to its next sure one."""
        places = self.misread.get(family, [])
        return bisect_right(places, self.next_place(position, family)) - bisect_right(places, position - 1)

    def believable(self, marker: Marker, family: str, value: int | None, following: int | None) -> str:
        strong = self.forms[marker.form].name in _STRONG
        if value is None:
            ok = strong or following == marker.value + 1 or (marker.value == 2 and family in ("han", "han_bracket"))
            return "ordinal_gap" if ok else ""
        if marker.value == value:
            return "ordinal_repeat"
        if marker.value > value:
            ok = strong or marker.value - value - 1 <= _JUMP or following == marker.value + 1
            return "ordinal_gap" if ok else ""
        return "ordinal_repeat" if strong and following == marker.value + 1 else ""

    def fills(self, position: int, marker: Marker, value: int, following: int | None) -> bool:
        """Whether a misread ordinal can be the one after `value`, by what follows."""
        if following == value + 1:
            return False  # the true one is still to come
        if following is None or following <= value:
            return marker.value == value + 1 if value else False
        missing = following - value - 1
        between = self.misread_before(position, self.family(marker))
        return between <= missing if value else between == missing

    def swapped(self, position: int, family: str, marker: Marker, depth: int | None) -> bool:
        """A 1 that is a misread 11: its neighbours are 10 and 12."""
        if depth is None or marker.sub:
            return False
        value = self.stack[depth].value
        return value > 1 and self.next_value(position, family) == value + 2

    # what comes later

    def next_after(self, family: str, value: int, position: int, every: bool = False) -> int:
        places = (self.any if every else self.later).get((family, value))
        if not places:
            return NEVER
        at = bisect_right(places, position)
        return places[at] if at < len(places) else NEVER

    def next_place(self, position: int, family: str) -> int:
        places = self.row.get(family, ([], []))[0]
        at = bisect_right(places, position)
        return places[at] if at < len(places) else NEVER

    def next_value(self, position: int, family: str) -> int | None:
        places, values = self.row.get(family, ([], []))
        at = bisect_right(places, position)
        return values[at] if at < len(places) else None

    def printed_later(self, position: int, marker: Marker) -> bool:
        """Whether the ordinal of a doubtful marker comes beyond doubt before the one after it."""
        family = self.family(marker)
        return self.next_after(family, marker.value, position) < self.next_after(family, marker.value + 1, position)

    def limit(self, position: int, depth: int) -> int:
        """Where the next clause of an outer row begins."""
        return min((self.next_after(e.family, e.value + 1, position) for e in self.stack[:depth]), default=NEVER)

    def goes_on(self, position: int, depth: int) -> bool:
        """Whether the row of an open clause is taken up again before anything outside it, and not begun anew."""
        entry = self.stack[depth]
        there = self.next_after(entry.family, entry.value + 1, position)
        if there == NEVER or there > self.limit(position, depth):
            return False
        return self.next_after(entry.family, 1, position) > there

    def second_follows(self, position: int, candidate: Candidate, family: str) -> bool:
        """Whether a doubtful first item has a second one near by."""
        if candidate.inline and (not candidate.opening or family == "article"):
            return False
        there = self.next_after(family, 2, position, every=True)
        again = self.next_after(family, 1, position, every=True)
        return there <= min(position + _NEAR, again, self.limit(position, len(self.stack)))

    # where it goes

    def open_depth(self, family: str) -> int | None:
        return next((d for d in range(len(self.stack) - 1, -1, -1) if self.stack[d].family == family), None)

    def place(self, position: int, family: str, rank: int, first: bool) -> int:
        """The depth at which a clause of this form opens: below the innermost clause that ranks above it or goes on after it.

        Only the first of a row can show that the document nests against the usual order, and chapters never stand in articles.
        """
        depth = len(self.stack)
        while depth:
            entry = self.stack[depth - 1]
            if entry.rank < rank:
                break
            fixed = rank <= _FIXED and entry.rank <= _FIXED
            if not fixed and ((entry.family, family) in self.inverted or (first and self.goes_on(position, depth - 1))):
                if entry.family != family:
                    self.inverted.add((entry.family, family))
                break
            depth -= 1
        return depth

    def restart(self, position: int, depth: int) -> int:
        """A row begun anew while it is open: a list inside the clause when the outer row goes on first, else a new row."""
        entry = self.stack[depth]
        outer = self.next_after(entry.family, entry.value + 1, position)
        again = self.next_after(entry.family, entry.value, position)
        if outer < again and outer < self.limit(position, depth):
            return len(self.stack)
        return depth

    def accept(self, candidate: Candidate, marker: Marker, depth: int, value: int, doubt: str = "", levels: tuple[int, ...] = ()) -> None:
        del self.stack[depth:]
        parent = self.stack[-1].node if self.stack else -1
        family = "decimal" if levels else self.family(marker)
        form = self.forms[marker.form]
        ordinal = marker.ordinal if value == marker.value and marker.kind != "question" else written(form, value)
        node = Node(candidate.block, candidate.at, marker.end, marker.form, marker.kind, ordinal, value, parent, candidate.inline, doubt, 0 if marker.misread else marker.value)
        self.stack.append(_Open(len(self.nodes), family, form.rank, value, marker.sub, levels))
        self.nodes.append(node)
        self.last[family] = (value, marker.sub)


def _follows(before: tuple[int, int], marker: Marker) -> bool:
    value, sub = before
    if marker.sub:
        return marker.value == value and marker.sub == sub + 1
    return marker.value == value + 1


def written(form: Form, value: int) -> str:
    """An ordinal of a form as a path has it."""
    circled = chr(0x2460 + value - 1) if 1 <= value <= 20 else str(value)
    return form.ordinal.replace("{han}", to_chinese(value)).replace("{arab}", str(value)).replace("{circled}", circled).replace("{after}", form.after[0]).replace("{levels}", str(value)).replace("{before}", form.before[0])
