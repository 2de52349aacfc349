"""Frontier laboratories of the United States and its allies (M11)."""

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.domain.ensemble import PerDraw, total
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.mechanisms.adjustment import adjusted
from sim.mechanisms.capability import constrained_growth, serving_share
from sim.world import World


class FrontierLab(Actor):
    """A laboratory at or near the frontier.

    Attributes:
        run_factor: its largest run over the world's largest.
        training_compute: of its largest run so far, FLOP.
        growth: growth of the largest run, log per month.
        concentration: log of its largest run over all that it develops with, less what
            that was while the record lasted.
        pace: growth of the two parts of its compute over about the last year, log per
            month, in which lags are measured.
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
        self.concentration = self._stock_over_usual = world.zeros()
        behind = np.exp(-self.growth * months_to_reference)
        self.training_compute: PerDraw = reference_run * behind * run_factor

    def train(self) -> None:
        """Grow the largest run: by the record, then as planned and as supply allows."""
        world = self.model
        outgrown: PerDraw | float = 0.0
        diverted = self._move_of_stock()
        if world.month - world.start >= self.recorded_months:
            outgrown, diverted = self._grow_as_supply_allows(), world.zeros()
        self.concentration = self.concentration + outgrown
        both = self.growth - world.assume["lab.research_weight"] * outgrown
        self.pace = adjusted(self.pace, both, MONTHS_A_YEAR)
        if world.month > world.start:
            grown = np.exp(self.growth + diverted)
            self.training_compute = self.training_compute * grown

    def _grow_as_supply_allows(self) -> PerDraw:
        """Set growth, and return by how much it exceeds that of its development."""
        assume = self.model.assume
        planned = np.log(assume["frontier.training_growth_after_record"])
        slack = np.log(assume["frontier.run_outgrows_fleet"])
        supply = self._supply_growth()
        before, now = (1.0 - serving(self.model, ahead=x) for x in (-1, 0))
        development = supply + np.log(now / before)
        wished = constrained_growth(
            planned / MONTHS_A_YEAR, supply, slack / MONTHS_A_YEAR
        )
        self.growth = np.minimum(wished, development + self._room())
        return self.growth - development

    def _room(self) -> PerDraw:
        """Return the log by which a run can still grow into its development fleet.

        At most it takes all of that for as long as a run lasts.
        """
        assume = self.model.assume
        most = assume["lab.run_months"] / MONTHS_A_YEAR
        usual = 1.0 / (1.0 + assume["frontier.research_per_run"])
        return np.maximum(np.log(most / usual) - self.concentration, 0.0)

    @property
    def research_compute(self) -> PerDraw:
        """A year's compute for experiments and reinforcement learning, FLOP."""
        ratio = self.model.assume["frontier.research_per_run"]
        return self.training_compute * ratio * np.exp(-self.concentration)

    def _move_of_stock(self) -> PerDraw:
        """Return how the stock of accelerators moved against the record's, in logs.

        Growth on record is that under the law of record; with chips kept from China, or
        sold there, runs grow by as much more or less as the stock (M22).
        """
        stock = total(supplier.cumulative_abroad for supplier in self.suppliers)
        usual = total(x.supply.cumulative_usual for x in self.suppliers)
        before, self._stock_over_usual = self._stock_over_usual, np.log(stock / usual)
        return self._stock_over_usual - before

    def _supply_growth(self) -> PerDraw:
        """Return growth of the world's stock of accelerators, log per month."""
        added = total(supplier.abroad for supplier in self.suppliers)
        stock = total(supplier.cumulative_abroad for supplier in self.suppliers)
        return np.log1p(added / stock)


def leader(world: World) -> FrontierLab:
    """Return the laboratory with the world's largest run: all grow at one rate."""
    return max(world.actors(FrontierLab), key=lambda lab: lab.run_factor)


def serving(world: World, ahead: int = 0) -> PerDraw:
    """Return the share of fleets that serves users, some months ahead."""
    assume = world.assume
    middle_of_year = Month(int(world.facts["serving_share_year"]), 7)
    months = world.month + ahead - middle_of_year
    return serving_share(
        assume["lab.serving_share"],
        growth=assume["lab.serving_growth_per_year"],
        years=months / MONTHS_A_YEAR,
    )


def frontier_growth(world: World) -> PerDraw:
    """Return the pace of the frontier's effective compute, log per month."""
    algorithms = np.log(world.assume["ai.algorithmic_efficiency_growth"])
    return leader(world).pace + algorithms / MONTHS_A_YEAR
