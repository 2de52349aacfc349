"""Growth after a record ends: the first year's, then what is assumed for later.

A record that is cut at a month says less of the months after it than its later rows
would, so the first year after it may have a growth of its own, which is uncertain.
"""

from collections.abc import Mapping

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.months import MONTHS_A_YEAR, Month

_FIRST = 1.0
"""Years after the end of a record that have a growth of their own."""


def grown(years: float, growth: float, first: PerDraw | None = None) -> PerDraw | float:
    """Return what a yearly series has grown to, over its last value on record.

    first ** min(years, 1) * (1 + growth) ** max(years - 1, 0); without a first year of
    its own, (1 + growth) ** years.

    Args:
        years: since the middle of the last year on record, 0 or more.
        growth: a year, as a share.
        first: ratio of the first year to the last on record; None if it is like others.
    """
    if first is None:
        return (1.0 + growth) ** years
    later = (1.0 + growth) ** max(years - _FIRST, 0.0)
    return first ** min(years, _FIRST) * later


def value_in_month(
    yearly: Mapping[int, float],
    month: Month,
    growth: float,
    first: PerDraw | None = None,
) -> PerDraw | float:
    """Return a yearly series in the middle of a month, continued beyond its end.

    It is interpolated between the middles of years, constant before the first of them,
    and grows at a yearly rate after the last.

    Args:
        yearly: values by year.
        month: the month.
        growth: a year, after the last on record.
        first: ratio of the first year after it; None if it is like later ones.
    """
    years = sorted(yearly)
    middle = month.year_fraction - 0.5
    last = years[-1]
    if middle >= last:
        return yearly[last] * grown(middle - last, growth, first)
    return float(np.interp(middle, years, [yearly[year] for year in years]))


def fading_growth(
    years: float, ratio: PerDraw, half_life: PerDraw, first: PerDraw | None = None
) -> PerDraw:
    """Return growth some years after the end of a record, log per month.

    log(ratio) / 12 * 2 ** (-years / half_life); with a first year of its own that one
    has log(first) / 12, and what fades begins after it.

    Args:
        years: since the record ended, 0 or more.
        ratio: growth a year where fading begins.
        half_life: years in which the logarithm of growth halves.
        first: growth in the first year; None if it is like others.
    """
    if first is not None and years < _FIRST:
        return np.log(first) / MONTHS_A_YEAR
    past = years if first is None else years - _FIRST
    fade = np.exp2(-past / half_life)
    return np.log(ratio) * fade / MONTHS_A_YEAR
