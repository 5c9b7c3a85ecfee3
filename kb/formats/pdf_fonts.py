"""Fonts of a pdf: the bytes that a page shows → characters and their widths.

What a code means is looked for in this order: the font's own ToUnicode map; the national encoding that its name gives
(GBK-EUC-H, UniGB-UCS2-H …); the numbering of the Adobe-GB1 collection, which for GB 2312 is that standard's own order;
for a simple font its encoding and the names of its glyphs. A code that means nothing becomes U+FFFD and is counted.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

UNKNOWN = "\ufffd"
MAX_MAP = 100_000
# The names of predefined character maps begin so; the codes are those of the codec.
CODECS = (
    ("UniGB-UTF8", "utf-8"), ("UniGB-UTF32", "utf-32-be"), ("Uni", "utf-16-be"), ("GBK2K", "gb18030"), ("GBK", "gbk"),
    ("GBpc", "gbk"), ("GB-EUC", "gbk"), ("ETen", "big5hkscs"), ("ETenms", "cp950"), ("B5pc", "big5"), ("HKscs", "big5hkscs"),
    ("90ms", "cp932"), ("90pv", "cp932"), ("KSCms", "cp949"), ("KSC-EUC", "euc_kr"),
)  # fmt: skip
# First CID, first code of GB 2312 (or ASCII), how many: the order of the Adobe-GB1 collection.
ADOBE_GB1 = (
    (1, 0x20, 95), (96, 0xA1A1, 94), (190, 0xA2B1, 50), (240, 0xA2E5, 10), (250, 0xA2F1, 12), (262, 0xA3A1, 94),
    (356, 0xA4A1, 83), (439, 0xA5A1, 86), (525, 0xA6A1, 24), (549, 0xA6C1, 24), (602, 0xA7A1, 33), (635, 0xA7D1, 33),
    (738, 0xA9A4, 76), (814, 0x21, 94),
)  # fmt: skip


@dataclass
class Font:
    """A font as far as text needs it: `decode` turns a shown string into (text, width in 1/1000, is a blank) pieces."""

    two_bytes: bool = False
    codec: str = ""  # a national encoding whose codes the strings hold
    known: dict[int, str] = field(default_factory=dict)  # code → text
    lengths: tuple[int, ...] = (1,)  # lengths of codes in bytes that may occur
    widths: dict[int, float] = field(default_factory=dict)
    default_width: float = 1000.0
    vertical: bool = False
    scale: float = 1.0  # of the font's own units, 1/1000 but in Type 3 fonts

    def decode(self, data: bytes) -> list[tuple[str, float, bool]]:
        """One entry for each code shown."""
        if self.codec and not self.known:
            return self._by_codec(data)
        out = []
        i = 0
        while i < len(data):
            code, size = self._next(data, i)
            text = self.known.get(code)
            if text is None:
                text = self._codec_character(data[i : i + size]) if self.codec else UNKNOWN
            out.append((text, self.widths.get(code, self.default_width) * self.scale, size == 1 and code == 32))
            i += size
        return out

    def _next(self, data: bytes, i: int) -> tuple[int, int]:
        if self.two_bytes:
            return int.from_bytes(data[i : i + 2], "big"), 2
        for size in self.lengths:
            code = int.from_bytes(data[i : i + size], "big")
            if code in self.known and i + size <= len(data):
                return code, size
        return data[i], 1

    def _codec_character(self, data: bytes) -> str:
        try:
            return data.decode(self.codec)
        except UnicodeDecodeError:
            return UNKNOWN

    def _by_codec(self, data: bytes) -> list[tuple[str, float, bool]]:
        text = data.decode(self.codec, errors="replace")
        # Without the collection's tables a code's own width is not known: Latin is half as wide as Chinese.
        return [(c, 500.0 if c < "\u0100" else self.default_width, c == " ") for c in text]


def read_font(resource: Any) -> Font:
    """The font of a pypdf font dictionary; whatever is wrong in it makes codes unknown, never an error."""
    subtype = _name(resource.get("/Subtype"))
    font = Font()
    if subtype == "Type0":
        _composite(font, resource)
    else:
        _simple(font, resource, subtype)
    to_unicode = _object(resource.get("/ToUnicode"))
    if hasattr(to_unicode, "get_data"):
        known, lengths = parse_cmap(to_unicode.get_data())
        if known:
            if not font.two_bytes and subtype == "Type0":
                font.lengths = lengths
            font.known = {**font.known, **known}
    return font


def _composite(font: Font, resource: Any) -> None:
    encoding = _object(resource.get("/Encoding"))
    name = _name(encoding)
    descendants = _object(resource.get("/DescendantFonts")) or []
    cid_font = _object(descendants[0]) if len(descendants) else {}
    font.vertical = name.endswith("-V")
    font.two_bytes = name.startswith("Identity") or not name
    font.codec = next((codec for start, codec in CODECS if name.startswith(start)), "")
    if font.codec == "utf-16-be":
        font.two_bytes = True
    if hasattr(encoding, "get_data"):  # a map of its own: codes → CIDs; only two-byte ones occur
        font.two_bytes = True
    system = _object(cid_font.get("/CIDSystemInfo")) or {}
    if font.two_bytes and not font.codec and str(system.get("/Ordering", "")) == "GB1":
        font.known = dict(_adobe_gb1())
    font.default_width = _number(cid_font.get("/DW"), 1000.0)
    if font.two_bytes and not font.codec:
        font.widths = _cid_widths(_object(cid_font.get("/W")))


def _simple(font: Font, resource: Any, subtype: str) -> None:
    encoding = _object(resource.get("/Encoding"))
    base = _name(encoding) or (_name(encoding.get("/BaseEncoding")) if hasattr(encoding, "get") else "")
    codec = "mac_roman" if base.startswith("MacRoman") else "cp1252"
    symbolic = subtype == "Type3" or "Symbol" in str(resource.get("/BaseFont", "")) or "Dingbats" in str(resource.get("/BaseFont", ""))
    if not symbolic:
        font.known = {code: bytes([code]).decode(codec, errors="replace") for code in range(32, 256)}
    if hasattr(encoding, "get"):
        code = 0
        for item in _object(encoding.get("/Differences")) or []:
            if isinstance(item, int):
                code = int(item)
            else:
                named = glyph_text(str(item).lstrip("/"))
                if named:
                    font.known[code] = named
                code += 1
    first = int(_number(resource.get("/FirstChar"), 0))
    for i, width in enumerate(list(_object(resource.get("/Widths")) or [])[:256]):
        font.widths[first + i] = _number(width, 0.0)
    font.default_width = 500.0
    if subtype == "Type3":
        matrix = _object(resource.get("/FontMatrix")) or []
        font.scale = abs(_number(matrix[0], 0.001)) * 1000 if len(matrix) else 1.0


def glyph_text(name: str) -> str:
    """The character that a glyph's name stands for: comma, uni6761, u2F804; "" when the name says nothing."""
    name = name.split(".")[0]
    match = re.fullmatch("uni([0-9A-F]{4})|u([0-9A-F]{4,6})", name)
    if match:
        code = int(match.group(1) or match.group(2), 16)
        return chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else ""
    if len(name) == 1:
        return name
    return _glyph_names().get(name, "")


