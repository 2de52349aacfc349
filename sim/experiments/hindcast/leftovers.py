"""Leftovers: how large what the model leaves over is, calibrated or guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import RecordsError
from sim.experiments.hindcast.observed import Observed
from sim.experiments.hindcast.remainder import AtTimes, Remainder, Times

SPREAD, MEMORY = "spread", "memory"
"""What stands before a family's name in the columns of a calibration."""

Remainders = Mapping[str, Remainder]
"""By family, how its remainder behaves."""

_GUESSED_MEMORY = 12.0
"""Months; a calibration says more."""

_LEAST = 1e-3


def calibrated(columns: Mapping[str, PerDraw], families: Sequence[str]) -> Remainders:
    """Return the remainders that a calibration found.

    Args:
        columns: spread and memory by family, in each draw.
        families: the families asked for.

    Raises:
        RecordsError: a family is missing.
    """
    return {name: _of_family(columns, name) for name in families}


def _of_family(columns: Mapping[str, PerDraw], name: str) -> Remainder:
    try:
        return Remainder(columns[f"{SPREAD}.{name}"], columns[f"{MEMORY}.{name}"])
    except KeyError as missing:
        raise RecordsError(
            f"posterior/remainder.csv: has no column {missing}; task=calibrate makes "
            "it anew, assumptions=prior does without"
        ) from None


def guessed(
    series: Sequence[Observed],
    answers: Sequence[AtTimes],
    errors: Sequence[Times],
    known: Sequence[int],
    draws: Draws,
) -> Remainders:
    """Return remainders as wide as what the medians left over, by family.

    For draws that no calibration has judged: the same spread in every draw, the root
    mean square of what was left over less the errors of observation, and a memory of a
    year.

    Args:
        series: all series.
        answers: what the model says of them.
        errors: standard deviations of their errors.
        known: how many of the periods of each are over.
        draws: the draws.
    """
    found: dict[str, list[Times]] = {}
    for one, said, wrong, count in zip(series, answers, errors, known, strict=True):
        median = np.median(one.scaled(said), axis=1)
        beyond = (one.scaled(one.values) - median) ** 2 - wrong**2
        found.setdefault(one.family.family, []).append(beyond[:count])
    sizes = {name: np.concatenate(parts) for name, parts in found.items()}
    return {name: _alike(variances, draws) for name, variances in sizes.items()}


def _alike(variances: Times, draws: Draws) -> Remainder:
    mean = float(np.mean(variances)) if len(variances) else 0.0
    spread = float(np.sqrt(max(mean, _LEAST**2)))
    return Remainder(
        np.full(draws.count, spread), np.full(draws.count, _GUESSED_MEMORY)
    )
