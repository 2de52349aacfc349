"""Running: the same possible worlds under two laws, apart only where the laws are.

Nothing here changes a number: whatever the chunks, the workers and the fork, draw k of
a case is the same to the last bit.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np

from sim.agents.actor import release_world
from sim.assembly import build_world
from sim.domain.ensemble import Draws, InDraws
from sim.domain.months import Month
from sim.experiments.setup import Case, Setup
from sim.experiments.workers import OnMonth, Worker, report_month
from sim.model import ChipWar
from sim.outcomes.attribution import Attribution
from sim.outcomes.recorder import Recorder
from sim.outcomes.results import Results
from sim.policy.stacked_law import stacked
from sim.records import assumptions


@dataclass(frozen=True, eq=False)
class Comparison:
    """What came of a baseline and of a scenario in the same possible worlds.

    Attributes:
        baseline: results under the law compared with.
        scenario: results under the law in question; the baseline itself if it was run
            alone.
        split: the change of the lag by channel, if it was asked for.
    """

    baseline: Results
    scenario: Results
    split: Attribution | None = field(default=None, kw_only=True)

    @property
    def baseline_only(self) -> bool:
        """Whether the baseline was run alone."""
        return self.scenario is self.baseline

    @classmethod
    def join(cls, chunks: list[Comparison]) -> Comparison:
        """Return the comparisons of consecutive chunks of draws as one."""
        baseline = Results.join([chunk.baseline for chunk in chunks])
        if all(chunk.baseline_only for chunk in chunks):
            return cls(baseline, baseline)
        return cls(baseline, Results.join([chunk.scenario for chunk in chunks]))


@dataclass(eq=False)
class Simulation:
    """A world under the law of a case, and the record that is kept of it."""

    name: str
    world: ChipWar
    recorder: Recorder

    @classmethod
    def start(cls, setup: Setup, case: Case, draws: Draws) -> Simulation:
        """Cast the actors of a case, in the month in which every history begins."""
        return cls.side_by_side(setup, [case], draws)

    @classmethod
    def side_by_side(
        cls, setup: Setup, cases: Sequence[Case], draws: Draws
    ) -> Simulation:
        """Cast a world in which each draw is lived once under each of several cases.

        Args:
            setup: what the cases have in common.
            cases: the copies, one after another along the draws; their laws have one
                shape, and only mechanisms that can go by draw differ.
            draws: the draws of each copy.
        """
        world = build_world(
            setup.records,
            stacked([case.regime for case in cases], draws.count),
            draws,
            seed=setup.seed,
            assumptions=assumptions.sample_copies(
                setup.records.assumptions,
                draws,
                setup.seed,
                [case.assumptions for case in cases],
                setup.posterior,
            ),
            mechanisms=_switches(cases, draws),
            copies=len(cases),
        )
        recorder = Recorder(setup.record, capacity=setup.horizon - setup.start + 1)
        return cls(cases[0].name, world, recorder)

    def advance(self, setup: Setup, on_month: OnMonth) -> None:
        """Advance by one month, and record it if it is one to be recorded."""
        month = self.world.month
        self.world.step()
        if month >= setup.start:
            self.recorder.record(self.world)
        on_month()

    def run_until(self, month: Month, setup: Setup, on_month: OnMonth) -> None:
        """Advance to a month, which is not lived."""
        while self.world.month < month:
            self.advance(setup, on_month)

    def fork(self, case: Case) -> Simulation:
        """Return a second life with this one's past, and another law from now on."""
        world = deepcopy(self.world)
        world.regime = case.regime
        return Simulation(case.name, world, self.recorder.fork())


def _switches(cases: Sequence[Case], draws: Draws) -> dict[str, bool | InDraws]:
    """Return by name whether a mechanism works, or where it does if cases differ."""
    names = {name for case in cases for name in case.mechanisms}
    found: dict[str, bool | InDraws] = {}
    for name in sorted(names):
        works = [case.mechanisms.get(name, True) for case in cases]
        alike = all(works) or not any(works)
        found[name] = works[0] if alike else np.repeat(works, draws.count)
    return found


def run_chunk(setup: Setup, draws: Draws, on_month: OnMonth) -> Comparison:
    """Return what comes of a chunk of the draws in both cases."""
    lives = _forked(setup, draws, on_month)
    results = []
    while lives:
        results.append(_run_to_horizon(lives.pop(0), setup, on_month))
        # A world and its actors know one another: only this sets their memory free.
        gc.collect()
    return Comparison(baseline=results[0], scenario=results[-1])


def run_chunk_with_worker(
    worker: Worker, setup: Setup, draws: Draws, on_month: OnMonth
) -> Comparison:
    """Return the same of two cases, a worker living through the baseline meanwhile.

    The history that they share is lived through here, and sent.
    """

    def on_month_of_both() -> None:
        on_month()
        worker.poll(on_month)

    theirs, ours = _forked(setup, draws, on_month_of_both)
    worker.start(_run_to_horizon, theirs, setup, report_month)
    release_world(theirs.world)
    del theirs
    gc.collect()  # as below: the world that was sent is not needed here
    scenario = _run_to_horizon(ours, setup, on_month_of_both)
    return Comparison(baseline=worker.wait(on_month), scenario=scenario)


def _forked(setup: Setup, draws: Draws, on_month: OnMonth) -> list[Simulation]:
    """Return the life of each case, in the month in which they part."""
    life = Simulation.start(setup, setup.baseline, draws)
    if setup.scenario is None:
        return [life]
    parting = setup.fork_month(life.world.month)
    if parting == life.world.month:
        return [life, Simulation.start(setup, setup.scenario, draws)]
    life.run_until(parting, setup, on_month)
    return [life, life.fork(setup.scenario)]


def months_to_run(setup: Setup, first: Month) -> int:
    """Return how many months a chunk takes, over both cases, if history starts then."""
    whole = setup.horizon - first + 1
    if setup.scenario is None:
        return whole
    return 2 * whole - (setup.fork_month(first) - first)


def _run_to_horizon(life: Simulation, setup: Setup, on_month: OnMonth) -> Results:
    """Return what is recorded of a life that is lived to the horizon."""
    life.run_until(setup.horizon + 1, setup, on_month)
    results = life.recorder.results(life.world, life.name)
    release_world(life.world)
    return results
