"""The timetable of a regime: when each instrument binds, and when it is expected."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TypeVar

from sim.domain.months import Month
from sim.policy.dates import FOREVER, Period, breakpoints, month_bounds, subtract
from sim.policy.instruments import Instrument, adoption_periods
from sim.policy.terms import Truce

Kind = TypeVar("Kind")

Periods = Mapping[str, tuple[Period, ...]]
"""Periods of each instrument, by id."""


def grouped(pairs: Iterable[tuple[int, Kind]]) -> dict[int, tuple[Kind, ...]]:
    """Return what comes with each number, in order."""
    by_number: dict[int, list[Kind]] = {}
    for number, item in pairs:
        by_number.setdefault(number, []).append(item)
    return {number: tuple(items) for number, items in by_number.items()}


class Timetable:
    """When the instruments of a regime bind and when they are expected.

    Attributes:
        binding_periods: the days on which each binds, suspensions taken out.
        expected_periods: the days on which each is expected but does not bind.
    """

    def __init__(
        self,
        instruments: Mapping[str, Instrument],
        decided: Collection[str] = frozenset(),
    ) -> None:
        """Work out the days.

        Args:
            instruments: the instruments by id.
            decided: ids of those whose force is decided inside the model. A truce among
                them suspends nothing by its dates, which it does not have.
        """
        self.instruments = instruments
        truces = [
            item
            for key, item in instruments.items()
            if isinstance(item, Truce) and key not in decided
        ]
        self._truces = {
            key: [truce for truce in truces if key in truce.suspends]
            for key in instruments
        }
        self.binding_periods: Periods = {
            key: subtract([item.period], [truce.period for truce in self._truces[key]])
            for key, item in instruments.items()
        }
        self.expected_periods: Periods = {
            key: (*self._first_expected(item), *self._expected_again(item))
            for key, item in instruments.items()
        }

    def binds(self, item: Instrument, day: date) -> bool:
        """Return whether an instrument binds on a day."""
        return any(day in period for period in self.binding_periods[item.id])

    def expects(self, item: Instrument, day: date) -> bool:
        """Return whether an instrument is expected on a day, and does not bind."""
        return any(day in period for period in self.expected_periods[item.id])

    def binds_in(self, item: Instrument, month: Month) -> bool:
        """Return whether an instrument binds on any day of a month."""
        first, last, _ = month_bounds(month.index)
        return any(
            period.start <= last and period.end > first
            for period in self.binding_periods[item.id]
        )

    def starting(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that begin to bind in a month, or bind again."""
        return self._starting.get(month.index, ())

    def stopping(self, month: Month) -> tuple[Instrument, ...]:
        """Return the instruments that cease to bind in a month, or are suspended."""
        return self._stopping.get(month.index, ())

    @cached_property
    def _starting(self) -> dict[int, tuple[Instrument, ...]]:
        return self._by_month_of(lambda period: period.start)

    @cached_property
    def _stopping(self) -> dict[int, tuple[Instrument, ...]]:
        return self._by_month_of(lambda period: period.end)

    def _by_month_of(
        self, day: Callable[[Period], date]
    ) -> dict[int, tuple[Instrument, ...]]:
        """Return the instruments by index of a month with a day of a binding period."""
        return grouped(
            (index, item)
            for key, item in self.instruments.items()
            for index in dict.fromkeys(
                Month.of(day(period)).index for period in self.binding_periods[key]
            )
        )

    def all_periods(self, item: Instrument) -> tuple[Period, ...]:
        """Return the periods at whose ends an answer about an instrument may change."""
        return (
            *self.binding_periods[item.id],
            *self.expected_periods[item.id],
            *adoption_periods(item),
            Period(item.announced),
        )

    @cached_property
    def changing_months(self) -> frozenset[int]:
        """The indices of the months in which an answer about any of them may change."""
        periods = map(self.all_periods, self.instruments.values())
        days = breakpoints(chain.from_iterable(periods))
        return frozenset(Month.of(day).index for day in days)

    def _first_expected(self, item: Instrument) -> tuple[Period, ...]:
        """Return when it is expected for the first time.

        From its announcement until it binds or is withdrawn, unless a truce that lasts
        beyond its effective day has been announced.
        """
        closes = item.end or FOREVER
        stays = [
            Period(truce.announced)
            for truce in self._truces[item.id]
            if item.effective in truce.period
        ]
        return subtract([Period(item.announced, min(item.effective, closes))], stays)

    def _expected_again(self, item: Instrument) -> tuple[Period, ...]:
        """Return when it is expected back: while a truce with a known end suspends it.

        That ends when another truce that lasts beyond that end is announced.
        """
        closes = item.end or FOREVER
        truces = self._truces[item.id]
        periods: list[Period] = []
        for truce in truces:
            back = truce.end
            if back is not None and back < closes:
                stays = [
                    Period(later.announced) for later in truces if back in later.period
                ]
                known = max(truce.effective, truce.announced)
                periods += subtract([Period(known, back)], stays)
        return tuple(periods)
