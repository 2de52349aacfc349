"""Running: the same possible worlds under two laws, forked where the laws differ.

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
from sim.domain.short_repr import ShortRepr
from sim.experiments.session import Session
from sim.experiments.setup import Case, Setup
from sim.experiments.workers import OnMonth, Worker, report_month
from sim.model import ChipWar
from sim.outcomes.attribution import Attribution
from sim.outcomes.recorder import Recorder
from sim.outcomes.results import Results
from sim.policy.stacked_law import stacked
from sim.records import assumptions

_JANUARY = 1


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(ShortRepr):
    """Results of a baseline and of a scenario in the same possible worlds.

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
    """A world under the laws of one or several cases, and what is recorded of it.

    Attributes:
        cases: the case of each copy of the draws, one copy after another.
        world: the world.
        recorder: keeps the measures of every month.
    """

    cases: Sequence[Case]
    world: ChipWar
    recorder: Recorder

    @classmethod
    def start(cls, setup: Setup, case: Case, draws: Draws) -> Simulation:
        """Build the world of a case, in the month in which every history begins."""
        return cls.side_by_side(setup, [case], draws)

    @classmethod
    def side_by_side(
        cls, setup: Setup, cases: Sequence[Case], draws: Draws
    ) -> Simulation:
        """Build a world in which each draw is run once under each of several cases.

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
                setup.joint,
            ),
            mechanisms=_switches(cases, draws),
            copies=len(cases),
        )
        recorder = Recorder(setup.record, capacity=setup.horizon - setup.start + 1)
        return cls(cases, world, recorder)

    def advance(self, setup: Setup, on_month: OnMonth) -> None:
        """Advance by one month, and record it if it is one to be recorded."""
        month = self.world.month
        self.world.step()
        if month >= setup.start:
            self.recorder.record(self.world)
        on_month()

    def run_until(self, month: Month, setup: Setup, on_month: OnMonth) -> None:
        """Advance to a month, which is not run itself."""
        while self.world.month < month:
            self.advance(setup, on_month)

    def branch(
        self,
        cases: Sequence[Case],
        month: Month | None,
        setup: Setup,
        draws: Draws,
        on_month: OnMonth,
    ) -> Simulation:
        """Return the simulation of other cases, which may share this one's history.

        Args:
            cases: those of the branch, in as many copies if they share the history.
            month: from when on their law differs; this simulation advances to it. None
                starts a world of their own.
            setup: what all cases have in common.
            draws: the draws of each copy.
            on_month: called after each month.
        """
        if month is None:
            return Simulation.side_by_side(setup, cases, draws)
        self.run_until(month, setup, on_month)
        return self.copy().under(cases, draws)

    def under(self, cases: Sequence[Case], draws: Draws) -> Simulation:
        """Return the simulation that goes on under the law of other cases, in place.

        Args:
            cases: those whose law holds from now on.
            draws: the draws of each copy.
        """
        self.world.regime = stacked([case.regime for case in cases], draws.count)
        return Simulation(cases, self.world, self.recorder)

    def copy(self) -> Simulation:
        """Return one as it stands now, with a future of its own."""
        return Simulation(self.cases, deepcopy(self.world), self.recorder.fork())

    def run_to_horizon(
        self, setup: Setup, on_month: OnMonth, *, series_only: bool = False
    ) -> list[Results]:
        """Return what is recorded to the horizon of each case; this ends the world.

        Args:
            setup: what the cases have in common.
            on_month: called after each month.
            series_only: whether events, decided law and network are left empty.
        """
        self.run_until(setup.horizon + 1, setup, on_month)
        results = self.results(series_only=series_only)
        release_world(self.world)
        return results

    def results(self, *, series_only: bool = False) -> list[Results]:
        """Return what is recorded so far of each case; the recorder is then empty."""
        named = [(case.name, case.regime) for case in self.cases]
        return self.recorder.results_by_case(self.world, named, series_only=series_only)


def _switches(cases: Sequence[Case], draws: Draws) -> dict[str, bool | InDraws]:
    """Return by name whether a mechanism works, or where it does if cases differ."""
    names = {name for case in cases for name in case.mechanisms}
    switches: dict[str, bool | InDraws] = {}
    for name in sorted(names):
        works = [case.mechanisms.get(name, True) for case in cases]
        is_same = all(works) or not any(works)
        switches[name] = works[0] if is_same else np.repeat(works, draws.count)
    return switches


def run_chunk(setup: Setup, draws: Draws, on_month: OnMonth) -> Comparison:
    """Return the results of a chunk of the draws in both cases."""
    known = known_baseline(setup, draws)
    if known is not None:
        return _beside_known(known, setup, draws, on_month)
    baseline, scenario = _start_cases(setup, draws, on_month)
    results = _baseline_results(baseline, setup, draws, on_month)
    # A world and its actors refer to one another: only this frees their memory.
    gc.collect()
    if scenario is None:
        return Comparison(results, results)
    [scenario_results] = scenario.run_to_horizon(setup, on_month)
    return Comparison(baseline=results, scenario=scenario_results)


def run_chunk_with_worker(
    worker: Worker, setup: Setup, draws: Draws, on_month: OnMonth
) -> Comparison:
    """Return the same of two cases; a worker runs the scenario at the same time.

    The history that they share is run here, and sent.
    """

    def on_month_of_both() -> None:
        on_month()
        worker.poll(on_month)

    baseline, scenario = _start_cases(setup, draws, on_month_of_both)
    assert scenario is not None
    worker.start(scenario.run_to_horizon, setup, report_month)
    release_world(scenario.world)
    del scenario
    gc.collect()  # The world that was sent is not needed here.
    results = _baseline_results(baseline, setup, draws, on_month_of_both)
    [scenario_results] = worker.wait(on_month)
    return Comparison(baseline=results, scenario=scenario_results)


def _start_cases(
    setup: Setup, draws: Draws, on_month: OnMonth
) -> tuple[Simulation, Simulation | None]:
    """Return the baseline and the scenario, if any, in the month in which they fork."""
    month = setup.shared_until
    baseline = _baseline_at(month or setup.records.start, setup, draws, on_month)
    if setup.scenario is None:
        return baseline, None
    branch = baseline.branch([setup.scenario], month, setup, draws, on_month)
    return baseline, branch


def _beside_known(
    known: Results, setup: Setup, draws: Draws, on_month: OnMonth
) -> Comparison:
    """Return the results of the scenario beside those of a baseline that is known."""
    _count(setup.horizon + 1 - setup.fork_month, on_month)
    if setup.scenario is None:
        return Comparison(known, known)
    month = setup.shared_until
    if month is None:
        scenario = Simulation.start(setup, setup.scenario, draws)
    else:
        baseline = _baseline_at(month, setup, draws, on_month)
        scenario = baseline.under([setup.scenario], draws)
    [results] = scenario.run_to_horizon(setup, on_month)
    return Comparison(baseline=known, scenario=results)


def _baseline_at(
    month: Month, setup: Setup, draws: Draws, on_month: OnMonth
) -> Simulation:
    """Return the baseline at the beginning of a month, begun where a session has it.

    The session keeps the world of that month, and of each January on the way.
    """
    session = Session.current if setup.fork else None
    kept = None if session is None else session.world(setup, draws, month)
    baseline = kept or Simulation.start(setup, setup.baseline, draws)
    _count(baseline.world.month - setup.records.start, on_month)
    while baseline.world.month < month:
        baseline.advance(setup, on_month)
        if session is not None and (
            baseline.world.month == month or baseline.world.month.number == _JANUARY
        ):
            session.keep_world(setup, draws, baseline)
    return baseline


def _baseline_results(
    baseline: Simulation, setup: Setup, draws: Draws, on_month: OnMonth
) -> Results:
    """Return the results of a baseline that has come to the fork.

    A session keeps them, and worlds of later Januaries as far as there is room: another
    scenario may leave the baseline after them.
    """
    session = Session.current
    while session is not None and baseline.world.month < setup.horizon:
        baseline.advance(setup, on_month)
        if baseline.world.month.number == _JANUARY and session.has_room(draws):
            session.keep_world(setup, draws, baseline)
    [results] = baseline.run_to_horizon(setup, on_month)
    if session is not None:
        session.keep_results(setup, draws, results)
    return results


def known_baseline(setup: Setup, draws: Draws) -> Results | None:
    """Return the results of a baseline that the open session has, if it has them."""
    session = Session.current if setup.fork else None
    return None if session is None else session.results(setup, draws)


def _count(months: int, on_month: OnMonth) -> None:
    """Count months that need not be run, so that progress reaches its end."""
    for _ in range(months):
        on_month()
