"""Mechanism scores: whether each mechanism improves predictions, and each series a fit.

A mechanism is switched off and everything else left as it is: if observations are then
predicted worse, it improves predictions. A series is left out of the fit: if the fit
without it predicts it about as well, the other series hold the same information.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import PerTimeAndDraw
from sim.experiments.hindcast.predictive import MODEL, SeriesPrediction, TimeCovariance
from sim.experiments.hindcast.scoring_rules import BAND_90, crps
from sim.experiments.setup import Setup

with warnings.catch_warnings():
    # arviz warns at import of its own future; no other warning is held back.
    warnings.filterwarnings("ignore", category=FutureWarning, module="arviz")
    import arviz

IMPROVES, WORSENS, INCONCLUSIVE, NO_EFFECT = (
    "improves",
    "worsens",
    "inconclusive",
    "no effect",
)
"""Verdicts: what a mechanism does to predictions."""

SMALLEST_DIFFERENCE = 0.005
"""Change of the score from which on a mechanism is held to matter, as a share."""

ALL_FAMILIES = "all"
"""The name, in the column of families, of all of them together."""

LARGEST_PARETO_K = 0.7
"""Pareto k from which on smoothed weights are not to be trusted."""

_SERIES = ["variant", "part", "family", "measure", "actor"]
_ZERO = 1e-9
_SURE = 1.645
"""Standard errors from which on nine of ten means would have the same sign."""


def without_mechanism(setup: Setup, mechanism: str) -> Setup:
    """Return a set-up in which a mechanism is switched off."""
    switches = {**setup.baseline.mechanisms, mechanism: False}
    return replace(setup, baseline=replace(setup.baseline, mechanisms=switches))


def mechanism_effects(
    full: pd.DataFrame, reduced: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return by how much scores are worse without each mechanism, by family and part.

    Columns: mechanism, variant, part, family, series; `crps_change`, by which share the
    CRPS is larger in the (geometric) mean over series, and `error`, the standard error
    of its logarithm over series; `log_score_lost`, the mean loss of log density an
    observation.
    """
    rows = []
    for mechanism, periods in reduced.items():
        changes = _changes(full, periods)
        for (variant, part), group in changes.groupby(["variant", "part"], sort=False):
            families = {
                ALL_FAMILIES: group,
                **dict(iter(group.groupby("family", sort=False))),
            }
            rows += [
                {"mechanism": mechanism, "variant": variant, "part": part}
                | {"family": family}
                | _mean_change(series)
                for family, series in families.items()
            ]
    return pd.DataFrame(rows)


def _changes(full: pd.DataFrame, reduced: pd.DataFrame) -> pd.DataFrame:
    """Return a row per series: log of the ratio of CRPS, and loss of log density."""
    with_it, without_it = (
        periods.groupby(_SERIES, sort=False)[["crps_scaled", "log_density"]].mean()
        for periods in (full, reduced)
    )
    change = np.log(without_it["crps_scaled"] / with_it["crps_scaled"])
    loss = with_it["log_density"] - without_it["log_density"]
    return pd.DataFrame({"change": change, "loss": loss}).reset_index()


def _mean_change(series: pd.DataFrame) -> dict[str, float]:
    count = len(series)
    spread = float(series["change"].std(ddof=1)) if count > 1 else np.nan
    return {
        "series": count,
        "crps_change": float(np.expm1(series["change"].mean())),
        "error": spread / np.sqrt(count),
        "log_score_lost": float(series["loss"].mean()),
    }


def mechanism_verdicts(effects: pd.DataFrame) -> pd.DataFrame:
    """Return the verdict on each mechanism, over all families, by part of the record.

    The model alone is judged, for a discrepancy that is carried forward makes up for
    what a mechanism lacks.
    """
    rows = effects[(effects["family"] == ALL_FAMILIES) & (effects["variant"] == MODEL)]
    return rows.assign(verdict=list(map(_verdict, rows["crps_change"], rows["error"])))


