"""Buyers of tools: what fabs order, from whom, and how they replace what is denied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.agents.actor import NOTABLE_CHANGE, Actor
from sim.agents.tool_base import ToolBase
from sim.agents.toolmaker import DomesticToolmaker
from sim.domain.ensemble import PerDraw, greatest, share, sum_in_order, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import TOOL_CLASSES, Good
from sim.mechanisms.tool_demand import orders, planned_capacity, stockpile
from sim.world import World

_LARGE_RISE = 0.25
"""A smaller rise of the denied share of a class of tools is not entered."""

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
        bases: tools installed, by class.
        passes_factor: immersion exposures of a wafer, over those of the plan.
        second_hand: tools bought second-hand since the start.
        installable: by vendor, share of its tools that could be installed and
            qualified with the engineers it may send, in [0, 1].
        limited_vendors: vendors of which some could not, in some draws.
        reported_denied_share: by class, the denied share that was last entered.
        warned: the draws in which announced law denies it tools.
    """

    def __init__(
        self, world: World, name: str, country: str, plan: CapacityPlan
    ) -> None:
        super().__init__(world, name, country)
        self.plan, self.ceiling = plan.start, plan.ceiling
        self.growth = plan.growth / MONTHS_A_YEAR
        self.tools_per_kwpm = dict(plan.tools_per_kwpm)
        self.bases: dict[Good, list[ToolBase]] = {good: [] for good in TOOL_CLASSES}
        self.passes_factor = world.per_draw(1.0)
        self.second_hand = world.zeros()
        self.installable: dict[str, PerDraw] = {}
        self.limited_vendors: set[str] = set()
        self.reported_denied_share = dict.fromkeys(TOOL_CLASSES, world.zeros())
        self.warned = world.zeros() > 0.0

    @property
    def tool_bases(self) -> list[ToolBase]:
        """The tools of all classes and makers."""
        return [base for bases in self.bases.values() for base in bases]

    def tools_of(self, vendor: str) -> list[ToolBase]:
        """Return the tools that one maker has installed."""
        return [base for base in self.tool_bases if base.vendor == vendor]

    def fill_order_books(self) -> None:
        """Begin with the tools on order and in transit that its growth needs."""
        monthly = self._equipped_monthly(self._pace())
        for good, bases in self.bases.items():
            flow = monthly * self.tools_per_kwpm[good]
            tools = total(base.tools for base in bases)
            for base in bases:
                base.line.fill(flow * share(base.tools, tools))

    # --- ordering (M5) --------------------------------------------------------------

    def revise_plan(self) -> None:
        """Let the plan grow towards its ceiling, faster under subsidies."""
        self.plan = planned_capacity(self.plan, self._growth_now(), self.ceiling)

    def order_tools(self) -> None:
        """Order what the plan needs, and what fear adds, from whoever may sell."""
        assume, world = self.model.assume, self.model
        horizon = assume["fab.planning_horizon_months"]
        pace = self._pace()
        ahead = self.plan * (1.0 + pace * horizon)
        scatter = world.chance.normal(f"tool orders of {self.name}", world.month)
        noise = np.exp(assume["noise.tool_orders"] * scatter)
        monthly = self._equipped_monthly(pace)
        if world.law_changed:
            self._tell_of_warning()
        usual_stock = self._stockpile((), monthly)
        for good, bases in self.bases.items():
            per_kwpm = self._needed_per_kwpm(good)
            warned = [b for b in bases if b.line.gates.more_pending and b.foreign]
            stock = self._stockpile(warned, monthly) if warned else usual_stock
            wanted = orders(
                usual=monthly * per_kwpm,
                need=ahead * per_kwpm,
                in_hand=self._in_hand(bases),
                wanted_stock=stock * per_kwpm,
                months_to_adjust=assume["fab.order_adjust_months"],
            )
            self._place_orders(good, bases, wanted * noise)

    def _needed_per_kwpm(self, good: Good) -> PerDraw:
        """Return tools of a class that a thousand wafers a month take now."""
        per_kwpm = self.tools_per_kwpm[good]
        scanners = good is Good.DUV_IMMERSION
        return per_kwpm * self.passes_factor if scanners else per_kwpm

    def _pace(self) -> PerDraw:
        """Return growth of the plan per month, slower the nearer its ceiling."""
        return self._growth_now() * (1.0 - self.plan / self.ceiling)

    def _equipped_monthly(self, pace: PerDraw) -> PerDraw:
        """Return capacity for which it buys tools in a month, new and replaced."""
        return self.plan * (pace + self.tool_retirement)

    @property
    def tool_retirement(self) -> PerDraw:
        """Share of tools that wear out in a month."""
        return self.model.assume["fab.tool_retirement_per_year"] / MONTHS_A_YEAR

    def _growth_now(self) -> PerDraw:
        """Return growth of the plan per month far below its ceiling, with subsidies."""
        subsidy = self.model.regime.subsidy(self.country, self.model.month)
        boost = self.model.assume["fab.growth_per_subsidy"] / MONTHS_A_YEAR
        return self.growth + boost * subsidy * MONTHS_A_YEAR / _MILLION_PER_BILLION

    def _stockpile(self, warned: Iterable[ToolBase], monthly: PerDraw) -> PerDraw:
        """Return capacity for which it stockpiles tools, thousand wafers a month.

        Args:
            warned: tools of a class that announced law would deny it.
            monthly: capacity for which it buys tools in a month.
        """
        fear = self.model.zeros()
        if self.model.is_on("stockpiling"):
            pending = [base.line.gates.pending for base in warned]
            fear = greatest([self.model.fear["tools"], *pending])
        return stockpile(
            fear, self.model.assume["fab.stockpile_horizon_months"], monthly
        )

    def _tell_of_warning(self) -> None:
        """Tell where it begins to stockpile tools because a ban is announced."""
        if not self.model.is_on("stockpiling"):
            return
        foreign = [base for base in self.tool_bases if base.foreign]
        pending = greatest(base.line.gates.pending for base in foreign)
        warned = pending > NOTABLE_CHANGE
        horizon = self.model.assume["fab.stockpile_horizon_months"]
        fear = np.maximum(self.model.fear["tools"], pending)
        self.tell(
            "tools ordered ahead",
            "tools",
            where=warned & ~self.warned,
            inputs={"share_to_be_denied": pending, "months_laid_in": fear * horizon},
            alternative="ordering for the plan alone",
        )
        self.warned = warned

    def _in_hand(self, bases: list[ToolBase]) -> PerDraw:
        """Return tools that it counts on; it does not replace all that wear takes."""
        replaced = self.model.assume["fab.wear_replacement"]
        in_hand = []
        for base in bases:
            line, tools = base.line, base.tools
            if not base.as_usual:
                tools = tools * (1.0 - replaced * (1.0 - base.availability))
            tools = total((tools, line.orders.backlog, *line.orders.in_transit))
            quality = base.maker.quality[line.good] if base.maker else 1.0
            in_hand.append(tools * quality)
        return total(in_hand)

    def _place_orders(self, good: Good, bases: list[ToolBase], wanted: PerDraw) -> None:
        """Split orders among makers; denied ones move to allies and the home maker.

        Backfill takes its share of what is denied, second-hand tools a little, and the
        home maker as much of the rest as its quality can replace.
        """
        home = self._home_maker(bases)
        home_share = home.home_share[good] if home else self.model.zeros()
        foreign = [base for base in bases if base.foreign]
        abroad, at_home = wanted * (1.0 - home_share), wanted * home_share
        preferences = sum_in_order(base.preference for base in foreign)
        orders_abroad = [abroad * (base.preference / preferences) for base in foreign]
        if all(self._is_unrestricted(base) for base in foreign):
            for base, order in zip(foreign, orders_abroad, strict=True):
                base.line.order(order)
            if self.reported_denied_share[good].any():
                self.reported_denied_share[good] = self.model.zeros()
        else:
            unreplaced = self._replace_denied(good, foreign, orders_abroad, abroad)
            if home is not None and self.model.is_on("domestic_substitution"):
                unreplaced = unreplaced * self.model.draws_with("domestic_substitution")
                at_home = at_home + unreplaced * home.quality[good]
        line = next((base.line for base in bases if not base.foreign), None)
        if line is not None:
            line.order(at_home)

    def _is_unrestricted(self, base: ToolBase) -> bool:
        """Return whether all tools of a maker can be shipped and installed."""
        return base.line.gates.all_pass and base.vendor not in self.limited_vendors

    def _obtainable_share(self, base: ToolBase) -> PerDraw:
        """Return the share of orders from a maker that can be shipped and installed."""
        limited = base.vendor in self.limited_vendors
        installable = self.installable[base.vendor] if limited else 1.0
        return base.line.gates.open_share * installable

    def _replace_denied(
        self,
        good: Good,
        foreign: list[ToolBase],
        orders_abroad: list[PerDraw],
        abroad: PerDraw,
    ) -> PerDraw:
        """Order abroad what may come, replace the rest; return what is missing."""
        gates = [self._obtainable_share(base) for base in foreign]
        denied = [
            (base, order * (1.0 - gate))
            for base, order, gate in zip(foreign, orders_abroad, gates, strict=True)
            if not self._is_unrestricted(base)
        ]
        unmet = total(missing for _, missing in denied)
        extra, backfilled = self._backfill(foreign, gates, unmet)
        second_hand = self._buy_second_hand(denied, unmet)
        for base, order, backfill in zip(foreign, orders_abroad, extra, strict=True):
            if base.vendor in self.limited_vendors:
                base.line.order(order * self.installable[base.vendor] + backfill)
            else:
                base.line.order(order + backfill)
        self._tell_of_denial(good, unmet, abroad, backfilled=backfilled)
        return np.maximum(unmet - backfilled - second_hand, 0.0)

    def _tell_of_denial(
        self, good: Good, unmet: PerDraw, abroad: PerDraw, *, backfilled: PerDraw
    ) -> None:
        """Tell where much more of what it asks for abroad is denied than before."""
        denied = share(unmet, abroad)
        reported = self.reported_denied_share[good]
        much_more = denied > reported + _LARGE_RISE
        self.reported_denied_share[good] = np.minimum(reported, denied)
        if not much_more.any():
            return
        self.reported_denied_share[good] = np.where(
            much_more, denied, self.reported_denied_share[good]
        )
        home = self._home_maker(self.bases[good])
        substitutes = home is not None and self.model.is_on("domestic_substitution")
        works = home.quality[good] if home and substitutes else self.model.zeros()
        grey = self.model.assume["tools.grey_share_of_denied"]
        to_allies = share(backfilled, unmet)
        self.tell(
            "tools denied",
            good,
            where=much_more,
            inputs={
                "denied_share": denied,
                "found_at_allies": to_allies,
                "found_second_hand": grey,
                "found_at_home": np.maximum(1.0 - to_allies - grey, 0.0) * works,
            },
        )

    def _backfill(
        self, foreign: list[ToolBase], gates: list[PerDraw], unmet: PerDraw
    ) -> tuple[list[PerDraw], PerDraw]:
        """Return what each foreign maker is asked on top, and how much that finds."""
        weights = [
            base.preference * gate for base, gate in zip(foreign, gates, strict=True)
        ]
        weight_in_total = total([self.model.zeros(), *weights])
        backfill_share = self.model.assume["ally.backfill_share_if_unilateral"]
        backfill_share = backfill_share * self.model.draws_with("ally_backfill")
        someone = weight_in_total > 0.0
        moved = np.where(someone, unmet * backfill_share, 0.0)
        weight_in_total = np.where(someone, weight_in_total, 1.0)
        extra = [moved * (weight / weight_in_total) for weight in weights]
        return extra, moved

    def _buy_second_hand(
        self, denied: list[tuple[ToolBase, PerDraw]], unmet: PerDraw
    ) -> PerDraw:
        second_hand_share = self.model.assume["tools.grey_share_of_denied"]
        for base, missing in denied:
            base.add(missing * second_hand_share)
        bought = unmet * second_hand_share
        self.second_hand = self.second_hand + bought
        return bought

    def _home_maker(self, bases: list[ToolBase]) -> DomesticToolmaker | None:
        return next((base.maker for base in bases if base.maker), None)
