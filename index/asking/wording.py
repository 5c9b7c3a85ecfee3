"""The words of asking, from kb/data/questions.toml, checked: kinds of questions, slips of the pen, names of kinds of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from kb.errors import DataError
from kb.frozen import dataclass
from kb.tables import settings

KINDS = ("same", "compare", "source", "document", "tasks", "clause", "data", "cooperates", "leads", "responsible", "count", "target")
PLACE = "questions.toml"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question: shown by one of `words` or `show` (these stay in the topic), or by one of each list of one of `both`, unless one of `without` is there."""

    name: str
    words: tuple[str, ...]
    show: tuple[str, ...]
    both: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    without: tuple[str, ...]
    unit: bool  # only where the question names a body
    example: tuple[str, ...]
    counter: tuple[str, ...]
    sure: tuple[str, ...] = ()  # these show it even with one of `without`

    def shown_by(self, question: str) -> bool:
        """Whether the wording of a question shows this kind."""
        if any(w in question for w in self.sure):
            return True
        if any(w in question for w in self.without):
            return False
        if any(w in question for w in self.words) or any(w in question for w in self.show):
            return True
        return any(any(a in question for a in first) and any(b in question for b in second) for first, second in self.both)


@dataclass(frozen=True, slots=True)
class Wording:
    """All words of asking. `asking`: stretches that fall out of a topic, longest first; `single`: characters that fall off its ends, `head` and `tail`: off one end."""

    kinds: tuple[Kind, ...]
    typos: tuple[tuple[str, str], ...]
    roles: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, tuple[str, ...]]
    asked_level: tuple[str, ...]
    yes_no: tuple[str, ...]
    yes_no_end: tuple[str, ...]
    asking: tuple[str, ...]
    single: frozenset[str]
    head: frozenset[str]
    tail: frozenset[str]
    keep: tuple[str, ...]  # a stretch that begins so keeps its first character
    keep_end: tuple[str, ...]  # and one that ends so its last
    idle: frozenset[str]
    genres: Mapping[str, tuple[str, ...]]  # how a kind of document is called → genres
    inside: tuple[str, ...]  # behind the name of a kind of document: a document is meant, not a matter
    strict: tuple[str, ...]
    loose: tuple[str, ...]  # kinds of which a place has many: one is meant only where its title says what stands before
    nicknames: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]  # nickname → parts of titles, genres
    protected: tuple[str, ...]  # words that stay whole though a part of them is a word of asking, longest first
    soft: frozenset[str]  # words that only say that something is done: 项目, 建设
    suffixes: frozenset[str]  # single characters that belong to the word before them: 高铁站
    bodies: frozenset[str]  # last characters of bodies' names
    defines: tuple[str, ...]  # these ask what something is
    defining: tuple[str, ...]  # and behind its name these say it
    acts: Mapping[str, tuple[str, ...]]  # what is done by a body that running text names (first, after the lists); by what it is named (by, bodies)
    each: tuple[str, ...]  # said twice with two places or levels these ask to compare: 国家怎么说、湖南怎么说
    which: tuple[str, ...]  # between two places these ask to compare: 哪个高
    holds: tuple[str, ...]  # what stands before the short name of a body at the end of a question: 有没有银保监
    tasks_end: tuple[str, ...]  # a question that names a body and ends so asks for its tasks
    as_responsible: tuple[str, ...]  # these ask for the tasks in which a body does not lead
    differ: tuple[str, ...]  # of two documents named by their numbers these ask how they differ
    measures: tuple[str, ...]  # names of measures at the end of a matter, which a text that states the figure may leave out
    speaks: tuple[str, ...]  # with a body named and nothing else these ask for the clause that speaks of it
    whose: tuple[str, ...]  # these ask for the one body whose a task is
    several: tuple[str, ...]  # and these for all that have a part in it
    functions: tuple[str, ...]  # what may follow the name of a function that stands for its body: 民政牵头
    sides: tuple[str, ...]  # where two places, levels or documents are named these ask to compare
    makes: tuple[str, ...]  # before the name of a kind of document these say that one is to be made
    story: tuple[str, ...]  # a piece with one of these that asks nothing tells of the asker


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The shipped words."""
    return read_wording(settings("questions"))


def read_wording(data: Mapping[str, Any]) -> Wording:
    """Checks the table. DataError for an unknown or missing kind, a word twice, a phrase in two kinds, a kind without its own examples."""
    kinds = tuple(_kind(row) for row in data["kind"])
    names = [k.name for k in kinds]
    for name in (*names, *KINDS):
        if names.count(name) != 1 or name not in KINDS:
            raise DataError(f"问题类型“{name}”应恰好出现一次，且为 {'、'.join(KINDS)} 之一", PLACE, "请改正 [[kind]]")
    seen: dict[str, str] = {}
    for kind in kinds:
        for word in (*kind.words, *kind.show):
            if word in seen:
                raise DataError(f"“{word}”同时在 {seen[word]} 和 {kind.name} 里", PLACE, "请只留一处")
            seen[word] = kind.name
    for typo, meant in data["typo"].items():
        if typo == meant or not typo or not meant:
            raise DataError(f"错字“{typo}”与改正相同或为空", PLACE, "请改正 [typo]")
    filler = _unique("filler", data["filler"]["words"])
    long = {w for w in filler if len(w) > 1}
    asking = long | {w for k in kinds for w in (*k.words, *k.sure) if len(w) > 2}
    return Wording(
        kinds, tuple(data["typo"].items()), {k: tuple(v) for k, v in data["roles"].items()}, {k: tuple(v) for k, v in data["levels"].items()},
        tuple(data["asked_level"]["words"]), tuple(data["yes_no"]["words"]), tuple(data["yes_no"]["ends"]),
        tuple(sorted(asking, key=lambda w: (-len(w), w))), frozenset(w for w in filler if len(w) == 1), frozenset(data["filler"]["head"]), frozenset(data["filler"]["tail"]),
        tuple(data["filler"]["keep"]), tuple(data["filler"]["keep_end"]),
        frozenset(_unique("idle", data["idle"]["words"])) | frozenset(filler), {k: tuple(v) for k, v in data["genres"].items()},
        tuple(data["inside"]["after"]), tuple(data["strict"]["words"]), tuple(data["strict"]["loose"]), {k: (tuple(v["title"]), tuple(v["genres"])) for k, v in data["nickname"].items()},
        tuple(sorted(_unique("protected", data["protected"]["words"]), key=lambda w: (-len(w), w))),
        frozenset(_unique("soft", data["soft"]["words"])), frozenset(data["soft"]["suffixes"]), frozenset(data["bodies"]["ends"]), tuple(data["defines"]["asks"]), tuple(data["defines"]["says"]), {k: tuple(v) for k, v in data["acts"].items()}, tuple(data["which"]["each"]), tuple(data["which"]["words"]), tuple(data["holds"]["before"]), tuple(data["as_responsible"]["ends"]), tuple(data["as_responsible"]["words"]), tuple(data["which"]["differ"]), tuple(data["whose"]["measures"]), tuple(data["whose"]["speaks"]), tuple(data["whose"]["one"]), tuple(data["whose"]["several"]), tuple(data["functions"]["after"]), tuple(data["which"]["sides"]), tuple(data["inside"]["makes"]), tuple(data["told"]["story"]),
    )  # fmt: skip


def _kind(row: Mapping[str, Any]) -> Kind:
    name = str(row["name"])
    if not row.get("example"):
        raise DataError(f"问题类型 {name} 没有例句", PLACE, "请给出 example")
    words = _unique(name, row["words"])
    both = tuple((tuple(first), tuple(second)) for first, second in row.get("both", ()))
    return Kind(name, words, _unique(name, row.get("show", ())), both, tuple(row.get("without", ())), row.get("needs") == "unit", tuple(row["example"]), tuple(row.get("counter", ())), tuple(row.get("sure", ())))


def _unique(where: str, words: Sequence[str]) -> tuple[str, ...]:
    if "" in words or len(set(words)) < len(words):
        word = next(w for n, w in enumerate(words) if not w or w in words[:n])
        raise DataError(f"{where} 里“{word}”重复或为空", PLACE, "请删去多余的")
    return tuple(words)
