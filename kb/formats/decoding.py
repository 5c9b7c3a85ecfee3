"""Bytes → text, by a strict order of encodings and a check that what came out is written language.

The order is BOM, UTF-8, GB18030, Big5, UTF-16 without BOM. Each is tried strictly; GB18030 and Big5 accept almost any
bytes, so their result must also look like Chinese: a known share of frequent characters. Only when no strict decoding
holds, and all but a few bytes fit one encoding, the bytes that do not fit become U+FFFD and a note says how many and
in which line. Nothing is ever dropped silently; bytes that are no text are refused.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from kb.errors import UnreadableFile
from kb.model import Problem
from kb.tables import settings

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
SAMPLE = 200_000  # characters that the check of plausibility looks at


class Decoded(NamedTuple):
    """Text, the name of its encoding, and what could not be decoded."""

    text: str
    encoding: str
    notes: tuple[Problem, ...] = ()


def decode(data: bytes, file: str) -> Decoded:
    """The text of `data`. Raises UnreadableFile (Chinese reason) for bytes that are no text, or too many.

    `decode("第一条　总则".encode("gb18030"), "a.txt")` gives the text with encoding gb18030. A text whose lines end in
    \\r alone gets \\n for it (as many characters); every other character stays as it is, control characters included.
    """
    limit = settings("limits")["text"]["max_bytes"]
    if len(data) > limit:
        raise UnreadableFile(f"文本大于 {limit // 1048576} MB，超过大小上限，请拆成几个文件", file)
    decoded = _by_bom(data, file) or _strict(data) or _broken(data, file)
    if decoded is None or not _few_controls(decoded.text):
        raise UnreadableFile("不是文本文件，或文字编码不认识（已试 UTF-8、GB18030、Big5、UTF-16）", file)
    text = decoded.text
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    return Decoded(text, decoded.encoding, decoded.notes + _control_note(text, file))


def _by_bom(data: bytes, file: str) -> Decoded | None:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            body = data[len(mark) :]
            text = _try(body, encoding)
            if text is not None:
                return Decoded(text, encoding)
            return _repair(body, encoding, file)
    return None


def _strict(data: bytes) -> Decoded | None:
    text = _try(data, "utf-8")
    if text is not None and _few_controls(text) and not _chance_utf8(text, data):
        return Decoded(text, "utf-8")
    candidates = []
    for encoding in ("gb18030", "big5", "cp950"):
        text = _try(data, encoding)
        if text is not None and _few_controls(text):
            candidates.append((text, encoding, _han_score(text)))
    if candidates:
        # The order stands, unless a later encoding is right beyond doubt and the earlier one plainly wrong.
        best = candidates[0]
        for candidate in candidates[1:]:
            if candidate[2] > 2 * best[2]:
                best = candidate
        if _plausible(best[0], best[2]) and not _broken_utf8(data):
            return Decoded(best[0], best[1])
    return _utf16(data)


def _chance_utf8(text: str, data: bytes) -> bool:
    """Whether a few Chinese characters of GB18030 happen to be valid UTF-8 as well: 通知 would read ֪ͨ."""
    if len(data) > 200 or not "\x7f" < max(text, default="") <= "\u07ff":
        return False
    other = _try(data, "gb18030")
    return other is not None and _han_score(other) >= 0.5


def _broken_utf8(data: bytes) -> bool:
    """Whether `data`, though it decodes as GB18030, is UTF-8 with a few bytes damaged (浣犲ソ for 你好)."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    multibyte = sum(1 for c in text[:SAMPLE] if ord(c) > 0x7FF and c != "\ufffd")
    return multibyte > 20 * broken and _han_score(text) > _setting("min_han_frequent")


