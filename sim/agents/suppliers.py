"""Suppliers of dies, memory, design software and minerals; other listed firms."""

from collections.abc import Mapping

from sim.agents.actor import Actor, ship_rationed
from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good
from sim.world import World


class Foundry(Actor):
    """A foreign foundry that makes what its customers may receive."""

    def ship_dies(self) -> None:
        """Ship the dies that pass the gates."""
        for line in self.sales_of(Good.LOGIC_WAFERS):
            line.ship_all()


class MemoryMaker(Actor):
    """A maker of high-bandwidth memory.

    Attributes:
        share: of the surge that suppliers can ship to China in a month.
        stack_price: USD million.
    """

    def __init__(
        self, world: World, name: str, country: str, *, share: float, price: float
    ) -> None:
        super().__init__(world, name, country)
        self.share, self.stack_price = share, price
        self.sold = world.zeros()

    @property
    def china_revenue(self) -> PerDraw:
        """Sold to China this month, USD million."""
        return self.sold * self.stack_price

    def ship_memory(self) -> None:
        """Ship the stacks that are licensed, and the few that slip past the law."""
        lines = self.sales_of(Good.HBM)
        leak = self.model.assume["law.hbm_leakage"]
        for line in lines:
            line.gates.leak(leak)
            line.clear()
        output = self.model.assume["hbm.surge_stacks_per_month"] * self.share
        self.sold = ship_rationed(lines, output)


class Exporter(Actor):
    """A seller whose business is steady until law stops it: minerals, EDA software.

    Attributes:
        usual: what every line usually carries in a month, by buyer.
    """

    def __init__(
        self, world: World, name: str, country: str, *, usual: Mapping[str, float]
    ) -> None:
        super().__init__(world, name, country)
        self.usual = dict(usual)

    def export(self) -> None:
        """Ship what both gates let through."""
        for line in self.sales:
            line.order(self.model.per_draw(self.usual[line.buyer]))
            line.ship_all()


class RecordedFirm(Actor):
    """A listed firm whose revenue is on record; it trades nothing in the model."""
