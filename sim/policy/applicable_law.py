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
    bounds,
    breakpoints,
    opening_day,
    spans,
)
from sim.policy.decided_law import AS_DATED, EVERYONE, DecidedLaw, Moves
from sim.policy.exports import AffiliatesRule, ExportControl, Leak, LicencePolicy
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument, adoptions
from sim.policy.terms import RevenueShare
from sim.policy.timetable import Periods


@dataclass(frozen=True, eq=False)
class Leakage:
    """What a control misses, in shares of the denied business, each in [0, 1].

    Attributes:
        affiliates: of a listed party, through unlisted affiliates; nothing while an
            affiliates rule is in force.
        facilities: of advanced facilities, through other buildings of the same firm;
            nothing under a control that names any facility.
    """

    affiliates: PerDraw | float = 0.0
    facilities: PerDraw | float = 0.0


TIGHT = Leakage()
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
    listed: PerDraw | float = 0.0
    located: PerDraw | float = 0.0

    def licence(self, leakage: Leakage) -> PerDraw | float:
        """Return the share of orders that leaves: the strictest instrument governs."""
        refused = self.outright
        if np.any(self.listed):
            kept = self.listed * (1.0 - leakage.affiliates)
            refused = np.maximum(refused, kept)
        if np.any(self.located):
            kept = self.located * (1.0 - leakage.facilities)
            refused = np.maximum(refused, kept)
        return 1.0 - refused


