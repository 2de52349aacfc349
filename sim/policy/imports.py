"""The importer's gate, and what the importing state does for its own industry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sim.domain.ensemble import PerDraw
from sim.domain.supply import TOOL_CLASSES, Good, SupplyLine
from sim.policy.field_types import Amount, Share
from sim.policy.instruments import Instrument


@dataclass(frozen=True, kw_only=True, eq=False)
class ImportMeasure(Instrument):
    """A measure on goods that enter the issuing state."""

    binds_allies: ClassVar[bool] = False

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can ever apply to a line."""
        entering = line.destination in (self.scope.destinations or {self.issuer})
        return entering and self.scope.covers_from_origin(line)


@dataclass(frozen=True, kw_only=True, eq=False)
class ImportDiscouragement(ImportMeasure):
    """Guidance or orders not to buy a foreign good: the importer's gate.

    Attributes:
        permit: share of the licensed orders that is let in.
    """

    kind: ClassVar[str] = "import_discouragement"
    neutral: ClassVar[Mapping[str, float]] = {"permit": 1.0}

    permit: Share

    def permitted_share(self, line: SupplyLine) -> PerDraw | float:
        """Return the share of a line's licensed orders let in, in [0, 1]."""
        return 1.0 - self.scope.includes_chip(line.chip) * (1.0 - self.permit)


@dataclass(frozen=True, kw_only=True, eq=False)
class ProcurementMandate(ImportMeasure):
    """A share of new purchases that must be domestic.

    Attributes:
        domestic_share: share asked of the buyers under the mandate.
        applies_to: share of the market's purchases under the mandate.
    """

    kind: ClassVar[str] = "procurement_mandate"
    scope_read: ClassVar[frozenset[str]] = frozenset({"goods", "destinations"})
    neutral: ClassVar[Mapping[str, float]] = {"domestic_share": 0.0, "applies_to": 0.0}

    domestic_share: Share
    applies_to: Share = 1.0

    def mandated_share(self, good: Good, destination: str) -> PerDraw | float:
        """Return the share of a market's purchases that must be domestic, in [0, 1]."""
        meant = destination in (self.scope.destinations or {self.issuer})
        meant = meant and (not self.scope.goods or good in self.scope.goods)
        return self.domestic_share * self.applies_to if meant else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Subsidy(Instrument):
    """Money of the state for its chip industry.

    Attributes:
        usd_million_a_month: what is paid out, USD million a month.
    """

    kind: ClassVar[str] = "subsidy"
    scope_read: ClassVar[frozenset[str]] = frozenset({"destinations"})
    binds_allies: ClassVar[bool] = False
    neutral: ClassVar[Mapping[str, float]] = {"usd_million_a_month": 0.0}

    usd_million_a_month: Amount

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can pay a buyer on a line: one of tools, in its country."""
        return line.good in TOOL_CLASSES and self._pays_in(line.destination)

    def paid(self, destination: str) -> PerDraw | float:
        """Return what an industry receives, USD million a month."""
        return self.usd_million_a_month if self._pays_in(destination) else 0.0

    def _pays_in(self, destination: str) -> bool:
        return destination in (self.scope.destinations or {self.issuer})
