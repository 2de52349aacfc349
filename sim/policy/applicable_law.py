"""Bearing: what of a regime can touch one supply line, and what follows from it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.supply import SupplyLine
from sim.policy.dates import (
    FOREVER,
    Period,
    Span,
    breakpoints,
    month_bounds,
    opening_day,
    split_month,
)
from sim.policy.decided_law import AS_DATED, EVERYONE, ChangedActs, DecidedLaw
from sim.policy.exports import AffiliatesRule, ExportControl, LeakRoute, LicencePolicy
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument, adoption_periods
from sim.policy.terms import RevenueShare
from sim.policy.timetable import Periods


@dataclass(frozen=True, eq=False)
class LeakageShares:
    """What a control misses, in shares of the denied business, each in [0, 1].

    Attributes:
        affiliates: of a listed party, through unlisted affiliates; nothing while an
            affiliates rule is in force.
        facilities: of advanced facilities, through other buildings of the same firm;
            nothing under a control that names any facility.
    """

    affiliates: PerDraw | float = 0.0
    facilities: PerDraw | float = 0.0


NO_LEAKAGE = LeakageShares()
"""Controls that miss nothing."""


@dataclass(frozen=True, eq=False)
class Denial:
    """The largest share of a line's business denied, by the way it may go on.

    Attributes:
        outright: by instruments that leave no way.
        listed: by instruments that name parties, which affiliates may stand in for.
        located: by instruments that name advanced facilities.
    """

    outright: PerDraw | float = 0.0
    leaking_to_affiliates: PerDraw | float = 0.0
    leaking_to_facilities: PerDraw | float = 0.0

    def licence(self, leakage: LeakageShares) -> PerDraw | float:
        """Return the share of orders that leaves: the strictest instrument governs."""
        refused = self.outright
        if np.any(self.leaking_to_affiliates):
            kept = self.leaking_to_affiliates * (1.0 - leakage.affiliates)
            refused = np.maximum(refused, kept)
        if np.any(self.leaking_to_facilities):
            kept = self.leaking_to_facilities * (1.0 - leakage.facilities)
            refused = np.maximum(refused, kept)
        return 1.0 - refused


@dataclass(eq=False)
class _CachedLicence:
    """What is known of one line, one chip and one segment."""

    denial: Denial
    leakage: LeakageShares | None = None
    licence: PerDraw | float = 1.0


@dataclass(eq=False)
class ApplicableLaw:
    """The instruments that can touch a line, and the segments of time between them.

    Attributes:
        exports: licence requirements.
        policies: reviews that relax them.
        closures: affiliates rules.
        imports: measures at the importer's gate.
        levies: shares of the sale's value taken.
        periods: the days on which each instrument binds.
        waits: the days on which each is expected but does not bind.
    """

    exports: tuple[ExportControl, ...]
    policies: tuple[LicencePolicy, ...]
    affiliates_rules: tuple[AffiliatesRule, ...]
    imports: tuple[ImportDiscouragement, ...]
    levies: tuple[RevenueShare, ...]
    binding_periods: Periods
    expected_periods: Periods
    breaks: tuple[date, ...] = field(init=False)
    depends_on_chip: bool = field(init=False)
    _months: dict[int, tuple[Span, ...]] = field(init=False, default_factory=dict)
    _plain: dict[object, object] = field(init=False, default_factory=dict)
    _by_chip: WeakKeyDictionary[Chip, dict[object, object]] = field(
        init=False, default_factory=WeakKeyDictionary
    )

    def __post_init__(self) -> None:
        touching = self.instruments
        terms = [
            period
            for instrument in touching
            for period in (
                *self.binding_periods[instrument.id],
                *self.expected_periods[instrument.id],
                *adoption_periods(instrument),
                Period(instrument.announced),
            )
        ]
        self.breaks = breakpoints(terms)
        self.depends_on_chip = any(map(_reads_chip, touching))

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """All the instruments that can touch the line."""
        return (
            *self.exports,
            *self.policies,
            *self.affiliates_rules,
            *self.imports,
            *self.levies,
        )

    def changes_in(self, month: Month) -> bool:
        """Return whether any answer may differ from the month before.

        A date inside a month changes the mean of that month and of the next.
        """
        since = bisect_left(self.breaks, (month + -1).first_day)
        return since < len(self.breaks) and self.breaks[since] <= month.last_day

    def is_changed_by(self, changed: ChangedActs, origin: str) -> bool:
        """Return whether what was decided can touch a line from a state."""
        return any(
            (item.id, EVERYONE) in changed or (item.id, origin) in changed
            for item in self.instruments
        )

    @cached_property
    def equivalence_key(self) -> tuple[str, ...]:
        """What lines of one origin, good and chip must share to be answered alike."""
        return tuple(item.id for item in self.instruments)

    def monthly_mean(
        self, month: Month, value: Callable[[int], PerDraw | float]
    ) -> PerDraw | float:
        """Return a value of segments averaged over the days of a month."""
        parts = self._months.get(month.index)
        if parts is None:
            parts = self._months[month.index] = split_month(month, self.breaks)
        if len(parts) == 1:
            return value(parts[0].segment)
        return mean_over_days([(part.days, value(part.segment)) for part in parts])

    def depends_on(self, decided: DecidedLaw) -> bool:
        """Return whether what has been decided bears on the line."""
        return decided is not AS_DATED and decided.covers_any(self.instruments)

    def licence(
        self,
        line: SupplyLine,
        segment: int,
        leakage: LeakageShares,
        decided: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of orders licensed in a segment, in [0, 1]."""
        if self.depends_on(decided):
            return self.denial_in(line, segment, decided).licence(leakage)
        store = self._store(line.chip)
        opinion = store.get(segment)
        if not isinstance(opinion, _CachedLicence):
            opinion = store[segment] = _CachedLicence(self.denial_in(line, segment))
        if opinion.leakage is not leakage:
            opinion.licence = opinion.denial.licence(leakage)
            opinion.leakage = leakage
        return opinion.licence

    def denial_in(
        self, line: SupplyLine, segment: int, decided: DecidedLaw = AS_DATED
    ) -> Denial:
        """Return what is denied in a segment."""
        day = opening_day(segment, self.breaks)
        return self.denial(line, day, self.in_force(day), decided)

    def expected_denial(
        self, line: SupplyLine, segment: int, decided_ahead: DecidedLaw = AS_DATED
    ) -> Denial | None:
        """Return what would be denied if all that is expected were in force.

        None if nothing is expected in the segment.

        Args:
            line: the line.
            segment: the segment.
            decided_ahead: what has been decided, whether or not it binds yet.
        """
        day = opening_day(segment, self.breaks)
        waiting = {
            item.id
            for item in (*self.exports, *self.affiliates_rules)
            if any(day in wait for wait in self.expected_periods[item.id])
        }
        joining = any(
            day >= item.announced and day < period.start
            for item in self.exports
            for period in adoption_periods(item)
            if item.end is None or day < item.end
        )
        if not waiting and not joining and decided_ahead is AS_DATED:
            return None
        read = None if waiting or joining else day
        return self.denial(line, read, self.in_force(day) | waiting, decided_ahead)

    def pending_denial(
        self,
        line: SupplyLine,
        day: date,
        leakage: LeakageShares,
        decided: DecidedLaw = AS_DATED,
        decided_ahead: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of business that expected law would deny besides."""
        segment = bisect_right(self.breaks, day)
        if self.depends_on(decided_ahead):
            then = self.expected_denial(line, segment, decided_ahead)
            assert then is not None
            today = self.denial_in(line, segment, decided).licence(leakage)
            return np.maximum(0.0, today - then.licence(leakage))
        store = self._store(line.chip)
        key = ("expected", segment)
        if key not in store:
            store[key] = self.expected_denial(line, segment)
        expected = store[key]
        if not isinstance(expected, Denial):
            return 0.0
        today = self.licence(line, segment, leakage)
        return np.maximum(0.0, today - expected.licence(leakage))

    def foreseen_access(
        self,
        line: SupplyLine,
        day: date,
        leakage: LeakageShares,
        decided: DecidedLaw = AS_DATED,
        decided_ahead: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of business left to a line by all law known on a day.

        What passes both gates that day, less what expected law would deny besides.
        """
        segment = bisect_right(self.breaks, day)
        left = self.licence(line, segment, leakage, decided)
        left = left - self.pending_denial(line, day, leakage, decided, decided_ahead)
        return left * self._permitted_once_known(line, day, decided_ahead)

    def _permitted_once_known(
        self, line: SupplyLine, day: date, decided_ahead: DecidedLaw
    ) -> PerDraw | float:
        """Return what the importer's gate lets in once all that is announced binds."""
        share: PerDraw | float = 1.0
        for measure in self.imports:
            if measure.announced <= day < (measure.end or FOREVER):
                idle = 1.0 - decided_ahead.force(measure.id)
                let_in = measure.permitted_share(line)
                share = np.minimum(share, let_in + idle * (1.0 - let_in))
        return share

    def denial(
        self,
        line: SupplyLine,
        day: date | None,
        in_force: set[str],
        decided: DecidedLaw = AS_DATED,
    ) -> Denial:
        """Return what is denied on a day by the instruments with the ids given.

        Without a day, as it will be when every ally that joins has joined.
        """
        policies = [policy for policy in self.policies if policy.id in in_force]
        closures = [rule for rule in self.affiliates_rules if rule.id in in_force]
        shares: dict[LeakRoute, PerDraw | float] = dict.fromkeys(LeakRoute, 0.0)
        for control in self.exports:
            if control.id not in in_force:
                continue
            refused = control.denied_share(line, day, policies, decided)
            closed: PerDraw | float = 0.0
            for rule in closures:
                if rule.closes_leak_of(control):
                    closed = np.maximum(closed, decided.force(rule.id))
            if np.any(closed):
                whole = shares[LeakRoute.NONE]
                shares[LeakRoute.NONE] = np.maximum(whole, refused * closed)
            if not np.all(closed):
                left = refused * (1.0 - closed)
                shares[control.leak_route] = np.maximum(
                    shares[control.leak_route], left
                )
        return Denial(
            shares[LeakRoute.NONE],
            shares[LeakRoute.AFFILIATES],
            shares[LeakRoute.FACILITIES],
        )

    def permit(
        self, line: SupplyLine, segment: int, decided: DecidedLaw = AS_DATED
    ) -> PerDraw | float:
        """Return the share of licensed orders let in: the strictest governs."""
        if self.depends_on(decided):
            return self._permitted_share(line, segment, decided)
        store = self._store(line.chip)
        key = ("permit", segment)
        if key not in store:
            store[key] = self._permitted_share(line, segment, AS_DATED)
        return store[key]  # type: ignore[return-value]

    def _permitted_share(
        self, line: SupplyLine, segment: int, decided: DecidedLaw
    ) -> PerDraw | float:
        live = self.in_force(opening_day(segment, self.breaks))
        share: PerDraw | float = 1.0
        for measure in self.imports:
            if measure.id in live:
                let_in = measure.permitted_share(line)
                idle = 1.0 - decided.force(measure.id)
                share = np.minimum(share, let_in + idle * (1.0 - let_in))
        return share

    def levy(
        self, line: SupplyLine, segment: int, decided: DecidedLaw = AS_DATED
    ) -> PerDraw | float:
        """Return the share of the value taken, in [0, 1]: the largest governs."""
        live = self.in_force(opening_day(segment, self.breaks))
        share: PerDraw | float = 0.0
        for take in self.levies:
            if take.id in live:
                share = np.maximum(
                    share, decided.force(take.id) * take.levied_share(line)
                )
        return share

    def _store(self, chip: Chip | None) -> dict[object, object]:
        """Return what is remembered for a chip, if the law minds which chip it is."""
        if chip is None or not self.depends_on_chip:
            return self._plain
        store = self._by_chip.get(chip)
        if store is None:
            store = self._by_chip[chip] = {}
        return store

    def in_force(self, day: date) -> set[str]:
        """Return the ids of the instruments touching the line that bind on a day."""
        return {
            item.id
            for item in self.instruments
            if any(day in period for period in self.binding_periods[item.id])
        }


def mean_over_days(parts: Sequence[tuple[int, PerDraw | float]]) -> PerDraw | float:
    """Return a mean weighted by days, which are whole, so that 1 stays exactly 1."""
    days = sum(length for length, _ in parts)
    amount: PerDraw | float = 0.0
    for length, value in parts:
        amount = amount + length * value
    return amount / days


def last_day(month: Month) -> date:
    """Return the last day of a month."""
    return month_bounds(month.index)[1]


def _reads_chip(instrument: Instrument) -> bool:
    """Return whether an instrument reads the chip that a line carries."""
    reads = bool(instrument.scope.reaching or instrument.scope.below)
    return reads or hasattr(instrument, "tests") or hasattr(instrument, "within")
