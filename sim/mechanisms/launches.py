"""M4. Launches that come forward with need, and slip where lines stand still."""

import numpy as np

from sim.domain.ensemble import PerDraw

_MOST_CHANGE = 4.0
"""The greatest factor, up or down, by which need counts as other than planned."""


def speed_of_development(
    *,
    worth: PerDraw,
    worth_planned: PerDraw,
    running: PerDraw,
    running_planned: float,
    response: PerDraw,
) -> PerDraw:
    """Return months of development done in a month; 1 as on the roadmap.

    (q / q0)^e min(1, r / r0): more people and test wafers are put on what is worth
    more; fewer wafers than the lines were to run mean fewer test runs.

    Args:
        worth: q, what an accelerator is worth over its cost.
        worth_planned: q0, for which the roadmap was made.
        running: r, wafers started over wafers planned.
        running_planned: r0, for which the roadmap was made.
        response: e.

    Source:
        Graves, 'The time-cost tradeoff in research and development: a review',
        Engineering Costs and Production Economics 16, 1989.
    """
    change = np.clip(worth / worth_planned, 1.0 / _MOST_CHANGE, _MOST_CHANGE)
    return change**response * np.minimum(running / running_planned, 1.0)
