"""Mutated files for every reader: no crash, no hang over 10 s, under 512 MB, always a text or a reason in Chinese.

    python -m tests.fuzz_readers --count 10000 --seed 1            all readers, prints a figure for each
    python -m tests.fuzz_readers --reader docx --seed 1 --only 77  one file again, with the traceback
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from kb.errors import UnreadableFile

sys.path.insert(0, str(Path(__file__).parent))
import support_files as make

READERS = ("txt", "md", "html", "docx", "pdf")
SECONDS, MEGABYTES = 10.0, 512
ODD = ("\x00", "\u200b", "\u200f", "\u202e", "\u2066", "\ufe0f", "\U000e0100", "\ufeff", "\ud83d", "\x1b[31m", "\r", "\f", "\u2028", "\t", "\u3000", "|", "<", "&", '"')
TEXT = (
    "云亭县人民政府办公室文件\n云政办发〔2022〕3号\n\n关于做好困难老年人救助工作的通知\n\n各乡镇人民政府，县直有关单位：\n\n一、总体要求\n（一）指导思想。坚持以人民为中心。\n"
    "1.按月发放补贴，到2025年覆盖率达到95%以上。（县民政局牵头，县财政局配合）\n任务\t牵头单位\n建站\t县民政局\n\n云亭县人民政府办公室\n2022年5月6日\n"
)


class Outcome(NamedTuple):
    """What became of one mutated file."""

    read: bool
    seconds: float
    crash: str = ""


def seeds(reader: str) -> list[bytes]:
    """Sound files of a format, as the stock for mutations."""
    if reader == "txt":
        return [(TEXT * 4).encode(e) for e in ("utf-8", "gb18030", "utf-16", "utf-8-sig")] + [b"", "通知".encode("gb18030")]
    if reader == "md":
        return ["# 标题\n\n| 任务 | 单位 |\n|---|---|\n| 建站 | 民政局 |\n\n**一、甲。**\n".encode() * 3, f"---\ntitle: 通知\n---\n{TEXT}".encode()]
    if reader == "html":
        table = "<table><tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>1<table><tr><td>内</td></tr></table></td></tr></table>"
        body = "".join(f"<p>{line}</p>" for line in TEXT.split("\n")) + table + "<ol start=3><li>甲<li>乙</ol><sup>①</sup>&ldquo;&#19968;"
        return [make.html(body, "关于做好救助工作的通知", {"发文字号": "云政办发〔2022〕3号", "成文日期": "2022年5月6日"}), make.html(body).decode().encode("gb18030")]
    if reader == "docx":
        return list(_docx_seeds())
    return list(_pdf_seeds())


def _docx_seeds() -> Iterator[bytes]:
    numbering = make.abstract(0, make.level(0, "chineseCounting", "%1、"), make.level(1, "chineseCounting", "（%2）")) + make.num(1, 0)
    body = [make.p(line) for line in TEXT.split("\n")] + [make.p("甲", num=1), make.p("乙", num=1, level=1), make.table([["任务", "单位"], ["建站", "民政局"]])]
    merged = make.tr(make.tc("甲", merge="restart"), make.tc("乙", span=2)) + make.tr(make.tc("", merge="continue"), make.tc("丙"))
    styles = make.paragraph_style("H1", num=1, level=0)
    noted = make.p(raw='<w:r><w:t>注</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>', style="H1")
    yield make.docx(*body, f"<w:tbl>{merged}</w:tbl>", noted, numbering=numbering, styles=styles, parts={"footnotes": make.note("footnote", 2, make.p("说明"))})
    yield make.docx(make.p("一、总体要求"))


def _pdf_seeds() -> Iterator[bytes]:
    yield make.pdf([TEXT.split("\n"), ["二、任务"]], numbers=True)
    yield make.pdf([TEXT.split("\n")], pageCompression=0)
    yield make.pdf_table([["任务", "单位"], ["建站", "民政局"]], [100, 100])


def mutate(data: bytes, stock: list[bytes], chance: random.Random) -> bytes:
    """One to six changes to the bytes: flips, cuts, repeats, splices from another file, odd characters."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        size = len(out)
        at = chance.randrange(size + 1)
        length = min(chance.choice((1, 2, 8, 64, 1024)), size - at)
        kind = chance.randrange(7)
        if kind == 0 and size:
            for _ in range(chance.choice((1, 4, 32))):
                out[chance.randrange(size)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del out[at : at + length]
        elif kind == 2:
            out[at:at] = out[at : at + length] * chance.choice((1, 2, 50))
        elif kind == 3:
            other = chance.choice(stock)
            cut = chance.randrange(len(other) + 1)
            out[at:at] = other[cut : cut + chance.choice((4, 100, 5000))]
        elif kind == 4:
            encoding = chance.choice(("utf-8", "gb18030", "utf-16-le"))
            out[at:at] = chance.choice(ODD).encode(encoding, "surrogatepass" if encoding != "gb18030" else "replace") * chance.choice((1, 3, 400))
        elif kind == 5:
            out[at:at] = chance.randbytes(chance.choice((1, 10, 200)))
        else:
            out[at : at + length] = str(chance.choice((0, -1, 2**31, 10**12))).encode()
    return bytes(out)


PIECES = re.compile(rb"<[^<>]{1,400}>|[^<>]+")
VALUES = (b"0", b"-1", b"1", b"9", b"2147483648", b"999999999999", b"", b"x", "一".encode(), b"../../x", b"http://example.invalid/")


def rearrange(data: bytes, chance: random.Random) -> bytes:
    """One to six changes to markup that leave its tags tags: elements repeated, moved, taken out; other values; other texts."""
    pieces = PIECES.findall(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(pieces) or 1)
        here = pieces[at : at + 1]
        if here and here[0].startswith((b"</", b"<?")):
            continue
        kind = chance.randrange(5)
        if kind == 0 and here and b'"' in here[0]:
            pieces[at] = re.sub(rb'"[^"]*"', b'"' + chance.choice(VALUES) + b'"', here[0], count=chance.choice((0, 1)))
        elif kind == 1 and here and not here[0].startswith(b"<"):
            pieces[at] = (chance.choice(ODD).encode("utf-8", "replace") * chance.choice((1, 3, 4000))).replace(b"<", b"&lt;").replace(b"&", b"&amp;")
        else:
            end = _element(pieces, at)
            part = pieces[at:end]
            if kind == 2:
                pieces[at:end] = []
            elif kind == 3:
                pieces[at:at] = part * chance.choice((1, 2, 40))
            else:
                to = chance.randrange(1, len(pieces)) if len(pieces) > 1 else 0
                pieces[to:to] = part
        if sum(map(len, pieces)) > 2_000_000:
            break
    return b"".join(pieces)


def _element(pieces: list[bytes], at: int) -> int:
    """The end of the element that begins at a piece; of anything else the next piece."""
    depth = 0
    for end in range(at, len(pieces)):
        piece = pieces[end]
        if piece.startswith(b"</"):
            depth -= 1
        elif piece.startswith(b"<") and not piece.endswith(b"/>") and not piece.startswith((b"<?", b"<!")):
            depth += 1
        if depth <= 0:
            return end + 1
    return at + 1


def case(reader: str, seed: int, number: int) -> bytes:
    """The mutated file of this number.

    Two thirds of the docx are mutated inside their parts, so that the archive stays whole, half of these so that the XML stays XML;
    a third of the web pages so that tags stay tags.
    """
    chance = random.Random(f"{reader} {seed} {number}")
    stock = seeds(reader)
    data = chance.choice(stock)
    way = chance.randrange(3)
    if reader == "html" and way == 0:
        return rearrange(data, chance)
    if reader != "docx" or way == 0:
        return mutate(data, stock, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = chance.choice(names)
        parts = [old.read(name) for name in names]
        for name, part in zip(names, parts, strict=True):
            changed = part if name != hit else rearrange(part, chance) if way == 1 else mutate(part, parts, chance)
            new.writestr(name, changed)
    return out.getvalue()


def reader_of(name: str) -> Callable[[bytes, str], tuple[str, str, tuple[object, ...]]]:
    """The read function of a format; for pdf the work of the child process, done here so that 10,000 files take minutes."""
    from kb.formats import docx, html, markdown, pdf, pdf_worker, text

    def pdf_here(data: bytes, file: str) -> tuple[str, str, tuple[object, ...]]:
        lines: list[dict[str, object]] = []
        with mock.patch.object(pdf_worker, "say", lambda **message: lines.append(message)):
            try:
                pdf_worker.work(data)
            except RecursionError:
                lines.append({"refused": "循环"})
            except Exception as error:
                lines.append({"refused": f"损坏 {type(error).__name__}"})  # as pdf_worker.main does
        answer = pdf.Answer(tuple(json.loads(json.dumps(lines))), "done")
        with mock.patch.object(pdf, "ask", lambda *_: answer):
            return pdf.read(data, file)

    return {"txt": text.read, "md": markdown.read, "html": html.read, "docx": docx.read, "pdf": pdf_here}[name]


def attempt(reader: str, data: bytes) -> Outcome:
    """Reads one file; anything but a text or a reason is a crash."""
    read = reader_of(reader)
    begun = time.perf_counter()
    try:
        text, encoding, notes = read(data, "甲." + reader)
        text.encode("utf-8")  # no lone surrogates
        crash = "" if encoding and isinstance(notes, tuple) else "no encoding"
        return Outcome(True, time.perf_counter() - begun, crash)
    except UnreadableFile as error:
        told = any("\u4e00" <= c <= "\u9fff" for c in error.message)
        return Outcome(False, time.perf_counter() - begun, "" if told else "no reason given")
    except Exception as error:
        return Outcome(False, time.perf_counter() - begun, f"{type(error).__name__}: {error}")


def run(reader: str, count: int, seed: int) -> list[str]:
    """Reads `count` mutated files; prints the figure of the reader; what went wrong, one line each."""
    import logging

    logging.disable(logging.CRITICAL)  # pypdf tells every fault
    sys.setrecursionlimit(600)
    wrong: list[str] = []
    before = peak_megabytes()  # a process that did other things before may have held more
    read, slowest = 0, 0.0
    for number in range(count):
        outcome = attempt(reader, case(reader, seed, number))
        read += outcome.read
        slowest = max(slowest, outcome.seconds)
        if outcome.crash:
            wrong.append(f"{reader} --seed {seed} --only {number}: {outcome.crash}")
        if outcome.seconds > SECONDS:
            wrong.append(f"{reader} --seed {seed} --only {number}: {outcome.seconds:.1f} s")
    memory = peak_megabytes()
    if memory > max(MEGABYTES, before):
        wrong.append(f"{reader}: {memory:.0f} MB")
    print(f"{reader:5} {count} files, seed {seed}: {read} read, {count - read} refused with a reason, {len(wrong)} wrong, slowest {slowest:.2f} s, peak {memory:.0f} MB")
    return wrong


def peak_megabytes() -> float:
    """The most memory that this process has held."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1048576 if sys.platform == "darwin" else 1024)


def main() -> int:
    """The command: 0 when nothing went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=READERS)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    if options.only is not None:
        data = case(options.reader, options.seed, options.only)
        Path(f"fuzz-{options.reader}-{options.seed}-{options.only}.bin").write_bytes(data)
        print(reader_of(options.reader)(data, "甲")[0][:2000])
        return 0
    if options.reader:
        wrong = run(options.reader, options.count, options.seed)
        print("\n".join(wrong), end="\n" if wrong else "")
        return 1 if wrong else 0
    command = [sys.executable, "-m", "tests.fuzz_readers", "--count", str(options.count), "--seed", str(options.seed)]
    return max(subprocess.run([*command, "--reader", reader], check=False).returncode for reader in READERS)


if __name__ == "__main__":
    sys.exit(main())
