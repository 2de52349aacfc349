"""Convergence: whether the walkers have explored the posterior, or need more steps.

Every walker counts as a chain of its own. Walkers of an ensemble learn from one
another, so their pooled samples look converged while each has hardly moved; the ratio
between chains that hardly move and their spread does not.

Source:
    Vehtari, Gelman, Simpson, Carpenter and Bürkner, 'Rank-normalization, folding, and
    localization: an improved R-hat', Bayesian Analysis 16 (2021), as arviz has it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import pandas as pd

from sim.experiments.calibration.sampler import Chains

with warnings.catch_warnings():
    # arviz warns at import of its own future; no other warning is held back.
    warnings.filterwarnings("ignore", category=FutureWarning, module="arviz")
    import arviz

# arviz has no types.
_RHAT: Callable[..., float] = arviz.rhat
_ESS: Callable[..., float] = arviz.ess

LARGEST_R_HAT = 1.05
"""What R-hat of all that is fitted must stay below."""


def convergence(chains: Chains, names: Sequence[str]) -> pd.DataFrame:
    """Return R-hat and effective sample sizes, a row for everything that is fitted.

    Columns: name, r_hat (rank-normalised, split), ess_bulk, ess_tail.
    """
    _, steps, _, dimensions = chains.shape
    by_walker = chains.transpose(0, 2, 1, 3).reshape(-1, steps, dimensions)
    rows = [
        {
            "name": name,
            "r_hat": float(_RHAT(by_walker[:, :, index])),
            "ess_bulk": float(_ESS(by_walker[:, :, index], method="bulk")),
            "ess_tail": float(_ESS(by_walker[:, :, index], method="tail")),
        }
        for index, name in enumerate(names)
    ]
    return pd.DataFrame(rows)


def not_converged(table: pd.DataFrame) -> list[str]:
    """Return the names of what has not converged, the worst first."""
    # R-hat of a chain that never moves is not a number.
    worst = table.sort_values("r_hat", ascending=False, na_position="first")
    return list(worst.name[~(worst.r_hat < LARGEST_R_HAT)])
