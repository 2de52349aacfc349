"""One world, looked at closely: its results, its lines and what is assumed in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.agents.actor import release_world
from sim.domain.ensemble import PerDraw
from sim.experiments.setup import Case, Setup
from sim.experiments.simulation import Simulation
from sim.experiments.workers import ignore_month
from sim.outcomes.lines import LineRecord, LineRecorder
from sim.outcomes.results import Results


@dataclass(frozen=True, eq=False)
class WorldRun:
    """The draws of a set-up, run under one law."""

    results: Results
    lines: LineRecord
    assumed: Mapping[str, PerDraw]


def run_world(setup: Setup, case: Case) -> WorldRun:
    """Return the run of a case from the first month of history on.

    Its results are what `run_pair` would return of the same draws, to the last bit.
    """
    simulation = Simulation.start(setup, case, setup.draws)
    world, lines = simulation.world, LineRecorder()
    while world.month <= setup.horizon:
        is_recorded = world.month >= setup.start
        simulation.advance(setup, ignore_month)
        if is_recorded:
            lines.record(world)
    [results] = simulation.results()
    run = WorldRun(results, lines.results(world), dict(world.assume))
    release_world(world)
    return run


def run_both(setup: Setup) -> tuple[WorldRun, WorldRun]:
    """Return the run of the scenario, and of the law it is compared with."""
    scenario = setup.scenario or setup.baseline
    return run_world(setup, scenario), run_world(setup, setup.baseline)
