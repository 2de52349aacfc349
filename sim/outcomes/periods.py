"""Periods: what a series says over months, and when an event first came, draw by draw.

Sums run over months in order, so that a draw has the same value whatever draws stand
around it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.domain.ensemble import NEVER, PerDraw
from sim.domain.months import Month
from sim.outcomes.occurrences import Occurrence
from sim.outcomes.results import Key, Results, Series, sum_over_months


def series_over(results: Results, key: Key, first: Month, last: Month) -> Series:
    """Return a measure from one month to another, both included: (months, draws).

    Raises:
        SettingsError: the measure or one of the months was not recorded.
    """
    return results.of(*key)[results.month_index(first) : results.month_index(last) + 1]


def total_over(results: Results, key: Key, first: Month, last: Month) -> PerDraw:
    """Return the sum of a measure over months, in the unit of an amount."""
    return sum_over_months(series_over(results, key, first, last))


def mean_over(results: Results, key: Key, first: Month, last: Month) -> PerDraw:
    """Return the mean of a measure over months, in its unit."""
    return total_over(results, key, first, last) / (last - first + 1)


def first_event(results: Results, event: str, subject: str) -> PerDraw:
    """Return by draw when an event first came, in months since year 0.

    Args:
        results: where to look.
        event: what happened, as events tell it.
        subject: a part of what it was about.

    Returns:
        By draw; infinite where it never came.
    """
    when = np.full(results.draws.count, NEVER)
    for each in _told(results.events, event, subject):
        rows = each.draws - results.draws.first
        when[rows] = np.minimum(when[rows], float(each.month.index))
    return when


def months_until(results: Results, event: str, subject: str, since: Month) -> PerDraw:
    """Return by draw the months from one month to the first event of a kind after it.

    Infinite where it never came; below 0 where it came before.
    """
    return first_event(results, event, subject) - since.index


def value_after(
    results: Results, key: Key, event: str, subject: str, months: int
) -> PerDraw:
    """Return by draw a measure so many months after an event first came.

    Not a number in draws in which it never came, or came too late to be followed.
    """
    series = results.of(*key)
    late = first_event(results, event, subject) + months
    known = np.isfinite(late) & (late <= results.months[-1].index)
    rows = np.where(known, late, results.months[0].index).astype(int)
    rows = rows - results.months[0].index
    found = series[np.maximum(rows, 0), np.arange(results.draws.count)]
    return np.where(known & (rows >= 0), found, np.nan)


def _told(
    events: Iterable[Occurrence], event: str, subject: str
) -> Iterable[Occurrence]:
    return (each for each in events if each.event == event and subject in each.subject)
