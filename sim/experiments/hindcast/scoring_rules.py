"""Scoring rules: how good a prediction was, now that the outcome is known."""

from __future__ import annotations

import numpy as np
from scoringrules import crps_ensemble

from sim.domain.array_types import Bool, Float64
from sim.experiments.hindcast.discrepancy import PerTime, PerTimeAndDraw

Covered = Bool[np.ndarray, "times"]
"""Whether a band covers each of several observations."""

DrawWeights = Float64[np.ndarray, "times draws"]
"""The weight of each draw, in each period."""

BAND_50, BAND_90 = 0.5, 0.9
"""Nominal coverage of the two bands."""

_ESTIMATOR = "qd"
"""Quantile decomposition: that of the draws as they are, no larger sample guessed."""


def crps(
    observed: PerTime, predicted: PerTimeAndDraw, weights: DrawWeights | None = None
) -> PerTime:
    """Return the continuous ranked probability score of each period; less is better.

    It is the mean distance from the observation, less half the mean distance of two
    draws from each other, in the unit of the values; for a single value, the absolute
    error. Draws weigh the same if no weights are given.

    Source:
        Gneiting and Raftery, 'Strictly proper scoring rules, prediction, and
        estimation', JASA 102 (2007), eq. 21.
    """
    scores = crps_ensemble(
        observed, predicted, ens_w=weights, estimator=_ESTIMATOR, backend="numpy"
    )
    return np.asarray(scores, dtype=float)


def covered(observed: PerTime, predicted: PerTimeAndDraw, share: float) -> Covered:
    """Return whether the central band with a nominal coverage covers an observation."""
    tail = (1.0 - share) / 2.0
    low, high = np.quantile(predicted, [tail, 1.0 - tail], axis=1)
    return (low <= observed) & (observed <= high)


def rank(observed: PerTime, predicted: PerTimeAndDraw) -> PerTime:
    """Return the share of draws below each observation, equal ones counted half.

    If bands have the coverage that they claim, ranks are spread evenly from 0 to 1.
    """
    below = np.mean(predicted < observed[:, None], axis=1)
    alike = np.mean(predicted == observed[:, None], axis=1)
    return below + 0.5 * alike


def skill(score: PerTime, rival: PerTime) -> float:
    """Return by which share a score is better than a rival's; below 0, worse.

    Example:
        >>> skill(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
        0.5
    """
    rival_sum = float(np.sum(rival))
    return 1.0 - float(np.sum(score)) / rival_sum if rival_sum > 0.0 else np.nan


def skill_by_period(score: PerTime, rival: PerTime) -> PerTime:
    """Return the skill in each period; NaN where the rival has no score, or it is zero.

    Example:
        >>> skill_by_period(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
        array([0.5, nan])
    """
    comparable = np.where(rival > 0.0, rival, np.nan)
    return 1.0 - score / comparable
