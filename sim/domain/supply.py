"""What is traded, and along which lines."""

from copy import copy
from dataclasses import InitVar, dataclass, field
from enum import StrEnum

import numpy as np

from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw

CHINA = "CHN"
"""The state whose chips the law is about, ISO 3166 alpha-3."""


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
"""The parts of a vendor's service."""

LineKey = tuple[str, str, str]
"""Seller, buyer and good of a line."""


class Gates:
    """What the two gates on a line let through: the exporter's, then the importer's.

    What follows from other attributes is kept because every line is checked every
    month, while law seldom changes.

    Attributes:
        licence: share of new orders that the exporter's state licenses, in [0, 1].
        permit: share of those that the importer's state permits.
        without_licence: share of new orders that may leave without a licence; the
            exporter's state grants the rest of `licence` on application. All of
            `licence` where nobody waits for a decision.
        open_days: share of the month's days on which anything may pass.
        pending: share that announced law would deny on top.
        open_share: share of new orders that passes both gates.
        all_pass: whether everything passes both gates in every draw.
        all_permitted: whether all that is licensed is permitted, in every draw.
        more_pending: whether announced law would deny anything on top, in any draw.
        still_licensed: share of the open orders that today's law would license too.
        still_permitted: share of those that today's law would permit too.
        tightened: whether law has tightened, in any draw, since the open orders passed.
    """

    def __init__(self, like: PerDraw) -> None:
        """Let everything through, in as many draws as an array has."""
        self.still_licensed = self.still_permitted = np.ones_like(like)
        self.pending, self.more_pending = np.zeros_like(like), False
        self.tightened = False
        self.without_licence = self.open_days = self.still_licensed
        self._let_through(self.still_licensed, self.still_permitted)

    def set(self, licence: PerDraw, permit: PerDraw, pending: PerDraw) -> None:
        """Set what both gates let through, and what announced law would deny."""
        self.pending, self.more_pending = pending, bool((pending > 0.0).any())
        self.without_licence = licence
        if licence is self.licence and permit is self.permit:
            return
        if licence is not self.licence:
            self.still_licensed = self.still_licensed * _kept(self.licence, licence)
        if permit is not self.permit:
            self.still_permitted = self.still_permitted * _kept(self.permit, permit)
        still_open = self.still_licensed * self.still_permitted
        self.tightened = not (still_open >= 1.0).all()
        self._let_through(licence, permit)

    def _let_through(self, licence: PerDraw, permit: PerDraw) -> None:
        self.licence, self.permit = licence, permit
        self.all_permitted = bool((permit >= 1.0).all())
        self.open_share = licence if self.all_permitted else licence * permit
        self.all_pass = bool((self.open_share >= 1.0).all())

    def copy_from(self, other: "Gates") -> None:
        """Set the gates as those of a line to which the same law applies."""
        self.set(other.licence, other.permit, other.pending)
        self.without_licence, self.open_days = other.without_licence, other.open_days

    def ask_for_licences(self, without_licence: PerDraw, open_days: PerDraw) -> None:
        """Let what needs a licence wait until one is granted.

        Args:
            without_licence: share of new orders that may leave without one.
            open_days: share of the month's days on which anything may pass.
        """
        self.without_licence, self.open_days = without_licence, open_days

    def leak(self, leakage: PerDraw) -> None:
        """License at least the share of orders that slips past the law."""
        licence = np.maximum(self.licence, leakage)
        self.set(licence, self.permit, self.pending)

    def settle(self) -> None:
        """Take note that the open orders have passed the gates as they are now."""
        if self.tightened:
            self.still_licensed = self.still_permitted = np.ones_like(self.licence)
            self.tightened = False


class OrderBook:
    """The orders on a line, in units of the good, and its goods under way.

    Every month they go down one ladder, in every draw:
    ``ordered >= licensed >= permitted >= shipped >= 0``.

    Attributes:
        new: orders placed this month.
        backlog: orders let through but not shipped yet.
        ordered: both together.
        licensed: of those, what passed the exporter's gate.
        permitted: of those, what passed the importer's gate.
        shipped: of those, what was shipped this month.
        arrived: what arrived this month.
        in_transit: what is under way, the next to arrive first.
    """

    def __init__(self, ordered: PerDraw, transit: int) -> None:
        """Open a book with first orders; goods take `transit` months to arrive."""
        nothing = np.zeros_like(ordered)
        self.ordered = self.new = ordered
        self.backlog = self.licensed = self.permitted = nothing
        self.shipped = self.arrived = nothing
        self.in_transit: tuple[PerDraw, ...] = (nothing,) * transit

    def place(self, quantity: PerDraw) -> None:
        """Add a month's orders to those still open."""
        self.new = quantity
        self.ordered = self.backlog + quantity

    def pass_gates(self, gates: Gates) -> None:
        """Strike from the book what the gates turn away.

        New orders pass them once. Those still open have passed before, and pass again
        only where law has tightened since.
        """
        if gates.all_pass and not gates.tightened:
            self.licensed = self.permitted = self.ordered
            return
        kept_licensed = kept_permitted = self.backlog
        if gates.tightened:
            kept_licensed = self.backlog * gates.still_licensed
            kept_permitted = kept_licensed * gates.still_permitted
        self.licensed = kept_licensed + self.new * gates.licence
        if gates.all_permitted and not gates.tightened:
            self.permitted = self.licensed
        else:
            self.permitted = kept_permitted + self.new * gates.open_share

    def limit_licensed(self, quantity: PerDraw, permit: PerDraw) -> None:
        """Let at most so much of the month's orders pass the exporter's gate.

        Args:
            quantity: units that may leave.
            permit: share of them that the importer's state lets in.
        """
        is_limited = quantity < self.licensed
        self.licensed = np.where(is_limited, quantity, self.licensed)
        self.permitted = np.where(is_limited, quantity * permit, self.permitted)

    def ship(self, quantity: PerDraw, backlog: PerDraw) -> None:
        """Send goods on their way, and receive what was sent `transit` months ago."""
        self.shipped, self.backlog = quantity, backlog
        under_way = (*self.in_transit, quantity)
        self.arrived, self.in_transit = under_way[0], under_way[1:]

    def call_off(self, kept: PerDraw) -> PerDraw:
        """Keep a share of the open orders; return what is called off."""
        called_off = self.backlog * (1.0 - kept)
        self.backlog = self.backlog * kept
        return called_off


