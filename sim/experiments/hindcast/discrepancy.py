"""Remainder: what the model leaves over of a series, and how far it lasts.

On the scale of its family, what was observed is what the model says of the period, plus
a remainder of the model, plus the error of the observation:

    y(t) = f(t) + d(t) + e(t),    cov(d(s), d(t)) = s^2 exp(-|s - t| / m)

The remainder reverts to nothing in about m months. Its spread s and its memory m are
those of a family of series: no series has a constant of its own.

Source:
    Model discrepancy as a stochastic process: Kennedy and O'Hagan, 'Bayesian
    calibration of computer models', J. R. Statist. Soc. B 63 (2001). The covariance is
    that of an Ornstein-Uhlenbeck process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from sim.domain.ensemble import PerDraw

Times = Float64[np.ndarray, "times"]
"""When something was observed, in months since year 0."""

AtTimes = Float64[np.ndarray, "times draws"]
"""A row for each time, and one number per draw in each."""

Rows = Float64[np.ndarray, "rows"]
Columns = Float64[np.ndarray, "columns"]
"""Two sets of times, of any lengths."""

Covariances = Float64[np.ndarray, "draws rows columns"]
"""A covariance between times for every draw."""


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """How a family's remainder behaves.

    Attributes:
        spread: s, standard deviation on the family's scale, by draw.
        memory: m, months in which its correlation falls to 1/e, by draw.
    """

    spread: PerDraw
    memory: PerDraw

    def covariances(self, rows: Rows, columns: Columns) -> Covariances:
        """Return the covariance of the remainder between times, draw by draw."""
        apart = np.abs(rows[:, None] - columns[None, :])
        decay = np.exp(-apart[None, :, :] / self.memory[:, None, None])
        return self.spread[:, None, None] ** 2 * decay

    def given(self, seen: Seen, time: float) -> tuple[PerDraw, PerDraw]:
        """Return mean and variance of the remainder at a time, given what was seen."""
        mean, covariance = _conditional(self, seen, np.array([time]))
        return mean[0], covariance[:, 0, 0]


@dataclass(frozen=True, eq=False)
class Seen:
    """What the model left over of a series up to now.

    Attributes:
        times: of the observations.
        left: observed less modelled, on the family's scale.
        errors: standard deviations of the observations' errors, on that scale.
    """

    times: Times
    left: AtTimes
    errors: Times


def carried_forward(
    remainder: Discrepancy, seen: Seen, times: Times, luck: AtTimes
) -> AtTimes:
    """Return the remainder at other times, given what was left over so far.

    Drawn from the normal distribution of d at `times`, given d + e at those seen; if
    nothing was seen it is that of d alone.

    Args:
        remainder: how it behaves, by draw.
        seen: what was left over, with as many draws.
        times: when it is wanted, all different.
        luck: standard normal numbers, for each time and draw.
    """
    mean, covariance = _conditional(remainder, seen, times)
    # Times that all but repeat a time seen leave variances of about nothing.
    jitter = _JITTER * remainder.spread[:, None, None] ** 2 * np.eye(len(times))
    root = np.linalg.cholesky(covariance + jitter)
    return mean + np.einsum("dij,jd->id", root, luck)


_JITTER = 1e-9


def _conditional(
    remainder: Discrepancy, seen: Seen, times: Times
) -> tuple[AtTimes, Covariances]:
    """Return mean and covariance of the remainder at times, given what was seen."""
    prior = remainder.covariances(times, times)
    if len(seen.times) == 0:
        return np.zeros((len(times), len(remainder.spread))), prior
    noise = np.diag(seen.errors**2)
    known = remainder.covariances(seen.times, seen.times) + noise[None, :, :]
    across = remainder.covariances(times, seen.times)
    gain = np.linalg.solve(known, across.transpose(0, 2, 1)).transpose(0, 2, 1)
    mean = np.einsum("dij,jd->id", gain, seen.left)
    return mean, prior - gain @ across.transpose(0, 2, 1)
