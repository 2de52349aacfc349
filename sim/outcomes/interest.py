"""Draws of interest: in which a law is worse than another, misses a target, or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.domain.ensemble import InDraws, PerDraw
from sim.outcomes.choice_among_laws import GAINS
from sim.outcomes.objectives import Objective, ObjectiveValues
from sim.outcomes.paired_difference import paired_difference

Where = Literal["worse", "better"]


@dataclass(frozen=True)
class Interest:
    """Which draws are of interest.

    Attributes:
        scenario: the law in question.
        rival: the law compared with.
        objective: by which they are compared; one value is better than another.
        where: whether the draws are those in which it is worse, or better.
        target: the change that the law is to reach, in the objective's unit; None if
            any will do.
    """

    scenario: str
    rival: str
    objective: Objective
    where: Where = "worse"
    target: float | None = None

    def change(self, values: ObjectiveValues) -> PerDraw:
        """Return the objective under the law less that under its rival."""
        return paired_difference(
            values.at_horizon(self.scenario), values.at_horizon(self.rival)
        )

    def holds(self, values: ObjectiveValues) -> InDraws:
        """Return the draws that are of interest.

        Without a target a law that is equal is neither worse nor better; a target that
        is just reached is reached.
        """
        assert self.objective.better is not None
        sign, change = GAINS[self.objective.better], self.change(values)
        if self.target is None:
            gain = sign * change
            return gain < 0.0 if self.where == "worse" else gain > 0.0
        reached = sign * (change - self.target) >= 0.0
        return ~reached if self.where == "worse" else reached
