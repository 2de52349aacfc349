"""The tables of a sweep: quantiles by point, or every draw, written as a stream.

The numbers are those of the headline table of the point alone. The bytes follow from
the design, the draws and the times: not from the blocks that hold the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from sim.domain.array_types import Bool, Float64
from sim.domain.ensemble import Draws
from sim.outcomes.headline import HORIZON, LAG
from sim.outcomes.paired_difference import (
    defined,
    narrows,
    paired_difference,
    percent_of,
)
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.outcomes.sweep.block_store import with_series
from sim.outcomes.sweep.durable_files import replace_atomically
from sim.outcomes.sweep.table_contents import BACKFIRE_LABELS, TableContents

SIDES = ("scenario", "baseline", "difference", "change_percent")
INCREASE, DECREASE = "probability_of_increase", "probability_of_decrease"
STATISTICS = [f"{side}_{level}" for side in SIDES for level in HEADLINE_LEVELS]
NUMBERS = [*STATISTICS, INCREASE, DECREASE]
"""The columns of numbers."""

COMPARED = NUMBERS[2 * len(HEADLINE_LEVELS) :]
"""Those that a point without a baseline does not have."""

MEDIAN = STATISTICS.index("scenario_p50")
"""The column that holds how often the lag narrows."""

VALUES_AT_ONCE = 4_000_000
"""Numbers held of either side at once, unless one point at one time has more."""

_ROWS_AT_ONCE = 250_000
_DRAWS_AT_ONCE = 4096
_SIDES_BY_DRAW = ("scenario", "baseline")
_LABELS = ("measure", "actor", "unit", "when")
_TEXT = pa.dictionary(pa.int32(), pa.string())

Grid = Float64[np.ndarray, "points times series draws"]


@dataclass(frozen=True, eq=False)
class _Values:
    """Values of points that were run; those of a lone baseline are both sides.

    Attributes:
        present: at which times a point has values.
        paired: which points have a baseline.
    """

    scenario: Grid
    baseline: Grid
    present: Bool[np.ndarray, "points times"]
    paired: Bool[np.ndarray, "points"]


def write_table(contents: TableContents, path: Path) -> dict[int, str]:
    """Write the table of a sweep, and return why points failed, by number.

    Raises:
        OutputError: the sweep is not done, a block is damaged, or the table cannot be
            written.
    """
    contents.check_complete()
    schema = pa.schema(
        [
            ("point", pa.int64()),
            *(
                (name, column.type)
                for name, column in zip(
                    contents.settings, contents.setting_columns, strict=True
                )
            ),
            *((name, _TEXT) for name in _LABELS),
            *((name, pa.float64()) for name in NUMBERS),
            ("error", _TEXT),
        ],
        metadata=contents.footer,
    )
    with (
        replace_atomically(path) as file,
        _writer(file, schema, NUMBERS) as writer,
    ):
        for points in _points_at_once(contents):
            table = pa.table(_columns(contents, points), schema=schema)
            writer.write_table(table, row_group_size=max(len(table), 1))
    return contents.errors


def write_draws(contents: TableContents, path: Path) -> None:
    """Write the values of each point draw by draw.

    Rows go by point, then by series, time and draw; of very many draws, some thousands
    after another.

    Raises:
        OutputError: as for `write_table`.
    """
    contents.check_complete()
    rows_of_point = (
        len(contents.labels) * len(contents.table_times) * contents.draws.count
    )
    step = max(_ROWS_AT_ONCE // max(rows_of_point, 1), 1)
    schema = pa.schema(
        [
            ("point", pa.int64()),
            *((name, _TEXT) for name in _LABELS),
            ("draw", pa.int64()),
            *((name, pa.float64()) for name in _SIDES_BY_DRAW),
        ],
        metadata=contents.footer,
    )
    with (
        replace_atomically(path) as file,
        _writer(file, schema, _SIDES_BY_DRAW) as writer,
    ):
        for points in _ranges(len(contents.rows), step):
            for draws in contents.draws.split(_DRAWS_AT_ONCE):
                columns = _columns_by_draw(contents, points, draws)
                if len(columns[0]):
                    table = pa.table(columns, schema=schema)
                    writer.write_table(table, row_group_size=len(table))


def _writer(
    file: Any, schema: pa.Schema, numbers: Sequence[str]
) -> parquet.ParquetWriter:
    return parquet.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in schema.names if name not in numbers],
        column_encoding=dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
    )


def _points_at_once(contents: TableContents) -> Iterator[range]:
    """Yield points by numbers that do not depend on the blocks: nor do row groups."""
    rows = len(contents.labels) * len(contents.table_times)
    values = rows * contents.draws.count
    step = min(
        VALUES_AT_ONCE // max(values, 1), _ROWS_AT_ONCE // max(rows, 1), _ROWS_AT_ONCE
    )
    return _ranges(len(contents.rows), max(step, 1))


def _ranges(count: int, step: int) -> Iterator[range]:
    for first in range(0, count, step):
        yield range(first, min(first + step, count))


def _columns(contents: TableContents, points: range) -> list[Any]:
    """Return the columns of the table for some points; a failed one has one row."""
    run = [number for number in points if number not in contents.errors]
    rows_of_point = len(contents.labels) * len(contents.table_times)
    rows_of_point += contents.has_backfire_row
    counts = [1 if number in contents.errors else rows_of_point for number in points]
    failed = np.repeat([number in contents.errors for number in points], counts)
    numbers = np.full((len(failed), len(NUMBERS)), np.nan)
    present = np.ones(len(failed), dtype=bool)
    if run:
        run_numbers, run_present = _statistics(contents, run)
        numbers[~failed] = run_numbers.reshape(-1, len(NUMBERS))
        present[~failed] = run_present.ravel()
    texts, label_codes = _labels(contents)
    codes = np.zeros((len(_LABELS), len(failed)), dtype=np.int32)
    codes[:, ~failed] = np.tile(label_codes, len(run))
    rows = np.repeat(np.array(points, dtype=np.int64), counts)[present]
    return [
        pa.array(rows),
        *(column.take(pa.array(rows)) for column in contents.setting_columns),
        *(
            _texts(column[present], failed[present], known)
            for column, known in zip(codes, texts, strict=True)
        ),
        *(pa.array(column[present], from_pandas=True) for column in numbers.T),
        _error_texts(contents, rows),
    ]


def _statistics(
    contents: TableContents, points: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of each row of points that were run, and which rows exist."""
    series, times = len(contents.labels), len(contents.table_times)
    numbers = np.full((len(points), series, times, len(NUMBERS)), np.nan)
    present = np.zeros((len(points), series, times), dtype=bool)
    backfires = np.full((len(points), 1, len(NUMBERS)), np.nan)
    for some_times in _times_at_once(contents, len(points)):
        values = _read(contents, points, some_times, contents.draws)
        indices = [contents.table_times.index(time) for time in some_times]
        statistic_values = statistics(values.scenario, values.baseline, values.paired)
        numbers[:, :, indices] = statistic_values.transpose(1, 3, 2, 0)
        present[:, :, indices] = values.present[:, np.newaxis]
        if contents.has_backfire_row and HORIZON in some_times:
            lag = [(label.measure, label.actor) for label in contents.labels].index(LAG)
            where = np.s_[:, some_times.index(HORIZON), lag]
            change = paired_difference(values.scenario[where], values.baseline[where])
            backfires[:, 0, MEDIAN] = share_narrower(change, values.paired)
    rows = numbers.reshape(len(points), series * times, len(NUMBERS))
    exists = present.reshape(len(points), series * times)
    if not contents.has_backfire_row:
        return rows, exists
    return (
        np.concatenate([rows, backfires], axis=1),
        np.concatenate([exists, np.ones((len(points), 1), dtype=bool)], axis=1),
    )


