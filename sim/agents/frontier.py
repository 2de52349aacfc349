"""Frontier laboratories of the United States and its allies (M11)."""

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.domain.ensemble import PerDraw, greatest, total
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.capability import constrained_growth
from sim.world import World


class FrontierLab(Actor):
    """A laboratory at or near the frontier.

    Attributes:
        run_factor: its largest run over the world's largest.
        training_compute: of its largest run so far, FLOP.
        growth: growth of the largest run, log per month.
        pace: the same over about the last year, in which lags are measured.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        run_factor: float,
        reference_run: float,
        months_to_reference: int,
        recorded_months: int,
        suppliers: list[Designer],
    ) -> None:
        super().__init__(world, name, country)
        self.run_factor, self.recorded_months = run_factor, recorded_months
        self.suppliers = suppliers
        growth = world.assume["ai.training_compute_growth_us_records"]
        self.growth = np.log(growth) / MONTHS_A_YEAR
        self.pace = self.growth
        behind = np.exp(-self.growth * months_to_reference)
        self.training_compute: PerDraw = reference_run * behind * run_factor

    def train(self) -> None:
        """Grow the largest run: by the record, then as planned and as supply allows."""
        world, assume = self.model, self.model.assume
        if world.month - world.start >= self.recorded_months:
            planned = np.log(assume["frontier.training_growth_after_record"])
            slack = np.log(assume["frontier.run_outgrows_fleet"])
            self.growth = constrained_growth(
                planned / MONTHS_A_YEAR, self._supply_growth(), slack / MONTHS_A_YEAR
            )
        self.pace = self.pace + (self.growth - self.pace) / MONTHS_A_YEAR
        if world.month > world.start:
            self.training_compute = self.training_compute * np.exp(self.growth)

    def _supply_growth(self) -> PerDraw:
        """Return growth of the world's stock of accelerators, log per month."""
        added = total(supplier.abroad for supplier in self.suppliers)
        stock = total(supplier.cumulative_abroad for supplier in self.suppliers)
        return np.log1p(added / stock)


def greatest_run(world: World) -> PerDraw:
    """Return the training compute of the world's largest run, FLOP."""
    return greatest(lab.training_compute for lab in world.actors(FrontierLab))


def frontier_growth(world: World) -> PerDraw:
    """Return the pace of the frontier's effective compute, log per month."""
    algorithms = np.log(world.assume["ai.algorithmic_efficiency_growth"])
    return world.actors(FrontierLab)[0].pace + algorithms / MONTHS_A_YEAR
