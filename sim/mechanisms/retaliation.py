"""M15. Beijing's motives (resentment, strength, denied supply), and minerals."""

import numpy as np

from sim.domain.ensemble import PerDraw


def resentment_after(
    resentment: PerDraw, *, severity: PerDraw, half_life: PerDraw
) -> PerDraw:
    """Return resentment after a month: moves against China add to it, it fades.

    x <- x 2^(-1/h) + severity

    Args:
        resentment: x.
        severity: of what was announced or decided this month, summed over acts.
        half_life: months.
    """
    return resentment * np.exp2(-1.0 / half_life) + severity


def strength_at_home(domestic: PerDraw, foreign: PerDraw) -> PerDraw:
    """Return the share of compute bought that domestic makers supply, in [0, 1]."""
    bought = domestic + foreign
    return np.divide(domestic, bought, out=np.zeros_like(domestic), where=bought > 0.0)


def stocks_after(stocked: PerDraw, shipped: PerDraw, months: PerDraw) -> PerDraw:
    """Return the stocks of buyers abroad, over the usual, after a month.

    A moving mean of shipments over the usual: stocks bridge a pause for some months.

    Args:
        stocked: the mean so far, 1 in usual times.
        shipped: this month's shipments over the usual.
        months: how long stocks last.
    """
    return stocked + (shipped - stocked) / months


def mineral_price(stocked: PerDraw, elasticity: PerDraw, dearest: float) -> PerDraw:
    """Return the price abroad over the usual: supply^(-1 / elasticity).

    Args:
        stocked: supply available over the usual.
        elasticity: of demand with respect to price, above 0.
        dearest: the most it can be, where other sources come in.
    """
    scarce = np.maximum(stocked, dearest**-elasticity)
    return scarce ** (-1.0 / elasticity)
