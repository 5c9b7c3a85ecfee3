"""Exact search: every clause that holds the typed characters, none that does not.

What is typed must be there; what stands between by accident of printing and scanning (white space, line ends, Markdown
marks, and quotation marks where none are typed) is passed over. Plain signs stand for their Chinese forms as well
((3) finds （３）), but a form that is typed on purpose is taken at its word: （ does not find (.
"""

from __future__ import annotations

from index.engines.protocol import And, Tree
from index.matching.plan import literal
from index.opening import Index
from index.query import LONGEST, QUOTES
from index.tokens import MARK, bare, bare_with_places, simplified
from kb.errors import UsageError

READ = 1000  # clauses that are read one by one to see whether they hold the forms typed


def exact_numbers(index: Index, query: str, restricted: tuple[Tree, ...]) -> tuple[list[int], Tree]:
    """The entries that hold the query, in document order, and the tree that they all satisfy. UsageError for an empty or too
    long query."""
    if len(query) > LONGEST:
        raise UsageError(f"检索词太长（{len(query)} 字，最多 {LONGEST} 字）", "", "请缩短后再查")
    typed = _unquoted(query.strip())
    if not bare(typed):
        raise UsageError("没有可以查找的字词", "", "请输入要逐字查找的内容")
    tree = And((literal(bare(typed)), *restricted))
    numbers = index.engine.match(tree)
    if not numbers or not on_purpose(typed):
        return numbers, tree
    held: set[int] = set()
    if len(numbers) > READ:  # most of them hold it letter for letter, which the store sees sooner
        held = {index.entry_at(place) for (place,) in index.store.rows("SELECT seq FROM clauses WHERE instr(text, ?) > 0", (typed,))}
    doubtful = [n for n in numbers if n not in held] if len(typed) > 1 or not held else []
    held |= {n for n, clause in index.clauses(doubtful).items() if says(clause.text, typed)}
    return [n for n in numbers if n in held], tree


def _unquoted(query: str) -> str:
    """A query in quotation marks without them: they only say that it is meant exactly."""
    if len(query) > 2 and QUOTES.get(query[0]) == query[-1]:
        return query[1:-1].strip()
    return query


def on_purpose(typed: str) -> bool:
    """Whether a text has quotation marks or forms that are not the plain ones: full-width signs, capitals, ①."""
    return any(_special(c) for c in typed)


def _special(character: str) -> bool:
    folded = bare(character)
    return character in QUOTES or character in QUOTES.values() or (bool(folded) and folded != character and character not in simplified())


def says(text: str, typed: str) -> bool:
    """Whether a text holds what is typed, as the head of this module says. `says("到 2025 年（试行）", "2025年（")` is True."""
    wanted, origin = bare_with_places(typed, quotes=True)
    characters, places = bare_with_places(text, quotes=MARK in wanted)
    fixed = [(k, typed[place]) for k, place in enumerate(origin) if wanted[k] != MARK and _special(typed[place])]
    at = characters.find(wanted)
    while at >= 0:
        if all(text[places[at + k]] == form for k, form in fixed):
            return True
        at = characters.find(wanted, at + 1)
    return False
