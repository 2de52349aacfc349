"""Capacity of the domestic chain that is built because it is scarce (M18)."""

import numpy as np

from sim.domain.ensemble import NEVER, PerDraw, Table, total
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.construction import (
    after_a_month,
    construction_started,
    speed_of_investment,
    stages_of_growth,
)
from sim.world import World


class BuiltCapacity:
    """What is installed of one kind of capacity, and what is under construction.

    Attributes:
        installed: units a month that can be made.
        stages: units a month under construction, by stage.
        started: units a month on which construction has started since the beginning.
        retired: units a month worn out since the beginning.

    Args:
        growth: in a year, as a ratio, at which it has been growing.
        months: mean time from start to completion.
    """

    def __init__(
        self, world: World, installed: PerDraw, *, growth: PerDraw, months: PerDraw
    ) -> None:
        self.installed = installed
        self.stages: Table = stages_of_growth(
            installed,
            growth=growth,
            months=months,
            count=int(world.facts["construction_stages"]),
        )
        nothing = world.zeros()
        self.started = self.retired = nothing

    @property
    def under_construction(self) -> PerDraw:
        """Units a month started and not yet completed."""
        return total(self.stages)

    @property
    def ahead(self) -> PerDraw:
        """Units a month once all that is under construction is completed."""
        return self.installed + self.under_construction

    def build(
        self, world: World, wanted: PerDraw, months: PerDraw, worth_over_cost: PerDraw
    ) -> None:
        """Start what is wanted beyond what is there, complete what is due, wear.

        Nothing is built or worn in draws in which capacity does not answer scarcity.

        Args:
            world: which says how fast makers close a gap, and how fast they can.
            wanted: units a month.
            months: mean time from start to completion.
            worth_over_cost: what one more accelerator is worth over its cost.
        """
        assume = world.assume
        answers = world.draws_with("domestic_investment")
        started = answers * construction_started(
            wanted=wanted,
            capacity=self.installed,
            under_construction=self.under_construction,
            months_to_adjust=assume["fab.order_adjust_months"],
            fastest=speed_of_investment(
                worth_over_cost,
                growth_at_cost=assume["chain.growth_at_cost"],
                most=world.facts["most_worth_over_cost"],
                eta=assume["chain.investment_response"],
            ),
        )
        self.stages, completed = after_a_month(
            self.stages, started, np.where(answers, months, NEVER)
        )
        worn = (
            answers
            * self.installed
            * assume["fab.tool_retirement_per_year"]
            / MONTHS_A_YEAR
        )
        self.installed = self.installed - worn + completed
        self.started = self.started + started
        self.retired = self.retired + worn
