"""The table of events: what happened, in which draws, and what was weighed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.outcomes.columns import MONTH, codes_column, first_days, text_column
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.results import Results

ROWS_AT_ONCE = 500_000
"""Rows of the table that are made and written at once."""

_TEXTS = ("actor", "event", "subject", "detail")
_FIRST = ["scenario", "draw", "month", *_TEXTS]
_LAST = ["threshold", "alternative"]
EVENT_COLUMNS = [*_FIRST, *_LAST]
"""Columns of the table, what was weighed left out."""


def events_table(results: Sequence[Results]) -> pa.Table:
    """Return what happened, a row per scenario, draw and event."""
    return pa.concat_tables(events_tables(results))


def events_tables(results: Sequence[Results]) -> Iterator[pa.Table]:
    """Yield what happened in tables of some `ROWS_AT_ONCE` rows, at least one."""
    for side in results:
        for batch in _batches(side.events):
            yield _table(side.scenario, batch)


def _batches(events: Sequence[Occurrence]) -> Iterator[Sequence[Occurrence]]:
    """Yield events in batches of which none has many more than `ROWS_AT_ONCE` rows."""
    first, rows = 0, 0
    for index, event in enumerate(events):
        rows += event.draws.size
        if rows >= ROWS_AT_ONCE:
            yield events[first : index + 1]
            first, rows = index + 1, 0
    if rows or not events:
        yield events[first:]


def _table(scenario: str, events: Sequence[Occurrence]) -> pa.Table:
    counts = np.array([event.draws.size for event in events], dtype=np.int64)
    days = first_days([event.month for event in events])
    draws = _concatenated([event.draws for event in events])
    return pa.table(
        {
            "scenario": text_column([scenario], int(counts.sum())),
            "draw": draws.astype(np.int32),
            "month": pa.array(np.repeat(days, counts), type=MONTH),
            **{name: _text(events, name, counts) for name in _TEXTS},
            "inputs": _inputs(events, counts),
            "threshold": _thresholds(events, counts),
            "alternative": _text(events, "alternative", counts),
        }
    )


def _text(
    events: Sequence[Occurrence], column: str, counts: np.ndarray
) -> pa.DictionaryArray:
    return text_column([str(getattr(event, column)) for event in events], counts)


def _inputs(events: Sequence[Occurrence], counts: np.ndarray) -> pa.MapArray:
    """Return what was weighed, a map from name to number for each row of the table."""
    sizes = np.array([len(event.inputs) for event in events], dtype=np.int64)
    ends = np.cumsum(np.repeat(sizes, counts))
    names = sorted({name for event in events for name in event.inputs})
    code = {name: index for index, name in enumerate(names)}
    weighing = [event for event in events if event.inputs]
    codes = [
        np.tile([code[name] for name in event.inputs], event.draws.size)
        for event in weighing
    ]
    amounts = [
        np.column_stack(list(event.inputs.values())).ravel() for event in weighing
    ]
    return pa.MapArray.from_arrays(
        np.concatenate([[0], ends]).astype(np.int32),
        codes_column(_concatenated(codes).astype(np.int32), names).dictionary_decode(),
        pa.array(_concatenated(amounts), type=pa.float64()),
    )


def _thresholds(events: Sequence[Occurrence], counts: np.ndarray) -> pa.Array:
    """Return what each row had to reach, missing where it had to reach nothing."""
    missing = [event.threshold is None for event in events]
    values = [
        np.full(count, np.nan if event.threshold is None else event.threshold)
        for event, count in zip(events, counts, strict=True)
    ]
    mask = np.repeat(np.array(missing, dtype=np.bool_), counts)
    return pa.array(_concatenated(values), type=pa.float64(), mask=mask)


def _concatenated(arrays: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.empty(0)


def reasons(table: pa.Table) -> pd.DataFrame:
    """Return events as a table with a row for each thing weighed.

    An event for which nothing was weighed has one row without `input` and `value`.
    """
    maps = table["inputs"].combine_chunks()
    sizes = np.diff(np.asarray(maps.offsets))
    rows = np.repeat(np.arange(len(table)), np.maximum(sizes, 1))
    first, last = maps.offsets[0].as_py(), maps.offsets[-1].as_py()
    weighed = np.repeat(sizes > 0, np.maximum(sizes, 1))
    frame = table.drop_columns(["inputs"]).to_pandas().iloc[rows]
    frame = frame.reset_index(drop=True)
    frame["input"] = pd.Series("", index=frame.index, dtype=object)
    frame["value"] = np.nan
    frame.loc[weighed, "input"] = maps.keys[first:last].to_pandas().to_numpy()
    frame.loc[weighed, "value"] = maps.items[first:last].to_numpy()
    return frame[[*_FIRST, "input", "value", *_LAST]]
