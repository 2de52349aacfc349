"""The table of a sweep: quantiles point by point, written as a stream of rows.

The numbers are those of the headline table of the point alone. The bytes follow from
the design, the draws and the times: not from the blocks that the values stand in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Float64
from pyarrow import parquet

from sim.domain.ensemble import Draws
from sim.outcomes.attribution import A_DAY
from sim.outcomes.headline import HORIZON, LAG
from sim.outcomes.quantiles import HEADLINE_LEVELS
from sim.outcomes.sweep.block_store import with_series
from sim.outcomes.sweep.durable_files import replace_atomically
from sim.outcomes.sweep.point_values import PointValues
from sim.outcomes.sweep.table_contents import TableContents, backfire_labels

SIDES = ("scenario", "baseline", "difference")
INCREASE = "probability_of_increase"
STATISTICS = [f"{side}_{level}" for side in SIDES for level in HEADLINE_LEVELS]
NUMBERS = [*STATISTICS, INCREASE]
"""The columns of numbers."""

COMPARED = NUMBERS[2 * len(HEADLINE_LEVELS) :]
"""Those that a point without a baseline does not have."""

VALUES_AT_ONCE = 4_000_000
"""Numbers held of either side at once, unless one point at one time has more."""

_ROWS_AT_ONCE = 250_000
_DRAWS_AT_ONCE = 4096
MEDIAN = STATISTICS.index("scenario_p50")
"""The column that holds how often the lag narrows."""

_COMPRESSION = "zstd"
_COMPRESSION_LEVEL = 1

Grid = Float64[np.ndarray, "points times series draws"]


def write_table(sheet: TableContents, path: Path) -> dict[int, str]:
    """Write the table of a sweep, and return why points failed, by number.

    Raises:
        OutputError: the sweep is not done, a block is damaged, or the table cannot be
            written.
    """
    sheet.check()
    with (
        replace_atomically(path) as file,
        _writer(file, _schema(sheet), NUMBERS) as writer,
    ):
        for points in _slabs(sheet):
            table = _table(sheet, points)
            writer.write_table(table, row_group_size=max(len(table), 1))
    return sheet.errors


def write_draws(sheet: TableContents, path: Path) -> None:
    """Write the values of each point draw by draw.

    Rows go by point, then by series, time and draw; of very many draws, some thousands
    after another.

    Raises:
        OutputError: as for `assemble`.
    """
    sheet.check()
    a_point = len(sheet.labels) * len(sheet.columns_of_time) * sheet.draws.count
    at_once = max(_ROWS_AT_ONCE // max(a_point, 1), 1)
    schema = _draws_schema(sheet)
    with (
        replace_atomically(path) as file,
        _writer(file, schema, _SIDES_BY_DRAW) as writer,
    ):
        for first in range(0, len(sheet.rows), at_once):
            points = range(first, min(first + at_once, len(sheet.rows)))
            for draws in sheet.draws.split(_DRAWS_AT_ONCE):
                table = _draws_table(sheet, points, draws)
                if len(table):
                    writer.write_table(table, row_group_size=len(table))


def _writer(
    file: Any, schema: pa.Schema, numbers: Sequence[str]
) -> parquet.ParquetWriter:
    return parquet.ParquetWriter(
        file,
        schema,
        compression=_COMPRESSION,
        compression_level=_COMPRESSION_LEVEL,
        use_dictionary=[name for name in schema.names if name not in numbers],
        column_encoding=dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
    )


_SIDES_BY_DRAW = ("scenario", "baseline")
_WORD = pa.dictionary(pa.int32(), pa.string())
_NAMES = ("measure", "actor", "unit", "when")


def _schema(sheet: TableContents) -> pa.Schema:
    return pa.schema(
        [
            ("point", pa.int64()),
            *(
                (name, values.type)
                for name, values in zip(
                    sheet.settings, sheet.setting_columns, strict=True
                )
            ),
            *((name, _WORD) for name in _NAMES),
            *((name, pa.float64()) for name in NUMBERS),
            ("error", _WORD),
        ],
        metadata=sheet.footer,
    )


def _draws_schema(sheet: TableContents) -> pa.Schema:
    return pa.schema(
        [
            ("point", pa.int64()),
            *((name, _WORD) for name in _NAMES),
            ("draw", pa.int64()),
            *((name, pa.float64()) for name in _SIDES_BY_DRAW),
        ],
        metadata=sheet.footer,
    )


def _slabs(sheet: TableContents) -> Iterator[range]:
    """Yield points to be worked on at once, by numbers that the blocks do not move."""
    rows = len(sheet.labels) * len(sheet.columns_of_time)
    values = rows * sheet.draws.count
    at_once = min(
        VALUES_AT_ONCE // max(values, 1), _ROWS_AT_ONCE // max(rows, 1), _ROWS_AT_ONCE
    )
    step = max(at_once, 1)
    for first in range(0, len(sheet.rows), step):
        yield range(first, min(first + step, len(sheet.rows)))


def _table(sheet: TableContents, points: range) -> pa.Table:
    """Return the rows of some points."""
    lived = [number for number in points if number not in sheet.errors]
    a_point = len(sheet.labels) * len(sheet.columns_of_time) + sheet.has_backfire_row
    counts = np.array([a_point if n not in sheet.errors else 1 for n in points])
    numbers = np.full((int(counts.sum()), len(NUMBERS)), np.nan)
    failed = np.repeat([number in sheet.errors for number in points], counts)
    there = np.ones(len(failed), dtype=bool)
    if lived:
        filled, present = _statistics(sheet, lived)
        numbers[~failed] = filled.reshape(-1, len(NUMBERS))
        there[~failed] = present.ravel()
    names = [np.zeros(len(failed), dtype=np.int32) for _ in _NAMES]
    for codes, one in zip(names, _codes(sheet), strict=True):
        codes[~failed] = np.tile(one, len(lived))
    where = np.repeat(np.array(points, dtype=np.int64), counts)
    columns = [
        pa.array(where[there]),
        *(values.take(pa.array(where[there])) for values in sheet.setting_columns),
        *(
            _words(codes[there], failed[there], known)
            for codes, known in zip(names, _known(sheet), strict=True)
        ),
        *(pa.array(one[there], from_pandas=True) for one in numbers.T),
        _error_words(sheet, where[there]),
    ]
    return pa.table(columns, schema=_schema(sheet))


def _statistics(
    sheet: TableContents, points: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of each row of points that were lived, and which rows are."""
    series, times = len(sheet.labels), len(sheet.columns_of_time)
    numbers = np.full((len(points), series, times, len(NUMBERS)), np.nan)
    present = np.zeros((len(points), series, times), dtype=bool)
    narrows = np.full((len(points), len(NUMBERS)), np.nan)
    for whens in _times_at_once(sheet, len(points)):
        ours, theirs, there, paired = _grids(sheet, points, whens, sheet.draws)
        places = [sheet.columns_of_time.index(when) for when in whens]
        found = statistics(ours, theirs, paired)
        numbers[:, :, places] = found.transpose(1, 3, 2, 0)
        present[:, :, places] = there[:, np.newaxis]
        if sheet.has_backfire_row and HORIZON in whens:
            narrows[:, MEDIAN] = _narrows(sheet, ours, theirs, whens, paired)
    rows = numbers.reshape(len(points), series * times, len(NUMBERS))
    shown = present.reshape(len(points), series * times)
    if not sheet.has_backfire_row:
        return rows, shown
    return (
        np.concatenate([rows, narrows[:, np.newaxis]], axis=1),
        np.concatenate([shown, np.ones((len(points), 1), dtype=bool)], axis=1),
    )


