"""Businesses of listed firms by kind of firm: what each sells that law can take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.ledger import (
    Business,
    Change,
    Shares,
    StockProfile,
    TakenAndGivenBack,
)
from sim.agents.sales_abroad import sales_abroad_of
from sim.agents.suppliers import MemoryMaker
from sim.agents.tool_base import SeveralToolOrders
from sim.agents.toolmaker import DomesticToolmaker, Toolmaker
from sim.domain.array_types import Float64
from sim.domain.chips import Chip, chip_by_draw
from sim.domain.ensemble import PerDraw, Table, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import CHINA, Good, SupplyLine
from sim.mechanisms.growth import value_in_month
from sim.mechanisms.returns import expected_loss
from sim.policy.beliefs import BeliefChange
from sim.policy.prospects import Prospect

_OF_FABS = ("tools", "service")
"""Groups of prospects that take what fabs buy."""


class ToolSales(Business):
    """Tools sold to fabs of one sort; some cannot be installed without service."""

    @cached_property
    def goods(self) -> frozenset[Good]:
        """Goods on which law bears that takes any of the business."""
        engineers = {line.good for line in self._engineers_lines if line is not None}
        return frozenset(line.good for line in self.lines) | engineers

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        return total(self._shipped_now() * self._prices)

    @cached_property
    def _prices(self) -> Float64[np.ndarray, "lines 1"]:
        return np.array([[float(line.price)] for line in self.lines])

    def _shipped_now(self) -> Table:
        return self._orders.shipped

    @cached_property
    def _orders(self) -> SeveralToolOrders:
        return SeveralToolOrders([line.orders for line in self.lines])

    def _change(self, index: int, move: BeliefChange) -> TakenAndGivenBack | None:
        tools = self._change_of_line(self.lines[index], move)
        service = self._engineers_lines[index]
        engineers = None if service is None else self._change_of_line(service, move)
        if engineers is None:
            return tools
        dependence = self.firm.model.assume["service.install_dependence"]
        nothing = self.firm.model.zeros()
        taken, given_back = (
            expected_loss(of_tools, [dependence * of_service])
            for of_tools, of_service in zip(
                tools or (nothing, nothing), engineers, strict=True
            )
        )
        return nothing + taken, nothing + given_back

    @cached_property
    def _engineers_lines(self) -> list[SupplyLine | None]:
        """The line of its engineers to each buyer, if any, once all are open."""
        return [_engineers_line(self.firm, line.buyer) for line in self.lines]


@dataclass(eq=False)
class ServiceSales(Business):
    """Upkeep of tools at fabs of one sort, in proportion to the tools sold to them.

    Attributes:
        tools: tools sold to these fabs.
        all_tools: the same for fabs of every sort.
    """

    firm: Toolmaker
    tools: ToolSales
    all_tools: list[ToolSales]

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        revenue = total(tools.revenue for tools in self.all_tools)
        return self.firm.china_service * share(self.tools.revenue, revenue)


@dataclass(eq=False)
class ChipSales(Business):
    """Accelerators sold in China; chips made for a rule replace those barred."""

    firm: Designer
    _barred: Chip | None = field(init=False, default=None)

    def _changes(
        self, move: BeliefChange, prospects: Mapping[str, Prospect]
    ) -> list[Change]:
        """Return what law changes of each line; note the chip that it has barred."""
        changes = super()._changes(move, prospects)
        chip = self.chips[0]
        if changes and chip is not None:
            taken = total(change.taken for change in changes)
            known = chip if self._barred is None else self._barred
            self._barred = chip_by_draw(taken > 0.0, chip, known)
        return changes

    def _change(self, index: int, move: BeliefChange) -> TakenAndGivenBack | None:
        """Return what law takes of the chip sold, and gives back of the one barred."""
        line = self.lines[index]
        change = self._change_of_line(line, move, self.chips[index])
        if change is None or self._barred is None:
            return change
        of_barred = self._change_of_line(line, move, self._barred, is_sold=False)
        return change[0], (of_barred or change)[1]

    def forget_closed(self, kept: PerDraw) -> None:
        """Let sales that law has taken fade, and where another chip is sold instead."""
        super().forget_closed(kept)
        closed = dict(self._closed_by)
        for line in self.lines:
            if line.key in closed:
                replaced = line.gates.open_share / MONTHS_A_YEAR
                closed[line.key] = closed[line.key] * (1.0 - replaced)
        if closed:
            self._set_closed(closed)

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        return self.firm.china_chip_revenue


@dataclass(eq=False)
class ChipSalesAbroad(Business):
    """Accelerators sold neither in China nor in the United States.

    Attributes:
        ai_share: share of data-centre sales that is AI compute.
    """

    firm: Designer
    ai_share: float

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        elsewhere = 1.0 - self.firm.model.facts["us_share_of_sales"]
        return self.firm.data_centre_abroad * self.ai_share * elsewhere


@dataclass(eq=False)
class MemorySales(Business):
    """High-bandwidth memory sold in China."""

    firm: MemoryMaker

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        return self.firm.china_revenue


@dataclass(eq=False)
class OtherSales(Business):
    """What a firm sells in China besides the goods of the model."""

    profile: StockProfile

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        world = self.firm.model
        if not self.profile.other_china:
            return world.zeros()
        yearly = value_in_month(
            self.profile.other_china, world.month, 0.0, self.profile.first_growth
        )
        return world.per_draw(yearly / MONTHS_A_YEAR)


@dataclass(eq=False)
class FabOutput(Business):
    """All that a Chinese foundry makes; some of it depends on the tools that it buys.

    Its lines are those on which foreign makers send it tools.
    """

    profile: StockProfile

    def _shipped_now(self) -> Table:
        return SeveralToolOrders([line.orders for line in self.lines]).shipped

    def _change(self, index: int, move: BeliefChange) -> TakenAndGivenBack | None:
        change = super()._change(index, move)
        if change is None:
            return None
        taken, given_back = change
        return self.profile.tool_dependence * taken, given_back

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        return recorded_revenue(self.firm, self.profile)


def recorded_revenue(firm: Actor, profile: StockProfile) -> PerDraw:
    """Return a month's revenue of a firm of which it is on record, USD million."""
    yearly = value_in_month(
        profile.yearly, firm.model.month, profile.growth, profile.first_growth
    )
    market = sales_abroad_of(firm.model)
    ratio = 1.0 if market is None else market.ratio_of(firm.name)
    return firm.model.per_draw(yearly * ratio / MONTHS_A_YEAR)


