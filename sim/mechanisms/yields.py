"""M3. Yield, and how it is learnt."""

import numpy as np

from sim.domain.ensemble import PerDraw

MM2_PER_CM2 = 100.0


def learning_exponent(fall_per_doubling: PerDraw) -> PerDraw:
    """Return b of D = D1 (Q/Q1)^-b from the fall of D per doubling of Q.

    Example:
        >>> float(learning_exponent(np.array([0.5]))[0])
        1.0
    """
    return -np.log2(1.0 - fall_per_doubling)


def defect_density(
    cumulative: PerDraw, *, reference: PerDraw, at: PerDraw, exponent: PerDraw
) -> PerDraw:
    """Return D = D1 (Q/Q1)^-b, defects per cm2.

    Args:
        cumulative: Q, thousand wafers processed so far.
        reference: D1, defect density at `at`.
        at: Q1, thousand wafers.
        exponent: b.

    Source:
        Irwin and Klenow (1994), learning by doing in semiconductors.
    """
    return reference * (cumulative / at) ** -exponent


def poisson_yield(defects: PerDraw, die_area: PerDraw | float) -> PerDraw:
    """Return exp(-D A), the share of good dies.

    Args:
        defects: D, defects per cm2.
        die_area: A, mm2.

    Example:
        >>> round(float(poisson_yield(np.array([0.242]), 665.0)[0]), 2)
        0.2
    """
    return np.exp(-defects * die_area / MM2_PER_CM2)
