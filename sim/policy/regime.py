"""Regime: the instruments of one policy, read together."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, reduce
from math import prod
from operator import add
from typing import Any, TypeVar

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.domain.supply import Good, SupplyLine
from sim.policy.applicable_law import (
    NO_LEAKAGE,
    LeakageShares,
    largest,
    mean_over_days,
)
from sim.policy.dates import opening_day, split_month
from sim.policy.decided_law import AS_DATED, DecidedLaw
from sim.policy.decisions import ALL_RECORDED, Decisions
from sim.policy.difference import first_visible_month
from sim.policy.explain import LawAnswer, explain
from sim.policy.exports import PerformanceThreshold
from sim.policy.imports import ProcurementMandate, Subsidy
from sim.policy.instruments import Instrument
from sim.policy.law_digest import canonical_text, text_digest
from sim.policy.statute_book import StatuteBook
from sim.policy.terms import EndUseEnforcement, Enforcement, Quota

Kind = TypeVar("Kind", bound=Instrument)

DAY = timedelta(days=1)
"""One day."""

_DAYS_A_MONTH = 365.25 / 12
"""Days of a mean month."""


@dataclass(frozen=True, eq=False, repr=False)
class Regime(ShortRepr):
    """The instruments of one policy: immutable, and asked about lines and months.

    Each day the strictest instrument in force governs a gate; a month is the mean of
    its days.

    What states decide for themselves has no dates: it binds as far as `decided` says.
    Instruments keep the dates of the record all the same, for reports.

    Attributes:
        decisions: which of them are decided inside the model.
        decided: how far those are in force, draw by draw.
        decided_ahead: the same with what is decided and does not bind yet.
    """

    name: str
    instruments: Mapping[str, Instrument]
    decisions: Decisions = ALL_RECORDED
    decided: DecidedLaw = AS_DATED
    decided_ahead: DecidedLaw = AS_DATED

    def __reduce__(self) -> tuple[Any, ...]:
        # Cached results are not copied: they are quickly computed again.
        known = (self.name, dict(self.instruments), self.decisions)
        return (Regime, (*known, self.decided, self.decided_ahead))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Regime":
        return self

    @cached_property
    def book(self) -> StatuteBook:
        """Its acts as they are dated; the same book whatever has been decided."""
        return StatuteBook(self.instruments, self.decisions)

    # The two gates and the levy.

    def licence(
        self, line: SupplyLine, month: Month, leakage: LeakageShares = NO_LEAKAGE
    ) -> PerDraw | float:
        """Return the share of a line's orders that the exporter's state licenses.

        Mean over the days of the month, in [0, 1]; 1 if no instrument applies.
        """
        applicable = self.book.applicable_law(line)
        if not applicable.exports:
            return 1.0
        return applicable.monthly_mean(
            month,
            lambda segment: applicable.licence(line, segment, leakage, self.decided),
        )

    def without_licence(
        self, line: SupplyLine, month: Month, leakage: LeakageShares = NO_LEAKAGE
    ) -> PerDraw | float:
        """Return the share of a line's orders that may leave without a licence.

        Mean over the days of the month, in [0, 1]; 1 if no instrument applies.
        """
        applicable = self.book.applicable_law(line)
        if not applicable.exports:
            return 1.0
        return applicable.monthly_mean(
            month,
            lambda segment: applicable.without_licence(
                line, segment, leakage, self.decided
            ),
        )

    def open_days(
        self, line: SupplyLine, month: Month, leakage: LeakageShares = NO_LEAKAGE
    ) -> PerDraw | float:
        """Return the share of a month's days on which some of a line's orders pass.

        In [0, 1]; 1 if no instrument applies.
        """
        applicable = self.book.applicable_law(line)

        def is_open(segment: int) -> PerDraw | float:
            licensed = applicable.licence(line, segment, leakage, self.decided)
            permitted = applicable.permit(line, segment, self.decided)
            return np.greater(licensed * permitted, 0.0).astype(float)

        if not (applicable.exports or applicable.imports):
            return 1.0
        return applicable.monthly_mean(month, is_open)

    def notice(self, line: SupplyLine, month: Month) -> float:
        """Return months from announcement to effect of reviews relaxed in a month.

        The longest notice of the licence policies that apply to a line and take effect
        in the month by their date; 0 if there is none.
        """
        days = [
            (policy.effective - policy.announced).days
            for policy in self.book.applicable_law(line).policies
            if Month.of(policy.effective) == month
        ]
        return max(days, default=0) / _DAYS_A_MONTH

    def permit(self, line: SupplyLine, month: Month) -> PerDraw | float:
        """Return the share of licensed orders that the importer's state lets in.

        Mean over the days of the month, in [0, 1]; 1 if no instrument applies.
        """
        applicable = self.book.applicable_law(line)
        if not applicable.imports:
            return 1.0
        return applicable.monthly_mean(
            month, lambda segment: applicable.permit(line, segment, self.decided)
        )

    def levy(self, line: SupplyLine, month: Month) -> PerDraw | float:
        """Return the share of the sale's value that the exporter's state takes.

        Mean over the days of the month, in [0, 1].
        """
        applicable = self.book.applicable_law(line)
        if not applicable.levies:
            return 0.0
        return applicable.monthly_mean(
            month, lambda segment: applicable.levy(line, segment, self.decided)
        )

    def home_priority(self, line: SupplyLine, month: Month) -> PerDraw | float:
        """Return the share of waiting home orders that comes before a line's exports.

        Mean over the days of the month, in [0, 1].
        """
        applicable = self.book.applicable_law(line)
        if not applicable.priorities:
            return 0.0
        return applicable.monthly_mean(
            month,
            lambda segment: applicable.home_priority(line, segment, self.decided),
        )

    def pending_denial(
        self, line: SupplyLine, month: Month, leakage: LeakageShares = NO_LEAKAGE
    ) -> PerDraw | float:
        """Return the share of a line's business that expected law would deny besides.

        What is announced and not yet in force, suspended until a known day, or to be
        joined by an ally, is read as if in force. Asked on the month's last day and on
        the eve of each change of law in it, so that a deadline inside the month is
        seen coming; the largest answer counts, in [0, 1].
        """
        applicable = self.book.applicable_law(line)
        if not applicable.exports:
            return 0.0
        first, last = month.first_day, month.last_day
        eves = [day - DAY for day in applicable.breaks if first < day <= last]
        answers = [
            applicable.pending_denial(
                line, day, leakage, self.decided, self.decided_ahead
            )
            for day in (last, *eves)
        ]
        return reduce(np.maximum, answers)

    def foreseen_access(
        self, line: SupplyLine, day: date, leakage: LeakageShares = NO_LEAKAGE
    ) -> PerDraw | float:
        """Return the share of a line's business left by all law known on a day.

        What passes both gates that day, less what expected law would deny besides, in
        [0, 1].
        """
        applicable = self.book.applicable_law(line)
        return applicable.foreseen_access(
            line, day, leakage, self.decided, self.decided_ahead
        )

    def explain(
        self, line: SupplyLine, day: date, leakage: LeakageShares = NO_LEAKAGE
    ) -> LawAnswer:
        """Return what is in force for a line on a day, and why."""
        book = self.book
        return explain(
            book.applicable_law(line), line, day, leakage, book.open_packages(day)
        )

    # Terms of licensed trade.

    def quotas(self, month: Month) -> tuple[Quota, ...]:
        """Return the quotas in force on any day of a month."""
        return tuple(
            item
            for item in self.book.of_kind(Quota)
            if self.book.timetable.binds_in(item, month)
        )

    def enforcement(self, month: Month, hub: str | None = None) -> Enforcement:
        """Return how hard smuggling is pursued, at a hub if one is named.

        Officers and budget multiply over the instruments in force, the widest location
        verification counts; mean over the days of the month. Instruments that name
        places count only where the hub is one of them.
        """

        def ratio(name: str) -> PerDraw | float:
            def product(acts: list[tuple[EndUseEnforcement, PerDraw | float]]) -> Any:
                ratios = (
                    getattr(act, name) ** force
                    for act, force in acts
                    if act.applies_at(hub)
                )
                return prod(ratios, start=1.0)

            return self._mean(EndUseEnforcement, month, (name, hub), product)

        return Enforcement(
            officers=ratio("officers"),
            budget=ratio("budget"),
            location_verification=self._mean(
                EndUseEnforcement,
                month,
                ("location_verification", hub),
                lambda acts: largest(
                    act.location_verification * force
                    for act, force in acts
                    if act.applies_at(hub)
                ),
            ),
        )

    def mandate(self, good: Good, destination: str, month: Month) -> PerDraw | float:
        """Return the share of a market's new purchases that must be domestic.

        The largest in force governs each day; mean over the month, in [0, 1].
        """
        return self._mean(
            ProcurementMandate,
            month,
            (good, destination),
            lambda acts: largest(
                act.mandated_share(good, destination) * force for act, force in acts
            ),
        )

    def subsidy(self, destination: str, month: Month) -> PerDraw | float:
        """Return what a state pays its chip industry, USD million a month."""
        return self._mean(
            Subsidy,
            month,
            destination,
            lambda acts: reduce(
                add, (act.paid(destination) * force for act, force in acts), 0.0
            ),
        )

    def thresholds(
        self, good: Good, origin: str, destination: str, month: Month
    ) -> tuple[tuple[PerformanceThreshold, PerDraw | float], ...]:
        """Return the thresholds on a chip, and how far each binds on the last day.

        Those that are decided inside the model come last. Policies that grant licences
        to caught chips are not looked at here.
        """
        day = month.last_day
        bound = [
            (item, item.bound_share(origin, day) * self.decided.force(item.id))
            for item in self.book.of_kind(PerformanceThreshold)
            if self.book.timetable.binds(item, day)
            and (not item.scope.goods or good in item.scope.goods)
            and destination in (item.scope.destinations or {destination})
        ]
        binding = (pair for pair in bound if np.any(pair[1]))
        decided_ids = self.book.decided_ids
        return tuple(sorted(binding, key=lambda pair: pair[0].id in decided_ids))

    def _mean(
        self,
        kind: type[Kind],
        month: Month,
        question: Hashable,
        value: Callable[[list[tuple[Kind, PerDraw | float]]], PerDraw | float],
    ) -> PerDraw | float:
        """Return a value of the acts of a kind in force, averaged over days.

        Args:
            kind: the kind of acts.
            month: the month.
            question: what is asked of them, under which the answer is kept.
            value: the answer of the acts that bind, each with how far it is in force.
        """
        breaks = self.book.breaks_of_kind(kind)
        spans = split_month(month, breaks)
        kept = self.book.answers_of_kind(kind).under(self.decided)
        if (question, spans) not in kept:
            values = [
                (
                    span.days,
                    value(self._binding(kind, opening_day(span.segment, breaks))),
                )
                for span in spans
            ]
            kept[question, spans] = mean_over_days(values)
        return kept[question, spans]

    def _binding(
        self, kind: type[Kind], day: date
    ) -> list[tuple[Kind, PerDraw | float]]:
        """Return the acts of a kind that bind on a day, and how far each does."""
        binds = self.book.timetable.binds
        return [
            (act, self.decided.force(act.id))
            for act in self.book.of_kind(kind)
            if binds(act, day)
        ]

    # Other regimes.

    def first_difference(self, other: "Regime") -> Month | None:
        """Return the first month in which an actor could see that the law differs.

        Who decides differs from the first day on which it is decided.
        """
        seen = first_visible_month(self.instruments, other.instruments)
        if self.decisions == other.decisions:
            return seen
        decided = [x.since for x in (self.decisions, other.decisions) if x]
        months = [Month.of(day) for day in decided] + ([seen] if seen else [])
        return min(months, default=None)

    def without(self, ids: Iterable[str]) -> "Regime":
        """Return the regime less some instruments."""
        removed = set(ids)
        kept = {
            key: item for key, item in self.instruments.items() if key not in removed
        }
        return Regime(self.name, kept, self.decisions)

    def with_instruments(self, instruments: Iterable[Instrument]) -> "Regime":
        """Return the regime with instruments added, or replaced where ids agree."""
        added = {item.id: item for item in instruments}
        return Regime(self.name, {**self.instruments, **added}, self.decisions)

    @property
    def with_nothing_decided(self) -> "Regime":
        """The same law where nothing has been decided of what states decide."""
        if not self.book.decided_ids:
            return self
        none = np.zeros(1)
        idle = DecidedLaw(acts=dict.fromkeys(self.book.decided_ids, none))
        return self.with_decided(idle, idle)

    def with_decided(self, decided: DecidedLaw, decided_ahead: DecidedLaw) -> "Regime":
        """Return the same law with other decisions taken; the book is shared.

        Args:
            decided: how far what is decided is in force.
            decided_ahead: the same with what is decided and does not bind yet.
        """
        if decided is self.decided and decided_ahead is self.decided_ahead:
            return self
        decided_regime = replace(self, decided=decided, decided_ahead=decided_ahead)
        decided_regime.__dict__["book"] = self.book
        return decided_regime

    # Which law it is.

    @cached_property
    def identity(self) -> str:
        """A digest of all that the law says: laws with the same one are the same."""
        return self._digest(lambda act: act.identity)

    @cached_property
    def shape(self) -> str:
        """The same but for the size of numbers: such laws can be `stacked`."""
        return self._digest(lambda act: act.shape)

    def _digest(self, of_act: Callable[[Instrument], str]) -> str:
        decisions = self.decisions
        decides = canonical_text(
            (decisions.states, decisions.since, decisions.by_instrument)
        )
        acts = [
            canonical_text({key: of_act(act) for key, act in law.items()})
            for law in (self.instruments, decisions.menu)
        ]
        return text_digest([self.name, decides, *acts])
