"""The columns of all documents: what was written comes back, each when asked for; documents are read one by one; damage is said."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from support_library import sample_library

from index.cards import CARDS, COLUMNS, Cards, Documents, write_cards
from index.library import Library
from kb.errors import KnowledgeBaseError
from kb.model import Document
from kb.regions import use_own


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    opened = sample_library()
    yield opened
    opened.close()
    use_own(None)


@pytest.fixture(scope="module")
def documents(library: Library) -> list[Document]:
    return library.store.read(Document)


def test_columns_say_what_the_documents_say(tmp_path: Path, documents: list[Document]) -> None:
    write_cards(tmp_path, documents)
    cards = Cards(tmp_path)
    assert (cards.count, cards.ids) == (len(documents), [d.id for d in documents])
    for column, name in (("dates", "date"), ("levels", "level"), ("regions", "region"), ("genres", "genre"), ("parents", "parent")):
        assert getattr(cards, column) == [getattr(d, name) or "" for d in documents]
    assert all(len(getattr(cards, column)) == len(documents) for column in COLUMNS)
    assert [bool(key) for key in cards.keys] == [bool(number) for number in cards.numbers]
    with pytest.raises(AttributeError):
        cards.colours  # noqa: B018


def test_no_documents(tmp_path: Path) -> None:
    write_cards(tmp_path, [])
    assert (Cards(tmp_path).count, Cards(tmp_path).laws) == (0, [])


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[:-1], lambda b: b"[]\n" + b, lambda b: b.replace(b"\x1e", b" ", 1), lambda b: b"{}\n"])
def test_damage_is_said(tmp_path: Path, documents: list[Document], damage: object) -> None:
    write_cards(tmp_path, documents)
    assert callable(damage)
    (tmp_path / CARDS).write_bytes(damage((tmp_path / CARDS).read_bytes()))
    with pytest.raises(KnowledgeBaseError, match="损坏"):
        Cards(tmp_path).ids  # noqa: B018


def test_documents_are_read_when_asked_for(library: Library, documents: list[Document]) -> None:
    read: list[int] = []

    def some(homes: Iterable[int]) -> dict[int, Document]:
        read.extend(wanted := list(homes))
        return {n: documents[n] for n in wanted}

    found = Documents(lambda: library.searcher.scope.cards, some)
    assert (len(found), read) == (len(documents), [])
    assert (found[1], found[-1], found[:2], read) == (documents[1], documents[-1], documents[:2], [1, len(documents) - 1, 0, 1])
    assert list(found) == documents
    with pytest.raises(IndexError):
        found[len(documents)]
