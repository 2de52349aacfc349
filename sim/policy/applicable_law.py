"""Applicable law: what of a regime can apply to one supply line, and what follows.

Looking for the instruments that concern a line among all of a regime is slow, so it is
done once for a line, and kept. What stays is quick: time is cut into segments at the
days on which any of these instruments changes, and inside a segment the answer is the
same on all days.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain
from weakref import WeakKeyDictionary

import numpy as np

from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw, sum_in_order
from sim.domain.months import Month
from sim.domain.supply import SupplyLine
from sim.policy.dates import (
    FOREVER,
    Span,
    breakpoints,
    month_bounds,
    opening_day,
    split_month,
)
from sim.policy.decided_law import ALL_STATES, AS_DATED, ChangedActs, DecidedLaw
from sim.policy.exports import AffiliatesRule, ExportControl, LeakRoute, LicencePolicy
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument, adoption_periods
from sim.policy.kept_answers import KeptAnswers
from sim.policy.terms import HomePriority, RevenueShare
from sim.policy.timetable import Timetable


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
        leaking_to_affiliates: by instruments that name parties.
        leaking_to_facilities: by instruments that name advanced facilities.
    """

    outright: PerDraw | float = 0.0
    leaking_to_affiliates: PerDraw | float = 0.0
    leaking_to_facilities: PerDraw | float = 0.0

    def licence(self, leakage: LeakageShares) -> PerDraw | float:
        """Return the share of orders licensed: the strictest instrument governs."""
        refused = self.outright
        for leaking, leaked in (
            (self.leaking_to_affiliates, leakage.affiliates),
            (self.leaking_to_facilities, leakage.facilities),
        ):
            if in_any_draw(leaking):
                refused = np.maximum(refused, leaking * (1.0 - leaked))
        return 1.0 - refused


class _Answers:
    """What some instruments say of lines with one chip, by question and segment."""

    def __init__(self, instruments: Sequence[Instrument]) -> None:
        self.licence = KeptAnswers(instruments)
        self.without_licence = KeptAnswers(instruments)
        self.pending_denial = KeptAnswers(instruments)
        self.foreseen_access = KeptAnswers(instruments)
        self.permit = KeptAnswers(instruments)
        self.levy = KeptAnswers(instruments)
        self.home_priority = KeptAnswers(instruments)


