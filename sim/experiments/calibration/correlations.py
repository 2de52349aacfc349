"""Correlations: which assumptions the observations tie to one another."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.domain.ensemble import PerDraw

_LEAST = 0.1
"""A correlation below this is not listed."""


def correlations(scores: Mapping[str, PerDraw]) -> pd.DataFrame:
    """Return pairs of assumptions by their correlation, the strongest first.

    Prior to any fit assumptions are independent. Columns: one, other, correlation.

    Args:
        scores: joint draws of the scores of the assumptions, by name.
    """
    names = list(scores)
    matrix = np.corrcoef(np.stack([scores[name] for name in names]))
    rows, columns = np.triu_indices(len(names), k=1)
    frame = pd.DataFrame(
        {
            "one": [names[row] for row in rows],
            "other": [names[column] for column in columns],
            "correlation": matrix[rows, columns],
        }
    )
    strong = frame[frame.correlation.abs() >= _LEAST]
    order = strong.correlation.abs().sort_values(ascending=False, kind="stable").index
    return strong.loc[order].reset_index(drop=True)
