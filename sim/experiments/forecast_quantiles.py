"""The forecast: quantiles of what firms and chips will do after the record.

A series that was observed is forecast as the hindcast scores it: the model's draws, its
discrepancy carried forward, and the error of observing. One that was not has the
discrepancy of a family that fits, drawn from its full spread, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from sim.domain.chance import Chance
from sim.domain.ensemble import PerDraw
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.experiments.hindcast.discrepancy import (
    DISCREPANCY_LUCK,
    ERROR_LUCK,
    Discrepancies,
    ObservedDiscrepancy,
    PerTimeAndDraw,
    carry_forward,
)
from sim.experiments.hindcast.observed import RATIOS, ObservedSeries, value_over_period
from sim.experiments.hindcast.predictive import SeriesPrediction
from sim.outcomes.results import Key, Results, sorted_keys
from sim.records.history_rows import Family

QUANTILE_COLUMNS = {f"p{x:02}": x / 100 for x in (5, 10, 25, 50, 75, 90, 95)}
"""The quantiles of a forecast, by name of the column."""

Kind = Literal["month", "quarter", "fiscal quarter", "year"]

CARRIED, SPREAD, ALONE = "carried forward", "spread of its family", "draws alone"
"""What a forecast rests on beside the draws: the discrepancy, or its spread alone."""

_QUARTER = 3
_NEARLY = 1e-6


@dataclass(frozen=True)
class ForecastPeriod:
    """What is forecast: some months together."""

    kind: Kind
    first: Month
    last: Month


def periods(first: Month, last: Month, fiscal: int | None) -> Iterator[ForecastPeriod]:
    """Yield the periods that end between two months.

    Args:
        first: the first month that is forecast.
        last: the last.
        fiscal: number, modulo three, of the months in which a firm's quarters end; None
            if it reports none.

    Example:
        >>> ends = Month(2025, 7), Month(2025, 9)
        >>> [(p.kind, str(p.first)) for p in periods(*ends, fiscal=1)][2:]
        [('month', '2025-09'), ('quarter', '2025-07'), ('fiscal quarter', '2025-05')]
    """
    months = [first + ahead for ahead in range(last - first + 1)]
    yield from (ForecastPeriod("month", month, month) for month in months)
    for month in months:
        if month.number % _QUARTER == 0:
            yield ForecastPeriod("quarter", month + (1 - _QUARTER), month)
    for month in months:
        if fiscal is not None and month.number % _QUARTER == fiscal:
            yield ForecastPeriod("fiscal quarter", month + (1 - _QUARTER), month)
    for month in months:
        if month.number == MONTHS_A_YEAR:
            yield ForecastPeriod("year", month + (1 - MONTHS_A_YEAR), month)


def fiscal_ends(all_series: Iterable[ObservedSeries]) -> dict[str, int]:
    """Return by actor in which months its quarters end, as `periods` takes it."""
    ends = {}
    for series in all_series:
        for row in series.rows:
            last = Month.of(row.end)
            if last - Month.of(row.start) == _QUARTER - 1:
                ends[series.actor] = last.number % _QUARTER
    return ends


@dataclass(frozen=True, eq=False)
class ForecastBasis:
    """What is known of the model's discrepancy of every series when it is forecast."""

    observed: Mapping[Key, SeriesPrediction]
    discrepancies: Discrepancies
    chance: Chance
    first: Month
    last: Month

    def family(self, key: Key) -> Family | None:
        """Return the family of a series: its own, or the only one of its measure."""
        if key in self.observed:
            return self.observed[key].series.family
        families = {
            prediction.series.family.family: prediction.series.family
            for (measure, _), prediction in self.observed.items()
            if measure == key[0]
        }
        return next(iter(families.values())) if len(families) == 1 else None

    @property
    def path_start(self) -> Month:
        """The first month whose discrepancy is needed: of the first year."""
        return Month(self.first.year, 1)


def forecast_table(results: Results, basis: ForecastBasis) -> pd.DataFrame:
    """Return a row for each series and period: quantiles and what they rest on.

    Forecast are all series that were recorded, and all that were observed.
    """
    fiscal = fiscal_ends(prediction.series for prediction in basis.observed.values())
    keys = sorted_keys({*results.series, *basis.observed}, results.quantities)
    rows = [
        row
        for key in keys
        for row in _forecast_series(results, basis, key, fiscal.get(key[1]))
    ]
    return pd.DataFrame(rows)


