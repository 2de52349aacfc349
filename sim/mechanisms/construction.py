"""M18. Capacity that is built: how much is wanted, and how much is started."""

from collections.abc import Sequence

import numpy as np

from sim.domain.ensemble import PerDraw, share, total
from sim.domain.months import MONTHS_A_YEAR


def need_when_completed(
    orders: PerDraw, *, expected_growth: PerDraw, months: PerDraw
) -> PerDraw:
    """Return what buyers will call for when capacity started today is completed.

    N = O g^(m / 12).

    Args:
        orders: O, units a month ordered now.
        expected_growth: g, growth of demand a year that makers expect, as a ratio.
        months: m, until capacity that is wanted now is completed.
    """
    return orders * expected_growth ** (months / MONTHS_A_YEAR)


def mean_worth(orders: Sequence[PerDraw], worths: Sequence[PerDraw]) -> PerDraw:
    """Return the mean of several worths over cost, weighted by orders; 0 without any.

    Args:
        orders: units a month that each buyer orders.
        worths: q of each buyer.
    """
    weighted = (a * b for a, b in zip(orders, worths, strict=True))
    return share(total(weighted), total(orders))


def speed_of_investment(
    worth_over_cost: PerDraw, *, growth_at_cost: PerDraw, most: float, eta: PerDraw
) -> PerDraw:
    """Return the share of capacity on which construction can start in a month.

    v = ln(g) / 12 min(q, q_max)^eta: the more a unit is worth, the more is paid for
    speed.

    Args:
        worth_over_cost: q, what a buyer would pay for one more unit over its full cost.
        growth_at_cost: g, growth in a year, as a ratio, where q is 1.
        most: q_max, beyond which nobody believes that scarcity will last.
        eta: response of investment to q.

    Source:
        Investment under convex costs of adjustment rises with Tobin's q (Hayashi 1982).
    """
    return (
        np.log(growth_at_cost)
        / MONTHS_A_YEAR
        * np.minimum(worth_over_cost, most) ** eta
    )


def months_to_use_stock(
    worth_over_cost: PerDraw, *, months_at_cost: float, most: float, eta: PerDraw
) -> PerDraw:
    """Return the months over which stocks of dies and memory are planned to be used.

    m min(max(q, 1), q_max)^-eta: the more a unit is worth, the sooner.

    Args:
        worth_over_cost: q, as for the speed of investment.
        months_at_cost: m, where q is 1 or less.
        most: q_max.
        eta: the same response.
    """
    return months_at_cost * np.clip(worth_over_cost, 1.0, most) ** -eta


def construction_started(
    *,
    wanted: PerDraw,
    capacity: PerDraw,
    under_construction: PerDraw,
    months_to_adjust: PerDraw,
    fastest: PerDraw,
) -> PerDraw:
    """Return the capacity on which construction starts this month.

    min([K* - K - U]+ / tau, v (K + U)).

    Args:
        wanted: K*.
        capacity: K, installed.
        under_construction: U, started and not completed.
        months_to_adjust: tau, over which a shortfall is ordered.
        fastest: v, share of that on which construction can start in a month.

    Source:
        Capital-stock adjustment with a supply line (Chenery 1952; Sterman 2000).
    """
    ahead = capacity + under_construction
    shortfall = np.maximum(wanted - ahead, 0.0)
    return np.minimum(shortfall / months_to_adjust, fastest * ahead)
