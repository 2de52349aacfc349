"""Remainders: the covariance of what the model leaves over, guess by guess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.evidence import (
    Answers,
    ByFamily,
    Evidence,
)

Square = Float64[np.ndarray, "observations observations"]
"""A covariance between observations."""

Bordered = Float64[np.ndarray, "draws rows rows"]
"""A covariance with one row more, for every draw."""

ByPair = Float64[np.ndarray, "pairs draws"]
"""One number per pair and draw."""

OfPairs = Float64[np.ndarray, "pairs"]
"""One number per pair."""

InPairs = Int64[np.ndarray, "pairs"]
"""To which of several things each pair, or one of it, belongs."""


_BEYOND = 1e300
"""More than any sum of squares."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """The pairs of observations between which a remainder is correlated.

    Series leave over independently, so these are pairs of one series.

    Attributes:
        first: number of the first of each pair.
        second: number of the second.
        apart: months between them.
        family: of both.
    """

    first: InPairs
    second: InPairs
    apart: OfPairs
    family: InPairs

    @classmethod
    def within_series(cls, evidence: Evidence) -> Pairs:
        """Return every pair of one series, once, each observation with itself too."""
        of = evidence.series_of
        first, second = np.nonzero(np.tril(of[:, None] == of[None, :]))
        apart = np.abs(evidence.times[first] - evidence.times[second])
        return cls(first, second, apart, evidence.family_of[first])

    def covariances(self, spreads: ByFamily, memories: ByFamily) -> ByPair:
        """Return the covariance of the remainder, a row for each pair.

        An Ornstein-Uhlenbeck process: spread^2 exp(-months apart / memory).

        Args:
            spreads: standard deviation by family and draw.
            memories: months by family and draw.
        """
        spread, memory = spreads[self.family], memories[self.family]
        return spread**2 * np.exp(-self.apart[:, None] / memory)


@dataclass(frozen=True, eq=False)
class Noise:
    """All that parts observations from what an emulator expects.

    Attributes:
        pairs: between which the remainder is correlated.
        fixed: covariance of what assumptions that are not fitted and luck do, and of
            the errors of observations.
    """

    pairs: Pairs
    fixed: Square

    def log_density(
        self, apart: Answers, spreads: ByFamily, memories: ByFamily
    ) -> PerDraw:
        """Return the log density of what was observed, draw by draw.

        Args:
            apart: observed less expected, a row for each observation.
            spreads: standard deviation of the remainder, by family and draw.
            memories: months by family and draw.
        """
        count, _ = apart.shape
        root = np.linalg.cholesky(self._bordered(apart, spreads, memories))
        diagonal = np.einsum("dii->di", root)[:, :count]
        squares = (root[:, count, :count] ** 2).sum(axis=1)
        constant = 0.5 * count * float(np.log(2.0 * np.pi))
        return -0.5 * squares - np.log(diagonal).sum(axis=1) - constant

    def _bordered(
        self, apart: Answers, spreads: ByFamily, memories: ByFamily
    ) -> Bordered:
        """Return the covariance with one row more, whose root is the whitened rest.

        If S = L L', the last row of the root of [[S, y], [y', c]] is L^-1 y: one
        factorisation does for both determinant and quadratic form. Only the lower half
        is filled, as no more is read.
        """
        count, draws = apart.shape
        whole = np.zeros((draws, count + 1, count + 1))
        whole[:, :count, :count] = self.fixed
        own = self.pairs.covariances(spreads, memories)
        whole[:, self.pairs.first, self.pairs.second] += own.T
        whole[:, count, :count] = apart.T
        whole[:, count, count] = _BEYOND
        return whole
