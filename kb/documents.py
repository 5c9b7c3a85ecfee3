"""One cleaned file → its documents.

In goes a Source and its Layout; out come Parts in order: a Document with its particulars, the blocks of its body (from the
addressee to the last clause and closing paragraph), and everything around them (title, letterhead, 文号, date, signature,
colophon, disclosure, contents, divider) as Others. Guaranteed: every block of the layout lies in exactly one Part, in its body
or its others; ids depend on file name, title, 文号 and occurrence alone; never fails on text. A notice and what it forwards
are two documents, the second with the first as `parent`; so are a document and its attachments.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from kb.model import Block, Document, Issue, Layout, Other, Part, Source
from kb.numbering import find_marker
from kb.regions import find_region
from kb.spans import cut
from kb.splitting.contents_page import Contents, Entry, find_contents
from kb.splitting.heads_and_tails import Frame, disclosure_of, is_date_line, read_head, read_tail, words
from kb.splitting.metadata import (
    event_issuers,
    full_name,
    in_full,
    level_and_region,
    own_date,
    printed_date,
    split_names,
    title_issuers,
    unknown_place,
)
from kb.splitting.starts import Start, find_starts, is_divider, quoted_titles
from kb.splitting.titles import Title, alike, find_number, genre_of, is_name, key_of, without_suffix


@dataclass
class _Piece:
    """A document in the making."""

    start: Start
    stop: int  # index behind its last block
    frame: Frame
    parent: int | None = None
    attached: bool = False
    outside: dict[int, str] | None = None  # blocks before it that belong to no document: contents, dividers


def split(source: Source, layout: Layout) -> tuple[Part, ...]:
    """The documents of a file. See the module."""
    blocks = layout.blocks
    contents = find_contents(blocks)
    starts = find_starts(blocks, contents)
    pieces = _cut(blocks, contents, starts)
    lost = [*_lost_attachments(blocks, pieces), *_untitled_texts(blocks, pieces)]
    if lost:
        pieces = _cut(blocks, contents, sorted((*starts, *lost), key=lambda s: s.first))
    _join_families(blocks, pieces)
    documents = _documents(source, blocks, pieces)
    issues = _check_contents(source, contents, pieces, documents)
    return tuple(_part(blocks, piece, document, issues if n == 0 else ()) for n, (piece, document) in enumerate(zip(pieces, documents, strict=True)))


def document_id(file: str, title: str, number: str | None, occurrence: int) -> str:
    """Eight hexadecimal characters that depend on these four alone."""
    return hashlib.sha256("\x1f".join((file, title, number or "", str(occurrence))).encode()).hexdigest()[:8]


def _cut(blocks: Sequence[Block], contents: Sequence[Contents], starts: list[Start]) -> list[_Piece]:
    """The blocks cut at the starts, heads and tails read; contents pages and dividers set aside."""
    sections = {key_of(s) for c in contents for s in c.sections}
    listing = {i for c in contents for i in range(c.first, c.last + 1)}
    pieces = []
    for n, start in enumerate(starts):
        stop = starts[n + 1].first if n + 1 < len(starts) else len(blocks)
        begin = start.first if n else 0
        outside = {i: "contents" if i in listing else "divider" for i in range(begin, start.first)}
        while stop - 1 > start.title.last and is_divider(blocks[stop - 1], sections) and n + 1 < len(starts):
            stop -= 1
        for i in range(stop, starts[n + 1].first if n + 1 < len(starts) else stop):
            outside[i] = "divider"
        title = (start.title.first, start.title.last) if start.title.last >= start.title.first else None
        frame = read_head(blocks, start.first, title, stop)
        inner = [i for i in range(start.first, stop) if i in listing]
        for i in inner:
            frame.kinds[i] = "contents"
        while frame.body_first in frame.kinds and frame.body_first < stop:
            frame.body_first += 1
        frame.body_last = stop - 1
        read_tail(blocks, frame)
        pieces.append(_Piece(start, stop, frame, outside=outside))
    return pieces


def _lost_attachments(blocks: Sequence[Block], pieces: list[_Piece]) -> list[Start]:
    """Listed attachments whose own heading was lost: a table listed between two that are there begins at the first row of
    the first one, where that is no table itself."""
    lost = []
    for n, piece in enumerate(pieces):
        listed = piece.frame.attachments
        places = [next((k for k in range(n + 1, min(len(pieces), n + 40)) if alike(pieces[k].start.title.text, title)), None) for title in listed]
        for m in range(1, len(listed)):
            before, after = places[m - 1], places[m + 1] if m + 1 < len(places) else None
            if places[m] is not None or before is None or (m + 1 < len(places) and after != before + 1):
                continue
            if listed[m].endswith(("表", "单")) and not pieces[before].start.title.text.endswith(("表", "单")):
                frame = pieces[before].frame
                row = next((i for i in range(frame.body_first, frame.body_last + 1) if blocks[i].kind == "row"), None)
                if row is not None:
                    lost.append(Start(row, Title(listed[m], row, row - 1, True), f"附件{m + 1}"))
    return lost


def _untitled_texts(blocks: Sequence[Block], pieces: list[_Piece]) -> list[Start]:
    """What a notice issues and prints without its title: the text behind the notice's signature and date has the title that the notice names."""
    lost = []
    for n, piece in enumerate(pieces):
        name = piece.start.title.text
        titles = _issued_titles(blocks, piece) if genre_of(name) in words("issuing", "genres") else []
        if not titles or any(alike(other.start.title.text, t) for other in pieces[n + 1 : n + 4] for t in titles):
            continue
        for i in range(piece.frame.body_first + 1, min(piece.frame.body_last - 1, piece.frame.body_first + 30)):
            if find_marker(blocks[i].text) is not None:
                break
            if is_date_line(blocks[i].text) and is_name(blocks[i - 1].text):
                first = i + 1
                while first < piece.frame.body_last and (disclosure_of(blocks[first].text) or is_date_line(blocks[first].text)):
                    first += 1
                if any(b.text.endswith("。") for b in blocks[first : piece.frame.body_last + 1]):
                    lost.append(Start(first, Title(titles[-1], first, first - 1, True)))
                break
    return lost


