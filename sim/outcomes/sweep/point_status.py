"""Rows of a design as files hold them: settings as columns, and what became of each."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pyarrow as pa

from sim.domain.ensemble import Draws
from sim.outcomes.sweep.block_store import NOTHING_STORED, StoredDraws
from sim.outcomes.sweep.durable_files import write_durably
from sim.outcomes.sweep.setting_value import SettingValue

DONE, FAILED, WAITING = "done", "failed", "waiting"


@dataclass(frozen=True, slots=True)
class DesignRow:
    """A point of a design, as the table shows it.

    Attributes:
        values: one for each swept setting.
        key: its content hash; None if it could not be made ready.
        error: why not, in one line.
    """

    values: tuple[SettingValue, ...]
    key: str | None
    error: str | None = None


def errors_by_number(
    rows: Sequence[DesignRow], stored: Mapping[str, StoredDraws], draws: Draws
) -> dict[int, str]:
    """Return why points failed, by number."""
    found = {}
    for number, row in enumerate(rows):
        error = row.error
        if error is None and row.key is not None:
            error = stored.get(row.key, NOTHING_STORED).error(draws)
        if error is not None:
            found[number] = error
    return found


def write_design(
    path: Path,
    *,
    settings: Sequence[str],
    rows: Sequence[DesignRow],
    stored: Mapping[str, StoredDraws],
    draws: Draws,
    errors: Mapping[int, str] | None = None,
) -> None:
    """Write the points with what became of them: done, failed and why, or waiting.

    Args:
        path: the file.
        settings: names of what is swept.
        rows: the points.
        stored: what the store holds.
        draws: the possible worlds.
        errors: why points failed, by number, if the table is made (`assemble`).

    Raises:
        OutputError: it cannot be written.
    """
    errors = errors_by_number(rows, stored, draws) if errors is None else errors
    text = StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(["point", *settings, "status", "error"])
    for number, row in enumerate(rows):
        status = status_of(row, stored, draws, failed=number in errors)
        words = [as_text(value) for value in row.values]
        sheet.writerow([number, *words, status, errors.get(number, "")])
    write_durably(path, text.getvalue().encode())


def status_of(
    row: DesignRow, stored: Mapping[str, StoredDraws], draws: Draws, *, failed: bool
) -> str:
    """Return how far a point has come: failed, waiting or done."""
    if failed:
        return FAILED
    lacking = row.key is None or stored.get(row.key, NOTHING_STORED).missing(draws)
    return WAITING if lacking else DONE


def as_text(value: SettingValue) -> str:
    """Return a value as text: as the command line has it, without quotes.

    Example:
        >>> word(0.1), word(True), word(None), word("2027-07")
        ('0.1', 'true', 'null', '2027-07')
    """
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def column(values: Sequence[SettingValue]) -> pa.Array:
    """Return a setting's values as a column: whole numbers, numbers, truths or text.

    What is not set is missing among numbers, and among texts.
    """
    given = [value for value in values if value is not None]
    kinds = {type(value) for value in given}
    if kinds <= {bool}:
        return pa.array(values, type=pa.bool_())
    if kinds == {int}:
        return pa.array(values, type=pa.int64())
    if kinds <= {int, float}:
        numbers = [np.nan if value is None else float(value) for value in values]
        return pa.array(numbers, type=pa.float64(), from_pandas=True)
    words = [None if value is None else as_text(value) for value in values]
    known = sorted({text for text in words if text is not None})
    codes = {text: code for code, text in enumerate(known)}
    return pa.DictionaryArray.from_arrays(
        pa.array(
            [None if text is None else codes[text] for text in words], type=pa.int32()
        ),
        pa.array(known, type=pa.string()),
    )
