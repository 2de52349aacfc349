"""Scales: on which what the model leaves over of a family is about normal."""

import numpy as np
from jaxtyping import Float64
from scipy.special import expit, logit

from sim.records.history_rows import Family

Amounts = Float64[np.ndarray, "*shape"]
"""Numbers, in whatever order."""

_NEXT_TO_NOTHING = 1e-9


def on_scale(family: Family, values: Amounts) -> Amounts:
    """Return amounts on a family's scale; nothing at all counts as next to nothing."""
    if family.scale == "linear":
        return values
    least = np.maximum(values, _NEXT_TO_NOTHING)
    if family.scale == "log":
        return np.log(least)
    return logit(np.minimum(least, 1.0 - _NEXT_TO_NOTHING))


def off_scale(family: Family, values: Amounts) -> Amounts:
    """Return amounts in their own unit."""
    backs = {"linear": np.asarray, "log": np.exp, "logit": expit}
    return backs[family.scale](values)
