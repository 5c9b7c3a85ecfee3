"""Prints the lines of a manuscript in the forms and with the defects of real files.

Each layout takes the lines and gives the text of the file and, for each manuscript line, the number of the physical
line on which it begins.
"""

from __future__ import annotations

from random import Random

from .manuscript import Line

TABLE = ("GH", "R1", "R2", "R2=", "R", "X")
HALF = str.maketrans({"，": ",", "（": "(", "）": ")"})


def row_cells(line: Line) -> list[str]:
    """The cells of a table row as printed."""
    cells = line.printed.split("\t")
    if line.tag in ("R2", "R2="):
        return [cells[0], *cells[2:]]
    return ["", *cells] if line.tag == "R" else cells


def print_plain(lines: list[Line], facts: dict[str, str]) -> tuple[str, list[int]]:
    """One paragraph a line with an empty line after it; the rows of a table follow each other."""
    out: list[str] = []
    starts = []
    wrapped_cells = True
    for line in lines:
        if line.tag == "B":
            starts.append(len(out) + 1)
            out.append("")
            continue
        if line.tag in TABLE:
            if line.tag == "GH":
                wrapped_cells = not wrapped_cells and facts.get("cells") == "p"
            cells = row_cells(line)
            if wrapped_cells and line.tag in ("R", "R2", "R2="):
                cells = [f"<p>{c}</p>" if c and n != 2 and len(c) > 12 else c for n, c in enumerate(cells)]
            if out and out[-1] == "" and len(out) > 1 and "\t" in out[-2] and starts and lines[len(starts) - 1].tag != "B" and line.tag != "GH":
                out.pop()
            starts.append(len(out) + 1)
            out += ["\t".join(cells), ""]
            continue
        starts.append(len(out) + 1)
        for piece in line.printed.split("⏎"):
            out += [piece, ""]
    return "\n".join(out).rstrip("\n") + "\n", starts


def wrap(text: str, width: int) -> list[str]:
    """Physical lines of `width` wide characters; a closing mark never begins a line."""
    lines = [""]
    used = 0.0
    for char in text:
        size = 0.5 if char.isascii() else 1.0
        if used + size > width and char not in "，。、；：）”》〕！？,;:)":
            lines.append("")
            used = 0.0
        lines[-1] += char
        used += size
    return lines


def print_pdf_text(lines: list[Line], facts: dict[str, str]) -> tuple[str, list[int]]:
    """Text pulled from a PDF: hard wraps, an empty line between physical lines, pages cut inside sentences.

    Up to page 5 a new page shows only as a missing empty line and a leading blank; from page 6 on its number is printed."""
    width, height = int(facts.get("width", "27")), int(facts.get("height", "21"))
    out: list[str] = []
    starts = []
    on_page, page = 0, 1
    for number, line in enumerate(lines):
        if line.tag == "T" and number and lines[number - 1].tag == "T":
            out.pop()
        starts.append(len(out) + 1)
        if line.tag == "B":
            out.append("")
            continue
        for physical in wrap(line.printed, width):
            if on_page == height:
                on_page, page = 0, page + 1
                if page < 6:
                    if out and out[-1] == "":
                        out.pop()
                    physical = " " + physical
                else:
                    out += ["", "", f"- {page} -", ""]
                if physical.strip() == line.printed[: len(physical.strip())]:
                    starts[-1] = len(out) + 1
            out += [physical, ""]
            on_page += 1
    return "\n".join(out).rstrip("\n") + "\n", starts


def print_ocr(lines: list[Line], facts: dict[str, str]) -> tuple[str, list[int]]:
    """Recognised text: wraps, half-width commas and brackets, blanks before and inside, quotation marks on lines of their own."""
    width, height = int(facts.get("width", "27")), 24
    rng = Random(facts.get("seed", "1"))
    out: list[str] = []
    starts = []
    on_page = 0
    for line in lines:
        starts.append(len(out) + 1)
        if line.tag == "B":
            out.append("")
            continue
        text = line.printed.translate(HALF)
        for physical in wrap(text, width):
            noisy = "".join(c + (" " if c in ",、" and rng.random() < 0.06 else "") for c in physical)
            noisy = noisy.replace("年,", "年 ,") if rng.random() < 0.5 else noisy
            if on_page == height:
                on_page = 0
                if out and out[-1] == "":
                    out.pop()
                noisy = " " + noisy
            out += [*split_quotes(noisy), ""]
            on_page += 1
    return "\n".join(out).rstrip("\n") + "\n", starts


def split_quotes(text: str) -> list[str]:
    """The line cut before and behind each quotation mark, as recognition of small raised marks does it."""
    pieces = [""]
    for char in text:
        if char in "“”":
            pieces += [char, ""]
        else:
            pieces[-1] += char
    return [p for p in pieces if p] or [""]


LAYOUTS = {"plain": print_plain, "pdftext": print_pdf_text, "ocr": print_ocr}
