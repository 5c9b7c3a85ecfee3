"""What of a saved web page is the document: its text, its title, and the table that says what it is.

Furniture (navigation, share bars, breadcrumbs, footers) is dropped by tag, by the words in class and id, by how much of an
element is links, and line by line at the head and the foot. An element that holds sentences is never dropped for its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kb.tables import settings

if TYPE_CHECKING:
    from bs4 import Tag
    from bs4.element import PageElement

SENTENCE_ENDS = "。；"
HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.IGNORECASE)


@dataclass(slots=True)
class Weight:
    """How much text an element holds (white space left out), how much of it in links, and how many sentence ends."""

    text: int = 0
    links: int = 0
    ends: int = 0
    anchors: int = 0
    headed: bool = False  # an h1 stands in it
    tables: int = 0  # text of the largest table within


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The table of words for web pages."""
    return settings("web_pages")


def squeeze(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def names(node: Tag) -> list[str]:
    """The classes and the id of an element."""
    return f"{node.get('class', '')} {node.get('id', '')}".split()


def weigh(root: Tag) -> dict[int, Weight]:
    """The weight of each element, by its id(): equality and hashes of Tags look at all that is in them."""
    from bs4 import Tag

    out: dict[int, Weight] = {}
    order = [root, *root.find_all(True)]
    linked = _below_links(order)
    for node in reversed(order):  # children before parents
        weight = Weight(anchors=int(node.name == "a"), headed=node.name == "h1")
        for child in node.children:
            if isinstance(child, Tag):
                inner = out[id(child)]
                weight.text += inner.text
                weight.links += inner.links
                weight.ends += inner.ends
                weight.anchors += inner.anchors
                weight.headed = weight.headed or inner.headed
                weight.tables = max(weight.tables, inner.tables, inner.text if child.name == "table" else 0)
            else:
                text = str(child)
                size = len(squeeze(text))
                weight.text += size
                weight.links += size if id(node) in linked else 0
                weight.ends += sum(text.count(mark) for mark in SENTENCE_ENDS)
        out[id(node)] = weight
    return out


def _below_links(order: list[Tag]) -> set[int]:
    out: set[int] = set()
    for node in order:
        if node.name == "a" or id(node.parent) in out:
            out.add(id(node))
    return out


def prune(root: Tag) -> dict[int, Weight]:
    """Takes out, in place, what is no text of a document; the weights of what remains."""
    _drop(root, lambda node: node.name in words()["dropped_tags"] or _is_hidden(node))
    weights = weigh(root)
    furniture, containers = frozenset(words()["furniture"]), frozenset(words()["containers"])
    total = max(weights[id(root)].text, 1)

    def is_furniture(node: Tag) -> bool:
        weight = weights[id(node)]
        if containers & set(names(node)):
            return False
        if node.name == "header" or furniture & set(_name_parts(node)):
            return weight.ends == 0 and weight.text < 0.3 * total and not weight.headed
        return False

    _drop(root, is_furniture)
    return weigh(root)


def _drop(root: Tag, wrong: Callable[[Tag], bool]) -> None:
    """Takes out, in place, the elements that are wrong, with all below them."""
    from bs4 import Tag

    waiting = [root]
    while waiting:
        node = waiting.pop()
        kept: list[PageElement] = []
        dropped: list[Tag] = []
        for child in node.children:
            if isinstance(child, Tag) and wrong(child):
                dropped.append(child)
            else:
                kept.append(child)
        for child in dropped:
            node.contents = [child]  # decompose() looks for it among its siblings: quadratic for many
            child.decompose()
        if dropped:
            node.contents = kept
        waiting.extend(child for child in kept if isinstance(child, Tag))


def _is_hidden(node: Tag) -> bool:
    return node.has_attr("hidden") or bool(HIDDEN.search(str(node.get("style", ""))))


def _name_parts(node: Tag) -> Iterator[str]:
    for name in names(node):
        yield name.lower()
        for part in re.split(r"[-_\d]", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name)):
            if part:
                yield part.lower()


def find_body(root: Tag, weights: dict[int, Weight]) -> Tag:
    """The element that holds the text: a container of a known name that has most of it, or all but a little, else the
    densest block."""

    def own(node: Tag) -> int:
        return weights[id(node)].text - weights[id(node)].links

    total = max(own(root), 1)
    known = frozenset(words()["containers"])
    named = [n for n in root.find_all(True) if known & set(names(n)) and own(n) > 0 and own(n) >= min(0.5 * total, total - 200)]
    if named:
        return _widened(root, max(named, key=own), weights)
    return _densest(root, weights)


def _widened(root: Tag, body: Tag, weights: dict[int, Weight]) -> Tag:
    """The body, or the nearest element around it that has all sentences of the page, where the body lacks some."""
    if weights[id(root)].ends - weights[id(body)].ends <= 1:
        return body
    return _densest(root, weights)


def _densest(root: Tag, weights: dict[int, Weight]) -> Tag:
    """Goes down as long as one child has nearly all the text and its siblings have no sentences."""
    from bs4 import Tag

    current = root
    while True:
        children = [c for c in current.children if isinstance(c, Tag)]
        if not children:
            return current
        best = max(children, key=lambda n: weights[id(n)].text - weights[id(n)].links)
        others = [weights[id(c)] for c in children if c is not best]
        loose = sum(len(squeeze(c)) for c in current.children if isinstance(c, str))
        if weights[id(best)].text < 20 or loose > 10 or best.name in ("p", "tr", "td", "li", "span", "table"):
            return current
        if any(w.ends > 0 or (w.text - w.links) > 60 for w in others):
            return current
        current = best