@dataclass(eq=False)
class ApplicableLaw:
    """The instruments that can apply to a line, and the segments of time between them.

    Lines of one origin and good under the same instruments share it; what is kept is
    kept by chip where an instrument reads the chip.

    Attributes:
        exports: licence requirements.
        policies: reviews that relax them.
        affiliates_rules: rules that close a leak of them.
        imports: measures at the importer's gate.
        levies: shares of the sale's value taken.
        priorities: duties to serve the issuer's own buyers first.
        timetable: when each instrument binds, and when it is expected.
    """

    exports: tuple[ExportControl, ...]
    policies: tuple[LicencePolicy, ...]
    affiliates_rules: tuple[AffiliatesRule, ...]
    imports: tuple[ImportDiscouragement, ...]
    levies: tuple[RevenueShare, ...]
    priorities: tuple[HomePriority, ...]
    timetable: Timetable
    _spans: dict[int, tuple[Span, ...]] = field(init=False, default_factory=dict)
    _binding_ids: dict[int, frozenset[str]] = field(init=False, default_factory=dict)
    _expected_ids: dict[int, frozenset[str] | None] = field(
        init=False, default_factory=dict
    )
    _answers_by_chip: WeakKeyDictionary[Chip, _Answers] = field(
        init=False, default_factory=WeakKeyDictionary
    )

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """All the instruments that can apply to the line."""
        at_gates = (*self.exports, *self.policies, *self.affiliates_rules)
        return (*at_gates, *self.imports, *self.levies, *self.priorities)

    @cached_property
    def breaks(self) -> tuple[date, ...]:
        """The days on which an answer may change, in order."""
        periods = map(self.timetable.all_periods, self.instruments)
        return breakpoints(chain.from_iterable(periods))

    @cached_property
    def depends_on_chip(self) -> bool:
        """Whether an answer depends on the chip that the line carries."""
        return any(item.reads_chip for item in self.instruments)

    @cached_property
    def ids_at_gates(self) -> frozenset[str]:
        """The ids of the instruments that deny licences or permits."""
        return frozenset(item.id for item in (*self.exports, *self.imports))

    @cached_property
    def equivalence_key(self) -> tuple[str, ...]:
        """The ids of the instruments, in order.

        Two lines under the same instruments, of one origin and good and with the same
        chip, get the same answer: all else about a line (who sells, who buys, where)
        has been used up in finding the instruments. So a statute book keeps one object
        for all lines of one key, origin and good.
        """
        return tuple(item.id for item in self.instruments)

    def changes_in(self, month: Month) -> bool:
        """Return whether any answer may differ from the month before.

        A date inside a month changes the mean of that month and of the next; one on its
        first day changes that month alone.
        """
        index = bisect_right(self.breaks, month_bounds(month.index - 1)[0])
        return (
            index < len(self.breaks)
            and self.breaks[index] <= month_bounds(month.index)[1]
        )

    def is_changed_by(self, changed: ChangedActs, origin: str) -> bool:
        """Return whether what was decided can apply to a line from a state."""
        return any(
            (item.id, ALL_STATES) in changed or (item.id, origin) in changed
            for item in self.instruments
        )

    def monthly_mean(
        self, month: Month, value: Callable[[int], PerDraw | float]
    ) -> PerDraw | float:
        """Return a value of segments averaged over the days of a month."""
        spans = self._spans.get(month.index)
        if spans is None:
            spans = self._spans[month.index] = split_month(month, self.breaks)
        if len(spans) == 1:
            return value(spans[0].segment)
        return mean_over_days([(span.days, value(span.segment)) for span in spans])

    # --- the exporter's gate ------------------------------------------------------

    def licence(
        self,
        line: SupplyLine,
        segment: int,
        leakage: LeakageShares,
        decided: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of orders licensed in a segment, in [0, 1]."""
        kept = self._answers_for(line.chip).licence.under(decided, given=leakage)
        if segment not in kept:
            day = opening_day(segment, self.breaks)
            denial = self.denial(line, day, self._in_force(segment), decided)
            kept[segment] = denial.licence(leakage)
        return kept[segment]

    def without_licence(
        self,
        line: SupplyLine,
        segment: int,
        leakage: LeakageShares,
        decided: DecidedLaw = AS_DATED,
    ) -> PerDraw | float:
        """Return the share of orders that may leave without a licence, in [0, 1].

        What would be licensed if every application were denied.
        """
        kept = self._answers_for(line.chip).without_licence.under(
            decided, given=leakage
        )
        if segment not in kept:
            day = opening_day(segment, self.breaks)
            in_force = self._in_force(segment)
            denial = self.denial(line, day, in_force, decided, denies_all=True)
            kept[segment] = denial.licence(leakage)
        return kept[segment]

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
        answers = self._answers_for(line.chip).pending_denial
        kept = answers.under(decided, decided_ahead, leakage)
        if segment not in kept:
            expected = self._expected_denial(line, segment, decided_ahead)
            if expected is None:
                kept[segment] = 0.0
            else:
                today = self.licence(line, segment, leakage, decided)
                kept[segment] = np.maximum(0.0, today - expected.licence(leakage))
        return kept[segment]

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
        answers = self._answers_for(line.chip).foreseen_access
        kept = answers.under(decided, decided_ahead, leakage)
        known = [
            measure
            for measure in self.imports
            if measure.announced <= day < (measure.end or FOREVER)
        ]
        # A measure may end while a truce suspends it, which begins no segment.
        question = (segment, *(measure.id for measure in known))
        if question not in kept:
            licensed = self.licence(line, segment, leakage, decided)
            licensed = licensed - self.pending_denial(
                line, day, leakage, decided, decided_ahead
            )
            kept[question] = licensed * _permitted_share(line, known, decided_ahead)
        return kept[question]

    def _expected_denial(
        self, line: SupplyLine, segment: int, decided_ahead: DecidedLaw
    ) -> Denial | None:
        """Return what would be denied if all that is expected were in force.

        None if nothing is expected in the segment. What has been decided counts,
        whether or not it binds yet.
        """
        expected = self._expected(segment)
        if expected is not None:
            binding = self._in_force(segment) | expected
            return self.denial(line, None, binding, decided_ahead)
        if not decided_ahead.covers_any(self.instruments):
            return None
        day = opening_day(segment, self.breaks)
        return self.denial(line, day, self._in_force(segment), decided_ahead)

    def _expected(self, segment: int) -> frozenset[str] | None:
        """Return the ids of what is expected in a segment and does not bind in it.

        None if neither that nor that an ally joins is expected.
        """
        if segment not in self._expected_ids:
            day = opening_day(segment, self.breaks)
            expected = frozenset(
                item.id
                for item in (*self.exports, *self.affiliates_rules)
                if self.timetable.expects(item, day)
            )
            allies_will_join = any(
                item.announced <= day < period.start
                for item in self.exports
                for period in adoption_periods(item)
                if item.end is None or day < item.end
            )
            is_any = expected or allies_will_join
            self._expected_ids[segment] = expected if is_any else None
        return self._expected_ids[segment]

    def _in_force(self, segment: int) -> frozenset[str]:
        """Return the ids of the instruments that bind in a segment."""
        if segment not in self._binding_ids:
            day = opening_day(segment, self.breaks)
            self._binding_ids[segment] = frozenset(self.in_force(day))
        return self._binding_ids[segment]

    def denial(
        self,
        line: SupplyLine,
        day: date | None,
        in_force: Collection[str],
        decided: DecidedLaw = AS_DATED,
        *,
        denies_all: bool = False,
    ) -> Denial:
        """Return what is denied on a day by the instruments with the ids given.

        Without a day, as it will be when every ally that joins has joined. What would
        be denied if every application were, for `denies_all`.
        """
        policies = [policy for policy in self.policies if policy.id in in_force]
        rules = [rule for rule in self.affiliates_rules if rule.id in in_force]
        denied: dict[LeakRoute, PerDraw | float] = dict.fromkeys(LeakRoute, 0.0)
        for control in self.exports:
            if control.id not in in_force:
                continue
            if denies_all:
                refused = control.licensable_share(line, day, policies, decided)
            else:
                refused = control.denied_share(line, day, policies, decided)
            closed = largest(
                decided.force(rule.id) for rule in rules if rule.closes_leak_of(control)
            )
            # Where a rule closes the leak, the control denies outright.
            if in_any_draw(closed):
                outright = denied[LeakRoute.NONE]
                denied[LeakRoute.NONE] = np.maximum(outright, refused * closed)
            if in_any_draw(1.0 - closed):
                route, leaking = control.leak_route, refused * (1.0 - closed)
                denied[route] = np.maximum(denied[route], leaking)
        return Denial(
            denied[LeakRoute.NONE],
            denied[LeakRoute.AFFILIATES],
            denied[LeakRoute.FACILITIES],
        )

    # --- the importer's gate, and levies ------------------------------------------

    def permit(
        self, line: SupplyLine, segment: int, decided: DecidedLaw = AS_DATED
    ) -> PerDraw | float:
        """Return the share of licensed orders permitted: the strictest governs."""
        kept = self._answers_for(line.chip).permit.under(decided)
        if segment not in kept:
            in_force = self._in_force(segment)
            measures = (measure for measure in self.imports if measure.id in in_force)
            kept[segment] = _permitted_share(line, measures, decided)
        return kept[segment]

    def levy(
        self, line: SupplyLine, segment: int, decided: DecidedLaw = AS_DATED
    ) -> PerDraw | float:
        """Return the share of the value taken, in [0, 1]: the largest governs."""
        kept = self._answers_for(line.chip).levy.under(decided)
        if segment not in kept:
            in_force = self._in_force(segment)
            kept[segment] = largest(
                decided.force(levy.id) * levy.levied_share(line)
                for levy in self.levies
                if levy.id in in_force
            )
        return kept[segment]

    def home_priority(
        self, line: SupplyLine, segment: int, decided: DecidedLaw = AS_DATED
    ) -> PerDraw | float:
        """Return the share of waiting home orders that comes first, in [0, 1]."""
        kept = self._answers_for(line.chip).home_priority.under(decided)
        if segment not in kept:
            in_force = self._in_force(segment)
            kept[segment] = largest(
                decided.force(act.id) * act.share_first(line)
                for act in self.priorities
                if act.id in in_force
            )
        return kept[segment]

    def in_force(self, day: date) -> set[str]:
        """Return the ids of the applicable instruments that bind on a day."""
        binds = self.timetable.binds
        return {item.id for item in self.instruments if binds(item, day)}

    @cached_property
    def _answers(self) -> _Answers:
        return _Answers(self.instruments)

    def _answers_for(self, chip: Chip | None) -> _Answers:
        """Return what is kept for a chip: its own if the law depends on the chip."""
        if chip is None or not self.depends_on_chip:
            return self._answers
        answers = self._answers_by_chip.get(chip)
        if answers is None:
            answers = self._answers_by_chip[chip] = _Answers(self.instruments)
        return answers


def _permitted_share(
    line: SupplyLine, measures: Iterable[ImportDiscouragement], decided: DecidedLaw
) -> PerDraw | float:
    """Return the share of licensed orders that the strictest of some measures permits.

    A measure that is decided on permits all where it is not in force.
    """
    share: PerDraw | float = 1.0
    for measure in measures:
        permitted = measure.permitted_share(line)
        idle = 1.0 - decided.force(measure.id)
        share = np.minimum(share, permitted + idle * (1.0 - permitted))
    return share


def in_any_draw(share: PerDraw | float) -> bool:
    """Return whether a share is more than nothing in any draw."""
    return bool(share.any() if isinstance(share, np.ndarray) else share)


def largest(shares: Iterable[PerDraw | float]) -> PerDraw | float:
    """Return the largest of several shares draw by draw, 0 if there are none."""
    maximum: PerDraw | float = 0.0
    for share in shares:
        maximum = np.maximum(maximum, share)
    return maximum


def mean_over_days(values: Sequence[tuple[int, PerDraw | float]]) -> PerDraw | float:
    """Return a mean weighted by days, which are whole, so that 1 stays exactly 1."""
    amount: PerDraw | float = 0.0
    for days, value in values:
        amount = amount + days * value
    return amount / sum_in_order(days for days, _ in values)
