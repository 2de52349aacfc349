"""M4. Launches that come forward with need, and slip where lines stand still."""

import numpy as np

from sim.domain.ensemble import PerDraw, share

_MOST_CHANGE = 4.0
"""The greatest factor, up or down, by which need counts as changed."""


def speed_of_development(
    *,
    worth: PerDraw,
    worth_then: PerDraw,
    running: PerDraw,
    running_then: PerDraw,
    response: PerDraw,
) -> PerDraw:
    """Return months of development done in a month; 1 as on the roadmap.

    (q / q0)^e min(1, r / r0): more people and test wafers are put on what is worth
    more; fewer wafers than the lines were to run mean fewer test runs.

    Args:
        worth: q, what an accelerator is worth over its cost.
        worth_then: q0, the same when the roadmap was announced; without any worth then,
            need has not changed.
        running: r, wafers started over wafers planned.
        running_then: r0, the same when the roadmap was announced.
        response: e.

    Source:
        Time-cost trade-off in development: Mansfield (1971), Graves (1989).
    """
    ratio = np.where(worth_then > 0.0, share(worth, worth_then), 1.0)
    change = np.clip(ratio, 1.0 / _MOST_CHANGE, _MOST_CHANGE)
    kept = np.where(running_then > 0.0, share(running, running_then), 1.0)
    return change**response * np.minimum(kept, 1.0)
