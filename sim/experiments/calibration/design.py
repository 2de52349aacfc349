"""Design: the worlds that a calibration looks at, lived through together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.assembly import build_world
from sim.domain.ensemble import Draws, PerDraw
from sim.experiments.calibration.evidence import Answers, Evidence
from sim.experiments.ensemble import run_chunks
from sim.experiments.run import Simulation
from sim.experiments.setup import Setup
from sim.experiments.workers import Crew, OnMonth
from sim.model import ChipWar
from sim.outcomes.recorder import Recorder
from sim.records import assumptions


@dataclass(frozen=True, eq=False)
class Means:
    """What worlds are lived through with.

    Attributes:
        crew: the workers of the calibration.
        quiet: whether to show no progress.
    """

    crew: Crew
    quiet: bool


@dataclass(frozen=True, eq=False)
class Design:
    """Worlds, what was assumed of them, and what they say of each observation.

    Attributes:
        assumed: the value of each assumption, by name.
        answers: a row for each observation, in the measure's unit.
    """

    assumed: Mapping[str, PerDraw]
    answers: Answers


def live_by_ranges(setup: Setup, evidence: Evidence, means: Means) -> Design:
    """Return worlds whose assumptions are drawn from their ranges, each by itself."""
    assumed = assumptions.sample(
        setup.records.assumptions, setup.draws, setup.seed, setup.baseline.assumptions
    )
    return live_through(setup, assumed, evidence, means)


def live_through(
    setup: Setup,
    assumed: Mapping[str, PerDraw],
    evidence: Evidence,
    means: Means,
) -> Design:
    """Return worlds of which everything is assumed.

    Args:
        setup: their law, their draws and how far they are lived.
        assumed: the value of each assumption in each of the draws, by name.
        evidence: what they are asked.
        means: what they are lived through with.
    """
    live = partial(_answers_of_chunk, assumed, evidence)
    title = f"{setup.draws.count:,} worlds"
    chunks = run_chunks(live, setup, means.quiet, title, means.crew)
    return Design(assumed, np.concatenate(chunks, axis=1))


def _answers_of_chunk(
    assumed: Mapping[str, PerDraw],
    evidence: Evidence,
    setup: Setup,
    draws: Draws,
    on_month: OnMonth,
) -> Answers:
    """Return what some of the worlds say of each observation."""
    life = Simulation(
        setup.baseline.name, _world(assumed, setup, draws), _recorder(setup)
    )
    life.run_until(setup.horizon + 1, setup, on_month)
    return evidence.answers(life.recorder.results(life.world, life.name))


def _world(assumed: Mapping[str, PerDraw], setup: Setup, draws: Draws) -> ChipWar:
    first = draws.first - setup.draws.first
    own = slice(first, first + draws.count)
    return build_world(
        setup.records,
        setup.baseline.regime,
        draws,
        seed=setup.seed,
        assumptions={name: values[own] for name, values in assumed.items()},
        mechanisms=dict(setup.baseline.mechanisms),
    )


def _recorder(setup: Setup) -> Recorder:
    return Recorder(setup.record, capacity=setup.horizon - setup.start + 1)
