"""Lines: the state of every supply line, month by month.

Measures are what is reported of a run; the state of some 400 lines is kept only where
one world is looked at closely.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.domain.supply import Good, SupplyLine
from sim.world import World

STATES: Mapping[str, Callable[[SupplyLine], PerDraw]] = {
    "open_share": lambda line: line.gates.open_share,
    "pending": lambda line: line.gates.pending,
    "shipped": lambda line: line.orders.shipped,
}
"""What is kept of a line: what passes both gates, what announced law would deny on top,
and what was shipped in the month."""

States = Float64[np.ndarray, "months lines draws"]


@dataclass(frozen=True)
class LineName:
    """What tells a line from every other."""

    seller: str
    buyer: str
    good: Good

    @property
    def ends(self) -> tuple[str, str]:
        """The actors at its ends."""
        return (self.seller, self.buyer)

    def __str__(self) -> str:
        return f"{self.good} from {self.seller} to {self.buyer}"


@dataclass(frozen=True, eq=False, repr=False)
class LineRecord(ShortRepr):
    """The state of a world's lines in each month.

    Attributes:
        lines: in the order of the world.
        states: each of `STATES`, by month, line and draw.
    """

    months: tuple[Month, ...]
    lines: tuple[LineName, ...]
    states: Mapping[str, States]


class LineRecorder:
    """Keeps the state of every line of a world, month by month."""

    def __init__(self) -> None:
        self._months: list[Month] = []
        self._kept: dict[str, list[list[PerDraw]]] = {name: [] for name in STATES}

    def record(self, world: World) -> None:
        """Keep the month that a world has just finished."""
        self._months.append(world.month + -1)
        for name, months in self._kept.items():
            months.append([STATES[name](line) for line in world.lines])

    def results(self, world: World) -> LineRecord:
        """Return what was kept of a world."""
        return LineRecord(
            months=tuple(self._months),
            lines=tuple(LineName(x.seller, x.buyer, x.good) for x in world.lines),
            states={name: np.array(months) for name, months in self._kept.items()},
        )
