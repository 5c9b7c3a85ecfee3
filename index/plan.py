"""A query tree → what the engine shall match and rank by, and what ranking then looks for in the texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.engines.protocol import And, AnyOf, Begins, Not, Nothing, Or, Phrase, RankTerm, Tree
from index.query import All, Any, Leaf, Node, Query, Without
from index.scope import Scope
from index.synonyms import Other, others
from index.tokens import bare, bigrams, grams
from index.words import Cutter
from kb.tables import settings

INSIDE = AnyOf("kind", ("inside",))
MEASURES = tuple("章节条款项号%亿万千百亩元户人个年月日")
WORD_WEIGHT = 1.0  # of words beside characters and bigrams in the engine's score
SENTENCE = 9  # characters from which a word is taken as a sentence rather than a name


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a hit should hold: `text`, or one of the others, or at least its words."""

    text: str
    others: tuple[Other, ...]
    words: tuple[str, ...]  # more than one: what remains to look for when it is nowhere as a whole
    firm: bool = False  # an ordinal, number or quotation: never taken apart


@dataclass(frozen=True, slots=True)
class Plan:
    base: Tree  # what every hit must satisfy
    wanted: tuple[Tree, ...]  # what a hit should hold, as many of them as possible
    besides: Tree  # what is a hit in any case: clauses of a document whose number was typed
    terms: tuple[RankTerm, ...]
    needs: tuple[Need, ...]
    rolled: bool  # items inside an article are found as that article
    sentence: bool = False

    def match(self, least: int) -> Tree:
        """The tree for entries that hold at least so many of what is wanted."""
        if not self.wanted:
            return self.base
        return And((self.base, Or((Or(self.wanted, least), self.besides))))


def literal(text: str, rolled: bool = False) -> Tree:
    """Entries whose bare text holds these bare characters; `rolled`: for articles with their items."""
    if not text:
        return Nothing()
    if len(text) == 1:
        parts: tuple[Tree, ...] = tuple(Begins(field, text) for field in ("chars", "whole"))
    else:
        parts = tuple(Phrase(field, tuple(bigrams(text)[:-1])) for field in ("chars", "whole"))
    return Or(parts) if rolled else parts[0]


