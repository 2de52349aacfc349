"""M5. What fabs order, what fear adds, and what replaces the tools they are denied."""

import numpy as np

from sim.domain.ensemble import Amounts, PerDraw


def planned_capacity(plan: PerDraw, growth: PerDraw, ceiling: PerDraw) -> PerDraw:
    """Return the capacity planned for the next month, thousand wafers a month.

    Logistic: dP/dt = growth P (1 - P / ceiling), stepped once.

    Args:
        plan: capacity planned now.
        growth: rate per month far below the ceiling.
        ceiling: the most that demand and money support.
    """
    return plan + growth * plan * (1.0 - plan / ceiling)


def stockpile(fear: PerDraw, horizon: PerDraw, monthly_need: Amounts) -> Amounts:
    """Return tools that a fab stockpiles against a ban that it fears.

    Args:
        fear: probability that it puts on losing the supply, in [0, 1].
        horizon: months of need it would secure if it were certain.
        monthly_need: tools a month that its plan takes.
    """
    return fear * horizon * monthly_need


def orders(
    *,
    usual: Amounts,
    need: Amounts,
    in_hand: Amounts,
    wanted_stock: Amounts,
    months_to_adjust: PerDraw,
) -> Amounts:
    """Return tools ordered this month: the usual flow, and part of the shortfall.

    max(0, usual + (need + wanted stock - in hand) / months). A stockpile built in fear
    is used up afterwards: orders then fall below the usual flow.

    Args:
        usual: tools a month that growth and wear take.
        need: tools that the plan will need when today's orders arrive.
        in_hand: tools installed, in transit and on order.
        wanted_stock: tools wanted beyond the need.
        months_to_adjust: months over which a shortfall is closed.
    """
    shortfall = need + wanted_stock - in_hand
    return np.maximum(usual + shortfall / months_to_adjust, 0.0)


def domestic_share(
    *,
    base_share: PerDraw,
    quality: PerDraw,
    base_quality: PerDraw,
    quality_response: PerDraw,
    fear: PerDraw,
    fear_response: PerDraw,
    mandate: PerDraw | float,
) -> PerDraw:
    """Return the share of a class of tools that a fab orders at home, in [0, 1].

    s = s0 (q/q0)^k (1 + f fear), at least mandate x quality, at most quality: a fab
    cannot be made to buy what does not work.

    Args:
        base_share: s0, share at the start.
        quality: q, of the domestic tool, over that of the best foreign one.
        base_quality: q0, at the start.
        quality_response: k.
        fear: probability of losing foreign supply.
        fear_response: f, how fear raises the preference for home.
        mandate: share that the state asks for.
    """
    ratio = quality / np.where(base_quality > 0.0, base_quality, 1.0)
    chosen = base_share * ratio**quality_response * (1.0 + fear_response * fear)
    return np.minimum(np.maximum(chosen, mandate * quality), quality)


def learned_quality(
    base_quality: PerDraw, shipped: PerDraw, at_start: PerDraw, rate: PerDraw
) -> PerDraw:
    """Return the quality of domestic tools after a number of shipments, in [0, 1).

    The gap to the best foreign tool closes by `rate` with each doubling of cumulative
    shipments: 1 - q = (1 - q0) (1 - rate)^log2(shipped / at start).

    Args:
        base_quality: q0, at the start.
        shipped: tools shipped so far, those before the start included.
        at_start: tools shipped before the start.
        rate: share of the gap closed per doubling.
    """
    doublings = np.log2(shipped / at_start)
    return 1.0 - (1.0 - base_quality) * (1.0 - rate) ** doublings
