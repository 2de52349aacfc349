"""Evidence: the observations that a calibration aims at, on the scales of families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.domain.array_types import Float64, Int64
from sim.experiments.hindcast.discrepancy import PerTimeAndDraw
from sim.experiments.hindcast.observed import ObservedSeries, to_scale
from sim.outcomes.results import Results
from sim.records.history import Errors

PerObservation = Float64[np.ndarray, "observations"]
"""One number per observation."""

PerObservationAndDraw = Float64[np.ndarray, "observations draws"]
"""One number per observation and draw."""

PerFamilyAndDraw = Float64[np.ndarray, "families draws"]
"""One number per family and draw."""

GroupIndex = Int64[np.ndarray, "observations"]
"""To which of several groups each observation belongs."""

_FLOOR = 0.01
"""Part of an observation: farther below, modelled values count as equal."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was observed, an entry for each row of each series.

    Attributes:
        series: the series, of the rows aimed at alone.
        errors: standard deviation of each observation's error, on its family's scale.
    """

    series: tuple[ObservedSeries, ...]
    errors: PerObservation

    @classmethod
    def of(cls, all_series: Sequence[ObservedSeries], errors: Errors) -> Evidence:
        """Return the evidence of series, of the rows aimed at alone."""
        kept = tuple(series for series in all_series if series.rows)
        parts = [series.errors(errors) for series in kept]
        return cls(kept, np.concatenate(parts) if parts else np.zeros(0))

    @cached_property
    def values(self) -> PerObservation:
        """The observed values, each on the scale of its family."""
        return np.concatenate([series.scaled(series.values) for series in self.series])

    @cached_property
    def times(self) -> PerObservation:
        """The month in which each period ends, in months since year 0."""
        return np.concatenate([series.times for series in self.series])

    @cached_property
    def series_of(self) -> GroupIndex:
        """The series of each observation."""
        counts = [len(series.rows) for series in self.series]
        return np.repeat(np.arange(len(counts)), counts)

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The families of which something was observed."""
        return tuple(dict.fromkeys(series.family.family for series in self.series))

    @cached_property
    def family_of(self) -> GroupIndex:
        """The family of each observation."""
        by_series = [self.families.index(entry.family.family) for entry in self.series]
        return np.array(by_series)[self.series_of]

    def modelled(self, results: Results) -> PerObservationAndDraw:
        """Return the model's value of each observation, in the measure's unit."""
        return np.concatenate([series.modelled(results) for series in self.series])

    def on_scale(self, modelled: PerObservationAndDraw) -> PerObservationAndDraw:
        """Return modelled values on the scales of families.

        On a log or logit scale a value below a hundredth of what was observed counts as
        a hundredth: zero and next to zero are equally far off.
        """
        return np.concatenate(
            [
                _on_scale(series, values)
                for series, values in zip(
                    self.series, self.by_series(modelled), strict=True
                )
            ]
        )

    def by_series(
        self, table: Float64[np.ndarray, "observations columns"]
    ) -> list[np.ndarray]:
        """Return the rows of a table, one for each observation, series by series."""
        return np.split(table, np.flatnonzero(np.diff(self.series_of)) + 1)


def _on_scale(series: ObservedSeries, modelled: PerTimeAndDraw) -> PerTimeAndDraw:
    if series.family.scale == "linear":
        return modelled
    least = _FLOOR * series.values[:, None]
    return to_scale(series.family, np.maximum(modelled, least))
