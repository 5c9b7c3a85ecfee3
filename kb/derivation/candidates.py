"""Which documents can be the source of which: by level, place, date, citation, and shared wording.

A source is of a higher level and of the same place or one that holds it; or of the same level and place and earlier, where the lower
document cites it or continues it (same issuers, same matter). It is never later, where both dates are known. Documents of the same
level elsewhere on the same matter are parallels: where a sentence may also have been copied from, never a source. What a document
names comes first; the others are found through the wording that few documents share, so that each document meets a bounded number of
others however many there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from kb.derivation.fingerprints import EVERY, numbers_of
from kb.derivation.measures import fold, knowledge
from kb.model import LEVELS, Citation, Document, Fingerprint
from kb.similarity import bigrams

MOST_CLOSE = 8  # documents on the same matter, or mentioned, that one document is compared with; all that it names as its basis are
MOST_FAR = 6  # documents on other matters whose wording it shares
MOST_PARALLELS = 2
SAMPLE = 500_000  # runs of all documents but statutes from which on only every second, fourth … counts
COMMON = 30  # documents that share a wording, or a gram of their titles, before it says nothing
RAREST = 8  # grams of a title by which others like it are sought
FEWEST = 3  # shared wordings below which two documents are strangers whatever their titles
LEAST = 20, 0.01  # shared wordings, and share of the lower document's, from which documents on different matters are compared
LEAST_WITH_BASIS = 40, 0.02  # the same where the document's basis is at hand
ALIKE = 0.6  # likeness of titles from which two documents are on the same matter


DUTIES = "任务分解清单"  # genre of lists and tables of tasks with who answers for each
LOWEST = len(LEVELS)  # the level of a document that does not say its own: only national documents are surely above it


class Candidate(NamedTuple):
    """A document that may be a source of another, or a parallel of it."""

    document: str
    parallel: bool
    cited: bool
    close: bool  # cited, or on the same matter by its title


class Family(NamedTuple):
    """A document as its notice and attachments make it: level, place and date, where it has none itself, are theirs."""

    document: Document
    root: str
    level: int | None
    region: str | None
    date: str | None
    issuers: frozenset[str]
    topic: frozenset[str]
    silent: bool  # whether the document lays nothing down


def candidates(
    documents: Sequence[Document], citations: Sequence[Citation], fingerprints: Sequence[Fingerprint]
) -> dict[str, tuple[Candidate, ...]]:
    """Document id → what it is compared with, cited ones first. One fingerprint a document.

    Statutes are compared with what they name as their basis and with those of their title only.
    """
    families = families_of(documents)
    cited = cited_roots(families, citations)
    by_root: dict[str, list[str]] = defaultdict(list)
    for family in families.values():
        by_root[family.root].append(family.document.id)
    near = _sharing(fingerprints)
    titles = _title_index(families)
    out: dict[str, tuple[Candidate, ...]] = {}
    for document in documents:
        if is_form(document):
            out[document.id] = ()
            continue
        family = families[document.id]
        chain = _chain(family.root, cited)
        roots = dict.fromkeys([*cited.get(family.root, {}), *chain])
        named = [d for root in roots for d in by_root[root]]
        sharing = near.get(document.id, {})
        order = dict.fromkeys([*named, *_alike(family, titles), *sharing])
        out[document.id] = _choose(family, [families[name] for name in order], sharing, cited, chain)
    return out


def families_of(documents: Sequence[Document]) -> dict[str, Family]:
    """Each document with what its notice, or the document it is attached to, says of it."""
    known = {d.id: d for d in documents}
    out = {}
    for document in documents:
        chain = [document]
        while chain[-1].parent in known and len(chain) < 10 and known[chain[-1].parent or ""] not in chain:
            chain.append(known[chain[-1].parent or ""])
        level = next((d.level for d in chain if d.level), None)
        out[document.id] = Family(
            document,
            chain[-1].id,
            LEVELS.index(level) if level else None,
            next((d.region for d in chain if d.region), None),
            next((d.date for d in chain if d.date), None),
            frozenset(i for d in chain for i in d.issuers),
            frozenset(topic(document)),
            _lays_nothing_down(document),
        )
    return out


def cited_roots(families: Mapping[str, Family], citations: Sequence[Citation]) -> dict[str, dict[str, bool]]:
    """Root of a family → roots that it names, those named as its basis first (True)."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for citation in sorted(citations, key=lambda c: c.relation != "basis"):
        lower, upper = families.get(citation.document), families.get(citation.target or "")
        if lower and upper and lower.root != upper.root and citation.relation in ("basis", "mentions"):
            found[lower.root].setdefault(upper.root, citation.relation == "basis")
    return found


def _chain(root: str, cited: Mapping[str, Mapping[str, bool]]) -> dict[str, None]:
    """The basis of a document, the basis of that, and so on."""
    found: dict[str, None] = {}
    here = [root]
    while here:
        here = [upper for lower in here for upper, is_basis in cited.get(lower, {}).items() if is_basis and upper not in found and upper != root]
        found.update(dict.fromkeys(here))
    return found


def topic(document: Document) -> set[str]:
    """The grams of what a title is about: without its issuers, its place, the words of its genre and what is always in titles."""
    text = fold(document.title).text
    at = text.find("关于")
    if at >= 0:
        text = text[at + 2 :]
    region = document.region or ""
    for size in range(len(region) - 1, 1, -1):  # 湖南省衡阳市 stands in titles as 衡阳市
        if text.startswith(region[-size:]):
            text = text[size:]
            break
    for word in knowledge()["title_words"]:
        text = text.replace(word, "")
    return bigrams(text)


def likeness(one: Family, other: Family) -> float:
    """How much of the shorter title's matter is in the longer one's."""
    shorter = min(len(one.topic), len(other.topic))
    return len(one.topic & other.topic) / shorter if shorter > 3 else 0.0


