"""Capacity of the domestic chain that is built because it is scarce (M18)."""

import numpy as np

from sim.domain.ensemble import PerDraw, total
from sim.domain.months import MONTHS_A_YEAR
from sim.mechanisms.construction import construction_started, speed_of_investment
from sim.mechanisms.pipeline import (
    Stages,
    in_steady_state,
    leaving_rate,
    moved_on,
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
        count = int(world.facts["construction_stages"])
        completed = installed * np.log(growth) / MONTHS_A_YEAR
        rate = leaving_rate(months, count)
        self.stages: Stages = in_steady_state(completed, rate, count)
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
        rate = answers * leaving_rate(months, len(self.stages))
        completed = self.stages[-1] * rate
        self.stages = moved_on(
            self.stages, rate=rate, entering=started, released=completed
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
