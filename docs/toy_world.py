"""Two firms trade for three months while an export control takes effect.

Run it from the folder of the project: ``python -m docs.toy_world``.
"""

from datetime import date

import numpy as np

from sim.agents.actor import Actor
from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.supply import Good, SupplyLine
from sim.policy.exports import EquipmentBan
from sim.policy.regime import Regime
from sim.policy.scope import Scope
from sim.world import World


class Fab(Actor):
    """A buyer that wants eight etch tools a month."""

    def order_tools(self) -> None:
        """Order on every line on which it buys."""
        for line in self.purchases:
            line.order(self.model.per_draw(8.0))


class Toolmaker(Actor):
    """A seller that ships whatever passes the gates."""

    def ship_tools(self) -> None:
        """Ship on every line on which it sells."""
        for line in self.sales:
            line.ship_all()


class ToyWorld(World):
    """A world with two phases a month."""

    def step(self) -> None:
        """Advance every draw by one month."""
        self.enact()
        self.run_phases([Fab], Fab.order_tools)
        self.run_phases([Toolmaker], Toolmaker.ship_tools)
        self.month = self.month + 1


# Half of the applications are approved in the first draw, a quarter in the second.
control = EquipmentBan(
    id="etch_control",
    title="Etch tools to China need a licence",
    issuer="USA",
    announced=date(2025, 1, 15),
    effective=date(2025, 2, 15),
    scope=Scope(goods=frozenset({Good.ETCH}), destinations=frozenset({"CHN"})),
    approval=np.array([0.5, 0.25]),
    reference="none: an example",
    source="none: an example",
)
nothing = np.zeros(2)
world = ToyWorld(
    start=Month(2025, 1),
    regime=Regime("toy", {control.id: control}),
    chance=Chance(seed=1, draws=Draws(count=2)),
    assume={
        "law.affiliate_leakage": nothing,
        "law.affiliate_leakage_hbm": nothing,
        "law.facility_leakage": nothing,
    },
    facts={},
)
maker, fab = Toolmaker(world, "lam", "USA"), Fab(world, "smic", "CHN")
line = world.connect(SupplyLine("lam", "smic", Good.ETCH, "USA", "CHN", nothing))
maker.sales.append(line)
fab.purchases.append(line)

print("month    ordered  licensed  shipped, in each of two draws")
for _ in range(3):
    month = world.month
    world.step()
    orders = line.orders
    print(month, orders.ordered, orders.licensed, orders.shipped)
