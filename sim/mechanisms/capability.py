"""M10 and M11. Compute in parts, what induces efficiency, and the frontier lag."""

import numpy as np

from sim.domain.array_types import Bool
from sim.domain.ensemble import Amounts, PerDraw
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.adjustment import adjusted

Released = Bool[np.ndarray, "*things draws"]
"""Whether a model is released, by draw, of one laboratory or with a row for each."""

SECONDS_PER_MONTH = 365.25 / MONTHS_A_YEAR * 86_400.0


def serving_share(at_reference: PerDraw, *, growth: PerDraw, years: float) -> PerDraw:
    """Return the share of a fleet that serves users instead of developing models.

    logit s(t) = logit s(0) + growth * t: use grows, and the share stays below one.

    Args:
        at_reference: s(0), in (0, 1).
        growth: of its logit, per year.
        years: t, since the reference; below zero before it.

    Source:
        Epoch AI (2025), OpenAI's compute spending of 2024: 2 of 7 USD billion served
        users.
    """
    return 1.0 / (1.0 + (1.0 / at_reference - 1.0) * np.exp(-growth * years))


def development_fleet(fleet: Amounts, *, serving: PerDraw, factor: Amounts) -> Amounts:
    """Return the H100-equivalents with which a laboratory develops models.

    F min(f (1 - s), 1).

    Args:
        fleet: F, H100-equivalents for training that it can reach.
        serving: s, share of them that serves users.
        factor: f, what it keeps for development over what others keep.
    """
    return fleet * np.minimum(factor * (1.0 - serving), 1.0)


def run_compute(
    fleet: Amounts, *, fleet_share: PerDraw, months: PerDraw, flop_per_second: PerDraw
) -> Amounts:
    """Return the training compute of a laboratory's largest run, FLOP.

    Args:
        fleet: H100-equivalents with which it develops models.
        fleet_share: share of them that one run takes.
        months: how long the run lasts.
        flop_per_second: what an H100-equivalent yields in practice, FLOP per second.
    """
    return fleet * fleet_share * months * SECONDS_PER_MONTH * flop_per_second


def research_compute(
    fleet: Amounts, *, run: Amounts, flop_per_second: PerDraw
) -> Amounts:
    """Return a year's compute for experiments and reinforcement learning, FLOP.

    R = F * 12 months * r - C: what the largest run leaves of a year's development.

    Args:
        fleet: F, H100-equivalents with which a laboratory develops models.
        run: C, training compute of the largest run, FLOP.
        flop_per_second: r, what an H100-equivalent yields in practice.

    Source:
        Epoch AI (2025, 2026): final runs took 10 % of OpenAI's development compute in
        2024, and less than 30 % of that of MiniMax and Z.ai.
    """
    return fleet * MONTHS_A_YEAR * SECONDS_PER_MONTH * flop_per_second - run


def compute_gap(
    log_run_gap: Amounts, log_research_gap: Amounts, weight: PerDraw
) -> Amounts:
    """Return the log of the frontier's effective compute over a laboratory's.

    (1 - k) ln(C_f / C) + k ln(R_f / R): both parts with diminishing returns (a
    Cobb-Douglas form with constant returns to the two together).

    Args:
        log_run_gap: ln(C_f / C), of largest runs.
        log_research_gap: ln(R_f / R), of compute for experiments and reinforcement
            learning.
        weight: k, of the second.
    """
    return log_run_gap + weight * (log_research_gap - log_run_gap)


def released_gap(
    former: Amounts, *, gap: Amounts, growth: PerDraw, released: Released
) -> Amounts:
    """Return the log gap of a laboratory's newest released model, after a month.

    It widens as the frontier grows, and falls to the laboratory's own gap where a model
    is released: the released gap moves like a saw.

    Args:
        former: the gap a month ago.
        gap: of what the laboratory could release now.
        growth: of the frontier, log a month.
        released: whether it releases a model.
    """
    older = former + growth
    return np.where(released, np.minimum(gap, older), older)


def induced_efficiency(
    efficiency: Amounts, *, log_gap: Amounts, elasticity: PerDraw, months: PerDraw
) -> Amounts:
    """Return the log of the efficiency that scarcity has induced, after a month.

    x <- x + (e ln(C_frontier / C_lab) - x) / months: a stock that adjusts, not an
    instant bonus.

    Args:
        efficiency: x, log efficiency beyond common progress.
        log_gap: ln of the frontier's compute over the laboratory's.
        elasticity: e.
        months: lag of the response.
    """
    target = elasticity * np.maximum(log_gap, 0.0)
    return adjusted(efficiency, target, months)


def frontier_lag(log_gap: Amounts, growth: PerDraw) -> Amounts:
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
