"""Scope: the supply lines that an instrument covers."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import numpy as np

from sim.domain.chips import Chip
from sim.domain.ensemble import PerDraw
from sim.domain.supply import SupplyLine
from sim.policy.field_types import (
    Actors,
    ChipTest,
    Goods,
    Limits,
    States,
    Tests,
    one_of,
)


class Facilities(StrEnum):
    """The buildings that a control on tools or service names."""

    ADVANCED = "advanced"
    ANY = "any"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which lines an instrument covers; what is left out leaves nothing out.

    Attributes:
        goods: what the lines carry.
        origins: states whose exports are meant. An export control without any binds the
            exports of its issuer; an import measure without any, those of all others.
        destinations: where the goods go (ISO 3166 alpha-3, or a market of the model).
            Of an import measure without any, the issuer.
        parties: the buyers, or the firms behind them, that are named.
        exempt_parties: buyers, or firms behind them, that are left out.
        sellers: the sellers that are named.
        facilities: advanced-node facilities only, or any.
        reaching: tests of which a chip must reach every limit of at least one.
        below: limits that a chip must stay strictly under.
    """

    goods: Goods = frozenset()
    origins: States = frozenset()
    destinations: States = frozenset()
    parties: Actors = frozenset()
    exempt_parties: Actors = frozenset()
    sellers: Actors = frozenset()
    facilities: Annotated[Facilities, one_of("choice of facilities", *Facilities)] = (
        Facilities.ANY
    )
    reaching: Tests = ()
    below: Limits = field(default_factory=dict)

    def covers(self, line: SupplyLine) -> bool:
        """Return whether a line is covered, whatever its origin and its chip.

        Goods that cross no border never are.
        """
        return (
            line.origin != line.destination
            and (not self.goods or line.good in self.goods)
            and (not self.destinations or line.destination in self.destinations)
            and (not self.parties or not self.parties.isdisjoint(buyer_names(line)))
            and self.exempt_parties.isdisjoint(buyer_names(line))
            and (not self.sellers or line.seller in self.sellers)
            and (self.facilities is Facilities.ANY or line.advanced)
        )

    def covers_from_origin(self, line: SupplyLine) -> bool:
        """Return whether a line is covered and its origin named, if any origin is."""
        return (not self.origins or line.origin in self.origins) and self.covers(line)

    def includes_chip(self, chip: Chip | None) -> PerDraw | float:
        """Return 1 in the draws in which the chip is covered, else 0."""
        if chip is None:
            return 1.0
        caught = reaches_any(chip, self.reaching) if self.reaching else 1.0
        return caught * stays_below(chip, self.below)


def buyer_names(line: SupplyLine) -> tuple[str, str]:
    """Return the names under which a line's buyer may be listed."""
    return line.buyer, line.party


def reaches_any(chip: Chip, tests: tuple[ChipTest, ...]) -> PerDraw | float:
    """Return 1 in the draws in which a chip reaches all limits of any test, else 0.

    Source:
        The form of ECCN 3A090: paragraphs are alternatives, limits in one are joint.
    """
    caught: PerDraw | float = 0.0
    for test in tests:
        reached: PerDraw | float = 1.0
        for attribute, limit in test.items():
            reached = reached * (getattr(chip, attribute) >= limit)
        caught = np.maximum(caught, reached)
    return _plain(caught)


def stays_below(chip: Chip, limits: ChipTest) -> PerDraw | float:
    """Return 1 in the draws in which a chip is strictly under every limit, else 0."""
    below: PerDraw | float = 1.0
    for attribute, limit in limits.items():
        below = below * (getattr(chip, attribute) < limit)
    return _plain(below)


def _plain(value: PerDraw | float) -> PerDraw | float:
    """Return a number without an axis as a plain float."""
    return value if isinstance(value, np.ndarray) and value.ndim else float(value)
