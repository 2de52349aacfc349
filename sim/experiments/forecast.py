"""The forecast: quantiles of what firms and chips will do after the record.

A series that was observed is forecast as the hindcast scores it: the model's draws,
what the model left over of the series carried forward, and the error of observing. One
that was not has the remainder of a family that fits, as wide as it ever is, or none.
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
    AtTimes,
    Seen,
    carried_forward,
)
from sim.experiments.hindcast.discrepancy_size import Discrepancies
from sim.experiments.hindcast.observed import RATIOS, Observed, said
from sim.experiments.hindcast.predictive import Modelled
from sim.outcomes.results import Key, Results, sorted_keys
from sim.records.history_rows import Family

QUANTILE_COLUMNS = {
    "p05": 0.05,
    "p10": 0.10,
    "p25": 0.25,
    "p50": 0.50,
    "p75": 0.75,
    "p90": 0.90,
    "p95": 0.95,
}
"""The quantiles of a forecast, by name of the column."""

Kind = Literal["month", "quarter", "fiscal quarter", "year"]

CARRIED, SPREAD, ALONE = "carried forward", "spread of its family", "draws alone"
"""What a forecast is made of, beside the draws: what was left over, or how much is."""

_QUARTER = 3
_NEARLY = 1e-6


@dataclass(frozen=True)
class ForecastPeriod:
    """What is forecast: some months together.

    Attributes:
        kind: of what sort.
        first: first month.
        last: last month.
    """

    kind: Kind
    first: Month
    last: Month


def periods(first: Month, last: Month, fiscal: int | None) -> Iterator[ForecastPeriod]:
    """Yield the periods that end between two months.

    Args:
        first: the first month that is forecast.
        last: the last.
        fiscal: remainder by three of the months in which a firm's quarters end; None if
            it reports none.

    Example:
        >>> ends = Month(2025, 7), Month(2025, 9)
        >>> [(each.kind, str(each.first)) for each in periods(*ends, fiscal=1)][2:]
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


def fiscal_ends(series: Iterable[Observed]) -> dict[str, int]:
    """Return by actor in which months its quarters end, as `periods` takes it."""
    found = {}
    for one in series:
        for row in one.rows:
            last = Month.of(row.end)
            if last - Month.of(row.start) == _QUARTER - 1:
                found[one.actor] = last.number % _QUARTER
    return found


@dataclass(frozen=True, eq=False)
class ForecastBasis:
    """What is known of what the model leaves over, of every series.

    Attributes:
        seen: what it left over of those that were observed, by measure and actor.
        remainders: how remainders behave, by family.
        chance: the luck of the draws.
        first: the first month that is forecast.
        last: the last month.
    """

    seen: Mapping[Key, Modelled]
    remainders: Discrepancies
    chance: Chance
    first: Month
    last: Month

    def family(self, measure: str) -> Family | None:
        """Return the family of a measure, if its observed series have but one."""
        found = {
            one.series.family.family: one.series.family
            for (name, _), one in self.seen.items()
            if name == measure
        }
        return next(iter(found.values())) if len(found) == 1 else None


def forecast(results: Results, outlook: ForecastBasis) -> pd.DataFrame:
    """Return a row for each series and period: quantiles and what they rest on."""
    fiscal = fiscal_ends(one.series for one in outlook.seen.values())
    keys = _keys(results, outlook.seen)
    rows = [
        row
        for key in keys
        for row in _of_series(results, outlook, key, fiscal.get(key[1]))
    ]
    return pd.DataFrame(rows)


def _keys(results: Results, seen: Iterable[Key]) -> list[Key]:
    """Return the series that are forecast: all that were recorded, and those seen."""
    return sorted_keys({*results.series, *seen}, results.quantities)


def _of_series(
    results: Results, outlook: ForecastBasis, key: Key, fiscal: int | None
) -> Iterator[dict[str, object]]:
    measure, actor = key
    rests_on, family, path = _path(outlook, key)
    for period in periods(outlook.first, outlook.last, fiscal):
        values = said(results, key, period.first, period.last)
        if family is not None:
            beyond = _remainder_of(path, outlook, period)
            values = shifted_on_scale(
                family, values, beyond + _error(outlook, key, period)
            )
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


def _path(outlook: ForecastBasis, key: Key) -> tuple[str, Family | None, AtTimes]:
    """Return what a forecast rests on, its family, and its remainder by month."""
    nothing = np.zeros((0, outlook.chance.draws.count))
    own = outlook.seen.get(key)
    family = outlook.family(key[0]) if own is None else own.series.family
    if family is None:
        return ALONE, None, nothing
    months = [
        _path_start(outlook) + ahead
        for ahead in range(outlook.last - _path_start(outlook) + 1)
    ]
    times = np.array([float(month.index) for month in months])
    luck = np.stack(
        [outlook.chance.normal(f"remainder of {' '.join(key)}", at) for at in months]
    )
    remainder = outlook.remainders[family.family]
    if own is None:
        seen = Seen(np.zeros(0), nothing, np.zeros(0))
        return SPREAD, family, carried_forward(remainder, seen, times, luck)
    seen = own.seen(len(own.series.rows))
    return CARRIED, family, carried_forward(remainder, seen, times, luck)


def _path_start(outlook: ForecastBasis) -> Month:
    """Return the first month of which a remainder is wanted: of the first year."""
    return Month(outlook.first.year, 1)


def _remainder_of(
    path: AtTimes, outlook: ForecastBasis, period: ForecastPeriod
) -> PerDraw:
    """Return the remainder of a period: at its end, of a year the mean of its quarters.

    As in the hindcast, whose periods are months and quarters; a year has seen its
    remainder come and go.
    """
    end = period.last - _path_start(outlook)
    if period.kind != "year":
        return path[end]
    quarters = path[[end - back for back in range(0, MONTHS_A_YEAR, _QUARTER)]]
    return quarters[0] / 4 + quarters[1] / 4 + quarters[2] / 4 + quarters[3] / 4


def _error(outlook: ForecastBasis, key: Key, period: ForecastPeriod) -> PerDraw | float:
    """Return the error of observing a period, as large as that of the last one seen."""
    own = outlook.seen.get(key)
    if own is None:
        return 0.0
    event = f"error of observing {' '.join(key)}, {period.kind}"
    return float(own.errors[-1]) * outlook.chance.normal(event, period.last)


def shifted_on_scale(family: Family, values: PerDraw, beyond: PerDraw) -> PerDraw:
    """Return amounts moved on a family's scale; nothing stays nothing.

    Args:
        family: whose scale it is.
        values: amounts, in the measure's unit.
        beyond: by how much, on the scale.

    Example:
        >>> log = Family.model_construct(family="sales", scale="log")
        >>> moved(log, np.array([0.0, 2.0]), np.log(np.array([3.0, 3.0])))
        array([0., 6.])
    """
    if family.scale == "linear":
        return values + beyond
    if family.scale == "log":
        return values * np.exp(beyond)
    whole = np.clip(values, _NEARLY, 1.0 - _NEARLY)
    inside = (values > 0.0) & (values < 1.0)
    return np.where(inside, expit(logit(whole) + beyond), values)


def measures_with_parts(measures: Sequence[str]) -> list[str]:
    """Return measures, and those that shares over a period are put together from."""
    parts = (part for name in measures for part in RATIOS.get(name, ()))
    return list(dict.fromkeys([*measures, *parts]))
