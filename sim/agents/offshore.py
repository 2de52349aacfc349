"""Offshore clouds that rent compute to Chinese laboratories."""

import numpy as np

from sim.agents.actor import Actor, ship_rationed
from sim.agents.designer import Designer
from sim.domain.ensemble import PerDraw, total
from sim.domain.supply import Good
from sim.world import World


class OffshoreCloud(Actor):
    """A host abroad that buys accelerators and rents them to users in China.

    Capacity is sold in H100-equivalents: a unit is one of them.

    Attributes:
        supply_share: its share of what hosts of Chinese users may buy.
        hosted: H100-equivalents it has taken in since the start.
        training: worth of a unit for training (one H100-equivalent).
        inference: worth of a unit for inference.
        price: of a unit, USD million.
        revenue: this month, USD million.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        supply_share: float,
        designer: Designer,
        first: PerDraw,
    ) -> None:
        super().__init__(world, name, country)
        self.supply_share, self.designer = supply_share, designer
        self.hosted = first
        self.training = self.inference = world.per_draw(1.0)
        self.set_price()
        self.revenue = world.zeros()

    def host(self) -> None:
        """Buy chips for the capacity ordered, as law and supply let it, and rent it."""
        assume = self.model.assume
        rented = self.sales_of(Good.CLOUD)
        for line in rented:
            line.clear()
        wanted = total(line.orders.permitted for line in rented)
        growth_limit = self.hosted * assume["offshore.max_growth_per_month"]
        cap = self.designer.abroad * assume["offshore.world_supply_cap"]
        room = np.minimum(growth_limit, cap * self.supply_share)
        bought = self._buy(np.minimum(wanted, room))
        shipped = ship_rationed(rented, bought)
        self.hosted = self.hosted + shipped
        self.revenue = shipped * self.price

    def _buy(self, wanted: PerDraw) -> PerDraw:
        """Return H100-equivalents that it may bring to where it hosts."""
        lineup = self.designer.lineup
        chip = lineup.flagship_now()
        h100e = float(chip.tpp / lineup.reference.tpp)
        bought = self.model.zeros()
        for line in self.purchases_of(Good.AI_CHIP):
            units = self.designer.ship_abroad(line, wanted / h100e, chip)
            bought = bought + units * h100e
        return bought

    def set_price(self) -> None:
        """Price capacity at the cost of the chips that provide it."""
        lineup = self.designer.lineup
        chip = lineup.flagship_now()
        per_unit = chip.tpp / lineup.reference.tpp
        price = float(chip.price / per_unit) / _USD_PER_MILLION
        self.price = price * self.designer.supply.list_price


_USD_PER_MILLION = 1e6
