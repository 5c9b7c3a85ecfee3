"""HTML → a BeautifulSoup tree, in time that grows with the length alone, whatever is wrong in the markup.

The tree is BeautifulSoup's own; the tree builder below it is ours, since the one over html.parser, which bs4 brings without
further packages, lacks two things. It does not know which end tags HTML leaves out, so that each unclosed p, li or td lies
within the one before, as deep as there are paragraphs. And html.parser goes through the rest of the page again for each
unclosed comment or tag, so that a page of “<a ” or “<!--” twice as long takes it four times the time (Python 3.11). Here a
tokenizer goes over the page once, elements that HTML closes by itself are closed, an end tag closes no more than the cell
it stands in, and depth and number of the elements are limited.
"""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kb.errors import UnreadableFile
from kb.tables import settings

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.builder import HTMLTreeBuilder

RAW = frozenset(("script", "style", "title", "textarea", "xmp"))
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "menu",
    "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
))  # fmt: skip
# A start tag closes these elements when they are open, up to the nearest of the stops.
ROW_STOPS, TABLE_STOPS = frozenset(("tr", "table")), frozenset(("table",))
SECTIONS = {"thead", "tbody", "tfoot", "caption", "colgroup"}
CLOSES: dict[str, tuple[set[str], frozenset[str]]] = {
    "li": ({"li"}, frozenset(("ul", "ol", "menu"))),
    "dt": ({"dt", "dd"}, frozenset(("dl",))),
    "dd": ({"dt", "dd"}, frozenset(("dl",))),
    "tr": ({"tr"}, TABLE_STOPS),
    "td": ({"td", "th"}, ROW_STOPS),
    "th": ({"td", "th"}, ROW_STOPS),
    "tbody": (SECTIONS, TABLE_STOPS),
    "thead": (SECTIONS, TABLE_STOPS),
    "tfoot": (SECTIONS, TABLE_STOPS),
    "option": ({"option"}, frozenset(("select",))),
    "a": ({"a"}, BLOCKS),
}
P_STOPS = frozenset(("td", "th", "table", "caption", "button", "body"))
CELL_STOPS = frozenset(("td", "th", "table", "caption"))
TABLE_PARTS = frozenset(("table", "tbody", "thead", "tfoot", "tr", "td", "th", "html", "body"))


def parse(markup: str, file: str) -> BeautifulSoup:
    """The tree of a page: Tags and NavigableStrings alone (comments, scripts and styles leave no text), all attributes
    as printed. Raises UnreadableFile for a page of too many elements."""
    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)  # a page may hold nothing but a word
        return BeautifulSoup(markup, builder=_builder_class()(file))


@lru_cache(maxsize=1)
def _builder_class() -> Any:
    """The builder, made when the first page is read: bs4 is not imported before."""
    from bs4.builder import HTMLTreeBuilder

    class LinearTreeBuilder(HTMLTreeBuilder):
        def __init__(self, file: str) -> None:
            super().__init__(multi_valued_attributes={}, string_containers={})
            self.file = file

        def feed(self, markup: str | bytes) -> None:
            if self.soup is not None:
                _grow(self.soup, self, str(markup))

    return LinearTreeBuilder


def _grow(soup: BeautifulSoup, builder: HTMLTreeBuilder, markup: str) -> None:
    """Tells the soup what starts and what ends."""
    limits = settings("limits")["html"]
    count = 0
    for kind, name, value in tokens(markup):
        if isinstance(value, dict):
            count += 1
            if count > limits["max_elements"]:
                raise UnreadableFile(f"网页元素多于 {limits['max_elements']} 个", getattr(builder, "file", ""))
            _imply_ends(soup, name)
            soup.handle_starttag(name, None, None, value)
            if builder.can_be_empty_element(name) or len(soup.tagStack) > limits["max_depth"]:
                soup.handle_endtag(name)
        elif kind == "end":
            _end(soup, name)
        else:
            soup.handle_data(value)


def _imply_ends(soup: BeautifulSoup, name: str) -> None:
    """A start tag: closes the elements that it cannot stand in."""
    if name in BLOCKS:
        _close(soup, {"p"}, P_STOPS)
    if name == "tr":
        _close(soup, {"td", "th"}, ROW_STOPS)
    if name in ("tbody", "thead", "tfoot"):
        _close(soup, {"tr"}, TABLE_STOPS)
    if name in CLOSES:
        _close(soup, *CLOSES[name])


def _end(soup: BeautifulSoup, name: str) -> None:
    """An end tag: closes the nearest such element; inline ones only within their block, others only within their cell."""
    if name in ("table", "html", "body"):
        stops: frozenset[str] = frozenset()
    elif name in TABLE_PARTS:
        stops = TABLE_STOPS
    elif name in BLOCKS:
        stops = CELL_STOPS
    else:
        stops = BLOCKS
    _close(soup, {name}, stops)


