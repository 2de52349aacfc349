"""No quota is exceeded in any period, counted from what its lines ship."""

import numpy as np
import pytest

from sim.domain.months import Month
from tests.worlds import HORIZON, built, months_until

ROUNDING = 1.0 + 1e-9


class Account:
    """What has been shipped under one quota, by period and by whom each cap is for."""

    def __init__(self, quota):
        self.quota = quota
        self.used = {}
        self.exceptions = {}

    def add(self, world, month):
        for line in world.lines:
            if np.any(self.quota.counted_share(line)):
                key = self._period(month), self._holder(line)
                before = self.used.get(key, 0.0)
                self.used[key] = before + line.orders.shipped * self._size(world, line)
                year = (month - Month.of(self.quota.effective)) // 12
                self.exceptions.setdefault(key, set()).add((line.buyer, year))

    def _period(self, month):
        months = month - Month.of(self.quota.effective)
        return months // (self.quota.period_months or 10_000)

    def _holder(self, line):
        holders = {"country": line.destination, "customer": line.buyer, "total": ""}
        return holders[self.quota.per]

    def _size(self, world, line):
        if self.quota.unit == "units":
            return self.quota.counted_share(line)
        (seller,) = [x for x in world.agents if x.name == line.seller]
        return (
            self.quota.counted_share(line) * line.chip.tpp / seller.lineup.reference.tpp
        )

    def allowed(self, key):
        """The cap, and what each customer may have beside it in each year."""
        return self.quota.cap + self.quota.exception * len(self.exceptions[key])

    @property
    def fullest(self):
        """The most that was used of what was allowed, over accounts and draws."""
        return max(
            float(np.max(used)) / self.allowed(key) for key, used in self.used.items()
        )


@pytest.fixture(scope="module", params=["baseline", "diffusion_rule", "tight_quota"])
def accounts(request, records, law_of):
    """The accounts of every quota of a scenario after a whole run."""
    law = law_of(request.param)
    world = built(records, regime=law, draws=10)
    kept = {}
    for month in months_until(world, HORIZON):
        for quota in law.quotas(month):
            if quota.unit in {"units", "h100e"} and quota.cap is not None:
                kept.setdefault(quota.id, Account(quota)).add(world, month)
    return list(kept.values())


def test_no_quota_is_exceeded(accounts):
    assert accounts
    for account in accounts:
        assert account.fullest <= ROUNDING, account.quota.id


def test_a_quota_under_the_tightest_rule_is_used_up(records, law_of):
    """A quota that nobody reaches would prove nothing above."""
    law = law_of("tight_quota")
    (quota,) = [q for q in law.instruments.values() if q.id == "us_2025_01_diffusion"]
    world = built(records, regime=law, draws=10)
    account = Account(quota)
    for month in months_until(world, Month(2027, 12)):
        if quota in law.quotas(month):
            account.add(world, month)
    assert account.fullest >= 0.95
