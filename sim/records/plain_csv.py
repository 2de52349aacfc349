"""Reading CSV as data: into typed rows, or refused by file, row and column."""

import csv
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from sim.domain.ensemble import PerDraw
from sim.domain.errors import RecordsError, nearest
from sim.records.row import KeyedRow
from sim.records.text_file import read_text, reading_fault
from sim.records.validation_words import expectation, short

SomeRow = TypeVar("SomeRow", bound=KeyedRow)

LARGEST = 16 * 1024 * 1024
"""Bytes that a table may have."""

_WORD = re.compile(r"'([^']*)'")


def read_table(path: Path, kind: type[SomeRow]) -> tuple[SomeRow, ...]:
    """Return the rows of a CSV file, as `read_numbered` does."""
    return tuple(read_numbered(path, kind).values())


def read_numbered(path: Path, kind: type[SomeRow]) -> Mapping[int, SomeRow]:
    """Return the rows of a CSV file by their number in it; the header is row 1.

    A byte-order mark, ends of lines as Windows has them, and what a spreadsheet leaves
    beyond the table, empty rows and columns without a name, are read over.

    Raises:
        RecordsError: the file is missing or empty, lacks a column or has one too many,
            a cell is wrong, or two rows are of the same thing: the message names file,
            row and column.
    """
    return _typed_rows(path.name, _text(path, path.name), kind)


@lru_cache(maxsize=256)
def _typed_rows(name: str, text: str, kind: type[SomeRow]) -> Mapping[int, SomeRow]:
    header, lines = _table(name, text)
    _check_columns(name, header, kind)
    rows = {
        number: _read_row(f"{name}, row {number}", header, cells, kind)
        for number, cells in _cells(name, header, lines).items()
    }
    _check_keys(name, rows)
    return rows


def _check_keys(name: str, rows: Mapping[int, KeyedRow]) -> None:
    """Refuse two rows that hold the same in the key of their table."""
    seen: set[tuple[str, ...]] = set()
    for number, row in rows.items():
        if row.identity in seen:
            words = " ".join(row.identity)
            raise RecordsError(f"{name}, row {number}: {words!r} appears twice")
        seen.add(row.identity)


def read_numbers(path: Path, name: str) -> dict[str, PerDraw]:
    """Return the columns of a CSV file that holds finite numbers alone.

    Raises:
        RecordsError: the file is missing or empty, has a column twice, or a cell is no
            number: the message names file, row and column.
    """
    return numbers_in(_text(path, name), name)


def numbers_in(text: str, name: str) -> dict[str, PerDraw]:
    """Return the columns of the text of a CSV file, as `read_numbers` does."""
    header, lines = _table(name, text)
    rows = _cells(name, header, lines)
    return {
        column: _numbers(name, column, {n: row[i] for n, row in rows.items()})
        for i, column in enumerate(header)
    }


def _text(path: Path, name: str) -> str:
    try:
        return read_text(path, LARGEST)
    except (OSError, ValueError) as error:
        raise RecordsError(f"{name}: {reading_fault(error)}") from None


def _table(name: str, text: str) -> tuple[list[str], dict[int, list[str]]]:
    """Return the header of a table, and its rows by their number."""
    try:
        lines = dict(csv_lines(text))
    except csv.Error as error:
        raise RecordsError(f"{name}: {reading_fault(error)}") from None
    if not lines:
        raise RecordsError(f"{name}: is empty")
    header = lines.pop(next(iter(lines)))
    while not header[-1].strip():
        header.pop()
    _check_header(name, header)
    if not lines:
        raise RecordsError(f"{name}: the table has no rows")
    return header, lines