def _close(soup: BeautifulSoup, names: set[str], stops: frozenset[str]) -> None:
    """Closes the nearest open element of these names, unless one of the stops is nearer."""
    if not any(soup.open_tag_counter[name] for name in names):
        return  # what is not open need not be looked for
    for tag in reversed(soup.tagStack):
        if tag.name in names:
            soup.handle_endtag(tag.name)
            return
        if tag.name in stops:
            return


Token = tuple[str, str, "dict[str, str] | str"]


def tokens(markup: str) -> Iterator[Token]:
    """("start", name, attributes), ("end", name, ""), ("text", "", text) in order. Never looks at a character twice or more
    often than a fixed number of times: what is searched for and not found is not searched for again."""
    position, length = 0, len(markup)
    absent: set[str] = set()

    def find(what: str, start: int) -> int:
        if what in absent:
            return -1
        found = markup.find(what, start)
        if found < 0:
            absent.add(what)
        return found

    while position < length:
        open_at = find("<", position)
        if open_at < 0:
            yield "text", "", unescape(markup[position:])
            return
        if open_at > position:
            yield "text", "", unescape(markup[position:open_at])
        following = markup[open_at + 1 : open_at + 4]
        if following[:1].isascii() and following[:1].isalpha():
            name, attributes, position = _start_tag(markup, open_at + 1, find)
            yield "start", name, attributes
            if name in RAW:
                end = _raw_end(name).search(markup, position)
                if name in ("title", "textarea"):
                    yield "text", "", unescape(markup[position : end.start() if end else length])
                yield "end", name, ""
                position = _behind(find(">", end.end()), length) if end else length
        elif following[:1] == "/":
            close_at = find(">", open_at)
            close_at = length if close_at < 0 else close_at
            match = _NAME.match(markup, open_at + 2)
            if match:
                name = match.group().lower()
                yield ("start", "br", {}) if name == "br" else ("end", name, "")
            position = close_at + 1
        elif following == "!--":
            end_at = find("-->", open_at + 4)
            position = end_at + 3 if end_at >= 0 else _behind(find(">", open_at), length)
        elif following[:1] in ("!", "?"):
            position = _behind(find(">", open_at), length)
        else:
            yield "text", "", "<"
            position = open_at + 1


def unescape(text: str) -> str:
    """The text with its entities (&nbsp; &#19968; &ldquo;) as characters; lone surrogates as U+FFFD."""
    if "&" not in text:
        return text
    try:
        text = html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def _behind(found: int, length: int) -> int:
    return length if found < 0 else found + 1


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_-]{0,40}")
_ATTRIBUTE = re.compile(r"[^\s=>/\"']{1,200}")
_BLANKS = re.compile(r"[\s/]*")
_UNQUOTED = re.compile(r"[^\s>]{0,10000}")


@lru_cache(maxsize=16)
def _raw_end(name: str) -> re.Pattern[str]:
    return re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE)


def _start_tag(markup: str, position: int, find: object) -> tuple[str, dict[str, str], int]:
    """Name, attributes and where the tag ends, of the start tag whose name begins at `position`."""
    match = _NAME.match(markup, position)
    name = match.group().lower() if match else ""
    position = match.end() if match else position
    attributes: dict[str, str] = {}
    while position < len(markup):
        blanks = _BLANKS.match(markup, position)
        position = blanks.end() if blanks else position
        if position >= len(markup) or markup[position] == ">":
            return name, attributes, position + 1
        if markup[position] == "<":  # the tag was never closed
            return name, attributes, position
        match = _ATTRIBUTE.match(markup, position)
        if not match:
            position += 1
            continue
        key, position = match.group().lower(), match.end()
        while position < len(markup) and markup[position] in " \t\r\n":
            position += 1
        value = ""
        if markup[position : position + 1] == "=":
            position += 1
            while position < len(markup) and markup[position] in " \t\r\n":
                position += 1
            value, position = _value(markup, position, find)
        if len(attributes) < 100:
            attributes.setdefault(key, value)
    return name, attributes, position


def _value(markup: str, position: int, find: object) -> tuple[str, int]:
    quote = markup[position : position + 1]
    if quote in ("'", '"') and callable(find):
        end = find(quote, position + 1)
        if end >= 0:
            return unescape(markup[position + 1 : min(end, position + 10_000)]), end + 1
        position += 1
    match = _UNQUOTED.match(markup, position)
    return (unescape(match.group()), match.end()) if match else ("", position)
