"""Checks of what rows of history name: measures, their units, scenarios and events."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.domain.errors import RecordsError, choices, nearest
from sim.outcomes.measures import MEASURES
from sim.presentation.story.narration import INSTRUMENT_EVENTS, NEWS, phrases
from sim.records import Records
from sim.records.facts import Facts
from sim.records.history_rows import Observation
from sim.records.market_rows import NewsRow
from sim.records.pattern_rows import Pattern, Published, ReadingRow
from sim.tasks.covered_actors import actors_by_measure

Reading = Observation | ReadingRow
"""A row that names a measure of an actor."""

_UNITS = {"ratio": "ratio", "months to event": "months", "return": "percent"}
"""Kinds of reading that have a unit of their own, whatever the measure."""


def check_readings(facts: Facts, scenarios: Collection[str]) -> None:
    """Refuse rows of history that name what the model does not have.

    Args:
        facts: the tables.
        scenarios: names of the scenarios that could be run.

    Raises:
        RecordsError: a measure, a unit, a scenario or an event is not known.
    """
    news = (NEWS + row.kind for row in facts.rows(NewsRow))
    events = {*phrases(), *INSTRUMENT_EVENTS, *news}
    for where, row in _readings(facts):
        _check_measure(where, row)
        if isinstance(row, ReadingRow):
            _check_named(where, "scenario", row.scenario, scenarios)
        if isinstance(row, Published):
            _check_named(where, "against", row.against, scenarios)
        if isinstance(row, Pattern) and row.reading != "return":
            _check_named(where, "event", row.event, events)


def check_actors_read(records: Records) -> None:
    """Refuse rows of history about actors of whom a measure says nothing.

    Raises:
        RecordsError: a measure does not cover the actor.
    """
    covered = actors_by_measure(records)
    for where, row in _readings(records.facts):
        if row.measure and row.actor not in covered[row.measure]:
            raise RecordsError(
                f"{where}, actor: {row.measure} does not cover {row.actor!r}"
                f"{choices(row.actor, covered[row.measure])}"
            )


def _readings(facts: Facts) -> Iterator[tuple[str, Reading]]:
    yield from facts.placed_rows(Observation)
    yield from facts.placed_rows(Pattern)
    yield from facts.placed_rows(Published)


def _check_measure(where: str, row: Reading) -> None:
    units = {measure.name: measure.unit for measure in MEASURES}
    _check_named(where, "measure", row.measure, units)
    unit = units.get(row.measure, row.unit)
    if isinstance(row, ReadingRow):
        unit = _UNITS.get(row.reading, unit)
    if row.unit != unit:
        raise RecordsError(f"{where}, unit: must be {unit!r}, not {row.unit!r}")


def _check_named(where: str, column: str, name: str, known: Collection[str]) -> None:
    if name and name not in known:
        raise RecordsError(
            f"{where}, {column}: {name!r} is not known{nearest(name, known)}"
        )
