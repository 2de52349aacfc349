"""Evaluation: what laws change of objectives, each in the same worlds.

Worlds under the baseline's law are kept in the process that runs them, so that a law is
run from the month in which it first differs. Laws that differ in numbers alone are run
side by side in one world. Neither changes a number.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from sim.domain.months import Month
from sim.experiments.setup import Case, Setup
from sim.experiments.simulation import Simulation
from sim.experiments.workers import (
    Crew,
    FunctionCall,
    OnMonth,
    ignore_month,
    report_month,
)
from sim.outcomes.law_scores import ChangesOfLaw
from sim.outcomes.objectives import Objective, objective_values
from sim.outcomes.results import Results
from sim.records.scenarios import Scenario, load_scenario

WIDTH = 10
"""Laws that are run side by side, at most."""

Content = Mapping[str, Any]
"""What the scenario file of a law says."""

_LAW = "design"


def with_scenario(setup: Setup, scenario: Scenario) -> Setup:
    """Return the experiment of a scenario beside the baseline of a setup."""
    base = setup.baseline
    case = Case(
        name=scenario.name,
        regime=scenario.regime,
        assumptions={**base.assumptions, **scenario.assumptions},
        mechanisms={**base.mechanisms, **scenario.mechanisms},
        named_acts=scenario.named_acts,
    )
    return replace(setup, scenario=case)


@dataclass(eq=False)
class CommonWorlds:
    """The worlds in which laws are run, and what is read of each.

    Attributes:
        token: says which worlds these are; other worlds have another.
        setup: of the baseline alone.
        objectives: what is read.
        kept: worlds under the baseline's law, as they stood in some months, in `WIDTH`
            copies of the draws.
    """

    token: str
    setup: Setup
    objectives: Sequence[Objective]
    kept: dict[Month, Simulation] = field(default_factory=dict)

    def of_law(self, content: Content) -> Setup:
        """Return the experiment of a law beside the baseline."""
        scenario = load_scenario(content, self.setup.records, name=_LAW)
        return with_scenario(self.setup, scenario)

    def changes(self, laws: Sequence[Content]) -> list[ChangesOfLaw]:
        """Return what laws change that differ from one another in numbers alone."""
        setups = [self.of_law(content) for content in laws]
        month = setups[0].fork_month
        if month > self.setup.horizon:
            nothing = np.zeros((len(self.objectives), self.setup.draws.count))
            return [nothing for _ in laws]
        cases = [setup.scenario for setup in setups if setup.scenario is not None]
        cases += cases[-1:] * (WIDTH - len(cases))
        draws = self.setup.draws
        # What is not finite under one law is for its reader to see.
        with np.errstate(all="ignore"):
            if setups[0].shared_until is None:
                world = Simulation.side_by_side(self.setup, cases, draws)
            else:
                world = self._baseline_at(month).under(cases, draws)
            results = self._to_horizon(world)
        return [self._changes_of(own) for own in results[: len(laws)]]

    @cached_property
    def baseline(self) -> Results:
        """The results of the baseline."""
        first, _ = min(self.kept.items(), default=(self.setup.records.start, None))
        with np.errstate(all="ignore"):
            return self._to_horizon(self._baseline_at(first))[0]

    def _to_horizon(self, world: Simulation) -> list[Results]:
        results = world.run_to_horizon(self.setup, ignore_month, series_only=True)
        del world
        gc.collect()  # A world and its actors refer to one another.
        return results

    def _baseline_at(self, month: Month) -> Simulation:
        """Return a copy of the baseline's world as it stands in a month."""
        if month not in self.kept:
            before = max((known for known in self.kept if known < month), default=None)
            if before is None:
                copies = [self.setup.baseline] * WIDTH
                world = Simulation.side_by_side(self.setup, copies, self.setup.draws)
            else:
                world = self.kept[before].copy()
            world.run_until(month, self.setup, ignore_month)
            self.kept[month] = world
        return self.kept[month].copy()

    def _changes_of(self, results: Results) -> ChangesOfLaw:
        values = objective_values(
            self.objectives,
            [self.baseline, replace(results, scenario=_LAW)],
            self.setup.records.countries,
        )
        return np.stack([each.change(_LAW) for each in values])


def evaluate(
    worlds: CommonWorlds, laws: Sequence[Content], crew: Crew, on_law: OnMonth
) -> list[ChangesOfLaw]:
    """Return what each of several laws changes; workers share them.

    Args:
        worlds: in which they are run.
        laws: the content of the scenario of each.
        crew: the workers.
        on_law: called after each law.
    """
    groups = _groups(worlds, laws)
    jobs = [[laws[number] for number in group] for group in groups]
    workers = min(worlds.setup.workers, len(jobs))
    if workers <= 1:
        parts = [changes_of_laws(worlds, job, on_law) for job in jobs]
    else:
        calls: list[FunctionCall] = [
            (changes_of_laws, worlds, job, report_month) for job in jobs
        ]
        parts = crew.run_all(calls, workers, on_law)
    changes = {
        number: own
        for group, part in zip(groups, parts, strict=True)
        for number, own in zip(group, part, strict=True)
    }
    return [changes[number] for number in range(len(laws))]


def _groups(worlds: CommonWorlds, laws: Sequence[Content]) -> list[list[int]]:
    """Return the numbers of laws that can be run side by side, at most `WIDTH`."""
    alike: dict[object, list[int]] = defaultdict(list)
    for number, content in enumerate(laws):
        setup = worlds.of_law(content)
        assert setup.scenario is not None
        alike[setup.scenario.regime.shape, setup.fork_month].append(number)
    return [
        numbers[i : i + WIDTH]
        for numbers in alike.values()
        for i in range(0, len(numbers), WIDTH)
    ]


_KNOWN: dict[str, CommonWorlds] = {}
"""The worlds that this process has run laws in."""


def changes_of_laws(
    worlds: CommonWorlds, laws: Sequence[Content], on_law: OnMonth
) -> list[ChangesOfLaw]:
    """Return what laws change that can be run side by side, in this process."""
    known = _KNOWN.setdefault(worlds.token, worlds)
    changes = known.changes(laws)
    for _ in laws:
        on_law()
    return changes


@contextmanager
def worlds_kept() -> Iterator[None]:
    """Keep worlds under the baseline's law in this process as long as this lasts."""
    try:
        yield
    finally:
        _KNOWN.clear()
