"""M5, M18. A pipeline of equal stages: what enters leaves in a lump, later."""

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import Amounts

Stages = Float64[np.ndarray, "stages *things draws"]
"""What stands in each stage of a pipeline, the first stage first."""

Rate = Amounts | Float64[np.ndarray, "*#things #draws"]
"""A share a month, which may be the same for many things or in all draws."""


def leaving_rate(mean_months: Rate, stages: int) -> Rate:
    """Return the share of a stage that leaves it in a month, in (0, 1].

    min(1, k / L). A thing stays at least a month in each of k stages, so L months on
    average if L is at least k. Waiting times have the negative binomial distribution,
    the Erlang distribution in whole months: their standard deviation over their mean is
    sqrt((1 - k / L) / k), against sqrt(1 - 1 / L) with one stage.

    Args:
        mean_months: L, mean months from the first stage to the end of the last.
        stages: k.

    Source:
        MacDonald, N., 'Time Lags in Biological Models', 1978 (the linear chain trick);
        Sterman, J., 'Business Dynamics', 2000, chapter 11, on delays of third order.
    """
    return np.minimum(stages / mean_months, 1.0)


def in_steady_state(flow: Amounts, rate: Rate, stages: int) -> Stages:
    """Return what stands in the stages if the same flow has always entered.

    flow / rate in each, so flow x L in all.
    """
    return np.array([flow / rate] * stages)


def moved_on(
    stages: Stages, *, rate: Rate, entering: Amounts, released: Amounts
) -> Stages:
    """Return what stands in the stages a month later.

    Of each stage but the last, `rate` moves to the next; nothing is lost:
    the sum rises by `entering` less `released`.

    Args:
        stages: what stands in them now.
        rate: share of a stage that is ready to leave it this month.
        entering: what comes into the first stage.
        released: what comes out of the last one, at most `rate` of it. What is ready
            and not released waits there.
    """
    after = np.empty_like(stages)
    coming = entering
    for here, now in zip(after[:-1], stages[:-1], strict=True):
        going = now * rate
        np.subtract(now, going, out=here)
        np.add(here, coming, out=here)
        coming = going
    np.subtract(stages[-1], released, out=after[-1])
    after[-1] += coming
    return after
