"""What was observed: what a fit aims at, and how far an observation may be off."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sim.domain.errors import RecordsError, nearest
from sim.records.discrepancy_row import MEMORY, SPREAD, DiscrepancyRow
from sim.records.facts import Facts
from sim.records.history_rows import Family, Observation, ObservationError
from sim.records.market_rows import EventReturnRow
from sim.records.pattern_rows import Pattern

Errors = Mapping[tuple[str, str], ObservationError]
"""Errors of observations by family and confidence."""

_FEWEST_TARGETS = 5
"""Targets from which a fit can tell the size and the memory of a discrepancy."""


def check_history(facts: Facts) -> None:
    """Refuse observations that a fit could not use as they are marked.

    Raises:
        RecordsError: a family, its error or its discrepancy is missing, a value lies
            outside the scale of its family, a series is of two families or a target by
            memory alone, or a pattern reads a return that no row has.
    """
    families = {row.family: row for row in facts.rows(Family)}
    for where, error in facts.placed_rows(ObservationError):
        if error.family not in families:
            raise _unknown(where, error.family, families)
    known = errors_by_family(facts.rows(ObservationError))
    aims = targets(facts.rows(Observation))
    sure = {row.series for row in aims if row.confidence != "memory"}
    family_of = {row.series: row.family for row in facts.rows(Observation)}
    for where, row in facts.placed_rows(Observation):
        if row.family not in families:
            raise _unknown(where, row.family, families)
        if row.family != family_of[row.series]:
            raise RecordsError(
                f"{where}, family: {row.measure} of {row.actor} is of "
                f"{family_of[row.series]!r} in another row"
            )
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
    _check_discrepancies(facts, families)
    _check_readings(facts)


def targets(rows: Sequence[Observation]) -> list[Observation]:
    """Return the observations that a fit aims at."""
    return [row for row in rows if row.target]


def rarely_targeted(rows: Sequence[Observation]) -> list[Observation]:
    """Return what a calibration may see of families at which it hardly aims.

    These have fewer targets than a size and a memory can be fitted to.
    """
    aimed_at = Counter(row.family for row in targets(rows))
    return [
        row
        for row in rows
        if row.use == "calibration" and aimed_at[row.family] < _FEWEST_TARGETS
    ]


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


def _check_discrepancies(facts: Facts, families: Mapping[str, Family]) -> None:
    """Refuse ranges of no family, and an observed family without them."""
    rows = list(facts.placed_rows(DiscrepancyRow))
    for where, row in rows:
        if row.family not in families:
            raise _unknown(where, row.family, families)
    known = {row.name for _, row in rows}
    for family in facts.values(Observation, "family"):
        for name in (f"{SPREAD}.{family}", f"{MEMORY}.{family}"):
            if name not in known:
                raise RecordsError(
                    f"discrepancies.csv: there is no row for {name!r}, and series of "
                    "this family are observed; add it"
                )


def _check_readings(facts: Facts) -> None:
    """Refuse patterns that read a return which no row has."""
    returns = {(row.event, row.firm) for row in facts.rows(EventReturnRow)}
    days = {event: None for event, _ in returns}
    for where, row in facts.placed_rows(Pattern):
        if row.reading != "return":
            continue
        if row.event not in days:
            raise RecordsError(
                f"{where}, event: event_returns.csv has no {row.event!r}"
                f"{nearest(row.event, days)}"
            )
        if (row.event, row.actor) not in returns:
            raise RecordsError(
                f"{where}, actor: event_returns.csv has no row for {row.event!r} and "
                f"{row.actor!r}"
            )


def _unknown(where: str, name: str, known: Mapping[str, Family]) -> RecordsError:
    return RecordsError(
        f"{where}: there is no family {name!r} in families.csv{nearest(name, known)}"
    )