@dataclass(eq=False)
class SupplyLine:
    """A seller's lasting business with a buyer in one good: an edge of the network.

    Attributes:
        seller: actor id.
        buyer: actor id.
        good: what it carries.
        origin: ISO 3166 alpha-3 code of the state whose law binds the seller.
        destination: alpha-3 code of where the good goes.
        ordered: first orders, in units of the good.
        party: actor id of the firm behind the buyer, as a listing would name it.
        advanced: whether the buyer is a facility that makes advanced-node chips.
        transit: months from shipment to arrival.
        lead_time: months from order to shipment when the seller is not short.
        price: USD million a unit.
        chip: the chip it carries, if it carries chips.
        gates: what may pass by law.
        orders: what was ordered, and how much was shipped.
    """

    seller: str
    buyer: str
    good: Good
    origin: str
    destination: str
    ordered: InitVar[PerDraw]
    party: str = ""
    advanced: bool = False
    transit: int = 0
    lead_time: float = 1.0
    price: PerDraw | float = 1.0
    chip: Chip | None = None
    gates: Gates = field(init=False)
    orders: OrderBook = field(init=False)

    def __post_init__(self, ordered: PerDraw) -> None:
        self.party = self.party or self.buyer
        self.gates, self.orders = Gates(ordered), OrderBook(ordered, self.transit)

    def fill(self, flow: PerDraw) -> None:
        """Begin with the orders and the goods under way that a steady flow takes."""
        self.orders.backlog = flow * self.lead_time
        self.orders.in_transit = (flow,) * self.transit

    def keep_orders(self, orders: OrderBook) -> None:
        """Keep its orders in another book from now on."""
        self.orders = orders

    def carry(self, chip: Chip) -> None:
        """Carry a chip from now on."""
        self.chip = chip

    def carrying(self, chip: Chip | None) -> "SupplyLine":
        """Return the line as it would be with a chip, to look up what law lets pass."""
        probe = copy(self)
        probe.chip = chip
        return probe

    def quote(self, price: PerDraw | float) -> None:
        """Sell at a price from now on, USD million a unit."""
        self.price = price

    def order(self, quantity: PerDraw) -> None:
        """Add a month's orders to those still open."""
        self.orders.place(quantity)

    def clear(self) -> None:
        """Pass the order book through the exporter's and the importer's gate."""
        self.orders.pass_gates(self.gates)
        self.gates.settle()

    def limit_licensed(self, quantity: PerDraw) -> None:
        """Let at most so many units pass the exporter's gate this month."""
        self.orders.limit_licensed(quantity, self.gates.permit)

    def ship(self, quantity: PerDraw) -> None:
        """Ship goods; orders that they do not fill stay open."""
        self.orders.ship(quantity, self.orders.permitted - quantity)

    def ship_and_close(self, quantity: PerDraw) -> None:
        """Ship goods; orders that they do not fill are struck from the book."""
        self.orders.ship(quantity, np.zeros_like(quantity))

    def ship_all(self) -> None:
        """Ship this month all that passes both gates."""
        self.clear()
        self.ship_and_close(self.orders.permitted)

    @property
    def due(self) -> PerDraw:
        """What a seller that is not short of it ships this month."""
        return self.orders.permitted / self.lead_time

    @property
    def key(self) -> LineKey:
        """What tells the line from every other."""
        return (self.seller, self.buyer, str(self.good))

    def __str__(self) -> str:
        return f"{self.good} from {self.seller} to {self.buyer}"


def _kept(before: PerDraw, now: PerDraw) -> PerDraw:
    """Return the share of what passed before that passes now, at most all of it.

    Where nothing passed before, no order is open, and all of nothing is kept.
    """
    passed = before > 0.0
    kept = np.divide(now, before, out=np.ones_like(now), where=passed)
    return np.minimum(kept, 1.0)
