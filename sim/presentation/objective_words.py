"""Numbers of an objective in words: in the unit in which a reader thinks."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from sim.domain.number_format import amount, signed
from sim.outcomes.objectives import Objective
from sim.outcomes.quantiles import Spread
from sim.presentation.headline_cells import MISSING
from sim.presentation.numbers import change_unit, is_percent, reader_unit

_POINTS = "pp"


@dataclass(frozen=True)
class ObjectiveWords:
    """How the numbers of an objective are written."""

    objective: Objective

    @property
    def unit(self) -> str:
        """The unit of its levels."""
        return reader_unit(self.objective.unit)[0]

    @property
    def heading(self) -> str:
        """Its title and unit."""
        return ", ".join(filter(None, (self.objective.title, self.unit)))

    @property
    def change_unit(self) -> str:
        """The unit of its changes."""
        return change_unit(self.unit)

    @property
    def factor(self) -> float:
        """What values are multiplied by to be in that unit."""
        return reader_unit(self.objective.unit)[1]

    def level(self, value: float) -> str:
        """Return a level, without its unit."""
        return MISSING if isnan(value) else amount(self.factor * value)

    def change(self, value: float) -> str:
        """Return a change with its sign, without its unit."""
        return MISSING if isnan(value) else signed(self.factor * value)

    def change_in_unit(self, value: float) -> str:
        """Return a change with its sign and unit."""
        unit = _POINTS if is_percent(self.unit) else self.unit
        return f"{self.change(value)} {unit}".strip()

    def amount_in_unit(self, value: float) -> str:
        """Return the size of a change with its unit."""
        unit = _POINTS if is_percent(self.unit) else self.unit
        return f"{amount(abs(self.factor * value))} {unit}".strip()

    def range_of(self, spread: Spread) -> str:
        """Return the range of a change."""
        return f"{self.change(spread[0])} to {self.change(spread[2])}"