@dataclass(eq=False)
class _Opinion:
    """What is known of one line, one chip and one segment."""

    denial: Denial
    leakage: Leakage | None = None
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
    closures: tuple[AffiliatesRule, ...]
    imports: tuple[ImportDiscouragement, ...]
    levies: tuple[RevenueShare, ...]
    periods: Periods
    waits: Periods
    breaks: tuple[date, ...] = field(init=False)
    minds_chips: bool = field(init=False)
    _months: dict[int, tuple[Span, ...]] = field(init=False, default_factory=dict)
    _plain: dict[object, object] = field(init=False, default_factory=dict)
    _by_chip: WeakKeyDictionary[Chip, dict[object, object]] = field(
        init=False, default_factory=WeakKeyDictionary
    )

    def __post_init__(self) -> None:
        touching = self.touching
        terms = [
            period
            for instrument in touching
            for period in (
                *self.periods[instrument.id],
                *self.waits[instrument.id],
                *adoptions(instrument),
                Period(instrument.announced),
            )
        ]
        self.breaks = breakpoints(terms)
        self.minds_chips = any(map(_minds_chips, touching))

    @property
    def touching(self) -> tuple[Instrument, ...]:
        """All the instruments that can touch the line."""
        return (
            *self.exports,
            *self.policies,
            *self.closures,
            *self.imports,
            *self.levies,
        )

    def moves_in(self, month: Month) -> bool:
        """Return whether any answer may differ from the month before.

        A date inside a month changes the mean of that month and of the next.
        """
        since = bisect_left(self.breaks, (month + -1).first_day)
        return since < len(self.breaks) and self.breaks[since] <= month.last_day

    def feels(self, moves: Moves, origin: str) -> bool:
        """Return whether what was decided can touch a line from a state."""
        return any(
            (item.id, EVERYONE) in moves or (item.id, origin) in moves
            for item in self.touching
        )

    @cached_property
    def equivalence_key(self) -> tuple[str, ...]:
        """What lines of one origin, good and chip must share to be answered alike."""
        return tuple(item.id for item in self.touching)

    def over(
        self, month: Month, value: Callable[[int], PerDraw | float]
    ) -> PerDraw | float:
        """Return a value of segments averaged over the days of a month."""
        parts = self._months.get(month.index)
        if parts is None:
            parts = self._months[month.index] = spans(month, self.breaks)
        if len(parts) == 1:
            return value(parts[0].segment)
        return weighted([(part.days, value(part.segment)) for part in parts])

    def is_touched(self, conduct: DecidedLaw) -> bool:
        """Return whether what has been decided bears on the line."""
        return conduct is not AS_DATED and conduct.touches(self.touching)

    def licence(
        self,
        line: SupplyLine,
        segment: int,
        leakage: Leakage,
        conduct: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of orders licensed in a segment, in [0, 1]."""
        if self.is_touched(conduct):
            return self.denial_in(line, segment, conduct).licence(leakage)
        store = self._store(line.chip)
        opinion = store.get(segment)
        if not isinstance(opinion, _Opinion):
            opinion = store[segment] = _Opinion(self.denial_in(line, segment))
        if opinion.leakage is not leakage:
            opinion.licence = opinion.denial.licence(leakage)
            opinion.leakage = leakage
        return opinion.licence

    def denial_in(
        self, line: SupplyLine, segment: int, conduct: DecidedLaw = AS_DATED
    ) -> Denial:
        """Return what is denied in a segment."""
        day = opening_day(segment, self.breaks)
        return self.denial(line, day, self.in_force(day), conduct)

    def expected(
        self, line: SupplyLine, segment: int, coming: DecidedLaw = AS_DATED
    ) -> Denial | None:
        """Return what would be denied if all that is expected were in force.

        None if nothing is expected in the segment.

        Args:
            line: the line.
            segment: the segment.
            coming: what has been decided, whether or not it binds yet.
        """
        day = opening_day(segment, self.breaks)
        waiting = {
            item.id
            for item in (*self.exports, *self.closures)
            if any(day in wait for wait in self.waits[item.id])
        }
        joining = any(
            day >= item.announced and day < period.start
            for item in self.exports
            for period in adoptions(item)
            if item.end is None or day < item.end
        )
        if not waiting and not joining and coming is AS_DATED:
            return None
        read = None if waiting or joining else day
        return self.denial(line, read, self.in_force(day) | waiting, coming)

    def pending(
        self,
        line: SupplyLine,
        day: date,
        leakage: Leakage,
        conduct: DecidedLaw = AS_DATED,
        coming: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of business that expected law would deny besides."""
        segment = bisect_right(self.breaks, day)
        if self.is_touched(coming):
            then = self.expected(line, segment, coming)
            assert then is not None
            today = self.denial_in(line, segment, conduct).licence(leakage)
            return np.maximum(0.0, today - then.licence(leakage))
        store = self._store(line.chip)
        key = ("expected", segment)
        if key not in store:
            store[key] = self.expected(line, segment)
        expected = store[key]
        if not isinstance(expected, Denial):
            return 0.0
        today = self.licence(line, segment, leakage)
        return np.maximum(0.0, today - expected.licence(leakage))

    def foreseen(
        self,
        line: SupplyLine,
        day: date,
        leakage: Leakage,
        conduct: DecidedLaw = AS_DATED,
        coming: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of business left to a line by all law known on a day.

        What passes both gates that day, less what expected law would deny besides.
        """
        segment = bisect_right(self.breaks, day)
        left = self.licence(line, segment, leakage, conduct)
        left = left - self.pending(line, day, leakage, conduct, coming)
        return left * self._permitted_once_known(line, day, coming)

    def _permitted_once_known(
        self, line: SupplyLine, day: date, coming: DecidedLaw
    ) -> PerDraw | float:
        """Return what the importer's gate lets in once all that is announced binds."""
        share: PerDraw | float = 1.0
        for measure in self.imports:
            if measure.announced <= day < (measure.end or FOREVER):
                idle = 1.0 - coming.force(measure.id)
                let_in = measure.permitted(line)
                share = np.minimum(share, let_in + idle * (1.0 - let_in))
        return share

    def denial(
        self,
        line: SupplyLine,
        day: date | None,
        live: set[str],
        conduct: DecidedLaw = AS_DATED,
    ) -> Denial:
        """Return what is denied on a day by the instruments with the ids given.

        Without a day, as it will be when every ally that joins has joined.
        """
        policies = [policy for policy in self.policies if policy.id in live]
        closures = [rule for rule in self.closures if rule.id in live]
        shares: dict[Leak, PerDraw | float] = dict.fromkeys(Leak, 0.0)
        for control in self.exports:
            if control.id not in live:
                continue
            refused = control.denied(line, day, policies, conduct)
            closed: PerDraw | float = 0.0
            for rule in closures:
                if rule.closes(control):
                    closed = np.maximum(closed, conduct.force(rule.id))
            if np.any(closed):
                whole = shares[Leak.NONE]
                shares[Leak.NONE] = np.maximum(whole, refused * closed)
            if not np.all(closed):
                left = refused * (1.0 - closed)
                shares[control.leak] = np.maximum(shares[control.leak], left)
        return Denial(
            shares[Leak.NONE], shares[Leak.AFFILIATES], shares[Leak.FACILITIES]
        )

    def permit(
        self, line: SupplyLine, segment: int, conduct: DecidedLaw = AS_DATED
    ) -> PerDraw | float:
        """Return the share of licensed orders let in: the strictest governs."""
        if self.is_touched(conduct):
            return self._let_in(line, segment, conduct)
        store = self._store(line.chip)
        key = ("permit", segment)
        if key not in store:
            store[key] = self._let_in(line, segment, AS_DATED)
        return store[key]  # type: ignore[return-value]

    def _let_in(
        self, line: SupplyLine, segment: int, conduct: DecidedLaw
    ) -> PerDraw | float:
        live = self.in_force(opening_day(segment, self.breaks))
        share: PerDraw | float = 1.0
        for measure in self.imports:
            if measure.id in live:
                let_in = measure.permitted(line)
                idle = 1.0 - conduct.force(measure.id)
                share = np.minimum(share, let_in + idle * (1.0 - let_in))
        return share

    def levy(
        self, line: SupplyLine, segment: int, conduct: DecidedLaw = AS_DATED
    ) -> PerDraw | float:
        """Return the share of the value taken, in [0, 1]: the largest governs."""
        live = self.in_force(opening_day(segment, self.breaks))
        share: PerDraw | float = 0.0
        for take in self.levies:
            if take.id in live:
                share = np.maximum(share, conduct.force(take.id) * take.taken(line))
        return share

    def _store(self, chip: Chip | None) -> dict[object, object]:
        """Return what is remembered for a chip, if the law minds which chip it is."""
        if chip is None or not self.minds_chips:
            return self._plain
        store = self._by_chip.get(chip)
        if store is None:
            store = self._by_chip[chip] = {}
        return store

    def in_force(self, day: date) -> set[str]:
        """Return the ids of the instruments touching the line that bind on a day."""
        return {
            item.id
            for item in self.touching
            if any(day in period for period in self.periods[item.id])
        }


def weighted(parts: Sequence[tuple[int, PerDraw | float]]) -> PerDraw | float:
    """Return a mean weighted by days, which are whole, so that 1 stays exactly 1."""
    days = sum(length for length, _ in parts)
    amount: PerDraw | float = 0.0
    for length, value in parts:
        amount = amount + length * value
    return amount / days


def last_day(month: Month) -> date:
    """Return the last day of a month."""
    return bounds(month.index)[1]


def _minds_chips(instrument: Instrument) -> bool:
    """Return whether an instrument reads the chip that a line carries."""
    reads = bool(instrument.scope.reaching or instrument.scope.below)
    return reads or hasattr(instrument, "tests") or hasattr(instrument, "within")
