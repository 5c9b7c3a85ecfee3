"""The engine on tantivy (Rust): used wherever its wheel installs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.engines.protocol import (
    PHRASED,
    PLAIN,
    RANKED,
    And,
    AnyOf,
    Begins,
    Everything,
    Fields,
    Not,
    Nothing,
    Or,
    Phrase,
    RankTerm,
    Tree,
)
from kb.errors import KnowledgeBaseError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

STEPS = 100_000  # to which scores are rounded: more digits are not the same on every machine
HEAP = 200_000_000  # bytes the writer may hold before it writes a segment
name = "tantivy"
EXTENDS = True


def installed() -> bool:
    return find_spec("tantivy") is not None


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=False, indexed=True, fast=True)
    for field in dict.fromkeys((*RANKED, *PHRASED)):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position" if field in PHRASED else "freq")
    for field in PLAIN:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    return builder.build()


class TantivyWriter:
    """One thread and entries in order, so that the same entries give the same index."""

    def __init__(self, folder: Path, more: bool = False) -> None:
        import tantivy

        self._document = tantivy.Document
        if more:
            index = tantivy.Index.open(str(folder))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(_schema(), path=str(folder), sort_by_field="number")
        self._writer = index.writer(heap_size=HEAP, num_threads=1)

    def add(self, number: int, fields: Fields) -> None:
        document = self._document()
        document.add_integer("number", number)
        for field, tokens in fields.items():
            if tokens:
                document.add_text(field, tokens if isinstance(tokens, str) else " ".join(tokens))
        self._writer.add_document(document)

    def remove(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._writer.delete_documents_by_term("number", number)

    def commit(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


class TantivySearcher:
    def __init__(self, folder: Path) -> None:
        import tantivy

        self._beside: TemporaryDirectory[str] | None = None
        try:
            self._index = self._open(tantivy.Index.open, folder)
            self._searcher = self._index.searcher()
        except (ValueError, OSError) as error:
            raise KnowledgeBaseError("检索索引缺失或已损坏", str(folder), "请运行 policykb build 重建") from error
        self._t = tantivy
        self._schema = self._index.schema
        self.count = int(self._searcher.num_docs)

    def _open(self, how: Callable[[str], Any], folder: Path) -> Any:
        """The index; on a read-only place through links in a folder where tantivy can have its lock."""
        try:
            return how(str(folder))
        except ValueError as error:
            if "Lockfile" not in str(error):
                raise
        from tempfile import TemporaryDirectory

        self._beside = TemporaryDirectory(prefix="policykb-")
        for path in folder.iterdir():
            if path.suffix != ".lock":
                (Path(self._beside.name) / path.name).symlink_to(path.absolute())
        return how(self._beside.name)

    def frequency(self, field: str, token: str) -> int:
        return int(self._searcher.doc_freq(field, token))

    def match(self, tree: Tree) -> list[int]:
        query = self._t.Query.const_score_query(self._query(tree), 1.0)
        found = self._searcher.search(query, limit=max(1, self.count), count=False).hits
        return sorted(self._numbers([address for _, address in found]))

    def first(self, tree: Tree, limit: int) -> tuple[list[int], int]:
        query = self._t.Query.const_score_query(self._query(tree), 1.0)
        found = self._searcher.search(query, limit=max(1, limit), count=True, order_by_field="number", order=self._t.Order.Asc)
        return [int(number) for number, _ in found.hits[:limit]], int(found.count or 0)

    def rank(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> list[tuple[int, float]]:
        return self.best(tree, terms, limit)[0]

    def best(self, tree: Tree, terms: Sequence[RankTerm], limit: int) -> tuple[list[tuple[int, float]], int]:
        query, occur = self._t.Query, self._t.Occur
        must = query.boost_query(query.const_score_query(self._query(tree), 1.0), 0.0)
        parts = [(occur.Must, must)]
        for term in terms:
            part = query.term_query(self._schema, term.field, term.token, index_option="freq")
            parts.append((occur.Should, part if term.weight == 1.0 else query.boost_query(part, term.weight)))
        found = self._searcher.search(query.boolean_query(parts), limit=max(1, limit), count=True)
        numbers = self._searcher.fast_field_values("number", [address for _, address in found.hits]) if found.hits else []
        ordered = sorted(zip([-int(score * STEPS + 0.5) for score, _ in found.hits], numbers, strict=True))
        return [(number, -score / STEPS) for score, number in ordered], int(found.count or 0)

    def total(self, tree: Tree) -> int:
        return int(self._searcher.search(self._query(tree), limit=1, count=True).count or 0)

    def close(self) -> None:
        del self._searcher, self._index
        if self._beside is not None:
            self._beside.cleanup()

    def _numbers(self, addresses: list[Any]) -> list[int]:
        return [int(n or 0) for n in self._searcher.fast_field_values("number", addresses)] if addresses else []

    def _query(self, tree: Tree) -> Any:
        query, occur = self._t.Query, self._t.Occur
        match tree:
            case AnyOf(field, tokens):
                return query.term_set_query(self._schema, field, list(tokens)) if tokens else query.empty_query()
            case Phrase(field, (token,)):
                return query.term_query(self._schema, field, token, index_option="basic")
            case Phrase(field, tokens):
                return query.phrase_query(self._schema, field, list(tokens))
            case Begins(field, head):
                found = [token for token, _ in self._searcher.terms_with_prefix(field, head)]
                return query.term_set_query(self._schema, field, found) if found else query.empty_query()
            case And(parts) if any(not isinstance(part, Not) for part in parts):
                clauses = [(occur.MustNot, part.part) if isinstance(part, Not) else (occur.Must, part) for part in parts]
                return query.boolean_query([(how, self._query(part)) for how, part in clauses])
            case And(parts):
                return query.boolean_query([(occur.Must, self._query(part)) for part in parts])
            case Or(parts, least) if least == len(parts) > 1:
                return self._query(And(parts))
            case Or(parts, least):
                inner = [(occur.Should, self._query(part)) for part in parts]
                return query.boolean_query(inner, minimum_number_should_match=least)
            case Not(part):
                return query.boolean_query([(occur.Must, query.all_query()), (occur.MustNot, self._query(part))])
            case Everything():
                return query.all_query()
            case Nothing():
                return query.empty_query()


def create(folder: Path) -> TantivyWriter:
    """An empty index in this folder, which is made."""
    return TantivyWriter(folder)


def extend(folder: Path) -> TantivyWriter:
    """Takes entries out of an index that `create` made, and puts others behind its last; their numbers must be greater."""
    return TantivyWriter(folder, more=True)


def open_index(folder: Path) -> TantivySearcher:
    """An index that `create` made. KnowledgeBaseError when it is missing or damaged."""
    return TantivySearcher(folder)
