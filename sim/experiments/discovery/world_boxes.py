"""Boxes: limits on what is assumed, and how well they say which draws matter.

*Coverage* is the share of the draws of interest that lie in the box; *density* the
share of the draws in the box that are of interest (Bryant and Lempert 2010, Thinking
inside the box, Technological Forecasting and Social Change 77).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np

from sim.domain.ensemble import InDraws, PerDraw


@dataclass(frozen=True)
class Limit:
    """The range of one assumption within a box.

    Attributes:
        assumption: its name.
        low: draws have more than this; minus infinity if nothing limits it.
        high: draws have less than this; infinity if nothing limits it.
    """

    assumption: str
    low: float = -inf
    high: float = inf

    def holds(self, values: PerDraw) -> InDraws:
        """Return the draws whose value lies within."""
        return np.asarray((values > self.low) & (values < self.high))

    def sides(self) -> Iterator[Limit]:
        """Yield each of its one or two ends as a limit of its own."""
        if self.low > -inf:
            yield replace(self, high=inf)
        if self.high < inf:
            yield replace(self, low=-inf)


@dataclass(frozen=True)
class WorldBox:
    """Limits that hold together.

    Attributes:
        limits: of each assumption that is limited.
    """

    limits: tuple[Limit, ...] = ()

    @classmethod
    def of_sides(cls, sides: Sequence[Limit]) -> WorldBox:
        """Return the box in which several limits hold, one of each assumption."""
        joined: dict[str, Limit] = {}
        for side in sides:
            own = joined.get(side.assumption, Limit(side.assumption))
            joined[side.assumption] = replace(
                own, low=max(own.low, side.low), high=min(own.high, side.high)
            )
        return cls(tuple(joined.values()))

    def holds(self, assumed: Mapping[str, PerDraw]) -> InDraws:
        """Return the draws that lie in the box."""
        count = len(next(iter(assumed.values())))
        inside = np.ones(count, dtype=bool)
        for limit in self.limits:
            inside &= limit.holds(assumed[limit.assumption])
        return inside

    def sides(self) -> list[Limit]:
        """Return every end of every limit."""
        return [side for limit in self.limits for side in limit.sides()]

    def without(self, side: Limit) -> WorldBox:
        """Return the box without one end of a limit."""
        return WorldBox.of_sides([each for each in self.sides() if each != side])


def in_any(boxes: Sequence[WorldBox], assumed: Mapping[str, PerDraw]) -> InDraws:
    """Return the draws that lie in any of several boxes; without boxes, all draws."""
    inside = [box.holds(assumed) for box in boxes or [WorldBox()]]
    return np.asarray(np.logical_or.reduce(inside))


@dataclass(frozen=True)
class BoxScore:
    """How well a box, or several together, say which draws are of interest.

    Attributes:
        draws: how many there are.
        interesting: how many of them are of interest.
        inside: how many lie in the box.
        both: how many of these are of interest.
    """

    draws: int
    interesting: int
    inside: int
    both: int

    @classmethod
    def of(cls, inside: InDraws, interest: InDraws) -> BoxScore:
        """Return the score of the draws that lie inside."""
        both = int(np.count_nonzero(inside & interest))
        return cls(
            len(interest),
            int(np.count_nonzero(interest)),
            int(np.count_nonzero(inside)),
            both,
        )

    @property
    def base_rate(self) -> float:
        """The share of all draws that are of interest."""
        return self.interesting / self.draws if self.draws else 0.0

    @property
    def coverage(self) -> float:
        """The share of the draws of interest that lie in the box."""
        return self.both / self.interesting if self.interesting else 0.0

    @property
    def density(self) -> float:
        """The share of the draws in the box that are of interest."""
        return self.both / self.inside if self.inside else 0.0

    @property
    def mass(self) -> float:
        """The share of all draws that lie in the box."""
        return self.inside / self.draws if self.draws else 0.0

    @property
    def correlation(self) -> float:
        """The correlation of lying in the box and being of interest, 0 if undefined.

        Source:
            Matthews (1975), Biochimica et Biophysica Acta 405. It counts both errors,
            draws of interest outside and other draws inside, whatever the base rate.
        """
        spread = (self.interesting * (self.draws - self.interesting)) * (
            self.inside * (self.draws - self.inside)
        )
        product = self.both * self.draws - self.interesting * self.inside
        return product / sqrt(spread) if spread else 0.0
