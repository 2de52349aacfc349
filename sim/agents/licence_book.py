"""Licences of one exporter: applied for with orders, granted later, then used (M20)."""

from collections.abc import Sequence

import numpy as np

from sim.domain.ensemble import InDraws, PerDraw, Table, share
from sim.domain.supply import SupplyLine
from sim.mechanisms.licensing import (
    applications,
    decided_by_notice,
    grant_rate,
    under_licence,
)
from sim.mechanisms.pipeline import Rate, leaving_rate
from sim.world import World


class LicenceBook:
    """Applications and licences for what goes out on some lines of one exporter.

    All of it is in units of the good, with a row for each line; from `applied` on they
    are counted since the start.

    Attributes:
        lines: those that go through the book; their orders are closed every month.
        waiting: applications that are not decided.
        held: licences that are granted and not used.
        applied: applications made.
        approved: applications granted.
        denied: applications denied.
        withdrawn: applications returned without a decision.
        used: licences used for shipments.
        lapsed: licences that ran out or were given back unused.
    """

    def __init__(self, world: World, lines: Sequence[SupplyLine]) -> None:
        self.world, self.lines = world, tuple(lines)
        nothing = np.zeros((len(self.lines), world.chance.draws.count))
        self.waiting = self.held = nothing
        self.applied = self.approved = self.denied = self.withdrawn = nothing
        self.used = self.lapsed = nothing
        self._licensable = self._licensed = nothing

    def clear(self) -> None:
        """Pass the orders through both gates, as far as licences are in hand."""
        for line in self.lines:
            line.clear()
        if self._grants_any() or self.waiting.any() or self.held.any():
            self._review_applications()
        elif self._licensable.any():
            self._licensable = np.zeros_like(self._licensable)

    def _grants_any(self) -> bool:
        """Whether the law grants licences on any of its lines, in any draw."""
        pairs = ((x.gates.licence, x.gates.without_licence) for x in self.lines)
        return any(x is not y and (x > y).any() for x, y in pairs)

    def ship_and_close(self, quantities: Sequence[PerDraw]) -> None:
        """Ship goods, and use up the licences under which they leave.

        Args:
            quantities: units, on each line at most what both gates permit.
        """
        for line, quantity in zip(self.lines, quantities, strict=True):
            line.ship_and_close(quantity)
        if self._licensed.any():
            passed = np.array([line.orders.licensed for line in self.lines])
            used = np.array(quantities) * share(self._licensed, passed)
            used = np.minimum(used, self.held)
            self.used, self.held = self.used + used, self.held - used
            self._licensed = np.zeros_like(used)

    def return_all(self, where: InDraws) -> None:
        """Give back what is applied for and held in some draws.

        A licence is for one product: it is of no use for the next one.
        """
        if not where.any():
            return
        self._withdraw(np.where(where, self.waiting, 0.0))
        self._lapse(np.where(where, self.held, 0.0))
        self._licensable = np.where(where, 0.0, self._licensable)

    def _review_applications(self) -> None:
        """Decide on what waits, let out what is licensed, and take applications."""
        orders = np.array([line.orders.ordered for line in self.lines])
        licence = np.array([line.gates.licence for line in self.lines])
        free = np.array([line.gates.without_licence for line in self.lines])
        needs, licensable = 1.0 - free, np.maximum(licence - free, 0.0)
        opens = (licensable > 0.0) & (self._licensable <= 0.0)
        self._licensable = licensable
        self._lapse(self.held / self.world.facts["licence_validity_months"])
        self._withdraw(np.where(needs > 0.0, 0.0, self.waiting))
        decided = self.waiting * self._decision_rate
        if opens.any():
            decided = decided + self._apply_ahead(np.where(opens, needs * orders, 0.0))
        self._decide(decided, grant_rate(needs, licensable))
        self._licensed = under_licence(orders, licensable, self.held)
        self._limit(free * orders + self._licensed)
        spare = self.held - self._licensed
        wanted = applications(orders, needs, licensable, spare)
        self._apply(np.where(opens, 0.0, wanted))

    @property
    def _decision_rate(self) -> Rate:
        """Share of what waits that is decided in a month."""
        return leaving_rate(self.world.assume["law.licence_months"], stages=1)

    def _apply_ahead(self, orders: Table) -> Table:
        """Apply for orders as the law begins to grant licences; return what is decided.

        Firms that had notice have applied since. Where licences have been granted since
        before the start, those of former months wait as well.

        Args:
            orders: that need a licence, where the law begins to grant it; units.
        """
        rate, month = self._decision_rate, self.world.month
        if month == self.world.start:
            self._apply(orders + orders / rate)
            return orders
        self._apply(orders)
        notice = max(self.world.regime.notice(x, month) for x in self.lines)
        return orders * decided_by_notice(rate, notice)

    def _apply(self, quantity: Table) -> None:
        self.applied = self.applied + quantity
        self.waiting = self.waiting + quantity

    def _decide(self, decided: Table, granted_share: Table) -> None:
        """Decide on a part of what waits; each grant becomes a licence."""
        granted = decided * granted_share
        self.waiting = np.maximum(self.waiting - decided, 0.0)
        self.approved, self.held = self.approved + granted, self.held + granted
        self.denied = self.denied + (decided - granted)

    def _withdraw(self, quantity: Table) -> None:
        self.withdrawn = self.withdrawn + quantity
        self.waiting = self.waiting - quantity

    def _lapse(self, quantity: Table) -> None:
        self.lapsed, self.held = self.lapsed + quantity, self.held - quantity

    def _limit(self, quantities: Table) -> None:
        for line, quantity in zip(self.lines, quantities, strict=True):
            line.limit_licensed(quantity)
