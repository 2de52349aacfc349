"""Frames: results as tidy tables, for files and for notebooks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.domain.months import Month
from sim.outcomes.attribution import Attribution, channel_shares
from sim.outcomes.bargaining_table import BargainingRow
from sim.outcomes.columns import MONTH, codes_column, first_days, text_column
from sim.outcomes.headline import HeadlineRow
from sim.outcomes.instrument_status import InstrumentStatus
from sim.outcomes.quantiles import HEADLINE_LEVELS, LEVELS, Spread, bands
from sim.outcomes.results import Results

ROWS_THAT_FIT = 3_000_000
"""Rows of a time series table that are soon written and stay well under 50 MB on disk
(seven bytes a row)."""

_SERIES_A_TABLE = 8


def draws_that_fit(results: Sequence[Results]) -> int:
    """Return how many draws a time series table can hold within `ROWS_THAT_FIT`."""
    rows_a_draw = sum(len(side.months) * len(side.series) for side in results)
    fitting = max(ROWS_THAT_FIT // max(rows_a_draw, 1), 1)
    return min(fitting, results[0].draws.count)


def headline_frame(rows: Sequence[HeadlineRow]) -> pd.DataFrame:
    """Return the headline table with a column for each quantile."""
    return rows_frame(rows, HeadlineRow)


def rows_frame(rows: Iterable[Any], kind: type) -> pd.DataFrame:
    """Return rows as a table, with a column for each quantile.

    Args:
        rows: dataclasses of one kind.
        kind: which; it names the columns of a table without rows.
    """
    records = []
    for row in rows:
        record: dict[str, object] = {}
        for item in fields(kind):
            value = getattr(row, item.name)
            if isinstance(value, tuple):
                names = (f"{item.name}_{level}" for level in HEADLINE_LEVELS)
                record |= dict(zip(names, value, strict=True))
            else:
                record[item.name] = value
        records.append(record)
    return pd.DataFrame(records, columns=None if records else _columns(kind))


def _columns(kind: type) -> list[str]:
    """Return the columns of a table of rows."""
    several = ("Spread", "MonthSpread", Spread)
    return [
        name
        for item in fields(kind)
        for name in (
            [f"{item.name}_{level}" for level in HEADLINE_LEVELS]
            if item.type in several
            else [item.name]
        )
    ]


def headline_rows(frame: pd.DataFrame) -> list[HeadlineRow]:
    """Return the rows of a headline table, just made or read from its file.

    Columns that an older file lacks are missing values.
    """
    return [_headline_row(record) for record in frame.to_dict("records")]


def _headline_row(record: Mapping[Hashable, Any]) -> HeadlineRow:
    note = record.get("note")
    return HeadlineRow(
        measure=str(record["measure"]),
        actor=str(record["actor"]),
        unit=str(record["unit"]),
        when=str(record["when"]),
        scenario=_spread(record, "scenario"),
        baseline=_spread(record, "baseline"),
        difference=_spread(record, "difference"),
        change_percent=_spread(record, "change_percent"),
        probability_of_increase=float(record.get("probability_of_increase", nan)),
        probability_of_decrease=float(record.get("probability_of_decrease", nan)),
        note=note if isinstance(note, str) else "",
    )


def _spread(record: Mapping[Hashable, Any], name: str) -> Spread:
    low, middle, high = (
        float(record.get(f"{name}_{level}", nan)) for level in HEADLINE_LEVELS
    )
    return low, middle, high


def timeseries_tables(
    results: Sequence[Results], recorded_draws: int
) -> Iterator[pa.Table]:
    """Yield the tidy tables of several results, for the first draws of each.

    Columns: scenario, draw, month, actor, measure, unit, value. Rows go by measure,
    actor, month and draw. Text is dictionary-encoded. A table holds a few series of one
    of the results, so that not all is in memory twice.
    """
    scenarios = [side.scenario for side in results]
    for index, side in enumerate(results):
        count = min(recorded_draws, side.draws.count)
        draws = np.arange(side.draws.first, side.draws.first + count, dtype=np.int32)
        days = np.repeat(first_days(side.months), count)
        texts = _series_columns(side, 1)
        series = list(side.series.values())
        for first in range(0, max(len(series), 1), _SERIES_A_TABLE):
            some = series[first : first + _SERIES_A_TABLE]
            rows = np.repeat(np.arange(first, first + len(some)), days.size)
            code = np.full(rows.size, index, dtype=np.int32)
            values = np.empty((len(some), len(side.months), count))
            for row, numbers in enumerate(some):
                values[row] = numbers[:, :count]
            yield pa.table(
                {
                    "scenario": codes_column(code, scenarios),
                    "draw": np.tile(draws, len(side.months) * len(some)),
                    "month": pa.array(np.tile(days, len(some)), type=MONTH),
                    **{name: column.take(rows) for name, column in texts.items()},
                    "value": values.ravel(),
                }
            )


def timeseries_frame(results: Sequence[Results]) -> pd.DataFrame:
    """Return the tidy table of several results as one frame, of the draws that fit."""
    tables = timeseries_tables(results, draws_that_fit(results))
    return pa.concat_tables(tables).to_pandas()


def quantiles_table(results: Sequence[Results]) -> pa.Table:
    """Return quantiles over all draws, a row per scenario, month, actor and measure."""
    return pa.concat_tables([_quantiles(side) for side in results])


def _quantiles(results: Results) -> pa.Table:
    series, months = len(results.series), len(results.months)
    table = np.stack([bands(numbers) for numbers in results.series.values()], axis=1)
    days = np.tile(first_days(results.months), series)
    return pa.table(
        {
            "scenario": text_column([results.scenario], months * series),
            "month": pa.array(days, type=MONTH).cast(pa.date32()),
            **_series_columns(results, months),
            **{name: table[row].ravel() for row, name in enumerate(LEVELS)},
        }
    )


def _series_columns(results: Results, times: int) -> dict[str, pa.DictionaryArray]:
    """Return whom and what each series is about, each repeated some number of times."""
    units = [results.quantities[name].unit_by_month for name, _ in results.series]
    return {
        "actor": text_column([actor for _, actor in results.series], times),
        "measure": text_column([measure for measure, _ in results.series], times),
        "unit": text_column(units, times),
    }


def bargaining_frame(rows: Sequence[BargainingRow]) -> pd.DataFrame:
    """Return the table of bargaining with a column for each quantile and position."""
    return pd.DataFrame([_record(row) for row in rows])


def _record(row: BargainingRow) -> dict[str, object]:
    """Return the columns of a row: several of what is several numbers."""
    record: dict[str, object] = {}
    for name, value in vars(row).items():
        if isinstance(value, tuple):
            for level, quantile in zip(HEADLINE_LEVELS, value, strict=True):
                is_month = isinstance(quantile, Month)
                record[f"{name}_{level}"] = str(quantile) if is_month else quantile
        elif isinstance(value, Mapping):
            for position, share in value.items():
                record[f"horizon_{position.name.lower()}"] = share
        else:
            record[name] = value
    return record


def law_frame(rows: Sequence[InstrumentStatus]) -> pd.DataFrame:
    """Return the law month by month."""
    records = [{**vars(row), "month": row.month.first_day} for row in rows]
    columns = [field.name for field in fields(InstrumentStatus)]
    return pd.DataFrame(records, columns=columns)


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
            "when": text_column([when for when, _, _ in rows], count),
            "channel": text_column([channel for _, channel, _ in rows], count),
            "months": np.concatenate([months for _, _, months in rows]),
        }
    )
