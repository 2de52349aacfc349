"""Scenarios side by side in the same worlds: what each does to each objective."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan

import pandas as pd

from sim.domain.ensemble import Draws
from sim.domain.months import Month
from sim.domain.short_repr import ShortRepr
from sim.outcomes.choice_among_laws import PairRow, RankRow, pair_rows, rank_rows
from sim.outcomes.compared_runs import compare_results
from sim.outcomes.effect_timing import TimingRow, timing_row
from sim.outcomes.headline import compared_by_year, dates
from sim.outcomes.interaction import InteractionRow, interaction_rows
from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.quantiles import (
    HEADLINE_LEVELS,
    UNKNOWN,
    Spread,
    headline_quantiles,
)
from sim.outcomes.results import Results

_MEASURE_COLUMNS = [
    *("measure", "actor", "unit", "when", "law"),
    *(
        f"{prefix}{level}"
        for prefix in ("", "difference_", "change_percent_")
        for level in HEADLINE_LEVELS
    ),
    *("probability_of_increase", "probability_of_decrease"),
]


@dataclass(frozen=True)
class EffectRow:
    """An objective under one law at the horizon.

    Attributes:
        objective: its name.
        title: what a reader calls it.
        law: the scenario, or the baseline.
        unit: of the level and the difference.
        level: quantiles of its value.
        difference: quantiles of the difference from the baseline, draw by draw.
        change_percent: the same in per cent of the baseline.
        probability_of_increase: share of draws in which it is above the baseline.
        probability_of_decrease: share in which it is below.
    """

    objective: str
    title: str
    law: str
    unit: str
    level: Spread
    difference: Spread = UNKNOWN
    change_percent: Spread = UNKNOWN
    probability_of_increase: float = nan
    probability_of_decrease: float = nan


@dataclass(frozen=True, eq=False, repr=False)
class LawComparison(ShortRepr):
    """Several laws in the same draws.

    Attributes:
        results: what was recorded under each, the baseline's first.
        values: the objectives by which they are compared.
        parts_of: the scenarios that each combination is made of, by its name.
    """

    results: Sequence[Results]
    values: Sequence[ObjectiveValues]
    parts_of: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def baseline(self) -> str:
        """The law compared with."""
        return self.results[0].scenario

    @property
    def scenarios(self) -> list[str]:
        """The laws that are compared with it."""
        return [one.scenario for one in self.results[1:]]

    @property
    def draws(self) -> Draws:
        """The draws that were run."""
        return self.results[0].draws

    @property
    def seed(self) -> int:
        """The seed that fixes the luck of every draw."""
        return self.results[0].seed

    @property
    def horizon(self) -> Month:
        """The last month."""
        return self.results[0].months[-1]

    @cached_property
    def effects(self) -> list[EffectRow]:
        """Every objective under every law at the horizon."""
        return [row for values in self.values for row in _effects(values)]

    @cached_property
    def pairs(self) -> list[PairRow]:
        """Every two laws, by each objective."""
        return [row for values in self.values for row in pair_rows(values)]

    @cached_property
    def ranks(self) -> list[RankRow]:
        """How each law does among all, by each objective that has a better end."""
        return [row for values in self.values for row in rank_rows(values)]

    @cached_property
    def timing(self) -> list[TimingRow]:
        """When each effect is there."""
        return [
            timing_row(values, scenario)
            for values in self.values
            for scenario in values.scenarios
        ]

    @cached_property
    def interactions(self) -> list[InteractionRow]:
        """Combinations beside their parts, where all were run."""
        return [
            row
            for values in self.values
            for row in interaction_rows(values, self.parts_of)
        ]

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Every headline measure under every law, by year and at the horizon."""
        by_name = {one.scenario: one for one in self.results}
        tables = []
        for when, last in dates(self.results[0]):
            table = compare_results(by_name, last=last).reset_index()
            table.insert(3, "when", when)
            tables.append(table)
        whole = pd.concat(tables, ignore_index=True).rename(columns={"run": "law"})
        return whole[_MEASURE_COLUMNS]


def _effects(values: ObjectiveValues) -> Iterator[EffectRow]:
    objective = values.objective
    for law in values.series:
        level = headline_quantiles(values.at_horizon(law))
        row = EffectRow(
            objective.name, objective.title, law, objective.unit, level=level
        )
        if law == values.baseline:
            yield row
            continue
        both = (values.at_horizon(name)[None] for name in (law, values.baseline))
        columns = compared_by_year(*both)
        yield replace(row, **{name: cells[0] for name, cells in columns.items()})
