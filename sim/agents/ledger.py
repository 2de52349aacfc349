"""Businesses of listed firms: sales that the same law can take, read from books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.suppliers import MemoryMaker
from sim.agents.tool_base import SeveralToolOrders
from sim.agents.toolmaker import Toolmaker
from sim.domain.array_types import Float64
from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw, Table, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import CHINA, Good, LineKey, SupplyLine
from sim.mechanisms.growth import value_in_month
from sim.mechanisms.returns import expected_loss
from sim.policy.beliefs import Prospect
from sim.policy.instruments import Instrument

if TYPE_CHECKING:
    from sim.agents.ledgers import Ledgers

Shares = dict[str, PerDraw | float]
"""Share of some business that each prospect would take, by prospect."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class StockProfile:
    """What is known of a listed firm's share.

    Attributes:
        multiple: price to sales.
        margin_ratio: margin of its sales at risk over that of all its sales.
        ai_share: share of its revenue that AI compute brings; of a chip designer, of
            its data-centre revenue.
        daily_volatility: standard deviation of its daily log returns.
        yearly: revenue by year where the model has no books of it, USD million.
        other_china: of that, sold in China besides the goods of the model.
        growth: growth of revenue after the last year on the record, a year.
        first_growth: ratio of the year after that one to it, for both; None if it is
            like later ones.
    """

    multiple: float
    margin_ratio: float
    ai_share: float
    daily_volatility: float
    yearly: Mapping[int, float]
    other_china: Mapping[int, float]
    growth: float
    first_growth: PerDraw | None = None


@dataclass(eq=False)
class Business:
    """Sales of a firm that the same law can take.

    Attributes:
        lines: the lines on which it sells; none if they are not lines of the model.
        denied_shares: share of the business that each prospect would take.
        revenue: moving average of a month's revenue, USD million, as `Ledgers` has it.
        announced_loss: of that, what announced law takes.
        shipped: what each line carried last month, in a row for each.
        chips: the chip that each line carried last month.
    """

    firm: Actor
    lines: list[SupplyLine]
    denied_shares: Shares
    shipped: Table = field(init=False)
    chips: list[Chip | None] = field(init=False)
    _foreseen: dict[LineKey, tuple[date, PerDraw | float]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self.note_shipments()

    def show(self, ledgers: Ledgers, row: int) -> None:
        """Show the numbers of one row of the ledgers from now on."""
        self._ledgers, self._row = ledgers, row

    @property
    def revenue(self) -> PerDraw:
        """Moving average of a month's revenue, USD million."""
        return self._ledgers.revenue[self._row]

    @revenue.setter
    def revenue(self, amount: PerDraw) -> None:
        self._ledgers.put("revenue", self._row, amount)

    @property
    def announced_loss(self) -> PerDraw:
        """Of the revenue, what announced law takes, USD million."""
        return self._ledgers.announced_loss[self._row]

    @announced_loss.setter
    def announced_loss(self, amount: PerDraw) -> None:
        self._ledgers.put("announced_loss", self._row, amount)

    def monthly_revenue(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        return total(line.orders.shipped * line.price for line in self.lines)

    def note_shipments(self) -> None:
        """Note what each line carried this month."""
        self.shipped = self._shipped_now()
        self.chips = [line.chip for line in self.lines]

    def _shipped_now(self) -> Table:
        if not self.lines:
            return np.zeros((0, self.firm.model.chance.draws.count))
        return np.array([line.orders.shipped for line in self.lines])

    def count_announced_loss(
        self, act: Instrument, prospects: Mapping[str, Prospect]
    ) -> None:
        """Count as lost what an instrument takes of it, from its announcement on."""
        taken_share = self._taken_share(act, prospects)
        if taken_share is not None:
            remaining = self.revenue - self.announced_loss
            self.announced_loss = self.announced_loss + remaining * taken_share

    def _taken_share(
        self, act: Instrument, prospects: Mapping[str, Prospect]
    ) -> PerDraw | float | None:
        if not self.lines:
            keys = [key for key in self.denied_shares if prospects[key].includes(act)]
            return max((prospects[key].denied_share for key in keys), default=None)
        denied = [self._denied(index, act) for index in range(len(self.lines))]
        if all(part is None for part in denied):
            return None
        nothing = self.firm.model.zeros()
        lost = [nothing if part is None else nothing + part for part in denied]
        shipped = total(self.shipped)
        weighted = total(x * w for x, w in zip(lost, self.shipped, strict=True))
        unweighted = total(lost) / len(lost)
        return np.where(shipped > 0.0, share(weighted, shipped), unweighted)

    def _denied(self, index: int, act: Instrument) -> PerDraw | float | None:
        """Return the share of a line's business that was thought safe until the act."""
        return self._newly_denied(self.lines[index], act, self.chips[index])

    def _newly_denied(
        self, line: SupplyLine, act: Instrument, chip: Chip | None = None
    ) -> PerDraw | float | None:
        world = self.firm.model
        law = world.regime.book.applicable_law(line)
        if act.id not in law.ids_at_gates:
            return None
        line = line.carrying(chip)
        leakage = world.leakage_on(line)
        day, known = act.announced, self._foreseen.get(line.key)
        if known is not None and known[0] == day:
            before = known[1]
        else:
            before = world.regime.foreseen_access(line, day - _DAY, leakage)
        after = world.regime.foreseen_access(line, day, leakage)
        self._foreseen[line.key] = (day, after)
        nothing = world.zeros()
        return share(np.maximum(nothing + before - after, 0.0), nothing + before)


class ToolSales(Business):
    """Tools sold to fabs of one sort; some cannot be installed without service."""

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

    def _denied(self, index: int, act: Instrument) -> PerDraw | float | None:
        tools = self._newly_denied(self.lines[index], act)
        service = self._engineers_lines[index]
        engineers = None if service is None else self._newly_denied(service, act)
        if engineers is None:
            return tools
        dependence = self.firm.model.assume["service.install_dependence"]
        return expected_loss(0.0 if tools is None else tools, [dependence * engineers])

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
    """Accelerators sold in China."""

    firm: Designer

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


def businesses_of(firm: Actor, profile: StockProfile) -> list[Business]:
    """Return the businesses of a listed firm that law can take; none of a foundry."""
    match firm:
        case Toolmaker():
            return _businesses_of_toolmaker(firm)
        case Designer():
            return _businesses_of_designer(firm, profile.ai_share)
        case MemoryMaker():
            lines = firm.sales_of(Good.HBM)
            memory = MemorySales(firm, lines, _denied_shares(firm, lines[0]))
            other = OtherSales(firm, [], _denied_by_name(firm), profile)
            return [memory, other]
    return []


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
    """Return what import measures that name the firm would take."""
    prospects = firm.model.beliefs.prospects.items()
    return {
        key: prospect.denied_share
        for key, prospect in prospects
        if prospect.at_import and firm.name in prospect.scope.sellers
    }


def _engineers_line(firm: Actor, buyer: str) -> SupplyLine | None:
    """Return the line on which a firm sends engineers to a buyer, if it has one."""
    lines = firm.sales_of(Good.ENGINEERS)
    return next((line for line in lines if line.buyer == buyer), None)
