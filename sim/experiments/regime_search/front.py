"""The front: designs that no other beats by every objective, and some of these."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pymoo.indicators.hv import Hypervolume
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

from sim.experiments.regime_search.evolution import Losses

_BEYOND = 1.1
"""The corner from which a volume is measured, where the front has 0 to 1."""


def front_of(losses: Losses) -> list[int]:
    """Return which rows no other dominates: of equal rows the first."""
    if not len(losses):
        return []
    _, first = np.unique(losses, axis=0, return_index=True)
    rows = np.sort(first)
    places = NonDominatedSorting().do(losses[rows], only_non_dominated_front=True)
    return sorted(int(rows[place]) for place in places)


def dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    """Return whether one is as good by every objective, and better by one.

    Example:
        >>> dominates((0.0, 1.0), (0.0, 2.0)), dominates((0.0, 1.0), (0.0, 1.0))
        (True, False)
    """
    pairs = list(zip(one, other, strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def scaled(losses: Losses, front: Losses) -> Losses:
    """Return losses on a scale on which a front goes from 0 to 1 in each objective."""
    best, worst = front.min(axis=0), front.max(axis=0)
    spread = np.where(worst > best, worst - best, 1.0)
    return (losses - best) / spread


def spread_out(losses: Losses, count: int) -> list[int]:
    """Return rows that are far from one another: the best by each objective first.

    Then always the one that is farthest from all that were taken, on the scale of the
    front; of several the first.
    """
    if not len(losses):
        return []
    places = scaled(losses, losses)
    best = (int(np.argmin(column)) for column in places.T)
    taken = list(dict.fromkeys(best))[:count]
    while len(taken) < min(count, len(places)):
        gaps = places[:, None, :] - places[None, taken, :]
        nearest = np.sqrt((gaps**2).sum(axis=2)).min(axis=1)
        nearest[taken] = -1.0
        taken.append(int(np.argmax(nearest)))
    return taken


def volumes(generations: Sequence[int], losses: Losses) -> list[float]:
    """Return the hypervolume of the front after each generation, from 0 to 1.

    Args:
        generations: the generation in which each row was first run, rising.
        losses: of each row.
    """
    front = losses[front_of(losses)]
    places, measure = (
        scaled(losses, front),
        Hypervolume(ref_point=np.full(losses.shape[1], _BEYOND)),
    )
    born = np.asarray(generations)
    sizes = []
    for generation in range(int(born.max()) + 1):
        known = places[born <= generation]
        own = known[front_of(known)]
        sizes.append(float(measure(own)) / _BEYOND ** losses.shape[1])
    return sizes
