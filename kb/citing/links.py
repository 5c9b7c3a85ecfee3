"""Citations → the documents and clauses that they mean, only where exactly one remains; what stays open stays open.

By number first; then by title, compared as fold_title does; then by title with its issuers in front. A title such as
《关于……的实施意见》, which every county has one of, needs its issuers or the level in front of it, or a document that the citing
one can have as its source. Everything is looked up in dictionaries, so that 3,400 statutes take no longer than they must.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kb.citing.articles import with_clauses
from kb.citing.marks import any_of, fold_number, fold_title, without_state, words
from kb.citing.titles import bare, is_bare, issuer_end, issuer_part, loose
from kb.model import LEVELS, Citation, Clause, Document
from kb.spans import offset_of

_LIKE_ENOUGH = 0.5  # share of common pairs of characters that two titles with the same number must have


@dataclass(frozen=True)
class _Index:
    """What documents are found by."""

    documents: dict[str, Document]
    by_number: dict[str, list[str]]
    by_title: dict[str, list[str]]
    by_loose: dict[str, list[str]]  # without （试行）, 中华人民共和国
    by_bare: dict[str, list[str]]  # without issuers in front
    children: dict[str, list[str]]


@dataclass
class _Memory:
    """What one document has cited so far: the only thing here that changes, and only within `resolve`."""

    targets: dict[str, str | None] = field(default_factory=dict)  # by folded title
    endings: dict[str, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))  # the same by the genre that the title ends with
    defined: dict[str, str | None] = field(default_factory=dict)  # short titles that were introduced (以下简称《意见》)
    recent: list[tuple[Citation, str | None]] = field(default_factory=list)  # the last few citations by full titles, with their targets


@dataclass(frozen=True)
class _Context:
    """A citation with the text before it and what its document cited before."""

    citation: Citation
    document: Document
    before: str
    memory: _Memory


def resolve(citations: Sequence[Citation], documents: Sequence[Document], clauses: Sequence[Clause]) -> tuple[Citation, ...]:
    """The same citations in the same order, with `target` and `target_clause` set where exactly one document or clause is meant.

    Nothing else changes, and the outcome depends on nothing but the three arguments. Of two versions of a text with the same
    title the latest that is not later than the citing document is meant. 《中共湖南省委、湖南省人民政府关于……的实施意见》 finds the
    document 中共湖南省委 湖南省人民政府关于……的实施意见, and none of another province.
    """
    index = _build_index(documents)
    citing = {c.clause for c in citations}
    text_of = {c.id: c for c in clauses if c.id in citing}
    targets: list[str | None] = []
    memories: dict[str, _Memory] = defaultdict(_Memory)
    for citation in citations:
        document = index.documents.get(citation.document)
        if document is None:
            targets.append(None)
            continue
        before = _text_before(citation, document, text_of.get(citation.clause))
        context = _Context(citation, document, before, memories[document.id])
        target = _target(index, context)
        _remember(context, target)
        targets.append(target)
    return with_clauses(citations, targets, clauses)


def _remember(context: _Context, target: str | None) -> None:
    citation, memory = context.citation, context.memory
    if citation.title is None:
        return
    folded = fold_title(citation.title)
    if _is_short(citation.title):
        if _defining().search(context.before):
            memory.defined[folded] = target
        return
    memory.targets[folded] = target or memory.targets.get(folded)
    for length in range(1, 6):
        if folded[-length:] in _genres():
            memory.endings[folded[-length:]][folded] = memory.targets[folded]
    memory.recent = [*memory.recent[-7:], (citation, target)]


# --- the index ---------------------------------------------------------------------------------------------------

def _build_index(documents: Sequence[Document]) -> _Index:
    index = _Index({d.id: d for d in documents}, defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    for d in documents:
        if d.number:
            index.by_number[fold_number(d.number)].append(d.id)
        index.by_title[fold_title(d.title)].append(d.id)
        index.by_loose[loose(d.title)].append(d.id)
        for form in _bare_forms(d):
            index.by_bare[form].append(d.id)
        if d.parent:
            index.children[d.parent].append(d.id)
    return index


def _bare_forms(document: Document) -> set[str]:
    """The loose forms of the document's title without its issuers."""
    found = {loose(bare(document.title, document.issuers))}
    return found | {loose(document.title)} if is_bare(document.title) else found


def affected(citations: Sequence[Citation], documents: Iterable[Document], touched: Iterable[Document]) -> set[str]:
    """The ids of documents whose citations may have other targets, or other clauses of them, when `touched` come, go or change.

    `citations` are those of before with their targets, and those of what came; `documents` all of before or all of now, or both;
    `touched` what came and what went, and what changed as it was and as it is. The targets of all other documents' citations are
    those of before. A new 《渡口管理办法》 affects the documents that cite a text of that name, and whatever comes with it.
    """
    touched = tuple(touched)
    known = {d.id: d for d in (*documents, *touched)}
    ids = {d.id for d in touched}
    numbers = {fold_number(d.number) for d in touched if d.number}
    above = (known.get(d.parent or "") for d in touched)  # a number with a title may mean what that notice brings
    numbers |= {fold_number(d.number) for d in above if d is not None and d.number}
    titles, shorter, barest = {fold_title(d.title) for d in touched}, {loose(d.title) for d in touched}, {f for d in touched for f in _bare_forms(d)}
    hit = {t for t in {c.title for c in citations if c.title} if fold_title(t) in titles or loose(t) in shorter or loose(bare(t)) in barest}
    found = {c.document for c in citations if c.target in ids or c.title in hit or (c.number and fold_number(c.number) in numbers)}
    # a short title (《意见》) may mean the citing document's notice, or what it brings
    return found | ids | {d.parent for d in touched if d.parent} | {d.id for d in known.values() if d.parent in ids}


