"""Screening: how much of an effect's spread goes with each assumption alone.

The share is the correlation ratio, the variance of the mean effect in equally filled
classes of an assumption over the variance of the effect. It needs no further worlds and
finds dependence of any shape.

Source:
    Pearson (1905), 'On the general theory of skew correlation and non-linear
    regression'; for given data: Plischke, Borgonovo and Smith (2013), 'Global
    sensitivity measures from given data'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.domain.array_types import Int64
from sim.domain.ensemble import PerDraw

CLASSES = 10
"""Classes of an assumption, each with as many draws."""


@dataclass(frozen=True)
class ScreenedAssumption:
    """An assumption that was screened.

    Attributes:
        assumption: its name.
        share: share of the variance of the effect, or of its ranks if that is more, of
            which its classes account; corrected for chance, so that it can be below 0.
        direction: the correlation of the ranks of both, -1 to 1.
    """

    assumption: str
    share: float
    direction: float


def screened(
    effect: PerDraw, assumed: Mapping[str, PerDraw]
) -> Sequence[ScreenedAssumption]:
    """Return all assumptions that vary, the heaviest first."""
    ranks = _ranks(effect).astype(float)
    rows = []
    for name, values in assumed.items():
        if np.ptp(values) == 0.0:
            continue
        order = _ranks(values)
        classes = order * CLASSES // order.size
        share = max(_correlation_ratio(each, classes) for each in (effect, ranks))
        direction = float(np.corrcoef(order, ranks)[0, 1]) if np.ptp(effect) else 0.0
        rows.append(ScreenedAssumption(name, share, direction))
    return sorted(rows, key=lambda one: -one.share)


def _ranks(values: PerDraw) -> Int64[np.ndarray, "draws"]:
    return values.argsort(kind="stable").argsort(kind="stable")


def _correlation_ratio(effect: PerDraw, classes: Int64[np.ndarray, "draws"]) -> float:
    """Return the share of the variance between classes, less what chance alone has."""
    variance = float(effect.var())
    if variance == 0.0:
        return 0.0
    counts = np.bincount(classes)
    means = np.bincount(classes, weights=effect) / counts
    between = float(np.average((means - effect.mean()) ** 2, weights=counts))
    inside = effect.size - counts.size
    ratio = between / variance
    return ratio - (1.0 - ratio) * (counts.size - 1) / inside
