"""Simulated worlds: what the model says of the observations under some assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.assembly import build_world
from sim.domain.ensemble import Draws, PerDraw
from sim.experiments.calibration.evidence import Evidence, PerObservationAndDraw
from sim.experiments.ensemble import run_chunks
from sim.experiments.run import Simulation
from sim.experiments.setup import Setup
from sim.experiments.workers import Crew, OnMonth
from sim.outcomes.recorder import Recorder
from sim.records import assumptions


@dataclass(frozen=True, eq=False)
class Execution:
    """By what worlds are simulated.

    Attributes:
        crew: the workers of the calibration.
        quiet: whether to show no progress.
    """

    crew: Crew
    quiet: bool


def prior_assumptions(setup: Setup) -> dict[str, PerDraw]:
    """Return assumptions drawn from their ranges, each independently, by name."""
    return assumptions.sample(
        setup.records.assumptions, setup.draws, setup.seed, setup.baseline.assumptions
    )


def simulate_worlds(
    setup: Setup,
    assumption_values: Mapping[str, PerDraw],
    evidence: Evidence,
    execution: Execution,
) -> PerObservationAndDraw:
    """Return the value of each observation in simulated worlds, in the measure's unit.

    Args:
        setup: their law, their draws and their horizon.
        assumption_values: of all assumptions, by name.
        evidence: the observations.
        execution: by what they are simulated.
    """
    run = partial(_modelled_in_chunk, assumption_values, evidence)
    title = f"{setup.draws.count:,} worlds"
    chunks = run_chunks(run, setup, execution.quiet, title, execution.crew)
    return np.concatenate(chunks, axis=1)


def _modelled_in_chunk(
    assumption_values: Mapping[str, PerDraw],
    evidence: Evidence,
    setup: Setup,
    draws: Draws,
    on_month: OnMonth,
) -> PerObservationAndDraw:
    first = draws.first - setup.draws.first
    chunk = slice(first, first + draws.count)
    world = build_world(
        setup.records,
        setup.baseline.regime,
        draws,
        seed=setup.seed,
        assumptions={name: values[chunk] for name, values in assumption_values.items()},
        mechanisms=dict(setup.baseline.mechanisms),
    )
    recorder = Recorder(setup.record, capacity=setup.horizon - setup.start + 1)
    simulation = Simulation([setup.baseline], world, recorder)
    [results] = simulation.run_to_horizon(setup, on_month)
    return evidence.modelled(results)
