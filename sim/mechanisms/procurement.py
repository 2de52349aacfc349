"""M9. How laboratories spend on compute, and how their stocks age."""

from collections.abc import Sequence

import numpy as np

from sim.domain.ensemble import PerDraw, greatest, total
from sim.domain.months import MONTHS_A_YEAR


def choice_shares(
    attractions: Sequence[PerDraw], reach: Sequence[PerDraw], sensitivity: PerDraw
) -> list[PerDraw]:
    """Return the share of a budget that goes to each channel (multinomial logit).

    s_j = a_j exp(theta u_j) / sum, where a_j is what of an order in channel j was
    lately supplied, so that money moves on from a channel that cannot deliver.

    Args:
        attractions: u_j, log of value per dollar, with porting, risk and guidance.
        reach: a_j in [0, 1].
        sensitivity: theta.

    Source:
        McFadden's conditional logit.
    """
    best = greatest(attractions)
    weights = [
        open_ * np.exp(sensitivity * (u - best))
        for u, open_ in zip(attractions, reach, strict=True)
    ]
    sum_of_weights = np.maximum(total(weights), _NOTHING_TO_CHOOSE)
    return [weight / sum_of_weights for weight in weights]


_NOTHING_TO_CHOOSE = 1e-300


def survivors(failure: PerDraw) -> PerDraw:
    """Return the share of a stock of chips that still works a month later.

    exp(-rate / 12), with a yearly rate of failure and retirement.
    """
    return np.exp(-failure / MONTHS_A_YEAR)
