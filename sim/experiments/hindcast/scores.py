"""Scores: how good a prediction was, now that what it was about is known."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float64
from scoringrules import crps_ensemble

from sim.experiments.hindcast.discrepancy import AtTimes, Times

Inside = Bool[np.ndarray, "times"]
"""Whether each of several observations lies inside a band."""

Weights = Float64[np.ndarray, "times draws"]
"""What each draw counts for, in each period."""

HALF, NINE_IN_TEN = 0.5, 0.9
"""Shares that the two bands are to hold."""


def crps(observed: Times, predicted: AtTimes, weights: Weights | None = None) -> Times:
    """Return the continuous ranked probability score of each period; less is better.

    It is the mean distance from what was seen, less half the mean distance of two draws
    from each other, in the unit of the values; for a single value, the absolute error.

    Args:
        observed: what was seen.
        predicted: what was held possible of it.
        weights: what each draw counts for; all alike if not given.

    Source:
        Gneiting and Raftery, 'Strictly proper scoring rules, prediction, and
        estimation', JASA 102 (2007), eq. 21.
    """
    scores = crps_ensemble(
        observed, predicted, ens_w=weights, estimator=_ESTIMATOR, backend="numpy"
    )
    return np.asarray(scores, dtype=float)


_ESTIMATOR = "qd"
"""Quantile decomposition: that of the draws as they are, no larger sample guessed."""


def inside(observed: Times, predicted: AtTimes, share: float) -> Inside:
    """Return whether each observation lies in the central band that holds a share."""
    tail = (1.0 - share) / 2.0
    low, high = np.quantile(predicted, [tail, 1.0 - tail], axis=1)
    return (low <= observed) & (observed <= high)


def rank(observed: Times, predicted: AtTimes) -> Times:
    """Return the share of draws below each observation, those alike counted half.

    If bands hold what they say, ranks are spread evenly from 0 to 1.
    """
    below = np.mean(predicted < observed[:, None], axis=1)
    alike = np.mean(predicted == observed[:, None], axis=1)
    return below + 0.5 * alike


def skill(score: Times, rival: Times) -> float:
    """Return by which share a score is better than a rival's; below 0, worse.

    Example:
        >>> skill(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
        0.5
    """
    theirs = float(np.sum(rival))
    return 1.0 - float(np.sum(score)) / theirs if theirs > 0.0 else np.nan