# --- one citation ------------------------------------------------------------------------------------------------

def _target(index: _Index, context: _Context) -> str | None:
    citation = context.citation
    if citation.number:
        by_number = _by_number(index, context)
        if by_number is not None:
            return by_number or None
    if citation.title is None:
        return None
    if _is_short(citation.title):
        return _what_short_title_means(index, context)
    # the same title means what it meant before in the same document, where its issuers or its number may have stood
    return context.memory.targets.get(fold_title(citation.title)) or _by_title(index, context)


def _by_number(index: _Index, context: _Context) -> str | None:
    """The document with this number: its id, "" when the number is known but none fits, None when nothing is known of it."""
    citation = context.citation
    holders = index.by_number.get(fold_number(citation.number or ""), [])
    if not holders:
        return None
    if citation.title is None:
        roots = [h for h in holders if index.documents[h].parent not in holders]
        return _one(index, context, roots) or ""
    family = list(dict.fromkeys([*holders, *(c for h in holders for c in index.children.get(h, []))]))
    exact = [f for f in family if fold_title(citation.title) in _names(index.documents[f])]
    if exact:
        return _one(index, context, exact) or ""
    likeness = {f: max(_likeness(citation.title, name) for name in (index.documents[f].title, bare(index.documents[f].title))) for f in family}
    best = max(likeness.values())
    if best < _LIKE_ENOUGH:
        return None  # the number is misprinted, or the title is: the title must decide
    return _one(index, context, [f for f in family if likeness[f] == best]) or ""


def _names(document: Document) -> set[str]:
    """The forms in which the document's title may be printed."""
    alone = bare(document.title, document.issuers)
    together = "".join(document.issuers)
    return {fold_title(t) for t in (document.title, alone, together + alone, without_state(document.title))}


def _likeness(one: str, other: str) -> float:
    """Share of common pairs of characters (Dice)."""
    a, b = ({f[i : i + 2] for i in range(len(f) - 1)} for f in (loose(one), loose(other)))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else float(a == b)


def _by_title(index: _Index, context: _Context) -> str | None:
    title = context.citation.title or ""
    own = issuer_part(title)
    for candidates in (index.by_title.get(fold_title(title), []), index.by_loose.get(loose(title), []), index.by_bare.get(loose(bare(title)), [])):
        fitting = [c for c in candidates if _may_be(index, context, index.documents[c], own)]
        if fitting:
            return _one(index, context, fitting)
    return None


def _may_be(index: _Index, context: _Context, candidate: Document, own: str) -> bool:
    """Whether a document with the right words in its title can be the one meant: number, issuers and level do not speak against it."""
    citation, document = context.citation, context.document
    related = _related(document, candidate)
    if citation.number and candidate.number and fold_number(citation.number) != fold_number(candidate.number) and not related:
        return False
    if candidate.id == document.id:
        return citation.relation == "self"
    title = citation.title or ""
    if own:
        printed = issuer_part(candidate.title)
        return fold_title(own) == fold_title(printed) or _same_bodies(own, candidate.issuers)
    if not is_bare(title) or related:
        return True
    return _named_before(context, candidate)


def _related(document: Document, candidate: Document) -> bool:
    """A notice and what it brings, or two things that the same notice brings."""
    if candidate.parent is not None and candidate.parent in (document.id, document.parent):
        return True
    return document.parent == candidate.id


def _same_bodies(printed: str, issuers: Sequence[str]) -> bool:
    """Whether a run of names is exactly these bodies, in any order."""
    left = fold_title(printed)
    if not issuers:
        return False
    for name in sorted(issuers, key=len, reverse=True):
        folded = fold_title(name)
        if folded not in left:
            return False
        left = left.replace(folded, "", 1)
    return not left


def _named_before(context: _Context, candidate: Document) -> bool:
    """For a title without issuers: what stands directly before it agrees, or says nothing and the candidate is above or beside."""
    said = _said_before(context.before)
    cue = _level_cue(said)
    if cue:
        known = cue == "national" or bool(candidate.region and context.document.region)  # 我省: of which province?
        return known and candidate.level in (None, cue) and _covers(candidate, context.document)
    if said and issuer_end().search(said):
        if said.endswith(("我办", "我局", "我委", "我厅", "我部")):
            return bool(set(candidate.issuers) & set(context.document.issuers))
        names = [*candidate.issuers, *([issuer_part(candidate.title)] if issuer_part(candidate.title) else [])]
        return any(fold_title(n) in fold_title(said) for n in names)
    return _covers(candidate, context.document) and _not_below(candidate, context.document)


