"""The paired difference: what counts as a change between two runs of the same draws.

A sum of floating-point numbers depends on the order of its terms and on the processor,
by about 1e-16 of its size at each step. So values that differ by at most `ROUNDING` of
the larger of both count as equal, wherever two runs are compared.
"""

import numpy as np

from sim.domain.array_types import Bool, Float64

ROUNDING = 1e-9
"""Relative difference up to which two values count as equal."""

_NOTHING = 1e-12
"""Difference, in any unit, up to which two values count as equal: what is left of terms
that cancel out has no relative precision."""

A_DAY = 12.0 / 365.25
"""A day in months: a change of China's lag by less is not called a change in words."""

Values = Float64[np.ndarray, "*shape"]
"""Numbers of any shape; where draws matter they are the last axis."""

_UNDEFINED = 1e300
"""Stands for a change in per cent of nothing: beyond every number, and still finite."""


def is_equal(new: Values, old: Values) -> Bool[np.ndarray, "*shape"]:
    """Return where two values differ by rounding alone."""
    larger = np.maximum(np.abs(new), np.abs(old))
    return np.asarray(np.abs(new - old) <= np.maximum(ROUNDING * larger, _NOTHING))


def paired_difference(new: Values, old: Values) -> Values:
    """Return new minus old, exactly zero where they differ by rounding alone.

    Example:
        >>> paired_difference(np.array([0.1 + 0.2, 4.0]), np.array([0.3, 3.0]))
        array([0., 1.])
    """
    return np.where(is_equal(new, old), 0.0, new - old)


def relative_difference(new: Values, old: Values) -> Values:
    """Return the difference over the larger of both, in [0, 2]; zero if equal."""
    larger = np.maximum(np.abs(new), np.abs(old))
    difference = np.abs(paired_difference(new, old))
    return np.divide(
        difference, larger, out=np.zeros_like(larger), where=difference > 0.0
    )


def percent_of(difference: Values, old: Values) -> Values:
    """Return a difference in per cent of what it is a change from.

    No change is 0 per cent, also of nothing; any other change of nothing is undefined,
    for which `defined` returns a missing value.
    """
    percent = np.copysign(_UNDEFINED, difference)
    np.divide(
        100.0 * difference, np.abs(old), out=percent, where=np.abs(old) > _NOTHING
    )
    return np.where(difference == 0.0, 0.0, percent)


def defined(percent: Values) -> Values:
    """Return changes in per cent or quantiles of them, missing where undefined."""
    return np.where(np.abs(percent) < _UNDEFINED / 1e6, percent, np.nan)


def narrows(months: Values) -> Bool[np.ndarray, "*shape"]:
    """Return where a change of China's lag narrows it by a day or more."""
    return np.asarray(months < -A_DAY)


def widens(months: Values) -> Bool[np.ndarray, "*shape"]:
    """Return where a change of China's lag widens it by a day or more."""
    return np.asarray(months > A_DAY)
