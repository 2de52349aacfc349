"""All Chinese laboratories: they buy compute where they can, train, and learn.

They act at once, in tables with a row for each of them; what one decides depends on its
own row and on what all of them see.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from sim.agents.actor import NOTABLE_CHANGE, Actor
from sim.agents.compute_sellers import SMALLEST_DIVISOR, UnitCompute, unit_compute
from sim.agents.compute_supply import supplies_of
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.grey_market_firms import Distributor
from sim.agents.lab import CHANNELS, AcceleratorStock, Lab
from sim.agents.lab_budget import LabBudget
from sim.agents.lab_capability import Capability
from sim.domain.array_types import Float64, Int64
from sim.domain.ensemble import PerDraw, Table, greatest, share, total
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.supply import Good
from sim.mechanisms.procurement import choice_shares, inclusive_value, survivors
from sim.world import World

ByChannel = Float64[np.ndarray, "channels labs draws"]
"""A number for each channel, laboratory and draw."""

ByLab = Float64[np.ndarray, "labs draws"]
"""A number for each laboratory and draw."""

_MONTHS_A_QUARTER = 3
"""How often the leading channel is determined."""

_MINIMUM_LEAD = 0.1
"""Share of the money by which a channel must be ahead to count as the new leader."""

_SWITCHES = {"grey": "smuggling", "offshore": "offshore_cloud"}
"""The mechanism on which a channel depends."""


class Laboratories(Actor):
    """The Chinese laboratories and clouds; every table has a row for each of them.

    Attributes:
        labs: who they are, in the order of the rows.
        budget: their money, and what they do not spend.
        capability: what they make of their fleets, and how far they are behind.
        stocks: their accelerators, by channel.
        reach: share of their orders in a channel that was lately supplied, in [0, 1].
        cash: money for the month's orders, USD million.
        paid: of it, what was paid this month.
        bought: accelerators that have arrived since the start.
        failed: accelerators that have failed or been retired since the start.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        labs: Sequence[Lab],
        spending: Sequence[PerDraw | float],
        recorded_value: Sequence[PerDraw | float],
        first_growth: PerDraw | None = None,
        scaling_shown: Month,
    ) -> None:
        super().__init__(world, name, country)
        self.labs = tuple(labs)
        names = [lab.name for lab in labs]
        self.budget = LabBudget(
            world,
            names,
            yearly=spending,
            recorded_value=recorded_value,
            first_growth=first_growth,
            budget_shares=[lab.budget_share for lab in labs],
        )
        self.capability = Capability(
            world,
            names,
            development_factors=[lab.development_factor for lab in labs],
            scaling_shown=scaling_shown,
            recorded_months=len(spending),
        )
        nothing = np.zeros((len(labs), world.chance.draws.count))
        empty = AcceleratorStock(nothing, nothing, nothing)
        self.stocks = dict.fromkeys(CHANNELS, empty)
        self.stocks["legal"] = _stacked([lab.first_stock for lab in labs])
        self.stocks["offshore"] = _stacked([lab.first_offshore for lab in labs])
        self.reach = dict.fromkeys(CHANNELS, np.ones_like(nothing))
        self.cash = self.failed = self.bought = self.paid = nothing
        self.leading_channel: Int64[np.ndarray, "labs draws"] | None = None
        self.last_access = np.ones_like(nothing)
        self._buyers = {
            channel: [row for row, lab in enumerate(labs) if channel in lab.channels]
            for channel in CHANNELS
        }
        self._sellers = {
            channel: labs[buyers[0]].sellers[channel]
            for channel, buyers in self._buyers.items()
            if buyers
        }
        self._supplies = {
            channel: supplies_of([labs[row] for row in self._buyers[channel]], channel)
            for channel in self._sellers
        }
        self._used = np.array(
            [[[x in lab.channels] for lab in labs] for x in self._sellers]
        )
        for row, lab in enumerate(labs):
            lab.show(self, row)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that any of them uses."""
        return tuple(self._sellers)

    # --- buying (M9) ----------------------------------------------------------------

    def order_compute(self) -> None:
        """Split the month's money over channels by value per dollar, and order."""
        values = {x: self._sellers[x].value_per_dollar() for x in self.channels}
        offered = np.array([self._attraction(*offer) for offer in values.items()])
        attractions = np.where(self._used, offered[:, np.newaxis], -np.inf)
        supply = np.array([self._expected_supply(*offer) for offer in values.items()])
        sensitivity = self.model.assume["lab.choice_sensitivity"]
        value = inclusive_value(attractions, supply, sensitivity)
        self.cash = self.budget.grant(value, self.capability.lag)
        shares = choice_shares(attractions, supply, sensitivity)
        money = np.maximum(self.cash, 0.0)
        for channel, share_of_money in zip(self.channels, shares, strict=True):
            self._order(channel, money * share_of_money)
        self._bid_for_domestic(
            np.where(self._used, np.exp(offered)[:, np.newaxis], 0.0)
        )
        if self.model.month.number % _MONTHS_A_QUARTER == 1:
            self._tell_of_leading_channel(shares, attractions)
        if self.model.law_changed:
            self._tell_of_access()

    def _bid_for_domestic(self, per_dollar: ByChannel) -> None:
        """Tell domestic designers what one more accelerator of theirs is worth (M18).

        Its price, times what a dollar brings there over the most that a dollar brings
        elsewhere, as far as orders elsewhere were lately supplied. A laboratory that
        buys nowhere else bids the price.
        """
        if "domestic" not in self.channels:
            return
        home = self.channels.index("domestic")
        domestic = per_dollar[home]
        brought = [
            per_dollar[index] * self.reach[channel]
            for index, channel in enumerate(self.channels)
            if channel != "domestic"
        ]
        buys_elsewhere = np.delete(self._used, home, axis=0).any(axis=0)
        elsewhere = np.where(buys_elsewhere, greatest(brought or [domestic]), domestic)
        elsewhere = np.maximum(elsewhere, SMALLEST_DIVISOR)
        buyers = self._buyers["domestic"]
        names = [self.labs[row].name for row in buyers]
        for supply in self._supplies["domestic"]:
            seller = supply.seller
            if isinstance(seller, DomesticDesigner):
                bids = seller.price * domestic / elsewhere
                seller.take_bids(dict(zip(names, bids[buyers], strict=True)))

    def _tell_of_leading_channel(
        self, shares: ByChannel, attractions: ByChannel
    ) -> None:
        """Tell where another channel than before now gets most of a laboratory's money.

        Args:
            shares: of the money, by channel.
            attractions: log of value per dollar, by channel.
        """
        largest = np.where(self._used, shares, -1.0).argmax(axis=0)
        if self.leading_channel is None:
            self.leading_channel = largest
        former = self.leading_channel
        share_of_former = np.take_along_axis(shares, former[np.newaxis], axis=0)[0]
        moved = shares.max(axis=0) > share_of_former + _MINIMUM_LEAD
        if not moved.any():
            return
        first = np.where(moved, largest, former)
        self.leading_channel = first
        pairs = first * len(self.channels) + former
        for row, lab in enumerate(self.labs):
            for pair in np.unique(pairs[row][moved[row]]):
                new, old = divmod(int(pair), len(self.channels))
                now, before = self.channels[new], self.channels[old]
                lab.tell(
                    "leading channel",
                    now,
                    where=moved[row] & (pairs[row] == pair),
                    inputs={
                        "share": shares[new, row],
                        "share_of_former": shares[old, row],
                        "value_per_dollar": np.exp(attractions[new, row]),
                        "value_per_dollar_of_former": np.exp(attractions[old, row]),
                        "reach": self.reach[now][row],
                        "reach_of_former": self.reach[before][row],
                    },
                    threshold=share_of_former[row] + _MINIMUM_LEAD,
                    alternative=before,
                )

    def _tell_of_access(self) -> None:
        """Tell where law ends or restores the use of clouds abroad."""
        access, before = self.cloud_access, self.last_access
        lost, back = access < before - NOTABLE_CHANGE, access > before + NOTABLE_CHANGE
        compute = self.stocks["offshore"].training
        for row, lab in enumerate(self.labs):
            for event, where in (
                ("cloud access lost", lost[row]),
                ("cloud access back", back[row]),
            ):
                lab.tell(
                    event,
                    Good.CLOUD,
                    where=where,
                    inputs={
                        "cloud_access": access[row],
                        "offshore_compute": compute[row],
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
        """Share of a domestic accelerator's compute that its software lets one use."""
        assume = self.model.assume
        gap = 1.0 - assume["lab.domestic_software_efficiency"]
        rate = assume["lab.domestic_software_learning_per_year"]
        years = (self.model.month - self.model.start) / MONTHS_A_YEAR
        return 1.0 - gap * np.exp(-rate * years)

    def _expected_supply(self, channel: str, per_dollar: PerDraw) -> ByLab:
        """Return the expected supply of a channel; a closed one keeps a little."""
        world = self.model
        if not self._supplies[channel] and channel != "grey":
            return np.zeros_like(self.reach[channel])
        on_offer = (per_dollar > 0.0).astype(float)
        if channel in _SWITCHES:
            on_offer = on_offer * world.draws_with(_SWITCHES[channel])
        floor = world.facts["reach_floor"]
        favour: PerDraw | float = 1.0
        if channel == "domestic":
            favour = 1.0 + world.regime.mandate(Good.AI_CHIP, self.country, world.month)
        return on_offer * np.maximum(self.reach[channel], floor) * favour

    def _order(self, channel: str, money: ByLab) -> None:
        buyers = self._buyers[channel]
        if channel == "grey":
            names = [self.labs[row].name for row in buyers]
            self._distributor().take_orders(names, money[buyers])
            return
        for supply in self._supplies[channel]:
            supply.order(money[buyers])

    def _distributor(self) -> Distributor:
        seller = self._sellers["grey"].firms[0]
        if not isinstance(seller, Distributor):
            raise TypeError(f"{seller.name} is not a distributor")
        return seller

    # --- receiving ------------------------------------------------------------------

    def receive(self) -> None:
        """Take what arrived into stock, let stocks age, and pay."""
        self._age()
        self.paid = np.zeros_like(self.cash)
        for channel in self.channels:
            self._take_in(channel)
        self.budget.settle(self.cash - self.paid)

    def _age(self) -> None:
        assume = self.model.assume
        failure = assume["hw.gpu_failure_rate_annual"]
        retirement = assume["hw.retirement_per_year"]
        extra = assume["hw.smuggled_extra_failure_factor"]
        usual = survivors(failure + retirement)
        smuggled = survivors(failure * extra + retirement)
        for channel, stock in self.stocks.items():
            older = stock.aged(smuggled if channel == "grey" else usual)
            self.failed = self.failed + stock.units - older.units
            self.stocks[channel] = older

    def _take_in(self, channel: str) -> None:
        """Add what arrived in a channel to the stock, and pay for what was shipped."""
        memory = self.model.facts["reach_memory"]
        units, ordered = np.zeros_like(self.paid), np.zeros_like(self.paid)
        for worth, arrived, shipped, price, wanted in self._deliveries(channel):
            self._add(channel, worth, arrived)
            self.paid = self.paid + shipped * price
            units, ordered = units + shipped, ordered + wanted
        supplied = np.where(ordered > 0.0, share(units, ordered), self.reach[channel])
        self.reach[channel] = memory * self.reach[channel] + (1.0 - memory) * supplied

    def _deliveries(
        self, channel: str
    ) -> Iterator[tuple[UnitCompute, ByLab, ByLab, PerDraw, ByLab]]:
        """Yield by seller a unit's worth, units arrived and shipped, price, orders."""
        rows = self._buyers[channel]
        if channel == "grey":
            distributor = self._distributor()
            units, ordered = (self._of_all(x, rows) for x in distributor.deliveries())
            worth = unit_compute(distributor)
            yield worth, units, units, distributor.price, ordered
            return
        for supply in self._supplies[channel]:
            arrived, shipped, ordered = (
                self._of_all(x, rows)
                for x in (supply.arrived, supply.shipped, supply.ordered)
            )
            worth = supply.compute_on_arrival()
            yield worth, arrived, shipped, supply.price, ordered

    def _of_all(self, amounts: Table, rows: Sequence[int]) -> ByLab:
        """Return a number for every laboratory: nothing for those that have no row."""
        if len(rows) == len(self.labs):
            return amounts
        table = np.zeros_like(self.cash)
        table[rows] = amounts
        return table

    def _add(self, channel: str, worth: UnitCompute, arrived: ByLab) -> None:
        self.stocks[channel] = self.stocks[channel].plus(arrived, worth)
        self.bought = self.bought + arrived

    # --- training (M10) -------------------------------------------------------------

    def train(self) -> None:
        """Train on their fleets, and learn from scarcity."""
        access = self.cloud_access
        self.capability.train(self._training_fleet(access), access)

    def _training_fleet(self, cloud_access: ByLab) -> ByLab:
        """Return H100-equivalents for training that each can use, here and offshore."""
        facts = self.model.facts
        home = self.stocks["legal"].training + self.stocks["grey"].training
        domestic = self.stocks["domestic"].training * self.software_efficiency
        usable = cloud_access * self.model.draws_with("offshore_cloud")
        offshore = self.stocks["offshore"].training * usable
        return home + domestic + offshore * facts["offshore_run_share"]

    @property
    def cloud_access(self) -> ByLab:
        """Share of their access to clouds abroad that law permits, in [0, 1]."""
        access = np.ones_like(self.cash)
        supplies = self._supplies.get("offshore")
        if supplies:
            shares = np.array([supply.open_share for supply in supplies])
            access[self._buyers["offshore"]] = total(shares) / len(supplies)
        return access

    def accessible(self) -> dict[str, AcceleratorStock]:
        """Return the stock of each channel that they can use, with a row for each."""
        usable = self.cloud_access * self.model.draws_with("offshore_cloud")
        return self.stocks | {"offshore": self.stocks["offshore"].aged(usable)}


def training_of_all(stocks: Iterable[AcceleratorStock]) -> PerDraw:
    """Return H100-equivalents for training of all laboratories and some channels."""
    by_lab = np.stack([stock.training for stock in stocks], axis=1)
    return total(by_lab.reshape(-1, by_lab.shape[-1]))


def _stacked(stocks: Sequence[AcceleratorStock]) -> AcceleratorStock:
    """Return the stocks of several laboratories, with a row for each."""
    return AcceleratorStock(
        np.array([stock.units for stock in stocks]),
        np.array([stock.training for stock in stocks]),
        np.array([stock.inference for stock in stocks]),
    )
