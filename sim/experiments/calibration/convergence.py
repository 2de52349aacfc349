"""Convergence: whether the walkers have seen the posterior, or must walk on.

Every walker counts as a chain of its own. Walkers of an ensemble learn from one
another, so their pooled places look settled while each has hardly moved; the ratio
between chains that hardly move and their spread does not.

Source:
    Vehtari, Gelman, Simpson, Carpenter and Bürkner, 'Rank-normalization, folding, and
    localization: an improved R-hat', Bayesian Analysis 16 (2021), as arviz has it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from sim.experiments.calibration.sampler import Chains

with warnings.catch_warnings():
    # arviz tells at import of its own future; no other warning is held back.
    warnings.filterwarnings("ignore", category=FutureWarning, module="arviz")
    import arviz

# arviz says nothing of its types.
_RHAT: Callable[..., float] = arviz.rhat
_ESS: Callable[..., float] = arviz.ess

R_HAT_AT_MOST = 1.05
"""What R-hat of all that is fitted must stay below."""


def convergence(chains: Chains, names: Sequence[str]) -> pd.DataFrame:
    """Return R-hat and effective sample sizes, a row for everything that is fitted.

    Columns: name, r_hat (rank-normalised, split), ess_bulk, ess_tail.
    """
    _, steps, _, dimensions = chains.shape
    by_walker = chains.transpose(0, 2, 1, 3).reshape(-1, steps, dimensions)
    rows = []
    for which, name in enumerate(names):
        own = by_walker[:, :, which]
        rows.append(
            {
                "name": name,
                "r_hat": float(_RHAT(own)),
                "ess_bulk": float(_ESS(own, method="bulk")),
                "ess_tail": float(_ESS(own, method="tail")),
            }
        )
    return pd.DataFrame(rows)


def not_settled(table: pd.DataFrame) -> list[str]:
    """Return the names of what has not converged, the worst first."""
    # R-hat of a chain that never moves is no number.
    worst = table.sort_values("r_hat", ascending=False, na_position="first")
    return list(worst.name[~(worst.r_hat < R_HAT_AT_MOST)])


def thinned(chains: Chains, count: int) -> np.ndarray:
    """Return so many places from all walkers, as far apart in time as can be.

    Args:
        chains: where walkers stood.
        count: how many places are wanted.
    """
    in_time = chains.transpose(1, 0, 2, 3).reshape(-1, chains.shape[-1])
    chosen = np.linspace(0, len(in_time) - 1, count).round().astype(int)
    return in_time[chosen]
