"""What a user typed → a query tree. Any text gives a tree or a UsageError in Chinese, in linear time.

    低保 医疗救助              words: all of them, most of them when no clause holds all
    "最低生活保障" “…” 「…」    exactly these characters
    低保 AND (医保 OR 医疗) NOT 城市      operators in capitals, or 与 或 非 standing alone
    标题:意见 单位:民政局 牵头:教育局 地区:衡阳 日期:2021-03..2021-06      fields; a field before brackets holds for all in them
    产业*                      anything that begins so

An operator without something to connect, a bracket or quotation mark without its partner, and brackets or marks inside a
word are plain text.
"""

from __future__ import annotations

from functools import lru_cache

from index.tokens import bare
from kb.errors import UsageError
from kb.frozen import dataclass
from kb.tables import settings

LONGEST = 2_000  # characters of a query
MOST_LEAVES = 200
DEEPEST = 40  # brackets within brackets


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something to look for. `field` "" is the text; `exact`: typed in quotation marks."""

    text: str
    field: str = ""
    exact: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: Node


Node = Leaf | All | Any | Without


@dataclass(frozen=True, slots=True)
class Query:
    """`strict` when operators connect the leaves: then each is taken at its word. Else the tree is an All of leaves."""

    text: str
    tree: All
    strict: bool


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # word, quote, open, close, and, or, not, field
    text: str


@lru_cache(maxsize=1)
def _operators() -> dict[str, str]:
    words: dict[str, list[str]] = settings("query")["operators"]
    return {word: kind for kind, each in words.items() for word in each}


@lru_cache(maxsize=1)
def _fields() -> dict[str, str]:
    names: dict[str, list[str]] = settings("query")["fields"]
    return {name: field for field, each in names.items() for name in (field, *each)}


QUOTES = {"“": "”", '"': '"', "「": "」", "『": "』", "＂": "＂", "„": "”", "〝": "〞"}
OPEN, CLOSE = "(（", ")）"


def parse(text: str) -> Query:
    """The query tree of a text. UsageError when the text is too long, too deep, or holds nothing to look for."""
    if len(text) > LONGEST:
        raise UsageError(f"检索词太长（{len(text)} 字，最多 {LONGEST} 字）", "", "请缩短，或分几次查")
    tokens = _tokens(text)
    parser = _Parser(tokens)
    tree = parser.run()
    if not tree.parts and bare(text):
        parser = _Parser([_Token("word", word) for word in text.split()])
        tree = parser.run()
    if not tree.parts:
        raise UsageError("没有可以查找的字词", "", "请输入要找的词、文号、单位名或一句话")
    return Query(text, tree, parser.strict)


def _tokens(text: str) -> list[_Token]:
    out: list[_Token] = []
    at = 0
    while at < len(text):
        c = text[at]
        if c.isspace():
            at += 1
        elif c in QUOTES and (end := _closing(text, at)) > 0 and _free(text, end + 1):
            out.append(_Token("quote", text[at + 1 : end]))
            at = end + 1
        elif c in OPEN and not _ordinal(text, at):
            out.append(_Token("open", c))
            at += 1
        elif c in CLOSE:
            out.append(_Token("close", c))
            at += 1
        else:
            at = _word(text, at, out)
    return out


def _closing(text: str, at: int) -> int:
    """Where the quotation that opens here closes; 0 when it does not."""
    return max(text.find(QUOTES[text[at]], at + 1), 0)


def _free(text: str, at: int) -> bool:
    return at >= len(text) or text[at].isspace() or text[at] in CLOSE


def _ordinal(text: str, at: int) -> bool:
    """Whether a bracket opens an ordinal such as （三）, which is text."""
    end = next((i for i in range(at + 1, min(at + 5, len(text))) if text[i] in CLOSE), 0)
    return end > at + 1 and all(c in "零〇一二三四五六七八九十百0123456789０１２３４５６７８９" for c in text[at + 1 : end])


def _word(text: str, at: int, out: list[_Token]) -> int:
    """Reads a word, operator or field name that starts here; returns where it ends."""
    start, depth = at, 0
    while at < len(text) and not text[at].isspace():
        c = text[at]
        if c in ":：" and not depth and text[start:at].lower() in _fields() and at + 1 < len(text) and not text[at + 1].isspace():
            out.append(_Token("field", _fields()[text[start:at].lower()]))
            return at + 1
        if c in OPEN:
            depth += 1
        elif c in CLOSE:
            if not depth:
                break
            depth -= 1
        at += 1
    word = text[start:at]
    out.append(_Token(_operators().get(word, "word"), word))
    return at


class _Parser:
    """Recursive descent; what cannot be used is passed over."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.at, self.leaves, self.strict = tokens, 0, 0, False

    def run(self) -> All:
        parts: list[Node] = []
        while self.at < len(self.tokens):
            node = self._any(0)
            if isinstance(node, All):
                parts.extend(node.parts)
            elif node is not None:
                parts.append(node)
            self.at += 1  # a closing bracket without its partner
        return All(tuple(parts))

    def _peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _any(self, depth: int) -> Node | None:
        parts = []
        connected = False
        while True:
            node = self._all(depth)
            if node is not None:
                parts.append(node)
            if self._peek() != "or":
                break
            connected = True
            self.at += 1
        if connected and len(parts) > 1:
            self.strict = True
            return Any(tuple(parts))
        return parts[0] if parts else None

    def _all(self, depth: int) -> Node | None:
        parts: list[Node] = []
        joined = False
        while (kind := self._peek()) not in ("", "or", "close"):
            if kind == "and":
                self.at += 1
                joined = bool(parts)
                continue
            node = self._one(depth)
            if node is None:
                continue
            if joined:
                self.strict = True
            joined = False
            parts.extend(node.parts if isinstance(node, All) else (node,))
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Node | None:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "not":
            return self._without(depth)
        if token.kind == "open":
            return self._group(depth)
        if token.kind == "field":
            return self._field(token.text, depth)
        return self._leaf(token)

    def _without(self, depth: int) -> Node | None:
        if self._peek() in ("", "or", "and", "close"):
            return None
        if depth > DEEPEST:
            raise UsageError(f"括号或“非”套得太深（最多 {DEEPEST} 层）", "", "请简化检索式")
        node = self._one(depth + 1)
        if node is None:
            return None
        self.strict = True
        return Without(node)

    def _group(self, depth: int) -> Node | None:
        if depth > DEEPEST:
            raise UsageError(f"括号套得太深（最多 {DEEPEST} 层）", "", "请简化检索式")
        node = self._any(depth + 1)
        if self._peek() == "close":
            self.at += 1
        return node

    def _field(self, name: str, depth: int) -> Node | None:
        if self._peek() in ("", "or", "and", "close", "field"):
            return None
        node = self._one(depth + 1)
        return None if node is None else _within(node, name)

    def _leaf(self, token: _Token) -> Leaf | None:
        text = token.text
        prefix = token.kind == "word" and text.rstrip("。，,.;；").endswith(("*", "＊")) and bool(bare(text))
        if not any(c.isalnum() for c in bare(text)):
            return None
        self.leaves += 1
        if self.leaves > MOST_LEAVES:
            raise UsageError(f"检索词太多（最多 {MOST_LEAVES} 个）", "", "请减少后再查")
        return Leaf(text.rstrip("*＊") if prefix else text, exact=token.kind == "quote", prefix=prefix)


def _within(node: Node, field: str) -> Node:
    match node:
        case Leaf():
            return node if node.field else Leaf(node.text, field, node.exact, node.prefix)
        case All(parts):
            return All(tuple(_within(part, field) for part in parts))
        case Any(parts):
            return Any(tuple(_within(part, field) for part in parts))
        case Without(part):
            return Without(_within(part, field))
