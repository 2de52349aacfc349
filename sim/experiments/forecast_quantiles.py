"""The forecast: quantiles of what firms and chips will do after the record.

A series that was observed is forecast as the hindcast scores it: the model's draws, its
discrepancy carried forward, and the error of observing. One that was not has the
discrepancy of a family that fits, drawn from its full spread, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from sim.domain.chance import Chance
from sim.domain.ensemble import PerDraw
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.short_repr import ShortRepr
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

CARRIED, SPREAD, ALONE = "carried forward", "spread of its family", "draws alone"
"""What a forecast rests on beside the draws: the discrepancy, or its spread alone."""

_QUARTER = 3
_KINDS = {
    (1, 0): "month",
    (_QUARTER, 0): "quarter",
    (_QUARTER, None): "fiscal quarter",
    (MONTHS_A_YEAR, 0): "year",
}
"""Kinds of periods by their months, and by the month of the end modulo these."""

_NEARLY = 1e-6


@dataclass(frozen=True)
class ForecastPeriod:
    """What is forecast: some months together."""

    kind: str
    first: Month
    last: Month

    @classmethod
    def of(cls, first: Month, last: Month) -> ForecastPeriod:
        """Return the period of whatever months, with the kind that a forecast gives it.

        Example:
            >>> months = Month(2025, 5), Month(2025, 7)
            >>> ForecastPeriod.of(*months).kind
            'fiscal quarter'
        """
        months = last - first + 1
        kind = _KINDS.get((months, last.number % months)) or _KINDS.get((months, None))
        return cls(kind or f"{months} months", first, last)


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


def family_of(key: Key, observed: Iterable[ObservedSeries]) -> Family | None:
    """Return the family of a series: its own, or the only one of its measure."""
    families = {}
    for series in observed:
        if (series.measure, series.actor) == key:
            return series.family
        if series.measure == key[0]:
            families[series.family.family] = series.family
    return next(iter(families.values())) if len(families) == 1 else None


@dataclass(frozen=True, eq=False)
class ForecastBasis:
    """What is known of the model's discrepancy of every series when it is forecast."""

    observed: Mapping[Key, SeriesPrediction]
    discrepancies: Discrepancies
    chance: Chance
    first: Month
    last: Month

    @property
    def path_start(self) -> Month:
        """The first month whose discrepancy is needed: of the first year."""
        return Month(self.first.year, 1)


@dataclass(frozen=True, eq=False, repr=False)
class SeriesBasis(ShortRepr):
    """What the forecast of one series rests on, beside the model's draws.

    Attributes:
        family: its own, or the only one of its measure; None if there is none.
        path: its discrepancy month by month, on the family's scale; None if there is
            none.
        path_start: the first month of that.
        error: standard deviation of the error of observing, on the same scale; 0 of a
            series that was not observed.
        chance: the luck of the draws.
        rests_on: all that in a few words.
    """

    family: Family | None
    path: PerTimeAndDraw | None
    path_start: Month
    error: float
    chance: Chance
    rests_on: str

    def predicted(self, results: Results, key: Key, period: ForecastPeriod) -> PerDraw:
        """Return what is predicted of a period, in the measure's unit."""
        values = value_over_period(results, key, period.first, period.last)
        if self.family is None or self.path is None:
            return values
        discrepancy = self._discrepancy(self.path, period)
        error = self._observation_error(key, period)
        return shifted_on_scale(self.family, values, discrepancy + error)

    def _discrepancy(self, path: PerTimeAndDraw, period: ForecastPeriod) -> PerDraw:
        """Return the discrepancy at a period's end; the mean of its quarters' ends.

        As in the hindcast, whose periods are months and quarters: within a year a
        discrepancy comes and goes. Quarters before the path are left out.
        """
        end = period.last - self.path_start
        months = period.last - period.first + 1
        backs = [back for back in range(0, months, _QUARTER) if back <= end]
        mean = path[end] / len(backs)
        for back in backs[1:]:
            mean = mean + path[end - back] / len(backs)
        return mean

    def _observation_error(self, key: Key, period: ForecastPeriod) -> PerDraw | float:
        """Return the error of observing, as large as that of the last observation."""
        if not self.error:
            return 0.0
        event = f"{ERROR_LUCK} {' '.join(key)}, {period.kind}"
        return self.error * self.chance.normal(event, period.last)


def series_bases(results: Results, basis: ForecastBasis) -> dict[Key, SeriesBasis]:
    """Return what the forecast of each series rests on.

    Forecast are all series that were recorded, and all that were observed.
    """
    keys = sorted_keys({*results.series, *basis.observed}, results.quantities)
    return {key: _series_basis(basis, key) for key in keys}


def _series_basis(basis: ForecastBasis, key: Key) -> SeriesBasis:
    family = family_of(key, [known.series for known in basis.observed.values()])
    path = None if family is None else _discrepancy_path(basis, key, family)
    is_observed = key in basis.observed
    return SeriesBasis(
        family=family,
        path=path,
        path_start=basis.path_start,
        error=float(basis.observed[key].errors[-1]) if is_observed else 0.0,
        chance=basis.chance,
        rests_on=CARRIED if is_observed else ALONE if path is None else SPREAD,
    )


def forecast_table(
    results: Results, basis: ForecastBasis, bases: Mapping[Key, SeriesBasis]
) -> pd.DataFrame:
    """Return a row for each series and period: quantiles and what they rest on."""
    fiscal = fiscal_ends(prediction.series for prediction in basis.observed.values())
    rows = [
        row
        for key, of_series in bases.items()
        for row in _forecast_series(
            results,
            key,
            of_series,
            periods(basis.first, basis.last, fiscal.get(key[1])),
        )
    ]
    return pd.DataFrame(rows)


def _forecast_series(
    results: Results,
    key: Key,
    basis: SeriesBasis,
    all_periods: Iterable[ForecastPeriod],
) -> Iterator[dict[str, object]]:
    measure, actor = key
    for period in all_periods:
        values = basis.predicted(results, key, period)
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
            "conditioned": basis.rests_on == CARRIED,
            "rests_on": basis.rests_on,
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
