"""Predictive distribution: what is held possible of a series, draw by draw.

On the scale of a family, a period is what the model's draw says of it, plus a remainder
of the model, plus the error of the observation. The remainder is either as wide as it
ever is, or carried forward from what the model left over of the same series up to then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float64

from sim.domain.chance import Chance
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import (
    AtTimes,
    Discrepancy,
    Seen,
    Times,
    carried_forward,
)
from sim.experiments.hindcast.observed import Observed
from sim.records.history_rows import Observation

Square = Float64[np.ndarray, "times times"]
"""Covariances between periods."""

MODEL, CARRIED = "model", "carried"
"""The two variants: the model by itself, and with what it left over carried forward."""


@dataclass(frozen=True, eq=False)
class Modelled:
    """A series, what the model says of it, and how far that can be off.

    Attributes:
        series: what was seen, in order of time.
        answers: what the model says of each period, in the measure's unit.
        errors: standard deviations of the observations' errors, on the family's scale.
        remainder: how the remainder of its family behaves.
        chance: the luck of the draws.
    """

    series: Observed
    answers: AtTimes
    errors: Times
    remainder: Discrepancy
    chance: Chance

    @cached_property
    def scaled(self) -> AtTimes:
        """What the model says of each period, on the family's scale."""
        return self.series.scaled(self.answers)

    @cached_property
    def observed(self) -> Times:
        """What was seen of each period, on the family's scale."""
        return self.series.scaled(self.series.values)

    def only(self, keep: Callable[[Observation], bool]) -> Modelled:
        """Return the same of some of the periods."""
        kept = [place for place, row in enumerate(self.series.rows) if keep(row)]
        return replace(
            self,
            series=self.series.only(keep),
            answers=self.answers[kept],
            errors=self.errors[kept],
        )

    @cached_property
    def luck(self) -> AtTimes:
        """Standard normal luck of the remainder in each period."""
        return self._luck("remainder of")

    @cached_property
    def noise(self) -> AtTimes:
        """Errors of the observations, on the family's scale."""
        return self.errors[:, None] * self._luck("error of observing")

    def _luck(self, event: str) -> AtTimes:
        rows = [
            self.chance.normal(
                f"{event} {self.series.name} from {row.start}", Month.of(row.end)
            )
            for row in self.series.rows
        ]
        return np.stack(rows)

    def seen(self, count: int) -> Seen:
        """Return what the model left over of the first so many periods."""
        return Seen(
            self.series.times[:count],
            (self.observed[:, None] - self.scaled)[:count],
            self.errors[:count],
        )

    def alone(self) -> AtTimes:
        """Return what is held possible of each period with nothing carried forward."""
        spread = self.remainder.spread[None, :]
        return self.scaled + spread * self.luck + self.noise

    def carried(self, known: int) -> AtTimes:
        """Return the same with what was left over carried forward.

        Up to now each period knows those before it; from now on all that are known.

        Args:
            known: how many of the periods are over, the first ones.
        """
        behind = [self._after(count, count, count + 1) for count in range(known)]
        ahead = self._after(known, known, len(self.series.rows))
        remainders = np.concatenate([*behind, ahead])
        return self.scaled + remainders + self.noise

    def _after(self, count: int, first: int, end: int) -> AtTimes:
        """Return the remainder of the periods from one to another, some being seen."""
        times, luck = self.series.times[first:end], self.luck[first:end]
        return carried_forward(self.remainder, self.seen(count), times, luck)

    def log_likelihood(self, said: AtTimes, rest: Square) -> PerDraw:
        """Return the log density that each draw gives to all periods together.

        With the remainder of its family and the errors of observing, as a fit sees it.

        Args:
            said: what each draw says of them, luck apart, on the family's scale.
            rest: covariance of what luck adds.
        """
        times = self.series.times
        noise = np.diag(self.errors**2) + rest
        covariance = self.remainder.covariances(times, times) + noise[None, :, :]
        left = (self.observed[:, None] - said).T
        root = np.linalg.cholesky(covariance)
        white = np.linalg.solve(root, left[:, :, None])[:, :, 0]
        size = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        return -0.5 * (white**2).sum(axis=1) - size - 0.5 * len(times) * _LOG_TWO_PI

    def log_density(self, known: int) -> Times:
        """Return the log density of what was seen in each period, on the scale.

        It is that of the mixture over draws, each with its remainder carried forward
        as in `carried`; without luck, so that two models can be told apart finely.

        Args:
            known: how many of the periods are over; of none nothing is carried forward.
        """
        rows = [
            self._log_density_of(place, min(place, known))
            for place in range(len(self.series.rows))
        ]
        return np.array(rows)

    def _log_density_of(self, place: int, count: int) -> float:
        mean, variance = self.remainder.given(
            self.seen(count), float(self.series.times[place])
        )
        variance = variance + self.errors[place] ** 2
        off = self.observed[place] - self.scaled[place] - mean
        each = -0.5 * (off**2 / variance + np.log(variance) + _LOG_TWO_PI)
        return float(np.logaddexp.reduce(each) - np.log(each.size))


_LOG_TWO_PI = float(np.log(2.0 * np.pi))
