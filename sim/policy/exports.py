"""The exporter's gate: controls under which goods leave only by licence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import ClassVar

import numpy as np

from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw
from sim.domain.supply import Good, SupplyLine
from sim.policy.decided_law import AS_DATED, DecidedLaw
from sim.policy.field_types import (
    Coverage,
    Ids,
    Limits,
    Share,
    SharesByState,
    States,
    Tests,
)
from sim.policy.instruments import Instrument
from sim.policy.scope import Facilities, reaches_any, stays_below


class LeakRoute(Enum):
    """The way by which denied business goes on."""

    NONE = "none"
    AFFILIATES = "affiliates"
    FACILITIES = "facilities"


@dataclass(frozen=True, kw_only=True, eq=False)
class LicencePolicy(Instrument):
    """A more generous review of what other instruments deny.

    Attributes:
        of: the controls that it relaxes.
        within: limits that a chip must stay strictly below to profit from it.
        approval: share of the applications granted.
    """

    kind: ClassVar[str] = "licence_policy"
    scope_read: ClassVar[frozenset[str]] = Instrument.scope_read - {"reaching", "below"}
    binds_allies: ClassVar[bool] = False
    neutral: ClassVar[Mapping[str, float]] = {"approval": 0.0}

    of: Ids
    within: Limits = field(default_factory=dict)
    approval: Share

    @property
    def reads_chip(self) -> bool:
        """A chip outside the limits gains nothing by it."""
        return True

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can ever apply to a line: wherever what it relaxes does."""
        return self.scope.covers_from_origin(line)

    def granted_share(self, chip: Chip | None) -> PerDraw | float:
        """Return the share granted for a chip, in [0, 1]: none outside the limits."""
        if chip is None:
            return self.approval
        return self.approval * stays_below(chip, self.within)