def _times_at_once(contents: TableContents, points: int) -> list[list[str]]:
    """Return all times together if they fit into memory, else one after another."""
    times = contents.table_times
    values = points * len(contents.labels) * len(times) * contents.draws.count
    return [times] if values <= VALUES_AT_ONCE else [[time] for time in times]


def _read(
    contents: TableContents, points: Sequence[int], times: list[str], draws: Draws
) -> _Values:
    """Return the values of points that were run; a series that one lacks is zero."""
    keys = [key for number in points if (key := contents.rows[number].key) is not None]
    stored = contents.store.read(dict.fromkeys(keys), draws, times)
    shape = (len(keys), len(times), len(contents.labels), draws.count)
    scenario, baseline = np.zeros(shape), np.zeros(shape)
    present = np.zeros(shape[:2], dtype=bool)
    paired = np.zeros(len(keys), dtype=bool)
    for index, key in enumerate(keys):
        values = with_series(stored[key], contents.labels)
        at: slice | list[int] = slice(None)
        if len(values.times) < len(times):
            at = [times.index(time) for time in values.times]
        lone = values.baseline is None
        scenario[index, at] = values.scenario
        baseline[index, at] = values.scenario if lone else values.baseline
        present[index, at] = True
        paired[index] = not lone
    return _Values(scenario, baseline, present, paired)


