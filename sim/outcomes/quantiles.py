"""Quantiles over draws: the levels that every table and figure shares."""

from collections.abc import Sequence
from math import nan

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.outcomes.results import Series

LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p95": 0.95}
"""The quantiles that are written, by name; p05 to p95 is the 90 % band."""

MEDIAN = list(LEVELS).index("p50")
"""Place of the median among them."""

HEADLINE_LEVELS = {name: LEVELS[name] for name in ("p05", "p50", "p95")}
"""The quantiles of the headline table."""

Spread = tuple[float, float, float]
"""Quantiles over draws: those of the headline table."""

UNKNOWN: Spread = (nan, nan, nan)

Bands = Float64[np.ndarray, "levels months"]
"""One row for each of `LEVELS`, and one number per month in each."""


def quantiles(values: PerDraw, levels: Sequence[float]) -> list[float]:
    """Return quantiles of one number per draw (linear between order statistics)."""
    return [float(quantile) for quantile in np.quantile(np.sort(values), levels)]


def headline_quantiles(values: PerDraw) -> Spread:
    """Return the quantiles of the headline table, missing values if there are none."""
    if not values.size:
        return UNKNOWN
    low, middle, high = quantiles(values, list(HEADLINE_LEVELS.values()))
    return low, middle, high


def bands(series: Series) -> Bands:
    """Return the quantiles `LEVELS` of every month.

    In sorted rows numpy finds several order statistics in half the time.
    """
    return np.quantile(np.sort(series, axis=1), list(LEVELS.values()), axis=1)


def month_quantiles(indices: np.ndarray) -> tuple[Month | None, ...]:
    """Return months at the levels of the headline, each a month that occurs.

    Args:
        indices: of the months (`Month.index`), a number for each draw that has one. If
            none has, months are missing.
    """
    levels = list(HEADLINE_LEVELS.values())
    if indices.size == 0:
        return (None,) * len(levels)
    months = np.quantile(indices, levels, method="inverted_cdf")
    return tuple(Month.at(int(index)) for index in months)
