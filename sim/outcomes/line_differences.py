"""Line differences: how the supply lines of one world differ under two laws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.short_repr import ShortRepr
from sim.outcomes.lines import STATES, LineName, LineRecord
from sim.outcomes.paired_difference import paired_difference, relative_difference

GATES = ("open_share", "pending")
"""States of a line that are law; what is shipped is trade."""

TOLERANCE = 1e-3
"""Relative difference beyond which something counts as different; of shares of a line's
orders, the difference itself."""

LineTable = Float64[np.ndarray, "months lines"]


@dataclass(frozen=True, eq=False, repr=False)
class LineDifferences(ShortRepr):
    """The lines of one world, in the first of its draws, under two laws."""

    scenario: LineRecord
    baseline: LineRecord

    @property
    def names(self) -> tuple[LineName, ...]:
        """The lines."""
        return self.scenario.lines

    @cached_property
    def by_state(self) -> Mapping[str, LineTable]:
        """The difference of each state of each line by month; of trade, relative."""
        new, old = self.scenario.states, self.baseline.states
        return {
            state: (
                np.abs(paired_difference(new[state], old[state]))[:, :, 0]
                if state in GATES
                else relative_difference(new[state][:, :, 0], old[state][:, :, 0])
            )
            for state in STATES
        }

    @cached_property
    def largest(self) -> LineTable:
        """The largest difference of any state of each line."""
        return np.maximum.reduce(list(self.by_state.values()))

    @cached_property
    def first(self) -> tuple[LineName, ...]:
        """The lines that differ first: by law, or where none does, by trade.

        A line differs by law when what may pass on it does, or what is announced.
        """
        by_law = np.maximum.reduce([self.by_state[gate] for gate in GATES])
        for table in (by_law, self.largest):
            rows = np.flatnonzero((table > 0.0).any(axis=1))
            if rows.size:
                return tuple(self.names[x] for x in np.flatnonzero(table[rows[0]]))
        return ()

    def differing(self, row: int) -> set[tuple[str, int]]:
        """Return the states that differ in a month, each with the index of its line."""
        return {
            (state, int(index))
            for state, table in self.by_state.items()
            for index in np.flatnonzero(table[row] > TOLERANCE)
        }

    def values(self, name: LineName, row: int) -> dict[str, tuple[float, float]]:
        """Return each state of a line in a month: under the baseline, the scenario."""
        index = self.names.index(name)
        return {
            state: (
                float(self.baseline.states[state][row, index, 0]),
                float(self.scenario.states[state][row, index, 0]),
            )
            for state in STATES
        }
