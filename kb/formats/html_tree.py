"""HTML → a tree, in time that grows with the length alone, whatever is wrong in the markup.

Elements that HTML closes by itself (p, li, td …) are closed here too, so that unclosed ones do not nest; an end tag never
closes more than the cell it stands in. (BeautifulSoup over html.parser nests unclosed paragraphs, and both take
quadratic time on some broken input, so this small parser stands in their place.)
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from kb.errors import UnreadableFile
from kb.tables import settings

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"))
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


@dataclass(slots=True, eq=False)
class Node:
    """An element: its children are elements and texts in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def elements(self) -> Iterator[Node]:
        """This element and all below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for child in reversed(node.children) if isinstance(child, Node))

    def text(self) -> str:
        """All text below, joined."""
        out: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                out.append(item)
            else:
                waiting.extend(reversed(item.children))
        return "".join(out)

    def names(self) -> list[str]:
        """The classes and the id."""
        return self.attributes.get("class", "").split() + self.attributes.get("id", "").split()


def parse(markup: str, file: str) -> Node:
    """The tree of a page; the root has the tag "root". Raises UnreadableFile for a page of too many elements."""
    limits = settings("limits")["html"]
    open_ = _Open()
    count = 0
    for kind, name, value in tokens(markup):
        if kind == "text":
            open_.stack[-1].children.append(str(value))
        elif kind == "end":
            open_.close(name)
        else:
            count += 1
            if count > limits["max_elements"]:
                raise UnreadableFile(f"网页元素多于 {limits['max_elements']} 个", file)
            open_.imply_ends(name)
            node = Node(name, value if isinstance(value, dict) else {})
            open_.stack[-1].children.append(node)
            if name not in VOID and len(open_.stack) < limits["max_depth"]:
                open_.push(node)
    return open_.stack[0]


class _Open:
    """The open elements, and how many of each name: what is not open need not be looked for."""

    def __init__(self) -> None:
        self.stack = [Node("root")]
        self.counts: Counter[str] = Counter()

    def push(self, node: Node) -> None:
        self.stack.append(node)
        self.counts[node.tag] += 1

    def imply_ends(self, name: str) -> None:
        """A start tag: closes the elements that it cannot stand in."""
        if name in BLOCKS:
            self._pop_to({"p"}, P_STOPS)
        if name == "tr":
            self._pop_to({"td", "th"}, ROW_STOPS)
        if name in ("tbody", "thead", "tfoot"):
            self._pop_to({"tr"}, TABLE_STOPS)
        if name in CLOSES:
            self._pop_to(*CLOSES[name])

    def close(self, name: str) -> None:
        """An end tag: closes the nearest such element; inline ones only within their block, others only within their cell."""
        if name in ("table", "html", "body"):
            stops: frozenset[str] = frozenset()
        elif name in TABLE_PARTS:
            stops = TABLE_STOPS
        elif name in BLOCKS:
            stops = CELL_STOPS
        else:
            stops = BLOCKS
        self._pop_to({name}, stops)

    def _pop_to(self, names: set[str], stops: frozenset[str]) -> None:
        if not any(self.counts[name] for name in names):
            return
        for i in range(len(self.stack) - 1, 0, -1):
            tag = self.stack[i].tag
            if tag in names:
                for node in self.stack[i:]:
                    self.counts[node.tag] -= 1
                del self.stack[i:]
                return
            if tag in stops:
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