def drop_link_blocks(body: Tag, weights: dict[int, Weight]) -> None:
    """Takes lists of links out of the body: blocks with three links or more that are little else."""

    def is_list(node: Tag) -> bool:
        weight = weights[id(node)]
        if node.name not in ("div", "ul", "ol", "dl", "section", "table") or weight.ends or weight.text < 1:
            return False
        return weight.links >= 0.6 * weight.text and weight.anchors >= 3

    _drop(body, is_list)


def take_labels(root: Tag, weights: dict[int, Weight]) -> list[tuple[str, str]]:
    """The table that says what the document is, as (发文字号, 民发〔2022〕31号) …; it is taken out of the tree."""
    best: Tag | None = None
    found: list[tuple[str, str]] = []
    for node in root.find_all(True):
        if node.name in ("table", "ul", "dl", "div", "section") and 8 <= weights[id(node)].text <= 1200:
            pairs = _pairs(_pieces(node))
            if len(pairs) >= 2 and len(pairs) >= len(found):
                best, found = node, pairs  # the innermost that has them all: later ones lie deeper or further on
    if best is None:
        return []
    best.decompose()
    return [(label, value) for label, value in found if value]


def _pieces(node: Tag) -> list[str]:
    """The texts of an element, one for each cell or inline element, and one for each label within a text; [] for very many."""
    from bs4 import Tag

    out: list[str] = []
    waiting: list[PageElement] = [node]
    steps = 0
    while waiting:
        item = waiting.pop()
        steps += 1
        if steps > 2000:
            return []
        if not isinstance(item, Tag):
            out.extend(piece for piece in _before_labels().split(" ".join(str(item).split())) if piece.strip())
        elif item.name in ("td", "th") and all(isinstance(c, str) and not c.strip() for c in item.children):
            out.append("")  # an empty cell is an empty value
        else:
            waiting.extend(reversed(item.contents[:2001]))
    return out


@lru_cache(maxsize=1)
def _before_labels() -> re.Pattern[str]:
    return re.compile(f"[ \u3000](?=(?:{'|'.join(words()['labels'])})[：:])")


def _pairs(pieces: list[str]) -> list[tuple[str, str]]:
    """Label and value, where a piece is a label (“发文机关：”, also spaced out) or begins with one; [] where it is no such table.

    A table of the text may have such words as its heads (文件名称 文号 日期): so each label must come once, one of them must be
    a label that only such tables have, and those without a colon must take turns with their values.
    """
    labels = frozenset(words()["labels"])
    out: list[tuple[str, str]] = []
    label = ""
    values: list[str] = []
    bare = 0
    for piece in pieces:
        head, colon, tail = piece.replace(":", "：", 1).partition("：")
        key = squeeze(head).strip("[]【】")
        if key in labels and (colon or not label or values):
            if label:
                out.append((label, " ".join(values)))
            label, values = key, [tail.strip()] if tail.strip() else []
            bare += not colon
        elif label and squeeze(piece) not in ("：", ":"):
            values.append(piece.strip())
    if label:
        out.append((label, " ".join(values)))
    keys = [key for key, _ in out]
    if len(set(keys)) < len(keys) or not set(keys) & set(words()["sure_labels"]):
        return []
    if any(len(value) > 150 or "。" in value for _, value in out):
        return []  # the text itself has been taken along
    if bare > 0 and any(squeeze(word) in labels for _, value in out for word in value.split(" ")):
        return []
    return out


def find_title(root: Tag, body: Tag, weights: dict[int, Weight]) -> str:
    """The title where it stands outside of the body: an h1 or an element named as a title; "" for none."""
    named = frozenset(words()["titles"])
    inside = {id(body), *map(id, body.find_all(True))}
    for node in root.find_all(True):
        if id(node) in inside or not 6 <= weights[id(node)].text <= 150 or weights[id(node)].ends:
            continue
        if node.name in ("h1", "h2") or named & set(names(node)):
            return " ".join(node.get_text().split())
    return ""


def page_title(root: Tag) -> str:
    """What the page calls itself: its meta ArticleTitle, else its <title> without the site's name behind _ or -,
    when that reads like the title of a document; "" for none."""
    for node in root.find_all("meta"):
        if str(node.get("name", "")).lower() == "articletitle":
            return str(node.get("content", "")).strip()
    for node in root.find_all("title"):
        text = re.split(r"[_|]|--|——| - ", " ".join(node.get_text().split()))[0].strip()
        return text if len(text) >= 8 and any(word in text for word in words()["genres"]) else ""
    return ""


def drop_noise_lines(lines: list[str]) -> list[str]:
    """The lines without the furniture at their head and foot; in between nothing is dropped."""
    shown = [i for i, line in enumerate(lines) if line.strip()]
    head = next((i for i in shown if not _is_noise(lines[i])), None)
    if head is None:
        return []
    # furniture may stand behind the title as well: look at the first few lines
    first = [i for i in shown if i >= head][:6]
    dropped = {i for i in first if _is_noise(lines[i])}
    for i in reversed(shown):
        if not _is_noise(lines[i]):
            break
        dropped.add(i)
    return [line for i, line in enumerate(lines) if i >= head and i not in dropped]


def _is_noise(line: str) -> bool:
    text = squeeze(line)
    if not text:
        return True
    if text in words()["noise_lines"]:
        return True
    return len(text) <= 120 and not any(mark in text for mark in SENTENCE_ENDS) and text.startswith(tuple(words()["noise_starts"]))
