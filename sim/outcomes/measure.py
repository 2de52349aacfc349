"""Measure: a quantity that is reported, with its unit and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sim.domain.ensemble import PerDraw
from sim.world import World

Reader = Callable[[World], Mapping[str, PerDraw]]
"""Reads a measure: values of the month just lived, by actor key.

A function of a module, or a `partial` of one: a recorder goes to other processes.
"""

Kind = Literal["stock", "flow", "level"]
"""A stock is read at the end of a period, a flow is added up, a level is read."""


@dataclass(frozen=True)
class Measure:
    """A reported quantity.

    Attributes:
        name: stable name.
        unit: of its values.
        title: long name.
        description: what it means and how it is counted.
        kind: how it adds up over time.
        read: reads it, by actor key: an actor id, or one with a part after a colon.
        headline: whether it is recorded by default and in the headline table.
    """

    name: str
    unit: str
    title: str
    description: str
    kind: Kind
    read: Reader
    headline: bool = False