def _covers(candidate: Document, document: Document) -> bool:
    """Whether the place of the candidate is that of the document or around it; an unknown place covers its own file only."""
    if candidate.region == "中国":
        return True
    if not candidate.region or not document.region:
        return candidate.file == document.file
    return document.region.startswith(candidate.region)


def _not_below(candidate: Document, document: Document) -> bool:
    if candidate.level is None or document.level is None:
        return candidate.level is not None or candidate.file == document.file
    return LEVELS.index(candidate.level) <= LEVELS.index(document.level)


@lru_cache(maxsize=1)
def _said() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(r"[。；;：:！？\n》〉）)]"), re.compile(rf"(?:{any_of(words()['issuers']['verbs'])}|[\s、和及])$")


def _said_before(before: str) -> str:
    """The words directly before a title, without verbs such as 印发的: 国家乡村振兴局、财政部联合印发的 → 国家乡村振兴局、财政部."""
    stop, verb = _said()
    said = stop.split(before[-60:])[-1]
    while True:
        match = verb.search(said)
        if match is None:
            return said
        said = said[: match.start()]


def _level_cue(said: str) -> str | None:
    """省委、省政府 → provincial: a level without a name. The longest word that the text ends with decides."""
    cues: dict[str, str] = words()["level_cues"]
    parts = re.split(r"[、，,\s]", said)
    last = parts[-1] if parts else ""
    best = max((w for w in cues if last.endswith(w)), key=len, default=None)
    if best is None:
        return None
    rest = last[: -len(best)]
    # 湖南省 and 衡阳市委 are names, not levels; 根据省委 is a level
    return cues[best] if len(best) > 1 and (not rest or not re.search(r"[\u4e00-\u9fff]$", rest) or rest.endswith(_before_cue())) else None


@lru_cache(maxsize=1)
def _before_cue() -> tuple[str, ...]:
    table = words()
    return tuple(dict.fromkeys([*table["basis_leads"], *table["number_leads"], *table["basis_breaks"], *table["issuers"]["verbs"]]))


def _one(index: _Index, context: _Context, candidates: Sequence[str]) -> str | None:
    """The only candidate; of several the one of the citing document's family, or the version in force; else none."""
    candidates = list(dict.fromkeys(candidates))
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    related = [c for c in candidates if _related(context.document, index.documents[c])]
    if len(related) == 1:
        return related[0]
    found = [index.documents[c] for c in candidates]
    if len({(fold_title(d.title), d.issuers, d.region) for d in found}) > 1:
        return None
    if len({(d.number, d.date) for d in found}) == 1:  # the same document in several files
        here = [d.id for d in found if d.file == context.document.file]
        return here[0] if here else found[0].id
    dated = [d for d in found if d.date and (context.document.date is None or d.date <= context.document.date)]
    latest = max((d.date or "" for d in dated), default="")
    newest = [d.id for d in dated if d.date == latest]
    return newest[0] if len(newest) == 1 else None


# --- short titles ------------------------------------------------------------------------------------------------

@lru_cache(maxsize=1)
def _genres() -> frozenset[str]:
    return frozenset(fold_title(w) for w in words()["genres"])


def _is_short(title: str) -> bool:
    return fold_title(title) in _genres()


@lru_cache(maxsize=1)
def _defining() -> re.Pattern[str]:
    return re.compile(r"(?:简称|下称|统称)(?:为|作)?\s?[：:]?\s?[“\"「]?$")


def _what_short_title_means(index: _Index, context: _Context) -> str | None:
    """《意见》: what it was introduced for; else the only earlier title that ends so; else what belongs to the document."""
    citation, document = context.citation, context.document
    folded = fold_title(citation.title or "")
    memory = context.memory
    if _defining().search(context.before):
        return _antecedent(memory.recent, citation)
    if folded in memory.defined:
        return memory.defined[folded]
    named = list(memory.endings[folded].values())
    if named:
        return named[0] if len(named) == 1 else None
    family = [document.id, *index.children.get(document.id, []), *([document.parent] if document.parent in index.documents else [])]
    fitting = [f for f in family if f and fold_title(without_state(index.documents[f].title)).endswith(folded)]
    return fitting[0] if len(fitting) == 1 else None


def _antecedent(recent: Sequence[tuple[Citation, str | None]], citation: Citation) -> str | None:
    """What stands directly before （以下简称《意见》）: the last full title of the same clause, the outermost where titles nest."""
    same = [(o, target) for o, target in recent if o.clause == citation.clause]
    if not same:
        return None
    latest, meant = same[-1]
    if not citation.spans or not latest.spans:
        return meant
    last = latest.spans[0][0]
    return next(target for o, target in same if o.spans and o.spans[-1][1] > last)


def _text_before(citation: Citation, document: Document, clause: Clause | None) -> str:
    if clause is None or not citation.spans:
        place = document.title.find(citation.quote)
        return document.title[: max(place, 0)]
    return clause.text[: offset_of(clause.spans, citation.spans[0][0])][-80:]