@lru_cache(maxsize=1)
def _idle() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words and phrases of questions that say nothing of the matter."""
    table = settings("query")["idle"]
    return frozenset(table["words"]), tuple(sorted(table["phrases"], key=len, reverse=True))


def content(text: str) -> list[str]:
    """The stretches of bare text that punctuation and idle phrases leave: 低保怎么申请？ → 低保, 申请."""
    for phrase in _idle()[1]:
        text = text.replace(phrase, "\n")
    out = []
    run = ""
    for c in text + "\n":
        if c.isalnum() or c in "-%.〔〕()/":
            run += c
        else:
            if any(x.isalnum() for x in run):
                out.append(run)
            run = ""
    return out


def is_firm(text: str) -> bool:
    """Whether a bare text is an ordinal or a figure, which means nothing in part: 第十三条, (三), 18亿亩, 30%."""
    core = text.lstrip("(").rstrip(")").removeprefix("第")
    head = core.rstrip("".join(MEASURES))
    return bool(head) and len(text) <= 12 and all(c in "零一二三四五六七八九十百千万亿0123456789.-" for c in head)


def need_of(text: str, cut: Cutter, firm: bool = False) -> Need:
    """What a bare text asks for."""
    firm = firm or is_firm(text)
    idle = _idle()[0]
    words = () if firm else tuple(dict.fromkeys(w for w in cut(text) if w not in idle))
    return Need(text, () if firm else others(text), words if len(words) > 1 or words != (text,) else (), firm)


def plan(query: Query, scope: Scope, cut: Cutter) -> Plan:
    """The plan of a query: strict ones match exactly what the tree says, others every clause that holds most of the words."""
    return _strict(query, scope, cut) if query.strict else _plain(query, scope, cut)


def _strict(query: Query, scope: Scope, cut: Cutter) -> Plan:
    tree = _exactly(query.tree, scope)
    leaves = [leaf for leaf in _positive(query.tree) if leaf.field in ("", "heading")]
    needs = tuple(Need(bare(leaf.text), (), (), True) for leaf in leaves)
    return Plan(tree, (), Nothing(), rank_terms((n.text for n in needs), cut), needs, False)


def _positive(node: Node) -> list[Leaf]:
    match node:
        case Leaf():
            return [node]
        case All(parts) | Any(parts):
            return [leaf for part in parts for leaf in _positive(part)]
        case Without():
            return []


def _exactly(node: Node, scope: Scope) -> Tree:
    match node:
        case Leaf():
            return leaf_tree(node, scope)
        case All(parts):
            return And(tuple(_exactly(part, scope) for part in parts))
        case Any(parts):
            return Or(tuple(_exactly(part, scope) for part in parts))
        case Without(part):
            return Not(_exactly(part, scope))


def leaf_tree(leaf: Leaf, scope: Scope, rolled: bool = False) -> Tree:
    """What a leaf taken at its word matches."""
    if leaf.field == "heading":
        return Phrase("head", tuple(bigrams(bare(leaf.text))[:-1])) if len(bare(leaf.text)) > 1 else Begins("head", bare(leaf.text))
    if leaf.field:
        return scope.field(leaf)
    return literal(bare(leaf.text), rolled)


def _plain(query: Query, scope: Scope, cut: Cutter) -> Plan:
    required: list[Tree] = []
    firm: list[Need] = []
    free: list[Leaf] = []
    for leaf in query.tree.parts:
        assert isinstance(leaf, Leaf)
        if leaf.field or leaf.exact or leaf.prefix:
            required.append(leaf_tree(leaf, scope, rolled=True))
            if not leaf.field:
                firm.append(Need(bare(leaf.text), (), (), True))
        else:
            free.append(leaf)
    texts = [bare(leaf.text) for leaf in free]
    sentence = is_sentence(texts)
    needs = tuple(dict.fromkeys(need for text in texts for need in (_words(text, cut) if sentence else _names(text, cut))))
    besides = scope.number(query.text) or Nothing()
    terms = rank_terms((*(n.text for n in firm), *(part for text in texts for part in content(text) or [text])), cut)
    return Plan(And((*required, Not(INSIDE))), tuple(_somehow(n) for n in needs), besides, terms, (*firm, *needs), True, sentence)


def is_sentence(texts: Sequence[str]) -> bool:
    """Whether bare texts are a question or sentence rather than names of things."""
    return any((len(text) >= SENTENCE and not is_firm(text)) or any(phrase in text for phrase in _idle()[1]) for text in texts)


def _names(text: str, cut: Cutter) -> list[Need]:
    return [need_of(part, cut) for part in content(text) or [text]]


def _words(text: str, cut: Cutter) -> list[Need]:
    """The words of a sentence that say something; names that the dictionary keeps whole stay so."""
    idle = _idle()[0]
    words = [w for part in content(text) for w in ([part] if is_firm(part) else cut(part)) if w not in idle]
    return [need_of(w, cut) for w in words if len(w) > 1] or _names(text, cut)


def _surely(need: Need) -> Tree:
    return Or((literal(need.text, True), *(literal(other.text, True) for other in need.others)))


def _somehow(need: Need) -> Tree:
    if len(need.words) < 2:
        return _surely(need)
    return Or((_surely(need), And(tuple(literal(word, True) for word in need.words))))


def rank_terms(texts: Iterable[str], cut: Cutter) -> tuple[RankTerm, ...]:
    """Characters, bigrams and words of bare texts, each once."""
    out: dict[tuple[str, str], float] = {}
    idle = _idle()[0]
    for text in texts:
        for gram in grams(text):
            out.setdefault(("text", gram), 1.0)
        for word in cut(text):
            if word not in idle:
                out.setdefault(("words", word), WORD_WEIGHT)
    return tuple(RankTerm(field, token, weight) for (field, token), weight in out.items())
