"""Days and months of law: when an instrument binds, and for which part of a month."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sim.domain.months import Month

FOREVER = date.max
"""The end of a period that has no end."""


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` up to, and not including, `end`."""

    start: date
    end: date = FOREVER

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def minus(self, other: "Period") -> tuple["Period", ...]:
        """Return what is left of the period outside another one."""
        before = Period(self.start, min(self.end, other.start))
        after = Period(max(self.start, other.end), self.end)
        return tuple(left for left in (before, after) if left.start < left.end)


def subtract(periods: Iterable[Period], cuts: Iterable[Period]) -> tuple[Period, ...]:
    """Return what is left of some periods outside all the cuts."""
    remaining = tuple(period for period in periods if period.start < period.end)
    for cut in cuts:
        remaining = tuple(rest for period in remaining for rest in period.minus(cut))
    return remaining


def breakpoints(periods: Iterable[Period]) -> tuple[date, ...]:
    """Return, in order, the days on which any of the periods opens or closes."""
    days = {day for period in periods for day in (period.start, period.end)}
    return tuple(sorted(days - {FOREVER}))


@lru_cache(maxsize=4096)
def month_bounds(index: int) -> tuple[date, date, int]:
    """Return a month's first day, last day and number of days, by its index."""
    month = Month.at(index)
    return month.first_day, month.last_day, month.days


@dataclass(frozen=True)
class Span:
    """Part of a month in which the law does not change.

    Attributes:
        segment: how many breakpoints lie on or before its first day.
        days: how many days it lasts.
    """

    segment: int
    days: int


def split_month(month: Month, breaks: Sequence[date]) -> tuple[Span, ...]:
    """Split a month at the breakpoints inside it.

    Example:
        >>> split_month(Month(2022, 10), [date(2022, 10, 7)])
        (Span(segment=0, days=6), Span(segment=1, days=25))
    """
    first, last, length = month_bounds(month.index)
    opening, closing = bisect_right(breaks, first), bisect_right(breaks, last)
    if opening == closing:
        return (Span(opening, length),)
    starts = [first, *breaks[opening:closing]]
    ends = [*(day.toordinal() for day in starts[1:]), last.toordinal() + 1]
    return tuple(
        Span(opening + number, end - start.toordinal())
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    )


def opening_day(segment: int, breaks: Sequence[date]) -> date:
    """Return the first day of a segment (the first of all days for segment 0)."""
    return breaks[segment - 1] if segment else date.min
