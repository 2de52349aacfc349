"""M4. Domestic accelerators from good dies and high-bandwidth memory."""

import numpy as np

from sim.domain.ensemble import PerDraw


def packages(
    *,
    dies: PerDraw,
    stacks: PerDraw,
    dies_per_package: PerDraw | float,
    stacks_per_package: PerDraw | float,
    packaging_yield: PerDraw,
) -> PerDraw:
    """Return accelerators that can be packaged, the scarcer of logic and memory ruling.

    min(dies x packaging yield / dies per package, stacks / stacks per package). A
    package that fails costs its dies; memory is fitted to dies that passed.

    Args:
        dies: good dies in stock.
        stacks: memory stacks in stock.
        dies_per_package: compute dies in one accelerator.
        stacks_per_package: stacks in one accelerator.
        packaging_yield: share of packages that pass.
    """
    by_logic = dies * packaging_yield / dies_per_package
    by_memory = stacks / stacks_per_package
    return np.minimum(by_logic, by_memory)


def ramp(months: PerDraw, half_way: PerDraw) -> PerDraw:
    """Return the share of its full rate that a new product has reached, in [0, 1).

    1 - 2^(-months / half_way), and nothing before the start.
    """
    return 1.0 - np.exp2(-np.maximum(months, 0.0) / half_way)
