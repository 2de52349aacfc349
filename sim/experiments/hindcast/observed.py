"""Observed series: what was seen of a measure, beside what the model says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.domain.ensemble import PerDraw, share
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import AtTimes, Times
from sim.experiments.hindcast.scale import Amounts, on_scale
from sim.outcomes.results import Key, Results, Series, sum_over_months
from sim.records.history import Errors, likely_range
from sim.records.history_rows import Family, Observation

_FLOOR = 1e-3
"""Amounts below this part of the least that was seen, or such shares, are nothing."""

_WIDTHS = 2.0 * float(ndtri(0.95))
"""Standard deviations of a normal distribution in its central 90 %."""

RATIOS = {"china_share": ("china_revenue", "revenue")}
"""Measures that are, over a period, one amount over another and no mean of months."""


@dataclass(frozen=True, eq=False)
class Observed:
    """A series: what was seen of one measure of one actor, in order of time.

    Attributes:
        measure: the measure that answers to it.
        actor: its actor.
        family: the series that it shares its scale and the size of remainders with.
        rows: what was seen, a period each.
    """

    measure: str
    actor: str
    family: Family
    rows: tuple[Observation, ...]

    @property
    def name(self) -> str:
        """Measure and actor in one word."""
        return f"{self.measure} {self.actor}"

    @property
    def times(self) -> Times:
        """The month in which each period ends, in months since year 0."""
        return np.array([float(Month.of(row.end).index) for row in self.rows])

    @property
    def values(self) -> Times:
        """What was seen, in the measure's unit."""
        return np.array([row.mid for row in self.rows])

    @property
    def floor(self) -> float:
        """The least amount that is told from nothing, in the measure's unit."""
        least = float(np.min(self.values)) if self.family.scale == "log" else 1.0
        return _FLOOR * least

    def scaled(self, values: Amounts) -> Amounts:
        """Return amounts of the measure on the family's scale."""
        return on_scale(self.family, values, self.floor)

    def errors(self, known: Errors) -> Times:
        """Return the standard deviation of each row's error, on the family's scale.

        Args:
            known: errors of observations by family and confidence.
        """
        ends = np.array([likely_range(row, known) for row in self.rows])
        low, high = self.scaled(ends[:, 0]), self.scaled(ends[:, 1])
        return (high - low) / _WIDTHS

    def first(self, count: int) -> Observed:
        """Return the series with its first rows alone."""
        return Observed(self.measure, self.actor, self.family, self.rows[:count])

    def known_by(self, month: Month) -> int:
        """Return how many periods are over at the end of a month, the first ones."""
        return sum(Month.of(row.end) <= month for row in self.rows)

    def only(self, keep: Callable[[Observation], bool]) -> Observed:
        """Return the series with some of its rows."""
        kept = tuple(row for row in self.rows if keep(row))
        return Observed(self.measure, self.actor, self.family, kept)

    def answers(self, results: Results) -> AtTimes:
        """Return what the model says of each period, in the measure's unit."""
        return np.stack([over(results, self, row) for row in self.rows])


def in_series(
    rows: Iterable[Observation], families: Iterable[Family]
) -> list[Observed]:
    """Return observations as series, each in order of time."""
    known = {each.family: each for each in families}
    found: dict[tuple[str, str], list[Observation]] = {}
    for row in rows:
        found.setdefault((row.measure, row.actor), []).append(row)
    return [
        Observed(
            measure,
            actor,
            known[same[0].family],
            tuple(sorted(same, key=lambda row: row.end)),
        )
        for (measure, actor), same in found.items()
    ]


def measures_asked(series: Iterable[Observed]) -> list[str]:
    """Return the measures that must be recorded to answer to series."""
    names = {one.measure for one in series}
    parts = {part for name in names for part in RATIOS.get(name, ())}
    return sorted(names | parts)


def over(results: Results, series: Observed, row: Observation) -> PerDraw:
    """Return what the model says of a measure over the period of an observation."""
    first, last = Month.of(row.start), Month.of(row.end)
    return said(results, (series.measure, series.actor), first, last)


def said(results: Results, key: Key, first: Month, last: Month) -> PerDraw:
    """Return what the model says of a measure from one month to another.

    A flow is added up, a stock is read in the last month, of a level the mean is taken;
    a share of sales is the sales of the period over the sales of the period.
    """
    measure, actor = key
    parts = RATIOS.get(measure)
    if parts is not None:
        part, whole = (_months(results, (name, actor), first, last) for name in parts)
        return share(sum_over_months(part), sum_over_months(whole))
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
