"""Scales: on which what the model leaves over of a family is about normal."""

import numpy as np
from scipy.special import expit, logit

from sim.domain.ensemble import PerDraw, Table
from sim.records.history_rows import Family


def on_scale(family: Family, values: PerDraw | Table) -> Table:
    """Return amounts on a family's scale.

    Amounts below the family's floor count as the floor: of a series that is seen at
    hundreds of millions, nothing and a little are equally far off.
    """
    if family.scale == "linear":
        return values
    least = np.maximum(values, family.floor)
    if family.scale == "log":
        return np.log(least)
    return logit(np.minimum(least, 1.0 - family.floor))


def off_scale(family: Family, values: Table) -> Table:
    """Return amounts in their own unit."""
    backs = {"linear": np.asarray, "log": np.exp, "logit": expit}
    return backs[family.scale](values)