def _times_at_once(sheet: TableContents, points: int) -> list[list[str]]:
    """Return all times together if they fit into memory, else one after another."""
    values = points * len(sheet.labels) * len(sheet.columns_of_time) * sheet.draws.count
    if values <= VALUES_AT_ONCE:
        return [sheet.columns_of_time]
    return [[when] for when in sheet.columns_of_time]


def _grids(
    sheet: TableContents, points: Sequence[int], whens: list[str], draws: Draws
) -> tuple[Grid, Grid, np.ndarray, np.ndarray]:
    """Return both sides, where there are values, and which points have a baseline.

    The baseline of a point that has none is the point itself.
    """
    keys = [key for number in points if (key := sheet.rows[number].key) is not None]
    read = sheet.store.read(dict.fromkeys(keys), draws, whens)
    shape = (len(keys), len(whens), len(sheet.labels), draws.count)
    ours, theirs = np.zeros(shape), np.zeros(shape)
    there = np.zeros(shape[:2], dtype=bool)
    paired = np.zeros(len(keys), dtype=bool)
    for place, key in enumerate(keys):
        values = with_series(read[key], sheet.labels)
        at = _at(values, whens)
        ours[place, at] = values.scenario
        theirs[place, at] = (
            values.scenario if values.baseline is None else values.baseline
        )
        there[place, at] = True
        paired[place] = values.baseline is not None
    return ours, theirs, there, paired


def _at(values: PointValues, whens: list[str]) -> slice | list[int]:
    if len(values.times) == len(whens):
        return slice(None)
    return [whens.index(when) for when in values.times]


