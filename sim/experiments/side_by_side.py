"""Side by side: many experiments run in one world, each as if it were alone.

What an experiment assumes, and the size of numbers in its law, are values along the
draws. Experiments whose laws differ in more than that share the run of the baseline.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

import numpy as np

from sim.domain.ensemble import Draws
from sim.domain.switches import BY_DRAW, MECHANISMS
from sim.experiments.arrangement import Arrangement, arrange
from sim.experiments.setup import Case, Setup
from sim.experiments.simulation import Comparison, Simulation
from sim.experiments.workers import OnMonth
from sim.outcomes.results import Results
from sim.policy.law_digest import canonical_text, text_digest


def compatibility_key(setup: Setup) -> str:
    """Return a digest; experiments with the same one can be run side by side.

    They have the same facts, baseline law, seed, months and measures, draw assumptions
    from the same place, and mechanisms that work in all draws or in none work in the
    same experiments. They may differ in which assumptions are fixed at what, in the
    other mechanisms, and in the scenario's law.
    """
    cases = (setup.baseline, setup.scenario or setup.baseline)
    switches = tuple(_mechanisms_off_in_all_draws(case) for case in cases)
    record = setup.record if isinstance(setup.record, str) else tuple(setup.record)
    return text_digest(
        [
            str(setup.records.folder),
            setup.joint_digest or "prior",
            setup.baseline.name,
            setup.baseline.regime.identity,
            str(setup.seed),
            f"{setup.start} to {setup.horizon}",
            canonical_text((record, setup.fork, switches)),
        ]
    )


def _mechanisms_off_in_all_draws(case: Case) -> tuple[str, ...]:
    """Return which mechanisms are off, of those that cannot be off in some draws."""
    in_all_draws = (name for name in MECHANISMS if name not in BY_DRAW)
    return tuple(name for name in in_all_draws if not case.mechanisms.get(name, True))


def run_side_by_side(
    setups: Sequence[Setup],
    draws: Draws,
    on_month: OnMonth,
    *,
    series_only: bool = False,
) -> list[Comparison]:
    """Return the results of each of several experiments in the same draws.

    Each comparison is the one that `run_chunk` returns of the experiment alone, to the
    last bit; except that a series which is recorded for a neighbour, such as sales of a
    chip that no law of its own calls for, may be there too: it is zero throughout, as
    `Results.get` returns for a series that is not there. Series are views of larger
    tables, which stay in memory as long as any of them does.

    An error of the model is raised for all; it does not say which experiment failed.

    Args:
        setups: experiments with the same `compatibility_key`; their own draws are not
            looked at.
        draws: the draws of each.
        on_month: called after each month of each simulation.
        series_only: whether only the series are needed: events, decided law and network
            are left empty, and cost nothing.
    """
    comparisons: dict[int, Comparison] = {}
    # What is not finite in one experiment is for its reader to see, and stops no other.
    with np.errstate(all="ignore"):
        for arrangement in arrange(setups, draws):
            comparisons |= _run_arrangement(
                arrangement, setups[0], draws, on_month, series_only
            )
    return [comparisons[number] for number in range(len(setups))]


def months_side_by_side(setups: Sequence[Setup], draws: Draws) -> int:
    """Return how many months are simulated: how often `on_month` is called."""
    first, horizon = setups[0].records.start, setups[0].horizon
    return sum(
        arrangement.months(first, horizon) for arrangement in arrange(setups, draws)
    )


def _run_arrangement(
    arrangement: Arrangement,
    setup: Setup,
    draws: Draws,
    on_month: OnMonth,
    series_only: bool,
) -> dict[int, Comparison]:
    """Return the results of the experiments of an arrangement, by number."""
    shared = Simulation.side_by_side(setup, arrangement.baselines, draws)
    scenarios: dict[int, Results] = {}
    for branch in arrangement.branches:
        simulation = shared.branch(
            branch.cases, branch.fork_month, setup, draws, on_month
        )
        results = simulation.run_to_horizon(setup, on_month, series_only=series_only)
        scenarios |= {number: results[copy] for copy, number in branch.points.items()}
        del simulation, results
        # A world and its actors refer to one another: only this frees their memory.
        gc.collect()
    baselines = shared.run_to_horizon(setup, on_month, series_only=series_only)
    comparisons = {}
    for number, copy in arrangement.baseline_copies.items():
        baseline = baselines[copy]
        comparisons[number] = Comparison(baseline, scenarios.get(number, baseline))
    return comparisons
