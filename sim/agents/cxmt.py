"""CXMT: a DRAM fab that learns to make high-bandwidth memory (M4)."""

import numpy as np

from sim.agents.actor import ship_rationed
from sim.agents.built_capacity import BuiltCapacity
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import WAFERS_PER_THOUSAND, Fab
from sim.agents.tool_buyer import CapacityPlan
from sim.domain.ensemble import PerDraw, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good
from sim.mechanisms.accelerators import ramp
from sim.mechanisms.construction import mean_worth, need_when_completed
from sim.world import World


class MemoryFab(Fab):
    """A DRAM fab that gives a share of its wafers to HBM, in a slow ramp.

    Attributes:
        stacks_made: stacks made this month.
        stacks_left: stacks made but not sold.
        hbm_lines: wafers a month that it can make into HBM, and is going to, once its
            process runs as planned.
        mean_orders: stacks ordered in a month, a moving mean.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        plan: CapacityPlan,
        *,
        advanced: bool,
    ) -> None:
        super().__init__(world, name, country, plan, advanced=advanced)
        self.stacks_made = self.stacks_left = self.stacks_sold = world.zeros()
        planned = world.assume["hbm.cxmt_wpm_planned_for_hbm3"]
        self.hbm_lines = BuiltCapacity(
            world,
            planned,
            growth=world.per_draw(1.0),
            months=world.assume["hbm.build_months"],
        )
        self.mean_orders = world.zeros()

    def make_memory(self) -> None:
        """Stack what its HBM wafers yield."""
        assume = self.model.assume
        started = assume["hbm.cxmt_start_year"]
        months = (self.model.month.year_fraction - started) * MONTHS_A_YEAR
        rate = ramp(months, assume["hbm.cxmt_ramp_half_way_months"])
        running = np.minimum(self.wafer_starts / self.plan, 1.0)
        wafers = self._hbm_wafers() * running * rate
        self.stacks_made = wafers * assume["hbm.stacks_per_dram_wafer"]
        self.stacks_left = self.stacks_left + self.stacks_made

    def _hbm_wafers(self) -> PerDraw:
        """Return wafers a month that it has lines for, once HBM runs as planned."""
        planned = self.model.assume["hbm.cxmt_wpm_planned_for_hbm3"]
        answers = self.model.draws_with("domestic_investment")
        return np.where(answers, self.hbm_lines.installed, planned)

    def invest(self) -> None:
        """Start to build the lines for HBM that orders call for (M18)."""
        world, assume = self.model, self.model.assume
        if not world.is_on("domestic_investment"):
            return
        orders = total(line.orders.permitted for line in self.sales_of(Good.HBM))
        memory = world.facts["plan_memory"]
        ordered = memory * self.mean_orders + (1.0 - memory) * orders
        self.mean_orders = world.draws_with("domestic_investment") * ordered
        months = assume["hbm.build_months"]
        need = need_when_completed(
            self.mean_orders / assume["hbm.stacks_per_dram_wafer"],
            expected_growth=assume["chain.expected_growth_per_year"],
            months=months + assume["fab.order_adjust_months"],
        )
        started = world.month.year_fraction >= assume["hbm.cxmt_start_year"]
        most = assume["hbm.most_share_of_dram_wafers"] * self.plan * WAFERS_PER_THOUSAND
        wanted = np.where(started, np.minimum(need, most), 0.0)
        self.hbm_lines.build(world, wanted, months, self._worth_over_cost())

    def _worth_over_cost(self) -> PerDraw:
        """Return what an accelerator with its memory is worth over its cost."""
        designers = self.model.actors(DomesticDesigner)
        orders = [designer.mean_orders for designer in designers]
        return mean_worth(orders, [x.worth_over_cost for x in designers])

    def ship_memory(self) -> None:
        """Sell stacks to Chinese designers, the same share of every order."""
        lines = self.sales_of(Good.HBM)
        for line in lines:
            line.clear()
        self.stacks_sold = ship_rationed(lines, self.stacks_left)
        self.stacks_left = np.maximum(self.stacks_left - self.stacks_sold, 0.0)
