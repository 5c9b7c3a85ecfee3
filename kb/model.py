"""All values that pass between the stages: frozen, checked on creation, without behaviour.

Places. A *span* is a pair (start, end) of character offsets into `Source.text`, the untouched text of a file. A text
that was taken from a source carries the spans it was taken from, and is exactly their concatenation:
`text == "".join(source.text[a:b] for a, b in spans)`. Noise (page numbers, markup, line ends inside a sentence) is left
out by leaving it out of the spans; no character is ever invented or changed. Line numbers count from 1.
"""

from __future__ import annotations

from kb.frozen import dataclass

Span = tuple[int, int]
Spans = tuple[Span, ...]

LEVELS = ("national", "provincial", "municipal", "county", "township")
ROLES = ("lead", "responsible", "cooperating", "guiding", "data")
LEAD_BASES = ("column", "phrase", "first_listed", "none")
UNIT_KINDS = ("department", "party", "mass_org", "enterprise", "bank", "military", "collective", "other")
CITATION_RELATIONS = ("basis", "forwards", "attaches", "mentions", "self")
LINK_RELATIONS = ("verbatim", "refined", "adjusted", "related")


def _check(ok: bool, what: str, value: object) -> None:
    if not ok:
        raise ValueError(f"{what}: {value!r}")


def _check_spans(text: str, spans: Spans, of: str) -> None:
    """As many characters must stand at the spans as the text has; they must ascend and not be empty."""
    last = length = 0
    for start, end in spans:
        if not last <= start < end:
            raise ValueError(f"spans must ascend and not be empty: {spans!r}")
        length += end - start
        last = end
    if len(text) != length:
        raise ValueError(f"text and spans differ in length: {of[:40]!r}")


@dataclass(frozen=True, slots=True)
class Issue:
    """A doubt of the parser about a document: kept, listed by `policykb check`, never a stop."""

    kind: str  # short English key such as "ordinal_misread", "ordinal_gap", "unit_unresolved"
    message: str  # one Chinese line for the user
    file: str
    line: int
    document: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read, or only in part: the reason in Chinese."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read: `text` is never changed afterwards; table rows are lines with tab-separated cells."""

    file: str  # path below the folder it was given in, with /
    format: str  # txt, md, html, docx, pdf
    encoding: str
    text: str
    digest: str  # sha256 of the file's bytes, hex
    notes: tuple[Problem, ...] = ()  # what of the file could not be read (a page without text …)


@dataclass(frozen=True, slots=True)
class Block:
    """A logical paragraph or table row: wrapped physical lines joined, noise left out."""

    kind: str  # paragraph, row
    text: str
    spans: Spans
    first_line: int
    last_line: int
    hashes: int = 0  # number of Markdown # marks or the html/docx heading level; a hint, it decides nothing
    cells: Spans = ()  # of a row whose cells no tab parts: where they stand in `text` (empty ones: start = end)
    merged: tuple[int, ...] = ()  # of a row: which of its cells go on from the row above

    def __post_init__(self) -> None:
        _check(self.kind in ("paragraph", "row"), "block kind", self.kind)
        _check_spans(self.text, self.spans, self.text)


@dataclass(frozen=True, slots=True)
class Other:
    """A stretch of the source that is no clause text: page_number, running_head, rule, blank, markup, footnote,
    contents, divider, letterhead, number, title, date, addressee, signature, colophon, disclosure, note, form …"""

    kind: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"stretch is empty or reversed: {(self.start, self.end)!r}")


