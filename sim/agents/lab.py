"""Chinese laboratories: they buy compute where they can, train, and learn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.agents.actor import NOTABLE_CHANGE, Actor
from sim.agents.compute_sellers import (
    SMALLEST_DIVISOR,
    ChannelSellers,
    UnitCompute,
    unit_compute,
    unit_price,
)
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.grey_market_firms import Distributor
from sim.agents.lab_budget import LabBudget
from sim.agents.lab_capability import Capability
from sim.domain.ensemble import (
    Choice,
    PerDraw,
    Table,
    greatest,
    share,
    sum_in_order,
    total,
)
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.supply import Good, LineKey, SupplyLine
from sim.mechanisms.procurement import choice_shares, inclusive_value, survivors
from sim.world import World

CHANNELS = ("legal", "grey", "domestic", "offshore")
"""The ways in which compute can be obtained."""

_MONTHS_A_QUARTER = 3
"""How often the leading channel is determined."""

_MINIMUM_LEAD = 0.1
"""Share of the money by which a channel must be ahead to count as the new leader."""


@dataclass(frozen=True, eq=False)
class AcceleratorStock:
    """Accelerators of one channel at one laboratory; each number one per draw."""

    units: PerDraw
    training: PerDraw
    inference: PerDraw

    def aged(self, kept: PerDraw) -> "AcceleratorStock":
        """Return what still works after a month."""
        return AcceleratorStock(
            self.units * kept, self.training * kept, self.inference * kept
        )

    def plus(self, units: PerDraw, worth: UnitCompute) -> "AcceleratorStock":
        """Return the stock with accelerators added, each worth so much."""
        training, inference = worth
        return AcceleratorStock(
            self.units + units,
            self.training + units * training,
            self.inference + units * inference,
        )


class Lab(Actor):
    """A Chinese laboratory or cloud.

    Attributes:
        budget: its money, and what it does not spend.
        reach: share of its orders in a channel that was lately supplied, in [0, 1].
        cash: money for the month's orders, USD million.
        capability: what it makes of its fleet, and how far it is behind.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        spending: Sequence[PerDraw | float],
        recorded_value: Sequence[PerDraw | float],
        first_growth: PerDraw | None = None,
        budget_share: float,
        first_stock: AcceleratorStock,
        first_offshore: AcceleratorStock,
        development_factor: float,
        scaling_shown: Month,
        sellers: Mapping[str, ChannelSellers],
    ) -> None:
        super().__init__(world, name, country)
        self.budget = LabBudget(
            world,
            name,
            yearly=spending,
            recorded_value=recorded_value,
            first_growth=first_growth,
            budget_share=budget_share,
        )
        self.sellers = dict(sellers)
        self.capability = Capability(
            world,
            name,
            development_factor=development_factor,
            scaling_shown=scaling_shown,
            recorded_months=len(spending),
        )
        self.channels = tuple(name for name in CHANNELS if name in sellers)
        nothing = world.zeros()
        empty = AcceleratorStock(nothing, nothing, nothing)
        self.stocks = dict.fromkeys(CHANNELS, empty)
        self.stocks["legal"], self.stocks["offshore"] = first_stock, first_offshore
        self.reach = dict.fromkeys(CHANNELS, world.per_draw(1.0))
        self.cash = nothing
        self.failed = self.bought = self.paid = nothing
        self._compute_in_transit: dict[LineKey, Sequence[UnitCompute]] = {}
        self.leading_channel: Choice | None = None
        self.last_access = world.per_draw(1.0)

    # --- buying (M9) ----------------------------------------------------------------

    def order_compute(self) -> None:
        """Split the month's money over channels by value per dollar, and order."""
        values = [self.sellers[x].value_per_dollar() for x in self.channels]
        offers = list(zip(self.channels, values, strict=True))
        attractions = [self._attraction(*offer) for offer in offers]
        supply = [self._expected_supply(*offer) for offer in offers]
        sensitivity = self.model.assume["lab.choice_sensitivity"]
        value = inclusive_value(attractions, supply, sensitivity)
        self.cash = self.budget.grant(value, self.capability.lag)
        shares = choice_shares(attractions, supply, sensitivity)
        money = np.maximum(self.cash, 0.0)
        for channel, share_of_money in zip(self.channels, shares, strict=True):
            self._order(channel, money * share_of_money)
        self._bid_for_domestic(dict(zip(self.channels, attractions, strict=True)))
        if self.model.month.number % _MONTHS_A_QUARTER == 1:
            self._tell_of_leading_channel(np.stack(shares), attractions)
        if self.model.law_changed:
            self._tell_of_access()

    def _bid_for_domestic(self, attractions: Mapping[str, PerDraw]) -> None:
        """Tell domestic designers what one more accelerator of theirs is worth (M18).

        Its price, times what a dollar brings there over the most that a dollar brings
        elsewhere, as far as orders elsewhere were lately supplied. A laboratory that
        buys nowhere else bids the price.
        """
        if "domestic" not in attractions:
            return
        brought = [
            np.exp(attraction) * self.reach[channel]
            for channel, attraction in attractions.items()
            if channel != "domestic"
        ]
        domestic = np.exp(attractions["domestic"])
        elsewhere = np.maximum(greatest(brought or [domestic]), SMALLEST_DIVISOR)
        for _, seller, _ in self._suppliers["domestic"]:
            if isinstance(seller, DomesticDesigner):
                seller.take_bid(self.name, seller.price * domestic / elsewhere)

    def _tell_of_leading_channel(
        self, shares: Table, attractions: list[PerDraw]
    ) -> None:
        """Tell where another channel than before now gets most of its money."""
        if self.leading_channel is None:
            self.leading_channel = shares.argmax(axis=0)
        former = self.leading_channel
        share_of_former = np.take_along_axis(shares, former[np.newaxis], axis=0)[0]
        moved = shares.max(axis=0) > share_of_former + _MINIMUM_LEAD
        if not moved.any():
            return
        first = np.where(moved, shares.argmax(axis=0), former)
        self.leading_channel = first
        for pair in np.unique((first * len(CHANNELS) + former)[moved]):
            new, old = divmod(int(pair), len(CHANNELS))
            now, before = self.channels[new], self.channels[old]
            self.tell(
                "leading channel",
                now,
                where=moved & (first == new) & (former == old),
                inputs={
                    "share": shares[new],
                    "share_of_former": shares[old],
                    "value_per_dollar": np.exp(attractions[new]),
                    "value_per_dollar_of_former": np.exp(attractions[old]),
                    "reach": self.reach[now],
                    "reach_of_former": self.reach[before],
                },
                threshold=share_of_former + _MINIMUM_LEAD,
                alternative=before,
            )

    def _tell_of_access(self) -> None:
        """Tell where law ends or restores the use of clouds abroad."""
        access = self.cloud_access
        for event, where in (
            ("cloud access lost", access < self.last_access - NOTABLE_CHANGE),
            ("cloud access back", access > self.last_access + NOTABLE_CHANGE),
        ):
            self.tell(
                event,
                Good.CLOUD,
                where=where,
                inputs={
                    "cloud_access": access,
                    "offshore_compute": self.stocks["offshore"].training,
                },
            )
        self.last_access = access

    def _attraction(self, channel: str, per_dollar: PerDraw) -> PerDraw:
        """Return the log of value per dollar of a channel, less its discount."""
        assume = self.model.assume
        premium = assume["offshore.cost_premium_vs_domestic"]
        discounts: dict[str, PerDraw | float] = {
            "legal": 1.0,
            "grey": assume["lab.grey_discount"],
            "domestic": self.software_efficiency,
            "offshore": assume["lab.offshore_discount"] / premium,
        }
        value = per_dollar * discounts[channel]
        return np.log(np.maximum(value, SMALLEST_DIVISOR))

    @property
    def software_efficiency(self) -> PerDraw:
        """Share of a domestic accelerator's compute that its software lets it use."""
        assume = self.model.assume
        gap = 1.0 - assume["lab.domestic_software_efficiency"]
        rate = assume["lab.domestic_software_learning_per_year"]
        years = (self.model.month - self.model.start) / MONTHS_A_YEAR
        return 1.0 - gap * np.exp(-rate * years)

    def _expected_supply(self, channel: str, per_dollar: PerDraw) -> PerDraw:
        """Return the expected supply of a channel; a closed one keeps a little."""
        world = self.model
        if not self._suppliers[channel] and channel != "grey":
            return world.zeros()
        on_offer = (per_dollar > 0.0).astype(float)
        if channel in _SWITCHES:
            on_offer = on_offer * world.draws_with(_SWITCHES[channel])
        floor = world.facts["reach_floor"]
        favour: PerDraw | float = 1.0
        if channel == "domestic":
            favour = 1.0 + world.regime.mandate(Good.AI_CHIP, self.country, world.month)
        return on_offer * np.maximum(self.reach[channel], floor) * favour

    def _order(self, channel: str, money: PerDraw) -> None:
        if channel == "grey":
            self._distributor().take_order(self.name, money)
            return
        for line, seller, line_share in self._suppliers[channel]:
            spent = money * line_share
            price, worth = unit_price(seller), unit_compute(seller)[0]
            on_offer = (price > 0.0) & (worth > 0.0)
            line.order(np.where(on_offer, spent / np.where(on_offer, price, 1.0), 0.0))

    @cached_property
    def _suppliers(self) -> dict[str, list[tuple[SupplyLine, Actor, float]]]:
        """By channel, its lines with their sellers and customary shares of the money.

        Looked up when it first orders, once all lines are open; it never changes.
        """
        suppliers = {}
        for channel, sellers in self.sellers.items():
            firms = {seller.name: seller for seller in sellers.firms}
            lines = [line for line in self.purchases if line.seller in firms]
            weights = [self.customary_share(line) for line in lines]
            all_weights = sum_in_order(weights)
            suppliers[channel] = [
                (line, firms[line.seller], weight / all_weights)
                for line, weight in zip(lines, weights, strict=True)
            ]
        return suppliers

    def _distributor(self) -> Distributor:
        seller = self.sellers["grey"].firms[0]
        if not isinstance(seller, Distributor):
            raise TypeError(f"{seller.name} is not a distributor")
        return seller

    # --- receiving ------------------------------------------------------------------

    def receive(self) -> None:
        """Take what arrived into stock, let stocks age, and pay."""
        self._age()
        self.paid = self.model.zeros()
        for channel in self.channels:
            self._take_in(channel)
        self.budget.settle(self.cash - self.paid)

    def _age(self) -> None:
        assume = self.model.assume
        failure = assume["hw.gpu_failure_rate_annual"]
        retirement = assume["hw.retirement_per_year"]
        extra = assume["hw.smuggled_extra_failure_factor"]
        for channel, stock in self.stocks.items():
            rate = failure * extra if channel == "grey" else failure
            older = stock.aged(survivors(rate + retirement))
            self.failed = self.failed + stock.units - older.units
            self.stocks[channel] = older

    def _take_in(self, channel: str) -> None:
        memory = self.model.facts["reach_memory"]
        if channel == "grey":
            distributor = self._distributor()
            units, ordered = distributor.delivery(self.name)
            self._add(channel, unit_compute(distributor), units)
            self.paid = self.paid + units * distributor.price
        else:
            units = ordered = self.model.zeros()
            for line, seller, _ in self._suppliers[channel]:
                orders = line.orders
                worth = self._compute_on_arrival(line, seller)
                self._add(channel, worth, orders.arrived)
                self.paid = self.paid + orders.shipped * unit_price(seller)
                units, ordered = units + orders.shipped, ordered + orders.ordered
        supplied = np.where(ordered > 0.0, share(units, ordered), self.reach[channel])
        self.reach[channel] = memory * self.reach[channel] + (1.0 - memory) * supplied

    def _compute_on_arrival(self, line: SupplyLine, seller: Actor) -> UnitCompute:
        """Return the H100-equivalents of a unit that arrives, as when it was sent."""
        now = unit_compute(seller)
        sent = self._compute_in_transit.get(line.key, (now,) * line.transit)
        first, *self._compute_in_transit[line.key] = (*sent, now)
        return first

    def _add(self, channel: str, worth: UnitCompute, arrived: PerDraw) -> None:
        self.stocks[channel] = self.stocks[channel].plus(arrived, worth)
        self.bought = self.bought + arrived

    # --- training (M10) -------------------------------------------------------------

    def train(self) -> None:
        """Train on its fleet, and learn from scarcity."""
        self.capability.train(self.training_fleet, self.cloud_access)

    @property
    def training_fleet(self) -> PerDraw:
        """H100-equivalents for training that it can use, at home and offshore."""
        facts = self.model.facts
        home = self.stocks["legal"].training + self.stocks["grey"].training
        domestic = self.stocks["domestic"].training * self.software_efficiency
        offshore = self.stocks["offshore"].training * self.offshore_access
        return home + domestic + offshore * facts["offshore_run_share"]

    @property
    def offshore_access(self) -> PerDraw:
        """Share of its offshore compute that it can use, in [0, 1]."""
        return self.cloud_access * self.model.draws_with("offshore_cloud")

    @property
    def cloud_access(self) -> PerDraw:
        """Share of its access to clouds abroad that law permits, in [0, 1]."""
        suppliers = self._suppliers.get("offshore")
        if not suppliers:
            return self.model.per_draw(1.0)
        return total(x.gates.open_share for x, *_ in suppliers) / len(suppliers)

    def accessible(self, channel: str) -> AcceleratorStock:
        """Return the stock of a channel that it can use."""
        stock = self.stocks[channel]
        return stock.aged(self.offshore_access) if channel == "offshore" else stock


_SWITCHES = {"grey": "smuggling", "offshore": "offshore_cloud"}
"""The mechanism on which a channel depends."""
