"""Frames: results as tidy tables, for files and for notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.domain.months import Month
from sim.outcomes.attribution import Attribution, channel_shares
from sim.outcomes.bargaining import BargainingRow
from sim.outcomes.headline import HeadlineRow
from sim.outcomes.instrument_status import InstrumentStatus
from sim.outcomes.quantiles import HEADLINE_LEVELS, LEVELS, bands
from sim.outcomes.results import Occurrence, Results

ROWS_THAT_FIT = 3_000_000
"""Rows of a time series table that are soon written and stay well under 50 MB on disk
(seven bytes a row)."""

ROWS_AT_ONCE = 500_000
"""Rows of the table of events that are made and written at once."""

EVENT_COLUMNS = [
    *("scenario", "draw", "month", "actor", "event", "subject", "detail"),
    *("threshold", "alternative"),
]
"""Columns of the table of events, what was weighed left out."""

_MONTH = pa.timestamp("ms")


def draws_that_fit(results: Sequence[Results]) -> int:
    """Return how many draws a time series table can hold within `ROWS_THAT_FIT`."""
    rows_a_draw = sum(len(one.months) * len(one.series) for one in results)
    fitting = max(ROWS_THAT_FIT // max(rows_a_draw, 1), 1)
    return min(fitting, results[0].draws.count)


def headline_frame(rows: Sequence[HeadlineRow]) -> pd.DataFrame:
    """Return the headline table with a column for each quantile."""
    return pd.DataFrame([_flat(row) for row in rows])


def timeseries_tables(
    results: Sequence[Results], recorded_draws: int
) -> Iterator[pa.Table]:
    """Yield the tidy table of each of several results, for the first draws of each.

    Columns: scenario, draw, month, actor, measure, unit, value. Rows go by measure,
    actor, month and draw. Text is dictionary-encoded.
    """
    names = [one.scenario for one in results]
    for number, one in enumerate(results):
        yield _timeseries(one, names, number, recorded_draws)


def timeseries_frame(
    results: Sequence[Results], recorded_draws: int | None = None
) -> pd.DataFrame:
    """Return the tidy table of several results as one frame."""
    count = draws_that_fit(results) if recorded_draws is None else recorded_draws
    return pa.concat_tables(timeseries_tables(results, count)).to_pandas()


def quantiles_table(results: Sequence[Results]) -> pa.Table:
    """Return quantiles over all draws, a row per scenario, month, actor and measure."""
    return pa.concat_tables([_quantiles(one) for one in results])


def events_table(results: Sequence[Results]) -> pa.Table:
    """Return what happened, a row per scenario, draw and event."""
    return pa.concat_tables(events_tables(results))


def events_tables(results: Sequence[Results]) -> Iterator[pa.Table]:
    """Yield what happened in tables of some `ROWS_AT_ONCE` rows, at least one."""
    for one in results:
        for batch in _batches(one.events):
            yield _events(one.scenario, batch)


def bargaining_frame(rows: Sequence[BargainingRow]) -> pd.DataFrame:
    """Return the table of bargaining with a column for each quantile and stand."""
    return pd.DataFrame([_flat_bargain(row) for row in rows])


def _flat_bargain(row: BargainingRow) -> dict[str, object]:
    plain = {
        name: getattr(row, name)
        for name in BargainingRow.__dataclass_fields__
        if name not in {"months_to_agree", "bound_from", "at_horizon"}
    }
    waited = dict(zip(HEADLINE_LEVELS, row.months_to_agree, strict=True))
    since = dict(zip(HEADLINE_LEVELS, row.bound_from, strict=True))
    return {
        **plain,
        **{f"months_to_agree_{level}": months for level, months in waited.items()},
        **{
            f"bound_from_{level}": month and str(month)
            for level, month in since.items()
        },
        **{f"horizon_{s.name.lower()}": share for s, share in row.at_horizon.items()},
    }


def law_frame(rows: Sequence[InstrumentStatus]) -> pd.DataFrame:
    """Return the law month by month."""
    columns = list(InstrumentStatus.__dataclass_fields__)
    records = [{**vars(row), "month": _stamp(row.month)} for row in rows]
    return pd.DataFrame(records, columns=columns)


def first_days(months: Sequence[Month]) -> np.ndarray:
    """Return the first day of each month as numpy dates (milliseconds)."""
    return np.array([month.first_day for month in months], dtype="datetime64[ms]")


def attribution_frame(split: Attribution) -> pd.DataFrame:
    """Return what came through each channel over all draws, by time."""
    return pd.DataFrame([asdict(share) for share in channel_shares(split)])


def attribution_draws_table(split: Attribution) -> pa.Table:
    """Return what came through each channel, a row per draw, time and channel."""
    rows = [
        (when, channel, months)
        for when in split.whole
        for channel, months in split.at(when).items()
    ]
    count = split.draws.count
    return pa.table(
        {
            "draw": np.tile(np.array(split.draws.numbers, dtype=np.int32), len(rows)),
            "when": _labels([when for when, _, _ in rows], count),
            "channel": _labels([channel for _, channel, _ in rows], count),
            "months": np.concatenate([months for _, _, months in rows]),
        }
    )


def _stamp(month: Month) -> date:
    return month.first_day


def _flat(row: HeadlineRow) -> dict[str, object]:
    spreads = {
        f"{side}_{level}": value
        for side in ("scenario", "baseline", "difference")
        for level, value in zip(HEADLINE_LEVELS, getattr(row, side), strict=True)
    }
    return {
        "measure": row.measure,
        "actor": row.actor,
        "unit": row.unit,
        "when": row.when,
        **spreads,
        "probability_of_increase": row.probability_of_increase,
        "note": row.note,
    }


def _timeseries(
    results: Results, names: list[str], number: int, recorded_draws: int
) -> pa.Table:
    count = min(recorded_draws, results.draws.count)
    months = len(results.months)
    keys = list(results.series)
    a_series, rows = months * count, months * count * len(keys)
    first = results.draws.first
    draw = np.arange(first, first + count, dtype=np.int32)
    month = np.repeat(first_days(results.months), count)
    values = np.empty((len(keys), months, count))
    for place, series in enumerate(results.series.values()):
        values[place] = series[:, :count]
    return pa.table(
        {
            "scenario": _words([number], names, rows),
            "draw": np.tile(draw, months * len(keys)),
            "month": pa.array(np.tile(month, len(keys)), type=_MONTH),
            "actor": _labels([actor for _, actor in keys], a_series),
            "measure": _labels([measure for measure, _ in keys], a_series),
            "unit": _labels(_units(results), a_series),
            "value": values.ravel(),
        }
    )


def _quantiles(results: Results) -> pa.Table:
    keys = list(results.series)
    months = len(results.months)
    table = np.stack([bands(series) for series in results.series.values()], axis=1)
    return pa.table(
        {
            "scenario": _words([0], [results.scenario], months * len(keys)),
            "month": pa.array(
                np.tile(first_days(results.months), len(keys)), type=_MONTH
            ).cast(pa.date32()),
            "actor": _labels([actor for _, actor in keys], months),
            "measure": _labels([measure for measure, _ in keys], months),
            "unit": _labels(_units(results), months),
            **{name: table[place].ravel() for place, name in enumerate(LEVELS)},
        }
    )


def _batches(events: Sequence[Occurrence]) -> Iterator[Sequence[Occurrence]]:
    """Yield events in parts of which none has many more than `ROWS_AT_ONCE` rows."""
    first, rows = 0, 0
    for place, event in enumerate(events):
        rows += event.draws.size
        if rows >= ROWS_AT_ONCE:
            yield events[first : place + 1]
            first, rows = place + 1, 0
    if rows or not events:
        yield events[first:]


def _events(scenario: str, events: Sequence[Occurrence]) -> pa.Table:
    counts = np.array([event.draws.size for event in events], dtype=np.int64)
    days = first_days([event.month for event in events])
    numbers = _joined([event.draws for event in events])
    return pa.table(
        {
            "scenario": _words([0], [scenario], int(counts.sum())),
            "draw": numbers.astype(np.int32),
            "month": pa.array(np.repeat(days, counts), type=_MONTH),
            **{column: _event_words(events, column, counts) for column in _WHAT},
            "inputs": _weighed(events, counts),
            "threshold": _thresholds(events),
            "alternative": _event_words(events, "alternative", counts),
        }
    )


_WHAT = ("actor", "event", "subject", "detail")


def _event_words(
    events: Sequence[Occurrence], column: str, counts: np.ndarray
) -> pa.DictionaryArray:
    return _labels([_field(event, column) for event in events], counts)


def _weighed(events: Sequence[Occurrence], counts: np.ndarray) -> pa.MapArray:
    """Return what was weighed, a map from name to number for each row of the table."""
    sizes = np.array([len(event.inputs) for event in events], dtype=np.int64)
    ends = np.cumsum(np.repeat(sizes, counts))
    known = sorted({name for event in events for name in event.inputs})
    place = {name: number for number, name in enumerate(known)}
    names = [
        np.tile(
            np.array([place[name] for name in event.inputs], dtype=np.int32),
            event.draws.size,
        )
        for event in events
        if event.inputs
    ]
    amounts = [
        np.column_stack(list(event.inputs.values())).ravel()
        for event in events
        if event.inputs
    ]
    return pa.MapArray.from_arrays(
        np.concatenate([[0], ends]).astype(np.int32),
        _dictionary(_joined(names).astype(np.int32), known).dictionary_decode(),
        pa.array(_joined(amounts), type=pa.float64()),
    )


def _thresholds(events: Sequence[Occurrence]) -> pa.Array:
    """Return what each row had to reach, nothing where it had to reach nothing."""
    bare = [
        np.full(event.draws.size, np.nan)
        if event.threshold is None
        else event.threshold
        for event in events
    ]
    none = [np.full(event.draws.size, event.threshold is None) for event in events]
    return pa.array(
        _joined(bare), type=pa.float64(), mask=_joined(none).astype(np.bool_)
    )


def _joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.empty(0)


def reasons(table: pa.Table) -> pd.DataFrame:
    """Return events as a table with a row for each thing weighed.

    An event for which nothing was weighed has one row without `input` and `value`.

    Args:
        table: rows of the table of events.
    """
    maps = table["inputs"].combine_chunks()
    sizes = np.diff(np.asarray(maps.offsets))
    rows = np.repeat(np.arange(len(table)), np.maximum(sizes, 1))
    first, last = maps.offsets[0].as_py(), maps.offsets[-1].as_py()
    there = np.repeat(sizes > 0, np.maximum(sizes, 1))
    frame = table.drop_columns(["inputs"]).to_pandas().iloc[rows]
    frame = frame.reset_index(drop=True)
    frame["input"] = pd.Series("", index=frame.index, dtype=object)
    frame["value"] = np.nan
    frame.loc[there, "input"] = maps.keys[first:last].to_pandas().to_numpy()
    frame.loc[there, "value"] = maps.items[first:last].to_numpy()
    return frame[_REASONS]


_REASONS = [*EVENT_COLUMNS[:-2], "input", "value", *EVENT_COLUMNS[-2:]]


def _field(event: Occurrence, column: str) -> str:
    return str(getattr(event, column))


def _units(results: Results) -> list[str]:
    return [results.quantities[measure].unit_by_month for measure, _ in results.series]


def _labels(words: Sequence[str], times: int | np.ndarray) -> pa.DictionaryArray:
    """Return words, each repeated some number of times, as a dictionary column."""
    known = sorted(set(words))
    place = {word: number for number, word in enumerate(known)}
    codes = np.array([place[word] for word in words], dtype=np.int32)
    return _dictionary(np.repeat(codes, times), known)


def _words(codes: Sequence[int], known: list[str], times: int) -> pa.DictionaryArray:
    return _dictionary(np.repeat(np.array(codes, dtype=np.int32), times), known)


def _dictionary(codes: np.ndarray, known: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(codes, pa.array(known, type=pa.string()))
