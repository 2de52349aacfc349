"""Regime: the instruments of one policy, read together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, reduce
from typing import Any, TypeVar

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.supply import Good, SupplyLine
from sim.policy.answer import Answer
from sim.policy.bearing import TIGHT, Bearing, Leakage, last_day, weighted
from sim.policy.dates import breakpoints, opening_day, spans
from sim.policy.difference import first_seen
from sim.policy.explain import explain
from sim.policy.exports import (
    AffiliatesRule,
    ExportControl,
    LicencePolicy,
    PerformanceThreshold,
)
from sim.policy.imports import ImportDiscouragement, ProcurementMandate, Subsidy
from sim.policy.instruments import Instrument
from sim.policy.scope import Test
from sim.policy.terms import EndUseEnforcement, Enforcement, Quota, RevenueShare
from sim.policy.timetable import Timetable

__all__ = ["TIGHT", "Leakage", "Regime"]

Kind = TypeVar("Kind", bound=Instrument)

DAY = timedelta(days=1)
"""One day."""


@dataclass(frozen=True, eq=False)
class Regime:
    """The instruments of one policy: immutable, and asked about lines and months.

    Each day the strictest instrument in force governs a gate; a month is the mean of
    its days. What is worked out is remembered, so asking again is cheap.

    Attributes:
        name: what the policy is called.
        instruments: its instruments by id.
    """

    name: str
    instruments: Mapping[str, Instrument]

    def __reduce__(self) -> tuple[Any, ...]:
        return (Regime, (self.name, dict(self.instruments)))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Regime":
        return self

    # The two gates and the levy.

    def licence(
        self, line: SupplyLine, month: Month, leakage: Leakage = TIGHT
    ) -> PerDraw | float:
        """Return the share of a line's orders that the exporter's state licenses.

        Mean over the days of the month, in [0, 1]; 1 if no instrument applies.
        """
        bearing = self.bearing(line)
        if not bearing.exports:
            return 1.0
        return bearing.over(
            month, lambda segment: bearing.licence(line, segment, leakage)
        )

    def permit(self, line: SupplyLine, month: Month) -> PerDraw | float:
        """Return the share of licensed orders that the importer's state lets in.

        Mean over the days of the month, in [0, 1]; 1 if no instrument applies.
        """
        bearing = self.bearing(line)
        if not bearing.imports:
            return 1.0
        return bearing.over(month, lambda segment: bearing.permit(line, segment))

    def levy(self, line: SupplyLine, month: Month) -> PerDraw | float:
        """Return the share of the sale's value that the exporter's state takes.

        Mean over the days of the month, in [0, 1].
        """
        bearing = self.bearing(line)
        if not bearing.levies:
            return 0.0
        return bearing.over(month, lambda segment: bearing.levy(line, segment))

    def pending(
        self, line: SupplyLine, month: Month, leakage: Leakage = TIGHT
    ) -> PerDraw | float:
        """Return the share of a line's business that expected law would deny besides.

        What is announced and not yet in force, suspended until a known day, or to be
        joined by an ally, is read as if in force. Asked on the month's last day and on
        the eve of each change of law in it, so that a deadline inside the month is
        seen coming; the largest answer counts, in [0, 1].
        """
        bearing = self.bearing(line)
        if not bearing.exports:
            return 0.0
        first, last = month.first_day, last_day(month)
        eves = [day - DAY for day in bearing.breaks if first < day <= last]
        answers = [bearing.pending(line, day, leakage) for day in (last, *eves)]
        return reduce(np.maximum, answers)

    # Terms of licensed trade.

    def quotas(self, month: Month) -> tuple[Quota, ...]:
        """Return the quotas in force on any day of a month."""
        return tuple(
            item for item in self.of_kind(Quota) if self.timetable.binds_in(item, month)
        )

    def enforcement(self, month: Month, hub: str | None = None) -> Enforcement:
        """Return how hard smuggling is pursued, at a hub if one is named.

        Officers and budget multiply over the instruments in force, the widest location
        verification counts; mean over the days of the month. Instruments that name
        places count only where the hub is one of them.
        """

        def product(name: str) -> Callable[[list[EndUseEnforcement]], float]:
            return lambda live: float(
                np.prod([getattr(item, name) for item in live if item.applies(hub)])
            )

        def widest(live: list[EndUseEnforcement]) -> float:
            shares = (item.location_verification for item in live if item.applies(hub))
            return max(shares, default=0.0)

        return Enforcement(
            officers=self._mean(EndUseEnforcement, month, product("officers")),
            budget=self._mean(EndUseEnforcement, month, product("budget")),
            location_verification=self._mean(EndUseEnforcement, month, widest),
        )

    def mandate(self, good: Good, destination: str, month: Month) -> float:
        """Return the share of a market's new purchases its state wants domestic.

        The largest in force governs each day; mean over the month, in [0, 1].
        """

        def largest(live: list[ProcurementMandate]) -> float:
            return max((item.wanted(good, destination) for item in live), default=0.0)

        return self._mean(ProcurementMandate, month, largest)

    def subsidy(self, destination: str, month: Month) -> float:
        """Return what a state pays its chip industry, USD million a month."""

        def paid(live: list[Subsidy]) -> float:
            return sum((item.paid(destination) for item in live), start=0.0)

        return self._mean(Subsidy, month, paid)

    def tests(
        self, good: Good, origin: str, destination: str, month: Month
    ) -> tuple[Test, ...]:
        """Return the tests that a chip must fail to be free on the month's last day.

        A chip is caught by reaching all limits of any one test. Policies that grant
        licences to caught chips are not looked at here.
        """
        day = last_day(month)
        return tuple(
            test
            for item in self.of_kind(PerformanceThreshold)
            if self.timetable.binds(item, day)
            and (not item.scope.goods or good in item.scope.goods)
            and (not item.scope.destinations or destination in item.scope.destinations)
            and np.any(item.binds(origin, day))
            for test in item.tests
        )

    # What can be seen.

    def announced(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments announced in a month."""
        return tuple(
            item
            for item in self.instruments.values()
            if Month.of(item.announced) == month
        )

    def taking_effect(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that begin to bind in a month, or bind again."""
        return self.timetable.starting(month)

    def ending(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that cease to bind in a month, or are suspended."""
        return self.timetable.stopping(month)

    def joining(self, month: Month) -> tuple[tuple[Instrument, str], ...]:
        """Return the instruments that states join in a month, with the state."""
        return tuple(
            (item, state)
            for item in self.instruments.values()
            for state in item.adopted_by
            if (joined := item.joined(state)) and Month.of(joined.start) == month
        )

    def in_force(self, day: date) -> tuple[Instrument, ...]:
        """Return the instruments that bind on a day."""
        return tuple(
            item
            for item in self.instruments.values()
            if self.timetable.binds(item, day)
        )

    def changes(self, month: Month) -> bool:
        """Return whether any answer about a line may differ from the month before.

        It may if a date on which an instrument is announced, begins, ends, is suspended
        or joined falls in this month or in the previous one.
        """
        changing = self.timetable.changing
        return month.index in changing or month.index - 1 in changing

    def first_difference(self, other: "Regime") -> Month | None:
        """Return the first month in which an actor could see that the law differs."""
        return first_seen(self.instruments, other.instruments)

    def why(self, line: SupplyLine, day: date, leakage: Leakage = TIGHT) -> Answer:
        """Return what is in force for a line on a day, and why."""
        return explain(self.bearing(line), line, day, leakage)

    # Other regimes.

    def without(self, ids: Iterable[str]) -> "Regime":
        """Return the regime less some instruments."""
        gone = set(ids)
        kept = {key: item for key, item in self.instruments.items() if key not in gone}
        return Regime(self.name, kept)

    def with_(self, instruments: Iterable[Instrument]) -> "Regime":
        """Return the regime with instruments added, or replaced where ids agree."""
        added = {item.id: item for item in instruments}
        return Regime(self.name, {**self.instruments, **added})

    # What is worked out once.

    @cached_property
    def timetable(self) -> Timetable:
        """When each instrument binds, and when it is expected."""
        return Timetable(self.instruments)

    def bearing(self, line: SupplyLine) -> Bearing:
        """Return the instruments that can touch a line."""
        key = (
            line.seller,
            line.buyer,
            line.good,
            line.origin,
            line.destination,
            line.party,
            line.advanced,
        )
        known = self._bearings.get(key)
        if known is None:
            known = self._bearings[key] = self._look_up(line)
        return known

    def of_kind(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Return the instruments of a kind."""
        if kind not in self._kinds:
            self._kinds[kind] = tuple(
                item for item in self.instruments.values() if isinstance(item, kind)
            )
        return self._kinds[kind]

    @cached_property
    def _kinds(self) -> dict[type[Instrument], tuple[Any, ...]]:
        return {}

    @cached_property
    def _bearings(self) -> dict[object, Bearing]:
        return {}

    @cached_property
    def _by_good(self) -> dict[Good, tuple[Instrument, ...]]:
        return {
            good: tuple(
                item
                for item in self.instruments.values()
                if not item.scope.goods or good in item.scope.goods
            )
            for good in Good
        }

    def _look_up(self, line: SupplyLine) -> Bearing:
        near = [item for item in self._by_good[line.good] if item.concerns(line)]
        exports = tuple(item for item in near if isinstance(item, ExportControl))
        ids = {item.id for item in exports}
        policies = (item for item in near if isinstance(item, LicencePolicy))
        return Bearing(
            exports=exports,
            policies=tuple(item for item in policies if not ids.isdisjoint(item.of)),
            closures=tuple(item for item in near if isinstance(item, AffiliatesRule)),
            imports=tuple(
                item for item in near if isinstance(item, ImportDiscouragement)
            ),
            levies=tuple(item for item in near if isinstance(item, RevenueShare)),
            periods=self.timetable.binding,
            waits=self.timetable.waiting,
        )

    def _mean(
        self,
        kind: type[Kind],
        month: Month,
        value: Callable[[list[Kind]], float],
    ) -> float:
        """Return a value of the instruments of a kind in force, averaged over days."""
        items = self.of_kind(kind)
        binding = self.timetable.binding
        breaks = breakpoints(period for item in items for period in binding[item.id])
        parts = []
        for part in spans(month, breaks):
            day = opening_day(part.segment, breaks)
            live = [item for item in items if self.timetable.binds(item, day)]
            parts.append((part.days, value(live)))
        return float(weighted(parts))
