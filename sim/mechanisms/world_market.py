"""M22. A designer's output as one pool: its price, and what a levy costs whom."""

import numpy as np

from sim.domain.ensemble import PerDraw, share


def supply_over_demand(left: PerDraw, usual: PerDraw, waiting: PerDraw) -> PerDraw:
    """Return what is left for buyers outside China over what they take at list price.

    left / (usual x w) with w between 1 and 1 + waiting: what goes beyond the usual
    first reaches buyers who wait at that price. 1 where nobody usually buys.

    Args:
        left: output less sales in China, H100-equivalents a month.
        usual: what buyers outside China took under the law of record, in the same unit.
        waiting: demand that waits at the going price, over what is sold.
    """
    level = np.where(usual > 0.0, share(left, usual), 1.0)
    return level / np.clip(level, 1.0, 1.0 + waiting)


def world_price(
    over_demand: PerDraw, elasticity: PerDraw, bounds: tuple[float, float]
) -> PerDraw:
    """Return the price outside China that clears supply, over that of the record.

    p = x ** (-1 / elasticity), within bounds.

    Args:
        over_demand: x, from `supply_over_demand`.
        elasticity: of demand outside China to the price, above 0.
        bounds: lowest and highest price, over that of the record.
    """
    lowest, highest = bounds
    scarcest = highest ** (-elasticity)
    return np.clip(
        np.maximum(over_demand, scarcest) ** (-1.0 / elasticity), lowest, highest
    )


def price_with_levy(levy: PerDraw, passed_on: PerDraw) -> PerDraw:
    """Return the buyer's price over that without a levy.

    1 + passed_on x levy / (1 - levy): at 1 the seller keeps as much of each sale as
    without the levy, at 0 it bears all of it.

    Args:
        levy: share of the sale's value taken, below 1.
        passed_on: share that the seller passes on to the buyer, in [0, 1].

    Source:
        Incidence by pass-through: Weyl and Fabinger (2013), recalled.
    """
    return 1.0 + passed_on * levy / (1.0 - np.minimum(levy, _MOST_LEVY))


_MOST_LEVY = 0.9
"""A levy above it raises the price no further."""
