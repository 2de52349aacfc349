"""Rows about discrepancies: ranges, set before any fit, of what the model misses."""

from typing import Annotated

from sim.records.assumptions import Assumption
from sim.records.column_types import written_as

SPREAD, MEMORY = "spread", "memory"
"""What precedes a family's name in the tables of discrepancies."""


class DiscrepancyRow(Assumption):
    """A range of the size or of the memory of a family's discrepancy.

    Attributes:
        name: ``spread`` or ``memory``, a dot, and a family of series.
    """

    name: Annotated[
        str,
        written_as(r"(spread|memory)\.[a-z0-9_]+", "spread. or memory. and a family"),
    ]

    @property
    def family(self) -> str:
        """The family of series that it is about."""
        return self.name.partition(".")[2]
