"""Normal scores: assumptions in units in which every range is standard normal.

The score of an assumption is the standard normal number of which its value is the
quantile: -1.64 at the low end of its range, 0 at the median, 1.64 at the high end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw
from sim.records.assumptions import Assumption

ScoreTable = Float64[np.ndarray, "assumptions draws"]
"""The scores of some assumptions, a row for each."""

ScoreColumn = Float64[np.ndarray, "assumptions 1"]
"""One score for each assumption."""

LARGEST_SCORE = 2.3263478740408408
"""Standard normal quantile at 99 %: beyond it a value stays as it is."""

_NINETY_PERCENT = 1.6448536269514722
"""Standard normal quantile at 95 %."""


@dataclass(frozen=True, eq=False)
class NormalScores:
    """How some assumptions and their scores are turned into each other."""

    rows: tuple[Assumption, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The assumptions' names."""
        return tuple(row.name for row in self.rows)

    def of(self, values: Mapping[str, PerDraw]) -> ScoreTable:
        """Return the score of each assumption."""
        return np.stack([normal_score(row, values[row.name]) for row in self.rows])

    def values(self, scores: ScoreTable) -> dict[str, PerDraw]:
        """Return the value of each assumption by name."""
        pairs = zip(self.rows, scores, strict=True)
        return {row.name: row.quantile(ndtr(row_scores)) for row, row_scores in pairs}

    def clipped(self, scores: ScoreTable) -> ScoreTable:
        """Return the scores of the values that the model gets: those are cut off."""
        least, greatest = self._ends
        return np.clip(scores, least, greatest)

    @cached_property
    def _ends(self) -> tuple[ScoreColumn, ScoreColumn]:
        """The least and the greatest scores that make a difference."""
        levels = ndtr(np.array([-2.0 * LARGEST_SCORE, 2.0 * LARGEST_SCORE]))
        ends = [normal_score(row, row.quantile(levels)) for row in self.rows]
        least, greatest = np.stack(ends).T[:, :, None]
        return least, greatest


def normal_score(row: Assumption, values: PerDraw) -> PerDraw:
    """Return the score of an assumption, the inverse of its quantile.

    On the side of the median on which a range has no width every score has the same
    value; it is read as 0.
    """
    centre = row.on_scale(row.mid)
    below, above = centre - row.on_scale(row.low), row.on_scale(row.high) - centre
    shift = row.all_on_scale(values) - centre
    width = np.where(shift < 0.0, below, above)
    parts = np.divide(shift, width, out=np.zeros_like(shift), where=width > 0.0)
    return np.clip(parts * _NINETY_PERCENT, -LARGEST_SCORE, LARGEST_SCORE)
