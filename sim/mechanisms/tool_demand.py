"""M5. What fabs order, what fear adds, and what replaces the tools they are denied."""

import numpy as np

from sim.domain.ensemble import Amounts, PerDraw


def sector_cycle(cycle: PerDraw, luck: PerDraw, half_life: PerDraw) -> PerDraw:
    """Return what all fabs feel together in the next month, in standard deviations.

    AR(1): c <- r c + sqrt(1 - r^2) z, r = 0.5^(1 / half-life), so that its variance
    tends to one.

    Args:
        cycle: c, what they feel now.
        luck: z, a standard normal number.
        half_life: months after which half of a shock is left.

    Source:
        Tan and Mathews, 'Identification and analysis of industry cycles', J. Business
        Research 63, 2010, on the semiconductor cycle.
    """
    kept = np.exp2(-1.0 / half_life)
    return kept * cycle + np.sqrt(1.0 - kept**2) * luck


def room_to_grow(plan: PerDraw, ceiling: PerDraw, sharpness: PerDraw) -> PerDraw:
    """Return the share of its growth that a plan keeps so near its ceiling.

    1 - (P / C)^s: with s = 1 a market slows growth from the start (logistic); the
    larger s, the later (Richards). Above the ceiling it is negative.

    Args:
        plan: P, capacity planned now.
        ceiling: C, the most that demand and money support.
        sharpness: s.

    Source:
        Richards, 'A flexible growth function for empirical use', J. Experimental
        Botany 10, 1959.
    """
    return 1.0 - (plan / ceiling) ** sharpness


def planned_capacity(plan: PerDraw, growth: PerDraw, room: PerDraw) -> PerDraw:
    """Return the capacity planned for the next month, thousand wafers a month.

    P + growth P room, stepped once.

    Args:
        plan: P, capacity planned now.
        growth: rate per month far below the ceiling.
        room: share of it that is left so near the ceiling.
    """
    return plan + growth * plan * room


def used_to(before: PerDraw, fear: PerDraw, half_life: PerDraw) -> PerDraw:
    """Return the fear to which buyers have adapted their stocks by the next month.

    u <- f + (u - f) 0.5^(1 / half-life). Idle tools cost money: what was bought ahead
    of need is put to use in place of new orders, and is not bought ahead again unless
    fear rises further.

    Args:
        before: u, what they were used to.
        fear: f, probability that they put on losing the supply, in [0, 1].
        half_life: months after which half of a new fear is used to.
    """
    return fear + (before - fear) * np.exp2(-1.0 / half_life)


def stockpile(fear: PerDraw, horizon: PerDraw, monthly_need: Amounts) -> Amounts:
    """Return tools that a fab stockpiles against a ban that it fears.

    Args:
        fear: probability that it puts on losing the supply, in [0, 1], beyond what it
            is used to.
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
