"""Sellers of compute: what laboratories find in a channel, and what it is worth."""

from collections.abc import Sequence

import numpy as np

from sim.agents.actor import Actor
from sim.agents.designer import Designer
from sim.agents.domestic_designer import DomesticDesigner
from sim.agents.grey_market import Distributor
from sim.agents.offshore import OffshoreCloud
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month

UnitCompute = tuple[PerDraw, PerDraw]
"""What a unit gives: H100-equivalents for training, and for inference."""

SMALLEST_DIVISOR = 1e-12
"""What stands for nothing where it is divided by, or its logarithm is taken."""


class ChannelSellers:
    """The sellers of one channel, whom all laboratories that buy there weigh alike.

    Attributes:
        firms: the customary seller first.
    """

    def __init__(self, firms: Sequence[Actor]) -> None:
        self.firms = tuple(firms)
        self._weighed: tuple[Month, PerDraw] | None = None

    def value_per_dollar(self) -> PerDraw:
        """Return what the channel gives, H100e per USD million.

        It is weighed by its customary seller, or by the next that has an offer; once a
        month, when the first laboratory orders, since orders move no price.
        """
        month = self.firms[0].model.month
        if self._weighed is None or self._weighed[0] != month:
            self._weighed = (month, self._weigh())
        return self._weighed[1]

    def _weigh(self) -> PerDraw:
        world = self.firms[0].model
        weight = world.assume["lab.training_share_of_demand"]
        found = world.zeros()
        for seller in self.firms:
            training, inference = unit_compute(seller)
            value = weight * training + (1.0 - weight) * inference
            per_dollar = value / np.maximum(unit_price(seller), SMALLEST_DIVISOR)
            found = np.where(found > 0.0, found, per_dollar)
        return found


def unit_compute(seller: Actor) -> UnitCompute:
    """Return the H100-equivalents of what a seller sells, nothing without an offer."""
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
