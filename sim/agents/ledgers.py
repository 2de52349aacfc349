"""The ledgers of all listed firms: what they sell, and what law may take of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.agents.businesses import ChipSales, ServiceSales
from sim.agents.ledger import Business
from sim.domain.array_types import Bool, Float64
from sim.domain.ensemble import PerDraw, share, total
from sim.domain.months import MONTHS_A_YEAR
from sim.domain.supply import CHINA
from sim.mechanisms.adjustment import adjusted
from sim.mechanisms.belief import reopening
from sim.mechanisms.returns import sales_lost, supplier_loss
from sim.policy.beliefs import BeliefChange
from sim.policy.prospects import Prospect
from sim.world import World

ByBusiness = Float64[np.ndarray, "businesses draws"]
"""A number for each business of each firm, and draw."""

ByProspect = Float64[np.ndarray, "prospects draws"]
"""A number for each prospect and draw."""

ByFirm = Float64[np.ndarray, "firms draws"]
"""A number for each listed firm and draw."""

_MOST_WON = 100.0
"""The most that a firm is expected to win from rivals, or to lose to them again, over
what it sells. A firm whose chips hardly work sells next to nothing: without a bound the
log of its price would pass what a float holds. Other firms stay far below."""


@dataclass(frozen=True, slots=True, eq=False)
class _Threats:
    """One of the prospects that may take each of some businesses.

    Attributes:
        rows: the businesses.
        prospects: index of the prospect of each.
        denied: share of the business that it would take, in [0, 1].
    """

    rows: list[int]
    prospects: list[int]
    denied: Float64[np.ndarray, "rows #draws"]


@dataclass(frozen=True, slots=True)
class Rivalry:
    """What a Chinese firm wins as law takes foreign firms' sales in China.

    Attributes:
        sales: kind of the businesses that rivals lose.
        share: of what they lose, in [0, 1].
    """

    sales: type[Business]
    share: float


class Ledgers:
    """Revenue of listed firms by what may take it, with a row for each business.

    Attributes:
        businesses: sales that law may take, firm by firm; no law of the model takes
            the others.
        revenue: of each business, a moving average of a month's, USD million.
        announced_loss: of that, what announced law takes; it fades as the average
            learns of it.
        closed: sales that law has taken and may give back, USD million a month.
        firm_revenue: of each firm, a moving average of all that it sells in a month.
        ai_revenue: of that, what AI compute brings, USD million.
    """

    def __init__(
        self,
        world: World,
        by_firm: Mapping[str, Sequence[Business]],
        *,
        rivalries: Sequence[Rivalry | None],
    ) -> None:
        """Open empty ledgers.

        Args:
            world: where firms sell.
            by_firm: the businesses of each listed firm, by id.
            rivalries: of each firm, from whom it wins sales, if from anybody.
        """
        self.world = world
        self.businesses = tuple(x for group in by_firm.values() for x in group)
        draws = world.chance.draws.count
        self.revenue = self.announced_loss = np.zeros((len(self.businesses), draws))
        self.closed = self.revenue
        self.firm_revenue = self.ai_revenue = np.zeros((len(by_firm), draws))
        self._is_empty = True
        for row, business in enumerate(self.businesses):
            business.show(self, row)
        rows = range(len(self.businesses))
        served = [isinstance(x, ServiceSales) for x in self.businesses]
        self._service = [row for row in rows if served[row]]
        self._others = [row for row in rows if not served[row]]
        self._keys = list(world.beliefs.prospects)
        self._priors = np.array([[x.prior] for x in world.beliefs.prospects.values()])
        self._designers = [
            firm
            for firm, group in enumerate(by_firm.values())
            if any(isinstance(x, ChipSales) for x in group)
        ]
        nodes = world.network.nodes
        self._suppliers = [
            firm
            for firm, name in enumerate(by_firm)
            if firm not in self._designers and nodes[name]["country"] != CHINA
        ]
        self._rivals = [
            (firm, rivalry.share, self._rows_of(rivalry.sales))
            for firm, rivalry in enumerate(rivalries)
            if rivalry is not None
        ]
        self._threats = _threats(self.businesses, self._keys)
        self._places = _places([len(group) for group in by_firm.values()])
        self._prospects = [
            frozenset(key for business in group for key in business.denied_shares)
            for group in by_firm.values()
        ]

    def enter_month(self, revenue: ByFirm, ai_revenue: ByFirm) -> None:
        """Enter a month's sales of each firm into averages of about a year."""
        months = 1.0 if self._is_empty else float(MONTHS_A_YEAR)
        self._is_empty = False
        self.firm_revenue = adjusted(self.firm_revenue, revenue, months)
        self.ai_revenue = adjusted(self.ai_revenue, ai_revenue, months)
        # Service is split by the tools' averages, so tools come before service.
        for rows in (self._others, self._service):
            sold = np.array([self.businesses[row].monthly_revenue() for row in rows])
            after = self.revenue.copy()
            after[rows] = adjusted(self.revenue[rows], sold, months)
            self.revenue = after
        self.announced_loss = adjusted(self.announced_loss, 0.0, months)
        kept = np.exp2(-1.0 / self.world.assume["market.closed_sales_half_life_months"])
        for business in self.businesses:
            business.note_shipments()
            business.forget_closed(kept)

    def count_announced_change(
        self, move: BeliefChange, prospects: Mapping[str, Prospect]
    ) -> None:
        """Count what an instrument takes or gives back, once the world learns of it."""
        for business in self.businesses:
            business.count_announced_change(move, prospects)

    def put(self, name: str, row: int, amount: PerDraw) -> None:
        """Set a number of one business; the table is bound anew, not changed."""
        amounts: ByBusiness = getattr(self, name).copy()
        amounts[row] = amount
        setattr(self, name, amounts)

    def expected_loss(self, probability: Mapping[str, PerDraw]) -> ByFirm:
        """Return the share of each firm's revenue that is expected to be lost.

        Below 0 where more is expected to come back than to be lost.

        Args:
            probability: put on each prospect, by id.
        """
        believed = np.array([probability[key] for key in self._keys])
        everything = np.ones_like(self.revenue)
        if self.world.is_on("relief"):
            kept = self._left_by(believed, everything)
            shut = self._left_by(self._reopening(believed), everything)
            lost = sales_lost(
                self.revenue, self.announced_loss, kept, self.closed, 1.0 - shut
            )
        else:
            safe = 1.0 - share(self.announced_loss, self.revenue)
            lost = self.revenue * (1.0 - self._left_by(believed, safe))
        of_firms = self._over_businesses(lost)
        for firm, won, rows in self._rivals:
            most = _MOST_WON * self.firm_revenue[firm]
            of_firms[firm] -= np.clip(won * total(lost[rows]), -most, most)
        own = share(of_firms, self.firm_revenue)
        if not self.world.is_on("news_spill") or not self._designers:
            return own
        of_designers = total(of_firms[self._designers])
        sold = total(self.ai_revenue[self._designers])
        supplied = supplier_loss(self.ai_share, of_designers, sold)
        own[self._suppliers] += supplied[self._suppliers]
        return own

    def _rows_of(self, kind: type[Business]) -> list[int]:
        """Return the rows of the businesses of a kind."""
        return [row for row, x in enumerate(self.businesses) if isinstance(x, kind)]

    def _left_by(self, probability: ByProspect, of: ByBusiness) -> ByBusiness:
        """Return what instruments, each at its odds, leave of a share of a business."""
        left = of.copy()
        for threat in self._threats:
            taken = probability[threat.prospects] * threat.denied
            left[threat.rows] *= 1.0 - taken
        return left

    def _reopening(self, believed: ByProspect) -> ByProspect:
        """Return the probability that what each prospect took is opened again."""
        if not self._keys:
            return believed
        return reopening(
            believed, self._priors, self.world.assume["belief.reopening_prior"]
        )

    def affected_by(self, move: BeliefChange) -> Bool[np.ndarray, "firms"]:
        """Return the firms of which news can touch any sales."""
        if move.act is not None:
            return np.full(len(self._prospects), fill_value=True)
        moved = move.before
        touched = np.array([not keys.isdisjoint(moved) for keys in self._prospects])
        if self.world.is_on("news_spill") and touched[self._designers].any():
            touched[self._suppliers] = True
        if touched.any():
            touched[[firm for firm, _, _ in self._rivals]] = True
        return touched

    @property
    def ai_share(self) -> ByFirm:
        """Share of revenue that AI compute brings, in [0, 1]."""
        return share(self.ai_revenue, self.firm_revenue)

    def _over_businesses(self, amounts: ByBusiness) -> ByFirm:
        """Return the sum over the businesses of each firm, one after another."""
        sums = np.zeros_like(self.firm_revenue)
        for rows, firms in self._places:
            sums[firms] += amounts[rows]
        return sums


def _threats(businesses: Sequence[Business], prospects: list[str]) -> list[_Threats]:
    """Return the first prospect that may take each business, then the second, ..."""
    threats = []
    by_business = [list(business.denied_shares.items()) for business in businesses]
    for number in range(max(map(len, by_business), default=0)):
        rows = [row for row, own in enumerate(by_business) if len(own) > number]
        keys, denied = zip(*(by_business[row][number] for row in rows), strict=True)
        columns = np.broadcast_arrays(*(np.atleast_1d(part) for part in denied))
        indices = [prospects.index(key) for key in keys]
        threats.append(_Threats(rows, indices, np.array(columns, dtype=float)))
    return threats


def _places(counts: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """Return rows and firms: the first business of each, then the second, and so on."""
    first = np.cumsum([0, *counts])
    places = []
    for number in range(max(counts)):
        firms = [firm for firm, count in enumerate(counts) if count > number]
        places.append(([int(first[firm]) + number for firm in firms], firms))
    return places
