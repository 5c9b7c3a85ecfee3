"""A clause by the name that people give it: 某某条例第十三条, 34a58743#第十三条, 某某清单第8项."""

from __future__ import annotations

import re
from functools import lru_cache

from index.lookups import find_document
from kb.errors import UsageError
from kb.model import Clause, Document
from kb.numerals import to_chinese, to_int
from kb.store import Store

LONGEST = 110  # characters of a name; a longer text is a text


@lru_cache(maxsize=1)
def _name() -> re.Pattern[str]:
    """A title, an ordinal and nothing more."""
    return re.compile(r"(?P<title>.{3,80}?)[\s，,、的]{0,3}第\s?(?P<number>[0-9]{1,4}|[零〇一二三四五六七八九十百千]{1,8})\s?(?P<kind>[条章项])(?P<more>之[一二三四五六七八九十])?")


def clause_named(store: Store, reference: str) -> Clause | None:
    """The one clause that a name means; None where it is no such name. UsageError where the document named has no such clause."""
    text = reference.strip().strip("“”\"")
    if "#" in text:
        document, _, end = text.partition("#")
        return _one(store, document, {end})
    found = _name().fullmatch(text) if len(text) <= LONGEST else None
    number = to_int(found["number"]) if found else None
    if found is None or number is None:
        return None
    try:
        home = find_document(store, found["title"].strip().strip("《》"))
    except UsageError:
        return None
    more = found["more"] or ""
    said = f"第{to_chinese(number)}{found['kind']}{more}"
    clause = _one(store, home.id, {f"{number}{more}", f"（{to_chinese(number)}）{more}"} if found["kind"] == "项" else {said})
    if clause is None:
        raise UsageError(f"《{home.title}》里没有{said}，或不止一处", "", f"用 policykb show {home.id} 看全文")
    return clause


def _one(store: Store, document: str, ends: set[str]) -> Clause | None:
    """The one clause of a document whose path ends so."""
    if store.one(Document, document) is None:
        return None
    found = [c for c in store.read(Clause, "document = ?", (document,)) if any(c.path == end or c.path.endswith("/" + end) for end in ends)]
    return found[0] if len(found) == 1 else None