@lru_cache(maxsize=1)
def _glyph_names() -> dict[str, str]:
    """Adobe's list of glyph names, which pypdf brings along (not in its public part, hence the care)."""
    try:
        names = importlib.import_module("pypdf._codecs.adobe_glyphs").adobe_glyphs
    except (ImportError, AttributeError):
        return {"space": " ", "period": ".", "comma": ",", "hyphen": "-", "parenleft": "(", "parenright": ")", "colon": ":",
                "slash": "/", "percent": "%", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
                "six": "6", "seven": "7", "eight": "8", "nine": "9"}  # fmt: skip
    return {str(k).lstrip("/"): v for k, v in names.items()}


@lru_cache(maxsize=1)
def _adobe_gb1() -> dict[int, str]:
    ranges = list(ADOBE_GB1)
    cid = 940
    for row in range(0xB0, 0xF8):  # the rows of hanzi, one after the other; the last of level 1 is five short
        count = 89 if row == 0xD7 else 94
        ranges.append((cid, row << 8 | 0xA1, count))
        cid += count
    out: dict[int, str] = {}
    for first, code, count in ranges:
        for i in range(count):
            raw = (code + i).to_bytes(2 if code > 0xFF else 1, "big")
            out[first + i] = raw.decode("gb18030", errors="replace")
    return out


