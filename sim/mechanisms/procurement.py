"""M9. How much laboratories spend on compute, on what, and how their stocks age."""

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import Amounts, PerDraw, greatest, total
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.adjustment import adjusted

ByChannel = Float64[np.ndarray, "channels *buyers draws"]
"""A number for each channel and draw, of one buyer or with a row for each."""


def choice_shares(
    attractions: ByChannel, reach: ByChannel, sensitivity: PerDraw
) -> ByChannel:
    """Return the share of a budget that goes to each channel (multinomial logit).

    s_j = a_j exp(theta u_j) / sum, where a_j is what of an order in channel j was
    lately supplied, so that money moves on from a channel that cannot deliver.

    Args:
        attractions: u_j, log of value per dollar, with porting, risk and guidance;
            minus infinity for a channel that a buyer does not use.
        reach: a_j in [0, 1].
        sensitivity: theta.

    Source:
        McFadden's conditional logit.
    """
    _, weights = _weights(attractions, reach, sensitivity)
    return weights / np.maximum(total(weights), _NOTHING_TO_CHOOSE)


_NOTHING_TO_CHOOSE = 1e-300


def inclusive_value(
    attractions: ByChannel, reach: ByChannel, sensitivity: PerDraw
) -> Amounts:
    """Return what a dollar is worth to a buyer who can choose among channels.

    V = (sum a_j exp(theta u_j)) ** (1 / theta), the inclusive value of the same choice:
    with one channel that delivers all, its value per dollar; less where channels
    deliver little, more where there are several.

    Args:
        attractions: u_j, as for the shares.
        reach: a_j in [0, 1].
        sensitivity: theta.

    Source:
        Small and Rosen (1981).
    """
    best, weights = _weights(attractions, reach, sensitivity)
    return np.exp(best) * total(weights) ** (1.0 / sensitivity)


def _weights(
    attractions: ByChannel, reach: ByChannel, sensitivity: PerDraw
) -> tuple[Amounts, ByChannel]:
    """Return the largest attraction u, and a_j exp(theta (u_j - u)) of each channel."""
    best = greatest(attractions)
    return best, reach * np.exp(sensitivity * (attractions - best))


def budget_response(
    response: Amounts, *, value: Amounts, elasticity: PerDraw, months: PerDraw
) -> Amounts:
    """Return the log of spending wanted over spending planned, after a month.

    z <- z + (e ln V - z) / months. With e above 0 buyers spend more where a dollar buys
    more compute, which is a price elasticity of demand above one.

    Args:
        response: z.
        value: V, what a dollar is worth now over what it was worth at first.
        elasticity: e.
        months: in which budgets follow.
    """
    return adjusted(response, elasticity * np.log(value), months)


def top_up(widened: Amounts, per_year: PerDraw) -> Amounts:
    """Return what owners and the state add to a budget, as a share of it.

    k [l - l_usual]+ / 12.

    Args:
        widened: months by which the lag is longer than what they are used to.
        per_year: k, share of the budget for a year of widening.
    """
    return per_year * np.maximum(widened, 0.0) / MONTHS_A_YEAR


def survivors(failure: PerDraw) -> PerDraw:
    """Return the share of a stock of chips that still works a month later.

    exp(-rate / 12), with a yearly rate of failure and retirement.
    """
    return np.exp(-failure / MONTHS_A_YEAR)