def _issued_titles(blocks: Sequence[Block], notice: _Piece) -> list[str]:
    """The titles that a notice's title and first paragraphs say to be issued with it, the best printed one last."""
    name = notice.start.title.text
    named = quoted_titles(name.replace("〈", "《").replace("〉", "》"))
    if not named and "印发" in name and name.endswith("的通知"):
        named = [name[name.find("印发") + 2 :].removesuffix("的通知")]
    said = [t for b in blocks[notice.frame.body_first : notice.frame.body_first + 4] if any(w in b.text for w in words("issuing", "phrases")) for t in quoted_titles(b.text)]
    return [*named[:1], *(t for t in said if any(alike(t, n) for n in named[:1]))][:2] if genre_of("".join(named[:1])) else []


def _join_families(blocks: Sequence[Block], pieces: list[_Piece]) -> None:
    """Finds each document's parent: the notice that forwards it, or the document that it is attached to."""
    root: int | None = None
    for n, piece in enumerate(pieces):
        if n == 0:
            root = 0
            continue
        parent = None if piece.start.headed else _parent(blocks, pieces, n, root)
        if parent is not None and parent[1] and piece.start.entry is not None and not piece.start.annex:
            parent = None  # a title that the contents page lists is a document of its own, unless a notice issues it
        if parent is None:
            root = n
        else:
            piece.parent, piece.attached = parent


def _parent(blocks: Sequence[Block], pieces: list[_Piece], n: int, root: int | None) -> tuple[int, bool] | None:
    """(index of the parent, whether as an attachment); None for a document of its own."""
    if root is None:
        return None
    piece = pieces[n]
    title = piece.start.title.text
    for k in range(n - 1, root - 1, -1):
        if _forwards(blocks, pieces[k], title):
            return k, False
    for k in range(n - 1, root - 1, -1):
        if any(alike(title, listed) for listed in pieces[k].frame.attachments):
            return k, True
    if piece.start.annex:
        owner = next((k for k in range(n - 1, root - 1, -1) if not pieces[k].attached), root)
        return owner, True
    return None