def _utf16(data: bytes) -> Decoded | None:
    """UTF-16 without a mark. NUL bytes on one side alone would tell for ASCII; but 一 (4E00) and the wide space (3000)
    have them on the other side, so both orders are tried and the text itself must look like ASCII or like Chinese."""
    if len(data) < 4 or len(data) % 2:
        return None
    best: tuple[float, Decoded] | None = None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _try(data, encoding)
        if text is None or not _few_controls(text):
            continue
        sample = text[:SAMPLE]
        plain = sum(1 for c in sample if " " <= c <= "~" or c in "\r\n\t") / len(sample)
        score = 1.0 if plain > 0.9 else _han_score(text)
        if score >= _setting("min_han_frequent") and (best is None or score > best[0]):
            best = score, Decoded(text, encoding)
    return best[1] if best else None


def _broken(data: bytes, file: str) -> Decoded | None:
    """The encoding that all but a few bytes fit, those few as U+FFFD with a note; None when there is none."""
    best: Decoded | None = None
    fewest = 0
    for encoding in ("utf-8", "gb18030", "big5"):
        repaired = _repair(data, encoding, file)
        if repaired is None or not _few_controls(repaired.text) or not _plausible(repaired.text):
            continue
        count = repaired.text.count("\ufffd")
        if best is None or count < fewest:
            best, fewest = repaired, count
    return best


def _repair(data: bytes, encoding: str, file: str) -> Decoded | None:
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    if broken > max(4, len(data) * _setting("max_broken_share")):
        return None
    if not broken:  # the bytes themselves say U+FFFD, or a strict decoder was stricter than the lenient one
        return Decoded(text, encoding)
    line = text.count("\n", 0, text.index("\ufffd")) + 1
    reason = f"有 {broken} 处字节不合 {encoding.upper()} 编码（首处在第 {line} 行），已用替换符“\ufffd”标出"
    return Decoded(text, encoding, (Problem(file, reason),))


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _setting(name: str) -> float:
    return float(settings("limits")["text"][name])


@lru_cache(maxsize=1)
def _frequent() -> frozenset[str]:
    table = settings("encodings")
    return frozenset((table["simplified"] + table["traditional"]).replace("\n", ""))


def _han_score(text: str) -> float:
    """Share of frequent characters among all that are not ASCII, punctuation of Chinese text left aside; 1 if none."""
    known = _frequent()
    seen = hits = 0
    for character in text[:SAMPLE]:
        if character < "\x80" or character in "，。、；：？！（）《》〈〉“”‘’〔〕【】—…·　①②③④⑤⑥⑦⑧⑨⑩":
            continue
        if "\uff01" <= character <= "\uff5e":
            continue
        seen += 1
        hits += character in known
    return hits / seen if seen else 1.0


def _plausible(text: str, score: float | None = None) -> bool:
    """Whether a text of Chinese characters reads like written language: by frequent ones, or all of them common ones."""
    if (_han_score(text) if score is None else score) >= _setting("min_han_frequent"):
        return True
    odd = [c for c in text[:SAMPLE] if c > "\x7f"]
    return sum(1 for c in odd if c in _gb2312()) >= _setting("min_gb2312_share") * len(odd)


@lru_cache(maxsize=1)
def _gb2312() -> frozenset[str]:
    rows = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return frozenset(text for text in (_try(row, "gb2312") for row in rows) if text)


@lru_cache(maxsize=1)
def _controls() -> re.Pattern[str]:
    return re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


@lru_cache(maxsize=1)  # asked three times of the same text
def _holds_controls(text: str) -> bool:
    return _controls().search(text) is not None


def _few_controls(text: str) -> bool:
    if not _holds_controls(text):
        return True
    most = max(2, int(len(text) * _setting("max_control_share")))
    return sum(1 for _ in islice(_controls().finditer(text), most + 1)) <= most


def _control_note(text: str, file: str) -> tuple[Problem, ...]:
    if not _holds_controls(text):
        return ()
    found = [m.start() for m in _controls().finditer(text)]
    line = text.count("\n", 0, found[0]) + 1
    return (Problem(file, f"有 {len(found)} 个控制字符（首个在第 {line} 行），已原样保留，显示时不会输出"),)
