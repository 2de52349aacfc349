"""Smoothing of importance weights, whose largest few would else decide everything."""

from __future__ import annotations

import warnings

import numpy as np

from sim.domain.ensemble import PerDraw

with warnings.catch_warnings():
    # arviz tells at import of its own future; no other warning is held back.
    warnings.filterwarnings("ignore", category=FutureWarning, module="arviz")
    import arviz

LARGEST_SHAPE = 0.7
"""Pareto k from which on smoothed weights are not to be trusted."""


def smoothed(log_weights: PerDraw) -> tuple[PerDraw, float]:
    """Return log weights with their tail smoothed, and the shape of it (Pareto k).

    Source:
        Vehtari, Simpson, Gelman, Yao and Gabry, 'Pareto smoothed importance sampling',
        JMLR 25 (2024), as arviz has it.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of is the shape, returned
        logs, shape = arviz.psislw(log_weights)  # type: ignore[no-untyped-call]
    return np.asarray(logs, dtype=float), float(shape)
