"""The book of quotas: what has been shipped under each, and what may still be."""

from collections.abc import Sequence

import numpy as np

from sim.domain.ensemble import PerDraw, share, total
from sim.domain.months import MONTHS_A_YEAR, Month
from sim.domain.supply import SupplyLine
from sim.mechanisms.allocation import within_quota
from sim.policy.regime import Regime
from sim.policy.terms import Quota

Account = tuple[str, str, str]
"""A quota and its period, whom it is for, and the product if each has its own."""


class QuotaBook:
    """Counts shipments against quotas, so that no order of customers is favoured.

    What is left at the start of a month is offered to the lines of an account in equal
    parts; lines cleared together share their parts in proportion to what they ask. What
    one leaves is offered to all again in the next month.

    Attributes:
        lines: all lines of the world.
        used: what has been shipped under each account, in the quota's unit.
    """

    def __init__(self, lines: list[SupplyLine]) -> None:
        self.lines = lines
        self.used: dict[Account, PerDraw] = {}
        self._before: dict[Account, PerDraw] = {}
        self._month: Month | None = None
        self._regime: Regime | None = None
        self._law: object = None
        self._quotas: list[Quota] = []
        self._holders: dict[Account, int] = {}

    def open_month(self, regime: Regime, month: Month) -> None:
        """Take up the quotas in force, and what has been used of each.

        The lines of an account are counted again only under another law: a regime keeps
        one object of its dated acts, so that a comparison by identity tells.
        """
        self._month = month
        self._quotas = [quota for quota in regime.quotas(month) if _caps(quota)]
        self._regime = regime
        if regime.book.dated is not self._law:
            self._law, self._holders = regime.book.dated, {}
        self._before = dict(self.used)

    def admit(
        self,
        lines: Sequence[SupplyLine],
        asked: Sequence[PerDraw],
        *,
        h100e: PerDraw,
        us_sales: PerDraw,
    ) -> list[PerDraw]:
        """Return what of shipments the quotas in force let through, and count it.

        Args:
            lines: lines of one seller that ship the same product.
            asked: units on each.
            h100e: H100-equivalents of a unit, as a quota in compute counts them.
            us_sales: units of the product sold in the United States this month.
        """
        units = list(asked)
        for quota in self._quotas:
            accounts = [
                self._account(quota, x) if quota.may_apply_to(x) else None
                for x in lines
            ]
            for account in dict.fromkeys(filter(None, accounts)):
                indices = [i for i, other in enumerate(accounts) if other == account]
                admitted = self._share_out(
                    quota,
                    account,
                    [lines[i] for i in indices],
                    [units[i] for i in indices],
                    h100e=h100e,
                    us_sales=us_sales,
                )
                for i, quantity in zip(indices, admitted, strict=True):
                    units[i] = quantity
        return units

    def would_admit(
        self,
        lines: Sequence[SupplyLine],
        asked: Sequence[PerDraw],
        *,
        h100e: PerDraw,
        us_sales: PerDraw,
    ) -> list[PerDraw]:
        """Return what `admit` would let through, and count nothing."""
        used = dict(self.used)
        units = self.admit(lines, asked, h100e=h100e, us_sales=us_sales)
        self.used = used
        return units

    def _share_out(
        self,
        quota: Quota,
        account: Account,
        lines: list[SupplyLine],
        asked: list[PerDraw],
        *,
        h100e: PerDraw,
        us_sales: PerDraw,
    ) -> list[PerDraw]:
        ones = np.ones_like(h100e)
        covered = ones * quota.counted_share(lines[0]) * self._force(quota)
        if not covered.any():
            return asked
        size = covered * (h100e if quota.unit == "h100e" else ones)
        if not _excepts(quota):
            return self._capped(
                quota, account, lines, asked, size=size, us_sales=us_sales
            )
        free = [
            self._excepted(quota, x, q, size) for x, q in zip(lines, asked, strict=True)
        ]
        bound = [q - f for q, f in zip(asked, free, strict=True)]
        admitted = self._capped(
            quota, account, lines, bound, size=size, us_sales=us_sales
        )
        return [f + a for f, a in zip(free, admitted, strict=True)]

    def _capped(
        self,
        quota: Quota,
        account: Account,
        lines: list[SupplyLine],
        bound: list[PerDraw],
        *,
        size: PerDraw,
        us_sales: PerDraw,
    ) -> list[PerDraw]:
        """Return what of the units that the cap binds an account has room for."""
        part = len(lines) / max(self._lines_of(quota, account), len(lines))
        room = (self._cap(quota, us_sales) - self._spent(account)) * part
        counted = total(bound)
        fits = share(within_quota(counted, size, room), counted)
        admitted = [quantity * fits for quantity in bound]
        self._count(account, total(admitted) * size)
        return admitted

    def _excepted(
        self, quota: Quota, line: SupplyLine, asked: PerDraw, size: PerDraw
    ) -> PerDraw:
        """Return what a customer may have outside the cap, by the licence exception."""
        years = self._months_of(quota) // MONTHS_A_YEAR
        account = (f"{quota.id}/exception/{years}", line.buyer, "")
        room = quota.exception * np.ones_like(asked) - self._spent(account)
        used = np.where(size > 0.0, within_quota(asked, size, room), 0.0)
        self._count(account, used * size)
        return used

    def _cap(self, quota: Quota, us_sales: PerDraw) -> PerDraw:
        cap = np.ones_like(us_sales) * (quota.cap if quota.cap is not None else 0.0)
        if quota.unit == "share_of_us_sales":
            return cap * us_sales * (quota.period_months or 1)
        return cap

    def _force(self, quota: Quota) -> PerDraw | float:
        """Return how far a quota that is decided inside the model is in force."""
        return 1.0 if self._regime is None else self._regime.decided.force(quota.id)

    def _spent(self, account: Account) -> PerDraw | float:
        return self._before.get(account, 0.0)

    def _count(self, account: Account, amount: PerDraw) -> None:
        self.used[account] = self.used.get(account, np.zeros_like(amount)) + amount

    def _lines_of(self, quota: Quota, account: Account) -> int:
        """Return how many lines of the world an account is for."""
        if account not in self._holders:
            holders = [
                line
                for line in self.lines
                if quota.may_apply_to(line) and self._account(quota, line) == account
            ]
            self._holders[account] = len(holders)
        return self._holders[account]

    def _months_of(self, quota: Quota) -> int:
        if self._month is None:
            return 0
        return self._month - Month.of(quota.effective)

    def _account(self, quota: Quota, line: SupplyLine) -> Account:
        """Return the account that counts shipments on a line under a quota."""
        holder = {"country": line.destination, "customer": line.buyer}
        product = line.seller if quota.unit == "share_of_us_sales" else ""
        length = quota.period_months
        period = self._months_of(quota) // length if length else 0
        return (f"{quota.id}/{period}", holder.get(quota.per, ""), product)


def _caps(quota: Quota) -> bool:
    return quota.cap is not None or _excepts(quota)


def _excepts(quota: Quota) -> bool:
    """Return whether a licence exception leaves anything outside the cap."""
    return bool(np.any(np.greater(quota.exception, 0.0)))
