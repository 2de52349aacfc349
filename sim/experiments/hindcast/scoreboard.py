"""The scoreboard: every observed period, what was held possible, and the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.domain.months import Month
from sim.experiments.hindcast.discrepancy import AtTimes, Times
from sim.experiments.hindcast.predictive import CARRIED, MODEL, Modelled
from sim.experiments.hindcast.rivals import (
    Naive,
    Past,
    Rival,
    naive,
    past,
)
from sim.experiments.hindcast.scale import off_scale
from sim.experiments.hindcast.scores import (
    HALF,
    NINE_IN_TEN,
    crps,
    inside,
    rank,
    skill,
)
from sim.outcomes.measures.measure import Kind

CALIBRATION, TEST = "calibration", "test"
"""The part of the record that a fit has seen, and the part after it."""

BANDS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}

RIVALS: tuple[Rival, ...] = ("persistence", "drift")

NOMINAL = tuple(round(0.1 * step, 1) for step in range(1, 10))
"""Shares that bands are to hold, in the chart of what they do hold."""


def periods(
    modelled: Sequence[Modelled], kinds: Mapping[str, Kind], vintage: Month
) -> pd.DataFrame:
    """Return a row per series, period and variant: prediction, observation, scores.

    Args:
        modelled: the series and what the model says of them.
        kinds: of each measure.
        vintage: the last month of the past.
    """
    known = [one.series.known_by(vintage) for one in modelled]
    families: dict[str, list[Past]] = {}
    for one, count in zip(modelled, known, strict=True):
        if count:
            seen = past(one.series.first(count), kinds[one.series.measure])
            families.setdefault(one.series.family.family, []).append(seen)
    frames = [
        _of_series(one, kinds[one.series.measure], count, families)
        for one, count in zip(modelled, known, strict=True)
    ]
    return pd.concat(frames, ignore_index=True)


def _of_series(
    one: Modelled, kind: Kind, known: int, families: Mapping[str, Sequence[Past]]
) -> pd.DataFrame:
    series = one.series
    family = families.get(series.family.family, [])
    against = {name: naive(name, series, kind, known, family) for name in RIVALS}
    variants = {MODEL: one.alone(), CARRIED: one.carried(known)}
    frames = [
        _scored(one, kind, known, against, (name, predicted))
        for name, predicted in variants.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _scored(
    one: Modelled,
    kind: Kind,
    known: int,
    against: Mapping[Rival, Naive | None],
    said: tuple[str, AtTimes],
) -> pd.DataFrame:
    """Return a row for each period of a series, under one variant of what is said."""
    series, rows = one.series, one.series.rows
    variant, predicted = said
    own = off_scale(series.family, predicted)
    quantiles = np.quantile(own, list(BANDS.values()), axis=1)
    columns: dict[str, object] = {
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
        "variant": variant,
        "observed": series.values,
        **dict(zip(BANDS, quantiles, strict=True)),
        "inside_50": inside(one.observed, predicted, HALF),
        "inside_90": inside(one.observed, predicted, NINE_IN_TEN),
        "rank": rank(one.observed, predicted),
        "bias": one.observed - np.median(predicted, axis=1),
        "crps": crps(series.values, own),
        "crps_scaled": crps(one.observed, predicted),
        "off": np.abs(one.observed - np.median(predicted, axis=1)),
        "log_density": one.log_density(known if variant == CARRIED else 0),
    }
    for name, rival in against.items():
        columns |= _rivalled(one, name, rival)
    return pd.DataFrame(columns)


def _rivalled(one: Modelled, name: str, rival: Naive | None) -> dict[str, Times]:
    """Return a rival's bare value and its scores in each period; NaN if it has none."""
    if rival is None:
        nothing = np.full(len(one.series.rows), np.nan)
        return {name: nothing, f"{name}_crps_scaled": nothing, f"{name}_off": nothing}
    return {
        name: off_scale(one.series.family, rival.middle),
        f"{name}_crps_scaled": crps(one.observed, rival.predicted),
        f"{name}_off": np.abs(one.observed - rival.middle),
    }


_KEYS = ["variant", "part", "measure", "actor", "family"]


def by_series(rows: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, scores and skill of each series, by variant and part."""
    parts = [
        dict(zip(_KEYS, key, strict=True)) | _summed(group)
        for key, group in rows.groupby(_KEYS, sort=False)
    ]
    return pd.DataFrame(parts)


def _summed(group: pd.DataFrame) -> dict[str, object]:
    """Return what is said of the periods of a series together."""
    scale = {
        "unit": group["unit"].iloc[0],
        "partly_input": bool((group["answer"] != "model").any()),
        "periods": len(group),
        "inside_50": int(group["inside_50"].sum()),
        "inside_90": int(group["inside_90"].sum()),
        "bias": float(group["bias"].median()),
        "crps": float(group["crps"].mean()),
        "crps_scaled": float(group["crps_scaled"].mean()),
    }
    for rival in RIVALS:
        fair = group[group[f"{rival}_crps_scaled"].notna()]
        for what, column in (("skill", "crps_scaled"), ("skill_of_median", "off")):
            theirs = fair[f"{rival}_{column}"].to_numpy(float)
            ours = fair[column].to_numpy(float)
            scale[f"{what}_{rival}"] = skill(ours, theirs) if len(fair) else np.nan
    return scale


def in_total(rows: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Return coverage over all periods and medians over all series.

    Args:
        rows: the periods.
        series: what is said of each series.
    """
    parts = []
    for (variant, part), group in rows.groupby(["variant", "part"], sort=False):
        own = series[(series["variant"] == variant) & (series["part"] == part)]
        said: dict[str, object] = {
            "variant": variant,
            "part": part,
            "series": len(own),
            "periods": len(group),
            "coverage_50": float(group["inside_50"].mean()),
            "coverage_90": float(group["inside_90"].mean()),
            "bias": float(group["bias"].median()),
        }
        for rival in RIVALS:
            for what in ("skill", "skill_of_median"):
                skills = own[f"{what}_{rival}"].dropna()
                said[f"{what}_{rival}"] = float(skills.median())
                said[f"{what}_{rival}_better"] = int((skills > 0.0).sum())
                said[f"{what}_{rival}_of"] = len(skills)
        parts.append(said)
    return pd.DataFrame(parts)


def bands_kept(rows: pd.DataFrame) -> pd.DataFrame:
    """Return which share of observations bands hold that are to hold some share."""
    parts = [
        {
            "variant": variant,
            "part": part,
            "nominal": nominal,
            "kept": float((2.0 * (group["rank"] - 0.5).abs() <= nominal).mean()),
            "periods": len(group),
        }
        for (variant, part), group in rows.groupby(["variant", "part"], sort=False)
        for nominal in NOMINAL
    ]
    return pd.DataFrame(parts)
