"""Terms on licensed trade: quotas, levies, enforcement; and truces."""

from dataclasses import dataclass
from typing import ClassVar

from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine
from sim.policy.instruments import Instrument


@dataclass(frozen=True, kw_only=True, eq=False)
class Quota(Instrument):
    """A cap on licensed shipments.

    Attributes:
        cap: the most that may be shipped in a period, in `unit`; None if only the
            exception counts.
        unit: ``h100e``, ``units``, or ``share_of_us_sales`` of the same product.
        per: ``country``, ``customer`` or ``total``: what each cap is for.
        period_months: length of the period; None for as long as the quota lasts.
        exception: quantity a customer may receive outside the cap, a year, in `unit`.
    """

    kind: ClassVar[str] = "quota"

    cap: float | PerDraw | None = None
    unit: str = "h100e"
    per: str = "country"
    period_months: int | None = None
    exception: float | PerDraw = 0.0

    def counted_share(self, line: SupplyLine) -> PerDraw | float:
        """Return 1 in the draws in which a line's shipments count, else 0."""
        return self.scope.includes_chip(line.chip) if self.may_apply_to(line) else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class RevenueShare(Instrument):
    """A share of the value of licensed sales that the exporter's state takes.

    Attributes:
        share: of the sale's value, in [0, 1].
    """

    kind: ClassVar[str] = "revenue_share"

    share: float | PerDraw = 0.0

    def levied_share(self, line: SupplyLine) -> PerDraw | float:
        """Return the share of a line's sales taken, in [0, 1]."""
        return self.share * self.scope.includes_chip(line.chip)


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
    """A change of the means by which end use is checked.

    Attributes:
        officers: export control officers abroad, ratio to what was.
        budget: enforcement budget, ratio to what was.
        location_verification: share of exported chips that report where they are.
    """

    kind: ClassVar[str] = "end_use_enforcement"

    officers: float | PerDraw = 1.0
    budget: float | PerDraw = 1.0
    location_verification: float | PerDraw = 0.0

    def applies_at(self, destination: str | None) -> bool:
        """Return whether it counts at a hub; without a hub, whether it does at all."""
        places = self.scope.destinations
        return not places or destination in places


@dataclass(frozen=True, kw_only=True, eq=False)
class Truce(Instrument):
    """An understanding that suspends instruments from its effective day to its end.

    Attributes:
        suspends: ids of the instruments it suspends.
    """

    kind: ClassVar[str] = "truce"

    suspends: tuple[str, ...] = ()
