"""When a breakthrough comes: a hazard that effort and denial raise."""

import numpy as np

from sim.domain.ensemble import InDraws, PerDraw


def accrued(hazard: PerDraw, *, rate: PerDraw, effort: PerDraw) -> PerDraw:
    """Return the cumulative hazard after a month at `rate`, times the effort made."""
    return hazard + rate * effort


def has_occurred(hazard: PerDraw, luck: PerDraw) -> InDraws:
    """Return the draws in which the breakthrough has come: hazard >= -ln(1 - luck).

    With one uniform number of luck per draw, a world with more effort never breaks
    through later than the same world with less.
    """
    return hazard >= hazard_needed(luck)


def hazard_needed(luck: PerDraw) -> PerDraw:
    """Return the cumulative hazard at which a draw of this luck breaks through."""
    return -np.log1p(-luck)


def monthly_rate(median_months: PerDraw) -> PerDraw:
    """Return the hazard per month of which the median wait is `median_months`."""
    return np.log(2.0) / median_months
