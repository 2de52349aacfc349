"""Designed assumptions: values that a study gives to draws, in the place of chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import InvariantError
from sim.domain.short_repr import ShortRepr
from sim.records.assumptions import Assumption
from sim.records.posterior import Posterior, numbers_digest


@dataclass(frozen=True, eq=False, repr=False)
class DesignedAssumptions(ShortRepr):
    """Assumptions with a given value in each of some draws.

    Attributes:
        columns: values by name, one for each of the draws.
        draws: the draws that they are for.
    """

    columns: Mapping[str, PerDraw]
    draws: Draws

    @cached_property
    def digest(self) -> str:
        """What tells them from others."""
        return f"{self.draws.first} {numbers_digest(self.columns)}"

    def of(self, draws: Draws) -> DesignedAssumptions:
        """Return those of some of the draws."""
        return DesignedAssumptions(self.values(draws), draws)

    def values(self, draws: Draws, _seed: int = 0) -> dict[str, PerDraw]:
        """Return the value of each in some of the draws, whatever the seed.

        Raises:
            InvariantError: they were given for other draws.
        """
        if draws.first < self.draws.first or draws.end > self.draws.end:
            raise InvariantError(
                f"draws {draws.first} to {draws.end - 1} have no designed assumptions"
            )
        first = draws.first - self.draws.first
        return {
            name: column[first:][: draws.count] for name, column in self.columns.items()
        }


def assumed_at_levels(
    rows: Sequence[Assumption],
    fitted: Posterior | None,
    levels: Mapping[str, PerDraw],
) -> dict[str, PerDraw]:
    """Return the value of assumptions at probability levels, each by itself.

    Args:
        rows: all assumptions.
        fitted: the fit to observations, whose quantiles count where it has any.
        levels: probabilities by name of assumption, inside (0, 1).
    """
    columns = {} if fitted is None else fitted.columns
    return {
        row.name: (
            np.quantile(columns[row.name], levels[row.name])
            if row.name in columns
            else row.quantile(levels[row.name])
        )
        for row in rows
        if row.name in levels
    }
