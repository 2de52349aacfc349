"""Files of points, a setting a column and a point a row, as plain values."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from pyarrow import parquet

from sim.domain.errors import SettingsError, one_line
from sim.outcomes.sweep.setting_value import SettingValue
from sim.records.plain_csv import other_separator
from sim.records.text_file import reading_fault

_SPECIAL: dict[str, SettingValue] = {"true": True, "false": False, "null": None}
_INTEGER = re.compile(r"[+-]?(0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(
    r"[+-]?(((0|[1-9]\d*)(\.\d*)?|\.\d+)(e[+-]?\d+)?|inf|nan)",
    re.IGNORECASE | re.ASCII,
)
"""Numbers as the grammar of the command line has them: 007 is not one."""

_UNREADABLE = (OSError, ValueError, csv.Error, ArithmeticError, NotImplementedError)
"""What readers raise; Arrow has no Python value for some types, or for days far out."""

Points = tuple[tuple[str, ...], list[tuple[SettingValue, ...]]]
"""The settings, and what each point sets them to."""


def read_points(file: Path) -> Points:
    """Return what a CSV or Parquet file holds.

    Raises:
        SettingsError: it cannot be read, or its columns have no or equal names.
    """
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise SettingsError(f"sweep.table={file}: must be a .csv or .parquet file")
    try:
        keys, rows = reader(file)
    except _UNREADABLE as error:
        fault = one_line(reading_fault(error))[:120]
        raise SettingsError(f"sweep.table={file}: {fault}") from None
    _check_columns(file, keys)
    _check_printable(file, [keys, *rows])
    return keys, rows


def _from_csv(file: Path) -> Points:
    with file.open(newline="", encoding="utf-8-sig") as text:
        lines = filter(None, csv.reader(text, strict=True))
        table = [[cell.strip() for cell in row] for row in lines]
    while table and not any(table[-1]):
        table.pop()
    if not table:
        raise ValueError("it is empty")
    first, *rows = table
    for number, row in enumerate(rows, start=2):
        if len(row) != len(first):
            raise ValueError(f"row {number} has not as many cells as the header")
    return tuple(first), [tuple(map(_parsed, row)) for row in rows]


def _from_parquet(file: Path) -> Points:
    table = parquet.read_table(file)
    columns = [map(_plain_value, column.to_pylist()) for column in table.columns]
    return tuple(table.column_names), list(zip(*columns, strict=True))


_READERS: dict[str, Callable[[Path], Points]] = {
    ".csv": _from_csv,
    ".parquet": _from_parquet,
}


def _parsed(cell: str) -> SettingValue:
    """Return the value of a cell of text, as the command line would read it."""
    if not cell:
        return math.nan
    if cell.lower() in _SPECIAL:
        return _SPECIAL[cell.lower()]
    if _INTEGER.fullmatch(cell):
        return int(cell)
    return float(cell) if _NUMBER.fullmatch(cell) else cell


def _plain_value(cell: object) -> SettingValue:
    """Return a cell of a typed column as a plain value; days become text."""
    if cell is None:
        return math.nan
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str | bool | int | float):
        return cell
    return float(cell) if isinstance(cell, Decimal) else str(cell)


def _check_printable(file: Path, rows: Iterable[Sequence[SettingValue]]) -> None:
    """Refuse text with line breaks, control characters and other invisible signs."""
    for number, cells in enumerate(rows, start=1):
        for cell in cells:
            if isinstance(cell, str) and not cell.isprintable():
                raise SettingsError(
                    f"sweep.table={file}: row {number} holds a sign that cannot be "
                    "printed"
                )


def _check_columns(file: Path, keys: Sequence[str]) -> None:
    if separator := other_separator(keys):
        raise SettingsError(f"sweep.table={file}: {separator}")
    for number, key in enumerate(keys, start=1):
        if not key:
            raise SettingsError(f"sweep.table={file}: column {number} has no name")
        if key in keys[: number - 1]:
            raise SettingsError(f"sweep.table={file}: {key} appears twice")
