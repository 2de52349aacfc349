"""Sensitivity: which assumptions the effects of a law depend on, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from sim.domain.ensemble import PerDraw, Table
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Key, Results, sorted_keys, with_same_series

FALSE_ALARM = 0.01
"""Probability that an effect is said to depend on an assumption without doing so."""

FEWEST_DRAWS = 100
"""Draws below which rank correlations mean next to nothing."""

_OFTEN_ENOUGH = 0.05
"""Share of draws that a law must move a quantity in, for its effect to be looked at."""

_NEGLIGIBLE, _ALL_BUT_FEW = 1e-4, 0.95
"""Share of a quantity that its change must reach in more than a few draws."""

_LOW, _HIGH = 1 / 3, 2 / 3


@dataclass(frozen=True)
class Driver:
    """An assumption that an effect depends on.

    Attributes:
        effect: median of the change that the scenario makes at the horizon (of a
            baseline run alone: of the quantity itself).
        correlation: rank correlation of effect and assumption over the draws, -1 to 1.
        share: its square, the share of the effect's spread, in ranks, that goes with
            the assumption.
        low: median effect in the third of the draws in which it is lowest.
        high: the same where it is highest.
    """

    measure: str
    actor: str
    unit: str
    effect: float
    assumption: str
    correlation: float
    share: float
    low: float
    high: float

    @property
    def key(self) -> Key:
        """Measure and actor of the effect."""
        return (self.measure, self.actor)

    @property
    def changes_sign(self) -> bool:
        """Whether the effect has another sign at one end than at the other."""
        return self.low * self.high < 0.0


@dataclass(frozen=True, eq=False)
class Effect:
    """What a scenario changes of a quantity, draw by draw."""

    key: Key
    unit: str
    change: PerDraw


def drivers_of(effects: list[Effect], assumed: Mapping[str, PerDraw]) -> list[Driver]:
    """Return what each effect depends on, the heaviest first, effect by effect.

    A rank correlation counts if luck alone would bring one as large among all the
    assumptions with probability `FALSE_ALARM` at most. Assumptions, given by name with
    their values in the same draws, are left out if they are the same in every draw.
    """
    free = {name: values for name, values in assumed.items() if np.ptp(values) > 0.0}
    if not free or not effects:
        return []
    names, ranks = list(free), _unit_ranks(np.stack(list(free.values())))
    least = _least_correlation(*ranks.shape)
    drivers = []
    for effect in effects:
        products = ranks @ _unit_ranks(effect.change[None, :])[0]
        correlations = np.clip(products, -1.0, 1.0)
        for index in np.argsort(-np.abs(correlations), kind="stable"):
            if abs(correlations[index]) < least:
                break
            values = free[names[index]]
            drivers.append(_driver(effect, names[index], values, correlations[index]))
    return drivers


def effects_at_horizon(scenario: Results, baseline: Results) -> list[Effect]:
    """Return what a scenario changes of every headline quantity at the horizon.

    Flows are those of the last twelve months. Quantities that it moves in hardly any
    draw, or by next to nothing, are left out. Of a baseline run alone, the quantities
    themselves are returned.
    """
    return list(_effects(*with_same_series(scenario, baseline)))


def _effects(scenario: Results, baseline: Results) -> Iterator[Effect]:
    last = scenario.months[-1]
    for key in sorted_keys(scenario.series, scenario.quantities):
        quantity = scenario.quantities[key[0]]
        new, old = scenario.over_year(key, last), baseline.over_year(key, last)
        change = new if scenario is baseline else paired_difference(new, old)
        if quantity.headline and _is_moved(change, old):
            yield Effect(key, quantity.unit_by_year, change)


def _is_moved(change: PerDraw, former: PerDraw) -> bool:
    """Return whether a quantity is moved in some draws, and not negligibly."""
    far = np.quantile(np.abs(change), _ALL_BUT_FEW)
    often = np.mean(change != 0.0) >= _OFTEN_ENOUGH
    return bool(often and far > _NEGLIGIBLE * np.median(np.abs(former)))


def _least_correlation(assumptions: int, draws: int) -> float:
    """Return the rank correlation from which on one counts."""
    tail = FALSE_ALARM / (2 * assumptions)
    return -float(ndtri(tail)) / float(np.sqrt(draws - 1))


def _unit_ranks(values: Table) -> Table:
    """Return ranks over the draws, less their mean and of length one (or nothing)."""
    # scipy.stats ranks too, but takes longer to import than a short run may.
    ranks = pd.DataFrame(values.T).rank().to_numpy().T
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 0.0)


def _driver(effect: Effect, name: str, values: PerDraw, correlation: float) -> Driver:
    first, last = np.quantile(values, [_LOW, _HIGH])
    if first == last:  # What most draws have in common is at neither end.
        first, last = values.min(), values.max()
    return Driver(
        measure=effect.key[0],
        actor=effect.key[1],
        unit=effect.unit,
        effect=float(np.median(effect.change)),
        assumption=name,
        correlation=float(correlation),
        share=float(correlation**2),
        low=float(np.median(effect.change[values <= first])),
        high=float(np.median(effect.change[values >= last])),
    )
