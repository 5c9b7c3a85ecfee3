"""The child process that reads a pdf: `python -m kb.formats.pdf_worker` gets the bytes on its standard input and prints
one JSON object a line: {"page", "blocks", "unknown", "picture"} for each page in order, {"note"} or {"refused"}, and
{"done"} at the end. It has a limit on memory and is killed from outside when it takes too long; what it has printed by
then counts. It writes no file and opens no other.
"""

from __future__ import annotations

import io
import itertools
import json
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kb.formats.pdf_fonts import UNKNOWN
from kb.formats.pdf_layout import page_blocks
from kb.formats.pdf_page import read_page
from kb.orphans import end_with_parent
from kb.tables import settings


def limit_memory(amount: int) -> None:
    """No more address space than this; on systems without such limits (Windows) only the time limit holds."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, amount), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):  # a lower one is in force already
            continue


class TooSlow(BaseException):
    """A page took too long. No Exception, so that nothing in between takes it for a fault of the file."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TooSlow in what takes longer; does nothing on systems without such clocks (Windows)."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def say(**message: Any) -> None:
    """One line to the parent, at once."""
    sys.stdout.write(json.dumps(message, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def open_pdf(data: bytes) -> Any:
    """The pypdf reader, or None after the refusal has been printed."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        try:
            opened = bool(reader.decrypt(""))  # most "protected" files have no password for reading
        except Exception:  # the cipher needs a library that is not installed, or the entry is wrong
            opened = False
        if not opened:
            say(refused="PDF 已加密，请去掉密码后再加入")
            return None
    return reader


def work(data: bytes) -> None:
    """Reads the pdf and prints what it says."""
    limits = settings("limits")["pdf"]
    reader = open_pdf(data)
    if reader is None:
        return
    total = slow = 0
    for number, page in enumerate(reader.pages, 1):
        if number > limits["max_pages"]:
            say(note=f"页数多于 {limits['max_pages']}，其后未读")
            break
        try:
            with at_most(limits["page_seconds"]):
                shown = read_page(page)
                blocks = page_blocks(shown)
        except MemoryError:
            say(note=f"第 {number} 页过大，读到此处为止")
            break
        except TooSlow:
            slow += 1
            say(note=f"第 {number} 页过于复杂，未读" + ("，其后也未读" if slow >= limits["slow_pages"] else ""))
            if slow >= limits["slow_pages"]:
                break
            continue
        except Exception as error:  # pypdf raises all kinds on damaged files; one page is lost, not the file
            say(page=number, blocks=[], unknown=0, picture=False, broken=type(error).__name__)
            continue
        texts = [text for block in blocks for text in (block if isinstance(block, list) else itertools.chain(*block.rows))]
        total += sum(len(text) for text in texts)
        if total > settings("limits")["file"]["max_chars"]:
            say(note=f"文字过多，读到第 {number} 页为止")
            break
        said = [block if isinstance(block, list) else {"rows": block.rows, "xs": block.xs, "last": block.last} for block in blocks]
        say(page=number, blocks=said, unknown=sum(t.count(UNKNOWN) for t in texts), picture=has_picture(page), cut=shown.cut)
    say(done=True)


def has_picture(page: Any) -> bool:
    """Whether the page shows an image (a scan)."""
    try:
        objects = page["/Resources"]["/XObject"].get_object()
        return any(str(objects[name].get_object().get("/Subtype")) == "/Image" for name in objects)
    except Exception:  # no resources, or wrong ones
        return False


def main() -> None:
    """Entry of the child process."""
    end_with_parent()
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(600)
    limit_memory(int(settings("limits")["pdf"]["memory"]))
    try:
        work(sys.stdin.buffer.read())
    except MemoryError:
        say(refused="PDF 占用内存超过上限，疑为恶意文件")
    except RecursionError:
        say(refused="PDF 结构循环嵌套，未读")
    except Exception:
        say(refused="PDF 已损坏，读不出来，请重新下载，或用阅读器打开后另存（打印）为 PDF")


if __name__ == "__main__":
    main()
