"""M17. Revenue, service, write-offs, the government's take, lobbying, value."""

import numpy as np

from sim.domain.ensemble import Amounts, ByThing, PerDraw, share


def service_revenue(installed: PerDraw, fee: PerDraw, served: PerDraw) -> PerDraw:
    """Return a month's service revenue, USD million.

    Args:
        installed: value of the tools installed, USD million.
        fee: service spending per year as a share of that value.
        served: share of the service that is allowed to reach the tools, in [0, 1].
    """
    return installed * fee / 12.0 * served


def write_off(inventory: PerDraw, *, before: PerDraw, now: PerDraw) -> PerDraw:
    """Return what is written off of goods made for one market when its law closes.

    inventory x (before - now) / before, where less passes the gates than before.

    Args:
        inventory: goods and commitments dedicated to the market, USD million.
        before: share of orders that passed licence and permit last month.
        now: the same this month.
    """
    return inventory * share(np.maximum(before - now, 0.0), before)


def lobbying(base: PerDraw, revenue_lost: PerDraw, response: PerDraw) -> PerDraw:
    """Return lobbying a month, USD million: a base and a share of revenue lost."""
    return base + response * np.maximum(revenue_lost, 0.0)


def firm_value(revenue: Amounts, multiple: ByThing | float) -> Amounts:
    """Return what a year's revenue is worth at a fixed multiple, USD million."""
    return revenue * multiple
