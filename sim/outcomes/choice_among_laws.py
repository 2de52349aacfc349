"""Choice among laws: who beats whom, ranks and regret, draw by draw.

The baseline is one of the laws to choose from. Values that differ by rounding alone are
equal: two laws that are the best share the first rank, and neither beats the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import numpy as np

from sim.domain.array_types import Float64, Int64
from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.quantiles import LEVELS, Spread, headline_quantiles

GAINS = {"higher": 1.0, "lower": -1.0}
"""What a difference is multiplied by to be a gain."""


@dataclass(frozen=True)
class PairRow:
    """Two laws in the same draws.

    Attributes:
        objective: by which they are compared.
        first: one law.
        second: the other.
        unit: of the difference.
        difference: quantiles of first minus second, draw by draw.
        higher: share of draws in which the first is higher, by more than rounding.
        lower: share in which it is lower.
        first_better: share in which it is better, missing where neither is.
    """

    objective: str
    first: str
    second: str
    unit: str
    difference: Spread
    higher: float
    lower: float
    first_better: float


@dataclass(frozen=True)
class RankRow:
    """How one law does among all.

    Attributes:
        objective: by which they are compared.
        law: the scenario, or the baseline.
        unit: of the regret.
        better: which values are called better.
        best_in: share of draws in which no other law is better.
        worst_in: share in which no other is worse.
        mean_rank: mean over draws of its rank, from 1, the best.
        regret_mean: mean over draws of how far it is from the best law of each draw.
        regret_p50: median of the same.
        regret_p95: what it stays below in 95 % of draws.
        regret_max: the largest.
    """

    objective: str
    law: str
    unit: str
    better: str
    best_in: float
    worst_in: float
    mean_rank: float
    regret_mean: float
    regret_p50: float
    regret_p95: float
    regret_max: float


def pair_rows(values: ObjectiveValues) -> Iterator[PairRow]:
    """Yield every two laws of a comparison, each pair once."""
    laws, objective = list(values.series), values.objective
    for place, first in enumerate(laws):
        for second in laws[place + 1 :]:
            difference = paired_difference(
                values.at_horizon(first), values.at_horizon(second)
            )
            higher = float(np.mean(difference > 0.0))
            lower = float(np.mean(difference < 0.0))
            better = {"higher": higher, "lower": lower, None: nan}[objective.better]
            yield PairRow(
                objective=objective.name,
                first=first,
                second=second,
                unit=objective.unit,
                difference=headline_quantiles(difference),
                higher=higher,
                lower=lower,
                first_better=better,
            )


def rank_rows(values: ObjectiveValues) -> Iterator[RankRow]:
    """Yield how each law does; nothing where no value is better than another."""
    objective = values.objective
    if objective.better is None:
        return
    gains = _gains(values)
    ranks, regret = ranks_of(gains), gains.max(axis=1)
    lasts = np.sum(gains > 0.0, axis=0) == 0
    for place, law in enumerate(values.series):
        own = regret[place]
        yield RankRow(
            objective=objective.name,
            law=law,
            unit=objective.unit,
            better=objective.better,
            best_in=float(np.mean(ranks[place] == 1)),
            worst_in=float(np.mean(lasts[place])),
            mean_rank=float(np.mean(ranks[place])),
            regret_mean=float(np.mean(own)),
            regret_p50=float(np.median(own)),
            regret_p95=float(np.quantile(own, LEVELS["p95"])),
            regret_max=float(own.max()),
        )


def ranks_of(
    gains: Float64[np.ndarray, "laws laws draws"],
) -> Int64[np.ndarray, "laws draws"]:
    """Return the rank of each law in each draw, from 1; laws that are equal share one.

    Args:
        gains: what the second law would gain on the first.
    """
    return np.asarray(1 + np.sum(gains > 0.0, axis=1), dtype=np.int64)


def _gains(values: ObjectiveValues) -> Float64[np.ndarray, "laws laws draws"]:
    """Return by how much the second of two laws is better than the first."""
    assert values.objective.better is not None
    sign = GAINS[values.objective.better]
    at_horizon = [values.at_horizon(law) for law in values.series]
    return np.array(
        [
            [sign * paired_difference(other, own) + 0.0 for other in at_horizon]
            for own in at_horizon
        ]
    )
