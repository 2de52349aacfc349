"""Emulator: what the model would say of the observations, as a smooth function.

A polynomial of second degree in the scores of the assumptions that matter, fitted by
ridge regression. What it misses is not ignored: the rest that it leaves in the worlds
it was fitted to, from luck and from the assumptions that are not in it, has a
covariance between observations, which the calibration takes for noise.

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

from sim.experiments.calibration.discrepancies import Square
from sim.experiments.calibration.evidence import Answers, ByObservation
from sim.experiments.calibration.scores import Places, Scores

DEGREE = 2
"""Of the polynomial."""

PENALTY = 10.0
"""Of the ridge, per standardised term: little, beside thousands of worlds."""

FOLDS = 5
"""Parts of the worlds; each is foretold from the others."""


@dataclass(frozen=True, eq=False)
class Emulator:
    """What the model would say of each observation, on its scale.

    Attributes:
        scores: of the assumptions that it is a function of.
        surface: the polynomial.
        rest: covariance between observations of what it misses.
        explained: share of the variance over worlds that it foretells of each
            observation in worlds that it has not seen (cross-validated R^2).
    """

    scores: Scores
    surface: Pipeline
    rest: Square
    explained: ByObservation

    @classmethod
    def fitted(cls, scores: Scores, places: Places, answers: Answers) -> Emulator:
        """Return the emulator of worlds that were lived through.

        Args:
            scores: of the assumptions that it is to be a function of.
            places: the scores in each world, a row for each assumption.
            answers: what the worlds say, a row for each observation, on its scale.
        """
        seen, said = scores.felt(places).T, answers.T
        folds = KFold(FOLDS, shuffle=False)
        foretold = cross_val_predict(_surface(), seen, said, cv=folds)
        missed = said - foretold
        varied = said.var(axis=0)
        explained = 1.0 - np.divide(
            missed.var(axis=0), varied, out=np.ones_like(varied), where=varied > 0.0
        )
        rest = LedoitWolf().fit(missed).covariance_
        return cls(scores, _surface().fit(seen, said), rest, explained)

    def __call__(self, places: Places) -> Answers:
        """Return what the model would say, a row for each observation.

        Args:
            places: scores, a row for each assumption.
        """
        return self.surface.predict(self.scores.felt(places).T).T


def _surface() -> Pipeline:
    return make_pipeline(
        PolynomialFeatures(DEGREE, include_bias=False),
        StandardScaler(),
        Ridge(alpha=PENALTY, solver="cholesky"),
    )


def matter(
    places: Places, answers: Answers, noise: ByObservation, least: float
) -> list[int]:
    """Return which assumptions say something of what could be seen.

    An assumption matters if, by itself, it accounts for at least a share of the
    variance of any observation: of what the model says of it, what the model is thought
    to leave over, and the error of observing.

    Args:
        places: scores in each world, a row for each assumption.
        answers: what the worlds say, a row for each observation, on its scale.
        noise: variance of remainder and error of each observation.
        least: the share.
    """
    by_score = _standardised(places)
    moved = by_score @ (answers - answers.mean(axis=1, keepdims=True)).T
    slopes = moved / places.shape[1]
    shares = slopes**2 / (answers.var(axis=1) + noise)
    return [int(which) for which in np.flatnonzero(shares.max(axis=1) >= least)]


def _standardised(rows: Places) -> Places:
    spread = rows.std(axis=1, keepdims=True)
    apart = rows - rows.mean(axis=1, keepdims=True)
    return np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0.0)