_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]{0,1000})>|\[|\]|[A-Za-z][A-Za-z0-9]{0,40}")


def parse_cmap(data: bytes) -> tuple[dict[int, str], tuple[int, ...]]:
    """code → text of a ToUnicode map, and the lengths of its codes in bytes, the longest first."""
    known: dict[int, str] = {}
    lengths: set[int] = set()
    section = b""
    waiting: list[bytes] = []
    group: list[bytes] | None = None
    for match in _TOKEN.finditer(data[:5_000_000]):
        token = match.group()
        if token.startswith(b"<"):
            value = _unhex(match.group(1))
            if group is not None:
                group.append(value)
            else:
                waiting.append(value)
        elif token == b"[":
            group = []
        elif token == b"]":
            if section == b"bfrange" and len(waiting) >= 2 and group is not None:
                _add_range(known, waiting[-2], waiting[-1], group)
            waiting, group = [], None
            continue
        elif token.startswith(b"begin"):
            section, waiting = token[5:], []
            continue
        elif token.startswith(b"end"):
            section, waiting = b"", []
            continue
        if group is None and section == b"bfchar" and len(waiting) == 2:
            lengths.add(len(waiting[0]))
            _put(known, int.from_bytes(waiting[0], "big"), waiting[1])
            waiting = []
        elif group is None and section == b"bfrange" and len(waiting) == 3:
            lengths.add(len(waiting[0]))
            _add_range(known, waiting[0], waiting[1], waiting[2])
            waiting = []
        elif section == b"codespacerange" and len(waiting) == 2:
            lengths.add(len(waiting[0]))
            waiting = []
    return known, tuple(sorted((n for n in lengths if 1 <= n <= 4), reverse=True)) or (1,)


def _unhex(digits: bytes) -> bytes:
    digits = b"".join(digits.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _put(known: dict[int, str], code: int, raw: bytes) -> None:
    if len(known) >= MAX_MAP:
        return
    text = raw.decode("utf-16-be", errors="replace") if len(raw) > 1 else raw.decode("latin-1")
    if text.strip("\x00"):
        known[code] = text.strip("\x00")


def _add_range(known: dict[int, str], low: bytes, high: bytes, to: bytes | list[bytes]) -> None:
    first, last = int.from_bytes(low, "big"), int.from_bytes(high, "big")
    for i in range(min(last - first + 1, 65536)):
        if isinstance(to, list):
            if i >= len(to):
                return
            _put(known, first + i, to[i])
        elif to:
            value = int.from_bytes(to, "big") + i
            _put(known, first + i, (value % 256 ** len(to)).to_bytes(len(to), "big"))
        if len(known) >= MAX_MAP:
            return


def _cid_widths(array: Any) -> dict[int, float]:
    """The W array: `c [w1 w2 …]` and `first last w`."""
    out: dict[int, float] = {}
    items = list(array or [])
    i = 0
    while i + 1 < len(items) and len(out) < MAX_MAP:
        first, second = _object(items[i]), _object(items[i + 1])
        if isinstance(second, list):
            for k, width in enumerate(second):
                out[int(_number(first, 0)) + k] = _number(width, 1000.0)
            i += 2
        elif i + 2 < len(items):
            width = _number(items[i + 2], 1000.0)
            low = int(_number(first, 0))
            for cid in range(low, min(int(_number(second, 0)), low + 65535) + 1):
                out[cid] = width
            i += 3
        else:
            break
    return out


def _object(value: Any) -> Any:
    """The object that a reference leads to."""
    return value.get_object() if hasattr(value, "get_object") else value


def _name(value: Any) -> str:
    value = _object(value)
    return value.lstrip("/") if isinstance(value, str) else ""


def _number(value: Any, default: float) -> float:
    value = _object(value)
    return float(value) if isinstance(value, (int, float)) else default
