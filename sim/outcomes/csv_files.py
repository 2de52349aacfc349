"""CSV files of results: written for spreadsheets too, and read back as they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from sim.domain.csv_cells import cell_of_text, text_of_cell
from sim.outcomes import disk


def write_csv(path: Path, table: pd.DataFrame | pa.Table) -> None:
    """Write a table as a CSV file, in which no text is a formula."""
    if isinstance(table, pa.Table):
        with disk.open_file(path) as file:
            arrow_csv.write_csv(_with_arrow_texts(table), file)
        return
    frame = _with_texts(table, cell_of_text)
    disk.write_text(path, frame.to_csv(index=False, lineterminator="\n"))


def read_csv(path: Path, **options: Any) -> pd.DataFrame:
    """Return a table that `write_csv` wrote, with the texts that it was given.

    Args:
        path: the file.
        options: those of `pandas.read_csv`.
    """
    return _with_texts(pd.read_csv(path, **options), text_of_cell)


def check_complete(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse a table that was cut within the words that say what a row is about.

    Raises:
        KeyError: it lacks one of the columns.
        ValueError: a cell of one is empty.
    """
    for name in columns:
        if frame[name].isna().any():
            row = int(frame[name].isna().to_numpy().argmax()) + 2
            raise ValueError(f"row {row} has no {name}")


def _with_texts(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """Return a table with its texts and headings changed."""
    changed = partial(_changed, change)
    columns = {}
    for name in map(str, frame.select_dtypes(exclude="number")):
        # The same few texts stand in many rows.
        texts = [x for x in frame[name].unique() if isinstance(x, str)]
        if any(change(text) != text for text in texts):
            columns[name] = frame[name].map(changed)
    return frame.assign(**columns).rename(columns=changed)


def _changed(change: Callable[[str], str], value: object) -> object:
    return change(value) if isinstance(value, str) else value


def _with_arrow_texts(table: pa.Table) -> pa.Table:
    """Return a table whose texts, which dictionaries hold, are no formulas."""
    for index, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            parts = [_arrow_texts(part) for part in table.column(index).chunks]
            table = table.set_column(index, field, pa.chunked_array(parts, field.type))
    return table


def _arrow_texts(part: pa.DictionaryArray) -> pa.DictionaryArray:
    texts = [cell_of_text(text) for text in part.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(part.indices, pa.array(texts, pa.string()))
