"""What every actor is: a name on the map, and the lines it trades on."""

import mesa

from sim.domain.supply import Good, SupplyLine
from sim.world import World

CHINA = "CHN"
"""The state whose chips the law is about, ISO 3166 alpha-3."""

NOTABLE_CHANGE = 0.05
"""A share that moves by less than this is not told of in the chronicle."""


class Actor(mesa.Agent):
    """An actor of the chip war.

    Attributes:
        name: actor id.
        country: ISO 3166 alpha-3 code of the state whose law binds it.
        sales: lines on which it sells.
        purchases: lines on which it buys.
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


def release_world(world: World) -> None:
    """Let go of a world whose run is over.

    Mesa 3.3 numbers agents in a table that holds on to every model for ever; later
    versions have no such table.
    """
    numbering = getattr(mesa.Agent, "_ids", {})
    numbering.pop(world, None)
