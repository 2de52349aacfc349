"""Predictive distribution: what is predicted of a series, draw by draw.

On the scale of a family, the prediction of a period is the model's value, plus a
discrepancy, plus the error of the observation. The discrepancy is either drawn from its
full spread, or carried forward from what the model missed of the same series so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.chance import Chance
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import (
    DISCREPANCY_LUCK,
    ERROR_LUCK,
    Discrepancies,
    Discrepancy,
    ObservedDiscrepancy,
    PerTime,
    PerTimeAndDraw,
    carry_forward,
    discrepancy_sizes,
)
from sim.experiments.hindcast.observed import ObservationRecord, ObservedSeries
from sim.experiments.setup import Setup
from sim.outcomes.results import Results
from sim.records.history_rows import Observation

TimeCovariance = Float64[np.ndarray, "times times"]
"""Covariances between periods."""

MODEL, CARRIED = "model", "carried"
"""The two variants: the model alone, and with its discrepancy carried forward."""

_LOG_TWO_PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, eq=False)
class SeriesPrediction:
    """A series, the model's value of each period, and how far that can be off.

    Attributes:
        series: the observations, in order of time.
        modelled: the model's value of each period, in the measure's unit.
        errors: standard deviations of the observations' errors, on the family's scale.
        discrepancy: how the discrepancy of its family behaves.
        chance: the luck of the draws.
    """

    series: ObservedSeries
    modelled: PerTimeAndDraw
    errors: PerTime
    discrepancy: Discrepancy
    chance: Chance

    @cached_property
    def scaled_modelled(self) -> PerTimeAndDraw:
        """The model's value of each period, on the family's scale."""
        return self.series.scaled(self.modelled)

    @cached_property
    def scaled_observed(self) -> PerTime:
        """The observation of each period, on the family's scale."""
        return self.series.scaled(self.series.values)

    def subset(self, keep: Callable[[Observation], bool]) -> SeriesPrediction:
        """Return the same of some of the periods."""
        kept = [index for index, row in enumerate(self.series.rows) if keep(row)]
        rows = tuple(self.series.rows[index] for index in kept)
        return replace(
            self,
            series=replace(self.series, rows=rows),
            modelled=self.modelled[kept],
            errors=self.errors[kept],
        )

    @cached_property
    def luck(self) -> PerTimeAndDraw:
        """Standard normal luck of the discrepancy in each period."""
        return self._luck(DISCREPANCY_LUCK)

    @cached_property
    def noise(self) -> PerTimeAndDraw:
        """Errors of the observations, on the family's scale."""
        return self.errors[:, None] * self._luck(ERROR_LUCK)

    def _luck(self, event: str) -> PerTimeAndDraw:
        rows = [
            self.chance.normal(
                f"{event} {self.series.name} from {row.start}", Month.of(row.end)
            )
            for row in self.series.rows
        ]
        return np.stack(rows)

    def observed_discrepancy(self, count: int) -> ObservedDiscrepancy:
        """Return what the model missed of the first so many periods."""
        return ObservedDiscrepancy(
            self.series.times[:count],
            (self.scaled_observed[:, None] - self.scaled_modelled)[:count],
            self.errors[:count],
        )

    def unconditional(self) -> PerTimeAndDraw:
        """Return predictions with nothing carried forward, on the family's scale."""
        spread = self.discrepancy.spread[None, :]
        return self.scaled_modelled + spread * self.luck + self.noise

    def carried_forward(self, known: int) -> PerTimeAndDraw:
        """Return predictions with the observed discrepancy carried forward.

        The `known` first periods are over. Up to now each period knows those before it;
        from now on all that are known.
        """
        behind = [self._discrepancy(end, end, end + 1) for end in range(known)]
        ahead = self._discrepancy(known, known, len(self.series.rows))
        return self.scaled_modelled + np.concatenate([*behind, ahead]) + self.noise

    def _discrepancy(self, known: int, first: int, end: int) -> PerTimeAndDraw:
        """Return the discrepancy from one period to another, given the known ones."""
        times, luck = self.series.times[first:end], self.luck[first:end]
        observed = self.observed_discrepancy(known)
        return carry_forward(self.discrepancy, observed, times, luck)

    def log_likelihood(
        self, mean: PerTimeAndDraw, residual_covariance: TimeCovariance
    ) -> PerDraw:
        """Return the log density that each draw gives to all periods together.

        With the discrepancy of its family and the errors of observing, as a fit has it.
        The mean is a draw's value of the periods without the luck, on the family's
        scale; the residual covariance is that of what luck adds.
        """
        times = self.series.times
        noise = np.diag(self.errors**2) + residual_covariance
        covariance = self.discrepancy.covariances(times, times) + noise[None, :, :]
        residuals = (self.scaled_observed[:, None] - mean).T
        root = np.linalg.cholesky(covariance)
        white = np.linalg.solve(root, residuals[:, :, None])[:, :, 0]
        size = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        return -0.5 * (white**2).sum(axis=1) - size - 0.5 * len(times) * _LOG_TWO_PI

    def log_density(self, known: int) -> PerTime:
        """Return the log density of the observation of each period, on the scale.

        It is that of the mixture over draws, each with its discrepancy carried forward
        as in `carried_forward`; without luck, so that two models can be distinguished
        finely. The `known` first periods are over.
        """
        periods = range(len(self.series.rows))
        return np.array([self._log_density(index, known) for index in periods])

    def _log_density(self, index: int, known: int) -> float:
        observed = self.observed_discrepancy(min(index, known))
        time = self.series.times[[index]]
        mean, covariance = self.discrepancy.conditional(observed, time)
        variance = covariance[:, 0, 0] + self.errors[index] ** 2
        off = self.scaled_observed[index] - self.scaled_modelled[index] - mean[0]
        by_draw = -0.5 * (off**2 / variance + np.log(variance) + _LOG_TWO_PI)
        return float(np.logaddexp.reduce(by_draw) - np.log(by_draw.size))


def predict_series(
    setup: Setup,
    record: ObservationRecord,
    results: Results,
    discrepancies: Discrepancies | None = None,
) -> list[SeriesPrediction]:
    """Return the model's prediction of every observed series.

    Discrepancies, if not given, are those of the posterior or of their ranges.
    """
    sizes = discrepancies or discrepancy_sizes(setup, record.families)
    chance = Chance(setup.seed, setup.draws)
    return [
        SeriesPrediction(
            series,
            series.modelled(results),
            series.errors(record.errors),
            sizes[series.family.family],
            chance,
        )
        for series in record.series
    ]


def discrepancies_of(predictions: Sequence[SeriesPrediction]) -> Discrepancies:
    """Return how discrepancies behave, by family."""
    return {
        prediction.series.family.family: prediction.discrepancy
        for prediction in predictions
    }
