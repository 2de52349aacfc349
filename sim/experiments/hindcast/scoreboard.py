"""The scoreboard: every observed period, its prediction, and the score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.experiments.hindcast.discrepancy import PerTime, PerTimeAndDraw
from sim.experiments.hindcast.observed import ObservedSeries, from_scale
from sim.experiments.hindcast.predictive import CARRIED, MODEL, SeriesPrediction
from sim.experiments.hindcast.rivals import (
    Rival,
    RivalPrediction,
    SeriesHistory,
    history_of,
    rival_prediction,
)
from sim.experiments.hindcast.scoring_rules import (
    BAND_50,
    BAND_90,
    Covered,
    covered,
    crps,
    rank,
    skill,
)
from sim.outcomes.measures.measure import Kind
from sim.outcomes.quantiles import LEVELS
from sim.outcomes.results import Results
from sim.records.history_rows import Family

CALIBRATION, TEST = "calibration", "test"
"""The part of the record that a fit has seen, and the part after it."""

RIVALS: tuple[Rival, ...] = ("persistence", "drift")

NOMINAL = tuple(round(0.1 * step, 1) for step in range(1, 10))
"""Nominal coverage of the bands whose coverage is counted."""

_KEYS = ["variant", "part", "measure", "actor", "family"]


@dataclass(frozen=True, eq=False, repr=False)
class HindcastScores(ShortRepr):
    """Scores of predictions: by period, by series, in total, and by width of band."""

    periods: pd.DataFrame
    series: pd.DataFrame
    totals: pd.DataFrame
    bands: pd.DataFrame


def score_predictions(
    predictions: Sequence[SeriesPrediction], results: Results, vintage: Month
) -> HindcastScores:
    """Return the scores of the model's predictions of every series."""
    kinds = {name: quantity.kind for name, quantity in results.quantities.items()}
    periods = score_periods(predictions, kinds, vintage)
    series = score_series(periods)
    totals = total_scores(periods, series)
    return HindcastScores(periods, series, totals, band_coverage(periods))


def score_periods(
    predictions: Sequence[SeriesPrediction], kinds: Mapping[str, Kind], vintage: Month
) -> pd.DataFrame:
    """Return a row per series, period and variant: prediction, observation, scores."""
    histories: dict[str, list[SeriesHistory]] = {}
    for series in (prediction.series for prediction in predictions):
        known = series.periods_known_by(vintage)
        if known:
            history = history_of(series.first(known), kinds[series.measure])
            histories.setdefault(series.family.family, []).append(history)
    frames = [
        frame
        for prediction in predictions
        for frame in _score_series(
            prediction, kinds[prediction.series.measure], vintage, histories
        )
    ]
    return pd.concat(frames, ignore_index=True)


def _score_series(
    prediction: SeriesPrediction,
    kind: Kind,
    vintage: Month,
    histories: Mapping[str, Sequence[SeriesHistory]],
) -> Iterator[pd.DataFrame]:
    """Yield a row for each period of a series, under one variant after another."""
    series = prediction.series
    known = series.periods_known_by(vintage)
    family = histories.get(series.family.family, [])
    rivals = {
        rival: rival_prediction(rival, series, kind, known, family) for rival in RIVALS
    }
    rival_columns: dict[str, PerTime] = {}
    for name, rival in rivals.items():
        rival_columns |= rival_scores(
            series.family, prediction.scaled_observed, name, rival
        )
    variants = {
        MODEL: (prediction.unconditional(), 0),
        CARRIED: (prediction.carried_forward(known), known),
    }
    for variant, (predicted, used) in variants.items():
        columns = {
            **describe_periods(series, kind, known),
            "variant": variant,
            "observed": series.values,
            **prediction_scores(series, prediction.scaled_observed, predicted),
            "log_density": prediction.log_density(used),
            **rival_columns,
        }
        yield pd.DataFrame(columns)


def describe_periods(
    series: ObservedSeries, kind: Kind, known: int
) -> dict[str, object]:
    """Return the columns that say which periods of which series are scored."""
    rows = series.rows
    return {
        "measure": series.measure,
        "actor": series.actor,
        "family": series.family.family,
        "scale": series.family.scale,
        "answer": [row.answer for row in rows],
        "unit": [row.unit for row in rows],
        "kind": kind,
        "start": [str(row.start) for row in rows],
        "end": [str(row.end) for row in rows],
        "part": [CALIBRATION if row < known else TEST for row in range(len(rows))],
    }


