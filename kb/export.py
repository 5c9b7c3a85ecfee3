"""The tables of a knowledge base as files: jsonl, csv or xlsx, the same bytes for the same records."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kb.errors import UsageError, reason
from kb.files import put_in_place
from kb.model import Records
from kb.quantities.directions import directed_record
from kb.records import (
    Record,
    by_document,
    citation_record,
    clause_record,
    document_record,
    indicator_record,
    link_record,
    local_record,
    task_record,
    unit_record,
)

FORMATS = ("jsonl", "csv", "xlsx")
CELL_LIMIT = 32_000  # a spreadsheet cell holds 32,767 characters
FORMULA = tuple("=+-@＝＋－＠")  # what a formula may begin with; the wide ones count in Chinese and Japanese programs
KEPT_KINDS = ("Zs", "Cn", "Co")  # not printable to Python, yet characters: wide spaces, rare characters newer than it


def tables(records: Records) -> dict[str, list[Record]]:
    """Table name → its records, in INTERFACE's form and order."""
    file_of = {d.id: d.file for d in records.documents}
    cited = by_document(records.citations)
    return {
        "documents": [document_record(d, cited.get(d.id, ())) for d in records.documents],
        "clauses": [clause_record(c, file_of[c.document]) for c in records.clauses],
        "tasks": [task_record(t, file_of[t.document]) for t in records.tasks],
        "units": [unit_record(u) for u in records.units],
        "citations": [citation_record(c) for c in records.citations],
        "links": [link_record(link) for link in records.links],
        "local": [local_record(x) for x in records.locals],
        "indicators": [indicator_record(i) for i in records.indicators],
        "targets": [directed_record(t) for t in records.targets],
    }


def export(records: Records, folder: Path, form: str) -> list[Path]:
    """Writes every table into the folder (made if absent) and returns the files. UsageError for a bad folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        contents = tables(records)
        if form == "xlsx":
            return [_write(folder / "policykb.xlsx", workbook(contents))]
        return [
            _write(folder / f"{name}.{form}", (_jsonl if form == "jsonl" else _csv)(rows).encode("utf-8", "replace"))
            for name, rows in contents.items()
        ]
    except OSError as error:
        raise UsageError(f"写不进这个文件夹（{reason(error)}）", str(folder), "请换一个能写入的位置") from error


def _write(path: Path, data: bytes) -> Path:
    """The whole file or none: written beside, then put in place."""
    with put_in_place(path) as beside:
        beside.write_bytes(data)
    return path


def _jsonl(rows: Iterable[Record]) -> str:
    return "".join(_one_line(json.dumps(row, ensure_ascii=False, separators=(",", ":"))) + "\n" for row in rows)


def _one_line(text: str) -> str:
    """JSON in which no character ends the line for any reader (U+0085, U+2028), nor drives a terminal: written as \\uXXXX."""
    if text.replace("\u3000", "").isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\u3000" else json.dumps(c)[1:-1] for c in text)


def _csv(rows: list[Record]) -> str:
    out = io.StringIO()
    out.write("\ufeff")  # so that spreadsheet programs read UTF-8
    if rows:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(rows[0])
        for row in rows:
            writer.writerow([safe_cell(flat(v)) for v in row.values()])
    return out.getvalue()


def flat(value: Any) -> str:
    """A value as one cell's text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def cell(text: str) -> str:
    """Text that a spreadsheet's cell holds: without control characters, and a cut that says so."""
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or ((c.isprintable() or unicodedata.category(c) in KEPT_KINDS) and c not in "\ufffe\uffff"))
    if len(text) > CELL_LIMIT or len(text.encode("utf-16-le")) // 2 > CELL_LIMIT:  # programs count two for a rare character
        kept = text[:CELL_LIMIT]
        while (over := len(kept.encode("utf-16-le")) // 2 - CELL_LIMIT) > 0:
            kept = kept[: -((over + 1) // 2)]
        text = f"{kept}……（本格共 {len(text)} 字，未全部列出）"
    return text


def safe_cell(text: str) -> str:
    """The same for csv, where a program would take what begins like a formula for one: an apostrophe before it keeps it text."""
    text = cell(text)
    return "'" + text if text.lstrip()[:1] in FORMULA or text[:1] == "\t" else text


def _typed(text: str) -> str:
    """The same for xlsx, where the cell's type says that it is text, but _x0041_ would be read as A."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", cell(text))


def workbook(contents: dict[str, list[Record]], widths: dict[str, int] | None = None) -> bytes:
    """Tables → one xlsx workbook, a sheet a table, every cell text; the same bytes each time."""
    from datetime import datetime

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(2000, 1, 1)
    for name, rows in contents.items():
        sheet = book.create_sheet(name)
        heads = list(rows[0]) if rows else []
        for at, head in enumerate(heads, 1):
            sheet.column_dimensions[get_column_letter(at)].width = (widths or {}).get(head, 18)
        sheet.freeze_panes = "A2"
        for line, row in enumerate([dict(zip(heads, heads, strict=True)), *rows]):
            cells = []
            for value in row.values():
                box = WriteOnlyCell(sheet, value=_typed(flat(value)))
                box.data_type = "s"  # a text that begins with = is no formula
                box.alignment = Alignment(wrap_text=True, vertical="top")
                if line == 0:
                    box.font = Font(bold=True)
                cells.append(box)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return _without_times(out.getvalue())


def _without_times(data: bytes) -> bytes:
    """A zip file with every time stamp set to one date, so that the same tables give the same bytes."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            if info.filename == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", body)
            new.writestr(zipfile.ZipInfo(info.filename, (2000, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()
