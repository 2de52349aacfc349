"""What was observed: what a fit aims at, and how far an observation may be off."""

from collections.abc import Mapping, Sequence

from sim.domain.errors import RecordsError, nearest
from sim.records.facts import Facts
from sim.records.history_rows import Family, Observation, ObservationError
from sim.records.market_rows import EventReturnRow
from sim.records.pattern_rows import Pattern, Published
from sim.records.plain_csv import check_once

OBSERVATIONS = "observations.csv"
Errors = Mapping[tuple[str, str], ObservationError]
"""Errors of observations by family and confidence."""


def check_history(facts: Facts) -> None:
    """Refuse observations that a fit could not use as they are marked.

    Raises:
        RecordsError: a family or error is missing or appears twice, a value lies
            outside the scale of its family, a series is a target by memory alone, or a
            pattern reads a return on a day that has none.
    """
    families = {row.family: row for row in facts.rows(Family)}
    check_once("families.csv", [row.family for row in facts.rows(Family)])
    of_errors = facts.rows(ObservationError)
    check_once("errors.csv", [f"{row.family} {row.of}" for row in of_errors])
    for number, error in enumerate(of_errors, start=2):
        if error.family not in families:
            raise _unknown(f"errors.csv, row {number}", error.family, families)
    known = errors_by_family(of_errors)
    rows = facts.rows(Observation)
    sure = {row.series for row in targets(rows) if row.confidence != "memory"}
    for number, row in enumerate(rows, start=2):
        where = f"{OBSERVATIONS}, row {number}"
        if row.family not in families:
            raise _unknown(where, row.family, families)
        _check_scale(where, row, families[row.family])
        if (row.family, row.confidence) not in known:
            raise RecordsError(
                f"{where}: errors.csv has no row for {row.family!r} and "
                f"{row.confidence!r}"
            )
        if row.target and row.series not in sure:
            raise RecordsError(
                f"{where}, target: {row.measure} of {row.actor} is recalled in all "
                "rows; a fit may not aim at memory alone"
            )
    _check_periods(rows)
    _check_readings(facts)


def targets(rows: Sequence[Observation]) -> list[Observation]:
    """Return the observations that a fit aims at."""
    return [row for row in rows if row.target]


def errors_by_family(rows: Sequence[ObservationError]) -> Errors:
    """Return errors by family and confidence."""
    return {(row.family, row.of): row for row in rows}


def likely_range(row: Observation, errors: Errors) -> tuple[float, float]:
    """Return the 90 % range in which the truth lies, given an observation.

    An end that the row gives is taken; the table of errors says the other.
    """
    error = errors[row.family, row.confidence]
    width = error.half_width
    if error.form == "relative":
        low, high = row.mid / (1.0 + width), row.mid * (1.0 + width)
    else:
        low, high = row.mid - width, row.mid + width
    return (
        low if row.low is None else row.low,
        high if row.high is None else row.high,
    )


def _check_scale(where: str, row: Observation, family: Family) -> None:
    least = row.mid if row.low is None else row.low
    most = row.mid if row.high is None else row.high
    if family.scale == "log" and least <= 0.0:
        raise RecordsError(
            f"{where}: on a log scale ({family.family}) values must be above 0"
        )
    if family.scale == "logit" and not 0.0 < least <= most < 1.0:
        raise RecordsError(
            f"{where}: on a logit scale ({family.family}) values must lie inside (0, 1)"
        )


def _check_periods(rows: Sequence[Observation]) -> None:
    """Refuse a series that is observed twice over the same days."""
    periods = [f"{row.measure} {row.actor} {row.start} {row.end}" for row in rows]
    check_once(OBSERVATIONS, periods)


def _check_readings(facts: Facts) -> None:
    """Refuse readings that appear twice or read a return on no known day."""
    patterns = facts.rows(Pattern)
    check_once("patterns.csv", [row.id for row in patterns])
    check_once("published.csv", [row.id for row in facts.rows(Published)])
    days = {day.event: None for day in facts.rows(EventReturnRow)}
    for number, row in enumerate(patterns, start=2):
        if row.reading == "return" and row.event not in days:
            raise RecordsError(
                f"patterns.csv, row {number}, event: event_returns.csv has no "
                f"{row.event!r}{nearest(row.event, days)}"
            )


def _unknown(where: str, name: str, known: Mapping[str, Family]) -> RecordsError:
    return RecordsError(
        f"{where}: there is no family {name!r} in families.csv{nearest(name, known)}"
    )
