"""What a measure is: its names, its unit, and how it is read from a world."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import Literal

from sim.agents.actor import Actor
from sim.domain.ensemble import PerDraw, total
from sim.world import World

CHINA = "china"
"""Actor key of China in total; its parts are ``china:grey`` and the like."""

Reader = Callable[[World], Mapping[str, PerDraw]]
"""Reads a measure: values of the month just finished, by actor key.

A function of a module, or a `partial` of one: a recorder goes to other processes.
"""

Kind = Literal["stock", "flow", "level"]
"""A stock is read at the end of a period, a flow is added up, a level is read."""


@dataclass(frozen=True)
class Quantity:
    """What a measure means, independent of how it is read.

    Attributes:
        name: stable name, such as ``frontier_lag_months``.
        unit: its unit in words; of a flow, that of an amount.
        title: long name, as an axis shows it.
        description: what it counts, in a sentence or two.
        kind: how it adds up over time.
        headline: whether it is recorded by default and in the headline table.
        short: name where there is little room; the title if left empty.
    """

    name: str
    unit: str
    title: str
    description: str
    kind: Kind
    headline: bool = False
    short: str = ""

    @property
    def unit_by_month(self) -> str:
        """The unit of a month's value: a flow's is an amount a month."""
        return self.unit + " a month" * (self.kind == "flow")

    @property
    def unit_by_year(self) -> str:
        """The unit of a year's value: a flow's is an amount a year."""
        return self.unit + " a year" * (self.kind == "flow")


@dataclass(frozen=True)
class Measure(Quantity):
    """A quantity that is reported.

    Attributes:
        read: reads it, by actor key: an actor id, or one with a part after a colon.
    """

    read: Reader = field(kw_only=True)

    @property
    def quantity(self) -> Quantity:
        """What it means, without the function that reads it."""
        return Quantity(*(getattr(self, field.name) for field in fields(Quantity)))


def attribute(name: str, *kinds: type[Actor], total_in_china: bool = False) -> Reader:
    """Return the reader of an attribute of every actor of some kinds that has it.

    Their sum may be added, under China.
    """
    return partial(_attribute, name, kinds, total_in_china)


def _attribute(
    name: str, kinds: Iterable[type[Actor]], total_in_china: bool, world: World
) -> dict[str, PerDraw]:
    values = {
        actor.name: world.per_draw(getattr(actor, name))
        for kind in kinds
        for actor in world.actors(kind)
        if hasattr(actor, name)
    }
    return {CHINA: total(values.values()), **values} if total_in_china else values