def is_later(one: str | None, other: str | None) -> bool:
    """Whether the date `one` is surely behind `other`: 2021 is not behind 2021-03."""
    if not one or not other:
        return False
    length = min(len(one), len(other))
    return one[:length] > other[:length]


def holds(place: str | None, other: str | None) -> bool:
    """Whether the region `place` is `other` or holds it."""
    if place is None or other is None:
        return False
    return place == "中国" or other.startswith(place)


def role(lower: Family, upper: Family, cited: bool, cites_back: bool) -> str | None:
    """"source", "parallel" or None: what `upper` can be to `lower`."""
    if lower.root == upper.root or upper.silent:
        return None
    if upper.level is None or upper.level > (LOWEST if lower.level is None else lower.level):
        return None
    same_place = lower.region == upper.region
    if lower.level is None or upper.level < lower.level:
        fits = upper.level == 0 or holds(upper.region, lower.region)
        return "source" if fits and not is_later(upper.date, lower.date) else None
    if same_place and not is_later(upper.date, lower.date):
        if cited and not cites_back:
            return "source"
        continues = bool(lower.issuers & upper.issuers) and is_later(lower.date, upper.date)
        if continues and likeness(lower, upper) >= ALIKE:
            return "source"
    if same_place and is_later(upper.date, lower.date):
        return None  # what was drawn from this one, or took its place, is not beside it
    return "parallel" if likeness(lower, upper) >= ALIKE else None


Titles = Mapping[tuple[int, str], Sequence[str]]


def _title_index(families: Mapping[str, Family]) -> Titles:
    """(level, gram of a title's matter) → documents. By level, since hundreds of cities' plans may have one title, and one nation's."""
    titles: dict[tuple[int, str], list[str]] = defaultdict(list)
    for family in families.values():
        if family.level is not None:
            for gram in family.topic:
                titles[family.level, gram].append(family.document.id)
    return titles


def _alike(family: Family, titles: Titles) -> list[str]:
    """Documents of the levels above, and of the own one, whose titles share the rarest grams of this one's, most first."""
    found: list[str] = []
    for level in range((LOWEST if family.level is None else family.level) + 1):
        holding = sorted((len(titles[level, gram]), gram) for gram in family.topic if (level, gram) in titles)
        shared = Counter(name for size, gram in holding[:RAREST] if size <= COMMON for name in titles[level, gram])
        ranked = sorted(((-count, name) for name, count in shared.items() if 2 * count >= min(RAREST, len(holding))))
        found.extend(name for _, name in ranked[:MOST_CLOSE] if name != family.document.id)
    return found


def _lays_nothing_down(document: Document) -> bool:
    table = knowledge()
    return document.genre in table["explaining_genres"] or any(mark in document.title for mark in table["draft_marks"]) or is_form(document)


def is_form(document: Document) -> bool:
    """Whether an attachment is a form to fill in, or explains one; a table that assigns tasks (重点任务分工表) is none."""
    return document.parent is not None and document.genre != DUTIES and document.title.endswith(tuple(knowledge()["form_endings"]))


def _choose(
    family: Family,
    order: Iterable[Family],
    sharing: Mapping[str, tuple[int, float]],
    cited: Mapping[str, Mapping[str, bool]],
    chain: Container[str],
) -> tuple[Candidate, ...]:
    basis: list[Candidate] = []
    close: list[Candidate] = []
    far: list[Candidate] = []
    parallels: list[Candidate] = []
    named = cited.get(family.root, {})
    enough = LEAST_WITH_BASIS if any(named.values()) else LEAST
    for upper in order:
        what = role(family, upper, upper.root in named, family.root in cited.get(upper.root, {}))
        if what is None:
            continue
        is_alike = likeness(family, upper) >= ALIKE or upper.root in chain
        have = sharing.get(upper.document.id, (0, 0.0))
        shares = have[0] >= enough[0] and have[1] >= enough[1]
        candidate = Candidate(upper.document.id, what == "parallel", upper.root in named, is_alike or upper.root in named)
        if candidate.parallel:
            parallels.append(candidate)
        elif named.get(upper.root):
            basis.append(candidate)
        elif is_alike or (shares and candidate.cited):
            close.append(candidate)
        elif shares:
            far.append(candidate)
    return (*basis, *close[:MOST_CLOSE], *far[:MOST_FAR], *parallels[:MOST_PARALLELS])


def _sharing(fingerprints: Sequence[Fingerprint]) -> dict[str, dict[str, tuple[int, float]]]:
    """Document → the documents that share rare wording with it, most first: how much, and which share of its own. Not for statutes."""
    every = sum(len(p.runs) for p in fingerprints if not p.articles) // 4
    step = 1
    while every > step * SAMPLE:
        step *= 2
    own: dict[int, list[int]] = {}
    postings: dict[int, list[int]] = {}
    for number, print in enumerate(fingerprints):
        if not print.articles:
            own[number] = [run for run in numbers_of(print) if run % step == 0]
            for run in own[number]:
                postings.setdefault(run, []).append(number)
    for number, print in enumerate(fingerprints):
        if print.articles:
            for run in postings.keys() & numbers_of(print):
                postings[run].append(number)
    out = {}
    for number, mine in own.items():
        shared: Counter[int] = Counter()
        for run in mine:
            found = postings[run]
            if 1 < len(found) <= COMMON:
                shared.update(found)
        del shared[number]
        ranked = sorted((-count, other) for other, count in shared.items() if count >= FEWEST)
        sampled = EVERY * step
        out[fingerprints[number].document] = {fingerprints[other].document: (-count * sampled, -count / len(mine)) for count, other in ranked}
    return out