def csv_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that has any, with the number of the line.

    Raises:
        csv.Error: the text is not CSV.
    """
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    for number, cells in enumerate(lines, start=1):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _check_header(name: str, header: Sequence[str]) -> None:
    if separator := other_separator(header):
        raise RecordsError(f"{name}: {separator}")
    for number, column in enumerate(header, start=1):
        if not column.strip():
            raise RecordsError(f"{name}: column {number} has no name")
        if column in header[: number - 1]:
            raise RecordsError(f"{name}: column {short(column)} appears twice")


def _cells(
    name: str, header: Sequence[str], lines: Mapping[int, Sequence[str]]
) -> dict[int, Sequence[str]]:
    """Return the cells of rows, one for each column, by the rows' numbers."""
    return {
        number: _fitted(f"{name}, row {number}", cells, header)
        for number, cells in lines.items()
    }


def _fitted(where: str, cells: Sequence[str], header: Sequence[str]) -> Sequence[str]:
    """Return the cells of a row, or refuse another number or what none may hold."""
    width = len(header)
    if len(cells) < width or any(cells[width:]):
        raise RecordsError(f"{where}: has not as many cells as the header")
    if not "".join(cells).isprintable():
        for column, cell in zip(header, cells, strict=False):
            if sign := _control_character(cell):
                raise RecordsError(f"{where}, {short(column)[1:-1]}: {sign}")
    return cells[:width]


def _control_character(cell: str) -> str:
    """Return what is wrong with a cell that holds what no table needs."""
    for sign in cell:
        if unicodedata.category(sign) == "Cc":
            return f"holds a line break or a control character (U+{ord(sign):04X})"
    return ""


def _numbers(name: str, column: str, cells: Mapping[int, str]) -> PerDraw:
    """Return the cells of a column as numbers."""
    numbers = [_number(cell) for cell in cells.values()]
    for value, (row, cell) in zip(numbers, cells.items(), strict=True):
        if value is None or not math.isfinite(value):
            fault = _fault_of_number(cell)
            raise RecordsError(f"{name}, row {row}, {column}: {fault}")
    return np.array(numbers)


def _number(cell: str) -> float | None:
    """Return the number that a cell holds, if it is one as the tables write it."""
    try:
        return None if "_" in cell or not cell.isascii() else float(cell)
    except ValueError:
        return None


def _fault_of_number(cell: str) -> str:
    """Return what is wrong with a cell that holds no finite number."""
    if not cell.strip():
        return "the cell is empty"
    if _number(cell) is None:
        return f"{short(cell)} is not a number"
    return f"{short(cell)[1:-1]} is not a finite number"


def _check_columns(name: str, header: Sequence[str], kind: type[KeyedRow]) -> None:
    fields = kind.model_fields
    faults = [
        f"column {short(column)} is not known{nearest(column, fields)}"
        for column in header
        if column not in fields
    ] + [
        f"column {column!r} is missing"
        for column, field in fields.items()
        if field.is_required() and column not in header
    ]
    if faults:
        raise RecordsError(f"{name}: {'; '.join(faults)}")


def other_separator(header: Sequence[str]) -> str:
    """Say that the cells of a header are not separated by commas, if they are not.

    Example:
        >>> other_separator(["draws;seed"])
        'its cells are separated by semicolons; save it with commas'
    """
    if len(header) == 1:
        for sign, name in ((";", "semicolons"), ("\t", "tabs")):
            if sign in header[0]:
                return f"its cells are separated by {name}; save it with commas"
    return ""


def _read_row(
    where: str, header: Sequence[str], cells: Sequence[str], kind: type[SomeRow]
) -> SomeRow:
    # An empty cell is unknown; an empty remark is none.
    known = {
        key: cell if cell.strip() or key == "note" else None
        for key, cell in zip(header, cells, strict=True)
    }
    try:
        return kind.model_validate(known)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the row"
        raise RecordsError(f"{where}, {key}: {_fault(first)}") from None


def _fault(detail: Mapping[str, Any]) -> str:
    """Return what is wrong with a cell, or with a row as a whole."""
    text = detail["input"]
    if text is None:
        return "the cell is empty"
    fault = expectation(detail)
    if not isinstance(text, str) or not fault.startswith("must"):
        return fault
    words = _WORD.findall(str(detail.get("ctx", {}).get("expected", "")))
    return f"{fault}, not {short(text)}{nearest(text, words)}"
