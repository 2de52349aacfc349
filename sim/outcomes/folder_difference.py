"""How two folders of results differ, file by file and number by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from sim.outcomes.folder_writer import BRIEF, CONFIG, PROVENANCE
from sim.outcomes.manifest import file_records

NOT_COMPARED = (PROVENANCE, CONFIG, BRIEF)
"""Files that say when, where and on what machine a run was made."""

_LABELS = (
    *("scenario", "draw", "measure", "actor", "when", "month", "channel"),
    *("event", "subject", "instrument", "series", "name"),
)
"""Columns that say what a row is about."""


@dataclass(frozen=True)
class FileDifference:
    """What differs between two files of one name.

    Attributes:
        file: its name within the folder.
        what: what differs, in words.
        largest: the largest relative difference between two numbers; infinite if
            something else than numbers differs, zero if only the bytes do.
    """

    file: str
    what: str
    largest: float = np.inf


def compare_folders(before: Path, after: Path) -> tuple[list[FileDifference], int]:
    """Return how the files of two folders differ, and how many were compared.

    What differs more stands first.
    """
    records = [file_records(folder) for folder in (before, after)]
    names = sorted(set().union(*records) - set(NOT_COMPARED))
    differences = [
        _compare_files(name, before, after)
        for name in names
        if records[0].get(name) != records[1].get(name)
    ]
    return sorted(differences, key=lambda one: -one.largest), len(names)


def _compare_files(name: str, before: Path, after: Path) -> FileDifference:
    if not (after / name).is_file():
        return FileDifference(name, "is not there when it is run again")
    if not (before / name).is_file():
        return FileDifference(name, "is there only when it is run again")
    try:
        old, new = _frame(before / name), _frame(after / name)
    except (OSError, ValueError, TypeError, KeyError, pa.ArrowException):
        return FileDifference(name, "cannot be read as a table")
    if old is None or new is None:
        return FileDifference(name, "other bytes")
    what, largest = frame_difference(old, new)
    return FileDifference(name, what or "the same values, written otherwise", largest)


def _frame(path: Path) -> pd.DataFrame | None:
    """Return a file as a frame, None if it is not a table."""
    if path.suffix == ".csv":
        return pd.read_csv(path)
    return plain_frame(parquet.read_table(path)) if path.suffix == ".parquet" else None


def plain_frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame; of a column of names with numbers, a row for each."""
    maps = [field.name for field in table.schema if pa.types.is_map(field.type)]
    frame = table.drop_columns(maps).to_pandas()
    for name in maps:
        pairs = [list(pairs or ()) for pairs in table[name].to_pylist()]
        counts = [max(len(items), 1) for items in pairs]
        flat = [pair for items in pairs for pair in items or [("", np.nan)]]
        frame = frame.loc[frame.index.repeat(counts)].reset_index(drop=True)
        frame[f"{name}_name"] = [key for key, _ in flat]
        frame[f"{name}_value"] = [value for _, value in flat]
    return frame


def frame_difference(old: pd.DataFrame, new: pd.DataFrame) -> tuple[str, float]:
    """Return in words how two tables differ, and the largest relative difference.

    The words are empty if every number and every text is the same.
    """
    if len(old) != len(new):
        return f"{len(new):,} rows instead of {len(old):,}", np.inf
    if list(old) != list(new):
        shared = [name for name in old if name in new]
        others, _ = frame_difference(old[shared], new[shared])
        words = f"columns: {_columns_not_shared(old, new)}"
        return f"{words}; the others: {others or 'the same'}", np.inf
    columns = list(map(str, old))
    numbers = [name for name in columns if _are_numbers(old[name], new[name])]
    relative = _relative_differences(old, new, numbers)
    differ = dict(zip(numbers, (relative > 0.0).T, strict=True))
    texts = [name for name in columns if name not in differ]
    differ |= {name: _texts_differ(old[name], new[name]) for name in texts}
    unlike = [name for name in columns if differ[name].any()]
    if not unlike:
        return "", 0.0
    count = int(np.logical_or.reduce([differ[name] for name in unlike]).sum())
    words = f"{count:,} of {len(old):,} rows: {', '.join(unlike)}"
    of_numbers, largest = _largest_number_difference(old, relative, numbers)
    is_number_only = not set(unlike).intersection(texts)
    return words + of_numbers, largest if is_number_only else np.inf


def _columns_not_shared(old: Iterable[Any], new: Iterable[Any]) -> str:
    shared = set(old) & set(new)
    names = [str(name) for name in [*old, *new] if name not in shared]
    return ", ".join(names) or "in another order"


def _are_numbers(*columns: pd.Series[Any]) -> bool:
    return all(
        pd.api.types.is_numeric_dtype(column.dtype) and column.dtype != bool
        for column in columns
    )


def _texts_differ(old: pd.Series[Any], new: pd.Series[Any]) -> np.ndarray:
    """Return which rows differ; an empty cell equals another."""
    texts = [column.astype(object).astype(str).to_numpy() for column in (old, new)]
    both_empty = (old.isna() & new.isna()).to_numpy()
    return (texts[0] != texts[1]).astype(bool) & ~both_empty


def relative_difference(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Return |old - new| over the larger of both; a missing value equals another."""
    size = np.maximum(np.abs(old), np.abs(new))
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.abs(old - new) / size
    is_same = (old == new) | (np.isnan(old) & np.isnan(new))
    return np.where(is_same, 0.0, np.where(np.isfinite(relative), relative, np.inf))


def _relative_differences(
    old: pd.DataFrame, new: pd.DataFrame, columns: Sequence[str]
) -> np.ndarray:
    """Return relative differences of numbers, with shape (rows, columns)."""
    if not columns:
        return np.zeros((len(old), 0))
    values = [frame[list(columns)].to_numpy(dtype=float) for frame in (old, new)]
    return relative_difference(*values)


def _largest_number_difference(
    old: pd.DataFrame, relative: np.ndarray, columns: Sequence[str]
) -> tuple[str, float]:
    """Return in words where numbers differ most, and by how much."""
    largest = float(relative.max(initial=0.0))
    if not largest:
        return "", 0.0
    row, column = np.unravel_index(int(relative.argmax()), relative.shape)
    place = _place({str(key): cell for key, cell in old.iloc[int(row)].items()})
    return (
        f"; the largest relative difference is {largest:.2g}, "
        f"{columns[int(column)]}{place}",
        largest,
    )


def _place(row: Mapping[str, object]) -> str:
    """Return what a row is about, in words."""
    labels = [_label(row[name]) for name in _LABELS if name in row]
    return f" of {', '.join(labels)}" if labels else ""


def _label(value: object) -> str:
    return f"{value:%Y-%m}" if isinstance(value, pd.Timestamp) else str(value)
