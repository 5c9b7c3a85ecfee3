"""Reads the data tables in kb/data (and a user's rows merged over them).

A table is a CSV file with a head line, UTF-8, `#` lines are comments; or a TOML file. Reading keeps each row's place, so
that a linter can say `kb/data/units.csv:212：…`. What a table means is the business of the module that uses it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kb.errors import DataError
from kb.kept import kept

DATA = Path(__file__).parent / "data"


class TableRow(NamedTuple):
    """A row: its cells by column name, and file:line for messages."""

    cells: dict[str, str]
    place: str


def read_csv(path: Path, columns: tuple[str, ...]) -> tuple[TableRow, ...]:
    """The rows of a CSV table, cells stripped. DataError when a column is missing, added, or a row is too long or short."""
    import csv

    rows = []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError("数据表读不出来", str(path), "请确认文件存在且为 UTF-8 编码") from error
    numbered = _data_lines(text)
    reader = csv.reader(line for _, line in numbered)
    numbers = [number for number, _ in _data_lines(text)]
    head: list[str] | None = None
    for cells in _read(reader, path):
        place = f"{path.name}:{numbers[reader.line_num - 1]}"
        if head is None:
            head = [c.strip() for c in cells]
            if set(head) != set(columns):
                raise DataError(f"表头应为 {','.join(columns)}", place, "请按此表头改正")
            continue
        if len(cells) != len(head):
            raise DataError(f"应有 {len(head)} 列，实为 {len(cells)} 列", place, "请补齐或删去多余的列")
        rows.append(TableRow({k: c.strip() for k, c in zip(head, cells, strict=True)}, place))
    return tuple(rows)


def _read(reader: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    import csv

    try:
        yield from reader
    except csv.Error as error:  # a quotation mark that is never closed, a cell of more than 131,072 characters
        raise DataError("数据表不是正确的 CSV（引号没有配对，或一格太长）", path.name, "请用表格软件打开后另存为 CSV") from error


def _data_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


@cache
def table(name: str, columns: tuple[str, ...]) -> tuple[TableRow, ...]:
    """The shipped table `kb/data/NAME.csv`, read once."""
    return read_csv(DATA / f"{name}.csv", columns)


@cache
def settings(name: str) -> dict[str, Any]:
    """The shipped table `kb/data/NAME.toml`, read once."""
    known: dict[str, Any] | None = kept(f"{name}.toml")
    if known is not None:
        return known
    import tomllib

    try:
        return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DataError("数据表读不出来", f"{name}.toml", "请检查 TOML 写法") from error


OWN = ("units", "regions", "synonyms", "terms")  # tables that a user may add rows to


def own_table(data: Path | None, name: str) -> Path | None:
    """The user's table NAME: `data`/NAME.csv of a folder, or `data` itself when it is that file; None when there is none."""
    if data is None:
        return None
    path = data / f"{name}.csv" if data.is_dir() else data
    return path if path.name == f"{name}.csv" and path.is_file() else None


@contextlib.contextmanager
def located(data: Path | None) -> Iterator[None]:
    """An error in a table that the user gave names the whole path of the file, not only the name that our own table bears too."""
    try:
        yield
    except DataError as error:
        path = own_table(data, error.place.partition(".csv")[0])
        if path is None or error.place.startswith(str(path)):
            raise
        raise DataError(error.message, f"{path}{error.place.removeprefix(path.name)}", error.next_step) from error


def check_own(data: Path | None) -> None:
    """DataError when what the user gave as tables is not there, holds none that we know, or is too large."""
    if data is None:
        return
    found = [path for name in OWN if (path := own_table(data, name))]
    if not found:
        known = "、".join(f"{name}.csv" for name in OWN)
        raise DataError("没有找到自己的数据表", str(data), f"请给出文件夹或文件，名称为 {known} 之一")
    limit = settings("limits")["table"]["max_own_bytes"]
    for path in found:
        if path.stat().st_size > limit:
            raise DataError(f"自己的数据表大于 {limit >> 20} MB", str(path), "请只留需要的行")
