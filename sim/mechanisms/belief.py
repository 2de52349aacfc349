"""What actors expect of the law: announced is not effective."""

import numpy as np

from sim.domain.ensemble import PerDraw


def after_news(belief: PerDraw, jump: PerDraw | float) -> PerDraw:
    """Return the probability of a coming ban after news that points to one.

    p <- p + jump (1 - p): each piece of news closes a share of the doubt that is left.
    """
    return belief + jump * (1.0 - belief)


def faded(belief: PerDraw, half_life: PerDraw) -> PerDraw:
    """Return the belief after a month without news, halving in `half_life` months."""
    return belief * np.exp2(-1.0 / half_life)
