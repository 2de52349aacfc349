"""Readings: the number that a pattern or a published figure reads off a run."""

from __future__ import annotations

from collections.abc import Mapping

from sim.domain.ensemble import PerDraw
from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.outcomes import periods
from sim.outcomes.results import Results
from sim.records.pattern_rows import Published, Read


def read_off(row: Read, results: Results) -> PerDraw:
    """Return by draw what a row reads off results of its scenario, in its unit.

    Args:
        row: what to read.
        results: a run that recorded the measure (and, for events, has them) over the
            months that the row names.

    Returns:
        By draw: infinite where an event never came, not a number where nothing can be
        read after one that never came.

    Raises:
        SettingsError: the results lack a measure or a month; or the row reads a share's
            return, which runs of the task `news` give, or nothing.
    """
    key = (row.measure, row.actor)
    if row.reading == "months to event":
        since = _month(row.base_first)
        return periods.months_until(results, row.event, row.subject, since)
    if row.reading == "value after event":
        return periods.value_after(
            results, key, row.event, row.subject, row.months or 0
        )
    if row.reading in ("return", ""):
        raise SettingsError(f"a reading {row.reading!r} is not read off a run")
    first = _month(row.first)
    if row.reading == "value":
        return periods.mean_over(results, key, first, first)
    last = _month(row.last)
    if row.reading == "sum":
        return periods.total_over(results, key, first, last)
    mean = periods.mean_over(results, key, first, last)
    if row.reading == "mean":
        return mean
    base = (_month(row.base_first), _month(row.base_last))
    return mean / periods.mean_over(results, key, *base)


def answer_to(row: Published, runs: Mapping[str, Results]) -> PerDraw:
    """Return by draw the model's answer to a published figure, in its unit.

    Args:
        row: the figure.
        runs: results by scenario; those that the row names, for the same draws.

    Raises:
        SettingsError: a scenario that the row names is missing, or nothing answers.
    """
    for name in filter(None, (row.scenario, row.against)):
        if name not in runs:
            raise SettingsError(f"{row.id}: no run of the scenario {name!r} is given")
    if row.no_answer:
        raise SettingsError(f"{row.id}: nothing answers to it: {row.no_answer}")
    there = read_off(row, runs[row.scenario])
    return there - read_off(row, runs[row.against]) if row.against else there


def _month(text: str | None) -> Month:
    """Return a month that the row must name, by its kind of reading."""
    assert text is not None
    return Month.parse(text)
