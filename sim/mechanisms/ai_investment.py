"""M26. The world's investment in AI, and what it makes of firms' sales."""

from collections.abc import Sequence
from statistics import median

import numpy as np

from sim.domain.ensemble import Amounts, ByThing, PerDraw, sum_in_order

_STEPS_OF_QUARTER = 19.0 / 9.0
"""Variance of the change of a quarter's mean, of a random walk with monthly steps of
variance one."""

_QUARTERS_OF_ALL_FIRMS = 4.0
"""Quarters that the scatter of all firms counts for in that of one."""


def next_growth(
    growth: PerDraw,
    expected: PerDraw,
    expected_next: PerDraw,
    *,
    luck: PerDraw,
    spread: PerDraw,
    half_life: PerDraw,
) -> PerDraw:
    """Return how fast AI investment grows in the next month, log per month.

    A local level with a damped trend: g' = e' + r (g - e) + sqrt(1 - r^2) s z, with
    r = 0.5^(1 / half-life).

    Args:
        growth: g, growth this month.
        expected: e, what is assumed of it this month.
        expected_next: e', the same of the next month.
        luck: z, a standard normal number.
        spread: s, standard deviation of growth about what is assumed, log per month.
        half_life: months in which half of what departs from it is gone.

    Source:
        Gardner and McKenzie, 'Forecasting trends in time series', Management Science
        31, 1985; Harvey, 'Forecasting, structural time series models and the Kalman
        filter', Cambridge 1989, on the local linear trend.
    """
    kept = np.exp2(-1.0 / half_life)
    shock = np.sqrt(1.0 - kept**2) * spread * luck
    return expected_next + kept * (growth - expected) + shock


def sales_ratio(
    ai_share: ByThing, ai_rise: Amounts, other_growth: Amounts, walk: Amounts
) -> Amounts:
    """Return firms' sales outside China over those at the end of their record.

    a exp(I) + (1 - a) G exp(u): what AI investment pays for moves with it, the rest
    grows as assumed and wanders.

    Args:
        ai_share: a, share of AI in these sales at the end of the record, in [0, 1].
        ai_rise: I, log of AI investment over that at the end of the record.
        other_growth: G, ratio of the other sales to those at the end of the record.
        walk: u, a random walk of the firm's own.
    """
    return ai_share * np.exp(ai_rise) + (1.0 - ai_share) * other_growth * np.exp(walk)


def monthly_scatter(changes: Sequence[Sequence[float]]) -> list[float]:
    """Return the standard deviation of a month's step of each firm's own sales.

    Sales are a random walk: the best forecast of the next quarter is the last. The
    variance is that of the firm's changes from quarter to quarter and, as if for four
    quarters more, the median variance of all firms.

    Args:
        changes: of the log of sales in all markets from quarter to quarter, by firm: of
            those outside China alone, part is what fabs in China took or left, of which
            the model knows. A firm without any has the scatter of all.
    """
    own_sums = [sum_in_order(change**2 for change in own) for own in changes]
    counts = [len(own) for own in changes]
    known = zip(own_sums, counts, strict=True)
    usual = median([own / count for own, count in known if count] or [0.0])
    variances = [
        (own + _QUARTERS_OF_ALL_FIRMS * usual) / (count + _QUARTERS_OF_ALL_FIRMS)
        for own, count in zip(own_sums, counts, strict=True)
    ]
    return [float(np.sqrt(variance / _STEPS_OF_QUARTER)) for variance in variances]
