"""Scores of laws by several objectives at once: losses, regret, and what is enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.domain.array_types import Float64
from sim.outcomes.choice_among_laws import GAINS
from sim.outcomes.objectives import Objective

WORST = 0.9
"""Of losses over the draws, the quantile that stands for the worst."""

ByObjective = Float64[np.ndarray, "objectives"]
ChangesOfLaw = Float64[np.ndarray, "objectives draws"]


def losses_by_draw(
    objectives: Sequence[Objective], changes: ChangesOfLaw
) -> ChangesOfLaw:
    """Return changes with the sign with which less is better."""
    signs = np.array([-GAINS[each.better or "higher"] for each in objectives])
    return np.asarray(signs[:, None] * changes)


def loss(
    objectives: Sequence[Objective], changes: ChangesOfLaw, statistic: str = "mean"
) -> ByObjective:
    """Return how bad a law is by each objective, in its unit.

    Args:
        objectives: each has values that are better.
        changes: from the baseline, of each objective and draw.
        statistic: ``mean``, or ``worst``: the loss that is exceeded in one draw of ten.
    """
    losses = losses_by_draw(objectives, changes)
    if statistic == "mean":
        return np.asarray(losses.mean(axis=1))
    return np.asarray(np.quantile(losses, WORST, axis=1))


@dataclass(frozen=True, eq=False)
class LawScore:
    """How a law does beside others in the same draws.

    Attributes:
        name: the law.
        changes: from the baseline, of each objective and draw.
        regret: mean over draws of how far it is from the best of the laws compared, by
            each objective.
        enough: share of draws in which all changes that are enough are reached.
    """

    name: str
    changes: ChangesOfLaw
    regret: ByObjective
    enough: float


def law_scores(
    objectives: Sequence[Objective],
    changes: Mapping[str, ChangesOfLaw],
    enough: Mapping[str, float],
) -> list[LawScore]:
    """Return the scores of laws in the same draws.

    Args:
        objectives: each has values that are better.
        changes: from the baseline, by law.
        enough: the change of some objectives that is enough, by name.
    """
    losses = {law: losses_by_draw(objectives, own) for law, own in changes.items()}
    best = np.minimum.reduce(list(losses.values()))
    limits = np.array(
        [
            -GAINS[each.better or "higher"] * enough[each.name]
            if each.name in enough
            else np.inf
            for each in objectives
        ]
    )
    return [
        LawScore(
            name=law,
            changes=changes[law],
            regret=np.asarray((own - best).mean(axis=1)),
            enough=float(np.mean((own <= limits[:, None]).all(axis=0))),
        )
        for law, own in losses.items()
    ]
