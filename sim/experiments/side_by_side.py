"""Side by side: many experiments lived in one world, each as if it were alone.

What an experiment assumes, and the size of numbers in its law, are values along the
draws. Experiments whose laws differ in more than that share the life of the baseline.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.agents.actor import release_world
from sim.assembly import BY_DRAW, MECHANISMS
from sim.domain.ensemble import Draws
from sim.experiments.arrangement import Arrangement, Branch, arrange
from sim.experiments.run import Comparison, Simulation
from sim.experiments.setup import Case, Setup
from sim.experiments.workers import OnMonth
from sim.outcomes.results import Results
from sim.policy.law_digest import canonical_text, digest
from sim.policy.stacked_law import stacked


def compatibility_key(setup: Setup) -> str:
    """Return a digest; experiments with the same one can be lived side by side.

    They have the same facts, baseline law, seed, months and measures, draw assumptions
    from the same place, and mechanisms that work in all draws or in none work in the
    same experiments. They may differ in which assumptions are fixed at what, in the
    other mechanisms, and in the scenario's law.
    """
    cases = (setup.baseline, setup.scenario or setup.baseline)
    switches = tuple(_mechanisms_off_in_all_draws(case) for case in cases)
    record = setup.record if isinstance(setup.record, str) else tuple(setup.record)
    return digest(
        [
            str(setup.records.folder),
            "prior" if setup.posterior is None else setup.posterior.digest,
            setup.baseline.name,
            setup.baseline.regime.identity,
            str(setup.seed),
            f"{setup.start} to {setup.horizon}",
            canonical_text((record, setup.fork, switches)),
        ]
    )


def _mechanisms_off_in_all_draws(case: Case) -> tuple[str, ...]:
    """Return which mechanisms are off, of those that cannot be off in some draws."""
    whole = (name for name in MECHANISMS if name not in BY_DRAW)
    return tuple(name for name in whole if not case.mechanisms.get(name, True))


def run_side_by_side(
    setups: Sequence[Setup],
    draws: Draws,
    on_month: OnMonth,
    *,
    series_alone: bool = False,
) -> list[Comparison]:
    """Return what comes of each of several experiments in the same draws.

    Each comparison is the one that `run_chunk` returns of the experiment alone, to the
    last bit; except that a series which is recorded for a neighbour, such as sales of a
    chip that no law of its own calls for, may be there too: it is nothing throughout,
    as `Results.get` says of a series that is not there. Series are views of larger
    tables, which live as long as any of them does.

    An error of the model is raised for all; it does not say which experiment failed.

    Args:
        setups: experiments with the same `together`; their own draws are not looked at.
        draws: the draws of each.
        on_month: called after each month of each life.
        series_alone: whether only the series are wanted: events, conduct and network
            are left empty, and cost nothing.

    Raises:
        ChipWarError: a measure is unknown, or the model broke a law of its own.
    """
    found: dict[int, Comparison] = {}
    # What is not finite in one experiment is for its reader to see, and stops no other.
    with np.errstate(all="ignore"):
        for arrangement in arrange(setups, draws):
            found |= _run_arrangement(
                arrangement, setups, draws, on_month, series_alone
            )
    return [found[number] for number in range(len(setups))]


def months_side_by_side(setups: Sequence[Setup], draws: Draws) -> int:
    """Return how many months are simulated: how often `on_month` is called."""
    first, horizon = setups[0].records.start, setups[0].horizon
    return sum(one.months(first, horizon) for one in arrange(setups, draws))


def _run_arrangement(
    arrangement: Arrangement,
    setups: Sequence[Setup],
    draws: Draws,
    on_month: OnMonth,
    series_alone: bool,
) -> dict[int, Comparison]:
    """Return what comes of the experiments of an arrangement, by number."""
    setup = setups[0]
    shared = Simulation.side_by_side(setup, arrangement.baselines, draws)
    scenarios: dict[int, Results] = {}
    for branch in arrangement.branches:
        life = _forked(branch, shared, setup, draws, on_month)
        lived = _run_to_horizon(life, branch.cases, setup, on_month, series_alone)
        scenarios |= {number: lived[copy] for copy, number in branch.points.items()}
        del life, lived
        # A world and its actors know one another: only this sets their memory free.
        gc.collect()
    baselines = _run_to_horizon(
        shared, arrangement.baselines, setup, on_month, series_alone
    )
    found = {}
    for number, home in arrangement.baseline_copies.items():
        baseline = baselines[home]
        found[number] = Comparison(baseline, scenarios.get(number, baseline))
    return found


def _forked(
    branch: Branch, shared: Simulation, setup: Setup, draws: Draws, on_month: OnMonth
) -> Simulation:
    """Return the life of a branch, in the month in which it parts."""
    if branch.fork_month is None:
        return Simulation.side_by_side(setup, branch.cases, draws)
    shared.run_until(branch.fork_month, setup, on_month)
    law = stacked([case.regime for case in branch.cases], draws.count)
    return shared.fork(replace(branch.cases[0], regime=law))


def _run_to_horizon(
    life: Simulation,
    cases: Sequence[Case],
    setup: Setup,
    on_month: OnMonth,
    series_alone: bool,
) -> list[Results]:
    """Return what is recorded of each copy in a life that is lived to the horizon."""
    life.run_until(setup.horizon + 1, setup, on_month)
    named = [(case.name, case.regime) for case in cases]
    results = life.recorder.results_by_case(
        life.world, named, series_alone=series_alone
    )
    release_world(life.world)
    return results
