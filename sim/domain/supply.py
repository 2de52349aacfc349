"""What is traded, and along which lines."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw, share


class Good(StrEnum):
    """What a supply line carries."""

    EUV = "euv"
    DUV_IMMERSION = "duv_immersion"
    DUV_DRY = "duv_dry"
    COATER_DEVELOPER = "coater_developer"
    ETCH = "etch"
    DEPOSITION = "deposition"
    CLEAN = "clean"
    IMPLANT = "implant"
    CMP = "cmp"
    PROCESS_CONTROL = "process_control"
    ENGINEERS = "engineers"
    SPARE_PARTS = "spare_parts"
    SERVICE_SOFTWARE = "service_software"
    EDA = "eda"
    LOGIC_WAFERS = "logic_wafers"
    HBM = "hbm"
    AI_CHIP = "ai_chip"
    CLOUD = "cloud"
    MINERALS = "minerals"


TOOL_CLASSES = (
    Good.DUV_IMMERSION,
    Good.DUV_DRY,
    Good.COATER_DEVELOPER,
    Good.ETCH,
    Good.DEPOSITION,
    Good.CLEAN,
    Good.IMPLANT,
    Good.CMP,
    Good.PROCESS_CONTROL,
)
"""Classes of wafer-fab tools that Chinese lines run on (EUV was never shipped)."""

SERVICE = (Good.ENGINEERS, Good.SPARE_PARTS, Good.SERVICE_SOFTWARE)
"""What a vendor's service consists of."""

LineKey = tuple[str, str, str]
"""Seller, buyer and good of a line."""


@dataclass(eq=False)
class SupplyLine:
    """A seller's standing business with a buyer in one good: an edge of the network.

    Every month it climbs down one ladder, in every draw:
    ``ordered >= licensed >= permitted >= shipped >= 0``, in units of the good
    (exporter's licence, importer's permit). What is shipped arrives `transit` months
    later.

    Attributes:
        seller: actor id.
        buyer: actor id.
        good: what it carries.
        origin: ISO 3166 alpha-3 code of the state whose law binds the seller.
        destination: alpha-3 code of where the good goes.
        party: actor id of the firm behind the buyer, as a listing would name it.
        advanced: whether the buyer is a facility that makes advanced-node chips.
        transit: months from shipment to arrival.
        lead_time: months from order to shipment when the seller is not short.
        price: USD million a unit.
        chip: the chip it carries, if it carries chips.
        backlog: orders let through but not shipped yet.
        licence: share of orders that the exporter's state licenses, in [0, 1].
        permit: share of those that the importer's state permits.
        pending: share that announced law would deny on top.
        warned: whether announced law would deny anything on top, in any draw.
        open_share: share of orders that passes both gates.
        new: orders placed this month.
        still_licensed: share of the open orders that today's law would license too.
        still_permitted: share of those that today's law would permit too.
        free: whether everything passes both gates in every draw.
        welcome: whether all that is licensed is permitted, in every draw.
        steady: whether all open orders would be let through again, in every draw.
    """

    seller: str
    buyer: str
    good: Good
    origin: str
    destination: str
    ordered: PerDraw
    party: str = ""
    advanced: bool = False
    transit: int = 0
    lead_time: float = 1.0
    price: PerDraw | float = 1.0
    chip: Chip | None = None
    backlog: PerDraw = field(init=False)
    licence: PerDraw = field(init=False)
    permit: PerDraw = field(init=False)
    pending: PerDraw = field(init=False)
    more_pending: bool = field(init=False)
    open_share: PerDraw = field(init=False)
    new_orders: PerDraw = field(init=False)
    still_licensed: PerDraw = field(init=False)
    still_permitted: PerDraw = field(init=False)
    all_pass: bool = field(init=False)
    all_permitted: bool = field(init=False)
    steady: bool = field(init=False)
    licensed: PerDraw = field(init=False)
    permitted: PerDraw = field(init=False)
    shipped: PerDraw = field(init=False)
    arrived: PerDraw = field(init=False)
    in_transit: tuple[PerDraw, ...] = field(init=False)

    def __post_init__(self) -> None:
        nothing = np.zeros_like(self.ordered)
        self.party = self.party or self.buyer
        self.licensed = self.permitted = self.shipped = self.arrived = nothing
        self.backlog = self.pending = nothing
        self.licence = self.permit = self.open_share = np.ones_like(self.ordered)
        self.new_orders = self.ordered
        self.still_licensed = self.still_permitted = self.licence
        self.all_pass = self.all_permitted = self.steady = True
        self.more_pending = False
        self.in_transit = (nothing,) * self.transit

    def order(self, quantity: PerDraw) -> None:
        """Add a month's orders to those still open."""
        self.new_orders = quantity
        self.ordered = self.backlog + quantity

    def clear(self) -> None:
        """Pass the order book through the exporter's and the importer's gate.

        New orders are asked about once; those still open were let through before and
        are asked about again only where law has tightened since. What a gate turns away
        is struck from the book.
        """
        if self.all_pass and self.steady:
            self.licensed = self.permitted = self.ordered
            return
        held = kept = self.backlog
        if not self.steady:
            held = self.backlog * self.still_licensed
            kept = held * self.still_permitted
        self.licensed = held + self.new_orders * self.licence
        if self.steady and self.all_permitted:
            self.permitted = self.licensed
        else:
            self.permitted = kept + self.new_orders * self.open_share
        if not self.steady:
            self.still_licensed = self.still_permitted = np.ones_like(self.ordered)
            self.steady = True

    def set_gates(self, licence: PerDraw, permit: PerDraw, pending: PerDraw) -> None:
        """Set what both gates let through, and what announced law would deny."""
        self.still_licensed = self.still_licensed * _kept(self.licence, licence)
        self.still_permitted = self.still_permitted * _kept(self.permit, permit)
        still = self.still_licensed * self.still_permitted
        self.steady = bool((still >= 1.0).all())
        self.licence, self.permit, self.pending = licence, permit, pending
        self.more_pending = bool((pending > 0.0).any())
        self.all_permitted = bool((permit >= 1.0).all())
        self.open_share = licence if self.all_permitted else licence * permit
        self.all_pass = bool((self.open_share >= 1.0).all())

    def ship(self, quantity: PerDraw) -> None:
        """Send goods on their way, and receive what was sent `transit` months ago."""
        self.shipped = quantity
        self.backlog = self.permitted - quantity
        road = (*self.in_transit, quantity)
        self.arrived, self.in_transit = road[0], road[1:]

    @property
    def due(self) -> PerDraw:
        """What a seller that is not short of it ships this month."""
        return self.permitted / self.lead_time

    @property
    def key(self) -> LineKey:
        """What tells the line from every other."""
        return (self.seller, self.buyer, str(self.good))

    def __str__(self) -> str:
        return f"{self.good} from {self.seller} to {self.buyer}"


def _kept(before: PerDraw, now: PerDraw) -> PerDraw:
    """Return the share of what passed before that passes now, at most all of it."""
    return np.minimum(share(now, before), 1.0)
