"""Whose values each measure has, as a month of the model tells."""

from __future__ import annotations

from sim.assembly import first_month_world
from sim.outcomes.measures import MEASURES
from sim.records import Records


def actors_by_measure(records: Records) -> dict[str, list[str]]:
    """Return the actors and parts that each measure covers in the first month.

    Chips that are launched later are not among them; all others stay the same.
    """
    world = first_month_world(records, records.law)
    world.step()
    return {measure.name: list(measure.read(world)) for measure in MEASURES}