@dataclass(frozen=True, slots=True)
class Layout:
    """A cleaned source: blocks and what was set aside cover every character once."""

    blocks: tuple[Block, ...]
    others: tuple[Other, ...]
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file. `number`, `date`, `level`, `region` are None where the text does not say."""

    id: str
    file: str
    title: str
    number: str | None
    issuers: tuple[str, ...]
    level: str | None
    region: str | None
    date: str | None
    genre: str | None
    parent: str | None
    disclosure: str | None
    first_line: int
    last_line: int
    start: int  # character offsets of the document in its source
    end: int

    def __post_init__(self) -> None:
        _check(self.level is None or self.level in LEVELS, "level", self.level)
        _check(bool(self.id) and 0 <= self.start <= self.end, "document place", (self.id, self.start, self.end))


@dataclass(frozen=True, slots=True)
class Part:
    """A document with the blocks of its body (from the addressee to the last clause, in order); title,
    letterhead, signature and the like stand in `others`."""

    document: Document
    blocks: tuple[Block, ...]
    others: tuple[Other, ...] = ()
    issues: tuple[Issue, ...] = ()
    text: str = ""  # the whole source text, for the line ends between blocks; "" where it is not at hand


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause, or the preamble (path ""), or a table row (kind row). `text` ends before its first child."""

    id: str  # DOCUMENT#PATH, the preamble DOCUMENT#序
    document: str
    parent: str | None
    path: str  # 三/（四）
    ordinal: str
    kind: str  # part, chapter, section, article, item, box (专栏), row, question, preamble
    heading: str | None
    text: str
    spans: Spans
    first_line: int
    last_line: int

    def __post_init__(self) -> None:
        _check_spans(self.text, self.spans, self.id)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell."""

    text: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; `clause` is the row's own clause (kind row) or the one it stands in."""

    cells: tuple[Cell, ...]
    clause: str
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its repeated headers taken out. `kind`: duties (assigns work), indicators, codes, form, other."""

    document: str
    clause: str  # the clause that it stands in ("" before any)
    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """The clause tree of one document in document order, with its tables."""

    clauses: tuple[Clause, ...]
    grids: tuple[Grid, ...] = ()
    others: tuple[Other, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A body. The id is the full name."""

    id: str
    name: str
    level: str | None  # LEVELS, or "other" for collectives that span levels
    region: str | None
    family: str
    kind: str
    aliases: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check(self.kind in UNIT_KINDS, "unit kind", self.kind)
        _check(self.level is None or self.level == "other" or self.level in LEVELS, "unit level", self.level)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit's part in a task: as printed (white space removed), the unit's id ("" while unresolved), the role."""

    printed: str
    unit: str
    role: str

    def __post_init__(self) -> None:
        _check(self.role in ROLES, "role", self.role)


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work assigned to units."""

    id: str  # DOCUMENT@NUMBER, or DOCUMENT@PATH where no number is printed; ~2 … for further ones
    document: str
    clause: str
    number: str
    text: str
    spans: Spans
    units: tuple[Assignment, ...]
    lead_basis: str
    open_ended: bool
    units_raw: str
    remarks: str
    first_line: int
    last_line: int
    deadline: str | None = None
    inherited: bool = False

    def __post_init__(self) -> None:
        _check(self.lead_basis in LEAD_BASES, "lead basis", self.lead_basis)
        has_lead = any(u.role == "lead" for u in self.units)
        _check(has_lead == (self.lead_basis != "none"), "a lead needs a basis and a basis a lead", self.id)


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that a text names. `target` is the id of the cited document where it is known and here."""

    document: str
    clause: str
    title: str | None
    number: str | None
    target: str | None
    relation: str
    quote: str
    spans: Spans
    target_clause: str | None = None

    def __post_init__(self) -> None:
        _check(self.relation in CITATION_RELATIONS, "citation relation", self.relation)


@dataclass(frozen=True, slots=True)
class Target:
    """A quantified aim or a deadline. `operator` is one of = >= <= > < ~ + -; `deadline` YYYY, YYYY-MM, YYYY-MM-DD."""

    document: str
    clause: str
    quote: str
    spans: Spans
    metric: str
    operator: str
    value: str | None
    unit: str | None
    deadline: str | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A row of an indicator table; `values` maps column heads (2020年 …) to what is printed."""

    document: str
    clause: str
    number: str
    name: str
    values: tuple[tuple[str, str], ...]
    kind: str | None  # 约束性, 预期性
    first_line: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stretches that match: of the lower text and of its source, with places on both sides."""

    from_text: str
    to_text: str
    score: float
    from_spans: Spans = ()
    to_spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Link:
    """`origin`, a clause, derives from `target`, a clause of a higher (or earlier) document."""

    origin: str
    target: str
    relation: str
    score: float  # 0 … 1
    pairs: tuple[Pair, ...]
    changes: tuple[str, ...] = ()
    parallel: bool = False  # same level, neither continues the other: reported beside the sources, never as one
    cited: bool = False  # the lower document names the higher one

    def __post_init__(self) -> None:
        _check(self.relation in LINK_RELATIONS, "link relation", self.relation)
        _check(0.0 <= self.score <= 1.0, "link score", self.score)


@dataclass(frozen=True, slots=True)
class Local:
    """A sentence of `origin` with no source above."""

    origin: str
    text: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The wording of a document by which others find it (kb/derivation/fingerprints.py); `articles`: whether it is a statute."""

    document: str
    articles: bool
    runs: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What a document was compared with: for each one its id and whether it is a parallel, cited, and close (kb/derivation/candidates.py)."""

    document: str
    above: tuple[tuple[str, bool, bool, bool], ...]


@dataclass(frozen=True, slots=True)
class Records:
    """Everything that a knowledge base holds, in the order of files, documents and clauses."""

    sources: tuple[Source, ...] = ()
    documents: tuple[Document, ...] = ()
    clauses: tuple[Clause, ...] = ()
    grids: tuple[Grid, ...] = ()
    others: tuple[tuple[str, Other], ...] = ()  # (file, stretch)
    tasks: tuple[Task, ...] = ()
    units: tuple[Unit, ...] = ()
    citations: tuple[Citation, ...] = ()
    links: tuple[Link, ...] = ()
    locals: tuple[Local, ...] = ()
    targets: tuple[Target, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    issues: tuple[Issue, ...] = ()
    problems: tuple[Problem, ...] = ()
    found: tuple[tuple[str, Unit], ...] = ()  # (file, unit) as each file alone shows its units, before they became one
    fingerprints: tuple[Fingerprint, ...] = ()
    plans: tuple[Plan, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMention:
    """The name of a body in a running text: text[start:end]; `name` is it without white space, `families` what it may be."""

    start: int
    end: int
    name: str
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One name of a unit list: as printed (white space removed), and with the head that it shares with those before it
    (医保局 behind 省民政厅、教育厅 has the head 省)."""

    printed: str
    name: str
    start: int
    end: int
    role: str = ""  # where the list itself says it: 数据提供单位：…


@dataclass(frozen=True, slots=True)
class UnitList:
    """The names of a unit list in printed order; `open_ended` where it ends in 等 or the like."""

    names: tuple[ListedUnit, ...]
    open_ended: bool = False
