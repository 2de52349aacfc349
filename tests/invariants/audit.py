"""An auditor: it adds up what moves, month by month, and compares it with stocks."""

import numpy as np

from sim.agents.cxmt import MemoryFab
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.fab import Fab
from sim.agents.grey_market_firms import Broker, Distributor
from sim.agents.lab import Lab
from sim.agents.labour_market import LabourMarket
from sim.agents.tool_market import ToolMarket
from sim.domain.ensemble import PerDraw, total
from sim.domain.supply import Good
from sim.model import FABS, ChipWar

ROUNDING = 1e-9
"""Relative difference that adding up in another order may make."""


def assert_close(actual: PerDraw, reference: PerDraw, what: str) -> None:
    """Check that two sums agree but for rounding."""
    scale = max(float(np.max(np.abs(actual))), float(np.max(np.abs(reference))), 1.0)
    if not np.max(np.abs(actual - reference)) <= scale * ROUNDING:
        np.testing.assert_allclose(
            actual, reference, rtol=ROUNDING, atol=scale * ROUNDING, err_msg=what
        )


def every(world: ChipWar, *kinds: type):
    """Return the actors of some kinds."""
    return [actor for kind in kinds for actor in world.actors(kind)]


class Audit:
    """What has gone into the world's stocks and come out of them since the start."""

    def __init__(self, world: ChipWar) -> None:
        self.world = world
        self.first_tools = {fab.name: tools(fab) for fab in every(world, *FABS)}
        self.tools_in = {fab.name: world.zeros() for fab in every(world, *FABS)}
        self.first_transit = [under_way(line) for line in world.lines]
        self.shipped = [world.zeros() for _ in world.lines]
        self.arrived = [world.zeros() for _ in world.lines]
        self.first_chips = {lab.name: chips(lab) for lab in every(world, Lab)}
        self.dies_in, self.stacks_in, self.dies_used, self.stacks_used = (
            {
                designer.name: world.zeros()
                for designer in every(world, DomesticDesigner)
            }
            for _ in range(4)
        )
        self.first_capacity = {
            designer.name: designer.packaging.ahead
            for designer in every(world, DomesticDesigner)
        } | {fab.name: fab.hbm_lines.ahead for fab in every(world, MemoryFab)}
        self.made = dict(self.dies_in)
        self.sold = dict(self.dies_in)
        (tools_market,) = every(world, ToolMarket)
        self.table, self.tool_lines = tools_market.table, tools_market.lines
        self.first_orders = self.table.backlog
        self.orders_in = self.orders_out = np.zeros_like(self.first_orders)
        self._count_called_off()
        self.paid = {lab.name: world.zeros() for lab in every(world, Lab)}
        self.memory_made = world.zeros()
        self.memory_sold = world.zeros()
        (self.market,) = every(world, LabourMarket)
        self.first_people = people(self.market)

    def _count_called_off(self) -> None:
        """Count orders for tools that law or a want of engineers calls off."""
        keep_orders = self.table.keep_orders

        def counted(at, kept):
            before = self.table.backlog
            keep_orders(at, kept)
            self.orders_out = self.orders_out + before - self.table.backlog

        self.table.keep_orders = counted

    def add_month(self) -> None:
        """Enter what moved in the month just run."""
        for lab in every(self.world, Lab):
            self.paid[lab.name] = self.paid[lab.name] + bill(lab)
        for number, line in enumerate(self.world.lines):
            self.shipped[number] = self.shipped[number] + line.orders.shipped
            self.arrived[number] = self.arrived[number] + line.orders.arrived
        passed = np.array(
            [[line.gates.open_share for line in row] for row in self.tool_lines]
        )
        self.orders_in = self.orders_in + self.table.new * passed
        self.orders_out = self.orders_out + self.table.shipped
        for fab in every(self.world, *FABS):
            come = total(base.line.orders.arrived for base in bases(fab))
            self.tools_in[fab.name] = self.tools_in[fab.name] + come
        for maker in every(self.world, DomesticDesigner):
            for account, moved in (
                (self.dies_in, arrived(maker, Good.LOGIC_WAFERS)),
                (self.stacks_in, arrived(maker, Good.HBM)),
                (self.dies_used, maker.dies_used),
                (self.stacks_used, maker.stacks_used),
                (self.made, maker.made),
                (self.sold, maker.sold),
            ):
                account[maker.name] = account[maker.name] + moved
        for fab in every(self.world, MemoryFab):
            self.memory_made = self.memory_made + fab.stacks_made
            self.memory_sold = self.memory_sold + fab.stacks_sold

    def audit(self) -> None:
        """Check every account."""
        self._goods_under_way()
        self._orders_of_tools()
        self._tools()
        self._chips_of_laboratories()
        self._chips_of_designers()
        self._world_supply()
        self._grey_market()
        self._memory()
        self._capacity()
        self._money()
        self._people()
        self._licences()

    def _goods_under_way(self) -> None:
        for number, line in enumerate(self.world.lines):
            assert_close(
                self.first_transit[number] + self.shipped[number],
                self.arrived[number] + under_way(line),
                f"what was shipped of {line}",
            )

    def _orders_of_tools(self) -> None:
        for row, line in enumerate(self.tool_lines):
            assert_close(
                self.first_orders[row] + self.orders_in[row],
                self.orders_out[row] + self.table.backlog[row],
                f"orders for {line[0].good} of {line[0].seller}",
            )

    def _tools(self) -> None:
        for fab in every(self.world, *FABS):
            came = self.tools_in[fab.name] + fab.second_hand
            assert_close(
                self.first_tools[fab.name] + came,
                fab.retired + tools(fab),
                f"tools of {fab.name}",
            )

    def _chips_of_laboratories(self) -> None:
        for lab in every(self.world, Lab):
            assert_close(
                self.first_chips[lab.name] + lab.bought,
                lab.failed + chips(lab),
                f"accelerators of {lab.name}",
            )

    def _chips_of_designers(self) -> None:
        for designer in every(self.world, DomesticDesigner):
            assert_close(
                self.made[designer.name],
                self.sold[designer.name] + designer.finished,
                f"accelerators finished by {designer.name}",
            )
        for designer in every(self.world, Designer):
            assert_close(
                total(designer.units.values()),
                total(line.orders.shipped for line in designer.china_lines),
                f"chips sold in China by {designer.name}",
            )

    def _world_supply(self) -> None:
        """Output is sold in China, the United States and elsewhere, or not at all."""
        for designer in every(self.world, Designer):
            supply = designer.supply
            sold = supply.in_china + supply.united_states + supply.elsewhere
            assert_close(sold + supply.unsold, supply.output, designer.name)

    def _capacity(self) -> None:
        """Capacity of the domestic chain: started is completed or under way."""
        designers, fabs = (every(self.world, x) for x in (DomesticDesigner, MemoryFab))
        owned = {designer.name: designer.packaging for designer in designers}
        owned |= {fab.name: fab.hbm_lines for fab in fabs}
        for name, capacity in owned.items():
            assert_close(
                self.first_capacity[name] + capacity.started,
                capacity.ahead + capacity.retired,
                f"capacity of {name}",
            )

    def _grey_market(self) -> None:
        brokers = every(self.world, Broker)
        for broker in brokers:
            assert_close(
                broker.diverted, broker.seized + broker.sold, f"month of {broker.name}"
            )
            assert np.all(broker.diverted <= broker.imports * (1.0 + ROUNDING))
        (market,) = every(self.world, Distributor)
        delivered = total(market.deliveries()[0])
        assert_close(delivered, market.sold, "smuggled chips delivered")
        sold_on = total(broker.sold for broker in brokers) * market.is_open
        assert_close(market.sold, sold_on, "what brokers sold on")

    def _memory(self) -> None:
        for designer in every(self.world, DomesticDesigner):
            assert_close(
                self.dies_in[designer.name],
                self.dies_used[designer.name] + designer.dies,
                f"dies of {designer.name}",
            )
            assert_close(
                self.stacks_in[designer.name],
                self.stacks_used[designer.name] + designer.stacks,
                f"memory of {designer.name}",
            )
        left = total(fab.stacks_left for fab in every(self.world, MemoryFab))
        assert_close(self.memory_made, self.memory_sold + left, "memory of CXMT")

    def _money(self) -> None:
        for lab in every(self.world, Lab):
            assert_close(lab.paid, bill(lab), f"what {lab.name} paid")
            assert np.all(lab.paid <= np.maximum(lab.cash, 0.0) * (1.0 + ROUNDING))
            budget = lab.budget
            assert_close(
                budget.granted + budget.advance,
                self.paid[lab.name] + budget.savings + budget.given_up,
                f"money of {lab.name}",
            )
            left = lab.cash - lab.paid
            assert np.all(budget.savings <= left + ROUNDING * (1.0 + left)), lab.name
        for designer in every(self.world, Designer):
            sales = total(
                line.orders.shipped * line.price for line in designer.china_lines
            )
            assert_close(designer.china_chip_revenue, sales, designer.name)

    def _licences(self) -> None:
        """Licences: none is granted that was not applied for, nor used but once."""
        for designer in every(self.world, Designer):
            books = [designer.licences, *designer.licences_abroad.values()]
            for book in books:
                assert_close(
                    total(book.applied),
                    total([*book.approved, *book.denied, *book.withdrawn])
                    + total(book.waiting),
                    f"applications of {designer.name}",
                )
                assert_close(
                    total(book.approved),
                    total([*book.used, *book.lapsed, *book.held]),
                    f"licences of {designer.name}",
                )

    def _people(self) -> None:
        market = self.market
        assert_close(
            self.first_people + market.came,
            people(market) + market.gone + market.emigrated,
            "engineers and researchers",
        )


