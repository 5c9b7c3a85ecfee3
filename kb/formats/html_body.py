"""What of a saved web page is the document: its text, its title, and the table that says what it is.

Furniture (navigation, share bars, breadcrumbs, footers) is dropped by tag, by the words in class and id, by how much of an
element is links, and line by line at the head and the foot. An element that holds sentences is never dropped for its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kb.formats.html_tree import Node
from kb.tables import settings

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


def weigh(root: Node) -> dict[int, Weight]:
    """The weight of each element, by its id()."""
    out: dict[int, Weight] = {}
    order = list(root.elements())
    linked = _below_links(root)
    for node in reversed(order):  # children before parents
        weight = Weight(anchors=int(node.tag == "a"), headed=node.tag == "h1")
        for child in node.children:
            if isinstance(child, str):
                size = len(squeeze(child))
                weight.text += size
                weight.links += size if id(node) in linked else 0
                weight.ends += sum(child.count(mark) for mark in SENTENCE_ENDS)
            else:
                inner = out[id(child)]
                weight.text += inner.text
                weight.links += inner.links
                weight.ends += inner.ends
                weight.anchors += inner.anchors
                weight.headed = weight.headed or inner.headed
                weight.tables = max(weight.tables, inner.tables, inner.text if child.tag == "table" else 0)
        out[id(node)] = weight
    return out


def _below_links(root: Node) -> set[int]:
    out: set[int] = set()
    for node in root.elements():
        if node.tag == "a" or id(node) in out:
            out.add(id(node))
            out.update(id(child) for child in node.children if isinstance(child, Node))
    return out


def prune(root: Node) -> dict[int, Weight]:
    """Takes out, in place, what is no text of a document; the weights of what remains."""
    _drop(root, lambda node: node.tag in words()["dropped_tags"] or _is_hidden(node))
    weights = weigh(root)
    furniture, containers = frozenset(words()["furniture"]), frozenset(words()["containers"])
    total = max(weights[id(root)].text, 1)

    def is_furniture(node: Node) -> bool:
        weight = weights[id(node)]
        if containers & set(node.names()):
            return False
        if node.tag == "header" or furniture & set(_name_parts(node)):
            return weight.ends == 0 and weight.text < 0.3 * total and not weight.headed
        return False

    _drop(root, is_furniture)
    return weigh(root)


def _drop(root: Node, wrong: Any) -> None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        node.children = [c for c in node.children if isinstance(c, str) or not wrong(c)]
        waiting.extend(c for c in node.children if isinstance(c, Node))


def _is_hidden(node: Node) -> bool:
    return "hidden" in node.attributes or bool(HIDDEN.search(node.attributes.get("style", "")))


def _name_parts(node: Node) -> Iterator[str]:
    for name in node.names():
        yield name.lower()
        for part in re.split(r"[-_\d]", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name)):
            if part:
                yield part.lower()


def find_body(root: Node, weights: dict[int, Weight]) -> Node:
    """The element that holds the text: a container of a known name that has most of it, or all but a little, else the
    densest block."""

    def own(node: Node) -> int:
        return weights[id(node)].text - weights[id(node)].links

    total = max(own(root), 1)
    known = frozenset(words()["containers"])
    named = [n for n in root.elements() if known & set(n.names()) and own(n) > 0 and own(n) >= min(0.5 * total, total - 200)]
    if named:
        return _widened(root, max(named, key=own), weights)
    return _densest(root, weights)


def _widened(root: Node, body: Node, weights: dict[int, Weight]) -> Node:
    """The body, or the nearest element around it that has all sentences of the page, where the body lacks some."""
    if weights[id(root)].ends - weights[id(body)].ends <= 1:
        return body
    return _densest(root, weights)


def _densest(root: Node, weights: dict[int, Weight]) -> Node:
    """Goes down as long as one child has nearly all the text and its siblings have no sentences."""
    current = root
    while True:
        children = [c for c in current.children if isinstance(c, Node)]
        if not children:
            return current
        best = max(children, key=lambda n: weights[id(n)].text - weights[id(n)].links)
        others = [weights[id(c)] for c in children if c is not best]
        loose = sum(len(squeeze(c)) for c in current.children if isinstance(c, str))
        if weights[id(best)].text < 20 or loose > 10 or best.tag in ("p", "tr", "td", "li", "span", "table"):
            return current
        if any(w.ends > 0 or (w.text - w.links) > 60 for w in others):
            return current
        current = best


def drop_link_blocks(body: Node, weights: dict[int, Weight]) -> None:
    """Takes lists of links out of the body: blocks with three links or more that are little else."""

    def is_list(node: Node) -> bool:
        weight = weights[id(node)]
        if node.tag not in ("div", "ul", "ol", "dl", "section", "table") or weight.ends or weight.text < 1:
            return False
        return weight.links >= 0.6 * weight.text and weight.anchors >= 3

    _drop(body, is_list)


def take_labels(root: Node, weights: dict[int, Weight]) -> list[tuple[str, str]]:
    """The table that says what the document is, as (发文字号, 民发〔2022〕31号) …; it is taken out of the tree."""
    best: Node | None = None
    found: list[tuple[str, str]] = []
    for node in root.elements():
        if node.tag in ("table", "ul", "dl", "div", "section") and 8 <= weights[id(node)].text <= 1200:
            pairs = _pairs(_pieces(node))
            if len(pairs) >= 2 and len(pairs) >= len(found):
                best, found = node, pairs  # the innermost that has them all: later ones lie deeper or further on
    if best is None:
        return []
    _drop(root, lambda node: node is best)
    return [(label, value) for label, value in found if value]


def _pieces(node: Node) -> list[str]:
    """The texts of an element, one for each cell or inline element, and one for each label within a text; [] for very many."""
    out: list[str] = []
    waiting: list[Node | str] = [node]
    steps = 0
    while waiting:
        item = waiting.pop()
        steps += 1
        if steps > 2000:
            return []
        if isinstance(item, str):
            out.extend(piece for piece in _before_labels().split(" ".join(item.split())) if piece.strip())
        elif item.tag in ("td", "th") and all(isinstance(c, str) and not c.strip() for c in item.children):
            out.append("")  # an empty cell is an empty value
        else:
            waiting.extend(reversed(item.children[:2001]))
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


def find_title(root: Node, body: Node, weights: dict[int, Weight]) -> str:
    """The title where it stands outside of the body: an h1 or an element named as a title; "" for none."""
    named = frozenset(words()["titles"])
    inside = {id(n) for n in body.elements()}
    for node in root.elements():
        if id(node) in inside or not 6 <= weights[id(node)].text <= 150 or weights[id(node)].ends:
            continue
        if node.tag in ("h1", "h2") or named & set(node.names()):
            return " ".join(node.text().split())
    return ""


def page_title(root: Node) -> str:
    """What the page calls itself: its meta ArticleTitle, else its <title> without the site's name behind _ or -,
    when that reads like the title of a document; "" for none."""
    for node in root.elements():
        if node.tag == "meta" and node.attributes.get("name", "").lower() == "articletitle":
            return node.attributes.get("content", "").strip()
    for node in root.elements():
        if node.tag == "title":
            text = re.split(r"[_|]|--|——| - ", " ".join(node.text().split()))[0].strip()
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
