"""Chips, as export law measures them and as laboratories value them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.domain.ensemble import InDraws, PerDraw

CUTTABLE = (
    "tpp",
    "performance_density",
    "interconnect",
    "memory_bandwidth",
    "bandwidth_sum",
)
"""Attributes that a designer can cut to stay below a limit."""

_BY_DRAW = ("tpp", "die_area", "interconnect", "memory_bandwidth", "price")
"""Quantities that may differ between draws."""

REGULATED = (*CUTTABLE, "data_centre")
"""Attributes that a performance threshold may test."""


@dataclass(frozen=True, eq=False)
class Chip:
    """The quantities that decide whether a chip needs a licence, and what it is worth.

    A chip that is designed inside the model may differ between draws: each quantity is
    a number, or one number per draw.

    Attributes:
        name: the name it is sold under, or one such as ``nvidia-h100/us_2022_10``.
        designer: actor id of its designer.
        tpp: total processing performance, dense TOPS times bit length.
        die_area: applicable (non-planar logic) die area, mm2.
        interconnect: bidirectional chip-to-chip bandwidth, GB/s.
        memory_bandwidth: DRAM bandwidth, GB/s.
        price: price outside China, USD.
        hbm_stacks: stacks of high-bandwidth memory in one package.
        data_centre: 1 if it is designed or marketed for data centres, 0 if not.
    """

    name: str
    designer: str
    tpp: float | PerDraw
    die_area: float | PerDraw
    interconnect: float | PerDraw
    memory_bandwidth: float | PerDraw
    price: float | PerDraw
    hbm_stacks: float = 0.0
    data_centre: float = 1.0

    @property
    def performance_density(self) -> float | PerDraw:
        """`tpp` per mm2 of applicable die area."""
        return self.tpp / self.die_area

    @property
    def bandwidth_sum(self) -> float | PerDraw:
        """Memory and interconnect bandwidth together, GB/s."""
        return self.memory_bandwidth + self.interconnect


@dataclass(frozen=True, eq=False)
class DescribedChip(Chip):
    """A chip known by the quantities that law tests, and by no others.

    Attributes:
        density: `tpp` per mm2 of applicable die area, as it is given: worked out from
            an area, a density that meets a limit exactly might fall short of it.
    """

    density: float = 0.0

    @property
    def performance_density(self) -> float:
        """`tpp` per mm2 of applicable die area."""
        return self.density


def chip_by_draw(where_first: InDraws, first: Chip, second: Chip) -> Chip:
    """Return a chip that is the first in some draws and the second in the others.

    What cannot differ between draws is that of the first.

    Args:
        where_first: the draws in which it is the first.
        first: its quantities are numbers, or one number per draw.
        second: the same.
    """
    quantities: dict[str, Any] = {
        name: np.where(where_first, getattr(first, name), getattr(second, name))
        for name in _BY_DRAW
    }
    return replace(first, **quantities)
