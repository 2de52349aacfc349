"""Reading CSV as data: into typed rows, or refused by file, row and column."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydantic import ValidationError

from sim.domain.ensemble import PerDraw
from sim.domain.errors import RecordsError, nearest
from sim.records.row import Row
from sim.records.validation_words import expectation, short

SomeRow = TypeVar("SomeRow", bound=Row)


def read_table(path: Path, kind: type[SomeRow]) -> tuple[SomeRow, ...]:
    """Return the rows of a CSV file.

    Raises:
        RecordsError: the file is missing or empty, lacks a column or has one too many,
            or a cell is wrong: the message names file, row and column.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, strict=True)
            _check_columns(path.name, reader.fieldnames, kind)
            rows = list(reader)
    except (OSError, ValueError, csv.Error) as error:
        raise RecordsError(f"{path.name}: {reading_fault(error)}") from None
    if not rows:
        raise RecordsError(f"{path.name}: the table has no rows")
    return tuple(
        _read_row(path.name, number, cells, kind)
        for number, cells in enumerate(rows, start=2)
    )


def check_once(table: str, names: Sequence[str]) -> None:
    """Refuse a table in which a name appears twice; the first row is row 2."""
    seen: set[str] = set()
    for number, name in enumerate(names, start=2):
        if name in seen:
            raise RecordsError(f"{table}, row {number}: {name!r} appears twice")
        seen.add(name)


def read_numbers(path: Path, name: str) -> dict[str, PerDraw]:
    """Return the columns of a CSV file that holds finite numbers alone.

    Raises:
        RecordsError: the file is missing or empty, has a column twice, or a cell is no
            number: the message names file, row and column.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = [line for line in csv.reader(file, strict=True) if line]
    except (OSError, ValueError, csv.Error) as error:
        raise RecordsError(f"{name}: {reading_fault(error)}") from None
    if len(lines) <= 1:
        raise RecordsError(f"{name}: the table has no rows")
    header, *rows = lines
    if separator := other_separator(header):
        raise RecordsError(f"{name}: {separator}")
    for column in header:
        if header.count(column) > 1:
            raise RecordsError(f"{name}: column {column!r} appears twice")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise RecordsError(
                f"{name}, row {number}: has not as many cells as the header"
            )
    return {
        column: _numbers(name, column, [row[index] for row in rows])
        for index, column in enumerate(header)
    }


def _numbers(name: str, column: str, cells: Sequence[str]) -> PerDraw:
    """Return the cells of a column as numbers."""
    values = []
    for number, cell in enumerate(cells, start=2):
        where = f"{name}, row {number}, {column}"
        if not cell.strip():
            raise RecordsError(f"{where}: the cell is empty")
        try:
            values.append(float(cell))
        except ValueError:
            raise RecordsError(f"{where}: {cell!r} is not a number") from None
        if not math.isfinite(values[-1]):
            raise RecordsError(f"{where}: {cell} is not a finite number")
    return np.array(values)


def _check_columns(name: str, header: Sequence[str] | None, kind: type[Row]) -> None:
    columns = [str(column) for column in header or ()]
    fields = kind.model_fields
    if separator := other_separator(columns):
        raise RecordsError(f"{name}: {separator}")
    for column in columns:
        if columns.count(column) > 1:
            raise RecordsError(f"{name}: column {column!r} appears twice")
    faults = [
        f"column {short(column)} is not known{nearest(column, fields)}"
        for column in columns
        if column not in fields
    ] + [
        f"column {column!r} is missing"
        for column, field in fields.items()
        if field.is_required() and column not in columns
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


def reading_fault(error: Exception) -> str:
    """Say in plain words why a file could not be read.

    Example:
        >>> reading_fault(FileNotFoundError(2, "No such file or directory"))
        'there is no such file'
    """
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case UnicodeDecodeError():
            return "is not text in UTF-8"
        case IsADirectoryError():
            return "is a folder, not a file"
        case OSError():
            return f"cannot be read, {(error.strerror or str(error)).lower()}"
        case csv.Error():
            return f"cannot be read as a table, {error}"
    return f"cannot be read, {str(error).lower()}"


def _read_row(
    name: str, number: int, cells: dict[str, str], kind: type[SomeRow]
) -> SomeRow:
    where = f"{name}, row {number}"
    if None in cells or None in cells.values():
        raise RecordsError(f"{where}: has not as many cells as the header")
    # An empty cell is unknown; an empty remark is none.
    known = {
        key: cell if cell or key == "note" else None for key, cell in cells.items()
    }
    try:
        row = kind.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the row"
        text = first.get("input")
        shown = "" if isinstance(text, dict) else f", not {short(text)}"
        fault = "the cell is empty" if text is None else f"{expectation(first)}{shown}"
        raise RecordsError(f"{where}, {key}: {fault}") from None
    _check_shares(where, row)
    return row


def _check_shares(where: str, row: Row) -> None:
    for key, value in row:
        named_so = key.endswith("share") and isinstance(value, float)
        if named_so and not 0.0 <= value <= 1.0:
            raise RecordsError(f"{where}, {key}: {value:g} is outside 0 to 1")
