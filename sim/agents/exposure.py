"""What of a listed firm's revenue hangs on law that may come: its books, read so."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from sim.agents.actor import CHINA, Actor
from sim.agents.designer import Designer
from sim.agents.suppliers import MemoryMaker
from sim.agents.toolmaker import Toolmaker, value_in_month
from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import Good, LineKey, SupplyLine
from sim.mechanisms.returns import expected_loss, moving_average
from sim.policy.beliefs import BeliefChange, Prospect
from sim.policy.instruments import Instrument
from sim.world import World

_DAY = timedelta(days=1)


@dataclass(eq=False)
class Business:
    """Sales of a firm that the same law can take.

    Attributes:
        firm: who sells.
        lines: the lines on which it sells; none if they are not lines of the model.
        bites: share of the business that each prospect would take, by prospect.
        revenue: moving average of a month's revenue, USD million.
        gone: of that, what announced law takes; the average forgets it as it comes.
    """

    firm: Actor
    lines: list[SupplyLine]
    denied_shares: dict[str, PerDraw | float]
    revenue: PerDraw = field(init=False)
    announced_loss: PerDraw = field(init=False)
    shipped: list[PerDraw] = field(init=False, default_factory=list)
    chips: list[Chip | None] = field(init=False, default_factory=list)
    _foreseen: dict[LineKey, tuple[date, PerDraw | float]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self.revenue = self.announced_loss = self.firm.model.zeros()
        self.note_shipments()

    def flow(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        return total(line.shipped * line.price for line in self.lines)

    def note_shipments(self) -> None:
        """Note what each line carried, and which chip, before the next news."""
        self.shipped = [line.shipped for line in self.lines]
        self.chips = [line.chip for line in self.lines]

    def count_announced_loss(
        self, act: Instrument, prospects: Mapping[str, Prospect]
    ) -> None:
        """Count as gone what an instrument takes of it, from its announcement on."""
        taken = self._taken_share(act, prospects)
        if taken is not None:
            self.announced_loss = (
                self.announced_loss + (self.revenue - self.announced_loss) * taken
            )

    def _taken_share(
        self, act: Instrument, prospects: Mapping[str, Prospect]
    ) -> PerDraw | float | None:
        if not self.lines:
            found = [key for key in self.denied_shares if prospects[key].includes(act)]
            return max((prospects[key].denied_share for key in found), default=None)
        parts = [self._denied(index, act) for index in range(len(self.lines))]
        if all(part is None for part in parts):
            return None
        none = self.firm.model.zeros()
        lost = [none if part is None else none + part for part in parts]
        carried = total(self.shipped)
        weighed = total(x * w for x, w in zip(lost, self.shipped, strict=True))
        plain = total(lost) / len(lost)
        return np.where(carried > 0.0, share(weighed, carried), plain)

    def _denied(self, index: int, act: Instrument) -> PerDraw | float | None:
        """Return the share of a line's business that was thought safe until the act."""
        return self._newly_denied(self.lines[index], act, self.chips[index])

    def _newly_denied(
        self, line: SupplyLine, act: Instrument, chip: Chip | None
    ) -> PerDraw | float | None:
        world = self.firm.model
        bearing = world.regime.book.applicable_law(line)
        if act not in bearing.exports and act not in bearing.imports:
            return None
        asked = replace(line, chip=chip)
        day, seen = act.announced, self._foreseen.get(line.key)
        if seen is not None and seen[0] == day:
            before = seen[1]
        else:
            before = world.regime.foreseen_access(asked, day - _DAY, world.leakage)
        after = world.regime.foreseen_access(asked, day, world.leakage)
        self._foreseen[line.key] = (day, after)
        none = world.zeros()
        return share(np.maximum(none + before - after, 0.0), none + before)


