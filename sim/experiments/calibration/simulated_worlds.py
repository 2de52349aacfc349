"""Simulated worlds: what the model says of the observations under some assumptions."""

from __future__ import annotations

from collections.abc import Mapping

from sim.assembly import build_world
from sim.domain.ensemble import Draws, PerDraw
from sim.experiments.calibration.evidence import Evidence, PerObservationAndDraw
from sim.experiments.setup import Setup
from sim.experiments.simulation import Simulation
from sim.experiments.workers import OnMonth
from sim.outcomes.recorder import Recorder
from sim.records import assumptions


def prior_assumptions(setup: Setup) -> dict[str, PerDraw]:
    """Return assumptions drawn from their ranges, each independently, by name."""
    return assumptions.sample(
        setup.records.assumptions, setup.draws, setup.seed, setup.baseline.assumptions
    )


def modelled_in_chunk(
    assumption_values: Mapping[str, PerDraw],
    evidence: Evidence,
    setup: Setup,
    draws: Draws,
    on_month: OnMonth,
) -> PerObservationAndDraw:
    """Return the value of each observation in some worlds, in the measure's unit.

    The values of assumptions are those of all draws of the set-up; `draws` are run.
    """
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
