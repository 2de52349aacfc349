"""When the effect of a scenario starts, and whether it fades, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.domain.array_types import Bool
from sim.domain.months import Month
from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.paired_difference import A_DAY
from sim.outcomes.quantiles import month_quantiles
from sim.outcomes.results import Series

_OF_THE_LARGEST = 0.1
"""Share of the largest difference of a draw from which on the effect is there."""

_OF_THE_BASELINE = 1e-3
"""Share of the baseline's value below which a difference is no effect."""

MonthSpread = tuple[str, str, str]
"""Months at the quantiles of the headline; nothing where no draw has one."""


@dataclass(frozen=True)
class TimingRow:
    """When the effect of a scenario on an objective is there.

    Attributes:
        objective: what is changed.
        scenario: by which law.
        share_of_draws: share of draws in which there is an effect at some time.
        starts: quantiles, over these draws, of its first month.
        peaks: the same of the month in which it is largest.
        faded: share of these draws in which it is gone by the horizon.
        ends: quantiles, over the draws in which it is gone, of its last month.
    """

    objective: str
    scenario: str
    share_of_draws: float
    starts: MonthSpread
    peaks: MonthSpread
    faded: float
    ends: MonthSpread


def timing_row(values: ObjectiveValues, scenario: str) -> TimingRow:
    """Return when the effect of a scenario is there.

    It is there while the difference is a tenth of the largest of its draw or more, and
    a thousandth of the baseline's value at least; of what is in months, a day.
    """
    changes = values.changes(scenario)
    sizes = np.where(np.isfinite(changes), np.abs(changes), 0.0)
    is_there = _is_there(sizes, values)
    affected = is_there.any(axis=0)
    last = len(values.months) - 1
    first_there = np.argmax(is_there, axis=0)
    last_there = last - np.argmax(is_there[::-1], axis=0)
    peak = np.argmax(sizes, axis=0)
    gone = affected & (last_there < last)
    return TimingRow(
        objective=values.objective.name,
        scenario=scenario,
        share_of_draws=float(np.mean(affected)),
        starts=_months(first_there[affected], values.months),
        peaks=_months(peak[affected], values.months),
        faded=float(np.mean(gone[affected])) if affected.any() else 0.0,
        ends=_months(last_there[gone], values.months),
    )


def _is_there(
    sizes: Series, values: ObjectiveValues
) -> Bool[np.ndarray, "months draws"]:
    """Return in which months and draws a difference of some size is an effect."""
    if values.objective.unit == "months":
        least = np.full_like(sizes, A_DAY)
    else:
        before = values.series[values.baseline]
        known = np.where(np.isfinite(before), np.abs(before), 0.0)
        least = _OF_THE_BASELINE * known
    far_enough = sizes >= np.maximum(least, _OF_THE_LARGEST * sizes.max(axis=0))
    return np.asarray(far_enough & (sizes > 0.0))


def _months(places: np.ndarray, months: tuple[Month, ...]) -> MonthSpread:
    """Return the months at the quantiles of their places; nothing if there is none."""
    low, middle, high = (
        "" if month is None else str(month)
        for month in month_quantiles(months[0].index + places)
    )
    return low, middle, high
