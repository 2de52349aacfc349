"""Periods: sums and means of a series over months, and first events, draw by draw.

Sums run over months in order, so that a draw has the same value whatever the others.
"""

from __future__ import annotations

import numpy as np

from sim.domain.ensemble import NEVER, PerDraw
from sim.domain.months import Month
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
    """Return by draw when an event first happened, in months since year 0.

    Infinite where it never happened. The subject is a part of what it was about.
    """
    first = np.full(results.draws.count, NEVER)
    for occurrence in results.events:
        if occurrence.event == event and subject in occurrence.subject:
            rows = occurrence.draws - results.draws.first
            first[rows] = np.minimum(first[rows], float(occurrence.month.index))
    return first


def months_until(results: Results, event: str, subject: str, since: Month) -> PerDraw:
    """Return by draw the months from one month to the first event of a kind after it.

    Infinite where it never happened; below 0 where it happened before.
    """
    return first_event(results, event, subject) - since.index


def value_after(
    results: Results, key: Key, event: str, subject: str, months: int
) -> PerDraw:
    """Return by draw a measure so many months after an event first happened.

    Not a number in draws in which it never happened, or too late to be followed.
    """
    series = results.of(*key)
    late = first_event(results, event, subject) + months
    known = np.isfinite(late) & (late <= results.months[-1].index)
    rows = np.where(known, late, results.months[0].index).astype(int)
    rows = rows - results.months[0].index
    values = series[np.maximum(rows, 0), np.arange(results.draws.count)]
    return np.where(known & (rows >= 0), values, np.nan)
