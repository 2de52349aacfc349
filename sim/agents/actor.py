"""What every actor is: a name in the network, and the lines it trades on."""

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

import mesa
import numpy as np

from sim.domain.ensemble import InDraws, PerDraw, sum_in_order, total
from sim.domain.supply import Good, SupplyLine
from sim.mechanisms.allocation import fill_rate
from sim.world import World

NOTABLE_CHANGE = 0.05
"""A share that changes by less than this is not entered in the chronicle."""


class Reasons(TypedDict, total=False):
    """What was weighed in a decision, what it had to reach, and what was not done."""

    inputs: Mapping[str, PerDraw]
    threshold: PerDraw | None
    alternative: str


class Actor(mesa.Agent):
    """An actor of the chip war.

    Attributes:
        country: ISO 3166 alpha-3 code of the state whose law binds it.
    """

    model: World

    def __init__(self, world: World, name: str, country: str) -> None:
        super().__init__(world)
        self.name = name
        self.country = country
        self.sales: list[SupplyLine] = []
        self.purchases: list[SupplyLine] = []

    def sales_of(self, *goods: Good) -> list[SupplyLine]:
        """Return the lines on which it sells some goods."""
        return [line for line in self.sales if line.good in goods]

    def purchases_of(self, *goods: Good) -> list[SupplyLine]:
        """Return the lines on which it buys some goods."""
        return [line for line in self.purchases if line.good in goods]

    def customary_share(self, line: SupplyLine) -> float:
        """Return the share of its orders of a good that goes to a line by custom."""
        edges = self.model.network.get_edge_data(line.seller, line.buyer).values()
        return sum_in_order(edge["share"] for edge in edges if edge["line"] is line)

    def tell(
        self,
        event: str,
        subject: str,
        detail: str = "",
        where: InDraws | None = None,
        **reasons: Unpack[Reasons],
    ) -> None:
        """Enter what it did or met into the chronicle, as `World.tell` does."""
        self.model.tell(self.name, event, subject, detail, where, **reasons)


def ship_rationed(lines: Sequence[SupplyLine], output: PerDraw) -> PerDraw:
    """Ship the same share of every order, as far as output goes; return units shipped.

    The lines are those of one seller, their orders already passed through the gates.
    """
    permitted = np.array([line.orders.permitted for line in lines])
    shipped = permitted * fill_rate(permitted, output)
    for line, units in zip(lines, shipped, strict=True):
        line.ship_and_close(units)
    return total(shipped)


def release_world(world: World) -> None:
    """Free the memory of a world whose run is over.

    Mesa 3.3 numbers agents in a table that refers to every model for ever; later
    versions have no such table.
    """
    numbering = getattr(mesa.Agent, "_ids", {})
    numbering.pop(world, None)
