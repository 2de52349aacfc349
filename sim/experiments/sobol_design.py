"""The design of a study of variance: two samples, and mixtures of both.

Rows of the first sample are run again with some inputs taken from the second. How much
the output moves is the share of its variance that goes with these inputs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import PerDraw
from sim.domain.short_repr import ShortRepr

Levels = Float64[np.ndarray, "inputs rows"]
"""Probability levels, inside (0, 1): a row for each input."""


@dataclass(frozen=True, eq=False, repr=False)
class SobolDesign(ShortRepr):
    """Two independent samples of the same inputs, from one scrambled Sobol' sequence.

    Attributes:
        names: the inputs.
        rows: points of each sample, a power of two.
        seed: of the scrambling.

    Source:
        Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), 'Variance
        based sensitivity analysis of model output', section 5.
    """

    names: Sequence[str]
    rows: int
    seed: int

    @cached_property
    def samples(self) -> tuple[Levels, Levels]:
        """The levels of the first sample, and of the second."""
        from scipy.stats import qmc  # noqa: PLC0415 - takes longer than a short run may

        count = len(self.names)
        luck = np.random.default_rng(self.seed)
        points = qmc.Sobol(2 * count, rng=luck, bits=63).random(self.rows).T
        inside = np.clip(points, np.finfo(float).tiny, 1.0 - np.finfo(float).epsneg)
        return inside[:count], inside[count:]

    def levels(
        self, second: Collection[str] = (), rows: slice = slice(None)
    ) -> Mapping[str, PerDraw]:
        """Return the first sample, with some inputs from the second, by name.

        Args:
            second: the inputs that are taken from the second sample.
            rows: which rows.
        """
        return {
            name: self.samples[int(name in second)][place, rows]
            for place, name in enumerate(self.names)
        }
