"""Sobol' indices: how much of the variance of an output goes with each part of it.

A part is one input or several. Its first-order index is the share of the variance that
is due to it alone; its total index adds all that it does together with others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.short_repr import ShortRepr

Outputs = Float64[np.ndarray, "outputs rows"]
"""Outputs, such as an effect in several years, at each point of a sample."""

PerOutput = Float64[np.ndarray, "outputs"]

HALF_WIDTH = 0.05
"""Half-width of an interval, and change between halves, from which on an index counts
as not converged."""

_RESAMPLES, _AT_ONCE = 400, 20
_CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False, repr=False)
class IndexEstimate(ShortRepr):
    """An index of each output, with its 95 % interval.

    Attributes:
        rows: points that it was estimated from.
        value: the estimates.
        low: lower ends of the intervals, by resampling the rows.
        high: upper ends.
        of_half: the estimates from the first half of the rows.
    """

    rows: int
    value: PerOutput
    low: PerOutput
    high: PerOutput
    of_half: PerOutput

    @property
    def half_width(self) -> PerOutput:
        """Half the width of each interval."""
        return (self.high - self.low) / 2.0

    @property
    def drift(self) -> PerOutput:
        """By how much each estimate moved when the second half was added."""
        return np.abs(self.value - self.of_half)

    @property
    def has_converged(self) -> bool:
        """Whether the index of the last output is as sure as `HALF_WIDTH` asks."""
        return bool(max(self.half_width[-1], self.drift[-1]) < HALF_WIDTH)


def first_order_index(second: Outputs, mixed: Outputs, seed: int) -> IndexEstimate:
    """Return the first-order index of a part.

    Args:
        second: outputs at the second sample.
        mixed: outputs at the first with the part taken from the second, so that both
            have this part in common and nothing else.
        seed: of the resamples.

    Raises:
        ValueError: an output is not finite.
    """
    return _estimate(correlation, second, mixed, seed)


def total_index(first: Outputs, mixed: Outputs, seed: int) -> IndexEstimate:
    """Return the total index of a part.

    Args:
        first: outputs at the first sample.
        mixed: outputs at the same with the part taken from the second, so that both
            have everything else in common.
        seed: of the resamples.

    Raises:
        ValueError: an output is not finite.
    """
    return _estimate(_complement, first, mixed, seed)


def correlation(one: Outputs, other: Outputs, axis: int = -1) -> Any:
    """Return the share of the variance that outputs have in common, row by row.

    S = (mean(y y') - m^2) / (mean((y^2 + y'^2) / 2) - m^2), m = mean((y + y') / 2);
    zero where nothing varies.

    Source:
        Janon, Klein, Lagnoux, Nodet and Prieur (2014), 'Asymptotic normality and
        efficiency of two Sobol index estimators', ESAIM: Probability and Statistics 18,
        equation 6. Of such estimators it has the least variance.
    """
    middle = np.mean((one + other) / 2.0, axis=axis, keepdims=True)
    left, right = one - middle, other - middle
    variance = np.mean((left**2 + right**2) / 2.0, axis=axis)
    common = np.mean(left * right, axis=axis)
    return np.divide(
        common, variance, out=np.zeros_like(variance), where=variance > 0.0
    )


def _complement(one: Outputs, other: Outputs, axis: int = -1) -> Any:
    return 1.0 - correlation(one, other, axis)


def _estimate(
    statistic: Callable[..., Any], one: Outputs, other: Outputs, seed: int
) -> IndexEstimate:
    from scipy.stats import bootstrap  # noqa: PLC0415 - as in the design

    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        raise ValueError("an output is not a finite number at every point")
    resampled = bootstrap(
        (one, other),
        statistic,
        paired=True,
        vectorized=True,
        axis=-1,
        n_resamples=_RESAMPLES,
        batch=_AT_ONCE,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    rows = one.shape[1]
    half = slice(rows // 2)
    return IndexEstimate(
        rows=rows,
        value=statistic(one, other),
        low=resampled.confidence_interval.low,
        high=resampled.confidence_interval.high,
        of_half=statistic(one[:, half], other[:, half]),
    )
