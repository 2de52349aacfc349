"""Frames: results as tidy tables, for files and for notebooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.domain.months import Month
from sim.outcomes.attribution import Attribution, shares
from sim.outcomes.bargaining import Bargain
from sim.outcomes.headline import Row
from sim.outcomes.quantiles import HEADLINE_LEVELS, LEVELS, bands
from sim.outcomes.results import Occurrence, Results
from sim.outcomes.standing import Standing

ROWS_THAT_FIT = 3_000_000
"""Rows of a time series table that are soon written and stay well under 50 MB on disk
(seven bytes a row)."""

_MONTH = pa.timestamp("ms")


def draws_that_fit(results: Sequence[Results]) -> int:
    """Return how many draws a time series table can hold within `ROWS_THAT_FIT`."""
    rows_a_draw = sum(len(one.months) * len(one.series) for one in results)
    fitting = max(ROWS_THAT_FIT // max(rows_a_draw, 1), 1)
    return min(fitting, results[0].draws.count)


def headline_frame(rows: Sequence[Row]) -> pd.DataFrame:
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
    return pa.concat_tables([_events(one) for one in results])


def bargaining_frame(rows: Sequence[Bargain]) -> pd.DataFrame:
    """Return the table of bargaining with a column for each quantile and stand."""
    return pd.DataFrame([_flat_bargain(row) for row in rows])


def _flat_bargain(row: Bargain) -> dict[str, object]:
    plain = {
        name: getattr(row, name)
        for name in Bargain.__dataclass_fields__
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


def law_frame(rows: Sequence[Standing]) -> pd.DataFrame:
    """Return the law month by month."""
    columns = list(Standing.__dataclass_fields__)
    records = [{**asdict(row), "month": _stamp(row.month)} for row in rows]
    return pd.DataFrame(records, columns=columns)


def first_days(months: Sequence[Month]) -> np.ndarray:
    """Return the first day of each month as numpy dates (milliseconds)."""
    return np.array([month.first_day for month in months], dtype="datetime64[ms]")


def attribution_frame(split: Attribution) -> pd.DataFrame:
    """Return what came through each channel over all draws, by time."""
    return pd.DataFrame([asdict(share) for share in shares(split)])


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


def _flat(row: Row) -> dict[str, object]:
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


def _events(results: Results) -> pa.Table:
    counts = np.array([event.draws.size for event in results.events], dtype=np.int64)
    days = first_days([event.month for event in results.events])
    draws = [event.draws for event in results.events]
    numbers = np.concatenate(draws) if draws else np.empty(0)
    return pa.table(
        {
            "scenario": _words([0], [results.scenario], int(counts.sum())),
            "draw": numbers.astype(np.int32),
            "month": pa.array(np.repeat(days, counts), type=_MONTH),
            **{
                column: _labels([_field(e, column) for e in results.events], counts)
                for column in ("actor", "event", "subject", "detail")
            },
        }
    )


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
