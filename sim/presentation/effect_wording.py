"""An effect in the unit in which a reader thinks: a change, or a level."""

from __future__ import annotations

from sim.domain.number_format import amount, signed
from sim.presentation.numbers import change_unit, reader_unit


class EffectWording:
    """The words for an effect of a unit: a change with its sign, or a level."""

    def __init__(self, unit: str, *, is_change: bool) -> None:
        self.unit, self.factor = reader_unit(unit)
        self._form = signed if is_change else amount
        if is_change:
            self.unit = change_unit(self.unit)

    def text(self, value: float) -> str:
        """Return a value as text, without its unit."""
        return self._form(self.factor * value)
