"""M10 and M11. Effective compute, what scarcity induces, and the frontier lag."""

import numpy as np

from sim.domain.ensemble import PerDraw

SECONDS_PER_MONTH = 365.25 / 12.0 * 86_400.0


def run_compute(
    fleet: PerDraw, *, fleet_share: PerDraw, months: PerDraw, flop_per_second: PerDraw
) -> PerDraw:
    """Return the training compute of a laboratory's largest run, FLOP.

    Args:
        fleet: H100-equivalents for training that it can reach.
        fleet_share: share of them that one run takes.
        months: how long the run lasts.
        flop_per_second: what an H100-equivalent yields in practice, FLOP per second.
    """
    return fleet * fleet_share * months * SECONDS_PER_MONTH * flop_per_second


def induced_efficiency(
    efficiency: PerDraw, *, log_gap: PerDraw, elasticity: PerDraw, months: PerDraw
) -> PerDraw:
    """Return the log of the efficiency that scarcity has induced, after a month.

    x <- x + (e ln(C_frontier / C_lab) - x) / months: a stock that adjusts, not an
    instant bonus.

    Args:
        efficiency: x, log efficiency beyond common progress.
        log_gap: ln of the frontier's training compute over the laboratory's.
        elasticity: e.
        months: lag of the response.
    """
    return efficiency + (elasticity * np.maximum(log_gap, 0.0) - efficiency) / months


def frontier_lag(log_gap: PerDraw, growth: PerDraw) -> PerDraw:
    """Return months by which a laboratory trails: ln(E_frontier / E_lab) / g.

    Args:
        log_gap: ln of effective training compute at the frontier over the laboratory's.
        growth: g, growth of the frontier's effective compute, log per month.
    """
    return log_gap / growth


def constrained_growth(
    planned: PerDraw, supply_growth: PerDraw, slack: PerDraw
) -> PerDraw:
    """Return the log growth per month of frontier training runs.

    min(wished, supply growth + slack): for a while the largest run can outgrow the
    world's stock of chips, by `slack`.
    """
    return np.minimum(planned, supply_growth + slack)
