"""Scales: on which what the model leaves over of a family is about normal."""

import numpy as np
from jaxtyping import Float64
from scipy.special import expit, logit

from sim.records.history_rows import Family

Amounts = Float64[np.ndarray, "*any"]
"""Numbers in whatever shape; what comes back has the same."""

TINY = 1e-9
"""What counts as the least amount if nothing else is said."""


def on_scale(family: Family, values: Amounts, floor: float = TINY) -> Amounts:
    """Return amounts on a family's scale.

    Args:
        family: the family.
        values: amounts, in the measure's unit.
        floor: amounts below count as this much (shares that leave less than this, as
            one minus it): of a series that is seen at hundreds of millions, nothing and
            a little are equally far off. A linear scale has none.
    """
    if family.scale == "linear":
        return values
    least = np.maximum(values, floor)
    if family.scale == "log":
        return np.log(least)
    return logit(np.minimum(least, 1.0 - floor))


def off_scale(family: Family, values: Amounts) -> Amounts:
    """Return amounts in their own unit."""
    backs = {"linear": np.asarray, "log": np.exp, "logit": expit}
    return backs[family.scale](values)
