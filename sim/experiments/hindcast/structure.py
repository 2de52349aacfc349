"""Structure: whether each mechanism, and each series, earns its place.

A mechanism is switched off and everything else left as it is: if what was observed is
then foretold worse, it earns its place. A series is left out of the fit: if the fit
without it foretells it about as well, the others say what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.experiments.hindcast.predictive import MODEL, Modelled
from sim.experiments.hindcast.scores import NINE_IN_TEN, crps
from sim.experiments.hindcast.smoothing import smoothed
from sim.experiments.setup import Setup

EARNS, COSTS, UNTOLD, STILL = (
    "earns its place",
    "costs",
    "not told",
    "says nothing here",
)
"""What can be said of a mechanism."""

A_DIFFERENCE = 0.005
"""Change of the score from which on a mechanism is held to matter, as a share."""

ALL = "all"
"""What stands in the place of a family for all of them."""


def without(setup: Setup, mechanism: str) -> Setup:
    """Return a case in which a mechanism does not work."""
    switches = {**setup.baseline.mechanisms, mechanism: False}
    return replace(setup, baseline=replace(setup.baseline, mechanisms=switches))


def worth(whole: pd.DataFrame, reduced: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return by how much scores are worse without each mechanism, by family and part.

    Columns: mechanism, variant, part, family, series; `crps_change`, by which share the
    CRPS is larger in the (geometric) mean over series, and `error`, the standard error
    of its logarithm over series; `log_score_lost`, the mean loss of log density an
    observation.

    Args:
        whole: the periods of the whole model, as the scoreboard gives them.
        reduced: the same without a mechanism, by its name.
    """
    parts = []
    for mechanism, rows in reduced.items():
        changes = _changes(whole, rows)
        for (variant, part), group in changes.groupby(["variant", "part"], sort=False):
            families = {ALL: group, **dict(iter(group.groupby("family", sort=False)))}
            parts += [
                {"mechanism": mechanism, "variant": variant, "part": part}
                | {"family": family}
                | _summed(own)
                for family, own in families.items()
            ]
    return pd.DataFrame(parts)


_SERIES = ["variant", "part", "family", "measure", "actor"]


def _changes(whole: pd.DataFrame, reduced: pd.DataFrame) -> pd.DataFrame:
    """Return a row per series: log of the ratio of CRPS, and loss of log density."""
    ours, theirs = (
        rows.groupby(_SERIES, sort=False)[["crps_scaled", "log_density"]].mean()
        for rows in (whole, reduced)
    )
    change = np.log(theirs["crps_scaled"] / ours["crps_scaled"])
    lost = ours["log_density"] - theirs["log_density"]
    return pd.DataFrame({"change": change, "lost": lost}).reset_index()


def _summed(group: pd.DataFrame) -> dict[str, float]:
    count = len(group)
    spread = float(group["change"].std(ddof=1)) if count > 1 else np.nan
    return {
        "series": count,
        "crps_change": float(np.expm1(group["change"].mean())),
        "error": spread / np.sqrt(count),
        "log_score_lost": float(group["lost"].mean()),
    }


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return what is said of each mechanism, over all families, by part of the record.

    The model by itself is judged, for what is carried forward makes up for what a
    mechanism lacks.
    """
    rows = table[(table["family"] == ALL) & (table["variant"] == MODEL)]
    return rows.assign(verdict=list(map(_verdict, rows["crps_change"], rows["error"])))


def _verdict(change: float, error: float) -> str:
    if abs(change) < _NOTHING:
        return STILL
    if abs(change) < max(A_DIFFERENCE, error):
        return UNTOLD
    return EARNS if change > 0.0 else COSTS


_NOTHING = 1e-9


def left_out(each: Sequence[Modelled], counts: Sequence[int]) -> pd.DataFrame:
    """Return how the fit without each series foretells that series.

    The draws are those of the fit to all series. To leave one out, each is weighted by
    the inverse of the likelihood that it gives the series, the largest weights
    smoothed. A shape of their tail (Pareto k) above 0.7 says that the draws do not
    reach where the fit without the series would go: its row is not to be trusted.

    Args:
        each: the series, and what the model says of them.
        counts: how many periods of each the fit has seen.

    Source:
        Vehtari, Gelman and Gabry, 'Practical Bayesian model evaluation using
        leave-one-out cross-validation and WAIC', Statistics and Computing 27 (2017).
    """
    return pd.DataFrame(
        [
            _without_itself(one, count)
            for one, count in zip(each, counts, strict=True)
            if count
        ]
    )


def _without_itself(one: Modelled, count: int) -> dict[str, object]:
    series = one.series
    logs, shape = smoothed(-one.log_likelihood(count))
    weights = np.exp(logs - np.logaddexp.reduce(logs))
    predicted, observed = one.alone()[:count], one.observed[:count]
    alike = np.full_like(weights, 1.0 / weights.size)
    by_fit, by_rest = (
        np.broadcast_to(some, predicted.shape) for some in (alike, weights)
    )
    fitted = crps(observed, predicted, by_fit)
    foretold = crps(observed, predicted, by_rest)
    inside = [
        _inside(values, weights, seen)
        for values, seen in zip(predicted, observed, strict=True)
    ]
    return {
        "measure": series.measure,
        "actor": series.actor,
        "family": series.family.family,
        "periods": count,
        "pareto_k": shape,
        "draws_that_count": 1.0 / float(np.sum(weights**2)),
        "crps_fitted": float(np.mean(fitted)),
        "crps_left_out": float(np.mean(foretold)),
        "crps_change": float(np.mean(foretold) / np.mean(fitted) - 1.0),
        "inside_90": int(np.sum(inside)),
    }


def _inside(values: np.ndarray, weights: np.ndarray, observed: float) -> bool:
    """Return whether an observation lies in the central 90 % of weighted draws."""
    below = float(np.sum(weights[values < observed]))
    tail = (1.0 - NINE_IN_TEN) / 2.0
    return tail <= below <= 1.0 - tail
