"""The values of one point of a sweep, draw by draw, that the headline is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import NamedTuple

import numpy as np

from sim.domain.array_types import Float64
from sim.domain.ensemble import Draws
from sim.domain.errors import InvariantError
from sim.outcomes.headline import HORIZON, dates
from sim.outcomes.results import Key, Results, sums_over_year, with_same_series

Cube = Float64[np.ndarray, "times series draws"]
"""For each time, a row per series and a number per draw in each."""

Monthly = Float64[np.ndarray, "months series draws"]


class SeriesLabel(NamedTuple):
    """What a series is: its measure and actor, and the unit of a year's value."""

    measure: str
    actor: str
    unit: str


@dataclass(frozen=True, eq=False)
class PointValues:
    """The results of one point in some draws: each series at each time.

    A flow is summed over the twelve months to the time, a stock or a level is read in
    the last of them, as in the headline table.

    Attributes:
        labels: the series, in the order of the headline table.
        times: years (``2027``) and ``horizon``, in order.
        baseline: under the law compared with; None if that was run alone.
    """

    labels: tuple[SeriesLabel, ...]
    times: tuple[str, ...]
    draws: Draws
    scenario: Cube
    baseline: Cube | None

    def in_draws(self, draws: Draws) -> PointValues:
        """Return the same for some of the draws, which it must hold."""
        first = draws.first - self.draws.first
        kept = slice(first, first + draws.count)
        return replace(self.changed(lambda cube: cube[..., kept]), draws=draws)

    def changed(self, change: Callable[[Cube], Cube]) -> PointValues:
        """Return the same with the values of both sides changed."""
        baseline = None if self.baseline is None else change(self.baseline)
        return replace(self, scenario=change(self.scenario), baseline=baseline)


def point_values(scenario: Results, baseline: Results | None) -> PointValues:
    """Return what the headline table is made of, for every series recorded.

    Args:
        scenario: results under the scenario.
        baseline: results under the law compared with; None, or the same object, if that
            was run alone.

    Raises:
        InvariantError: a value is not finite, or the two do not pair; says in one line
            where, for the first draw that is wrong.
    """
    if baseline is scenario:
        baseline = None
    if baseline is not None:
        scenario, baseline = with_same_series(scenario, baseline)
    values = PointValues(
        labels=tuple(
            SeriesLabel(*key, scenario.quantities[key[0]].unit_by_year)
            for key in scenario.series
        ),
        times=tuple(when for when, _ in dates(scenario)),
        draws=scenario.draws,
        scenario=_over_years(scenario),
        baseline=None if baseline is None else _over_years(baseline),
    )
    _check_finite(
        values, scenario.scenario, None if baseline is None else baseline.scenario
    )
    return values


def _over_years(results: Results) -> Cube:
    """Return each series over the year to each time, as `Results.over_year` has it."""
    ends = np.array([results.month_index(month) for _, month in dates(results)])
    keys = list(results.series)
    flows = np.array([results.quantities[key[0]].kind == "flow" for key in keys])
    cube = np.empty((len(ends), len(keys), results.draws.count))
    cube[:, ~flows] = _monthly(results, keys, ~flows)[ends]
    cube[:, flows] = sums_over_year(_monthly(results, keys, flows), ends)
    return cube


def _monthly(results: Results, keys: Sequence[Key], chosen: np.ndarray) -> Monthly:
    """Return the series of chosen keys, month by month."""
    series = [results.series[key] for key in compress(keys, chosen)]
    if not series:
        return np.empty((len(results.months), 0, results.draws.count))
    return np.stack(series, axis=1)


def _check_finite(values: PointValues, scenario: str, baseline: str | None) -> None:
    """Refuse a value that is not finite, and name the first draw that has one.

    Raises:
        InvariantError: says in one line where.
    """
    bad = [
        (*where, case)
        for cube, case in ((values.scenario, scenario), (values.baseline, baseline))
        if cube is not None and (where := _first_bad(cube)) is not None
    ]
    if not bad:
        return
    draw, series, time, value, case = min(bad, key=lambda problem: problem[0])
    label, when = values.labels[series], values.times[time]
    fault = "is not a number" if np.isnan(value) else "is not finite"
    day = "at the horizon" if when == HORIZON else f"in {when}"
    raise InvariantError(
        f"{label.measure} of {label.actor} {fault} {day}, "
        f"draw {values.draws.first + draw}, under {case}"
    )


def _first_bad(cube: Cube) -> tuple[int, int, int, float] | None:
    """Return the draw, series, time and value of the first one that is not finite."""
    if np.isfinite(cube).all():
        return None
    # First by draw: however draws are divided into blocks, the same one is found.
    by_draw = cube.transpose(2, 1, 0)
    draw, series, time = np.argwhere(~np.isfinite(by_draw))[0].tolist()
    return draw, series, time, float(by_draw[draw, series, time])
