"""Statute book: the acts of a regime as they are dated, whatever has been decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.domain.supply import Good, SupplyLine
from sim.policy.applicable_law import ApplicableLaw
from sim.policy.dates import breakpoints
from sim.policy.decisions import Decisions, Package
from sim.policy.exports import AffiliatesRule, ExportControl, LicencePolicy
from sim.policy.imports import ImportDiscouragement
from sim.policy.instruments import Instrument
from sim.policy.kept_answers import KeptAnswers
from sim.policy.terms import HomePriority, Quota, RevenueShare, Truce
from sim.policy.timetable import Timetable, grouped

Kind = TypeVar("Kind", bound=Instrument)


@dataclass(frozen=True, eq=False, repr=False)
class StatuteBook(ShortRepr):
    """The acts of a regime, when each is seen and binds, and which can apply to a line.

    What has been decided is not in it, so that a regime goes from month to month with
    one book. What is worked out is kept, so asking again is cheap.

    Attributes:
        decisions: which of them are decided inside the model.
    """

    instruments: Mapping[str, Instrument]
    decisions: Decisions
    _kinds: dict[type[Instrument], tuple[Any, ...]] = field(
        init=False, default_factory=dict
    )
    _binding: dict[date, tuple[Instrument, ...]] = field(
        init=False, default_factory=dict
    )
    _breaks: dict[type[Instrument], tuple[date, ...]] = field(
        init=False, default_factory=dict
    )
    _answers: dict[type[Instrument], KeptAnswers] = field(
        init=False, default_factory=dict
    )
    _applicable: dict[object, ApplicableLaw] = field(init=False, default_factory=dict)
    _by_instruments: dict[object, ApplicableLaw] = field(
        init=False, default_factory=dict
    )

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
    def decided_ids(self) -> frozenset[str]:
        """The ids of the acts of which the issuer decides."""
        decides = self.decisions.decides
        return frozenset(key for key, item in self.acts.items() if decides(item))

    @cached_property
    def timetable(self) -> Timetable:
        """When each instrument binds, and when it is expected."""
        return Timetable(self.dated, self.decided_ids)

    # What can be seen.

    def announced(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that are dated to be announced in a month."""
        return self._announced.get(month.index, ())

    @cached_property
    def _announced(self) -> dict[int, tuple[Instrument, ...]]:
        """The same by index of the month."""
        return grouped(
            (Month.of(item.announced).index, item)
            for item in self._not_decided(self.dated.values())
        )

    def taking_effect(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that begin to bind in a month, or bind again."""
        return self._not_decided(self.timetable.starting(month))

    def ending(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that cease to bind in a month, or are suspended."""
        return self._not_decided(self.timetable.stopping(month))

    def repealed(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments of which the end lies in a month, in force or not."""
        return self._repealed.get(month.index, ())

    @cached_property
    def _repealed(self) -> dict[int, tuple[Instrument, ...]]:
        """The same by index of the month."""
        return grouped(
            (Month.of(item.end).index, item)
            for item in self._not_decided(self.dated.values())
            if item.end is not None
        )

    def joining(self, month: Month) -> tuple[tuple[Instrument, str], ...]:
        """Return the instruments that states join in a month, with the state."""
        return self._joining.get(month.index, ())

    @cached_property
    def _joining(self) -> dict[int, tuple[tuple[Instrument, str], ...]]:
        """The same by index of the month."""
        return grouped(
            (Month.of(joined.start).index, (item, state))
            for item in self._not_decided(self.dated.values())
            for state in item.adopted_by
            if not self.decisions.decides_joining(self.acts[item.id], state)
            and (joined := item.adoption_period(state))
        )

    def in_force(self, day: date) -> tuple[Instrument, ...]:
        """Return the instruments that bind on a day by their dates."""
        if day not in self._binding:
            self._binding[day] = tuple(
                item
                for item in self._not_decided(self.dated.values())
                if self.timetable.binds(item, day)
            )
        return self._binding[day]

    def changes_in(self, month: Month) -> bool:
        """Return whether any answer about a line may differ from the month before.

        It may if a date on which an instrument is announced, begins, ends, is suspended
        or joined falls in this month or in the previous one.
        """
        changing = self.timetable.changing_months
        return month.index in changing or month.index - 1 in changing

    def open_packages(self, day: date) -> tuple[Package, ...]:
        """Return what states may decide on, on a day: no date says what they do."""
        if day < self.decisions.since.replace(day=1):
            return ()
        return self.decisions.packages(self.acts)

    def _not_decided(self, items: Iterable[Instrument]) -> tuple[Instrument, ...]:
        return tuple(item for item in items if item.id not in self.decided_ids)

    # What is looked up.

    def applicable_law(self, line: SupplyLine) -> ApplicableLaw:
        """Return the instruments that can apply to a line, looked up once."""
        key = (
            line.seller,
            line.buyer,
            line.good,
            line.origin,
            line.destination,
            line.party,
            line.advanced,
        )
        known = self._applicable.get(key)
        if known is None:
            law = self._look_up(line)
            alike = (law.equivalence_key, line.origin, line.good)
            known = self._by_instruments.setdefault(alike, law)
            self._applicable[key] = known
        return known

    def breaks_of_kind(self, kind: type[Instrument]) -> tuple[date, ...]:
        """Return the days on which an instrument of a kind begins or ceases to bind."""
        if kind not in self._breaks:
            binding = self.timetable.binding_periods
            periods = (x for item in self.of_kind(kind) for x in binding[item.id])
            self._breaks[kind] = breakpoints(periods)
        return self._breaks[kind]

    def answers_of_kind(self, kind: type[Instrument]) -> KeptAnswers:
        """Return what is kept of the answers of all instruments of a kind."""
        if kind not in self._answers:
            self._answers[kind] = KeptAnswers(self.of_kind(kind))
        return self._answers[kind]

    def of_kind(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Return the instruments of a kind."""
        if kind not in self._kinds:
            self._kinds[kind] = tuple(
                item for item in self.dated.values() if isinstance(item, kind)
            )
        return self._kinds[kind]

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """The quotas."""
        return self.of_kind(Quota)

    def suspending(self, act: Instrument) -> tuple[Truce, ...]:
        """Return the truces that suspend an instrument."""
        return tuple(x for x in self.of_kind(Truce) if act.id in x.suspends)

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

    def _look_up(self, line: SupplyLine) -> ApplicableLaw:
        near = [item for item in self._by_good[line.good] if item.may_apply_to(line)]
        exports = tuple(item for item in near if isinstance(item, ExportControl))
        ids = {item.id for item in exports}
        policies = (item for item in near if isinstance(item, LicencePolicy))
        return ApplicableLaw(
            exports=exports,
            policies=tuple(item for item in policies if not ids.isdisjoint(item.of)),
            affiliates_rules=tuple(
                item for item in near if isinstance(item, AffiliatesRule)
            ),
            imports=tuple(
                item for item in near if isinstance(item, ImportDiscouragement)
            ),
            levies=tuple(item for item in near if isinstance(item, RevenueShare)),
            priorities=tuple(item for item in near if isinstance(item, HomePriority)),
            timetable=self.timetable,
        )
