"""The posterior density: how well assumptions and discrepancies fit the observations.

    log p(z | y) = log N(y - f(z); 0, R + D(s, m) + E) + log N(z; 0, I)

z are scores: of influential assumptions, then of the size s and of the memory m of each
family's discrepancy. f is the emulator, R the covariance of its residuals, D that of
the discrepancies and E that of the errors of observing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.domain.array_types import Float64, Int64
from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.emulator import Emulator, ObservationCovariance
from sim.experiments.calibration.evidence import (
    Evidence,
    PerFamilyAndDraw,
    PerObservationAndDraw,
)
from sim.experiments.calibration.normal_scores import NormalScores, ScoreTable

Samples = Float64[np.ndarray, "samples dimensions"]
"""A point of the posterior in each row: the scores of everything that is fitted."""

PairIndex = Int64[np.ndarray, "pairs"]
"""An observation or a family of each pair, by its index."""

_BEYOND = 1e300
"""More than any sum of squares."""


@dataclass(frozen=True, eq=False)
class PosteriorDensity:
    """The density that is sampled: of assumptions, and of discrepancies by family."""

    evidence: Evidence
    emulator: Emulator
    spreads: NormalScores
    memories: NormalScores

    @cached_property
    def noise(self) -> NoiseModel:
        """All differences between observations and emulator."""
        errors = np.diag(self.evidence.errors**2)
        fixed = self.emulator.residual_covariance + errors
        return NoiseModel.of(self.evidence, fixed)

    def refit(
        self, samples: Samples, modelled: PerObservationAndDraw
    ) -> PosteriorDensity:
        """Return the same with an emulator of other worlds, a row of samples each."""
        score_table, _, _ = self.split(samples)
        emulator = Emulator.fit(self.emulator.scores, score_table, modelled)
        return PosteriorDensity(self.evidence, emulator, self.spreads, self.memories)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that is fitted, in the order of a sample."""
        return (
            *self.emulator.scores.names,
            *self.spreads.names,
            *self.memories.names,
        )

    def split(
        self, samples: Samples
    ) -> tuple[ScoreTable, PerFamilyAndDraw, PerFamilyAndDraw]:
        """Return the scores of assumptions, of sizes and of memories, by row."""
        assumptions = len(self.emulator.scores.rows)
        families = len(self.spreads.rows)
        score_table, spreads, memories = np.split(
            samples.T, [assumptions, assumptions + families]
        )
        return score_table, spreads, memories

    def discrepancy_sizes(
        self, samples: Samples
    ) -> tuple[PerFamilyAndDraw, PerFamilyAndDraw]:
        """Return the size and the memory of discrepancies, by family and sample."""
        _, spreads, memories = self.split(samples)
        sizes = np.stack(list(self.spreads.values(spreads).values()))
        months = np.stack(list(self.memories.values(memories).values()))
        return sizes, months

    def log_density(self, samples: Samples) -> PerDraw:
        """Return the log density of each sample, less that of the evidence."""
        score_table, _, _ = self.split(samples)
        residuals = self.evidence.values[:, None] - self.emulator(score_table)
        likelihood = self.noise.log_density(residuals, *self.discrepancy_sizes(samples))
        return likelihood - 0.5 * (samples**2).sum(axis=1)


@dataclass(frozen=True, eq=False)
class NoiseModel:
    """All differences between observations and what an emulator expects.

    Discrepancies are correlated within a series alone, so they are given by pairs of
    observations of one series.

    Attributes:
        first: index of the first of each pair.
        second: index of the second.
        months_apart: months between them.
        family: index of the family of both.
        fixed: covariance of the emulator's residuals and of the errors of observing.
    """

    first: PairIndex
    second: PairIndex
    months_apart: Float64[np.ndarray, "pairs"]
    family: PairIndex
    fixed: ObservationCovariance

    @classmethod
    def of(cls, evidence: Evidence, fixed: ObservationCovariance) -> NoiseModel:
        """Return the model with every pair once, each observation with itself too."""
        series = evidence.series_of
        first, second = np.nonzero(np.tril(series[:, None] == series[None, :]))
        months_apart = np.abs(evidence.times[first] - evidence.times[second])
        return cls(first, second, months_apart, evidence.family_of[first], fixed)

    def log_density(
        self,
        residuals: PerObservationAndDraw,
        spreads: PerFamilyAndDraw,
        memories: PerFamilyAndDraw,
    ) -> PerDraw:
        """Return the log density of residuals (observed less expected), draw by draw.

        If S = L L' is their covariance, the last row of the root of [[S, y], [y', c]]
        is L^-1 y: one factorisation does for both determinant and quadratic form. Only
        the lower half is filled, as no more is read.
        """
        count, draws = residuals.shape
        bordered = np.zeros((draws, count + 1, count + 1))
        bordered[:, :count, :count] = self.fixed
        decay = np.exp(-self.months_apart[:, None] / memories[self.family])
        covariances = spreads[self.family] ** 2 * decay
        bordered[:, self.first, self.second] += covariances.T
        bordered[:, count, :count] = residuals.T
        bordered[:, count, count] = _BEYOND
        root = np.linalg.cholesky(bordered)
        diagonal = np.einsum("dii->di", root)[:, :count]
        squares = (root[:, count, :count] ** 2).sum(axis=1)
        constant = 0.5 * count * float(np.log(2.0 * np.pi))
        return -0.5 * squares - np.log(diagonal).sum(axis=1) - constant