def _verdict(change: float, error: float) -> str:
    if abs(change) < _ZERO:
        return NO_EFFECT
    if abs(change) < max(SMALLEST_DIFFERENCE, _SURE * error):
        return INCONCLUSIVE
    return IMPROVES if change > 0.0 else WORSENS


def leave_series_out(
    predictions: Sequence[SeriesPrediction],
    assumptions: Mapping[str, PerDraw],
    fitted_to: Month,
) -> pd.DataFrame:
    """Return how the fit without each series predicts the series' own targets.

    The draws are those of the fit to all series. To leave one out, each is weighted by
    the inverse of the likelihood that it gives the series, the largest weights
    smoothed. As in the fit, luck is not counted: modelled values are smoothed by
    a regression on the draws' assumptions, and the rest counts as noise. A shape of the
    weights' tail (Pareto k) above 0.7 says that the draws do not reach where the fit
    without the series would go: its row is not to be trusted.

    Source:
        Vehtari, Gelman and Gabry, 'Practical Bayesian model evaluation using
        leave-one-out cross-validation and WAIC', Statistics and Computing 27 (2017).
    """
    fitted = [
        prediction.subset(lambda row: row.target and Month.of(row.end) <= fitted_to)
        for prediction in predictions
    ]
    return pd.DataFrame(
        [_leave_out(fit, assumptions) for fit in fitted if fit.series.rows]
    )


def _leave_out(
    prediction: SeriesPrediction, assumptions: Mapping[str, PerDraw]
) -> dict[str, object]:
    series, observed = prediction.series, prediction.scaled_observed
    regression = _regress(prediction.scaled_modelled, assumptions)
    logs, pareto_k = pareto_smoothed(-prediction.log_likelihood(*regression))
    weights = np.exp(logs - np.logaddexp.reduce(logs))
    predicted = prediction.unconditional()
    crps_fitted = crps(observed, predicted)
    crps_left_out = crps(observed, predicted, np.tile(weights, (len(observed), 1)))
    covered = [
        _covered(values, weights, value)
        for values, value in zip(predicted, observed, strict=True)
    ]
    return {
        "measure": series.measure,
        "actor": series.actor,
        "family": series.family.family,
        "periods": len(observed),
        "pareto_k": pareto_k,
        "effective_draws": 1.0 / float(np.sum(weights**2)),
        "crps_fitted": float(np.mean(crps_fitted)),
        "crps_left_out": float(np.mean(crps_left_out)),
        "crps_change": float(np.mean(crps_left_out) / np.mean(crps_fitted) - 1.0),
        "covered_90": int(np.sum(covered)),
    }


def _regress(
    modelled: PerTimeAndDraw, assumptions: Mapping[str, PerDraw]
) -> tuple[PerTimeAndDraw, TimeCovariance]:
    """Return the part of modelled values that assumptions explain, and the rest.

    Least squares on the assumptions, standardised; the rest is the covariance of the
    residuals.
    """
    varied = [values for values in assumptions.values() if values.std() > 0.0]
    scores = [(values - values.mean()) / values.std() for values in varied]
    terms = np.stack([np.ones(modelled.shape[1]), *scores], axis=1)
    slopes, *_ = np.linalg.lstsq(terms, modelled.T)
    explained = (terms @ slopes).T
    return explained, np.atleast_2d(np.cov(modelled - explained, bias=True))


def pareto_smoothed(log_weights: PerDraw) -> tuple[PerDraw, float]:
    """Return log weights with their tail smoothed, and the shape of it (Pareto k).

    Otherwise the few largest would decide everything.

    Source:
        Vehtari, Simpson, Gelman, Yao and Gabry, 'Pareto smoothed importance sampling',
        JMLR 25 (2024), as arviz has it.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is the shape, returned
        logs, shape = arviz.psislw(log_weights)  # type: ignore[no-untyped-call]
    return np.asarray(logs, dtype=float), float(shape)


def _covered(values: np.ndarray, weights: np.ndarray, observed: float) -> bool:
    """Return whether the central 90 % of weighted draws cover an observation."""
    below = float(np.sum(weights[values < observed]))
    tail = (1.0 - BAND_90) / 2.0
    return tail <= below <= 1.0 - tail
