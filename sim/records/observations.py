"""Observations, parted at a month: what a forecast may read, and what it is held to."""

from typing import NamedTuple

from sim.domain.months import Month
from sim.records.history_rows import Observation
from sim.records.load import Records


class Parted(NamedTuple):
    """Observations on both sides of the end of a month.

    Attributes:
        until: those whose last day had passed: all that a forecast may read.
        after: those that end later, even if they began before.
    """

    until: tuple[Observation, ...]
    after: tuple[Observation, ...]


def observations(records: Records, month: Month) -> Parted:
    """Return what was observed by the end of a month, and what only later.

    Records of a vintage hold no later observation: give the whole record to see them.
    """
    rows = records.facts.of(Observation)
    return Parted(
        until=tuple(row for row in rows if row.known_by <= month),
        after=tuple(row for row in rows if row.known_by > month),
    )
