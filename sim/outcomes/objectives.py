"""Objectives: named aggregates of measures, computed in every month and draw.

Flows count with the twelve months to each month, as in the headline; stocks and levels
as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.domain.ensemble import PerDraw
from sim.domain.errors import SettingsError
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.formula import Covered, Formula
from sim.outcomes.paired_difference import paired_difference
from sim.outcomes.results import Results, Series, sums_over_year

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Objective:
    """A quantity by which laws are compared.

    Attributes:
        name: stable name, such as ``china_compute``.
        title: what a reader calls it.
        formula: how it follows from measures.
        unit: its unit.
        better: which values whoever compares would rather have; None if neither.
    """

    name: str
    title: str
    formula: Formula
    unit: str
    better: Better | None = None


@dataclass(frozen=True, eq=False, repr=False)
class ObjectiveValues(ShortRepr):
    """An objective under several laws, in the same draws.

    Attributes:
        months: the months of each series.
        series: by law, the baseline first: an array of months by draws, missing where
            a formula divides by zero; at the horizon it never is.
    """

    objective: Objective
    months: tuple[Month, ...]
    series: Mapping[str, Series]

    @property
    def baseline(self) -> str:
        """The law compared with."""
        return next(iter(self.series))

    @property
    def scenarios(self) -> list[str]:
        """The laws that are compared with it."""
        return list(self.series)[1:]

    def at_horizon(self, name: str) -> PerDraw:
        """Return the values under a law in the last month."""
        return self.series[name][-1]

    def change(self, name: str) -> PerDraw:
        """Return the difference from the baseline in the last month, by draw."""
        return paired_difference(self.at_horizon(name), self.at_horizon(self.baseline))

    def changes(self, name: str) -> Series:
        """Return the same in every month."""
        return paired_difference(self.series[name], self.series[self.baseline])

    @property
    def differs(self) -> bool:
        """Whether any scenario changes it in any draw at the horizon."""
        return any(bool(np.any(self.change(name))) for name in self.scenarios)


def objective_values(
    objectives: Iterable[Objective],
    results: Sequence[Results],
    countries: Mapping[str, str],
) -> list[ObjectiveValues]:
    """Return objectives under several laws.

    Args:
        objectives: what is computed.
        results: of the baseline first, all of the same draws and months.
        countries: the alpha-3 code of the country of each actor, by id.

    Raises:
        SettingsError: an objective is not a finite number in every draw at the horizon.
    """
    covered = covered_by(results, countries)
    return [_values(objective, results, covered) for objective in objectives]


def covered_by(results: Sequence[Results], countries: Mapping[str, str]) -> Covered:
    """Return whom the measures cover that any of several results recorded."""
    actors: dict[str, list[str]] = {name: [] for name in results[0].quantities}
    for measure, actor in dict.fromkeys(key for one in results for key in one.series):
        actors[measure].append(actor)
    return Covered(results[0].quantities, actors, countries)


def _values(
    objective: Objective, results: Sequence[Results], covered: Covered
) -> ObjectiveValues:
    keys = objective.formula.keys(covered)
    series = {}
    for one in results:
        by_key = {
            key: sums_over_year(one.get(key), np.arange(len(one.months)))
            if one.quantities[key[0]].kind == "flow"
            else one.get(key)
            for key in keys
        }
        values = objective.formula.values(by_key, covered)
        if not np.isfinite(values[-1]).all():
            raise SettingsError(
                f"objectives.{objective.name}: {objective.formula.text} is not a "
                f"number in every draw under {one.scenario}; it divides by zero, or is "
                "too large"
            )
        series[one.scenario] = np.where(np.isfinite(values), values, np.nan)
    return ObjectiveValues(objective, results[0].months, series)