def statistics(
    ours: Float64[np.ndarray, "rows *rest draws"],
    theirs: Float64[np.ndarray, "rows *rest draws"],
    paired: Bool[np.ndarray, "rows"],
) -> Float64[np.ndarray, "numbers rows *rest"]:
    """Return the `NUMBERS` of values draw by draw.

    Args:
        ours: under the scenario.
        theirs: under the baseline.
        paired: which rows have a difference to tell of.
    """
    levels = list(HEADLINE_LEVELS.values())
    found = np.empty((len(NUMBERS), *ours.shape[:-1]))
    count = len(levels)
    for place, side in enumerate((ours, theirs, ours - theirs)):
        # As the headline table finds them, to the sign of a zero.
        ranked = np.sort(side, axis=-1)
        found[place * count :][:count] = np.quantile(ranked, levels, axis=-1)
    found[3 * count] = np.mean(ours > theirs, axis=-1)
    found[2 * count :, ~paired] = np.nan
    return found


def _narrows(
    sheet: TableContents, ours: Grid, theirs: Grid, whens: list[str], paired: np.ndarray
) -> np.ndarray:
    """Return in which share of draws the scenario narrows China's lag, by point."""
    lag = [(label.measure, label.actor) for label in sheet.labels].index(LAG)
    at = whens.index(HORIZON)
    narrower = np.mean(ours[:, at, lag] - theirs[:, at, lag] < -A_DAY, axis=-1)
    return np.where(paired, narrower, np.nan)


def _known(sheet: TableContents) -> list[list[str]]:
    """Return the words of the columns of names, the last row's last."""
    fields = [list(dict.fromkeys(each)) for each in zip(*sheet.labels, strict=True)]
    words = [*(fields or [[], [], []]), list(sheet.columns_of_time)]
    last = backfire_labels() if sheet.has_backfire_row else ()
    for known, one in zip(words, last, strict=False):
        if one not in known:
            known.append(one)
    return words


def _codes(sheet: TableContents) -> list[np.ndarray]:
    """Return the words of the rows of a point, as places among those known."""
    times = len(sheet.columns_of_time)
    rows = [(*label, when) for label in sheet.labels for when in sheet.columns_of_time]
    if sheet.has_backfire_row:
        rows.append(backfire_labels())
    if not rows or not times:
        return [np.empty(0, dtype=np.int32) for _ in _NAMES]
    return [
        np.array([known.index(one) for one in each], dtype=np.int32)
        for known, each in zip(_known(sheet), zip(*rows, strict=True), strict=True)
    ]


def _words(
    codes: np.ndarray, missing: np.ndarray, known: list[str]
) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32), mask=missing), pa.array(known, pa.string())
    )


def _error_words(sheet: TableContents, points: np.ndarray) -> pa.DictionaryArray:
    known = sorted(set(sheet.errors.values()))
    places = {error: place for place, error in enumerate(known)}
    codes = np.zeros(len(sheet.rows), dtype=np.int32)
    missing = np.ones(len(sheet.rows), dtype=bool)
    for number, error in sheet.errors.items():
        codes[number], missing[number] = places[error], False
    return _words(codes[points], missing[points], known)


def _draws_table(sheet: TableContents, points: range, draws: Draws) -> pa.Table:
    """Return the values of some points in some draws, a row for each draw."""
    lived = [number for number in points if number not in sheet.errors]
    ours, theirs, there, paired = _grids(sheet, lived, sheet.columns_of_time, draws)
    theirs[~paired] = np.nan
    series, times = len(sheet.labels), len(sheet.columns_of_time)
    # By point, series, time and draw; times that a point does not have are left out.
    shown = np.broadcast_to(there[:, np.newaxis], (len(lived), series, times))
    shape = (*shown.shape, draws.count)
    keep = np.broadcast_to(shown[..., np.newaxis], shape).ravel()
    rows = int(np.prod(shown.shape))
    where = np.repeat(np.array(lived, dtype=np.int64), series * times * draws.count)
    each = [np.array([], dtype=np.int32)] * len(_NAMES)
    if rows:
        each = [codes[: series * times] for codes in _codes(sheet)]
    none = np.zeros(int(keep.sum()), dtype=bool)
    columns = [
        pa.array(where[keep]),
        *(
            _words(
                np.tile(np.repeat(codes, draws.count), len(lived))[keep], none, known
            )
            for codes, known in zip(each, _known(sheet), strict=True)
        ),
        pa.array(np.tile(np.array(draws.numbers, dtype=np.int64), rows)[keep]),
        pa.array(ours.transpose(0, 2, 1, 3).ravel()[keep]),
        pa.array(theirs.transpose(0, 2, 1, 3).ravel()[keep], from_pandas=True),
    ]
    return pa.table(columns, schema=_draws_schema(sheet))