def arrived(designer: DomesticDesigner, good: Good) -> PerDraw:
    """Return what arrived of a good this month."""
    return total(line.orders.arrived for line in designer.purchases_of(good))


def people(market: LabourMarket) -> PerDraw:
    """Return all engineers and researchers, those abroad among them."""
    vendors = [x.staff + x.former for x in market.vendors.values()]
    trades = [x.staff + x.abroad for x in market.pools.values()]
    return total([*vendors, *trades])


def bases(fab: Fab):
    """Return all tool bases of a fab."""
    return [base for group in fab.bases.values() for base in group]


def tools(fab: Fab) -> PerDraw:
    """Return all tools installed in a fab."""
    return total(base.tools for base in bases(fab))


def chips(lab: Lab) -> PerDraw:
    """Return all accelerators of a laboratory."""
    return total(stock.units for stock in lab.stocks.values())


def under_way(line) -> PerDraw:
    """Return what was sent and has not arrived."""
    return total([np.zeros_like(line.orders.ordered), *line.orders.in_transit])


def bill(lab: Lab) -> PerDraw:
    """Return what the month's purchases cost, from prices and quantities alone."""
    bought = [
        line.orders.shipped * line.price for line in lab.purchases_of(Good.AI_CHIP)
    ]
    rented = [
        line.orders.shipped * seller.price
        for line in lab.purchases_of(Good.CLOUD)
        for seller in lab.sellers["offshore"].firms
        if seller.name == line.seller
    ]
    smuggled = [
        market.deliveries()[0][market.buyers.index(lab.name)] * market.price
        for market in (lab.sellers["grey"].firms if "grey" in lab.sellers else ())
    ]
    return total([*bought, *rented, *smuggled])
