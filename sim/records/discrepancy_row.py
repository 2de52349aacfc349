"""Rows about remainders: what is thought, before any fit, of what the model misses."""

from typing import Literal

from pydantic import Field

from sim.records.assumptions import Assumption

Of = Literal["spread", "memory"]
"""What is said of a remainder: how large it is, or how long it lasts."""


class DiscrepancyRow(Assumption):
    """A range of the size or of the memory of a family's remainders.

    Attributes:
        name: ``spread`` or ``memory``, a dot, and a family of series.
    """

    name: str = Field(pattern=r"^(spread|memory)\.[a-z0-9_]+$")

    @property
    def family(self) -> str:
        """The family of series."""
        return self.name.partition(".")[2]