def _forwards(blocks: Sequence[Block], notice: _Piece, title: str) -> bool:
    """Whether a notice's title or first paragraphs issue or forward the title."""
    name = notice.start.title.text
    genre = genre_of(name)
    first = blocks[notice.frame.body_first].text if notice.frame.body_first <= notice.frame.body_last else ""
    if genre is not None and genre not in words("issuing", "genres") and not (first.endswith(("：", ":")) and first.startswith("各")):
        return False  # a page may head a notice with the title of what it issues; the notice still begins with whom it is for
    if genre is not None and any(alike(title, quoted) for quoted in quoted_titles(name)):
        return True
    for verb in ("转发", "印发", "批转"):
        at = name.find(verb)
        if at >= 0 and "《" not in name and alike(title, without_suffix(name[at + 2 :]).removesuffix("的通知")):
            return True
    said = blocks[notice.frame.body_first : min(notice.frame.body_last + 1, notice.frame.body_first + 6)]
    return any(alike(title, quoted) for block in said if any(w in block.text for w in words("issuing", "phrases")) for quoted in quoted_titles(block.text))


def _documents(source: Source, blocks: Sequence[Block], pieces: list[_Piece]) -> list[Document]:
    """The documents with their particulars, parents before children."""
    documents: list[Document] = []
    seen: Counter[tuple[str, str | None]] = Counter()
    for n, piece in enumerate(pieces):
        told = next((piece.frame.particulars[f] for f in ("标题", "发文标题", "名称", "文件名称", "信息名称") if len(piece.frame.particulars.get(f, "")) > 5), "")
        title = (piece.start.title.text if piece.start.title.whole or not told else "") or told or (PurePosixPath(source.file).stem if n == 0 else piece.start.annex or blocks[piece.start.first].text[:30])
        number = _number(blocks, piece)
        seen[title, number] += 1
        id_ = document_id(source.file, title, number, seen[title, number])
        documents.append(_document(source, blocks, piece, id_, title, number))
    for n, piece in enumerate(pieces):
        if piece.parent is not None:
            documents[n] = _with_parent(documents[n], documents[piece.parent], piece)
    return _with_family_tails(pieces, documents)


def _number(blocks: Sequence[Block], piece: _Piece) -> str | None:
    if piece.frame.numbers:
        return piece.frame.numbers[0]
    printed = "".join(blocks[i].text for i in range(piece.start.title.first, piece.start.title.last + 1))
    behind = find_number(printed)
    if behind and (not behind[1] or (behind[2] >= len(printed) - 1 and printed[: behind[1]].rstrip().endswith(("（", "(", "〔", "[")))):
        return behind[0]
    for name in ("发文字号", "文号", "发文文号", "公文文号", "政策文号", "发布文号", "字号"):
        if name in piece.frame.particulars:
            found = find_number(piece.frame.particulars[name])
            if found:
                return found[0]
    if piece.parent is None and piece.start.entry is not None and piece.start.entry.number:
        return piece.start.entry.number
    return None


def _document(source: Source, blocks: Sequence[Block], piece: _Piece, id_: str, title: str, number: str | None) -> Document:
    frame = piece.frame
    body = blocks[frame.body_first : frame.body_last + 1]
    issuers = _issuers(title, frame)
    level, region = level_and_region(issuers, frame, title, "\n".join(b.text for b in body))
    issuers = tuple(in_full(n, region) for n in issuers)
    shown = [i for i in range(piece.start.first, piece.stop)]
    first, last = blocks[shown[0]], blocks[shown[-1]]
    return Document(
        id=id_, file=source.file, title=title, number=number, issuers=issuers, level=level, region=region, date=printed_date(frame),
        genre="附件" if piece.attached else genre_of(title), parent=None, disclosure=frame.disclosures[0] if frame.disclosures else None,
        first_line=first.first_line, last_line=last.last_line, start=first.spans[0][0], end=last.spans[-1][1],
    )  # fmt: skip


def _issuers(title: str, frame: Frame) -> tuple[str, ...]:
    """Issuers in full: from title, the lines under it, signature, letterhead, particulars, a statute's history."""
    places = [title_issuers(title), tuple(n for line in frame.names for n in split_names(line)), tuple(n for line in frame.signatures for n in split_names(line))]
    places.append(tuple(n for line in frame.letterheads for n in split_names(line.replace("文件", " "))))
    for name in words("particulars", "issuers"):
        if name in frame.particulars:
            places.append(split_names(frame.particulars[name]))
    places.append(event_issuers(frame.events))
    found = next((names for names in places if names), ())
    printed = [n for names in places for n in names]
    found = tuple(next((n for n in printed if n != name and n.endswith(name) and find_region(n)), name) for name in found)  # 某某县某某镇人民政府
    return tuple(dict.fromkeys(full_name(n) for n in found))


