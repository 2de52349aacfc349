"""Buyers of tools: what a fab plans, and for which of its plans it buys tools."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.agents.actor import NOTABLE_CHANGE, Actor
from sim.agents.tool_base import ToolBase
from sim.domain.ensemble import PerDraw, greatest
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import TOOL_CLASSES, Good
from sim.mechanisms.tool_demand import planned_capacity, room_to_grow
from sim.world import World

_MILLION_PER_BILLION = 1000.0


@dataclass(frozen=True, eq=False)
class CapacityPlan:
    """What a fab sets out to build; each number one per draw.

    Attributes:
        start: capacity at the start, thousand wafers a month.
        growth: planned growth per year, far below the ceiling.
        ceiling: capacity that demand and money support, thousand wafers a month.
        tools_per_kwpm: tools of each class per thousand wafers a month.
    """

    start: PerDraw
    growth: PerDraw
    ceiling: PerDraw
    tools_per_kwpm: Mapping[Good, PerDraw]


class ToolBuyer(Actor):
    """A fab as tool makers see it: its plan, its tools and its orders.

    Attributes:
        plan: planned capacity, thousand wafers a month.
        growth: planned growth per month, far below the ceiling.
        cycle: what all fabs feel together, in standard deviations.
        bases: tools installed, by class.
        passes_factor: immersion exposures of a wafer, over those of the plan.
        second_hand: tools bought second-hand since the start.
        installable: by vendor, share of its tools that could be installed and
            qualified with the engineers it may send, in [0, 1].
        limited_vendors: vendors of which some could not, in some draws.
        warned: the draws in which announced law denies it tools.
    """

    def __init__(
        self, world: World, name: str, country: str, plan: CapacityPlan
    ) -> None:
        super().__init__(world, name, country)
        self.plan, self.ceiling = plan.start, plan.ceiling
        self.growth = plan.growth / MONTHS_A_YEAR
        self.cycle = world.zeros()
        self.tools_per_kwpm = dict(plan.tools_per_kwpm)
        self.bases: dict[Good, list[ToolBase]] = {good: [] for good in TOOL_CLASSES}
        self.passes_factor = world.per_draw(1.0)
        self.second_hand = world.zeros()
        self.installable: dict[str, PerDraw] = {}
        self.limited_vendors: set[str] = set()
        self.warned = world.zeros() > 0.0

    def count_second_hand(self, tools: PerDraw) -> None:
        """Count tools bought second-hand."""
        self.second_hand = self.second_hand + tools

    @property
    def tool_bases(self) -> list[ToolBase]:
        """The tools of all classes and makers."""
        return [base for bases in self.bases.values() for base in bases]

    def base(self, good: Good, vendor: str) -> ToolBase:
        """Return the tools of a class that one maker has installed."""
        return next(base for base in self.bases[good] if base.vendor == vendor)

    def tools_of(self, vendor: str) -> list[ToolBase]:
        """Return the tools that one maker has installed."""
        return [base for base in self.tool_bases if base.vendor == vendor]

    def usual_flow(self) -> PerDraw:
        """Return capacity for which it buys tools in a month."""
        return self._equipped_monthly(self._pace())

    # --- ordering (M5) --------------------------------------------------------------

    def set_cycle(self, cycle: PerDraw) -> None:
        """Plan in a boom or a slump of the sector, in standard deviations."""
        self.cycle = cycle

    def revise_plan(self) -> None:
        """Let the plan grow towards its ceiling, faster under subsidies."""
        self.plan = planned_capacity(self.plan, self._growth_now(), self._room())

    def month_of_plan(self) -> tuple[PerDraw, PerDraw, PerDraw]:
        """Return what it plans ahead, what it equips this month, and chance.

        The first two are capacity, thousand wafers a month; the last is a factor of
        what it orders.
        """
        assume, world = self.model.assume, self.model
        pace = self._pace()
        ahead = self.plan * (1.0 + pace * assume["fab.planning_horizon_months"])
        scatter = world.chance.normal(f"tool orders of {self.name}", world.month)
        noise = np.exp(assume["noise.tool_orders"] * scatter)
        return ahead, self._equipped_monthly(pace), noise

    def _pace(self) -> PerDraw:
        """Return growth of the plan per month, slower near its ceiling."""
        return self._growth_now() * self._room()

    def _room(self) -> PerDraw:
        sharpness = self.model.assume["fab.bound_sharpness"]
        return room_to_grow(self.plan, self.ceiling, sharpness)

    def _equipped_monthly(self, pace: PerDraw) -> PerDraw:
        """Return capacity for which it buys tools in a month, new and replaced."""
        return self.plan * (pace + self.tool_retirement)

    @property
    def tool_retirement(self) -> PerDraw:
        """Share of tools that wear out in a month."""
        return self.model.assume["fab.tool_retirement_per_year"] / MONTHS_A_YEAR

    def _growth_now(self) -> PerDraw:
        """Return growth of the plan per month far below its ceiling.

        It rises with subsidies, with what it is short of, and in a boom of the sector.
        """
        assume = self.model.assume
        subsidy = self.model.regime.subsidy(self.country, self.model.month)
        boost = assume["fab.growth_per_subsidy"] / MONTHS_A_YEAR
        growth = self.growth + boost * subsidy * MONTHS_A_YEAR / _MILLION_PER_BILLION
        growth = growth + self._growth_by_scarcity() / MONTHS_A_YEAR
        return growth * np.exp(assume["fab.cycle_spread"] * self.cycle)

    def _growth_by_scarcity(self) -> PerDraw | float:
        """Return growth per year that scarcity of what it makes adds to its plan."""
        return 0.0

    def tell_of_warning(self, new_fear: PerDraw) -> None:
        """Tell where it begins to stockpile tools because a ban is announced.

        Args:
            new_fear: its fear beyond what it is used to, in [0, 1].
        """
        if not self.model.is_on("stockpiling"):
            return
        foreign = [base for base in self.tool_bases if base.foreign]
        pending = greatest(base.line.gates.pending for base in foreign)
        warned = pending > NOTABLE_CHANGE
        horizon = self.model.assume["fab.stockpile_horizon_months"]
        fear = np.maximum(new_fear, pending)
        self.tell(
            "tools ordered ahead",
            "tools",
            where=warned & ~self.warned,
            inputs={"share_to_be_denied": pending, "months_laid_in": fear * horizon},
            alternative="ordering for the plan alone",
        )
        self.warned = warned

    def installable_of(self, vendor: str) -> PerDraw:
        """Return the share of a vendor's tools that it could install and qualify."""
        if vendor in self.limited_vendors:
            return self.installable[vendor]
        return self.model.per_draw(1.0)
