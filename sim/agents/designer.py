"""Foreign chip designers: Nvidia, AMD. They redesign to the rules and ship."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

import numpy as np

from sim.agents.actor import Actor
from sim.agents.licence_book import LicenceBook
from sim.agents.lineup import Lineup
from sim.agents.offers import Offer
from sim.agents.sales_abroad import SalesAbroad, sales_abroad_of
from sim.agents.world_supply import SupplyRecord, WorldSupply
from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw, Table, greatest, share, total
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.supply import CHINA, Good, LineKey, SupplyLine
from sim.mechanisms.allocation import fill_rate
from sim.mechanisms.growth import fading_growth, value_in_month
from sim.mechanisms.money import lobbying, write_off
from sim.mechanisms.world_market import price_with_levy
from sim.world import World

_LARGE_WRITE_OFF = 100.0
"""USD million; smaller ones are not entered in the chronicle."""

_SHORT, _SUPPLIED = 0.5, 0.1
"""Unmet share of demand at which a designer is sold out, and at which that ends."""


class Designer(Actor):
    """A designer of accelerators that sells what the law of the day lets it sell.

    Attributes:
        lineup: its chips, and which of them is on offer in China.
        supply: its output, and who gets it.
        abroad: accelerators sold outside China, H100-equivalents a month.
        units: units shipped to China this month, by chip name.
        china_revenue: chips and other products sold to China this month, USD million.
        revenue: all it sold this month, USD million.
        inventory: chips made for China alone, in stock and on order, USD million.
        first_growth: by book, and for ``abroad``, growth in the first year after the
            record, as a ratio; nothing for those that grow then as they do later.
        rent: rise of its price in China while demand goes unmet, over the price.
        unmet: share of what passed the gates this month that it did not ship.
        saleable: share of the orders for a compliant chip that passed last month.
        monthly_china_only: sales of chips made for China alone, a moving mean, USD
            million a month.
        best_month: sales of chips to China in the best month so far, USD million.
        licences_abroad: its licences for chips to hosts abroad, by line.
        levy: share of the value of its sales of chips to China taken by the state.
        government_take: levies on those sales this month, USD million.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        flagships: list[tuple[Chip, Month]],
        reference: Chip,
        books: Mapping[str, Mapping[int, float]],
        record: SupplyRecord,
        first_growth: Mapping[str, PerDraw | None] = MappingProxyType({}),
    ) -> None:
        super().__init__(world, name, country)
        self.lineup = Lineup(
            world, name, country, flagships=flagships, reference=reference
        )
        self.books, self.first_growth = books, first_growth
        self.recorded_abroad = record.abroad
        self.supply = WorldSupply(world, record)
        self.abroad = self.supply.usual
        self.units: dict[str, PerDraw] = {}
        nothing = world.zeros()
        self.cumulative_abroad = self.cumulative_china = nothing
        self.inventory = self.written_off = self.monthly_china_only = nothing
        self.saleable = self.rent = self.unmet = nothing
        self.china_chip_revenue = self.china_revenue = self.revenue = nothing
        self.best_month = self.lobbying = self.government_take = nothing
        self.levy: PerDraw | float = 0.0
        self._sold_out = nothing > 0.0
        self.licences_abroad: dict[LineKey, LicenceBook] = {}

    @cached_property
    def china_lines(self) -> list[SupplyLine]:
        """The lines on which it sells chips in China, once all are open."""
        return [
            line
            for line in self.sales
            if line.good is Good.AI_CHIP and line.destination == CHINA
        ]

    @cached_property
    def licences(self) -> LicenceBook:
        """Its licences for chips to China."""
        return LicenceBook(self.model, self.china_lines)

    def redesign(self) -> None:
        """Bring its line-up up to date, and choose what to offer in China (M6)."""
        lines = self.china_lines
        self.lineup.update(lines)
        if self.lineup.offer is not None:
            self.levy = self.model.regime.levy(lines[0], self.model.month)

    # --- selling (M7) ---------------------------------------------------------------

    def ship_chips(self) -> None:
        """Ship what passed both gates, within capacity and quotas."""
        if self.lineup.offer is None:  # it has yet to launch its first chip
            return
        lines, offer, price = self.china_lines, self._offer(), self.price
        for line in lines:
            line.quote(price)
        self.licences.return_all(self.lineup.changed)
        self.licences.clear()
        permitted = np.array([line.orders.permitted for line in lines])
        filled = fill_rate(permitted * price, self._china_output())
        filled = filled * self._left_by_americans(lines, permitted * filled)
        admitted = self.model.quotas.admit(
            lines,
            list(permitted * filled),
            h100e=offer.training,
            us_sales=self.us_sales(offer.training),
        )
        self.licences.ship_and_close(admitted)
        sold, sought = total(admitted), total(permitted)
        self._count_sales(sold, offer, lines)
        self.unmet = np.where(sought > 0.0, 1.0 - share(sold, sought), 0.0)
        self._tell_of_shortage(filled)

    def _left_by_americans(
        self, lines: list[SupplyLine], asked: Table
    ) -> PerDraw | float:
        """Return the share of shipments that a priority of American buyers leaves."""
        priority = self.model.regime.home_priority(lines[0], self.model.month)
        if not np.any(priority):
            return 1.0
        offer = self._offer()
        would = self.model.quotas.would_admit(
            lines,
            list(asked),
            h100e=offer.training,
            us_sales=self.us_sales(offer.training),
        )
        taken = total(would) * self.lineup.output_taken
        return self.supply.defer_to_americans(taken, priority)

    def _tell_of_shortage(self, filled: PerDraw) -> None:
        """Tell where buyers in China get less than half of what is permitted."""
        short = self.unmet > _SHORT
        self.tell(
            "sold out in China",
            "ai_chip",
            where=short & ~self._sold_out,
            inputs={"unmet_share": self.unmet, "supply_share": filled},
            threshold=self.model.per_draw(_SHORT),
        )
        self._sold_out = short | (self._sold_out & (self.unmet > _SUPPLIED))

    @property
    def price(self) -> PerDraw:
        """Price in China of the chip on offer, with rent and levy, USD million."""
        price = self._offer().price * (1.0 + self.rent) * self.supply.list_price
        if not (self.supply.is_pool and np.any(self.levy)):
            return price
        passed_on = self.model.assume["nvidia.levy_passed_on"]
        return price * price_with_levy(self.model.per_draw(self.levy), passed_on)

    def _offer(self) -> Offer:
        if self.lineup.offer is None:
            raise RuntimeError("a designer ships before it has chosen what to offer")
        return self.lineup.offer

    def _china_output(self) -> PerDraw:
        """Return the most that it ships to China this month, USD million.

        In a month of which some days are open, what it ships in these days.
        """
        open_days = greatest(line.gates.open_days for line in self.china_lines)
        most = self.supply.most_in_china(
            self.price, self.lineup.output_taken, self._usual_data_centre_abroad
        )
        return most * open_days

    def _count_sales(
        self, sold: PerDraw, offer: Offer, lines: list[SupplyLine]
    ) -> None:
        self.units = self.lineup.by_chip(sold)
        self.china_chip_revenue = sold * lines[0].price
        self.government_take = self.china_chip_revenue * self.levy
        self.supply.sell_in_china(sold * self.lineup.output_taken)
        self.cumulative_china = self.cumulative_china + sold * offer.training
        self._write_off_inventory(lines)

    def _write_off_inventory(self, lines: list[SupplyLine]) -> None:
        """Write off what was made for China alone once law shuts it out (M17)."""
        compliant = self.lineup.offers_compliant
        memory = self.model.facts["reach_memory"]
        sales = np.where(compliant, self.china_chip_revenue, 0.0)
        self.monthly_china_only = np.where(
            compliant,
            memory * self.monthly_china_only + (1.0 - memory) * sales,
            self.monthly_china_only,
        )
        saleable = np.where(compliant, lines[0].gates.open_share, 0.0)
        self.written_off = write_off(self.inventory, before=self.saleable, now=saleable)
        self.tell(
            "write-off",
            "ai_chip",
            where=self.written_off > _LARGE_WRITE_OFF,
            inputs={
                "written_off": self.written_off,
                "inventory": self.inventory,
                "open_before": self.saleable,
                "open_now": saleable,
            },
        )
        self.saleable = saleable
        pipeline = self.model.assume["nvidia.pipeline_months"]
        stock = self.inventory - self.written_off
        target = pipeline * self.monthly_china_only * (saleable > 0.0)
        rebuilt = stock + np.maximum(target - stock, 0.0) / pipeline
        self.inventory = np.where(compliant, np.minimum(rebuilt, target), 0.0)

    # --- the rest of the world, and the books ---------------------------------------

    def ship_abroad(self, line: SupplyLine, orders: PerDraw, chip: Chip) -> PerDraw:
        """Ship a flagship abroad as far as law and quotas let it; return units."""
        licences = self.licences_abroad.get(line.key)
        if licences is None:
            licences = LicenceBook(self.model, [line])
            self.licences_abroad[line.key] = licences
        if line.chip is not chip:
            line.carry(chip)
            self.model.review_line(line)
            licences.return_all(self.model.zeros() <= 0.0)
        line.order(orders)
        licences.clear()
        h100e = self.model.per_draw(float(chip.tpp / self.lineup.reference.tpp))
        [units] = self.model.quotas.admit(
            [line], [line.orders.permitted], h100e=h100e, us_sales=self.us_sales(h100e)
        )
        licences.ship_and_close([units])
        return units

    def us_sales(self, h100e: PerDraw) -> PerDraw:
        """Return units of a superseded product sold in the United States this month."""
        facts = self.model.facts
        superseded = facts["us_share_of_sales"] * facts["previous_generation_share"]
        return self.abroad * superseded / np.maximum(h100e, facts["reach_floor"])

    def plan_supply(self) -> None:
        """Plan the month's supply: the record, then assumed growth."""
        self.supply.plan(self.growth_abroad)
        self.abroad = self.supply.expected_abroad

    def sell_abroad(self) -> None:
        """Sell to the rest of the world what China did not take (M22)."""
        self.abroad = self.supply.sell_abroad()
        self.cumulative_abroad = self.cumulative_abroad + self.abroad

    @property
    def growth_abroad(self) -> PerDraw:
        """Growth of supply outside China after the record, log per month."""
        assume = self.model.assume
        years = (self.model.month - self.model.start) / MONTHS_A_YEAR
        growth = fading_growth(
            years - len(self.recorded_abroad) / MONTHS_A_YEAR,
            assume["world.supply_growth_2026"],
            assume["world.supply_growth_half_life_years"],
            self.first_growth.get("abroad"),
        )
        market = sales_abroad_of(self.model)
        return growth if market is None else growth + market.surprise

    @property
    def data_centre_abroad(self) -> PerDraw:
        """Data-centre sales outside China, USD million a month."""
        usual = self._usual_data_centre_abroad
        if not self.supply.is_pool:
            return usual
        sold = np.where(
            self.supply.usual > 0.0, share(self.abroad, self.supply.usual), 1.0
        )
        return usual * sold * self.supply.price

    @property
    def _usual_data_centre_abroad(self) -> PerDraw:
        """The same under the law of record, then as it was assumed to grow."""
        market = sales_abroad_of(self.model)
        if market is not None and market.has_record(self.name):
            return self._data_centre_of_record(market)
        end = self.model.start + len(self.recorded_abroad)
        yearly = self._book("row_data_centre", min(self.model.month, end))
        last = self.model.per_draw(self.recorded_abroad[-1])
        monthly = self.model.per_draw(yearly / MONTHS_A_YEAR)
        if self.model.month < end:
            return monthly
        return monthly * share(self.supply.usual, last)

    def _data_centre_of_record(self, market: SalesAbroad) -> PerDraw:
        """Return what a quarter's sales leave beside other sales, or what follows."""
        month, sales = market.last_recorded(self.name)
        other = self._book("other_revenue", month) - self._book("other_china", month)
        rest = np.maximum(sales - other / MONTHS_A_YEAR, 0.0)
        data_centre = self.model.per_draw(rest)
        return data_centre * market.ratio_of(self.name)

    def close_books(self) -> None:
        """Add up the month, and lobby against what was lost."""
        assume = self.model.assume
        lost = self.best_month - self.china_chip_revenue
        self.best_month = np.maximum(self.best_month, self.china_chip_revenue)
        base = self.model.per_draw(self.model.facts["lobbying_base_usd_m"])
        self.lobbying = lobbying(base, lost, assume["nvidia.lobbying_response"])
        month = self.model.month
        other_china = self._book("other_china", month) / MONTHS_A_YEAR
        other = self._book("other_revenue", month) / MONTHS_A_YEAR
        self.china_revenue = self.china_chip_revenue + other_china
        self.revenue = self.china_chip_revenue + self.data_centre_abroad + other
        kept = self.revenue - self.government_take
        usual = self._usual_data_centre_abroad + self.supply.usual_revenue + other
        self.supply.pay_for_research(kept, usual)
        # What quota or capacity left unmet shows in next month's price.
        self.rent = assume["nvidia.quota_rent"] * self.unmet

    def _book(self, book: str, month: Month) -> PerDraw | float:
        return value_in_month(self.books[book], month, 0.0, self.first_growth.get(book))
