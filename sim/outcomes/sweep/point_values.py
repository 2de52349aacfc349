"""Values: the numbers of one point of a sweep, draw by draw, for the headline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64

from sim.domain.ensemble import Draws, PerDraw
from sim.domain.errors import InvariantError, SettingsError
from sim.domain.months import MONTHS_A_YEAR
from sim.outcomes.headline import HORIZON, dates
from sim.outcomes.results import Key, Results, with_same_series

Cube = Float64[np.ndarray, "times series draws"]
"""For each time, a row per series and a number per draw in each."""


class SeriesLabel(NamedTuple):
    """What a series speaks of.

    Attributes:
        measure: its name.
        actor: whom it is about.
        unit: the unit of a year's value.
    """

    measure: str
    actor: str
    unit: str


@dataclass(frozen=True, eq=False)
class PointValues:
    """What came of one point in some draws: each series at each time.

    A flow is summed over the twelve months to the time, a stock or a level is read in
    the last of them, as in the headline table.

    Attributes:
        labels: the series, in the order of the headline table.
        times: years (``2027``) and ``horizon``, in order.
        draws: the possible worlds.
        scenario: under the scenario.
        baseline: under the law compared with; None if that was run alone.
    """

    labels: tuple[SeriesLabel, ...]
    times: tuple[str, ...]
    draws: Draws
    scenario: Cube
    baseline: Cube | None

    def series(
        self, measure: str, actor: str, when: str
    ) -> tuple[PerDraw, PerDraw | None]:
        """Return one series at one time: under the scenario, and under the baseline.

        Raises:
            SettingsError: it was not recorded.
        """
        keys = [(label.measure, label.actor) for label in self.labels]
        if (measure, actor) not in keys or when not in self.times:
            raise SettingsError(f"{measure} of {actor} was not recorded at {when}")
        time, place = self.times.index(when), keys.index((measure, actor))
        theirs = None if self.baseline is None else self.baseline[time, place]
        return self.scenario[time, place], theirs

    def in_draws(self, draws: Draws) -> PointValues:
        """Return the same for some of the draws, which it must hold."""
        first = draws.first - self.draws.first
        kept = slice(first, first + draws.count)
        theirs = None if self.baseline is None else self.baseline[..., kept]
        return replace(
            self, draws=draws, scenario=self.scenario[..., kept], baseline=theirs
        )


def point_values(scenario: Results, baseline: Results | None) -> PointValues:
    """Return what the headline table is made of, for every series recorded.

    Args:
        scenario: what came of the scenario.
        baseline: what came of the law compared with; None, or the same object, if that
            was run alone.

    Raises:
        InvariantError: a value is not finite, or the two do not pair; says in one line
            where, for the first draw that is wrong.
    """
    alone = baseline is None or baseline is scenario
    if baseline is not None and not alone:
        scenario, baseline = with_same_series(scenario, baseline)
    times = tuple(when for when, _ in dates(scenario))
    ours = _over_years(scenario)
    theirs = None if alone or baseline is None else _over_years(baseline)
    values = PointValues(
        labels=tuple(
            SeriesLabel(*key, scenario.quantities[key[0]].unit_by_year)
            for key in scenario.series
        ),
        times=times,
        draws=scenario.draws,
        scenario=ours,
        baseline=theirs,
    )
    law = None if baseline is None else baseline.scenario
    complaint = _complaint(values, scenario.scenario, law)
    if complaint is not None:
        raise InvariantError(complaint)
    return values


def _over_years(results: Results) -> Cube:
    """Return each series over the year to each time, as `Results.over_year` has it."""
    ends = np.array([results.month_index(month) for _, month in dates(results)])
    keys = list(results.series)
    flows = np.array([results.quantities[key[0]].kind == "flow" for key in keys])
    cube = np.empty((len(ends), len(keys), results.draws.count))
    cube[:, ~flows] = _read(results, _those(keys, ~flows))[ends]
    cube[:, flows] = _summed(_read(results, _those(keys, flows)), ends)
    return cube


def _those(keys: Sequence[Key], wanted: np.ndarray) -> list[Key]:
    return [key for key, one in zip(keys, wanted, strict=True) if one]


def _read(
    results: Results, keys: Sequence[Key]
) -> Float64[np.ndarray, "months series draws"]:
    shape = (len(results.months), len(keys), results.draws.count)
    if not keys:
        return np.empty(shape)
    return np.stack([results.series[key] for key in keys], axis=1)


def _summed(
    months: Float64[np.ndarray, "months series draws"], ends: np.ndarray
) -> Cube:
    """Return sums over the twelve months to each end, one month after another.

    Before the record began there is nothing, which adds nothing to the last bit.
    """
    amount = np.zeros((len(ends), *months.shape[1:]))
    for back in reversed(range(MONTHS_A_YEAR)):
        inside = ends >= back
        amount[inside] = amount[inside] + months[ends[inside] - back]
    return amount


def _complaint(values: PointValues, ours: str, theirs: str | None) -> str | None:
    """Return what is wrong in the first draw with a value that is not finite."""
    found = [
        (*where, name)
        for cube, name in ((values.scenario, ours), (values.baseline, theirs))
        if cube is not None and (where := _first_bad(cube)) is not None
    ]
    if not found:
        return None
    draw, place, time, bad, name = min(found, key=lambda each: each[0])
    label, when = values.labels[place], values.times[time]
    what = "is not a number" if np.isnan(bad) else "is not finite"
    day = "at the horizon" if when == HORIZON else f"in {when}"
    return (
        f"{label.measure} of {label.actor} {what} {day}, "
        f"draw {values.draws.first + draw}, under {name}"
    )


def _first_bad(cube: Cube) -> tuple[int, int, int, float] | None:
    """Return the draw, series, time and value of the first one that is not finite."""
    if np.isfinite(cube).all():
        return None
    # First by draw, so that cutting the draws otherwise finds the same one.
    turned = cube.transpose(2, 1, 0)
    draw, place, time = np.argwhere(~np.isfinite(turned))[0].tolist()
    return draw, place, time, float(turned[draw, place, time])
