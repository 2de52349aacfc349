"""Emulator: the model's values of the observations, as a smooth function.

A polynomial of second degree in the scores of influential assumptions, fitted by ridge
regression. What it misses is not ignored: its residuals in the worlds it was fitted to,
from luck and from the assumptions that are not in it, have a covariance between
observations, which the calibration takes for noise.

Source:
    Emulated calibration: Kennedy and O'Hagan (2001); history matching with regression
    surfaces: Vernon, Goldstein and Bower (2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from sim.domain.array_types import Float64
from sim.experiments.calibration.evidence import PerObservation, PerObservationAndDraw
from sim.experiments.calibration.normal_scores import NormalScores, ScoreTable

ObservationCovariance = Float64[np.ndarray, "observations observations"]
"""A covariance between observations."""

DEGREE = 2
"""Of the polynomial."""

PENALTY = 10.0
"""Of the ridge, per standardised term: little, beside thousands of worlds."""

FOLDS = 5
"""Parts of the worlds; each is predicted from the others."""


@dataclass(frozen=True, eq=False)
class Emulator:
    """The model's value of each observation, on its scale.

    Attributes:
        scores: of the assumptions that it is a function of.
        surface: the polynomial.
        residual_covariance: covariance between observations of what it misses.
        r_squared: share of the variance over worlds that it predicts of each
            observation in worlds that it was not fitted to (cross-validated).
    """

    scores: NormalScores
    surface: Pipeline
    residual_covariance: ObservationCovariance
    r_squared: PerObservation

    @classmethod
    def fit(
        cls,
        scores: NormalScores,
        score_table: ScoreTable,
        modelled: PerObservationAndDraw,
    ) -> Emulator:
        """Return the emulator of scores and of modelled values, by world."""
        inputs, outputs = scores.clipped(score_table).T, modelled.T
        folds = KFold(FOLDS, shuffle=False)
        residuals = outputs - cross_val_predict(_surface(), inputs, outputs, cv=folds)
        variance = outputs.var(axis=0)
        unexplained = np.divide(
            residuals.var(axis=0),
            variance,
            out=np.ones_like(variance),
            where=variance > 0.0,
        )
        covariance = LedoitWolf().fit(residuals).covariance_
        surface = _surface().fit(inputs, outputs)
        return cls(scores, surface, covariance, 1.0 - unexplained)

    def __call__(self, score_table: ScoreTable) -> PerObservationAndDraw:
        """Return the model's value of each observation at some scores."""
        return self.surface.predict(self.scores.clipped(score_table).T).T


def _surface() -> Pipeline:
    return make_pipeline(
        PolynomialFeatures(DEGREE, include_bias=False),
        StandardScaler(),
        Ridge(alpha=PENALTY, solver="cholesky"),
    )


def influential(
    score_table: ScoreTable,
    modelled: PerObservationAndDraw,
    noise: PerObservation,
    least_share: float,
) -> list[int]:
    """Return the indices of the assumptions that observations could inform.

    They are those that account, alone, for at least a share of the variance of
    any observation: of its modelled value, of the discrepancy that the model is thought
    to have, and of the error of observing.
    """
    centred = modelled - modelled.mean(axis=1, keepdims=True)
    slopes = _standardised(score_table) @ centred.T / score_table.shape[1]
    shares = slopes**2 / (modelled.var(axis=1) + noise)
    return [int(i) for i in np.flatnonzero(shares.max(axis=1) >= least_share)]


def _standardised(score_table: ScoreTable) -> ScoreTable:
    spread = score_table.std(axis=1, keepdims=True)
    centred = score_table - score_table.mean(axis=1, keepdims=True)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0.0)
