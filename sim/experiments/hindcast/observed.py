"""Observed series: what was observed of a measure, and what the model says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit, ndtri

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw, share
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.hindcast.discrepancy import PerTime, PerTimeAndDraw
from sim.outcomes.results import Key, Results, Series, sum_over_months
from sim.records import Records
from sim.records.history import Errors, errors_by_family, likely_range
from sim.records.history_rows import Family, Observation, ObservationError

Amounts = Float64[np.ndarray, "*any"]
"""Numbers in whatever shape; what is returned has the same."""

RATIOS = {"china_share": ("china_revenue", "revenue")}
"""Measures that are, over a period, one amount over another and no mean of months."""

_TINY = 1e-9
"""The least amount on a log or logit scale, if no other is given."""

_FLOOR = 1e-3
"""Amounts below this part of the least observed one, or such shares, count as it."""

_WIDTHS = 2.0 * float(ndtri(0.95))
"""Standard deviations of a normal distribution in its central 90 %."""


def to_scale(family: Family, values: Amounts, floor: float = _TINY) -> Amounts:
    """Return amounts on a family's scale, on which its discrepancy is about normal.

    Args:
        family: the family.
        values: amounts, in the measure's unit.
        floor: amounts below count as this much (shares that leave less than this, as
            one minus it): of a series that is observed at hundreds of millions, zero
            and a little are equally far off. A linear scale has none.
    """
    if family.scale == "linear":
        return values
    at_least = np.maximum(values, floor)
    if family.scale == "log":
        return np.log(at_least)
    return logit(np.minimum(at_least, 1.0 - floor))


def from_scale(family: Family, values: Amounts) -> Amounts:
    """Return amounts in their own unit."""
    inverses = {"linear": np.asarray, "log": np.exp, "logit": expit}
    return inverses[family.scale](values)


@dataclass(frozen=True, eq=False, repr=False)
class ObservedSeries(ShortRepr):
    """What was observed of one measure of one actor, in order of time."""

    measure: str
    actor: str
    family: Family
    rows: tuple[Observation, ...]

    @property
    def name(self) -> str:
        """Measure and actor in one word."""
        return f"{self.measure} {self.actor}"

    @property
    def times(self) -> PerTime:
        """The month in which each period ends, in months since year 0."""
        return np.array([float(Month.of(row.end).index) for row in self.rows])

    @property
    def values(self) -> PerTime:
        """The observed values, in the measure's unit."""
        return np.array([row.mid for row in self.rows])

    @property
    def floor(self) -> float:
        """The least amount that differs from zero, in the measure's unit."""
        above_zero = self.values[self.values > 0.0]
        if self.family.scale != "log" or not len(above_zero):
            return _FLOOR
        return _FLOOR * float(np.min(above_zero))

    def scaled(self, values: Amounts) -> Amounts:
        """Return amounts of the measure on the family's scale."""
        return to_scale(self.family, values, self.floor)

    def errors(self, errors: Errors) -> PerTime:
        """Return the standard deviation of each row's error, on the family's scale."""
        ends = np.array([likely_range(row, errors) for row in self.rows])
        low, high = self.scaled(ends[:, 0]), self.scaled(ends[:, 1])
        return (high - low) / _WIDTHS

    def first(self, count: int) -> ObservedSeries:
        """Return the series with its first rows alone."""
        return replace(self, rows=self.rows[:count])

    def periods_known_by(self, month: Month) -> int:
        """Return how many periods are over at the end of a month."""
        return sum(Month.of(row.end) <= month for row in self.rows)

    def modelled(self, results: Results) -> PerTimeAndDraw:
        """Return the model's value for each period, in the measure's unit."""
        key = (self.measure, self.actor)
        periods = [(Month.of(row.start), Month.of(row.end)) for row in self.rows]
        return np.stack([value_over_period(results, key, *ends) for ends in periods])


@dataclass(frozen=True, eq=False, repr=False)
class ObservationRecord(ShortRepr):
    """What was observed, as series, and how far observations can be off."""

    series: list[ObservedSeries]
    errors: Errors

    @classmethod
    def of(cls, records: Records, horizon: Month) -> ObservationRecord:
        """Return what was observed up to a month."""
        facts = records.facts
        rows = [row for row in facts.rows(Observation) if Month.of(row.end) <= horizon]
        errors = errors_by_family(facts.rows(ObservationError))
        return cls(group_into_series(rows, facts.rows(Family)), errors)

    @property
    def families(self) -> list[str]:
        """The names of the families, in order."""
        return list(dict.fromkeys(series.family.family for series in self.series))


def last_calibration_month(records: Records) -> Month:
    """Return the last month whose observations a calibration may use."""
    rows = records.facts.rows(Observation)
    return max(Month.of(row.end) for row in rows if row.use == "calibration")


def last_observed_month(records: Records) -> Month:
    """Return the last month of all observations."""
    return max(Month.of(row.end) for row in records.facts.rows(Observation))


def group_into_series(
    rows: Iterable[Observation], families: Iterable[Family]
) -> list[ObservedSeries]:
    """Return observations as series, each in order of time."""
    family_rows = {family.family: family for family in families}
    by_key: dict[Key, list[Observation]] = {}
    for row in rows:
        by_key.setdefault(row.series, []).append(row)
    return [
        ObservedSeries(
            measure,
            actor,
            family_rows[observations[0].family],
            tuple(sorted(observations, key=lambda row: row.end)),
        )
        for (measure, actor), observations in by_key.items()
    ]


def measures_to_record(all_series: Iterable[ObservedSeries]) -> list[str]:
    """Return the measures that a run must record to be compared with series."""
    names = {series.measure for series in all_series}
    parts = {part for name in names for part in RATIOS.get(name, ())}
    return sorted(names | parts)


def value_over_period(results: Results, key: Key, first: Month, last: Month) -> PerDraw:
    """Return the model's value of a measure over some months, draw by draw.

    A flow is added up, a stock is read in the last month, of a level the mean is taken;
    a share of sales is the sales of the period over the sales of the period.
    """
    measure, actor = key
    if measure in RATIOS:
        part, total = (
            _months(results, (name, actor), first, last) for name in RATIOS[measure]
        )
        return share(sum_over_months(part), sum_over_months(total))
    months = _months(results, key, first, last)
    kind = results.quantities[measure].kind
    if kind == "stock":
        return months[-1]
    return (
        sum_over_months(months)
        if kind == "flow"
        else sum_over_months(months) / len(months)
    )


def _months(results: Results, key: Key, first: Month, last: Month) -> Series:
    return results.get(key)[results.month_index(first) : results.month_index(last) + 1]
