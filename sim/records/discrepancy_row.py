"""Rows about discrepancies: ranges, set before any fit, of what the model misses."""

from pydantic import Field

from sim.records.assumptions import Assumption


class DiscrepancyRow(Assumption):
    """A range of the size or of the memory of a family's discrepancy.

    Attributes:
        name: ``spread`` or ``memory``, a dot, and a family of series.
    """

    name: str = Field(pattern=r"^(spread|memory)\.[a-z0-9_]+$")