def businesses_of(firm: Actor, profile: StockProfile) -> list[Business]:
    """Return the businesses of a listed firm that law can take."""
    match firm:
        case Toolmaker():
            return _businesses_of_toolmaker(firm)
        case Designer():
            return _businesses_of_designer(firm, profile.ai_share)
        case MemoryMaker():
            lines = firm.sales_of(Good.HBM)
            memory = MemorySales(firm, lines, _denied_shares(firm, lines[0]))
            return [memory, OtherSales(firm, [], _denied_by_name(firm), profile)]
        case DomesticDesigner() | DomesticToolmaker():
            return []
    if profile.tool_dependence > 0.0:
        return [_output_of_fabs(firm, profile)]
    denied = _denied_by_name(firm)
    return [OtherSales(firm, [], denied, profile)] if denied else []


def _businesses_of_toolmaker(firm: Toolmaker) -> list[Business]:
    """Return a maker's tools and its service, grouped by what may take them."""
    dependence = firm.model.assume["service.install_dependence"]
    lines: dict[tuple[str, ...], list[SupplyLine]] = {}
    denied: dict[tuple[str, ...], Shares] = {}
    engineers: dict[tuple[str, ...], SupplyLine] = {}
    for line in firm.tool_lines:
        service = _engineers_line(firm, line.buyer)
        direct = _denied_shares(firm, line)
        through = {} if service is None else _denied_shares(firm, service)
        key = (*direct, "through", *through)
        lines.setdefault(key, []).append(line)
        denied[key] = direct | {name: dependence * x for name, x in through.items()}
        if service is not None:
            engineers[key] = service
    tools = {key: ToolSales(firm, group, denied[key]) for key, group in lines.items()}
    all_tools = list(tools.values())
    services = [
        ServiceSales(firm, [line], _denied_shares(firm, line), tools[key], all_tools)
        for key, line in engineers.items()
    ]
    return [*all_tools, *services]


def _businesses_of_designer(firm: Designer, ai_share: float) -> list[Business]:
    lines = firm.china_lines
    denied_abroad: Shares = {
        prospect.id: prospect.denied_share
        for prospect in firm.model.beliefs.prospects.values()
        if Good.AI_CHIP in prospect.scope.goods
        and CHINA not in prospect.scope.destinations
    }
    return [
        ChipSales(firm, lines, _denied_shares(firm, lines[0])),
        ChipSalesAbroad(firm, [], denied_abroad, ai_share),
    ]


def _denied_shares(firm: Actor, line: SupplyLine) -> Shares:
    prospects = firm.model.beliefs.prospects.items()
    return {key: x.denied_share for key, x in prospects if x.may_apply_to(line)}


def _denied_by_name(firm: Actor) -> Shares:
    """Return what would take sales that are no lines, by name or from all."""
    prospects = firm.model.beliefs.prospects.items()
    return {
        key: prospect.denied_share
        for key, prospect in prospects
        if prospect.is_wider or firm.name in prospect.scope.sellers
    }


def _output_of_fabs(firm: Actor, profile: StockProfile) -> FabOutput:
    """Return a foundry's output, by the tools sent to the fabs behind which it is."""
    lines = [
        line
        for maker in firm.model.actors(Toolmaker)
        for line in maker.tool_lines
        if line.party == firm.name
    ]
    return FabOutput(firm, lines, _denied_tools(firm, profile), profile)


def _denied_tools(firm: Actor, profile: StockProfile) -> Shares:
    """Return what goes of a foundry's output with tools and service that law takes."""
    prospects = firm.model.beliefs.prospects.items()
    groups = {key: x for key, x in prospects if x.group in _OF_FABS or x.is_wider}
    return {key: profile.tool_dependence * x.denied_share for key, x in groups.items()}


def _engineers_line(firm: Actor, buyer: str) -> SupplyLine | None:
    """Return the line on which a firm sends engineers to a buyer, if it has one."""
    lines = firm.sales_of(Good.ENGINEERS)
    return next((line for line in lines if line.buyer == buyer), None)
