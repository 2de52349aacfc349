"""Brokers at transshipment hubs, and the distributors in China who sell on."""

from collections.abc import Sequence

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.offers import Offer, valued_offer
from sim.domain.chips import Chip
from sim.domain.ensemble import InDraws, PerDraw, Table, share, total
from sim.domain.supply import Good
from sim.mechanisms.grey_market import (
    clearing_markup,
    diverted,
    entrants,
    seizure_probability,
)
from sim.policy.decisions import LEADER_GOVERNMENT
from sim.world import World


class Broker(Actor):
    """A ring of brokers at one hub, with a capacity and a memory of crackdowns.

    Attributes:
        import_share: the hub's share of the accelerators sold outside China.
        capacity: units a month that it diverts at a markup of 2.
        imports: accelerators that reached the hub this month.
        diverted: bought for China this month.
        seized: of those, seized or stopped.
        sold: of those, sold on.
        displaced: capacity driven off by seizures and not yet set up elsewhere.
    """

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        import_share: float,
        capacity: PerDraw,
    ) -> None:
        super().__init__(world, name, country)
        self.import_share, self.capacity = import_share, capacity
        nothing = world.zeros()
        self.imports = self.diverted = self.seized = self.sold = nothing
        self.displaced = nothing

    def order_imports(self, designer: Designer, chip: Offer) -> None:
        """Order the hub's share of what is sold abroad, its usual business."""
        per_unit = np.maximum(chip.training, self.model.facts["reach_floor"])
        usual = designer.abroad * self.import_share / per_unit
        for line in self.purchases_of(Good.AI_CHIP):
            self.imports = designer.ship_abroad(line, usual, chip.chip)

    def divert(self, markup: PerDraw, seized_share: PerDraw) -> None:
        """Buy what pays at the markup of the day; lose what is seized."""
        assume = self.model.assume
        hideable = self.imports * assume["smuggle.hub_divertible_share"]
        premium = markup - 1.0
        self.diverted = diverted(
            self.capacity,
            premium,
            assume["smuggle.supply_elasticity_to_markup"],
            hideable,
        )
        self.seized = self.diverted * seized_share
        self.sold = self.diverted - self.seized
        self._adjust_capacity(premium, seized_share, hideable)

    def _adjust_capacity(
        self, premium: PerDraw, seized_share: PerDraw, hideable: PerDraw
    ) -> None:
        """Add entrants, and remove capacity driven off by seizures."""
        assume = self.model.assume
        room = np.maximum(1.0 - share(self.diverted, hideable), 0.0)
        room = np.where(hideable > 0.0, room, 0.0)
        grown = entrants(
            self.capacity,
            premium=np.minimum(premium, _MOST_PREMIUM),
            usual_premium=assume["smuggle.usual_markup"] - 1.0,
            entry_rate=assume["smuggle.entry_rate_per_month"],
            room=room,
        )
        driven_off = grown * seized_share * assume["smuggle.seizure_setback"]
        self.capacity = grown - driven_off
        self.displaced = self.displaced + driven_off

    def stay_idle(self) -> None:
        """Divert nothing: there is no market."""
        self.diverted = self.seized = self.sold = self.model.zeros()

    def add_capacity(self, arrivals: PerDraw) -> None:
        """Add capacity that moved here from other hubs."""
        self.capacity = self.capacity + arrivals

    def release_displaced(self, trading: InDraws) -> PerDraw:
        """Return displaced capacity that sets up elsewhere this month."""
        months = self.model.assume["smuggle.relocation_months_after_crackdown"]
        moved = np.where(trading, self.displaced / months, 0.0)
        self.displaced = self.displaced - moved
        return moved


