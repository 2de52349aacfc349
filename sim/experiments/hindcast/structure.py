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

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import AtTimes
from sim.experiments.hindcast.predictive import MODEL, Modelled, Square
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
    if abs(change) < max(A_DIFFERENCE, _SURE * error):
        return UNTOLD
    return EARNS if change > 0.0 else COSTS


_NOTHING = 1e-9
_SURE = 1.645
"""Standard errors from which on nine of ten means would have the same sign."""


def left_out(
    each: Sequence[Modelled], assumed: Mapping[str, PerDraw], seen: Month
) -> pd.DataFrame:
    """Return how the fit without each series foretells what the fit aimed at of it.

    The draws are those of the fit to all series. To leave one out, each is weighted by
    the inverse of the likelihood that it gives the series, the largest weights
    smoothed. As in the fit, luck is no merit of a draw: what draws say is smoothed by
    a regression on what they assume, and the rest counts as noise. A shape of the
    weights' tail (Pareto k) above 0.7 says that the draws do not reach where the fit
    without the series would go: its row is not to be trusted.

    Args:
        each: the series, and what the model says of them.
        assumed: what was fitted, by name, in each draw.
        seen: the last month that the fit knew.

    Source:
        Vehtari, Gelman and Gabry, 'Practical Bayesian model evaluation using
        leave-one-out cross-validation and WAIC', Statistics and Computing 27 (2017).
    """
    known = [
        one.only(lambda row: row.target and Month.of(row.end) <= seen) for one in each
    ]
    return pd.DataFrame(
        [_without_itself(one, assumed) for one in known if one.series.rows]
    )


def _without_itself(one: Modelled, assumed: Mapping[str, PerDraw]) -> dict[str, object]:
    series = one.series
    said, rest = _by_assumptions(one.scaled, assumed)
    logs, shape = smoothed(-one.log_likelihood(said, rest))
    weights = np.exp(logs - np.logaddexp.reduce(logs))
    predicted, observed = one.alone(), one.observed
    fitted = crps(observed, predicted)
    foretold = crps(observed, predicted, np.tile(weights, (len(observed), 1)))
    inside = [
        _inside(values, weights, value)
        for values, value in zip(predicted, observed, strict=True)
    ]
    return {
        "measure": series.measure,
        "actor": series.actor,
        "family": series.family.family,
        "periods": len(observed),
        "pareto_k": shape,
        "draws_that_count": 1.0 / float(np.sum(weights**2)),
        "crps_fitted": float(np.mean(fitted)),
        "crps_left_out": float(np.mean(foretold)),
        "crps_change": float(np.mean(foretold) / np.mean(fitted) - 1.0),
        "inside_90": int(np.sum(inside)),
    }


def _by_assumptions(
    said: AtTimes, assumed: Mapping[str, PerDraw]
) -> tuple[AtTimes, Square]:
    """Return what draws say as far as what they assume tells it, and what is left.

    Least squares on the assumptions, standardised; what is left is the covariance of
    the residuals.
    """
    varied = [values for values in assumed.values() if values.std() > 0.0]
    scores = [(values - values.mean()) / values.std() for values in varied]
    terms = np.stack([np.ones(said.shape[1]), *scores], axis=1)
    slopes, *_ = np.linalg.lstsq(terms, said.T)
    told = (terms @ slopes).T
    return told, np.atleast_2d(np.cov(said - told, bias=True))


def _inside(values: np.ndarray, weights: np.ndarray, observed: float) -> bool:
    """Return whether an observation lies in the central 90 % of weighted draws."""
    below = float(np.sum(weights[values < observed]))
    tail = (1.0 - NINE_IN_TEN) / 2.0
    return tail <= below <= 1.0 - tail
