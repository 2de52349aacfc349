"""The posterior check: samples of the posterior, run through the model itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.experiments.calibration.evidence import Evidence, PerObservationAndDraw
from sim.experiments.calibration.posterior_density import PosteriorDensity, Samples
from sim.experiments.hindcast.discrepancy import Discrepancy
from sim.experiments.hindcast.observed import from_scale

_LEVELS = {"low": 0.05, "q25": 0.25, "mid": 0.5, "q75": 0.75, "high": 0.95}


def check_by_observation(
    posterior: PosteriorDensity,
    samples: Samples,
    *,
    modelled: PerObservationAndDraw,
    prior: np.ndarray,
    seed: int,
) -> pd.DataFrame:
    """Return a row for each observation: its predictions, and the emulator's error.

    Amounts are in the measure's unit. `r_squared` is the emulator's, cross-validated;
    `emulator_bias` the mean by which it misses the model in posterior worlds, in
    standard deviations of the predicted values around the emulator's.

    Args:
        posterior: the density that the samples come from.
        samples: scores of everything fitted, a world in each row.
        modelled: in those worlds, on the scales of families.
        prior: modelled in worlds from the ranges, a row for each observation.
        seed: of discrepancies and errors of observing.
    """
    evidence = posterior.evidence
    score_table, _, _ = posterior.split(samples)
    emulated = posterior.emulator(score_table)
    predicted = modelled + _noise(posterior, samples, seed)
    spread = np.sqrt((predicted - emulated).var(axis=1))
    below = (predicted < evidence.values[:, None]).mean(axis=1)
    pairs = [(series, row) for series in evidence.series for row in series.rows]
    return pd.DataFrame(
        {
            "measure": [row.measure for _, row in pairs],
            "actor": [row.actor for _, row in pairs],
            "family": [series.family.family for series, _ in pairs],
            "start": [row.start.isoformat() for _, row in pairs],
            "end": [row.end.isoformat() for _, row in pairs],
            "observed": [row.mid for _, row in pairs],
            **_quantiles(evidence, "prior", prior),
            **_quantiles(evidence, "posterior", predicted),
            "unit": [row.unit for _, row in pairs],
            "below": below,
            "covered_50": (below > 0.25) & (below < 0.75),
            "covered_90": (below > 0.05) & (below < 0.95),
            "r_squared": posterior.emulator.r_squared,
            "emulator_bias": (modelled - emulated).mean(axis=1) / spread,
        }
    )


def check_by_series(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the same by series: counts, coverage, and the emulator's worst error."""
    grouped = observations.groupby(["family", "measure", "actor"], sort=False)
    return grouped.agg(
        observations=("observed", "size"),
        covered_50=("covered_50", "sum"),
        covered_90=("covered_90", "sum"),
        r_squared=("r_squared", "median"),
        emulator_bias=("emulator_bias", lambda bias: bias.iloc[bias.abs().argmax()]),
    ).reset_index()


def _noise(
    posterior: PosteriorDensity, samples: Samples, seed: int
) -> PerObservationAndDraw:
    """Return a discrepancy plus an error for each observation and sample."""
    evidence = posterior.evidence
    spreads, memories = posterior.discrepancy_sizes(samples)
    chance = Chance(seed, Draws(len(samples)))
    parts = []
    for index, series in enumerate(evidence.series):
        family = evidence.families.index(series.family.family)
        errors = evidence.errors[evidence.series_of == index]
        discrepancy = Discrepancy(spreads[family], memories[family])
        covariance = discrepancy.covariances(series.times, series.times)
        root = np.linalg.cholesky(covariance + np.diag(errors**2))
        # Keys of luck: another wording would be other numbers.
        keys = [f"check of {series.name} {row.start} {row.end}" for row in series.rows]
        luck = np.stack([chance.normal(key) for key in keys])
        parts.append(np.einsum("dij,jd->id", root, luck))
    return np.concatenate(parts)


def _quantiles(
    evidence: Evidence, name: str, table: np.ndarray
) -> dict[str, np.ndarray]:
    """Return quantiles of each observation's row, in the measure's unit, as columns."""
    scaled = np.quantile(table, list(_LEVELS.values()), axis=1).T
    by_series = zip(evidence.series, evidence.by_series(scaled), strict=True)
    quantiles = [from_scale(series.family, rows) for series, rows in by_series]
    columns = np.concatenate(quantiles).T
    return {f"{name}_{level}": row for level, row in zip(_LEVELS, columns, strict=True)}
