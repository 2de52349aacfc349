"""Regime: the instruments of one policy, read together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, reduce
from typing import Any, TypeVar

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.supply import Good, SupplyLine
from sim.policy.answer import Answer
from sim.policy.bearing import TIGHT, Bearing, Leakage, last_day, weighted
from sim.policy.conduct import AS_DATED, Conduct
from sim.policy.dates import breakpoints, opening_day, spans
from sim.policy.decisions import ALL_RECORDED, Decisions, Package
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
from sim.policy.spelling import digest, spelt
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

    What states decide for themselves has no dates: it stands as far as `conduct` says.
    Instruments keep the dates of the record all the same, for reports.

    Attributes:
        name: what the policy is called.
        instruments: its instruments by id.
        decisions: which of them are decided inside the model.
        conduct: how far those are in force, draw by draw.
        coming: the same with what is decided and does not bind yet.
    """

    name: str
    instruments: Mapping[str, Instrument]
    decisions: Decisions = ALL_RECORDED
    conduct: Conduct = AS_DATED
    coming: Conduct = AS_DATED

    def __reduce__(self) -> tuple[Any, ...]:
        # What is worked out is left behind: it is soon worked out again.
        known = (self.name, dict(self.instruments), self.decisions)
        return (Regime, (*known, self.conduct, self.coming))

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
            month,
            lambda segment: bearing.licence(line, segment, leakage, self.conduct),
        )

    def permit(self, line: SupplyLine, month: Month) -> PerDraw | float:
        """Return the share of licensed orders that the importer's state lets in.

        Mean over the days of the month, in [0, 1]; 1 if no instrument applies.
        """
        bearing = self.bearing(line)
        if not bearing.imports:
            return 1.0
        return bearing.over(
            month, lambda segment: bearing.permit(line, segment, self.conduct)
        )

    def levy(self, line: SupplyLine, month: Month) -> PerDraw | float:
        """Return the share of the sale's value that the exporter's state takes.

        Mean over the days of the month, in [0, 1].
        """
        bearing = self.bearing(line)
        if not bearing.levies:
            return 0.0
        return bearing.over(
            month, lambda segment: bearing.levy(line, segment, self.conduct)
        )

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
        answers = [
            bearing.pending(line, day, leakage, self.conduct, self.coming)
            for day in (last, *eves)
        ]
        return reduce(np.maximum, answers)

    def foreseen(
        self, line: SupplyLine, day: date, leakage: Leakage = TIGHT
    ) -> PerDraw | float:
        """Return the share of a line's business left by all law known on a day.

        What passes both gates that day, less what expected law would deny besides, in
        [0, 1].
        """
        bearing = self.bearing(line)
        return bearing.foreseen(line, day, leakage, self.conduct, self.coming)

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

        def product(name: str) -> Callable[[list[EndUseEnforcement]], PerDraw | float]:
            def multiplied(live: list[EndUseEnforcement]) -> PerDraw | float:
                means: PerDraw | float = 1.0
                for item in live:
                    if item.applies(hub):
                        force = self.conduct.force(item.id)
                        means = means * getattr(item, name) ** force
                return means

            return multiplied

        def widest(live: list[EndUseEnforcement]) -> PerDraw | float:
            return _largest(
                item.location_verification * self.conduct.force(item.id)
                for item in live
                if item.applies(hub)
            )

        return Enforcement(
            officers=self._mean(EndUseEnforcement, month, product("officers")),
            budget=self._mean(EndUseEnforcement, month, product("budget")),
            location_verification=self._mean(EndUseEnforcement, month, widest),
        )

    def mandate(self, good: Good, destination: str, month: Month) -> PerDraw | float:
        """Return the share of a market's new purchases its state wants domestic.

        The largest in force governs each day; mean over the month, in [0, 1].
        """

        def largest(live: list[ProcurementMandate]) -> PerDraw | float:
            return _largest(
                item.wanted(good, destination) * self.conduct.force(item.id)
                for item in live
            )

        return self._mean(ProcurementMandate, month, largest)

    def subsidy(self, destination: str, month: Month) -> PerDraw | float:
        """Return what a state pays its chip industry, USD million a month."""

        def paid(live: list[Subsidy]) -> PerDraw | float:
            money: PerDraw | float = 0.0
            for item in live:
                money = money + item.paid(destination) * self.conduct.force(item.id)
            return money

        return self._mean(Subsidy, month, paid)

    def thresholds(
        self, good: Good, origin: str, destination: str, month: Month
    ) -> tuple[tuple[PerformanceThreshold, PerDraw | float], ...]:
        """Return the thresholds on a chip, and how far each binds on the last day.

        Those that are decided inside the model come last. Policies that grant licences
        to caught chips are not looked at here.
        """
        day = last_day(month)
        bound = [
            (item, item.binds(origin, day) * self.conduct.force(item.id))
            for item in self.of_kind(PerformanceThreshold)
            if self.timetable.binds(item, day)
            and (not item.scope.goods or good in item.scope.goods)
            and destination in (item.scope.destinations or {destination})
        ]
        standing = (pair for pair in bound if np.any(pair[1]))
        return tuple(sorted(standing, key=lambda pair: pair[0].id in self.decided))

    # What can be seen.

    def announced(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that are dated to be announced in a month."""
        return tuple(
            item
            for item in self.dated.values()
            if Month.of(item.announced) == month and item.id not in self.decided
        )

    def taking_effect(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that begin to bind in a month, or bind again."""
        return self._dated_alone(self.timetable.starting(month))

    def ending(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that cease to bind in a month, or are suspended."""
        return self._dated_alone(self.timetable.stopping(month))

    def joining(self, month: Month) -> tuple[tuple[Instrument, str], ...]:
        """Return the instruments that states join in a month, with the state."""
        return tuple(
            (item, state)
            for item in self._dated_alone(self.dated.values())
            for state in item.adopted_by
            if not self.decisions.joins(self.acts[item.id], state)
            and (joined := item.joined(state))
            and Month.of(joined.start) == month
        )

    def in_force(self, day: date) -> tuple[Instrument, ...]:
        """Return the instruments that bind on a day by their dates."""
        return tuple(
            item
            for item in self._dated_alone(self.dated.values())
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
        """Return the first month in which an actor could see that the law differs.

        Who decides differs from the first day on which it is decided.
        """
        seen = first_seen(self.instruments, other.instruments)
        if self.decisions == other.decisions:
            return seen
        decided = [x.since for x in (self.decisions, other.decisions) if x]
        months = [Month.of(day) for day in decided] + ([seen] if seen else [])
        return min(months, default=None)

    def why(self, line: SupplyLine, day: date, leakage: Leakage = TIGHT) -> Answer:
        """Return what is in force for a line on a day, and why."""
        return explain(self.bearing(line), line, day, leakage, self.left_open(day))

    def left_open(self, day: date) -> tuple[Package, ...]:
        """Return what states may decide on, on a day: no date says what they do."""
        if day < self.decisions.since.replace(day=1):
            return ()
        return self.decisions.packages(self.acts)

    # Other regimes.

    def without(self, ids: Iterable[str]) -> "Regime":
        """Return the regime less some instruments."""
        gone = set(ids)
        kept = {key: item for key, item in self.instruments.items() if key not in gone}
        return Regime(self.name, kept, self.decisions)

    def with_(self, instruments: Iterable[Instrument]) -> "Regime":
        """Return the regime with instruments added, or replaced where ids agree."""
        added = {item.id: item for item in instruments}
        return Regime(self.name, {**self.instruments, **added}, self.decisions)

    @property
    def undecided(self) -> "Regime":
        """The same law where nothing has been decided of what states decide."""
        if not self.decided:
            return self
        none = np.zeros(1)
        idle = Conduct(acts=dict.fromkeys(self.decided, none))
        return self.under(idle, idle)

    def under(self, conduct: Conduct, coming: Conduct) -> "Regime":
        """Return the same law under another conduct; what is worked out is shared.

        Args:
            conduct: how far what is decided is in force.
            coming: the same with what is decided and does not bind yet.
        """
        if conduct is self.conduct and coming is self.coming:
            return self
        twin = replace(self, conduct=conduct, coming=coming)
        for name in _WORKED_OUT:
            twin.__dict__[name] = getattr(self, name)
        return twin

    # What is worked out once.

    @cached_property
    def identity(self) -> str:
        """A digest of all that the law says: laws with the same one are the same."""
        return self._digest(lambda act: act.identity)

    @cached_property
    def shape(self) -> str:
        """The same but for the size of numbers: such laws can be `stacked`."""
        return self._digest(lambda act: act.shape)

    def _digest(self, told: Callable[[Instrument], str]) -> str:
        who = self.decisions
        laws = (self.instruments, who.menu)
        acts = [spelt({key: told(act) for key, act in law.items()}) for law in laws]
        return digest([self.name, spelt((who.states, who.since, who.chosen)), *acts])

    @cached_property
    def acts(self) -> dict[str, Instrument]:
        """The instruments by id, and what states may decide on besides."""
        return {**self.instruments, **self.decisions.menu}

    @cached_property
    def dated(self) -> dict[str, Instrument]:
        """The same acts, without the dates that are to be decided."""
        undated = self.decisions.undated
        return {key: undated(item) for key, item in self.acts.items()}

    @cached_property
    def decided(self) -> frozenset[str]:
        """The ids of the acts of which the issuer decides."""
        decides = self.decisions.decides
        return frozenset(key for key, item in self.acts.items() if decides(item))

    def _dated_alone(self, items: Iterable[Instrument]) -> tuple[Instrument, ...]:
        return tuple(item for item in items if item.id not in self.decided)

    @cached_property
    def timetable(self) -> Timetable:
        """When each instrument binds, and when it is expected."""
        return Timetable(self.dated, self.decided)

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
                item for item in self.dated.values() if isinstance(item, kind)
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
                for item in self.dated.values()
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
        value: Callable[[list[Kind]], PerDraw | float],
    ) -> PerDraw | float:
        """Return a value of the instruments of a kind in force, averaged over days."""
        items = self.of_kind(kind)
        binding = self.timetable.binding
        breaks = breakpoints(period for item in items for period in binding[item.id])
        parts = []
        for part in spans(month, breaks):
            day = opening_day(part.segment, breaks)
            live = [item for item in items if self.timetable.binds(item, day)]
            parts.append((part.days, value(live)))
        return weighted(parts)


_WORKED_OUT = (
    "acts",
    "dated",
    "decided",
    "timetable",
    "_kinds",
    "_bearings",
    "_by_good",
)
"""What a regime shares with the same law under another conduct."""


def _largest(shares: Iterable[PerDraw | float]) -> PerDraw | float:
    """Return the largest of several shares, none if there are none."""
    found: PerDraw | float = 0.0
    for each in shares:
        found = np.maximum(found, each)
    return found
