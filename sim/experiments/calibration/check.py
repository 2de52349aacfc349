"""The check: draws of the posterior, put to the real model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float64

from sim.domain.chance import Chance
from sim.domain.ensemble import Draws
from sim.experiments.calibration.evidence import Answers, Evidence
from sim.experiments.calibration.posterior import Guesses, Posterior
from sim.experiments.hindcast.discrepancy import Discrepancy
from sim.experiments.hindcast.scale import off_scale

OfRanges = Float64[np.ndarray, "observations worlds"]
"""One number per observation and world of the first wave."""

Levels = Float64[np.ndarray, "observations levels"]
"""Some quantiles of each observation."""

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Check:
    """What the model says of the observations, prior and posterior; on their scales.

    Attributes:
        prior: of worlds whose assumptions come from their ranges.
        real: of worlds from the posterior, lived through.
        emulated: of the same worlds, by the emulator.
        noisy: the real ones with a remainder and an error of observing.
    """

    prior: OfRanges
    real: Answers
    emulated: Answers
    noisy: Answers

    @classmethod
    def of(
        cls,
        posterior: Posterior,
        guesses: Guesses,
        *,
        real: Answers,
        prior: OfRanges,
        seed: int,
    ) -> Check:
        """Return the check of worlds from the posterior.

        Args:
            posterior: what they are from.
            guesses: scores of everything fitted, a world in each row.
            real: what those worlds say, on the scales of families.
            prior: what worlds from the ranges say.
            seed: of remainders and errors.
        """
        places, _, _ = posterior.parts(guesses)
        noise = _noise(posterior, guesses, seed)
        return cls(prior, real, posterior.emulator(places), real + noise)


def _noise(posterior: Posterior, guesses: Guesses, seed: int) -> Answers:
    """Return a remainder and an error for each observation and guess."""
    evidence = posterior.evidence
    spreads, memories = posterior.remainders(guesses)
    chance = Chance(seed, Draws(len(guesses)))
    parts = []
    for which, series in enumerate(evidence.series):
        family = evidence.families.index(series.family.family)
        errors = evidence.errors[evidence.series_of == which]
        remainder = Discrepancy(spreads[family], memories[family])
        covariance = remainder.covariances(series.times, series.times)
        root = np.linalg.cholesky(covariance + np.diag(errors**2))
        names = [f"check of {series.name} {row.start} {row.end}" for row in series.rows]
        luck = np.stack([chance.normal(name) for name in names])
        parts.append(np.einsum("dij,jd->id", root, luck))
    return np.concatenate(parts)


def by_observation(check: Check, posterior: Posterior) -> pd.DataFrame:
    """Return a row for each observation: seen, foretold, and how the emulator did.

    Amounts are in the measure's unit. `explained` is the emulator's cross-validated
    R^2; `emulator_off` the mean by which it misses the real model in posterior worlds,
    in standard deviations of all that parts observation and emulator there.
    """
    evidence = posterior.evidence
    quantiles = {
        name: _in_unit(evidence, np.quantile(table, _LEVELS, axis=1).T)
        for name, table in (("prior", check.prior), ("posterior", check.noisy))
    }
    total = np.sqrt((check.noisy - check.emulated).var(axis=1))
    off = (check.real - check.emulated).mean(axis=1) / total
    below = (check.noisy < evidence.values[:, None]).mean(axis=1)
    rows = [row for one in evidence.series for row in one.rows]
    series = [one for one in evidence.series for _ in one.rows]
    frame = pd.DataFrame(
        {
            "measure": [row.measure for row in rows],
            "actor": [row.actor for row in rows],
            "family": [one.family.family for one in series],
            "start": [row.start.isoformat() for row in rows],
            "end": [row.end.isoformat() for row in rows],
            "observed": [row.mid for row in rows],
            **{
                f"{name}_{level}": values[:, place]
                for name, values in quantiles.items()
                for place, level in enumerate(("low", "q25", "mid", "q75", "high"))
            },
            "unit": [row.unit for row in rows],
            "below": below,
            "inside_50": (below > 0.25) & (below < 0.75),
            "inside_90": (below > 0.05) & (below < 0.95),
            "explained": posterior.emulator.explained,
            "emulator_off": off,
        }
    )
    return frame


def by_series(observations: pd.DataFrame) -> pd.DataFrame:
    """Return the same by series: how many, how many inside, how the emulator did."""
    grouped = observations.groupby(["family", "measure", "actor"], sort=False)
    return grouped.agg(
        observations=("observed", "size"),
        inside_50=("inside_50", "sum"),
        inside_90=("inside_90", "sum"),
        explained=("explained", "median"),
        emulator_off=("emulator_off", lambda off: off.iloc[off.abs().argmax()]),
    ).reset_index()


def _in_unit(evidence: Evidence, table: Levels) -> Levels:
    """Return numbers, a row for each observation, off the scale of its family."""
    parts = np.split(table, np.flatnonzero(np.diff(evidence.series_of)) + 1)
    pairs = zip(evidence.series, parts, strict=True)
    return np.concatenate([off_scale(one.family, part) for one, part in pairs])
