"""Lived: what every study of the past says of the lives that it rests on."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from sim.domain.months import Month


@runtime_checkable
class StudySummary(Protocol):
    """A study that has lived through the record."""

    @property
    def vintage(self) -> Month:
        """The last month of the past."""
        ...

    @property
    def draws(self) -> int:
        """How many draws were lived."""
        ...

    @property
    def where_drawn(self) -> str:
        """Where assumptions are drawn from, in words."""
        ...
