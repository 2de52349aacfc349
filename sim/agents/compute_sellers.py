"""Sellers of compute: what a channel offers laboratories, and what it is worth."""

from collections.abc import Sequence

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.grey_market_firms import Distributor
from sim.agents.offshore import OffshoreCloud
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month

UnitCompute = tuple[PerDraw, PerDraw]
"""H100-equivalents of a unit, for training and for inference."""

SMALLEST_DIVISOR = 1e-12
"""Used in place of zero in a division or a logarithm."""


class ChannelSellers:
    """The sellers of one channel, which all its buyers value equally.

    Attributes:
        firms: the customary seller first.
    """

    def __init__(self, firms: Sequence[Actor]) -> None:
        self.firms = tuple(firms)
        self._value: tuple[Month, PerDraw] | None = None

    def value_per_dollar(self) -> PerDraw:
        """Return what the channel offers, H100e per USD million.

        It is valued by its customary seller, or by the next that has an offer: once a
        month, when the first laboratory orders, since orders do not change prices.
        """
        month = self.firms[0].model.month
        if self._value is None or self._value[0] != month:
            self._value = (month, self._compute_value())
        return self._value[1]

    def _compute_value(self) -> PerDraw:
        world = self.firms[0].model
        weight = world.assume["lab.training_share_of_demand"]
        value_per_dollar = world.zeros()
        for seller in self.firms:
            training, inference = unit_compute(seller)
            value = weight * training + (1.0 - weight) * inference
            per_dollar = value / np.maximum(unit_price(seller), SMALLEST_DIVISOR)
            value_per_dollar = np.where(
                value_per_dollar > 0.0, value_per_dollar, per_dollar
            )
        return value_per_dollar


def unit_compute(seller: Actor) -> UnitCompute:
    """Return the H100-equivalents of a unit on sale, zero without an offer."""
    match seller:
        case Designer():
            offer = seller.lineup.offer
            if offer is None:
                nothing = seller.model.zeros()
                return nothing, nothing
            return offer.training, offer.inference
        case DomesticDesigner() | Distributor() | OffshoreCloud():
            return seller.training, seller.inference
    raise TypeError(f"{seller.name} sells no compute")


def unit_price(seller: Actor) -> PerDraw:
    """Return the price of what a seller sells, USD million."""
    match seller:
        case Designer():
            return seller.model.zeros() if seller.lineup.offer is None else seller.price
        case DomesticDesigner():
            return seller.model.per_draw(seller.price)
        case Distributor() | OffshoreCloud():
            return seller.price
    raise TypeError(f"{seller.name} sells no compute")
