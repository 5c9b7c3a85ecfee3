"""What was found, as records: an article with its items, the stretch that matters, the document, the place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.matching.snippets import snippet
from index.opening import Index
from kb.records import Record, source_record
from kb.store import Store

ITEMS = 200  # clauses inside an article that are shown with it
COLUMNS = "seq, id, document, path, heading, text, kind, first_line, last_line"


def hit_records(index: Index, store: Store, shown: Sequence[tuple[int, float]], marked: Sequence[str]) -> list[Record]:
    """The records of entries, in the order given; `marked` are the bare strings that snippets mark."""
    if not shown:
        return []
    numbers = [number for number, _ in shown]
    place_of = {number: index.places[number] for number in numbers}
    rows = {row[0]: row[1:] for row in _rows(store, COLUMNS, list(place_of.values()))}
    behind: dict[int, str] = dict(_rows(store, "seq, id", [place + 1 for place in place_of.values() if rows[place][5] == "article"]))
    documents = index.documents(index.homes[number] for number in numbers)
    out = []
    for number, score in shown:
        place = place_of[number]
        id, home, path, heading, text, kind, first, last = rows[place]
        if str(behind.get(place + 1, "")).startswith(f"{id}/"):  # an article is read as a whole, with its items
            inner = store.rows("SELECT text FROM clauses WHERE seq > ? AND seq <= ? AND id LIKE ? ORDER BY seq", (place, place + ITEMS, f"{id}/%"))
            text = "\n".join([text, *(each for (each,) in inner)])
        document = documents[index.homes[number]]
        words, marks = snippet(text, marked)
        out.append({
            "id": id, "document": home, "title": document.title, "path": path, "heading": heading, "text": text,
            "snippet": words, "marks": [list(m) for m in marks], "score": score, "kind": kind, "number": document.number,
            "date": document.date, "level": document.level, "region": document.region,
            "source": source_record(document.file, first, last),
        })  # fmt: skip
    return out


def _rows(store: Store, columns: str, wanted: Sequence[int]) -> list[tuple[Any, ...]]:
    out: list[tuple[Any, ...]] = []
    for at in range(0, len(wanted), 500):
        part = tuple(wanted[at : at + 500])
        out += store.rows(f"SELECT {columns} FROM clauses WHERE seq IN ({','.join('?' * len(part))})", part)
    return out
