"""The posterior check: samples of the posterior, run through the model itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float64

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.experiments.calibration.evidence import Evidence, PerObservationAndDraw
from sim.experiments.calibration.posterior_density import PosteriorDensity, Samples
from sim.experiments.hindcast.discrepancy import Discrepancy
from sim.experiments.hindcast.observed import from_scale

PerObservationAndWorld = Float64[np.ndarray, "observations worlds"]
"""One number per observation and world of the first wave."""

PerObservationAndLevel = Float64[np.ndarray, "observations levels"]
"""Some quantiles of each observation."""

_LEVELS = {"low": 0.05, "q25": 0.25, "mid": 0.5, "q75": 0.75, "high": 0.95}


@dataclass(frozen=True, eq=False)
class PosteriorCheck:
    """Prior and posterior predictions of the observations, on their scales.

    Attributes:
        prior: modelled in worlds whose assumptions come from their ranges.
        modelled: in worlds of posterior samples.
        emulated: the emulator's values of the same worlds.
        predicted: the modelled values with a discrepancy and an error of observing.
    """

    prior: PerObservationAndWorld
    modelled: PerObservationAndDraw
    emulated: PerObservationAndDraw
    predicted: PerObservationAndDraw

    @classmethod
    def of(
        cls,
        posterior: PosteriorDensity,
        samples: Samples,
        *,
        modelled: PerObservationAndDraw,
        prior: PerObservationAndWorld,
        seed: int,
    ) -> PosteriorCheck:
        """Return the check of posterior samples.

        Args:
            posterior: the density that they come from.
            samples: scores of everything fitted, a world in each row.
            modelled: in those worlds, on the scales of families.
            prior: the same in worlds from the ranges.
            seed: of discrepancies and errors.
        """
        score_table, _, _ = posterior.split(samples)
        noise = _noise(posterior, samples, seed)
        return cls(prior, modelled, posterior.emulator(score_table), modelled + noise)


def _noise(
    posterior: PosteriorDensity, samples: Samples, seed: int
) -> PerObservationAndDraw:
    """Return a discrepancy and an error for each observation and sample."""
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


def check_by_observation(
    check: PosteriorCheck, posterior: PosteriorDensity
) -> pd.DataFrame:
    """Return a row for each observation: its predictions, and the emulator's error.

    Amounts are in the measure's unit. `r_squared` is the emulator's, cross-validated;
    `emulator_bias` the mean by which it misses the model in posterior worlds, in
    standard deviations of the predicted values around the emulator's.
    """
    evidence = posterior.evidence
    quantiles = {
        name: _quantiles(evidence, table)
        for name, table in (("prior", check.prior), ("posterior", check.predicted))
    }
    spread = np.sqrt((check.predicted - check.emulated).var(axis=1))
    below = (check.predicted < evidence.values[:, None]).mean(axis=1)
    pairs = [(series, row) for series in evidence.series for row in series.rows]
    return pd.DataFrame(
        {
            "measure": [row.measure for _, row in pairs],
            "actor": [row.actor for _, row in pairs],
            "family": [series.family.family for series, _ in pairs],
            "start": [row.start.isoformat() for _, row in pairs],
            "end": [row.end.isoformat() for _, row in pairs],
            "observed": [row.mid for _, row in pairs],
            **{
                f"{name}_{level}": values[:, index]
                for name, values in quantiles.items()
                for index, level in enumerate(_LEVELS)
            },
            "unit": [row.unit for _, row in pairs],
            "below": below,
            "covered_50": (below > 0.25) & (below < 0.75),
            "covered_90": (below > 0.05) & (below < 0.95),
            "r_squared": posterior.emulator.r_squared,
            "emulator_bias": (check.modelled - check.emulated).mean(axis=1) / spread,
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


def _quantiles(evidence: Evidence, table: np.ndarray) -> PerObservationAndLevel:
    """Return quantiles of each observation's row, in the measure's unit."""
    scaled = np.quantile(table, list(_LEVELS.values()), axis=1).T
    by_series = zip(evidence.series, evidence.by_series(scaled), strict=True)
    return np.concatenate([from_scale(each.family, rows) for each, rows in by_series])
