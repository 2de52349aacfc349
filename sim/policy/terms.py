"""Terms on licensed trade: quotas, levies, priorities, enforcement; and truces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from sim.domain.ensemble import PerDraw
from sim.domain.supply import CHINA, Good, SupplyLine
from sim.policy.field_types import Amount, Ids, Months, Share, one_of
from sim.policy.instruments import Instrument

QuotaUnit = Literal["h100e", "units", "share_of_us_sales"]
CapHolder = Literal["country", "customer", "total"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Quota(Instrument):
    """A cap on licensed shipments.

    Attributes:
        cap: the most that may be shipped in a period, in `unit`; if left out, only the
            exception counts.
        unit: what is counted; a share is one of the same product's sales in the United
            States.
        per: what each cap is for.
        period_months: length of the period; if left out, as long as the quota lasts.
        exception: quantity a customer may receive outside the cap, a year, in `unit`.
    """

    kind: ClassVar[str] = "quota"

    cap: Amount | None = None
    unit: Annotated[QuotaUnit, one_of("unit", *get_args(QuotaUnit))]
    per: Annotated[CapHolder, one_of("holder of a cap", *get_args(CapHolder))]
    period_months: Months | None = None
    exception: Amount = 0.0

    def check(self) -> None:
        """Refuse a quota that caps nothing, or by a share above 1."""
        super().check()
        if self.cap is None and not self.exception:
            raise ValueError("a quota needs a cap or an exception")
        if self.unit == "share_of_us_sales" and (self.cap or 0.0) > 1.0:
            raise ValueError(
                f"cap {self.cap:g} is not a share; give a number from 0 to 1"
            )

    def counted_share(self, line: SupplyLine) -> PerDraw | float:
        """Return 1 in the draws in which a line's shipments count, else 0."""
        return self.scope.includes_chip(line.chip) if self.may_apply_to(line) else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class RevenueShare(Instrument):
    """A share of the value of licensed sales that the exporter's state takes.

    Attributes:
        share: of the sale's value.
    """

    kind: ClassVar[str] = "revenue_share"
    neutral: ClassVar[Mapping[str, float]] = {"share": 0.0}

    share: Share

    def levied_share(self, line: SupplyLine) -> PerDraw | float:
        """Return the share of a line's sales taken, in [0, 1]."""
        return self.share * self.scope.includes_chip(line.chip)


@dataclass(frozen=True, kw_only=True, eq=False)
class HomePriority(Instrument):
    """A duty to serve buyers in the issuer's own country before an export.

    What they wait for at the going price comes first; only what is left is exported.

    Attributes:
        priority: share of their waiting orders that comes first.
    """

    kind: ClassVar[str] = "home_priority"
    binds_allies: ClassVar[bool] = False
    neutral: ClassVar[Mapping[str, float]] = {"priority": 0.0}

    priority: Share = 1.0

    def share_first(self, line: SupplyLine) -> PerDraw | float:
        """Return the share of waiting orders before a line's exports, in [0, 1]."""
        return self.priority * self.scope.includes_chip(line.chip)


@dataclass(frozen=True, kw_only=True)
class Enforcement:
    """How hard smuggling is pursued.

    Attributes:
        officers: export control officers abroad, ratio to the base.
        budget: enforcement budget, ratio to the base.
        location_verification: share of exported chips that report where they are.
    """

    officers: PerDraw | float = 1.0
    budget: PerDraw | float = 1.0
    location_verification: PerDraw | float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class EndUseEnforcement(Instrument):
    """A change of the means by which end use is checked, and smuggling pursued.

    With `destinations` it counts at those hubs alone.

    Attributes:
        officers: export control officers abroad, ratio to what was.
        budget: enforcement budget, ratio to what was.
        location_verification: share of exported chips that report where they are.
    """

    kind: ClassVar[str] = "end_use_enforcement"
    scope_read: ClassVar[frozenset[str]] = frozenset({"destinations"})
    binds_allies: ClassVar[bool] = False
    neutral: ClassVar[Mapping[str, float]] = {
        "officers": 1.0,
        "budget": 1.0,
        "location_verification": 0.0,
    }

    officers: Amount = 1.0
    budget: Amount = 1.0
    location_verification: Share = 0.0

    def neutral_fields(self) -> tuple[str, ...]:
        """Return all its fields if none of them changes anything, else none."""
        fields = super().neutral_fields()
        return fields if len(fields) == len(self.neutral) else ()

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether a line brings chips to a hub outside China where it counts."""
        is_to_hub = line.good is Good.AI_CHIP and line.destination != CHINA
        return is_to_hub and self.applies_at(line.destination)

    def applies_at(self, destination: str | None) -> bool:
        """Return whether it counts at a hub; without a hub, whether it does at all."""
        places = self.scope.destinations
        return not places or destination in places


@dataclass(frozen=True, kw_only=True, eq=False)
class Truce(Instrument):
    """An understanding that suspends instruments from its effective day to its end.

    Attributes:
        suspends: the instruments it suspends.
    """

    kind: ClassVar[str] = "truce"
    scope_read: ClassVar[frozenset[str]] = frozenset()
    binds_allies: ClassVar[bool] = False

    suspends: Ids
