"""Discrepancy: the part of a series that the model misses, and how long it lasts.

On the scale of its family, an observation is the model's value for the period, plus a
discrepancy of the model, plus the error of the observation:

    y(t) = f(t) + d(t) + e(t),    cov(d(s), d(t)) = s^2 exp(-|s - t| / m)

The discrepancy reverts to zero in about m months. Its spread s and its memory m are
those of a family of series: no series has a constant of its own.

Source:
    Model discrepancy as a stochastic process: Kennedy and O'Hagan, 'Bayesian
    calibration of computer models', J. R. Statist. Soc. B 63 (2001). The covariance is
    that of an Ornstein-Uhlenbeck process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw
from sim.domain.errors import RecordsError
from sim.experiments.setup import Setup
from sim.records.assumptions import sample
from sim.records.discrepancy_row import MEMORY, SPREAD, DiscrepancyRow

PerTime = Float64[np.ndarray, "times"]
"""One number per period: its last month since year 0, or a quantity."""

PerTimeAndDraw = Float64[np.ndarray, "times draws"]
"""One number per period and draw."""

RowTimes = Float64[np.ndarray, "rows"]
ColumnTimes = Float64[np.ndarray, "columns"]
"""Two sets of months, of any lengths."""

Covariances = Float64[np.ndarray, "draws rows columns"]
"""A covariance between months for every draw."""

DISCREPANCY_LUCK = "remainder of"
ERROR_LUCK = "error of observing"
"""Keys of luck. Another wording would be other luck, and other numbers."""

_JITTER = 1e-9


@dataclass(frozen=True, eq=False)
class Discrepancy:
    """How the discrepancy of a family behaves.

    Attributes:
        spread: s, standard deviation on the family's scale, by draw.
        memory: m, months in which its correlation falls to 1/e, by draw.
    """

    spread: PerDraw
    memory: PerDraw

    def covariances(self, rows: RowTimes, columns: ColumnTimes) -> Covariances:
        """Return the covariance of the discrepancy between months, draw by draw."""
        months_apart = np.abs(rows[:, None] - columns[None, :])
        decay = np.exp(-months_apart[None, :, :] / self.memory[:, None, None])
        return self.spread[:, None, None] ** 2 * decay

    def conditional(
        self, observed: ObservedDiscrepancy, times: PerTime
    ) -> tuple[PerTimeAndDraw, Covariances]:
        """Return mean and covariance of the discrepancy, given what was observed."""
        prior = self.covariances(times, times)
        if len(observed.times) == 0:
            return np.zeros((len(times), len(self.spread))), prior
        errors = np.diag(observed.errors**2)
        known = self.covariances(observed.times, observed.times) + errors[None, :, :]
        across = self.covariances(times, observed.times)
        gain = np.linalg.solve(known, across.transpose(0, 2, 1)).transpose(0, 2, 1)
        mean = np.einsum("dij,jd->id", gain, observed.values)
        return mean, prior - gain @ across.transpose(0, 2, 1)


@dataclass(frozen=True, eq=False)
class ObservedDiscrepancy:
    """What the model has missed of a series so far.

    Attributes:
        times: months in which the periods end.
        values: observed less modelled, on the family's scale.
        errors: standard deviations of the observations' errors, on that scale.
    """

    times: PerTime
    values: PerTimeAndDraw
    errors: PerTime


def carry_forward(
    discrepancy: Discrepancy,
    observed: ObservedDiscrepancy,
    times: PerTime,
    luck: PerTimeAndDraw,
) -> PerTimeAndDraw:
    """Return the discrepancy in other months, given what was observed of it.

    Drawn from the normal distribution of d at `times`, given d + e at those observed;
    if nothing was observed it is that of d alone.
    """
    mean, covariance = discrepancy.conditional(observed, times)
    # Months that all but repeat an observed one leave variances of about zero.
    jitter = _JITTER * discrepancy.spread[:, None, None] ** 2 * np.eye(len(times))
    root = np.linalg.cholesky(covariance + jitter)
    return mean + np.einsum("dij,jd->id", root, luck)


Discrepancies = Mapping[str, Discrepancy]
"""By family, how its discrepancy behaves."""


def discrepancy_sizes(setup: Setup, families: Sequence[str]) -> Discrepancies:
    """Return how the discrepancies of families behave, draw by draw.

    They come from the same rows of the posterior as the assumptions; if those come from
    their ranges, so do these.

    Raises:
        RecordsError: a family is missing.
    """
    if setup.posterior is not None:
        columns = setup.posterior.discrepancy_values(setup.draws, setup.seed)
        table = "posterior/discrepancy.csv"
    else:
        rows = setup.records.facts.rows(DiscrepancyRow)
        columns = sample(rows, setup.draws, setup.seed)
        table = "history/discrepancies.csv"
    return {name: _of_family(columns, name, table) for name in families}


def _of_family(columns: Mapping[str, PerDraw], name: str, table: str) -> Discrepancy:
    try:
        return Discrepancy(columns[f"{SPREAD}.{name}"], columns[f"{MEMORY}.{name}"])
    except KeyError as missing:
        raise RecordsError(
            f"{table}: has no {missing}, and series of this family are observed"
        ) from None