@dataclass(frozen=True, kw_only=True, eq=False)
class ExportControl(Instrument):
    """A licence requirement.

    Attributes:
        approval: share of the applications granted; 0 is a denial.
        coverage: share of the good (by units) that it covers.
    """

    neutral: ClassVar[Mapping[str, float]] = {"approval": 1.0, "coverage": 0.0}

    approval: Share
    coverage: Coverage = 1.0

    @property
    def leak_route(self) -> LeakRoute:
        """The way by which denied business goes on."""
        return LeakRoute.NONE

    def covered_share(self, good: Good) -> PerDraw | float:
        """Return the share of a good that needs a licence, in [0, 1]."""
        if isinstance(self.coverage, Mapping):
            return self.coverage.get(good, 0.0)
        return self.coverage

    def catches(self, chip: Chip | None) -> PerDraw | float:
        """Return 1 in the draws in which a chip needs a licence, else 0."""
        return self.scope.includes_chip(chip)

    def denied_share(
        self,
        line: SupplyLine,
        day: date | None,
        policies: Iterable[LicencePolicy],
        decided: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of a line's business refused on a day, before leaks.

        Refused = bound * covered * caught * (1 - approval), where the approval is the
        most generous of its own and of the policies that relax it. What is decided
        inside the model binds as far as it has been decided.
        """
        approval = self._approval(line, policies, decided)
        return self._covered(line, day, decided) * (1.0 - approval)

    def licensable_share(
        self,
        line: SupplyLine,
        day: date | None,
        policies: Iterable[LicencePolicy],
        decided: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of a line's business that needs a licence on a day.

        Where every application is approved, that is a general licence: nobody applies.
        """
        is_reviewed = np.less(self._approval(line, policies, decided), 1.0)
        return self._covered(line, day, decided) * is_reviewed

    def _approval(
        self, line: SupplyLine, policies: Iterable[LicencePolicy], decided: DecidedLaw
    ) -> PerDraw | float:
        """Return the share of applications granted, in [0, 1]."""
        approval: PerDraw | float = self.approval
        for policy in policies:
            if self.id in policy.of:
                granted = policy.granted_share(line.chip) * decided.force(policy.id)
                approval = np.maximum(approval, granted)
        return approval

    def _covered(
        self, line: SupplyLine, day: date | None, decided: DecidedLaw
    ) -> PerDraw | float:
        """Return the share of a line's business that the control covers, in [0, 1]."""
        bound = np.maximum(
            self.bound_share(line.origin, day) * decided.force(self.id),
            decided.joined_share(self.id, line.origin, line.good),
        )
        return bound * (self.covered_share(line.good) * self.catches(line.chip))


@dataclass(frozen=True, kw_only=True, eq=False)
class PerformanceThreshold(ExportControl):
    """A licence requirement for chips that reach every limit of any one test.

    Attributes:
        tests: a chip is caught by reaching every limit of one of them.
    """

    kind: ClassVar[str] = "performance_threshold"

    tests: Tests

    @property
    def reads_chip(self) -> bool:
        """A chip is caught by its own attributes."""
        return True

    def catches(self, chip: Chip | None) -> PerDraw | float:
        """Return 1 in the draws in which a chip needs a licence, else 0."""
        if chip is None:
            return 0.0
        return self.scope.includes_chip(chip) * reaches_any(chip, self.tests)


@dataclass(frozen=True, kw_only=True, eq=False)
class EntityListing(ExportControl):
    """A licence requirement for all that named parties receive.

    Unlisted affiliates go on buying for them, until an affiliates rule. Rented compute
    stays open unless the scope names it.
    """

    kind: ClassVar[str] = "entity_listing"

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can ever apply to a line."""
        rented = line.good is Good.CLOUD and Good.CLOUD not in self.scope.goods
        return not rented and super().may_apply_to(line)

    @property
    def leak_route(self) -> LeakRoute:
        """Denied business goes on through unlisted affiliates."""
        return LeakRoute.AFFILIATES


@dataclass(frozen=True, kw_only=True, eq=False)
class ForeignDirectProductRule(ExportControl):
    """A licence requirement for goods made abroad with the issuer's technology.

    Attributes:
        exempt_origins: states whose exports are left to their own law.
    """

    kind: ClassVar[str] = "fdpr"

    exempt_origins: States = frozenset()

    @property
    def leak_route(self) -> LeakRoute:
        """Where it names parties, their unlisted affiliates go on buying."""
        return LeakRoute.AFFILIATES if self.scope.parties else LeakRoute.NONE

    def bound_share(self, origin: str, day: date | None) -> PerDraw | float:
        """Return how far the exports of a state are bound on a day, in [0, 1]."""
        return 1.0 if self._reaches(origin) else super().bound_share(origin, day)

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can ever apply to a line."""
        binds = self._reaches(line.origin) or self.may_bind_ally(line.origin)
        return binds and self.scope.covers(line)

    def _reaches(self, origin: str) -> bool:
        named = not self.scope.origins or origin in self.scope.origins
        return named and origin not in self.exempt_origins


@dataclass(frozen=True, kw_only=True, eq=False)
class EquipmentBan(ExportControl):
    """A licence requirement for tools or for design software.

    One that names advanced facilities leaks through a firm's other buildings.
    """

    kind: ClassVar[str] = "equipment_ban"

    @property
    def leak_route(self) -> LeakRoute:
        """Where it names advanced facilities, other buildings go on buying."""
        advanced = self.scope.facilities is Facilities.ADVANCED
        return LeakRoute.FACILITIES if advanced else LeakRoute.NONE


@dataclass(frozen=True, kw_only=True, eq=False)
class ServiceBan(EquipmentBan):
    """A bar on servicing tools: engineers, spare parts, software.

    Attributes:
        reach: share of a foreign vendor's deliveries that the ban reaches without its
            state, by origin: staff who are nationals, or parts made in the issuer.
    """

    kind: ClassVar[str] = "service_ban"

    reach: SharesByState = field(default_factory=dict)

    def bound_share(self, origin: str, day: date | None) -> PerDraw | float:
        """Return how far the vendors of a state are bound on a day, in [0, 1]."""
        by_state = super().bound_share(origin, day)
        return np.maximum(by_state, self.reach.get(origin, 0.0))

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can ever apply to a line."""
        reached = line.origin in self.reach and self.scope.covers(line)
        return reached or super().may_apply_to(line)


@dataclass(frozen=True, kw_only=True, eq=False)
class HbmControl(ExportControl):
    """A licence requirement for high-bandwidth memory."""

    kind: ClassVar[str] = "hbm_control"


@dataclass(frozen=True, kw_only=True, eq=False)
class CloudControl(ExportControl):
    """A licence requirement for remote access to controlled chips."""

    kind: ClassVar[str] = "cloud_control"


@dataclass(frozen=True, kw_only=True, eq=False)
class MineralControl(ExportControl):
    """A licence requirement for critical minerals."""

    kind: ClassVar[str] = "mineral_control"


@dataclass(frozen=True, kw_only=True, eq=False)
class AffiliatesRule(Instrument):
    """Affiliates owned by a party that the issuer listed count as listed.

    Their purchases end: the leak of the issuer's listings is closed.
    """

    kind: ClassVar[str] = "affiliates_rule"
    scope_read: ClassVar[frozenset[str]] = Instrument.scope_read - {"reaching", "below"}
    binds_allies: ClassVar[bool] = False

    def may_apply_to(self, line: SupplyLine) -> bool:
        """Return whether it can ever apply to a line."""
        return self.scope.covers_from_origin(line)

    def closes_leak_of(self, control: ExportControl) -> bool:
        """Return whether it closes the leak of a control: one of the same issuer."""
        return (
            control.leak_route is LeakRoute.AFFILIATES and control.issuer == self.issuer
        )
