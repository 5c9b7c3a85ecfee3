"""A query tree → what the engine shall match and rank by, and what ranking then looks for in the texts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from index.engines.protocol import And, AnyOf, Begins, Not, Nothing, Or, Phrase, RankTerm, Tree
from index.matching.needs import NARROW, Means, Need, content, idle, needs_of
from index.matching.scope import Scope
from index.query import All, Any, Leaf, Node, Query, Without
from index.tokens import bare, bigrams, grams
from index.words import Cutter
from kb.frozen import dataclass

INSIDE = AnyOf("kind", ("inside",))
APART = AnyOf("kind", ("apart",))
FORM_WEIGHT = 0.4  # of synonyms and other forms in it
TELLING = 0.08  # share of all entries up to which a word alone is worth finding
WORD_WEIGHT = 1.0  # of words beside characters and bigrams in the engine's score
WORD = 4  # characters of a query that may be a single word
MANY = 20  # terms beyond which those count for nothing that stand in every COMMON-th part of all entries
COMMON = 0.15
WORK = 6  # times as many occurrences of terms as there are entries are looked at
LARGE = 20_000  # entries from which that is worth it
MOST = 250  # terms that count at all: the rarest


@dataclass(frozen=True, slots=True)
class Plan:
    """`base`: what every hit must satisfy. `steps`: what it should satisfy besides, each wider than the one before, for taking
    the first that leaves enough hits. `besides`: what is a hit in any case (clauses of a document whose number was typed)."""

    base: Tree
    steps: tuple[Tree, ...]
    besides: Tree
    terms: tuple[RankTerm, ...]
    needs: tuple[Need, ...]
    rolled: bool  # items inside an article are found as that article
    sentence: bool = False
    words: int = 0  # that were typed, where only the rarest of them count

    def match(self, step: int) -> Tree:
        """The tree of a step."""
        if self.steps:
            return And((self.base, Or((self.steps[step], self.besides))))
        return self.base if isinstance(self.besides, Nothing) else And((self.base, self.besides))


def literal(text: str, rolled: bool = False) -> Tree:
    """Entries whose bare text holds these bare characters; `rolled`: for articles with their items."""
    if not text:
        return Nothing()
    pairs = tuple(bigrams(text)[:-1])
    ranked = Phrase("pairs", pairs) if pairs else Phrase("characters", (text,))
    if rolled:
        return ranked
    return Or((And((ranked, Not(APART))), Phrase("own", pairs) if pairs else Begins("own", text)))


def plan(query: Query, scope: Scope, means: Means) -> Plan:
    """The plan of a query: strict ones match exactly what the tree says, others every clause that holds most of the words."""
    return _strict(query, scope, means) if query.strict else _plain(query, scope, means)


def _strict(query: Query, scope: Scope, means: Means) -> Plan:
    leaves = [leaf for leaf in positive(query.tree) if leaf.field in ("", "heading")]
    needs = tuple(dict.fromkeys(Need(bare(leaf.text), "exact") for leaf in leaves))
    texts = tuple(n.text for n in needs)
    terms = _telling(rank_terms(texts, means.cut, characters=not _is_one_word(texts, means)), means)
    return Plan(_exactly(query.tree, scope), (), Nothing(), terms, needs, False)


def positive(node: Node) -> list[Leaf]:
    """What a tree asks for, without what it excludes."""
    match node:
        case Leaf():
            return [node]
        case All(parts) | Any(parts):
            return [leaf for part in parts for leaf in positive(part)]
        case Without():
            return []


def _exactly(node: Node, scope: Scope) -> Tree:
    match node:
        case Leaf():
            return leaf_tree(node, scope)
        case All(parts):
            return all_of(_exactly(part, scope) for part in dict.fromkeys(parts))
        case Any(parts):
            return any_of(_exactly(part, scope) for part in dict.fromkeys(parts))
        case Without(Without(part)):
            return _exactly(part, scope)
        case Without(part):
            return Not(_exactly(part, scope))


def all_of(parts: Iterable[Tree]) -> Tree:
    """What satisfies all parts. Documents asked for several times over (every clause is of one) are asked for once."""
    rest, documents = _documents(parts)
    if documents:
        rest.append(AnyOf("doc", tuple(t for t in documents[0] if all(t in each for each in documents[1:]))))
    return And(tuple(rest))


def any_of(parts: Iterable[Tree]) -> Tree:
    """What satisfies one of the parts."""
    rest, documents = _documents(parts)
    if documents:
        rest.append(AnyOf("doc", tuple(dict.fromkeys(t for each in documents for t in each))))
    return Or(tuple(rest))


def _documents(parts: Iterable[Tree]) -> tuple[list[Tree], list[dict[str, None]]]:
    """The parts that do not just ask for documents, and the documents that the others ask for."""
    rest: list[Tree] = []
    documents = []
    for part in parts:
        if isinstance(part, AnyOf) and part.field == "doc":
            documents.append(dict.fromkeys(part.tokens))
        else:
            rest.append(part)
    return rest, documents


def leaf_tree(leaf: Leaf, scope: Scope, rolled: bool = False) -> Tree:
    """What a leaf taken at its word matches."""
    if leaf.field == "heading":
        return Phrase("head", tuple(bigrams(bare(leaf.text))[:-1])) if len(bare(leaf.text)) > 1 else Begins("head", bare(leaf.text))
    if leaf.field:
        return scope.field(leaf)
    return literal(bare(leaf.text), rolled)


def _plain(query: Query, scope: Scope, means: Means) -> Plan:
    required: list[Tree] = []
    exact: list[Need] = []
    texts: list[str] = []
    for leaf in query.tree.parts:
        assert isinstance(leaf, Leaf)
        if leaf.field or leaf.exact or leaf.prefix:
            required.append(leaf_tree(leaf, scope, rolled=True))
            if not leaf.field:
                exact.append(Need(bare(leaf.text), "exact"))
        else:
            texts.append(bare(leaf.text))
    asked = scope.number(" ".join(leaf.text for leaf in query.tree.parts if isinstance(leaf, Leaf) and not leaf.field and not leaf.exact))
    if asked is not None:
        texts = [bare(word) for word in asked.rest.split() if bare(word)]
    asked_for = needs_of(texts, means)
    needs = asked_for.needs
    besides: Tree = Nothing()
    if asked is not None:
        exact.append(Need(asked.text, "number"))
        besides = Or((asked.where, literal(asked.text, True)))
    wanted = [need for need in needs if need.kind != "whole"]
    forms = [other.text for need in needs for other in need.others if other.kind != "unit"]
    slips = [other.text for need in needs for other in need.others if other.kind in ("near", "lookalike") and not means.count(need.text)]
    narrow = frozenset(n.text for n in needs if n.kind in NARROW) if any(n.kind == "topic" for n in needs) else frozenset()
    main = [part for text in texts for part in content(text) or [text] if part not in narrow]
    said = (*(n.text for n in exact), *main, *slips)
    terms = _telling(rank_terms(said, means.cut, (*forms, *narrow), not _is_one_word(said, means)), means)
    return Plan(all_of((*required, Not(INSIDE))), _steps(wanted, means), besides, terms, (*exact, *needs), True, asked_for.sentence, asked_for.words)


def _steps(wanted: list[Need], means: Means) -> tuple[Tree, ...]:
    """All that is wanted, then ever fewer of it, at last single telling words of it."""
    if not wanted:
        return ()
    parts = tuple(_said(need) for need in wanted)
    steps: list[Tree] = [Or(parts, least) for least in range(len(parts), 0, -1)]
    words = {forms[0]: forms for need in wanted for forms in need.words if len(forms[0]) > 1}
    rare = sorted((means.count(word), word) for word in words)
    telling = [word for n, word in rare if n <= means.entries * TELLING] or [word for _, word in rare[:1]]
    if telling:
        forms = dict.fromkeys(form for word in telling for form in words[word])
        steps.append(Or((Or(parts), *(literal(form, True) for form in forms))))
    return tuple(steps)


def _said(need: Need) -> Tree:
    """What is needed as it stands, in another form, or in all its words."""
    sure = Or((literal(need.text, True), *(literal(other.text, True) for other in need.others)))
    if len(need.words) < 2:
        return sure
    return Or((sure, And(tuple(literal(forms[0], True) for forms in need.words))))


def _telling(terms: tuple[RankTerm, ...], means: Means) -> tuple[RankTerm, ...]:
    """The terms of a long query without the commonest, which tell little and cost most, where the index is large; of a pasted page
    the rarest."""
    if len(terms) <= MANY:
        return terms
    counts = [0 if len(t.token) > 2 else means.count(t.token) for t in terms]
    ordered = sorted(range(len(terms)), key=lambda at: (counts[at], at))[:MOST]
    if means.entries >= LARGE:
        work = accumulate(counts[at] for at in ordered)
        ordered = [at for at, sum in zip(ordered, work, strict=True) if counts[at] <= COMMON * means.entries and sum <= WORK * means.entries]
    return tuple(terms[at] for at in sorted(ordered))


def _is_one_word(texts: tuple[str, ...], means: Means) -> bool:
    """Whether a query asks a large index for one word: its characters tell little then, since every hit has it, and cost most."""
    return means.entries >= LARGE and len(texts) == 1 and len(texts[0]) <= WORD


def gram_field(gram: str) -> str:
    """The field that has a single character or a bigram as a token."""
    return "pairs" if len(gram) > 1 else "characters"


def rank_terms(texts: Iterable[str], cut: Cutter, forms: Iterable[str] = (), characters: bool = True) -> tuple[RankTerm, ...]:
    """Characters, bigrams and words of bare texts, each once (without `characters` no characters of longer texts); of other forms what
    bigrams and words are new, for less."""
    out: dict[tuple[str, str], float] = {}
    for text in texts:
        for gram in grams(text):
            if len(gram) > 1 or characters or len(text) == 1:
                out.setdefault((gram_field(gram), gram), 1.0)
        for word in cut(text):
            if word not in idle()[0]:
                out.setdefault(("words", word), WORD_WEIGHT)
    for form in forms:
        for gram in grams(form):
            if len(gram) > 1:
                out.setdefault((gram_field(gram), gram), FORM_WEIGHT)
        for word in cut(form):
            out.setdefault(("words", word), FORM_WEIGHT * WORD_WEIGHT)
    return tuple(RankTerm(field, token, weight) for (field, token), weight in out.items())
