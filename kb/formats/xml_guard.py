"""Reads XML that nobody vouches for, block by block, so that memory holds one block and never the whole file.

A DOCTYPE is refused (with it go entities, internal and external); depth and number of elements are limited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from kb.errors import UnreadableFile
from kb.tables import settings

PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
}


class _Blocks:
    """Handlers for expat that build one element for each child of the container."""

    def __init__(self, file: str, container: str) -> None:
        limits = settings("limits")["xml"]
        self.max_depth, self.max_elements, self.max_block = limits["max_depth"], limits["max_elements"], limits["max_block"]
        self.file, self.container = file, container
        self.done: list[Element] = []
        self._names: dict[str, str] = {}
        self._depth = 0
        self._inside = 0  # depth of the container, 0 while outside
        self._count = self._in_block = 0
        self._builder: TreeBuilder | None = None

    def refuse(self, *_: object) -> None:
        raise UnreadableFile("XML 里有 DOCTYPE 或实体声明，出于安全未读", self.file)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self.max_depth:
            raise UnreadableFile(f"XML 元素套得太深（多于 {self.max_depth} 层）", self.file)
        if self._builder is not None or (self._inside and self._depth == self._inside + 1):
            if self._builder is None:
                self._builder, self._in_block = TreeBuilder(), 0
            self._count += 1
            self._in_block += 1
            if self._count > self.max_elements or self._in_block > self.max_block:
                raise UnreadableFile(f"XML 元素过多（全文多于 {self.max_elements} 个，或一段、一表多于 {self.max_block} 个）", self.file)
            short = self._short
            self._builder.start(short(name), {short(k): v for k, v in attributes.items()} if attributes else {})
        elif not self._inside and self._short(name) == self.container:
            self._inside = self._depth

    def end(self, name: str) -> None:
        if self._builder is not None:
            self._builder.end(self._short(name))
            if self._depth == self._inside + 1:
                self.done.append(self._builder.close())
                self._builder = None
        elif self._depth == self._inside:
            self._inside = 0
        self._depth -= 1

    def text(self, data: str) -> None:
        if self._builder is not None:
            self._builder.data(data)

    def _short(self, name: str) -> str:
        """`w_p` for the name with its namespace; the same name for the strict and the usual form of the format."""
        short = self._names.get(name)
        if short is None:
            space, _, local = name.rpartition("}")
            short = f"{PREFIXES.get(space, 'x')}_{local}" if space else local
            self._names[name] = short
        return short


def blocks(chunks: Iterable[bytes], file: str, container: str) -> Iterator[Element]:
    """Each child element of the element named `container` (`w_body`), in order. Raises UnreadableFile.

    Names come out with the prefixes above, `x_` for other namespaces; attributes likewise (`w_val`).
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    handler = _Blocks(file, container)
    parser.StartDoctypeDeclHandler = handler.refuse
    parser.EntityDeclHandler = handler.refuse
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield from handler.done
            handler.done.clear()
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFile("文件已损坏（XML 不完整或有错），请重新取得，或用 Word、WPS 打开后另存为 docx", file) from error
    yield from handler.done
