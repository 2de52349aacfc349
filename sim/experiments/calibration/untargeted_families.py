"""Discrepancies of families at which a fit hardly aims, from what it leaves over.

Their series hold facts that stand in a target too, or that are partly known inputs, so
they must not move an assumption; the few targets among them do, but are too few to tell
how far the model misses the family. How far the model misses them is observed all the
same: given a row's assumptions, the spread s and the memory m of a family follow from
its residuals, which are N(0, D(s, m) + E), and from the ranges of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.linalg import solve_triangular

from sim.domain.chance import Chance
from sim.domain.ensemble import PerDraw
from sim.experiments.calibration.evidence import Evidence, PerObservationAndDraw
from sim.experiments.calibration.normal_scores import NormalScores
from sim.experiments.hindcast.discrepancy import Covariances, Discrepancy
from sim.records.discrepancy_row import MEMORY, SPREAD, DiscrepancyRow

_NODES = np.linspace(-2.25, 2.25, 31)
"""Normal scores at which the density of a size or of a memory is computed."""


@dataclass(frozen=True, eq=False)
class UntargetedFamilies:
    """The families of some evidence, with the ranges of their discrepancies."""

    evidence: Evidence
    ranges: dict[str, DiscrepancyRow]

    def fit(
        self, modelled: PerObservationAndDraw, chance: Chance
    ) -> dict[str, PerDraw]:
        """Return the spread and the memory of each family, by name, draw by draw.

        One pair is taken from the posterior of each draw, on a grid of normal scores.

        Args:
            modelled: the model's value of each observation, on the families' scales.
            chance: luck by draw, which says which pair it is.
        """
        values: dict[str, PerDraw] = {}
        if not self.evidence.series:
            return values
        residuals = self.evidence.values[:, None] - modelled
        for index, family in enumerate(self.evidence.families):
            names = f"{SPREAD}.{family}", f"{MEMORY}.{family}"
            scores = NormalScores(tuple(self.ranges[name] for name in names))
            nodes = np.array(list(product(_NODES, _NODES))).T
            sizes = scores.values(nodes)
            grid = Discrepancy(*(sizes[name] for name in names))
            rows = self.evidence.family_of == index
            density = self._log_density(rows, grid, residuals[rows])
            density = density - 0.5 * (nodes**2).sum(axis=0)[:, None]
            chosen = _sampled(density, chance.uniform(f"discrepancy of {family}"))
            values |= {name: sizes[name][chosen] for name in names}
        return values

    def _log_density(
        self, rows: np.ndarray, grid: Discrepancy, residuals: PerObservationAndDraw
    ) -> np.ndarray:
        """Return the log density of residuals, [nodes, draws]."""
        covariances = self._covariances(rows, grid)
        roots = np.linalg.cholesky(covariances)
        density = np.empty((len(roots), residuals.shape[1]))
        for node, root in enumerate(roots):
            squares = solve_triangular(root, residuals, lower=True) ** 2
            logs = np.log(np.diagonal(root)).sum()
            density[node] = -0.5 * squares.sum(axis=0) - logs
        return density

    def _covariances(self, rows: np.ndarray, grid: Discrepancy) -> Covariances:
        """Return the covariance of some observations, node by node."""
        times = self.evidence.times[rows]
        series = self.evidence.series_of[rows]
        alike = series[:, None] == series[None, :]
        errors = np.diag(self.evidence.errors[rows] ** 2)
        return grid.covariances(times, times) * alike + errors


def _sampled(log_density: np.ndarray, luck: PerDraw) -> np.ndarray:
    """Return a node for each draw, with the density's odds; shape [draws]."""
    weights = np.exp(log_density - log_density.max(axis=0))
    cumulated = np.cumsum(weights, axis=0)
    return (cumulated < luck * cumulated[-1]).sum(axis=0)