def _with_parent(document: Document, parent: Document, piece: _Piece) -> Document:
    """What a notice forwards has the notice's date, and its issuers and place where it says none."""
    own_place = document.region is not None and bool(document.issuers)
    draft = parent.genre == "函" and "征求" in parent.title  # nobody has issued what is still out for comment
    elsewhere = unknown_place(parent.issuers) is not None  # then a place that the text names is another one
    return replace(
        document,
        parent=parent.id,
        issuers=tuple(in_full(n, parent.region) for n in document.issuers) or (() if draft else parent.issuers),
        level=document.level if own_place else parent.level or document.level,
        region=document.region if own_place else parent.region or (None if elsewhere else document.region),
        date=own_date(piece.frame) or parent.date,
    )


def _with_family_tails(pieces: list[_Piece], documents: list[Document]) -> list[Document]:
    """Disclosure and colophon printed behind the last attachment are the notice's; a date found there goes to all."""
    for n in range(len(pieces) - 1, -1, -1):
        if pieces[n].parent is None:
            continue
        last = n + 1 == len(pieces) or pieces[n + 1].parent is None
        top = n
        while pieces[top].parent is not None:
            top = pieces[top].parent or 0
        if last:
            if documents[n].disclosure and not documents[top].disclosure:
                documents[top] = replace(documents[top], disclosure=documents[n].disclosure)
            documents[n] = replace(documents[n], disclosure=None)
            tail = printed_date(pieces[n].frame)
            if tail and documents[top].date is None:
                documents[top] = replace(documents[top], date=tail)
    for n, piece in enumerate(pieces):
        if piece.parent is not None and documents[n].date is None:
            documents[n] = replace(documents[n], date=documents[piece.parent].date)
    return documents


def _check_contents(source: Source, contents: Sequence[Contents], pieces: list[_Piece], documents: list[Document]) -> tuple[Issue, ...]:
    """Entries of the contents page that were not found, and documents that it does not list."""
    entries = [e for c in contents for e in c.entries]
    if not entries:
        return ()
    issues = []
    listed = [piece.start.entry for piece in pieces]
    for entry in entries:
        if entry not in listed and not _found_by_number(entry, documents):
            issues.append(Issue("contents_missing", f"目录所列“{entry.title}”在正文中没有找到", source.file, entry.line))
    for piece, document in zip(pieces, documents, strict=True):
        if piece.parent is None and piece.start.entry is None and not any(e.number and e.number == document.number for e in entries):
            issues.append(Issue("contents_unlisted", f"“{document.title}”未列入目录", source.file, document.first_line, document.id))
    return tuple(issues)


def _found_by_number(entry: Entry, documents: Sequence[Document]) -> bool:
    return entry.number is not None and any(d.number == entry.number for d in documents)


def _part(blocks: Sequence[Block], piece: _Piece, document: Document, issues: tuple[Issue, ...]) -> Part:
    frame = piece.frame
    body = [blocks[i] for i in range(frame.body_first, frame.body_last + 1) if i not in frame.kinds]
    others = [Other(kind, a, b) for i, kind in sorted({**frame.kinds, **(piece.outside or {})}.items()) for a, b in blocks[i].spans]
    if body:
        body[-1], rest = _cut_colophon(body[-1])
        others += rest
        if not body[-1].text:
            body.pop()
    return Part(document, tuple(body), tuple(sorted(others, key=lambda o: o.start)), issues)


def _cut_colophon(block: Block) -> tuple[Block, list[Other]]:
    """A colophon that was printed without a gap behind the last sentence (…做法。抄送：…) is taken off."""
    for word in ("抄送：", "抄送:", "主送：", "分送："):
        at = block.text.rfind(word)
        if at > 0 and block.text[at - 1] in "。）)”":
            head, tail = cut(block.spans, 0, at), cut(block.spans, at, len(block.text))
            return replace(block, text=block.text[:at], spans=head), [Other("colophon", a, b) for a, b in tail]
    return block, []


__all__ = ["Title", "document_id", "split"]
