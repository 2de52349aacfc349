"""One world, looked at closely: its results, its lines and what is assumed in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.agents.actor import release_world
from sim.domain.ensemble import PerDraw
from sim.experiments.run import Simulation
from sim.experiments.setup import Case, Setup
from sim.outcomes.lines import LineRecord, LineRecorder
from sim.outcomes.results import Results


@dataclass(frozen=True, eq=False)
class WorldRun:
    """What came of the draws of a set-up under one law.

    Attributes:
        results: measures and events.
        lines: how every supply line stood.
        assumed: the value of every assumption, one number per draw.
    """

    results: Results
    lines: LineRecord
    assumed: Mapping[str, PerDraw]


def run_world(setup: Setup, case: Case) -> WorldRun:
    """Return what comes of a case, lived from the first month of history on.

    It is what `run_pair` would return of the same draws, to the last bit.
    """
    life = Simulation.start(setup, case, setup.draws)
    lines = LineRecorder()
    while life.world.month <= setup.horizon:
        recorded = life.world.month >= setup.start
        life.advance(setup, _silent)
        if recorded:
            lines.record(life.world)
    lived = WorldRun(
        results=life.recorder.results(life.world, life.name),
        lines=lines.results(life.world),
        assumed=dict(life.world.assume),
    )
    release_world(life.world)
    return lived


def run_both(setup: Setup) -> tuple[WorldRun, WorldRun]:
    """Return what comes of the scenario, and of the law it is compared with."""
    scenario = setup.scenario or setup.baseline
    return run_world(setup, scenario), run_world(setup, setup.baseline)


def _silent() -> None:
    """Show no progress: one world is soon lived."""