def _forecast_series(
    results: Results, basis: ForecastBasis, key: Key, fiscal: int | None
) -> Iterator[dict[str, object]]:
    measure, actor = key
    family = basis.family(key)
    path = None if family is None else _discrepancy_path(basis, key, family)
    rests_on = CARRIED if key in basis.observed else ALONE if path is None else SPREAD
    for period in periods(basis.first, basis.last, fiscal):
        values = value_over_period(results, key, period.first, period.last)
        if family is not None and path is not None:
            discrepancy = _discrepancy_of_period(path, basis, period)
            error = _observation_error(basis, key, period)
            values = shifted_on_scale(family, values, discrepancy + error)
        quantiles = np.quantile(values, list(QUANTILE_COLUMNS.values()))
        yield {
            "measure": measure,
            "actor": actor,
            "period": period.kind,
            "start": str(period.first.first_day),
            "end": str(period.last.last_day),
            "unit": results.quantities[measure].unit,
            "flow": results.quantities[measure].kind == "flow",
            **dict(zip(QUANTILE_COLUMNS, map(float, quantiles), strict=True)),
            "mean": float(np.mean(values)),
            "conditioned": rests_on == CARRIED,
            "rests_on": rests_on,
            "draws": results.draws.count,
        }


def _discrepancy_path(basis: ForecastBasis, key: Key, family: Family) -> PerTimeAndDraw:
    """Return the discrepancy of a series month by month, from the first year on."""
    count = basis.last - basis.path_start + 1
    months = [basis.path_start + ahead for ahead in range(count)]
    times = np.array([float(month.index) for month in months])
    event = f"{DISCREPANCY_LUCK} {' '.join(key)}"
    luck = np.stack([basis.chance.normal(event, month) for month in months])
    if key in basis.observed:
        prediction = basis.observed[key]
        observed = prediction.observed_discrepancy(len(prediction.series.rows))
    else:
        no_draws = np.zeros((0, basis.chance.draws.count))
        observed = ObservedDiscrepancy(np.zeros(0), no_draws, np.zeros(0))
    return carry_forward(basis.discrepancies[family.family], observed, times, luck)


def _discrepancy_of_period(
    path: PerTimeAndDraw, basis: ForecastBasis, period: ForecastPeriod
) -> PerDraw:
    """Return the discrepancy at a period's end; of a year the mean of its quarters'.

    As in the hindcast, whose periods are months and quarters: within a year a
    discrepancy comes and goes.
    """
    end = period.last - basis.path_start
    if period.kind != "year":
        return path[end]
    quarters = path[[end - back for back in range(0, MONTHS_A_YEAR, _QUARTER)]]
    return quarters[0] / 4 + quarters[1] / 4 + quarters[2] / 4 + quarters[3] / 4


def _observation_error(
    basis: ForecastBasis, key: Key, period: ForecastPeriod
) -> PerDraw | float:
    """Return the error of observing a period, as large as that of the last observed."""
    if key not in basis.observed:
        return 0.0
    event = f"{ERROR_LUCK} {' '.join(key)}, {period.kind}"
    error = float(basis.observed[key].errors[-1])
    return error * basis.chance.normal(event, period.last)


def shifted_on_scale(family: Family, values: PerDraw, by: PerDraw) -> PerDraw:
    """Return amounts moved on a family's scale; zero stays zero.

    Example:
        >>> log = Family.model_construct(family="sales", scale="log")
        >>> shifted_on_scale(log, np.array([0.0, 2.0]), np.log(np.array([3.0, 3.0])))
        array([0., 6.])
    """
    if family.scale == "linear":
        return values + by
    if family.scale == "log":
        return values * np.exp(by)
    between = (values > 0.0) & (values < 1.0)
    clipped = np.clip(values, _NEARLY, 1.0 - _NEARLY)
    return np.where(between, expit(logit(clipped) + by), values)


def measures_with_parts(measures: Sequence[str]) -> list[str]:
    """Return measures, and those from which shares over a period are computed."""
    parts = (part for name in measures for part in RATIOS.get(name, ()))
    return list(dict.fromkeys([*measures, *parts]))