class ToolSales(Business):
    """Tools sold to fabs of one sort; some cannot be installed without service."""

    def _denied(self, index: int, act: Instrument) -> PerDraw | float | None:
        line = self.lines[index]
        tools = self._newly_denied(line, act, None)
        service = engineers_of(self.firm, line.buyer)
        hands = None if service is None else self._newly_denied(service, act, None)
        if hands is None:
            return tools
        hangs = self.firm.model.assume["service.install_dependence"]
        return expected_loss(0.0 if tools is None else tools, [hangs * hands])


class ServiceSales(Business):
    """Upkeep of tools at fabs of one sort, in proportion to the tools sold to them."""

    tools: ToolSales
    rivals: list[ToolSales]

    def flow(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        assert isinstance(self.firm, Toolmaker)
        everyone = total(each.revenue for each in self.rivals)
        return self.firm.china_service * share(self.tools.revenue, everyone)


class ChipSales(Business):
    """Accelerators sold in China."""

    def flow(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        assert isinstance(self.firm, Designer)
        return self.firm.china_chip_revenue


class ChipSalesAbroad(Business):
    """Accelerators sold neither in China nor in the United States."""

    ai_share: float = 1.0

    def flow(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        assert isinstance(self.firm, Designer)
        elsewhere = 1.0 - self.firm.model.facts["us_share_of_sales"]
        return self.firm.data_centre_abroad * self.ai_share * elsewhere


class MemorySales(Business):
    """High-bandwidth memory sold in China."""

    def flow(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        assert isinstance(self.firm, MemoryMaker)
        return self.firm.china_revenue


class OtherSales(Business):
    """What a firm sells in China beside the goods of the model."""

    yearly: Mapping[int, float]
    growth: float = 0.0
    first_growth: PerDraw | None = None

    def flow(self) -> PerDraw:
        """Return this month's revenue, USD million."""
        model = self.firm.model
        if not self.yearly:
            return model.zeros()
        yearly = value_in_month(
            self.yearly, model.month, self.growth, self.first_growth
        )
        return model.per_draw(yearly / MONTHS_A_YEAR)


class Ledger:
    """One firm's revenue by what may take it.

    Attributes:
        firm: whose it is.
        businesses: sales that law may take; what is left out no law of ours can take.
        revenue: moving average of all that it sells in a month, USD million.
        ai_revenue: of that, what AI compute brings, USD million.
        minded: prospects that would take some of it.
    """

    def __init__(self, firm: Actor, businesses: list[Business]) -> None:
        self.firm, self.businesses = firm, businesses
        self.revenue = self.ai_revenue = firm.model.zeros()
        self.opened = False
        self.prospects = frozenset(
            key for each in businesses for key in each.denied_shares
        )

    def enter_month(self, revenue: PerDraw, ai_revenue: PerDraw) -> None:
        """Enter a month's sales."""
        months = float(MONTHS_A_YEAR) if self.opened else 1.0
        self.opened = True
        self.revenue = moving_average(self.revenue, revenue, months)
        self.ai_revenue = moving_average(self.ai_revenue, ai_revenue, months)
        for business in self.businesses:
            business.revenue = moving_average(business.revenue, business.flow(), months)
            business.announced_loss = moving_average(
                business.announced_loss, 0.0, months
            )
            business.note_shipments()

    def expected_loss(self, probability: Mapping[str, PerDraw]) -> PerDraw:
        """Return the share of revenue that is expected to be lost, in [0, 1]."""
        lost = self.firm.model.zeros()
        for business in self.businesses:
            gone = share(business.announced_loss, business.revenue)
            bites = [probability[key] * b for key, b in business.denied_shares.items()]
            lost = lost + business.revenue * expected_loss(gone, bites)
        return share(lost, self.revenue)

    def is_affected_by(self, move: BeliefChange) -> bool:
        """Return whether news can touch any of its sales."""
        return move.act is not None or not self.prospects.isdisjoint(move.before)

    @property
    def ai_share(self) -> PerDraw:
        """Share of revenue that AI compute brings, in [0, 1]."""
        return share(self.ai_revenue, self.revenue)


def engineers_of(firm: Actor, buyer: str) -> SupplyLine | None:
    """Return the line on which a firm sends engineers to a buyer, if it has one."""
    return next((li for li in firm.sales_of(Good.ENGINEERS) if li.buyer == buyer), None)


def open_ledger(
    world: World,
    firm: Actor,
    *,
    ai_share: float = 1.0,
    other_china: Mapping[int, float] | None = None,
    first_growth: PerDraw | None = None,
) -> Ledger:
    """Return the empty ledger of a firm.

    Args:
        world: for the prospects and what is assumed.
        firm: a listed firm.
        ai_share: of a designer's data-centre sales, what is AI compute.
        other_china: by year, what it sells in China beside the goods of the model,
            USD million.
        first_growth: of that in the first year after the record, as a ratio.
    """
    match firm:
        case Toolmaker():
            return Ledger(firm, _businesses_of_toolmaker(world, firm))
        case Designer():
            return Ledger(firm, _businesses_of_designer(world, firm, ai_share))
        case MemoryMaker():
            sales = _businesses_of_memory_maker(
                world, firm, other_china or {}, first_growth
            )
            return Ledger(firm, sales)
    return Ledger(firm, [])


def _denied_shares(world: World, line: SupplyLine) -> dict[str, PerDraw | float]:
    prospects = world.beliefs.prospects
    return {
        k: each.denied_share for k, each in prospects.items() if each.may_apply_to(line)
    }


def _businesses_of_toolmaker(world: World, firm: Toolmaker) -> list[Business]:
    """Return a maker's tools and its service, by what may take them."""
    hangs = world.assume["service.install_dependence"]
    sorts: dict[tuple[str, ...], list[SupplyLine]] = {}
    bites: dict[tuple[str, ...], dict[str, PerDraw | float]] = {}
    hands: dict[tuple[str, ...], SupplyLine] = {}
    for line in firm.tool_lines:
        service = engineers_of(firm, line.buyer)
        direct = _denied_shares(world, line)
        through = {} if service is None else _denied_shares(world, service)
        key = (*direct, "through", *through)
        sorts.setdefault(key, []).append(line)
        bites[key] = direct | {name: hangs * bite for name, bite in through.items()}
        if service is not None:
            hands[key] = service
    tools = {key: ToolSales(firm, lines, bites[key]) for key, lines in sorts.items()}
    services: list[Business] = []
    for key, service in hands.items():
        upkeep = ServiceSales(firm, [service], _denied_shares(world, service))
        upkeep.tools, upkeep.rivals = tools[key], list(tools.values())
        services.append(upkeep)
    return [*tools.values(), *services]


def _businesses_of_designer(
    world: World, firm: Designer, ai_share: float
) -> list[Business]:
    lines = firm.china_lines
    prospects = world.beliefs.prospects.values()
    abroad: dict[str, PerDraw | float] = {
        each.id: each.denied_share
        for each in prospects
        if Good.AI_CHIP in each.scope.goods and CHINA not in each.scope.destinations
    }
    elsewhere = ChipSalesAbroad(firm, [], abroad)
    elsewhere.ai_share = ai_share
    return [ChipSales(firm, lines, _denied_shares(world, lines[0])), elsewhere]


def _businesses_of_memory_maker(
    world: World,
    firm: MemoryMaker,
    other_china: Mapping[int, float],
    first_growth: PerDraw | None,
) -> list[Business]:
    lines = firm.sales_of(Good.HBM)
    named: dict[str, PerDraw | float] = {
        key: each.denied_share
        for key, each in world.beliefs.prospects.items()
        if each.at_import and firm.name in each.scope.sellers
    }
    other = OtherSales(firm, [], named)
    other.yearly, other.first_growth = other_china, first_growth
    return [MemorySales(firm, lines, _denied_shares(world, lines[0])), other]