def statistics(
    scenario: Float64[np.ndarray, "rows *rest draws"],
    baseline: Float64[np.ndarray, "rows *rest draws"],
    paired: Bool[np.ndarray, "rows"],
) -> Float64[np.ndarray, "numbers rows *rest"]:
    """Return the `NUMBERS` of values draw by draw.

    Only the rows that are paired have a baseline to differ from.
    """
    levels = list(HEADLINE_LEVELS.values())
    numbers = np.empty((len(NUMBERS), *scenario.shape[:-1]))
    count = len(levels)
    difference = paired_difference(scenario, baseline)
    percent = percent_of(difference, baseline)
    for index, side in enumerate((scenario, baseline, difference, percent)):
        # Ranked first, as the headline table does: even the sign of a zero agrees.
        ranked = np.sort(side, axis=-1)
        numbers[index * count :][:count] = np.quantile(ranked, levels, axis=-1)
    numbers[3 * count : 4 * count] = defined(numbers[3 * count : 4 * count])
    numbers[4 * count] = np.mean(difference > 0.0, axis=-1)
    numbers[4 * count + 1] = np.mean(difference < 0.0, axis=-1)
    numbers[2 * count :, ~paired] = np.nan
    return numbers


def share_narrower(
    change: Float64[np.ndarray, "rows draws"], paired: Bool[np.ndarray, "rows"]
) -> Float64[np.ndarray, "rows"]:
    """Return in which share of draws the lag narrows; missing without a baseline."""
    return np.where(paired, np.mean(narrows(change), axis=-1), np.nan)


def _labels(
    contents: TableContents,
) -> tuple[list[list[str]], np.ndarray]:
    """Return the texts of each label column, and the codes of the rows of a point."""
    rows = [
        (*label, time) for label in contents.labels for time in contents.table_times
    ]
    texts = [
        *([*dict.fromkeys(field)] for field in zip(*contents.labels, strict=True)),
        list(contents.table_times),
    ]
    if not contents.labels:
        texts = [[], [], [], *texts]
    if contents.has_backfire_row:
        rows.append(BACKFIRE_LABELS)
        for known, text in zip(texts, BACKFIRE_LABELS, strict=True):
            if text not in known:
                known.append(text)
    codes = [
        [known.index(row[column]) for row in rows] for column, known in enumerate(texts)
    ]
    return texts, np.array(codes, dtype=np.int32)


def _texts(
    codes: np.ndarray, missing: np.ndarray, known: list[str]
) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32), mask=missing), pa.array(known, pa.string())
    )


def _error_texts(contents: TableContents, points: np.ndarray) -> pa.DictionaryArray:
    known = sorted(set(contents.errors.values()))
    codes = np.full(len(contents.rows), -1)
    for number, error in contents.errors.items():
        codes[number] = known.index(error)
    codes = codes[points]
    return _texts(np.maximum(codes, 0), codes < 0, known)


def _columns_by_draw(
    contents: TableContents, points: range, draws: Draws
) -> list[pa.Array]:
    """Return the columns of the values of some points in some draws, a row for each."""
    run = [number for number in points if number not in contents.errors]
    values = _read(contents, run, contents.table_times, draws)
    values.baseline[~values.paired] = np.nan
    texts, codes = _labels(contents)
    rows_of_point = len(contents.labels) * len(contents.table_times)
    # By point, series, time and draw, without the times that a point does not have.
    shape = (len(run), len(contents.labels), len(contents.table_times), draws.count)
    keep = np.broadcast_to(values.present[:, np.newaxis, :, np.newaxis], shape).ravel()
    everywhere = np.zeros(int(keep.sum()), dtype=bool)
    numbers = np.array(draws.numbers, dtype=np.int64)
    points_column = np.array(run, dtype=np.int64).repeat(rows_of_point * draws.count)
    label_codes = np.tile(
        codes[:, :rows_of_point].repeat(draws.count, axis=1), len(run)
    )
    return [
        pa.array(points_column[keep]),
        *(
            _texts(column[keep], everywhere, known)
            for column, known in zip(label_codes, texts, strict=True)
        ),
        pa.array(np.tile(numbers, len(run) * rows_of_point)[keep]),
        *(
            pa.array(side.transpose(0, 2, 1, 3).ravel()[keep], from_pandas=True)
            for side in (values.scenario, values.baseline)
        ),
    ]
