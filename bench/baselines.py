"""What a user would pick instead, over the same texts: bare tantivy, SQLite FTS5, whoosh with jieba's analyser, grep."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

Search = Callable[[str], object]


def words(text: str) -> list[str]:
    """jieba's words, by the compiled cutter where it is there."""
    try:
        import rjieba

        return list(rjieba.cut(text, False))
    except ImportError:
        import jieba

        return list(jieba.cut(text, HMM=False))


def grams(text: str) -> list[str]:
    """Characters and pairs of characters."""
    return [*text, *(text[i : i + 2] for i in range(len(text) - 1))]


def bare_tantivy(texts: Sequence[str], folder: Path) -> float:
    """Seconds of one process that only tokenises (words; characters and pairs) and indexes with tantivy."""
    import tantivy

    begin = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace")
    builder.add_text_field("grams", stored=False, tokenizer_name="whitespace")
    builder.add_integer_field("row", stored=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for row, text in enumerate(texts):
        document = tantivy.Document()
        document.add_text("words", " ".join(words(text)))
        document.add_text("grams", " ".join(grams(text)))
        document.add_integer("row", row)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return time.perf_counter() - begin


FIELDS = ("words", "grams", "title", "heading")
NO_WORD = re.compile(r"[^\w ]")


def user_tantivy(entries: Iterable[tuple[str, str, str]], folder: Path) -> Search:
    """tantivy as a user would set it up over (text, title, heading): the fields that we have, its own query parser over all of them,
    ten hits fetched with their stored text."""
    import tantivy

    folder.mkdir(parents=True, exist_ok=True)
    builder = tantivy.SchemaBuilder()
    for field in FIELDS:
        builder.add_text_field(field, stored=False, tokenizer_name="whitespace")
    builder.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for text, title, heading in entries:
        document = tantivy.Document()
        for field, tokens in zip(FIELDS, (words(text), grams(text), words(title), words(heading)), strict=True):
            document.add_text(field, " ".join(tokens))
        document.add_text("text", text[:5000])
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(query: str) -> object:
        plain = NO_WORD.sub(" ", query)
        tokens = [token for token in (*words(plain), *grams(plain)) if token.strip() and " " not in token]
        hits = searcher.search(index.parse_query(" ".join(tokens), list(FIELDS)), 10).hits
        return [searcher.doc(address)["text"][0][:80] for _, address in hits]

    return search


def fts5(texts: Iterable[str], file: Path) -> tuple[float, Search]:
    """SQLite's full-text index over the same words."""
    begin = time.perf_counter()
    connection = sqlite3.connect(file)
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize='unicode61')")
    connection.executemany("INSERT INTO t(words) VALUES (?)", ((" ".join(words(text)),) for text in texts))
    connection.commit()
    seconds = time.perf_counter() - begin

    def search(query: str) -> object:
        terms = " OR ".join(f'"{w}"' for w in words(query) if w.isalnum())
        return connection.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", (terms or '"无"',)).fetchall()

    return seconds, search


def plain_whoosh(texts: Iterable[str], folder: Path) -> tuple[float, Search]:
    """whoosh with the analyser that jieba ships for it."""
    from jieba.analyse import ChineseAnalyzer
    from whoosh import index as indexes
    from whoosh.fields import STORED, TEXT, Schema
    from whoosh.qparser import OrGroup, QueryParser

    begin = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    schema = Schema(row=STORED, text=TEXT(analyzer=ChineseAnalyzer()))
    index = indexes.create_in(str(folder), schema)
    writer = index.writer(limitmb=256)
    for row, text in enumerate(texts):
        writer.add_document(row=row, text=text)
    writer.commit()
    seconds = time.perf_counter() - begin
    searcher = index.searcher()
    parser = QueryParser("text", schema, group=OrGroup)
    return seconds, lambda query: [hit["row"] for hit in searcher.search(parser.parse(query), limit=10)]


def grep(folder: Path) -> Search:
    """A scan of all files for a string: ripgrep where it is installed, else grep."""
    import shutil

    command = ["rg", "-lF", "--"] if shutil.which("rg") else ["grep", "-rlF", "--"]
    return lambda text: subprocess.run([*command, text, str(folder)], capture_output=True, check=False).stdout
