"""Scores: assumptions in units in which every range is the same normal distribution.

The score of an assumption is the standard normal number of which its value is the
quantile: -1.64 at the low end of its range, 0 at the median, 1.64 at the high end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float64
from scipy.special import ndtr

from sim.domain.ensemble import PerDraw
from sim.records.assumptions import Assumption

Places = Float64[np.ndarray, "assumptions draws"]
"""The score of some assumptions, a row for each, and a column for each draw."""

Ends = Float64[np.ndarray, "assumptions 1"]
"""One end of the scores of each."""

FARTHEST = 2.3263478740408408
"""Standard normal quantile at 99 %: beyond it a value stays as it is."""

_NINETY_PERCENT = 1.6448536269514722
"""Standard normal quantile at 95 %."""


@dataclass(frozen=True, eq=False)
class Scores:
    """How some assumptions and their scores are turned into each other.

    Attributes:
        rows: the assumptions.
    """

    rows: tuple[Assumption, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The assumptions' names."""
        return tuple(row.name for row in self.rows)

    def of(self, values: Mapping[str, PerDraw]) -> Places:
        """Return the score of each assumption, a row for each."""
        return np.stack([score(row, values[row.name]) for row in self.rows])

    def values(self, scores: Places) -> dict[str, PerDraw]:
        """Return the value of each assumption by name.

        Args:
            scores: a row for each assumption.
        """
        pairs = zip(self.rows, scores, strict=True)
        return {row.name: row.quantile(ndtr(own)) for row, own in pairs}

    def felt(self, scores: Places) -> Places:
        """Return the scores as the model feels them: of values that are cut off.

        Args:
            scores: a row for each assumption.
        """
        least, most = self._ends
        return np.clip(scores, least, most)

    @cached_property
    def _ends(self) -> tuple[Ends, Ends]:
        """The least and the greatest scores that make a difference, as columns."""
        probable = ndtr(np.array([-2.0 * FARTHEST, 2.0 * FARTHEST]))
        ends = [score(row, row.quantile(probable)) for row in self.rows]
        least, most = np.stack(ends).T[:, :, None]
        return least, most

    def among(self, names: Sequence[str]) -> "Scores":
        """Return the same for some of the assumptions, in the order of their table."""
        return Scores(tuple(row for row in self.rows if row.name in names))


def score(row: Assumption, values: PerDraw) -> PerDraw:
    """Return the score of an assumption, the inverse of its quantile.

    On the side of the median on which a range has no width every score has the same
    value; it is read as 0.
    """
    centre = row.on_scale(row.mid)
    below, above = centre - row.on_scale(row.low), row.on_scale(row.high) - centre
    moved = row.all_on_scale(values) - centre
    width = np.where(moved < 0.0, below, above)
    parts = np.divide(moved, width, out=np.zeros_like(moved), where=width > 0.0)
    return np.clip(parts * _NINETY_PERCENT, -FARTHEST, FARTHEST)