def prediction_scores(
    series: ObservedSeries, observed: PerTime, predicted: PerTimeAndDraw
) -> dict[str, PerTime | Covered]:
    """Return quantiles and scores of predictions.

    Args:
        series: the periods that are scored.
        observed: their observations on the family's scale.
        predicted: what was predicted of them, on that scale.
    """
    in_unit = from_scale(series.family, predicted)
    quantiles = np.quantile(in_unit, list(LEVELS.values()), axis=1)
    bias = observed - np.median(predicted, axis=1)
    return {
        **dict(zip(LEVELS, quantiles, strict=True)),
        "covered_50": covered(observed, predicted, BAND_50),
        "covered_90": covered(observed, predicted, BAND_90),
        "rank": rank(observed, predicted),
        "bias": bias,
        "crps": crps(series.values, in_unit),
        "crps_scaled": crps(observed, predicted),
        "absolute_error": np.abs(bias),
    }


def rival_scores(
    family: Family, observed: PerTime, name: Rival, rival: RivalPrediction | None
) -> dict[str, PerTime]:
    """Return a rival's point prediction and scores by period; NaN if it has none.

    Args:
        family: of the series.
        observed: the observations on its scale.
        name: of the rival.
        rival: what it predicts of these periods.
    """
    columns = (name, f"{name}_crps_scaled", f"{name}_absolute_error")
    if rival is None:
        return dict.fromkeys(columns, np.full(len(observed), np.nan))
    values = (
        from_scale(family, rival.point),
        crps(observed, rival.quantiles),
        np.abs(observed - rival.point),
    )
    return dict(zip(columns, values, strict=True))


def score_series(periods: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, scores and skill of each series, by variant and part."""
    rows = [
        dict(zip(_KEYS, key, strict=True)) | _sum_up(group)
        for key, group in periods.groupby(_KEYS, sort=False)
    ]
    return pd.DataFrame(rows)


def _sum_up(periods: pd.DataFrame) -> dict[str, object]:
    """Return coverage, mean scores and skill over the periods of a series."""
    columns = {
        "unit": periods["unit"].iloc[0],
        "partly_input": bool((periods["answer"] != "model").any()),
        "periods": len(periods),
        "covered_50": int(periods["covered_50"].sum()),
        "covered_90": int(periods["covered_90"].sum()),
        "bias": float(periods["bias"].median()),
        "crps": float(periods["crps"].mean()),
        "crps_scaled": float(periods["crps_scaled"].mean()),
    }
    for rival in RIVALS:
        fair = periods[periods[f"{rival}_crps_scaled"].notna()]
        for name, column in _SKILLS.items():
            model, naive = (
                fair[score].to_numpy(float) for score in (column, f"{rival}_{column}")
            )
            columns[f"{name}_{rival}"] = skill(model, naive) if len(fair) else np.nan
    return columns


_SKILLS = {"skill": "crps_scaled", "skill_of_median": "absolute_error"}
"""Kinds of skill, and the score that each compares."""


def total_scores(periods: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Return coverage over all periods and medians over all series."""
    rows = []
    for (variant, part), group in periods.groupby(["variant", "part"], sort=False):
        of_group = series[(series["variant"] == variant) & (series["part"] == part)]
        about = {"variant": variant, "part": part}
        rows.append(about | total_of(group, of_group))
    return pd.DataFrame(rows)


def total_of(periods: pd.DataFrame, series: pd.DataFrame) -> dict[str, object]:
    """Return coverage over some periods and medians over their series."""
    columns: dict[str, object] = {
        "series": len(series),
        "periods": len(periods),
        "coverage_50": float(periods["covered_50"].mean()),
        "coverage_90": float(periods["covered_90"].mean()),
        "bias": float(periods["bias"].median()),
    }
    for name in (f"{kind}_{rival}" for rival in RIVALS for kind in _SKILLS):
        skills = series[name].dropna()
        columns[name] = float(skills.median())
        columns[f"{name}_better"] = int((skills > 0.0).sum())
        columns[f"{name}_of"] = len(skills)
    return columns


def band_coverage(periods: pd.DataFrame) -> pd.DataFrame:
    """Return the coverage of central bands beside their nominal coverage."""
    rows = [
        {
            "variant": variant,
            "part": part,
            "nominal": nominal,
            "coverage": float((2.0 * (group["rank"] - 0.5).abs() <= nominal).mean()),
            "periods": len(group),
        }
        for (variant, part), group in periods.groupby(["variant", "part"], sort=False)
        for nominal in NOMINAL
    ]
    return pd.DataFrame(rows)