class Distributor(Actor):
    """The grey market in China: it collects orders, clears the market and delivers.

    Attributes:
        markup: over the price abroad.
        sold: units delivered in China this month.
        is_open: whether the flagship is denied, so that there is a market, 0 or 1.
        buyers: who would buy this month.
        spending: what each of them would spend, USD million, in a row for each.
    """

    spending: Table

    def __init__(
        self,
        world: World,
        name: str,
        country: str,
        *,
        brokers: list[Broker],
        designer: Designer,
    ) -> None:
        super().__init__(world, name, country)
        self.brokers, self.designer = brokers, designer
        self.markup = world.assume["smuggle.usual_markup"]
        self.buyers: tuple[str, ...] = ()
        self.sold = self.is_open = world.zeros()
        self.chip = self._valued(self._newest_flagship())

    @property
    def training(self) -> PerDraw:
        """H100-equivalents for training of a unit; zero while there is no market."""
        return self.chip.training * self.is_open

    @property
    def inference(self) -> PerDraw:
        """The same for inference."""
        return self.chip.inference * self.is_open

    @property
    def price(self) -> PerDraw:
        """Price in China, USD million."""
        return self.price_abroad * self.markup

    @property
    def price_abroad(self) -> PerDraw:
        """Price of the chip abroad, USD million."""
        return self.chip.price * self.designer.supply.list_price

    def open_market(self) -> None:
        """Find the chip that is smuggled, and where it is denied."""
        newest = self._newest_flagship()
        if newest is not self.chip.chip:
            self.chip = self._valued(newest)
        denied = 1.0 - self.designer.lineup.odds_of(self.chip.chip.name)
        needed = (denied > 0.0).astype(float)
        for event, where in (
            ("grey market opens", needed > self.is_open),
            ("grey market closes", needed < self.is_open),
        ):
            self.tell(
                event,
                self.chip.chip.name,
                where=where,
                inputs={"denied_share": denied, "markup": self.markup},
            )
        self.is_open = needed
        self.buyers = ()

    def take_orders(self, buyers: Sequence[str], money: Table) -> None:
        """Take what laboratories would spend on smuggled chips, USD million.

        Args:
            buyers: ids of the laboratories.
            money: of each, in a row for each.
        """
        self.buyers, self.spending = tuple(buyers), money

    def clear_market(self) -> None:
        """Find the markup, let brokers divert, seize, and share out the rest (M8)."""
        assume, world = self.model.assume, self.model
        for broker in self.brokers:
            broker.order_imports(self.designer, self.chip)
        if not (world.is_on("smuggling") and self.is_open.any() and self.buyers):
            self.sold = world.zeros()
            for broker in self.brokers:
                broker.stay_idle()
            return
        spending = total(self.spending)
        capacity = total(broker.capacity for broker in self.brokers)
        cleared = clearing_markup(
            spending=spending,
            price=self.price_abroad,
            capacity=capacity,
            elasticity=assume["smuggle.supply_elasticity_to_markup"],
        )
        # Where nobody smuggles, nothing is bought or seized, and the markup stays.
        trading = (self.is_open > 0.0) & world.draws_with("smuggling")
        self.markup = np.where(trading, cleared, self.markup)
        paid = np.where(trading, cleared, _NO_PREMIUM)
        for broker in self.brokers:
            broker.divert(paid, self._seized_share(broker.country) * trading)
        self._relocate(trading)
        offered = total(broker.sold for broker in self.brokers) * self.is_open
        affordable = spending / self.price
        self.sold = np.minimum(offered, affordable)
        self._tell_of_seizures()

    def deliveries(self) -> tuple[Table, Table]:
        """Return units delivered to each buyer, and the units its money was for."""
        ordered = self.spending / self.price
        total_orders = total(self.spending) / self.price
        return self.sold * share(ordered, total_orders), ordered

    def _seized_share(self, hub: str) -> PerDraw:
        """Return the share of what a hub's brokers divert that is seized."""
        means = self.model.regime.enforcement(self.model.month, hub)
        assume = self.model.assume
        return seizure_probability(
            assume["smuggle.interdiction_rate_before_delivery"],
            officers=means.officers,
            budget=means.budget,
            location_verification=means.location_verification,
            verification_power=assume["smuggle.verification_power"],
        )

    def _relocate(self, trading: InDraws) -> None:
        moved = total(broker.release_displaced(trading) for broker in self.brokers)
        for broker in self.brokers:
            broker.add_capacity(moved / len(self.brokers))

    def _tell_of_seizures(self) -> None:
        """Enter the months in which customs seize a shipment."""
        world = self.model
        seized = total(broker.seized for broker in self.brokers)
        diverted = total(broker.diverted for broker in self.brokers)
        odds = share(seized, diverted)
        luck = world.chance.uniform("a large seizure", world.month)
        world.tell(
            LEADER_GOVERNMENT,
            "seizure",
            self.chip.chip.name,
            "diverted chips",
            luck < odds,
            inputs={
                "seized_share": odds,
                "units_diverted": diverted,
                "units_seized": seized,
                "markup": self.markup,
            },
            threshold=luck,
        )

    def _newest_flagship(self) -> Chip:
        """Return the newest flagship that is sold in volume."""
        world, lineup = self.model, self.designer.lineup
        wait = int(world.facts["volume_after_launch_months"])
        sold = [x for x, launch in lineup.flagships if launch + wait <= world.month]
        return sold[-1] if sold else lineup.flagships[0][0]

    def _valued(self, chip: Chip) -> Offer:
        """Return a chip with what it is worth to a buyer."""
        reference, since = self.designer.lineup.reference, self.model.zeros()
        return valued_offer(
            self.model, chip, since, reference=reference, compliant=False
        )


_MOST_PREMIUM = 2.0
_NO_PREMIUM = 1.0
