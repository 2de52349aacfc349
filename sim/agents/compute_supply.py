"""What one seller of compute supplies to laboratories, a row for each of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from sim.agents.actor import Actor
from sim.agents.compute_sellers import UnitCompute, unit_compute, unit_price
from sim.agents.lab import Lab
from sim.domain.ensemble import PerDraw, Table, sum_in_order
from sim.domain.supply import SupplyLine


class ComputeSupply:
    """The lines on which one seller supplies laboratories, and what they carry.

    Every table has a row for each laboratory that buys from it.

    Attributes:
        seller: who sells.
        lines: one for each of these laboratories.
        shares: of the money of a channel, what goes to this seller by custom.
    """

    def __init__(
        self, seller: Actor, lines: Sequence[SupplyLine], shares: Sequence[float]
    ) -> None:
        self.seller, self.lines = seller, tuple(lines)
        self.shares = np.array(shares)[:, np.newaxis]
        self._sent: tuple[UnitCompute, ...] = ()

    def order(self, money: Table) -> None:
        """Order for the money of each laboratory, where there is anything on offer."""
        price, worth = unit_price(self.seller), unit_compute(self.seller)[0]
        on_offer = (price > 0.0) & (worth > 0.0)
        units = money * self.shares / np.where(on_offer, price, 1.0)
        quantities = np.where(on_offer, units, 0.0)
        for line, quantity in zip(self.lines, quantities, strict=True):
            line.order(quantity)

    def compute_on_arrival(self) -> UnitCompute:
        """Return the H100-equivalents of a unit that arrives, as when it was sent."""
        now = unit_compute(self.seller)
        sent = self._sent or (now,) * self.lines[0].transit
        first, *rest = (*sent, now)
        self._sent = tuple(rest)
        return first

    @property
    def price(self) -> PerDraw:
        """Price of a unit, USD million; the same for all."""
        return unit_price(self.seller)

    @property
    def ordered(self) -> Table:
        """Units ordered."""
        return np.array([line.orders.ordered for line in self.lines])

    @property
    def shipped(self) -> Table:
        """Units shipped this month."""
        return np.array([line.orders.shipped for line in self.lines])

    @property
    def arrived(self) -> Table:
        """Units that arrived this month."""
        return np.array([line.orders.arrived for line in self.lines])

    @property
    def open_share(self) -> Table:
        """Share of new orders that both gates let pass."""
        return np.array([line.gates.open_share for line in self.lines])


def supplies_of(labs: Sequence[Lab], channel: str) -> list[ComputeSupply]:
    """Return who supplies laboratories in a channel that all of them use.

    Each divides its money among the sellers by custom.
    """
    by_lab = [_lines_of(lab, channel) for lab in labs]
    supplies = []
    for seller in labs[0].sellers[channel].firms:
        if seller.name in by_lab[0]:
            lines, shares = zip(
                *(of_lab[seller.name] for of_lab in by_lab), strict=True
            )
            supplies.append(ComputeSupply(seller, lines, shares))
    return supplies


def _lines_of(lab: Lab, channel: str) -> Mapping[str, tuple[SupplyLine, float]]:
    """Return a laboratory's lines in a channel, and its shares, by seller."""
    sellers = {seller.name for seller in lab.sellers[channel].firms}
    lines = [line for line in lab.purchases if line.seller in sellers]
    weights = [lab.customary_share(line) for line in lines]
    whole = sum_in_order(weights)
    return {
        line.seller: (line, weight / whole)
        for line, weight in zip(lines, weights, strict=True)
    }
