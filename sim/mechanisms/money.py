"""M17. Revenue, service, write-offs, the government's take, lobbying, value."""

import numpy as np

from sim.domain.ensemble import PerDraw


def service_revenue(installed: PerDraw, fee: PerDraw, served: PerDraw) -> PerDraw:
    """Return a month's service revenue, USD million.

    Args:
        installed: value of the tools installed, USD million.
        fee: service spending per year as a share of that value.
        served: share of the service that is allowed to reach the tools, in [0, 1].
    """
    return installed * fee / 12.0 * served


def write_off(inventory: PerDraw, saleable: PerDraw) -> PerDraw:
    """Return inventory made for one market that its law has closed, USD million.

    Args:
        inventory: goods and commitments dedicated to the market.
        saleable: share of its orders that licence and permit still let through.
    """
    return inventory * np.maximum(1.0 - saleable, 0.0)


def lobbying(base: PerDraw, revenue_lost: PerDraw, response: PerDraw) -> PerDraw:
    """Return lobbying a month, USD million: a base and a share of revenue lost."""
    return base + response * np.maximum(revenue_lost, 0.0)


def firm_value(revenue: PerDraw, multiple: PerDraw | float) -> PerDraw:
    """Return what a year's revenue is worth at a fixed multiple, USD million."""
    return revenue * multiple
