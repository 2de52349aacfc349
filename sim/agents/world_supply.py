"""Output of one designer: a pool that China and all other buyers draw on (M22)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.domain.ensemble import PerDraw, share
from sim.mechanisms.adjustment import adjusted
from sim.mechanisms.world_market import (
    supply_over_demand,
    world_price,
)
from sim.world import World


@dataclass(frozen=True, slots=True)
class SupplyRecord:
    """What a designer sold month by month under the law of record.

    Attributes:
        abroad: sold outside China, H100-equivalents.
        china: output that its sales to China took, in H100-equivalents of the flagships
            that could have been made of it.
        china_revenue: of those sales, USD million.
    """

    abroad: Sequence[float]
    china: Sequence[float]
    china_revenue: Sequence[float]


class WorldSupply:
    """The output of one designer, and who gets it.

    With `one_pool` off buyers outside China get what the record says, whatever is sold
    in China, at the price of the record.

    Attributes:
        usual: what buyers outside China took under the law of record, then as it was
            assumed to grow, H100-equivalents a month.
        cumulative_usual: the same since the start, and what was in use before.
        usual_in_china: output that sales to China took under the law of record.
        usual_revenue: of sales to China under the law of record, USD million a month.
        price: outside China, over that under the law of record.
        list_price: that of the month before, at which orders are taken.
        output: all that it can make this month, H100-equivalents of flagships.
        expected_abroad: of that, what buyers outside China may expect.
        expansion: log by which output exceeds what it would be under the law of record,
            as it answered the price.
        progress: log by which a chip does more, as the designer's revenue paid for
            research.
        in_china: output that sales to China took this month.
        united_states: sold to American buyers this month.
        elsewhere: sold to others outside China this month.
        unsold: not sold to anybody this month.
        served_first: of what American buyers got, what a law gave them before China.
    """

    def __init__(self, world: World, record: SupplyRecord) -> None:
        self.world, self.record = world, record
        nothing = world.zeros()
        self.usual = self.expected_abroad = world.per_draw(record.abroad[0])
        self.output = nothing
        self.cumulative_usual = nothing
        self.usual_in_china = self.usual_revenue = nothing
        self.price = self.list_price = world.per_draw(1.0)
        self.expansion = self.progress = nothing
        self.in_china = self.united_states = self.elsewhere = nothing
        self.unsold = self.served_first = nothing

    def plan(self, growth: PerDraw) -> None:
        """Set what would be sold this month under the law of record.

        Args:
            growth: of supply after the record, log per month.
        """
        month, record = self.world.month - self.world.start, self.record
        per_draw = self.world.per_draw
        if month < len(record.abroad):
            self.usual = per_draw(record.abroad[month])
            self.usual_in_china = per_draw(record.china[month])
            self.usual_revenue = per_draw(record.china_revenue[month])
        else:
            grown = np.exp(growth)
            self.usual = self.usual * grown
            self.usual_in_china = self.usual_in_china * grown
            self.usual_revenue = self.usual_revenue * grown
        self.cumulative_usual = self.cumulative_usual + self.usual
        self.list_price = self.price
        answer = np.exp(self.expansion + self.progress)
        self.output = (self.usual + self.usual_in_china) * answer
        self.expected_abroad = self.usual * answer if self.is_pool else self.usual
        self.in_china = self.served_first = self.world.zeros()

    @property
    def is_pool(self) -> bool:
        """Whether what China does not take goes to others."""
        return self.world.is_on("one_pool")

    @property
    def american_backlog(self) -> PerDraw:
        """What American buyers wait for at the going price, H100-equivalents."""
        waiting = self.world.assume["world.waiting_demand"]
        american = self.world.facts["us_share_of_sales"]
        return self.expected_abroad * waiting * american

    def most_in_china(
        self, price: PerDraw, taken: PerDraw, revenue_abroad: PerDraw
    ) -> PerDraw:
        """Return the most that it sells to China in a month, USD million.

        Args:
            price: of a unit in China, USD million.
            taken: output that a unit takes, H100-equivalents.
            revenue_abroad: data-centre sales outside China as usual, USD million.
        """
        cap = self.world.assume["nvidia.china_allocation_cap"]
        if not self.is_pool:
            return revenue_abroad * cap / (1.0 - cap)
        most = np.where(self.usual > 0.0, self.output * cap, self.output)
        return most * share(price, taken)

    def defer_to_americans(self, asked: PerDraw, priority: PerDraw | float) -> PerDraw:
        """Return the share of sales to China left once American buyers are served.

        Args:
            asked: output that sales to China would take, H100-equivalents.
            priority: of what American buyers wait for, the share that comes first.
        """
        first = np.minimum(asked, self.american_backlog * priority)
        self.served_first = first if self.is_pool else self.world.zeros()
        return 1.0 - share(self.served_first, asked)

    def sell_in_china(self, taken: PerDraw) -> None:
        """Enter the output that the month's sales to China took, H100-equivalents."""
        self.in_china = taken

    def sell_abroad(self) -> PerDraw:
        """Sell what China did not take, and return it, H100-equivalents.

        What nobody buys at the lowest price is not sold.
        """
        assume, facts = self.world.assume, self.world.facts
        american = facts["us_share_of_sales"]
        if not self.is_pool:
            self.united_states = self.usual * american
            self.elsewhere = self.usual - self.united_states
            return self.usual
        left = np.maximum(self.output - self.in_china, 0.0)
        elasticity = assume["world.demand_elasticity"]
        over_demand = supply_over_demand(
            left, self.usual, assume["world.waiting_demand"]
        )
        bounds = (facts["least_world_price"], facts["most_world_price"])
        self.price = world_price(over_demand, elasticity, bounds)
        saleable = share(self.price ** (-elasticity), over_demand)
        sold = left * np.where(self.usual > 0.0, np.minimum(saleable, 1.0), 0.0)
        first = np.minimum(self.served_first, sold)
        self.united_states = first + (sold - first) * american
        self.elsewhere, self.unsold = sold - self.united_states, left - sold
        wished = assume["world.output_elasticity"] * np.log(self.price)
        self.expansion = adjusted(self.expansion, wished, assume["world.output_months"])
        return sold

    def pay_for_research(self, kept: PerDraw, usual: PerDraw) -> None:
        """Let progress follow what is kept of revenue, over what it usually is.

        Args:
            kept: revenue of the month less levies, USD million.
            usual: under the law of record, USD million.
        """
        if not self.is_pool:
            return
        assume = self.world.assume
        has_revenue = (kept > 0.0) & (usual > 0.0)
        gained = np.log(np.where(has_revenue, share(kept, usual), 1.0))
        self.progress = adjusted(
            self.progress,
            assume["nvidia.research_response"] * gained,
            assume["nvidia.research_months"],
        )
