"""CXMT: a DRAM fab that learns to make high-bandwidth memory (M4)."""

import numpy as np

from sim.agents.actor import ship_rationed
from sim.agents.fab import Fab
from sim.agents.tool_buyer import CapacityPlan
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good
from sim.mechanisms.accelerators import ramp
from sim.world import World


class MemoryFab(Fab):
    """A DRAM fab that gives a share of its wafers to HBM, in a slow ramp.

    Attributes:
        stacks_made: stacks made this month.
        stacks_left: stacks made but not sold.
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

    def make_memory(self) -> None:
        """Stack what its HBM wafers yield."""
        assume = self.model.assume
        started = assume["hbm.cxmt_start_year"]
        months = (self.model.month.year_fraction - started) * MONTHS_A_YEAR
        rate = ramp(months, assume["hbm.cxmt_ramp_half_way_months"])
        running = np.minimum(self.wafer_starts / self.plan, 1.0)
        wafers = assume["hbm.cxmt_wpm_planned_for_hbm3"] * running * rate
        self.stacks_made = wafers * assume["hbm.stacks_per_dram_wafer"]
        self.stacks_left = self.stacks_left + self.stacks_made

    def ship_memory(self) -> None:
        """Sell stacks to Chinese designers, the same share of every order."""
        lines = self.sales_of(Good.HBM)
        for line in lines:
            line.clear()
        self.stacks_sold = ship_rationed(lines, self.stacks_left)
        self.stacks_left = np.maximum(self.stacks_left - self.stacks_sold, 0.0)
